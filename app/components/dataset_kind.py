"""Datasets, as the panel of filters and the table know them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
import streamlit as st

from app.components import state
from app.components.record_table import TableKind
from app.components.selection_panel import PanelKind
from app.theme import USE_LABELS, tokens, use_colours
from governance.catalogue.selection import Selection
from governance.catalogue.vocabulary import USE_CLASSES
from governance.provenance.datasets import SelectionResult, select_datasets

WORDS: dict[str, str] = {"neither_stated": "not stated", **{str(use): label for use, label in USE_LABELS.items()}}
COLUMNS: dict[str, str] = {
    "name": "Dataset",
    "licence_use": "Licence use",
    "effective_use": "Effective use",
    "licences": "Licences found",
    "language": "Languages",
    "examples": "Examples",
    "year": "Year",
    "collection": "Collection",
    "modality": "Modality",
    "task": "Tasks",
    "creator": "Creators",
    "creator_country": "Countries",
    "generating_model": "Models",
    "parents": "Derived from",
    "missing_parents": "Parents without record",
    "huggingface_use": "On Hugging Face",
    "github_use": "On GitHub",
    "paperswithcode_use": "On Papers with Code",
    "sites": "Web sites",
    "sources_full": "Sources restricted",
    "source_terms": "Terms of sources",
    "hours": "Hours",
    "downloads": "Downloads",
    "citations": "Citations",
    "id": "Id",
}
USES = ("licence_use", "effective_use", "huggingface_use", "github_use", "paperswithcode_use")
NAMED = ("language", "creator_country")
WIDTHS = {"licences": 190, "language": 130, "collection": 160}
COUNTS = ("examples", "downloads", "citations", "hours", "parents", "missing_parents", "sites")


def _cells(result: SelectionResult, frame: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    named = [
        pl.col(field).list.eval(pl.element().replace(result.records.labels_of(field)))
        for field in columns
        if field in NAMED
    ]
    if "licences" in columns:
        named.append(
            pl.col("licences").list.eval(pl.element().str.replace(r"^custom:(?:https?://)?([^/]*).*$", "custom: $1"))
        )
    uses = [
        pl.concat_list(pl.col(name).replace_strict(USE_LABELS, default="unknown").fill_null("not stated")).alias(name)
        for name in columns
        if name in USES
    ]
    return frame.select(columns).with_columns(*uses, *named)


def _config(columns: Sequence[str]) -> dict[str, Any]:
    colours = use_colours(tokens())
    words, fills = [USE_LABELS[use] for use in USE_CLASSES], [colours[use] for use in USE_CLASSES]
    config: dict[str, Any] = {}
    for name in columns:
        label = COLUMNS[name]
        if name == "name":
            config[name] = st.column_config.TextColumn(label, pinned=True, width=190)
        elif name in USES:
            config[name] = st.column_config.MultiselectColumn(label, options=words, color=fills, width=118)
        elif name in COUNTS:
            config[name] = st.column_config.NumberColumn(label, format="compact", width=88)
        elif name == "sources_full":
            config[name] = st.column_config.NumberColumn(label, format="percent", width=120)
        elif name == "year":
            config[name] = st.column_config.NumberColumn(label, format="%d", width=64)
        else:
            config[name] = st.column_config.Column(label, width=WIDTHS.get(name, "medium"))
    return config


DATASET_TABLE: TableKind[SelectionResult] = TableKind(
    card="dataset",
    plural="datasets",
    columns=COLUMNS,
    usual=("licence_use", "effective_use", "licences", "language", "examples", "year"),
    cells=_cells,
    config=_config,
)
DATASET_PANEL: PanelKind[Selection, SelectionResult] = PanelKind(
    selection=Selection,
    select=lambda asked: select_datasets(state.datasets_for(asked.snapshot, asked.policy), asked),
    plural="datasets",
    key="f",
    always=("licence_use", "effective_use", "language", "task", "modality", "authorship", "year"),
    pills=("licence_use", "effective_use", "modality", "authorship", "attribution", "share_alike"),
    words=WORDS,
    search=(
        "name, creator, task …",
        "All words must occur in the name, id, collection, creators, paper title or tasks",
    ),
    more="creator, country, domain …",
)
