"""What do the findings on this system rest on, and is it still good?"""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import streamlit as st

from app.components import state
from app.components.evidence_add import add_evidence_button, added_to, edit_form
from app.components.evidence_chips import open_evidence
from app.components.evidence_words import (
    FLAG_WORDS,
    KIND_ICONS,
    KIND_WORDS,
    PARTY_WORDS,
    evidence_words,
    facts_rows,
    flag_badges,
)
from app.components.feedback import empty, show_error
from app.components.frame import headings, number, page_header, plain, source_line
from app.components.url_state import from_url, hold, to_url
from app.navigation import page_link
from governance.assessment.citations import cited_by
from governance.assessment.evidence import edit_evidence, remove_evidence
from governance.assessment.evidence_age import AgedEvidence, aged_evidence
from governance.assessment.staleness import UNTOLD
from governance.assessment.systems import systems
from governance.catalogue.selection import choice
from governance.errors import TouchstoneError

QUESTION = "What do the findings on this system rest on, and is it still good?"
HELP = (
    "Evidence is stale where it is older than the system's version, a newer version of its scorer is known, or the "
    "catalogue now says otherwise of its record. Without an effective date its age is unknown; so is whether a figure "
    "of an earlier catalogue still holds."
)


def row(one: AgedEvidence) -> dict[str, object]:
    """Give a piece of evidence as a row of the table."""
    return {
        "title": one.title,
        "age": [FLAG_WORDS[flag.kind] for flag in one.flags] or ["current"],
        "kind": KIND_WORDS[one.kind],
        "party": PARTY_WORDS[one.party] if one.party else "not stated",
        "effective": one.effective,
        "added": one.added.date(),
    }


def detail(one: AgedEvidence) -> None:
    """Show one piece: what it is, what it says, who rests on it, and what can be done with it."""
    st.header(f"{KIND_ICONS[one.kind]} {plain(one.title)}", anchor=False)
    st.markdown(f"{plain(one.id)} · {evidence_words(one)} {flag_badges(one.flags)}")
    for flag in one.flags:
        st.caption(f"{FLAG_WORDS[flag.kind].capitalize()}: {plain(flag.words)}.")
    if one.summary:
        st.markdown(f"> {plain(one.summary)}")
    open_evidence(one, key="open")
    page_link("trace", "Trace", icon=":material/conversion_path:", id=f"evidence:{one.id}")
    cited = cited_by(state.workbench(), one.id)
    words = ", ".join(f"{plain(each.item)} of {plain(each.assessment)} ({each.state})" for each in cited)
    st.markdown(f"Cited in {words}." if cited else "No answer cites it yet.")
    st.dataframe(
        pl.DataFrame(facts_rows(one)), hide_index=True, key=f"facts-{one.id}", alt=f"What is kept of {one.title}"
    )
    if one.figure and one.figure.rows:
        table = pl.DataFrame(list(one.figure.rows), infer_schema_length=None)
        st.dataframe(table, hide_index=True, key=f"rows-{one.id}", alt="The rows behind the figure when it was frozen")
    with st.expander("Edit or remove", icon=":material/edit:"):
        try:
            changed = edit_form(one, key=f"edit-{one.id}")
            if changed is not None:
                edit_evidence(state.workbench(), one.id, one.revision, changed, datetime.now(UTC))
                st.rerun()
            if st.button("Remove", icon=":material/delete:", key="remove", help="Only what no answer cites"):
                remove_evidence(state.workbench(), one.id, datetime.now(UTC))
                st.rerun()
        except TouchstoneError as error:
            show_error(error)


known = {one.record.id: one.record for one in systems(state.workbench())}
if not known:
    page_header(QUESTION, "**No system yet**, so there is nothing to show.")
    empty("No system is kept here.", "Make one on the Systems page, or send a figure to evidence and name one there.")
    page_link("systems", "Open Systems", icon=":material/arrow_forward:")
    st.stop()
first = next(iter(known))
with st.sidebar:
    from_url("system", first, lambda value: choice(value, tuple(known), "address, system"))
    hold("system")
    st.selectbox(
        "System", list(known), key="system", format_func=lambda one: known[one].name, help="Whose evidence is shown"
    )
    system = to_url("system", first, always=True)
    versions = {"": "Newest", **{one.version: one.version for one in known[system].versions}}
    if st.session_state.get("version") not in versions:
        st.session_state.pop("version", None)
    from_url("version", "", lambda value: choice(value, tuple(versions), "address, version"))
    st.selectbox(
        "Judge its age against", list(versions), key="version", format_func=versions.__getitem__,
        help="The version of the system that is assessed",
    )  # fmt: skip
    version = to_url("version", "")

found = aged_evidence(state.workbench(), state.cursor(), system, version)
stale = sum(one.stale for one in found)
unknown = sum(not one.stale and bool(one.flags) for one in found)
pieces = "piece" if len(found) == 1 else "pieces"
answer = f"**{number(len(found))}** {pieces} of evidence for {plain(known[system].name)} · **{number(stale)} stale**"
actions = page_header(QUESTION, f"{answer} · {number(unknown)} of unknown age", help=HELP)
with actions:
    add_evidence_button(system, key="evidence", primary=True)
    new = added_to("evidence")
if new:
    st.query_params["id"] = new[-1]

if not found:
    empty("Nothing is kept yet.", "Add a link, a record or a file, or send a figure from any page.")
else:
    table = pl.DataFrame([row(one) for one in found], schema_overrides={"effective": pl.Date})
    st.dataframe(
        table, hide_index=True, key="evidence-table", alt=f"Evidence of {known[system].name}, the newest first",
        placeholder="not stated",
        column_config=headings(table) | {
            "title": st.column_config.TextColumn("Title", pinned=True, width=300),
            "effective": st.column_config.DateColumn("Effective", format="YYYY-MM-DD"),
            "added": st.column_config.DateColumn("Added", format="YYYY-MM-DD"),
            "age": st.column_config.MultiselectColumn(
                "Age",
                options=["current", *FLAG_WORDS.values()],
                color=["green", *("gray" if kind in UNTOLD else "orange" for kind in FLAG_WORDS)],
            ),
        },
    )  # fmt: skip
    ids = [one.id for one in found]
    from_url("id", ids[0], lambda value: choice(value, tuple(ids), "address, id"))
    if st.session_state.get("id") not in ids:
        st.session_state["id"] = ids[0]
    titles = {one.id: one.title for one in found}
    hold("id")
    st.selectbox("Show", ids, key="id", format_func=lambda one: f"{titles[one]} ({one})", help="One in full")
    shown = to_url("id", ids[0])
    detail(next(one for one in found if one.id == shown))

source_line(
    "What you and your colleagues kept; nothing behind a link was fetched", f"version {versions[version]}", n=len(found)
)
