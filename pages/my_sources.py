"""What do the sites on my own list allow?"""

from __future__ import annotations

import streamlit as st

from app.components.feedback import show_error
from app.components.frame import page_header, source_line
from app.components.own_source_views import (
    EXAMPLE,
    audit_of,
    changes_view,
    files_menu,
    keep_menu,
    levels_view,
    months_view,
    read_sources,
    reading_inputs,
    sites_list,
    source_input,
    weight_input,
)
from app.components.own_source_words import own_answer, passed_over, settings_words, sites_table
from governance.errors import TouchstoneError

QUESTION = "What do the sites on my own list allow?"
HELP = "The robots.txt texts that you bring are read here and not kept. The app fetches nothing; the command line can."

try:
    with st.sidebar:
        content, name = source_input()
        agents, mode, day = reading_inputs()
        weights = weight_input()
    snapshots, frame, observed = read_sources(content, name, agents, day)
    whole = audit_of(content, name, agents, day, mode, weights, "all")
except TouchstoneError as error:
    page_header(QUESTION, "**No answer yet**: what was given cannot be read.", help=HELP)
    show_error(error)
    st.stop()

sites, settings = sites_table(frame, mode), settings_words(observed, mode)
example = content == EXAMPLE.encode()
actions = page_header(QUESTION, own_answer(sites, whole, example=example, weighed=weights is not None), help=HELP)
with actions:
    keep_menu(snapshots, observed)
    files_menu(frame)
if said := passed_over(observed):
    st.warning(said, icon=":material/warning:")

levels_view(audit_of(content, name, agents, day, mode, weights, "agent"), settings)
months_view(whole, settings)
st.header("Your sites", anchor=False)
sites_list(sites)
st.header("What changed since", anchor=False)
changes_view(frame, mode)
source_line(
    "Source: robots.txt texts you brought",
    f"{settings} · {whole.shares.definition}",
    f"the two readings part at {observed.differ:,} pairs of snapshot and agent",
    n=observed.domains,
    legal=True,
)
