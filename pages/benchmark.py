"""All that is known about one benchmark, each fact with its source."""

from __future__ import annotations

import streamlit as st

from app.components import state
from app.components.benchmark_card_views import (
    benchmark_finder,
    fact_columns,
    measured_on_list,
    results_table,
    verdict_line,
)
from app.components.feedback import empty, show_error
from app.components.frame import page_header, plain, source_line
from app.components.reading import move
from app.navigation import page_link
from governance.errors import NotFound
from governance.evaluation.benchmarks.registry import BenchmarkCard, benchmark_card
from governance.exports.words import web_link

QUESTION = "What is known about this benchmark?"
STARTS = ("ToxicChatClassification", "MassiveIntentClassification", "QASPER", "XQuADRetrieval")


def show(card: BenchmarkCard) -> None:
    """Draw one card."""
    actions = page_header(
        plain(card.benchmark["name"]),
        verdict_line(card),
        help="The audit read the licences of datasets at their origin",
    )
    with actions, st.popover("Links", icon=":material/link:", help="The id to copy, and where it is described"):
        st.code(str(card.benchmark["id"]), language=None)
        page_link("trace", "Trace", icon=":material/conversion_path:", id=f"benchmark:{card.benchmark['id']}")
        if link := web_link(str(card.benchmark["reference"] or "")):
            st.link_button("Its page", link, icon=":material/open_in_new:", help=link)
    st.header("Facts", anchor=False)
    fact_columns(card)
    left, right = st.columns(2, gap="large")
    with left:
        st.header(f"What it measures on ({len(card.datasets)})", anchor=False)
        measured_on_list(card)
    with right:
        st.header(f"Who was measured ({len(card.results)})", anchor=False)
        results_table(card)
    source_line(f"Source: {plain(card.source)}", f"licence of these facts {plain(card.licence)}", legal=True)


asked = st.query_params.get("id", "")
with st.sidebar:
    if asked:
        benchmark_finder()
if not asked:
    page_header(
        QUESTION, "**Choose a benchmark** to see what it measures, in which languages, and what its data allow."
    )
    benchmark_finder()
    empty("Nothing is chosen yet.", "Search by name, or start from one of these.")
    for key in STARTS:
        move(plain(key), key=f"start-{key}", id=key)
else:
    try:
        found = benchmark_card(state.cursor(), asked)
    except NotFound as error:
        page_header(QUESTION, "**No benchmark has that id.**")
        show_error(error)
    else:
        show(found)
