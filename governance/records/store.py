"""The workbench: what users make. One process writes it; it is migrated with a backup first, never rebuilt."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from governance.catalogue.connect import connection_config, home, lock_down
from governance.errors import BadInput, Conflict, StoreDamaged, StoreInUse, TouchstoneError
from governance.records.chain import COLUMNS, canonical, chained
from governance.records.copies import copy_store, keep_newest, stamp
from governance.records.people import Actor, Operation, local_actor, refusal

WORKBENCH = "workbench"
FILE_NAME = f"{WORKBENCH}.duckdb"
MIGRATIONS = Path(__file__).parent / "migrations"
ATTEMPTS = 4

Result = TypeVar("Result")

ONE_WRITER = threading.RLock()
_HOLDER = re.compile(r"PID (\d+)")


@dataclass(frozen=True, slots=True)
class Workbench:
    """An open workbench and who is at work in it; functions here take it first.

    Args:
        connection: The process's one connection.
        actor: Whose role is checked and whose name goes into the trail.
        file: Where it is.
    """

    connection: duckdb.DuckDBPyConnection
    actor: Actor
    file: Path

    def acting(self, actor: Actor) -> Workbench:
        """Give the same workbench for somebody else."""
        return replace(self, actor=actor)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Give a cursor of its own to one thread."""
        return self.connection.cursor()

    def require(self, operation: Operation, where: str) -> None:
        """Check the actor's role for something that changes nothing.

        Raises:
            NotAllowed: The role does not allow it.
        """
        if not self.actor.may(operation):
            raise refusal(self.actor, operation, where)

    def read(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Fetch all rows of one query on a cursor of its own.

        Raises:
            NotAllowed: The actor may not read here.
        """
        self.require("read", WORKBENCH)
        return fetch(self.connection, sql, values)

    def close(self) -> None:
        """Close the store; whoever opened it does."""
        self.connection.close()

    def __enter__(self) -> Workbench:
        """Give the workbench to a block that closes it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the store."""
        self.close()


@dataclass(frozen=True, slots=True)
class Change:
    """An open transaction: what is done in it, by whom and when.

    Args:
        cursor: Its cursor.
        actor: Who.
        at: When, UTC, without a zone, as the stores keep it.
    """

    cursor: duckdb.DuckDBPyConnection
    actor: Actor
    at: datetime

    def fetch(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run one statement within the transaction and give its rows."""
        return self.cursor.execute(sql, list(values)).fetchall()

    def note(self, action: str, kind: str, record: str, before: object, after: object) -> None:
        """Append to the trail what this transaction changes.

        Args:
            action: What was done, e.g. ``update``.
            kind: Kind of record.
            record: The record.
            before: What was there, as JSON values; ``None``: nothing.
            after: What takes its place.
        """
        seq, prev = self.fetch("SELECT seq, hash FROM audit_head")[0]
        at = self.at.replace(tzinfo=UTC).isoformat()
        row = chained(seq + 1, at, self.actor.id, action, kind, record, canonical(before), canonical(after), prev)
        self.cursor.execute("UPDATE audit_head SET seq = ?, hash = ?", [row[0], row[-1]])
        self.cursor.execute(f"INSERT INTO audit ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", list(row))  # noqa: S608


def workbench_path(folder: Path | None = None) -> Path:
    """Give the file of the workbench, whether or not it exists yet."""
    return (folder or home()).resolve() / FILE_NAME


def open_workbench(folder: Path | None = None, now: datetime | None = None, actor: Actor | None = None) -> Workbench:
    """Open the workbench for reading and writing, made if missing and brought up to date.

    An existing store is copied to ``backups`` before it is migrated; the newest five copies stay.
    Keep one connection a process: the functions here each work on a cursor of their own.

    Args:
        folder: Where the stores are; by default `home()`.
        now: Time noted with a migration, UTC; by default the clock.
        actor: Who is at work; by default the person of this machine, with the role they were given here.

    Raises:
        StoreInUse: Another process holds it.
        StoreDamaged: It cannot be read or written, is no workbench, or is of a newer version.
    """
    path = workbench_path(folder)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fix = "name a folder you can write"
        raise StoreDamaged(f"the folder cannot be made: {error.strerror}", str(path.parent), fix) from error
    connection = connect(path)
    try:
        with ONE_WRITER:
            _migrate(connection, path, now or datetime.now(UTC))
            lock_down(connection, path.parent)
        actor = actor or local_actor(connection)
    except duckdb.Error as error:
        connection.close()
        raise damaged(path, error) from error
    except TouchstoneError:
        connection.close()
        raise
    return Workbench(connection, actor, path)


def connect(path: Path, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open a store file as it is, telling apart why it would not open.

    Raises:
        StoreInUse: A process, this one included, holds it.
        StoreDamaged: It cannot be opened.
    """
    try:
        return duckdb.connect(str(path), read_only=read_only, config=connection_config(path.parent))
    except duckdb.ConnectionException as error:
        fix = "close it there first"
        raise StoreInUse("this process already has the workbench open", str(path), fix) from error
    except duckdb.IOException as error:
        holder = _HOLDER.search(str(error))
        if holder is None:
            raise damaged(path, error) from error
        fix = f"stop that process, or use the app that it runs; 'ps -p {holder[1]}' shows what it is"
        raise StoreInUse(f"process {holder[1]} has the workbench open", str(path), fix) from error
    except duckdb.Error as error:
        raise damaged(path, error) from error


def damaged(path: Path, error: duckdb.Error) -> StoreDamaged:
    """Say what is wrong with a store file and how to recover."""
    reason = str(error).splitlines()[0]
    if "Permission denied" in reason or "Read-only file system" in reason:
        fix = "mend the permissions of the file and its folder"
        return StoreDamaged("the workbench cannot be written", str(path), fix)
    if "No space left" in reason:
        return StoreDamaged("the disk is full", str(path), "free some space; what was saved before is safe")
    copies = sorted((path.parent / "backups").glob("*.duckdb"), key=lambda copy: copy.stat().st_mtime)
    fix = (
        f"restore the newest backup, {copies[-1]}" if copies else "there is no backup: move the file away to start anew"
    )
    return StoreDamaged(f"the workbench cannot be read: {reason}", str(path), fix)


def write(
    workbench: Workbench,
    work: Callable[[Change], Result],
    now: datetime,
    operation: Operation = "write",
    where: str = WORKBENCH,
) -> Result:
    """Run one transaction on a cursor of its own; all of it is kept, its rows in the trail included, or nothing.

    Args:
        workbench: The workbench, shared by all threads, and who is at work.
        work: Given the change to make; run again if another transaction got in between.
        now: When, UTC.
        operation: What the actor's role must allow.
        where: What is being changed, for the refusal.

    Raises:
        NotAllowed: The role does not allow it; the trail says that it was tried.
        Conflict: Others kept changing the same record.
        StoreDamaged: The file cannot be written.
    """
    at = as_utc(now)
    if not workbench.actor.may(operation):
        refused = refusal(workbench.actor, operation, where)
        _transact(workbench, lambda change: change.note("refused", operation, where, None, refused.what), at)
        raise refused
    return _transact(workbench, work, at)


def _transact(workbench: Workbench, work: Callable[[Change], Result], at: datetime) -> Result:
    with ONE_WRITER:
        for _ in range(ATTEMPTS):
            cursor = workbench.connection.cursor()
            try:
                cursor.execute("BEGIN")
                result = work(Change(cursor, workbench.actor, at))
                cursor.execute("COMMIT")
            except duckdb.TransactionException:
                continue
            except duckdb.ConstraintException as error:
                raise Conflict("a record of that id exists", WORKBENCH, "open it and change it there") from error
            except (duckdb.IOException, duckdb.FatalException, duckdb.OutOfMemoryException) as error:
                raise damaged(workbench.file, error) from error
            else:
                return result
            finally:
                with suppress(duckdb.Error):  # nothing to undo after a commit
                    cursor.rollback()
                cursor.close()
    raise Conflict("others keep changing the same record", WORKBENCH, "try again")


def fetch(connection: duckdb.DuckDBPyConnection, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Fetch all rows of one query on a cursor of its own."""
    cursor = connection.cursor()
    try:
        return cursor.execute(sql, list(values)).fetchall()
    finally:
        cursor.close()


def as_utc(now: datetime) -> datetime:
    """Give a time as the stores keep it: UTC, without a zone.

    Raises:
        BadInput: The time has no zone, so it could be any.
    """
    if now.tzinfo is None:
        raise BadInput("the time has no zone", str(now), "pass a time in UTC")
    return now.astimezone(UTC).replace(tzinfo=None)


def schema_version(connection: duckdb.DuckDBPyConnection) -> int:
    """Give the number of the last migration of an open store; 0 before the first.

    Raises:
        StoreDamaged: It holds tables, but not those of a workbench.
    """
    query = "SELECT table_name FROM duckdb_tables() WHERE NOT internal AND database_name = current_database()"
    tables = {str(name) for (name,) in fetch(connection, query)}
    if not tables:
        return 0
    if "migration" not in tables:
        where = f"a file with {', '.join(sorted(tables)[:3])}"
        raise StoreDamaged("this is another database, not a workbench", where, "name a workbench file")
    return int(str(fetch(connection, "SELECT coalesce(max(number), 0) FROM migration")[0][0]))


def newest_schema() -> int:
    """Give the number of the newest migration that this version knows."""
    return max(number for number, _ in _migrations())


def refuse_newer(version: int, where: Path) -> None:
    """Refuse a store that a later version has changed.

    Raises:
        StoreDamaged: Its schema is newer than ours.
    """
    if version > newest_schema():
        what = f"the workbench has schema {version}, this version knows up to {newest_schema()}"
        raise StoreDamaged(what, str(where), "upgrade Touchstone, or restore an older backup")


def _migrations() -> list[tuple[int, Path]]:
    return [(int(script.name.partition("_")[0]), script) for script in sorted(MIGRATIONS.glob("*.sql"))]


def _migrate(connection: duckdb.DuckDBPyConnection, path: Path, now: datetime) -> None:
    version = schema_version(connection)
    refuse_newer(version, path)
    due = [(number, script) for number, script in _migrations() if number > version]
    if due and version:
        copy_store(connection, path.parent / "backups" / f"before-migration-{stamp(now)}-schema-{version}.duckdb")
        keep_newest(path.parent / "backups", "before-migration-")
    for number, script in due:
        try:
            connection.execute("BEGIN")
            connection.execute(
                """
                CREATE TABLE IF NOT EXISTS migration (
                    number INTEGER PRIMARY KEY, name VARCHAR NOT NULL, applied TIMESTAMP NOT NULL
                )
                """
            )
            connection.execute(script.read_text(encoding="utf-8"))
            connection.execute("INSERT INTO migration VALUES (?, ?, ?)", [number, script.stem, as_utc(now)])
            connection.execute("COMMIT")
        except duckdb.Error as error:
            with suppress(duckdb.Error):
                connection.rollback()
            fix = "the store is as it was before that step; a copy is in its folder 'backups'"
            reason = str(error).splitlines()[0]
            raise StoreDamaged(f"migration {script.stem} failed: {reason}", str(path), fix) from error
