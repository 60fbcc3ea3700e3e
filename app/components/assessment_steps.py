"""What comes next for an assessment: the one allowed step as the primary action, and why the others are not open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.components import state
from app.components.assessment_words import STEP_WORDS, when
from app.components.frame import plain
from governance.assessment.assessments import new_version
from governance.assessment.origin import origin_of
from governance.assessment.records import Assessment, Held
from governance.assessment.state_rules import StepName
from governance.assessment.states import (
    Step,
    digest_of,
    return_to_draft,
    sign,
    signature_holds,
    steps,
    submit,
    withdraw,
)
from governance.errors import TouchstoneError

NEXT: Mapping[str, StepName] = {"draft": "submit", "in_review": "sign", "signed": "new_version"}
STEP_HELP: dict[StepName, str] = {
    "submit": "Nobody edits it while it is in review",
    "return": "It can be edited again, and is submitted anew",
    "sign": "Your name stands under what you see; it takes no edits from then on",
    "new_version": "A draft with these answers; the signed one stays as it is",
    "withdraw": "It stays to be read, but no longer stands",
}
_FAILED = "step-failed"


def step_bar(header: Assessment, place: DeltaGenerator) -> None:
    """Draw the next step where the actions of a page stand, and the rest in a menu.

    Args:
        header: The assessment.
        place: Where.
    """
    found = {one.name: one for one in steps(state.workbench(), header.id)}
    first = NEXT.get(header.state)
    with place:
        if first is not None:
            _step(header, found[first], primary=found[first].open)
        rest = [one for name, one in found.items() if name != first and one.open]
        if rest:
            with st.popover("More", icon=":material/more_vert:", help="Other steps that are open to you"):
                for one in rest:
                    _step(header, one, primary=False, inner=True)


def step_notes(header: Assessment) -> None:
    """Say what happened last, who signed, and why the next step is not open."""
    if (failed := st.session_state.pop(_FAILED, None)) is not None:
        st.error(failed, icon=":material/error:")
    came = origin_of(state.workbench(), header.id) if header.signatures else None
    for one in header.signatures:
        holds = signature_holds(state.workbench(), header.id)
        proof = "signed in" if one.proven else "says so, unproven"
        if came is not None and came.signed:
            proof = "as the imported file says, not proven here"
        still = "what was signed is unchanged" if holds else "**it is no longer what was signed**"
        st.caption(f"Signed by {plain(one.name)} ({proof}) on {when(one.at)}; {still}; digest {one.digest[:12]}")
    if header.withdrawn:
        st.caption(f"Withdrawn: {plain(header.withdrawn)}")
    if header.reason:
        st.caption(f"Why this version was made: {plain(header.reason)}")
    first = NEXT.get(header.state)
    found = {one.name: one for one in steps(state.workbench(), header.id)}
    if first is not None and not found[first].open:
        st.caption(f":material/lock: {STEP_WORDS[first]} is not open: {plain(found[first].why or '')}")


def _step(header: Assessment, one: Step, *, primary: bool, inner: bool = False) -> None:
    label, help, kind = STEP_WORDS[one.name], STEP_HELP[one.name], "primary" if primary else "secondary"
    key = f"step-{one.name}-{header.id}"
    if one.name in ("submit", "return") or not one.open:
        act = submit if one.name == "submit" else return_to_draft
        st.button(
            label, key=key, type=kind, disabled=not one.open, help=help if one.open else one.why,  # type: ignore[arg-type]
            on_click=_take, args=(lambda: act(state.workbench(), header.id, datetime.now(UTC)),),
        )  # fmt: skip
    elif inner:
        with st.expander(label):
            _confirm(header, one.name, key, "secondary")
    else:
        with st.popover(label, key=f"{key}-open", type=kind, help=help):  # type: ignore[arg-type]
            _confirm(header, one.name, key, "primary")


def _confirm(header: Assessment, name: StepName, key: str, kind: str) -> None:
    if name == "sign":
        digest = digest_of(state.workbench(), header.id)
        st.markdown(f"You sign header, answers and cited evidence as they are now: digest `{digest[:12]}`.")
        st.button(
            "Sign it", key=key, type=kind, icon=":material/signature:", on_click=_take,  # type: ignore[arg-type]
            args=(lambda: sign(state.workbench(), header.id, digest, datetime.now(UTC)),), help=STEP_HELP[name],
        )  # fmt: skip
        return
    st.text_area("Reason", key=f"{key}-reason", height=68, max_chars=20_000, help="Needed; it is kept with the record")
    st.button(STEP_WORDS[name], key=key, type=kind, on_click=_reasoned, args=(header, name, key), help=STEP_HELP[name])  # type: ignore[arg-type]


def _reasoned(header: Assessment, name: StepName, key: str) -> None:
    reason, now = st.session_state.get(f"{key}-reason") or "", datetime.now(UTC)
    if name == "withdraw":
        _take(lambda: withdraw(state.workbench(), header.id, reason, now))
        return
    _take(lambda: new_version(state.workbench(), header.id, reason, state.framework(), now))


def _take(work: Callable[[], Held[Assessment]]) -> None:
    try:
        st.query_params["assessment"] = work().record.id
    except TouchstoneError as error:
        st.session_state[_FAILED] = f"**{plain(error.what)}**: {plain(error.fix)}."
