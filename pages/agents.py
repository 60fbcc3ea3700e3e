"""Who crawls, what for, and what does a robots.txt say to them?"""

from __future__ import annotations

import streamlit as st

from app.components import state
from app.components.agent_views import agent_filters, agents_answer, registry_view
from app.components.feedback import show_error
from app.components.frame import number, page_header, source_line
from app.components.own_agent_form import own_agents_view
from app.components.robots_check import check_answer, check_inputs, check_tables, check_view, robots_input
from app.components.url_state import from_url, to_url
from governance.catalogue.selection import choice
from governance.consent.own_agents import own_agents
from governance.errors import TouchstoneError

QUESTION = "Who crawls, and what does a site's robots.txt say to them?"
VIEWS = {"registry": "Registry", "check": "Check a robots.txt", "own": "Your own"}

from_url("show", "registry", lambda text: choice(text, tuple(VIEWS), "address, show"))
show = str(st.session_state["show"])


def head(answer: str) -> None:
    """Draw the question, the answer and the switch between the views."""
    page_header(
        QUESTION, answer, help="robots.txt is read by RFC 9309; docs/robots.md lists every choice and each difference"
    )
    st.segmented_control(
        "View", list(VIEWS), key="show", format_func=lambda one: VIEWS[one], required=True,
        label_visibility="collapsed", help="What to look at",
    )  # fmt: skip
    to_url("show", "registry")


try:
    if show == "registry":
        every = state.agents()
        with st.sidebar:
            shown = agent_filters(every)
        head(agents_answer(shown))
        registry_view(every, shown)
        source_line(
            "Sources: ai.robots.txt (MIT); how often named: Longpre et al. 2024, arXiv 2407.14933",
            "what operators say is not checked", n=len(shown),
        )  # fmt: skip
    elif show == "check":
        with st.sidebar:
            words, url = check_inputs()
        place = st.container()
        text = robots_input()
        found = check_view(text, words, url)
        with place:
            head(
                "**No answer yet**: whom to ask about cannot be read."
                if found is None
                else check_answer(found[0], text)
            )
        if found is not None:
            check_tables(*found, text)
            source_line(
                "Your own text, read by RFC 9309; level also by the rule of Longpre et al. 2024", n=found[0].height
            )
    else:
        own = own_agents(state.workbench())
        head(
            f"**{number(len(own))}** of your own stand beside the shipped ones." if own else "**None of your own yet.**"
        )
        own_agents_view(own)
        source_line("Your workbench", n=len(own))
except TouchstoneError as error:
    show_error(error)
