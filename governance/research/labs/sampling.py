"""Sampling and selecting: what more samples would give, and how much of it a selector gets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import BaseModel

from governance.errors import BadInput
from governance.evaluation.selection.best_of import expected_best

MOST_ITEMS, MOST_SAMPLES = 100_000, 1_000


class Sampled(BaseModel, frozen=True):
    """The samples of one prompt.

    Args:
        item: The prompt.
        scores: True quality of each sample, in the order drawn.
        language: Its language, or ``all``.
        selector: What the selector says of each; empty: there is none. The first of equals is taken.
    """

    item: str
    scores: tuple[float, ...]
    language: str = "all"
    selector: tuple[float, ...] = ()


class Step(BaseModel, frozen=True):
    """What n samples give.

    Args:
        n: Samples drawn.
        oracle: Expected best of them, mean over prompts: no selector can do better.
        selector: Expected score of the one the selector takes; ``None``: there is none.
        oracle_gain, selector_gain: The same less one sample, points of the score.
        per_sample: Gain of the last sample drawn by the oracle.
        cost: Samples times the cost of one; ``None``: not stated.
    """

    n: int
    oracle: float
    selector: float | None
    oracle_gain: float
    selector_gain: float | None
    per_sample: float | None
    cost: float | None


class LanguageGain(BaseModel, frozen=True):
    """What all samples give in one language.

    Args:
        language: ISO 639-3, or as given.
        items: Prompts, a count.
        single: Mean score of one sample.
        oracle_gain: Gain of the best of n, points.
        gain: Of the selector, or of the oracle where there is none, points.
        low, high: 95% over draws of prompts; ``None``: under 5 prompts.
        captured: Share of the oracle's gain that the selector gets, per cent; ``None``: there is none to get.
        helps: Whether the interval lies above 0, ``None``: there is none.
    """

    language: str
    items: int
    single: float
    oracle_gain: float
    gain: float
    low: float | None
    high: float | None
    captured: float | None
    helps: bool | None


class Sampling(BaseModel, frozen=True):
    """What sampling and selecting give.

    Args:
        items: Prompts, a count.
        n: Samples compared in the languages.
        steps: One a number of samples.
        languages: One row a language, the greatest gain first.
        has_selector: Whether there is a selector.
        seed: Of the draws for the intervals.
    """

    items: int
    n: int
    steps: tuple[Step, ...]
    languages: tuple[LanguageGain, ...]
    has_selector: bool
    seed: int


def expected_selected(scores: Sequence[float], selector: Sequence[float], n: int) -> float:
    """Give the expected score of the sample a selector takes among n drawn without putting back, exactly.

    The one that is k-th in the selector's eyes is taken when it is drawn with n − 1 of the k − 1 below it.

    Args:
        scores: Of all samples.
        selector: What it says of each; of equals it takes the one that comes first.
        n: How many are drawn.

    Raises:
        BadInput: The lists differ in length, or have fewer than n.

    >>> expected_selected([1, 2, 3, 4, 5], [5, 4, 3, 2, 1], 2)
    2.0
    """
    if len(scores) != len(selector):
        raise BadInput(f"{len(scores):,} scores, {len(selector):,} of the selector", "selector", "give one a sample")
    order = sorted(range(len(scores)), key=lambda place: (selector[place], -place))
    ranks = expected_places(len(scores), n)
    return sum(scores[place] * share for place, share in zip(order, ranks, strict=True))


def expected_places(size: int, n: int) -> list[float]:
    """Give, for each place from the lowest, the chance that it is the highest of n drawn without putting back.

    >>> expected_places(3, 2)
    [0.0, 0.333..., 0.666...]
    """
    from math import comb

    if not 1 <= n <= size:
        raise BadInput(f"{n:,} cannot be drawn from {size:,}", "samples", "draw at least 1 and at most all")
    every = comb(size, n)
    return [comb(place, n - 1) / every for place in range(size)]


def sampling(
    prompts: Sequence[Sampled],
    *,
    most: int | None = None,
    cost: float | None = None,
    draws: int = 2_000,
    seed: int = 0,
) -> Sampling:
    """Work out what 1, 2, … samples give: the best of them, the selector's pick, by language and at what cost.

    Args:
        prompts: With their samples; the shortest sets how many are compared.
        most: Samples at most; ``None``: as many as every prompt has.
        cost: Of one sample, in any one unit.
        draws: Of prompts, for intervals by language.
        seed: Of the draws.

    Raises:
        BadInput: There are none, a score is not a number, or some prompts have a selector and some have none.
    """
    n = _check(prompts, most)
    chosen = bool(prompts[0].selector)
    counts = list(range(1, n + 1))
    best = np.array([[expected_best(row.scores, k) for k in counts] for row in prompts])
    picked = (
        np.array([[expected_selected(row.scores, row.selector, k) for k in counts] for row in prompts])
        if chosen
        else None
    )
    languages = [row.language for row in prompts]
    labels = np.array(languages, dtype=object)
    found = [
        _language(name, best[labels == name], None if picked is None else picked[labels == name], draws, seed)
        for name in dict.fromkeys(languages)
    ]
    return Sampling(
        items=len(prompts), n=n, steps=tuple(_steps(best.mean(axis=0), picked, cost)),
        languages=tuple(sorted(found, key=lambda row: (-row.gain, row.language))), has_selector=chosen, seed=seed,
    )  # fmt: skip


def _steps(oracle: np.ndarray, picked: np.ndarray | None, cost: float | None) -> list[Step]:
    selected = None if picked is None else picked.mean(axis=0)
    return [
        Step(
            n=place + 1, oracle=float(value), selector=None if selected is None else float(selected[place]),
            oracle_gain=float(value - oracle[0]),
            selector_gain=None if selected is None else float(selected[place] - selected[0]),
            per_sample=float(value - oracle[place - 1]) if place else None,
            cost=None if cost is None else cost * (place + 1),
        )
        for place, value in enumerate(oracle)
    ]  # fmt: skip


def _language(name: str, best: np.ndarray, picked: np.ndarray | None, draws: int, seed: int) -> LanguageGain:
    top = best[:, -1] - best[:, 0]
    mine = top if picked is None else picked[:, -1] - picked[:, 0]
    low = high = None
    if len(mine) >= 5:
        picks = np.random.default_rng(seed).integers(0, len(mine), (draws, len(mine)))
        low, high = (float(one) for one in np.percentile(mine[picks].mean(axis=1), (2.5, 97.5)))
    whole = float(top.mean())
    return LanguageGain(
        language=name, items=len(mine), single=float(best[:, 0].mean()), oracle_gain=whole, gain=float(mine.mean()),
        low=low, high=high, captured=None if picked is None or whole <= 0 else 100 * float(mine.mean()) / whole,
        helps=None if low is None else low > 0,
    )  # fmt: skip


def _check(prompts: Sequence[Sampled], most: int | None) -> int:
    shortest = min((len(row.scores) for row in prompts), default=0)
    if not 1 <= len(prompts) <= MOST_ITEMS or not 1 <= shortest <= MOST_SAMPLES:
        what = f"{len(prompts):,} prompts with {shortest:,} samples or more"
        raise BadInput(what, "rows", f"give 1 to {MOST_ITEMS:,} prompts with 1 to {MOST_SAMPLES:,} samples each")
    if not all(np.isfinite([*row.scores, *row.selector]).all() for row in prompts):
        raise BadInput("a score is not a number", "columns score and selector", "leave such rows out")
    if len({bool(row.selector) for row in prompts}) > 1:
        raise BadInput("some samples have a selector's score and some have none", "column selector", "fill all or none")
    if most is not None and most < 1:
        raise BadInput(f"at most {most:,} samples", "most", "use 1 or more")
    return shortest if most is None else min(most, shortest)
