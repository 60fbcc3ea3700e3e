"""All that is known about one paper: its facts, its claims, and where they can be checked."""

from __future__ import annotations

import streamlit as st

from app.components import state
from app.components.claim_views import compute_paper
from app.components.feedback import empty, show_error
from app.components.frame import page_header, plain, source_line
from app.components.paper_card_views import (
    claims_table,
    fact_columns,
    paper_finder,
    paper_links,
    place_links,
    related_list,
    verdict_line,
)
from app.components.reading import move
from app.components.release_views import releases_table
from app.navigation import entry_of, page_link
from governance.errors import NotFound
from governance.research.papers import PaperCard, paper_card

QUESTION = "What does this paper claim, and does it hold?"
STARTS = {
    "consent-in-crisis": "Consent in Crisis",
    "leaderboard-illusion": "The Leaderboard Illusion",
    "compute-thresholds": "On the Limitations of Compute Thresholds",
    "data-provenance-initiative": "The Data Provenance Initiative",
}


def starts() -> None:
    """Offer some papers, and all of them."""
    for key, title in STARTS.items():
        move(title, key=f"start-{key}", id=key)
    page_link("papers", "All papers", icon=":material/list:")


def show(card: PaperCard) -> None:
    """Draw one card."""
    actions = page_header(plain(card.paper["title"]), verdict_line(card))
    with actions, st.popover("Links", icon=":material/link:", help="Addresses of the paper, and its id to copy"):
        st.code(str(card.paper["id"]), language=None)
        if entry_of("trace"):
            page_link("trace", "Trace", icon=":material/conversion_path:", id=f"paper:{card.paper['id']}")
        for name, link in paper_links(card).items():
            st.link_button(name, link, icon=":material/open_in_new:", help=link)
    st.markdown(plain(card.paper["summary"] or "No summary is recorded."))
    st.header(f"What it claims ({len(card.claims)})", anchor=False)
    claims_table(card)
    if card.releases:
        st.header(f"Released with it ({len(card.releases)})", anchor=False)
        releases_table(card.releases)
    left, right = st.columns(2, gap="large")
    with left:
        st.header("Check it here", anchor=False)
        if card.paper["use"]:
            st.caption(plain(card.paper["use"]))
        place_links(card)
        st.header("Facts", anchor=False)
        fact_columns(card)
    with right:
        st.header(f"Papers on its themes ({len(card.related)})", anchor=False)
        related_list(card)
    source_line(f"Source: {plain(card.source)}", f"licence of these facts {plain(card.licence)}", "wording ours")


asked = st.query_params.get("id", "")
with st.sidebar:
    if asked:
        paper_finder()
if not asked:
    page_header(QUESTION, "**Choose a paper** to see its claims with their published values, and where to check them.")
    paper_finder()
    empty("Nothing is chosen yet.", "Search by title or author, or start from one of these.")
    starts()
else:
    try:
        compute_paper(asked)
        found = paper_card(state.cursor(), asked)
    except NotFound as error:
        page_header(QUESTION, "**No paper has that id.**")
        show_error(error)
        starts()
    else:
        show(found)
