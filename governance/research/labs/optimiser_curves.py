"""Optimiser schedules compared by their curves: how soon, how much in all, and how sure over seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from governance.errors import BadInput

Floats = NDArray[np.float64]
Better = Literal["lower", "higher"]
Decay = Literal["constant", "step", "cosine", "inverse"]
DECAYS: tuple[Decay, ...] = get_args(Decay)
MOST_POINTS = 200_000


class Curve(BaseModel, frozen=True):
    """One run: a schedule with one seed.

    Args:
        schedule: Its name.
        seed: Of the run, as a text.
        steps: Rising, at least two.
        values: Such as a loss, one a step.
    """

    schedule: str
    seed: str
    steps: tuple[float, ...]
    values: tuple[float, ...]


class ScheduleRow(BaseModel, frozen=True):
    """A schedule over its seeds, over the steps that all runs have.

    Args:
        schedule: Its name.
        seeds: A count.
        reached: Seeds that reach the target.
        steps_to_target: Median over all seeds, those that never reach it counted as later than all; ``None``: half
            of them or more never do, or there is no target.
        area: Mean area under the curve over the width of the steps: the mean value along the way.
        final: Mean value at the last shared step.
        final_spread: Its SD over seeds; ``None``: one seed.
        area_spread: SD of the area over seeds; ``None``: one seed.
    """

    schedule: str
    seeds: int
    reached: int
    steps_to_target: float | None
    area: float
    final: float
    final_spread: float | None
    area_spread: float | None


class Comparison(BaseModel, frozen=True):
    """Schedules beside each other.

    Args:
        better: Which way a value is better.
        target: Value to be reached; ``None``: not asked.
        first, last: Steps that every run has.
        schedules: The best area first.
        difference: Area of the best less that of the second, in the value's points; ``None``: there is one schedule.
        low, high: 95% of it by Welch's t over seeds; ``None``: a schedule with one seed.
        told_apart: Whether the interval leaves 0 out; ``None``: there is none.
    """

    better: Better
    target: float | None
    first: float
    last: float
    schedules: tuple[ScheduleRow, ...]
    difference: float | None
    low: float | None
    high: float | None
    told_apart: bool | None


def steps_to(curve: Curve, target: float, better: Better = "lower") -> float | None:
    """Give the step at which a curve first reaches a value, on a straight line between its points.

    Args:
        curve: A run.
        target: The value.
        better: Which way it is reached.

    Returns:
        ``None``: it never does.

    >>> steps_to(Curve(schedule="a", seed="0", steps=(0, 10), values=(1.0, 0.0)), 0.25)
    7.5
    """
    sign = 1.0 if better == "lower" else -1.0
    values, goal = sign * np.asarray(curve.values), sign * target
    below = np.flatnonzero(values <= goal)
    if not len(below):
        return None
    place = int(below[0])
    if place == 0:
        return float(curve.steps[0])
    share = (values[place - 1] - goal) / (values[place - 1] - values[place])
    return float(curve.steps[place - 1] + share * (curve.steps[place] - curve.steps[place - 1]))


def area(curve: Curve, first: float, last: float) -> float:
    """Give the mean height of a curve between two steps: the area by trapezoids over the width.

    >>> area(Curve(schedule="a", seed="0", steps=(0, 10), values=(1.0, 0.0)), 0, 5)
    0.75
    """
    steps, values = np.asarray(curve.steps), np.asarray(curve.values)
    inside = (steps > first) & (steps < last)
    x = np.concatenate([[first], steps[inside], [last]])
    y = np.concatenate([[np.interp(first, steps, values)], values[inside], [np.interp(last, steps, values)]])
    return float(np.trapezoid(y, x) / (last - first))


def compare_schedules(curves: Sequence[Curve], target: float | None = None, better: Better = "lower") -> Comparison:
    """Compare schedules over the steps that every run has.

    Args:
        curves: One a schedule and seed.
        target: Value whose first step is sought.
        better: Which way a value is better.

    Raises:
        BadInput: There is no run, one has a step twice or a bad number, or the runs share no steps.
    """
    _check(curves)
    first, last = max(one.steps[0] for one in curves), min(one.steps[-1] for one in curves)
    if first >= last:
        raise BadInput("the runs have no steps in common", "column step", "log all runs over the same steps")
    names = list(dict.fromkeys(one.schedule for one in curves))
    areas = {name: [area(one, first, last) for one in curves if one.schedule == name] for name in names}
    rows = [_schedule(name, curves, areas[name], target, better, last) for name in names]
    sign = 1.0 if better == "lower" else -1.0
    rows.sort(key=lambda row: (sign * row.area, row.schedule))
    difference, low, high = (None, None, None) if len(rows) < 2 else _welch(*(areas[row.schedule] for row in rows[:2]))
    return Comparison(
        better=better, target=target, first=first, last=last, schedules=tuple(rows), difference=difference, low=low,
        high=high, told_apart=None if low is None or high is None else low > 0 or high < 0,
    )  # fmt: skip


def rate(decay: Decay, step: int, steps: int, start: float) -> float:
    """Give the learning rate at a step.

    Args:
        decay: ``constant``; ``step``: a tenth after half the steps; ``cosine``: to 0; ``inverse``: over 1 plus tenths
            of the steps passed.
        step: From 0.
        steps: In all.
        start: Rate at the start.

    >>> rate("cosine", 50, 100, 0.1)
    0.05
    """
    if decay == "step":
        return start * (0.1 if 2 * step >= steps else 1.0)
    if decay == "cosine":
        return float(start * (1 + np.cos(np.pi * step / steps)) / 2)
    return start / (1 + 10 * step / steps) if decay == "inverse" else start


def toy_quadratic(
    decays: Mapping[str, Decay],
    *,
    start: float = 0.1,
    noise: float = 0.5,
    steps: int = 200,
    seeds: int = 5,
    seed: int = 0,
) -> list[Curve]:
    """Run noisy gradient descent on ½(x² + 10 y²) from (1, 1): a toy, to show what a schedule does.

    The rate is that of the steep direction's layer and of the flat one's alike; with noise a constant rate stalls at a
    floor that a decay gets under.

    Args:
        decays: Name of a schedule and how its rate falls.
        start: Rate at the start, under 0.2: above, the steep direction diverges.
        noise: SD of the gradient's noise.
        steps: Of each run.
        seeds: Runs of each schedule.
        seed: Of all draws; every schedule meets the same noise.

    Raises:
        BadInput: A size is out of range.
    """
    if not (0 < start < 0.2) or not 0 <= noise <= 100 or not 2 <= steps <= 5_000 or not 1 <= seeds <= 50:
        what = f"rate {start:g}, noise {noise:g}, {steps:,} steps, {seeds:,} seeds"
        raise BadInput(what, "toy", "use a rate above 0 and under 0.2, 2 to 5,000 steps and 1 to 50 seeds")
    curve = np.array([1.0, 10.0])
    kicks = noise * np.random.default_rng(seed).standard_normal((seeds, steps, 2))
    found = []
    for name, decay in decays.items():
        place = np.ones((seeds, 2))
        losses = np.empty((seeds, steps + 1))
        losses[:, 0] = (place**2 @ curve) / 2
        for step in range(steps):
            place = place - rate(decay, step, steps, start) * (place * curve + kicks[:, step])
            losses[:, step + 1] = (place**2 @ curve) / 2
        for run in range(seeds):
            found.append(Curve(schedule=name, seed=str(run), steps=tuple(range(steps + 1)), values=tuple(losses[run])))
    return found


def _schedule(
    name: str, curves: Sequence[Curve], areas: list[float], target: float | None, better: Better, last: float
) -> ScheduleRow:
    mine = [one for one in curves if one.schedule == name]
    ends = [float(np.interp(last, one.steps, one.values)) for one in mine]
    hits = [] if target is None else [steps_to(one, target, better) for one in mine]
    seen = [hit for hit in hits if hit is not None and hit <= last]
    middle = float(np.median([*seen, *[np.inf] * (len(mine) - len(seen))])) if seen else np.inf
    return ScheduleRow(
        schedule=name, seeds=len(mine), reached=len(seen), steps_to_target=middle if np.isfinite(middle) else None,
        area=float(np.mean(areas)), final=float(np.mean(ends)), final_spread=_spread(ends), area_spread=_spread(areas),
    )  # fmt: skip


def _spread(many: list[float]) -> float | None:
    return float(np.std(many, ddof=1)) if len(many) > 1 else None


def _welch(one: list[float], two: list[float]) -> tuple[float, float | None, float | None]:
    from scipy.stats import t

    gap = float(np.mean(one) - np.mean(two))
    if min(len(one), len(two)) < 2:
        return gap, None, None
    parts = [float(np.var(many, ddof=1)) / len(many) for many in (one, two)]
    if sum(parts) == 0:
        return gap, gap, gap
    freedom = sum(parts) ** 2 / sum(part**2 / (len(many) - 1) for part, many in zip(parts, (one, two), strict=True))
    half = float(t.ppf(0.975, freedom)) * float(np.sqrt(sum(parts)))
    return gap, gap - half, gap + half


def _check(curves: Sequence[Curve]) -> None:
    if not curves or sum(len(one.steps) for one in curves) > MOST_POINTS:
        raise BadInput(f"{len(curves):,} runs", "rows", f"give 1 run or more, {MOST_POINTS:,} points at most")
    if len({(one.schedule, one.seed) for one in curves}) != len(curves):
        raise BadInput("a schedule has a seed twice", "columns schedule and seed", "give every run its own seed")
    for one in curves:
        steps = np.asarray(one.steps)
        where = f"{one.schedule}, seed {one.seed}"
        if len(steps) < 2 or len(steps) != len(one.values) or (np.diff(steps) <= 0).any():
            raise BadInput("steps do not rise, or there are under two", where, "give each step once")
        if not np.isfinite([*one.steps, *one.values]).all():
            raise BadInput("a step or value is not a number", where, "leave such rows out")
