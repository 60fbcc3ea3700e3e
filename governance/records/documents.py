"""Small JSON documents of the user's, such as own licence policies; whoever owns a kind checks its body."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import duckdb
from pydantic import BaseModel

from governance.errors import BadInput, Conflict, NotFound
from governance.records.store import as_utc, read, write

MAX_BODY = 1_000_000
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
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
        document_id: Lower-case letters, digits and hyphens, at most 60.
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
            raise BadInput(f"'{word:.80}' is not a name", f"{kind:.80} id", "use up to 60 of a-z, 0-9 and hyphens")
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
        return _document((kind, document_id, text, revision + 1, found[0][4], at))

    return write(connection, change)


def get_document(connection: duckdb.DuckDBPyConnection, kind: str, document_id: str) -> Document:
    """Read one document.

    Raises:
        NotFound: There is none of that id.
    """
    _refuse_no_id(kind, document_id)
    rows = read(connection, f"SELECT {_COLUMNS} FROM document WHERE kind = ? AND id = ?", [kind, document_id])  # noqa: S608
    if not rows:
        raise NotFound(f"there is no {kind} '{document_id:.80}'", kind, "list them to see the ids")
    return _document(rows[0])


def documents(connection: duckdb.DuckDBPyConnection, kind: str) -> tuple[Document, ...]:
    """List the documents of a kind, by id."""
    rows = read(connection, f"SELECT {_COLUMNS} FROM document WHERE kind = ? ORDER BY id", [kind])  # noqa: S608
    return tuple(map(_document, rows))


def delete_document(connection: duckdb.DuckDBPyConnection, kind: str, document_id: str) -> None:
    """Delete one document.

    Raises:
        NotFound: There is none of that id.
    """
    _refuse_no_id(kind, document_id)

    def remove(cursor: duckdb.DuckDBPyConnection) -> None:
        gone = cursor.execute("DELETE FROM document WHERE kind = ? AND id = ? RETURNING id", [kind, document_id])
        if not gone.fetchall():
            raise NotFound(f"there is no {kind} '{document_id:.80}'", kind, "list them to see the ids")

    write(connection, remove)


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
