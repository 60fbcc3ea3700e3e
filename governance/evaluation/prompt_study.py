"""What ranking the items first is worth: fewer ties, and a ranking of models sooner, against a random order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from governance.errors import BadInput
from governance.evaluation.prompt_results import BudgetPoint, PromptStudy
from governance.evaluation.prompts import MARGIN, PROXIES, Split, Votes, item_priorities
from governance.evaluation.ratings.bradley_terry import Fit, fit
from governance.evaluation.ratings.cells import Floats, Numbers

BUDGETS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)
TOP = 0.2
"""The share of items for which the paper quotes its cut."""
REPEATS, RESAMPLES, MOST = 20, 200, 2000
SPLITS = ("auto", "judges", "votes")
SPREAD = (5, 95)
"""Percentiles over the repeats."""
LEVEL = 0.95

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class _Repeat:
    """Curves of one split: tie rates (resample, budget), the first row by the prompts as they are."""

    items: int
    judging: int
    top: Floats
    everywhere: Floats
    random: Floats
    agreement_top: Floats
    agreement_random: Floats


def prompt_study(
    battles: pl.DataFrame,
    priority: str = MARGIN,
    *,
    scores: pl.DataFrame | None = None,
    top: float = TOP,
    split: str = "auto",
    repeats: int = REPEATS,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> PromptStudy:
    """Say how many ties and how much judging it saves to judge the items of the highest priority first.

    The votes that rank an item never judge it: a priority from votes takes half of the judges, or half of each item's
    votes, and the other half judges; split anew in each repeat. Agreement is (concordant − discordant) / all pairs of
    models that the full ranking orders, by Bradley-Terry with ties as half a win; pairs that the chosen votes do not
    connect count as neither. The full ranking uses the votes that judge, and no others.

    Args:
        battles: Battles that name their prompts.
        priority: margin, length, or a column of numbers of the battles or of ``scores``; the greatest first.
        scores: Scores of items, from `read_priorities`.
        top: Share of items of the headline, above 0 and at most 1.
        split: judges, votes, or auto: judges where two or more are known.
        repeats: Splits and random orders, 1 to `MOST`.
        resamples: Draws of prompts for the intervals; 0: none.
        seed: Of all draws.

    Raises:
        BadInput: No prompt is named, no item has a vote to rank it and another to judge it, the priority is what the
            votes say, or a number is out of bounds.

    Source: the question of Boubdir et al. 2023, Which Prompts Make The Difference?
    """
    _check(top, split, repeats, resamples)
    votes = Votes.of(battles)
    own = item_priorities(votes, battles, priority, scores)
    how = _split(votes, split) if own is None else "none"
    budgets = np.array(sorted({*BUDGETS, top}))
    draw = np.random.default_rng(seed)
    drawn = _prompt_weights(draw, len(votes.prompts), resamples)
    runs = [_repeat(votes, own, how, budgets, drawn, draw) for _ in range(repeats)]
    return PromptStudy(
        priority=priority, proxy=scores is None and priority in PROXIES, split=how, votes=votes.item.size,
        judging=float(np.mean([one.judging for one in runs])), items=float(np.mean([one.items for one in runs])),
        all_items=votes.items.height, prompts=len(votes.prompts), models=len(votes.models), unnamed=votes.unnamed,
        top=top, points=tuple(_points(runs, budgets)), repeats=repeats, resamples=resamples, level=LEVEL, seed=seed,
    )  # fmt: skip


def _repeat(
    votes: Votes, own: Floats | None, how: Split, budgets: Floats, drawn: Floats, draw: np.random.Generator
) -> _Repeat:
    ranking = _ranking_votes(votes, how, draw)
    priority = votes.margins(ranking) if own is None else own
    size = votes.items.height
    judging = ~ranking & np.isfinite(priority)[votes.item]
    weight = np.bincount(votes.item, votes.weight * judging, size).astype(float)
    tied = np.bincount(votes.item, votes.weight * (judging & votes.tied), size).astype(float)
    usable = np.flatnonzero((weight > 0) & np.isfinite(priority))
    if not usable.size:
        raise BadInput(
            "no item has a vote to rank it and another to judge it",
            f"priority {MARGIN}",
            "give items several votes, or a priority that comes from no vote; the same votes never rank and judge",
        )
    chance = draw.permutation(usable)
    ranked = chance[np.argsort(-priority[chance], kind="stable")]  # equal priorities stay in random order
    top, everywhere = _tie_curves(ranked, tied, weight, drawn[:, votes.prompt], budgets)
    shuffled, _ = _tie_curves(chance, tied, weight, drawn[:1, votes.prompt], budgets)
    full = fit(_wins(votes, judging))
    return _Repeat(
        items=usable.size, judging=int(np.isin(votes.item[judging], usable).sum()), top=top, everywhere=everywhere,
        random=shuffled[0],
        agreement_top=_agreements(votes, judging, ranked, budgets, full),
        agreement_random=_agreements(votes, judging, chance, budgets, full),
    )  # fmt: skip


def _ranking_votes(votes: Votes, how: Split, draw: np.random.Generator) -> Mask:
    if how == "none":
        return np.zeros(votes.item.size, bool)
    if how == "judges":
        count = int(votes.judge.max()) + 1
        chosen = np.zeros(count, bool)
        chosen[draw.permutation(count)[: count // 2]] = True
        known: Mask = chosen[votes.judge] & (votes.judge >= 0)  # an unknown judge judges
        return known
    order = np.lexsort((draw.random(votes.item.size), votes.item))
    each = np.bincount(votes.item, minlength=votes.items.height)
    place = np.arange(order.size) - np.repeat(np.cumsum(each) - each, each)
    ranking = np.zeros(order.size, bool)
    ranking[order] = place < np.repeat(each // 2, each)
    return ranking


def _tie_curves(order: Numbers, tied: Floats, weight: Floats, drawn: Floats, budgets: Floats) -> tuple[Floats, Floats]:
    """Give tie rates of the first items at each budget and of all, a row a draw of prompts."""
    times = drawn[:, order]
    count, ties, votes = (np.cumsum(times * one, axis=1) for one in (np.ones(order.size), tied[order], weight[order]))
    rates = np.empty((len(times), budgets.size))
    for column, budget in enumerate(budgets):
        last = np.argmax(count >= budget * count[:, -1:] - 1e-9, axis=1)[:, None]
        rates[:, [column]] = _ratio(np.take_along_axis(ties, last, 1), np.take_along_axis(votes, last, 1))
    return rates, _ratio(ties[:, -1], votes[:, -1])


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Divide; nothing of nothing, as where no prompt that counts was drawn, is not a number."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return part / whole


def _agreements(votes: Votes, judging: Mask, order: Numbers, budgets: Floats, full: Fit) -> Floats:
    place = np.full(votes.items.height, order.size)
    place[order] = np.arange(order.size)
    counts = [max(1, int(np.ceil(budget * order.size - 1e-9))) for budget in budgets]
    chosen = (judging & (place[votes.item] < count) for count in counts)
    return np.array([agreement(fit(_wins(votes, one)), full) for one in chosen])


def _wins(votes: Votes, chosen: Mask) -> Floats:
    size = len(votes.models)
    first, second = votes.first[chosen], votes.second[chosen]
    weight, points = votes.weight[chosen], votes.points[chosen]
    won = np.bincount(first * size + second, weight * points, size * size)
    lost = np.bincount(second * size + first, weight * (1 - points), size * size)
    table: Floats = (won + lost).reshape(size, size).astype(float)
    return table


def agreement(part: Fit, full: Fit) -> float:
    """Give tau over the pairs of models that the full ranking orders; a pair that the part does not order is neither.

    >>> one = Fit(np.array([1.0, 0.0, -1.0]), np.zeros(3, int), False)
    >>> agreement(one, one), agreement(Fit(one.skill, np.array([0, 0, 1]), False), one)
    (1.0, 0.3333333333333333)
    """
    whole = _signs(full)
    pairs = np.abs(whole).sum()
    return float((whole * _signs(part)).sum() / pairs) if pairs else float("nan")


def _signs(found: Fit) -> Floats:
    gap = found.skill[:, None] - found.skill[None, :]
    same = found.part[:, None] == found.part[None, :]
    signs: Floats = np.where(same & (np.abs(gap) > 1e-9), np.sign(gap), 0.0)
    return signs


def _prompt_weights(draw: np.random.Generator, prompts: int, resamples: int) -> Floats:
    whole = np.ones((1, prompts))
    if prompts < 2 or not resamples:
        return whole
    return np.vstack([whole, draw.multinomial(prompts, np.full(prompts, 1 / prompts), resamples).astype(float)])


def _points(runs: Sequence[_Repeat], budgets: Floats) -> Iterator[BudgetPoint]:
    with np.errstate(invalid="ignore", divide="ignore"):
        cuts = np.mean([1 - one.top / one.everywhere[:, None] for one in runs], axis=0)
    top, random = np.mean([one.top[0] for one in runs], axis=0), np.array([one.random for one in runs])
    everywhere = float(np.mean([one.everywhere[0] for one in runs]))
    ranked, chance = (np.array([getattr(one, name) for one in runs]) for name in ("agreement_top", "agreement_random"))
    tail = 100 * (1 - LEVEL) / 2
    for place, budget in enumerate(budgets):
        drawn = cuts[1:, place][np.isfinite(cuts[1:, place])]
        low, high = np.percentile(drawn, [tail, 100 - tail]) if drawn.size else (np.nan, np.nan)
        spread = np.percentile(random[:, place], SPREAD)
        best, usual = (np.percentile(one[:, place], SPREAD) for one in (ranked, chance))
        values = {
            "tie_top": top[place], "tie_random": everywhere, "tie_random_low": spread[0], "tie_random_high": spread[1],
            "cut": cuts[0, place], "cut_low": low, "cut_high": high,
            "agreement_top": ranked[:, place].mean(), "agreement_top_low": best[0], "agreement_top_high": best[1],
            "agreement_random": chance[:, place].mean(), "agreement_random_low": usual[0],
            "agreement_random_high": usual[1],
        }  # fmt: skip
        known = {name: float(value) if np.isfinite(value) else None for name, value in values.items()}
        items = float(np.mean([np.ceil(budget * one.items - 1e-9) for one in runs]))
        yield BudgetPoint(budget=float(budget), items=items, **known)


def _split(votes: Votes, asked: str) -> Split:
    judges = int(votes.judge.max()) + 1
    if asked == "judges" and judges < 2:
        raise BadInput("fewer than two judges are known", "split", "use votes")
    return "votes" if asked == "votes" or judges < 2 else "judges"


def _check(top: float, split: str, repeats: int, resamples: int) -> None:
    if not 0 < top <= 1:
        raise BadInput(f"{top:g} is no share of the items", "budget", "give one above 0 and at most 1, such as 0.2")
    if split not in SPLITS:
        raise BadInput(f"'{split:.40}' is no way to split", "split", "use auto, judges or votes")
    for name, count, least in (("repeats", repeats, 1), ("resamples", resamples, 0)):
        if not least <= count <= MOST:
            raise BadInput(f"{count} {name} cannot be drawn", name, f"give {least} to {MOST}")
