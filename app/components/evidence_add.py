"""Add evidence to a system: a link, a record of the catalogue or a file; figures come from their own pages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

import streamlit as st

from app.components import state
from app.components.evidence_words import PARTY_WORDS
from app.components.feedback import show_error
from app.navigation import close_dialog, is_open, open_dialog
from governance.assessment.evidence import About, KeptEvidence, add_file, add_link, add_record, read_about
from governance.assessment.systems import get_system
from governance.assessment.uploads import MAX_BYTES, TAKEN
from governance.assessment.vocabulary import PARTIES
from governance.catalogue.search import MAX_WORDS, search
from governance.errors import BadInput, TouchstoneError

Way = Literal["link", "record", "file"]
WAYS: dict[Way, str] = {"link": "Link", "record": "Catalogue record", "file": "File"}
FOUND_KINDS = {
    "dataset": "dataset",
    "collection": "collection",
    "ai_model": "model",
    "licence": "licence",
    "accelerator": "accelerator",
}
"""Kind of what a search finds to kind of record."""
MOST_FOUND, SEARCHED = 12, 60


def add_evidence_button(system_id: str, *, key: str, primary: bool = False) -> None:
    """Offer to add evidence; the form is drawn only once it is asked for."""
    st.button(
        "Add evidence", icon=":material/add:", key=f"{key}-add", type="primary" if primary else "secondary",
        help="A link, a record of the catalogue or a file", on_click=open_dialog, args=(f"{key}-add",),
    )  # fmt: skip
    if is_open(f"{key}-add"):
        _add(system_id, key)


def added_to(key: str) -> list[str]:
    """Give, once, the ids of what was added since the page was drawn."""
    return list(st.session_state.pop(f"{key}-added", []))


@st.dialog("Add evidence", on_dismiss=close_dialog)
def _add(system_id: str, key: str) -> None:
    way = st.segmented_control(
        "Kind", list(WAYS), key=f"{key}-way", default="link", format_func=WAYS.__getitem__, required=True,
        help="To keep a figure of this app, open its page and choose 'Send to evidence' below the figure",
    )  # fmt: skip
    url, record, file = "", None, None
    if way == "link":
        url = st.text_input(
            "Address", key=f"{key}-url", max_chars=2_000, placeholder="https://example.org/report",
            help="http or https; it is kept and never fetched",
        )  # fmt: skip
    elif way == "record":
        record = _record(key)
    else:
        file = st.file_uploader(
            "File", key=f"{key}-file", max_upload_size=MAX_BYTES // 1_000_000,
            help=f"{TAKEN}; at most 20 MB. Its name is dropped, its kind is told from its bytes",
        )  # fmt: skip
    about = _about(system_id, key, record[1] if record else "")
    if st.button("Add", type="primary", icon=":material/save:", key=f"{key}-save"):
        try:
            kept = _keep(system_id, way, (url, record[0] if record else None, file.getvalue() if file else None), about)
        except TouchstoneError as error:
            show_error(error)
        else:
            st.session_state.setdefault(f"{key}-added", []).append(kept.id)
            close_dialog()
            st.rerun()


def _record(key: str) -> tuple[tuple[str, str], str] | None:
    """Search the catalogue; gives kind and id of what was chosen, and its name."""
    words = st.text_input(
        "Find", key=f"{key}-find", type="search", max_chars=MAX_WORDS, icon=":material/search:",
        placeholder="name or id", help="A dataset, collection, model, licence, chip or threshold",
    )  # fmt: skip
    asked = words.strip().casefold()
    if not asked:
        return None
    names = {
        ("threshold", one.id): one.instrument
        for one in state.law().instruments
        if asked in one.id.casefold() or asked in one.instrument.casefold()
    }
    for hit in search(state.cursor(), words, SEARCHED):
        if hit.kind in FOUND_KINDS:
            names[FOUND_KINDS[hit.kind], hit.id] = hit.name
    if not names:
        st.caption("Nothing of that name is in the catalogue. Try fewer words or another spelling.")
        return None
    offered = dict(list(names.items())[:MOST_FOUND])
    chosen = st.selectbox(
        "Record", list(offered), key=f"{key}-record", format_func=lambda one: f"{offered[one]} ({one[0]} {one[1]})",
        help="What the catalogue says of it now is kept with it",
    )  # fmt: skip
    return (chosen, offered[chosen]) if chosen in offered else None


def _about(system_id: str, key: str, name: str) -> dict[str, object]:
    versions = [one.version for one in get_system(state.workbench(), system_id).record.versions]
    title = st.text_input(
        "Title", key=f"{key}-title", max_chars=200, placeholder=name[:200], help="What to call it in lists"
    )
    left, right = st.columns(2)
    party = left.selectbox(
        "Made by", PARTIES, index=None, key=f"{key}-party", format_func=PARTY_WORDS.__getitem__,
        placeholder="Not stated", help="The developer, somebody else, or both together",
    )  # fmt: skip
    effective = right.date_input(
        "Effective date", None, key=f"{key}-effective", format="YYYY-MM-DD",
        help="The day from which it holds, such as that of the report; not the day of upload",
    )  # fmt: skip
    version = left.selectbox(
        "About version", versions, index=None, key=f"{key}-version", placeholder="Not stated",
        help="The version of the system it is about; add versions on the Systems page",
    )  # fmt: skip
    scorer = right.text_input(
        "Scorer and version", key=f"{key}-scorer", max_chars=300, placeholder="e.g. detoxify 0.5",
        help="What gave the numbers; evidence is flagged once a newer version is known",
    )  # fmt: skip
    note = st.text_area("What it says", key=f"{key}-summary", max_chars=20_000, height=80, help="In your own words")
    said = {"title": title.strip() or name[:200], "party": party, "effective": effective}
    return {**said, "system_version": version or "", "scorer": scorer, "summary": note}


def _keep(
    system_id: str,
    way: str,
    given: tuple[str, tuple[str, str] | None, bytes | None],
    said: dict[str, object],
) -> KeptEvidence:
    bench, now = state.workbench(), datetime.now(UTC)
    url, record, content = given
    if way == "record" and record is None:
        raise BadInput("no record is chosen", "record", "search for one and choose it")
    if way == "file" and content is None:
        raise BadInput("no file is chosen", "file", f"choose one: {TAKEN}")
    if not said["title"]:
        raise BadInput("the title is missing", "title", "say what it is in a few words")
    about: About = read_about(**said)
    if way == "link":
        return add_link(bench, system_id, url, about, now)
    if record is not None and way == "record":
        return add_record(bench, state.cursor(), system_id, record, about, now)
    return add_file(bench, system_id, content or b"", about, now)


def edit_form(one: KeptEvidence, *, key: str) -> About | None:
    """Draw what may be edited of evidence; gives it once it is to be saved.

    Args:
        one: The evidence as it was read.
        key: Unique on the page.
    """
    versions = [entry.version for entry in get_system(state.workbench(), one.system).record.versions]
    with st.form(f"{key}-form", border=False):
        title = st.text_input("Title", one.title, max_chars=200, help="What to call it in lists")
        left, right = st.columns(2)
        party = left.selectbox(
            "Made by", PARTIES, index=PARTIES.index(one.party) if one.party else None,
            format_func=PARTY_WORDS.__getitem__, placeholder="Not stated", help="Developer, somebody else, or both",
        )  # fmt: skip
        effective = right.date_input("Effective date", one.effective, format="YYYY-MM-DD", help="From when it holds")
        version = left.selectbox(
            "About version", versions, placeholder="Not stated", help="Of the system",
            index=versions.index(one.system_version) if one.system_version in versions else None,
        )  # fmt: skip
        scorer = right.text_input("Scorer and version", one.scorer, max_chars=300, help="What gave the numbers")
        note = st.text_area("What it says", one.summary, max_chars=20_000, height=100, help="In your own words")
        if not st.form_submit_button("Save", icon=":material/save:"):
            return None
    return read_about(
        title=title, party=party, effective=effective, system_version=version or "", scorer=scorer, summary=note
    )
