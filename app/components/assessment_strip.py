"""How far an assessment is: one cell an item, by category; what nobody looked at stays grey and counts nowhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import polars as pl

from app.components.assessment_words import STATUS_MARKS, STATUS_WORDS, progress, status_of
from app.components.figure import Chart, Draw
from app.theme import Tokens
from governance.assessment.framework import Category, Item
from governance.assessment.records import Answer, Held

CELL_HEIGHT = 26
STATUSES = ("found", "none_found", "not_applicable", "not_assessed")


def strip_rows(
    categories: Sequence[Category], items: Sequence[Item], answers: Mapping[str, Held[Answer]]
) -> pl.DataFrame:
    """Give one row an item: where its cell stands, its status and its category's progress."""
    rows, place = [], 0.0
    for category in categories:
        shown = [item for item in items if item.category == category.id]
        done, total = progress(shown, answers)
        middle = place + len(shown) / 2
        for item in shown:
            status = status_of(answers, item.id)
            rows.append(
                {
                    "category": category.id,
                    "category title": category.title,
                    "assessed": done,
                    "shown": total,
                    "item": item.id,
                    "title": item.title,
                    "status": STATUS_WORDS[status],
                    "mark": STATUS_MARKS[status].replace("·", ""),
                    "from": place,
                    "to": place + 0.9,
                    "middle": middle,
                }
            )
            place += 1
        place += 0.7 if shown else 0
    return pl.DataFrame(rows)


def strip_words(rows: pl.DataFrame) -> str:
    """Say the same as the strip."""
    parts = rows.unique("category", maintain_order=True).iter_rows(named=True)
    return "Items assessed: " + "; ".join(
        f"{row['category']} {row['category title']} {row['assessed']} of {row['shown']}" for row in parts
    )


def strip_chart(rows: pl.DataFrame, chosen: str) -> Draw:
    """Draw the strip, with the chosen item framed."""

    def draw(colours: Tokens) -> Chart:
        x = alt.X("from:Q", axis=None, scale=alt.Scale(nice=False, domain=[-0.1, float(rows["to"].max() or 1)]))  # type: ignore[arg-type]
        fills = [colours.primary, colours.panel, colours.panel, colours.border]
        scale = alt.Scale(domain=[STATUS_WORDS[one] for one in STATUSES], range=fills)  # type: ignore[index]
        base = alt.Chart(rows.with_columns(chosen=pl.col("item") == chosen))
        frame = alt.when(alt.datum.chosen)
        cells = base.mark_rect(height=CELL_HEIGHT).encode(
            x=x,
            x2="to:Q",
            y=alt.value(16 + CELL_HEIGHT / 2),
            color=alt.Color("status:N", scale=scale, legend=None),
            stroke=frame.then(alt.value(colours.text)).otherwise(alt.value(colours.unknown)),
            strokeWidth=frame.then(alt.value(2.5)).otherwise(alt.value(0.7)),
            tooltip=["item:N", "title:N", "status:N"],
        )
        middle = alt.X("cell:Q", axis=None)
        marks = (
            base.transform_calculate(cell="(datum.from + datum.to) / 2")
            .mark_text(fontSize=11, baseline="middle", color=colours.text)
            .encode(x=middle, y=alt.value(16 + CELL_HEIGHT / 2), text="mark:N")
            .transform_filter("datum.mark != '●'")
        )
        heads = alt.Chart(rows.unique("category", maintain_order=True))
        names = heads.mark_text(fontSize=11, fontWeight=600, color=colours.text).encode(
            x=alt.X("middle:Q", axis=None), y=alt.value(6), text="category:N"
        )
        counts = (
            heads.transform_calculate(said="datum.assessed + '/' + datum.shown")
            .mark_text(fontSize=10, color=colours.text)
            .encode(x=alt.X("middle:Q", axis=None), y=alt.value(16 + CELL_HEIGHT + 9), text="said:N")
        )
        return alt.layer(cells, marks, names, counts).properties(height=16 + CELL_HEIGHT + 18, width="container")

    return draw
