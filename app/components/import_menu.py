"""Bring an assessment in from a file."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from app.components import state
from app.components.feedback import show_error
from app.components.frame import number, plain
from governance.errors import TouchstoneError
from governance.exports.assessment_import import ImportOutcome, import_assessment

OUTCOMES = {
    "created": "Imported **{name}**, which is new here.",
    "updated": "Imported a later state of **{name}**.",
    "unchanged": "**{name}** was here just so; nothing changed.",
}


def import_menu(*, key: str = "import") -> ImportOutcome | None:
    """Offer to bring in an assessment that was exported as JSON.

    Args:
        key: Unique on the page.

    Returns:
        What came in, in the run that imported it.
    """
    with st.popover("Import", icon=":material/upload:", help="An assessment that was exported as JSON"):
        file = st.file_uploader(
            "Exported assessment", ["json"], key=f"{key}-file",
            help="It is checked as a whole first; then all of it comes in, or nothing",
        )  # fmt: skip
        pressed = st.button(
            "Import", key=f"{key}-go", type="primary", icon=":material/upload:", disabled=file is None,
            help="What was signed stays signed where its digest fits, and is marked as imported",
        )  # fmt: skip
        if file is None or not pressed:
            return None
        try:
            outcome = import_assessment(state.workbench(), file.getvalue(), state.framework(), datetime.now(UTC))
        except TouchstoneError as error:
            show_error(error)
            return None
        st.success(OUTCOMES[outcome.outcome].format(name=plain(outcome.assessment)))
        records = (
            f"{number(outcome.created)} new, {number(outcome.updated)} changed, {number(outcome.unchanged)} as before"
        )
        st.caption(f"Records: {records}.")
        return outcome
