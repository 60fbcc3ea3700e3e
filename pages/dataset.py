"""All that is known about one dataset, each fact with its source."""

from __future__ import annotations

import polars as pl
import streamlit as st

from app.components import state
from app.components.dataset_card import (
    cite_menu,
    fact_columns,
    licence_table,
    link_menu,
    metric_line,
    only,
    relatives,
)
from app.components.export_menu import export_menu
from app.components.feedback import empty, show_error
from app.components.frame import page_header, plain, source_line
from app.components.node_table import conflict_list
from app.components.reading import KIND_WORDS, context, finder, move, reading
from app.components.source_views import sources_part
from app.components.verdict import because, verdict
from app.navigation import open_page, page_link
from governance.catalogue.sources import sources
from governance.catalogue.vocabulary import SNAPSHOTS
from governance.errors import NotFound
from governance.provenance.card import DatasetCard, dataset_card

QUESTION = "What is known about this dataset?"
STARTS = ("capybara-TheoremQA", "alpaca", "fc-sni-mctaco", "bactrian-x-tl")


def show(card: DatasetCard) -> None:
    """Draw one card."""
    actions = page_header(plain(card.name), verdict(card.licence_use, card.effective.use))
    one, query = only(datasets, card.id), context(datasets)
    with actions:
        if st.button("Lineage", icon=":material/account_tree:", type="primary", help="What it comes from, drawn"):
            open_page("lineage", id=card.id, **query)
        cite_menu(one, datasets)
        link_menu(card)
        export_menu(one, datasets.policy, key="card")
    st.markdown(because(card.effective.reason, card.missing_parents, card.effective.use))
    agreement = dict(pair.split(":") for pair in one.frame["host_agreement"].item())
    licence_table(card, agreement)
    conflict_list(card.conflicts)
    if card.metrics:
        st.markdown(metric_line(card))
    st.header("Facts", anchor=False)
    fact_columns(card, {source.id: source.title for source in sources(state.cursor())})
    sources_part(card)
    left, right = st.columns(2, gap="large")
    with left:
        relatives("Where it comes from", card.parents, card, query, "No parent, text source or model is recorded.")
    with right:
        relatives("What is built on it", card.children, card, query, "Nothing here is recorded as built on it.")
    if card.notes:
        st.header("Noted when it was read", anchor=False)
        st.markdown("\n".join(f"- {plain(note)}" for note in card.notes))
    for snapshot in card.other_snapshots:
        move(f"The same in snapshot {snapshot}", key=f"in-{snapshot}", icon=":material/history:", snapshot=snapshot)


def ask() -> None:
    """Say what the page shows, and offer ways in."""
    page_header(QUESTION, "**Choose a dataset** to see its licences by host, its facts and its lineage.")
    finder(("dataset",))
    empty("Nothing is chosen yet.", "Search by name, or start from one of these.")
    names = dict(datasets.frame.filter(pl.col("id").is_in(STARTS)).select("id", "name").iter_rows())
    for one in STARTS:
        if one in names:
            move(plain(names[one]), key=f"start-{one}", id=one)


def missing(error: NotFound) -> None:
    """Say that no dataset has the id; another thing may."""
    graph = datasets.effective.graph
    page_header(QUESTION, "**No dataset of this snapshot has that id.**")
    if asked in graph.number:
        kind = KIND_WORDS[graph.kinds[graph.number[asked]]][0]
        page_link("lineage", f"It is a {kind}: see its lineage", id=asked, **context(datasets))
    else:
        show_error(error)
    for snapshot in SNAPSHOTS:
        if snapshot != datasets.snapshot and asked in state.datasets_for(snapshot).effective.own:
            move(f"It is in snapshot {snapshot}", key=f"in-{snapshot}", icon=":material/history:", snapshot=snapshot)


asked = st.query_params.get("id", "")
with st.sidebar:
    place = st.container()
    datasets = reading()
    if asked:
        with place:
            finder(("dataset",))
if not asked:
    ask()
else:
    try:
        card = dataset_card(
            state.cursor(), asked, snapshot=datasets.snapshot, policy=datasets.policy, known=datasets.effective
        )
    except NotFound as error:
        missing(error)
    else:
        show(card)
source_line(
    "Source: Data Provenance Collection (Apache-2.0), Longpre et al. 2023, 2024",
    f"snapshot {datasets.snapshot}",
    f"policy: {datasets.policy.title}",
    legal=True,
)
