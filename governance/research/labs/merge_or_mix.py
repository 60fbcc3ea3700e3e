"""Merged models against data mixtures: usefulness against harm, and which option wins for how much harm weighs."""

from __future__ import annotations

import numpy as np
import polars as pl

from governance.errors import BadInput
from governance.research.labs.lab import Lab, LabFigure, LabResult, Number, Setting, Settings, TableColumn, number, text
from governance.research.labs.stats import on_front

PERCENT = 100
OPTIONS = (("data mixture", "mix", 50.0, 20.0), ("objective merge", "merge", 54.0, 18.0),
           ("cautious merge", "merge", 51.0, 14.0), ("poor merge", "merge", 49.0, 21.0))  # fmt: skip
"""Planted: general score and share of harmful answers of each option."""


def against(frame: pl.DataFrame, base: str) -> pl.DataFrame:
    """Set every option against one: general gain and harm reduction, percent of its figures.

    Args:
        frame: Columns option, kind, general, harm.
        base: The option that the others are set against.

    Returns:
        The rows with gain, safer (percent, relative) and standing.

    Raises:
        BadInput: The base has a figure that is not above 0.
    """
    first = frame.filter(pl.col("option") == base).row(0, named=True)
    if first["general"] <= 0 or first["harm"] <= 0:
        raise BadInput("the base needs figures above 0", f"option {base:.60}", "choose another in the setting base")
    front = on_front(frame["general"].to_numpy(), -frame["harm"].to_numpy())
    return frame.with_columns(
        gain=PERCENT * (pl.col("general") / first["general"] - 1), safer=PERCENT * (1 - pl.col("harm") / first["harm"]),
        standing=pl.Series(np.where(front, "on the front", "dominated")),
    )  # fmt: skip


def winners(table: pl.DataFrame, steps: int = 201) -> pl.DataFrame:
    """Say which option is best as harm weighs more: weight times the reduction of harm, the rest times the gain.

    Args:
        table: Of `against`.
        steps: Weights looked at, from 0 to 1.

    Returns:
        Columns option, from, to: ranges of the weight.
    """
    weights = np.linspace(0, 1, steps)
    value = (1 - weights)[:, None] * table["gain"].to_numpy() + weights[:, None] * table["safer"].to_numpy()
    best = value.argmax(axis=1)
    rows: list[list[object]] = []
    for weight, place in zip(weights, best, strict=True):
        name = table["option"][int(place)]
        if rows and rows[-1][0] == name:
            rows[-1][2] = float(weight)
        else:
            rows.append([name, float(weight), float(weight)])
    return pl.DataFrame(rows, schema={"option": pl.String, "from": pl.Float64, "to": pl.Float64}, orient="row")


def _run(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    if frame["option"].is_duplicated().any():
        raise BadInput("an option stands twice", "column option", "write one row an option")
    if frame.filter((pl.col("general") < 0) | (pl.col("harm") < 0)).height:
        raise BadInput("a figure is below 0", "columns general and harm", "write scores and shares")
    kinds = frame["kind"].str.to_lowercase()
    mixes = frame.filter(kinds == "mix")
    base = text(settings, "base") or (mixes["option"][0] if mixes.height else "")
    if base not in set(frame["option"]):
        fix = "write kind 'mix' in its row, or name it in the setting base"
        raise BadInput("no option is the mixture that the others are set against", "column kind", fix)
    table = against(frame, base)
    weight = number(settings, "weight")
    table = table.with_columns(value=(1 - weight) * pl.col("gain") + weight * pl.col("safer")).sort(
        "value", "option", descending=[True, False]
    )
    ranges = winners(table)
    best = table.row(0, named=True)
    merged = table.filter(kinds_of(table) != "mix")
    answer = (
        f"With a harm weight of {weight:g} '{best['option']}' is best: {best['gain']:+.1f}% general performance and "
        f"{best['safer']:+.1f}% less harm than '{base}'"
    )
    out = table.filter(pl.col("standing") == "dominated")["option"].to_list()
    answer += f"; dominated: {', '.join(out)}" if out else "; none is dominated"
    numbers = []
    for label, column, claim in (
        ("general performance", "gain", "general"), ("reduction of harm", "safer", "safety"),
    ):  # fmt: skip
        values = merged[column]
        if merged.height:
            top = float(values.to_numpy().max())
            numbers.append(Number(f"largest {label} of a merge", top, "%", claim=f"mix-or-merge/objective_{claim}"))
            numbers.append(Number(f"median {label} over {merged.height} merges", float(np.median(values)), "%"))
    numbers.append(Number("options on the front", float((table["standing"] == "on the front").sum()), "count"))
    return LabResult(
        answer=f"{answer}.",
        figures=(LabFigure(
            title=f"General performance against harm, % of '{base}'", table=table, chart="points", x="safer", y="gain",
            series="standing", label="option", x_title="less harm, %", y_title="general performance, %", alt=answer,
            reference=0.0,
        ),),
        numbers=tuple(numbers), tables={"Which option wins, by weight of harm": ranges},
        method="relative to the mixture; value = (1 - weight) x gain + weight x reduction of harm", n=table.height,
        counted="options",
        limits=(
            "'Largest' is the best of the merges listed, so it is flattered; the median stands beside it.",
            "No interval: a row is one figure. What the weight should be is yours to say.",
        ),
    )  # fmt: skip


def kinds_of(table: pl.DataFrame) -> pl.Series:
    """Give the kinds of the options in small letters."""
    return table["kind"].str.to_lowercase()


def _example(seed: int) -> pl.DataFrame:
    schema = {"option": pl.String, "kind": pl.String, "general": pl.Float64, "harm": pl.Float64}
    return pl.DataFrame(OPTIONS, schema=schema, orient="row")


MERGE_OR_MIX = Lab(
    name="merge-or-mix",
    title="Merge models or mix data",
    topic="Data choice",
    question="Is merging models better than mixing their data, and for how much does harm weigh?",
    source="table",
    run=_run,
    example=_example,
    planted="The objective merge gains 8% and 10% less harm; the cautious one 2% and 30%; the poor one is dominated.",
    papers=("mix-or-merge", "aya-vision"),
    claims=(
        "mix-or-merge/objective_general", "mix-or-merge/objective_safety", "mix-or-merge/language_general",
        "mix-or-merge/language_harm", "aya-vision/merge",
    ),
    needs=("option", "kind", "general", "harm"),
    columns=(
        TableColumn("option", "text", "name of the model"),
        TableColumn("kind", "text", "mix for the data mixture, any other word for a merge"),
        TableColumn("general", "number", "general performance, more is better"),
        TableColumn("harm", "number", "share or count of harmful answers, less is better"),
    ),
    settings=(
        Setting("weight", "Weight of harm", "number", 0.5, "0: only performance counts; 1: only harm", low=0.0,
                high=1.0),
        Setting("base", "Set against", "text", "", "The option others are set against; empty: the first mix",
                column="option"),
    ),
)  # fmt: skip
