"""Keep a scenario, or take it away as a memo."""

from __future__ import annotations

from datetime import date

import streamlit as st

from app.components.scenario_source import Source
from governance.compute.results import ScenarioResult


def save_menu(source: Source, as_of: date) -> None:
    """Offer to keep the history under a title."""
    with st.popover("Save", icon=":material/bookmark_add:", help="Keep this run as a scenario with versions"):
        st.write(source.title)


def memo_menu(source: Source, result: ScenarioResult) -> None:
    """Offer the memo."""
    with st.popover("Memo", icon=":material/description:", help="Inputs, results, rule texts and limits as a file"):
        st.write(source.title)
