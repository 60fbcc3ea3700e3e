"""The lineage drawn left to right: sources at the left, what is built on them at the right."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import streamlit as st

from app.components.reading import KIND_WORDS, count_words
from app.theme import USE_LABELS, Tokens, echarts_options, tokens, use_colours
from governance.catalogue.vocabulary import DerivationKind, NodeKind
from governance.exports.words import EDGE_WORDS
from governance.provenance.layout import MAX_STEPS, Layout, Line, Mark

SYMBOLS: dict[NodeKind, str] = {
    "dataset": "circle",
    "collection": "roundRect",
    "work": "circle",
    "text_source": "triangle",
    "model": "diamond",
    "application": "rect",
}
SIGNS: dict[NodeKind, str] = {
    "dataset": "○",
    "collection": "▢",
    "text_source": "△",
    "model": "◇",
    "application": "▭",
}
LINE_STYLES: dict[DerivationKind, str] = {
    "derived_from": "solid",
    "text_source": "dotted",
    "generated_by": "dashed",
    "recorded_as": "solid",
    "has_member": "solid",
}
HEADINGS = {0: "this", -1: "it comes from", 1: "built on it"}
ROW_HEIGHT, HEAD_HEIGHT, LEAST_HEIGHT = 28, 34, 200
USUAL_WIDTH, PHONE_WIDTH = 900, 350
"""Widths, in pixels, that labels are cut for."""


def lineage_graph(layout: Layout, start: str, *, key: str, alt: str, on_choose: Callable[[Mark], None]) -> None:
    """Draw a lineage; a click on a mark hands it on.

    Args:
        layout: What to draw, and where.
        start: The node asked for.
        key: Unique to this lineage, so that an old click is not read on a new picture.
        alt: The same in words.
        on_choose: Called with the mark that was clicked, before the page runs again.
    """

    def chosen() -> None:
        for part in st.session_state[key]["selection"]["selected"]:
            if part.get("data_type", "node") == "node":
                for index in part["data_indices"][:1]:
                    if index < len(layout.marks):
                        on_choose(layout.marks[index])

    colours = tokens()
    st.echarts_chart(
        graph_options(layout, start, colours),
        height=max(LEAST_HEIGHT, HEAD_HEIGHT + ROW_HEIGHT * layout.rows),
        theme=None,
        key=key,
        on_select=chosen,
        renderer="svg",
        alt=alt,
    )
    st.html(legend_html(layout, colours))


def graph_options(layout: Layout, start: str, colours: Tokens) -> dict[str, Any]:
    """Give the ECharts options of a layout; series data follow the order of its marks."""
    columns = layout.columns
    place = {mark.key: position for position, mark in enumerate(layout.marks)}
    height = max((abs(mark.row) for mark in layout.marks), default=0) + 0.6
    axis = {"type": "value", "show": False}
    data, narrow = (
        [_node(mark, columns, mark.key == start, width, colours) for mark in layout.marks]
        for width in (USUAL_WIDTH, PHONE_WIDTH)
    )
    return {
        **echarts_options(colours),
        "title": [
            {
                "text": heading(column),
                "left": f"{100 * at / len(columns):.2f}%",
                "top": 0,
                "padding": 4,
                "textStyle": {"color": colours.text, "fontSize": 12, "fontWeight": "normal"},
            }
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
            {"query": {"maxWidth": PHONE_WIDTH + 170}, "option": {"series": [{"data": narrow}]}},
            {"option": {"series": [{"data": data}]}},
        ],
    }


def heading(column: int) -> str:
    """Say what a column holds.

    >>> heading(-2), heading(1)
    ('2 steps back', 'built on it')
    """
    more = " or more" if abs(column) == MAX_STEPS else ""
    return HEADINGS.get(column) or f"{abs(column)}{more} steps {'back' if column < 0 else 'on'}"


def mark_words(mark: Mark) -> str:
    """Say what a mark is: its name, kind and effective use."""
    kind = count_words(len(mark.members), mark.kind) if mark.folded else KIND_WORDS[mark.kind][0]
    use = "different uses" if mark.mixed else USE_LABELS[mark.use] if mark.use else "use unknown"
    record = "" if mark.recorded else ", no record" if not mark.folded else ", some without record"
    return f"{kind}, {use}{record}" if mark.folded else f"{mark.label}: {kind}, {use}{record}"


def legend_html(layout: Layout, colours: Tokens) -> str:
    """Explain, in words beside each sign, what this picture uses."""
    fills = use_colours(colours)
    uses = [use for use in USE_LABELS if any(mark.use == use and mark.recorded for mark in layout.marks)]
    items = [_key("■", fills[use], USE_LABELS[use]) for use in uses]
    if any(mark.use is None for mark in layout.marks):
        items.append(_key("□", colours.text, "hollow: use unknown, or different ones"))
    if any(not mark.recorded for mark in layout.marks):
        items.append(_key("◌", colours.text, "dashed: no record"))
    kinds = [kind for kind in SIGNS if any(mark.kind == kind for mark in layout.marks)]
    items += [_key(SIGNS[kind], colours.text, KIND_WORDS[kind][0]) for kind in kinds]
    if any(mark.deciding for mark in layout.marks):
        items.append(_key("━◯", colours.stop, "the way to the licence that binds"))
    return f'<div style="font-size:13px;display:flex;flex-wrap:wrap;gap:2px 14px">{"".join(items)}</div>'


def _node(mark: Mark, columns: tuple[int, ...], asked: bool, width: int, colours: Tokens) -> dict[str, Any]:
    fill = use_colours(colours)[mark.use] if mark.use and mark.recorded else colours.background
    border = colours.stop if mark.deciding else colours.text
    return {
        "id": mark.key,
        "name": f"{len(mark.members):,} more {KIND_WORDS[mark.kind][1]}" if mark.folded else mark.label,
        "value": [columns.index(mark.column), mark.row],
        "symbol": SYMBOLS[mark.kind],
        "symbolSize": 20 if asked or mark.folded else 14,
        "itemStyle": {
            "color": fill,
            "borderColor": border if asked or mark.deciding or fill == colours.background else fill,
            "borderWidth": 2.5 if asked or mark.deciding else 1.5,
            "borderType": "solid" if mark.recorded else "dashed",
        },
        "label": {
            "show": True,
            "position": "right",
            "color": colours.text,
            "fontSize": 12 if width == USUAL_WIDTH else 10,
            "fontWeight": 600 if asked or mark.deciding else "normal",
            "width": max(34, width // len(columns) - 32),
            "overflow": "truncate",
            "textBorderColor": colours.background,
            "textBorderWidth": 3,
        },
        "tooltip": {"formatter": as_text(mark_words(mark))},
    }


def _link(line: Line, place: dict[str, int], marks: tuple[Mark, ...], colours: Tokens) -> dict[str, Any]:
    ends = marks[place[line.parent]], marks[place[line.child]]
    words = ", ".join(EDGE_WORDS[kind] for kind in line.kinds)
    count = f" ({line.count:,} links)" if line.count > 1 else ""
    return {
        "source": place[line.parent],
        "target": place[line.child],
        "lineStyle": {
            "color": colours.stop if line.deciding else colours.unknown,
            "width": 3 if line.deciding else 1,
            "opacity": 1 if line.deciding else 0.55,
            "type": LINE_STYLES[line.kinds[0]],
            "curveness": 0.35 if ends[0].column == ends[1].column else 0,
        },
        "tooltip": {"formatter": as_text(f"{ends[1].label}: {words} {ends[0].label}{count}")},
    }


def as_text(text: str) -> str:
    """Keep text from data from being read as HTML or as a template."""
    return escape(text).replace("{", "&#123;").replace("}", "&#125;")


def _key(sign: str, colour: str, words: str) -> str:
    return (
        f'<span style="white-space:nowrap"><span style="color:{colour}" aria-hidden="true">{sign}</span> '
        f"{escape(words)}</span>"
    )
