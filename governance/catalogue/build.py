"""Build the catalogue from facts: the same facts always give the same version, and readers never see half of one."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import duckdb
from pydantic import BaseModel

from governance.catalogue.connect import (
    BUILD_HINT,
    CATALOGUE_NAME,
    FACTS,
    SCHEMA,
    SEARCH_ENTRIES,
    catalogue_version,
    connection_config,
    home,
    load_search,
    schema_hash,
)
from governance.catalogue.facts import SUFFIXES
from governance.catalogue.sources import Source, source_cards
from governance.errors import BadInput, StoreDamaged

READERS = {
    ".csv": """read_csv(?, header = true, all_varchar = true, nullstr = '', strict_mode = true,
        delim = ',', quote = '"', escape = '"')""",
    ".parquet": "read_parquet(?)",
}

Progress = Callable[[str, float], None]
"""Called with what is being done and the share finished, 0 to 1."""


class CatalogueInfo(BaseModel, frozen=True):
    """What a catalogue holds.

    Args:
        version: 12 hex digits over all facts and the schema.
        path: The file.
        sources: Ids of the sources it was built from.
        rows: Rows a table, tables without rows included.
    """

    version: str
    path: str
    sources: tuple[str, ...]
    rows: dict[str, int]


def build_catalogue(
    folder: Path | None = None, fact_folders: Sequence[Path] | None = None, progress: Progress | None = None
) -> CatalogueInfo:
    """Build the catalogue and put it in place of the present one.

    Args:
        folder: Where the stores are; by default `home()`.
        fact_folders: One folder a source; by default the shipped facts, then the user's imports,
            where an import replaces the shipped facts of the same folder name.
        progress: Told of each step.

    Raises:
        BadInput: A fact file does not fit the schema; the present catalogue stays.
        StoreDamaged: The catalogue cannot be written.
    """
    store = folder or home()
    sources = list(fact_folders) if fact_folders is not None else default_fact_folders(store)
    if not sources:
        raise BadInput("there are no facts to build from", str(FACTS), "run 'touchstone import dpi PATH' first")
    version = facts_version(sources)
    final = store / f"catalogue-{version}.duckdb"
    draft = store / f"catalogue-{version}.{os.getpid()}.tmp"
    try:
        draft.unlink(missing_ok=True)
        with duckdb.connect(str(draft), config=connection_config(store)) as connection:
            _fill(connection, sources, version, progress or (lambda step, share: None))
        os.replace(draft, final)
        _point_at(store, final)
    except (duckdb.IOException, OSError) as error:
        reason = str(error).splitlines()[0]
        fix = "free some space or mend the folder's permissions; the present catalogue is untouched"
        raise StoreDamaged(f"the catalogue cannot be written: {reason}", str(store), fix) from error
    finally:
        for left in (draft, draft.with_suffix(".tmp.wal")):
            with contextlib.suppress(OSError):
                left.unlink(missing_ok=True)
    with duckdb.connect(str(final), read_only=True, config=connection_config(store)) as connection:
        return catalogue_info(connection, final)


def catalogue_info(connection: duckdb.DuckDBPyConnection, path: Path | None = None) -> CatalogueInfo:
    """Count what an open catalogue holds."""
    tables = [
        str(name)
        for (name,) in connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' ORDER BY table_name"
        ).fetchall()
    ]
    counts = {table: connection.table(table).count("*").fetchone() for table in tables}
    file = path or Path(
        str(connection.execute("SELECT path FROM duckdb_databases() WHERE NOT internal").fetchall()[0][0])
    )
    return CatalogueInfo(
        version=catalogue_version(connection),
        path=str(file),
        sources=tuple(str(row[0]) for row in connection.execute("SELECT id FROM source ORDER BY id").fetchall()),
        rows={table: int(row[0]) if row else 0 for table, row in counts.items()},
    )


def default_fact_folders(store: Path) -> list[Path]:
    """Give the shipped fact folders and the user's imports; an import replaces its namesake."""
    folders: dict[str, Path] = {}
    for parent in (FACTS, store / "imports"):
        if parent.is_dir():
            folders.update({child.name: child for child in sorted(parent.iterdir()) if child.is_dir()})
    return [folders[name] for name in sorted(folders)]


def facts_version(folders: Sequence[Path]) -> str:
    """Hash the schema, every fact file and its source's card: 12 hex digits.

    Raises:
        BadInput: A folder has no card, or the card cannot be read.
    """
    digest = hashlib.sha256(schema_hash().encode())
    for card in source_cards(folders):
        digest.update(card.model_dump_json().encode() + b"\0")
    return digest.hexdigest()[:12]


def is_current(store: Path | None = None) -> bool:
    """Tell whether the catalogue in place was built from the facts as they are now."""
    place = store or home()
    wanted = place / f"catalogue-{facts_version(default_fact_folders(place))}.duckdb"
    return (place / CATALOGUE_NAME).exists() and (place / CATALOGUE_NAME).resolve() == wanted.resolve()


def fact_files(folders: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    """Give (table, file) of every fact file, in a fixed order."""
    for folder in folders:
        for file in sorted(folder.iterdir()):
            if file.suffix in SUFFIXES:
                yield file.stem, file


def _fill(connection: duckdb.DuckDBPyConnection, folders: Sequence[Path], version: str, progress: Progress) -> None:
    for script in sorted(SCHEMA.glob("*.sql")):
        connection.execute(script.read_text(encoding="utf-8"))
    tables = {str(row[0]) for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    files = list(fact_files(folders))
    loaded: Counter[str] = Counter()
    connection.execute("BEGIN")
    for card in source_cards(folders):
        connection.execute(
            "INSERT INTO source VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [getattr(card, field) for field in Source.model_fields],
        )
    for done, (table, file) in enumerate(files):
        progress(f"{file.parent.name}/{file.name}", done / (len(files) + 2))
        if table not in tables:
            raise BadInput(
                f"'{table}' is no table of the catalogue", str(file), f"use one of {', '.join(sorted(tables))}"
            )
        loaded[table] += _load(connection, table, file)
    _check_loaded(connection, loaded)
    connection.execute("INSERT INTO catalogue_version VALUES (?, ?)", [version, schema_hash()])
    progress("merging nodes named by several sources", len(files) / (len(files) + 2))
    _merge_nodes(connection)
    connection.execute("COMMIT")
    progress("search index", (len(files) + 1) / (len(files) + 2))
    _index_search(connection)
    progress("done", 1.0)


def _load(connection: duckdb.DuckDBPyConnection, table: str, file: Path) -> int:
    target = "node_draft" if table == "node" else table
    if table == "node":
        # Without NO DATA, DuckDB 1.5.5 loses a large Parquet file inserted in the same transaction.
        connection.execute("CREATE TABLE IF NOT EXISTS node_draft AS SELECT * FROM node WITH NO DATA")
    try:
        reader = READERS.get(file.suffix) or _json_reader(connection, table, file)
        rows = connection.execute(f"INSERT INTO {target} BY NAME SELECT * FROM {reader}", [str(file)])  # noqa: S608
        return int(rows.fetchall()[0][0])
    except duckdb.IOException:
        raise
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise BadInput(f"the facts do not fit table {table}: {reason}", str(file), "import the source again") from error


def _check_loaded(connection: duckdb.DuckDBPyConnection, loaded: Counter[str]) -> None:
    """Compare what was read with what the tables hold: a store that loses rows must not be put in place."""
    for table, rows in loaded.items():
        held = connection.table("node_draft" if table == "node" else table).count("*").fetchall()[0][0]
        if held != rows:
            raise StoreDamaged(f"table {table} holds {held:,} of {rows:,} rows read", "the new catalogue", BUILD_HINT)


def _json_reader(connection: duckdb.DuckDBPyConnection, table: str, file: Path) -> str:
    """Read with the table's own types: guessed ones would rewrite texts that look like dates."""
    keys = "SELECT DISTINCT unnest(json_keys(json)) FROM read_ndjson_objects(?)"
    found = {str(row[0]) for row in connection.execute(keys, [str(file)]).fetchall()}
    types = connection.execute("SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ?", [table])
    columns = {str(name): str(kind) for name, kind in types.fetchall() if name in found}
    if unknown := sorted(found - set(columns)):
        raise BadInput(f"'{unknown[0]}' is no column of table {table}", str(file), "import the source again")
    return f"read_json(?, format = 'newline_delimited', columns = {columns})"


def _merge_nodes(connection: duckdb.DuckDBPyConnection) -> None:
    with contextlib.suppress(duckdb.CatalogException):  # no source has nodes
        connection.execute(
            """
            INSERT INTO node
            SELECT snapshot, id, arg_max(kind, recorded), arg_max(label, recorded), bool_or(recorded), max(url)
            FROM node_draft GROUP BY snapshot, id ORDER BY snapshot, id
            """
        )
        connection.execute("DROP TABLE node_draft")


def _index_search(connection: duckdb.DuckDBPyConnection) -> None:
    load_search(connection)
    connection.execute(SEARCH_ENTRIES.read_text(encoding="utf-8"))


def _point_at(store: Path, final: Path) -> None:
    link = store / f"{CATALOGUE_NAME}.{os.getpid()}.link"
    link.unlink(missing_ok=True)
    link.symlink_to(final.name)
    os.replace(link, store / CATALOGUE_NAME)
    for old in store.glob("catalogue-*.duckdb"):
        if old != final:
            old.unlink(missing_ok=True)  # readers that hold it keep it until they close
