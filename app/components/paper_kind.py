"""Papers, as the panel of filters and the table know them, and what a process keeps of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
import streamlit as st

from app.components import state
from app.components.record_table import TableKind
from app.components.selection_panel import PanelKind
from governance.research.paper_selection import PaperSelection
from governance.research.papers import Papers, PapersResult, load_papers, select_papers

COLUMNS: dict[str, str] = {
    "name": "Paper",
    "authors": "Authors",
    "day": "Date",
    "theme": "Themes",
    "claims": "Claims",
    "numbers": "With a number",
    "claim_unit": "Units",
    "code": "Code",
    "category": "Category",
    "modality": "Modality",
    "languages": "Languages",
    "affiliation": "Affiliations",
    "arxiv_id": "arXiv",
    "summary": "Summary",
    "id": "Id",
}
COUNTS = ("claims", "numbers", "languages")
WIDTHS = {"authors": 200, "theme": 210, "day": 95, "claim_unit": 110, "code": 75, "category": 85, "summary": 420}
HELPS = {
    "numbers": "Claims that state a number",
    "code": "Whether the abstract says that code is published",
    "arxiv_id": "Only where it was checked",
    "authors": "The first ones, as given",
}


@st.cache_resource(show_spinner="Loading the papers", max_entries=2)
def _papers_at(catalogue_at: str) -> Papers:
    return load_papers(state.cursor())


def papers() -> Papers:
    """Give all papers of the catalogue in use."""
    return _papers_at(state.version())


def themes_of(result: PapersResult) -> dict[str, str]:
    """Give what to call each theme."""
    return {word: label for (field, word), label in result.records.labels.items() if field == "theme"}


def _cells(result: PapersResult, frame: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    more = pl.when(pl.col("et_al")).then(pl.lit(" et al.")).otherwise(pl.lit(""))
    made = frame.with_columns(
        pl.col("title").alias("name"),
        (pl.col("authors").list.join(", ") + more).alias("authors"),
        pl.col("theme").list.eval(pl.element().replace(themes_of(result))),
        pl.col("code", "modality").str.replace_all("_", " "),
    ).select(columns)
    lists = [name for name, kind in made.schema.items() if isinstance(kind, pl.List)]
    return made.with_columns(pl.when(pl.col(name).list.len() > 0).then(pl.col(name)).alias(name) for name in lists)


def _config(columns: Sequence[str]) -> dict[str, Any]:
    config: dict[str, Any] = {}
    for name in columns:
        label, help = COLUMNS[name], HELPS.get(name)
        if name == "name":
            config[name] = st.column_config.TextColumn(label, pinned=True, width=260)
        elif name in COUNTS:
            config[name] = st.column_config.NumberColumn(label, format="%d", width=90, help=help)
        elif name == "day":
            config[name] = st.column_config.DateColumn(label, format="YYYY-MM-DD", width=WIDTHS[name])
        else:
            config[name] = st.column_config.Column(label, width=WIDTHS.get(name, 120), help=help)
    return config


PAPER_TABLE: TableKind[PapersResult] = TableKind(
    card="paper",
    plural="papers",
    columns=COLUMNS,
    usual=("day", "theme", "numbers", "claim_unit", "claims", "authors", "code"),
    cells=_cells,
    config=_config,
)
PAPER_PANEL: PanelKind[PaperSelection, PapersResult] = PanelKind(
    selection=PaperSelection,
    select=lambda asked: select_papers(papers(), asked),
    plural="papers",
    key="p",
    always=("theme", "year", "numeric", "claim_unit", "code"),
    pills=("numeric", "code", "claim_unit"),
    words={},
    search=("title, author, summary …", "All words must occur in the title, the authors, our summary or the id"),
    more="modality, affiliation, languages …",
)
