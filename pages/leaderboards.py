"""Which model is really above which?"""

from __future__ import annotations

import streamlit as st

from app.components.evaluation_report import report_button
from app.components.feedback import empty, show_error
from app.components.frame import page_header, source_line
from app.components.rating_form import rating_form, rating_of, widths_of
from app.components.rating_views import choose_pair, export_button, matrix_view, pair_view, ranking_view
from app.components.rating_words import QUESTION, answer, caption, rating_report, width_words
from app.components.set_chooser import choose_set
from governance.errors import TouchstoneError

opened = choose_set("battles", default="llmfao")
try:
    with st.sidebar:
        asked = rating_form(opened)
    rating = rating_of(opened, asked)
except TouchstoneError as error:
    page_header(QUESTION, "**These votes cannot be rated like this.**")
    show_error(error)
    empty("No rating is shown.", "Change the settings or the filters at the left.")
    st.stop()

actions = page_header(
    QUESTION,
    answer(rating),
    help="Models share the first place where no other's interval lies wholly above their own.",
)
top = st.container()
pair = choose_pair(rating)
found = pair_view(rating, pair)
with actions:
    report_button(lambda: rating_report(rating, asked, opened.card, found), key=f"leaderboard-{opened.card.id}")
    export_button(rating, opened)
with top:
    ranking_view(rating, opened, pair)
    widths = widths_of(opened, asked) if asked.method == "bt" else {}
    if len(widths) > 1:
        st.caption(width_words(widths), help="Votes of a judge, or on a prompt, go together; then fewer count")
st.header("Who beats whom", anchor=False)
matrix_view(rating)
source_line(
    f"Source: {opened.card.source} ({opened.card.licence or 'licence not stated'})",
    f"data version {opened.card.version}",
    caption(rating),
    *([opened.card.people] if opened.card.people else []),
)
