"""Read a user's file into a table of texts: the kind found from its content, every row with the line it stands on."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from governance.catalogue.own_tables import long_cells
from governance.errors import BadInput
from governance.evaluation.formats.json_rows import read_json_lines, read_json_list
from governance.evaluation.formats.raw import KINDS, BadRow, RawTable, check_names, tidy

MAX_BYTES = 500_000_000
MAX_CELL = 1_000_000
SEPARATORS = (",", ";", "\t")
REFUSED: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "a gzip archive"), (b"7z\xbc\xaf", "a 7-Zip archive"), (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"), (b"\x28\xb5\x2f\xfd", "a zstd archive"), (b"Rar!", "a RAR archive"),
    (b"\x80\x02", "a pickle"), (b"\x80\x03", "a pickle"), (b"\x80\x04", "a pickle"), (b"\x80\x05", "a pickle"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet or document"), (b"%PDF", "a PDF"), (b"\x89HDF", "an HDF5 file"),
    (b"SQLite format 3", "a database"), (b"\x93NUMPY", "a numpy file"),
)  # fmt: skip
_EMPTY_LINE = re.compile(r"^[ \t\r]*\n", re.MULTILINE)
SPREADSHEET = "save the sheet as 'CSV UTF-8' and give that file"


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
        return read_json_list(text, where)
    if first == "{":
        return read_json_lines(text, where)
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
        frame = tidy(frame.slice(1))
    except pl.exceptions.PolarsError:
        return _csv_slowly(text, where, separator, names, kind)
    quoted = '"' in text
    if not quoted and not _even(text, separator, len(names)):
        return _csv_slowly(text, where, separator, names, kind)
    frame = frame.filter(~pl.all_horizontal(pl.all().is_null()))
    blank = quoted or "\n\n" in text or "\n\r\n" in text or f"\n{separator}" in text

    def lines(wanted: Sequence[int]) -> list[int]:
        return _lines_of(text, separator, wanted) if blank else [row + 2 for row in wanted]

    return RawTable(frame, kind, where, lines=lines)


def _even(text: str, separator: str, width: int) -> bool:
    """Tell whether all lines that are not empty have as many cells as the first, none of them being quoted."""
    ended = text if text.endswith("\n") else f"{text}\n"
    filled = ended.count("\n") - len(_EMPTY_LINE.findall(ended))
    return ended.count(separator) == filled * (width - 1)


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


def _csv_slowly(text: str, where: str, separator: str, names: list[str], kind: str) -> RawTable:
    """Read a table with rows of a wrong width, so that each of them is named."""
    rows: list[list[str]] = []
    places: list[int] = []
    bad: list[BadRow] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    before = 0
    try:
        with long_cells(MAX_CELL):
            for row in reader:
                line, before = before + 1, reader.line_num
                if line == 1 or not any(map(str.strip, row)):
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
    frame = tidy(pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row"))
    return RawTable(frame, kind, where, tuple(bad), lines=lambda wanted: [places[row] for row in wanted])


def _lines_of(text: str, separator: str, records: Sequence[int]) -> list[int]:
    """Find the lines on which rows begin; cells may hold line breaks, and rows without any text are not counted."""
    wanted, found = {row + 1 for row in records}, {}
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    before = 0
    number = 0
    with long_cells(MAX_CELL):
        for row in reader:
            if any(map(str.strip, row)):
                if number in wanted:
                    found[number] = before + 1
                    if len(found) == len(wanted):
                        break
                number += 1
            before = reader.line_num
    return [found.get(row + 1, row + 2) for row in records]


def _parquet(data: bytes, where: str) -> RawTable:
    try:
        schema = pl.read_parquet_schema(io.BytesIO(data))
        check_names(list(schema), where)
        nested = tuple(name for name, kind in schema.items() if kind.is_nested() or kind == pl.Binary)
        plain = [name for name in schema if name not in nested]
        frame = pl.read_parquet(io.BytesIO(data), columns=plain)
        return RawTable(tidy(frame.select(pl.all().cast(pl.String))), "Parquet", where, nested=nested)
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        raise BadInput("the file cannot be read as Parquet", where, "write it again, without encryption") from error
