"""A report on an evaluation as Markdown or one HTML file; text from the data is shown and never acts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from math import isnan

import polars as pl

from governance.evaluation.report import Report
from governance.exports.memo_blocks import Block, Heading, Memo, Paragraph, Point, Points, Table
from governance.exports.memo_formats import memo_html, memo_markdown

MOST_ROWS = 200
UNDATED = date(1970, 1, 1)
"""Neither Markdown nor HTML shows a memo's day, and no clock is read: the same report has the same bytes."""


def report_markdown(report: Report) -> str:
    """Write a report as Markdown, with the tables of GitHub's flavour."""
    return memo_markdown(report_memo(report))


def report_html(report: Report) -> str:
    """Write a report as one HTML file for reading and printing, which loads nothing and runs nothing."""
    return memo_html(report_memo(report))


def report_memo(report: Report) -> Memo:
    """Lay a report out: the answer, how it was made, the figures, the limits."""
    return Memo(report.title, UNDATED, tuple(_blocks(report)))


def cell_text(value: object) -> str:
    """Write a value of a table: four digits of a fraction, and unknown for null.

    >>> cell_text(None), cell_text(0.123456), cell_text(1234.56), cell_text(True), cell_text([0.5, None])
    ('unknown', '0.1235', '1,235', 'yes', '0.5; unknown')
    """
    if value is None or (isinstance(value, float) and isnan(value)):
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.0f}" if 1000 <= abs(value) < 1e15 else f"{value:.4g}"
    if isinstance(value, list | tuple):
        return "; ".join(map(cell_text, value))
    return str(value)


def _blocks(report: Report) -> Iterator[Block]:
    yield Heading("Question", 2)
    yield Paragraph(report.question)
    yield Heading("Answer", 2)
    yield Paragraph(report.answer)
    yield Heading("How it was made", 2)
    yield _points(report.made_by())
    if report.settings:
        yield Heading("Settings", 2)
        yield _points({label: cell_text(value) for label, value in report.settings.items()})
    for title, frame in report.tables.items():
        yield Heading(title, 2)
        yield _table(frame)
        if frame.height > MOST_ROWS:
            yield Paragraph(f"The first {MOST_ROWS} of {frame.height:,} rows; the CSV of the page has all.")
    if report.limits:
        yield Heading("Limits", 2)
        yield Points(tuple(Point("", one) for one in report.limits))


def _points(pairs: Mapping[str, str]) -> Points:
    return Points(tuple(Point(label, text) for label, text in pairs.items()))


def _table(frame: pl.DataFrame) -> Table:
    rows = frame.head(MOST_ROWS).iter_rows()
    return Table(tuple(frame.columns), tuple(tuple(map(cell_text, row)) for row in rows))
