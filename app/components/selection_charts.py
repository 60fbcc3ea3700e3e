"""Pictures of selection: the best of several, shares of battles, a removal among random ones, a gain."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

import altair as alt
import polars as pl

from app.components.figure import Chart, Draw
from app.theme import Tokens
from governance.evaluation.selection.access import Gain
from governance.evaluation.selection.best_of import BestOf
from governance.evaluation.selection.retire import Retirement

BARS = 15
LABELS = 170
PARTS = ("chance alone", "shown")


def best_of_chart(found: Sequence[BestOf], variants: int, published: int) -> Draw:
    """Draw what the winner shows and what of it is chance, by the number of variants, with two numbers marked."""
    rows = [
        {"variants": one.variants, "part": part, "points": value}
        for one in found
        for part, value in zip(PARTS, (one.bias, one.shown), strict=True)
        if part == PARTS[0] or one.spread > 0
    ]
    marks = [{"variants": published, "said": f"{published}: published"}]
    if variants != published:
        marks.append({"variants": variants, "said": f"{variants}: yours"})

    def draw(colours: Tokens) -> Chart:
        ranges, dashes = [colours.primary, colours.unknown], [[1, 0], [5, 4]]
        lines = alt.Chart(alt.Data(values=rows)).mark_line(strokeWidth=2.5).encode(
            x=alt.X("variants:Q", title="variants tried", axis=alt.Axis(tickMinStep=1)),
            y=alt.Y("points:Q", title="points above the mean variant", scale=alt.Scale(zero=True)),
            color=alt.Color("part:N", title=None, scale=alt.Scale(domain=list(PARTS), range=ranges)),
            strokeDash=alt.StrokeDash("part:N", title=None, scale=alt.Scale(domain=list(PARTS), range=dashes)),
            tooltip=["variants:Q", "part:N", alt.Tooltip("points:Q", format=".2f")],
        )  # fmt: skip
        rule = alt.Chart(alt.Data(values=marks)).encode(x="variants:Q")
        words = rule.mark_text(align="right", dx=-5, dy=4, baseline="top").encode(y=alt.value(0), text="said:N")
        dashed = rule.mark_rule(color=colours.stop, strokeDash=[4, 4])
        return (lines + dashed + words).properties(height=300, width="container")

    return draw


def shares_chart(rows: pl.DataFrame) -> Draw:
    """Draw shares as bars, the largest first, the rest as one."""
    shown = [{"name": row["name"], "share": row["share"], "battles": row["battles"], "models": row["models"]}
             for row in rows.head(BARS).to_dicts()]  # fmt: skip
    rest = rows.slice(BARS)
    if rest.height:
        shown.append({"name": f"{rest.height} others", "share": rest["share"].sum(), "battles": None,
                      "models": int(rest["models"].sum())})  # fmt: skip
    order, most = [row["name"] for row in shown], max(row["share"] for row in shown)

    def draw(colours: Tokens) -> Chart:
        base = alt.Chart(alt.Data(values=shown)).encode(
            y=alt.Y("name:N", sort=order, title=None, axis=_labels()),
            x=alt.X(
                "share:Q",
                title="share of the places in battles",
                axis=alt.Axis(format=".0%", tickCount=4),
                scale=alt.Scale(domain=[0, 1.3 * most], nice=False),
            ),
            tooltip=["name:N", alt.Tooltip("share:Q", format=".1%"), alt.Tooltip("battles:Q", format=","), "models:Q"],
        )
        dull = "datum.name == 'unknown' || test(/^[0-9]+ others$/, datum.name)"
        colour = alt.condition(dull, alt.value(colours.unknown), alt.value(colours.primary))
        bars = base.mark_bar(height={"band": 0.7}).encode(color=colour)
        words = base.mark_text(align="left", dx=4).encode(text=alt.Text("share:Q", format=".1%"))
        return (bars + words).properties(height=22 * len(shown) + 50, width="container")

    return draw


def retire_chart(found: Retirement) -> Draw:
    """Draw the taus of random removals as dots in columns, and the one asked about as a line."""
    taus = [one for one in found.null.taus if isfinite(one)]
    rows = [{"tau": value} for value in taus]
    mark = [{"tau": found.effect.tau, "said": "yours"}] if found.effect.tau is not None else []

    def draw(colours: Tokens) -> Chart:
        bars = alt.Chart(alt.Data(values=rows)).mark_bar(color=colours.unknown).encode(
            x=alt.X(
                "tau:Q", bin=alt.Bin(maxbins=30), title="Kendall's tau-b between the rankings with and without",
                axis=alt.Axis(labelOverlap="greedy", format=".2f"),
            ),
            y=alt.Y("count()", title="random removals", axis=alt.Axis(tickMinStep=1)),
        )  # fmt: skip
        base = alt.Chart(alt.Data(values=mark)).encode(x=alt.X("tau:Q"))
        rule = base.mark_rule(color=colours.stop, strokeWidth=2.5, strokeDash=[5, 3])
        words = base.mark_text(align="left", dx=5, dy=8, baseline="top", color=colours.stop).encode(
            y=alt.value(0), text="said:N"
        )
        return (bars + rule + words).properties(height=260, width="container")

    return draw


def gain_table(found: Gain, published: float) -> pl.DataFrame:
    """Give the rows behind `gain_chart`."""
    rows = [("your two rates", found.gain, found.low, found.high), ("published, at most", published / 100, None, None)]
    schema = {"of": pl.String, "gain": pl.Float64, "low": pl.Float64, "high": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def gain_chart(table: pl.DataFrame) -> Draw:
    """Draw the relative gain with its interval, and the quoted one."""
    rows, order = table.to_dicts(), table["of"].to_list()

    def draw(colours: Tokens) -> Chart:
        look: dict[str, Any] = {"title": "relative gain in win rate", "axis": alt.Axis(format="+.0%", tickCount=6),
                "scale": alt.Scale(zero=True)}  # fmt: skip
        base = alt.Chart(alt.Data(values=rows)).encode(y=alt.Y("of:N", sort=order, title=None, axis=_labels()))
        own = alt.condition("datum.of == 'your two rates'", alt.value(colours.primary), alt.value(colours.unknown))
        shape = alt.condition("datum.of == 'your two rates'", alt.value("diamond"), alt.value("circle"))
        ends = base.transform_filter("isValid(datum.low)").mark_rule(strokeWidth=3, color=colours.primary)
        dots = base.mark_point(filled=True, size=130, opacity=1).encode(
            x=alt.X("gain:Q", **look), color=own, shape=shape, tooltip=["of:N", alt.Tooltip("gain:Q", format="+.1%")]
        )
        words = base.mark_text(dy=-14).encode(x=alt.X("gain:Q", **look), text=alt.Text("gain:Q", format="+.0%"))
        return (ends.encode(x=alt.X("low:Q", **look), x2="high:Q") + dots + words).properties(
            height=140, width="container"
        )

    return draw


def _labels() -> alt.Axis:
    return alt.Axis(ticks=False, domain=False, labelPadding=8, labelLimit=LABELS - 4, minExtent=0, maxExtent=LABELS)
