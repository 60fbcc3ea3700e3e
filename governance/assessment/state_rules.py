"""When an assessment may move on, what a signature covers, and who wrote it; run within a change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from governance.assessment.headers import OPEN_STATES, cited, state_words
from governance.assessment.origin import find_origin
from governance.assessment.records import ANSWER, ASSESSMENT, EVIDENCE, REMARK, Assessment
from governance.errors import Conflict, NotAllowed, TouchstoneError
from governance.records.chain import canonical
from governance.records.documents import child_documents, find_document
from governance.records.people import Operation, refusal
from governance.records.store import Change

StepName = Literal["submit", "return", "sign", "new_version", "withdraw"]
NOT_SIGNED = ("state", "signatures", "withdrawn")
"""Fields of the header that a signature does not cover."""

_REVISIONS = """
SELECT d.kind, d.id, v.revision, v.body, v.editor
FROM document_version AS v JOIN document AS d ON d.kind = v.kind AND d.id = v.id
WHERE (d.kind = ? AND d.id = ?) OR (d.kind = ? AND d.parent = ?) ORDER BY d.kind, d.id, v.revision
"""


def digest_within(change: Change, header: Assessment) -> str:
    """Give the SHA-256 of what a signature covers."""
    answers = {one.id: one.body for one in child_documents(change, ANSWER, header.id)}
    ids = sorted({one for body in answers.values() for one in cited(body)})
    found = (find_document(change, EVIDENCE, one) for one in ids)
    evidence = [(one.id, one.revision, one.body) for one in found if one is not None and one.parent == header.system]
    return content_digest(header, answers, evidence)


def content_digest(
    header: Assessment,
    answers: Mapping[str, Mapping[str, Any]],
    evidence: Iterable[tuple[str, int, Mapping[str, Any]]],
) -> str:
    """Give the SHA-256 of what a signature covers, apart from any workbench.

    Args:
        header: The assessment.
        answers: Bodies by the answers' ids as documents.
        evidence: Id, revision and body of what the answers cite, by id.
    """
    # Without what is at its default, so that a field which a later version adds leaves old signatures valid.
    stated = header.model_dump(mode="json", exclude_defaults=True)
    about = {name: value for name, value in stated.items() if name not in NOT_SIGNED}
    pieces = [{"id": name, "revision": revision, "sha256": _sha256(body)} for name, revision, body in evidence]
    return _sha256({"assessment": about, "answers": answers, "evidence": pieces})


def _sha256(body: object) -> str:
    return hashlib.sha256(canonical(body).encode()).hexdigest()


def authors_within(change: Change, assessment_id: str) -> tuple[str, ...]:
    """Give who wrote the header or an answer, or brought them in; whoever only moved it on is none of them."""
    origin = find_origin(change, assessment_id)
    brought = () if origin is None else (origin.by,)
    return tuple(dict.fromkeys((*writers_within(change, assessment_id), *brought)))


def writers_within(change: Change, assessment_id: str) -> tuple[str, ...]:
    """Give who wrote the header or an answer, here or where it was imported from."""
    origin = find_origin(change, assessment_id)
    imported = origin.records if origin else {}
    rows = change.fetch(_REVISIONS, [ASSESSMENT, assessment_id, ANSWER, assessment_id])
    found: list[str] = list(origin.authors) if origin else []
    last: dict[str, Any] = {}
    for kind, record, revision, text, editor in rows:
        written = {name: value for name, value in json.loads(text).items() if kind == ANSWER or name not in NOT_SIGNED}
        brought_in = revision in imported.get(f"{kind} {record}", ())
        if editor is not None and written != last.get(record) and not brought_in:
            found.append(editor)
        last[record] = written
    return tuple(dict.fromkeys(found))


def _may_submit(change: Change, header: Assessment) -> TouchstoneError | None:
    where = f"{ASSESSMENT} {header.id}"
    if header.state != "draft":
        return Conflict(f"it is {state_words(header.state)}, not a draft", where, "only a draft is submitted")
    if not child_documents(change, ANSWER, header.id):
        return Conflict("nothing is answered yet", where, "answer at least one item first")
    return None


def _may_return(change: Change, header: Assessment) -> TouchstoneError | None:
    where = f"{ASSESSMENT} {header.id}"
    if header.state != "in_review":
        return Conflict(f"it is {state_words(header.state)}, not in review", where, "only what is in review returns")
    return _own_or_review(change, header, where)


def _may_sign(change: Change, header: Assessment) -> TouchstoneError | None:
    where = f"{ASSESSMENT} {header.id}"
    if header.state != "in_review":
        fix = "submit it first" if header.state == "draft" else "only what is in review is signed"
        return Conflict(f"it is {state_words(header.state)}, not in review", where, fix)
    if change.actor.id in authors_within(change, header.id):
        return NotAllowed(f"{change.actor.name} wrote a part of it", where, "somebody who did not write it signs")
    asked = [
        one
        for one in child_documents(change, REMARK, header.id)
        if one.body["kind"] == "request" and not one.body["resolved"]
    ]
    if asked:
        what = (
            f"{len(asked)} request{'s' if len(asked) > 1 else ''} for change {'are' if len(asked) > 1 else 'is'} open"
        )
        return Conflict(what, where, "resolve what was met, or return it to draft")
    return None


def _may_withdraw(change: Change, header: Assessment) -> TouchstoneError | None:
    where = f"{ASSESSMENT} {header.id}"
    if header.state not in (*OPEN_STATES, "signed"):
        return Conflict(f"it is {state_words(header.state)}", where, "there is nothing to withdraw")
    if header.state == "signed":
        return None if change.actor.may("sign") else refusal(change.actor, "sign", where)
    return _own_or_review(change, header, where)


def _may_renew(change: Change, header: Assessment) -> TouchstoneError | None:
    where = f"{ASSESSMENT} {header.id}"
    if header.state != "signed":
        return Conflict(f"it is {state_words(header.state)}, not signed", where, "a new version follows a signed one")
    for one in child_documents(change, ASSESSMENT, header.system):
        if one.body["form"] == header.form and one.body["state"] in OPEN_STATES:
            return Conflict(
                f"'{one.id}' is {state_words(one.body['state'])}", where, "finish or withdraw that one first"
            )
    return None


def _own_or_review(change: Change, header: Assessment, where: str) -> TouchstoneError | None:
    if change.actor.may("review") or change.actor.id in authors_within(change, header.id):
        return None
    return NotAllowed(f"{change.actor.name} did not write it", where, "ask one of its authors or a reviewer")


RULES: dict[StepName, tuple[Operation, Callable[[Change, Assessment], TouchstoneError | None]]] = {
    "submit": ("write", _may_submit),
    "return": ("write", _may_return),
    "sign": ("sign", _may_sign),
    "new_version": ("write", _may_renew),
    "withdraw": ("write", _may_withdraw),
}
