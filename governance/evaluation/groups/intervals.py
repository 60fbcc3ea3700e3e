"""Intervals of shares from their n."""

from __future__ import annotations

import math

Z = 1.959963984540054
"""Normal quantile of a two-sided 95% interval."""


def wilson(share: float, n: float, z: float = Z) -> tuple[float, float]:
    """Give Wilson's interval of a share.

    Args:
        share: From 0 to 1.
        n: Trials behind it, at least 1.
        z: Normal quantile; 95% without it.

    Source: Wilson 1927.

    >>> tuple(round(bound, 3) for bound in wilson(0.8, 10))
    (0.49, 0.943)
    """
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, middle - half), min(1.0, middle + half)
