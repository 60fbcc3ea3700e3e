"""The schema of the workbench: numbered steps, each applied once in a transaction, after a copy was made."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from governance.errors import StoreDamaged
from governance.records.copies import copy_store, keep_newest, stamp

MIGRATIONS = Path(__file__).parent / "migrations"
BEFORE_MIGRATION = "before-migration-"


def schema_version(connection: duckdb.DuckDBPyConnection) -> int:
    """Give the number of the last migration of an open store; 0 before the first.

    Raises:
        StoreDamaged: It holds tables, but not those of a workbench.
    """
    query = "SELECT table_name FROM duckdb_tables() WHERE NOT internal AND database_name = current_database()"
    tables = {str(name) for (name,) in connection.execute(query).fetchall()}
    if not tables:
        return 0
    if "migration" not in tables:
        where = f"a file with {', '.join(sorted(tables)[:3])}"
        raise StoreDamaged("this is another database, not a workbench", where, "name a workbench file")
    return int(str(connection.execute("SELECT coalesce(max(number), 0) FROM migration").fetchall()[0][0]))


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


def migrate(connection: duckdb.DuckDBPyConnection, path: Path, now: datetime) -> None:
    """Bring a store up to date, an existing one after it was copied to ``backups``; the newest five copies stay.

    Args:
        connection: The store; nobody else writes to it meanwhile.
        path: Its file.
        now: Noted with each step, UTC.

    Raises:
        StoreDamaged: It is no workbench, of a newer version, or a step failed; then it is as before that step.
    """
    version = schema_version(connection)
    refuse_newer(version, path)
    due = [(number, script) for number, script in _migrations() if number > version]
    if due and version:
        copy_store(connection, path.parent / "backups" / f"{BEFORE_MIGRATION}{stamp(now)}-schema-{version}.duckdb")
        keep_newest(path.parent / "backups", BEFORE_MIGRATION)
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
            applied = now.astimezone(UTC).replace(tzinfo=None)
            connection.execute("INSERT INTO migration VALUES (?, ?, ?)", [number, script.stem, applied])
            connection.execute("COMMIT")
        except duckdb.Error as error:
            with suppress(duckdb.Error):
                connection.rollback()
            fix = "the store is as it was before that step; a copy is in its folder 'backups'"
            reason = str(error).splitlines()[0]
            raise StoreDamaged(f"migration {script.stem} failed: {reason}", str(path), fix) from error


def _migrations() -> list[tuple[int, Path]]:
    return [(int(script.name.partition("_")[0]), script) for script in sorted(MIGRATIONS.glob("*.sql"))]
