"""Which chips are under export control, and what runs on which device?"""

from __future__ import annotations

import streamlit as st

from app.components import state
from app.components.chip_views import chip_answer, chip_filters, chip_view, cluster_inputs, table_of_chips
from app.components.feedback import show_error
from app.components.frame import page_header, source_line
from app.components.own_table_views import (
    cover_answer,
    cover_inputs,
    cover_of,
    cover_view,
    determinism_answer,
    determinism_of,
    determinism_view,
    timing_input,
)
from app.components.portability_views import lost_input, portability_answer, portability_rows, portability_view
from app.components.url_state import from_url, to_url
from governance.catalogue.selection import choice
from governance.compute.chip_card import count_chips
from governance.errors import TouchstoneError

QUESTION = "Which chips are under export control, and what runs on which device?"
VIEWS = {
    "chips": "Export classes",
    "portability": "Portability",
    "cover": "Cheapest devices",
    "determinism": "Cost of determinism",
}

from_url("show", "chips", lambda text: choice(text, tuple(VIEWS), "address, show"))
show = str(st.session_state["show"])


def head(answer: str) -> None:
    """Draw the question, the answer and the switch between the views."""
    page_header(QUESTION, answer)
    st.segmented_control(
        "View", list(VIEWS), key="show", format_func=lambda one: VIEWS[one], required=True,
        label_visibility="collapsed", help="What to look at",
    )  # fmt: skip
    to_url("show", "chips")


try:
    if show == "chips":
        table = table_of_chips(state.version())
        with st.sidebar:
            shown = chip_filters(table)
            cluster = cluster_inputs()
        head(chip_answer(count_chips(shown)))
        chip_view(table, shown, cluster)
        source_line(
            "Sources: Epoch AI (CC BY 4.0); 88 FR 73458, ECCN 3A090 of October 2023; January 2026 at second hand",
            "class recomputed from the dense peaks",
            n=shown.height,
            legal=True,
        )
    elif show == "portability":
        with st.sidebar:
            lost = lost_input()
        rows = portability_rows(lost)
        head(portability_answer(rows))
        portability_view(rows, lost)
        source_line("Source: recounted from the test reports of Mince et al. 2023, arXiv 2309.07181", n=len(rows))
    elif show == "cover":
        with st.sidebar:
            matrix_text, price_text = cover_inputs()
        try:
            matrix, cover = cover_of(matrix_text, price_text)
        except TouchstoneError:
            head("**No answer yet**: one of the tables cannot be read.")
            raise
        head(cover_answer(cover, matrix_text))
        cover_view(matrix, cover)
        source_line("Your own table; exact optimum of weighted set cover", n=cover.functions)
    else:
        with st.sidebar:
            timing_text = timing_input()
        try:
            times, found = determinism_of(timing_text)
        except TouchstoneError:
            head("**No answer yet**: the table cannot be read.")
            raise
        head(determinism_answer(found, timing_text))
        determinism_view(times)
        source_line("Your own timings; interval of the median from order statistics", n=found.n)
except TouchstoneError as error:
    show_error(error)
