"""Answers read back from the CSV of a social-impact evaluation, with the escapes of spreadsheets undone."""

from __future__ import annotations

import csv
import io
from datetime import datetime

import duckdb
from pydantic import BaseModel, ValidationError

from governance.assessment.answer_rules import check_answer, stated_question
from governance.assessment.framework import Framework, load_framework
from governance.assessment.headers import answer_id, find_open
from governance.assessment.records import ANSWER, ASSESSMENT, EVIDENCE, Answer, body_of, held
from governance.errors import BadInput
from governance.exports.assessment_tables import COUNTS, LISTS, NUMBERS
from governance.exports.tables import SEPARATOR, unescaped
from governance.records.documents import find_document, insert_document, update_document
from governance.records.store import Change, Workbench, write

MOST_BYTES = 20_000_000
_TEXTS = ("question", "framework", "status", "finding", "reason", "method", "metric", "party", "confidence", "limits")
_MORE = ("mitigation", "owner", "review_by")


class ImportedAnswers(BaseModel, frozen=True):
    """What an import of answers did.

    Args:
        assessment: Of which.
        created: Items that had no answer.
        updated: Items whose answer changed; the earlier one stays as a revision.
        unchanged: Items that already say so, or still say nothing.
    """

    assessment: str
    created: int
    updated: int
    unchanged: int


def import_answers(
    workbench: Workbench, connection: duckdb.DuckDBPyConnection, assessment_id: str, content: bytes, now: datetime
) -> ImportedAnswers:
    """Read answers from CSV into a draft: all of them or none.

    Args:
        workbench: The workbench.
        connection: An open catalogue, for the form.
        assessment_id: A draft of a social-impact evaluation.
        content: The file, as `assessment_csv` writes it; items it lacks stay as they are.
        now: When, UTC.

    Raises:
        BadInput: It is no such table, or an answer contradicts itself or cites unknown evidence.
        Conflict: The assessment is no draft.
        NotAllowed: The role does not allow it.
        NotFound: There is no such assessment or item.
    """
    framework, given = load_framework(connection), read_answers(content)
    where = f"{ASSESSMENT} {assessment_id:.80}"

    def put(change: Change) -> ImportedAnswers:
        header = find_open(change, assessment_id)
        if header.form != "social_impact":
            raise BadInput("it is answered by sections of the risk form", where, "name a social-impact evaluation")
        done = [_put(change, header.system, assessment_id, one, framework) for one in given]
        if set(done) <= {"unchanged"}:
            change.note("unchanged", ASSESSMENT, assessment_id, None, {"answers": len(done)})
        counts = {name: done.count(name) for name in ("created", "updated", "unchanged")}
        return ImportedAnswers(assessment=assessment_id, **counts)

    return write(workbench, put, now, where=where)


def _put(change: Change, system: str, assessment_id: str, answer: Answer, framework: Framework) -> str:
    key = answer_id(assessment_id, answer.item)
    present = find_document(change, ANSWER, key)
    stated = stated_question(answer, framework, None if present is None else held(present, Answer).record)
    check_answer(stated)
    for name in stated.evidence:
        found = find_document(change, EVIDENCE, name)
        if found is None or found.parent != system:
            raise BadInput(f"'{name:.80}' is no evidence of {system}", f"item {answer.item}", "add it there first")
    body = body_of(stated)
    if present is None:
        if stated == stated_question(Answer(item=answer.item), framework, None):
            return "unchanged"
        insert_document(change, ANSWER, key, body, assessment_id)
        return "created"
    if body == present.body:
        return "unchanged"
    update_document(change, present, body)
    return "updated"


def read_answers(content: bytes, where: str = "answers.csv") -> tuple[Answer, ...]:
    """Read answers back from the CSV of a social-impact evaluation, with the escapes of spreadsheets undone.

    Args:
        content: The file; columns that it lacks are left empty, and others than ours are left aside.
        where: Its name, for messages.

    Raises:
        BadInput: It is no such table, or a row does not fit.
    """
    if len(content) > MOST_BYTES:
        raise BadInput(f"the file has {len(content):,} bytes", where, f"use at most {MOST_BYTES:,}")
    try:
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"this is no CSV file: {error}", where, "save it as CSV in UTF-8") from error
    if not rows or "item" not in rows[0] or "status" not in rows[0]:
        raise BadInput("it has no columns item and status", where, "export the assessment as CSV and change that")
    found = tuple(_row(row, f"{where}, row {number}") for number, row in enumerate(rows, start=2))
    items = [one.item for one in found]
    twice = next((item for item in items if items.count(item) > 1), None)
    if twice is not None:
        raise BadInput(f"item {twice:.40} is there twice", where, "keep one row of it")
    return found


def _row(row: dict[str, str | None], where: str) -> Answer:
    given = {name: unescaped(text) for name, text in row.items() if text and isinstance(text, str)}
    fields: dict[str, object] = {name: given[name] for name in ("item", *_TEXTS, *_MORE) if name in given}
    fields |= {name: tuple(given[name].split(SEPARATOR)) for name in LISTS if name in given}
    try:
        fields |= {name: float(given[name]) for name in NUMBERS if name in given}
        fields |= {name: int(float(given[name])) for name in COUNTS if name in given}
        return Answer.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        column = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"{column}: {first['msg']}", where, "mend that cell") from error
    except (ValueError, OverflowError) as error:
        raise BadInput(str(error), where, "write a number or leave it empty") from error
