"""Assessments of a system and their answers: started, answered while they are drafts, and made anew once signed."""

from __future__ import annotations

from datetime import date, datetime

from governance.assessment.answers import (
    answer_versions,
    answers,
    risk_answer_versions,
    risk_answers,
    save_answer,
    save_risk_answer,
)
from governance.assessment.framework import Framework
from governance.assessment.headers import OPEN_STATES, answer_id, find_assessment, find_open, state_words
from governance.assessment.records import (
    ANSWER,
    ASSESSMENT,
    Assessment,
    Held,
    body_of,
    held,
)
from governance.assessment.systems import find_system
from governance.assessment.vocabulary import Form
from governance.errors import BadInput, Conflict
from governance.records.documents import (
    Document,
    child_documents,
    documents,
    get_document,
    insert_document,
    save_document,
)
from governance.records.store import Change, Workbench, write

__all__ = (
    "answer_versions",
    "answers",
    "assessments",
    "edit_assessment",
    "get_assessment",
    "new_version",
    "risk_answer_versions",
    "risk_answers",
    "save_answer",
    "save_risk_answer",
    "start_assessment",
)

SHORT: dict[Form, str] = {"social_impact": "si", "risk": "risk"}


def start_assessment(
    workbench: Workbench,
    system_id: str,
    form: Form,
    framework: Framework,
    now: datetime,
    *,
    system_version: str | None = None,
    review_by: date | None = None,
) -> Held[Assessment]:
    """Start the assessment of a system by a form, as a draft without answers.

    Args:
        workbench: The workbench.
        system_id: The system.
        form: Social impact or risk.
        framework: The forms as they are now.
        now: When, UTC.
        system_version: The version assessed; ``None``: the newest it has.
        review_by: When it should be looked at again.

    Raises:
        BadInput: The system has no such version.
        Conflict: An assessment by that form is open, or one is signed.
        NotFound: There is no such system.
    """

    def start(change: Change) -> Document:
        versions = [one.version for one in find_system(change, system_id).versions]
        known = _version(system_id, versions, system_version)
        numbers = [0]
        for one in child_documents(change, ASSESSMENT, system_id):
            if one.body["form"] == form:
                numbers.append(one.body["number"])
                _refuse_second(one)
        record = Assessment(
            id=f"{system_id}-{SHORT[form]}-{max(numbers) + 1}",
            system=system_id,
            system_version=known,
            form=form,
            number=max(numbers) + 1,
            framework=framework.version(form),
            review_by=review_by,
        )
        return insert_document(change, ASSESSMENT, record.id, body_of(record), system_id)

    return held(write(workbench, start, now, where=f"system {system_id:.80}"), Assessment)


def get_assessment(workbench: Workbench, assessment_id: str, revision: int | None = None) -> Held[Assessment]:
    """Give an assessment's header, as it is or as it was.

    Raises:
        NotFound: There is none of that id, or it has no such revision.
    """
    return held(get_document(workbench, ASSESSMENT, assessment_id, revision), Assessment)


def assessments(
    workbench: Workbench, system_id: str | None = None, form: Form | None = None
) -> tuple[Held[Assessment], ...]:
    """List the assessments, of one system or all, by one form or both: by system, form and number."""
    found = [held(one, Assessment) for one in documents(workbench, ASSESSMENT, system_id)]
    wanted = [one for one in found if form in (None, one.record.form)]
    return tuple(sorted(wanted, key=lambda one: (one.record.system, one.record.form, one.record.number)))


def edit_assessment(workbench: Workbench, assessment: Assessment, now: datetime, revision: int) -> Held[Assessment]:
    """Change the version assessed, or the day of the next review, of a draft.

    Args:
        workbench: The workbench.
        assessment: The header as it should be; only these two fields of it may differ.
        now: When, UTC.
        revision: The revision that was read.

    Raises:
        BadInput: Another field differs, or the system has no such version.
        Conflict: It is no draft, or somebody else changed the same field.
    """

    def allowed(change: Change, present: Document | None) -> None:
        header = find_open(change, assessment.id)
        same = {"system_version": header.system_version, "review_by": header.review_by}
        if assessment.model_copy(update=same) != header:
            fix = "change only the version assessed and the day of review; the rest has verbs of its own"
            raise BadInput("another field differs", f"assessment {assessment.id}", fix)
        if assessment.system_version != header.system_version:
            versions = [one.version for one in find_system(change, header.system).versions]
            _version(header.system, versions, assessment.system_version)

    body = body_of(assessment)
    saved = save_document(workbench, ASSESSMENT, assessment.id, body, now, revision, check=allowed, merging=True)
    return held(saved, Assessment)


def new_version(
    workbench: Workbench,
    assessment_id: str,
    reason: str,
    framework: Framework,
    now: datetime,
    system_version: str | None = None,
) -> Held[Assessment]:
    """Make a draft from a signed assessment, with its answers as they are; once signed it takes the other's place.

    Args:
        workbench: The workbench.
        assessment_id: The signed one, which stays as it is.
        reason: Why something changes.
        framework: The forms as they are now; old answers keep the question they were given to.
        now: When, UTC.
        system_version: The version assessed; ``None``: the newest the system has.

    Raises:
        BadInput: No reason is given.
        Conflict: The assessment is not signed, or another is open.
        NotFound: There is none of that id.
    """
    if not reason.strip():
        raise BadInput("the reason is missing", f"assessment {assessment_id:.80}", "say why it changes")

    def copy(change: Change) -> Document:
        old = find_assessment(change, assessment_id)
        if old.state != "signed":
            what = f"it is {state_words(old.state)}, not signed"
            fix = "edit a draft as it is" if old.state in OPEN_STATES else "start from the signed one, or start anew"
            raise Conflict(what, f"assessment {assessment_id}", fix)
        same_form = [one for one in child_documents(change, ASSESSMENT, old.system) if one.body["form"] == old.form]
        for one in same_form:
            if one.body["state"] in OPEN_STATES:
                _refuse_second(one)
        number = max(one.body["number"] for one in same_form) + 1
        versions = [one.version for one in find_system(change, old.system).versions]
        record = Assessment(
            id=f"{old.system}-{SHORT[old.form]}-{number}",
            system=old.system,
            system_version=_version(old.system, versions, system_version),
            form=old.form,
            number=number,
            framework=framework.version(old.form),
            previous=old.id,
            reason=reason.strip(),
            review_by=None if old.review_by is None or old.review_by <= now.date() else old.review_by,
        )
        made = insert_document(change, ASSESSMENT, record.id, body_of(record), old.system, record.reason)
        for one in child_documents(change, ANSWER, old.id):
            insert_document(change, ANSWER, answer_id(record.id, one.body["item"]), one.body, record.id)
        return made

    return held(write(workbench, copy, now, where=f"assessment {assessment_id:.80}"), Assessment)


def _version(system_id: str, versions: list[str], wanted: str | None) -> str:
    if wanted in (None, ""):
        return versions[-1] if versions else ""
    if wanted not in versions:
        known = f"name one of {', '.join(versions[-5:])}" if versions else "add the version to the system first"
        raise BadInput(f"'{wanted:.80}' is no version of it", f"system {system_id}", known)
    return str(wanted)


def _refuse_second(one: Document) -> None:
    state = one.body["state"]
    if state in OPEN_STATES:
        what = f"'{one.id}' is {state_words(state)}"
        raise Conflict(what, f"assessment {one.id}", "finish or withdraw that one first")
    if state == "signed":
        raise Conflict(f"'{one.id}' is signed", f"assessment {one.id}", "make a new version of it, with a reason")
