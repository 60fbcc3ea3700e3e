"""Snapshots of robots.txt out of files that people have: one text of one host on one day, whatever it lay in."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import IO, Any
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParserException

from governance.catalogue.own_tables import long_cells
from governance.consent.domains import host_of

MAX_LINE = 16_000_000
"""Bytes of one record: a longer one is passed over and counted."""
MAX_GROWTH = 200
"""How many times its own size a packed file may hold; robots.txt texts pack about tenfold."""
ROWS = 256
FIELDS: dict[str, tuple[str, ...]] = {
    "domain": ("domain", "host", "url", "uri", "warc_target_uri", "site", "hostname"),
    "robots": ("robots", "robots_txt", "content", "body", "text", "payload"),
    "date": ("date", "observed", "fetch_time", "fetched", "timestamp", "warc_date", "month", "snapshot", "crawl_date"),
    "status": ("status", "fetch_status", "http_status", "status_code"),
}
"""What a record must or may hold, and the names by which it is found there; the first that occurs is taken."""
NEEDED = ("domain", "robots")
UNREACHABLE, UNAVAILABLE = "unreachable", "unavailable"

_DATE = re.compile(r"(\d{4})-?(\d\d)(?:-?(\d\d)|(?![\d-]))")
_WARC_ERRORS = (
    ArchiveLoadFailed, StatusAndHeadersParserException, OSError, EOFError, ValueError, zlib.error, KeyError,
    AttributeError, IndexError, TypeError,
)  # fmt: skip
_LATE = b"\xff" * 4


class Snapshot(BaseModel, frozen=True):
    """What a host answered when it was asked for robots.txt.

    Args:
        domain: Its name, as `host_of` gives it.
        observed: The day; ``None`` where nobody says.
        content: The text; ``None`` where the host could not be reached.
    """

    domain: str
    observed: date | None
    content: bytes | None


class Refused(BaseModel, frozen=True):
    """A record that gives no snapshot.

    Args:
        reason: Why, in words that many records share.
        place: Where it stands.
    """

    reason: str
    place: str


Found = Iterator[Snapshot | Refused]
_host = lru_cache(maxsize=10_000)(host_of)


def read_day(value: object) -> date | None:
    """Read the day of a date, a month (its first day) or a time stamp; ``None`` where it is none of them.

    >>> read_day("2024-04"), read_day("20240415093000"), read_day("2024-04-15T09:30:00Z"), read_day("soon")
    (datetime.date(2024, 4, 1), datetime.date(2024, 4, 15), datetime.date(2024, 4, 15), None)
    """
    if isinstance(value, date):  # a datetime is one
        return date(value.year, value.month, value.day)
    found = _DATE.match(str(value).strip()) if value is not None else None
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3] or 1))
    except ValueError:
        return None


def find_columns(names: Iterable[str]) -> dict[str, str]:
    """Find which columns of a table hold what a snapshot needs, whatever their case.

    >>> find_columns(["URL", "Fetch_Time", "content", "lang"])
    {'domain': 'URL', 'robots': 'content', 'date': 'Fetch_Time'}
    """
    known = {name.strip().lower(): name for name in reversed([str(name) for name in names])}
    found = {
        field: next((known[alias] for alias in aliases if alias in known), None) for field, aliases in FIELDS.items()
    }
    return {field: name for field, name in found.items() if name is not None}


def snapshot_of(row: Mapping[str, Any], place: str) -> Snapshot | Refused:
    """Make a snapshot of a record: ``domain``, ``robots``, ``date`` and ``status``.

    A status of 4xx, or the word unavailable, means that the site has no robots.txt and allows everything; of 5xx, or
    the word unreachable, that it allows nothing until it answers (RFC 9309, 2.3.1.3 and 2.3.1.4).

    >>> snapshot_of({"domain": "Example.org", "robots": "", "date": "2024-04"}, "row 1").observed
    datetime.date(2024, 4, 1)
    """
    host = _host(str(row.get("domain") or ""))
    if host is None:
        return Refused(reason="no host name", place=place)
    said = row.get("date")
    day = read_day(said)
    if day is None and said not in (None, ""):
        return Refused(reason="the date cannot be read", place=place)
    status, content = str(row.get("status") or "").strip().lower().removesuffix(".0"), row.get("robots")
    if status == UNREACHABLE or (len(status) == 3 and status.startswith("5")):
        return Snapshot(domain=host, observed=day, content=None)
    if status == UNAVAILABLE or (len(status) == 3 and status.startswith("4")):
        return Snapshot(domain=host, observed=day, content=b"")
    if status and not (len(status) == 3 and status.startswith("2")):
        return Refused(reason="a status that is no answer, such as a redirect", place=place)
    if isinstance(content, str):
        content = content.encode("utf-8", "surrogatepass")
    if not isinstance(content, bytes):
        return Refused(reason="no robots.txt text", place=place)
    return Snapshot(domain=host, observed=day, content=content)


def read_jsonl(lines: Iterable[bytes], name: str) -> Found:
    """Read one JSON object a line; numbers in places count the lines of this piece."""
    for number, line in enumerate(lines, 1):
        place = f"{name}, line {number}"
        if line == _LATE:
            yield Refused(reason=f"a line over {MAX_LINE // 1_000_000} MB", place=place)
            continue
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            yield Refused(reason="a line that is not JSON in UTF-8", place=place)
            continue
        if not isinstance(row, dict):
            yield Refused(reason="a line that is no object", place=place)
            continue
        yield snapshot_of({field: row[column] for field, column in _columns(tuple(row)).items()}, place)


def read_csv(lines: Iterable[bytes], name: str, columns: Mapping[str, int], delimiter: str) -> Found:
    """Read the rows of a table, its first line left away; bytes that are no UTF-8 come through as they are."""
    texts = (line.decode("utf-8", "surrogateescape") for line in lines)
    reader = csv.reader(texts, delimiter=delimiter)
    while True:
        try:
            with long_cells(MAX_LINE):
                cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Refused(reason="a row that is not CSV", place=f"{name}, line {reader.line_num}")
            continue
        if not cells:
            continue
        row: dict[str, Any] = {field: cells[at] for field, at in columns.items() if at < len(cells)}
        if isinstance(row.get("robots"), str):
            row["robots"] = row["robots"].encode("utf-8", "surrogateescape")
        yield snapshot_of(row, f"{name}, line {reader.line_num}")


def read_parquet(stream: IO[bytes], name: str, group: int, columns: Mapping[str, str]) -> Found:
    """Read one row group, a few hundred rows at a time."""
    number = 0
    try:
        file = pq.ParquetFile(stream, read_dictionary=[columns["robots"]])  # a text that repeats is held once
        batches = file.iter_batches(ROWS, row_groups=[group], columns=list(columns.values()), use_threads=False)
        for batch in batches:
            cells = {field: batch.column(column) for field, column in columns.items()}
            for at in range(batch.num_rows):
                number += 1
                row = {field: column[at].as_py() for field, column in cells.items()}
                yield snapshot_of(row, f"{name}, row {number} of group {group + 1}")
    except (pa.ArrowException, OSError, ValueError) as error:
        yield Refused(reason=f"damaged Parquet: {_short(error)}", place=f"{name}, group {group + 1}, row {number + 1}")


def read_warc(stream: IO[bytes], name: str) -> Found:
    """Read the answers to requests for robots.txt out of a web archive, plain or gzip."""
    number = 0
    try:
        for record in ArchiveIterator(stream):
            number += 1
            url = record.rec_headers.get_header("WARC-Target-URI") or ""
            if record.rec_type not in ("response", "resource") or not _asks_robots(url):
                continue
            headers = record.http_headers
            yield snapshot_of(
                {
                    "domain": url,
                    "robots": record.content_stream().read(MAX_LINE),
                    "date": record.rec_headers.get_header("WARC-Date"),
                    "status": headers.get_statuscode() if headers else None,
                },
                f"{name}, record {number}",
            )
    except _WARC_ERRORS as error:
        yield Refused(reason=f"a damaged web archive: {_short(error)}", place=f"{name}, after record {number}")


def unpacked(stream: IO[bytes], size: int) -> Iterator[bytes]:
    """Unpack gzip line by line; stops where it is damaged or grows beyond all measure, with an error.

    Raises:
        ValueError: It is damaged, or holds over `MAX_GROWTH` times its size.
    """
    most = MAX_GROWTH * size + MAX_LINE
    with gzip.GzipFile(fileobj=stream) as inner:
        try:
            for line in whole_lines(io.BufferedReader(inner)):
                most -= len(line)
                if most < 0:
                    raise ValueError(f"it holds over {MAX_GROWTH} times its size")
                yield line
        except (OSError, EOFError, zlib.error) as error:
            raise ValueError(f"the gzip is damaged: {_short(error)}") from error


def whole_lines(stream: IO[bytes], size: int | None = None) -> Iterator[bytes]:
    """Read lines up to so many bytes; one that is too long comes as a mark, and its bytes are never held."""
    left = size
    while left is None or left > 0:
        line = stream.readline(MAX_LINE if left is None else min(MAX_LINE, left))
        if not line:
            return
        left = None if left is None else left - len(line)
        if len(line) < MAX_LINE or line.endswith(b"\n"):
            yield line
            continue
        while line and not line.endswith(b"\n") and left != 0:
            line = stream.readline(MAX_LINE if left is None else min(MAX_LINE, left))
            left = None if left is None else left - len(line)
        yield _LATE


def guarded(lines: Iterator[bytes], name: str, read: Callable[[Iterable[bytes]], Found]) -> Found:
    """Turn the error of a packed file into the last thing that was found."""
    try:
        yield from read(lines)
    except ValueError as error:
        yield Refused(reason=_short(error), place=name)


def header_columns(header: Sequence[str]) -> dict[str, int]:
    """Find by position which cells of a row hold what a snapshot needs."""
    names = [name.strip() for name in header]
    return {field: names.index(column.strip()) for field, column in find_columns(names).items()}


@lru_cache(maxsize=1_000)
def _columns(names: tuple[str, ...]) -> dict[str, str]:
    return find_columns(names)


def _asks_robots(url: str) -> bool:
    try:
        return urlsplit(url.strip("<>")).path == "/robots.txt"
    except ValueError:
        return False


def _short(error: BaseException) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return "".join(one if one.isprintable() else "?" for one in text[:100])
