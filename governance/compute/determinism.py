"""What always getting the same result costs in time."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import polars as pl
from pydantic import BaseModel

from governance.catalogue.own_tables import read_rows
from governance.compute.intervals import median_interval
from governance.errors import BadInput

MAX_TIMES = 100_000
COLUMNS = ("function", "default_seconds", "deterministic_seconds")
EXAMPLE = """function,default_seconds,deterministic_seconds
bincount,0.0021,0.0058
conv2d,0.0140,0.0165
cumsum,0.0008,0.0019
index_add,0.0011,0.0036
matmul,0.0090,0.0090
scatter_add,0.0013,0.0049
upsample,0.0047,0.0071
"""
"""Invented, to show how timings are written."""


class Timing(BaseModel, frozen=True):
    """Seconds of one function in the default and in the deterministic mode, on the same device."""

    function: str
    default_seconds: float
    deterministic_seconds: float


class Determinism(BaseModel, frozen=True):
    """What a mode that always gives the same result costs in time.

    Args:
        n: Functions timed in both modes.
        median: Middle ratio of deterministic over default time.
        low, high: Its 95% interval from order statistics; ``None`` where so few functions cannot give one.
        total: All deterministic time over all default time.
        slowest: The function with the largest ratio.
        slower: Functions with a ratio above 1.
    """

    n: int
    median: float
    low: float | None
    high: float | None
    total: float
    slowest: str
    slower: int


def read_timings(text: str, where: str = "timings") -> tuple[Timing, ...]:
    r"""Read a table of functions timed in both modes.

    Args:
        text: CSV with the columns function, default_seconds, deterministic_seconds.
        where: Its name in errors.

    Raises:
        BadInput: It is too big, a column is missing, or a time is no number above 0.

    >>> read_timings("function,default_seconds,deterministic_seconds\nfft,1,2\n")[0].deterministic_seconds
    2.0
    """
    found: list[Timing] = []
    for place, row in read_rows(text, COLUMNS, where):
        if len(found) >= MAX_TIMES:
            raise BadInput("there are too many rows", place, f"give at most {MAX_TIMES:,}")
        if not row["function"]:
            raise BadInput("the function is not named", place, "fill it in")
        default, deterministic = (_seconds(row[name], place) for name in COLUMNS[1:])
        found.append(Timing(function=row["function"], default_seconds=default, deterministic_seconds=deterministic))
    return tuple(found)


def cost_of_determinism(times: Sequence[Timing]) -> Determinism:
    """Give the slowdown of the deterministic against the default mode.

    Args:
        times: One a function; seconds.

    Raises:
        BadInput: There is none, too many, a function comes twice, or a time is not above 0.

    >>> cost_of_determinism(
    ...     [
    ...         Timing(function="index_add", default_seconds=1.0, deterministic_seconds=3.0),
    ...         Timing(function="matmul", default_seconds=4.0, deterministic_seconds=4.0),
    ...     ]
    ... ).total
    1.4
    """
    if not 0 < len(times) <= MAX_TIMES:
        raise BadInput(f"{len(times):,} functions", "table of times", f"give 1 to {MAX_TIMES:,}")
    seen: set[str] = set()
    for place, one in enumerate(times, start=1):
        where = f"table of times, row {place}, function {one.function:.80}"
        if one.function in seen:
            raise BadInput("the function comes twice", where, "give one row a function")
        seen.add(one.function)
        for seconds in (one.default_seconds, one.deterministic_seconds):
            if not (math.isfinite(seconds) and seconds > 0):
                raise BadInput(f"a time of {seconds} seconds", where, "give a number above 0")
    ratios = [one.deterministic_seconds / one.default_seconds for one in times]
    low, high = median_interval(ratios)
    return Determinism(
        n=len(times),
        median=float(np.median(ratios)),
        low=low,
        high=high,
        total=sum(one.deterministic_seconds for one in times) / sum(one.default_seconds for one in times),
        slowest=times[int(np.argmax(ratios))].function,
        slower=sum(one > 1 for one in ratios),
    )


def determinism_rows(times: Sequence[Timing]) -> pl.DataFrame:
    """Give a row for each function with its ratio of deterministic over default time, the largest first."""
    schema = {"function": pl.String, "default_seconds": pl.Float64, "deterministic_seconds": pl.Float64}
    table = pl.DataFrame([one.model_dump() for one in times], schema=schema)
    ratio = (pl.col("deterministic_seconds") / pl.col("default_seconds")).alias("ratio")
    return table.with_columns(ratio).sort("ratio", "function", descending=[True, False])


def _seconds(text: str, where: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise BadInput(f"a time of '{text:.40}' seconds", where, "give a number above 0")
    return value
