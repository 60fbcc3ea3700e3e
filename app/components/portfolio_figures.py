"""The heat map of the portfolio: systems by categories, how much of each is assessed, and what was found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import altair as alt
import polars as pl

from app.components.figure import Chart, Draw
from app.theme import Tokens
from governance.assessment.coverage import ALL, Group
from governance.assessment.portfolio import Portfolio
from governance.assessment.standing import Standing

ROW, AXIS = 26, 34
LABELS = 118
"""Pixels: a system, the axis, and the room for names."""
PARTY_LABELS = {
    ALL: "Anyone", "first": "First party", "third": "Third party", "joint": "Jointly", "not_stated": "Not stated",
}  # fmt: skip
NOT, NOTHING_APPLIES, NONE_YET = "not assessed", "does not apply", "no evaluation yet"


def heat_rows(found: Portfolio, shown: Sequence[Standing], party: str, groups: Sequence[Group]) -> list[dict[str, Any]]:
    """Give one row a system and category, those without an evaluation too.

    Args:
        found: The portfolio.
        shown: The systems to show.
        party: Whose work counts; ``all``: anybody's.
        groups: The categories, in order.
    """
    cells = {
        (row["system"], row["group"]): row for row in found.heat([one.system.id for one in shown], party).to_dicts()
    }
    return [_row(one, group, cells.get((one.system.id, group.id))) for one in shown for group in groups]


def heat_table(rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """Give the table behind the heat map; an unknown median stays empty."""
    names = {
        "name": "System", "group": "Category", "title": "About", "state": "State", "assessed": "Assessed",
        "applying": "Items that apply", "share": "Share", "found": "Something found", "not_applicable": "Do not apply",
        "level_median": "Reporting level, median", "level_low": "lowest", "level_high": "highest",
        "level_n": "n with a level",
    }  # fmt: skip
    return pl.DataFrame([{label: row[name] for name, label in names.items()} for row in rows], infer_schema_length=None)


def heat_chart(rows: Sequence[dict[str, Any]], groups: Sequence[Group]) -> Draw:
    """Give the function that draws the heat map.

    Deeper for a larger share of the items that apply; a dashed empty cell where none is assessed, a triangle where
    something was found, the counts in every cell.
    """
    labels = {row["system"]: row["name"] for row in rows}
    titles = {group.id: group.title for group in groups}

    def draw(colours: Tokens) -> Chart:
        base = alt.Chart(alt.Data(values=list(rows))).encode(
            x=alt.X(
                "group:N", sort=list(titles), title=None, scale=alt.Scale(domain=list(titles), paddingInner=0.06),
                axis=alt.Axis(orient="top", labelAngle=0, ticks=False, domain=False, labelPadding=6),
            ),
            y=alt.Y(
                "system:N", sort=list(labels), title=None,
                scale=alt.Scale(domain=list(labels), paddingInner=0.1, paddingOuter=0.05),
                axis=alt.Axis(
                    labelExpr=f"{json.dumps(labels)}[datum.value]", minExtent=LABELS, maxExtent=LABELS,
                    labelLimit=LABELS - 4, ticks=False, domain=False,
                ),
            ),
            tooltip=[
                alt.Tooltip("name:N", title="System"), alt.Tooltip("title:N", title="Category"),
                alt.Tooltip("said:N", title="Assessed"), alt.Tooltip("found:Q", title="Something found"),
                alt.Tooltip("levels:N", title="Reporting level (ours)"),
            ],
        )  # fmt: skip
        some = base.transform_filter("datum.assessed > 0")
        none = base.transform_filter("datum.assessed == 0")
        depth = alt.Color(
            "share:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[colours.border, colours.primary])
        )
        readable = alt.condition(deep(colours), alt.value(colours.background), alt.value(colours.text))
        words = some.mark_text(fontSize=11, yOffset=2).encode(text="short:N", color=readable)
        marks = some.transform_filter("datum.found > 0").mark_point(
            shape="triangle-up", filled=True, size=20, opacity=1, yOffset=-8,
        )  # fmt: skip
        layers = [
            none.mark_rect(fillOpacity=0, stroke=colours.unknown, strokeDash=[2, 2], strokeWidth=1, cornerRadius=2),
            none.mark_text(fontSize=11, color=colours.text).encode(text="short:N"),
        ]
        if all(row["assessed"] for row in rows):
            layers = []
        if any(row["assessed"] for row in rows):  # a layer without marks has no text for a screen reader
            layers += [some.mark_rect(cornerRadius=2).encode(color=depth), words]
        if any(row["found"] for row in rows):
            layers.append(marks.encode(xOffset=alt.value(5), color=readable))
        return alt.layer(*layers).properties(height=ROW * max(len(labels), 1) + AXIS)

    return draw


def deep(colours: Tokens) -> str:
    """Give the test for a cell so deep that the background's colour reads better on it than the text's."""
    return f"datum.share > {0.66 if colours.mode == 'light' else 0.55}"


def heat_words(rows: Sequence[dict[str, Any]], groups: Sequence[Group], party: str) -> str:
    """Say what the heat map shows, for those who cannot see it."""
    systems = len({row["system"] for row in rows})
    least = min(groups, key=lambda one: _share(rows, one.id))
    most = max(groups, key=lambda one: _share(rows, one.id))
    whose = "anyone" if party == ALL else PARTY_LABELS[party].lower()
    return (
        f"Heat map of {systems} systems by {len(groups)} categories, assessed by {whose}. Most of {most.title} is "
        f"assessed ({_share(rows, most.id):.0%}), least of {least.title} ({_share(rows, least.id):.0%}). "
        "All numbers are in the table."
    )


def _share(rows: Sequence[dict[str, Any]], group: str) -> float:
    own = [row for row in rows if row["group"] == group]
    applying = sum(row["applying"] for row in own)
    return sum(row["assessed"] for row in own) / applying if applying else 0.0


def _row(one: Standing, group: Group, cell: dict[str, Any] | None) -> dict[str, Any]:
    names = ("assessed", "found", "not_applicable", "share", "level_median", "level_low", "level_high", "level_n")
    row: dict[str, Any] = {"system": one.system.id, "name": one.system.name, "group": group.id, "title": group.title}
    if cell is None:
        blank = {"assessed": 0, "found": 0, "not_applicable": 0, "applying": 0, "level_n": 0}
        empty = dict.fromkeys(("share", "level_median", "level_low", "level_high"))
        return {**row, **blank, **empty, "state": NONE_YET, "short": "", "said": NONE_YET, "levels": "none"}
    applying = cell["items"] - cell["not_applicable"]
    state = NOTHING_APPLIES if not applying else NOT if not cell["assessed"] else "assessed"
    short = f"{cell['assessed']}/{applying}" if cell["assessed"] else "n/a" if not applying else "–"
    levels = "none given"
    if cell["level_n"]:
        levels = f"median {cell['level_median']:g} of 3, n = {cell['level_n']}"
    said = f"{cell['assessed']} of {applying} that apply" if applying else NOTHING_APPLIES
    return {
        **row, **{name: cell[name] for name in names}, "applying": applying, "state": state, "short": short,
        "said": said, "levels": levels,
    }  # fmt: skip
