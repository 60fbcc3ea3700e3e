"""What holds for a file as a whole: too little for a ranking, a metric on two scales, languages nobody knows."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from pydantic import BaseModel

from governance.evaluation.vocabulary import Format

SCALE_FACTOR = 20.0
"""Medians that far apart, one in 0 to 1 and the other up to 100, are read as two scales of one metric."""
NAMED = 5


class Finding(BaseModel, frozen=True):
    """One thing to know of a file.

    Args:
        kind: One word for it, e.g. ``mixed_scales``.
        detail: The same in a sentence.
        rows: Rows it concerns, a count.
        stops: Whether the file cannot be taken with it.
    """

    kind: str
    detail: str
    rows: int
    stops: bool = False


def findings_of(
    format: Format, good: pl.DataFrame, unknown: Mapping[str, int], stop_scales: bool
) -> tuple[Finding, ...]:
    """Look at the good rows of a file as a whole.

    Args:
        format: What they are.
        good: The rows, every column of the format.
        unknown: Languages without a code, with a count; their rows are kept without a language.
        stop_scales: Whether a metric on two scales stops the file.
    """
    found: list[Finding] = []
    if not good.height:
        found.append(Finding(kind="no_rows", detail=f"no row of {format} can be kept", rows=0, stops=True))
    elif format == "battles":
        found += _of_battles(good)
    elif format == "scores":
        found += _of_scores(good, stop_scales)
    if unknown:
        named = ", ".join(f"{name[:40]} ({count:,})" for name, count in list(unknown.items())[:NAMED])
        detail = f"languages that ISO 639-3 does not know, kept without one: {named}"
        found.append(Finding(kind="unknown_language", detail=detail, rows=sum(unknown.values())))
    return tuple(found)


def _of_battles(good: pl.DataFrame) -> list[Finding]:
    found = []
    if good["outcome"].is_in(["tie", "both_bad"]).all():
        detail = "every battle is a tie: nothing tells the models apart"
        found.append(Finding(kind="all_ties", detail=detail, rows=good.height))
    if good["judge"].is_null().all():
        detail = "no row names its judge: votes of one person count as independent, and nobody can be withdrawn"
        found.append(Finding(kind="no_judge", detail=detail, rows=good.height))
    return found


def _of_scores(good: pl.DataFrame, stop_scales: bool) -> list[Finding]:
    found = []
    if good["model"].n_unique() == 1:
        detail = f"one model only, '{good['model'][0]:.60}': a ranking needs two"
        found.append(Finding(kind="one_model", detail=detail, rows=good.height))
    for metric, rows in mixed_scales(good).items():
        detail = f"'{metric:.60}' holds figures of 0 to 1 beside figures up to 100: write all on one scale"
        found.append(Finding(kind="mixed_scales", detail=detail, rows=rows, stops=stop_scales))
    keys = [name for name in good.columns if name not in ("score", "seconds", "co2e_kg", "n")]
    apart = good.group_by(keys).agg(n=pl.len(), scores=pl.col("score").n_unique()).filter(pl.col("scores") > 1)
    if apart.height:
        detail = "rows that differ in nothing but the score: name the subset, split, rater or day that sets them apart"
        found.append(Finding(kind="repeated", detail=detail, rows=int(apart["n"].sum())))
    return found


def mixed_scales(scores: pl.DataFrame) -> dict[str, int]:
    """Find metrics that some models' rows state as 0 to 1 and others' as 0 to 100.

    One task and metric is looked at a time, a model's figures together: all of one lie in 0 to 1, all of another
    above 1 and up to 100, and their medians are more than 20 times apart.

    Returns:
        Metrics with the rows of those in 0 to 1, counts.

    >>> mixed_scales(pl.DataFrame({"model": ["x", "y"], "task": "t", "metric": "acc", "score": [0.81, 79.0]}))
    {'acc': 1}
    """
    models = scores.group_by("task", "metric", "model").agg(
        low=pl.col("score").min(), high=pl.col("score").max(), middle=pl.col("score").median(), n=pl.len()
    )
    small = models.filter((pl.col("low") >= 0) & (pl.col("high") <= 1))
    large = models.filter((pl.col("low") > 1) & (pl.col("high") <= 100))
    both = small.join(large.group_by("task", "metric").agg(other=pl.col("middle").median()), on=["task", "metric"])
    odd = both.filter(pl.col("other") > SCALE_FACTOR * pl.col("middle"))
    return dict(odd.group_by("metric").agg(pl.col("n").sum()).sort("metric").iter_rows())
