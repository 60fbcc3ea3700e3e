"""An assessment as rows: one an item, or one a field of the risk form."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from governance.assessment.records import Answer
from governance.exports.assessment_report import AssessmentReport
from governance.exports.assessment_words import person, words
from governance.exports.tables import SEPARATOR, csv_of, xlsx_of

SPREADSHEET_NOTE = (
    "A text that a spreadsheet could take for a formula starts with an apostrophe in CSV; reading it here removes it."
)
LISTS = ("groups", "languages", "evidence")
NUMBERS = ("value", "low", "high")
COUNTS = ("n", "level")
SOCIAL_COLUMNS = (
    "assessment", "system", "system_version", "category", "item", "title", "question", "status", "finding", "reason",
    "method", "groups", "languages", "metric", "value", "low", "high", "n", "party", "level", "evidence",
    "confidence", "limits", "mitigation", "owner", "review_by", "framework",
)  # fmt: skip
RISK_COLUMNS = ("assessment", "system", "system_version", "section", "title", "field", "value", "evidence", "framework")


def assessment_table(report: AssessmentReport) -> pl.DataFrame:
    """Give the rows: an item each, or a field each of the risk form; unknown is null."""
    social = report.assessment.form == "social_impact"
    schema: dict[str, pl.DataType] = {name: pl.String() for name in (SOCIAL_COLUMNS if social else RISK_COLUMNS)}
    if social:
        schema |= {name: pl.Float64() for name in NUMBERS} | {name: pl.Int64() for name in COUNTS}
        schema |= {name: pl.List(pl.String()) for name in LISTS} | {"review_by": pl.Date()}
    return pl.DataFrame(list(_social(report) if social else _risk(report)), schema=schema, orient="row")


def assessment_csv(report: AssessmentReport) -> bytes:
    """Write the rows as CSV; formulas are made text."""
    return csv_of(assessment_table(report))


def assessment_xlsx(report: AssessmentReport) -> bytes:
    """Write the rows as a spreadsheet, with a sheet that says what they are; no cell is a formula."""
    header = report.assessment
    about = [
        ("Title", report.title),
        ("State", words(header.state)),
        *(("Approved", f"{one.name}, {one.at:%Y-%m-%d}, {one.digest}") for one in header.signatures),
        *(("Opinion", f"{person(one.by)}: {one.remark.opinion}. {one.remark.text}") for one in report.opinions),
        *(("Open", f"{one.kind} {one.item}: {one.words}") for one in report.open_items),
        *(
            ("Evidence", f"{one.evidence.id}: {one.evidence.title}, SHA-256 {one.evidence.sha256 or one.digest}")
            for one in report.evidence
        ),
        ("Form", f"version {header.framework}"),
        ("Catalogue", report.catalogue),
        ("Audit head", f"{report.audit.rows} rows, {report.audit.hash}"),
        ("Made", f"{report.made_at:%Y-%m-%d %H:%M:%S} UTC"),
        ("Note", SPREADSHEET_NOTE),
    ]
    return xlsx_of(assessment_table(report), about, "Assessment")


def _social(report: AssessmentReport) -> Iterator[tuple[object, ...]]:
    head = (report.assessment.id, report.system.id, report.assessment.system_version)
    for category in report.categories:
        for item in category.items:
            kept = item.answer if isinstance(item.answer, Answer) else Answer(item=item.id)
            values = [getattr(kept, name) for name in SOCIAL_COLUMNS[8:]]
            lists = [list(one) if isinstance(one, tuple) else one for one in values]
            yield (*head, category.id, item.id, item.title, item.question, item.status, *(_none(one) for one in lists))


def _none(value: object) -> object:
    return None if value == "" or value == [] else value


def _risk(report: AssessmentReport) -> Iterator[tuple[object, ...]]:
    head = (report.assessment.id, report.system.id, report.assessment.system_version)
    for item in report.items:
        form = item.answer.framework if item.answer else None
        cited = SEPARATOR.join(item.evidence) or None
        for label, text in item.rows or (("", ""),):
            yield (*head, item.id, item.title, label or None, text or None, cited, form)
        for label in item.missing:
            yield (*head, item.id, item.title, label, None, cited, form)
