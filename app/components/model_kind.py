"""Models, as the panel of filters and the table know them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
import streamlit as st

from app.components import state
from app.components.record_table import TableKind
from app.components.selection_panel import PanelKind
from app.theme import Meaning, tokens
from governance.compute.model_selection import ModelSelection
from governance.compute.models import ModelsResult, select_models
from governance.compute.uncertainty import LINES, chance_column
from governance.exports.words import flop_words

CONFIDENCE: dict[str, Meaning] = {
    "confident": "good",
    "likely": "caution",
    "speculative": "strict",
    "unverified": "unknown",
    "wrong": "stop",
}
"""How sure the source is, and the colour that says it."""
NOT_SAID = "not said"
WORDS = {"user": "yours", "facts": "shipped", "import": "imported"}
COLUMNS: dict[str, str] = {
    "name": "Model",
    "organisation": "Organisation",
    "released": "Released",
    "training_flop": "Training FLOP",
    "confidence": "Confidence",
    **{chance_column(line): f"Chance above {line:.0e}".replace("e+", "e") for line in LINES},
    "flop_low": "FLOP, low",
    "flop_high": "FLOP, high",
    "parameters": "Parameters",
    "active_parameters": "Active parameters",
    "tokens": "Tokens",
    "domain": "Domain",
    "architecture": "Architecture",
    "openness": "Access",
    "country": "Countries",
    "base_model": "Built on",
    "hardware": "Hardware",
    "chips": "Chips",
    "chip_hours": "Chip-hours",
    "numeric_format": "Format",
    "method": "Estimated by",
    "input_evidence": "Inputs",
    "cost_usd": "Cost, USD",
    "capability": "Capability (ECI)",
    "year": "Year",
    "origin": "Origin",
    "id": "Id",
}
CHANCES = tuple(chance_column(line) for line in LINES)
POWERS = ("training_flop", "flop_low", "flop_high")
COUNTS = ("parameters", "active_parameters", "tokens", "chips", "chip_hours", "cost_usd")
WORDED = ("openness", "architecture", "input_evidence")


def _cells(result: ModelsResult, frame: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    shown = [pl.col(name).str.replace_all("_", " ") for name in columns if name in WORDED]
    shown += [
        pl.col(name).list.eval(pl.element().str.replace_all("_", " "))
        for name in columns
        if name in ("domain", "method")
    ]
    shown += [pl.col(name).map_elements(flop_words, return_dtype=pl.String) for name in columns if name in POWERS]
    shown += [pl.col(name) * 100 for name in columns if name in CHANCES]
    if "confidence" in columns:
        shown.append(pl.concat_list(pl.col("confidence").fill_null(NOT_SAID)).alias("confidence"))
    if "origin" in columns:
        shown.append(pl.col("origin").replace(WORDS))
    if "country" in columns:
        shown.append(pl.col("country").list.eval(pl.element().replace(result.records.labels_of("country"))))
    return frame.select(columns).with_columns(shown)


def _config(columns: Sequence[str]) -> dict[str, Any]:
    config: dict[str, Any] = {}
    for name in columns:
        label = COLUMNS[name]
        if name == "name":
            config[name] = st.column_config.TextColumn(label, pinned=True, width=200)
        elif name == "confidence":
            words, fills = list(CONFIDENCE), [tokens().of(meaning) for meaning in CONFIDENCE.values()]
            config[name] = st.column_config.MultiselectColumn(label, options=words, color=fills, width=105)
        elif name in CHANCES:
            config[name] = st.column_config.ProgressColumn(
                label, format="%.0f%%", min_value=0, max_value=100, width=130, color="gray",
                help="From the estimate and the source's confidence, read as 3x, 10x and 30x at 90%",
            )  # fmt: skip
        elif name in POWERS:
            config[name] = st.column_config.TextColumn(label, alignment="right", width=100, help="Operations")
        elif name in COUNTS:
            config[name] = st.column_config.NumberColumn(label, format="compact", width=90)
        elif name in ("year", "capability"):
            config[name] = st.column_config.NumberColumn(label, format="%d", width=80)
        elif name == "released":
            config[name] = st.column_config.DateColumn(label, format="YYYY-MM-DD", width=90)
        else:
            config[name] = st.column_config.Column(label, width=150)
    return config


MODEL_TABLE: TableKind[ModelsResult] = TableKind(
    card="model",
    plural="models",
    columns=COLUMNS,
    usual=("organisation", "released", "training_flop", "confidence", chance_column(1e25), "parameters", "openness"),
    cells=_cells,
    config=_config,
)
MODEL_PANEL: PanelKind[ModelSelection, ModelsResult] = PanelKind(
    selection=ModelSelection,
    select=lambda asked: select_models(state.models(), asked),
    plural="models",
    key="m",
    always=("organisation", "country", "domain", "openness", "confidence", "year", "training_flop"),
    pills=("confidence", "open_weights", "has_base", "frontier", "origin", "architecture"),
    words=WORDS,
    search=("name, organisation, chip …", "All words must occur in the name, id, organisation, base, paper or chip"),
    more="hardware, parameters, method …",
    view=("line",),
)
