"""Small JSON documents of the user's, such as own policies, scenarios and answers, each with all its revisions.

Whoever owns a kind checks its body.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any

from pydantic import BaseModel

from governance.errors import BadInput, Conflict, NotFound
from governance.records.merging import changed_fields, merge
from governance.records.people import Operation
from governance.records.store import Change, Workbench, as_utc, write
from governance.records.words import a_note

MAX_BODY = 1_000_000
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,119}")
_NEWEST = "SELECT kind, id, body, revision, created, updated, parent, author, editor, reason FROM document"
_VERSIONS = """
SELECT v.kind, v.id, v.body, v.revision, d.created, v.saved, d.parent, d.author, v.editor, v.reason
FROM document_version AS v JOIN document AS d ON d.kind = v.kind AND d.id = v.id
WHERE v.kind = ? AND v.id = ?
"""


class Document(BaseModel, frozen=True):
    """One document.

    Args:
        kind: What it is, e.g. ``policy``.
        id: Its name in URLs; unique in its kind.
        body: Its content.
        revision: 1, and 1 more with every change.
        created: When it was made, UTC.
        updated: When this revision was saved, UTC.
        parent: The document it is a part of, where it is one.
        author: Who made it; ``None`` where it was made before that was kept.
        editor: Who saved this revision.
        reason: Why, where it was said.
    """

    kind: str
    id: str
    body: dict[str, Any]
    revision: int
    created: datetime
    updated: datetime
    parent: str | None = None
    author: str | None = None
    editor: str | None = None
    reason: str | None = None


class EditClash(Conflict):
    """Somebody else changed the same fields meanwhile.

    Args:
        theirs: The document as it is now.
        mine: The body that was to be saved.
        fields: What both changed.
    """

    def __init__(self, theirs: Document, mine: Mapping[str, object], fields: Collection[str]) -> None:
        self.theirs, self.mine, self.fields = theirs, dict(mine), tuple(fields)
        who = (theirs.editor or "somebody").partition(":")[2] or "somebody"
        what = f"{who} changed {', '.join(self.fields)} meanwhile; it is at revision {theirs.revision}"
        super().__init__(what, f"{theirs.kind} {theirs.id}", "compare both and save what should stand")


def save_document(  # noqa: D417 - the workbench needs no words
    workbench: Workbench,
    kind: str,
    document_id: str,
    body: Mapping[str, object],
    now: datetime,
    revision: int | None = None,
    *,
    parent: str | None = None,
    reason: str | None = None,
    action: str | None = None,
    operation: Operation = "write",
    check: Callable[[Change, Document | None], None] | None = None,
    merging: bool = False,
) -> Document:
    """Make a document, or change the revision that was read.

    Args:
        kind: What it is, e.g. ``policy``.
        document_id: Lower-case letters, digits, hyphens and underscores, at most 120.
        body: Already checked by whoever owns the kind.
        now: Time of the change, UTC.
        revision: The one the change was made to; ``None`` makes a new document.
        parent: The document a new one is a part of.
        reason: Why, in the user's words.
        action: What the trail calls it; by default ``create``, ``update`` or ``unchanged``.
        operation: What the actor's role must allow.
        check: Given the open change and the document as it is; raises where this must not happen.
        merging: Put a change to an older revision together with what came since, where the fields differ.

    Raises:
        BadInput: The id or the body is not allowed.
        Conflict: The id is taken, or the document changed since it was read; an `EditClash` where ``merging``.
        NotAllowed: The role does not allow it.
        NotFound: There is none of that id to change.
    """
    for word in (kind, document_id):
        if not _ID.fullmatch(word):
            fix = "use up to 120 of a-z, 0-9, hyphens and underscores"
            raise BadInput(f"'{word:.80}' is not a name", f"{kind:.80} id", fix)
    mine = json.loads(_body_text(body, document_id))
    reason = None if reason is None else a_note(reason, f"{kind} {document_id}", "reason")

    def save(change: Change) -> Document:
        present = find_document(change, kind, document_id)
        if check:
            check(change, present)
        if revision is None:
            if present:
                fix = "choose another id or change that one"
                raise Conflict(f"'{document_id}' exists", f"{kind} {document_id}", fix)
            return insert_document(change, kind, document_id, mine, parent, reason, action)
        if present is None:
            raise NotFound(f"there is no {kind} '{document_id}'", kind, "save it as a new one")
        wanted = _merged(change, present, mine, revision) if merging else mine
        if present.revision != revision and not merging:
            what = f"it is at revision {present.revision}, the change was made to {revision}"
            raise Conflict(what, f"{kind} {document_id}", "reload it and make the change again")
        return update_document(change, present, wanted, reason, action)

    return write(workbench, save, now, operation, f"{kind} {document_id}")


def find_document(change: Change, kind: str, document_id: str, revision: int | None = None) -> Document | None:
    """Read one document within a change, as it is or as it was; ``None`` where there is none."""
    if revision is None:
        rows = change.fetch(f"{_NEWEST} WHERE kind = ? AND id = ?", [kind, document_id])
    else:
        rows = change.fetch(f"{_VERSIONS} AND v.revision = ?", [kind, document_id, revision])
    return _document(rows[0]) if rows else None


def child_documents(change: Change, kind: str, parent: str) -> tuple[Document, ...]:
    """Read within a change the documents of a kind that are part of another, by id."""
    rows = change.fetch(f"{_NEWEST} WHERE kind = ? AND parent = ? ORDER BY id", [kind, parent])
    return tuple(map(_document, rows))


def _merged(change: Change, present: Document, mine: dict[str, Any], revision: int) -> dict[str, Any]:
    if present.revision == revision:
        return mine
    base = find_document(change, present.kind, present.id, revision)
    if base is None:
        what = f"it is at revision {present.revision}, the change was made to {revision}"
        raise Conflict(what, f"{present.kind} {present.id}", "reload it and make the change again")
    merged = merge(base.body, mine, present.body)
    if merged.clashes:
        raise EditClash(present, mine, merged.clashes)
    return merged.body


def insert_document(
    change: Change,
    kind: str,
    document_id: str,
    body: dict[str, Any],
    parent: str | None = None,
    reason: str | None = None,
    action: str | None = None,
) -> Document:
    """Make one document within a change that makes several; its body holds JSON values, its id is known to fit."""
    text, at = _body_text(body, document_id), change.at
    change.fetch(
        "INSERT INTO document (kind, id, body, revision, created, updated, parent, author, editor, reason) "
        "VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?)",
        [kind, document_id, text, at, at, parent, change.actor.id, change.actor.id, reason],
    )
    _keep(change, kind, document_id, 1, text, reason)
    change.note(action or "create", kind, document_id, None, _trail(body, 1, reason))
    row = (kind, document_id, text, 1, at, at, parent, change.actor.id, change.actor.id, reason)
    return _document(row)


def update_document(
    change: Change, present: Document, body: dict[str, Any], reason: str | None = None, action: str | None = None
) -> Document:
    """Change one document, as just found, within a change that touches several."""
    kind, document_id, revision = present.kind, present.id, present.revision + 1
    changed = changed_fields(present.body, body)
    if not changed and action is None:
        change.note("unchanged", kind, document_id, None, {"revision": present.revision})
        return present
    text = _body_text(body, document_id)
    change.fetch(
        "UPDATE document SET body = ?, revision = ?, updated = ?, editor = ?, reason = ? WHERE kind = ? AND id = ?",
        [text, revision, change.at, change.actor.id, reason, kind, document_id],
    )
    _keep(change, kind, document_id, revision, text, reason)
    before = {key: present.body[key] for key in changed if key in present.body}
    after = {key: body[key] for key in changed if key in body}
    change.note(action or "update", kind, document_id, before, _trail(after, revision, reason))
    parts = {"body": body, "revision": revision, "updated": change.at.replace(tzinfo=UTC)}
    return present.model_copy(update={**parts, "editor": change.actor.id, "reason": reason})


def remove_document(change: Change, present: Document) -> None:
    """Delete one document, as just found, and its revisions, within a change that touches several."""
    for table in ("document", "document_version"):
        change.fetch(f"DELETE FROM {table} WHERE kind = ? AND id = ?", [present.kind, present.id])  # noqa: S608 - constants
    change.note("delete", present.kind, present.id, present.body, None)


def _trail(fields: dict[str, Any], revision: int, reason: str | None) -> dict[str, Any]:
    said = {} if reason is None else {"reason": reason}
    return {"fields": fields, "revision": revision, **said}


def put_document(change: Change, document: Document, present: Document | None = None, **about: object) -> Document:
    """Put a document within a change as it was elsewhere: revision, times and names stay; the trail says who put it.

    Args:
        change: The open change.
        document: The document; its revision is later than that of ``present``.
        present: The one it takes the place of, as just found; earlier revisions stay.
        about: What the trail should say of it besides, e.g. the file it came from.
    """
    text = _body_text(document.body, document.id)
    created, updated = as_utc(document.created), as_utc(document.updated)
    kept = [text, document.revision, created, updated, document.parent, document.author, document.editor]
    if present is None:
        change.fetch(
            "INSERT INTO document (body, revision, created, updated, parent, author, editor, reason, kind, id) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [*kept, document.reason, document.kind, document.id],
        )
    else:
        change.fetch(
            "UPDATE document SET body = ?, revision = ?, created = ?, updated = ?, parent = ?, author = ?, editor = ?, "
            "reason = ? WHERE kind = ? AND id = ?",
            [*kept, document.reason, document.kind, document.id],
        )
    change.fetch(
        "INSERT INTO document_version (kind, id, revision, body, saved, editor, reason) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [document.kind, document.id, document.revision, text, updated, document.editor, document.reason],
    )
    after = {"fields": document.body, "revision": document.revision, **about}
    change.note("import", document.kind, document.id, present and present.body, after)
    return document


def get_document(workbench: Workbench, kind: str, document_id: str, revision: int | None = None) -> Document:
    """Read one document, as it is or as it was.

    Args:
        workbench: The workbench.
        kind: What it is.
        document_id: Its id.
        revision: An earlier one; ``None``: the newest.

    Returns:
        The document; ``updated`` is when that revision was saved.

    Raises:
        NotFound: There is none of that id, or it has no such revision.
    """
    _refuse_no_id(kind, document_id)
    newest = workbench.read(f"{_NEWEST} WHERE kind = ? AND id = ?", [kind, document_id])
    if not newest:
        raise _no_document(kind, document_id)
    if revision is None:
        return _document(newest[0])
    found = workbench.read(f"{_VERSIONS} AND v.revision = ?", [kind, document_id, revision])
    if not found:
        known = f"it has revisions up to {_document(newest[0]).revision}; list its versions"
        raise NotFound(f"there is no revision {revision}", f"{kind} {document_id}", known)
    return _document(found[0])


def document_versions(workbench: Workbench, kind: str, document_id: str) -> tuple[Document, ...]:
    """List the revisions of a document, the oldest first; ``updated`` is when each was saved.

    Raises:
        NotFound: There is none of that id.
    """
    _refuse_no_id(kind, document_id)
    rows = workbench.read(f"{_VERSIONS} ORDER BY v.revision", [kind, document_id])
    if not rows:
        raise _no_document(kind, document_id)
    return tuple(map(_document, rows))


def documents(workbench: Workbench, kind: str, parent: str | None = None) -> tuple[Document, ...]:
    """List the documents of a kind, or those that are part of another, by id."""
    part, values = ("", [kind]) if parent is None else (" AND parent = ?", [kind, parent])
    rows = workbench.read(f"{_NEWEST} WHERE kind = ?{part} ORDER BY id", values)
    return tuple(map(_document, rows))


def delete_document(
    workbench: Workbench,
    kind: str,
    document_id: str,
    now: datetime | None = None,
    check: Callable[[Change, Document | None], None] | None = None,
) -> None:
    """Delete one document and all its revisions; the trail keeps that it was there.

    Args:
        workbench: The workbench.
        kind: What it is.
        document_id: Its id.
        now: When, UTC; by default the clock.
        check: Given the open change and the document; raises where it must stay.

    Raises:
        NotAllowed: The role does not allow it.
        NotFound: There is none of that id.
    """
    _refuse_no_id(kind, document_id)

    def remove(change: Change) -> None:
        present = find_document(change, kind, document_id)
        if present is None:
            raise _no_document(kind, document_id)
        if check:
            check(change, present)
        remove_document(change, present)

    write(workbench, remove, now or datetime.now(UTC), where=f"{kind} {document_id}")


def free_id(title: str, taken: Collection[str]) -> str:
    """Make an id for a new document from its title, one that is not taken.

    >>> free_id("Our reading, 2026", ["audit"]), free_id("Audit", ["audit"])
    ('our-reading-2026', 'audit-2')
    """
    ascii_title = unicodedata.normalize("NFKD", title[:200]).encode("ascii", "ignore").decode().lower()
    word = re.sub(r"[^a-z0-9]+", "-", ascii_title)[:50].strip("-") or "own"
    return next(key for number in count(1) if (key := word if number == 1 else f"{word}-{number}") not in taken)


def _keep(change: Change, kind: str, document_id: str, revision: int, text: str, reason: str | None) -> None:
    change.fetch(
        "INSERT INTO document_version (kind, id, revision, body, saved, editor, reason) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [kind, document_id, revision, text, change.at, change.actor.id, reason],
    )


def _refuse_no_id(kind: str, document_id: str) -> None:
    if not _ID.fullmatch(document_id):
        raise _no_document(kind, document_id)


def _no_document(kind: str, document_id: str) -> NotFound:
    return NotFound(f"there is no {kind} '{document_id:.80}'", kind, "list them to see the ids")


def _body_text(body: Mapping[str, object], document_id: str) -> str:
    try:
        text = json.dumps(dict(body), ensure_ascii=False, allow_nan=False, sort_keys=True)
        size = len(text.encode())
    except (TypeError, ValueError, RecursionError) as error:
        raise BadInput(
            f"the body is not JSON: {error}", document_id, "use texts, numbers, lists and objects"
        ) from error
    if size > MAX_BODY:
        raise BadInput(f"the body has {size:,} bytes", document_id, f"use at most {MAX_BODY:,}")
    return text


def _document(row: tuple[Any, ...]) -> Document:
    kind, document_id, body, revision, created, updated, parent, author, editor, reason = row
    return Document(
        kind=kind,
        id=document_id,
        body=json.loads(body),
        revision=revision,
        created=created.replace(tzinfo=UTC),
        updated=updated.replace(tzinfo=UTC),
        parent=parent,
        author=author,
        editor=editor,
        reason=reason,
    )
