"""What a share of code (or anything) in the data brought in runs that were made; nothing is said beyond them."""

from __future__ import annotations

import numpy as np
import polars as pl

from governance.errors import BadInput
from governance.research.labs.lab import Lab, LabFigure, LabResult, Number, Setting, Settings, TableColumn, number

PERCENT = 100
CLAIMS = {"reasoning": "nl_reasoning", "knowledge": "knowledge", "win rate": "winrate", "code": "code"}
"""Names of tasks whose gains stand beside a claim of the paper on code."""
PEAK, GAIN = 0.25, {"reasoning": 0.08, "knowledge": -0.02}
"""Planted: at a quarter of code reasoning gains 8%, knowledge loses 2%; beyond it reasoning falls again."""


def gains(frame: pl.DataFrame, base: float) -> pl.DataFrame:
    """Give the relative gain of each tested share over a base share, for each task.

    Args:
        frame: Columns share, task, score, perhaps run.
        base: The share that the others are set against.

    Returns:
        Columns task, share, runs, score, gain (percent, relative), low, high (95%, t over runs by the delta method;
        null below two runs).

    Raises:
        BadInput: A task was not run at the base share, or scored 0 there.
    """
    from scipy.stats import t as student

    cells = frame.group_by("task", "share").agg(
        runs=pl.len(), score=pl.col("score").mean(), sd=pl.col("score").std(ddof=1)
    ).sort("task", "share")  # fmt: skip
    rows = []
    for task in cells["task"].unique(maintain_order=True):
        mine = cells.filter(pl.col("task") == task)
        at = mine.filter(pl.col("share") == base)
        if not at.height or not at["score"][0]:
            shares = ", ".join(f"{one:g}" for one in mine["share"])
            what = f"'{task:.60}' was not run at share {base:g}, or scored 0 there"
            raise BadInput(what, "setting base", f"use one of {shares}")
        first = at.row(0, named=True)
        for row in mine.iter_rows(named=True):
            ratio = row["score"] / first["score"]
            low = high = None
            if row["share"] != base and row["runs"] > 1 and first["runs"] > 1:
                own, other = row["sd"] ** 2 / row["runs"], ratio**2 * first["sd"] ** 2 / first["runs"]
                total = own + other
                if total > 0:
                    free = total**2 / (own**2 / (row["runs"] - 1) + other**2 / (first["runs"] - 1))
                    far = PERCENT * float(student.ppf(0.975, free)) * np.sqrt(total) / abs(first["score"])
                    low, high = PERCENT * (ratio - 1) - far, PERCENT * (ratio - 1) + far
            rows.append((task, row["share"], row["runs"], row["score"], PERCENT * (ratio - 1), low, high))
    schema = {"task": pl.String, "share": pl.Float64, "runs": pl.Int64,
              **dict.fromkeys(("score", "gain", "low", "high"), pl.Float64)}  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def between(table: pl.DataFrame, share: float) -> dict[str, float]:
    """Give each task's gain at a share by a straight line between the tested shares beside it.

    Raises:
        BadInput: The share is beyond those that a task was run at.
    """
    found = {}
    for task in table["task"].unique(maintain_order=True):
        mine = table.filter(pl.col("task") == task)
        tested = mine["share"].to_numpy()
        if not tested.min() <= share <= tested.max():
            what = f"share {share:g} was not tested for '{task:.60}'"
            raise BadInput(
                what, "setting share", f"stay within {tested.min():g} to {tested.max():g}: nothing is guessed"
            )
        found[str(task)] = float(np.interp(share, tested, mine["gain"].to_numpy()))
    return found


def _run(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    if frame.filter(~pl.col("share").is_between(0, 1)).height:
        raise BadInput("a share is not from 0 to 1", "column share", "write e.g. 0.25")
    base = number(settings, "base")
    table = gains(frame, base)
    others = table.filter(pl.col("share") != base)
    if not others.height:
        raise BadInput("only the base share was run", "column share", "give runs at two shares or more")
    tasks = list(table["task"].unique(maintain_order=True))
    best = {
        task: others.filter(pl.col("task") == task).sort("gain", descending=True).row(0, named=True) for task in tasks
    }
    asked = settings["share"]
    if asked is None:
        answer = "; ".join(
            f"{task} gains most at {row['share']:.0%}: {row['gain']:+.1f}%{_range(row)}" for task, row in best.items()
        )
    else:
        share = number(settings, "share")
        here = between(table, share)
        exact = share in set(table["share"])
        how = "as tested" if exact else "by a line between tested shares"
        answer = f"At {share:.0%} ({how}): " + ", ".join(f"{task} {value:+.1f}%" for task, value in here.items())
    numbers = []
    for task, row in best.items():
        mine = others.filter(pl.col("task") == task)["gain"]
        claim = next((f"to-code-or-not/{name}" for word, name in CLAIMS.items() if task.casefold() == word), "")
        if claim.endswith("/code"):
            factor = 1 + row["gain"] / PERCENT
            numbers.append(Number(f"largest factor, {task}", factor, "x", claim=claim))
        else:
            numbers.append(Number(f"largest gain, {task}", row["gain"], "%", row["low"], row["high"], claim))
        numbers.append(Number(f"median gain over {len(mine)} shares, {task}", float(np.median(mine)), "%"))
    return LabResult(
        answer=f"{answer}.",
        figures=(LabFigure(
            title=f"Relative gain over share {base:g}, %", table=table, chart="lines", x="share", y="gain",
            series="task", low="low", high="high", x_title="share of the data", y_title="gain, % of the base",
            alt=answer, reference=0.0,
        ),),
        numbers=tuple(numbers), method="mean over runs; straight lines between tested shares, nothing beyond them",
        n=frame.height, counted="runs and tasks", interval="95%, t over runs by the delta method; none below two runs",
        limits=(
            "'Largest' is the best of the shares tried, so it is flattered; the median stands beside it.",
            "It holds for the size and data of these runs.",
        ),
    )  # fmt: skip


def _range(row: dict[str, float]) -> str:
    return "" if row["low"] is None else f" ({row['low']:+.1f} to {row['high']:+.1f})"


def example(seed: int, planted: bool = True) -> pl.DataFrame:
    """Make scores of two tasks at five shares of code, four runs each.

    Args:
        seed: Of the draws.
        planted: Whether the share does anything.
    """
    rng = np.random.default_rng(seed)
    rows = [
        (share, task, run, round(0.5 * (1 + planted * gain * (1 - ((share - PEAK) / PEAK) ** 2 if share <= 2 * PEAK
                                                              else 0.0)) + rng.normal(0, 0.004), 5))
        for task, gain in GAIN.items() for share in (0.0, 0.1, 0.25, 0.4, 0.5) for run in (1, 2, 3, 4)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=["share", "task", "run", "score"], orient="row").cast({"run": pl.Float64})


ABLATIONS = Lab(
    name="mixture-gain",
    title="What a share of the data brought",
    topic="Data choice",
    question="What does a larger share of code, or anything else, in the data bring?",
    source="table",
    run=_run,
    example=example,
    planted="A quarter of code brings reasoning 8% and costs knowledge 2%; half of it brings nothing.",
    papers=("to-code-or-not",),
    claims=tuple(f"to-code-or-not/{one}" for one in CLAIMS.values()),
    needs=("share", "task", "score"),
    columns=(
        TableColumn("share", "number", "share of the data, 0 to 1"),
        TableColumn("task", "text", "such as reasoning, knowledge, win rate or code"),
        TableColumn("run", "number", "seed or number of the run", needed=False),
        TableColumn("score", "number", "more is better"),
    ),
    settings=(
        Setting("base", "Set against share", "number", 0.0, "The share that gains are counted from", low=0.0, high=1.0),
        Setting("share", "Asked share", "number", None, "Within the tested ones; empty: the best of them", low=0.0,
                high=1.0),
    ),
)  # fmt: skip
