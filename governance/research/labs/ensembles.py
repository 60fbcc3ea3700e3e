"""Ensembles of 1 to 20 runs: whom do further members help?"""

from __future__ import annotations

from math import comb

import numpy as np
import polars as pl

from governance.errors import BadInput
from governance.research.labs.grid import Floats, Grid, grid_of, need_runs
from governance.research.labs.lab import Lab, LabFigure, LabResult, Number, Setting, Settings, number, text

MOST = 20
RESAMPLES = 1000
POINTS = 100


def ensemble_curves(grid: Grid, most: int, draws: int, seed: int) -> Floats:
    """Give the chance that a majority of m runs is right, for each item and m from 1 on.

    Runs are drawn without putting back; a draw between answers counts in parts.

    Args:
        grid: Items by runs.
        most: Members at most.
        draws: Sets of runs for each m, where there are more of them.
        seed: Of the draws.

    Returns:
        Shape (items, members).
    """
    rng = np.random.default_rng(seed)
    size = len(grid.runs)
    indicators = np.stack([grid.answers == kind for kind in range(grid.kinds)]).astype(np.float32)
    rows = np.arange(grid.labels.size)
    curves = np.zeros((grid.labels.size, most))
    for members in range(1, most + 1):
        if members == 1:
            curves[:, 0] = grid.right.mean(axis=1)
            continue
        tries = 1 if members == size else min(draws, comb(size, members))
        for _ in range(tries):
            votes = indicators[:, :, rng.permutation(size)[:members]].sum(axis=2)
            top = votes.max(axis=0)
            curves[:, members - 1] += (votes[grid.labels, rows] == top) / (votes == top).sum(axis=0) / tries
    return curves


def gain_ratio(
    curves: Floats, rare: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], seed: int
) -> tuple[float, float, float | None, float | None, float | None]:
    """Give the gains of the rare group and the others in points, their ratio and its interval.

    Args:
        curves: Of `ensemble_curves`.
        rare: An item, whether it is of the rare group.
        seed: Of the bootstrap.

    Returns:
        Gain of the rare, gain of the others, ratio, low, high; no ratio where the others gain nothing, no interval
        where their gain may be none.
    """
    gain = POINTS * (curves[:, -1] - curves[:, 0])
    mine, others = gain[rare], gain[~rare]
    ratio = float(mine.mean() / others.mean()) if others.mean() > 0 else None
    rng = np.random.default_rng(seed)
    drawn = [
        np.array([part[rng.integers(part.size, size=part.size)].mean() for _ in range(RESAMPLES)])
        for part in (mine, others)
    ]
    if ratio is None or np.percentile(drawn[1], 2.5) <= 0:
        return float(mine.mean()), float(others.mean()), ratio, None, None
    low, high = np.percentile(drawn[0] / drawn[1], [2.5, 97.5])
    return float(mine.mean()), float(others.mean()), ratio, float(low), float(high)


def _run(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    grid = grid_of(frame)
    need_runs(grid, 3, "an ensemble is made of runs")
    names, counts = np.unique(grid.groups, return_counts=True)
    if names.size < 2:
        raise BadInput("there is one group only", "predictions, column group", "give two groups or more")
    rare = text(settings, "minority") or str(names[counts.argmin()])
    if rare not in names:
        raise BadInput(f"there is no group '{rare:.60}'", "setting minority", f"use one of {', '.join(names[:20])}")
    most = min(MOST, len(grid.runs))
    curves = ensemble_curves(grid, most, int(number(settings, "draws")), seed)
    mine, others, ratio, low, high = gain_ratio(curves, grid.groups == rare, seed)
    table = pl.DataFrame([
        {"members": members + 1, "group": str(name), "accuracy": float(curves[grid.groups == name, members].mean()),
         "items": int((grid.groups == name).sum())}
        for name in names for members in range(most)
    ])  # fmt: skip
    answer = f"With {most} members '{rare}' gains {mine:+.1f} points and the others {others:+.1f}"
    if ratio is not None:
        answer += f", {ratio:.1f} times as much" + ("" if low is None else f" ({low:.1f} to {high:.1f})")
    told = "" if low is None or high is None or not low <= 1 <= high else "; no difference is told"
    return LabResult(
        answer=f"{answer}{told}.",
        figures=(LabFigure(
            title="Accuracy of a majority of runs by group", table=table, chart="lines", x="members", y="accuracy",
            series="group", x_title="members, runs drawn", y_title="share of items right", form=".0%", alt=answer,
        ),),
        numbers=(
            Number("gain of the minority over that of the others", ratio, "x", low, high),
            Number(f"gain of '{rare}'", mine, "points"), Number("gain of the others", others, "points"),
            Number("members", float(most), "count", claim="fair-ensemble/members"),
        ),
        method="majority vote of runs drawn without putting back; a draw counts in parts", n=grid.labels.size,
        counted="items", interval=f"95%, bootstrap over the items of a group, {RESAMPLES} resamples", seed=seed,
        limits=(
            "At the greatest size there is one set of runs; the interval covers the choice of items, not of runs.",
            "A group with lower accuracy has more room to gain; the ratio does not say why.",
            f"{grid.left_out:,} items that not every run answered are left out.",
        ),
    )  # fmt: skip


def example(seed: int, planted: bool = True, items: int = 400, runs: int = 20) -> pl.DataFrame:
    """Make predictions of seeds on two groups; the rare one has more items on which runs do not agree.

    Args:
        seed: Of the draws.
        planted: Whether the groups differ.
        items: In all; a fifth of them are rare.
        runs: Seeds.
    """
    rng = np.random.default_rng(seed)
    rare = np.arange(items) % 5 == 0
    hard = rng.random(items) < np.where(rare & planted, 0.6, 0.2)
    ease = np.where(hard, 0.62, 0.95)
    labels = rng.choice(["yes", "no"], items)
    frames = []
    for run in range(1, runs + 1):
        right = rng.random(items) < ease
        frames.append(pl.DataFrame({
            "item": [f"i{place:04}" for place in range(items)], "group": np.where(rare, "rare", "common"),
            "run": f"seed-{run}", "label": labels,
            "prediction": np.where(right, labels, np.where(labels == "yes", "no", "yes")),
        }))  # fmt: skip
    return pl.concat(frames)


ENSEMBLES = Lab(
    name="ensembles",
    title="Whom further members of an ensemble help",
    topic="Groups",
    question="Do minority groups gain more from an ensemble than the others?",
    source="predictions",
    run=_run,
    example=example,
    planted="60% of the rare group's items are hard for one run, 20% of the others': it gains about 1.9 times as much.",
    papers=("fair-ensemble",),
    claims=("fair-ensemble/members", "fair-ensemble/minority_gain"),
    needs=("item", "run", "prediction", "label", "group"),
    settings=(
        Setting("minority", "Minority", "text", "", "The group that is looked at; empty: the smallest", column="group"),
        Setting("draws", "Sets of runs", "number", 40, "Drawn for each size, where there are more", low=5, high=500,
                whole=True),
    ),
)  # fmt: skip
