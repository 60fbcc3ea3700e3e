"""The head of the trail in a file of its own beside the store: what the store lost without a word shows against it.

A log that was cut, or damaged where a length is kept, opens like one that ends there. DuckDB syncs its log before
this file is written, so this file is never ahead of what is on the disk; it may lag by the change being made when
the process died, which is fine.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
from pydantic import BaseModel, ValidationError

from governance.errors import StoreDamaged
from governance.records.chain import START
from governance.records.connecting import way_back, witness_path

HEAD = "SELECT seq, hash FROM audit_head"
_SIZE = 512


class Restored(BaseModel, frozen=True):
    """A restore that the trail does not tell of yet.

    Args:
        utc: When, ISO 8601.
        actor: Who, as in the trail.
        source: Name of the file that was put in place.
        replaced: Rows of the trail that was there, and the hash it ended with, where known.
    """

    utc: str
    actor: str
    source: str
    replaced: tuple[int, str] | None


class Known(BaseModel, frozen=True):
    """The last head that was seen, and a restore to be noted with the next change."""

    rows: int = 0
    hash: str = START
    restored: Restored | None = None


def known_head(store: Path) -> Known | None:
    """Read the last head that was kept; ``None`` where there is none that can be read."""
    try:
        line = witness_path(store).read_bytes().partition(b"\n")[0]
        return Known.model_validate_json(line)
    except (OSError, ValidationError):
        return None


def keep_head(store: Path, known: Known) -> None:
    """Keep a head; where that fails, the older one stays and the store is still right."""
    # One write of one block in place: a process that is killed leaves the old head or the new one.
    line = known.model_dump_json().encode().ljust(_SIZE - 1) + b"\n"
    with suppress(OSError):
        handle = os.open(witness_path(store), os.O_WRONLY | os.O_CREAT, 0o666)
        try:
            os.write(handle, line)
        finally:
            os.close(handle)


def forget_head(store: Path) -> None:
    """Forget the head, because another store takes the place of this one."""
    witness_path(store).unlink(missing_ok=True)


def trail_end(connection: duckdb.DuckDBPyConnection) -> tuple[int, str] | None:
    """Give the rows of a store's trail and the hash it ends with; ``None`` before there was a trail."""
    if not connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'audit_head'").fetchall():
        return None
    return end_of(connection.execute(HEAD).fetchall())


def end_of(rows: Sequence[tuple[Any, ...]]) -> tuple[int, str]:
    """Read what `HEAD` gave: the rows of the trail, and the hash it ends with.

    Raises:
        StoreDamaged: There is not one head.
    """
    if len(rows) != 1:
        raise StoreDamaged(f"the trail has {len(rows)} heads", "table audit_head", "restore the newest backup")
    return int(rows[0][0]), str(rows[0][1])


def refuse_lost(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Refuse a store that ends before the last change that was acknowledged, or whose trail is another one.

    Raises:
        StoreDamaged: It has lost changes.
    """
    known = known_head(path)
    if known is None or known.rows == 0:
        return
    rows, last = trail_end(connection) or (0, "")
    if rows > known.rows:  # killed after the commit, before the head was kept: the trail must pass through it
        passed = connection.execute("SELECT hash FROM audit WHERE seq = ?", [known.rows]).fetchall()
        rows, last = known.rows, str(passed[0][0]) if passed else known.hash  # a missing row is for `verify` to name
    if (rows, last) == (known.rows, known.hash):
        return
    what = (
        f"its trail ends at row {rows:,}, but row {known.rows:,} was written: the newest changes are lost"
        if rows < known.rows
        else f"its trail is not the one that had {known.rows:,} rows"
    )
    raise StoreDamaged(what, str(path), f"{way_back(path)}; to go on with it as it is, delete {witness_path(path)}")
