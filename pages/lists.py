"""What have I kept, and has it changed?"""

from __future__ import annotations

import streamlit as st

from app.components import state
from app.components.feedback import empty
from app.components.frame import number, page_header, source_line
from app.components.list_forms import QUESTION, ids_form, reopen_form
from app.components.list_open import HELP, one_list, two_lists
from app.components.list_views import CHECKED, changes_of, lists_table, unknown_list
from app.components.url_state import from_url, to_url
from app.navigation import open_page, page_link
from governance.catalogue.selection import choice
from governance.records.lists import get_list, lists

TASKS = {"saved": "Saved lists", "ids": "New from ids", "export": "Reopen an export"}
workbench = state.workbench()
listed = lists(workbench)
names = {one.id: one.name for one in listed}


def tasks() -> None:
    """Let the reader choose what to do on the page."""
    st.segmented_control(
        "Task", list(TASKS), key="do", format_func=lambda task: TASKS[task], required=True,
        label_visibility="collapsed", help="Look at what you saved, paste ids, or read the manifest of an export",
    )  # fmt: skip


def overview() -> None:
    """Show all lists, and what changed since each was saved."""
    found = {one.id: changes_of(one) for one in listed[:CHECKED]}
    changed = sum(one is None or one.changed for one in found.values())
    counted = f"**{number(len(listed))} {'list' if len(listed) == 1 else 'lists'}**"
    told = f"{counted}; **{number(changed) if changed else 'none'}** changed since it was saved."
    page_header(QUESTION, told if listed else "**Nothing yet.** A list keeps what your filters gave.", help=HELP)
    tasks()
    if not listed:
        empty(
            "You have saved no list yet.",
            "Filter the datasets and choose Save list there, or paste ids under New from ids.",
        )
        page_link("datasets", "Go to the datasets", icon=":material/table_rows:")
        return
    chosen = lists_table(listed, found)
    st.caption("Choose a cell to open the list; once one is open, another can be set beside it.")
    if chosen:
        open_page("lists", list=chosen)
    source_line("Your workbench", f"{number(sum(one.size for one in listed))} datasets kept", n=len(listed))


def go() -> None:
    """Put what the sidebar says into the address."""
    chosen, beside = st.session_state["list-chosen"], st.session_state.get("list-beside")
    st.query_params.from_dict(
        {"compare": chosen, "with": beside} if chosen and beside else {"list": chosen} if chosen else {}
    )


def sidebar(chosen: str | None, beside: str | None) -> None:
    """Offer the lists to open, and those to set beside the open one."""
    st.session_state["list-chosen"] = chosen if chosen in names else None
    st.session_state["list-beside"] = beside if beside in names else None
    with st.sidebar:
        st.selectbox(
            "List", list(names), key="list-chosen", index=None, format_func=lambda key: names[key], on_change=go,
            placeholder="All lists", help="Which of your lists to open; clear it to see them all",
        )  # fmt: skip
        if chosen not in names or len(names) < 2:
            return
        st.selectbox(
            "Compare with", [key for key in names if key != chosen], key="list-beside", index=None, on_change=go,
            format_func=lambda key: names[key], placeholder="another list",
            help="Shows what both hold and what only one does",
        )  # fmt: skip


first = st.query_params.get("compare") or st.query_params.get("list")
second = st.query_params.get("with") if "compare" in st.query_params else None
if listed:
    sidebar(first, second)
if first is None:
    from_url("do", "saved", lambda value: choice(value, list(TASKS), "option do"))
    task = to_url("do", "saved")
    {"saved": overview, "ids": lambda: ids_form(tasks), "export": lambda: reopen_form(tasks)}[task]()
else:
    missing = [key for key in (first, second) if key is not None and key not in names]
    if missing:
        page_header(QUESTION, "**It is not among your lists.**", help=HELP)
        unknown_list(missing[0], listed)
    elif second is None:
        one_list(get_list(workbench, first))
    else:
        two_lists(get_list(workbench, first), get_list(workbench, second))
