"""How alike two rankings of the same models are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from governance.evaluation.ratings.cells import Floats, Numbers

CHUNK = 1 << 16


def ranks(score: Floats) -> Numbers:
    """Rank scores, the highest first; equal scores share the best rank (tie rule "min").

    >>> ranks(np.array([3.0, 7.0, 7.0])).tolist()
    [3, 1, 1]
    """
    ascending = np.sort(-score)
    places: Numbers = np.searchsorted(ascending, -score, side="left").astype(np.int64) + 1
    return places


def taus(scores: Floats, others: Floats | None = None) -> Floats:
    """Give Kendall's tau-b between each two rows of scores, exactly.

    Args:
        scores: One ranking a row, one model a column.
        others: Rows to set beside; without it each row is set beside each.

    Returns:
        Shape (rows, other rows); NaN where a row knows no order.

    >>> taus(np.array([[1.0, 2.0, 3.0], [1.0, 3.0, 2.0]])).round(3).tolist()
    [[1.0, 0.333], [0.333, 1.0]]
    """
    beside = scores if others is None else others
    first, second = np.triu_indices(scores.shape[1], 1)
    same = np.zeros((len(scores), len(beside)))
    mine, theirs = np.zeros(len(scores)), np.zeros(len(beside))
    for start in range(0, len(first), CHUNK):
        one, two = first[start : start + CHUNK], second[start : start + CHUNK]
        left, right = _signs(scores, one, two), _signs(beside, one, two)
        same += left @ right.T
        mine += np.abs(left).sum(axis=1)
        theirs += np.abs(right).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = same / np.sqrt(np.outer(mine, theirs))
    return found


def tau(score: Floats, other: Floats) -> float | None:
    """Give Kendall's tau-b of two rankings; ``None`` below two models or where one knows no order.

    >>> tau(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 2.0]))
    0.816...
    """
    found = float(taus(score[None, :], other[None, :])[0, 0])
    return found if np.isfinite(found) else None


def _signs(scores: Floats, first: Numbers, second: Numbers) -> NDArray[np.float32]:
    return np.sign(scores[:, first] - scores[:, second]).astype(np.float32)
