"""Labs on training: schedules by their curves, a toy of them, and a toy of pruning."""

from __future__ import annotations

import polars as pl

from governance.research.labs.lab import (
    Lab,
    LabFigure,
    LabResult,
    Number,
    Setting,
    Settings,
    TableColumn,
    no_rows,
    number,
    text,
)
from governance.research.labs.lab_tables import rows_table
from governance.research.labs.optimiser_curves import DECAYS, Comparison, Curve, compare_schedules, toy_quadratic
from governance.research.labs.pruning import prune_curve, toy_matrix

WIDE = 50.0
"""Largest over smallest value from which an axis is logarithmic: else all but the start is flat."""
DRAWN = 60
"""Points of a curve that are drawn."""


def _curves(frame: pl.DataFrame) -> list[Curve]:
    seeds = frame.with_columns(seed=pl.col("seed").fill_null("1")).sort("step")
    return [
        Curve(schedule=schedule, seed=seed, steps=tuple(steps), values=tuple(values))
        for schedule, seed, steps, values in seeds.group_by("schedule", "seed", maintain_order=True)
        .agg(pl.col("step"), pl.col("value")).sort("schedule", "seed").iter_rows()
    ]  # fmt: skip


def _schedules(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    target = None if settings["target"] is None else number(settings, "target")
    curves = _curves(frame)
    found = compare_schedules(curves, target, text(settings, "better"))  # type: ignore[arg-type]
    return _compared(found, curves, simulated=False)


def _toy(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    curves = toy_quadratic(
        {one: one for one in DECAYS}, start=number(settings, "start"), noise=number(settings, "noise"),
        steps=int(number(settings, "steps")), seeds=int(number(settings, "runs")), seed=seed,
    )  # fmt: skip
    target = None if settings["target"] is None else number(settings, "target")
    return _compared(compare_schedules(curves, target), curves, simulated=True, seed=seed)


def _compared(found: Comparison, curves: list[Curve], *, simulated: bool, seed: int | None = None) -> LabResult:
    lead = found.schedules[0]
    answer = f"{lead.schedule.capitalize()} has the best curve, {lead.area:.4g} on average along the way"
    if found.difference is not None:
        told = {True: "told apart", False: "not told apart", None: "with one seed, so nothing says how sure"}
        answer += f", {abs(found.difference):.3g} from {found.schedules[1].schedule} ({told[found.told_apart]})"
    if found.target is not None:
        quick = min((row for row in found.schedules if row.steps_to_target is not None),
                    key=lambda row: row.steps_to_target or 0.0, default=None)  # fmt: skip
        answer += (
            f"; {quick.schedule} reaches {found.target:g} first, at step {quick.steps_to_target:,.4g}" if quick
            else f"; none reaches {found.target:g} in half of its seeds"
        )  # fmt: skip
    rows, means = rows_table(found.schedules), _mean_curves(curves)
    tall = bool((means["low"] > 0).all()) and float(means["high"].max() / means["low"].min()) > WIDE  # type: ignore
    final = found.schedules[0]
    steps = [] if found.target is None else [
        Number(f"steps to target, {lead.schedule}", lead.steps_to_target, "steps")
    ]  # fmt: skip
    return LabResult(
        answer=f"{answer}.",
        figures=(
            LabFigure(title="Mean over seeds at each step", table=means, chart="lines", x="step",
                      y="value", series="schedule", low="low", high="high", x_title="step",
                      y_title=f"value{', logarithmic' if tall else ''}; band: all seeds", alt=answer,
                      reference=found.target if found.target is None or found.target > 0 or not tall else None,
                      log_y=tall),
            LabFigure(title="Mean value along the way, by schedule", table=rows, chart="bars", x="area", y="schedule",
                      x_title="area under the curve over its width", alt=answer),
        ),
        numbers=(
            Number(f"area, {lead.schedule} less the second", found.difference, "points", found.low, found.high),
            *steps,
            Number(f"last value, {final.schedule}", final.final, "value"),
            Number(f"SD of the last value over seeds, {final.schedule}", final.final_spread, "value"),
        ),
        tables={"Schedules": rows},
        method=f"trapezoids over steps {found.first:g} to {found.last:g}, which all runs have; median steps to target, "
        "runs that never reach it counted as late",
        n=len(curves), counted="runs", interval="95%, Welch's t over seeds", seed=seed, simulated=simulated,
        limits=(
            *(("A toy: noisy descent on a bowl of two directions. It shows what a schedule does, not which to use.",)
              if simulated else ()),
            "The two best by area are compared after looking, which flatters the first.",
        ),
    )  # fmt: skip


def _mean_curves(curves: list[Curve]) -> pl.DataFrame:
    rows = [(one.schedule, step, value) for one in curves for step, value in zip(one.steps, one.values, strict=True)]
    frame = pl.DataFrame(rows, schema={"schedule": pl.String, "step": pl.Float64, "value": pl.Float64}, orient="row")
    table = frame.group_by("schedule", "step").agg(
        pl.col("value").mean(), low=pl.col("value").min(), high=pl.col("value").max()
    ).sort("schedule", "step")  # fmt: skip
    every = max(1, table.height // (DRAWN * table["schedule"].n_unique()))
    return table.filter(pl.int_range(pl.len()).over("schedule") % every == 0)


def _example(seed: int) -> pl.DataFrame:
    runs = toy_quadratic(
        {"cosine": "cosine", "constant": "constant"}, start=0.15, noise=1.0, steps=60, seeds=6, seed=seed
    )
    return pl.DataFrame(
        [(one.schedule, one.seed, float(step), round(value, 6))
         for one in runs for step, value in zip(one.steps, one.values, strict=True)],
        schema=["schedule", "seed", "step", "value"], orient="row",
    )  # fmt: skip


SCHEDULES = Lab(
    name="optimiser-curves",
    title="Optimiser schedules by their curves",
    topic="Training",
    question="Which schedule gets down sooner, and is that more than its seeds?",
    source="table",
    run=_schedules,
    example=_example,
    planted="With noise a constant rate stalls at a floor; the cosine schedule ends well below it.",
    papers=("ganno",),
    needs=("schedule", "step", "value"),
    columns=(
        TableColumn("schedule", "text", "its name"),
        TableColumn("seed", "text", "of the run; empty: one run a schedule", needed=False),
        TableColumn("step", "number", "of training, rising"),
        TableColumn("value", "number", "such as the loss"),
    ),
    settings=(
        Setting("target", "Target", "number", None, "Value whose first step is sought"),
        Setting("better", "Better is", "choice", "lower", "Which way a value is better", ("lower", "higher")),
    ),
)  # fmt: skip

TOY_SCHEDULES = Lab(
    name="toy-schedules",
    title="Schedules on a toy bowl",
    topic="Training",
    question="What does letting the rate fall do under noise?",
    source="settings",
    run=_toy,
    example=no_rows,
    planted="Without noise a constant rate is hard to beat; with noise it stalls and a falling rate ends lower.",
    papers=("ganno",),
    settings=(
        Setting("start", "Rate at the start", "number", 0.15, "Above 0 and under 0.2, where it diverges", low=0.001,
                high=0.199),
        Setting("noise", "Noise", "number", 1, "SD of the gradient's noise", low=0, high=10),
        Setting("steps", "Steps", "number", 100, "Of each run", low=2, high=1000, whole=True),
        Setting("runs", "Seeds", "number", 5, "Runs of each schedule", low=1, high=20, whole=True),
        Setting("target", "Target", "number", None, "Loss whose first step is sought"),
    ),
)  # fmt: skip


def _prune(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    rows, heavy = int(number(settings, "size")), number(settings, "heavy")
    at = number(settings, "sparsity")
    points = prune_curve(toy_matrix(rows, rows, heavy=heavy, seed=seed), sorted({at, *_GRID}), seed=seed)
    table = rows_table(points)
    here = {one.method: one.error for one in points if one.asked == at}
    answer = (
        f"At sparsity {at:g} pruning the smallest numbers loses {100 * here['magnitude']:.3g}% of the matrix's length, "
        f"pruning at random {100 * here['random']:.3g}%"
    )
    return LabResult(
        answer=f"{answer}.",
        figures=(
            LabFigure(title="What is lost by sparsity", table=table, chart="lines", x="sparsity", y="error",
                      series="method", x_title="sparsity, share of zeros", y_title="norm lost over norm of all",
                      form=".0%", alt=answer),
        ),
        numbers=(
            Number("lost by magnitude", 100 * here["magnitude"], "%"),
            Number("lost at random", 100 * here["random"], "%"),
            Number("numbers in the matrix", float(rows * rows), "count"),
        ),
        method="a matrix drawn here is really pruned; error is the Frobenius norm of what was taken over that of all",
        n=rows * rows, counted="numbers", seed=seed, simulated=True,
        limits=(
            "A toy: of all choices of as many numbers, the smallest lose least by this norm.",
            "It says nothing of a trained network's accuracy.",
        ),
    )  # fmt: skip


_GRID = (0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
PRUNE_TOY = Lab(
    name="prune-toy",
    title="Pruning a toy matrix by magnitude",
    topic="Compression",
    question="What is lost when the smallest weights are set to zero?",
    source="settings",
    run=_prune,
    example=no_rows,
    planted="By magnitude no other choice loses less; heavy numbers make the loss smaller still.",
    papers=("state-of-sparsity",),
    settings=(
        Setting("sparsity", "Sparsity", "number", 0.8, "Share of numbers set to 0", low=0, high=1),
        Setting("size", "Rows and columns", "number", 64, "Of the toy matrix", low=2, high=300, whole=True),
        Setting("heavy", "Heavy numbers", "number", 0.05, "Share that is ten times larger", low=0, high=1),
    ),
)  # fmt: skip
