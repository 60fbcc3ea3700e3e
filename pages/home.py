"""What changed, the ledger's state, one search over everything, and the ways in."""

from __future__ import annotations

import streamlit as st

from app.components import state
from app.components.frame import number, page_header, source_line
from app.components.home_views import changed_line, every_page, journeys, ledger_link, ledger_now, results
from app.components.home_words import ledger_answer
from app.components.use_bar import use_bar
from governance.catalogue.search import MAX_WORDS
from governance.catalogue.selection import Selection
from governance.provenance.datasets import look_alikes, select_datasets, summary

QUESTION = "What do you want to know about AI?"


def datasets_figure() -> None:
    """Say how many datasets that look free are not, and draw what all allow."""
    datasets = state.datasets_for()
    found, free = select_datasets(datasets, Selection()), look_alikes(datasets)
    figures, hub = summary(found), free.on_sites["huggingface"]
    does = "does" if free.not_free == 1 else "do"
    st.markdown(
        f"**{number(hub.not_free)} of {number(hub.n)} datasets** that their Hugging Face tag lets you use commercially "
        "are not free to use so, once the audited licences and everything behind them count.",
        help="An audit read the licences at their origin; Touchstone follows what each dataset derives from.",
    )
    use_bar({f"{number(found.total)} audited datasets, once lineage counts": figures.effective_use})
    st.caption(
        f"{number(len(found.facets['collection']))} collections · {number(figures.languages)} languages · "
        f"{number(len(datasets.effective.graph.why))} recorded derivations. Of {number(free.n)} datasets whose audited "
        f"licences allow commercial use, {number(free.not_free)} {does} not once lineage counts, and for "
        f"{number(free.unresolved)} it cannot be told: a parent of theirs has no record."
    )


actions = page_header(QUESTION, ledger_answer(ledger_now()))
with actions:
    ledger_link()
changed_line()
asked = st.text_input(
    "Search everything",
    key="q",
    type="search",
    max_chars=MAX_WORDS,
    icon=":material/search:",
    placeholder="A dataset, model, benchmark, paper, claim, web domain, threshold, system, licence or language",
    help="Finds names, former names, hub ids and ISO codes first, then what is said about them; your systems too.",
    bind="query-params",
)
if asked:
    results(asked)
else:
    journeys()
    datasets_figure()
    every_page()
source_line("snapshot current", "audit rule", legal=True)
