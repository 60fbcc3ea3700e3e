"""How much of a high place is selection?"""

from __future__ import annotations

import streamlit as st

from app.components.evaluation_report import report_button
from app.components.feedback import show_error
from app.components.frame import page_header, source_line
from app.components.selection_views import access_view, best_of_view, retire_view, shares_view
from app.components.selection_words import QUESTION
from app.components.set_chooser import choose_set
from app.components.url_state import from_url, to_url
from governance.catalogue.selection import choice
from governance.errors import TouchstoneError

VIEWS = {
    "best-of": ("Best of N", best_of_view),
    "shares": ("Shares", shares_view),
    "retire": ("Retirement", retire_view),
    "access": ("Data", access_view),
}

opened = choose_set("battles", default="llmfao")
from_url("show", "best-of", lambda text: choice(text, tuple(VIEWS), "address, show"))
show = str(st.session_state["show"])
try:
    view = VIEWS[show][1](opened)
except TouchstoneError as error:
    page_header(QUESTION, "**This cannot be worked out like this.**")
    show_error(error)
    st.stop()

actions = page_header(QUESTION, view.answer, help="What choosing among tries, models or data does to a place")
if view.report is not None:
    with actions:
        report_button(view.report, key=f"selection-{show}-{opened.card.id}")
st.segmented_control(
    "View", list(VIEWS), key="show", format_func=lambda one: VIEWS[one][0], required=True,
    label_visibility="collapsed", help="Which kind of selection",
)  # fmt: skip
to_url("show", "best-of")
view.draw()
if show == "access":
    source_line("Source: win rates you typed; the published figure is quoted")
    st.stop()
source_line(
    f"Source: {opened.card.source} ({opened.card.licence or 'licence not stated'})",
    f"data version {opened.card.version}",
    n=opened.card.rows,
)
