"""Training compute over time: models by how sure their estimate is, legal lines, and those without an estimate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import polars as pl

from app.components.figure import Chart, Draw
from app.components.frame import number
from app.theme import Meaning, Tokens
from governance.compute.thresholds import Instrument
from governance.compute.uncertainty import LINES
from governance.exports.words import flop_words

HEIGHT = 330
FLOOR = 1e18
"""Operations below which models are left to the table: the lines stand at 1e23 and above."""
CLASSES: dict[str, tuple[Meaning, str]] = {
    "confident": ("good", "circle"),
    "likely": ("caution", "diamond"),
    "speculative": ("strict", "triangle-up"),
    "not said": ("unknown", "square"),
    "yours": ("unknown", "cross"),
}
"""Colour and shape of each class; the reader's own models take the primary colour."""
_SIZED = ("confident", "likely", "speculative")


def class_column(frame: pl.DataFrame) -> pl.Series:
    """Give each model its class: yours, how sure the source is, or not said."""
    sure = pl.when(pl.col("confidence").is_in(_SIZED)).then("confidence").otherwise(pl.lit("not said"))
    return frame.select(
        pl.when(pl.col("origin") == "user").then(pl.lit("yours")).otherwise(sure).alias("class")
    ).to_series()


def chart_table(frame: pl.DataFrame) -> pl.DataFrame:
    """Give the rows behind the chart, not rounded."""
    return frame.with_columns(class_column(frame)).select(
        "id", "name", "organisation", "released", "training_flop", "flop_low", "flop_high", "class"
    ).with_columns(pl.col("organisation").list.join("; "))  # fmt: skip


def below_floor(frame: pl.DataFrame) -> int:
    """Count the models with an estimate below what is drawn."""
    return frame.filter(pl.col("training_flop") < FLOOR).height


def model_chart(frame: pl.DataFrame, line: float, legal: Mapping[float, Sequence[Instrument]]) -> Draw:
    """Give the function that draws the models.

    Args:
        frame: The models.
        line: The line asked about, FLOP.
        legal: Instruments in force by the line they draw, FLOP.
    """
    rows = _rows(frame.filter(pl.col("released").is_not_null()), line)
    known, none = rows.filter(pl.col("flop") >= FLOOR), rows.filter(pl.col("flop").is_null())
    top = max([3 * max(LINES), 2 * line, *known["high"].drop_nulls(), *known["flop"]])
    shown = [name for name in CLASSES if name in known["class"]]
    x = alt.X("released:T", title=None, axis=alt.Axis(format="%Y", tickCount="year", labelOverlap=True, grid=False))
    y = alt.Y(
        "flop:Q", title="Training compute, FLOP (log)",
        scale=alt.Scale(type="log", domain=[FLOOR / 100, top], nice=False),
        axis=alt.Axis(values=[10.0**power for power in range(18, 28, 2)], labelExpr=_POWER, grid=False),
    )  # fmt: skip

    def draw(colours: Tokens) -> Chart:
        layers = [*_lines(line, legal, y, colours), *_points(known, shown, x, y, colours)]
        if none.height:
            layers += _strip(none, x, y, colours)
        return alt.layer(*layers).properties(height=HEIGHT)

    return draw


_POWER = "'1e' + round(log(datum.value) / LN10)"


def _rows(frame: pl.DataFrame, line: float) -> pl.DataFrame:
    """Give what is drawn, as a frame: Altair checks the values of a list one by one, which takes seconds."""
    crossing = (pl.col("flop_low") < line) & (line < pl.col("flop_high"))
    return frame.select(
        "name",
        class_column(frame),
        pl.col("released").dt.strftime("%Y/%m/%d"),  # with slashes a browser reads it as a local day
        pl.col("organisation").list.first().fill_null("unknown").alias("by"),
        pl.col("training_flop").alias("flop"),
        pl.when(crossing).then("flop_low").alias("low"),
        pl.when(crossing).then("flop_high").alias("high"),
    )


def _points(rows: pl.DataFrame, shown: Sequence[str], x: alt.X, y: alt.Y, colours: Tokens) -> list[alt.Chart]:
    fills = [colours.primary if name == "yours" else colours.of(CLASSES[name][0]) for name in shown]
    legend = alt.Legend(orient="top", title=None, symbolSize=70, symbolOpacity=1)
    colour = alt.Color("class:N", scale=alt.Scale(domain=list(shown), range=fills), legend=legend)
    shape = alt.Shape(
        "class:N", scale=alt.Scale(domain=list(shown), range=[CLASSES[name][1] for name in shown]), legend=legend
    )
    whisker = (
        alt.Chart(rows.drop_nulls("low").select("released", "low", "high", "class"))
        .mark_rule(strokeWidth=1, opacity=0.35, clip=True)
        .encode(x=x, y=alt.Y("low:Q"), y2="high:Q", color=colour)
    )
    point = (
        alt.Chart(rows.with_columns(pl.Series("says", [flop_words(one) for one in rows["flop"]], dtype=pl.String)))
        .mark_point(filled=True, size=26, opacity=0.8)
        .encode(
            x=x, y=y, color=colour, shape=shape,
            tooltip=[
                alt.Tooltip("name:N", title="model"), alt.Tooltip("by:N"), alt.Tooltip("released:T", format="%Y-%m-%d"),
                alt.Tooltip("says:N", title="FLOP"), alt.Tooltip("class:N", title="confidence"),
                alt.Tooltip("low:Q", format=".1e", title="90% from"), alt.Tooltip("high:Q", format=".1e", title="to"),
            ],
        )
    )  # fmt: skip
    return [whisker, point]


def _lines(line: float, legal: Mapping[float, Sequence[Instrument]], y: alt.Y, colours: Tokens) -> list[alt.Chart]:
    values = [
        {
            "flop": one,
            "mine": one == line,
            "label": " · ".join([flop_words(one), *dict.fromkeys(each.jurisdiction for each in legal.get(one, ()))]),
            "law": "; ".join(f"{each.jurisdiction}: {each.instrument}" for each in legal.get(one, ()))
            or "no instrument in force draws this line",
        }
        for one in sorted({*LINES, *legal, line})
    ]
    base = alt.Chart(alt.Data(values=values)).encode(y=y, tooltip=[alt.Tooltip("law:N", title="drawn by")])
    rule = base.mark_rule(color=colours.stop, strokeDash=[5, 4]).encode(
        size=alt.condition("datum.mine", alt.value(2.2), alt.value(1)),
        opacity=alt.condition("datum.mine", alt.value(1), alt.value(0.6)),
    )
    text = base.mark_text(align="left", baseline="bottom", dy=-1, fontSize=11, color=colours.text).encode(
        x=alt.value(4), text="label:N"
    )
    return [rule, text]


def _strip(rows: pl.DataFrame, x: alt.X, y: alt.Y, colours: Tokens) -> list[alt.Chart]:
    tick = (
        alt.Chart(rows.select("name", "by", "released", pl.lit(FLOOR / 50).alias("flop")))
        .mark_tick(orient="vertical", color=colours.unknown, size=10, thickness=1, opacity=0.45)
        .encode(x=x, y=y, tooltip=["name:N", "by:N", alt.Tooltip("released:T", format="%Y-%m-%d")])
    )
    label = (
        alt.Chart(alt.Data(values=[{"says": f"no estimate: {number(rows.height)}", "flop": FLOOR / 50}]))
        .mark_text(align="left", baseline="bottom", dy=-6, fontSize=11, color=colours.text)
        .encode(x=alt.value(4), y=y, text="says:N")
    )
    return [tick, label]
