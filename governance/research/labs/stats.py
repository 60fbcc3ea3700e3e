"""Small estimators that several labs share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from governance.evaluation.sample_size import wilson


def share_bounds(count: int, n: int) -> tuple[float | None, float | None]:
    """Give Wilson's 95% interval of a count out of n; none where n is 0.

    >>> share_bounds(0, 0)
    (None, None)
    """
    if not n:
        return None, None
    found = wilson(count / n, n)
    return found.low, found.high


def on_front(across: NDArray[np.float64], up: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which points no other beats in both, more being better.

    >>> on_front(np.array([1.0, 2.0, 0.5]), np.array([2.0, 1.0, 1.5])).tolist()
    [True, True, False]
    """
    no_worse = (across[None, :] >= across[:, None]) & (up[None, :] >= up[:, None])
    better = (across[None, :] > across[:, None]) | (up[None, :] > up[:, None])
    return np.asarray(~(no_worse & better).any(axis=1))
