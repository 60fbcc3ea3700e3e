"""The workbench: what users make. One process writes it; it is migrated with a backup first, never rebuilt."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import duckdb

from governance.catalogue.connect import connection_config, home, lock_down
from governance.errors import BadInput, Conflict, StoreDamaged, StoreInUse, TouchstoneError
from governance.records.copies import copy_store, keep_newest, stamp

WORKBENCH = "workbench"
FILE_NAME = f"{WORKBENCH}.duckdb"
MIGRATIONS = Path(__file__).parent / "migrations"
ATTEMPTS = 4

Result = TypeVar("Result")

ONE_WRITER = threading.RLock()
_HOLDER = re.compile(r"PID (\d+)")


def workbench_path(folder: Path | None = None) -> Path:
    """Give the file of the workbench, whether or not it exists yet."""
    return (folder or home()).resolve() / FILE_NAME


def open_workbench(folder: Path | None = None, now: datetime | None = None) -> duckdb.DuckDBPyConnection:
    """Open the workbench for reading and writing, made if missing and brought up to date.

    An existing store is copied to ``backups`` before it is migrated; the newest five copies stay.
    Keep one connection a process: the functions here each work on a cursor of their own.

    Args:
        folder: Where the stores are; by default `home()`.
        now: Time noted with a migration, UTC; by default the clock.

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
    except duckdb.Error as error:
        connection.close()
        raise damaged(path, error) from error
    except TouchstoneError:
        connection.close()
        raise
    return connection


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


def write(connection: duckdb.DuckDBPyConnection, work: Callable[[duckdb.DuckDBPyConnection], Result]) -> Result:
    """Run one transaction on a cursor of its own; all of it is kept, or nothing.

    Args:
        connection: The workbench, shared by all threads.
        work: Given the cursor; run again if another transaction got in between.

    Raises:
        Conflict: Others kept changing the same record.
        StoreDamaged: The file cannot be written.
    """
    with ONE_WRITER:
        for _ in range(ATTEMPTS):
            cursor = connection.cursor()
            try:
                cursor.execute("BEGIN")
                result = work(cursor)
                cursor.execute("COMMIT")
            except duckdb.TransactionException:
                continue
            except duckdb.ConstraintException as error:
                raise Conflict("a record of that id exists", WORKBENCH, "open it and change it there") from error
            except (duckdb.IOException, duckdb.FatalException, duckdb.OutOfMemoryException) as error:
                raise damaged(store_file(connection), error) from error
            else:
                return result
            finally:
                with suppress(duckdb.Error):  # nothing to undo after a commit
                    cursor.rollback()
                cursor.close()
    raise Conflict("others keep changing the same record", WORKBENCH, "try again")


def read(connection: duckdb.DuckDBPyConnection, sql: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
    """Fetch all rows of one query on a cursor of its own."""
    cursor = connection.cursor()
    try:
        return cursor.execute(sql, list(values)).fetchall()
    finally:
        cursor.close()


def store_file(connection: duckdb.DuckDBPyConnection) -> Path:
    """Give the file of an open workbench."""
    rows = read(connection, "SELECT path FROM duckdb_databases() WHERE database_name = ?", [WORKBENCH])
    return Path(str(rows[0][0])) if rows else workbench_path()


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
    tables = {str(name) for (name,) in read(connection, query)}
    if not tables:
        return 0
    if "migration" not in tables:
        where = f"a file with {', '.join(sorted(tables)[:3])}"
        raise StoreDamaged("this is another database, not a workbench", where, "name a workbench file")
    return int(str(read(connection, "SELECT coalesce(max(number), 0) FROM migration")[0][0]))


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
