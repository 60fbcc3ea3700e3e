"""How many benchmarks come without a known licence, and which kinds of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

import polars as pl
from pydantic import BaseModel

from governance.catalogue.selection import choice
from governance.evaluation.benchmarks.registry import BenchmarksResult
from governance.evaluation.sample_size import wilson

By = Literal["type", "language", "domain", "language_family", "modality", "annotation", "translated"]
"""By what the benchmarks are split."""
BYS: tuple[By, ...] = get_args(By)


class GapShare(BaseModel, frozen=True):
    """Benchmarks of one kind whose licence is not known.

    Args:
        value: The kind; ``None``: its record does not say.
        label: What to show for it.
        n: Benchmarks of that kind, a count.
        not_specified: Of which the record says "not specified".
        empty: Of which the record says nothing.
        share: Of both among all; ``None`` where there are none.
        low: Lower end of Wilson's 95% interval, which reads the registry as a sample of the benchmarks people make.
        high: Its upper end.
    """

    value: str | None
    label: str
    n: int
    not_specified: int
    empty: int
    share: float | None
    low: float | None
    high: float | None


class LicenceGaps(BaseModel, frozen=True):
    """Licence gaps of a selection of benchmarks.

    Args:
        by: By what they are split; a benchmark of several kinds counts in each.
        overall: All of them.
        rows: Each kind, the one with most benchmarks first.
        version: Of the catalogue.
    """

    by: By
    overall: GapShare
    rows: tuple[GapShare, ...]
    version: str


def licence_gaps(result: BenchmarksResult, by: str = "type") -> LicenceGaps:
    """Count the benchmarks of a selection whose licence is "not specified" or left empty, by kind.

    Args:
        result: What `select_benchmarks` gave.
        by: One of `BYS`.

    Raises:
        BadInput: They cannot be split so.
    """
    split = choice(by, BYS, "option by")
    frame = result.frame.select(pl.col(split).alias("value"), "licence_gap")
    overall = _share(None, "All", _counted(frame))
    if isinstance(frame.schema["value"], pl.List):
        frame = frame.explode("value", empty_as_null=True)
    rows = []
    for row in frame.group_by("value").agg(*_COUNTS).iter_rows(named=True):
        value = row["value"]
        label = result.records.labels.get((split, value or ""), value or "not stated")
        rows.append(_share(value, label, row))
    rows.sort(key=lambda one: (-one.n, one.label))
    return LicenceGaps(by=split, overall=overall, rows=tuple(rows), version=result.catalogue)


_COUNTS = (
    pl.len().alias("n"),
    (pl.col("licence_gap") == "not_specified").sum().alias("not_specified"),
    (pl.col("licence_gap") == "empty").sum().alias("empty"),
)


def _counted(frame: pl.DataFrame) -> Mapping[str, int]:
    return frame.select(*_COUNTS).row(0, named=True)


def _share(value: str | None, label: str, counted: Mapping[str, int]) -> GapShare:
    n, gaps = counted["n"], counted["not_specified"] + counted["empty"]
    ends = wilson(gaps / n, n) if n else None
    return GapShare(
        value=value, label=label, n=n, not_specified=counted["not_specified"], empty=counted["empty"],
        share=gaps / n if n else None, low=ends.low if ends else None, high=ends.high if ends else None,
    )  # fmt: skip
