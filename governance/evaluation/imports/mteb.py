"""Import MTEB: results of embedding models, one row a model, task, split and language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from governance.catalogue.facts import ImportReport
from governance.catalogue.normalise import language
from governance.catalogue.published import Import, Row
from governance.errors import BadInput

SOURCE = "mteb-results"
RESULTS = "results_main_scores.parquet"
FAMILIES = "language_family.json"
COLUMNS = (
    "model", "task", "split", "hf_subset", "languages", "main_score", "evaluation_time_s", "kg_co2"
)  # fmt: skip
METRIC = "main_score"
MISTAKEN = {"cmo": "cmn"}
"""Codes that the source uses for another language: Central Mnong for Mandarin Chinese, as its scripts show."""


def import_mteb_results(path: Path, out: Path) -> ImportReport:
    """Read the results and write them as one set of scores, and the families of the languages in it.

    Args:
        path: Folder with ``results_main_scores.parquet`` and ``language_family.json``.
        out: Folder for the facts; the catalogue expects the name ``mteb-results``.

    Raises:
        BadInput: A file is missing, damaged or lacks a column; ``out`` is then untouched.

    Source: embeddings-benchmark/results, CC0 1.0. CO2e is what those who ran it reported.
    """
    work = Import(SOURCE)
    frame = _read_results(path / RESULTS)
    results: list[Row] = []
    codes: set[str] = set()
    for number, row in enumerate(frame.iter_rows(named=True), start=1):
        work.read += 1
        if row["main_score"] is None:
            work.refuse("no_score", f"{RESULTS}, row {number}", "the score is missing")
            continue
        code = _code(row["languages"])
        codes.update([code] if code else [])
        results.append({
            "set_id": SOURCE, "model": row["model"], "task": row["task"], "language": code,
            "subset": row["hf_subset"], "metric": METRIC, "score": row["main_score"], "split": row["split"],
            "seconds": row["evaluation_time_s"], "co2e_kg": row["kg_co2"], "source_id": SOURCE,
        })  # fmt: skip
    work.note("mistaken_code", "languages", "cmo with a Chinese script is read as cmn, Mandarin Chinese")
    work.note("several_languages", "languages", "rows on several languages, or a programming language, state none")
    sets: list[Row] = [{
        "id": SOURCE, "title": "MTEB results of 28 embedding models", "format": "scores", "better": "higher",
        "source_id": SOURCE,
    }]  # fmt: skip
    families = _families(path / FAMILIES, codes)
    return work.finish(out, {"evaluation_set": sets, "result": results, "language_family": families}, len(results))


def _read_results(file: Path) -> pl.DataFrame:
    try:
        frame = pl.read_parquet(file)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise BadInput("the file cannot be read as Parquet", str(file), "fetch it again") from error
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        raise BadInput(f"there is no column '{missing[0]}'", str(file), "check that it is a copy of the results")
    return frame.select(COLUMNS)


@cache
def _code(stated: str | None) -> str | None:
    """Give the language of a row on one language, such as ``eng-Latn``."""
    if not stated or "," in stated or stated.endswith("-Code"):
        return None
    word = stated.partition("-")[0]
    found = language("?", MISTAKEN.get(word, word))
    return found.code if found else None


def _families(file: Path, codes: set[str]) -> list[Row]:
    try:
        stated: Mapping[str, Any] = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise BadInput("the file cannot be read as JSON", str(file), "fetch it again") from error
    levels = {code: stated[code] for code in sorted(codes) if isinstance(stated.get(code), dict)}
    return [
        {"language": code, "family": level["level0"], "branch": level.get("level1"), "source_id": SOURCE}
        for code, level in levels.items()
        if level.get("level0")
    ]
