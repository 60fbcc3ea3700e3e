"""A file as it was read: a table of texts, and the rows that could not be read at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from governance.errors import BadInput

MAX_COLUMNS = 300
KINDS = "CSV (comma, semicolon or tab), JSON lines, a JSON list, or Parquet"


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be kept.

    Args:
        line: The line it begins on, from 1; of a JSON list or Parquet the row's number, from 1.
        column: Where the reason lies; empty: the whole row.
        reason: One word for it, e.g. ``unknown_outcome``.
        detail: What is wrong, quoting the value.
    """

    line: int
    column: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True, eq=False)
class RawTable:
    """A file as it was read: texts in columns, nothing mapped or checked.

    Args:
        frame: The rows, every column text, spaces around cells removed, an empty cell null.
        kind: What the file is, e.g. ``semicolon-separated text``.
        where: Its name in errors.
        bad: Rows that could not be read at all.
        nested: Columns left out because their cells hold lists or objects.
        documents: Objects of a JSON file that are no rows, such as results of a harness.
        lines: Gives the line on which each of some rows begins; rows count from 0 in ``frame``.
    """

    frame: pl.DataFrame
    kind: str
    where: str
    bad: tuple[BadRow, ...] = ()
    nested: tuple[str, ...] = ()
    documents: tuple[dict[str, Any], ...] = ()
    lines: Callable[[Sequence[int]], list[int]] = field(default=lambda rows: [row + 1 for row in rows])


def check_names(names: Sequence[str], where: str) -> None:
    """Refuse headers that cannot be told apart, are empty or too many.

    Raises:
        BadInput: They are.
    """
    if len(names) > MAX_COLUMNS:
        raise BadInput(f"{len(names):,} columns", where, f"give at most {MAX_COLUMNS}")
    seen: dict[str, int] = {}
    for place, name in enumerate(names, 1):
        if not name:
            raise BadInput(f"column {place} has no name", where, "name every column, or leave it out")
        if name.casefold() in seen:
            what = f"the header '{name:.60}' stands twice, in columns {seen[name.casefold()]} and {place}"
            raise BadInput(what, where, "keep one of them, or rename it")
        seen[name.casefold()] = place


def tidy(frame: pl.DataFrame) -> pl.DataFrame:
    """Remove spaces around cells; an empty cell is null."""
    text = pl.col(pl.String).str.strip_chars()
    return frame.with_columns(pl.when(text == "").then(None).otherwise(text).name.keep())
