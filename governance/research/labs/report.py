"""A lab's result as a report to hand on, and as the JSON that the command line and the API give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import polars as pl

from governance.evaluation.formats.tables import NEEDED, TABLES
from governance.evaluation.report import Report
from governance.research.labs.lab import Lab, LabResult, Value

SYNTHETIC = "SYNTHETIC"
SYNTHETIC_WORDS = "SYNTHETIC data, made here with a planted answer: it shows what the lab does, not what is so"
SIMULATED_WORDS = "Simulated inside the lab; a simulation is never a reproduction"


def lab_report(
    lab: Lab,
    result: LabResult,
    settings: Mapping[str, Value],
    *,
    source: str,
    version: str,
    licence: str = "",
) -> Report:
    """Make a report of a result.

    Args:
        lab: The lab.
        result: What it found.
        settings: With which.
        source: Who published the data, or the file's name.
        version: Of the data.
        licence: SPDX expression of the data; empty: not stated.
    """
    labels = {one.name: one.label for one in lab.settings}
    return Report(
        title=f"{lab.title}{f' ({SYNTHETIC})' if result.synthetic else ''}", question=lab.question,
        answer=result.answer, n=result.n, counted=result.counted, estimator=result.method, ties="",
        interval=result.interval, seed=result.seed, data_version=version,
        source="made here" if result.synthetic else source, licence="CC0-1.0" if result.synthetic else licence,
        settings={labels[name]: value for name, value in settings.items()},
        tables={
            "Figures": numbers_table(result),
            **{one.title: one.table for one in result.figures},
            **result.tables,
        },
        limits=(
            *((SYNTHETIC_WORDS + ".",) if result.synthetic else ()),
            *((SIMULATED_WORDS + ".",) if result.simulated else ()),
            *result.limits,
        ),
    )  # fmt: skip


def numbers_table(result: LabResult) -> pl.DataFrame:
    """Give the figures as rows: what, value, low, high, unit, claim."""
    schema = {
        "figure": pl.String, "value": pl.Float64, "low": pl.Float64, "high": pl.Float64, "unit": pl.String,
        "claim": pl.String,
    }  # fmt: skip
    rows = [(one.label, one.value, one.low, one.high, one.unit, one.claim or None) for one in result.numbers]
    return pl.DataFrame(rows, schema=schema, orient="row")


def lab_document(lab: Lab, result: LabResult, settings: Mapping[str, Value]) -> dict[str, Any]:
    """Give a result as plain values.

    Args:
        lab: The lab.
        result: What it found.
        settings: With which.
    """
    return {
        "lab": lab.name, "question": lab.question, "answer": result.answer, "synthetic": result.synthetic,
        "simulated": result.simulated, "settings": dict(settings), "seed": result.seed, "n": result.n,
        "counted": result.counted, "method": result.method, "interval": result.interval or None,
        "numbers": [asdict(one) for one in result.numbers],
        "figures": {one.title: one.table.to_dicts() for one in result.figures},
        "tables": {title: table.to_dicts() for title, table in result.tables.items()},
        "limits": list(result.limits),
    }  # fmt: skip


def lab_card(lab: Lab) -> dict[str, Any]:
    """Tell what a lab is, as plain values."""
    return {
        "lab": lab.name, "topic": lab.topic, "title": lab.title, "question": lab.question, "reads": lab.source,
        "needs": list(lab.needs) or [one.name for one in lab.columns if one.needed],
        "columns": _columns(lab),
        "settings": [asdict(one) for one in lab.settings], "papers": list(lab.papers), "claims": list(lab.claims),
        "planted": lab.planted,
    }  # fmt: skip


def _columns(lab: Lab) -> list[dict[str, Any]]:
    """Give what a file for the lab has; those that the lab cannot do without are needed."""
    if lab.source == "settings":
        return []
    if lab.source == "table":
        return [asdict(one) for one in lab.columns]
    needed = {*lab.needs, *NEEDED[lab.source]}
    return [
        {"name": name, "kind": "number" if kind.is_numeric() else "text", "help": "", "needed": name in needed}
        for name, kind in TABLES[lab.source].items()
    ]
