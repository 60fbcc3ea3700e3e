"""The evidence review: studies of whether AI raises a risk, as metadata, side by side and never averaged."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, TypeVar

import duckdb
from pydantic import BaseModel, ValidationError

from governance.assessment.records import EVIDENCE, STUDY
from governance.assessment.study_content import refuse_content, refuse_file
from governance.assessment.study_records import Study, StudyRecord
from governance.errors import BadInput, NotAllowed, NotFound
from governance.records.documents import (
    Document,
    delete_document,
    document_versions,
    documents,
    find_document,
    free_id,
    get_document,
    save_document,
)
from governance.records.store import Change, Workbench

READ_BY_PEOPLE = ("title", "authors", "expertise", "measure", "unit", "finding", "reviewer", "doi")
ATTACHED = ("file", "files", "attachment", "attachments", "sha256", "upload", "pdf", "data")
"""Names of fields by which somebody might try to bring a file along."""
_ISSUED = re.compile(r"10\.\d{4,9}/|arxiv", re.IGNORECASE)
Form = TypeVar("Form", bound=BaseModel)


def read_study(data: Mapping[str, Any], where: str = "study") -> Study:
    """Read a study from what a form or a file says, and check its words.

    Args:
        data: Field to value; dates as ISO texts.
        where: What to name in an error.

    Raises:
        BadInput: A field does not fit, or the record holds more than metadata.

    >>> study = {
    ...     "title": "A study",
    ...     "threat_model": "TM1",
    ...     "method": "red_team",
    ...     "finding": "Nothing was found.",
    ...     "direction": "no_detectable_increase",
    ... }
    >>> read_study(study).comparator is None
    True
    """
    study = read_form(Study, data, where)
    check_study(study, where)
    return study


def check_study(study: Study, where: str = "study") -> None:
    """Check that a study is metadata only.

    Raises:
        BadInput: It is more, or its address cannot be used.
    """
    texts = {name: str(getattr(study, name)) for name in READ_BY_PEOPLE}
    if _ISSUED.match(study.doi):
        del texts["doi"]  # a DOI or arXiv id may look like the number of a sequence
    texts |= {"models": ", ".join(study.models), "steps": ", ".join(study.steps)}
    refuse_content(texts, {"url": study.url}, where)


def save_study(
    workbench: Workbench,
    study: Study,
    now: datetime,
    study_id: str | None = None,
    revision: int | None = None,
    taken: Collection[str] = (),
) -> StudyRecord:
    """Save a study, or a change of the revision that was read; earlier revisions stay.

    Args:
        workbench: The workbench.
        study: Its metadata.
        now: When, UTC.
        study_id: The one to change; ``None``: a new one, named after its title.
        revision: The revision the change was made to.
        taken: Ids that a new one must not have, as those of shipped studies.

    Raises:
        BadInput: It holds more than metadata, or names a file as evidence.
        Conflict: It changed since it was read.
        NotAllowed: The role does not allow it.
        NotFound: There is none of that id, or no such evidence.
    """
    check_study(study, f"study {study_id or study.title:.80}")
    if study_id is None:
        known = {*taken, *(one.id for one in documents(workbench, STUDY))}
        study_id, revision = free_id(study.title, known), None
    elif revision is None:
        raise BadInput("the revision is missing", f"study {study_id:.80}", "say which one was changed")
    check = no_files(study.evidence, f"study {study_id}")
    body = study.model_dump(mode="json")
    return _own(save_document(workbench, STUDY, study_id, body, now, revision, check=check))


def shipped_studies(connection: duckdb.DuckDBPyConnection) -> tuple[StudyRecord, ...]:
    """Give the studies of the catalogue: a few, each from what its source says of itself, none complete."""
    query = "SELECT * FROM study ORDER BY id"
    cursor = connection.cursor().execute(query)
    names = [str(column[0]) for column in cursor.description]
    return tuple(_shipped(dict(zip(names, row, strict=True))) for row in cursor.fetchall())


def own_studies(workbench: Workbench) -> tuple[StudyRecord, ...]:
    """Give one's own studies, the newest publication first."""
    return newest_first(tuple(map(_own, documents(workbench, STUDY))))


def studies(connection: duckdb.DuckDBPyConnection, workbench: Workbench) -> tuple[StudyRecord, ...]:
    """Give all studies, shipped and one's own, the newest publication first and those without a date last."""
    return newest_first((*shipped_studies(connection), *own_studies(workbench)))


def get_study(workbench: Workbench, study_id: str, revision: int | None = None) -> StudyRecord:
    """Give one of one's own studies, as it is or as it was.

    Raises:
        NotFound: There is none of that id, or it has no such revision.
    """
    return _own(get_document(workbench, STUDY, study_id, revision))


def find_study(connection: duckdb.DuckDBPyConnection, workbench: Workbench, study_id: str) -> StudyRecord:
    """Give a study by its id, shipped or one's own.

    Raises:
        NotFound: There is none of that id.
    """
    shipped = next((one for one in shipped_studies(connection) if one.id == study_id), None)
    return shipped or get_study(workbench, study_id)


def study_versions(workbench: Workbench, study_id: str) -> tuple[StudyRecord, ...]:
    """List the revisions of a study of one's own, the oldest first.

    Raises:
        NotFound: There is none of that id.
    """
    return tuple(map(_own, document_versions(workbench, STUDY, study_id)))


def delete_study(workbench: Workbench, study_id: str, now: datetime) -> None:
    """Delete a study of one's own; the trail keeps that it was there.

    Raises:
        NotAllowed: The role does not allow it.
        NotFound: There is none of that id.
    """
    delete_document(workbench, STUDY, study_id, now)


def newest_first(records: tuple[StudyRecord, ...]) -> tuple[StudyRecord, ...]:
    """Put the newest publication first; a bare year counts as its start, and no date comes last."""
    by_id = sorted(records, key=lambda one: one.id)
    return tuple(sorted(by_id, key=lambda one: one.study.published, reverse=True))


def read_form(kind: type[Form], data: Mapping[str, Any], where: str) -> Form:
    """Read a closed form, refusing files by name and saying which field does not fit.

    Raises:
        BadInput: A file is brought along, or a field does not fit.
    """
    if any(str(name).lower() in ATTACHED for name in data):
        raise refuse_file(where)
    try:
        return kind.model_validate(dict(data))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(map(str, first["loc"]))
        said = str(first["msg"]).removeprefix("Value error, ")
        what = f"{field.replace('_', ' ')}: {said}" if field else said
        fix = f"use the fields {', '.join(kind.model_fields)}" if first["type"] == "extra_forbidden" else "mend it"
        raise BadInput(what[:1].lower() + what[1:], where, fix) from error


def no_files(evidence: tuple[str, ...], where: str) -> Callable[[Change, Document | None], None]:
    """Give a check, run inside a save, that evidence exists and is no file.

    Args:
        evidence: Ids.
        where: The record, for the refusal.
    """

    def check(change: Change, _: Document | None) -> None:
        for key in evidence:
            found = find_document(change, EVIDENCE, key)
            if found is None:
                raise NotFound(f"there is no evidence '{key}'", where, "list the evidence to see the ids")
            if found.body.get("kind") == "file":
                raise refuse_file(f"{where}, evidence {key}")

    return check


def refuse_shipped(study_id: str) -> NotAllowed:
    """Say that a study of the catalogue is not changed here."""
    return NotAllowed("a shipped study is not changed", f"study {study_id}", "add one of your own beside it")


def _own(document: Document) -> StudyRecord:
    return StudyRecord(
        id=document.id,
        revision=document.revision,
        author=document.author or "",
        updated=document.updated,
        study=Study.model_validate(document.body),
    )


def _shipped(row: dict[str, Any]) -> StudyRecord:
    about = {"id": row.pop("id"), "state": row.pop("state"), "source": row.pop("basis")}
    row.pop("source_id")
    known = {name: value for name, value in row.items() if value is not None}
    return StudyRecord(origin="shipped", study=Study.model_validate(known), **about)
