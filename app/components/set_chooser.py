"""Choose a set of battles, scores or predictions in the sidebar."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from app.components import state
from app.components.feedback import empty
from app.components.frame import counted
from app.components.set_words import ROW_WORDS
from app.components.url_state import from_url, hold, to_url
from app.navigation import page_link
from governance.errors import NotFound
from governance.evaluation.formats.tables import EvaluationSet, SetCard
from governance.evaluation.vocabulary import Format


def choose_set(format: Format, *, default: str, key: str = "set") -> EvaluationSet:
    """Draw the choice of a set in the sidebar, kept in the URL, and give the set with its rows.

    An unknown id in the URL gives a message and the default. Where no set is here the page ends with an empty state.

    Args:
        format: What the page works on.
        default: Id of the set shown where the URL names none.
        key: Of the widget, and name of the parameter.
    """
    cards = {card.id: card for card in state.set_cards(format)}
    if not cards:
        empty(f"No {ROW_WORDS[format][1]} are here.", "Add a file under Evaluation data.")
        page_link("evaluation-data", "Evaluation data", icon=":material/upload:", format=format)
        st.stop()
    usual = default if default in cards else next(iter(cards))
    from_url(key, usual, lambda text: _check(text, format, cards, usual))
    if st.session_state[key] not in cards:  # deleted while it was shown
        st.session_state[key] = usual
    hold(key)
    with st.sidebar:
        st.selectbox(
            "Data", list(cards), key=key, format_func=lambda one: set_label(cards[one]),
            help=f"The set of {ROW_WORDS[format][1]} that this page works on; your own are listed too",
        )  # fmt: skip
        page_link("evaluation-data", "Bring your own", icon=":material/upload:", format=format)
    return state.opened_set(cards[to_url(key, usual)])


def set_label(card: SetCard) -> str:
    """Name a set in a list: its title and how many rows it has."""
    return f"{card.title} ({counted(card.rows, *ROW_WORDS[card.format])})"


def _check(text: str, format: Format, cards: Mapping[str, SetCard], usual: str) -> None:
    if text in cards:
        return
    other = next((card for card in state.set_cards() if card.id == text), None)
    what = f"the set '{text:.60}' holds {other.format}, not {format}" if other else f"there is no set '{text:.60}' here"
    raise NotFound(what, "address, set", f"'{cards[usual].title}' is shown; choose another in the sidebar")
