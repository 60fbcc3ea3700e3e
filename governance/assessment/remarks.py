"""What colleagues and reviewers say of an assessment: comments, requests for change, and opinions that may differ."""

from __future__ import annotations

from datetime import datetime

from governance.assessment.headers import change_header, find_assessment, state_words
from governance.assessment.records import ASSESSMENT, REMARK, Held, Remark, body_of, held
from governance.assessment.state_rules import authors_within
from governance.assessment.vocabulary import Opinion
from governance.errors import BadInput, Conflict, NotAllowed, NotFound
from governance.records.documents import (
    Document,
    child_documents,
    documents,
    find_document,
    insert_document,
    update_document,
)
from governance.records.people import Operation
from governance.records.store import Change, Workbench, write


def comment(workbench: Workbench, assessment_id: str, text: str, now: datetime, item: str = "") -> Held[Remark]:
    """Say something about an assessment or one of its items, in any state.

    Args:
        workbench: The workbench.
        assessment_id: Which.
        text: The words.
        now: When, UTC.
        item: The item or section; empty: the whole assessment.

    Raises:
        BadInput: Nothing is said.
        NotFound: There is no such assessment.
    """
    return _say(workbench, assessment_id, Remark(item=item, kind="comment", text=_said(text)), now, "write")


def request_change(workbench: Workbench, assessment_id: str, text: str, now: datetime, item: str = "") -> Held[Remark]:
    """Ask for a change as a reviewer; what is in review goes back to draft.

    Args:
        workbench: The workbench.
        assessment_id: Which.
        text: What should change.
        now: When, UTC.
        item: The item or section; empty: the whole assessment.

    Raises:
        BadInput: Nothing is said.
        Conflict: It is signed, superseded or withdrawn.
        NotFound: There is no such assessment.
    """
    return _say(workbench, assessment_id, Remark(item=item, kind="request", text=_said(text)), now, "review")


def give_opinion(
    workbench: Workbench, assessment_id: str, opinion: Opinion, text: str, now: datetime, item: str = ""
) -> Held[Remark]:
    """Agree or disagree as a reviewer who did not write it; one's own earlier opinion on the same item is changed.

    Args:
        workbench: The workbench.
        assessment_id: Which.
        opinion: Agree or disagree; those of others stay beside it.
        text: Why; needed to disagree.
        now: When, UTC.
        item: The item or section; empty: the whole assessment.

    Raises:
        BadInput: A disagreement has no words.
        NotAllowed: The reviewer wrote a part of the assessment.
        NotFound: There is no such assessment.
    """
    words = _said(text) if opinion == "disagree" else text.strip()
    remark = Remark(item=item, kind="opinion", opinion=opinion, text=words)
    return _say(workbench, assessment_id, remark, now, "review")


def resolve(workbench: Workbench, remark_id: str, now: datetime, *, resolved: bool = True) -> Held[Remark]:
    """Say that a request for change was met, or that it was not after all.

    Raises:
        BadInput: It is no request.
        NotAllowed: The one at work neither asked for it nor is a reviewer.
        NotFound: There is none of that id.
    """

    def settle(change: Change) -> Document:
        present = find_document(change, REMARK, remark_id)
        if present is None:
            raise NotFound(
                f"there is no remark '{remark_id:.80}'", REMARK, "list them with 'touchstone assess remarks'"
            )
        if present.body["kind"] != "request":
            raise BadInput(f"it is a {present.body['kind']}", f"{REMARK} {remark_id}", "only requests are resolved")
        if present.author != change.actor.id and not change.actor.may("review"):
            fix = "ask who made it, or a reviewer"
            raise NotAllowed("another one asked for it", f"{REMARK} {remark_id}", fix)
        action = "resolve" if resolved else "reopen"
        return update_document(change, present, {**present.body, "resolved": resolved}, action=action)

    return held(write(workbench, settle, now, where=f"{REMARK} {remark_id:.80}"), Remark)


def remarks(workbench: Workbench, assessment_id: str, item: str | None = None) -> tuple[Held[Remark], ...]:
    """List what was said of an assessment, or of one item of it, the oldest first."""
    found = [held(one, Remark) for one in documents(workbench, REMARK, assessment_id)]
    wanted = [one for one in found if item in (None, one.record.item)]
    return tuple(sorted(wanted, key=lambda one: (one.created, _number(one.document))))


def _say(workbench: Workbench, assessment_id: str, remark: Remark, now: datetime, operation: Operation) -> Held[Remark]:
    where = f"{ASSESSMENT} {assessment_id:.80}"

    def say(change: Change) -> Document:
        header = find_assessment(change, assessment_id)
        said = child_documents(change, REMARK, assessment_id)
        if remark.kind == "request":
            if header.state not in ("draft", "in_review"):
                raise Conflict(f"it is {state_words(header.state)}", where, "make a new version of it, with a reason")
            if header.state == "in_review":
                change_header(change, assessment_id, "return", state="draft")
        if remark.kind == "opinion":
            if change.actor.id in authors_within(change, assessment_id):
                raise NotAllowed(
                    f"{change.actor.name} wrote a part of it", where, "somebody who did not write it judges"
                )
            mine = next((one for one in said if _same(one, remark, change.actor.id)), None)
            if mine is not None:
                return update_document(change, mine, body_of(remark))
        number = max((_number(one.id) for one in said), default=0) + 1
        return insert_document(change, REMARK, f"{assessment_id}-remark-{number}", body_of(remark), assessment_id)

    return held(write(workbench, say, now, operation, where), Remark)


def _same(one: Document, remark: Remark, actor: str) -> bool:
    return one.author == actor and one.body["kind"] == remark.kind and one.body["item"] == remark.item


def _number(remark_id: str) -> int:
    return int(remark_id.rpartition("-")[2])


def _said(text: str) -> str:
    if not text.strip():
        raise BadInput("nothing is said", REMARK, "give some words")
    return text.strip()
