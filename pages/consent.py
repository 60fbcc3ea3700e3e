"""How much of what models were trained on has been closed to them since?"""

from __future__ import annotations

import streamlit as st

from app.components.consent_views import (
    agents_inputs,
    agents_view,
    corpus_inputs,
    corpus_view,
    practice_inputs,
    practice_view,
    time_inputs,
    time_view,
)
from app.components.consent_words import agents_answer, corpus_answer, practice_answer, time_answer
from app.components.feedback import show_error
from app.components.frame import page_header
from app.components.state import cursor
from app.components.url_state import from_url, to_url
from governance.catalogue.selection import choice
from governance.consent.aggregates import panel_rates
from governance.errors import TouchstoneError

QUESTION = "How much of what models were trained on has been closed to them since?"
VIEWS = {"corpus": "Corpus", "time": "Over time", "agents": "Agents", "conflicts": "Said and done"}

from_url("show", "corpus", lambda text: choice(text, tuple(VIEWS), "address, show"))
show = str(st.session_state["show"])


def head(answer: str) -> None:
    """Draw the question, the answer and the switch between the views."""
    page_header(
        QUESTION, answer,
        help="Closed: robots.txt lets at least one of the counted agents fetch nothing of the site",
    )  # fmt: skip
    st.segmented_control(
        "View", list(VIEWS), key="show", format_func=lambda one: VIEWS[one], required=True,
        label_visibility="collapsed", help="What to look at",
    )  # fmt: skip
    to_url("show", "corpus")


try:
    if show == "corpus":
        with st.sidebar:
            one, extent = corpus_inputs()
        head(corpus_answer(one, extent))
        corpus_view(one, extent)
    elif show == "time":
        with st.sidebar:
            series, ahead = time_inputs()
        head(time_answer(series, ahead))
        time_view(series, ahead)
    elif show == "agents":
        with st.sidebar:
            agents = agents_inputs()
        head(agents_answer(agents))
        agents_view(agents)
    else:
        with st.sidebar:
            segment, corpus, kind = practice_inputs()
        head(practice_answer(panel_rates(cursor()), segment))
        practice_view(segment, corpus, kind)
except TouchstoneError as error:
    show_error(error)
