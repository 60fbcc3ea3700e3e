"""Pictures of robustness: runs of Elo that part, cycles beside chance, moves without one, judge beside judge."""

from __future__ import annotations

from typing import Any

import altair as alt
import polars as pl

from app.components.figure import Chart, Draw
from app.theme import Tokens
from governance.evaluation.robustness.cycles import Cycles

BARS = 12
LABELS = 190


def orders_chart(reruns: pl.DataFrame) -> Draw:
    """Draw, for each K and number of orders, the share of pairs that two runs rank differently."""
    rows = [{**row, "K": f"K = {row['k']:g}", "n": f"{row['orders']}"} for row in reruns.drop_nulls().to_dicts()]
    ks = [f"K = {k:g}" for k in sorted(set(reruns["k"]))]
    steps = [f"{n}" for n in sorted(set(reruns["orders"]))]
    top = max((row["unlike"] for row in rows), default=0) or 1

    def draw(colours: Tokens) -> Chart:
        base = alt.Chart(alt.Data(values=rows)).encode(
            x=alt.X("n:N", sort=steps, title="orders of the votes in each run", axis=alt.Axis(labelAngle=0)),
            y=alt.Y("K:N", sort=ks, title=None, axis=alt.Axis(ticks=False, domain=False)),
            tooltip=["K:N", alt.Tooltip("orders:Q"), alt.Tooltip("unlike:Q", format=".1%"), alt.Tooltip("runs:Q")],
        )
        shades = alt.Scale(domain=[0, top], range=[colours.panel, colours.primary])
        cell = base.mark_rect(stroke=colours.background).encode(color=alt.Color("unlike:Q", legend=None, scale=shades))
        words = base.mark_text(fontSize=13).encode(
            text=alt.Text("unlike:Q", format=".1%"),
            color=alt.condition(f"datum.unlike > {0.55 * top}", alt.value(colours.background), alt.value(colours.text)),
        )
        return (cell + words).properties(height=34 * len(ks) + 50, width="container")

    return draw


def cycles_table(found: Cycles) -> pl.DataFrame:
    """Give the rows behind `cycles_chart`."""
    assert found.order is not None
    assert found.by_chance is not None
    assert found.random is not None
    rows = [
        ("these votes", found.order.cyclic, None, None, found.order.share),
        ("chance, were there an order", found.by_chance.cyclic, found.by_chance.low, found.by_chance.high,
         found.by_chance.share),
        ("chance, were there none", found.random.cyclic, found.random.low, found.random.high, found.random.share),
    ]  # fmt: skip
    return pl.DataFrame(
        rows,
        schema={"of": pl.String, "cyclic": pl.Float64, "low": pl.Float64, "high": pl.Float64, "share": pl.Float64},
        orient="row",
    )


def cycles_chart(table: pl.DataFrame) -> Draw:
    """Draw the number of cycles found, and the ranges of the two kinds of chance."""
    rows = table.to_dicts()

    def draw(colours: Tokens) -> Chart:
        base = alt.Chart(alt.Data(values=rows)).encode(
            y=alt.Y("of:N", sort=table["of"].to_list(), title=None, axis=_labels()),
            tooltip=["of:N", *(alt.Tooltip(f"{name}:Q", format=",.0f") for name in ("cyclic", "low", "high"))],
        )
        own = alt.condition("datum.of == 'these votes'", alt.value(colours.primary), alt.value(colours.unknown))
        shape = alt.condition("datum.of == 'these votes'", alt.value("diamond"), alt.value("circle"))
        title = "triads in which each model beats the next"
        look: dict[str, Any] = {
            "title": title,
            "scale": alt.Scale(zero=True),
            "axis": alt.Axis(format=",d", tickCount=6),
        }
        x = alt.X("cyclic:Q", **look)
        ranges = base.transform_filter("isValid(datum.low)").mark_rule(strokeWidth=3, color=colours.unknown)
        dots = base.mark_point(filled=True, size=130, opacity=1).encode(x=x, color=own, shape=shape)
        words = base.mark_text(dy=-14).encode(x=x, text=alt.Text("cyclic:Q", format=",.0f"))
        return (ranges.encode(x=alt.X("low:Q", **look), x2="high:Q") + dots + words).properties(
            height=170, width="container"
        )

    return draw


def left_out_chart(rows: pl.DataFrame, by: str) -> Draw:
    """Draw the largest and the mean move of ranks without each, the most important first."""
    shown = rows.filter(pl.col("largest_move").is_not_null()).head(BARS).to_dicts()

    def draw(colours: Tokens) -> Chart:
        base = alt.Chart(alt.Data(values=shown)).encode(
            y=alt.Y("group:N", sort=None, title=None, axis=_labels()),
            tooltip=["group:N", alt.Tooltip("largest_move:Q"), "largest_move_model:N",
                     alt.Tooltip("mean_move:Q", format=".2f"), alt.Tooltip("tau:Q", format=".3f"),
                     alt.Tooltip("votes:Q", format=",")],
        )  # fmt: skip
        bar = base.mark_bar(height={"band": 0.65}, color=colours.primary).encode(
            x=alt.X("largest_move:Q", title=f"places moved without this {by}", axis=alt.Axis(tickMinStep=1)),
        )
        tick = base.mark_tick(thickness=3, size=16, color=colours.caution).encode(x="mean_move:Q")
        return (bar + tick).properties(height=22 * max(len(shown), 1) + 50, width="container")

    return draw


def judges_chart(table: pl.DataFrame, mine: str, theirs: str) -> Draw:
    """Draw each model's rank by one set beside its rank by the other, the largest moves named."""
    rows = [{**row, "named": row["model"] if at < 4 else ""} for at, row in enumerate(table.to_dicts())]
    last = table.height

    def draw(colours: Tokens) -> Chart:
        scale = alt.Scale(domain=[last + 1, 0], nice=False)
        ticks = alt.Axis(values=[1, *range(10, last + 1, 10)] if last <= 100 else alt.Undefined)
        base = alt.Chart(alt.Data(values=rows)).encode(
            x=alt.X("rank:Q", title=f"rank by {mine}", scale=scale, axis=ticks),
            y=alt.Y("other_rank:Q", title=f"rank by {theirs}", scale=scale, axis=ticks),
            tooltip=["model:N", "rank:Q", "other_rank:Q", alt.Tooltip("n:Q", format=","), "other_n:Q"],
        )
        ends = alt.Data(values=[{"rank": 1, "other_rank": 1}, {"rank": last, "other_rank": last}])
        same = alt.Chart(ends).mark_line(color=colours.unknown, strokeDash=[4, 4])
        far = alt.condition("datum.named != ''", alt.value(colours.stop), alt.value(colours.primary))
        dots = base.mark_point(filled=True, size=60, opacity=0.9).encode(color=far)
        right = f"datum.rank < {last / 2}"  # the best rank stands at the right: words grow inward
        left_words = base.transform_filter(f"!({right})").mark_text(align="left", dx=8).encode(text="named:N")
        right_words = base.transform_filter(right).mark_text(align="right", dx=-8).encode(text="named:N")
        line = same.encode(x=alt.X("rank:Q", scale=scale), y=alt.Y("other_rank:Q", scale=scale))
        return (line + dots + left_words + right_words).properties(height=330, width="container")

    return draw


def _labels() -> alt.Axis:
    return alt.Axis(ticks=False, domain=False, labelPadding=8, labelLimit=LABELS - 4, minExtent=0, maxExtent=LABELS)
