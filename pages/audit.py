"""Is the trail whole, and who changed what?"""

from __future__ import annotations

import streamlit as st

from app.components import state
from app.components.audit_views import LIMITS, QUICK, answer, days_chart, days_table, head_file, one_change, rows_table
from app.components.feedback import empty, show_error
from app.components.figure import figure
from app.components.frame import headings, number, page_header, source_line
from app.components.url_state import from_url, to_url
from governance.catalogue.selection import choice
from governance.errors import BadInput, TouchstoneError
from governance.records.audit import (
    Head,
    audit_days,
    audit_facets,
    audit_rows,
    export_trail,
    read_head,
    verify,
)
from governance.records.audit import head as trail_head

ROWS = 50
FOUND = "audit-found"
workbench = state.workbench()
facets, head = audit_facets(workbench), trail_head(workbench)


def check(against: Head | None = None) -> None:
    """Read the whole trail and keep what was found, until the trail grows."""
    with st.spinner(f"Checking {number(head.rows)} changes", show_time=True):
        bar = st.progress(0.0) if head.rows > QUICK else None

        def told(rows: int) -> None:
            if bar:
                bar.progress(min(1.0, rows / head.rows), f"{number(rows)} read")

        st.session_state[FOUND] = (head, verify(workbench, against, told), against)
        if bar:
            bar.empty()


def check_kept() -> None:
    """Check against a head that was uploaded or pasted."""
    file, pasted = st.session_state.get("kept-file"), st.session_state.get("kept-text", "")
    try:
        text = file.getvalue().decode("utf-8", "replace") if file else pasted
        if not text.strip():
            raise BadInput("no head is given", "check against a head", "upload the file or paste its text")
        st.session_state["check-against"] = read_head(text, "the head you gave")
    except TouchstoneError as error:
        st.session_state["kept-error"] = error


def whole_number(text: str) -> None:
    """Refuse what is no place in the trail."""
    if text and not (text.isascii() and text.isdigit() and len(text) < 16):
        raise BadInput(f"'{text:.20}' is no row of the trail", "address", "use a whole number")


with st.sidebar:
    from_url("kind", "", lambda value: choice(value, ("", *facets.kinds), "address, kind"))
    st.selectbox(
        "Kind of record", ["", *facets.kinds], key="kind", format_func=lambda value: value or "All",
        help="Only changes of such records",
    )  # fmt: skip
    from_url("actor", "", lambda value: choice(value, ("", *facets.actors), "address, actor"))
    st.selectbox(
        "Who", ["", *facets.actors], key="actor", format_func=lambda value: value or "Everybody",
        help="Only changes by this person, as the trail names them",
    )  # fmt: skip
    from_url("record", "")
    st.text_input("Record", key="record", help="Only changes of the record of this id", placeholder="any id")
    kind, actor, record = to_url("kind", ""), to_url("actor", ""), to_url("record", "")

asked = st.session_state.pop("check-against", None)
checked, found, kept = st.session_state.get(FOUND, (None, None, None))
if asked is not None or (checked != head and head.rows <= QUICK):
    check(asked)
    checked, found, kept = st.session_state[FOUND]
actions = page_header(
    "Is the trail whole, and who changed what?",
    answer(found if checked == head else None, head.rows, kept),
    help="Every change adds a row with the hash of the row before, in the same transaction as the change.",
)
with actions:
    st.button(
        "Check", icon=":material/verified:", type="primary", on_click=check, help="Read every row and check its hash"
    )
    with st.popover("Keep", icon=":material/download:", help="Take the trail and its head out of here"):
        st.download_button(
            "Download the head", head_file(head), "head.json", "application/json", on_click="ignore",
            help="Rows and last hash: keep it where nobody here can change it",
        )  # fmt: skip
        st.download_button(
            "Download the trail", lambda: "".join(export_trail(workbench)), "trail.jsonl", "application/x-ndjson",
            on_click="ignore", help="All rows as JSON lines",
        )  # fmt: skip
    with st.popover("Compare with a head", icon=":material/rule:", help="Find a cut end, or a trail written anew"):
        st.file_uploader("A head you kept", type=["json"], key="kept-file", help="As it was downloaded here")
        st.text_area("Or paste it", key="kept-text", placeholder='{"rows": 12, "hash": "…"}', help="The same, as text")
        st.button("Compare", icon=":material/rule:", on_click=check_kept, help="Check the trail up to that head and on")
error = st.session_state.pop("kept-error", None)
if error:
    show_error(error)

if head.rows == 0:
    empty("Nothing was changed yet.", "Save a list, a scenario or an assessment, and it is noted here.")
else:
    days = days_table(audit_days(workbench))
    figure(
        days_chart(days),
        title="Changes by day",
        alt=f"Bars: changes by day, {number(head.rows)} in all; refused ones apart; numbers in the table",
        caption=f"n = {number(head.rows)} changes · days with any, the last {days['day'].n_unique()}",
        table=days,
        key="days",
    )
    before = from_url("before", "", whole_number)
    rows = audit_rows(
        workbench, kind=kind or None, record=record.strip() or None, actor=actor or None,
        before=int(before) if before else None, limit=ROWS,
    )  # fmt: skip
    if not rows:
        empty("No change meets the filters.", "Take one of them out, at the left.")
    table = rows_table(rows)
    event = st.dataframe(
        table, hide_index=True, height=min(38 + 35 * max(len(rows), 1), 400), on_select="rerun",
        selection_mode="single-row", key=f"rows-{kind}-{actor}-{record}-{before}", alt="The newest changes",
        column_config=headings(table) | {"seq": st.column_config.NumberColumn("Row", format="localized", pinned=True)},
    )  # fmt: skip
    with st.container(horizontal=True):
        if len(rows) == ROWS and st.button("Older", icon=":material/arrow_forward:", help="The changes before these"):
            st.query_params["before"] = str(rows[-1].seq)
            st.rerun()
        if before and st.button("Newest", icon=":material/first_page:", help="Back to the newest changes"):
            del st.query_params["before"]
            st.rerun()
    chosen = from_url("row", "", whole_number)
    picked = [rows[index].seq for index in event["selection"]["rows"] if index < len(rows)]
    if picked:
        chosen = st.query_params["row"] = str(picked[0])
    shown = audit_rows(workbench, before=int(chosen) + 1, limit=1) if chosen else ()
    if shown and shown[0].seq == int(chosen):
        one_change(shown[0])
    elif rows:
        st.caption("Choose a row to see what changed, field by field.")
with st.expander("What this check can show, and what it cannot"):
    st.markdown(LIMITS)
source_line("Source: the trail of this workbench", f"head {head.hash[:12]}…", n=head.rows)
