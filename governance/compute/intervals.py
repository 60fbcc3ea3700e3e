"""Intervals for small samples: a share, and a median."""

from __future__ import annotations

import math
from collections.abc import Sequence

Z = 1.959963984540054


def wilson(count: int, n: int) -> tuple[float | None, float | None]:
    """Give the 95% score interval of a share; two times ``None`` where n is 0.

    Source: Wilson 1927.

    >>> [round(bound, 3) for bound in wilson(8, 10)]
    [0.49, 0.943]
    """
    if not n:
        return None, None
    share, spread = count / n, Z**2 / n
    middle = (share + spread / 2) / (1 + spread)
    reach = Z / (1 + spread) * math.sqrt(share * (1 - share) / n + spread / (4 * n))
    low = 0.0 if count == 0 else max(middle - reach, 0.0)
    high = 1.0 if count == n else min(middle + reach, 1.0)
    return low, high


def median_interval(values: Sequence[float]) -> tuple[float | None, float | None]:
    """Give an interval between two of the values that holds the median with at least 95%.

    It supposes nothing about how the values are spread. Below six values there is none.

    Source: order statistics and the sign test, e.g. David and Nagaraja 2003, section 7.1.

    >>> median_interval([1, 2, 3, 4, 5, 6])
    (1, 6)
    """
    ordered = sorted(values)
    from scipy.stats import binom  # here, since loading it takes half a second that most commands never need

    below = int(binom.ppf(0.025, len(ordered), 0.5))
    while below > 0 and binom.cdf(below - 1, len(ordered), 0.5) > 0.025:
        below -= 1
    return (ordered[below - 1], ordered[-below]) if below > 0 else (None, None)
