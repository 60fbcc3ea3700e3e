"""Ranks under a stated tie rule, and how two rankings of the same models differ."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from governance.evaluation.vocabulary import Better

Floats = NDArray[np.float64]
TieRule = Literal["min", "first", "average"]
"""Models of the same score: all take the best place of the tie, keep the order of the rows, or share the mean place."""
TIE_RULES: tuple[TieRule, ...] = get_args(TieRule)


def ranks(scores: Floats, better: Better = "higher", ties: TieRule = "min") -> Floats:
    """Rank along the last axis, the best first.

    Args:
        scores: Without NaN; ties are exactly equal scores.
        better: Which way a score is better.
        ties: The rule; ``first`` depends on the order of the rows.

    >>> ranks(np.array([0.2, 0.5, 0.2]), ties="min").tolist(), ranks(np.array([0.2, 0.5, 0.2]), ties="first").tolist()
    ([2.0, 1.0, 2.0], [2.0, 1.0, 3.0])
    """
    signed = -scores if better == "higher" else scores
    order = np.argsort(signed, axis=-1, kind="stable")
    first = (np.argsort(order, axis=-1, kind="stable") + 1).astype(np.float64)
    if ties == "first":
        return first
    before = (signed[..., None, :] < signed[..., :, None]).sum(axis=-1)
    if ties == "min":
        best: Floats = before + 1.0
        return best
    equal = (signed[..., None, :] == signed[..., :, None]).sum(axis=-1)
    shared: Floats = before + (equal + 1) / 2
    return shared


def spearman(first: Floats, second: Floats) -> float | None:
    """Give Spearman's rho of two score lists (the correlation of mean ranks); ``None`` where one ranks nothing."""
    if len(first) < 2:
        return None
    one, two = ranks(first, ties="average"), ranks(second, ties="average")
    if np.ptp(one) == 0 or np.ptp(two) == 0:
        return None
    return known(np.corrcoef(one, two)[0, 1])


def jaccard(first: Floats, second: Floats, k: int) -> float | None:
    """Give the share that the first k of two rankings have in common, of all that either holds.

    Args:
        first: Ranks, 1 the best; models tied at place k are all in under ``min``.
        second: The same models.
        k: A count; more than there are models means all of them.

    >>> jaccard(np.array([1.0, 2.0, 3.0]), np.array([1.0, 3.0, 2.0]), 2)
    0.3333333333333333
    """
    one, two = first <= k, second <= k
    either = int((one | two).sum())
    return float((one & two).sum() / either) if either else None


def known(value: float | np.floating) -> float | None:
    """Give a number, or ``None`` for one that is not finite."""
    return float(value) if np.isfinite(value) else None
