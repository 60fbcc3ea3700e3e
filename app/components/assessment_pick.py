"""Which system, assessment and item: the address says it, the widgets write the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import streamlit as st

from app.components import state
from app.components.assessment_words import STATE_WORDS, STATUS_MARKS, status_of
from app.components.feedback import show_error
from app.components.frame import plain
from governance.assessment.assessments import assessments, start_assessment
from governance.assessment.framework import Item
from governance.assessment.records import Answer, Assessment, Held, System
from governance.assessment.systems import systems
from governance.assessment.vocabulary import Form
from governance.catalogue.selection import choice
from governance.errors import NotFound, TouchstoneError

_FAILED = "start-failed"


def pick_assessment(form: Form) -> tuple[System, Assessment | None] | None:
    """Let a system and one of its assessments be chosen, the newest at first.

    Args:
        form: Social impact or risk.

    Returns:
        Both; no assessment where none was started; ``None`` where there is no system.
    """
    known = {one.record.id: one.record for one in systems(state.workbench())}
    if not known:
        return None
    found = {one.record.id: one.record for one in assessments(state.workbench(), None, form)}
    asked, system = st.query_params.get("assessment"), st.query_params.get("system")
    if asked and asked not in found:
        show_error(NotFound(f"there is no assessment '{asked:.80}'", "address", "choose one at the left"))
        asked = None
    if system and system not in known:
        show_error(NotFound(f"there is no system '{system:.80}'", "address", "choose one at the left"))
        system = None
    if asked:
        system = found[asked].system
    chosen = system or next((one.system for one in found.values()), next(iter(known)))
    names = {one: known[one].name for one in known}
    _show("pick-system", chosen, names)
    st.selectbox(
        "System", list(names), key="pick-system", format_func=names.__getitem__, on_change=_to_system,
        help="What is assessed",
    )  # fmt: skip
    mine = [one for one in found.values() if one.system == chosen][::-1]
    if not mine:
        return known[chosen], None
    header = found[asked] if asked else mine[0]
    states = {one.id: STATE_WORDS[one.state].lower() for one in mine}
    labels = {one.id: f"{one.number} · {one.system_version or 'no version'} · {states[one.id]}" for one in mine}
    _show("pick-assessment", header.id, labels)
    st.selectbox(
        "Assessment", list(labels), key="pick-assessment", on_change=_to_assessment, format_func=labels.__getitem__,
        help="Each version of the assessment; one is open at a time",
    )  # fmt: skip
    if st.query_params.get("assessment") != header.id:
        st.query_params["assessment"] = header.id
    if "system" in st.query_params:
        del st.query_params["system"]
    return known[chosen], header


def pick_item(items: Sequence[Item], answers: Mapping[str, Held[Answer]]) -> Item:
    """Let an item be chosen in a list at the left; the first at first.

    Args:
        items: Those asked of the system.
        answers: What is saved.
    """
    ids = [one.id for one in items]
    asked = st.query_params.get("item", ids[0])
    try:
        choice(asked, ids, "address, item")
    except TouchstoneError as error:
        show_error(error)
        asked = ids[0]
    labels = {one.id: f"{STATUS_MARKS[status_of(answers, one.id)]} {one.id} {one.title}" for one in items}
    _show("pick-list", asked, labels)
    st.radio(
        "Item", ids, key="pick-list", on_change=_to_item, args=("pick-list",), format_func=labels.__getitem__,
        help="● found, ○ none found, – does not apply, · not assessed",
    )  # fmt: skip
    return next(one for one in items if one.id == asked)


def item_steps(items: Sequence[Item], item: Item) -> None:
    """Draw the ways to the item before and after, and a list of all for narrow screens."""
    ids, labels = [one.id for one in items], {one.id: f"{one.id} {one.title}" for one in items}
    here = ids.index(item.id)
    row = st.container(horizontal=True, vertical_alignment="center")
    row.button(
        "", key="item-before", icon=":material/chevron_left:", disabled=here == 0, on_click=_go,
        args=(ids[here - 1],), help="The item before", shortcut="Alt+ArrowLeft",
    )  # fmt: skip
    _show("pick-item", item.id, labels)
    row.selectbox(
        "Go to", ids, key="pick-item", format_func=labels.__getitem__, on_change=_to_item,
        args=("pick-item",), label_visibility="collapsed", help="All items", width="stretch",
    )  # fmt: skip
    row.button(
        "", key="item-after", icon=":material/chevron_right:", disabled=here == len(ids) - 1, on_click=_go,
        args=(ids[(here + 1) % len(ids)],), help="The item after", shortcut="Alt+ArrowRight",
    )  # fmt: skip


def start_button(system: System, form: Form) -> None:
    """Offer to start the assessment of a system that has none."""
    st.button(
        "Start the assessment", type="primary", icon=":material/play_arrow:", key="start", on_click=_start,
        args=(system.id, form), help="A draft without answers; nothing is assessed yet",
    )  # fmt: skip
    if (error := st.session_state.pop(_FAILED, None)) is not None:
        show_error(error)


def _start(system: str, form: Form) -> None:
    try:
        made = start_assessment(state.workbench(), system, form, state.framework(), datetime.now(UTC))
    except TouchstoneError as error:
        st.session_state[_FAILED] = error
        return
    st.query_params.from_dict({"assessment": made.record.id})
    st.toast(f"Started **{plain(made.record.id)}**.", icon=":material/check:")


def _show(key: str, value: str, labels: Mapping[str, str]) -> None:
    """Set a widget to what the address says, also where it shows that already: a label may be another one by now.

    The browser names a choice by its label. Somebody else's edit changes labels, and without being told the browser
    falls back to the first choice.
    """
    st.session_state[key] = value
    seen: dict[str, str] = st.session_state.setdefault(f"{key}-labels", {})
    seen.update((label, one) for one, label in labels.items())


def _chosen(key: str) -> str:
    """Give what was chosen, also by a label that has changed since it was drawn."""
    value: str = st.session_state[key]
    seen: Mapping[str, str] = st.session_state.get(f"{key}-labels", {})
    return value if value in seen.values() else seen.get(value, value)


def _to_system() -> None:
    st.query_params.from_dict({"system": _chosen("pick-system")})


def _to_assessment() -> None:
    st.query_params["assessment"] = _chosen("pick-assessment")


def _to_item(key: str) -> None:
    _go(_chosen(key))


def _go(item: str) -> None:
    st.query_params["item"] = item
