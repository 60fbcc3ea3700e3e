"""The smallest set of tasks that keeps a ranking, judged on models that had no say in choosing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Self, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from governance.catalogue.selection import choice
from governance.errors import BadInput
from governance.evaluation.benchmarks.borda import aggregate, check_block
from governance.evaluation.benchmarks.greedy import Order, drop_order, forward_order
from governance.evaluation.benchmarks.scores import RULES, Block, Floats
from governance.evaluation.orders import taus
from governance.evaluation.vocabulary import AGGREGATES, Aggregate, Missing

Way = Literal["drop", "forward"]
"""How tasks are chosen: the best predicted are dropped, or those that keep the order best are added."""
WAYS: tuple[Way, ...] = get_args(Way)
TARGET, SPLITS, RANDOM, SEED = 0.9, 10, 100, 0
MOST_SPLITS, MOST_RANDOM, MOST_CELLS = 100, 1_000, 2_000_000
FEWEST_HELD_OUT = 4
STEPS = 20
"""Sizes up to here are all listed, larger ones about evenly on a log scale."""
ESTIMATOR = (
    "Kendall's tau-b between the ranking by the first k tasks and by all tasks, over models held out: the tasks are "
    "chosen on one half of the models, the ranking judged on the other"
)


class Cost(BaseModel, frozen=True):
    """What one model takes on some tasks, as those who ran it report: the median of a task's runs, added up.

    Args:
        value: In the unit of its field; ``None`` where no task has a report. Tasks without one are not in it.
        reported: Tasks with a report, a count.
        tasks: All of them, a count.
        runs_reported: Runs with a report, of ``runs``: one a model and task.
    """

    value: float | None
    reported: int
    tasks: int
    runs_reported: int
    runs: int


class CurvePoint(BaseModel, frozen=True):
    """How well k tasks keep the ranking of all, on held-out models.

    Args:
        tasks: k, a count.
        drop, drop_low, drop_high: Mean tau when the best predicted are dropped, and where 80% of the splits lie.
        forward, forward_low, forward_high: The same when tasks are added by tau.
        random, random_low, random_high: Mean tau of as many tasks by chance, and where 90% of those sets lie.
        drop_seconds, forward_seconds: What one model takes on the tasks chosen on all models, seconds.
        drop_co2e_kg, forward_co2e_kg: The same in kg CO2e.
    """

    tasks: int
    drop: float | None
    drop_low: float | None
    drop_high: float | None
    forward: float | None
    forward_low: float | None
    forward_high: float | None
    random: float | None
    random_low: float | None
    random_high: float | None
    drop_seconds: float | None
    forward_seconds: float | None
    drop_co2e_kg: float | None
    forward_co2e_kg: float | None


class Smallest(BaseModel, frozen=True):
    """The smallest set that reaches the target.

    Args:
        way: How it was chosen, or random for sets by chance.
        size: Tasks from which on the mean tau on held-out models stays at the target; ``None``: not before all.
        tasks: Those tasks, chosen on all models, in the order of the choice; none for random.
        seconds: Of one model on them; ``None`` where no tasks are named.
        co2e_kg: Likewise.
    """

    way: Literal["drop", "forward", "random"]
    size: int | None
    tasks: tuple[str, ...]
    seconds: Cost | None
    co2e_kg: Cost | None


class SubsetResult(BaseModel, frozen=True):
    """How many tasks keep the ranking, and all that must be said with it.

    Args:
        smallest: For each way, the smallest set that reaches the target.
        curve: Tau and cost by number of tasks.
        models: Models compared, a count, of which ``held_out`` judge each split; 0: too few to hold any out.
        tasks: Tasks without gaps, a count.
        asked: Tasks asked for that the set has, a count.
        left_out: Models without enough of them.
        by: How scores become a ranking.
        target: Tau to keep.
        splits, random, seed: Halvings of the models, sets by chance in each, and the seed of both.
        seconds, co2e_kg: Of one model on all tasks.
    """

    smallest: tuple[Smallest, ...]
    curve: tuple[CurvePoint, ...]
    models: int
    held_out: int
    tasks: int
    asked: int
    left_out: tuple[str, ...]
    missing: Missing
    least: float
    by: Aggregate
    target: float
    splits: int
    random: int
    seed: int
    seconds: Cost
    co2e_kg: Cost
    estimator: str = ESTIMATOR
    ties: str = "tau-b: pairs that tie in one ranking only count against it"
    interval: str = "80% of the splits; 90% of the sets by chance"
    rules: str = RULES


def smallest_subset(
    block: Block,
    *,
    by: str = "borda",
    target: float = TARGET,
    splits: int = SPLITS,
    random: int = RANDOM,
    seed: int = SEED,
) -> SubsetResult:
    """Find the fewest tasks that rank models as all tasks do, and what they save.

    Args:
        block: What `block_of` chose, by complete cases.
        by: borda or mean: how scores become a ranking.
        target: Kendall's tau-b to keep on held-out models, above 0 to 1.
        splits: Halvings of the models, 1 to 100.
        random: Sets by chance of each size in each split, 1 to 1,000.
        seed: Of both.

    Raises:
        BadInput: Fewer than two models or tasks are left, there are gaps, or a setting is out of bounds.

    Source: Enevoldsen et al. 2025 (MMTEB) for dropping what the others predict; the check on held-out models is ours.
    """
    figure = choice(by, AGGREGATES, "option by")
    _check(block, target, splits, random)
    orders: dict[Way, Order] = {
        "drop": drop_order(block.scores),
        "forward": forward_order(aggregate(block.scores, figure)),
    }
    held_out = len(block.models) // 2
    curves, chance = _held_out(block.scores, figure, splits, random, seed)
    sizes = _sizes(len(block.tasks))
    costs = {name: Reports.of(getattr(block, name)) for name in ("seconds", "co2e_kg")}
    every = np.arange(len(block.tasks))
    smallest = [_smallest(block, way, _first(curves[way], target), orders[way], costs) for way in WAYS]
    size = _first(chance, target)
    by_chance = Smallest(way="random", size=size, tasks=(), seconds=None, co2e_kg=None)
    return SubsetResult(
        smallest=(*smallest, by_chance),
        curve=tuple(_point(k, curves, chance, orders, costs) for k in sizes),
        models=len(block.models), held_out=held_out if held_out >= FEWEST_HELD_OUT else 0, tasks=len(block.tasks),
        asked=block.asked, left_out=block.left_out, missing=block.missing, least=block.least, by=figure, target=target,
        splits=splits, random=random, seed=seed, seconds=costs["seconds"].cost(every),
        co2e_kg=costs["co2e_kg"].cost(every),
    )  # fmt: skip


def _check(block: Block, target: float, splits: int, random: int) -> None:
    check_block(block)
    if np.isnan(block.scores).any():
        raise BadInput("some scores are missing", "scores", "use complete cases: tasks that all compared models have")
    if len(block.tasks) < 2:
        raise BadInput("only one task is left", "scores", "choose more tasks, or models with a larger share of them")
    if not 0 < target <= 1:
        raise BadInput(f"a target of {target:g}", "option target", "give a tau above 0 and up to 1")
    for name, value, most in (("splits", splits, MOST_SPLITS), ("random", random, MOST_RANDOM)):
        if not 1 <= value <= most:
            raise BadInput(f"{value:,} {name}", f"option {name}", f"use 1 to {most:,}")


def _held_out(scores: Floats, by: Aggregate, splits: int, random: int, seed: int) -> tuple[dict[Way, Floats], Floats]:
    """Give tau by number of tasks: a row a split for each way, a row a set by chance; empty with too few models."""
    models, tasks = scores.shape
    held_out = models // 2
    nothing = np.empty((0, tasks))
    if held_out < FEWEST_HELD_OUT:
        return {"drop": nothing, "forward": nothing}, nothing
    draws = np.random.default_rng(seed)
    found: dict[Way, list[Floats]] = {"drop": [], "forward": []}
    chance = []
    for _ in range(splits):
        order = draws.permutation(models)
        seen, judged = scores[order[held_out:]], aggregate(scores[order[:held_out]], by)
        found["drop"].append(_curve(judged, drop_order(seen)))
        found["forward"].append(_curve(judged, forward_order(aggregate(seen, by))))
        chance += [_curve(judged, draws.permutation(tasks)) for _ in range(random)]
    return {way: np.array(rows) for way, rows in found.items()}, np.array(chance)


def _curve(values: Floats, order: Order) -> Floats:
    """Give tau between the sum of the first k tasks and of all, for every k; a set that orders nothing has 0."""
    sums = np.cumsum(values[:, order], axis=1)
    curve: Floats = np.nan_to_num(taus(values.sum(axis=1)[None, :], sums.T)[0])
    return curve


def _first(curves: Floats, target: float) -> int | None:
    """Give the size from which on the mean stays at the target; all tasks always do, and are no answer."""
    if not len(curves):
        return None
    mean = curves.mean(axis=0)
    below = np.flatnonzero(mean[:-1] < target)
    size = int(below[-1]) + 2 if below.size else 1
    return size if size < mean.size else None


def _smallest(block: Block, way: Way, size: int | None, order: Order, costs: Mapping[str, Reports]) -> Smallest:
    kept = order[: size or 0]
    return Smallest(
        way=way, size=size, tasks=tuple(block.tasks[place] for place in kept),
        seconds=costs["seconds"].cost(kept) if size else None, co2e_kg=costs["co2e_kg"].cost(kept) if size else None,
    )  # fmt: skip


def _point(
    k: int, curves: dict[Way, Floats], chance: Floats, orders: dict[Way, Order], costs: Mapping[str, Reports]
) -> CurvePoint:
    fields: dict[str, float | None] = {}
    for name, rows, ends in (*((way, curves[way], (0.1, 0.9)) for way in WAYS), ("random", chance, (0.05, 0.95))):
        low, high = np.quantile(rows[:, k - 1], ends) if len(rows) else (None, None)
        fields |= {name: float(rows[:, k - 1].mean()) if len(rows) else None}
        fields |= {f"{name}_low": low, f"{name}_high": high}
    for way in WAYS:
        for name, reports in costs.items():
            fields[f"{way}_{name}"] = reports.cost(orders[way][:k]).value
    return CurvePoint(tasks=k, **fields)


@dataclass(frozen=True, slots=True, eq=False)
class Reports:
    """What the runs of a block took, a task at a time.

    Args:
        medians: Over the runs of a task that report, nan where none does: one outlier then moves nothing.
        known: Runs that report, by task.
        runs: Of a task, a count.
    """

    medians: Floats
    known: NDArray[np.int64]
    runs: int

    @classmethod
    def of(cls, reported: Floats) -> Self:
        """Read a table of models by tasks."""
        known = (~np.isnan(reported)).sum(axis=0)
        medians = np.full(reported.shape[1], np.nan)
        medians[known > 0] = np.nanmedian(reported[:, known > 0], axis=0)
        return cls(medians, known, len(reported))

    def cost(self, kept: Order) -> Cost:
        """Add up some tasks; those without a report are not taken for 0 but said to be missing."""
        mine = self.medians[kept]
        there = ~np.isnan(mine)
        return Cost(
            value=float(mine[there].sum()) if there.any() else None, reported=int(there.sum()), tasks=int(mine.size),
            runs_reported=int(self.known[kept].sum()), runs=self.runs * int(mine.size),
        )  # fmt: skip


def _sizes(tasks: int) -> list[int]:
    spaced = np.geomspace(STEPS, tasks, 30).round().astype(int).tolist() if tasks > STEPS else []
    return sorted({*range(1, min(STEPS, tasks) + 1), *spaced})
