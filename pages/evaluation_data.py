"""What evaluations can be worked with here?"""

from __future__ import annotations

import streamlit as st

from app.components import state
from app.components.feedback import empty, show_error
from app.components.frame import counted, page_header, plain, source_line
from app.components.set_upload import templates, upload_view
from app.components.set_views import delete_part, export_part, set_facts, sets_list, sizes_figure, told, withdraw_part
from app.components.set_words import ROW_WORDS, licence_words, sets_answer
from app.components.url_state import from_url, to_url
from app.navigation import open_page
from governance.catalogue.selection import choice
from governance.errors import NotFound, TouchstoneError
from governance.evaluation.formats.own_sets import PREFIX, own_set
from governance.evaluation.vocabulary import FORMATS

QUESTION = "What evaluations can be worked with here?"
HELP = "Battles are votes on pairs of models, scores are figures of models, predictions are answers to items."
VIEWS = {"sets": "Sets", "add": "Add a file"}


def back() -> None:
    """Lead back to the list."""
    st.button("All sets", icon=":material/arrow_back:", key="all", on_click=st.query_params.clear, type="tertiary")


def overview() -> None:
    """List the sets, or bring a file."""
    cards = state.set_cards()
    actions = page_header(QUESTION, sets_answer(cards), help=HELP)
    with actions:
        templates()
    told()
    asked = st.query_params.get("format")
    from_url("show", "add" if asked else "sets", lambda text: choice(text, tuple(VIEWS), "address, show"))
    st.segmented_control(
        "View", list(VIEWS), key="show", format_func=lambda one: VIEWS[one], required=True,
        label_visibility="collapsed", help="What is here, or bring a file of your own",
    )  # fmt: skip
    if to_url("show", "add" if asked else "sets") == "add":
        upload_view(next((one for one in FORMATS if one == asked), None))
    elif not cards:
        empty("No set is here.", "Add a file, or import a published one on the command line.")
    else:
        sizes_figure(cards)
        st.caption("Choose a cell to open the set's card.")
        if chosen := sets_list(cards):
            open_page("evaluation-data", id=chosen)
    source_line("Shipped sets, your imports and your workbench", n=sum(card.rows for card in cards))


def one_set(set_id: str) -> None:
    """Draw the card of a set."""
    card = next((one for one in state.set_cards() if one.id == set_id), None)
    if card is None:
        raise NotFound(f"there is no set '{set_id:.80}' here", "address, id", "choose one from the list")
    opened = state.opened_set(card)
    own = own_set(state.workbench(), set_id) if set_id.startswith(PREFIX) else None
    answer = f"**{plain(card.title)}** has **{counted(card.rows, *ROW_WORDS[card.format])}**, licence "
    actions = page_header(QUESTION, f"{answer}{plain(licence_words(card.licence))}.", help=HELP)
    with actions:
        export_part(opened)
        if own is not None:
            delete_part(own)
    told()
    set_facts(opened, own)
    if own is not None:
        withdraw_part(own)
    back()
    source_line(f"Source: {card.source}", f"set {card.id}, {card.version}", n=card.rows)


asked_id = st.query_params.get("id", "")
try:
    one_set(asked_id) if asked_id else overview()
except TouchstoneError as error:
    if asked_id:
        page_header(QUESTION, "**There is no such set here.**", help=HELP)
    show_error(error)
    back()
