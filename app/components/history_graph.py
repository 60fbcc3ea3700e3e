"""A training history drawn left to right: which runs went into the model, and which of them a text counts."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from app.components.evidence_menu import evidence_button
from app.components.threshold_words import COUNTS_WORDS
from app.theme import Tokens, echarts_options, tokens
from governance.assessment.records import Figure
from governance.compute.history import History
from governance.compute.history_layout import Place, history_places
from governance.compute.legal_vocabulary import Counts, EdgeKind

ROW_HEIGHT, LEAST_HEIGHT, MOST_RUNS = 36, 130, 60
LINE_STYLES: dict[EdgeKind, str] = {
    "initialised_from": "solid",
    "merged_from": "solid",
    "taught_by": "dashed",
    "data_from": "dotted",
    "rewarded_by": "dashed",
}
SIGNS: dict[Counts, tuple[str, str]] = {"yes": ("circle", "●"), "no": ("emptyCircle", "○"), "unclear": ("diamond", "◆")}


def history_graph(history: History, counts: Mapping[str, Counts], *, key: str) -> None:
    """Draw a history.

    Args:
        history: What to draw; the runs nearest to the model where there are many.
        counts: Run to whether the text in question counts it.
        key: Unique on the page.
    """
    places = history_places(history, MOST_RUNS)
    colours = tokens()
    rows = max(sum(1 for place in places if place.column == one.column) for one in places)
    said = ", ".join(f"{name(history, place.run)} {COUNTS_WORDS[counts.get(place.run, 'no')]}" for place in places[:20])
    alt = f"Training history of {len(history.runs):,} runs, earlier ones at the left: {said}"
    st.echarts_chart(
        _options(history, places, counts, colours),
        height=max(LEAST_HEIGHT, ROW_HEIGHT * (rows + 1)), theme=None, key=key, renderer="svg", alt=alt,
    )  # fmt: skip
    left_out = len(history.runs) - len(places)
    more = f" · {left_out:,} runs further back are in the table only" if left_out else ""
    words = " · ".join(f"{sign} {COUNTS_WORDS[one]}" for one, (_, sign) in SIGNS.items())
    row = st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute")
    row.caption(f"{words} · solid: weights, dashed: teacher or reward, dotted: data{more}", width="stretch")
    with row:
        evidence_button(
            lambda: Figure(name="Training history", value=alt[:5_000], n=len(history.runs)), key=key, quiet=True
        )


def name(history: History, run_id: str) -> str:
    """Name a run."""
    return history.run(run_id).title or run_id


def _options(
    history: History, places: tuple[Place, ...], counts: Mapping[str, Counts], colours: Tokens
) -> dict[str, Any]:
    at = {place.run: number for number, place in enumerate(places)}
    columns = sorted({place.column for place in places})
    height = max(abs(place.row) for place in places) + 0.8
    axis = {"type": "value", "show": False}
    return {
        **echarts_options(colours),
        "grid": {"left": 12, "right": 0, "top": 6, "bottom": 6},
        "xAxis": {**axis, "min": 0, "max": len(columns)},
        "yAxis": {**axis, "min": -height, "max": height, "inverse": True},
        "series": [
            {
                "type": "graph",
                "coordinateSystem": "cartesian2d",
                "edgeSymbol": ["none", "arrow"],
                "edgeSymbolSize": 7,
                "labelLayout": {"hideOverlap": True},
                "data": [
                    _node(history, place, columns.index(place.column), counts.get(place.run, "no"), colours)
                    for place in places
                ],
                "links": [
                    {
                        "source": at[edge.parent],
                        "target": at[edge.child],
                        "lineStyle": {"type": LINE_STYLES[edge.kind], "color": colours.unknown, "width": 1.5},
                        "tooltip": {"formatter": edge.kind.replace("_", " ")},
                    }
                    for edge in history.edges
                    if edge.parent in at and edge.child in at
                ],
            }
        ],
    }


def _node(history: History, place: Place, column: int, counts: Counts, colours: Tokens) -> dict[str, Any]:
    run = history.run(place.run)
    fill = {"yes": colours.primary, "unclear": colours.caution, "no": colours.background}[counts]
    words = f"{name(history, run.id)}: {run.kind.replace('_', ' ')}, {COUNTS_WORDS[counts]}"
    final = place.run == history.final
    return {
        "id": run.id,
        "name": name(history, run.id),
        "value": [column, place.row],
        "symbol": "diamond" if counts == "unclear" else "circle",
        "symbolSize": 20 if final else 14,
        "itemStyle": {"color": fill, "borderColor": colours.text if counts == "no" else fill, "borderWidth": 2},
        "label": {
            "show": True, "position": "right", "color": colours.text, "fontSize": 12,
            "fontWeight": 600 if final else "normal", "textBorderColor": colours.background, "textBorderWidth": 3,
        },
        "tooltip": {"formatter": escape(words).replace("{", "&#123;").replace("}", "&#125;")},
    }  # fmt: skip
