"""All that is known about one model, each fact with its source."""

from __future__ import annotations

import streamlit as st

from app.components import state
from app.components.feedback import empty, show_error
from app.components.frame import page_header, plain, source_line
from app.components.model_card_views import base_line, class_line, fact_columns, fine_tunes, six_nd_line, verdict_line
from app.components.model_find import model_finder, remove_menu
from app.components.reading import move
from app.components.scenario_form import form_query
from app.navigation import open_page, page_link
from governance.catalogue.sources import sources
from governance.compute.model_scenario import scenario_query
from governance.compute.models import ModelCard, model_card
from governance.compute.own_models import own_models
from governance.errors import NotFound
from governance.exports.words import web_link

QUESTION = "What is known about this model?"
STARTS = {
    "gpt-4": "GPT-4",
    "llama-3-1-405b": "Llama 3.1-405B",
    "deepseek-v3": "DeepSeek-V3",
    "llama-2-70b": "Llama 2-70B",
}


def show(card: ModelCard) -> None:
    """Draw one card."""
    name, model_id = str(card.model["name"]), str(card.model["id"])
    actions = page_header(plain(name), verdict_line(card), help="Exceeds or below: a chance of 90% or more")
    with actions:
        query = scenario_query(card.model)
        if query and st.button(
            "Assess", icon=":material/speed:", type="primary", help="Take it to the thresholds as a scenario"
        ):
            open_page("thresholds", **form_query(query))
        if st.button("Footprint", icon=":material/eco:", help="Energy, emissions, cost"):
            open_page("footprint", model=model_id)
        with st.popover("Links", icon=":material/link:", help="The id to copy, and where it is described"):
            st.code(model_id, language=None)
            page_link("trace", "Trace", icon=":material/conversion_path:", id=f"model:{model_id}")
            if link := web_link(str(card.model["url"] or "")):
                st.link_button("Its page", link, icon=":material/open_in_new:", help=link)
            if card.model["paper"]:
                st.markdown(plain(card.model["paper"]))
        remove_menu(card)
    st.markdown(class_line(card))
    st.markdown(six_nd_line(card))
    st.header("Facts", anchor=False)
    source = next((one for one in sources(state.cursor()) if one.id == card.model["source_id"]), None)
    fact_columns(card, source.title if source else "your own")
    left, right = st.columns(2, gap="large")
    with left:
        st.header("What it is built on", anchor=False)
        base_line(card)
    with right:
        st.header(f"What is built on it ({len(card.fine_tunes)})", anchor=False)
        fine_tunes(card)
    licence = [f"licence {source.licence or 'not stated'}"] if source else []
    source_line(f"Source: {plain(card.source)}", *licence, plain(card.model["version"]), legal=True)


asked = st.query_params.get("id", "")
with st.sidebar:
    if asked:
        model_finder()
if not asked:
    page_header(QUESTION, "**Choose a model** to see its compute, how well that is known, and what is built on it.")
    model_finder()
    empty("Nothing is chosen yet.", "Search by name, or start from one of these.")
    for key, label in STARTS.items():
        move(plain(label), key=f"start-{key}", id=key)
else:
    try:
        found = model_card(state.cursor(), asked, own_models(state.workbench()))
    except NotFound as error:
        page_header(QUESTION, "**No model has that id.**")
        show_error(error)
    else:
        show(found)
