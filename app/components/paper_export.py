"""Papers as files, packed with the manifest that makes them again."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.components import state
from app.components.frame import counted
from governance.exports.manifest import zip_of
from governance.exports.paper_tables import PAPER_EXPORTS, paper_credits, render_papers
from governance.research.papers import PapersResult

USUAL = ("csv", "bibtex")


def paper_export(result: PapersResult) -> None:
    """Offer the papers of a selection as files."""
    with st.popover("Export", icon=":material/download:", help="CSV, JSON lines, BibTeX, Parquet, Excel"):
        formats = st.multiselect(
            "Formats", list(PAPER_EXPORTS), default=list(USUAL), key="p-formats",
            format_func=lambda name: PAPER_EXPORTS[name].label,
            help="A manifest.json goes along, from which 'touchstone papers export --from' makes the same files",
        )  # fmt: skip
        st.caption("Give this credit:")
        st.code("\n".join(paper_credits(state.cursor(), result)) or "none", language=None, wrap_lines=True)
        st.download_button(
            f"Download {counted(result.total, 'paper')}", lambda: _packed(result, formats),
            "touchstone-papers.zip", "application/zip", key="p-download", type="primary", icon=":material/download:",
            on_click="ignore", disabled=not formats,
        )  # fmt: skip


def _packed(result: PapersResult, formats: Sequence[str]) -> bytes:
    return zip_of(render_papers(state.cursor(), result, formats)[1])
