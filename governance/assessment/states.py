"""How an assessment moves on: draft, in review, signed, superseded or withdrawn; and who may not sign."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from pydantic import BaseModel

from governance.assessment.headers import (
    change_header,
    cited,
    find_assessment,
    reading,
)
from governance.assessment.records import (
    ANSWER,
    ASSESSMENT,
    EVIDENCE,
    Assessment,
    Held,
    Signature,
    held,
)
from governance.assessment.state_rules import RULES, StepName, authors_within, digest_within
from governance.assessment.systems import KEPT_STATES
from governance.errors import BadInput, Conflict
from governance.records.documents import Document, child_documents, find_document
from governance.records.people import refusal
from governance.records.store import Change, Workbench, write


class Step(BaseModel, frozen=True):
    """What may come next.

    Args:
        name: Which step.
        open: Whether the one at work may take it now.
        why: Why not, where they may not.
    """

    name: StepName
    open: bool
    why: str | None = None


def digest_of(workbench: Workbench, assessment_id: str) -> str:
    """Give the SHA-256 of what a signature covers: header, answers, and the evidence they cite.

    Raises:
        NotFound: There is none of that id.
    """
    with reading(workbench) as change:
        return digest_within(change, find_assessment(change, assessment_id))


def authors_of(workbench: Workbench, assessment_id: str) -> tuple[str, ...]:
    """Give who wrote the header or an answer, a revision of which they saved: issuer and name.

    Whoever only moved it on, by submitting, returning or signing it, is no author.

    Raises:
        NotFound: There is none of that id.
    """
    with reading(workbench) as change:
        find_assessment(change, assessment_id)
        return authors_within(change, assessment_id)


def signature_holds(workbench: Workbench, assessment_id: str) -> bool | None:
    """Tell whether what was signed is still what stands there; ``None`` where nobody signed.

    Raises:
        NotFound: There is none of that id.
    """
    with reading(workbench) as change:
        header = find_assessment(change, assessment_id)
        return header.signatures[-1].digest == digest_within(change, header) if header.signatures else None


def steps(workbench: Workbench, assessment_id: str) -> tuple[Step, ...]:
    """Say which steps the one at work may take now, and why not the others.

    Raises:
        NotFound: There is none of that id.
    """
    with reading(workbench) as change:
        header = find_assessment(change, assessment_id)
        found = []
        for name, (operation, rule) in RULES.items():
            where = f"{ASSESSMENT} {header.id}"
            denied = None if change.actor.may(operation) else refusal(change.actor, operation, where)
            stop = rule(change, header) or denied
            found.append(Step(name=name, open=stop is None, why=None if stop is None else f"{stop.what}: {stop.fix}"))
        return tuple(found)


def submit(workbench: Workbench, assessment_id: str, now: datetime) -> Held[Assessment]:
    """Hand a draft over for review; nobody edits it until it is returned.

    Raises:
        Conflict: It is no draft, or nothing is answered.
        NotFound: There is none of that id.
    """
    return _move(workbench, assessment_id, now, "submit", lambda _c, _h: {"state": "in_review"})


def return_to_draft(workbench: Workbench, assessment_id: str, now: datetime) -> Held[Assessment]:
    """Take an assessment out of review, so that it can be edited.

    Raises:
        Conflict: It is not in review.
        NotAllowed: The one at work is neither an author nor a reviewer.
        NotFound: There is none of that id.
    """
    return _move(workbench, assessment_id, now, "return", lambda _c, _h: {"state": "draft"})


def sign(workbench: Workbench, assessment_id: str, digest: str, now: datetime) -> Held[Assessment]:
    """Sign an assessment in review; it takes no edits from then on, and the version before it is superseded.

    Args:
        workbench: The workbench.
        assessment_id: Which.
        digest: Of what the signer read, as `digest_of` gave it then.
        now: When, UTC.

    Raises:
        Conflict: It is not in review, a request for change is open, or it changed since it was read.
        NotAllowed: The signer wrote a part of it, or may not sign.
        NotFound: There is none of that id.
    """

    def signed(change: Change, header: Assessment) -> dict[str, object]:
        if digest_within(change, header) != digest.strip().lower():
            fix = "read it again and sign what stands there now"
            raise Conflict("it is not what you read", f"{ASSESSMENT} {header.id}", fix)
        if header.previous is not None:
            before = find_document(change, ASSESSMENT, header.previous)
            if before is not None and before.body["state"] == "signed":
                change_header(change, header.previous, "supersede", state="superseded")
        actor, at = change.actor, change.at.replace(tzinfo=UTC)
        name = Signature(by=actor.id, name=actor.name, at=at, proven=actor.proven, digest=digest.strip().lower())
        return {"state": "signed", "signatures": (*header.signatures, name)}

    return _move(workbench, assessment_id, now, "sign", signed)


def withdraw(workbench: Workbench, assessment_id: str, reason: str, now: datetime) -> Held[Assessment]:
    """Say that an assessment does not stand, and why; one that was signed needs a reviewer for it.

    Raises:
        BadInput: No reason is given.
        Conflict: It was superseded or withdrawn before.
        NotAllowed: The one at work may not.
        NotFound: There is none of that id.
    """
    if not reason.strip():
        raise BadInput("the reason is missing", f"{ASSESSMENT} {assessment_id:.80}", "say why it does not stand")
    changes: dict[str, object] = {"state": "withdrawn", "withdrawn": reason.strip()}
    return _move(workbench, assessment_id, now, "withdraw", lambda _c, _h: changes)


def refuse_if_signed(change: Change, evidence_id: str) -> None:
    """Refuse to change or delete evidence that a signed assessment cites; run it within the change.

    Raises:
        Conflict: A signed assessment cites it.
    """
    found = find_document(change, EVIDENCE, evidence_id)
    if found is None or found.parent is None:
        return
    for assessment in child_documents(change, ASSESSMENT, found.parent):
        if assessment.body["state"] not in KEPT_STATES and not assessment.body["signatures"]:
            continue
        for answer in child_documents(change, ANSWER, assessment.id):
            if evidence_id in cited(answer.body):
                what = f"'{evidence_id}' is cited by '{assessment.id}', which was signed"
                raise Conflict(what, f"{EVIDENCE} {evidence_id}", "add newer evidence beside it")


def _move(
    workbench: Workbench,
    assessment_id: str,
    now: datetime,
    name: StepName,
    changes: Callable[[Change, Assessment], dict[str, object]],
) -> Held[Assessment]:
    operation, rule = RULES[name]
    where = f"{ASSESSMENT} {assessment_id:.80}"

    def move(change: Change) -> Document:
        header = find_assessment(change, assessment_id)
        stop = rule(change, header)
        if stop is not None:
            raise stop
        return change_header(change, assessment_id, name, **changes(change, header))

    return held(write(workbench, move, now, operation, where), Assessment)
