"""Facts on disk: read what a source publishes, write it in our schema, the same bytes every time."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import json
import os
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import IO, Any

import duckdb
import polars as pl
from pydantic import BaseModel

from governance.errors import BadInput, StoreDamaged

MAX_BYTES = 500_000_000
MAX_LINE = 10_000_000
TEXT_LIMIT = 1_000_000
"""Bytes above which a table is written as Parquet."""
SUFFIXES = (".csv", ".jsonl", ".parquet")

_SCHEMA = Path(__file__).parent / "schema"
_GZIP_MAGIC = b"\x1f\x8b"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_INTEGER_BITS: dict[type[pl.DataType], int] = {pl.Int16: 16, pl.Int32: 32, pl.Int64: 64}
_TYPES: dict[str, pl.DataType] = {
    "VARCHAR": pl.String(),
    "VARCHAR[]": pl.List(pl.String()),
    "BOOLEAN": pl.Boolean(),
    "SMALLINT": pl.Int16(),
    "INTEGER": pl.Int32(),
    "BIGINT": pl.Int64(),
    "DOUBLE": pl.Float64(),
    "DATE": pl.Date(),
    "TIMESTAMP": pl.Datetime("us"),
}


class Problem(BaseModel, frozen=True):
    """A row or file that an importer refused.

    Args:
        kind: Why, as one word, e.g. ``missing_field``.
        subject: Where: the file and line, or the record.
        detail: What is wrong with it.
    """

    kind: str
    subject: str
    detail: str


class Note(BaseModel, frozen=True):
    """Something odd that an importer kept and reports.

    Args:
        kind: What, as one word, e.g. ``repeated_name``.
        subject: The record, field or file it concerns.
        detail: What was found and what was done with it.
    """

    kind: str
    subject: str
    detail: str


class ImportReport(BaseModel, frozen=True):
    """What an import read, kept, refused and found odd.

    Args:
        source: Id of the source, as in its card.
        read: Records read, a count.
        kept: Records kept; ``read - kept`` were refused.
        refused: Each refused record with the reason.
        notes: Oddities kept and reported.
        files: Names of the files written.
        rows: Rows written a table.
    """

    source: str
    read: int
    kept: int
    refused: tuple[Problem, ...]
    notes: tuple[Note, ...]
    files: tuple[str, ...]
    rows: dict[str, int]


def write_facts(folder: Path, tables: Mapping[str, Sequence[Mapping[str, object]]]) -> tuple[str, ...]:
    """Make a folder hold exactly these tables, as CSV, JSONL or Parquet.

    Rows are sorted and columns put in the order of the schema, so the same facts give the same
    bytes whatever order they came in. A table is CSV; JSONL where a value is a list, an empty text
    or holds a control character, which CSV cannot tell from null or carry; Parquet above about 1 MB.
    Nothing in the folder changes unless every table can be written.

    Args:
        folder: Where to; made if missing. Fact files of tables not given are removed.
        tables: Table name to its rows; a column left out of a row is null, a table without rows is left out.

    Returns:
        The names of the files, sorted.

    Raises:
        BadInput: A table or column is not in the schema, or a value does not fit its column.
        StoreDamaged: The folder cannot be written.

    >>> import tempfile
    >>> rows = [{"name": "MIT License", "licence_id": "MIT", "source_id": "example"}]
    >>> with tempfile.TemporaryDirectory() as place:
    ...     write_facts(Path(place), {"licence_alias": rows})
    ('licence_alias.csv',)
    """
    contents = dict(sorted(_render(table, rows) for table, rows in tables.items() if rows))
    drafts = {name: folder / f".{name}.{os.getpid()}.tmp" for name in contents}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            _write_through(drafts[name], content)
        for name, draft in drafts.items():
            draft.replace(folder / name)
        for file in folder.iterdir():
            if file.suffix in (*SUFFIXES, ".tmp") and file.name not in contents:
                file.unlink()
    except OSError as error:
        fix = "free some space or name a folder you can write"
        raise StoreDamaged(f"the facts cannot be written: {error.strerror}", str(folder), fix) from error
    finally:
        for draft in drafts.values():
            with suppress(OSError):
                draft.unlink(missing_ok=True)
    return tuple(contents)


def read_facts(folder: Path) -> dict[str, Path]:
    """Give the file of each table in a fact folder, by table name."""
    return {file.stem: file for file in sorted(folder.iterdir()) if file.suffix in SUFFIXES and file.is_file()}


def read_jsonl(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Read a file of one JSON object a line, plain or gzip, told apart by content.

    Args:
        path: The file; at most 500 MB once unpacked and 10 MB a line. Blank lines are passed over.

    Yields:
        The line number, from 1, and its object.

    Raises:
        BadInput: It is missing, damaged, too big, not UTF-8, or a line is not a JSON object.
    """
    total = 0
    with _open_maybe_gzip(path) as stream:
        for number in itertools.count(1):
            line = _read_line(stream, path, number)
            if not line:
                return
            total += len(line)
            if len(line) > MAX_LINE or total > MAX_BYTES:
                limit = f"{MAX_LINE // 1_000_000} MB a line and {MAX_BYTES // 1_000_000} MB in all"
                raise BadInput("the file is too big", f"{path.name}, line {number}", f"split it: {limit} are read")
            if line.strip():
                yield number, _parse_object(line, f"{path.name}, line {number}")


def _parse_object(line: bytes, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line.decode("utf-8-sig"), parse_constant=_refuse_constant)
        if b"\\ud" in line.lower():
            json.dumps(row, ensure_ascii=False).encode()
    except (UnicodeDecodeError, UnicodeEncodeError) as error:
        raise BadInput(f"the text is not UTF-8: {error.reason}", where, "save the file as UTF-8") from error
    except RecursionError as error:
        raise BadInput("the JSON is nested too deeply", where, "flatten it") from error
    except ValueError as error:
        raise BadInput(f"the line is not JSON: {error}", where, "write one JSON object a line") from error
    if not isinstance(row, dict):
        raise BadInput(f"the line holds a {type(row).__name__}, not an object", where, "write one JSON object a line")
    return row


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not allowed")


def _read_line(stream: IO[bytes], path: Path, number: int) -> bytes:
    try:
        return stream.readline(MAX_LINE + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        reason = "it ends too early" if isinstance(error, EOFError) else str(error)
        raise BadInput(
            f"the gzip file is damaged: {reason}", f"{path.name}, after line {number - 1}", "fetch it again"
        ) from error
    except OSError as error:
        raise BadInput(f"the file cannot be read: {error.strerror}", str(path), "fetch it again") from error


@contextmanager
def _open_maybe_gzip(path: Path) -> Iterator[IO[bytes]]:
    try:
        raw = path.open("rb")
    except OSError as error:
        raise BadInput(f"the file cannot be read: {error.strerror}", str(path), "check the path") from error
    with raw:
        packed = raw.read(2) == _GZIP_MAGIC
        raw.seek(0)
        if path.suffix == ".gz" and not packed:
            raise BadInput(
                "the file is not gzip, though its name ends in .gz", str(path), "fetch it again or rename it"
            )
        if packed:
            with gzip.GzipFile(fileobj=raw) as stream:
                yield io.BufferedReader(stream)
        else:
            yield raw


@cache
def _columns() -> dict[str, dict[str, pl.DataType]]:
    with duckdb.connect() as connection:
        for script in sorted(_SCHEMA.glob("*.sql")):
            connection.execute(script.read_text(encoding="utf-8"))
        rows = connection.execute(
            """
            SELECT table_name, column_name, data_type FROM duckdb_columns()
            WHERE NOT internal ORDER BY table_name, column_index
            """
        ).fetchall()
    tables: dict[str, dict[str, pl.DataType]] = {}
    for table, column, kind in rows:
        tables.setdefault(str(table), {})[str(column)] = _TYPES[str(kind)]
    return tables


def _render(table: str, rows: Sequence[Mapping[str, object]]) -> tuple[str, bytes]:
    columns = _columns().get(table)
    if columns is None:
        raise BadInput(
            f"'{table}' is no table of the catalogue", "facts", f"use one of {', '.join(sorted(_columns()))}"
        )
    unknown = sorted({column for row in rows for column in row} - set(columns))
    if unknown:
        raise BadInput(f"'{unknown[0]}' is no column of it", f"table {table}", f"use one of {', '.join(columns)}")
    used = [column for column in columns if any(row.get(column) is not None for row in rows)]
    ready = [[_value(row.get(name), columns[name], f"table {table}, column {name}") for name in used] for row in rows]
    ready.sort(key=_sort_key)
    plain = all(_fits_csv(value) for row in ready for value in row)
    text = _csv(used, ready) if plain else _jsonl(used, ready)
    if len(text) > TEXT_LIMIT:
        return f"{table}.parquet", _parquet({name: columns[name] for name in used}, ready)
    return f"{table}.{'csv' if plain else 'jsonl'}", text


def _value(value: object, kind: pl.DataType, where: str) -> object:
    wanted: tuple[type, ...] = {
        pl.String: (str,),
        pl.List: (list, tuple),
        pl.Boolean: (bool,),
        pl.Float64: (int, float),
        pl.Date: (date, str),
        pl.Datetime: (datetime, str),
    }.get(type(kind), (int,))
    if value is None:
        return None
    mixed = isinstance(value, bool) and bool not in wanted
    if mixed or not isinstance(value, wanted):
        raise BadInput(f"{value!r:.80} is not a {kind}", where, "mend the importer or the source")
    try:
        return _as_written(value, kind)
    except (ValueError, OverflowError) as error:
        raise BadInput(f"{value!r:.80} does not fit: {error}", where, "mend the importer or the source") from error


def _as_written(value: object, kind: pl.DataType) -> object:
    if isinstance(kind, pl.List):
        items = [str(item) for item in value]  # type: ignore[attr-defined]
        "".join(items).encode()
        return items
    if isinstance(value, str):
        value.encode()
        if isinstance(kind, pl.Date):
            return date.fromisoformat(value)
        return datetime.fromisoformat(value) if isinstance(kind, pl.Datetime) else value
    if isinstance(kind, pl.Float64):
        return float(value)  # type: ignore[arg-type]
    bits = _INTEGER_BITS.get(type(kind))
    if bits and isinstance(value, int) and not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
        raise OverflowError(f"more than {bits} bits")
    return value


def _sort_key(row: list[object]) -> list[tuple[bool, Any]]:
    return [(value is not None, value) for value in row]


def _fits_csv(value: object) -> bool:
    if isinstance(value, list):
        return False
    return not isinstance(value, str) or (value != "" and not _CONTROL.search(value))


def _csv(columns: list[str], rows: list[list[object]]) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([["" if value is None else _text(value) for value in row] for row in rows])
    return buffer.getvalue().encode()


def _jsonl(columns: list[str], rows: list[list[object]]) -> bytes:
    documents = (dict(zip(columns, map(_plain, row), strict=True)) for row in rows)
    return "".join(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in documents).encode()


def _parquet(columns: dict[str, pl.DataType], rows: list[list[object]]) -> bytes:
    frame = pl.DataFrame(rows, schema=columns, orient="row")
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd", compression_level=3, row_group_size=100_000)
    return buffer.getvalue()


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(_plain(value))


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _write_through(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
