"""Back the workbench up and bring it back; either way the result is read whole before it counts."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import duckdb
from pydantic import BaseModel

from governance.errors import BadInput, StoreDamaged
from governance.records.copies import copy_store, fingerprint, keep_newest, put_in_place, stamp
from governance.records.store import ONE_WRITER, Workbench, connect, refuse_newer, schema_version, workbench_path

BEFORE_RESTORE = "before-restore-"


class BackupInfo(BaseModel, frozen=True):
    """A copy of the workbench that was read back whole.

    Args:
        path: The file.
        schema_version: Number of its last migration.
        rows: Rows a table.
    """

    path: str
    schema_version: int
    rows: dict[str, int]


def backup(workbench: Workbench, path: Path) -> BackupInfo:
    """Copy the open workbench to a new file; saving waits meanwhile, reading does not.

    Raises:
        Conflict: The file exists.
        StoreDamaged: The copy cannot be written or differs from the workbench.
    """
    workbench.require("administer", "backup")
    cursor = workbench.cursor()
    try:
        with ONE_WRITER:
            marks = copy_store(cursor, path)
            version = schema_version(workbench.connection)
    finally:
        cursor.close()
    return BackupInfo(path=str(path), schema_version=version, rows={table: rows for table, (rows, _) in marks.items()})


def check_backup(path: Path) -> BackupInfo:
    """Read a backup whole, without changing it.

    Raises:
        BadInput: There is no such file.
        StoreDamaged: It is damaged, no workbench, or of a newer version.
        StoreInUse: A process has it open.
    """
    if not path.is_file():
        raise BadInput("there is no such file", str(path), "name a backup of the workbench")
    connection = connect(path, read_only=True)
    try:
        version = schema_version(connection)
        name = connection.execute("SELECT current_database()").fetchall()[0][0]
        marks = fingerprint(connection, str(name))
    except duckdb.Error as error:
        raise StoreDamaged(f"the backup is damaged: {str(error).splitlines()[0]}", str(path), "use another") from error
    finally:
        connection.close()
    if version == 0:
        raise StoreDamaged("the backup is empty", str(path), "use another")
    refuse_newer(version, path)
    return BackupInfo(path=str(path), schema_version=version, rows={table: rows for table, (rows, _) in marks.items()})


def restore(path: Path, folder: Path | None = None, now: datetime | None = None) -> BackupInfo:
    """Put a backup in place of the workbench, which must be closed; the present one is kept.

    Args:
        path: The backup; it stays where it is.
        folder: Where the stores are; by default `home()`.
        now: Names the copy of the present workbench, UTC; by default the clock.

    Returns:
        What the workbench now holds; an older schema is migrated when it is next opened.

    Raises:
        BadInput: There is no such file, or it is the workbench itself.
        StoreDamaged: It is damaged, no workbench, or of a newer version; nothing was changed.
        StoreInUse: The workbench is open.
    """
    target = workbench_path(folder)
    if path.resolve() == target:
        raise BadInput("that is the workbench itself", str(path), "name a backup of it")
    checked = check_backup(path)
    with ONE_WRITER:
        _refuse_if_open(target)
        draft = target.with_name(f".{uuid4().hex}.draft")
        try:
            shutil.copyfile(path, draft)
            check_backup(draft)
            _set_aside(target, now or datetime.now(UTC))
            put_in_place(draft, target)
        except OSError as error:
            fix = "free some space or mend the permissions; the old workbench is in 'backups' if it was moved"
            raise StoreDamaged(f"the backup cannot be put in place: {error.strerror}", str(target), fix) from error
        finally:
            draft.unlink(missing_ok=True)
    return checked.model_copy(update={"path": str(target)})


def _refuse_if_open(target: Path) -> None:
    if not target.exists():
        return
    try:
        # Opened with other settings than the app's, so that this process's own connection shows too.
        connect(target, read_only=True).close()
    except StoreDamaged:
        return


def _set_aside(target: Path, now: datetime) -> None:
    if not target.exists():
        return
    kept = target.parent / "backups" / f"{BEFORE_RESTORE}{stamp(now)}.duckdb"
    kept.parent.mkdir(parents=True, exist_ok=True)
    # A log left beside another file would be replayed into it.
    log = target.with_name(f"{target.name}.wal")
    if log.exists():
        log.replace(kept.with_name(f"{kept.name}.wal"))
    target.replace(kept)
    keep_newest(kept.parent, BEFORE_RESTORE)
