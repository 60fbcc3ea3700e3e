"""Take an assessment away as a report: the file is made only when it is asked for."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from app.components import state
from governance.exports.assessment_formats import REPORT_KINDS, ReportFormat, render_assessment
from governance.records.store import Workbench


def report_menu(assessment_id: str, *, key: str = "report") -> None:
    """Offer an assessment as a file in each format.

    Args:
        assessment_id: Which.
        key: Unique on the page.
    """
    with st.popover(
        "Download report", icon=":material/download:", help="PDF, Word, HTML, Markdown, Excel, CSV, OSCAL or JSON"
    ):
        kind = REPORT_KINDS[
            st.selectbox(
                "Format", list(REPORT_KINDS), key=f"{key}-format", format_func=lambda name: REPORT_KINDS[name].label,
                help="Reports name approvers, date, open items, evidence with hashes and the head of the trail",
            )
        ]  # fmt: skip
        st.caption(kind.help)
        files = kind.write is None and st.checkbox(
            "With the uploaded files", key=f"{key}-files", help="Their hashes go along in any case"
        )
        bench = state.workbench()  # the file is made outside the script run, where nobody is at work
        st.download_button(
            "Download",
            lambda: _content(bench, assessment_id, kind.format, files),
            f"{assessment_id}{kind.ending}",
            kind.media_type,
            key=f"{key}-download",
            type="primary",
            icon=":material/download:",
            on_click="ignore",
            help="Made from what is recorded now",
        )


def _content(bench: Workbench, assessment_id: str, format: ReportFormat, files: bool) -> bytes:
    return render_assessment(bench, state.cursor(), assessment_id, format, datetime.now(UTC), files=files)
