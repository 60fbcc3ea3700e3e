"""Small JSON documents of the user's, such as own policies and scenarios, each with all its revisions.

Whoever owns a kind checks its body.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any

import duckdb
from pydantic import BaseModel

from governance.errors import BadInput, Conflict, NotFound
from governance.records.store import as_utc, read, write

MAX_BODY = 1_000_000
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_COLUMNS = "kind, id, body, revision, created, updated"


class Document(BaseModel, frozen=True):
    """One document.

    Args:
        kind: What it is, e.g. ``policy``.
        id: Its name in URLs; unique in its kind.
        body: Its content.
        revision: 1, and 1 more with every change.
        created: When it was made, UTC.
        updated: When it was last changed, UTC.
    """

    kind: str
    id: str
    body: dict[str, Any]
    revision: int
    created: datetime
    updated: datetime


def save_document(  # noqa: D417 - the connection needs no words
    connection: duckdb.DuckDBPyConnection,
    kind: str,
    document_id: str,
    body: Mapping[str, object],
    now: datetime,
    revision: int | None = None,
) -> Document:
    """Make a document, or change the revision that was read.

    Args:
        kind: What it is, e.g. ``policy``.
        document_id: Lower-case letters, digits, hyphens and underscores, at most 60.
        body: Already checked by whoever owns the kind.
        now: Time of the change, UTC.
        revision: The one the change was made to; ``None`` makes a new document.

    Raises:
        BadInput: The id or the body is not allowed.
        Conflict: The id is taken, or the document changed since it was read.
        NotFound: There is none of that id to change.
    """
    for word in (kind, document_id):
        if not _ID.fullmatch(word):
            fix = "use up to 60 of a-z, 0-9, hyphens and underscores"
            raise BadInput(f"'{word:.80}' is not a name", f"{kind:.80} id", fix)
    text, at = _body_text(body, document_id), as_utc(now)

    def change(cursor: duckdb.DuckDBPyConnection) -> Document:
        found = cursor.execute(
            f"SELECT {_COLUMNS} FROM document WHERE kind = ? AND id = ?",  # noqa: S608 - a constant
            [kind, document_id],
        ).fetchall()
        if revision is None:
            if found:
                raise Conflict(
                    f"'{document_id}' exists", f"{kind} {document_id}", "choose another id or change that one"
                )
            cursor.execute("INSERT INTO document VALUES (?, ?, ?, 1, ?, ?)", [kind, document_id, text, at, at])
            _keep(cursor, kind, document_id, 1, text, at)
            return _document((kind, document_id, text, 1, at, at))
        if not found:
            raise NotFound(f"there is no {kind} '{document_id}'", kind, "save it as a new one")
        present = _document(found[0])
        if present.revision != revision:
            what = f"it is at revision {present.revision}, the change was made to {revision}"
            raise Conflict(what, f"{kind} {document_id}", "reload it and make the change again")
        cursor.execute(
            "UPDATE document SET body = ?, revision = ?, updated = ? WHERE kind = ? AND id = ?",
            [text, revision + 1, at, kind, document_id],
        )
        _keep(cursor, kind, document_id, revision + 1, text, at)
        return _document((kind, document_id, text, revision + 1, found[0][4], at))

    return write(connection, change)


def get_document(
    connection: duckdb.DuckDBPyConnection, kind: str, document_id: str, revision: int | None = None
) -> Document:
    """Read one document, as it is or as it was.

    Args:
        connection: The workbench.
        kind: What it is.
        document_id: Its id.
        revision: An earlier one; ``None``: the newest.

    Returns:
        The document; ``updated`` is when that revision was saved.

    Raises:
        NotFound: There is none of that id, or it has no such revision.
    """
    _refuse_no_id(kind, document_id)
    rows = read(connection, f"SELECT {_COLUMNS} FROM document WHERE kind = ? AND id = ?", [kind, document_id])  # noqa: S608
    if not rows:
        raise NotFound(f"there is no {kind} '{document_id:.80}'", kind, "list them to see the ids")
    if revision is None:
        return _document(rows[0])
    found = [one for one in document_versions(connection, kind, document_id) if one.revision == revision]
    if not found:
        known = f"it has revisions up to {rows[0][3]}; list its versions"
        raise NotFound(f"there is no revision {revision}", f"{kind} {document_id}", known)
    return found[0]


def document_versions(connection: duckdb.DuckDBPyConnection, kind: str, document_id: str) -> tuple[Document, ...]:
    """List the revisions of a document, the oldest first; ``updated`` is when each was saved.

    Raises:
        NotFound: There is none of that id.
    """
    _refuse_no_id(kind, document_id)
    rows = read(
        connection,
        """
        SELECT v.kind, v.id, v.body, v.revision, d.created, v.saved
        FROM document_version AS v JOIN document AS d ON d.kind = v.kind AND d.id = v.id
        WHERE v.kind = ? AND v.id = ? ORDER BY v.revision
        """,
        [kind, document_id],
    )
    if not rows:
        raise NotFound(f"there is no {kind} '{document_id:.80}'", kind, "list them to see the ids")
    return tuple(map(_document, rows))


def documents(connection: duckdb.DuckDBPyConnection, kind: str) -> tuple[Document, ...]:
    """List the documents of a kind, by id."""
    rows = read(connection, f"SELECT {_COLUMNS} FROM document WHERE kind = ? ORDER BY id", [kind])  # noqa: S608
    return tuple(map(_document, rows))


def delete_document(connection: duckdb.DuckDBPyConnection, kind: str, document_id: str) -> None:
    """Delete one document and all its revisions.

    Raises:
        NotFound: There is none of that id.
    """
    _refuse_no_id(kind, document_id)

    def remove(cursor: duckdb.DuckDBPyConnection) -> None:
        gone = cursor.execute("DELETE FROM document WHERE kind = ? AND id = ? RETURNING id", [kind, document_id])
        if not gone.fetchall():
            raise NotFound(f"there is no {kind} '{document_id:.80}'", kind, "list them to see the ids")
        cursor.execute("DELETE FROM document_version WHERE kind = ? AND id = ?", [kind, document_id])

    write(connection, remove)


def free_id(title: str, taken: Collection[str]) -> str:
    """Make an id for a new document from its title, one that is not taken.

    >>> free_id("Our reading, 2026", ["audit"]), free_id("Audit", ["audit"])
    ('our-reading-2026', 'audit-2')
    """
    ascii_title = unicodedata.normalize("NFKD", title[:200]).encode("ascii", "ignore").decode().lower()
    word = re.sub(r"[^a-z0-9]+", "-", ascii_title)[:50].strip("-") or "own"
    return next(key for number in count(1) if (key := word if number == 1 else f"{word}-{number}") not in taken)


def _keep(
    cursor: duckdb.DuckDBPyConnection, kind: str, document_id: str, revision: int, text: str, at: datetime
) -> None:
    cursor.execute("INSERT INTO document_version VALUES (?, ?, ?, ?, ?)", [kind, document_id, revision, text, at])


def _refuse_no_id(kind: str, document_id: str) -> None:
    if not _ID.fullmatch(document_id):
        raise NotFound(f"there is no {kind} '{document_id:.80}'", kind, "list them to see the ids")


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
    kind, document_id, body, revision, created, updated = row
    return Document(
        kind=kind,
        id=document_id,
        body=json.loads(body),
        revision=revision,
        created=created.replace(tzinfo=UTC),
        updated=updated.replace(tzinfo=UTC),
    )
