"""A user's own robots.txt texts: what a path holds, told from its bytes, and how the work over it is divided.

Read are folders of texts, JSON lines, CSV, Parquet and web archives (WARC), alone or mixed in a folder. Nothing that
can hold other files or code is opened: zip, tar, 7z, rar, pickle.
"""

from __future__ import annotations

import io
import json
import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

from governance.consent.snapshots import (
    MAX_LINE,
    Found,
    Refused,
    Snapshot,
    guarded,
    read_csv,
    read_day,
    read_jsonl,
    read_parquet,
    read_warc,
    snapshot_of,
    unpacked,
    whole_lines,
)
from governance.consent.source_kinds import TAKEN, kinds_of
from governance.errors import BadInput
from governance.mapping import Batch, Slice, read_blocks

FILES_A_BATCH = 1_024
MARK = b"==="
"""Begins the line above each of several pasted texts."""
_HEADING = re.compile(rb"^=== *([^\r\n]*?) *=*\r?(?:\n|\Z)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Source:
    """What a path holds.

    Args:
        path: A file or a folder.
        size: Bytes in all.
        files: A count.
    """

    path: Path
    size: int
    files: int

    def batches(self) -> Iterator[Batch]:
        """Divide the work: pieces of large files, small texts a thousand at a time."""
        texts: list[Slice] = []
        for file in _files(self.path):
            for piece in _pieces(file, _name(file, self.path)):
                if _told(piece)["as"] not in ("text", "refused"):
                    yield (piece,)
                    continue
                texts.append(piece)
                if _ends_batch(piece.name) or len(texts) >= FILES_A_BATCH:
                    yield tuple(texts)
                    texts.clear()
        if texts:
            yield tuple(texts)


def open_source(path: Path) -> Source:
    """Look at a path, and say at once what cannot be read.

    Args:
        path: A folder of robots.txt texts, each named after its host and, where known, its day
            (``2024-04/example.org.txt``, ``example.org/20240415.txt``, ``example.org_2024-04-15.txt``); or JSON lines,
            CSV or Parquet with columns for domain, robots and, where known, date and status; or a WARC. JSON lines
            and WARC may be gzip.

    Raises:
        BadInput: It is missing, empty, an archive or a pickle, or a table that lacks a column.
    """
    if path.is_dir():
        sizes = [file.stat().st_size for file in _files(path)]
        if not sizes:
            raise BadInput("the folder holds no files", str(path), f"give {TAKEN}")
        return Source(path, sum(sizes), len(sizes))
    first = _pieces(path, path.name, strict=True)
    told = _told(next(first))
    if told["as"] == "text" and "domain" not in told:
        fix = "name it after its host, such as example.org.txt, or give a folder or a table"
        raise BadInput("the name says no host, and it is no table", str(path), fix)
    return Source(path, path.stat().st_size, 1)


def read_slice(piece: Slice) -> Found:
    """Read the snapshots of one piece; whatever its bytes are, this gives reasons and raises nothing.

    Raises:
        BadInput: The file itself cannot be read any more.
    """
    told = _told(piece)
    if told["as"] == "refused":
        yield Refused(reason=told["reason"], place=piece.name)
    elif told["as"] == "text":
        yield _text(piece, told)
    else:
        try:
            with piece.path.open("rb") as stream:
                stream.seek(piece.start)
                yield from read_stream(stream, piece.name, piece.size, told)
        except OSError as error:
            raise BadInput(f"the file cannot be read: {error.strerror}", piece.name, "run it again") from error


def read_stream(stream: IO[bytes], name: str, size: int, told: dict[str, Any]) -> Found:
    """Read snapshots from an open file of a known kind."""
    if told["as"] == "warc":
        return read_warc(stream, name)
    if told["as"] == "parquet":
        return read_parquet(stream, name, told["group"], told["columns"])
    if told["as"] == "csv":
        reader = partial(read_csv, name=name, columns=told["columns"], delimiter=told["delimiter"])
        return reader(whole_lines(stream, size))
    lines = unpacked(stream, size) if told.get("packed") else whole_lines(stream, size)
    return guarded(lines, name, lambda given: read_jsonl(given, name))


def read_upload(content: bytes, name: str) -> Found:
    r"""Read snapshots from bytes that were uploaded or pasted.

    Args:
        content: A table, JSON lines, a WARC, the text of one robots.txt, or several of them, each under a line
            ``=== host`` or ``=== host day``.
        name: What a single text is called: its host, and its day where that is known.

    Raises:
        BadInput: It is empty, an archive or a pickle, or a table that lacks a column.

    >>> [one.domain for one in read_upload(b"=== a.example 2024-04\nDisallow: /\n=== b.example\n", "pasted")]
    ['a.example', 'b.example']
    """
    if not content.strip():
        raise BadInput("there is nothing in it", name, f"give {TAKEN}")
    if content.lstrip().startswith(MARK):
        yield from _blocks(content, name)
        return
    for told in kinds_of(io.BytesIO(content), len(content), name, strict=True):
        start, stop = told.pop("start", 0), told.pop("stop", len(content))
        if told["as"] == "text":
            yield snapshot_of_text(content, told, name)
        else:
            part = io.BytesIO(content)
            part.seek(start)
            yield from read_stream(part, name, stop - start, told)


def _blocks(content: bytes, name: str) -> Found:
    """Read several texts, each under a line that says whose it is."""
    places = [*_HEADING.finditer(content)]
    for place, after in zip(places, [*places[1:], None], strict=True):
        said = place[1].decode("utf-8", "replace").split()
        text = content[place.end() : after.start() if after else len(content)]
        where = f"{name}, line {content.count(bytes([10]), 0, place.start()) + 1}"
        row = {"domain": said[0] if said else "", "date": said[1] if len(said) > 1 else None, "robots": text}
        yield snapshot_of(row, where)


def snapshot_of_text(content: bytes, told: dict[str, Any], name: str) -> Snapshot | Refused:
    """Make a snapshot of one text whose host and day its name says."""
    if "domain" not in told:
        return Refused(reason="a file whose name says no host", place=name)
    return Snapshot(domain=told["domain"], observed=read_day(told.get("date")), content=content)


def _text(piece: Slice, told: dict[str, Any]) -> Snapshot | Refused:
    if piece.size > MAX_LINE:
        return Refused(reason=f"a text over {MAX_LINE // 1_000_000} MB", place=piece.name)
    return snapshot_of_text(b"".join(read_blocks(piece)), told, piece.name)


def _files(path: Path) -> Iterator[Path]:
    """Walk a folder in one order everywhere; hidden files and links are left out."""
    if not path.is_dir():
        yield path
        return
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            file = Path(folder, name)
            if not name.startswith(".") and file.is_file() and not file.is_symlink():
                yield file


def _name(file: Path, root: Path) -> str:
    return file.name if file == root else file.relative_to(root).as_posix()


def _ends_batch(name: str) -> bool:
    """End a batch where the name says so, so that one file more or less changes one batch and not all after it."""
    return zlib.crc32(name.encode("utf-8", "surrogateescape")) % (FILES_A_BATCH // 4) == 0


def _told(piece: Slice) -> dict[str, Any]:
    return dict(json.loads(piece.kind))


def _pieces(path: Path, name: str, *, strict: bool = False) -> Iterator[Slice]:
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            for told in kinds_of(stream, size, name, strict=strict):
                start, stop = told.pop("start", 0), told.pop("stop", size)
                yield Slice(path, name, start, stop, json.dumps(told, sort_keys=True))
    except OSError as error:
        raise BadInput(f"the file cannot be read: {error.strerror}", str(path), "name a file you can read") from error
    except BadInput as error:
        if strict:
            raise
        yield Slice(path, name, 0, 0, json.dumps({"as": "refused", "reason": error.what}))
