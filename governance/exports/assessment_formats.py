"""The formats of an assessment's report, as data: page and command line loop over these rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

import duckdb

from governance.errors import BadInput
from governance.exports.assessment_memo import assessment_memo
from governance.exports.assessment_oscal import assessment_oscal
from governance.exports.assessment_package import export_assessment
from governance.exports.assessment_report import AssessmentReport, assessment_report
from governance.exports.assessment_tables import assessment_csv, assessment_xlsx
from governance.exports.memo_formats import render_memo
from governance.records.store import Workbench

ReportFormat = Literal["md", "html", "pdf", "docx", "json", "csv", "xlsx", "oscal"]
REPORT_FORMATS: tuple[ReportFormat, ...] = get_args(ReportFormat)


@dataclass(frozen=True, slots=True)
class ReportKind:
    """One format.

    Args:
        format: Its name.
        label: Its name on the page.
        help: What it is for, in one line.
        ending: Of the file's name.
        media_type: Its media type.
        write: A pure function of the report; ``None`` for the record itself, which holds more than a report.
    """

    format: ReportFormat
    label: str
    help: str
    ending: str
    media_type: str
    write: Callable[[AssessmentReport], bytes] | None


def _memo(format: str) -> Callable[[AssessmentReport], bytes]:
    return lambda report: render_memo(assessment_memo(report), format)


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ALL = (
    ReportKind("pdf", "PDF", "To read and print, tagged for screen readers", ".pdf", "application/pdf", _memo("pdf")),
    ReportKind("docx", "Word", "To read and edit", ".docx", _WORD, _memo("docx")),
    ReportKind("html", "HTML", "One page that loads nothing", ".html", "text/html; charset=utf-8", _memo("html")),
    ReportKind("md", "Markdown", "Plain text with tables", ".md", "text/markdown; charset=utf-8", _memo("md")),
    ReportKind("xlsx", "Excel", "One row an item, and a sheet about it", ".xlsx", _SHEET, assessment_xlsx),
    ReportKind("csv", "CSV", "One row an item; formulas made text", ".csv", "text/csv; charset=utf-8", assessment_csv),
    ReportKind("oscal", "OSCAL", "Assessment results as JSON", ".oscal.json", "application/json", assessment_oscal),
    ReportKind("json", "JSON", "The whole record, to import elsewhere", ".json", "application/json", None),
)
REPORT_KINDS: dict[ReportFormat, ReportKind] = {kind.format: kind for kind in _ALL}


def render_assessment(
    workbench: Workbench,
    connection: duckdb.DuckDBPyConnection,
    assessment_id: str,
    format: str,
    now: datetime,
    *,
    files: bool = False,
) -> bytes:
    """Write the report of an assessment in one of `REPORT_FORMATS`.

    Args:
        workbench: The workbench.
        connection: An open catalogue.
        assessment_id: Which.
        format: Which format.
        now: When it is made, UTC.
        files: For JSON: take the uploaded files along.

    Raises:
        BadInput: There is no such format.
        NotFound: There is no such assessment.
    """
    kind = next((one for one in _ALL if one.format == format), None)
    if kind is None:
        fix = f"use one of {', '.join(REPORT_FORMATS)}"
        raise BadInput(f"'{format[:40]}' is not a format of reports", "format", fix)
    if kind.write is None:
        return export_assessment(workbench, assessment_id, files=files)
    return kind.write(assessment_report(workbench, connection, assessment_id, now))
