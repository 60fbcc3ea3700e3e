"""Case sheets of open-world evaluations: listed, read and written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl
import streamlit as st

from app.components import state
from app.components.feedback import empty, show_error
from app.components.frame import plain
from app.components.share_chart import percent
from app.components.url_state import hold
from governance.assessment.cases import cases, delete_case, read_case, run_share, save_case
from governance.assessment.study_content import RULE
from governance.assessment.study_records import CaseRecord
from governance.errors import BadInput, TouchstoneError

_TEXTS = ("title", "system", "task", "budget", "interventions_note", "logs", "outcome", "notes", "url", "published")
_NUMBERS = ("n", "reached", "interventions", "avoidable")
NEW = ""


def case_view() -> None:
    """List the case sheets, show one, and offer the form for a new or changed one."""
    found = cases(state.workbench())
    st.markdown(
        "**A case is a long task of the real world, tried a few times.** It is read on its own and never averaged "
        "with benchmark scores; so few runs leave a wide interval."
    )
    if found:
        _table(found)
    else:
        empty("No case sheet is kept here.", "Write one below: task, budget, interventions, logs, runs, outcome.")
    names = {one.id: one.case.title for one in found}
    hold("case")
    chosen = st.selectbox(
        "Case sheet", [NEW, *names], key="case", format_func=lambda key: names.get(key, "A new one"),
        help="Choose one to read or change, or write a new one",
    )  # fmt: skip
    base = next((one for one in found if one.id == chosen), None)
    if base is not None:
        _card(base)
    with st.expander("Write a new case sheet" if base is None else "Change this case sheet", expanded=not found):
        _form(base)


def _table(found: Sequence[CaseRecord]) -> None:
    rows = []
    for one in found:
        share, case = run_share(one.case), one.case
        told = (
            "not stated"
            if share.share is None
            else f"{percent(share.share)} ({percent(share.low)} to {percent(share.high)})"
        )
        rows.append(
            {
                "case": case.title, "system": case.system or "not stated", "runs": case.n, "reached": told,
                "interventions": case.interventions, "avoidable": case.avoidable,
                "missing": ", ".join(share.missing) or "nothing",
            }
        )  # fmt: skip
    st.dataframe(
        pl.DataFrame(rows, infer_schema_length=None), hide_index=True, key="cases", height="content",
        placeholder="not stated", alt=f"{len(found)} case sheets",
        column_config={
            "case": st.column_config.TextColumn("Case", pinned=True, width=220),
            "system": st.column_config.TextColumn("System", width=160),
            "runs": st.column_config.NumberColumn("Runs", width=70),
            "reached": st.column_config.TextColumn("Reached the end", width=170, help="Exact 95% interval"),
            "interventions": st.column_config.NumberColumn("Interventions", width=115),
            "avoidable": st.column_config.NumberColumn("Avoidable", width=95),
            "missing": st.column_config.TextColumn("Not stated", width=220),
        },
    )  # fmt: skip


def _card(one: CaseRecord) -> None:
    case, share = one.case, run_share(one.case)
    with st.container(border=True):
        st.markdown(f"**{plain(case.title)}**  \n{plain(case.task)}")
        reached = "not stated"
        if share.share is not None:
            reached = f"{case.reached} of {case.n}, exact 95% interval {percent(share.low)} to {percent(share.high)}"
        facts = [
            ("System", case.system), ("Budget", case.budget), ("Reached the end", reached),
            ("Interventions", f"{_told(case.interventions)}, avoidable {_told(case.avoidable)}"),
            ("What they were", case.interventions_note), ("Logs", case.logs), ("Outcome", case.outcome),
            ("Notes", case.notes), ("Published", case.published), ("Kept by", one.author.partition(":")[2]),
        ]  # fmt: skip
        st.markdown("\n".join(f"- {label}: **{plain(value or 'not stated')}**" for label, value in facts))
        with st.popover("Delete", icon=":material/delete:", help="Take this case sheet away"):
            st.markdown("Delete this case sheet? The trail keeps that it was there.")
            st.button(
                "Delete for good", icon=":material/delete_forever:", key="case-delete", on_click=_delete, args=(one,)
            )


def _form(base: CaseRecord | None) -> None:
    st.caption(RULE)
    key = base.id if base else "new"
    case = base.case if base else None

    def usual(name: str) -> str:
        value = getattr(case, name) if case else None
        return "" if value is None else str(value)

    with st.form(f"case-form-{key}", border=False, enter_to_submit=False):
        said: dict[str, Any] = {}
        for name, label, help in _ASKED:
            if name in ("task", "outcome", "notes", "interventions_note"):
                said[name] = st.text_area(
                    label, usual(name), key=f"c-{key}-{name}", height=80, max_chars=2_000, help=help
                )
            else:
                said[name] = st.text_input(label, usual(name), key=f"c-{key}-{name}", max_chars=300, help=help)
        if st.form_submit_button("Save case", icon=":material/save:", help="Checks the words, then keeps it"):
            _save(said, base)


_ASKED = (
    ("title", "Title", "What to call it"),
    ("task", "Task and the state to be reached", "In a few sentences"),
    ("system", "System", "Agent or model that was set to work"),
    ("budget", "Budget", "Time and money allowed"),
    ("n", "Runs", "A count"),
    ("reached", "Runs that reached the end", "A count; leave empty where it is not stated"),
    ("interventions", "Human interventions", "A count over all runs"),
    ("avoidable", "Of these avoidable", "A count"),
    ("interventions_note", "What they were", "What a human did, and why"),
    ("logs", "Logs", "An address with https://, or the id of evidence that is no file"),
    ("outcome", "Outcome", "What happened"),
    ("notes", "Notes", "What numbers do not say"),
    ("url", "Address", "Where it is published, with https://"),
    ("published", "Published", "A day, month or year"),
)


def _save(said: dict[str, Any], base: CaseRecord | None) -> None:
    try:
        fields = {name: _count(name, value) if name in _NUMBERS else value for name, value in said.items()}
        fields["reviewed"] = datetime.now(UTC).date().isoformat()
        case = read_case(fields, "case form")
        kept = save_case(
            state.workbench(), case, datetime.now(UTC), base.id if base else None, base.revision if base else None
        )
    except TouchstoneError as error:
        show_error(error)
        return
    st.toast(f"Saved **{plain(kept.case.title)}**.", icon=":material/check:")
    st.rerun()


def _count(name: str, text: str) -> int | None:
    if not text.strip():
        return None
    try:
        return int(text)
    except ValueError as error:
        what = f"'{text[:40]}' is not a whole number"
        raise BadInput(what, f"case form, {name}", "write a whole number, such as 1") from error


def _told(count: int | None) -> str:
    return "not stated" if count is None else str(count)


def _delete(one: CaseRecord) -> None:
    try:
        delete_case(state.workbench(), one.id, datetime.now(UTC))
    except TouchstoneError as error:
        show_error(error)
        return
    st.session_state.pop("case", None)
    st.toast(f"Deleted **{plain(one.case.title)}**.", icon=":material/delete:")
