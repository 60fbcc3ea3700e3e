"""A graph drawn in columns, left to right: what a record rests on at the left, what rests on it at the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import streamlit as st

from app.theme import Tokens, echarts_options
from governance.provenance.layout import Joined, JoinedKind, Layers, Placed, PlacedKind

ROW_HEIGHT, HEAD_HEIGHT, LEAST_HEIGHT = 28, 34, 200
USUAL_WIDTH, PHONE_WIDTH = 900, 350
"""Widths, in pixels, that labels are cut for."""
Style = dict[str, Any]


def draw(
    layout: Layers[PlacedKind, JoinedKind],
    options: Style,
    *,
    key: str,
    alt: str,
    on_choose: Callable[[PlacedKind], None],
) -> None:
    """Draw a layout; a click on a mark hands it on.

    Args:
        layout: What is drawn, and where.
        options: What `layered_options` gave for it.
        key: Unique to what is drawn, so that an old click is not read on a new picture.
        alt: The same in words.
        on_choose: Called with the mark that was clicked, before the page runs again.
    """

    def chosen() -> None:
        for part in st.session_state[key]["selection"]["selected"]:
            if part.get("data_type", "node") == "node":
                for index in part["data_indices"][:1]:
                    if index < len(layout.marks):
                        on_choose(layout.marks[index])

    st.echarts_chart(
        options,
        height=max(LEAST_HEIGHT, HEAD_HEIGHT + ROW_HEIGHT * layout.rows),
        theme=None,
        key=key,
        on_select=chosen,
        renderer="svg",
        alt=alt,
    )


def layered_options(
    layout: Layers[PlacedKind, JoinedKind],
    colours: Tokens,
    *,
    titles: Sequence[str],
    short: Sequence[str] = (),
    node: Callable[[PlacedKind], Style],
    link: Callable[[JoinedKind, PlacedKind, PlacedKind], Style],
) -> Style:
    """Give the ECharts options of a layout; series data follow the order of its marks.

    Args:
        layout: What to draw, and where.
        colours: Of the theme.
        titles: What stands over each column.
        short: The same for a phone, where that differs; the others are then cut to their column.
        node: How a mark is drawn, see `node_style`.
        link: How a line is drawn, given the marks of its parent and its child, see `link_style`.
    """
    columns = layout.columns
    place = {mark.key: position for position, mark in enumerate(layout.marks)}
    height = max((abs(mark.row) for mark in layout.marks), default=0) + 0.6
    axis = {"type": "value", "show": False}
    styles = [{"value": [columns.index(mark.column), mark.row], **node(mark)} for mark in layout.marks]
    data, narrow = ([_fitted(one, len(columns), width) for one in styles] for width in (USUAL_WIDTH, PHONE_WIDTH))
    cut = {"width": max(60, USUAL_WIDTH // len(columns)), "overflow": "truncate"} if short else {}
    title = {"color": colours.text, "fontSize": 12, "fontWeight": "normal", **cut}
    named = [{"title": [{"text": text} for text in words]} if short else {} for words in (short, titles)]
    return {
        **echarts_options(colours),
        "title": [
            {"text": text, "left": f"{100 * at / len(columns):.2f}%", "top": 0, "padding": 4, "textStyle": title}
            for at, text in enumerate(titles)
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
                "links": [
                    {
                        "source": place[line.parent],
                        "target": place[line.child],
                        **link(line, layout.marks[place[line.parent]], layout.marks[place[line.child]]),
                    }
                    for line in layout.lines
                ],
            }
        ],
        "media": [
            {"query": {"maxWidth": PHONE_WIDTH + 170}, "option": {**named[0], "series": [{"data": narrow}]}},
            {"option": {**named[1], "series": [{"data": data}]}},
        ],
    }


def node_style(
    mark: Placed,
    colours: Tokens,
    *,
    name: str,
    symbol: str,
    size: int,
    fill: str,
    border: str,
    strong: bool,
    words: str,
) -> Style:
    """Say how a mark is drawn.

    Args:
        mark: What is drawn; dashed where it has no record.
        colours: Of the theme.
        name: What stands beside it.
        symbol: Its shape.
        size: Of the symbol, in pixels.
        fill: Colour of the symbol.
        border: Colour of its edge.
        strong: Whether it stands out.
        words: What it says when pointed at.
    """
    return {
        "id": mark.key,
        "name": name,
        "symbol": symbol,
        "symbolSize": size,
        "itemStyle": {
            "color": fill,
            "borderColor": border,
            "borderWidth": 2.5 if strong else 1.5,
            "borderType": "solid" if mark.recorded else "dashed",
        },
        "label": {
            "show": True,
            "position": "right",
            "color": colours.text,
            "fontWeight": 600 if strong else "normal",
            "overflow": "truncate",
            "textBorderColor": colours.background,
            "textBorderWidth": 3,
        },
        "tooltip": {"formatter": as_text(words)},
    }


def link_style(line: Joined, parent: Placed, child: Placed, *, style: Style, words: str, many: str = "") -> Style:
    """Say how a line is drawn: bent where both its ends stand in one column.

    Args:
        line: What is drawn.
        parent: Where it starts.
        child: Where it ends.
        style: Its colour, width, opacity and type.
        words: How the child rests on the parent.
        many: What follows the count of several edges.
    """
    count = f" ({line.count:,}{many})" if line.count > 1 else ""
    return {
        "lineStyle": {**style, "curveness": 0.35 if parent.column == child.column else 0},
        "tooltip": {"formatter": as_text(f"{child.label}: {words} {parent.label}{count}")},
    }


def as_text(text: str) -> str:
    """Keep text from data from being read as HTML or as a template."""
    return escape(text).replace("{", "&#123;").replace("}", "&#125;")


def _fitted(style: Style, columns: int, width: int) -> Style:
    """Cut the label of a mark for a picture of some width."""
    size = {"fontSize": 12 if width == USUAL_WIDTH else 10, "width": max(34, width // columns - 32)}
    return {**style, "label": {**style["label"], **size}}
