"""Read a user's file into a table of texts: the kind found from its content, every row with the line it stands on."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from governance.errors import BadInput

MAX_BYTES = 500_000_000
MAX_COLUMNS = 300
MAX_CELL = 1_000_000
SEPARATORS = (",", ";", "\t")
KINDS = "CSV (comma, semicolon or tab), JSON lines, a JSON list, or Parquet"
REFUSED: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "a gzip archive"), (b"7z\xbc\xaf", "a 7-Zip archive"), (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"), (b"\x28\xb5\x2f\xfd", "a zstd archive"), (b"Rar!", "a RAR archive"),
    (b"\x80\x02", "a pickle"), (b"\x80\x03", "a pickle"), (b"\x80\x04", "a pickle"), (b"\x80\x05", "a pickle"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet or document"), (b"%PDF", "a PDF"), (b"\x89HDF", "an HDF5 file"),
    (b"SQLite format 3", "a database"), (b"\x93NUMPY", "a numpy file"),
)  # fmt: skip
SPREADSHEET = "save the sheet as 'CSV UTF-8' and give that file"


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be kept.

    Args:
        line: The line it begins on, from 1; of a JSON list or Parquet the row's number, from 1.
        column: Where the reason lies; empty: the whole row.
        reason: One word for it, e.g. ``unknown_outcome``.
        detail: What is wrong, quoting the value.
    """

    line: int
    column: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True, eq=False)
class RawTable:
    """A file as it was read: texts in columns, nothing mapped or checked.

    Args:
        frame: The rows, every column text, spaces around cells removed, an empty cell null.
        kind: What the file is, e.g. ``semicolon-separated text``.
        where: Its name in errors.
        bad: Rows that could not be read at all.
        nested: Columns left out because their cells hold lists or objects.
        documents: Objects of a JSON file that are no rows, such as results of a harness.
        lines: Gives the line on which each of some rows begins; rows count from 0 in ``frame``.
    """

    frame: pl.DataFrame
    kind: str
    where: str
    bad: tuple[BadRow, ...] = ()
    nested: tuple[str, ...] = ()
    documents: tuple[dict[str, Any], ...] = ()
    lines: Callable[[Sequence[int]], list[int]] = field(default=lambda rows: [row + 1 for row in rows])


def read_path(path: Path, most: int = MAX_BYTES) -> RawTable:
    """Read a file; one that is too big is refused before it is read.

    Raises:
        BadInput: It cannot be read, is too big, or is none of the kinds.
    """
    try:
        size = path.stat().st_size
        if size > most:
            raise BadInput(f"the file has {size / 1e6:,.0f} MB", str(path), _smaller(most))
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(f"the file cannot be read: {error.strerror}", str(path), "name a file you can read") from error
    found = read_table(data, path.name, most)
    told = path.parent / "model_meta.json"
    if not found.documents or not told.is_file() or told.stat().st_size > MAX_CELL:
        return found
    # The results of MTEB name their model in the file beside them.
    about = json.loads(told.read_bytes()) if told.read_bytes().lstrip().startswith(b"{") else {}
    return replace(found, documents=tuple({"model_name": about.get("name"), **one} for one in found.documents))


def read_table(data: bytes, where: str, most: int = MAX_BYTES) -> RawTable:
    r"""Read the bytes of a file.

    Args:
        data: Its content; what it is is found from it, not from the name.
        where: Its name in errors.
        most: Bytes that are taken.

    Raises:
        BadInput: It is too big, of another kind, not UTF-8, or no table.

    >>> read_table(b"model_a;model_b;outcome\nx;y;tie\n", "v.csv").kind
    'semicolon-separated text'
    """
    if len(data) > most:
        raise BadInput(f"the file has {len(data) / 1e6:,.0f} MB", where, _smaller(most))
    _refuse(data, where)
    if data.startswith(b"PAR1"):
        return _parquet(data, where)
    text = _decoded(data, where)
    first = text[:10_000].lstrip()[:1]
    if not first:
        raise BadInput("the file is empty", where, "give a file with a first line of names and rows below")
    if first == "[":
        return _json_list(text, where)
    if first == "{":
        return _json_lines(text, where)
    return _csv(text, where)


def _smaller(most: int) -> str:
    return f"at most {most / 1e6:,.0f} MB are read: split it, or leave out columns such as the texts"


def _refuse(data: bytes, where: str) -> None:
    if data.startswith(b"PK\x03\x04"):
        sheet = b"xl/" in data[:4_000] or b"[Content_Types].xml" in data[:4_000] or b"spreadsheet" in data[:4_000]
        what = "a spreadsheet" if sheet else "a zip archive"
        raise BadInput(f"the file is {what}", where, SPREADSHEET if sheet else f"unpack it and give {KINDS}")
    for mark, what in REFUSED:
        if data.startswith(mark):
            fix = SPREADSHEET if "spreadsheet" in what else f"give {KINDS}"
            raise BadInput(f"the file is {what}", where, fix)
    if data[257:262] == b"ustar":
        raise BadInput("the file is a tar archive", where, f"unpack it and give {KINDS}")


def _decoded(data: bytes, where: str) -> str:
    for mark, name in ((codecs.BOM_UTF16_LE, "UTF-16"), (codecs.BOM_UTF16_BE, "UTF-16")):
        if data.startswith(mark):
            raise BadInput(f"the text is {name}, not UTF-8", where, "save the file as UTF-8")
    try:
        text = data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"byte {data[error.start]:#04x} is not UTF-8"
        raise BadInput(what, f"{where}, line {line}", "save the file as UTF-8; it may be Windows-1252 now") from error
    if "\x00" in text:
        raise BadInput("the file holds zero bytes", where, f"give {KINDS}")
    return text


def _csv(text: str, where: str) -> RawTable:
    separator, names = _header(text, where)
    kind = {",": "comma-separated text", ";": "semicolon-separated text", "\t": "tab-separated text"}[separator]
    try:
        frame = pl.read_csv(
            io.BytesIO(text.encode()), has_header=False, skip_rows=0, new_columns=names, separator=separator,
            infer_schema=False, schema_overrides=dict.fromkeys(names, pl.String), raise_if_empty=False,
        )  # fmt: skip
        if frame.width != len(names):
            raise pl.exceptions.ComputeError("rows of another width")
        frame = _tidy(frame.slice(1))
    except pl.exceptions.PolarsError:
        return _csv_slowly(text, where, separator, names, kind)
    empty = pl.all_horizontal(pl.all().is_null())
    numbered = frame.with_row_index("row-of-file").filter(~empty)
    rows = numbered["row-of-file"]
    quoted = '"' in text

    def lines(wanted: Sequence[int]) -> list[int]:
        found = [int(rows[row]) + 1 for row in wanted]
        return _lines_of(text, separator, found) if quoted else [row + 1 for row in found]

    return RawTable(numbered.drop("row-of-file"), kind, where, lines=lines)


def _header(text: str, where: str) -> tuple[str, list[str]]:
    first = text[:100_000].partition("\n")[0]
    if not first.strip():
        raise BadInput("the first line is empty", f"{where}, line 1", "write the names of the columns there")
    separator = max(SEPARATORS, key=lambda sign: len(next(csv.reader([first], delimiter=sign), [])))
    names = [name.strip() for name in next(csv.reader([first], delimiter=separator, skipinitialspace=True))]
    if len(names) < 2:
        fix = "separate columns by commas, semicolons or tabs"
        raise BadInput("the first line names one column only", f"{where}, line 1", fix)
    check_names(names, f"{where}, line 1")
    return separator, names


def check_names(names: Sequence[str], where: str) -> None:
    """Refuse headers that cannot be told apart, are empty or too many.

    Raises:
        BadInput: They are.
    """
    if len(names) > MAX_COLUMNS:
        raise BadInput(f"{len(names):,} columns", where, f"give at most {MAX_COLUMNS}")
    seen: dict[str, int] = {}
    for place, name in enumerate(names, 1):
        if not name:
            raise BadInput(f"column {place} has no name", where, "name every column, or leave it out")
        if name.casefold() in seen:
            what = f"the header '{name:.60}' stands twice, in columns {seen[name.casefold()]} and {place}"
            raise BadInput(what, where, "keep one of them, or rename it")
        seen[name.casefold()] = place


def _csv_slowly(text: str, where: str, separator: str, names: list[str], kind: str) -> RawTable:
    """Read a table with rows of a wrong width, so that each of them is named."""
    rows: list[list[str]] = []
    places: list[int] = []
    bad: list[BadRow] = []
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    before = 0
    try:
        for row in reader:
            line, before = before + 1, reader.line_num
            if line == 1 or not any(row):
                continue
            if len(row) != len(names):
                detail = f"{len(row):,} cells where the first line names {len(names)}"
                bad.append(BadRow(line, "", "wrong_width", detail))
            else:
                rows.append(row)
                places.append(line)
    except csv.Error as error:
        fix = "close every quotation mark, and write one inside a cell twice"
        raise BadInput(f"the table cannot be read: {error}", f"{where}, line {before + 1}", fix) from error
    frame = _tidy(pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row"))
    return RawTable(frame, kind, where, tuple(bad), lines=lambda wanted: [places[row] for row in wanted])


def _lines_of(text: str, separator: str, records: Sequence[int]) -> list[int]:
    """Find the lines on which records begin, the header being record 0; cells may hold line breaks."""
    wanted, found = set(records), {}
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    before = 0
    for number, _ in enumerate(reader):
        if number in wanted:
            found[number] = before + 1
            if len(found) == len(wanted):
                break
        before = reader.line_num
    return [found.get(number, number + 1) for number in records]


def _tidy(frame: pl.DataFrame) -> pl.DataFrame:
    text = pl.col(pl.String).str.strip_chars()
    return frame.with_columns(pl.when(text == "").then(None).otherwise(text).name.keep())


def _json_list(text: str, where: str) -> RawTable:
    items = _parse(text, where)
    if not isinstance(items, list) or not items:
        raise BadInput("the list is empty", where, "give a list of objects, one a row")
    return _of_objects(enumerate(items, 1), where, "a JSON list")


def _json_lines(text: str, where: str) -> RawTable:
    first, _, rest = text.lstrip().partition("\n")
    try:
        json.loads(first)
    except ValueError:
        return _document(text, where)
    if not rest[:10_000].strip():
        return _document(text, where)

    def items() -> Iterable[tuple[int, object]]:
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                try:
                    yield number, json.loads(line, parse_constant=str)
                except (ValueError, RecursionError) as error:
                    yield number, BadRow(number, "", "not_json", f"the line is not JSON: {str(error)[:80]}")

    return _of_objects(items(), where, "JSON lines")


def _document(text: str, where: str) -> RawTable:
    found = _parse(text, where)
    return RawTable(pl.DataFrame(), "a JSON document", where, documents=(found,))


def _parse(text: str, where: str) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return json.loads(text, parse_constant=str)
    except RecursionError as error:
        raise BadInput("the JSON is nested too deeply", where, "flatten it") from error
    except ValueError as error:
        raise BadInput(f"the file is not JSON: {str(error)[:120]}", where, f"give {KINDS}") from error


def _of_objects(items: Iterable[tuple[int, object]], where: str, kind: str) -> RawTable:
    names: dict[str, None] = {}
    last: tuple[str, ...] = ()
    rows: list[tuple[object, ...]] = []
    places: list[int] = []
    bad: list[BadRow] = []
    documents: list[dict[str, Any]] = []
    for place, item in items:
        if isinstance(item, BadRow):
            bad.append(item)
        elif not isinstance(item, dict):
            bad.append(BadRow(place, "", "no_object", f"it holds a {type(item).__name__}, not an object"))
        elif "evaluation_results" in item or isinstance(item.get("scores"), dict):
            documents.append(item)
        else:
            keys = tuple(item)
            if keys != last:
                names.update(dict.fromkeys(keys))
                if len(names) > MAX_COLUMNS:
                    raise BadInput(f"more than {MAX_COLUMNS} names", f"{where}, {place}", "leave some out")
                last = tuple(names)
            rows.append(tuple(item.values()) if keys == last else tuple(map(item.get, last)))
            places.append(place)
    width = len(names)
    padded = [row if len(row) == width else (*row, *(None,) * (width - len(row))) for row in rows]
    check_names([name.strip() for name in names], where)
    columns = {name.strip(): column for name, column in zip(names, zip(*padded, strict=True), strict=False)}
    nested = tuple(name for name, cells in columns.items() if not {dict, list}.isdisjoint(map(type, cells)))
    plain = [
        pl.Series(name, cells if {str, type(None)}.issuperset(map(type, cells)) else [*map(_text, cells)], pl.String)
        for name, cells in columns.items()
        if name not in nested
    ]
    return RawTable(
        _tidy(pl.DataFrame(plain)), kind, where, tuple(bad), nested, tuple(documents),
        lambda wanted: [places[row] for row in wanted],
    )  # fmt: skip


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    return None if isinstance(value, dict | list) else repr(value)


def _parquet(data: bytes, where: str) -> RawTable:
    try:
        schema = pl.read_parquet_schema(io.BytesIO(data))
        check_names(list(schema), where)
        nested = tuple(name for name, kind in schema.items() if kind.is_nested() or kind == pl.Binary)
        plain = [name for name in schema if name not in nested]
        frame = pl.read_parquet(io.BytesIO(data), columns=plain)
        return RawTable(_tidy(frame.select(pl.all().cast(pl.String))), "Parquet", where, nested=nested)
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        raise BadInput("the file cannot be read as Parquet", where, "write it again, without encryption") from error
