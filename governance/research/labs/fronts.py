"""Which of several options no other beats on every count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from governance.errors import BadInput

Way = Literal["higher", "lower"]
MOST = 5_000


def front(points: Sequence[Sequence[float]], ways: Sequence[Way]) -> list[bool]:
    """Tell which points are not dominated: none is as good on every count and better on one.

    Args:
        points: One row an option, one number a count.
        ways: Which way each count is better.

    Returns:
        In the order given; equal points are both kept.

    Raises:
        BadInput: Rows are of different lengths, have a number missing, or are too many.

    >>> front([(0.2, 30), (0.3, 20), (0.3, 40)], ("lower", "lower"))
    [True, True, False]
    """
    if len(points) > MOST:
        raise BadInput(f"{len(points):,} options", "rows", f"give at most {MOST:,}")
    if any(len(row) != len(ways) for row in points) or not ways:
        raise BadInput("an option has another number of counts", "rows", f"give {len(ways):,} numbers each")
    table = np.asarray(points, dtype=float).reshape(-1, len(ways))
    if not np.isfinite(table).all():
        raise BadInput("an option has a number missing", "rows", "leave it out, or drop that count")
    cost = np.where([way == "lower" for way in ways], table, -table)
    return [not bool(((cost <= one).all(axis=1) & (cost < one).any(axis=1)).any()) for one in cost]
