"""One ranking from many tasks: Borda's count, with the mean score and the mean rank beside it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from governance.errors import BadInput
from governance.evaluation.benchmarks.scores import RULES, Block, Floats
from governance.evaluation.orders import ranks as ranks_of
from governance.evaluation.orders import tau
from governance.evaluation.vocabulary import Aggregate, Missing

RESAMPLES, SEED = 200, 0
MOST_RESAMPLES = 10_000
EXACT = 12
"""Digits of a mean that count: below them two equal ones may differ by the order of addition."""
TIES = "models that tie on a task share its points; models that tie in all share the better rank"
INTERVAL = "95% of ranks when tasks are drawn again with replacement"


class Ranked(BaseModel, frozen=True):
    """One model among those compared.

    Args:
        model: Its name.
        rank: By Borda's count, 1 is best.
        rank_low, rank_high: Where 95% of its ranks lie when tasks are drawn again; ``None`` without resamples.
        points: Models beaten over all tasks, a tie half; ``None`` where tasks rank different numbers of models.
        beaten: Share of the other models beaten on its mean task, 0 to 1; what models are ranked by.
        mean_score: Mean over its tasks, in the unit of the scores; ``None`` where models have different tasks.
        mean_score_rank: Rank by it.
        mean_rank: Mean of its ranks on single tasks, ties sharing.
        moves: Places it loses when the mean score ranks instead; negative: it gains.
        tasks: On which it is ranked, a count.
        coverage: Share of the tasks asked for that it has, before the rule for missing scores.
    """

    model: str
    rank: int
    rank_low: float | None
    rank_high: float | None
    points: float | None
    beaten: float
    mean_score: float | None
    mean_score_rank: int | None
    mean_rank: float
    moves: int | None
    tasks: int
    coverage: float


class BordaResult(BaseModel, frozen=True):
    """A ranking over tasks, and all that must be said with it.

    Args:
        rows: The models, the best first.
        tasks: On which they are ranked, a count.
        asked: Tasks asked for that the set has, a count.
        left_out: Models without enough of them.
        missing: How missing scores are met.
        least: Share of the asked tasks a model had to have.
        tau: Kendall's tau-b between Borda's ranking and the mean score's; ``None`` where there is no second one.
        resamples: Of tasks, for the interval; with ``seed``.
        estimator, ties, interval, rules: How the figures came about.
    """

    rows: tuple[Ranked, ...]
    tasks: int
    asked: int
    left_out: tuple[str, ...]
    missing: Missing
    least: float
    tau: float | None
    resamples: int
    seed: int
    estimator: str = "Borda count over tasks"
    ties: str = TIES
    interval: str = INTERVAL
    rules: str = RULES


def borda(block: Block, *, resamples: int = RESAMPLES, seed: int = SEED) -> BordaResult:
    """Rank models over tasks: each task gives a model one point for each model it beats, half for a tie.

    Where all models have all tasks, this orders them as the mean rank does. Where they do not, a model's share of
    those it could beat counts instead, so that a missing score is neither a win nor a loss.

    Args:
        block: What `block_of` chose.
        resamples: Draws of tasks for the interval of ranks, 0 to 10,000; 0 gives none.
        seed: Of the draws.

    Raises:
        BadInput: Fewer than two models or no task are left, or there are too many resamples.

    Source: Enevoldsen et al. 2025 (MMTEB), Borda count; Colombo et al. 2022.
    """
    check_block(block)
    if not 0 <= resamples <= MOST_RESAMPLES:
        raise BadInput(f"{resamples:,} resamples", "option resamples", f"use 0 to {MOST_RESAMPLES:,}")
    won, present = points(block.scores), ~np.isnan(block.scores)
    shares = _shares(won, present)
    whole = bool(present.all())
    beaten = np.nanmean(shares, axis=1)
    standing = won.sum(axis=1) if whole else beaten.round(EXACT)  # points are halves, which add up without a rest
    ranks = ranks_of(standing)
    means = block.scores.mean(axis=1).round(EXACT) if whole else None
    by_mean = None if means is None else ranks_of(means)
    low, high = _interval(shares, resamples, seed)
    task_ranks = np.where(present, present.sum(axis=0) - won, np.nan)
    order = np.lexsort((np.array(block.models), ranks))
    rows = tuple(
        Ranked(
            model=block.models[row], rank=int(ranks[row]),
            rank_low=None if low is None else float(low[row]), rank_high=None if high is None else float(high[row]),
            points=float(won[row].sum()) if whole else None, beaten=float(beaten[row]),
            mean_score=None if means is None else float(means[row]),
            mean_score_rank=None if by_mean is None else int(by_mean[row]),
            mean_rank=float(np.nanmean(task_ranks[row])),
            moves=None if by_mean is None else int(by_mean[row] - ranks[row]),
            tasks=int(present[row].sum()), coverage=float(block.coverage[row]),
        )
        for row in order
    )  # fmt: skip
    return BordaResult(
        rows=rows, tasks=len(block.tasks), asked=block.asked, left_out=block.left_out, missing=block.missing,
        least=block.least, tau=None if means is None else tau(standing, means),
        resamples=resamples, seed=seed,
    )  # fmt: skip


def check_block(block: Block) -> None:
    """Refuse a block on which nothing can be ranked.

    Raises:
        BadInput: Fewer than two models or no task are left.
    """
    if len(block.models) < 2 or not block.tasks:
        models, tasks = len(block.models), len(block.tasks)
        left = (
            f"{models} model{'s' * (models != 1)} and {tasks} task{'s' * (tasks != 1)} are left of {block.asked} asked"
        )
        fix = "choose more tasks, or ask that models have a larger share of them"
        raise BadInput(left, "scores", fix)


def points(scores: Floats) -> Floats:
    """Count, on each task, the models that a model beats, a tie half; a missing score beats none and is not beaten.

    >>> points(np.array([[0.9], [0.5], [0.5], [np.nan]])).ravel().tolist()
    [2.0, 0.5, 0.5, 0.0]
    """
    more = (scores[:, None, :] > scores[None, :, :]).sum(axis=1)
    same = (scores[:, None, :] == scores[None, :, :]).sum(axis=1) - ~np.isnan(scores)
    counted: Floats = more + 0.5 * same
    return counted


def aggregate(scores: Floats, by: Aggregate) -> Floats:
    """Give what adds up over tasks to the figure that models are ranked by: Borda's points, or the scores."""
    return points(scores) if by == "borda" else scores


def _shares(won: Floats, present: NDArray[np.bool_]) -> Floats:
    others = present.sum(axis=0) - 1
    with np.errstate(invalid="ignore", divide="ignore"):
        shares: Floats = np.where(present & (others > 0), won / others, np.nan)
    return shares


def _interval(shares: Floats, resamples: int, seed: int) -> tuple[Floats | None, Floats | None]:
    if not resamples:
        return None, None
    tasks = shares.shape[1]
    drawn = np.random.default_rng(seed).multinomial(tasks, np.full(tasks, 1 / tasks), size=resamples).astype(np.float64)
    known = (~np.isnan(shares)).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = (drawn @ np.nan_to_num(shares).T) / (drawn @ known.T)
    means = means.round(EXACT)
    ranks = 1 + (means[:, None, :] > means[:, :, None]).sum(axis=2)
    low, high = np.quantile(
        np.where(np.isnan(means), np.nan, ranks), [0.025, 0.975], axis=0, method="closest_observation"
    )
    return low, high
