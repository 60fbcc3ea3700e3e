"""Elo depends on the order of the votes: the same votes in many orders, for several step sizes K."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from governance.errors import BadInput
from governance.evaluation.orders import ranks, taus
from governance.evaluation.ratings.bradley_terry import fit
from governance.evaluation.ratings.cells import Cells, Floats
from governance.evaluation.robustness.elo_kernel import elo_in_order, elo_over_orders, pack

KS = (1.0, 4.0, 8.0, 16.0, 32.0)
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
"""Orders a run, for runs set side by side."""
START = 1000.0
"""Points that everybody starts with."""
PERMUTATIONS = 100
TOLERANCE = 0.01
"""Share of pairs of models that a mean ranking may still have the other way round."""
MOST = 2_000_000_000
"""Battles times orders times values of K that one call works through."""


@dataclass(frozen=True, slots=True)
class EloSpread:
    """What the order of the votes does at one K.

    Args:
        k: Step size, in points.
        mean_sd: Spread of a model's points over orders, the mean of all models' SD.
        mean_sd_error: Standard error of that, from the finite number of orders (jackknife).
        largest_rank_range: Places between a model's best and worst rank, of the model that moves most.
        winners: Different models that come first in some order.
        winners_error: SD of that number in another run of as many orders, if those that won are all that can.
        settles: Orders after which the mean ranking stays within the tolerance of that of all orders; ``None``: not
            in the first half of them.
        tau_single: Kendall's tau-b between the rankings of two single orders, mean of all pairs.
        tau_bradley_terry: Tau-b between the mean ranking and Bradley-Terry; ``None``: not to be had.
    """

    k: float
    mean_sd: float | None
    mean_sd_error: float | None
    largest_rank_range: int
    winners: int
    winners_error: float
    settles: int | None
    tau_single: float | None
    tau_bradley_terry: float | None


@dataclass(frozen=True, slots=True, eq=False)
class EloOrders:
    """Elo over orders.

    Args:
        battles: How many were rated.
        models: How many models.
        permutations: How many orders.
        seed: Of the orders.
        start: Points at the start.
        tolerance: Behind `EloSpread.settles`: share of pairs the other way round.
        parts: Of the comparison graph; ranks over several of them mean nothing.
        weights_ignored: Whether some battle has a weight, which Elo does not know.
        spreads: One a K.
        rows: One a K and model: k, model, mean, sd, sem, p5, p95, rank, rank_best, rank_worst, first (share of orders
            in which it comes first), given (its rank in the order of the rows), n (its battles).
        reruns: How far two runs of so many orders part: k, orders, unlike (share of pairs of models that the means of
            two runs rank the other way round), runs (how many runs the orders make; each two are set side by side).
    """

    battles: int
    models: int
    permutations: int
    seed: int
    start: float
    tolerance: float
    parts: int
    weights_ignored: bool
    spreads: tuple[EloSpread, ...]
    rows: pl.DataFrame
    reruns: pl.DataFrame


def elo_orders(
    battles: pl.DataFrame,
    ks: Sequence[float] = KS,
    *,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
    start: float = START,
    tolerance: float = TOLERANCE,
) -> EloOrders:
    """Rate the same battles by Elo in many random orders, and say how much the order decides.

    A tie, or both bad, is half a win for each.

    Args:
        battles: Columns model_a, model_b, outcome.
        ks: Step sizes, in points.
        permutations: How many orders, 2 or more.
        seed: Of the orders.
        start: Points at the start.
        tolerance: Share of pairs of models, for when the mean ranking settles.

    Raises:
        BadInput: There are no battles, a K is not above 0, or the work is too much for one call.

    Source: Boubdir et al. 2023, Elo Uncovered; the spread is ours to compute.

    >>> votes = pl.DataFrame({"model_a": ["x"] * 3, "model_b": ["y"] * 3, "outcome": ["a", "a", "b"]})
    >>> elo_orders(votes, [16], permutations=50).spreads[0].winners
    1
    """
    cells = Cells.of(battles)
    _check(len(cells.models), battles.height, ks, permutations)
    packed = pack(battles, cells.models)
    points = elo_over_orders(packed, len(cells.models), ks, start, permutations, seed)
    skill = fit(cells.matrix())
    known = skill.skill if skill.part.max(initial=0) == 0 else None
    spreads = tuple(_spread(k, points[:, at], known, tolerance) for at, k in enumerate(ks))
    rows = pl.concat(
        [_rows(k, points[:, at], elo_in_order(packed, len(cells.models), k, start), cells) for at, k in enumerate(ks)]
    )
    reruns = pl.DataFrame(
        [row for at, k in enumerate(ks) for row in _reruns(float(k), points[:, at])],
        schema={"k": pl.Float64, "orders": pl.Int64, "unlike": pl.Float64, "runs": pl.Int64}, orient="row",
    )  # fmt: skip
    weighted = "weight" in battles.columns and battles["weight"].fill_null(1.0).ne(1.0).any()
    return EloOrders(
        battles=len(packed), models=len(cells.models), permutations=permutations, seed=seed, start=start,
        tolerance=tolerance, parts=int(skill.part.max(initial=0)) + 1,
        weights_ignored=bool(weighted), spreads=spreads, rows=rows, reruns=reruns,
    )  # fmt: skip


def jackknife_of_mean_sd(points: Floats) -> float | None:
    """Give the standard error of the mean SD over models, from leaving out one order after the other.

    Args:
        points: Shape (orders, models).
    """
    n = len(points)
    if n < 3:
        return None
    square = (points - points.mean(axis=0)) ** 2
    # without order i the sum of squares falls by n / (n - 1) times its own square
    left = np.sqrt(np.maximum(square.sum(axis=0) - square * n / (n - 1), 0.0) / (n - 2)).mean(axis=1)
    return float(np.sqrt((n - 1) / n * ((left - left.mean()) ** 2).sum()))


def _spread(k: float, points: Floats, skill: Floats | None, tolerance: float) -> EloSpread:
    count = len(points)
    places = np.array([ranks(row) for row in points])
    between = taus(points)[np.triu_indices(count, 1)]
    mean = points.mean(axis=0)
    first, won = np.unique(points.argmax(axis=1), return_counts=True)
    beside = taus(mean[None, :], skill[None, :])[0, 0] if skill is not None else np.nan
    return EloSpread(
        k=float(k),
        mean_sd=float(points.std(axis=0, ddof=1).mean()),
        mean_sd_error=jackknife_of_mean_sd(points),
        largest_rank_range=int((places.max(axis=0) - places.min(axis=0)).max()),
        winners=len(first),
        winners_error=_winners_error(won / count, count),
        settles=_settles(points, tolerance),
        tau_single=_finite(float(np.nanmean(between))) if np.isfinite(between).any() else None,
        tau_bradley_terry=_finite(beside),
    )


def _winners_error(share: Floats, count: int) -> float:
    """Give the SD of the number of different winners in as many orders, winners drawn by these shares."""
    missing = (1 - share) ** count
    both = np.maximum(1 - share[:, None] - share[None, :], 0.0) ** count - np.outer(missing, missing)
    np.fill_diagonal(both, missing * (1 - missing))
    return float(np.sqrt(max(both.sum(), 0.0)))


def _settles(points: Floats, tolerance: float) -> int | None:
    count = len(points)
    running = np.cumsum(points, axis=0) / np.arange(1, count + 1)[:, None]
    unlike = (1 - taus(running, running[-1:])[:, 0]) / 2
    outside = np.flatnonzero(~(unlike <= tolerance))
    settled = int(outside[-1]) + 2 if outside.size else 1
    return settled if settled <= count / 2 else None


def _reruns(k: float, points: Floats) -> Iterator[tuple[float, int, float | None, int]]:
    """Set the means of separate runs of 1, 2, 5, … orders side by side, as far as the orders reach for two runs."""
    count = len(points)
    for orders in (n for n in STEPS if 2 * n <= count):
        runs = count // orders
        means = points[: runs * orders].reshape(runs, orders, -1).mean(axis=1)
        between = (1 - taus(means)[np.triu_indices(runs, 1)]) / 2
        known = between[np.isfinite(between)]
        yield k, orders, float(known.mean()) if known.size else None, runs


def _rows(k: float, points: Floats, given: Floats, cells: Cells) -> pl.DataFrame:
    places = np.array([ranks(row) for row in points])
    mean, sd = points.mean(axis=0), points.std(axis=0, ddof=1)
    first = np.bincount(points.argmax(axis=1), minlength=points.shape[1]) / len(points)
    low, high = np.percentile(points, (5, 95), axis=0)
    return pl.DataFrame({
        "k": np.full(len(mean), float(k)), "model": cells.models, "mean": mean, "sd": sd,
        "sem": sd / np.sqrt(len(points)), "p5": low, "p95": high, "rank": ranks(mean),
        "rank_best": places.min(axis=0), "rank_worst": places.max(axis=0), "first": first,
        "given": ranks(given), "n": cells.per_model(),
    }).sort("rank", "model")  # fmt: skip


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _check(models: int, battles: int, ks: Sequence[float], permutations: int) -> None:
    if models < 2:
        raise BadInput("there are no battles between two models", "the battles", "bring battles of at least two models")
    if not ks or any(not (np.isfinite(k) and 0 < k <= 1000) for k in ks):
        raise BadInput("K must be above 0 and at most 1000", "K", "use for example 1, 4, 8, 16, 32")
    if not 2 <= permutations <= 100_000:
        raise BadInput(f"{permutations:,} orders cannot be tried", "permutations", "use 2 to 100,000")
    if battles * permutations * len(ks) > MOST:
        what = f"{battles:,} battles in {permutations:,} orders at {len(ks)} values of K are too many for one call"
        raise BadInput(what, "permutations", f"battles × orders × values of K may be {MOST:,} at most")
