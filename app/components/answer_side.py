"""What stands beside an item: suggested methods, known limits, what others do; and an older wording of the question."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.components import state
from app.components.frame import plain
from governance.assessment.framework import ANY, Item, methods_for
from governance.assessment.records import Answer, Held
from governance.assessment.vocabulary import Modality

_KNOWN = {
    "verified": "place and title as published",
    "recalled": "place and title recalled from the publication",
    "ours": "placed and worded by this project",
}


def side(item: Item, modalities: Sequence[Modality]) -> None:
    """Show ways of looking at an item, what they cannot tell, and what is done about it.

    Args:
        item: What is asked.
        modalities: Of the system.
    """
    with st.container(border=True):
        st.markdown("**Ways to look**")
        for modality, methods in methods_for(item, modalities).items():
            named = "" if modality == ANY else f"{modality.capitalize()}: "
            st.markdown("\n".join(f"- {named}{plain(one)}" for one in methods))
        if item.limits:
            st.markdown("**What they cannot tell**")
            st.markdown("\n".join(f"- {plain(one)}" for one in item.limits))
        if item.mitigations:
            with st.expander("What others do about it"):
                st.markdown("\n".join(f"- {plain(one)}" for one in item.mitigations))
        st.caption(_KNOWN[item.known])


def old_question(item: Item, present: Held[Answer] | None) -> None:
    """Say where an answer was given to an older wording, and what is asked now."""
    version = state.framework().version("social_impact")
    if present is None or present.record.question == item.question:
        return
    st.info(
        f"Answered under version {plain(present.record.framework)} of the form. "
        f"Version {plain(version)} asks: {plain(item.question)}",
        icon=":material/history:",
    )
