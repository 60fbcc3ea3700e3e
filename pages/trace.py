"""What does this rest on, and what rests on it?"""

from __future__ import annotations

from functools import partial

import streamlit as st

from app.components import state
from app.components.evidence_menu import evidence_button
from app.components.feedback import empty, show_error
from app.components.frame import number, page_header, plain, source_line
from app.components.reading import move
from app.components.trace_graph import trace_picture
from app.components.trace_state import trace_graph
from app.components.trace_views import (
    export_row,
    falls_answer,
    falls_part,
    path_answer,
    path_part,
    record_finder,
    trace_answer,
    trace_list,
)
from app.components.url_state import from_url, to_url
from app.navigation import page_link
from governance.assessment.records import Figure
from governance.catalogue.selection import choice
from governance.errors import TouchstoneError
from governance.research.trace import path_between, trace, what_falls
from governance.research.trace_found import Direction
from governance.research.trace_graph import read_key
from governance.research.trace_layout import TraceMark, lay_out_path, lay_out_trace
from governance.research.trace_vocabulary import KIND_WORDS, TRACE_KINDS, TraceKind, page_query

QUESTION = "What does this rest on, and what rests on it?"
QUESTIONS = {
    "trace": QUESTION,
    "falls": "What falls if its licence or consent changes?",
    "path": "How are these two connected?",
}
VIEWS = {"trace": "Trace", "falls": "What falls", "path": "Path"}
WAYS: dict[Direction, str] = {"both": "Both", "up": "Back", "down": "On"}
DEPTHS = ("all", "1", "2", "3", "4", "5", "6")
STARTS = (
    "dataset:aya-swahili", "domain:wikipedia.org", "claim:data-provenance-initiative/licence_omission", "model:gpt-4",
    "licence:CC BY-NC 4.0", "benchmark:MassiveIntentClassification",
)  # fmt: skip


def ask() -> None:
    """Say what the page shows, and offer ways in."""
    page_header(QUESTION, "**Choose a record** of any kind: a dataset, a domain, a claim, a model, a system.")
    record_finder(graph, "id")
    empty("Nothing is chosen yet.", "Search by name, or start from one of these.")
    for key in STARTS:
        if key in graph.number:
            kind, label = graph.records.select("kind", "label").row(graph.number[key])
            move(f"{plain(label)} · {KIND_WORDS[kind][0]}", key=f"start-{key}", id=key)


def show_record(kind: TraceKind, record_id: str) -> None:
    """Draw what rests on what around one record, and list it."""
    found = trace(state.cursor(), None, kind, record_id, direction, depth, kinds, known=graph)
    picture = lay_out_trace(found)
    answer = trace_answer(found)
    heading(kind, record_id, answer)
    key = "|".join((found.start, direction, str(depth), *kinds, graph.catalogue))

    def choose(mark: TraceMark) -> None:
        if mark.folded:
            st.session_state[f"listed-{key}"] = mark.key
        else:
            st.query_params["id"] = mark.key

    alt = f"{found.label} in the middle; left what it rests on, right what rests on it. {answer} The list has all."
    trace_picture(picture, found.start, key=f"graph-{key}", alt=alt.replace("*", ""), on_choose=choose)
    make = partial(
        Figure, name=f"Trace of {found.label}"[:200], value=found.nodes.height - 1, unit="records",
        n=found.nodes.height - 1, method=f"direction {direction}, depth {depth or 'all'}",
    )  # fmt: skip
    with st.container(horizontal=True):
        export_row(found, "trace")
        evidence_button(make, key="trace", quiet=True)
    if target := trace_list(found, picture, key=key, listing=f"listed-{key}"):
        st.query_params["id"] = target
        st.rerun()


def show_falls(kind: TraceKind, record_id: str) -> None:
    """List what is touched when the licence or the consent of a record changes."""
    found = what_falls(graph, kind, record_id)
    answer = falls_answer(found)
    heading(kind, record_id, answer)
    key = f"falls|{found.trace.start}|{graph.catalogue}"

    def choose(mark: TraceMark) -> None:
        if mark.folded:
            st.session_state[f"kind-{key}"] = mark.kind
        else:
            st.query_params["id"] = mark.key

    if found.trace.nodes.height > 1:
        picture = lay_out_trace(found.trace)
        trace_picture(picture, found.trace.start, key=key, alt=answer.replace("*", ""), on_choose=choose)
    with st.container(horizontal=True):
        export_row(found, "falls")
        make = partial(
            Figure, name=f"Touched by {found.trace.label}"[:200], value=found.trace.nodes.height - 1, unit="records",
            method=answer.replace("*", "")
        )  # fmt: skip
        evidence_button(make, key="falls", quiet=True)
    if target := falls_part(found, key):
        st.query_params["id"] = target
        st.rerun()


def show_path(kind: TraceKind, record_id: str) -> None:
    """Show the shortest way to another record."""
    other = st.query_params.get("to", "")
    if not other:
        heading(kind, record_id, "**Choose the other end** to see how the two are connected.")
        record_finder(graph, "to")
        return
    found = path_between(graph, (kind, record_id), read_key(other))
    heading(kind, record_id, path_answer(found, graph, f"{kind}:{record_id}", other))
    if found.edges.height:

        def choose(mark: TraceMark) -> None:
            st.query_params["id"] = mark.key

        chain = lay_out_path(found)
        first = f"{kind}:{record_id}"
        trace_picture(
            chain, first, key=f"path|{first}|{other}|{graph.catalogue}", alt="The steps of the table, left to right",
            on_choose=choose, titles=dict.fromkeys(chain.columns, ""),
        )  # fmt: skip
        path_part(found)
        export_row(found, "path")
    record_finder(graph, "to")


def heading(kind: TraceKind, record_id: str, answer: str) -> None:
    """Write question and answer, with the way to the record's own page."""
    actions = page_header(QUESTIONS[view], answer)
    if (page := page_query(kind, record_id)) is not None:
        with actions:
            page_link(page[0], "Its page", icon=":material/open_in_new:", **page[1])


def read_kinds(text: str) -> list[TraceKind]:
    """Read kinds from the address."""
    return [choice(one, TRACE_KINDS, "address, kinds") for one in text.split(",") if one]


asked = st.query_params.get("id", "")
graph = trace_graph()
with st.sidebar:
    if asked:
        record_finder(graph, "id")
    from_url("view", "trace", lambda value: choice(value, tuple(VIEWS), "address, view"))
    st.segmented_control(
        "View", list(VIEWS), key="view", format_func=lambda one: VIEWS[one], required=True, width="stretch",
        help="All around a record; what a change of its licence or consent touches; the way to another record",
    )  # fmt: skip
    view = to_url("view", "trace")
    from_url("direction", "both", lambda value: choice(value, tuple(WAYS), "address, direction"))
    from_url("depth", "all", lambda value: choice(value, DEPTHS, "address, depth"))
    from_url("kinds", "", read_kinds, read_kinds)
    if view == "trace":
        st.segmented_control(
            "Look", list(WAYS), key="direction", format_func=lambda way: WAYS[way], required=True, width="stretch",
            help="What it rests on stands at the left, what rests on it at the right",
        )  # fmt: skip
        st.selectbox("Steps each way", DEPTHS, key="depth", help="How far to follow")
        st.multiselect(
            "Kinds", TRACE_KINDS, key="kinds", format_func=lambda kind: KIND_WORDS[kind][1], placeholder="All kinds",
            help="Show only these; the way leads through the others all the same",
        )  # fmt: skip
    direction = choice(to_url("direction", "both"), tuple(WAYS), "address, direction")
    steps = to_url("depth", "all")
    depth = None if steps == "all" else int(steps)
    kinds = read_kinds(to_url("kinds", "", write=",".join))
if not asked:
    ask()
else:
    try:
        {"trace": show_record, "falls": show_falls, "path": show_path}[view](*read_key(asked))
    except TouchstoneError as error:
        page_header(QUESTIONS[view], "**There is nothing of that id here.**")
        show_error(error)
        if view == "path" and st.query_params.get("to"):
            record_finder(graph, "to")
source_line(
    "Each edge names the source of its row: the catalogue, the registry of replications, or your workbench",
    f"n = {number(len(graph.child))} edges",
)
