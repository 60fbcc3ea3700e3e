"""What is here, one search over all of it, and the ways in."""

from __future__ import annotations

import streamlit as st

from app.components import state
from app.components.feedback import empty
from app.components.frame import number, page_header, plain, source_line
from app.components.use_bar import use_bar
from app.navigation import available_pages, page_link
from governance.catalogue.search import MAX_WORDS, Hit, search
from governance.catalogue.selection import Selection
from governance.provenance.datasets import look_alikes, select_datasets, summary

KINDS = {
    "dataset": "Dataset",
    "collection": "Collection",
    "licence": "Licence",
    "language": "Language",
    "task_group": "Task",
    "creator_country": "Country of a creator",
    "model": "Generating model",
    "text_source": "Text source",
    "work": "Parent without a record",
    "ai_model": "Model",
    "accelerator": "Chip",
}
STARTS = {
    "Swahili, commercial use, lineage counted": {"language": "swh", "effective_use": "commercial"},
    "Written by people, commercial use": {"authorship": "people", "effective_use": "commercial"},
    "Tagged looser on Hugging Face than audited": {"host_agreement": "huggingface:more_permissive"},
    "Speech of 1 000 hours and more": {"modality": "speech", "hours": "1000..", "sort": "-hours"},
}
QUESTIONS = {
    "datasets": "Which datasets may I use, and for what?",
    "dataset": "What is known about this dataset?",
    "lineage": "What does it come from, and what binds?",
    "hosts": "Can I trust the licence on a hosting site?",
    "composition": "How do two selections differ?",
    "lists": "What have I kept, and has it changed?",
    "policies": "By which rule are licences read?",
    "sources": "Where do these facts come from?",
    "consent": "How much of a corpus is closed by now?",
    "models": "Which models are above a compute line?",
    "thresholds": "Does my planned run cross a legal threshold?",
    "leaderboards": "Is model A really above model B?",
    "benchmarks": "Which benchmarks measure what, and in which languages?",
    "systems": "Where does the assessment of our system stand?",
}


def overview() -> None:
    """Say in one line what the catalogue holds."""
    datasets = state.datasets_for()
    found = select_datasets(datasets, Selection())
    free = look_alikes(datasets)
    does = "does" if free.not_free == 1 else "do"
    hub = free.on_sites["huggingface"]
    page_header(
        "What do you want to know about AI training data?",
        f"**{number(hub.not_free)} of {number(hub.n)} datasets** that their Hugging Face tag lets you use commercially "
        "are not free to use so, once the audited licences and everything behind them count.",
        help="An audit read the licences at their origin; Touchstone follows what each dataset derives from.",
    )
    figures = summary(found)
    use_bar({f"{number(found.total)} audited datasets, once lineage counts": figures.effective_use})
    st.caption(
        f"{number(len(found.facets['collection']))} collections · {number(figures.languages)} languages · "
        f"{number(len(datasets.effective.graph.why))} recorded derivations. Of {number(free.n)} datasets whose audited "
        f"licences allow commercial use, {number(free.not_free)} {does} not once lineage counts, and for "
        f"{number(free.unresolved)} it cannot be told: a parent of theirs has no record."
    )


def hit_line(hit: Hit) -> None:
    """Link to what was found."""
    label = f"**{plain(hit.name)}**"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if hit.kind == "dataset":
            page_link("dataset", label, id=hit.id)
        elif hit.kind in ("model", "text_source", "work"):
            page_link("lineage", label, id=hit.id)
        elif hit.kind == "ai_model":
            page_link("model", label, id=hit.id)
        elif hit.kind == "accelerator":
            page_link("hardware", label, chip=hit.id)
        else:
            page_link("datasets", label, **{hit.kind: hit.name if hit.kind == "licence" else hit.id})
        st.caption(f"{KINDS.get(hit.kind, hit.kind)} · {plain(hit.detail[:100])}", width="content")


def results(words: str) -> None:
    """List what the words find, best first."""
    hits = search(state.cursor(), words)
    if not hits:
        empty(f"Nothing is called {plain(words)} or said to be", "Try fewer words, another spelling or an ISO code.")
    for hit in hits:
        hit_line(hit)


def ways_in() -> None:
    """Show questions to start with, and one card for each page."""
    with st.container(horizontal=True, gap="small"):
        for label, query in STARTS.items():
            page_link("datasets", label, icon=":material/arrow_forward:", **query)
    grid = st.grid(min_column_width=290, gap="medium")
    for entry in available_pages():
        if entry.url_path in QUESTIONS:
            with grid.container(border=True, height="stretch"):
                page_link(entry.url_path, f"**{QUESTIONS[entry.url_path]}**", icon=entry.icon)
                st.caption(f"{entry.help}.")


overview()
asked = st.text_input(
    "Search everything",
    key="q",
    type="search",
    max_chars=MAX_WORDS,
    icon=":material/search:",
    placeholder="A dataset, collection, licence, language, task or model",
    help="Finds names, former names, hub ids and ISO codes first, then what is said about them.",
    bind="query-params",
)
if asked:
    results(asked)
else:
    ways_in()
source_line("snapshot current", "audit rule", legal=True)
