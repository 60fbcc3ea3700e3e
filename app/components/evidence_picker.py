"""Choosing evidence of a system for an answer, and taking what its models and datasets bring along."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from app.components import state
from app.components.frame import plain
from governance.assessment.evidence import add_record, evidence_of, read_about
from governance.assessment.ready import Ready, ready_evidence
from governance.assessment.systems import get_system
from governance.errors import TouchstoneError


def evidence_options(
    system: str, key: str, change: Callable[..., None], arguments: tuple[Any, ...], *, disabled: bool
) -> None:
    """Let evidence be chosen for an answer, which is saved when the choice changes.

    Args:
        system: Whose evidence.
        key: Of the widget; its state holds the ids that are chosen.
        change: Called with the arguments when the choice changes.
        arguments: What it is called with.
        disabled: Whether the answer takes no edits.
    """
    titles = {one.id: one.title for one in evidence_of(state.workbench(), system)}
    chosen = [one for one in st.session_state.get(key) or [] if one in titles]
    if st.session_state.get(key) != chosen:
        st.session_state[key] = chosen
    row = st.container(horizontal=True, vertical_alignment="bottom")
    row.multiselect(
        "Evidence", list(titles), key=key, format_func=lambda one: f"{titles[one]} ({one})", disabled=disabled,
        on_change=change, args=arguments, placeholder="choose evidence" if titles else "no evidence yet",
        help="What the finding rests on: links, files, catalogue records and figures of this system",
    )  # fmt: skip
    if not disabled:
        with row.popover("Take from the catalogue", icon=":material/database:",
                         help="What this system's models and datasets bring along"):  # fmt: skip
            _ready(system, key, change, arguments)


def _ready(system: str, key: str, change: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    found = ready_evidence(state.cursor(), get_system(state.workbench(), system).record)
    if not found.found:
        st.caption("This system names no models or datasets of the catalogue.")
    for place, one in enumerate(found.found):
        row = st.container(horizontal=True, vertical_alignment="center")
        row.markdown(f"**{plain(one.title)}**  \n{plain(one.says)}", width="stretch")
        row.button(
            "Cite", key=f"{key}-ready-{place}", icon=":material/add_link:", on_click=_cite,
            args=(system, one, key, change, arguments), help="Keeps it as evidence of this system and cites it here",
        )  # fmt: skip
    if found.unknown:
        st.caption(f"Not in the catalogue: {plain(', '.join(found.unknown))}")


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
