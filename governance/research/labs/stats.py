"""Small estimators that several labs share."""

from __future__ import annotations

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
