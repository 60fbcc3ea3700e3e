"""Answers of an assessment: saved while it is a draft, read with all their revisions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from governance.assessment.answer_rules import check_answer, check_risk_answer, evidence_fields, stated_question
from governance.assessment.framework import Framework
from governance.assessment.headers import answer_id, find_open
from governance.assessment.records import (
    ANSWER,
    EVIDENCE,
    Answer,
    Assessment,
    Held,
    Record,
    RiskAnswer,
    body_of,
    held,
)
from governance.assessment.vocabulary import Form
from governance.errors import BadInput, NotFound
from governance.records.documents import (
    Document,
    EditClash,
    document_versions,
    documents,
    find_document,
    get_document,
    insert_document,
    update_document,
)
from governance.records.merging import merge
from governance.records.store import Change, Workbench, write

VALUES = "values."
"""Before a field of a risk section, where an `EditClash` names it."""


def answers(workbench: Workbench, assessment_id: str) -> dict[str, Held[Answer]]:
    """Give the answers of a social-impact assessment by item, in the order of their ids."""
    return _answers(workbench, assessment_id, Answer)


def risk_answers(workbench: Workbench, assessment_id: str) -> dict[str, Held[RiskAnswer]]:
    """Give the filled sections of a risk assessment by section."""
    return _answers(workbench, assessment_id, RiskAnswer)


def answer_versions(workbench: Workbench, assessment_id: str, item: str) -> tuple[Held[Answer], ...]:
    """List the revisions of one answer, the oldest first; none where it was never saved."""
    return _versions(workbench, assessment_id, item, Answer)


def risk_answer_versions(workbench: Workbench, assessment_id: str, section: str) -> tuple[Held[RiskAnswer], ...]:
    """List the revisions of one section, the oldest first; none where it was never saved."""
    return _versions(workbench, assessment_id, section, RiskAnswer)


def save_answer(
    workbench: Workbench,
    assessment_id: str,
    answer: Answer,
    framework: Framework,
    now: datetime,
    revision: int | None = None,
) -> Held[Answer]:
    """Save an answer of a draft; edits of different fields by several people are put together.

    The question and the form's version are kept with it: where ``answer.question`` is empty they are taken from
    the form as it is now, else those it was answered under stay.

    Args:
        workbench: The workbench.
        assessment_id: The assessment.
        answer: What to save.
        framework: The forms as they are now.
        now: When, UTC.
        revision: The revision that was read; ``None``: there was none.

    Raises:
        BadInput: The answer contradicts itself, or cites evidence that this system does not have.
        Conflict: The assessment is no draft; `EditClash` where somebody else changed the same fields.
        NotFound: There is no such assessment or item.
    """

    def check(header: Assessment, record: Answer) -> tuple[str, ...]:
        _need_form(header, "social_impact")
        check_answer(record)
        return record.evidence

    present = _present(workbench, assessment_id, answer.item)
    stated = stated_question(answer, framework, None if present is None else held(present, Answer).record)
    return _save(workbench, assessment_id, stated, now, revision, check)


def save_risk_answer(
    workbench: Workbench,
    assessment_id: str,
    answer: RiskAnswer,
    framework: Framework,
    now: datetime,
    revision: int | None = None,
) -> Held[RiskAnswer]:
    """Save a section of a draft; edits of different parts by several people are put together.

    Args:
        workbench: The workbench.
        assessment_id: The assessment.
        answer: What to save; the form's version is filled in.
        framework: The forms as they are now.
        now: When, UTC.
        revision: The revision that was read; ``None``: there was none.

    Raises:
        BadInput: A value does not fit its field, or evidence is cited that this system does not have.
        Conflict: The assessment is no draft; `EditClash` where somebody else changed the same part.
        NotFound: There is no such assessment or section.
    """

    def check(header: Assessment, record: RiskAnswer) -> tuple[str, ...]:
        _need_form(header, "risk")
        check_risk_answer(record, framework)
        return (*record.evidence, *evidence_fields(framework, record))

    stated = answer.model_copy(update={"framework": framework.version("risk")})
    return _save(workbench, assessment_id, stated, now, revision, check)


def _save(
    workbench: Workbench,
    assessment_id: str,
    record: Record,
    now: datetime,
    revision: int | None,
    check: Callable[[Assessment, Record], tuple[str, ...]],
) -> Held[Record]:
    body, model = body_of(record), type(record)
    key = answer_id(assessment_id, body["item"])
    blank = {**body_of(model.model_validate({"item": body["item"]})), **_stated(body)}

    def save(change: Change) -> Document:
        header = find_open(change, assessment_id)
        present = find_document(change, ANSWER, key)
        wanted = body if present is None else _merged(change, present, body, revision, blank)
        ids = check(header, model.model_validate(wanted))
        _refuse_unknown_evidence(change, header.system, ids, key)
        if present is None:
            return insert_document(change, ANSWER, key, wanted, assessment_id)
        return update_document(change, present, wanted)

    return held(write(workbench, save, now, where=f"{ANSWER} {key:.80}"), model)


def _stated(body: dict[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in ("question", "framework") if name in body}


def _merged(
    change: Change, present: Document, mine: dict[str, Any], revision: int | None, blank: dict[str, Any]
) -> dict[str, Any]:
    if revision == present.revision:
        return mine
    base = None if revision is None else find_document(change, ANSWER, present.id, revision)
    merged = merge(_flat(blank if base is None else base.body), _flat(mine), _flat(present.body))
    if merged.clashes:
        raise EditClash(present, mine, merged.clashes)
    return _folded(merged.body)


def _flat(body: dict[str, Any]) -> dict[str, Any]:
    """Give each field of a section a place of its own, so that different ones do not clash."""
    values = {f"{VALUES}{name}": value for name, value in body.get("values", {}).items()}
    return {**{name: value for name, value in body.items() if name != "values"}, **values}


def _folded(body: dict[str, Any]) -> dict[str, Any]:
    values = {name.removeprefix(VALUES): value for name, value in body.items() if name.startswith(VALUES)}
    rest = {name: value for name, value in body.items() if not name.startswith(VALUES)}
    return {**rest, "values": values} if "question" not in body else rest


def _answers(workbench: Workbench, assessment_id: str, model: type[Record]) -> dict[str, Held[Record]]:
    found = [held(one, model) for one in documents(workbench, ANSWER, assessment_id)]
    return {str(getattr(one.record, "item", "")): one for one in found}


def _versions(workbench: Workbench, assessment_id: str, item: str, model: type[Record]) -> tuple[Held[Record], ...]:
    try:
        found = document_versions(workbench, ANSWER, answer_id(assessment_id, item))
    except NotFound:
        return ()
    return tuple(held(one, model) for one in found)


def _present(workbench: Workbench, assessment_id: str, item: str) -> Document | None:
    try:
        return get_document(workbench, ANSWER, answer_id(assessment_id, item))
    except NotFound:
        return None


def _need_form(header: Assessment, form: Form) -> None:
    if header.form != form:
        asked = "sections of the risk form" if header.form == "risk" else "items of the social-impact form"
        raise BadInput(f"it is answered by {asked}", f"assessment {header.id}", "name one of those")


def _refuse_unknown_evidence(change: Change, system_id: str, ids: Iterable[str], where: str) -> None:
    for one in ids:
        found = find_document(change, EVIDENCE, one)
        if found is None or found.parent != system_id:
            fix = "add it to the evidence of this system first"
            raise BadInput(f"'{one:.80}' is no evidence of {system_id}", f"{ANSWER} {where}", fix)
