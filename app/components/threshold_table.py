"""The table of instruments and the choice of one of them, by click or from a list."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import polars as pl
import streamlit as st

from app.components.threshold_words import NO_TEST, WOULD, results_table, short_name
from app.components.url_state import from_url, to_url
from app.theme import VERDICT_MEANING, tokens
from governance.catalogue.selection import choice
from governance.compute.results import InstrumentResult, ScenarioResult
from governance.exports.words import flop_words

SHOWN = {"in_force": "In force", "training": "On training", "all": "All"}
FIRST = "eu-aiact-51-2"


def results_shown(result: ScenarioResult, show: str) -> list[InstrumentResult]:
    """Pick the instruments a view shows: those in force first, the ones about training before the rest."""
    mine = [
        one
        for one in result.instruments
        if show == "all" or (one.subject in ("model", "modification") and (show == "training" or one.in_force))
    ]
    return sorted(mine, key=lambda one: (one.verdict is None, not one.in_force, not one.decides, one.jurisdiction))


def results_view(result: ScenarioResult, shown: Sequence[InstrumentResult]) -> pl.DataFrame:
    """Give the table as files hold it: no lists."""
    return results_table(result, shown).with_columns(pl.col("verdict").list.first())


def choose_instrument(result: ScenarioResult, shown: Sequence[InstrumentResult]) -> InstrumentResult | None:
    """Draw the table; a click or the list below chooses the instrument that is explained further down."""
    if not shown:
        return None
    by_id = {one.id: one for one in shown}
    default = FIRST if FIRST in by_id else shown[0].id
    from_url("law", default, lambda value: choice(value, tuple(by_id), "address, law"))
    if st.session_state["law"] not in by_id:
        st.session_state["law"] = default
    table = results_table(result, shown)
    words = table.drop("id").with_columns(pl.col("total", "line").map_elements(flop_words, return_dtype=pl.String))
    drawn = zlib.crc32(words.write_json().encode())  # a grid that is filled anew does not take the first click
    event = st.dataframe(
        words, hide_index=True, height="content" if len(shown) < 9 else 330, key=f"instruments-{drawn}",
        column_config=_columns(), on_select="rerun", selection_mode="single-cell", placeholder="unknown",
        alt=f"{len(shown)} instruments: verdict, probability of exceeding, counted compute, line, margin, status",
    )  # fmt: skip
    clicked = [row for row, _ in event["selection"]["cells"]]
    if clicked != st.session_state.get("instruments-clicked"):
        st.session_state["instruments-clicked"] = clicked
        if clicked:
            st.session_state["law"] = table["id"][clicked[0]]
    st.selectbox(
        "Explained below", list(by_id), key="law", format_func=lambda key: short_name(by_id[key]),
        help="Choose a text here or in the table to see how it counts, what it asks and what its verdict turns on",
    )  # fmt: skip
    return by_id[to_url("law", default)]


def _columns() -> dict[str, Any]:
    colours = tokens()
    words = [*VERDICT_MEANING, *WOULD.values(), NO_TEST]
    fills = [colours.of(meaning) for meaning in VERDICT_MEANING.values()] + [colours.unknown] * (len(WOULD) + 1)
    config = st.column_config
    return {
        "instrument": config.TextColumn("Text", pinned=True, width=170),
        "verdict": config.MultiselectColumn("Verdict", options=words, color=fills, width=125),
        "probability": config.ProgressColumn(
            "P(exceeds)", min_value=0, max_value=1, format="%.2f", width=120, help="Empty where it turns on a fact"
        ),
        "total": config.NumberColumn(
            "Counted FLOP", format="scientific", width=105, help="Median, by the text's own rule"
        ),
        "line": config.TextColumn("Line", width=70),
        "margin": config.NumberColumn("Margin ×", format="%.2g", width=80, help="The line over the median"),
        "status": config.TextColumn("Status", width=100),
        "turns_on": config.TextColumn("Turns on", width=200, help="The fact that would settle it, or what is missing"),
        "probability_bounds": config.TextColumn("P, bounds", width=90),
    }
