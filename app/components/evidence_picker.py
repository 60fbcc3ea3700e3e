"""Choosing evidence of a system for an answer, and taking what its models and datasets bring along."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from app.components import state
from app.components.evidence_add import add_evidence_button, added_to
from app.components.evidence_chips import evidence_chips
from app.components.frame import plain
from governance.assessment.evidence import add_record, evidence_of, read_about
from governance.assessment.evidence_age import aged_evidence
from governance.assessment.ready import Ready, ReadyEvidence, matching, ready_evidence
from governance.assessment.records import System
from governance.assessment.systems import get_system
from governance.errors import TouchstoneError

MOST_SHOWN = 8


def evidence_options(
    system: str,
    key: str,
    change: Callable[..., None],
    arguments: tuple[Any, ...],
    *,
    disabled: bool = False,
    version: str = "",
    label: str = "Evidence",
    item: str = "",
) -> None:
    """Let evidence be chosen for an answer, which is saved when the choice changes.

    Args:
        system: Whose evidence is offered.
        key: Of the widget; its state holds the ids that are chosen.
        change: Called with the arguments when the choice changes.
        arguments: What it is called with.
        disabled: Whether the answer takes no edits.
        version: The version of the system that is assessed; empty: its newest.
        label: What it is evidence of.
        item: The item or section that is answered: what is of use for it is offered first.
    """
    found = {one.id: one for one in aged_evidence(state.workbench(), state.cursor(), system, version)}
    chosen = [one for one in st.session_state.get(key) or [] if one in found]
    new = [one for one in added_to(key) if one in found and one not in chosen]
    st.session_state[key] = [*chosen, *new]  # on every run: a title may have changed, see `hold`
    if new:
        change(*arguments)
    picked = st.multiselect(
        label, list(found), disabled=disabled, key=key, format_func=lambda one: f"{found[one].title} ({one})",
        on_change=change, args=arguments, placeholder="Choose evidence" if found else "No evidence yet",
        help="What the finding rests on; figures come here from any page with 'Send to evidence'",
    )  # fmt: skip
    if not disabled:
        with st.container(horizontal=True):
            add_evidence_button(system, key=key)
            with st.popover(
                "Take from the catalogue", icon=":material/database:",
                help="What this system's models and datasets bring along",
            ):  # fmt: skip
                _ready(system, key, change, arguments, item)
    with st.container():
        if picked:
            evidence_chips([found[one] for one in picked])


def _ready(system: str, key: str, change: Callable[..., None], arguments: tuple[Any, ...], item: str) -> None:
    found = _ready_of(get_system(state.workbench(), system).record.model_dump_json(), state.version())
    if not found.found:
        st.caption("This system names no models or datasets of the catalogue.")
    words = ""
    if len(found.found) > MOST_SHOWN:
        words = st.text_input(
            "Search", key=f"{key}-ready-words", icon=":material/search:", label_visibility="collapsed",
            placeholder=f"Search {len(found.found):,} facts, e.g. licence", help="Each word must occur",
        )  # fmt: skip
    offered = matching(found.found, words, item)
    for place, one in enumerate(offered[:MOST_SHOWN]):
        row = st.container(horizontal=True, vertical_alignment="center")
        row.markdown(f"**{plain(one.title)}**  \n{plain(one.says)}", width="stretch")
        row.button(
            "Cite", key=f"{key}-ready-{place}", icon=":material/add_link:",
            on_click=_cite, args=(system, one, key, change, arguments),
            help="Keeps it as evidence of this system and cites it here",
        )  # fmt: skip
    if len(offered) > MOST_SHOWN:
        st.caption(f"{len(offered) - MOST_SHOWN:,} more; search to see them.")
    elif not offered and words:
        st.caption("None of them holds all these words.")
    if found.unknown:
        st.caption(f"Not in the catalogue: {plain(', '.join(found.unknown))}")


@st.cache_data(show_spinner=False, max_entries=50)
def _ready_of(system: str, catalogue_at: str) -> ReadyEvidence:
    return ready_evidence(state.cursor(), System.model_validate_json(system))


def _cite(system: str, one: Ready, key: str, change: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    bench = state.workbench()
    try:
        same = (one.record_kind, one.record_id, one.title)
        kept = [had for had in evidence_of(bench, system) if (had.record_kind, had.record_id, had.title) == same]
        if not kept:
            about = read_about(title=one.title[:200], summary=one.says)
            kept = [
                add_record(bench, state.cursor(), system, (one.record_kind, one.record_id), about, datetime.now(UTC))
            ]
    except TouchstoneError as error:
        st.toast(f"{plain(error.what)}: {plain(error.fix)}", icon=":material/error:")
        return
    st.session_state[key] = list(dict.fromkeys((*(st.session_state.get(key) or []), kept[0].id)))
    change(*arguments)
