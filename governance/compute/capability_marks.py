"""Well-known places on a capability index, and the days on which to look at it."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

import numpy as np
import polars as pl
from pydantic import BaseModel

from governance.compute.capability import REFERENCE_MODEL, checked
from governance.errors import NotFound

REFERENCES: dict[str, tuple[str, ...]] = {
    "eci": (REFERENCE_MODEL, "GPT-3.5 Turbo", "GPT-4o", "GPT-4.5", "GPT-5"),
    "arena": ("gpt-4-0314", "gpt-3.5-turbo-0125", "gpt-4o-2024-05-13", "gpt-4.5-preview-2025-02-27"),
}
"""Models that serve as marks, as each index writes them; the first gives the usual line."""


class Mark(BaseModel, frozen=True):
    """A model that people know, as a value of the index."""

    model: str
    value: float


def marks(frame: pl.DataFrame, index_id: str = "eci") -> tuple[Mark, ...]:
    """Give the well-known models that the index has, the least capable first.

    Args:
        frame: With model and value, as `capability` gives it.
        index_id: Which index the frame is of.
    """
    known = frame.filter(pl.col("model").is_in(REFERENCES.get(index_id, ())) & pl.col("value").is_not_null())
    return tuple(Mark(**one) for one in known.sort("value").select("model", "value").iter_rows(named=True))


def usual_line(frame: pl.DataFrame, index_id: str = "eci") -> float:
    """Give the value from which a model counts as capable where nobody says: that of GPT-4 of March 2023.

    An index without that model uses its median.

    Raises:
        NotFound: No model of the table has an index.
    """
    rated = frame.filter(pl.col("value").is_not_null())
    if rated.is_empty():
        raise NotFound("no model has an index", "capability table", "import an index with values")
    first = rated.filter(pl.col("model") == REFERENCES.get(index_id, ("",))[0])["value"]
    return float(first[0]) if len(first) else float(np.median(rated["value"].to_numpy()))


def days_covered(frame: pl.DataFrame) -> tuple[date, date]:
    """Give the first and the last day on which a model with an index was released.

    Raises:
        NotFound: No model has both an index and a date.
    """
    days = checked(frame).filter(pl.col("value").is_not_null() & pl.col("released").is_not_null())["released"]
    if days.is_empty():
        raise NotFound("no model has an index and a date", "capability table", "import an index with dates of release")
    return days.sort()[0], days.sort()[-1]


def month_ends(first: date, last: date) -> tuple[date, ...]:
    """Give the last day of each month from the first day on, and the last day itself.

    >>> [str(day) for day in month_ends(date(2024, 1, 5), date(2024, 3, 10))]
    ['2024-01-31', '2024-02-29', '2024-03-10']
    """
    found = []
    year, month = first.year, first.month
    while (end := date(year, month, monthrange(year, month)[1])) < last:
        found.append(end)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return (*found, last)
