"""The parts of Home: what changed, the ledger's state, what a search finds, the five journeys, the pages."""

from __future__ import annotations

from datetime import UTC, date, datetime

import streamlit as st

from app.components import state
from app.components.feedback import empty
from app.components.frame import counted, number, plain
from app.components.list_views import CHECKED, changes_of
from app.navigation import PageEntry, available_pages, entry_of, page_link
from governance.catalogue.connect import home
from governance.catalogue.search import Hit, search
from governance.catalogue.sources import sources
from governance.errors import NotAllowed, StoreDamaged, StoreInUse
from governance.records.lists import lists
from governance.records.since import since_last_change
from governance.research.ledger_state import LedgerState, ledger_state

KINDS = {
    "dataset": "Dataset",
    "collection": "Collection",
    "licence": "Licence",
    "language": "Language",
    "task_group": "Task",
    "creator_country": "Country of a creator",
    "model": "Generating model",
    "text_source": "Text source",
    "work": "Parent",
    "ai_model": "Model",
    "accelerator": "Chip",
    "benchmark": "Benchmark",
    "evaluation_set": "Evaluation data",
    "threshold": "Threshold",
    "domain": "Web domain",
    "paper": "Paper",
    "claim": "Claim",
    "release": "Release",
}
CARDS = {
    "dataset": ("dataset", "id"), "model": ("lineage", "id"), "text_source": ("lineage", "id"),
    "work": ("lineage", "id"), "ai_model": ("model", "id"), "benchmark": ("benchmark", "id"),
    "domain": ("domain", "name"),
    "accelerator": ("hardware", "chip"), "evaluation_set": ("evaluation-data", "id"), "paper": ("paper", "id"),
}  # fmt: skip
"""Page that shows a thing of a kind, and the name of its id there; others are facets of datasets."""
SYSTEMS = 5
CHANGED_HELP = (
    "Lists and systems that you save are watched from then on: whether a list gives other datasets or terms than when "
    "it was saved, which system is due for review, and what others changed after you. Visits are recorded nowhere."
)
JOURNEYS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("Which datasets may I use, and for what?", ":material/table_rows:",
     "Filter, open a card, follow its lineage to the terms that bind, keep a list, export with attribution.",
     ("datasets", "lineage", "lists")),
    ("Does my planned run cross a legal threshold?", ":material/speed:",
     "A run in plain words, the verdict of each text with its probability, what-ifs side by side, a memo.",
     ("thresholds", "scenarios", "backtest")),
    ("Is model A really above model B?", ":material/leaderboard:",
     "Your battles or the shipped ones: a ranking with intervals, other orders, cycles, tie rules, a report.",
     ("leaderboards", "robustness", "evaluation-data")),
    ("Where does our system stand before release?", ":material/dashboard:",
     "Social impact and risk item by item with evidence, signed by somebody else, with a trail one can verify.",
     ("systems", "social-impact", "risk")),
    ("Does this paper's number hold?", ":material/article:",
     "A paper, its claims, the figure as it comes out now, or the reason why none can.",
     ("papers", "claims", "labs", "trace")),
)  # fmt: skip
STARTS = {
    "Swahili, commercial use, lineage counted": {"language": "swh", "effective_use": "commercial"},
    "Written by people, commercial use": {"authorship": "people", "effective_use": "commercial"},
    "Tagged looser on Hugging Face than audited": {"host_agreement": "huggingface:more_permissive"},
    "Speech of 1 000 hours and more": {"modality": "speech", "hours": "1000..", "sort": "-hours"},
}


@st.cache_data(show_spinner=False, max_entries=2)
def _newest_facts(catalogue_at: str) -> date | None:
    return max((one.retrieved for one in sources(state.cursor()) if one.retrieved), default=None)


@st.cache_data(show_spinner=False, ttl=60, max_entries=4)
def _ledger_at(catalogue_at: str, store: str) -> LedgerState:
    return ledger_state(state.cursor())


def ledger_now() -> LedgerState:
    """Give how published numbers stand, at most a minute old."""
    return _ledger_at(state.version(), str(home()))


def ledger_link() -> None:
    """Lead to the ledger, or to the papers where there is none."""
    if entry_of("claims"):
        page_link("claims", "All claims", icon=":material/fact_check:")
    else:
        page_link("papers", "All papers", icon=":material/article:")


def changed_line() -> None:
    """Say in one line what changed: in the facts, in what they give, and since the reader last saved something."""
    newest, moved = _newest_facts(state.version()), ledger_now().changed
    facts = [
        *([f"newest facts of {newest}"] if newest else []),
        *([f"**{counted(moved, 'claim')}** computed otherwise than before the data changed"] if moved else []),
    ]
    try:
        head, said, due = _own_words()
    except (StoreInUse, StoreDamaged, NotAllowed):
        head, said, due = "What changed", [], False
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"{head}: {' · '.join([*facts, *said])}", width="content", help=CHANGED_HELP)
        if due:
            page_link("systems", "Systems", icon=":material/dashboard:", show="due")
        page_link("sources", "Sources", icon=":material/database:")


def _own_words() -> tuple[str, list[str], bool]:
    """Give what the line begins with, what changed of the reader's own, and whether a system is due."""
    bench = state.workbench()
    since, listed = since_last_change(bench), lists(bench)
    if since.at is None and not listed and not since.others:
        return "What changed", ["nothing of yours is saved yet"], False
    changes = [changes_of(one) for one in listed[:CHECKED]]
    moved = sum(one is None or one.changed for one in changes)
    due = len({one.system.id for one, _ in state.standings(datetime.now(UTC).date()).due(0)})
    head = f"What changed since you last saved, {since.at:%Y-%m-%d}" if since.at else "What changed"
    said = [
        *([f"**{moved} of {counted(len(changes), 'list')}** give something else than when saved"] if listed else []),
        f"**{counted(due, 'system')}** due for review" if due else "no system due for review",
        *([f"{counted(since.others, 'change')} by others"] if since.others else []),
    ]
    return head, said, bool(due)


def results(words: str) -> None:
    """List what the words find, best first, the reader's own systems before all."""
    own = _systems(words)
    hits = search(state.cursor(), words)
    if not hits and not own:
        empty(f"Nothing is called {plain(words)} or said to be", "Try fewer words, another spelling or an ISO code.")
    for key, name in own:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            page_link("systems", f"**{plain(name)}**", system=key)
            st.caption("Your system", width="content")
    for hit in hits:
        hit_line(hit)


def hit_line(hit: Hit) -> None:
    """Link to what was found."""
    label = f"**{plain(hit.name[:120])}**"
    page, query = hit_target(hit)
    kind = hit.detail.capitalize() if hit.kind == "work" else KINDS.get(hit.kind, hit.kind)
    parts = [part for part in hit.detail[:100].split(" · ") if part.casefold() != kind.casefold()]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        page_link(page, label, **query)
        st.caption(" · ".join([kind, *map(plain, parts)]), width="content")


def hit_target(hit: Hit) -> tuple[str, dict[str, str]]:
    """Give the page that shows what was found, and its query.

    >>> hit_target(Hit(kind="paper", id="elo-uncovered", name="Elo Uncovered", detail="", score=1.0))
    ('paper', {'id': 'elo-uncovered'})
    """
    if hit.kind in CARDS:
        page, name = CARDS[hit.kind]
        return page, {name: hit.id}
    if hit.kind == "claim":
        return ("claims", {"id": hit.id}) if entry_of("claims") else ("paper", {"id": hit.id.partition("/")[0]})
    if hit.kind == "release":
        return "paper", {"id": hit.id.partition("/")[0]}
    if hit.kind == "threshold":
        return "thresholds", {"law": hit.id, "show": "all"}
    return "datasets", {hit.kind: hit.name if hit.kind == "licence" else hit.id}


def journeys() -> None:
    """Show the five questions that the pages answer together, and where each begins."""
    grid = st.grid(min_column_width=290, gap="medium")
    for question, icon, told, pages in JOURNEYS:
        here = [entry for page in pages if (entry := entry_of(page))]
        if not here:
            continue
        with grid.container(border=True, height="stretch"):
            page_link(here[0].url_path, f"**{question}**", icon=icon)
            st.caption(told)
            with st.container(horizontal=True, gap="small"):
                for entry in here[1:]:
                    page_link(entry.url_path, entry.title)
    with grid.container(border=True, height="stretch", gap="xxsmall"):
        st.caption("Or start from a question to the data")
        for label, query in STARTS.items():
            page_link("datasets", label, icon=":material/arrow_forward:", **query)


def every_page() -> None:
    """List all pages by section, each with what one finds there."""
    sections: dict[str, list[PageEntry]] = {}
    for entry in available_pages():
        if entry.section:
            sections.setdefault(entry.section, []).append(entry)
    with st.expander(f"All {number(sum(map(len, sections.values())))} pages", icon=":material/apps:"):
        grid = st.grid(min_column_width=240, gap="small")
        for section, pages in sections.items():
            with grid.container(gap="xxsmall"):
                st.markdown(f"**{section}**")
                for entry in pages:
                    page_link(entry.url_path, entry.title, icon=entry.icon)


def _systems(words: str) -> list[tuple[str, str]]:
    """Find the reader's systems whose name, owner or id holds all words."""
    if not words.strip():
        return []
    try:
        found = state.standings(datetime.now(UTC).date()).select(words)
    except (StoreInUse, StoreDamaged, NotAllowed):
        return []
    return [(one.system.id, one.system.name) for one in found[:SYSTEMS]]
