"""How wide the intervals are, by what is taken to go together: the first thing to know before believing one."""

from __future__ import annotations

import numpy as np
import polars as pl

from governance.evaluation.ratings.rate import rate
from governance.evaluation.ratings.votes import BothBad
from governance.evaluation.vocabulary import CLUSTERS, Ties

VOTES = "vote"


def interval_widths(
    battles: pl.DataFrame, ties: Ties = "half", both_bad: BothBad = "tie", level: float = 0.95
) -> dict[str, float]:
    """Give the mean half-width of Bradley-Terry's intervals with votes alone, and over judges and over prompts.

    Args:
        battles: Battles with their judges and prompts.
        ties: As for `rate`.
        both_bad: As for `rate`.
        level: Of the intervals.

    Returns:
        Points by what goes together: vote, judge, prompt; only those of which there are two at least.

    Source: the robust variance of `sandwich.covariance`.

    >>> rows = {
    ...     "model_a": ["x", "x"] * 9,
    ...     "model_b": ["y", "y"] * 9,
    ...     "outcome": ["a", "b"] * 9,
    ...     "judge": ["p", "q"] * 9,
    ... }
    >>> {name: round(width) for name, width in interval_widths(pl.DataFrame(rows)).items()}
    {'vote': 80, 'judge': 340}
    """
    found = {}
    for name in (VOTES, *CLUSTERS):
        if name != VOTES and (name not in battles.columns or battles[name].drop_nulls().n_unique() < 2):
            continue
        rating = rate(
            battles,
            "bt",
            ties,
            "sandwich",
            None if name == VOTES else name,
            resamples=1,
            level=level,
            both_bad=both_bad,
        )
        found[name] = float(np.mean([(row.high or 0.0) - (row.low or 0.0) for row in rating.models])) / 2
    return found
