"""Rows of frozen results as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from pydantic import BaseModel


def rows_table(rows: Sequence[BaseModel], *names: str) -> pl.DataFrame:
    """Give results as a table: some of their fields in an order, or all; one unknown throughout is a number.

    >>> from governance.research.labs.merges import search_space
    >>> rows_table([search_space(3, 4)], "models", "evaluations").rows()
    [(3, 96)]
    """
    wanted = names or tuple(type(rows[0]).model_fields) if rows else names
    cells: list[dict[str, Any]] = [one.model_dump() for one in rows]
    table = pl.DataFrame({name: pl.Series([cell[name] for cell in cells], strict=False) for name in wanted})
    return table.with_columns(pl.selectors.by_dtype(pl.Null).cast(pl.Float64))


def percent(value: float | None) -> str:
    """Write a relative per cent in a sentence."""
    return "an unknown share" if value is None else f"{value:.3g}%"


def counted_in(value: float) -> str:
    """Write a large count in a sentence.

    >>> counted_in(15728640), counted_in(11.1e9), counted_in(12)
    ('15.7 million', '11.1 billion', '12')
    """
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if value >= size:
            return f"{value / size:.3g} {word}"
    return f"{value:,.0f}"
