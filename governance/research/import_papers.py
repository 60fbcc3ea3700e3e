"""Import the papers and their claims, worded by this project."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from governance.catalogue.facts import ImportReport
from governance.catalogue.published import Import, Row
from governance.errors import BadInput
from governance.research.vocabulary import COMPARATORS, UNITS

SOURCE = "touchstone-papers"
FILE = "papers.json"


def import_papers(path: Path, out: Path) -> ImportReport:
    """Read papers with their claims and write them as facts; no abstract is among them.

    What a paper was planned to become here is left out: what it is now stands in ``paper_use``, kept by hand.

    An arXiv id is kept only where it was checked; a recalled one could lead to another paper.

    Args:
        path: Folder with ``papers.json``.
        out: Folder for the facts; the catalogue expects the name ``touchstone-papers``.

    Raises:
        BadInput: The file is missing or not as expected; ``out`` is then untouched.
    """
    file = path / FILE
    try:
        stated = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise BadInput("the file cannot be read as JSON", str(file), "name the folder that holds it") from error
    if not isinstance(stated, list) or not stated:
        raise BadInput("the file holds no list of papers", str(file), "name the folder that holds it")
    work = Import(SOURCE)
    papers: list[Row] = []
    claims: list[Row] = []
    for number, paper in enumerate(stated, start=1):
        where = f"{FILE}, paper {number}"
        try:
            papers.append(_paper(work, paper))
            kept = [_claim(work, paper["id"], claim, where) for claim in paper["claims"]]
        except (KeyError, TypeError, ValueError) as error:
            raise BadInput(f"a paper cannot be read: {error}", where, "mend the file") from error
        claims += [claim for claim in kept if claim]
    return work.finish(out, {"paper": papers, "claim": claims}, len(papers) + len(claims))


def _paper(work: Import, paper: Mapping[str, Any]) -> Row:
    work.read += 1
    day = date.fromisoformat(paper["date"]) if paper["date"] else None
    checked = paper["arxiv_id_confidence"] == "verified"
    if paper["arxiv_id"] and not checked:
        work.count("id_not_kept", "arxiv_id", "recalled and not checked; left out", paper["id"])
    return {
        "id": paper["id"], "title": paper["title"], "authors": paper["first_authors"], "et_al": paper["et_al"],
        "affiliations": paper["affiliations"], "day": day, "year": day.year if day else None,
        "category": paper["arxiv_category"], "arxiv_id": paper["arxiv_id"] if checked else None,
        "code": paper["code_available"], "themes": paper["themes"], "languages": paper["languages_count"],
        "modality": None if paper["modality"] == "unspecified" else paper["modality"], "links": paper["links"],
        "summary": paper["summary"], "source_id": SOURCE,
    }  # fmt: skip


def _claim(work: Import, paper_id: str, claim: Mapping[str, Any], where: str) -> Row | None:
    work.read += 1
    head = {"id": claim["id"], "paper_id": paper_id, "source_id": SOURCE}
    if claim["qualitative"]:
        return {**head, "kind": "qualitative", "text": claim["statement"]}
    if claim["unit"] not in UNITS or claim["comparator"] not in COMPARATORS:
        work.refuse("unknown_word", where, f"{claim['id']}: {claim['unit']!r:.40} or {claim['comparator']!r:.40}")
        return None
    return {
        **head, "kind": "numeric", "text": claim["quantity"], "published": float(claim["value"]),
        "unit": claim["unit"], "comparator": claim["comparator"], "context": claim["context"],
    }  # fmt: skip
