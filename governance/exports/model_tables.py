"""Models as files: the formats as data, and whom to credit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from governance.catalogue.sources import sources
from governance.compute.models import ModelsResult
from governance.exports.tables import csv_of, jsonl_of, parquet_of, xlsx_of

TITLE = "Models"


@dataclass(frozen=True, slots=True)
class ModelExport:
    """One format.

    Args:
        label: Its name on the page.
        file_name: The file it makes.
        media_type: Its media type.
        bytes_of: Writes the models, given the lines that credit their sources.
    """

    label: str
    file_name: str
    media_type: str
    bytes_of: Callable[[ModelsResult, tuple[str, ...]], bytes]


MODEL_EXPORTS: tuple[ModelExport, ...] = (
    ModelExport("CSV", "models.csv", "text/csv; charset=utf-8", lambda result, _: csv_of(result.frame)),
    ModelExport("Parquet", "models.parquet", "application/vnd.apache.parquet", lambda one, _: parquet_of(one.frame)),
    ModelExport("JSON lines", "models.jsonl", "application/jsonl; charset=utf-8", lambda one, _: jsonl_of(one.frame)),
    ModelExport(
        "Excel",
        "models.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        lambda result, credits: xlsx_of(result.frame, about_models(result, credits), TITLE),
    ),
)


def model_credits(connection: duckdb.DuckDBPyConnection, result: ModelsResult) -> tuple[str, ...]:
    """Give one line of credit for each source of the models: citation, licence, version."""
    used = set(result.frame["source_id"])
    return tuple(
        f"{one.citation or one.title}. Licence: {one.licence or 'not stated'}. Version: {one.version}"
        for one in sources(connection)
        if one.id in used
    )


def about_models(result: ModelsResult, credits: tuple[str, ...]) -> list[tuple[str, str]]:
    """Say what an export of models holds and whom to credit."""
    return [
        ("Catalogue version", result.catalogue),
        ("Selection, as a query", result.selection.to_query() or "(none)"),
        ("Number of models", f"{result.total:,}"),
        *(("Credit", line) for line in credits),
        ("Units", "FLOP are operations; parameters and tokens are counts; empty is unknown"),
        ("Interval", "flop_low and flop_high hold 90%, read from the source's confidence or as an own model states"),
    ]
