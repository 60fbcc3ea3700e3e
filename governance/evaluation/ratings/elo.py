"""Elo: one pass over the battles in their order."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from governance.evaluation.ratings.cells import Floats, Numbers

K, START = 4.0, 1000.0
SCALE = 400.0
"""Points at which the odds are ten to one."""


def elo(
    first: Numbers,
    second: Numbers,
    score: Floats,
    size: int,
    k: float = K,
    start: float = START,
    *,
    weight: Floats | None = None,
    times: NDArray[np.int32] | None = None,
) -> Floats:
    """Rate models by Elo, one battle after the other.

    Args:
        first: Number of one model of each battle, in order.
        second: Number of the other.
        score: Of the first: 1 won, 0.5 tie, 0 lost.
        size: Number of models.
        k: Points at stake in a battle.
        start: Points everyone starts from.
        weight: What multiplies the stake of each battle; 1 where left out.
        times: How often each battle is played, there where it stands in the order; once where left out.

    Returns:
        Points a model.

    Source: Elo 1978, The Rating of Chessplayers; K = 4 as in FastChat's notebook and evalica.

    >>> elo(np.array([0]), np.array([1]), np.array([1.0]), 2, k=32).tolist()
    [1016.0, 984.0]
    """
    rated: Floats = _kernel()(
        first.astype(np.int32, copy=False),
        second.astype(np.int32, copy=False),
        score.astype(np.float64, copy=False),
        np.ones(len(first)) if weight is None else weight.astype(np.float64, copy=False),
        np.ones(len(first), dtype=np.int32) if times is None else times,
        size,
        float(k),
        float(start),
    )
    return rated


@cache
def _kernel() -> Callable[..., Floats]:
    import numba  # here: loading it would slow every command

    @numba.njit(nogil=True, cache=True)
    def run(first, second, score, weight, times, size, k, start):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        points = np.full(size, start)
        for place in range(first.size):
            a, b = first[place], second[place]
            for _ in range(times[place]):
                expected = 1.0 / (1.0 + 10.0 ** ((points[b] - points[a]) / SCALE))
                change = k * weight[place] * (score[place] - expected)
                points[a] += change
                points[b] -= change
        return points

    kept: Callable[..., Floats] = run
    return kept
