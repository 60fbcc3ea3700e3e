"""Runs that should be alike: how many answers differ, what an average hides, and what determinism would cost."""

from __future__ import annotations

import numpy as np
import polars as pl

from governance.research.labs.grid import Bools, Grid, grid_of, need_runs
from governance.research.labs.lab import Lab, LabFigure, LabResult, Number, Setting, Settings, number, text
from governance.research.labs.reading import need_column

POINTS = 100
OVERHEADS = {"tooling-randomness/overhead_a": 746.0, "tooling-randomness/overhead_b": 241.0,
             "tooling-randomness/overhead_c": 196.0}  # fmt: skip
"""Slowdowns by forced determinism that the abstract quotes for kinds of GPU, percent at most.

It calls them an overhead relative to training that is not deterministic: time on top of the usual time. Read as the
time itself they are one usual time less; the abstract does not settle it, so the reading is a setting.
"""
READINGS = ("on top of the usual time", "of the usual time")


def churn(grid: Grid, items: Bools | None = None) -> float:
    """Give the mean share of items on which two runs differ, over all pairs of runs.

    Args:
        grid: Items by runs.
        items: Which of them; ``None``: all.

    Source: churn as in Zhuang et al. 2021, the share of predictions that differ between two runs.
    """
    answers = grid.answers if items is None else grid.answers[items]
    runs = answers.shape[1]
    same = np.zeros(answers.shape[0])
    for kind in range(grid.kinds):
        votes = (answers == kind).sum(axis=1)
        same += votes * (votes - 1)
    return float(1 - same.mean() / (runs * (runs - 1)))


def slowdown(overhead: float, reading: str = READINGS[0]) -> float:
    """Give how many times the usual time deterministic training takes.

    Args:
        overhead: As quoted, per cent.
        reading: One of `READINGS`.

    >>> slowdown(746), slowdown(746, "of the usual time")
    (8.46, 7.46)
    """
    return (100 + overhead) / 100 if reading == READINGS[0] else overhead / 100


def _run(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    by = text(settings, "by")
    if by == "group":
        need_column(frame, "group", "predictions", "churn by group")
    grid = grid_of(frame)
    need_runs(grid, 2, "churn is between two runs")
    parts = grid.groups if by == "group" else grid.classes
    right = grid.right.astype(float)
    top_sd = POINTS * float(right.mean(axis=0).std(ddof=1))
    rng = np.random.default_rng(seed)
    rows = []
    for name in np.unique(parts):
        mine = parts == name
        sd = POINTS * float(right[mine].mean(axis=0).std(ddof=1))
        # As large a part of the items, drawn at random: what size alone does to an SD.
        alike = [right[rng.permutation(mine.size)[: mine.sum()]].mean(axis=0).std(ddof=1) for _ in range(200)]
        low, high = (POINTS * float(one) for one in np.percentile(alike, [2.5, 97.5]))
        rows.append({
            by: str(name), "items": int(mine.sum()), "churn": churn(grid, mine), "SD": sd, "by size, low": low,
            "by size, high": high, "beyond size": "more" if sd > high else "less" if sd < low else "not told",
        })  # fmt: skip
    table = pl.DataFrame(rows).sort("churn", by, descending=[True, False])
    whole = churn(grid)
    first = table.row(0, named=True)
    wide = table.sort("SD", by, descending=[True, False]).row(0, named=True)
    answer = (
        f"Two runs differ on {whole:.1%} of the items while accuracy has an SD of {top_sd:.2g} points; '{first[by]}' "
        f"differs most ({first['churn']:.1%})"
    )
    hours, price = number(settings, "hours"), number(settings, "price")
    reading = text(settings, "reading")
    factors = {one: slowdown(one, reading) for one in OVERHEADS.values()}
    cost = pl.DataFrame([
        {"quoted, %, at most": overhead, "times the usual": factor, "hours": hours * factor,
         "cost": price * hours * factor, "more hours": hours * (factor - 1), "more cost": price * hours * (factor - 1)}
        for overhead, factor in factors.items()
    ])  # fmt: skip
    top = cost.row(0, named=True)
    return LabResult(
        answer=f"{answer}; determinism at {max(factors):.0f}% {reading} makes {hours:g} hours "
        f"{top['hours']:,.4g}.",
        figures=(LabFigure(
            title=f"Items on which two runs differ, by {by}", table=table, chart="bars", x="churn", y=by,
            x_title="share of items on which two runs differ", form=".0%", alt=answer, reference=whole,
        ),),
        numbers=(
            Number("churn between two runs", POINTS * whole, "% of items"),
            Number("SD of accuracy over runs", top_sd, "points"),
            Number(f"SD of accuracy over runs, {wide[by]}", wide["SD"], "points", wide["by size, low"],
                   wide["by size, high"]),
            *(Number(f"hours at {overhead:.0f}%", hours * factor, "hours")
              for overhead, factor in factors.items()),
        ),
        tables={"What determinism would cost, at the quoted overheads": cost},
        method="mean over all pairs of runs", n=grid.labels.size,
        counted="items", seed=seed,
        interval="of an SD: 95% of random parts of the items as large, not a confidence interval",
        limits=(
            "The overheads are quoted from an abstract, each the most on one kind of GPU.",
            "It does not say whether they are time on top of the usual (746%: 8.46 times) or that time (7.46 times).",
            "The page Hardware gives the same from timings of your own, as times the usual.",
            "A small part has a larger SD by its size alone; 'beyond size' says where it is more than that.",
        ),
    )  # fmt: skip


def _example(seed: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    labels = np.array(list("abcd"))[np.arange(400) % 4]
    coin = (labels == "b") & (np.arange(400) % 8 == 1)  # planted: on half of class b's items runs flip a coin
    frames = []
    for run in range(1, 9):
        right = rng.random(400) < np.where(coin, 0.5, 0.97)
        frames.append(pl.DataFrame({
            "item": [f"i{place:03}" for place in range(400)], "group": np.where(labels == "b", "rare", "common"),
            "run": f"seed-{run}", "label": labels, "prediction": np.where(right, labels, "e"),
        }))  # fmt: skip
    return pl.concat(frames)


CHURN = Lab(
    name="churn",
    title="Noise between runs, and the price of determinism",
    topic="Groups",
    question="How many answers change from run to run, where, and what would it cost to stop that?",
    source="predictions",
    run=_run,
    example=_example,
    planted="Half of the items of class b flip a coin, all others are right in 97% of the runs.",
    papers=("tooling-randomness",),
    claims=("tooling-randomness/subgroups", *OVERHEADS),
    needs=("item", "run", "prediction", "label"),
    settings=(
        Setting("by", "By", "choice", "class", "What is looked at apart; a class is the right answer",
                ("class", "group")),
        Setting("hours", "Hours of training", "number", 100.0, "Hours of a run that is not forced to be deterministic",
                low=0.0, high=1e9),
        Setting("reading", "Read a quoted overhead as", "choice", READINGS[0],
                "Time that comes on top, or the whole time, in % of training that is not forced", READINGS),
        Setting("price", "Price an hour", "number", 2.0, "Money an hour, any currency", low=0.0, high=1e9),
    ),
)  # fmt: skip
