"""The lineage drawn left to right: sources at the left, what is built on them at the right."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import streamlit as st

from app.components.layered_graph import draw, layered_options, link_style, node_style
from app.components.reading import KIND_WORDS, count_words
from app.theme import USE_LABELS, Tokens, tokens, use_colours
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


def lineage_graph(layout: Layout, start: str, *, key: str, alt: str, on_choose: Callable[[Mark], None]) -> None:
    """Draw a lineage; a click on a mark hands it on.

    Args:
        layout: What to draw, and where.
        start: The node asked for.
        key: Unique to this lineage, so that an old click is not read on a new picture.
        alt: The same in words.
        on_choose: Called with the mark that was clicked, before the page runs again.
    """
    colours = tokens()
    draw(layout, graph_options(layout, start, colours), key=key, alt=alt, on_choose=on_choose)
    st.html(legend_html(layout, colours))


def graph_options(layout: Layout, start: str, colours: Tokens) -> dict[str, Any]:
    """Give the ECharts options of a layout; series data follow the order of its marks."""
    return layered_options(
        layout,
        colours,
        titles=[heading(column) for column in layout.columns],
        node=lambda mark: _node(mark, mark.key == start, colours),
        link=lambda line, parent, child: _link(line, parent, child, colours),
    )


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


def _node(mark: Mark, asked: bool, colours: Tokens) -> dict[str, Any]:
    fill = use_colours(colours)[mark.use] if mark.use and mark.recorded else colours.background
    border = colours.stop if mark.deciding else colours.text
    strong = asked or mark.deciding
    return node_style(
        mark, colours, symbol=SYMBOLS[mark.kind], size=20 if asked or mark.folded else 14,
        name=f"{len(mark.members):,} more {KIND_WORDS[mark.kind][1]}" if mark.folded else mark.label,
        fill=fill, border=border if strong or fill == colours.background else fill, strong=strong,
        words=mark_words(mark),
    )  # fmt: skip


def _link(line: Line, parent: Mark, child: Mark, colours: Tokens) -> dict[str, Any]:
    style = {
        "color": colours.stop if line.deciding else colours.unknown,
        "width": 3 if line.deciding else 1,
        "opacity": 1 if line.deciding else 0.55,
        "type": LINE_STYLES[line.kinds[0]],
    }
    words = ", ".join(EDGE_WORDS[kind] for kind in line.kinds)
    return link_style(line, parent, child, style=style, words=words, many=" links")


def _key(sign: str, colour: str, words: str) -> str:
    return (
        f'<span style="white-space:nowrap"><span style="color:{colour}" aria-hidden="true">{sign}</span> '
        f"{escape(words)}</span>"
    )
