"""Publishing the best of several private variants: what that adds to the figure although no variant is better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from typing import Literal

import numpy as np

from governance.errors import BadInput
from governance.evaluation.ratings.cells import Floats
from governance.evaluation.ratings.rating import Rating

RUNS = 20_000
MOST = 100_000
"""Variants."""
MOST_BINOMIAL = 1_000
"""Values up to which binomials are counted as whole numbers; more are too large for a float."""
NUMBERS = 50_000_000
"""Variants times runs of one simulation."""
Z = 1.959963984540054
Basis = Literal["exact", "exact, normal spread", "simulated"]
"""How a figure was had."""


@dataclass(frozen=True, slots=True)
class BestOf:
    """What the best of several variants shows, against what it is.

    Args:
        variants: How many were tried.
        error: Standard error of a variant's figure, in points.
        spread: SD of the variants' true skill, in points; 0: all alike.
        basis: Exact for equal skill or for a normal spread; simulated for stated skills.
        shown: Expected figure of the winner, above the mean true skill.
        gain: Expected true skill of the winner, above the mean: what trying really brought.
        bias: ``shown`` less ``gain``: what is chance alone.
        bias_error: Monte-Carlo error of the bias; ``None`` where exact.
        bias_low, bias_high: Range of figure less true skill of the winner in 95% of runs.
        best_wins: Chance that the winner is truly the best; ``None``: not asked or all alike.
        runs, seed: Of the simulation; ``None``: nothing was drawn.
    """

    variants: int
    error: float
    spread: float
    basis: Basis
    shown: float
    gain: float
    bias: float
    bias_error: float | None
    bias_low: float | None
    bias_high: float | None
    best_wins: float | None
    runs: int | None
    seed: int | None


def expected_largest(n: int) -> float:
    """Give the expected largest of n independent standard normals, by numerical integration.

    Source: the density of the largest is n φ(x) Φ(x)ⁿ⁻¹ (Gumbel 1958).

    >>> round(expected_largest(27), 3), round(expected_largest(10), 3)
    (1.998, 1.539)
    """
    from scipy.special import log_ndtr

    if not 1 <= n <= MOST:
        raise BadInput(f"the best of {n:,} cannot be worked out", "variants", f"use 1 to {MOST:,}")
    x = np.linspace(-12.0, 12.0, 24_001)
    density = n / np.sqrt(2 * np.pi) * np.exp((n - 1) * log_ndtr(x) - x * x / 2)
    return float((x * density).sum() * (x[1] - x[0]))


def expected_best(values: Sequence[float], n: int) -> float:
    """Give the expected largest of n drawn from a list without putting back, exactly.

    Args:
        values: The list.
        n: How many are drawn.

    Raises:
        BadInput: The list has fewer than n.

    >>> expected_best([1, 2, 3, 4, 5], 2)
    4.0
    """
    if not 1 <= n <= len(values):
        raise BadInput(f"{n:,} cannot be drawn from {len(values):,}", "variants", "draw at least 1 and at most all")
    if len(values) > MOST_BINOMIAL:
        # The chance that the largest drawn is at place p, from the top down: each is (p - n + 1) / p of the one above.
        place = np.arange(len(values) - 1, n - 1, -1, dtype=float)
        chances = n / len(values) * np.cumprod(np.concatenate([[1.0], (place - n + 1) / place]))
        return float(np.sort(np.asarray(values, dtype=float))[::-1][: chances.size] @ chances)
    every = comb(len(values), n)
    return sum(value * comb(place, n - 1) / every for place, value in enumerate(sorted(values)) if place >= n - 1)


def best_of(variants: int, error: float, spread: float = 0.0) -> BestOf:
    """Work out the best of several variants whose true skills are alike, or spread by a normal.

    With an error of SE and a spread of τ the figures have SD √(SE² + τ²); the winner's expected true skill is the
    share τ² / (SE² + τ²) of what it shows. Both are exact for normal figures and skills.

    Args:
        variants: How many, 1 or more.
        error: Standard error of a variant's figure, in points.
        spread: SD of true skill between variants, in points.

    >>> best_of(27, 10.0).bias
    19.98...
    """
    _check_sizes(error, spread)
    square = error**2 + spread**2
    shown = float(np.sqrt(square)) * expected_largest(variants)
    gain = shown * spread**2 / square if square else 0.0
    return BestOf(
        variants=variants, error=error, spread=spread, basis="exact, normal spread" if spread else "exact",
        shown=shown, gain=gain, bias=shown - gain, bias_error=None, bias_low=None, bias_high=None, best_wins=None,
        runs=None, seed=None,
    )  # fmt: skip


def simulate_best_of(
    variants: int | None = None,
    error: float = 1.0,
    spread: float = 0.0,
    *,
    skills: Sequence[float] | None = None,
    errors: Sequence[float] | None = None,
    runs: int = RUNS,
    seed: int = 0,
) -> BestOf:
    """Draw figures of variants again and again, publish the best, and compare it with its true skill.

    Args:
        variants: How many; left out where skills are stated.
        error: Standard error of a variant's figure, in points.
        spread: SD of true skill, drawn anew in each run; for stated skills it is worked out.
        skills: The true skills, in points, where they are known; they stay the same over runs.
        errors: Standard error of each of them, where they differ.
        runs: How often.
        seed: Of the draws.

    Raises:
        BadInput: Sizes do not make sense or are too many.

    >>> found = simulate_best_of(error=10.0, skills=[0.0, 0.0, 40.0], runs=2000)
    >>> found.basis, found.best_wins > 0.9
    ('simulated', True)
    """
    count = len(skills) if skills is not None else (variants or 0)
    _check_sizes(error, spread)
    if not 1 <= count <= MOST or runs < 2 or count * runs > NUMBERS:
        what = f"{count:,} variants in {runs:,} runs cannot be simulated"
        raise BadInput(what, "variants and runs", f"use at least 1 variant and 2 runs, and {NUMBERS:,} draws at most")
    if errors is not None and (len(errors) != count or any(not (np.isfinite(one) and one >= 0) for one in errors)):
        raise BadInput("each variant needs a standard error of 0 or more", "errors", f"give {count:,} of them")
    if skills is not None and not np.isfinite(skills).all():
        raise BadInput("a skill is not a number", "skills", "give finite numbers, in points")
    rng = np.random.default_rng(seed)
    scale = np.full(count, error) if errors is None else np.asarray(errors, dtype=float)
    if skills is None:
        true = rng.standard_normal((runs, count)) * spread
    else:
        true = np.broadcast_to(np.asarray(skills, dtype=float) - np.mean(skills), (runs, count))
    seen = true + rng.standard_normal((runs, count)) * scale
    winner = seen.argmax(axis=1)[:, None]
    shown, gain = np.take_along_axis(seen, winner, 1)[:, 0], np.take_along_axis(true, winner, 1)[:, 0]
    return _simulated(count, scale, true, shown, gain, runs, seed)


def curve(most: int, error: float, spread: float = 0.0) -> list[BestOf]:
    """Work out `best_of` for 1, 2, … variants, thinning out above 60."""
    every = [*range(1, min(most, 60) + 1), *range(65, most + 1, 5)]
    return [best_of(n, error, spread) for n in every]


def typical_error(rating: Rating) -> float | None:
    """Give the median standard error of a rating's models in points: half an interval over its normal quantile.

    Returns:
        ``None`` where the rating has no intervals.
    """
    from scipy.special import ndtri

    half = [(row.high - row.low) / 2 for row in rating.models if row.low is not None and row.high is not None]
    return float(np.median(half) / ndtri(0.5 + rating.settings.level / 2)) if half else None


def _simulated(count: int, scale: Floats, true: Floats, shown: Floats, gain: Floats, runs: int, seed: int) -> BestOf:
    bias = shown - gain
    low, high = np.percentile(bias, (2.5, 97.5))
    spread = float(true.std(axis=1).mean()) if count > 1 else 0.0
    return BestOf(
        variants=count, error=float(scale.mean()), spread=spread, basis="simulated", shown=float(shown.mean()),
        gain=float(gain.mean()), bias=float(bias.mean()), bias_error=float(bias.std(ddof=1) / np.sqrt(runs)),
        bias_low=float(low), bias_high=float(high),
        best_wins=float((gain >= true.max(axis=1)).mean()) if spread > 0 else None, runs=runs, seed=seed,
    )  # fmt: skip


def _check_sizes(error: float, spread: float) -> None:
    if not (np.isfinite(error) and np.isfinite(spread) and error >= 0 and spread >= 0):
        raise BadInput("an error and a spread are 0 or more", "points", "give finite numbers, in points")
