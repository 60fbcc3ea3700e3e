"""The header of an assessment within a change: found, checked to be open, moved on; and what its answers cite."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from governance.assessment.records import ASSESSMENT, Assessment, body_of, held
from governance.assessment.vocabulary import State
from governance.errors import Conflict, NotFound
from governance.records.documents import Document, find_document, update_document
from governance.records.store import Change, Workbench

OPEN_STATES: tuple[State, ...] = ("draft", "in_review")


def state_words(state: State) -> str:
    """Give a state as people say it.

    >>> state_words("in_review")
    'in review'
    """
    return state.replace("_", " ")


def answer_id(assessment_id: str, item: str) -> str:
    """Give the id of an answer as a document.

    >>> answer_id("acme-chat-si-1", "B1.1")
    'acme-chat-si-1-b1-1'
    """
    return f"{assessment_id}-{item.lower().replace('.', '-')}"


def find_assessment(change: Change, assessment_id: str) -> Assessment:
    """Give an assessment's header within a change.

    Raises:
        NotFound: There is none of that id.
    """
    found = find_document(change, ASSESSMENT, assessment_id)
    if found is None:
        fix = "list them with 'touchstone assess list'"
        raise NotFound(f"there is no assessment '{assessment_id:.80}'", ASSESSMENT, fix)
    return held(found, Assessment).record


def find_open(change: Change, assessment_id: str) -> Assessment:
    """Give the header of an assessment that may be edited, within a change.

    Raises:
        Conflict: It is no draft.
        NotFound: There is none of that id.
    """
    header = find_assessment(change, assessment_id)
    if header.state != "draft":
        fix = {
            "in_review": "return it to draft first",
            "signed": "make a new version of it, with a reason",
        }.get(header.state, "edit the version that took its place, or start anew")
        what = f"it is {state_words(header.state)} and takes no edits"
        raise Conflict(what, f"assessment {assessment_id}", fix)
    return header


def change_header(change: Change, assessment_id: str, action: str, **changes: object) -> Document:
    """Change the header within a change that has checked that it may, and name the action in the trail."""
    present = find_document(change, ASSESSMENT, assessment_id)
    if present is None:
        raise NotFound(f"there is no assessment '{assessment_id:.80}'", ASSESSMENT, "list them")
    record = held(present, Assessment).record.model_copy(update=changes)
    return update_document(change, present, body_of(record), action=action)


def cited(body: dict[str, Any]) -> tuple[str, ...]:
    """Give the ids that an answer cites as evidence: its own, and what stands in the lists of a risk section.

    >>> cited({"evidence": ["e-1"], "values": {"capability_evidence": ["e-2"], "severity": "minor"}})
    ('e-1', 'e-2')
    """
    values = body.get("values") or {}
    listed = (one for value in values.values() if isinstance(value, list) for one in value if isinstance(one, str))
    return tuple(dict.fromkeys((*body.get("evidence", ()), *listed)))


@contextmanager
def reading(workbench: Workbench) -> Iterator[Change]:
    """Read several documents as they are at one moment; nothing can be kept.

    Raises:
        NotAllowed: The actor may not read here.
    """
    workbench.require("read", ASSESSMENT)
    with workbench.looking() as cursor:  # closed without a commit
        cursor.execute("BEGIN")
        yield Change(cursor, workbench.actor, datetime.min)  # noqa: DTZ901 - it stands for no time
