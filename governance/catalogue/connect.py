"""Open the catalogue: read-only, with the file system and the network shut."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import duckdb
import duckdb_extensions

from governance.errors import BadInput, StoreDamaged

PROJECT = Path(__file__).resolve().parents[2]
FACTS = PROJECT / "data" / "facts"
SCHEMA = Path(__file__).parent / "schema"
SEARCH_ENTRIES = Path(__file__).parent / "search_entries.sql"
CATALOGUE_NAME = "catalogue.duckdb"
BUILD_HINT = "run 'touchstone catalogue build'"


def home() -> Path:
    """Give the folder that holds both stores, made if it is missing.

    It is ``TOUCHSTONE_HOME``, or ``var`` in the project.

    Raises:
        BadInput: The folder cannot be made.
    """
    folder = Path(os.environ.get("TOUCHSTONE_HOME") or PROJECT / "var").expanduser().resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(
            f"the folder cannot be made: {error.strerror}", f"TOUCHSTONE_HOME={folder}", "name a folder you can write"
        ) from error
    return folder


def catalogue_path(folder: Path | None = None) -> Path:
    """Give the file that the catalogue's name points at now.

    A rebuild writes a new versioned file and then moves the name, so open readers keep theirs.
    """
    return ((folder or home()) / CATALOGUE_NAME).resolve()


def open_catalogue(folder: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Open the catalogue read-only and shut the file system, the network and the settings.

    Args:
        folder: Where the stores are; by default `home()`.

    Raises:
        StoreDamaged: It is missing, damaged, or of another schema.
    """
    path = catalogue_path(folder)
    if not path.exists():
        raise StoreDamaged("there is no catalogue", str(path), BUILD_HINT)
    try:
        connection = duckdb.connect(str(path), read_only=True, config=connection_config(path.parent))
        load_search(connection)
        lock_down(connection, path.parent)
        schemas = connection.execute("SELECT schema_hash FROM catalogue_version").fetchall()
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise StoreDamaged(f"the catalogue cannot be read: {reason}", str(path), BUILD_HINT) from error
    if schemas != [(schema_hash(),)]:
        connection.close()
        raise StoreDamaged("the catalogue was built for another version of the program", str(path), BUILD_HINT)
    return connection


def schema_hash() -> str:
    """Hash the tables and the search entries as this program makes them: 12 hex digits."""
    scripts = [*sorted(SCHEMA.glob("*.sql")), SEARCH_ENTRIES]
    return hashlib.sha256(b"\0".join(script.read_bytes() for script in scripts)).hexdigest()[:12]


def connection_config(folder: Path) -> dict[str, str | bool | int | float | list[str]]:
    """Give the settings both stores open with: extensions only from where we put them."""
    return {
        "extension_directory": str(folder / "extensions"),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }


def load_search(connection: duckdb.DuckDBPyConnection) -> None:
    """Load full-text search from its wheel; the network is never asked."""
    duckdb_extensions.import_extension("fts", con=connection)
    connection.load_extension("fts")


def lock_down(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Allow this folder only, then forbid every other access and any change of settings."""
    locked = connection.execute("SELECT current_setting('lock_configuration')").fetchone()
    if locked and locked[0]:  # a second connection of this process shares the first one's settings
        return
    escaped = str(folder).replace("'", "''")
    connection.execute(f"SET allowed_directories=['{escaped}']")
    connection.execute("SET enable_external_access=false")
    connection.execute("SET lock_configuration=true")


def catalogue_version(connection: duckdb.DuckDBPyConnection) -> str:
    """Give the catalogue's version: 12 hex digits over all facts and the schema."""
    row = connection.execute("SELECT version FROM catalogue_version").fetchone()
    if row is None:
        raise StoreDamaged("the catalogue carries no version", "table catalogue_version", BUILD_HINT)
    return str(row[0])
