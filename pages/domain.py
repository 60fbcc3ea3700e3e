"""What does this site allow, and who draws on it?"""

from __future__ import annotations

import streamlit as st

from app.components import state
from app.components.domain_views import about, answer, datasets_part, readings_part, terms_part, weight_part
from app.components.feedback import empty, show_error
from app.components.frame import page_header, plain, source_line
from app.components.reading import move
from app.components.url_state import from_url, to_url
from app.navigation import page_link
from governance.catalogue.site_consent import MEANING
from governance.consent.domain_card import DomainCard, domain_card
from governance.consent.terms_records import own_terms
from governance.errors import NotFound

QUESTION = "What does this site allow, and who draws on it?"
HELP = MEANING[:1].upper() + MEANING[1:]
STARTS = ("wikipedia.org", "nytimes.com", "reddit.com")


def show(card: DomainCard) -> None:
    """Draw one card."""
    with page_header(QUESTION, answer(card), help=HELP):
        page_link("trace", "Trace", icon=":material/conversion_path:", id=f"domain:{card.name}")
    if said := about(card):
        st.markdown(said)
    weight_part(card)
    readings_part(card)
    terms_part(card)
    datasets_part(card)
    if card.relatives:
        st.header(f"Other hosts of {plain(card.registrable)}", anchor=False)
        st.caption("A robots.txt speaks for its own host alone.")
        with st.container(horizontal=True):
            for host in card.relatives[:20]:
                move(plain(host), key=f"host-{host}", icon=":material/public:", name=host)


def ask() -> None:
    """Say what the page shows, and offer ways in."""
    page_header(QUESTION, "**Write the name of a site** to see its signals, its weight and its datasets.", help=HELP)
    empty("No site is chosen yet.", "Write one at the left, or start from one of these.")
    for host in STARTS:
        move(plain(host), key=f"start-{host}", icon=":material/public:", name=host)


with st.sidebar:
    from_url("name", "")
    st.text_input(
        "Site", key="name", placeholder="e.g. bbc.co.uk", max_chars=300, icon=":material/search:",
        help="A host name or an address; www. and the path do not matter",
    )  # fmt: skip
    asked = to_url("name", "")
if not asked:
    ask()
else:
    try:
        found = domain_card(state.cursor(), asked, own_terms(state.workbench()))
    except NotFound as error:
        page_header(QUESTION, "**Nothing is known of that site.**", help=HELP)
        show_error(error)
    else:
        show(found)
source_line(
    "Source: domains and tokens of Longpre et al. 2024 (arXiv 2407.14933); sources of datasets: Data Provenance "
    "Collection (Apache-2.0); signals: your imports",
    legal=True,
)
