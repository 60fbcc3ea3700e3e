"""Uploaded XLSX and DOCX: zip packages, judged by their directory before anything in them is read."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from governance.errors import BadInput

PACKAGES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
MAX_MEMBERS = 1_000
MAX_DIRECTORY = 200_000
MAX_UNPACKED = 100_000_000
MAX_RATIO, FROM_SIZE = 200, 10_000_000
"""How many times its packed size a member may have, once it is of that size."""
MAX_ROWS = 500_000
MAX_COLUMNS = 2_000
PIECE = 65_536

_WHERE = "uploaded file"
_MAIN = {"xl/workbook.xml": "xlsx", "word/document.xml": "docx"}
_ACTIVE = re.compile(r"vbaproject|vbadata|macrosheets/|dialogsheets/|activex/|/embeddings/|customui/", re.IGNORECASE)
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"#!",
    b"PK\x03\x04",
    b"Rar!",
)
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_MARK = re.compile(rb"<(?:\w+:)?(row|c)[\s/>]")

Told = tuple[str, int | None, int | None]


def read_package(content: bytes) -> Told:
    """Tell whether a zip is a workbook or a document that may be kept: media type, rows and columns.

    Nothing is written anywhere; members are read in pieces, never beyond the size that the directory states.

    Args:
        content: The whole file; it begins as a zip.

    Raises:
        BadInput: It is another archive, encrypted, damaged, beyond the bounds, or holds macros or programs.
    """
    members = _directory(content)
    kinds = [kind for name, kind in _MAIN.items() if any(one.filename == name for one in members)]
    if len(kinds) != 1 or not any(one.filename == "[Content_Types].xml" for one in members):
        raise BadInput("it is a zip archive, which is not kept", _WHERE, "send the files in it one by one")
    rows = columns = 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for one in members:
                pieces = _pieces(package, one)
                if kinds == ["xlsx"] and _SHEET.fullmatch(one.filename):
                    more, wide = _sheet(pieces)
                    rows, columns = max(rows, more), max(columns, wide)
                else:
                    _inspect(one, pieces)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise BadInput(f"the package is damaged: {error}", _WHERE, "save it anew") from error
    return (PACKAGES["xlsx"], rows, columns) if kinds == ["xlsx"] else (PACKAGES["docx"], None, None)


def _directory(content: bytes) -> list[zipfile.ZipInfo]:
    """Read what the package says it holds; its size is checked before, so that it cannot fill the memory."""
    end = content.rfind(b"PK\x05\x06", max(0, len(content) - 65_557))
    if end < 0:
        raise BadInput("it begins as a zip archive and has no end", _WHERE, "save it anew")
    if content[:4] != b"PK\x03\x04":
        raise BadInput("it is a zip archive with something before it", _WHERE, "save it anew")
    size = int.from_bytes(content[end + 12 : end + 16], "little")
    count = int.from_bytes(content[end + 10 : end + 12], "little")
    if count > MAX_MEMBERS or size > MAX_DIRECTORY:
        raise BadInput(f"the package holds {count:,} files or more", _WHERE, f"use at most {MAX_MEMBERS:,}")
    try:
        members = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError) as error:
        raise BadInput(f"the package is damaged: {error}", _WHERE, "save it anew") from error
    if len(members) > MAX_MEMBERS:
        raise BadInput(f"the package holds {len(members):,} files", _WHERE, f"use at most {MAX_MEMBERS:,}")
    for one in members:
        _refuse_member(one)
    if len({one.filename.casefold() for one in members}) != len(members):
        raise BadInput("two files in the package have one name", _WHERE, "save it anew")
    unpacked = sum(one.file_size for one in members)
    if unpacked > MAX_UNPACKED:
        what = f"the package would unpack to {unpacked:,} bytes"
        raise BadInput(what, _WHERE, f"use at most {MAX_UNPACKED:,}")
    if sum(one.compress_size for one in members) > len(content):
        raise BadInput("the package is damaged: files in it overlap", _WHERE, "save it anew")
    return members


def _refuse_member(one: zipfile.ZipInfo) -> None:
    name, fix = one.filename, "save it without a password as XLSX or DOCX"
    if one.flag_bits & 0x1:
        raise BadInput("the package is encrypted", _WHERE, fix)
    if one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BadInput("the package is compressed in an unusual way", _WHERE, fix)
    if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/") or not name.isprintable():
        raise BadInput(f"a file in the package is named '{ascii(name)[1:60]}'", _WHERE, "save it anew")
    if one.external_attr >> 28 == 0xA:
        raise BadInput("the package holds a link to another file", _WHERE, "save it anew")
    if one.file_size > max(MAX_RATIO * one.compress_size, FROM_SIZE):
        what = f"'{name:.60}' in the package would unpack to {one.file_size:,} bytes from {one.compress_size:,}"
        raise BadInput(what, _WHERE, "send a smaller or plainer file")
    if _ACTIVE.search(name):
        raise BadInput(f"it holds macros or embedded files: '{name:.60}'", _WHERE, "save it without them, or as PDF")


def _pieces(package: zipfile.ZipFile, one: zipfile.ZipInfo) -> Iterator[bytes]:
    with package.open(one) as stream:
        while piece := stream.read(PIECE):
            yield piece


def _inspect(one: zipfile.ZipInfo, pieces: Iterator[bytes]) -> None:
    """Read a member to its end, which checks its sum; refuse programs, and types and templates that bring macros."""
    last = b""
    for number, piece in enumerate(pieces):
        if number == 0 and piece.startswith(_PROGRAMS):
            raise BadInput(f"it holds a program or archive: '{one.filename:.60}'", _WHERE, "save it without, or as PDF")
        seen = last + piece
        if one.filename == "[Content_Types].xml" and b"macroenabled" in seen.lower():
            raise BadInput("it is a document with macros", _WHERE, "save it without macros, or as PDF")
        if one.filename.endswith(".rels") and b"attachedTemplate" in seen and b"External" in seen:
            raise BadInput("it fetches a template from elsewhere", _WHERE, "save it without, or as PDF")
        last = piece[-64:]


def _sheet(pieces: Iterator[bytes]) -> tuple[int, int]:
    rows = cells = widest = 0
    last = b""
    for piece in pieces:
        seen = last + piece
        used = 0
        for mark in _MARK.finditer(seen):
            used = mark.end() - 1
            if mark[1] == b"row":
                rows, cells = rows + 1, 0
            else:
                cells += 1
                widest = max(widest, cells)
            if rows > MAX_ROWS or widest > MAX_COLUMNS:
                what = (
                    f"a sheet has more than {MAX_ROWS:,} rows"
                    if rows > MAX_ROWS
                    else f"more than {MAX_COLUMNS:,} columns"
                )
                raise BadInput(what, _WHERE, "send a summary of it")
        last = seen[max(used, len(seen) - 32) :]
    return rows, widest
