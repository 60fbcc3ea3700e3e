"""The picture of papers: when they came out, theme by theme, and whether they state numbers to check."""

from __future__ import annotations

import altair as alt
import polars as pl

from app.components.figure import Chart, Draw
from app.components.paper_kind import themes_of
from app.theme import Tokens
from governance.research.papers import PapersResult, author_words

ROW, AXIS = 17, 60
LABELS = 165
NUMBERS, NONE = "states numbers", "no number"


def timeline_table(result: PapersResult) -> pl.DataFrame:
    """Give one row a paper and theme, the theme with most papers first; a paper of several themes stands in each."""
    frame = result.frame.select("id", "title", "authors", "et_al", "day", "theme", "claims", "numbers")
    rows = frame.explode("theme", empty_as_null=True).with_columns(
        pl.col("theme").replace(themes_of(result)).fill_null("no theme"),
        pl.struct("authors", "et_al")
        .map_elements(lambda one: author_words(one["authors"], one["et_al"]), return_dtype=pl.String)
        .alias("authors"),
        pl.when(pl.col("numbers") > 0).then(pl.lit(NUMBERS)).otherwise(pl.lit(NONE)).alias("says"),
        pl.len().over("theme").alias("of"),
    )
    return rows.sort("of", "theme", "day", "id", descending=[True, False, False, False]).select(
        "theme", "day", "title", "authors", "says", "claims", "numbers", "id"
    )


def timeline_chart(table: pl.DataFrame) -> Draw:
    """Give the function that draws papers by date and theme."""
    themes = table["theme"].unique(maintain_order=True).to_list()
    rows = table.drop_nulls("day").with_columns(pl.col("day").cast(pl.String))

    def draw(colours: Tokens) -> Chart:
        fills = {NUMBERS: colours.primary, NONE: colours.unknown}
        shown = [name for name in (NUMBERS, NONE) if name in set(rows["says"])]
        legend = alt.Legend(orient="top", title=None, symbolSize=70, symbolOpacity=1)
        return (
            alt.Chart(rows)
            .mark_point(filled=True, size=64, opacity=0.8, stroke=colours.background, strokeWidth=0.6)
            .encode(
                x=alt.X(
                    "day:T", title="Date of the paper", scale=alt.Scale(nice="year"),
                    axis=alt.Axis(format="%Y", tickCount="year"),
                ),
                y=alt.Y(
                    "theme:N", title=None, sort=themes, scale=alt.Scale(domain=themes),
                    axis=alt.Axis(labelLimit=LABELS, grid=True, ticks=False, labelPadding=6),
                ),
                color=alt.Color(
                    "says:N", scale=alt.Scale(domain=shown, range=[fills[one] for one in shown]), legend=legend
                ),
                shape=alt.Shape(
                    "says:N", legend=legend,
                    scale=alt.Scale(domain=shown, range=["circle" if one == NUMBERS else "diamond" for one in shown]),
                ),
                tooltip=[
                    alt.Tooltip("title:N"), alt.Tooltip("authors:N"), alt.Tooltip("day:T", format="%Y-%m-%d"),
                    alt.Tooltip("claims:Q"), alt.Tooltip("numbers:Q", title="with a number"),
                ],
            )
            .properties(height=ROW * len(themes) + AXIS)
        )  # fmt: skip

    return draw
