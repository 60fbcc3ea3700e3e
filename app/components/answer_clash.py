"""Two people changed the same fields: both are shown, and the reader chooses field by field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import streamlit as st

from app.components.assessment_words import FIELD_WORDS, who
from app.components.frame import plain
from governance.records.documents import EditClash
from governance.records.merging import merge


class Clash(NamedTuple):
    """What both sides say.

    Args:
        merged: Both changes put together, mine where they clash.
        theirs: What is saved.
        fields: Fields that both changed, and differently.
        revision: Of what is saved.
        editor: Who saved it.
    """

    merged: dict[str, Any]
    theirs: dict[str, Any]
    fields: tuple[str, ...]
    revision: int
    editor: str | None


def clash_view(clash: Clash, key: str, keep: Callable[[dict[str, Any], int], None]) -> None:
    """Show both sides of each field and save what is chosen.

    Args:
        clash: Both sides.
        key: Unique on the page.
        keep: Given the body to save and the revision it was changed from.
    """
    with st.container(border=True):
        st.markdown(f"**{who(clash.editor)} changed the same meanwhile.** Nothing is lost: choose field by field.")
        for field in clash.fields:
            both = {"mine": clash.merged.get(field), "theirs": clash.theirs.get(field)}
            words = {side: f"{side.capitalize()}: {_shown(value)}" for side, value in both.items()}
            st.radio(
                FIELD_WORDS.get(field, field), list(both), key=f"{key}-clash-{field}", format_func=words.__getitem__,
                help="Which of the two stays",
            )  # fmt: skip
        st.button(
            "Save what I chose", key=f"{key}-clash-save", type="primary", icon=":material/save:",
            on_click=lambda: keep(chosen(clash, key), clash.revision),
            help="Fields that only one of you changed are kept from whoever changed them",
        )  # fmt: skip


def clash_of(error: EditClash, base: dict[str, Any]) -> Clash:
    """Take what is needed of a clash.

    Args:
        error: As it was raised.
        base: What both changed.
    """
    theirs = error.theirs
    merged = merge(base, error.mine, theirs.body).body
    return Clash(merged, theirs.body, error.fields, theirs.revision, theirs.editor)


def chosen(clash: Clash, key: str) -> dict[str, Any]:
    """Put together both changes with the sides chosen here."""
    theirs = [field for field in clash.fields if st.session_state.get(f"{key}-clash-{field}", "mine") == "theirs"]
    return {**clash.merged, **{field: clash.theirs.get(field) for field in theirs}}


def _shown(value: object) -> str:
    if value in (None, "", []):
        return "(empty)"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return plain(text if len(text) <= 300 else f"{text[:299]}…")
