"""Benchmarks, as the panel of filters and the table know them, and what a process keeps of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
import streamlit as st

from app.components import state
from app.components.record_table import TableKind
from app.components.selection_panel import PanelKind
from app.theme import USE_LABELS, tokens, use_colours
from governance.catalogue.vocabulary import USE_CLASSES
from governance.evaluation.benchmarks.registry import (
    Benchmarks,
    BenchmarksResult,
    load_benchmarks,
    select_benchmarks,
)
from governance.evaluation.benchmarks.selection import BenchmarkSelection

NOT_CLASSED = "not classed"
WORDS: dict[str, str] = {str(use): label for use, label in USE_LABELS.items()}
COLUMNS: dict[str, str] = {
    "name": "Benchmark",
    "type": "Type",
    "language": "Languages",
    "domain": "Domains",
    "licence_use": "Licence use",
    "licence": "Licence",
    "annotation": "Labels by",
    "translated": "Native or translated",
    "models": "Models with results",
    "languages": "Number of languages",
    "modality": "Modality",
    "subtype": "Subtype",
    "category": "Category",
    "metric": "Main metric",
    "language_family": "Language families",
    "script": "Scripts",
    "creation": "Samples",
    "first_year": "Texts from",
    "last_year": "Texts until",
    "licence_stated": "Licence as stated",
    "dataset": "Data on the hub",
    "id": "Id",
}
COUNTS, YEARS = ("models", "languages"), ("first_year", "last_year")
WIDTHS = {"type": 120, "language": 130, "domain": 130, "licence": 130, "annotation": 90, "translated": 130}
WRITTEN = 4
"""Values of a list that are written out."""
VIEW = ("show", "set", "split", "missing", "least", "figure", "target")
"""What the page keeps in its address beside the selection."""


@st.cache_resource(show_spinner="Loading the benchmarks", max_entries=2)
def _benchmarks_at(catalogue_at: str) -> Benchmarks:
    return load_benchmarks(state.cursor())


def benchmarks() -> Benchmarks:
    """Give all benchmarks of the catalogue in use."""
    return _benchmarks_at(state.version())


def _cells(result: BenchmarksResult, frame: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    shown = []
    if "licence_use" in columns:
        use = pl.col("licence_use").replace_strict(USE_LABELS, default=None).fill_null(NOT_CLASSED)
        shown.append(pl.concat_list(use).alias("licence_use"))
    if "annotation" in columns:
        shown.append(pl.col("annotation").str.replace_all("_", " "))
    if "language" in columns:
        shown.append(pl.col("language").list.eval(pl.element().replace(result.records.labels_of("language"))))
    frame = frame.select(columns).with_columns(shown)
    return frame.with_columns(_first(name) for name, kind in frame.schema.items() if isinstance(kind, pl.List))


def _first(name: str) -> pl.Expr:
    """Cut a long list, which the grid would leave empty, and say how many more there are."""
    more = pl.concat_list(pl.format("and {} more", pl.col(name).list.len() - WRITTEN))
    cut = pl.col(name).list.head(WRITTEN).list.concat(more)
    known = pl.when(pl.col(name).list.len() > 0).then(pl.col(name))
    return pl.when(pl.col(name).list.len() > WRITTEN + 1).then(cut).otherwise(known).alias(name)


def _config(columns: Sequence[str]) -> dict[str, Any]:
    colours = use_colours(tokens())
    words = [*(USE_LABELS[use] for use in USE_CLASSES), NOT_CLASSED]
    fills = [*(colours[use] for use in USE_CLASSES), tokens().border]
    config: dict[str, Any] = {}
    for name in columns:
        label = COLUMNS[name]
        if name == "name":
            config[name] = st.column_config.TextColumn(label, pinned=True, width=210)
        elif name == "licence_use":
            config[name] = st.column_config.MultiselectColumn(
                label, options=words, color=fills, width=115,
                help="The audit's class of the licence as stated; not classed: the audit has no class for it",
            )  # fmt: skip
        elif name in COUNTS:
            config[name] = st.column_config.NumberColumn(label, format="%d", width=90)
        elif name in YEARS:
            config[name] = st.column_config.NumberColumn(label, format="%d", width=80)
        else:
            config[name] = st.column_config.Column(label, width=WIDTHS.get(name, 150))
    return config


BENCHMARK_TABLE: TableKind[BenchmarksResult] = TableKind(
    card="benchmark",
    plural="benchmarks",
    columns=COLUMNS,
    usual=("type", "language", "domain", "licence_use", "licence", "annotation", "models"),
    cells=_cells,
    config=_config,
)
BENCHMARK_PANEL: PanelKind[BenchmarkSelection, BenchmarksResult] = PanelKind(
    selection=BenchmarkSelection,
    select=lambda asked: select_benchmarks(benchmarks(), asked),
    plural="benchmarks",
    key="b",
    always=("type", "language", "domain", "licence_use", "annotation", "translated", "last_year"),
    pills=("licence_use", "licence_gap", "translated", "has_results", "modality"),
    words=WORDS,
    search=("name, domain, hub id …", "All words must occur in the name, type, domain, hub id or page"),
    more="modality, script, metric …",
    view=VIEW,
)
