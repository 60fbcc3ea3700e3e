"""Opening a store file: why it would not open, and the way back to work."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from governance.catalogue.connect import connection_config
from governance.errors import StoreDamaged, StoreInUse

_HOLDER = re.compile(r"PID (\d+)")


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
    if "Permission denied" in reason or "Read-only file system" in reason or "read-only mode" in reason:
        fix = "mend the permissions of the file and its folder"
        return StoreDamaged("the workbench cannot be written", str(path), fix)
    if "No space left" in reason or "File too large" in reason or "Disk quota" in reason:
        return StoreDamaged("the disk is full", str(path), "free some space; what was saved before is safe")
    if isinstance(error, duckdb.OutOfMemoryException):
        return StoreDamaged("there is too little memory", str(path), "close other programs and try again")
    fix = way_back(path)
    if "WAL file" in reason:  # the store itself may be whole, up to its last checkpoint
        fix += f"; to go on without what the log held, move {log_path(path).name} and {witness_path(path).name} away"
    return StoreDamaged(f"the workbench cannot be read: {reason}", str(path), fix)


def way_back(path: Path) -> str:
    """Say how to get back to work when a store is damaged: the newest backup, where there is one."""
    copies = sorted((path.parent / "backups").glob("*.duckdb"), key=lambda copy: copy.stat().st_mtime)
    if copies:
        return f"restore the newest backup, {copies[-1]}"
    return f"there is no backup: move the file and {log_path(path).name} away to start anew"


def log_path(path: Path) -> Path:
    """Give the write-ahead log of a store: what was saved since its last checkpoint."""
    return path.with_name(f"{path.name}.wal")


def witness_path(path: Path) -> Path:
    """Give the file that keeps the head of a store's trail."""
    return path.with_suffix(".head")
