"""Does the place or the length of an answer win? Shares over decided votes."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from governance.evaluation.robustness.agreement import Share


@dataclass(frozen=True, slots=True)
class Biases:
    """Shares of decided votes, with Wilson intervals that take votes as independent.

    Args:
        votes: All.
        decided: Those with a winner.
        first_wins: Of the decided, those the first shown won. One half is no bias only where chance chose the order.
        longer_wins: Of the decided with two known, different lengths, those the longer answer won; ``None``: no
            lengths are known.
    """

    votes: int
    decided: int
    first_wins: Share
    longer_wins: Share | None


def biases(battles: pl.DataFrame) -> Biases:
    """Count how often the first shown, and the longer, wins.

    Args:
        battles: Columns model_a (shown first), model_b, outcome, and perhaps length_a and length_b.

    >>> votes = pl.DataFrame({"model_a": ["x"] * 3, "model_b": ["y"] * 3, "outcome": ["a", "tie", "b"]})
    >>> biases(votes).first_wins.value
    0.5
    """
    battles = battles.filter(pl.col("model_a") != pl.col("model_b"))
    decided = battles.filter(pl.col("outcome").is_in(["a", "b"]))
    first = int((decided["outcome"] == "a").sum())
    longer = None
    if {"length_a", "length_b"} <= set(battles.columns):
        known = decided.filter(pl.col("length_a") != pl.col("length_b"))
        won = known.filter((pl.col("length_a") > pl.col("length_b")) == (pl.col("outcome") == "a"))
        longer = Share.of(won.height, known.height) if known.height else None
    return Biases(battles.height, decided.height, Share.of(first, decided.height), longer)
