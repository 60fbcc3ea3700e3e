"""Evidence on a page: chips that say what it is and how old, what can be done with one, and a picker for forms."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

import streamlit as st

from app.components import state
from app.components.evidence_words import chip
from app.navigation import page_link
from governance.assessment.evidence import KeptEvidence, evidence_file
from governance.assessment.evidence_age import AgedEvidence

RECORD_PAGES = {"dataset": ("dataset", "id"), "model": ("model", "id"), "accelerator": ("hardware", "chip")}
"""Kind of record to the page that shows it and the name of its parameter."""


def evidence_chips(found: Sequence[AgedEvidence]) -> None:
    """Show pieces of evidence, one a line."""
    st.markdown("\n".join(f"- {chip(one, one.flags)}" for one in found))


def open_evidence(one: KeptEvidence, *, key: str) -> None:
    """Offer what can be done to see evidence: follow the link, save the file, show the record or figure again."""
    if one.kind == "link":
        st.link_button("Open the link", one.url, icon=":material/open_in_new:", help=one.url)
    elif one.kind == "file":
        _, _, name = evidence_file(state.workbench(), one.id)
        st.download_button(
            "Download the file", lambda: evidence_file(state.workbench(), one.id)[1], name,
            "application/octet-stream", key=f"{key}-file", icon=":material/download:", on_click="ignore",
        )  # fmt: skip
    elif one.kind == "record" and one.record_kind in RECORD_PAGES:
        page, name = RECORD_PAGES[one.record_kind]
        page_link(page, "Show the record", icon=":material/arrow_forward:", **{name: one.record_id})
    elif one.figure and one.figure.address:
        parts = urlsplit(one.figure.address)
        page_link(
            parts.path.strip("/") or "home", "Show the figure again", icon=":material/arrow_forward:",
            **parse_qs(parts.query, keep_blank_values=True),
        )  # fmt: skip
