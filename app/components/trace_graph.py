"""The records around one, drawn: what it rests on at the left, what rests on it at the right."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from html import escape
from typing import Any

import streamlit as st

from app.components.layered_graph import draw, layered_options, link_style, node_style
from app.theme import Tokens, tokens
from governance.provenance.layout import MAX_STEPS
from governance.research.trace_layout import TraceLayout, TraceLine, TraceMark
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
    colours = tokens()
    draw(layout, trace_options(layout, start, colours, titles), key=key, alt=alt, on_choose=on_choose)
    st.html(legend(layout, colours))


def trace_options(
    layout: TraceLayout, start: str, colours: Tokens, titles: Mapping[int, str] | None = None
) -> dict[str, Any]:
    """Give the ECharts options of a layout; series data follow the order of its marks."""
    columns = layout.columns
    return layered_options(
        layout,
        colours,
        titles=[titles[column] if titles else step_words(column) for column in columns],
        short=[titles[column] if titles else short_words(column) for column in columns],
        node=lambda mark: _node(mark, mark.key == start, colours),
        link=lambda line, parent, child: _link(line, parent, child, colours),
    )


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


def _node(mark: TraceMark, asked: bool, colours: Tokens) -> dict[str, Any]:
    filled = colours.primary if mark.kind in TOUCHED else colours.unknown
    return node_style(
        mark, colours, symbol=SYMBOLS[mark.kind], size=20 if asked or mark.folded else 13,
        name=kind_count(len(mark.members), mark.kind) if mark.folded else mark.label,
        fill=filled if mark.recorded else colours.background,
        border=colours.text if asked or not mark.recorded else filled, strong=asked, words=trace_mark_words(mark),
    )  # fmt: skip


def _link(line: TraceLine, parent: TraceMark, child: TraceMark, colours: Tokens) -> dict[str, Any]:
    style = {
        "color": colours.unknown,
        "width": 1,
        "opacity": 0.55,
        "type": "solid" if line.predicates else "dashed",
    }
    words = ", ".join(PREDICATE_WORDS[one] for one in line.predicates) or "by way of others"
    return link_style(line, parent, child, style=style, words=words)
