"""One assessment with all it rests on, read once: what every kind of report is written from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import duckdb
from pydantic import BaseModel

from governance.assessment.evidence_records import changes_since
from governance.assessment.framework import Framework, load_framework
from governance.assessment.origin import Origin, origin_of
from governance.assessment.records import (
    ANSWER,
    ASSESSMENT,
    EVIDENCE,
    REMARK,
    SYSTEM,
    Answer,
    Assessment,
    Evidence,
    Remark,
    RiskAnswer,
    System,
)
from governance.assessment.reopening import reopening, trigger_notes
from governance.assessment.staleness import newest_scorers, staleness
from governance.assessment.vocabulary import Form, Status
from governance.catalogue.connect import catalogue_version
from governance.exports.assessment_words import evidence_ids, risk_rows, social_rows
from governance.records.audit import Head, head
from governance.records.chain import digest
from governance.records.documents import Document, documents, get_document
from governance.records.store import Workbench

TITLES: dict[Form, str] = {"social_impact": "Social-impact evaluation", "risk": "Risk assessment"}
ATTEMPTS = 3


class ReportedItem(BaseModel, frozen=True):
    """One item of the social-impact form, or one section of the risk form.

    Args:
        id: E.g. ``B1.1`` or ``R1``.
        title: In a few words.
        question: As it was asked when it was answered.
        status: Of a social-impact item; ``None`` for a section.
        rows: (label, text) of what is filled in.
        evidence: Ids of the evidence it names.
        missing: Required fields of a section that are not filled in.
        answer: As it is kept; ``None`` where nobody looked yet.
    """

    id: str
    title: str
    question: str = ""
    status: Status | None = None
    rows: tuple[tuple[str, str], ...] = ()
    evidence: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    answer: Answer | RiskAnswer | None = None


class ReportedCategory(BaseModel, frozen=True):
    """A category with its items; the risk form's sections are one category."""

    id: str
    title: str
    items: tuple[ReportedItem, ...]

    def count(self, status: Status) -> int:
        """Count the items of one status."""
        return sum(item.status == status for item in self.items)


class ReportedEvidence(BaseModel, frozen=True):
    """A piece of evidence as it is now.

    Args:
        evidence: The record.
        digest: SHA-256 of the record's canonical JSON; a file's own hash is in the record.
        added: When it was uploaded or entered, UTC.
        by: Who did.
        stale: Whether something newer is known.
        flags: Why, and whether its age is unknown.
    """

    evidence: Evidence
    digest: str
    added: datetime
    by: str | None
    stale: bool
    flags: tuple[str, ...]


class ReportedRemark(BaseModel, frozen=True):
    """What somebody said."""

    id: str
    remark: Remark
    by: str | None
    at: datetime


class OpenItem(BaseModel, frozen=True):
    """Something that is not settled.

    Args:
        kind: ``not assessed``, ``request``, ``missing``, ``stale evidence``, ``missing evidence``,
            ``review due`` or ``reopened``.
        item: The item or evidence.
        words: What is open.
    """

    kind: str
    item: str
    words: str


class AssessmentReport(BaseModel, frozen=True):
    """Everything a report says.

    Args:
        system: The system as it is now.
        assessment: The assessment's header.
        revision: Of the header.
        framework: The form's present version; the assessment names the one it was made by.
        categories: In the form's order, with the items asked of the system's modalities and all that are answered.
        evidence: What the answers name, by id.
        opinions: Of reviewers; several may differ, and all are here.
        remarks: Comments and requests, the oldest first.
        open_items: What is not settled.
        origin: Where it was imported from; ``None``: made here.
        audit: Where the trail ended.
        catalogue: Version of the catalogue.
        made_at: When the report was made, UTC.
    """

    system: System
    assessment: Assessment
    revision: int
    framework: str
    categories: tuple[ReportedCategory, ...]
    evidence: tuple[ReportedEvidence, ...]
    opinions: tuple[ReportedRemark, ...]
    remarks: tuple[ReportedRemark, ...]
    open_items: tuple[OpenItem, ...]
    origin: Origin | None
    audit: Head
    catalogue: str
    made_at: datetime

    @property
    def title(self) -> str:
        """Name it in one line."""
        version = f", version {self.assessment.system_version}" if self.assessment.system_version else ""
        return f"{TITLES[self.assessment.form]} of {self.system.name}{version}"

    @property
    def items(self) -> tuple[ReportedItem, ...]:
        """Give all items in order."""
        return tuple(item for category in self.categories for item in category.items)

    @property
    def disagreement(self) -> bool:
        """Tell whether reviewers differ."""
        return len({(one.remark.item, one.remark.opinion) for one in self.opinions}) > len(
            {one.remark.item for one in self.opinions}
        )


def assessment_report(
    workbench: Workbench, connection: duckdb.DuckDBPyConnection, assessment_id: str, now: datetime
) -> AssessmentReport:
    """Read an assessment with its system, answers, evidence and remarks, all of one moment.

    Args:
        workbench: The workbench.
        connection: An open catalogue, for the form and what it says of records that are evidence.
        assessment_id: Which.
        now: When the report is made, UTC.

    Raises:
        NotFound: There is none of that id.
    """
    framework = load_framework(connection)
    for _ in range(ATTEMPTS):
        before = head(workbench)
        made = _read(workbench, connection, framework, assessment_id, now, before)
        if head(workbench) == before:
            break
    return made


def _read(
    workbench: Workbench,
    connection: duckdb.DuckDBPyConnection,
    framework: Framework,
    assessment_id: str,
    now: datetime,
    audit: Head,
) -> AssessmentReport:
    header = get_document(workbench, ASSESSMENT, assessment_id)
    assessment = Assessment.model_validate(header.body)
    system = System.model_validate(get_document(workbench, SYSTEM, assessment.system).body)
    answers = [_answer(one, assessment.form) for one in documents(workbench, ANSWER, assessment_id)]
    social = assessment.form == "social_impact"
    categories = _categories(framework, system, answers) if social else _sections(framework, answers)
    remarks = sorted(documents(workbench, REMARK, assessment_id), key=lambda one: (one.created, one.id))
    said = [
        ReportedRemark(id=one.id, remark=Remark.model_validate(one.body), by=one.author, at=one.created)
        for one in remarks
    ]
    cited = {name for category in categories for item in category.items for name in item.evidence}
    kept = documents(workbench, EVIDENCE, assessment.system)
    scorers = newest_scorers(str(one.body.get("scorer", "")) for one in documents(workbench, EVIDENCE))
    evidence = tuple(
        _evidence(connection, one, system, assessment.system_version, scorers) for one in kept if one.id in cited
    )
    return AssessmentReport(
        system=system,
        assessment=assessment,
        revision=header.revision,
        framework=framework.version(assessment.form),
        categories=categories,
        evidence=evidence,
        opinions=tuple(one for one in said if one.remark.kind == "opinion"),
        remarks=tuple(one for one in said if one.remark.kind != "opinion"),
        open_items=(
            *_reopened(workbench, assessment, answers, now),
            *_open(assessment, categories, evidence, said, cited, now),
        ),
        origin=origin_of(workbench, assessment_id),
        audit=audit,
        catalogue=catalogue_version(connection),
        made_at=now,
    )


def _answer(document: Document, form: Form) -> Answer | RiskAnswer:
    return (Answer if form == "social_impact" else RiskAnswer).model_validate(document.body)


def _categories(
    framework: Framework, system: System, answers: Sequence[Answer | RiskAnswer]
) -> tuple[ReportedCategory, ...]:
    given = {one.item: one for one in answers if isinstance(one, Answer)}
    asked = {item.id for item in framework.items_for(system.modalities)}
    titles = {category.id: category.title for category in framework.categories}
    known = {item.id: item for item in framework.items}
    order = [item.id for item in framework.items if item.id in asked or item.id in given]
    order += sorted(name for name in given if name not in known)
    placed: dict[str, list[ReportedItem]] = {}
    for name in order:
        item, answer = known.get(name), given.get(name)
        one = ReportedItem(
            id=name,
            title=item.title if item else "No longer in the form",
            question=(answer.question if answer else "") or (item.question if item else ""),
            status=answer.status if answer else "not_assessed",
            rows=tuple(social_rows(answer)) if answer else (),
            evidence=answer.evidence if answer else (),
            answer=answer,
        )
        placed.setdefault(item.category if item else name.partition(".")[0], []).append(one)
    return tuple(ReportedCategory(id=key, title=titles.get(key, key), items=items) for key, items in placed.items())


def _sections(framework: Framework, answers: Sequence[Answer | RiskAnswer]) -> tuple[ReportedCategory, ...]:
    given = {one.item: one for one in answers if isinstance(one, RiskAnswer)}
    items = []
    for section in framework.sections:
        answer = given.get(section.id)
        values: Mapping[str, object] = answer.values if answer else {}
        lacking = tuple(one.label for one in section.fields if one.required and not values.get(one.id))
        items.append(
            ReportedItem(
                id=section.id,
                title=section.title,
                rows=tuple(risk_rows(section, answer)) if answer else (),
                evidence=evidence_ids(section, answer) if answer else (),
                missing=lacking,
                answer=answer,
            )
        )
    return (ReportedCategory(id="R", title="Sections", items=tuple(items)),)


def _evidence(
    connection: duckdb.DuckDBPyConnection,
    document: Document,
    system: System,
    version: str,
    scorers: Mapping[str, str],
) -> ReportedEvidence:
    one, catalogue = Evidence.model_validate(document.body), catalogue_version(connection)
    changed = None if one.catalogue == catalogue else changes_since(connection, one)
    found = staleness(one, system, version, scorers, catalogue, document.created.date(), changed)
    return ReportedEvidence(
        evidence=one,
        digest=digest(document.body),
        added=document.created,
        by=document.author,
        stale=found.stale,
        flags=tuple(flag.words for flag in found.flags),
    )


def _reopened(
    workbench: Workbench, assessment: Assessment, answers: Sequence[Answer | RiskAnswer], now: datetime
) -> Iterator[OpenItem]:
    header = assessment.model_copy(update={"review_by": None})  # its day is told with the other open items
    monitoring = next((one.values for one in answers if isinstance(one, RiskAnswer) and one.item == "R5"), {})
    for reason in reopening(header, monitoring, trigger_notes(workbench, assessment.id), now.date()).reasons:
        yield OpenItem(kind="reopened", item="R5", words=reason)


def _open(
    assessment: Assessment,
    categories: Sequence[ReportedCategory],
    evidence: Sequence[ReportedEvidence],
    said: Sequence[ReportedRemark],
    cited: set[str],
    now: datetime,
) -> Iterator[OpenItem]:
    today = now.date()
    if assessment.review_by and assessment.review_by < today:
        yield OpenItem(kind="review due", item="", words=f"the assessment was to be reviewed by {assessment.review_by}")
    for one in said:
        if one.remark.kind == "request" and not one.remark.resolved:
            yield OpenItem(kind="request", item=one.remark.item, words=one.remark.text)
    for category in categories:
        for item in category.items:
            if item.status == "not_assessed":
                yield OpenItem(kind="not assessed", item=item.id, words=item.title)
            for label in item.missing:
                yield OpenItem(kind="missing", item=item.id, words=label)
            due = item.answer.review_by if isinstance(item.answer, Answer) else None
            if due and due < today:
                yield OpenItem(kind="review due", item=item.id, words=f"was to be looked at again by {due}")
    for piece in evidence:
        if piece.stale:
            yield OpenItem(kind="stale evidence", item=piece.evidence.id, words="; ".join(piece.flags))
    for name in sorted(cited - {piece.evidence.id for piece in evidence}):
        yield OpenItem(kind="missing evidence", item=name, words="the answers name it, and it is not kept")
