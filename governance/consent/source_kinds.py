"""What a file of a user's is, told from its bytes, and where a large table may be cut."""

from __future__ import annotations

import csv
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import PurePath
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from governance.consent.domains import host_of
from governance.consent.snapshots import FIELDS, MAX_LINE, NEEDED, find_columns, header_columns, read_day
from governance.errors import BadInput

SLICE_BYTES = 33_554_432
"""A large table is cut into pieces of about this size; a piece is what one call works on."""
TAKEN = "a folder of texts, JSON lines, CSV, Parquet or WARC"
REFUSED = (
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "a zip archive"),
    (b"\x80\x02", "a Python pickle"),
    (b"\x80\x03", "a Python pickle"),
    (b"\x80\x04", "a Python pickle"),
    (b"\x80\x05", "a Python pickle"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a rar archive"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"),
    (b"\x89HDF", "an HDF file"),
    (b"%PDF", "a PDF"),
)
"""How files begin that are not opened."""

_HEAD = 4_096
_GZIP = b"\x1f\x8b"
_IN_NAME = re.compile(r"(?<![A-Za-z0-9.])(\d{4}-\d\d(?:-\d\d)?|\d{8}(?:\d{6})?)(?![A-Za-z0-9])")
_ENDINGS = re.compile(r"(?:[._-]robots)?(?:\.txt)?$", re.IGNORECASE)


def name_parts(name: str) -> dict[str, str]:
    """Find a host and a day in the path of a text.

    >>> name_parts("2024-04/example.org.txt"), name_parts("example.org/20240415093000.txt")
    ({'domain': 'example.org', 'date': '2024-04'}, {'date': '20240415093000', 'domain': 'example.org'})
    """
    found: dict[str, str] = {}
    for part in reversed(PurePath(name).parts):
        bare = _ENDINGS.sub("", part)
        day = _IN_NAME.search(bare)
        if day and read_day(day[1]):
            found.setdefault("date", day[1])
            bare = (bare[: day.start()] + bare[day.end() :]).strip("_-@ ")
        host = host_of(bare)
        if host:
            found.setdefault("domain", host)
    return found


def kinds_of(stream: IO[bytes], size: int, name: str, *, strict: bool) -> Iterator[dict[str, Any]]:
    """Tell from its first bytes what a file is, and where it may be cut."""
    head = stream.read(_HEAD)
    stream.seek(0)
    for magic, what in REFUSED:
        if head.startswith(magic):
            raise BadInput(f"it is {what}, which is not opened", name, f"unpack it yourself and give {TAKEN}")
    if head[257:262] == b"ustar":
        raise BadInput("it is a tar archive, which is not opened", name, f"unpack it yourself and give {TAKEN}")
    packed = head.startswith(_GZIP)
    if packed:
        head = _first_unpacked(head, name)
    if head.startswith(b"WARC/"):
        yield {"as": "warc"}
    elif head.startswith(b"PAR1"):
        yield from _row_groups(stream, name)
    elif head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
        yield from [{"as": "jsonl", "packed": True}] if packed else _jsonl_pieces(stream, size, name)
    elif packed:
        raise BadInput("the gzip holds neither JSON lines nor a web archive", name, f"give {TAKEN}")
    elif head.removeprefix(b"\xef\xbb\xbf").lstrip()[:2] in (b"[{", b"[\n", b"[ ", b"[]"):
        raise BadInput("it is one JSON list", name, "write one object a line, without the list around them")
    else:
        yield from _table_or_text(stream, size, name, strict=strict)


def _first_unpacked(head: bytes, name: str) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(head, _HEAD)
    except zlib.error as error:
        raise BadInput("the gzip file is damaged", name, "fetch it again") from error


def _row_groups(stream: IO[bytes], name: str) -> Iterator[dict[str, Any]]:
    try:
        file = pq.ParquetFile(stream)
        columns, groups = find_columns(file.schema_arrow.names), file.metadata
        _need(columns, file.schema_arrow.names, name)
        for number in range(groups.num_row_groups):
            group = groups.row_group(number)
            chunks = [group.column(at) for at in range(group.num_columns)]
            starts = [
                min(one for one in (chunk.dictionary_page_offset, chunk.data_page_offset) if one) for chunk in chunks
            ]
            stop = max(start + chunk.total_compressed_size for start, chunk in zip(starts, chunks, strict=True))
            yield {"as": "parquet", "group": number, "columns": columns, "start": min(starts), "stop": stop}
    except (pa.ArrowException, OSError, ValueError, TypeError) as error:
        raise BadInput("the Parquet file is damaged", name, "write it again") from error


def _jsonl_pieces(stream: IO[bytes], size: int, name: str) -> Iterator[dict[str, Any]]:
    first = stream.readline(MAX_LINE)
    if len(first) < MAX_LINE:
        try:
            row = json.loads(first)
        except (ValueError, RecursionError):
            row = None  # that line is counted; the rest may be fine
        if isinstance(row, dict):
            _need(find_columns(row), list(row), f"{name}, line 1")
    for start, stop in _cuts(stream, size, 0, quoted=False):
        yield {"as": "jsonl", "start": start, "stop": stop}


def _table_or_text(stream: IO[bytes], size: int, name: str, *, strict: bool) -> Iterator[dict[str, Any]]:
    line = stream.readline(_HEAD)
    first = line.decode("utf-8-sig", "replace").strip()
    for delimiter in (",", "\t", ";"):
        names = next(csv.reader([first], delimiter=delimiter), [])
        columns = header_columns(names)
        if all(field in columns for field in NEEDED) and line.endswith(b"\n"):
            for start, stop in _cuts(stream, size, len(line), quoted=True):
                yield {"as": "csv", "columns": columns, "delimiter": delimiter, "start": start, "stop": stop}
            return
        if strict and len(names) > 1 and name.lower().endswith((".csv", ".tsv")):
            _need(columns, names, f"{name}, line 1")
    yield {"as": "text", **name_parts(name)}


def _need(columns: dict[str, Any], names: list[str], where: str) -> None:
    for field in NEEDED:
        if field not in columns:
            found = ", ".join(str(name)[:40] for name in names[:10]) or "none"
            fix = f"call one {' or '.join(FIELDS[field][:4])}"
            raise BadInput(f"no column for {field} among: {found}", where, fix)


def _cuts(stream: IO[bytes], size: int, start: int, *, quoted: bool) -> Iterator[tuple[int, int]]:
    """Cut between records; in CSV a line break within quotes is none, so the quotes before it must be even."""
    while start < size:
        at, even = start, True
        stream.seek(at)
        while at < size:
            block = stream.read(min(SLICE_BYTES, size - at) if at == start else 65_536)
            if not block:
                break
            if at == start:
                at, even = at + len(block), not (quoted and block.count(b'"') % 2)
                if even and block.endswith(b"\n"):
                    break
                continue
            end, even = _record_end(block, even, quoted=quoted)
            at += len(block) if end is None else end
            if end is not None:
                break
        yield start, at
        start = at


def _record_end(block: bytes, even: bool, *, quoted: bool) -> tuple[int | None, bool]:
    seen = 0
    while (line := block.find(b"\n", seen)) >= 0:
        even = even ^ bool(quoted and block.count(b'"', seen, line) % 2)
        if even:
            return line + 1, True
        seen = line + 1
    return None, even ^ bool(quoted and block.count(b'"', seen) % 2)
