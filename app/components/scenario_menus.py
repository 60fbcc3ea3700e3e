"""Keep a scenario under a title, open or delete kept ones."""

from __future__ import annotations

from datetime import date

import streamlit as st

from app.components import state
from app.components.feedback import show_error
from app.components.frame import plain
from app.components.history_editor import keep
from app.components.scenario_source import Source
from app.navigation import open_page
from governance.compute.results import ScenarioResult
from governance.compute.saved_scenarios import ScenarioDraft, delete_scenario, scenario_versions, scenarios
from governance.errors import TouchstoneError
from governance.exports.memo import scenario_memo
from governance.exports.memo_formats import FORMATS, render_memo

MEMO_LABELS = {"pdf": "PDF", "md": "Markdown", "html": "HTML", "docx": "Word"}


def save_menu(source: Source, as_of: date) -> None:
    """Offer to keep the run under a title, and what is kept already."""
    with st.popover("Save", icon=":material/bookmark_add:", help="Keep this run as a scenario with versions"):
        with st.form("save-scenario", border=False):
            title = st.text_input("Title", value=source.title, max_chars=200, help="Its address is made from it")
            note = st.text_area(
                "Note", value=source.saved.note if source.saved else "", max_chars=4000, help="Optional"
            )
            if st.form_submit_button("Save", type="primary", icon=":material/save:"):
                if source.saved:
                    keep(source.saved.draft(title=title, note=note, as_of=as_of), source)
                else:
                    keep(ScenarioDraft(history=source.history, title=title, note=note, as_of=as_of))
        if source.saved:
            _versions(source)
        _kept()


def _versions(source: Source) -> None:
    saved = source.saved
    assert saved is not None
    versions = scenario_versions(state.workbench(), saved.id)
    st.markdown(f"**Versions of {plain(saved.title)}**")
    for one in versions:
        label = f"{one.revision}: {one.updated:%Y-%m-%d %H:%M} UTC, {len(one.history.runs):,} runs"
        if st.button(label, key=f"version-{one.revision}", type="tertiary", disabled=one.revision == saved.revision):
            open_page("thresholds", scenario=one.id, revision=str(one.revision))
    if st.button("Delete this scenario", icon=":material/delete:", key="delete-scenario", help="All of its versions"):
        try:
            delete_scenario(state.workbench(), saved.id)
        except TouchstoneError as error:
            show_error(error)
        else:
            open_page("thresholds")


def _kept() -> None:
    kept = scenarios(state.workbench())
    if kept:
        st.markdown("**Saved scenarios**")
    for one in kept[:20]:
        if st.button(plain(one.title), key=f"open-{one.id}", type="tertiary", icon=":material/folder_open:"):
            open_page("thresholds", scenario=one.id)


def memo_menu(source: Source, result: ScenarioResult) -> None:
    """Offer the answer as a memo: inputs, results, rule texts, date and limits."""
    with st.popover("Memo", icon=":material/description:", help="Inputs, results, rule texts and limits as a file"):
        kind = st.radio(
            "As", FORMATS, key="memo-format", format_func=MEMO_LABELS.__getitem__, horizontal=True,
            help="PDF is tagged for screen readers; Markdown is easiest to edit",
        )  # fmt: skip
        st.download_button(
            "Download memo", lambda: _memo(source, result, kind), f"memo-{result.as_of}.{kind}",
            type="primary", icon=":material/download:", on_click="ignore", key="memo-download",
        )  # fmt: skip


def _memo(source: Source, result: ScenarioResult, kind: str) -> bytes:
    memo = scenario_memo(
        result, source.history, state.law().instruments, source.title, state.version(), rules=state.law().rules
    )
    return render_memo(memo, kind)
