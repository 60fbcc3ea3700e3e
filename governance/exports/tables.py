"""Rows as CSV, Parquet, JSON lines and a spreadsheet: the same rows give the same bytes."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format as CellFormat
from xlsxwriter.worksheet import Worksheet

from governance.errors import BadInput
from governance.exports.bundle import ExportBundle
from governance.exports.columns import COLUMN_NAMES
from governance.exports.words import CONTROL, CREDITS, NOT_LEGAL_ADVICE, selection_words

SEPARATOR = "; "
"""Between the values of a list, in formats that have no lists."""

RISKY_START = r"^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])"
"""Text that a spreadsheet may take for a formula; some read the wide signs as operators too."""
ESCAPED_START = RISKY_START.replace("^", "^'*", 1)
"""The same behind apostrophes: it takes one more, so that taking one away gives every text back."""

MAX_SHEET_ROWS = 1_048_575
MAX_CELL = 32_767
_EPOCH = datetime(1980, 1, 1, tzinfo=UTC)  # a spreadsheet must state a date; the clock would change the bytes
_FIRST_YEAR = 1900  # a sheet has no earlier dates; they become text
_CUT = " … (cut)"
_RISKY = re.compile(RISKY_START)
_ESCAPED = re.compile(ESCAPED_START)
_WIDTHS = {"id": 32, "name": 36, "collection": 28, "licences": 28, "url": 30}


def table_of(frame: pl.DataFrame) -> pl.DataFrame:
    """Give the exported columns in their documented order."""
    return frame.select(COLUMN_NAMES)


def csv_of(frame: pl.DataFrame) -> bytes:
    r"""Write CSV (RFC 4180, UTF-8, comma): lists joined, formulas made text, unknown left empty.

    >>> csv_of(pl.DataFrame({"name": ["=1+1"], "examples": [-1]})).decode()
    "name,examples\n'=1+1,-1\n"
    """
    flat = _flat(frame)
    safe = [
        pl.when(pl.col(name).str.contains(ESCAPED_START)).then("'" + pl.col(name)).otherwise(pl.col(name)).alias(name)
        for name, kind in flat.schema.items()
        if kind == pl.String
    ]
    return flat.with_columns(safe).write_csv().encode()


def jsonl_of(frame: pl.DataFrame) -> bytes:
    r"""Write one JSON object a line, lossless: lists stay lists, unknown is null.

    >>> jsonl_of(pl.DataFrame({"name": ["=1+1"], "examples": [None]}))
    b'{"name":"=1+1","examples":null}\n'
    """
    return frame.write_ndjson().encode()


def parquet_of(frame: pl.DataFrame) -> bytes:
    """Write Parquet, lossless."""
    buffer = io.BytesIO()
    frame.rechunk().write_parquet(buffer, compression="zstd", compression_level=3, statistics=True)
    return buffer.getvalue()


def xlsx_of(frame: pl.DataFrame, about: list[tuple[str, str]], title: str = "Datasets") -> bytes:
    """Write a spreadsheet of the rows and a second sheet that says what they are.

    No cell is a formula or a link; text that looks like a formula is marked as text.

    Args:
        frame: The rows.
        about: (label, value) rows of the sheet About.
        title: Name of the first sheet.

    Raises:
        BadInput: There are more rows than a sheet holds.
    """
    if frame.height > MAX_SHEET_ROWS:
        raise BadInput(
            f"{frame.height:,} rows are more than a sheet holds ({MAX_SHEET_ROWS:,})",
            "format xlsx",
            "choose csv or parquet, or narrow the selection",
        )
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": title, "created": _EPOCH})
        formats = {
            "head": book.add_format({"bold": True, "bottom": 1}),
            "risky": book.add_format({"quote_prefix": True}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        _write_rows(book.add_worksheet(title), _flat(frame), formats)
        _write_about(book.add_worksheet("About"), about, formats)
    return buffer.getvalue()


def about_rows(bundle: ExportBundle) -> list[tuple[str, str]]:
    """Say what an export holds, under which rule, and whom to credit."""
    counts = [(f"Number of {name.replace('_', ' ')}", f"{count:,}") for name, count in bundle.counts.items()]
    sources = [
        ("Source", f"{source.title}, {source.version}, {source.licence or 'no licence stated'}. {source.citation}")
        for source in bundle.sources
    ]
    return [
        ("Catalogue version", bundle.catalogue_version),
        ("Snapshot", bundle.snapshot),
        ("Policy", f"{bundle.policy.title} ({bundle.policy.id}). {bundle.policy.help}"),
        ("Policy, in full", bundle.policy.model_dump_json()),
        *(selection_words(bundle.selection) or [("Selection", "all datasets")]),
        ("Selection, as a query", bundle.selection.to_query() or "(none)"),
        *counts,
        *sources,
        *(("Credit", credit) for credit in CREDITS),
        ("Note", NOT_LEGAL_ADVICE),
    ]


WRITERS: dict[str, Callable[[pl.DataFrame], bytes]] = {"csv": csv_of, "jsonl": jsonl_of, "parquet": parquet_of}
"""What writes rows alone, by the name of the format."""


def is_risky(text: str) -> bool:
    """Tell whether a spreadsheet may take a text for a formula.

    >>> is_risky("=HYPERLINK(1)"), is_risky("a = b")
    (True, False)
    """
    return _RISKY.search(text) is not None


def unescaped(text: str) -> str:
    """Take away the apostrophe that CSV puts before what could be a formula.

    >>> unescaped("'=1+1"), unescaped("'tis"), unescaped("''=1")
    ('=1+1', "'tis", "'=1")
    """
    return text[1:] if text.startswith("'") and _ESCAPED.search(text) else text


def _flat(frame: pl.DataFrame) -> pl.DataFrame:
    joined = [
        pl.when(pl.col(name).list.len() > 0).then(pl.col(name).list.join(SEPARATOR, ignore_nulls=True)).alias(name)
        for name, kind in frame.schema.items()
        if isinstance(kind, pl.List)
    ]
    return frame.with_columns(joined).with_columns(pl.col(pl.String).str.replace_all(CONTROL.pattern, "\ufffd"))


def _write_rows(sheet: Worksheet, frame: pl.DataFrame, formats: dict[str, CellFormat]) -> None:
    for number, name in enumerate(frame.columns):
        sheet.write_string(0, number, name, formats["head"])
        sheet.set_column(number, number, _WIDTHS.get(name, 16))
    sheet.freeze_panes(1, 2)
    if frame.height:
        sheet.autofilter(0, 0, frame.height, frame.width - 1)
    for row, values in enumerate(frame.iter_rows(), start=1):
        for number, value in enumerate(values):
            if value is not None:
                _write_cell(sheet, row, number, value, formats)


def _write_cell(sheet: Worksheet, row: int, column: int, value: object, formats: dict[str, CellFormat]) -> None:
    match value:
        case bool():
            sheet.write_boolean(row, column, value)
        case int() | float() if math.isfinite(value) and abs(value) < 2**53:
            sheet.write_number(row, column, value)
        case date() if value.year >= _FIRST_YEAR:
            sheet.write_datetime(row, column, value, formats["date"])
        case _:
            text = str(value)
            text = text if len(text) <= MAX_CELL else text[: MAX_CELL - len(_CUT)] + _CUT
            sheet.write_string(row, column, text, formats["risky"] if is_risky(text) else None)


def _write_about(sheet: Worksheet, rows: list[tuple[str, str]], formats: dict[str, CellFormat]) -> None:
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 100)
    for row, (label, value) in enumerate(rows):
        sheet.write_string(row, 0, label, formats["head"])
        sheet.write_string(row, 1, CONTROL.sub("\ufffd", value)[:MAX_CELL], formats["wrap"])
