"""The records around one, drawn: what it rests on at the left, what rests on it at the right."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from html import escape
from typing import Any

import streamlit as st

from app.components.lineage_graph import HEAD_HEIGHT, LEAST_HEIGHT, PHONE_WIDTH, ROW_HEIGHT, USUAL_WIDTH, as_text
from app.theme import Tokens, echarts_options, tokens
from governance.research.trace_layout import MAX_STEPS, TraceLayout, TraceLine, TraceMark
from governance.research.trace_vocabulary import (
    KIND_WORDS,
    PREDICATE_WORDS,
    TOUCHED,
    TRACE_KINDS,
    TraceKind,
    kind_count,
)

FAMILIES: tuple[tuple[str, str, str, tuple[TraceKind, ...]], ...] = (
    ("circle", "○", "data and their sources", (
        "source", "dataset", "collection", "list", "work", "text_source", "application", "corpus", "domain",
    )),
    ("triangle", "△", "licences, consent, law", ("licence", "consent", "threshold")),
    ("diamond", "◇", "models and compute", ("model", "generating_model", "evaluated_model", "compute_record")),
    ("rect", "□", "evaluation", ("benchmark", "evaluation_set", "result")),
    ("roundRect", "▢", "papers and claims", ("paper", "claim", "release", "replication")),
    ("pin", "⚲", "systems, assessments, decisions", ("system", "assessment", "answer", "evidence", "decision")),
)  # fmt: skip
"""Symbol, the same as a sign for text, what it says, and the kinds drawn so."""
SYMBOLS: dict[TraceKind, str] = {kind: symbol for symbol, _, _, kinds in FAMILIES for kind in kinds}


def trace_picture(
    layout: TraceLayout,
    start: str,
    *,
    key: str,
    alt: str,
    on_choose: Callable[[TraceMark], None],
    titles: Mapping[int, str] | None = None,
) -> None:
    """Draw a trace; a click on a mark hands it on.

    Args:
        layout: What to draw, and where.
        start: Key of the record asked for.
        key: Unique to this trace, so that an old click is not read on a new picture.
        alt: The same in words.
        on_choose: Called with the mark that was clicked, before the page runs again.
        titles: What stands over the columns; by default the steps from the start.
    """

    def chosen() -> None:
        for part in st.session_state[key]["selection"]["selected"]:
            if part.get("data_type", "node") == "node":
                for index in part["data_indices"][:1]:
                    if index < len(layout.marks):
                        on_choose(layout.marks[index])

    colours = tokens()
    st.echarts_chart(
        trace_options(layout, start, colours, titles),
        height=max(LEAST_HEIGHT, HEAD_HEIGHT + ROW_HEIGHT * layout.rows),
        theme=None,
        key=key,
        on_select=chosen,
        renderer="svg",
        alt=alt,
    )
    st.html(legend(layout, colours))


def trace_options(
    layout: TraceLayout, start: str, colours: Tokens, titles: Mapping[int, str] | None = None
) -> dict[str, Any]:
    """Give the ECharts options of a layout; series data follow the order of its marks."""
    columns = layout.columns
    wide = titles or {column: step_words(column) for column in columns}
    short = titles or {column: short_words(column) for column in columns}
    place = {mark.key: position for position, mark in enumerate(layout.marks)}
    height = max((abs(mark.row) for mark in layout.marks), default=0) + 0.6
    axis = {"type": "value", "show": False}
    data, narrow = (
        [_node(mark, columns, mark.key == start, width, colours) for mark in layout.marks]
        for width in (USUAL_WIDTH, PHONE_WIDTH)
    )
    title = {"color": colours.text, "fontSize": 12, "fontWeight": "normal"}
    return {
        **echarts_options(colours),
        "title": [
            {"text": wide[column], "left": f"{100 * at / len(columns):.2f}%", "top": 0, "padding": 4,
             "textStyle": {**title, "width": max(60, USUAL_WIDTH // len(columns)), "overflow": "truncate"}}
            for at, column in enumerate(columns)
        ],
        "grid": {"left": 12, "right": 0, "top": HEAD_HEIGHT - 8, "bottom": 4},
        "xAxis": {**axis, "min": 0, "max": len(columns)},
        "yAxis": {**axis, "min": -height, "max": height, "inverse": True},
        "series": [
            {
                "type": "graph",
                "coordinateSystem": "cartesian2d",
                "selectedMode": "single",
                "edgeSymbol": ["none", "arrow"],
                "edgeSymbolSize": 7,
                "labelLayout": {"hideOverlap": True},
                "emphasis": {"focus": "adjacency", "label": {"show": True}},
                "select": {"itemStyle": {"borderColor": colours.primary, "borderWidth": 3}},
                "data": data,
                "links": [_link(line, place, layout.marks, colours) for line in layout.lines],
            }
        ],
        "media": [
            {"query": {"maxWidth": PHONE_WIDTH + 170}, "option": {
                "title": [{"text": short[column]} for column in columns], "series": [{"data": narrow}],
            }},
            {"option": {
                "title": [{"text": wide[column]} for column in columns], "series": [{"data": data}],
            }},
        ],
    }  # fmt: skip


def step_words(column: int) -> str:
    """Say what a column holds.

    >>> step_words(-1), step_words(2), step_words(4)
    ('it rests on', '2 steps on', '4 or more steps on')
    """
    if column in (0, -1, 1):
        return {0: "this", -1: "it rests on", 1: "rests on it"}[column]
    more = " or more" if abs(column) == MAX_STEPS else ""
    return f"{abs(column)}{more} steps {'back' if column < 0 else 'on'}"


def short_words(column: int) -> str:
    """Say the same in little room.

    >>> short_words(-2), short_words(0)
    ('−2', 'this')
    """
    return "this" if column == 0 else f"{column:+d}".replace("-", "−")


def trace_mark_words(mark: TraceMark) -> str:
    """Say what a mark is: its name and kind, or how many of which kind."""
    unknown = "" if mark.recorded else ", no record" if not mark.folded else ", some without record"
    return (
        kind_count(len(mark.members), mark.kind) if mark.folded else f"{mark.label}: {KIND_WORDS[mark.kind][0]}"
    ) + unknown


def legend(layout: TraceLayout, colours: Tokens) -> str:
    """Explain, in words beside each sign, what this picture uses."""
    kinds = {mark.kind for mark in layout.marks}
    items = [
        (sign, f"{words}: {_listed(kinds.intersection(group))}")
        for _, sign, words, group in FAMILIES
        if kinds.intersection(group)
    ]
    if kinds.intersection(TOUCHED):
        items.append(("■", "filled: claims, models, systems, decisions"))
    if any(not line.predicates for line in layout.lines):
        items.append(("┄", "by way of records left out"))
    if any(not mark.recorded for mark in layout.marks):
        items.append(("◌", "dashed: named, no record"))
    spans = "".join(
        f'<span><span style="color:{colours.text}" aria-hidden="true">{sign}</span> {escape(words)}</span>'
        for sign, words in items
    )
    return f'<div style="font-size:13px;display:flex;flex-wrap:wrap;gap:2px 14px">{spans}</div>'


def _listed(kinds: Collection[TraceKind]) -> str:
    return ", ".join(KIND_WORDS[kind][1] for kind in TRACE_KINDS if kind in kinds)


def _node(mark: TraceMark, columns: tuple[int, ...], asked: bool, width: int, colours: Tokens) -> dict[str, Any]:
    filled = colours.primary if mark.kind in TOUCHED else colours.unknown
    return {
        "id": mark.key,
        "name": kind_count(len(mark.members), mark.kind) if mark.folded else mark.label,
        "value": [columns.index(mark.column), mark.row],
        "symbol": SYMBOLS[mark.kind],
        "symbolSize": 20 if asked or mark.folded else 13,
        "itemStyle": {
            "color": filled if mark.recorded else colours.background,
            "borderColor": colours.text if asked or not mark.recorded else filled,
            "borderWidth": 2.5 if asked else 1.5,
            "borderType": "solid" if mark.recorded else "dashed",
        },
        "label": {
            "show": True,
            "position": "right",
            "color": colours.text,
            "fontSize": 12 if width == USUAL_WIDTH else 10,
            "fontWeight": 600 if asked else "normal",
            "width": max(34, width // len(columns) - 32),
            "overflow": "truncate",
            "textBorderColor": colours.background,
            "textBorderWidth": 3,
        },
        "tooltip": {"formatter": as_text(trace_mark_words(mark))},
    }


def _link(line: TraceLine, place: dict[str, int], marks: tuple[TraceMark, ...], colours: Tokens) -> dict[str, Any]:
    ends = marks[place[line.parent]], marks[place[line.child]]
    words = ", ".join(PREDICATE_WORDS[one] for one in line.predicates) or "by way of others"
    count = f" ({line.count:,})" if line.count > 1 else ""
    return {
        "source": place[line.parent],
        "target": place[line.child],
        "lineStyle": {
            "color": colours.unknown,
            "width": 1,
            "opacity": 0.55,
            "type": "solid" if line.predicates else "dashed",
            "curveness": 0.35 if ends[0].column == ends[1].column else 0,
        },
        "tooltip": {"formatter": as_text(f"{ends[1].label}: {words} {ends[0].label}{count}")},
    }
