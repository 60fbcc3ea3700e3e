"""The three tables every evaluation works on, and a set: a table with what must be said of it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from governance.catalogue.vocabulary import Origin
from governance.evaluation.vocabulary import Better, Format

BATTLES: dict[str, pl.DataType] = {
    "model_a": pl.String(), "model_b": pl.String(), "outcome": pl.String(), "judge": pl.String(),
    "judge_kind": pl.String(), "prompt": pl.String(), "language": pl.String(), "category": pl.String(),
    "day": pl.Date(), "weight": pl.Float64(), "preference": pl.Float64(), "length_a": pl.Int64(),
    "length_b": pl.Int64(),
}  # fmt: skip
"""Columns of battles; the first three are never null. Model a was shown first."""

SCORES: dict[str, pl.DataType] = {
    "model": pl.String(), "task": pl.String(), "language": pl.String(), "subset": pl.String(), "metric": pl.String(),
    "score": pl.Float64(), "n": pl.Int64(), "rater": pl.String(), "scored_at": pl.Date(), "split": pl.String(),
    "seconds": pl.Float64(), "co2e_kg": pl.Float64(),
}  # fmt: skip
"""Columns of scores; model, task, metric and score are never null in a user's own."""

PREDICTIONS: dict[str, pl.DataType] = {
    "item": pl.String(), "group": pl.String(), "language": pl.String(), "run": pl.String(), "device": pl.String(),
    "method": pl.String(), "sparsity": pl.Float64(), "label": pl.String(), "prediction": pl.String(),
    "score": pl.Float64(),
}  # fmt: skip
"""Columns of predictions; item, run and prediction are never null."""

TABLES: dict[Format, dict[str, pl.DataType]] = {"battles": BATTLES, "scores": SCORES, "predictions": PREDICTIONS}
NEEDED: dict[Format, tuple[str, ...]] = {
    "battles": ("model_a", "model_b", "outcome"),
    "scores": ("model", "task", "metric", "score"),
    "predictions": ("item", "run", "prediction"),
}
"""Columns without which a row says nothing."""


@dataclass(frozen=True, slots=True)
class SetCard:
    """What is known of a set of battles, scores or predictions.

    Args:
        id: Its id; stable over rebuilds.
        title: Its name.
        format: What its rows are.
        rows: A count.
        source: Who published it, for the line under a figure.
        licence: SPDX expression; empty: not stated.
        version: Of the data: the catalogue's version, or a set's own revision.
        people: What is known of those who judged and what they agreed to.
        better: Which way its scores are better; ``None``: not one way for all.
        origin: The shipped facts, an import, or the user.
    """

    id: str
    title: str
    format: Format
    rows: int
    source: str
    licence: str
    version: str
    people: str | None = None
    better: Better | None = None
    origin: Origin = "facts"


@dataclass(frozen=True, slots=True, eq=False)
class EvaluationSet:
    """A set with its rows: a frame with exactly the columns of its format in `TABLES`."""

    card: SetCard
    frame: pl.DataFrame
