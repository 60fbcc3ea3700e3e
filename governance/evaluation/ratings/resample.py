"""Drawing votes, or whole clusters of votes, again: counts of the cells, and pair matrices from them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Self

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from governance.evaluation.ratings.cells import Floats, Numbers
from governance.evaluation.ratings.votes import FIRST, SECOND, TIE, Votes

ROOM = 2_000_000
"""Numbers that the arrays of one chunk of resamples may hold each."""
MOST = 50
DENSE = 4_000_000
"""Up to so many numbers, counts of clusters are kept with their zeros, which multiplies faster."""

Estimate = Callable[[Floats, "Floats | None"], tuple[Floats, NDArray[np.bool_]]]
"""From wins and ties, shape (samples, models, models), to scores and whether a sample needed the prior."""


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """Where the votes of each cell go in the pair matrices."""

    size: int
    starts: Numbers | None
    weight: Floats | None
    places: tuple[tuple[Numbers, Numbers, Numbers], ...]

    @classmethod
    def of(cls, votes: Votes) -> Self:
        """Sort the cells by outcome; cells that differ in weight alone are summed first."""
        key = (votes.first * len(votes.models) + votes.second) * 3 + votes.outcome
        starts = np.flatnonzero(np.r_[True, key[1:] != key[:-1]])
        weighted = None if (votes.weight == 1).all() else votes.weight
        first, second, outcome = votes.first[starts], votes.second[starts], votes.outcome[starts]
        places = []
        for result in (FIRST, SECOND, TIE):
            cells = np.flatnonzero(outcome == result)
            places.append((cells, first[cells], second[cells]))
        return cls(len(votes.models), starts if len(starts) < len(key) else None, weighted, tuple(places))

    def matrices(self, counts: Floats, *, half: bool) -> tuple[Floats, Floats | None]:
        """Give wins and ties of samples of cells.

        Args:
            counts: Votes in each cell, shape (samples, cells).
            half: Whether a tie is half a win for each; otherwise ties are given apart.
        """
        if self.weight is not None:
            counts = counts * self.weight
        if self.starts is not None:
            counts = np.add.reduceat(counts, self.starts, axis=1)
        size = self.size
        wins = np.zeros((len(counts), size * size))
        (won, a, b), (lost, c, d), (tied, e, f) = self.places
        wins[:, a * size + b] = counts[:, won]
        wins[:, d * size + c] = counts[:, lost]
        ties = None
        into = wins
        if not half:
            into = ties = np.zeros_like(wins)
        share = counts[:, tied] * (0.5 if half else 1.0)
        into[:, e * size + f] += share
        into[:, f * size + e] += share
        shape = (len(counts), size, size)
        return wins.reshape(shape), None if ties is None else ties.reshape(shape)


def resampled(
    votes: Votes, estimate: Estimate, resamples: int, seed: int, *, half: bool
) -> tuple[Floats, NDArray[np.bool_]]:
    """Estimate scores from votes drawn again with replacement.

    Drawing N votes is the same as drawing the counts of the cells from a multinomial distribution. With clusters,
    whole clusters are drawn, each with all its votes.

    Args:
        votes: The votes, with their clusters where these are to be drawn.
        estimate: Scores of samples.
        resamples: A count.
        seed: Fixes the draws, whatever the number of processors.
        half: As for `Board.matrices`.

    Returns:
        Scores, shape (resamples, models), and whether a sample needed the prior.

    Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap; clusters: Cameron, Gelbach and Miller 2008.
    """
    board = Board.of(votes)
    groups = 0 if votes.clusters is None else votes.clusters.shape[0]
    chunk = max(1, min(MOST, ROOM // max(board.size**2, len(votes.count), groups)))
    parts = [min(chunk, resamples - start) for start in range(0, resamples, chunk)]
    draw = _drawer(votes)

    def work(task: tuple[np.random.SeedSequence, int]) -> tuple[Floats, NDArray[np.bool_]]:
        counts = draw(np.random.default_rng(task[0]), task[1])
        return estimate(*board.matrices(counts, half=half))

    tasks = zip(np.random.SeedSequence(seed).spawn(len(parts)), parts, strict=True)
    # Threads of the linear algebra inside threads of ours would wait for one another.
    workers = min(4, os.cpu_count() or 1)
    with _libraries().limit(limits=1, user_api="blas"), ThreadPoolExecutor(max_workers=workers) as pool:
        done = list(pool.map(work, tasks))
    return np.concatenate([scores for scores, _ in done]), np.concatenate([needed for _, needed in done])


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()


def _drawer(votes: Votes) -> Callable[[np.random.Generator, int], Floats]:
    if votes.clusters is None:
        return lambda rng, samples: multinomial(rng, votes.count, samples)
    groups, cells = votes.clusters.shape
    table = votes.clusters
    counts = table.toarray() if groups * cells <= DENSE and table.nnz > groups * cells / 10 else None
    turned = table.T.tocsr()

    def draw(rng: np.random.Generator, samples: int) -> Floats:
        times = rng.multinomial(groups, np.full(groups, 1 / groups), size=samples).astype(np.float64)
        drawn: Floats = times @ counts if counts is not None else (turned @ times.T).T
        return drawn

    return draw


def multinomial(rng: np.random.Generator, count: Numbers, samples: int) -> Floats:
    """Draw as many votes again as there are, into cells; faster than numpy's own by half, and as exact.

    A little less than all is drawn cell by cell (Poisson), the missing few one by one. Whatever the first total is,
    given it both are multinomial; only a total beyond the number of votes must be drawn anew.

    Args:
        rng: Source of chance.
        count: Votes a cell.
        samples: A count.

    Returns:
        Votes a cell, shape (samples, cells), each row with the same total.
    """
    n = int(count.sum())
    share = max(0.0, 1 - 4 / np.sqrt(n))
    drawn = rng.poisson(count * share, size=(samples, len(count)))
    missing = n - drawn.sum(axis=1)
    for sample in np.flatnonzero(missing < 0):
        while missing[sample] < 0:
            drawn[sample] = rng.poisson(count * share)
            missing[sample] = n - drawn[sample].sum()
    which = np.searchsorted(np.cumsum(count), rng.integers(n, size=int(missing.sum())), side="right")
    places = np.repeat(np.arange(samples), missing) * len(count) + which
    more = np.bincount(places, minlength=drawn.size).reshape(drawn.shape)
    return (drawn + more).astype(np.float64)


def row_draws(groups: Numbers | None, rows: int, resamples: int, seed: int) -> Iterator[NDArray[np.int32]]:
    """Give how often each row is drawn, resample by resample, for methods in which the order of rows counts.

    Args:
        groups: Number of each row's cluster; ``None``: rows are drawn one by one.
        rows: A count.
        resamples: A count.
        seed: Fixes the draws.
    """
    for child in np.random.SeedSequence(seed).spawn(resamples):
        rng = np.random.default_rng(child)
        number = rows if groups is None else int(groups.max()) + 1
        times = np.bincount(rng.integers(number, size=number), minlength=number).astype(np.int32)
        yield times if groups is None else times[groups]
