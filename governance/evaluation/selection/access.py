"""What a share of an arena's data brings: the relative gain, and the line through two measured points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from governance.errors import BadInput

Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Gain:
    """Two win rates and what lies between them.

    Args:
        old, new: Win rates, 0 to 1.
        gain: (new - old) / old; 1 is +100%.
        low, high: 95% interval where both n are known: of the logarithm of the ratio (Katz et al. 1978), over
            independent votes.
        points: new - old, in percentage points.
        n_old, n_new: Votes behind each; ``None``: unknown.
    """

    old: float
    new: float
    gain: float
    low: float | None
    high: float | None
    points: float
    n_old: int | None = None
    n_new: int | None = None


@dataclass(frozen=True, slots=True)
class AccessPoint:
    """A win rate on the line between the two measured shares.

    Args:
        share: Of training data that is the arena's, 0 to 1.
        win_rate: On the line; ``None`` outside what was measured: the line says nothing there.
        gain: Relative to the lower share.
    """

    share: float
    win_rate: float | None
    gain: float | None


def relative_gain(old: float, new: float, n_old: int | None = None, n_new: int | None = None) -> Gain:
    """Give the relative gain from one win rate to another.

    Args:
        old: Win rate before, 0 to 1, above 0.
        new: After.
        n_old: Votes behind the first, where known.
        n_new: Behind the second.

    Raises:
        BadInput: A rate is not between 0 and 1, old is 0, or a count is not positive.

    >>> relative_gain(0.25, 0.5).gain
    1.0
    """
    if not (0 < old <= 1 and 0 <= new <= 1):
        raise BadInput("win rates lie between 0 and 1, the old one above 0", "win rates", "write for example 0.25")
    if any(n is not None and n < 1 for n in (n_old, n_new)):
        raise BadInput("a win rate stands on at least one vote", "votes", "give a positive count, or none")
    low = high = None
    if n_old and n_new and new > 0:
        half = Z * np.sqrt((1 - old) / (n_old * old) + (1 - new) / (n_new * new))
        low, high = float(new / old * np.exp(-half) - 1), float(new / old * np.exp(half) - 1)
    return Gain(old, new, (new - old) / old, low, high, 100 * (new - old), n_old, n_new)


def along_share(old: float, new: float, share_old: float, share_new: float, shares: list[float]) -> list[AccessPoint]:
    """Read win rates off the straight line between two measured points: an assumption, not a law.

    Args:
        old: Win rate measured at the first share.
        new: At the second.
        share_old: Share of the training data that is the arena's, 0 to 1.
        share_new: A larger one.
        shares: Where to read.

    Raises:
        BadInput: Shares do not lie between 0 and 1 in that order.

    >>> along_share(0.25, 0.5, 0.0, 0.7, [0.35, 0.9])[0].win_rate
    0.375
    """
    gain = relative_gain(old, new)
    if not 0 <= share_old < share_new <= 1:
        raise BadInput("the first share must be smaller than the second, both in 0 to 1", "shares", "write 0 and 0.7")
    found = []
    for share in shares:
        inside = share_old <= share <= share_new
        rate = old + (new - old) * (share - share_old) / (share_new - share_old) if inside else None
        found.append(AccessPoint(share, rate, None if rate is None else (rate - gain.old) / gain.old))
    return found
