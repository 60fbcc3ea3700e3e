"""Copies of the workbench: made through the database, checked row by row, and put in place whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import duckdb

from governance.errors import Conflict, StoreDamaged

KEPT = 5

Fingerprint = dict[str, tuple[int, int]]
"""Rows, and a hash that does not depend on their order, of each table."""


def copy_store(connection: duckdb.DuckDBPyConnection, target: Path) -> Fingerprint:
    """Copy an open store to a new file and compare the copy, read from disk, with it.

    The bytes of an open store are never read directly: closing the file would drop the
    process's lock on it, and a second process could then write.

    Args:
        connection: A cursor on the store; nobody may write to it meanwhile.
        target: The new file, on any disk.

    Raises:
        Conflict: The file exists.
        StoreDamaged: The copy cannot be written or differs.
    """
    if target.exists():
        raise Conflict("a file of that name exists", str(target), "name a new file")
    name, file = connection.execute(
        "SELECT database_name, path FROM duckdb_databases() WHERE database_name = current_database()"
    ).fetchall()[0]
    draft = Path(str(file)).parent / "backups" / f".{uuid4().hex}.draft"
    try:
        draft.parent.mkdir(parents=True, exist_ok=True)
        wanted = fingerprint(connection, str(name))
        with _attached(connection, draft):
            connection.execute(f"COPY FROM DATABASE {quoted(str(name))} TO draft")
        with _attached(connection, draft, "(READ_ONLY)"):
            found = fingerprint(connection, "draft")
        if found != wanted:
            raise StoreDamaged("the copy differs from the workbench", str(target), "check the disk and try again")
        put_in_place(draft, target)
    except (duckdb.IOException, OSError) as error:
        reason = str(error).splitlines()[0]
        fix = "free some space or name a folder you can write"
        raise StoreDamaged(f"the copy cannot be written: {reason}", str(target), fix) from error
    finally:
        for leftover in (draft, draft.with_name(f"{draft.name}.wal")):
            leftover.unlink(missing_ok=True)
    return wanted


@contextmanager
def _attached(connection: duckdb.DuckDBPyConnection, file: Path, how: str = "") -> Iterator[None]:
    escaped = str(file).replace("'", "''")
    connection.execute(f"ATTACH '{escaped}' AS draft {how}")
    try:
        yield
    finally:
        connection.execute("DETACH draft")


def fingerprint(connection: duckdb.DuckDBPyConnection, database: str) -> Fingerprint:
    """Count and hash every row of an attached database; reading all of it finds damaged blocks too."""
    tables = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = ? AND NOT internal ORDER BY table_name",
        [database],
    ).fetchall()
    marks = {}
    for (table,) in tables:
        query = f"SELECT count(*), coalesce(bit_xor(hash(t)), 0) FROM {quoted(database)}.main.{quoted(str(table))} AS t"  # noqa: S608 - quoted
        marks[str(table)] = connection.execute(query).fetchall()[0]
    return {table: (int(rows), int(mark)) for table, (rows, mark) in marks.items()}


def put_in_place(draft: Path, target: Path) -> None:
    """Move a finished file to its name, through a whole copy where it is on another disk."""
    target.parent.mkdir(parents=True, exist_ok=True)
    near = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        if draft.stat().st_dev == target.parent.stat().st_dev:
            draft.replace(near)
        else:
            shutil.copyfile(draft, near)
        sync(near)
        near.replace(target)
        sync(target.parent)
    finally:
        near.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Wait until a file's bytes, or a folder's names, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def keep_newest(folder: Path, prefix: str) -> None:
    """Delete all but the newest five copies whose name starts so; names sort by time."""
    for old in sorted(folder.glob(f"{prefix}*.duckdb"))[:-KEPT]:
        old.unlink(missing_ok=True)


def stamp(now: datetime) -> str:
    """Write a time so that names sort by it.

    >>> stamp(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    '20260102T030405000000Z'
    """
    return now.astimezone(UTC).strftime("%Y%m%dT%H%M%S%fZ")


def quoted(identifier: str) -> str:
    """Quote an identifier for SQL."""
    return '"' + identifier.replace('"', '""') + '"'
