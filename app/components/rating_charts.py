"""Charts of a rating: scores with their intervals, and who beats whom."""

from __future__ import annotations

import json
from typing import Any

import altair as alt
import polars as pl

from app.components.figure import Chart, Draw
from app.theme import Tokens
from governance.evaluation.ratings.rating import UNITS, Rating

NAMED = 16
"""Up to so many models each has a line with its name; more stand side by side."""
LINE, ROOM, CELL, TEXT = 24, 60, 17, 14
SIDE = 300
LABELS = 170
SHAPES = ("circle", "diamond", "square", "triangle-up", "triangle-down", "cross")
FIRST, HIGHEST, BELOW = "shares the first place", "highest score", "below"


def rating_chart(rating: Rating, marked: tuple[str, ...] = ()) -> Draw:
    """Draw the scores in order with their intervals, the models that share the first place apart.

    Args:
        rating: The rating.
        marked: Models to name where there is no room for all names.
    """
    rows, groups = _rows(rating)
    named = _named(rows, {rating.models[0].model, *marked})
    unit = UNITS[rating.settings.method]
    form = ".3f" if rating.settings.method == "winrate" else ".0f"
    few = len(rows) <= NAMED

    def draw(colours: Tokens) -> Chart:
        shades = colours.series if len(rating.parts) > 1 else (colours.primary, colours.unknown)
        domain = groups[: len(SHAPES)]
        base = alt.Chart(alt.Data(values=rows)).encode(
            color=alt.Color("group:N", title=None, scale=alt.Scale(domain=domain, range=list(shades[: len(domain)]))),
            tooltip=[
                alt.Tooltip("model:N"), alt.Tooltip("score:Q", format=form), alt.Tooltip("low:Q", format=form),
                alt.Tooltip("high:Q", format=form), alt.Tooltip("rank:Q"), alt.Tooltip("ranks:N", title="ranks"),
                alt.Tooltip("n:Q", title="votes", format=","),
            ],
        )  # fmt: skip
        shape = alt.Shape("group:N", title=None, scale=alt.Scale(domain=domain, range=list(SHAPES[: len(domain)])))
        scale = alt.Scale(zero=False, padding=TEXT)
        if few:
            y = alt.Y("place:O", title=None, axis=_names(rows))
            whisker = base.mark_rule(strokeWidth=2).encode(
                y=y,
                x=alt.X("low:Q", title=unit, scale=scale, axis=alt.Axis(tickCount=5, labelOverlap=True)),
                x2="high:Q",
            )
            dot = base.mark_point(filled=True, size=70, opacity=1).encode(
                y=y, x=alt.X("score:Q", title=unit, scale=scale), shape=shape
            )
            return (whisker + dot).properties(height=LINE * len(rows) + ROOM, width="container")
        x = alt.X(
            "place:Q", title="place", axis=alt.Axis(tickMinStep=1, grid=False),
            scale=alt.Scale(domain=[0.2, len(rows) + 0.8], nice=False),
        )  # fmt: skip
        score = alt.Y("score:Q", title=unit, scale=scale)
        whisker = base.mark_rule(strokeWidth=1.5).encode(x=x, y=alt.Y("low:Q", title=unit, scale=scale), y2="high:Q")
        dot = base.mark_point(filled=True, size=35, opacity=1).encode(x=x, y=score, shape=shape)
        names = [
            alt.Chart(alt.Data(values=[row]))
            .mark_text(align="left", baseline="middle", dx=6, dy=-lift, fontSize=11, color=colours.text, limit=160)
            .encode(x=x, y=alt.Y("end:Q", scale=scale, title=unit), text="model:N")
            for row, lift in named
        ]
        return alt.layer(whisker, dot, *names).properties(height=SIDE, width="container")

    return draw


def _named(rows: list[dict[str, Any]], names: set[str]) -> list[tuple[dict[str, Any], int]]:
    """Give the rows to name, and how many pixels above its end a name stands, so that near ones do not meet."""
    ends = [row["score"] if row["high"] is None else row["high"] for row in rows]
    near = 0.06 * (max(ends) - min(ends))
    found: list[tuple[dict[str, Any], int]] = []
    for row, end in zip(rows, ends, strict=True):
        if row["model"] in names:
            close = [
                lift for other, lift in found if abs(other["end"] - end) < near and row["place"] - other["place"] < 9
            ]
            found.append(({**row, "end": end}, max(close) + TEXT if close else 0))
    return found


def _rows(rating: Rating) -> tuple[list[dict[str, Any]], list[str]]:
    first = set(rating.first())
    rows = []
    for place, row in enumerate(rating.models, start=1):
        best = HIGHEST if row.low is None else FIRST
        group = f"part {row.part}" if len(rating.parts) > 1 else best if row.model in first else BELOW
        ranks = f"{row.rank_low} to {row.rank_high}" if row.rank_low else f"{row.rank}"
        rows.append({**row.model_dump(), "place": place, "group": group, "ranks": ranks})
    return rows, list(dict.fromkeys(str(row["group"]) for row in rows))


def matrix_chart(table: pl.DataFrame, order: list[str]) -> Draw:
    """Draw the win share of each row's model against each column's, empty where they never met.

    Args:
        table: As `rating_words.matrix_table` gives it.
        order: The models, best first.
    """
    places = {name: place for place, name in enumerate(order, start=1)}
    rows = [{**row, "row": places[row["model_a"]], "column": places[row["model_b"]]} for row in table.to_dicts()]
    names = [{"place": place, "model": name} for name, place in places.items()]

    def draw(colours: Tokens) -> Chart:
        domain = list(places.values())
        return (
            alt.Chart(alt.Data(values=rows))
            .mark_rect()
            .encode(
                x=alt.X("column:O", title="place of the opponent", scale=alt.Scale(domain=domain),
                        axis=alt.Axis(labelAngle=0, labelOverlap="greedy", labelSeparation=5, orient="top")),
                y=alt.Y("row:O", title=None, scale=alt.Scale(domain=domain), axis=_names(names)),
                color=alt.Color(
                    "share:Q", title="win share of the row",
                    scale=alt.Scale(
                        domain=[0, 0.5, 1], range=[colours.caution, colours.border, colours.primary], interpolate="rgb"
                    ),
                    legend=alt.Legend(orient="bottom", format=".0%", gradientLength=160),
                ),
                tooltip=[
                    alt.Tooltip("model_a:N", title="model"), alt.Tooltip("model_b:N", title="against"),
                    alt.Tooltip("share:Q", format=".0%"), alt.Tooltip("expected:Q", format=".0%"),
                    alt.Tooltip("residual:Q", format="+.1f"), alt.Tooltip("n:Q", title="votes"),
                ],
            )
            .properties(height=alt.Step(CELL), width="container")
        )  # fmt: skip

    return draw


def _names(rows: list[dict[str, Any]]) -> alt.Axis:
    labels = {str(row["place"]): f"{row['place']} {row['model']}" for row in rows}
    return alt.Axis(
        labelExpr=f"{json.dumps(labels)}[datum.value]", minExtent=LABELS, maxExtent=LABELS, labelLimit=LABELS - 6,
        labelOverlap=False, ticks=False, domain=False, titleAlign="left",
    )  # fmt: skip
