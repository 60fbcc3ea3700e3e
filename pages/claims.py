"""Do the published numbers hold?"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.components.claim_card_views import all_claims, claim_card
from app.components.claim_views import (
    KINDS,
    claim_filters,
    claim_table,
    ledger_rows,
    narrow,
    nothing_meets,
    status_help,
    theme_figure,
)
from app.components.claim_words import ledger_answer
from app.components.feedback import show_error
from app.components.frame import page_header, source_line
from app.components.url_state import from_url, to_url
from governance.catalogue.selection import choice
from governance.errors import NotFound, TouchstoneError
from governance.research.claims import LedgerRow, ledger_row, select_rows

QUESTION = "Do the published numbers hold?"


def show_one(rows: Sequence[LedgerRow], claim_id: str) -> None:
    """Draw the card of a claim."""
    try:
        row = ledger_row(rows, claim_id)
    except NotFound as error:
        with page_header(QUESTION, "**There is no such claim.**"):
            all_claims()
        show_error(error)
    else:
        claim_card(row)


def show_all(rows: Sequence[LedgerRow]) -> None:
    """Draw the ledger."""
    from_url("kind", "numeric", lambda text: choice(text, tuple(KINDS), "address, kind"))
    kind = str(st.session_state["kind"])
    of_kind = rows if kind == "all" else select_rows(rows, kinds=[kind])
    with st.sidebar:
        asked, text = claim_filters(of_kind, rows)
    shown = narrow(of_kind, asked, text)
    page_header(QUESTION, ledger_answer(shown), help=status_help())
    st.segmented_control(
        "Claims", list(KINDS), key="kind", format_func=KINDS.__getitem__, required=True, label_visibility="collapsed",
        help="Claims with a number, without one, or all",
    )  # fmt: skip
    to_url("kind", "numeric")
    if shown:
        theme_figure(shown)
        st.caption("Choose a cell to open the claim's card.")
        claim_table(shown)
    else:
        nothing_meets(of_kind, asked, text)
    source_line(
        "Claims of fifty papers in this project's words, numbers as their abstracts state them",
        "a simulation is never a reproduction",
        n=len(shown),
    )


try:
    every = ledger_rows()
except TouchstoneError as error:
    page_header(QUESTION, "**The ledger cannot be drawn.**")
    show_error(error)
else:
    if asked_id := st.query_params.get("id", ""):
        show_one(every, asked_id)
    else:
        show_all(every)
