"""Figures of the evidence review: the chain against what was compared with, and findings over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import polars as pl

from app.components.figure import Chart, Draw
from app.theme import Meaning, Tokens
from governance.assessment.study_records import StudyRecord
from governance.assessment.study_review import Contradiction, StudyMap
from governance.assessment.study_vocabulary import COMPARATOR_LABELS, DIRECTION_LABELS, DIRECTIONS, STEP_LABELS
from governance.assessment.vocabulary import Direction

DIRECTION_MEANING: dict[Direction, Meaning] = {
    "increase": "stop",
    "no_detectable_increase": "good",
    "mixed": "caution",
    "not_tested": "unknown",
}
SIGNS: dict[Direction, str] = {"increase": "↑", "no_detectable_increase": "=", "mixed": "±", "not_tested": "?"}
SIGN_WORDS = "↑ increase · = no detectable increase · ± mixed · ? not tested"
SHAPES = ("triangle-up", "square", "diamond", "circle")
CELL_HEIGHT, FOOT = 27, 96
"""Pixels: a row, and what stands below the rows."""
LABELS = 118


def map_table(laid: StudyMap) -> pl.DataFrame:
    """Give one row a cell, the empty ones too."""
    rows = [
        {
            "step": step_label(cell.step), "compared_with": COMPARATOR_LABELS[cell.comparator], "studies": cell.n,
            **dict(cell.directions), "ids": "; ".join(cell.studies),
        }
        for cell in laid.cells
    ]  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None)


def map_chart(laid: StudyMap) -> Draw:
    """Give the function that draws the heat map: the count in every cell, and a dashed frame round what is empty."""
    rows = [
        {
            "step": step_label(cell.step),
            "with": COMPARATOR_LABELS[cell.comparator],
            "n": cell.n,
            "words": f"{cell.n} {''.join(SIGNS[one] for one, count in cell.directions.items() if count)}"
            if cell.n
            else "none",
            "found": ", ".join(f"{DIRECTION_LABELS[one]}: {count}" for one, count in cell.directions.items() if count),
        }
        for cell in laid.cells
    ]
    steps = [step_label(step) for step in laid.steps]
    columns = [COMPARATOR_LABELS[one] for one in laid.comparators]
    top = max((cell.n for cell in laid.cells), default=0) or 1

    def draw(colours: Tokens) -> Chart:
        base = alt.Chart(alt.Data(values=rows)).encode(
            x=alt.X(
                "with:N", sort=columns, title="Compared with",
                axis=alt.Axis(labelAngle=-35, labelAlign="right", labelLimit=120, ticks=False, domain=False),
            ),
            y=alt.Y(
                "step:N", sort=steps, title=None,
                axis=alt.Axis(ticks=False, domain=False, labelLimit=LABELS, minExtent=LABELS, maxExtent=LABELS),
            ),
            tooltip=[
                alt.Tooltip("step:N", title="Step"), alt.Tooltip("with:N", title="Compared with"),
                alt.Tooltip("n:Q", title="Studies"), alt.Tooltip("found:N", title="Found"),
            ],
        )  # fmt: skip
        full, empty = base.transform_filter("datum.n > 0"), base.transform_filter("datum.n == 0")
        cell = full.mark_rect(stroke=colours.background, strokeWidth=2).encode(
            color=alt.Color(
                "n:Q", legend=None, scale=alt.Scale(domain=[0, top], range=[colours.panel, colours.primary])
            )
        )
        frame = empty.mark_rect(fillOpacity=0, stroke=colours.unknown, strokeDash=[3, 3], strokeWidth=1)
        none = empty.mark_text(fontSize=11, opacity=0.75).encode(text="words:N")
        deep = alt.condition(f"datum.n > {0.5 * top}", alt.value(colours.background), alt.value(colours.text))
        count = full.mark_text(fontSize=13, fontWeight=600).encode(text="words:N", color=deep)
        return (cell + frame + none + count).properties(height=CELL_HEIGHT * len(steps) + FOOT)

    return draw


def timeline_table(records: Sequence[StudyRecord]) -> pl.DataFrame:
    """Give one row a study that has a date, the newest first."""
    rows = [
        {
            "published": one.study.published, "id": one.id, "authors": one.study.authors, "title": one.study.title,
            "direction": DIRECTION_LABELS[one.study.direction], "finding": one.study.finding, "origin": one.origin,
        }
        for one in records
        if one.study.published
    ]  # fmt: skip
    names = ("published", "id", "authors", "title", "direction", "finding", "origin")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String()))


def timeline_chart(records: Sequence[StudyRecord], pairs: Sequence[Contradiction]) -> Draw:
    """Give the function that draws findings over time, one line a direction, contradicting ones joined by a dash."""
    dated = {one.id: one for one in records if one.study.published}
    order = [DIRECTION_LABELS[one] for one in DIRECTIONS]
    points = [_point(one) for one in dated.values()]
    lines = [
        {**_end(dated[pair.older], ""), **_end(dated[pair.newer], "2")}
        for pair in pairs
        if pair.newer in dated and pair.older in dated
    ]

    def draw(colours: Tokens) -> Chart:
        x = alt.X(
            "day:T", title="Published", scale=alt.Scale(padding=40),
            axis=alt.Axis(format="%Y", tickCount="year", grid=False, labelOverlap=True),
        )  # fmt: skip
        y = alt.Y("found:N", sort=order, scale=alt.Scale(domain=order), title=None, axis=alt.Axis(
            ticks=False, labelLimit=LABELS + 30, minExtent=LABELS, grid=True, gridDash=[2, 4],
        ))  # fmt: skip
        base = alt.Chart(alt.Data(values=points)).encode(x=x, y=y)
        dot = base.mark_point(size=130, filled=True, opacity=1).encode(
            color=alt.Color("found:N", legend=None, scale=alt.Scale(
                domain=order, range=[colours.of(DIRECTION_MEANING[one]) for one in DIRECTIONS]
            )),
            shape=alt.Shape("found:N", legend=None, scale=alt.Scale(domain=order, range=list(SHAPES))),
            tooltip=[
                alt.Tooltip("title:N", title="Study"), alt.Tooltip("published:N", title="Published"),
                alt.Tooltip("found:N", title="Found"), alt.Tooltip("steps:N", title="Steps"),
            ],
        )  # fmt: skip
        name = base.mark_text(dy=-14, fontSize=11, limit=110, align="center").encode(text="short:N")
        joined = alt.Chart(alt.Data(values=lines)).mark_rule(
            color=colours.unknown, strokeDash=[5, 4], strokeWidth=1.5
        ).encode(x="day:T", x2="day2:T", y=alt.Y("found:N", sort=order), y2="found2:N")  # fmt: skip
        return (joined + dot + name).properties(height=62 * len(order))

    return draw


def step_label(step: str) -> str:
    """Name a step; another threat model's are the reviewer's own words."""
    return STEP_LABELS.get(step, step)


def _point(one: StudyRecord) -> dict[str, Any]:
    study = one.study
    steps = ", ".join(map(step_label, study.steps)) or "the chain as a whole"
    name = (study.authors or study.title).split(",")[0].split(" and ")[0].split(" et al")[0][:24]
    return {
        **_end(one, ""), "title": study.title, "published": study.published, "steps": steps,
        "short": name,
    }  # fmt: skip


def _end(one: StudyRecord, suffix: str) -> dict[str, str]:
    day = (one.study.published + "-01-01")[:10] if len(one.study.published) == 4 else one.study.published
    day = f"{day}-01" if len(day) == 7 else day
    return {f"day{suffix}": day, f"found{suffix}": DIRECTION_LABELS[one.study.direction]}
