"""Win rate and Borda: rankings that only count, from the weight of wins of each pair."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from governance.evaluation.ratings.cells import Cells, Floats


def win_rate(wins: Floats) -> Floats:
    """Give each model's win share against an opponent, averaged over the opponents it met.

    Every opponent counts alike, however often it was met.

    Args:
        wins: Weight of wins of row over column, ties as half; shape (…, models, models).

    Returns:
        Shares, 0 to 1; not a number where a model met nobody.

    Source: ``average_win_rate`` of evalica.

    >>> win_rate(np.array([[0.0, 3.0, 1.0], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0]])).tolist()
    [0.625, 0.25, 0.5]
    """
    games = wins + np.swapaxes(wins, -1, -2)
    with np.errstate(all="ignore"):
        shares = np.where(games > 0, wins / games, 0.0)
        rate: Floats = shares.sum(axis=-1) / (games > 0).sum(axis=-1)
    return rate


def borda(wins: Floats, met: NDArray[np.bool_] | None = None) -> Floats:
    """Count the opponents each model beats by majority of their votes, a drawn majority as half.

    Each pair is one ballot, which makes it Copeland's score; where all pairs met it is the Borda count over pairs
    that MTEB's leaderboard takes over tasks. A model can only beat whom it met.

    Args:
        wins: Weight of wins of row over column, ties as half; shape (…, models, models).
        met: Which pairs met, where that is known from more votes than these: without any here they are drawn.

    Source: Borda 1781; Copeland 1951, A reasonable social welfare function.

    >>> borda(np.array([[0.0, 3.0, 1.0], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0]])).tolist()
    [1.5, 0.0, 0.5]
    """
    other = np.swapaxes(wins, -1, -2)
    met = wins + other > 0 if met is None else met
    beaten: Floats = (met & (wins > other + 1e-9)).sum(axis=-1) + 0.5 * (met & (np.abs(wins - other) <= 1e-9)).sum(-1)
    return beaten


def effective_votes(cells: Cells) -> Floats:
    """Give the votes that a model's win rate is worth: k² / sum of 1/n over its k opponents with n votes each.

    With one opponent, or n alike for all, these are its votes.
    """
    size = len(cells.models)
    opponents = np.bincount(cells.first, minlength=size) + np.bincount(cells.second, minlength=size)
    each = 1 / cells.votes
    worth: Floats = opponents**2 / (np.bincount(cells.first, each, size) + np.bincount(cells.second, each, size))
    return worth


def wilson(share: Floats, n: Floats, z: float) -> tuple[Floats, Floats]:
    """Give Wilson's interval of shares, each of so many votes.

    Source: Wilson 1927; with effective votes as in Korn and Graubard 1998 for shares of uneven designs.

    >>> [float(end.round(4)) for end in wilson(np.array(0.5), np.array(100.0), 1.959964)]
    [0.4038, 0.5962]
    """
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)
