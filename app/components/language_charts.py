"""Charts of groups: every language of each model on a line, a heat map, groups of languages, parts of the items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import altair as alt
import numpy as np
import polars as pl

from app.components.figure import Chart, Draw
from app.theme import Tokens
from governance.evaluation.groups.chosen import unit_name
from governance.evaluation.groups.coverage import GroupCover
from governance.evaluation.groups.culture import Culture
from governance.evaluation.groups.languages import LanguageReport
from governance.evaluation.groups.raters import RaterGap

ROW, CELL, ROOM = 19, 14, 70
MOST_ROWS = 60
"""Languages in the heat map; of more, those with the lowest mean are drawn."""
LABELS = 150
LETTERS = 22
TICK = "M-0.12,-1L0.12,-1L0.12,1L-0.12,1Z"
FEW = alt.Axis(tickCount=6)
SIDE = 0.3
"""Room at the lower end for the name of the worst language, as a share of the scores' range."""


def short(model: str, most: int = LETTERS) -> str:
    """Name a model without its owner, the middle left out of a long name.

    >>> short("Qwen/Qwen3-Embedding-8B"), short("Cohere/Cohere-embed-multilingual-light-v3.0")
    ('Qwen3-Embedding-8B', 'Cohere-embed-…ght-v3.0')
    """
    name = model.rpartition("/")[2] or model
    tail = most * 2 // 5
    return name if len(name) <= most else f"{name[: most - tail - 1]}…{name[-tail:]}"


def short_names(models: Sequence[str], name: Callable[[str], str] = short) -> dict[str, str]:
    """Give each model a short name of its own; where two would share one, the whole name."""
    made = {model: name(model) for model in models}
    seen = Counter(made.values())
    return {model: one if seen[one] == 1 else model for model, one in made.items()}


def strip_chart(report: LanguageReport) -> Draw:
    """Draw a line a model: a tick for each language, its mean, the reference and the worst language by name."""
    reference = unit_name(report.reference) if report.reference else "reference"
    marks = ["a language", "mean", reference, "worst"]
    compared = [one for one in report.models if one.mean is not None]
    names = short_names([one.model for one in compared])
    shared = set(report.grid.shared_units)
    kept = report.rows.filter(pl.col("unit").is_in(list(shared)) & pl.col("model").is_in([m.model for m in compared]))
    ticks = [
        {"model": names[row["model"]], "score": row["score"], "mark": marks[0], "language": row["language"]}
        for row in kept.iter_rows(named=True)
    ]
    points, labels = [], []
    for one in compared:
        worst = unit_name(one.worst_language or "")
        points.append({"model": names[one.model], "score": one.mean, "mark": "mean", "language": "mean"})
        if one.reference is not None:
            points.append({"model": names[one.model], "score": one.reference, "mark": reference, "language": reference})
        labels.append({"model": names[one.model], "score": one.worst, "mark": "worst", "language": worst})
    values = [row["score"] for row in ticks] or [0.0, 1.0]
    low, high = min(values), max(values)
    lower_better = report.figures.better == "lower"
    span = (high - low) or 1.0
    domain = [low - span * (0.04 if lower_better else SIDE), high + span * (SIDE if lower_better else 0.04)]
    order = [names[one.model] for one in compared]

    def draw(colours: Tokens) -> Chart:
        scale = alt.Scale(domain=marks, range=[colours.unknown, colours.primary, colours.caution, colours.stop])
        shape = alt.Scale(domain=marks, range=[TICK, "circle", "diamond", "square"])
        y = alt.Y("model:N", sort=order, title=None, axis=alt.Axis(labelLimit=LABELS, ticks=False, grid=True))
        axis = alt.Axis(tickCount=6, labelExpr="datum.value < 0 ? '' : datum.label" if low >= 0 else alt.Undefined)
        scale_x = alt.Scale(domain=domain, nice=False, zero=False)
        x = alt.X("score:Q", title=report.figures.metric, scale=scale_x, axis=axis)
        tip = ["model:N", "language:N", alt.Tooltip("score:Q", format=".3f")]
        mark = alt.Color("mark:N", scale=scale, title=None, legend=alt.Legend(symbolOpacity=1, columns=2))
        form = alt.Shape("mark:N", scale=shape, title=None)
        base = alt.Chart(pl.DataFrame(ticks))
        lines = base.mark_tick(thickness=1.5, height=11, opacity=0.55).encode(x=x, y=y, color=mark, tooltip=tip)
        dots = (
            alt.Chart(pl.DataFrame([*points, *labels]))
            .mark_point(size=55, filled=True, opacity=1)
            .encode(x=x, y=y, color=mark, shape=form, tooltip=tip)
        )
        words = (
            alt.Chart(pl.DataFrame(labels))
            .mark_text(align="left" if lower_better else "right", dx=8 if lower_better else -8, fontSize=11)
            .encode(x=x, y=y, text="language:N", color=alt.value(colours.text))
        )
        return alt.layer(lines, words, dots).properties(height=ROW * len(order) + ROOM, width="container")

    return draw


def heat_rows(report: LanguageReport) -> list[str]:
    """Choose the languages of the heat map, those with the best mean first."""
    table = report.grid.common
    names = report.grid.shared_units
    sign = -1 if report.figures.better == "higher" else 1
    order = [names[at] for at in np.argsort(sign * table.mean(axis=0), kind="stable")] if table.size else []
    return order[-MOST_ROWS:]


def heat_chart(report: LanguageReport) -> Draw:
    """Draw models by languages, shade for score, each model's worst language marked."""
    units = heat_rows(report)
    compared = [one for one in report.models if one.mean is not None]
    names = short_names([one.model for one in compared])
    order, languages = [names[one.model] for one in compared], [unit_name(unit) for unit in units]
    kept = report.rows.filter(pl.col("unit").is_in(units) & pl.col("model").is_in([one.model for one in compared]))
    rows = [{**row, "model": names[row["model"]]} for row in kept.select("model", "language", "score").to_dicts()]
    worst = [
        {"model": names[one.model], "language": unit_name(one.worst_language), "score": one.worst}
        for one in compared
        if one.worst_language in units
    ]

    def draw(colours: Tokens) -> Chart:
        across = alt.Axis(
            orient="top", labelAngle=-90, labelLimit=LABELS, labelFontSize=10, labelOverlap=False, ticks=False
        )
        down = alt.Axis(labelLimit=110, labelFontSize=10, labelOverlap=False, ticks=False)
        x = alt.X("model:N", sort=order, title=None, axis=across)
        y = alt.Y("language:N", sort=languages, title=None, axis=down)
        shade = alt.Scale(range=[colours.panel, colours.primary], zero=False)
        legend = alt.Legend(orient="bottom", format=".2f", gradientLength=160)
        base = alt.Chart(pl.DataFrame(rows))
        tip = ["model:N", "language:N", alt.Tooltip("score:Q", format=".3f")]
        cells = base.mark_rect(stroke=colours.background, strokeWidth=0.5).encode(
            x=x, y=y, tooltip=tip,
            color=alt.Color("score:Q", scale=shade, title=report.figures.metric, legend=legend),
        )  # fmt: skip
        marks = (
            alt.Chart(pl.DataFrame(worst))
            .mark_point(shape="circle", filled=True, size=26, color=colours.stop, opacity=1)
            .encode(x=x, y=y, tooltip=tip)
        )
        return (cells + marks).properties(height=CELL * len(units), width="container")

    return draw


def group_chart(report: LanguageReport, groups: Sequence[GroupCover], group_of: dict[str, str]) -> Draw:
    """Draw a dot a language, the mean over models, by the group it is in; a line for the reference."""
    means = dict(zip(report.grid.shared_units, report.grid.common.mean(axis=0), strict=True))
    named = {one.group: f"{one.group} ({one.languages})" for one in groups}
    dots = [
        {"group": named[group_of[unit]], "language": unit_name(unit), "score": float(score)}
        for unit, score in means.items()
    ]
    found = sorted((one for one in groups if one.mean is not None), key=lambda one: -(one.mean or 0))
    bars = [{"group": named[one.group], "score": one.mean} for one in found]
    order = [named[one.group] for one in found]
    base = means.get(report.reference or "")

    def draw(colours: Tokens) -> Chart:
        y = alt.Y("group:N", sort=order, title=None, axis=alt.Axis(labelLimit=150, ticks=False, grid=True))
        x = alt.X("score:Q", title=f"mean {report.figures.metric} over models", scale=alt.Scale(zero=False), axis=FEW)
        layers = [
            alt.Chart(alt.Data(values=dots))
            .mark_point(size=45, filled=True, opacity=0.55, color=colours.primary)
            .encode(x=x, y=y, tooltip=["group:N", "language:N", alt.Tooltip("score:Q", format=".3f")]),
            alt.Chart(alt.Data(values=bars))
            .mark_tick(thickness=3, height=16, color=colours.stop)
            .encode(x=x, y=y, tooltip=["group:N", alt.Tooltip("score:Q", format=".3f", title="mean")]),
        ]
        if base is not None:
            line = alt.Chart(alt.Data(values=[{"score": float(base)}]))
            layers.append(line.mark_rule(strokeDash=[4, 4], color=colours.caution, strokeWidth=1.5).encode(x="score:Q"))
        return alt.layer(*layers).properties(height=22 * len(order) + ROOM, width="container")

    return draw


def null_chart(found: Culture) -> Draw:
    """Draw how far each part moves the ranking beside what random parts of its size do."""
    rows = [
        {"part": f"{one.name} ({one.units})", "move": one.mean_move, "low": one.null_low, "high": one.null_high,
         "null": one.null_mean, "what": "this part"}
        for one in found.parts
    ]  # fmt: skip

    def draw(colours: Tokens) -> Chart:
        what = ["this part", "random parts"]
        scale = alt.Scale(domain=what, range=[colours.stop, colours.unknown])
        shape = alt.Scale(domain=what, range=["diamond", "circle"])
        y = alt.Y("part:N", sort=None, title=None, axis=alt.Axis(labelLimit=LABELS, ticks=False))
        title = "mean change of rank against all items"
        base = alt.Chart(alt.Data(values=rows)).encode(y=y)
        tested = base.transform_filter("isValid(datum.low)")
        band = tested.mark_bar(height=12, color=colours.unknown, opacity=0.35).encode(x=alt.X("low:Q"), x2="high:Q")
        null = tested.transform_calculate(what="'random parts'").mark_point(size=70, filled=True, opacity=1).encode(
            x="null:Q", color=alt.Color("what:N", scale=scale, title=None), shape=alt.Shape("what:N", scale=shape),
            tooltip=["part:N", alt.Tooltip("null:Q", format=".2f"), alt.Tooltip("low:Q", format=".2f"),
                     alt.Tooltip("high:Q", format=".2f")],
        )  # fmt: skip
        own = base.mark_point(size=130, filled=True, opacity=1).encode(
            x=alt.X("move:Q", title=title, scale=alt.Scale(zero=True), axis=FEW),
            color=alt.Color("what:N", scale=scale, title=None, legend=alt.Legend(symbolType="circle")),
            shape=alt.Shape("what:N", scale=shape, title=None), tooltip=["part:N", alt.Tooltip("move:Q", format=".2f")],
        )  # fmt: skip
        return alt.layer(band, null, own).properties(height=46 * len(rows) + ROOM, width="container")

    return draw


def rater_chart(found: Sequence[RaterGap]) -> Draw:
    """Draw the relative change by people and by metrics, for each language, with whiskers where n is stated."""
    rows = [
        {"language": one.name, "change": drop.change, "low": drop.low, "high": drop.high, "rater": word}
        for one in found
        for word, drop in (("people", one.human), ("automatic", one.automatic))
        if drop.change is not None
    ]

    def draw(colours: Tokens) -> Chart:
        words = ["people", "automatic"]
        scale = alt.Scale(domain=words, range=[colours.strict, colours.caution])
        shape = alt.Scale(domain=words, range=["circle", "diamond"])
        y = alt.Y("language:N", sort=None, title=None, axis=alt.Axis(labelLimit=LABELS, ticks=False))
        offset = alt.YOffset("rater:N", sort=words)
        colour = alt.Color("rater:N", scale=scale, title=None, legend=alt.Legend(symbolType="circle"))
        base = alt.Chart(alt.Data(values=rows)).encode(y=y, yOffset=offset, color=colour)
        x = alt.X("change:Q", title="relative change, %", scale=alt.Scale(zero=True), axis=FEW)
        whisker = base.transform_filter("isValid(datum.low)").mark_rule(strokeWidth=2).encode(x="low:Q", x2="high:Q")
        tip = ["language:N", "rater:N", *(alt.Tooltip(f"{one}:Q", format=".1f") for one in ("change", "low", "high"))]
        dots = base.mark_point(size=90, filled=True, opacity=1).encode(
            x=x, shape=alt.Shape("rater:N", scale=shape, title=None), tooltip=tip
        )  # fmt: skip
        zero = alt.Chart(alt.Data(values=[{"at": 0}])).mark_rule(color=colours.text, opacity=0.4).encode(x="at:Q")
        return alt.layer(zero, whisker, dots).properties(height=44 * len(found) + ROOM, width="container")

    return draw
