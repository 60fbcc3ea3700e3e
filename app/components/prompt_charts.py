"""Ties and agreement against the share of items that is judged, ranked beside random."""

from __future__ import annotations

from typing import Literal

import altair as alt
import polars as pl

from app.components.figure import Chart, Draw
from app.theme import Tokens
from governance.evaluation.prompt_results import PromptStudy

RANKED, RANDOM = "ranked", "random"
Measure = Literal["ties", "agreement"]
AXES: dict[Measure, tuple[str, str]] = {
    "ties": ("tie rate", ".0%"),
    "agreement": ("tau with all items", ".1f"),
}


def curve_table(study: PromptStudy, measure: Measure) -> pl.DataFrame:
    """Give the rows behind a chart: a budget and an order each, with value, low and high."""
    rows = []
    for one in study.points:
        if measure == "ties":
            low, high = (
                None if one.tie_random is None or cut is None else one.tie_random * (1 - cut)
                for cut in (one.cut_high, one.cut_low)
            )
            rows.append((one.budget, RANKED, one.tie_top, low, high))
            rows.append((one.budget, RANDOM, one.tie_random, one.tie_random_low, one.tie_random_high))
        else:
            rows.append((one.budget, RANKED, one.agreement_top, one.agreement_top_low, one.agreement_top_high))
            rows.append((one.budget, RANDOM, one.agreement_random, one.agreement_random_low, one.agreement_random_high))
    schema = {"judged": pl.Float64, "order": pl.String, "value": pl.Float64, "low": pl.Float64, "high": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def curve_chart(table: pl.DataFrame, measure: Measure, top: float) -> Draw:
    """Draw both orders with their bands, and a line at the share that the answer is about."""
    title, form = AXES[measure]

    def draw(colours: Tokens) -> Chart:
        x = alt.X("judged:Q", title="share of items judged", axis=alt.Axis(format=".0%", tickCount=5, grid=False))
        y = alt.Y("value:Q", title=title, axis=alt.Axis(format=form, tickCount=5), scale=alt.Scale(domainMin=0))
        orders = [RANKED, RANDOM]
        dash = alt.StrokeDash("order:N", scale=alt.Scale(domain=orders, range=[[1, 0], [5, 4]]), legend=None)
        colour = alt.Color(
            "order:N", scale=alt.Scale(domain=orders, range=[colours.primary, colours.unknown]),
            legend=alt.Legend(title=None, orient="top", symbolOpacity=1),
        )  # fmt: skip
        tooltip = [
            alt.Tooltip("order:N"),
            alt.Tooltip("judged:Q", format=".0%"),
            alt.Tooltip("value:Q", format=".3f", title=title),
            alt.Tooltip("low:Q", format=".3f"),
            alt.Tooltip("high:Q", format=".3f"),
        ]
        base = alt.Chart(table)
        band = base.mark_area(opacity=0.2, line=False).encode(
            x=x, y=alt.Y("low:Q", title=title), y2="high:Q", color=colour
        )
        line = base.mark_line(strokeWidth=2.5, point={"size": 40, "filled": True}).encode(
            x=x, y=y, color=colour, strokeDash=dash, tooltip=tooltip
        )
        here = alt.Chart(alt.Data(values=[{"judged": top}]))
        rule = here.mark_rule(strokeDash=[2, 3], color=colours.text).encode(x=x)
        return alt.layer(band, rule, line).properties(height=220, width="container")

    return draw
