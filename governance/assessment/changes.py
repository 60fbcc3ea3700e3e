"""What changed since somebody last signed: answers, evidence, the system and the form."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from governance.assessment.compare import (
    Comparison,
    FieldChange,
    ItemComparison,
    Said,
    compare_answers,
    field_changes,
)
from governance.assessment.framework import Framework
from governance.assessment.records import (
    ANSWER,
    ASSESSMENT,
    EVIDENCE,
    SYSTEM,
    Answer,
    Assessment,
    Evidence,
    RiskAnswer,
    Signature,
    System,
)
from governance.errors import BadInput
from governance.records.documents import document_versions, documents, get_document
from governance.records.store import Workbench


class SinceSigned(BaseModel, frozen=True):
    """What is different from what was last signed.

    Args:
        assessment: The assessment asked about.
        signed: The signed assessment it is set against: itself or an earlier one; ``None``: none was ever signed.
        signature: Who signed last, and when.
        answers: Items whose answers or evidence differ.
        header: Fields of the header that differ, such as the version assessed.
        evidence_added: Ids of evidence that the system got since.
        evidence_changed: Ids of evidence that was edited since.
        evidence_gone: Ids of evidence the signed answers rest on that is no longer there.
        system: Fields of the system that differ.
        versions: Versions the system got since.
        framework: The form's version then and now, where it is another.
    """

    assessment: str
    signed: str | None
    signature: Signature | None = None
    answers: tuple[ItemComparison, ...] = ()
    header: tuple[FieldChange, ...] = ()
    evidence_added: tuple[str, ...] = ()
    evidence_changed: tuple[str, ...] = ()
    evidence_gone: tuple[str, ...] = ()
    system: tuple[FieldChange, ...] = ()
    versions: tuple[str, ...] = ()
    framework: FieldChange | None = None

    @property
    def evidence(self) -> tuple[str, ...]:
        """Name all evidence that was added, edited or is gone."""
        return (*self.evidence_added, *self.evidence_changed, *self.evidence_gone)

    @property
    def anything(self) -> bool:
        """Tell whether anything is different."""
        return bool(self.answers or self.header or self.evidence or self.system or self.versions or self.framework)


def changes_since_signed(workbench: Workbench, framework: Framework, assessment_id: str) -> SinceSigned:
    """Say what is different from what was last signed.

    Args:
        workbench: The workbench.
        framework: The forms as they are now.
        assessment_id: A draft made from a signed assessment is set against that one, a signed one against itself.

    Raises:
        NotFound: There is no such assessment.
    """
    one = _assessment(workbench, assessment_id)
    base = _last_signed(workbench, one)
    if base is None:
        return SinceSigned(assessment=one.id, signed=None)
    signature = base.signatures[-1]
    kept = documents(workbench, EVIDENCE, one.system)
    evidence = {document.id: Evidence.model_validate(document.body) for document in kept}
    before, after = answers_of(workbench, base), answers_of(workbench, one)
    compared = compare_answers(before, after, evidence=evidence).items
    then, now = _system_at(workbench, one.system, signature.at), get_document(workbench, SYSTEM, one.system).body
    listed = {version.version for version in System.model_validate(then).versions}
    form = framework.version(one.form)
    rested = {key for answer in before for key in answer.evidence}
    return SinceSigned(
        assessment=one.id,
        signed=base.id,
        signature=signature,
        answers=tuple(row for row in compared if row.side != "same"),
        header=_header(base, one),
        evidence_added=tuple(document.id for document in kept if document.created > signature.at),
        evidence_changed=tuple(one.id for one in kept if one.created <= signature.at < one.updated),
        evidence_gone=tuple(sorted(rested - evidence.keys())),
        system=tuple(change for change in field_changes(then, now) if change.field != "versions"),
        versions=tuple(
            version.version for version in System.model_validate(now).versions if version.version not in listed
        ),
        framework=None if form == base.framework else FieldChange(field="framework", before=base.framework, after=form),
    )


def answers_of(workbench: Workbench, assessment: Assessment) -> tuple[Said, ...]:
    """Read the answers of an assessment of either form, by id."""
    kind = RiskAnswer if assessment.form == "risk" else Answer
    return tuple(kind.model_validate(document.body) for document in documents(workbench, ANSWER, assessment.id))


def _last_signed(workbench: Workbench, one: Assessment) -> Assessment | None:
    seen: set[str] = set()
    while not one.signatures and one.previous and one.previous not in seen:
        seen.add(one.previous)
        one = _assessment(workbench, one.previous)
    return one if one.signatures else None


def _header(base: Assessment, one: Assessment) -> tuple[FieldChange, ...]:
    said = ("system_version", "review_by")
    return field_changes(*({name: part.model_dump(mode="json")[name] for name in said} for part in (base, one)))


def _system_at(workbench: Workbench, system: str, at: datetime) -> dict[str, object]:
    versions = document_versions(workbench, SYSTEM, system)
    return next((one.body for one in reversed(versions) if one.updated <= at), versions[0].body)


def _assessment(workbench: Workbench, assessment_id: str) -> Assessment:
    return Assessment.model_validate(get_document(workbench, ASSESSMENT, assessment_id).body)


def compare_assessments(workbench: Workbench, framework: Framework, first: str, second: str) -> Comparison:
    """Set two assessments of the same form side by side, of two systems or two versions of one.

    Args:
        workbench: The workbench.
        framework: The forms, which give the order of the items.
        first: Id of one.
        second: Id of the other.

    Raises:
        BadInput: They are by different forms.
        NotFound: There is no such assessment.
    """
    one, other = (_assessment(workbench, key) for key in (first, second))
    if one.form != other.form:
        what = f"'{first}' is by the form {one.form}, '{second}' by {other.form}"
        raise BadInput(what, "comparison", "name two assessments by the same form")
    known = {}
    for system in {one.system, other.system}:
        for document in documents(workbench, EVIDENCE, system):
            known[document.id] = Evidence.model_validate(document.body)
    if one.form == "risk":
        order = [section.id for section in framework.sections]
    else:
        shown: set[str] = set()
        for system in (one.system, other.system):
            modalities = System.model_validate(get_document(workbench, SYSTEM, system).body).modalities
            shown |= {item.id for item in framework.items_for(modalities)}
        order = [item.id for item in framework.items if item.id in shown]
    return compare_answers(answers_of(workbench, one), answers_of(workbench, other), order, known)
