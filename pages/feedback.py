"""Whose votes are these, and can they leave?"""

from __future__ import annotations

import streamlit as st

from app.components import state
from app.components.feedback import empty
from app.components.frame import counted, number, page_header, plain, source_line
from app.components.pool_form import LEAVE_LABELS, clash_view, edit_form, forget_edit, pool_form
from app.components.pool_views import add_form, coverage_part, export_row, leave_form, pools_table, told
from app.navigation import open_page
from governance.consent.feedback import PoolState, pools

QUESTION = "Whose votes are these, and can they leave?"
HELP = "Votes train and rank models. A pool keeps who gave them, what they were told, and takes them out on request."

listed = pools(state.workbench())
asked = st.query_params.get("pool", "")


def all_pools() -> None:
    """Lead back to the list."""
    st.button("All pools", icon=":material/arrow_back:", key="all", on_click=st.query_params.clear, type="tertiary")


def overview() -> None:
    """List the pools."""
    forget_edit()
    votes, left = sum(one.coverage.votes for one in listed), sum(one.withdrawn for one in listed)
    told_so = f"**{counted(votes, 'vote')} in {counted(len(listed), 'pool')}**; "
    told_so += f"{counted(left, 'person', 'people')} left with theirs."
    actions = page_header(QUESTION, told_so if listed else "**No pool yet.** A pool keeps votes and terms.", help=HELP)
    with actions:
        pool_form()
    if not listed:
        empty("No pool is here.", "Make one, then add a file of battles with a column of contributors.")
    elif chosen := pools_table(listed):
        open_page("feedback", pool=chosen)
    source_line("Your workbench", n=votes)


def one_pool(one: PoolState) -> None:
    """Draw one pool."""
    answer = (
        f"**{counted(one.coverage.votes, 'vote')} of {counted(one.coverage.contributors, 'person', 'people')}**, "
        f"who can leave **{LEAVE_LABELS[one.pool.leave]}**; {number(one.withdrawn)} did."
    )
    actions = page_header(QUESTION, answer, help=HELP)
    with actions:
        add_form(one)
        leave_form(one)
        export_row(one)
        edit_form(one)
    clash_view(one)
    told()
    licence = plain(one.pool.licence) or "not stated"
    contact = f" · to leave, turn to {plain(one.pool.contact)}" if one.pool.contact else ""
    published = f" · published {one.pool.published}" if one.pool.published else ""
    st.markdown(
        f"**{plain(one.pool.title)}** · terms: {plain(one.pool.terms)} · licence: {licence}{published}{contact}"
    )
    if one.coverage.votes:
        coverage_part(one)
    else:
        empty("No vote is in it.", "Add a file of battles; write pseudonyms, not names.")
    all_pools()
    source_line("Your workbench", f"pool {one.id}, revision {one.revision}", n=one.coverage.votes)


found = next((one for one in listed if one.id == asked), None)
if asked and found is None:
    page_header(QUESTION, "**There is no such pool here.**", help=HELP)
    empty(f"No pool has the id {plain(asked[:80])}.", "It may have been deleted, or lie in another workbench.")
    all_pools()
elif found:
    one_pool(found)
else:
    overview()
