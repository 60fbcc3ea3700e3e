"""Where does each system stand?"""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from app.components import state
from app.components.example_menu import example_menu
from app.components.feedback import empty, show_error
from app.components.figure import figure
from app.components.frame import number, page_header, plain, source_line
from app.components.import_menu import OUTCOMES, import_menu
from app.components.portfolio_figures import PARTY_LABELS, heat_chart, heat_rows, heat_table, heat_words
from app.components.portfolio_views import SHOWN, due_list, next_steps, pages_of, systems_table
from app.components.portfolio_words import SHOW_LABELS, answer
from app.components.record_table import page_number
from app.components.system_card import system_card
from app.components.system_form import system_form
from app.components.url_state import from_url, to_url
from app.navigation import open_page
from governance.assessment.coverage import ALL, category_groups
from governance.assessment.portfolio import SHOWS
from governance.assessment.systems import get_system
from governance.assessment.vocabulary import MODALITIES
from governance.catalogue.selection import choice
from governance.errors import NotFound

QUESTION = "Where does each system stand?"
HELP = "Read from your workbench as it is now. What is out of date is worked out by day and kept nowhere."
LISTS = {"systems": "Systems", "due": "Due reviews", "next": "Next steps"}
today = datetime.now(UTC).date()


def overview() -> None:
    """Show all systems: the heat map, and one of three lists under it."""
    found = state.standings(today)
    if not found.standings:
        first_steps()
        return
    with st.sidebar:
        from_url("words", "")
        st.text_input(
            "Find", key="words", max_chars=200, type="search", icon=":material/search:", placeholder="name or owner",
            help="Name, owner or id; all words must occur",
        )  # fmt: skip
        words = to_url("words", "")
        from_url("show", "all", lambda value: choice(value, SHOWS, "option show"))
        st.selectbox("Show", SHOWS, key="show", format_func=SHOW_LABELS.__getitem__, help="Which systems to list")
        from_url("party", ALL, lambda value: choice(value, tuple(PARTY_LABELS), "option party"))
        st.radio(
            "Assessed by", list(PARTY_LABELS), key="party", format_func=PARTY_LABELS.__getitem__,
            help="Whose work counts in the picture: the maker's own, somebody else's, or both together",
        )  # fmt: skip
        party = to_url("party", ALL)
    chosen = found.select(words, choice(to_url("show", "all"), SHOWS, "option show"))
    actions = page_header(QUESTION, answer(found), help=HELP)
    if actions.button("Add a system", key="add", icon=":material/add:", help="A name is enough to begin"):
        open_page("systems", do="add")
    if actions.button("Compare", key="compare", icon=":material/difference:", help="Two assessments item by item"):
        open_page("compare-assessments")
    with actions:
        bring_in()
        example_menu(found)
    if not chosen:
        empty("No system is like that.", "Clear the search or show all at the left.")
        return
    pages = pages_of(len(chosen))
    from_url("page", "1", lambda text: page_number(text, pages), read=int)
    place = st.container()
    foot = st.container(horizontal=True, vertical_alignment="center")
    page = foot.pagination(pages, key="page") if pages > 1 else 1
    to_url("page", "1")
    shown = chosen[(page - 1) * SHOWN : page * SHOWN]
    if pages > 1:
        foot.caption(f"{(page - 1) * SHOWN + 1} to {(page - 1) * SHOWN + len(shown)} of {number(len(chosen))}")
    groups = category_groups(state.framework(), MODALITIES)
    rows = heat_rows(found, shown, party, groups)
    with place:
        figure(
            heat_chart(rows, groups),
            title="Items assessed of those that apply, by category",
            alt=heat_words(rows, groups, party),
            caption="deeper: more · dashed: none, not zero · triangle: something found · B: the system, S: society",
            table=heat_table(rows),
            key="heat",
        )
    from_url("list", "systems", lambda value: choice(value, tuple(LISTS), "option list"))
    st.segmented_control(
        "List", list(LISTS), key="list", format_func=LISTS.__getitem__, required=True, label_visibility="collapsed",
        help="The systems, their reviews by day, or the next step of each",
    )  # fmt: skip
    listed = to_url("list", "systems")
    if listed == "systems":
        systems_table(shown)
    elif listed == "next":
        next_steps(shown)
    else:
        from_url("within", "90", lambda value: choice(value, ("30", "90"), "option within"))
        st.segmented_control(
            "Within", ("30", "90"), key="within", format_func=lambda days: f"{days} days", required=True,
            help="Reviews that come within so many days; those that passed are always listed",
        )  # fmt: skip
        due_list(found, int(to_url("within", "90")))
    source_line("Your workbench", f"as of {today}", "reporting levels: the project's own rubric", n=len(chosen))


def bring_in() -> None:
    """Offer to import an assessment, and show the systems anew once it came in."""
    if (came := import_menu()) is not None:
        st.toast(OUTCOMES[came.outcome].format(name=plain(came.assessment)), icon=":material/check:")
        st.rerun()


def first_steps() -> None:
    """Say what to do in a workbench without systems."""
    actions = page_header(QUESTION, "**Nothing yet.** Add the first system; a name is enough.", help=HELP)
    with actions:
        if st.button(
            "Add a system", key="add", type="primary", icon=":material/add:", help="A name is enough to begin"
        ):
            open_page("systems", do="add")
        bring_in()
        example_menu(None)
    empty(
        "No system is assessed here yet.",
        "Add one, start its social-impact evaluation, answer what you can, and have somebody else sign it.",
    )


def one_system(system: str) -> None:
    """Show one system, or the form that changes it."""
    if st.query_params.get("do") == "edit":
        held = get_system(state.workbench(), system)
        page_header(f"Change {held.record.name}", "Save when it is as it should be; the trail keeps what it was.")
        system_form(held)
        return
    one = next((one for one in state.standings(today).standings if one.system.id == system), None)
    if one is None:
        raise NotFound(f"there is no system '{system:.80}'", "address, system", "choose one of the list")
    system_card(one, today)


asked = st.query_params.get("system")
try:
    if asked:
        one_system(asked)
    elif st.query_params.get("do") == "add":
        page_header("Which system is it?", "**A name is enough to begin**; the rest can be added later.")
        system_form(None)
    else:
        overview()
except NotFound as error:
    page_header(QUESTION, "**That system is not here.**", help=HELP)
    show_error(error)
    if st.button("All systems", key="system-all", icon=":material/arrow_back:", help="Back to all systems"):
        open_page("systems")
