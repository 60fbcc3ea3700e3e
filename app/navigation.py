"""The pages as data: what is in the menu, under which title and address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

_LEFT = "left"
_HERE, _OPEN = "here", "open-dialog"
PAGES_FOLDER = Path(__file__).resolve().parents[1] / "pages"


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One page.

    Args:
        section: The menu it stands in; empty for the top row.
        title: Its name in the menu and the browser's tab.
        icon: A Material symbol.
        url_path: Its address, and the name of its file in ``pages/`` where ``script`` gives no other.
        help: What one finds there, in one sentence.
        script: The name of its file, without its ending.
    """

    section: str
    title: str
    icon: str
    url_path: str
    help: str
    script: str = ""

    @property
    def file(self) -> Path:
        """Give the script that draws the page."""
        return PAGES_FOLDER / f"{self.script or self.url_path}.py"


PAGES: tuple[PageEntry, ...] = (
    PageEntry("", "Home", ":material/home:", "home", "What is here, and a search over all of it"),
    PageEntry(
        "Data",
        "Datasets",
        ":material/table_rows:",
        "datasets",
        "Find datasets you may use, by licence, language and task",
    ),
    PageEntry(
        "Data",
        "Dataset card",
        ":material/id_card:",
        "dataset",
        "All that is known about one dataset, each fact with its source",
    ),
    PageEntry(
        "Data",
        "Lineage",
        ":material/account_tree:",
        "lineage",
        "What a dataset derives from, and the licence that remains",
    ),
    PageEntry(
        "Data",
        "Licences on hosts",
        ":material/fact_check:",
        "hosts",
        "How often the licence on a hosting site is missing or wrong",
    ),
    PageEntry(
        "Data",
        "Composition",
        ":material/stacked_bar_chart:",
        "composition",
        "Two selections side by side: languages, tasks, years",
    ),
    PageEntry("Data", "Lists", ":material/bookmark:", "lists", "Selections you saved: reopen, compare and export them"),
    PageEntry(
        "Data",
        "Policies",
        ":material/gavel:",
        "policies",
        "The rules for reading licences, what each does, and your own",
    ),
    PageEntry(
        "Data", "Sources", ":material/database:", "sources", "Where every fact came from, and under which licence"
    ),
    PageEntry(
        "Consent",
        "Consent",
        ":material/block:",
        "consent",
        "How much of a corpus its sites have closed to AI, over time, by agent, and what would be lost",
    ),
    PageEntry(
        "Consent",
        "My sources",
        ":material/upload_file:",
        "my-sources",
        "What the sites on your own list allow, from robots.txt texts that you bring",
        script="my_sources",
    ),
    PageEntry(
        "Consent",
        "Agents",
        ":material/smart_toy:",
        "agents",
        "Who crawls, what for, who says they follow robots.txt; check one file",
    ),
    PageEntry(
        "Consent",
        "Domain card",
        ":material/public:",
        "domain",
        "What one web site allows, and which datasets draw on it",
    ),
    PageEntry(
        "Consent",
        "Terms of sites",
        ":material/contract:",
        "terms",
        "What terms of service say of training and scraping, and the share of a corpus under limits",
    ),
    PageEntry(
        "Consent",
        "Human feedback",
        ":material/how_to_vote:",
        "feedback",
        "Pools of votes: who gave them, under what terms, and who left",
    ),
    PageEntry(
        "Evaluation",
        "Leaderboards",
        ":material/leaderboard:",
        "leaderboards",
        "Rankings from battles, with intervals of scores and ranks, and any two models side by side",
    ),
    PageEntry(
        "Evaluation",
        "Robustness",
        ":material/shuffle:",
        "robustness",
        "Whether a ranking survives another order of votes, other judges and prompts, and the cycles in it",
    ),
    PageEntry(
        "Evaluation",
        "Selection effects",
        ":material/filter_alt:",
        "selection-effects",
        "What of a high place is selection: best of several tries, shares of battles, retired models, data",
        script="selection_effects",
    ),
    PageEntry(
        "Evaluation",
        "Languages",
        ":material/translate:",
        "languages",
        "Scores, worst languages and rankings by language, culture, family and kind of rater",
    ),
    PageEntry(
        "Evaluation",
        "Rescoring",
        ":material/published_with_changes:",
        "rescoring",
        "How far a ranking moves when the same outputs are scored again",
    ),
    PageEntry(
        "Evaluation",
        "Benchmarks",
        ":material/checklist:",
        "benchmarks",
        "Find benchmarks by language, licence and task; rank models over any of them; see how few would do",
    ),
    PageEntry(
        "Evaluation",
        "Benchmark card",
        ":material/quiz:",
        "benchmark",
        "All that is known about one benchmark, with the audited licence of its data",
    ),
    PageEntry(
        "Evaluation",
        "Prompts",
        ":material/low_priority:",
        "prompts",
        "Which answers people should judge first, and how many ties and votes that saves",
    ),
    PageEntry(
        "Evaluation",
        "Sample size",
        ":material/straighten:",
        "sample-size",
        "Whether a win rate is a win, the votes it needs, and single runs apart",
        script="sample_size",
    ),
    PageEntry(
        "Evaluation",
        "Evaluation data",
        ":material/ballot:",
        "evaluation-data",
        "Battles, scores and predictions at hand: upload, check, and take people's votes out",
        script="evaluation_data",
    ),
    PageEntry(
        "Compute",
        "Thresholds",
        ":material/speed:",
        "thresholds",
        "Which legal compute thresholds a training history crosses, and how sure that is",
    ),
    PageEntry(
        "Compute",
        "Compare scenarios",
        ":material/call_split:",
        "scenarios",
        "What changes when a run is split, distilled, made sparse or moved to inference",
    ),
    PageEntry(
        "Compute",
        "Backtest",
        ":material/history:",
        "backtest",
        "Which models a threshold would have caught, against what they can do",
    ),
    PageEntry(
        "Compute",
        "Models",
        ":material/neurology:",
        "models",
        "Find models by compute, size, organisation and how well it is known",
    ),
    PageEntry(
        "Compute",
        "Model card",
        ":material/badge:",
        "model",
        "All that is known about one model, each fact with its source",
    ),
    PageEntry(
        "Compute", "Footprint", ":material/eco:", "footprint", "Energy, emissions, water and cost of training and use"
    ),
    PageEntry(
        "Compute",
        "Hardware",
        ":material/memory:",
        "hardware",
        "Chips and their export class, and which functions run on which device",
    ),
    PageEntry(
        "Governance",
        "Systems",
        ":material/dashboard:",
        "systems",
        "All assessed systems: what is known, what is missing, what is due",
    ),
    PageEntry(
        "Governance",
        "Compare assessments",
        ":material/difference:",
        "compare-assessments",
        "Two systems or two versions, item by item, and what changed since it was signed",
        script="compare_systems",
    ),
    PageEntry(
        "Governance",
        "Social impact",
        ":material/diversity_3:",
        "social-impact",
        "Assess a system item by item, with evidence, and have it signed",
        script="assessment",
    ),
    PageEntry(
        "Governance",
        "Risk",
        ":material/warning:",
        "risk",
        "Dangerous capabilities, outside scrutiny, the decision and what would reopen it",
    ),
    PageEntry(
        "Governance",
        "Evidence",
        ":material/attach_file:",
        "evidence",
        "What the findings on a system rest on, and what of it is out of date",
    ),
    PageEntry(
        "Governance",
        "Evidence review",
        ":material/biotech:",
        "evidence-review",
        "Which step was studied against which baseline, and what was found",
        script="review",
    ),
    PageEntry(
        "Governance",
        "Crosswalk",
        ":material/compare_arrows:",
        "crosswalk",
        "Our items beside those of other frameworks, both ways, with the gaps",
    ),
    PageEntry(
        "Governance",
        "Audit trail",
        ":material/receipt_long:",
        "audit",
        "Who changed what and when, and whether the trail is whole",
    ),
    PageEntry(
        "Governance",
        "People",
        ":material/group:",
        "people",
        "Who may read, write, review and administer here",
    ),
    PageEntry(
        "Research",
        "Papers",
        ":material/article:",
        "papers",
        "Find papers by theme, year and kind of claim, and the pages where their findings can be checked",
    ),
    PageEntry(
        "Research",
        "Paper card",
        ":material/description:",
        "paper",
        "All that is known about one paper: facts, claims with their published values, where to check them",
    ),
    PageEntry(
        "Research",
        "Claims",
        ":material/verified:",
        "claims",
        "Published numbers beside what the data here give now, and why the others cannot be had",
    ),
    PageEntry(
        "Research",
        "Trace",
        ":material/conversion_path:",
        "trace",
        "What any record rests on, what rests on it, and what falls when a licence or consent changes",
    ),
    PageEntry(
        "Research",
        "Labs",
        ":material/experiment:",
        "labs",
        "Small calculators that answer one question each from your own file or settings",
    ),
)


def available_pages() -> list[PageEntry]:
    """List the pages whose script exists; the first is the default."""
    return [entry for entry in PAGES if entry.file.exists()]


def entry_of(url_path: str) -> PageEntry | None:
    """Find a page that can be linked to."""
    return next((entry for entry in available_pages() if entry.url_path == url_path), None)


def streamlit_page(entry: PageEntry) -> StreamlitPage:
    """Turn an entry into the page Streamlit knows."""
    default = entry is PAGES[0]
    return st.Page(
        entry.file, title=entry.title, icon=entry.icon, url_path=None if default else entry.url_path, default=default
    )


def menu() -> dict[str, list[StreamlitPage]]:
    """Give the pages by section, in order."""
    sections: dict[str, list[StreamlitPage]] = {}
    for entry in available_pages():
        sections.setdefault(entry.section, []).append(streamlit_page(entry))
    return sections


def arrive(page: StreamlitPage) -> None:
    """Note which page is drawn; a dialog of the page that was left is closed, the address it was left with mended."""
    if page.url_path != here():
        close_dialog()
        _mend_address(page.url_path)
    st.session_state[_HERE] = page.url_path


def _mend_address(url_path: str) -> None:
    """Give a page back the query it was left with, where a step back finds that of the page that followed.

    Streamlit first writes the new query to the address of the page that is left, so the back button of the browser
    meets that address before the one that was seen.
    """
    left = st.session_state.get(_LEFT)
    if left is not None and left[0] == url_path and left[2] == _pairs(_query_here()):
        st.query_params.from_dict(left[1])
        del st.session_state[_LEFT]


def _query_here() -> dict[str, list[str]]:
    return {name: st.query_params.get_all(name) for name in st.query_params}


def here() -> str:
    """Give the address of the page that is drawn, without a slash; empty for the first."""
    return str(st.session_state.get(_HERE, ""))


def open_dialog(key: str) -> None:
    """Open a dialog of this page, so that it stays open when the whole page runs again."""
    st.session_state[_OPEN] = key


def is_open(key: str) -> bool:
    """Tell whether a dialog of this page is open."""
    return st.session_state.get(_OPEN) == key


def close_dialog() -> None:
    """Close whatever dialog is open."""
    st.session_state.pop(_OPEN, None)


def page_link(url_path: str, label: str, *, icon: str | None = None, **query: str | Sequence[str]) -> None:
    """Link to a page of the app, with query parameters; plain text where the page does not exist."""
    entry = entry_of(url_path)
    if entry is None:
        st.markdown(label)
    else:
        st.page_link(streamlit_page(entry), label=label, icon=icon, query_params=query or None)


def open_page(url_path: str, **query: str | Sequence[str]) -> None:
    """Leave this page for another; does nothing where that one does not exist."""
    entry = entry_of(url_path)
    if entry is not None:
        st.session_state[_LEFT] = here(), _query_here(), _pairs(query)
        st.switch_page(streamlit_page(entry), query_params=query)


def _pairs(query: Mapping[str, str | Sequence[str]]) -> list[tuple[str, str]]:
    return sorted(
        (name, one) for name, value in query.items() for one in ([value] if isinstance(value, str) else value)
    )
