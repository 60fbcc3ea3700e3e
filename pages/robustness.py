"""Would the ranking survive another order, judge or prompt?"""

from __future__ import annotations

import streamlit as st

from app.components.evaluation_report import report_button
from app.components.feedback import show_error
from app.components.frame import page_header, source_line
from app.components.robustness_views import cycles_view, judges_view, left_out_view, order_view
from app.components.robustness_words import QUESTION
from app.components.set_chooser import choose_set
from app.components.url_state import from_url, to_url
from governance.catalogue.selection import choice
from governance.errors import TouchstoneError

VIEWS = {
    "order": ("Order", order_view),
    "cycles": ("Cycles", cycles_view),
    "left-out": ("One left out", left_out_view),
    "judges": ("Judges", judges_view),
}

opened = choose_set("battles", default="llmfao")
from_url("show", "order", lambda text: choice(text, tuple(VIEWS), "address, show"))
show = str(st.session_state["show"])
try:
    view = VIEWS[show][1](opened)
except TouchstoneError as error:
    page_header(QUESTION, "**These votes cannot be tested like this.**")
    show_error(error)
    st.stop()

actions = page_header(QUESTION, view.answer, help="The same votes, looked at in ways that should not matter")
if view.report is not None:
    with actions:
        report_button(view.report, key=f"robustness-{show}-{opened.card.id}")
st.segmented_control(
    "View", list(VIEWS), key="show", format_func=lambda one: VIEWS[one][0], required=True,
    label_visibility="collapsed", help="What to change",
)  # fmt: skip
to_url("show", "order")
view.draw()
source_line(
    f"Source: {opened.card.source} ({opened.card.licence or 'licence not stated'})",
    f"data version {opened.card.version}",
    *([opened.card.people] if opened.card.people else []),
    n=opened.card.rows,
)
