"""Save a selection as a list, or take it away as files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from app.components import state
from app.components.feedback import show_error
from app.components.frame import plain
from governance.errors import TouchstoneError
from governance.exports.bundle import make_bundle
from governance.exports.formats import EXPORTERS
from governance.exports.manifest import render_export
from governance.provenance.datasets import SelectionResult
from governance.provenance.policies import Policy
from governance.provenance.saved_lists import save_result

USUAL = ("csv", "attribution")


def export_menu(result: SelectionResult, policy: Policy, *, key: str) -> None:
    """Offer the selection as files, packed with the manifest that makes them again.

    Args:
        result: What to export.
        policy: The policy it was read under.
        key: Unique on the page.
    """
    with st.popover(
        "Export", icon=":material/download:", help="CSV, Parquet, Excel, BibTeX, attribution, Croissant, PROV"
    ):
        formats = st.multiselect(
            "Formats", list(EXPORTERS), default=list(USUAL), key=f"{key}-formats",
            format_func=lambda name: EXPORTERS[name].label,
            help="A manifest.json goes along, from which the same files can be made",
        )  # fmt: skip
        st.caption("\n".join(f"- {EXPORTERS[name].label}: {EXPORTERS[name].help}" for name in formats))
        st.download_button(
            f"Download {result.total:,} datasets",
            lambda: _packed(result, policy, formats),
            "touchstone-export.zip",
            "application/zip",
            key=f"{key}-download",
            type="primary",
            icon=":material/download:",
            on_click="ignore",
            disabled=not formats,
        )


def save_list_menu(result: SelectionResult) -> None:
    """Offer to keep the selection under a name."""
    with (
        st.popover("Save list", icon=":material/bookmark_add:", help="Keep these datasets under a name"),
        st.form("save-list", border=False),
    ):
        name = st.text_input("Name", max_chars=120, help="Unique among your lists")
        note = st.text_area("Note", max_chars=4000, help="Why you keep it; optional")
        if st.form_submit_button("Save", type="primary", icon=":material/save:"):
            _save(result, name, note)


def _save(result: SelectionResult, name: str, note: str) -> None:
    try:
        saved = save_result(state.workbench(), name, result, datetime.now(UTC), note)
    except TouchstoneError as error:
        show_error(error)
    else:
        st.success(f"Saved **{plain(saved.name)}** with {saved.size:,} datasets; find it under Lists.")


def _packed(result: SelectionResult, policy: Policy, formats: Sequence[str]) -> bytes:
    return render_export(make_bundle(state.cursor(), result, policy), formats).to_zip()
