"""The workbench: what users make. One process writes it; it is migrated with a backup first, never rebuilt."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import duckdb

from governance.catalogue.connect import home, lock_down
from governance.errors import BadInput, Conflict, NotAllowed, StoreDamaged, StoreInUse, TouchstoneError
from governance.records.chain import COLUMNS, Chained, canonical, chained
from governance.records.connecting import connect, damaged, log_path
from governance.records.migrate import migrate, newest_schema, schema_version
from governance.records.people import Actor, Operation, local_actor, refusal
from governance.records.witness import HEAD, Known, end_of, forget_head, keep_head, known_head, refuse_lost

WORKBENCH = "workbench"
FILE_NAME = f"{WORKBENCH}.duckdb"
ATTEMPTS = 4
REFUSALS_A_MINUTE = 10
"""Rows for one person's refusals: whoever may only read could otherwise make the trail grow at will."""

T = TypeVar("T")
Result = TypeVar("Result")

ONE_WRITER = threading.RLock()
_COLLISION = re.compile(r"[Cc]onflict|constraint violation")
_BROKEN = (duckdb.IOException, duckdb.FatalException, duckdb.InternalException, duckdb.OutOfMemoryException)


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
        """Check the actor's role for something that changes nothing; the trail says where it was tried in vain.

        Raises:
            NotAllowed: The role does not allow it.
        """
        if not self.actor.may(operation):
            _refuse(self, operation, where, as_utc(datetime.now(UTC)))

    def read(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Fetch all rows of one query on a cursor of its own.

        Raises:
            BadInput: A value is no text that can be kept.
            NotAllowed: The actor may not read here.
            StoreDamaged: The file cannot be read.
        """
        self.require("read", WORKBENCH)
        return self.look_up(sql, values)

    def look_up(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Fetch rows without asking who wants them: only for finding out who somebody is.

        Raises:
            BadInput: A value is no text that can be kept.
            StoreDamaged: The file cannot be read.
        """
        with self.looking() as cursor:
            return cursor.execute(sql, bound(values)).fetchall()

    @contextmanager
    def looking(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Give a cursor for a block that reads; it asks nobody's role.

        Raises:
            StoreDamaged: The file cannot be read.
        """
        cursor = self.cursor()
        try:
            yield cursor
        except _BROKEN as error:
            raise damaged(self.file, error) from error
        finally:
            cursor.close()

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
        noted: Rows it has added to the trail.
    """

    cursor: duckdb.DuckDBPyConnection
    actor: Actor
    at: datetime
    noted: list[Chained] = field(default_factory=list)

    def fetch(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run one statement within the transaction and give its rows.

        Raises:
            BadInput: A value is no text that can be kept.
        """
        return self.cursor.execute(sql, bound(values)).fetchall()

    def note(self, action: str, kind: str, record: str, before: object, after: object) -> None:
        """Append to the trail what this transaction changes.

        Args:
            action: What was done, e.g. ``update``.
            kind: Kind of record.
            record: The record.
            before: What was there, as JSON values; ``None``: nothing.
            after: What takes its place.
        """
        at = self.at.replace(tzinfo=UTC).isoformat()
        self._append(at, self.actor.id, action, kind, record, canonical(before), canonical(after))

    def note_restore(self, known: Known) -> None:
        """Append that the store was restored, if it was and nothing was added to the trail since."""
        told = known.restored
        if told and end_of(self.fetch(HEAD)) == (known.rows, known.hash):
            before = told.replaced and dict(zip(("rows", "hash"), told.replaced, strict=True))
            after = {"rows": known.rows, "hash": known.hash}
            self._append(told.utc, told.actor, "restore", WORKBENCH, told.source, canonical(before), canonical(after))

    def _append(self, *fields: str) -> None:
        utc, actor, action, kind, record, before, after = bound(fields)
        seq, prev = end_of(self.fetch(HEAD))
        row = chained(seq + 1, utc, actor, action, kind, record, before, after, prev)
        self.cursor.execute("UPDATE audit_head SET seq = ?, hash = ?", [row[0], row[-1]])
        self.cursor.execute(f"INSERT INTO audit ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", list(row))  # noqa: S608
        self.noted.append(row)


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
        StoreDamaged: It cannot be read or written, is no workbench, is of a newer version, or has lost changes.
    """
    path = workbench_path(folder)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fix = "name a folder you can write"
        raise StoreDamaged(f"the folder cannot be made: {error.strerror}", str(path.parent), fix) from error
    if not path.exists():
        forget_head(path)  # whoever took the file away starts anew
    elif log_path(path).exists():
        _look_first(path)
    connection = connect(path)
    with _closed_on_failure(connection, path), ONE_WRITER:
        refuse_lost(connection, path)
        migrate(connection, path, now or datetime.now(UTC))
        if known_head(path) is None:
            rows, last = end_of(connection.execute(HEAD).fetchall())
            keep_head(path, Known(rows=rows, hash=last))
        lock_down(connection, path.parent)
        return Workbench(connection, actor or local_actor(connection), path)


def open_as_it_is(folder: Path | None = None, actor: Actor | None = None) -> Workbench:
    """Open the workbench for reading only, changing nothing in it, to look into one that may be damaged.

    Args:
        folder: Where the stores are; by default `home()`.
        actor: Who is at work; by default the person of this machine, with the role they were given here.

    Raises:
        StoreInUse: A process, this one included, has it open.
        StoreDamaged: It is missing or cannot be read, or has another schema than this version's.
    """
    path = workbench_path(folder)
    if not path.is_file():
        raise StoreDamaged("there is no workbench", str(path), "save something first")
    connection = connect(path, read_only=True)
    with _closed_on_failure(connection, path):
        version = schema_version(connection)
        if version != newest_schema():
            fix = "open it once with 'touchstone lists', or restore a backup"
            raise StoreDamaged(f"the workbench has schema {version}, not {newest_schema()}", str(path), fix)
        lock_down(connection, path.parent)
        return Workbench(connection, actor or local_actor(connection), path)


def _look_first(path: Path) -> None:
    """Look into a store with a log left over: opening it for writing throws away what cannot be read of the log."""
    with suppress(StoreInUse):  # said when it is opened; or it is open in this process and was looked into
        seen = connect(path, read_only=True)
        with _closed_on_failure(seen, path):
            refuse_lost(seen, path)
        seen.close()


@contextmanager
def _closed_on_failure(connection: duckdb.DuckDBPyConnection, path: Path) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        connection.close()
        raise damaged(path, error) from error
    except TouchstoneError:
        connection.close()
        raise


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
        _refuse(workbench, operation, where, at)
    try:
        return _transact(workbench, work, at)
    except NotAllowed as error:  # by a rule of the record, e.g. that nobody signs their own
        _note_refusal(workbench, operation, where, at, error)
        raise


def _refuse(workbench: Workbench, operation: Operation, where: str, at: datetime) -> NoReturn:
    refused = refusal(workbench.actor, operation, where)
    _note_refusal(workbench, operation, where, at, refused)
    raise refused


def _note_refusal(workbench: Workbench, operation: Operation, where: str, at: datetime, refused: NotAllowed) -> None:
    place, what = where[:200].encode(errors="replace").decode(), refused.what
    with suppress(StoreDamaged), ONE_WRITER:  # opened only to look into it, or cannot be written: it stays refused
        told = _refused_lately(workbench, at)
        if len(told) >= REFUSALS_A_MINUTE or (operation, place, canonical(what)) in told:
            return
        more = "; more of this minute are not noted" if len(told) == REFUSALS_A_MINUTE - 1 else ""
        _transact(workbench, lambda change: change.note("refused", operation, place, None, what + more), at)


def _refused_lately(workbench: Workbench, at: datetime) -> list[tuple[Any, ...]]:
    now = at.replace(tzinfo=UTC)
    return workbench.look_up(
        "SELECT kind, id, after FROM audit WHERE utc > ? AND utc <= ? AND action = 'refused' AND actor = ?",
        [(now - timedelta(minutes=1)).isoformat(), now.isoformat(), workbench.actor.id],
    )


def _transact(workbench: Workbench, work: Callable[[Change], Result], at: datetime) -> Result:
    with ONE_WRITER:
        for _ in range(ATTEMPTS):
            cursor = workbench.connection.cursor()
            try:
                cursor.execute("BEGIN")
                change = Change(cursor, workbench.actor, at)
                if known := known_head(workbench.file):
                    change.note_restore(known)
                told = len(change.noted)
                result = work(change)
                if len(change.noted) == told:
                    raise RuntimeError("a change must be noted in the trail")
                cursor.execute("COMMIT")
            except duckdb.TransactionException as error:
                if not _COLLISION.search(str(error)):
                    raise damaged(workbench.file, error) from error
                continue
            except duckdb.ConstraintException as error:
                raise Conflict("a record of that id exists", WORKBENCH, "open it and change it there") from error
            except (*_BROKEN, duckdb.InvalidInputException) as error:
                if isinstance(error, duckdb.InvalidInputException) and "read-only mode" not in str(error):
                    raise  # a mistake in the statement
                raise damaged(workbench.file, error) from error
            else:
                keep_head(workbench.file, Known(rows=change.noted[-1][0], hash=change.noted[-1][-1]))
                return result
            finally:
                with suppress(duckdb.Error):  # nothing to undo after a commit
                    cursor.rollback()
                cursor.close()
    raise Conflict("others keep changing the same record", WORKBENCH, "try again")


def bound(values: Sequence[T]) -> list[T]:
    """Give values as they can be bound to a query.

    Raises:
        BadInput: A text holds half a character (a lone surrogate), which UTF-8 cannot say.
    """
    for value in values:
        if isinstance(value, str) and not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError as error:
                shown = value[:80].encode(errors="replace").decode()
                raise BadInput("half a character", shown, "remove it") from error
    return list(values)


def as_utc(now: datetime) -> datetime:
    """Give a time as the stores keep it: UTC, without a zone.

    Raises:
        BadInput: The time has no zone, so it could be any.
    """
    if now.tzinfo is None:
        raise BadInput("the time has no zone", str(now), "pass a time in UTC")
    return now.astimezone(UTC).replace(tzinfo=None)
