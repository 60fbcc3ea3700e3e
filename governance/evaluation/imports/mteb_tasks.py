"""Import the registry of MTEB: what each task measures, in which languages, under which licence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from governance.catalogue.facts import ImportReport
from governance.catalogue.normalise import clean_text, language, spdx
from governance.catalogue.published import Cells, Import, Row, read_rows
from governance.errors import BadInput
from governance.evaluation.imports.mteb import MISTAKEN
from governance.evaluation.vocabulary import Annotation, Translated

SOURCE = "mteb-tasks"
TASKS, FAMILIES = "task_metadata.csv", "language_family.json"
COLUMNS = (
    "name", "type", "category", "modalities", "languages", "domains", "task_subtypes", "license",
    "annotations_creators", "sample_creation", "date", "main_score", "dataset_path", "dataset_revision", "reference",
)  # fmt: skip
ANNOTATION: dict[str, Annotation] = {
    "human-annotated": "human", "expert-annotated": "expert", "derived": "derived", "automatic": "automatic",
    "algorithmic": "automatic", "automatic-and-reviewed": "automatic_reviewed", "LM-generated": "model_generated",
    "LM-generated and reviewed": "model_generated_reviewed",
}  # fmt: skip
"""The source's word for who made the labels, and ours."""
CREATION: dict[str, Translated | None] = {
    "found": "native", "created": "native", "rendered": "native", "LM-generated and verified": "native",
    "created and machine-translated": "translated", "machine-translated": "translated",
    "machine-translated and LM verified": "translated", "machine-translated and verified": "translated",
    "machine-translated and localized": "translated", "human-translated": "translated",
    "human-translated and localized": "translated", "multiple": None,
}  # fmt: skip
"""The source's words for how samples came about, and whether that is a translation."""
LISTS = {"domains": "domain", "task_subtypes": "subtype", "modalities": "modality"}
CODE = "Code"
"""Stands where a programming language would have a script."""
_TAG = re.compile(r"(?P<language>[a-z+]+)-(?P<script>[A-Z][a-z]{3})")


def import_mteb_tasks(path: Path, out: Path) -> ImportReport:
    """Read the registry and write it as benchmarks with their facets.

    A task's name is its id, so that results find it. What the registry leaves empty stays unknown.

    Args:
        path: Folder with ``task_metadata.csv`` and ``language_family.json``.
        out: Folder for the facts; the catalogue expects the name ``mteb-tasks``.

    Raises:
        BadInput: A file is missing, damaged or lacks a column; ``out`` is then untouched.

    Source: mteb 2.26.24 (PyPI), Apache-2.0; Muennighoff et al. 2023; Enevoldsen et al. 2025.
    """
    work = Import(SOURCE)
    families = _families(path / FAMILIES)
    benchmarks: dict[str, Row] = {}
    facets: list[Row] = []
    for where, row in read_rows(path / TASKS, COLUMNS):
        work.read += 1
        name = clean_text(row["name"])
        if not name or name in benchmarks:
            what = f"'{name:.80}' is there already" if name else "the task has no name"
            work.refuse("repeated_name" if name else "no_name", where, what)
            continue
        many = {facet: _parts(row[column]) for column, facet in LISTS.items()}
        many |= _languages(work, row, name, families)
        benchmarks[name] = _benchmark(work, row, name)
        facets += [
            {"benchmark_id": name, "facet": facet, "value": value} for facet, values in many.items() for value in values
        ]
    if not benchmarks:
        raise BadInput("no task could be read", str(path), "check that it is a copy of mteb's metadata")
    work.note("field_not_kept", "dialect", "finer than ISO 639-3; the language is kept")
    return work.finish(out, {"benchmark": [*benchmarks.values()], "benchmark_facet": facets}, len(benchmarks))


def _benchmark(work: Import, row: Cells, name: str) -> Row:
    first, last = _days(work, row, name)
    creation = row["sample_creation"].strip() or None
    if creation is not None and creation not in CREATION:
        work.count("unknown_word", "sample_creation", f"'{creation:.60}' is in no list and left out", name)
        creation = None
    stated = clean_text(row["license"]) or None
    code = spdx(stated) if stated else None
    if stated and not code and stated != "not specified":
        work.count("no_spdx", "license", f"'{stated:.100}' has no SPDX id; kept as stated", name)
    return {
        "id": name, "name": name, "type": row["type"].strip() or None, "category": row["category"].strip() or None,
        "metric": row["main_score"].strip() or None, "licence": stated, "spdx": code,
        "annotation": _annotation(work, row["annotations_creators"].strip(), name),
        "creation": creation, "translated": CREATION[creation] if creation else None,
        "languages": len({MISTAKEN.get(word, word) for _, word, _ in _tags(row["languages"])}) or None,
        "first_day": first, "last_day": last, "dataset": row["dataset_path"].strip() or None,
        "revision": row["dataset_revision"].strip() or None,
        "reference": work.link(row, "reference", name), "source_id": SOURCE,
    }  # fmt: skip


def _annotation(work: Import, stated: str, name: str) -> Annotation | None:
    if stated and stated not in ANNOTATION:
        work.count("unknown_word", "annotations_creators", f"'{stated:.60}' is in no list and left out", name)
    return ANNOTATION.get(stated)


def _days(work: Import, row: Cells, name: str) -> tuple[date | None, date | None]:
    stated = row["date"].strip()
    if not stated:
        return None, None
    first, _, last = stated.partition("|")
    try:
        days = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        work.note("no_such_date", name, f"date is '{stated:.40}'; kept as unknown")
        return None, None
    if days[0] > days[1]:
        work.note("no_such_date", name, f"{first} is after {last}; both are kept as unknown")
        return None, None
    return days


def _languages(work: Import, row: Cells, name: str, families: Mapping[str, str]) -> dict[str, list[str]]:
    codes: dict[str, None] = {}
    scripts: dict[str, None] = {}
    for tag, word, script in _tags(row["languages"]):
        if script == CODE:
            codes["code"] = None
            continue
        if word in MISTAKEN:
            work.count("mistaken_code", tag, f"read as {MISTAKEN[word]}, which its script shows it to be", name)
        found = language("?", MISTAKEN.get(word, word))
        if found is None:
            work.count("unmapped_language", tag, "no current code of ISO 639-3; left out", name)
            continue
        codes[found.code] = None
        scripts[script] = None
    known = dict.fromkeys(families[code] for code in codes if code in families)
    return {"language": [*codes], "script": [*scripts], "language_family": [*known]}


def _tags(cell: str) -> Iterator[tuple[str, str, str]]:
    for tag in _parts(cell):
        found = _TAG.fullmatch(tag)
        yield (tag, found["language"], found["script"]) if found else (tag, "", "")


def _families(file: Path) -> dict[str, str]:
    try:
        stated = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise BadInput("the file cannot be read as JSON", str(file), "fetch it again") from error
    if not isinstance(stated, dict):
        raise BadInput("the file holds no object", str(file), "fetch it again")
    return {code: level["level0"] for code, level in stated.items() if isinstance(level, dict) and level.get("level0")}


def _parts(cell: str) -> list[str]:
    return [*dict.fromkeys(clean for part in cell.split("|") if (clean := clean_text(part)))]
