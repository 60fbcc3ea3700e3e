"""What differs between two assessments?"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import streamlit as st

from app.components import state
from app.components.comparison_views import (
    LEFT,
    RIGHT,
    SIDE_LABELS,
    answer,
    comparison_chart,
    comparison_table,
    item_beside,
    side_table,
    since_signed_view,
)
from app.components.feedback import empty, show_error
from app.components.figure import figure
from app.components.frame import page_header, source_line
from app.components.portfolio_words import STATE_WORDS
from app.components.url_state import from_url, hold, to_url
from app.navigation import page_link
from governance.assessment.assessments import assessments
from governance.assessment.changes import changes_since_signed, compare_assessments
from governance.assessment.records import Assessment
from governance.assessment.systems import systems
from governance.catalogue.selection import choice
from governance.errors import TouchstoneError

QUESTION = "What differs between two assessments?"
HELP = "Item by item: both answers, which fields differ, and evidence that only one of them rests on."
VIEWS = {"beside": "Side by side", "since": "Since it was signed"}
SHOWS = {"differing": "Only what differs", "all": "Every item"}

bench = state.workbench()
names = {one.record.id: one.record.name for one in systems(bench)}
known = {one.record.id: one.record for one in assessments(bench)}
FORM_LABELS = {"social_impact": "social impact", "risk": "risk"}


def label(key: str) -> str:
    """Name an assessment as people do."""
    one = known[key]
    version = f", version {one.system_version}" if one.system_version else ""
    name = names.get(one.system, one.system)
    return f"{name}: {FORM_LABELS[one.form]} {one.number}{version}, {STATE_WORDS[one.state]}"


def sidebar() -> tuple[Assessment, Assessment | None, str, str]:
    """Let the reader choose; give both assessments, the view and which items to show."""
    from_url("view", "beside", lambda value: choice(value, tuple(VIEWS), "option view"))
    st.radio("View", list(VIEWS), key="view", format_func=VIEWS.__getitem__, help="Two assessments, or then and now")
    view, ids = to_url("view", "beside"), list(known)
    forms = Counter(one.form for one in known.values())
    paired = next((key for key in ids if forms[known[key].form] > 1), ids[0])
    from_url("a", paired, lambda value: choice(value, ids, "address, a"))
    hold("a")
    st.selectbox(
        LEFT if view == "beside" else "Assessment", ids, key="a", format_func=label,
        help="Its answers stand at the left" if view == "beside" else "What is compared with what was signed",
    )  # fmt: skip
    one = known[to_url("a", paired)]
    others = [key for key in ids if key != one.id and known[key].form == one.form]
    if view == "since" or not others:
        return one, None, view, "all"
    usual = next((key for key in others if key == one.previous or known[key].previous == one.id), others[0])
    if st.query_params.get("b") not in others:
        st.query_params.pop("b", None)
    from_url("b", usual, lambda value: choice(value, others, "address, b"))
    hold("b")
    st.selectbox(RIGHT, others, key="b", format_func=label, help="By the same form; its answers stand at the right")
    other = known[to_url("b", usual)]
    from_url("show", "differing", lambda value: choice(value, tuple(SHOWS), "option show"))
    st.radio("Show", list(SHOWS), key="show", format_func=SHOWS.__getitem__, help="Leave out what both say alike")
    return one, other, view, to_url("show", "differing")


def beside(one: Assessment, other: Assessment, show: str) -> None:
    """Show two assessments item by item."""
    found = compare_assessments(bench, state.framework(), one.id, other.id)
    page_header(QUESTION, answer(found, label(one.id), label(other.id)), help=HELP)
    figure(
        comparison_chart(found),
        title="Items by what the two say",
        alt=", ".join(f"{SIDE_LABELS[side]}: {n}" for side, n in found.counts.items()),
        caption=f"left: {label(one.id)} · right: {label(other.id)}",
        table=comparison_table(found),
        key="sides",
    )
    item = side_table(found, all_items=show == "all")
    if item is not None:
        item_beside(found, item, label(one.id), label(other.id))
    source_line("Your workbench", f"as of {datetime.now(UTC).date()}", n=len(found.items))


def body() -> None:
    """Draw the page for what the sidebar asks."""
    with st.sidebar:
        one, other, view, show = sidebar()
    if view == "since":
        since_signed_view(changes_since_signed(bench, state.framework(), one.id), label(one.id))
    elif other is None:
        page_header(QUESTION, "**There is no second assessment by that form yet.**", help=HELP)
        empty("Two are needed.", "Assess another system by the same form, or make a new version of a signed one.")
        page_link("systems", "Go to the systems", icon=":material/dashboard:")
    else:
        beside(one, other, show)


try:
    if known:
        body()
    else:
        page_header(QUESTION, "**Nothing to compare yet.**", help=HELP)
        empty("No assessment was started.", "Add a system and start its social-impact evaluation; then another.")
        page_link("systems", "Go to the systems", icon=":material/dashboard:")
except TouchstoneError as error:
    page_header(QUESTION, "**That cannot be compared.**", help=HELP)
    show_error(error)
