"""Back the workbench up and bring it back; either way the result is read whole before it counts."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import duckdb
from pydantic import BaseModel

from governance.errors import BadInput, StoreDamaged
from governance.records.chain import START
from governance.records.connecting import connect, log_path
from governance.records.copies import Fingerprint, copy_store, fingerprint, keep_newest, put_in_place, stamp
from governance.records.migrate import refuse_newer, schema_version
from governance.records.people import Actor, local_person
from governance.records.store import ONE_WRITER, Workbench, workbench_path
from governance.records.witness import Known, Restored, forget_head, keep_head, known_head, trail_end

BEFORE_RESTORE = "before-restore-"


class BackupInfo(BaseModel, frozen=True):
    """A copy of the workbench that was read back whole.

    Args:
        path: The file.
        schema_version: Number of its last migration.
        rows: Rows a table.
        head: The hash its trail ends with; ``None`` in a copy from before there was a trail.
    """

    path: str
    schema_version: int
    rows: dict[str, int]
    head: str | None = None


def backup(workbench: Workbench, path: Path) -> BackupInfo:
    """Copy the open workbench to a new file; saving waits meanwhile, reading does not.

    Raises:
        Conflict: The file exists.
        StoreDamaged: The copy cannot be written or differs from the workbench.
    """
    workbench.require("administer", "backup")
    with ONE_WRITER, workbench.looking() as cursor:
        marks = copy_store(cursor, path)
        return _info(path, schema_version(cursor), marks, trail_end(cursor))


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
        end = trail_end(connection)
    except duckdb.Error as error:
        raise StoreDamaged(f"the backup is damaged: {str(error).splitlines()[0]}", str(path), "use another") from error
    finally:
        connection.close()
    if version == 0:
        raise StoreDamaged("the backup is empty", str(path), "use another")
    refuse_newer(version, path)
    return _info(path, version, marks, end)


def restore(
    path: Path, folder: Path | None = None, now: datetime | None = None, actor: Actor | None = None
) -> BackupInfo:
    """Put a backup in place of the workbench, which must be closed; the present one is kept.

    Its trail then ends as it did in the backup; that it was restored is noted before the next change.

    Args:
        path: The backup; it stays where it is.
        folder: Where the stores are; by default `home()`.
        now: When, UTC; by default the clock.
        actor: Who; by default the one person of a machine of one's own.

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
    checked, at = check_backup(path), now or datetime.now(UTC)
    with ONE_WRITER:
        _refuse_if_open(target)
        present = known_head(target)
        draft = target.with_name(f".{uuid4().hex}.draft")
        try:
            _copy_whole(path, draft)
            if _without_path(check_backup(draft)) != _without_path(checked):
                raise StoreDamaged("the copy differs from the backup", str(path), "check the disk and try again")
            forget_head(target)
            _set_aside(target, at)
            put_in_place(draft, target)
        except OSError as error:
            fix = "free some space or mend the permissions; the old workbench is in 'backups' if it was moved"
            raise StoreDamaged(f"the backup cannot be put in place: {error.strerror}", str(target), fix) from error
        finally:
            for leftover in (draft, log_path(draft)):
                leftover.unlink(missing_ok=True)
        told = Restored(
            utc=at.astimezone(UTC).isoformat(),
            actor=(actor or local_person()).id,
            source=path.name,
            replaced=present and (present.rows, present.hash),
        )
        keep_head(target, Known(rows=checked.rows.get("audit", 0), hash=checked.head or START, restored=told))
    return checked.model_copy(update={"path": str(target)})


def _info(path: Path, version: int, marks: Fingerprint, end: tuple[int, str] | None) -> BackupInfo:
    rows = {table: rows for table, (rows, _) in marks.items()}
    return BackupInfo(path=str(path), schema_version=version, rows=rows, head=end and end[1])


def _copy_whole(path: Path, draft: Path) -> None:
    shutil.copyfile(path, draft)
    if log_path(path).exists():  # as beside a workbench that was set aside by a restore
        shutil.copyfile(log_path(path), log_path(draft))
        connect(draft).close()  # takes the log in


def _without_path(info: BackupInfo) -> BackupInfo:
    return info.model_copy(update={"path": ""})


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
    if log_path(target).exists():
        log_path(target).replace(log_path(kept))
    target.replace(kept)
    keep_newest(kept.parent, BEFORE_RESTORE)
