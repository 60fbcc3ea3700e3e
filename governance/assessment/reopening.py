"""What reopens a signed risk assessment: events noted since, and a day that passed. Computed, never stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime

from pydantic import BaseModel

from governance.assessment.headers import find_assessment, state_words
from governance.assessment.records import TRIGGER, Assessment, Held, Kept, Text, body_of, held
from governance.assessment.risk_rule import words
from governance.assessment.vocabulary import TRIGGERS, Trigger
from governance.errors import BadInput, Conflict
from governance.records.documents import Document, child_documents, documents, insert_document
from governance.records.store import Change, Workbench, write


class TriggerNote(Kept, frozen=True):
    """An event that calls for another look, part of an assessment; who noted it and when is the document's.

    Args:
        trigger: What kind of event.
        happened: The day it happened; ``None``: not stated.
        note: What happened, in words.
    """

    trigger: Trigger
    happened: date | None = None
    note: Text = ""


class Reopening(BaseModel, frozen=True):
    """Whether a signed assessment should be made anew.

    Args:
        stale: Whether something reopens it.
        reasons: What does.
        due: The day by which it is to be made anew; ``None``: none is set.
        days: From today to that day; negative: passed.
    """

    stale: bool
    reasons: tuple[str, ...]
    due: date | None
    days: int | None


def note_trigger(workbench: Workbench, assessment_id: str, note: TriggerNote, now: datetime) -> Held[TriggerNote]:
    """Record that an event happened; the assessment itself stays as it is.

    Args:
        workbench: The workbench.
        assessment_id: A risk assessment that is open or signed.
        note: The event.
        now: When it is noted, UTC.

    Raises:
        BadInput: It is no risk assessment, or the event lies in the future.
        Conflict: The assessment was superseded or withdrawn.
        NotAllowed: The role does not allow it.
        NotFound: There is no such assessment.
    """

    def keep(change: Change) -> Document:
        header, where = find_assessment(change, assessment_id), f"assessment {assessment_id}"
        if header.form != "risk":
            raise BadInput("it is no risk assessment", where, "name one of the risk form")
        if header.state in ("superseded", "withdrawn"):
            raise Conflict(f"it is {state_words(header.state)}", where, "note it at the version that took its place")
        if note.happened and note.happened > change.at.date():
            raise BadInput(f"{note.happened} is still to come", "happened", "give the day it happened")
        taken = [int(one.id.rpartition("-")[2]) for one in child_documents(change, TRIGGER, assessment_id)]
        key = f"{assessment_id}-trigger-{max(taken, default=0) + 1}"
        return insert_document(change, TRIGGER, key, body_of(note), assessment_id)

    return held(write(workbench, keep, now, where=f"assessment {assessment_id:.80}"), TriggerNote)


def trigger_notes(workbench: Workbench, assessment_id: str) -> tuple[Held[TriggerNote], ...]:
    """List the events noted at an assessment, the oldest first."""
    found = [held(one, TriggerNote) for one in documents(workbench, TRIGGER, assessment_id)]
    return tuple(sorted(found, key=lambda one: (one.created, int(one.document.rpartition("-")[2]))))


def reopening(
    header: Assessment, monitoring: Mapping[str, object], notes: Sequence[Held[TriggerNote]], today: date
) -> Reopening:
    """Say whether a signed assessment is out of date: an event was noted since, or its day passed.

    Args:
        header: The assessment's.
        monitoring: Values of section R5.
        notes: Events noted at it.
        today: The day.

    >>> draft = Assessment(id="acme-risk-1", system="acme", form="risk", framework="1.0.0")
    >>> reopening(draft, {"reassess_by": "2026-03-01"}, (), date(2026, 3, 2)).stale
    False
    """
    due = _earliest(monitoring.get("reassess_by"), header.review_by)
    days = None if due is None else (due - today).days
    if header.state != "signed" or not header.signatures:
        return Reopening(stale=False, reasons=(), due=due, days=days)
    signed = header.signatures[-1].at
    since = [one for one in notes if _utc(one.created) > _utc(signed)]
    reasons = [f"{words(one.record.trigger)} noted on {one.created:%Y-%m-%d}" for one in since]
    if due is not None and due < today:
        reasons.append(f"it was to be reassessed by {due}")
    return Reopening(stale=bool(reasons), reasons=tuple(reasons), due=due, days=days)


def read_trigger(word: str) -> Trigger:
    """Read the kind of an event.

    Raises:
        BadInput: There is no such kind.

    >>> read_trigger("incident")
    'incident'
    """
    for known in TRIGGERS:
        if known == word:
            return known
    raise BadInput(f"'{word:.60}' is no kind of event", "trigger", f"use {', '.join(TRIGGERS)}")


def _earliest(said: object, review_by: date | None) -> date | None:
    """Give the first of both days; what cannot be read is no day."""
    days = [] if review_by is None else [review_by]
    with suppress(ValueError):
        days.append(date.fromisoformat(said if isinstance(said, str) else ""))
    return min(days, default=None)


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
