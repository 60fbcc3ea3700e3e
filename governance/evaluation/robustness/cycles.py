"""Does a ranking exist at all? Triads in which each model beats the next, beside what chance alone would give."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from governance.errors import BadInput
from governance.evaluation.ratings.bradley_terry import fit
from governance.evaluation.ratings.cells import Cells, Floats, Numbers
from governance.evaluation.robustness.transitivity import Order, order_of

SIMULATIONS = 500
REFITS = 100
"""Of the simulations behind the goodness of fit, which fit every time."""
SHOWN = 20
FEW = 5
"""Votes expected on either side below which chi-square's distribution is not to be trusted."""
BATCH = 1 << 22
"""Numbers of a matrix of pairs that are simulated at once."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What chance gives.

    Args:
        triads: Decided triads, mean.
        cyclic: Cyclic ones among them, mean.
        low, high: Ends of the 95% range of the cyclic.
        share: Cyclic share of the decided; ``None`` where a simulation had none.
        share_low, share_high: Ends of its 95% range.
    """

    triads: float
    cyclic: float
    low: float
    high: float
    share: float | None
    share_low: float | None
    share_high: float | None


@dataclass(frozen=True, slots=True)
class GoodnessOfFit:
    """How far the pairs are from what Bradley-Terry expects of them, over decided votes.

    Args:
        chi_square: Sum over pairs of votes × (share - expected)² / (expected × (1 - expected)).
        freedom: Pairs less fitted skills.
        p: By the chi-square distribution; ``None`` without freedom.
        p_simulated: Share of simulated sets, fitted again each, and of what was found, that are as far off; the one to
            trust where pairs have few votes.
        pairs_with_few: Pairs with fewer than five expected votes on either side.
        simulations: Behind ``p_simulated``.
    """

    chi_square: float
    freedom: int
    p: float | None
    p_simulated: float | None
    pairs_with_few: int
    simulations: int


@dataclass(frozen=True, slots=True, eq=False)
class Cycles:
    """Triads and their fit.

    Args:
        testable: Whether three models all met and all three pairs are decided.
        reason: Why not; empty where testable.
        votes, models, pairs: Counts.
        order: Triads by kind; ``None`` where not testable.
        by_chance: Expected if Bradley-Terry were true, of the same decided votes.
        p_cycles: Share of those simulations, and of what was found, with at least as many cycles.
        random: Expected if nothing decided: each pair by a coin, 1/4 of the triads; the range takes a normal curve.
        fit: How well Bradley-Terry fits the pairs; ``None`` without decided votes.
        strongest: The cycles whose weakest pair is the least likely by a coin: first, second, third, each beating the
            next and the third the first; three shares, votes of the three, z of the weakest.
        residuals: One a pair: first, second, votes, decided, share, expected, residual (Pearson).
        simulations, seed: Of chance.
    """

    testable: bool
    reason: str
    votes: int
    models: int
    pairs: int
    order: Order | None
    by_chance: Expected | None
    p_cycles: float | None
    random: Expected | None
    fit: GoodnessOfFit | None
    strongest: pl.DataFrame
    residuals: pl.DataFrame
    simulations: int
    seed: int


def cycles(battles: pl.DataFrame, *, simulations: int = SIMULATIONS, seed: int = 0, shown: int = SHOWN) -> Cycles:
    """Count cyclic triads, beside the number that chance gives for the same votes.

    A tie is half a win for each, so a pair is decided by its other votes. By chance: every pair keeps its number of
    votes that are no tie, and each of them goes by the Bradley-Terry fitted to such votes. Weights are left aside.

    Args:
        battles: Columns model_a, model_b, outcome.
        simulations: Of each kind of chance.
        seed: Of the simulations.
        shown: How many of the strongest cycles.

    Raises:
        BadInput: There are no battles between two models.

    Source: Kendall and Babington Smith 1940 for triads; the simulation is a parametric bootstrap.

    >>> star = pl.DataFrame({"model_a": ["x", "x"], "model_b": ["y", "z"], "outcome": ["a", "b"]})
    >>> cycles(star).reason
    'no three models all met each other'
    """
    cells = Cells.of(battles.drop("weight", strict=False))
    if len(cells.models) < 2:
        raise BadInput("there are no battles between two models", "the battles", "bring battles of two models or more")
    order = order_of(cells)
    decided = cells.wins + cells.losses
    skill = fit(cells.matrix("drop")).skill
    chance = 1 / (1 + np.exp(skill[cells.second] - skill[cells.first]))
    rng = np.random.default_rng(seed)
    counts = (int(cells.votes.sum()), len(cells.models), len(cells.first))
    goodness = _goodness(cells, chance, skill, rng, min(simulations, REFITS)) if decided.any() else None
    residuals = _residuals(cells, chance)
    if order.triads == 0:
        reason = "no three models all met each other" if not order.met else "no triad has all its three pairs decided"
        nothing = strongest_cycles(cells, 0)
        return Cycles(False, reason, *counts, None, None, None, None, goodness, nothing, residuals, 0, seed)
    by_chance = _simulated(cells, decided, chance, rng, simulations)
    as_many = 1 + int((by_chance[1] >= order.cyclic).sum())
    return Cycles(
        True, "", *counts, order, _expected(by_chance), as_many / (1 + simulations), _by_coin(order.triads),
        goodness, strongest_cycles(cells, shown), residuals, simulations, seed,
    )  # fmt: skip


def strongest_cycles(cells: Cells, shown: int) -> pl.DataFrame:
    """List cycles, first those whose weakest pair is the hardest to put down to a coin.

    Args:
        cells: Votes a pair.
        shown: At most so many.
    """
    size = len(cells.models)
    lead, votes, z = np.zeros((size, size)), np.zeros((size, size), dtype=np.int64), np.zeros((size, size))
    decided = cells.wins + cells.losses
    edge = (cells.wins - cells.losses) / np.sqrt(np.maximum(decided, 1))
    share = (cells.wins + 0.5 * cells.ties) / cells.votes
    for x, y, sign, part in ((cells.first, cells.second, 1, share), (cells.second, cells.first, -1, 1 - share)):
        z[x, y], lead[x, y], votes[x, y] = sign * edge, part, cells.votes
    found: list[tuple[float, int, int, int]] = []
    beats = z > 0
    for first in range(size if shown else 0):
        second, third = np.nonzero(beats & beats[first][:, None] & beats[:, first][None, :])
        kept = (second > first) & (third > first)  # each cycle once, named from its first model
        second, third = second[kept], third[kept]
        weakest = np.minimum(np.minimum(z[first, second], z[second, third]), z[third, first])
        best = np.argsort(-weakest, kind="stable")[:shown]
        found.extend(zip(weakest[best].tolist(), [first] * len(best), second[best], third[best], strict=True))
    found.sort(key=lambda one: (-one[0], one[1:]))
    names, listed = cells.models, found[:shown]
    return pl.DataFrame(
        [
            (names[a], names[b], names[c], lead[a, b], lead[b, c], lead[c, a],
             int(votes[a, b] + votes[b, c] + votes[c, a]), weakest)
            for weakest, a, b, c in listed
        ],
        schema={"first": pl.String, "second": pl.String, "third": pl.String, "first_second": pl.Float64,
                "second_third": pl.Float64, "third_first": pl.Float64, "votes": pl.Int64, "z": pl.Float64},
        orient="row",
    )  # fmt: skip


def _simulated(cells: Cells, votes: Floats, chance: Floats, rng: np.random.Generator, times: int) -> Floats:
    """Give the number of decided and of cyclic triads of each simulation."""
    size = len(cells.models)
    found = np.empty((2, times))
    batch = max(1, BATCH // max(size * size, 1))
    for start in range(0, times, batch):
        count = min(batch, times - start)
        won = rng.binomial(votes.astype(np.int64), chance, (count, len(chance)))
        lead = 2 * won - votes.astype(np.int64)
        beats = np.zeros((count, size, size), dtype=np.float32)
        beats[:, cells.first, cells.second] = lead > 0
        beats[:, cells.second, cells.first] = lead < 0
        either = beats + beats.transpose(0, 2, 1)
        span = slice(start, start + count)
        found[0, span] = ((either @ either) * either).sum(axis=(1, 2), dtype=float) / 6
        found[1, span] = ((beats @ beats) * beats.transpose(0, 2, 1)).sum(axis=(1, 2), dtype=float) / 3
    return found


def _expected(found: Floats) -> Expected:
    triads, cyclic = found
    low, high = np.percentile(cyclic, (2.5, 97.5))
    if not triads.all():
        return Expected(float(triads.mean()), float(cyclic.mean()), float(low), float(high), None, None, None)
    share = cyclic / triads
    ends = np.percentile(share, (2.5, 97.5))
    return Expected(
        float(triads.mean()), float(cyclic.mean()), float(low), float(high), float(share.mean()), *map(float, ends)
    )


def _by_coin(triads: int) -> Expected:
    """Give a random tournament's; no two triads are correlated, so the variance is 3/16 of them (Moran 1947)."""
    spread = 1.96 * np.sqrt(3 * triads / 16)
    low, high = float(max(triads / 4 - spread, 0.0)), float(min(triads / 4 + spread, triads))
    return Expected(triads, triads / 4, low, high, 0.25, low / triads, high / triads)


def _goodness(cells: Cells, chance: Floats, skill: Floats, rng: np.random.Generator, times: int) -> GoodnessOfFit:
    from scipy.special import chdtrc

    decided = (cells.wins + cells.losses).astype(np.int64)
    used = decided > 0
    parts = int(fit(cells.matrix("drop")).part.max(initial=-1)) + 1
    freedom = int(used.sum()) - (len(cells.models) - parts)
    chi = _chi_square(cells.wins, decided, chance)
    farther = 0
    wins = np.zeros((len(cells.models), len(cells.models)))
    for _ in range(times if freedom > 0 else 0):
        won = rng.binomial(decided, chance)
        wins[cells.first, cells.second], wins[cells.second, cells.first] = won, decided - won
        again = fit(wins, skill).skill
        farther += _chi_square(won, decided, 1 / (1 + np.exp(again[cells.second] - again[cells.first]))) >= chi
    return GoodnessOfFit(
        chi_square=chi, freedom=max(freedom, 0), p=float(chdtrc(freedom, chi)) if freedom > 0 else None,
        p_simulated=(1 + farther) / (1 + times) if freedom > 0 and times else None,
        pairs_with_few=int((decided * np.minimum(chance, 1 - chance) < FEW)[used].sum()), simulations=times,
    )  # fmt: skip


def _chi_square(won: Floats | Numbers, decided: Numbers, chance: Floats) -> float:
    return float(
        ((won - decided * chance) ** 2 / np.maximum(decided * chance * (1 - chance), 1e-300))[decided > 0].sum()
    )


def _residuals(cells: Cells, chance: Floats) -> pl.DataFrame:
    decided = cells.wins + cells.losses
    spread = np.sqrt(np.maximum(decided * chance * (1 - chance), 1e-300))
    table = pl.DataFrame({
        "first": [cells.models[one] for one in cells.first], "second": [cells.models[one] for one in cells.second],
        "votes": cells.votes, "decided": decided.astype(np.int64), "share": cells.wins / np.maximum(decided, 1),
        "expected": chance, "residual": (cells.wins - decided * chance) / spread,
    }, schema_overrides={"first": pl.String, "second": pl.String})  # fmt: skip
    return table.filter(pl.col("decided") > 0).sort(pl.col("residual").abs(), descending=True)
