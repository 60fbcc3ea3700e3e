"""Charts of a backtest's models: the four quadrants, the least compute that reached the line, the correlation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date

import altair as alt
import polars as pl

from app.components.figure import Chart, Draw
from app.theme import Meaning, Tokens
from governance.compute.capability import Correlation, LeastCompute
from governance.compute.outcomes import Outcome
from governance.exports.words import flop_words

DASH = [5, 4]
QUADRANTS: dict[Outcome, tuple[str, Meaning, str]] = {
    "caught": ("caught", "good", "circle"),
    "missed": ("missed", "stop", "triangle-up"),
    "false_alarm": ("false alarm", "caution", "diamond"),
    "below_both": ("below both", "strict", "square"),
    "undisclosed": ("FLOP not stated", "unknown", "stroke"),
}
CORNERS: dict[Outcome, tuple[str, bool, bool]] = {
    "missed": ("▲", True, True),
    "caught": ("●", False, True),
    "below_both": ("■", True, False),
    "false_alarm": ("◆", False, False),
}
"""Sign, whether at the left, whether at the top."""
APART = 1.5
"""A step is named when it lies so many times below the last one named; closer names would overlap."""


def quadrant_chart(table: pl.DataFrame, threshold: float, line: float, line_name: str) -> Draw:
    """Draw each model by training compute and index, with threshold and line; without FLOP it is a tick at the edge.

    Args:
        table: As `outcomes` gives it.
        threshold: FLOP.
        line: Value of the index.
        line_name: What to write at the line.
    """
    words = {name: one[0] for name, one in QUADRANTS.items()}
    shown = table.select(
        "model", pl.col("released").cast(pl.String), pl.col("value").cast(pl.Float64).alias("index"),
        pl.col("training_flop").cast(pl.Float64).alias("flop"), pl.col("outcome").replace_strict(words),
    )  # fmt: skip
    counts = {name: shown.filter(pl.col("outcome") == said).height for name, said in words.items()}
    known, hidden = shown.filter(pl.col("flop").is_not_null()), shown.filter(pl.col("flop").is_null())
    flop, values = [threshold, *known["flop"]], [line, *shown["index"]]
    told = [one for name, one in QUADRANTS.items() if name != "undisclosed"]
    room = 0.06 * (max(values) - min(values) or 1)

    def draw(colours: Tokens) -> Chart:
        x = alt.X(
            "flop:Q", title="training compute, FLOP",
            scale=alt.Scale(type="log", domain=[min(flop) / 4, max(flop) * 2], nice=False),
            axis=alt.Axis(format=".0e", tickCount=6, labelOverlap=True),
        )  # fmt: skip
        y = alt.Y(
            "index:Q", title="index", scale=alt.Scale(domain=[min(values) - room, max(values) + room], nice=False)
        )
        said, shapes = [one[0] for one in told], [one[2] for one in told]
        fills = [colours.of(one[1]) for one in told]
        tooltip = [alt.Tooltip("model:N"), alt.Tooltip("released:N"), alt.Tooltip("index:Q", format=".1f")]
        dots = alt.Chart(known).mark_point(filled=True, size=60, opacity=0.85).encode(
            x=x, y=y,
            color=alt.Color("outcome:N", legend=None, scale=alt.Scale(domain=said, range=fills)),
            shape=alt.Shape("outcome:N", legend=None, scale=alt.Scale(domain=said, range=shapes)),
            tooltip=[*tooltip, alt.Tooltip("flop:Q", format=".2~e", title="FLOP"), alt.Tooltip("outcome:N")],
        )  # fmt: skip
        ticks = (
            alt.Chart(hidden)
            .mark_tick(color=colours.unknown, size=14, thickness=1.5, orient="horizontal")
            .encode(x=alt.value(9), y=y, tooltip=[*tooltip, alt.Tooltip("outcome:N")])
        )
        rules = [
            alt.Chart(alt.Data(values=[{"flop": threshold}]))
            .mark_rule(strokeDash=DASH, color=colours.stop)
            .encode(x=x),
            alt.Chart(alt.Data(values=[{"index": line}])).mark_rule(strokeDash=DASH, color=colours.stop).encode(y=y),
        ]
        names = [
            alt.Chart(alt.Data(values=[{"flop": threshold, "text": f"{flop_words(threshold)} FLOP"}]))
            .mark_text(align="left", dx=4, baseline="bottom", fontSize=11, color=colours.text)
            .encode(x=x, y=alt.value(0), text="text:N"),
            alt.Chart(alt.Data(values=[{"index": line, "text": line_name}]))
            .mark_text(align="left", dy=-3, baseline="bottom", fontSize=11, color=colours.text)
            .encode(x=alt.value(22), y=y, text="text:N"),
        ]
        return alt.layer(ticks, dots, *rules, *names, *_corners(counts, colours)).properties(
            height=340, width="container"
        )

    return draw


def _corners(counts: Mapping[Outcome, int], colours: Tokens) -> list[alt.Chart]:
    charts: list[alt.Chart] = []
    for name, (sign, left, top) in CORNERS.items():
        words, meaning, _ = QUADRANTS[name]
        chart = alt.Chart(alt.Data(values=[{"text": f"{sign} {words}: {counts[name]}"}])).mark_text(
            align="left" if left else "right", baseline="top" if top else "bottom", fontSize=13, fontWeight=600,
            color=colours.of(meaning),
        )  # fmt: skip
        x = alt.value(22) if left else alt.XValue("width")
        y = alt.value(4) if top else alt.YValue("height")
        charts.append(chart.encode(x=x, y=y, text="text:N"))
    return charts


def least_chart(found: LeastCompute, threshold: float, until: date) -> Draw:
    """Draw the least disclosed compute that reached the line as a step line, new minima named."""
    rows: list[dict[str, object]] = []
    last, middle = math.inf, until - (until - found.steps[0].released) / 2 if found.steps else until
    for one in found.steps:
        apart = one.training_flop * APART < last
        last = one.training_flop if apart else last
        rows.append(
            {
                "released": one.released.isoformat(), "flop": one.training_flop, "model": one.model,
                "named": one.model if apart else "", "late": one.released > middle,
            }
        )  # fmt: skip
    end = [{**rows[-1], "released": until.isoformat(), "named": ""}] if rows else []
    values = [threshold, *(one.training_flop for one in found.steps)]

    def draw(colours: Tokens) -> Chart:
        x = alt.X("released:T", title=None, axis=alt.Axis(format="%Y-%m", labelOverlap=True, tickCount=6))
        y = alt.Y(
            "flop:Q", title="FLOP", axis=alt.Axis(format=".0e", tickCount=5, labelOverlap=True),
            scale=alt.Scale(type="log", domain=[min(values) / 2, max(values) * 3], nice=False),
        )  # fmt: skip
        base = alt.Chart(alt.Data(values=rows))
        step = alt.Chart(alt.Data(values=[*rows, *end])).mark_line(
            interpolate="step-after", color=colours.primary, strokeWidth=2.5
        )
        dots = base.mark_point(filled=True, size=70, color=colours.primary)
        tooltip = [alt.Tooltip("model:N"), alt.Tooltip("released:T"), alt.Tooltip("flop:Q", format=".2~e")]
        named = [
            base.transform_filter(f"datum.late === {'true' if late else 'false'}").mark_text(
                align="right" if late else "left", dx=-6 if late else 6, dy=-5, baseline="bottom", fontSize=11,
                color=colours.text,
            )
            for late in (False, True)
        ]  # fmt: skip
        rule = alt.Chart(alt.Data(values=[{"flop": threshold, "text": f"threshold {flop_words(threshold)}"}]))
        return alt.layer(
            rule.mark_rule(strokeDash=DASH, color=colours.stop).encode(y=y),
            rule.mark_text(align="right", dy=-3, baseline="bottom", fontSize=11, color=colours.text).encode(
                x=alt.XValue("width"), y=y, text="text:N"
            ),
            step.encode(x=x, y=y),
            dots.encode(x=x, y=y, tooltip=tooltip),
            *(names.encode(x=x, y=y, text="named:N") for names in named),
        ).properties(height=230, width="container")

    return draw


def correlation_chart(found: Sequence[Correlation]) -> Draw:
    """Draw the rank correlation of each year with its interval, n below."""
    rows = [{**one.model_dump(), "words": f"n {one.n}"} for one in found if one.rho is not None]
    low = min([0.0, *(one.low for one in found if one.low is not None)])

    def draw(colours: Tokens) -> Chart:
        scale = alt.Scale(domain=[low - 0.15, 1], nice=False)
        x = alt.X("year:O", title="year of release", axis=alt.Axis(labelAngle=0))
        base = alt.Chart(alt.Data(values=rows)).encode(x=x)
        whisker = base.transform_filter("isValid(datum.low)").mark_rule(strokeWidth=2, color=colours.primary)
        dot = base.mark_point(filled=True, size=90, color=colours.primary, opacity=1)
        tooltip = [alt.Tooltip("year:O"), *(alt.Tooltip(f"{one}:Q", format=".2f") for one in ("rho", "low", "high"))]
        zero = alt.Chart(alt.Data(values=[{"zero": 0}])).mark_rule(color=colours.border)
        words = base.mark_text(fontSize=11, color=colours.text, baseline="bottom")
        return alt.layer(
            zero.encode(y=alt.Y("zero:Q", title="Spearman's rho", scale=scale)),
            whisker.encode(y=alt.Y("low:Q", scale=scale), y2="high:Q"),
            dot.encode(y=alt.Y("rho:Q", scale=scale), tooltip=[*tooltip, alt.Tooltip("n:Q")]),
            words.encode(y=alt.YValue("height"), text="words:N"),
        ).properties(height=230, width="container")

    return draw
