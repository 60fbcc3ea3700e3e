"""Finding another model, and forgetting one's own."""

from __future__ import annotations

import streamlit as st

from app.components import state
from app.components.feedback import empty, show_error
from app.components.frame import plain
from app.components.reading import FOUND, SEARCHED, move
from app.navigation import open_page
from governance.catalogue.search import MAX_WORDS, search
from governance.compute.models import ModelCard
from governance.compute.own_models import PREFIX, own_models, remove_model
from governance.errors import TouchstoneError


def model_finder() -> None:
    """Search for a model, the reader's own first, and offer to show it on this page."""
    words = st.text_input(
        "Find another" if st.query_params.get("id") else "Find", key="find", type="search", max_chars=MAX_WORDS,
        icon=":material/search:", placeholder="name or id", help="Finds models, your own among them",
    ).strip()  # fmt: skip
    if not words:
        return
    mine = [(one.name, PREFIX + one.id, "yours") for one in own_models(state.workbench()) if _holds(one.name, words)]
    hits = [hit for hit in search(state.cursor(), words, SEARCHED) if hit.kind == "ai_model"]
    found = [*mine, *((hit.name, hit.id, hit.detail.removeprefix("model · ")[:40]) for hit in hits)][:FOUND]
    if not found:
        empty("No model of that name is here.", "Try fewer words or another spelling.")
    for name, model_id, detail in found:
        move(f"{plain(name)} :small[{plain(detail)}]", key=f"found-{model_id}", id=model_id)


def remove_menu(card: ModelCard) -> None:
    """Offer to forget a model of the reader's own."""
    if card.model["origin"] != "user":
        return
    with st.popover("Remove", icon=":material/delete:", help="Forget this model of yours"):
        st.markdown(f"Forget **{plain(card.model['name'])}**? This cannot be undone.")
        if st.button("Forget it", key="forget", icon=":material/delete:", help="Takes it out of your workbench"):
            try:
                remove_model(state.workbench(), str(card.model["id"]))
            except TouchstoneError as error:
                show_error(error)
            else:
                open_page("models")


def _holds(name: str, words: str) -> bool:
    return all(word in name.lower() for word in words.lower().split())
