"""Import what people read in the terms of the sources behind published collections."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import duckdb
from pydantic import BaseModel

from governance.catalogue.facts import ImportReport
from governance.catalogue.normalise import clean_text
from governance.catalogue.published import Import, Row, name_key
from governance.consent.vocabulary import SOURCE_QUESTIONS, SOURCE_VERDICTS, SourceQuestion, SourceVerdict
from governance.errors import BadInput

SOURCE = "dpi-source-terms"
FILES = ("multimodal_terms_text.csv", "multimodal_terms_speech.csv", "multimodal_terms_video.csv")
QUESTIONS: dict[str, SourceQuestion] = {
    "sources prohibit scraping?": "scraping",
    "sources restrict ai use?": "ai",
    "are the sources noncommercial, unspecified, or unrestricted?": "use",
    "model tos restrictions?": "model_terms",
    "model prohibits scraping?": "model_scraping",
}
"""A column without a name goes on with the question before it."""
VERDICTS: dict[str, SourceVerdict] = {
    "prohibited": "prohibited",
    "prohibits scraping": "prohibited",
    "likely prohibited": "likely_prohibited",
    "not prohibited": "not_prohibited",
    "noncommercial": "noncommercial",
    "non-commercial": "noncommercial",
    "likely noncommercial": "likely_noncommercial",
    "likely non-commercial": "likely_noncommercial",
    "non-compete": "non_compete",
    "commercial": "commercial",
    "open or unrestricted": "open",
    "open or unrestricted commercial use": "open",
    "unspecified": "unspecified",
    "unsoecified": "unspecified",
    "not sure": "unsure",
    "unsure": "unsure",
    "cannot find website": "no_site",
}
_LABEL = re.compile(rf"({'|'.join(sorted(map(re.escape, VERDICTS), key=len, reverse=True))})\s*(?:-\s*(.*))?", re.I)
# What follows a name is a remark, and remarks are not kept.
_REMARK = re.compile(r"\s+(?:for|subject|and more)\b.*", re.IGNORECASE)
_VENUE = re.compile(r"\s*\([^)]*\)$")


def import_source_terms(path: Path, out: Path, connection: duckdb.DuckDBPyConnection) -> ImportReport:
    """Read the hand-coded terms of the sources behind text, speech and video collections.

    Args:
        path: Folder with any of ``multimodal_terms_text.csv``, ``…_speech.csv`` and ``…_video.csv``.
        out: Folder for the facts; the catalogue expects the name ``dpi-source-terms``.
        connection: An open catalogue, which knows the collections; video rows are named by dataset.

    Raises:
        BadInput: No file is there, or one is damaged; ``out`` is then untouched.

    Source: Longpre et al. 2024, arXiv 2412.17847.
    """
    work, names = Import(SOURCE), _collections(connection)
    files = [path / name for name in FILES if (path / name).is_file()]
    if not files:
        raise BadInput("no table of source terms is here", str(path), f"name a folder that holds {', '.join(FILES)}")
    rows: dict[tuple[object, ...], Row] = {}
    kept = 0
    for file in files:
        header, *records = _table(file)
        asked = _asked(header, file)
        for number, cells in enumerate(records, 1):
            work.read += 1
            where = f"{file.name}, record {number}"
            name = clean_text(cells[0])
            collection = names.get(name_key(name)) or names.get(name_key(_VENUE.sub("", name)))
            if collection is None:
                work.refuse("unknown_collection", where, f"'{name:.80}' is no collection of the catalogue, or several")
                continue
            kept += 1
            for question, cell in zip(asked, cells[1:], strict=True):
                for row in _rows(work, collection, question, cell):
                    rows.setdefault(tuple(row.values()), row)
    if not rows:
        raise BadInput("no row can be kept", str(path), "check the files")
    return work.finish(out, {"source_terms": list(rows.values())}, kept=kept)


def _collections(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Give the collection that each name means, where it means one: its own, a dataset's, or a dataset's paper's."""
    found: dict[str, set[str]] = defaultdict(set)
    rows = connection.execute(
        """
        SELECT id, name, name FROM collection WHERE snapshot = 'current'
        UNION ALL SELECT collection_id, name, coalesce(paper_title, name) FROM dataset
        WHERE snapshot = 'current' AND modality = 'video'
        """
    ).fetchall()
    for collection, *names in rows:
        for name in names:
            for form in (name, _VENUE.sub("", name), name.split(":")[0]):
                found[name_key(form)].add(collection)
    return {key: next(iter(meant)) for key, meant in found.items() if len(meant) == 1}


def _table(file: Path) -> list[list[str]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            rows = [row for row in csv.reader(stream, strict=True) if any(map(str.strip, row))]
    except OSError as error:
        raise BadInput(f"the file cannot be read: {error.strerror}", str(file), "check the path") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"the file cannot be read: {error}", str(file), "fetch it again") from error
    if not rows or any(len(row) != len(rows[0]) for row in rows):
        raise BadInput("it is empty, or rows are of different length", str(file), "fetch it again")
    return rows


def _asked(header: Iterable[str], file: Path) -> list[SourceQuestion]:
    asked: list[SourceQuestion] = []
    for cell in list(header)[1:]:
        question = QUESTIONS.get(clean_text(cell).casefold()) if cell.strip() else asked[-1] if asked else None
        if question is None:
            raise BadInput(f"column '{cell:.60}' is not known", file.name, f"it needs {'; '.join(QUESTIONS)}")
        asked.append(question)
    return asked


def _rows(work: Import, collection: str, question: SourceQuestion, cell: str) -> list[Row]:
    if not (label := clean_text(cell)):
        return []
    found = _LABEL.fullmatch(label)
    if found is None:
        work.count("no_verdict", question, "a remark instead of a verdict; left out", collection)
        return []
    about = _REMARK.sub("", found[2] or "").strip()
    row: dict[str, object] = {
        "collection_id": collection,
        "question": question,
        "verdict": VERDICTS[found[1].casefold()],
        "about": about or None,
        "stated": found[1],
        "source_id": SOURCE,
    }
    return [row]


class TermsCount(BaseModel, frozen=True):
    """How many collections have a verdict on a question.

    Args:
        count: Collections with it; one with several verdicts counts under each.
        n: Collections of which the question was asked.
    """

    question: SourceQuestion
    verdict: SourceVerdict
    count: int
    n: int


def source_terms_counts(connection: duckdb.DuckDBPyConnection) -> tuple[TermsCount, ...]:
    """Count collections by question and verdict, in the order of the vocabulary."""
    rows = connection.execute(
        """
        WITH asked AS (SELECT question, count(DISTINCT collection_id) AS n FROM source_terms GROUP BY question)
        SELECT t.question, t.verdict, count(DISTINCT t.collection_id) AS count, any_value(a.n) AS n
        FROM source_terms AS t JOIN asked AS a ON a.question = t.question GROUP BY t.question, t.verdict
        """
    ).fetchall()
    found = [TermsCount(**dict(zip(TermsCount.model_fields, row, strict=True))) for row in rows]
    order = [*SOURCE_QUESTIONS, *SOURCE_VERDICTS]
    return tuple(sorted(found, key=lambda one: (order.index(one.question), -one.count, order.index(one.verdict))))
