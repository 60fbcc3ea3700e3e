"""What does it come from, and which licence binds?"""

from __future__ import annotations

import streamlit as st

from app.components import state
from app.components.evidence_menu import evidence_button
from app.components.feedback import empty, show_error
from app.components.frame import page_header, plain, source_line
from app.components.lineage_graph import lineage_graph
from app.components.node_table import conflict_list, node_list, said
from app.components.reading import KIND_WORDS, context, finder, move, reading
from app.components.source_views import sources_behind
from app.components.url_state import from_url, to_url
from app.components.verdict import because, verdict
from app.navigation import open_page
from governance.assessment.records import Figure
from governance.catalogue.selection import choice
from governance.errors import NotFound
from governance.provenance.layout import Mark, lay_out
from governance.provenance.lineage import Direction, Lineage, lineage

QUESTION = "What does it come from, and which licence binds?"
KINDS = ("dataset", "collection", "model", "text_source", "work", "application")
WAYS: dict[Direction, str] = {"both": "Both", "up": "Before", "down": "After"}
DEPTHS = ("all", "1", "2", "3", "4", "5")
STARTS = ("capybara-TheoremQA", "fc-sni-mctaco", "source:wikipedia.org", "model:OpenAI GPT-4")


def show(found: Lineage) -> None:
    """Draw one lineage, and list it."""
    start = next(node for node in found.nodes if node.id == found.dataset_id)
    picture, terms = lay_out(found), found.effective
    actions = page_header(QUESTION, f"**{plain(start.label)}**: {verdict(start.own_use, start.effective_use)}")
    if start.kind == "dataset" and actions.button("Card", icon=":material/id_card:", help="All that is known about it"):
        open_page("dataset", id=start.id, **context(datasets))
    if reason := because(terms.reason, found.missing_parents, start.effective_use):
        st.markdown(reason)
    key = "|".join((datasets.snapshot, datasets.policy.id, found.dataset_id, direction, depth))

    def choose(mark: Mark) -> None:
        if mark.folded:
            st.session_state[f"listed-{key}"] = mark.key
        else:
            st.query_params["id"] = mark.key

    alt = f"Lineage of {start.label}, left to right: {said(found)}. Decided by {terms.reason}. The list has all of it."
    lineage_graph(picture, start.id, key=f"graph-{key}", alt=alt, on_choose=choose)
    evidence_button(
        lambda: Figure(
            name=f"Use class of {start.label} once lineage counts"[:200], value=start.effective_use or "unknown",
            n=len(found.nodes), method=alt,
        ),
        key="lineage",
        quiet=True,
    )  # fmt: skip
    target = node_list(found, picture, key=key, listing=f"listed-{key}")
    if target:
        st.query_params["id"] = target
        st.rerun()
    conflict_list(found.conflicts)
    if start.kind == "dataset" or found.sources.sites or found.sources.terms:
        sources_behind(found.sources, start.id)


def ask() -> None:
    """Say what the page shows, and offer ways in."""
    page_header(QUESTION, "**Choose a dataset**, a model, a text source or a named parent.")
    finder(KINDS)
    empty("Nothing is chosen yet.", "Search by name, or start from one of these.")
    graph = datasets.effective.graph
    for node in STARTS:
        if node in graph.number:
            at = graph.number[node]
            move(f"{plain(graph.labels[at])} ({KIND_WORDS[graph.kinds[at]][0]})", key=f"start-{node}", id=node)


asked = st.query_params.get("id", "")
with st.sidebar:
    place = st.container()
    from_url("direction", "both", lambda value: choice(value, tuple(WAYS), "option direction"))
    st.segmented_control(
        "Look", list(WAYS), key="direction", format_func=lambda way: WAYS[way], required=True, width="stretch",
        help="What it comes from stands at the left, what is built on it at the right",
    )  # fmt: skip
    from_url("depth", "all", lambda value: choice(value, DEPTHS, "option depth"))
    st.selectbox("Steps each way", DEPTHS, key="depth", help="How far to follow; the verdict always counts all steps")
    direction, depth = choice(to_url("direction", "both"), tuple(WAYS), "option direction"), to_url("depth", "all")
    datasets = reading()
    if asked:
        with place:
            finder(KINDS)
if not asked:
    ask()
else:
    try:
        found = lineage(
            state.cursor(),
            asked,
            snapshot=datasets.snapshot,
            policy=datasets.policy,
            depth=None if depth == "all" else int(depth),
            direction=direction,
            known=datasets.effective,
        )
    except NotFound as error:
        page_header(QUESTION, "**There is nothing of that id in this snapshot.**")
        show_error(error)
    else:
        show(found)
source_line(
    "Source: Data Provenance Collection (Apache-2.0), Longpre et al. 2023, 2024",
    f"snapshot {datasets.snapshot}",
    f"policy: {datasets.policy.title}",
    legal=True,
)
