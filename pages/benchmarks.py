"""Which benchmarks measure what, in which languages, under which licence?"""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.components.benchmark_kind import BENCHMARK_PANEL
from app.components.benchmark_rankings import (
    key_of,
    ranked,
    ranking_answer,
    ranking_inputs,
    ranking_view,
    smallest,
    subset_answer,
    subset_inputs,
    subset_view,
    table_of,
)
from app.components.benchmark_views import (
    explorer_answer,
    explorer_view,
    gaps_answer,
    gaps_view,
    split_input,
)
from app.components.feedback import show_error
from app.components.frame import page_header
from app.components.selection_panel import selection_panel
from app.components.url_state import from_url, to_url
from governance.catalogue.selection import choice
from governance.errors import TouchstoneError
from governance.evaluation.benchmarks.gaps import licence_gaps

QUESTION = "Which benchmarks measure what, in which languages, under which licence?"
VIEWS = {"explorer": "Explorer", "gaps": "Licence gaps", "ranking": "Ranking", "subset": "Smallest subset"}
HELP = {
    "explorer": "2,067 tasks of the MTEB registry; a licence is as stated there, classed as the audit classes it",
    "gaps": "Not known: the record says not specified, or says nothing",
    "ranking": "Borda: on each task a model gets a point for each model it beats, half for a tie. "
    "The filters narrow the tasks",
    "subset": "Tasks are chosen on one half of the models and judged on the other. The filters narrow the tasks",
}

from_url("show", "explorer", lambda text: choice(text, tuple(VIEWS), "address, show"))
show = str(st.session_state["show"])


def head(answer: str) -> DeltaGenerator:
    """Draw the question, the answer and the switch between the views; give the place for actions."""
    actions = page_header(QUESTION, answer, help=HELP[show])
    st.segmented_control(
        "View", list(VIEWS), key="show", format_func=lambda one: VIEWS[one], required=True,
        label_visibility="collapsed", help="What to look at",
    )  # fmt: skip
    to_url("show", "explorer")
    return actions


if show in ("explorer", "gaps"):
    with st.sidebar:
        split = split_input()
    result = selection_panel(BENCHMARK_PANEL)
    if show == "explorer":
        explorer_view(result, split, head(explorer_answer(result)))
    else:
        gaps = licence_gaps(result, split)
        gaps_view(gaps, result, head(gaps_answer(gaps)))
else:
    try:
        if show == "ranking":
            one, missing, least = ranking_inputs()
            asked = selection_panel(BENCHMARK_PANEL)
            table = table_of(one)
            found = ranked(key_of(one), table, asked.task_ids, missing, least)
            ranking_view(found, table, asked.selection.to_query(), head(ranking_answer(found)))
        else:
            one, by, target, least = subset_inputs()
            asked = selection_panel(BENCHMARK_PANEL)
            table = table_of(one)
            few = smallest(key_of(one), table, asked.task_ids, least, by, target)
            subset_view(few, table, asked.selection.to_query(), head(subset_answer(few)))
    except TouchstoneError as error:
        head("**Nothing can be ranked** from this choice of models and tasks")
        show_error(error)
