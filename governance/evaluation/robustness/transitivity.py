"""Triads of models by how far the three pairs agree on an order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from governance.evaluation.ratings.cells import Cells


@dataclass(frozen=True, slots=True)
class Order:
    """Triads, counted.

    Args:
        met: All three pairs met.
        triads: And all three are decided: the win share, ties as half, is not one half.
        cyclic: Each beats the next in a circle.
        share: Cyclic share of the decided; ``None`` without any.
        weak: a beats b, b beats c, and a beats c: all decided triads that are not cyclic.
        moderate: And a beats c at least as clearly as the closer of the two.
        strong: And at least as clearly as the clearer of the two.
    """

    met: int
    triads: int
    cyclic: int
    share: float | None
    weak: int
    moderate: int
    strong: int


def order_of(cells: Cells) -> Order:
    """Count the triads of each kind.

    Args:
        cells: Votes a pair.

    Source: weak, moderate and strong stochastic transitivity as in Coombs 1964.

    >>> import polars as pl
    >>> ring = pl.DataFrame({"model_a": ["x", "y", "z"], "model_b": ["y", "z", "x"], "outcome": ["a", "a", "a"]})
    >>> order_of(Cells.of(ring)).cyclic
    1
    """
    size = len(cells.models)
    share = np.full((size, size), 0.5)
    together = cells.wins + cells.losses + cells.ties
    won = (cells.wins + 0.5 * cells.ties) / np.where(together > 0, together, 1)
    lost = (cells.losses + 0.5 * cells.ties) / np.where(together > 0, together, 1)
    share[cells.first, cells.second], share[cells.second, cells.first] = won, lost
    met = np.zeros((size, size))
    met[cells.first, cells.second] = met[cells.second, cells.first] = 1
    beats = (share > 0.5).astype(float)
    either = beats + beats.T
    weak = moderate = strong = 0
    for middle in range(size):  # of an ordered triad exactly one model is the middle one
        above, below = np.flatnonzero(beats[:, middle]), np.flatnonzero(beats[middle])
        outer = share[np.ix_(above, below)]
        one, two = share[above, middle][:, None], share[middle, below][None, :]
        ordered = outer > 0.5
        weak += int(ordered.sum())
        moderate += int((ordered & (outer >= np.minimum(one, two))).sum())
        strong += int((ordered & (outer >= np.maximum(one, two))).sum())
    triads = round(((either @ either) * either).sum() / 6)
    cyclic = round(((beats @ beats) * beats.T).sum() / 3)
    return Order(
        met=round(((met @ met) * met).sum() / 6), triads=triads, cyclic=cyclic,
        share=cyclic / triads if triads else None, weak=weak, moderate=moderate, strong=strong,
    )  # fmt: skip
