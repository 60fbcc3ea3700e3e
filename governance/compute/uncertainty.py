"""How far a published estimate may be off: factors by the source's confidence, and chances above a line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

CONFIDENCE_FACTORS: dict[str, float] = {"confident": 3.0, "likely": 10.0, "speculative": 30.0}
"""Epoch's classes as 90% factors: recalled, not checked on a page. Other words say nothing of size."""
Z90 = 1.6448536269514722
"""Standard deviations on each side of the middle that hold 90% of a normal distribution."""
LINES = (1e23, 1e24, 1e25, 1e26)

Numbers = NDArray[np.float64]


def chance_column(line: float) -> str:
    """Name the column of the chances to be above a line.

    >>> chance_column(1e25)
    'p_above_1e25'
    """
    return f"p_above_{line:.0e}".replace("e+", "e")


def factors(confidence: Sequence[str | None]) -> Numbers:
    """Give the 90% factor of each class; nan where the class says nothing of size.

    >>> factors(["likely", "unverified", None]).tolist()
    [10.0, nan, nan]
    """
    return np.array([CONFIDENCE_FACTORS.get(word or "", np.nan) for word in confidence], dtype=np.float64)


def chance_above(value: Numbers, factor: Numbers, line: float) -> Numbers:
    """Give the chance that each quantity is above a line, read as log-normal around its estimate.

    Args:
        value: Estimates, the medians; nan is unknown.
        factor: 90% of the distribution lies between value / factor and value * factor.
        line: In the unit of the values.

    Returns:
        Chances, 0 to 1; nan where value or factor is unknown.

    >>> chance_above(np.array([1e25]), np.array([10.0]), 1e25).tolist()
    [0.5]
    """
    spread = np.log(factor) / Z90
    chances: Numbers = ndtr((np.log(value) - np.log(line)) / spread)
    return chances
