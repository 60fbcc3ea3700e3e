"""The trail: every change appends a row that carries the hash of the row before, in the same transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import duckdb
from pydantic import BaseModel, Field, ValidationError

from governance.errors import BadInput
from governance.records.chain import COLUMNS, START, canonical, fault
from governance.records.store import Workbench
from governance.records.witness import HEAD, end_of, known_head

_BATCH = 20_000


class AuditRow(BaseModel, frozen=True, extra="forbid"):
    """One change.

    Args:
        seq: Its place, from 1 without gaps.
        utc: When, ISO 8601.
        actor: Issuer and name of who did it.
        action: What was done, e.g. ``update``.
        kind: Kind of record.
        id: The record.
        before: Canonical JSON of what was there and changed; ``null`` where nothing was.
        after: Canonical JSON of what took its place.
        prev: Hash of the row before.
        hash: SHA-256 of the canonical JSON of the list of all fields above, in this order.
    """

    seq: int
    utc: str
    actor: str
    action: str
    kind: str
    id: str
    before: str
    after: str
    prev: str
    hash: str


class Head(BaseModel, frozen=True):
    """Where a trail ends: kept elsewhere, it shows a tail that was cut or a trail written anew."""

    rows: int = Field(ge=0)
    hash: str = Field(pattern="^[0-9a-f]{64}$")


class Verification(BaseModel, frozen=True):
    """Whether a trail is whole.

    Args:
        ok: No fault was found.
        rows: Rows read.
        head: Hash of the last row read.
        first_bad: The first place that does not fit, where there is one.
        what: What is wrong there.
        checked_against: The head it was compared with, where there was one: of several the first, or the one that
            does not fit.
    """

    ok: bool
    rows: int
    head: str
    first_bad: int | None = None
    what: str | None = None
    checked_against: Head | None = None


def head(workbench: Workbench) -> Head:
    """Give the count and the last hash, to be kept outside."""
    rows, digest = end_of(workbench.read(HEAD))
    return Head(rows=rows, hash=digest)


def verify(
    workbench: Workbench, against: Head | None = None, progress: Callable[[int], None] | None = None
) -> Verification:
    """Read the whole trail and check every hash, every link, the end, and the head kept beside the workbench.

    Args:
        workbench: The workbench.
        against: A head exported earlier, checked as well.
        progress: Told the rows read so far, about every 20,000.
    """
    workbench.require("read", "audit")
    known = known_head(workbench.file)
    kept = Head(rows=known.rows, hash=known.hash) if known else None
    with workbench.looking() as cursor:
        cursor.execute("BEGIN")  # head and rows of one moment, whoever saves meanwhile
        heads = cursor.execute(HEAD).fetchall()
        found = verify_rows(_told(_rows(cursor), progress), against, kept)
    if against and kept and found.checked_against == kept != against and found.what:
        found = found.model_copy(update={"what": f"{found.what} (the one kept beside the store)"})
    if not found.ok or heads == [(found.rows, found.head)]:
        return found
    rows = heads[0][0] if len(heads) == 1 else 0
    what = f"the trail ends at {found.rows:,}, its head says {rows:,}: its tail was cut or added to"
    return found.model_copy(update={"ok": False, "first_bad": min(found.rows, rows) + 1, "what": what})


def verify_rows(rows: Iterable[Sequence[Any]], *heads: Head | None) -> Verification:
    """Check rows in their order: seq, utc, actor, action, kind, id, before, after, prev, hash.

    Args:
        rows: The trail from its first row.
        heads: Heads exported earlier, each of which it must pass through; ``None`` is none.

    >>> from governance.records.chain import START, chained
    >>> row = chained(1, "2026-01-02T03:04:05+00:00", "local:ana", "create", "list", "a", "null", "{}", START)
    >>> verify_rows([row]).ok, verify_rows([row[:2] + ("local:bo",) + row[3:]]).what
    (True, 'the row is not what was hashed')
    """
    known = [one for one in heads if one is not None]
    first = known[0] if known else None
    due = {one.rows for one in known}
    count, last, passed = 0, START, {0: START}
    for row in rows:
        what = fault(row, count + 1, last)
        if what:
            return Verification(ok=False, rows=count, head=last, first_bad=count + 1, what=what, checked_against=first)
        count, last = count + 1, str(row[9])
        if count in due:
            passed[count] = last
    for one in sorted(known, key=lambda one: one.rows):
        if passed.get(one.rows) != one.hash:
            what, bad = _misses(one, count)
            return Verification(ok=False, rows=count, head=last, first_bad=bad, what=what, checked_against=one)
    return Verification(ok=True, rows=count, head=last, checked_against=first)


def _misses(one: Head, count: int) -> tuple[str, int]:
    if count < one.rows:
        return f"the trail has {count:,} rows, its head was taken at {one.rows:,}: its tail was cut", count + 1
    return "the trail was written anew: it does not pass through the head", one.rows


def audit_rows(
    workbench: Workbench,
    *,
    kind: str | None = None,
    record: str | None = None,
    actor: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> tuple[AuditRow, ...]:
    """Read changes, the newest first.

    Args:
        workbench: The workbench.
        kind: Only of this kind of record.
        record: Only of this record.
        actor: Only by this actor, issuer and name.
        before: Only rows below this place, to turn pages.
        limit: At most so many.
    """
    asked = {"kind": kind, "id": record, "actor": actor}
    parts = [f"{field} = ?" for field, value in asked.items() if value is not None]
    values: list[object] = [value for value in asked.values() if value is not None]
    if before is not None:
        parts, values = [*parts, "seq < ?"], [*values, before]
    where = f"WHERE {' AND '.join(parts)}" if parts else ""
    rows = workbench.read(
        f"SELECT {COLUMNS} FROM audit {where} ORDER BY seq DESC LIMIT {int(limit)}",  # noqa: S608 - constants
        values,
    )
    return tuple(AuditRow.model_validate(dict(zip(AuditRow.model_fields, row, strict=True))) for row in rows)


class DayCount(BaseModel, frozen=True):
    """Changes of one day, UTC.

    Args:
        day: ISO 8601.
        action: What was done.
        rows: How often.
    """

    day: str
    action: str
    rows: int


class AuditFacets(BaseModel, frozen=True):
    """What the rows of a trail can be filtered by, sorted."""

    kinds: tuple[str, ...]
    actors: tuple[str, ...]


def audit_days(workbench: Workbench, days: int = 60) -> tuple[DayCount, ...]:
    """Count changes by day and action, the last days that have any, the oldest first."""
    rows = workbench.read(
        "WITH counted AS (SELECT left(utc, 10) AS day, action, count(*) AS rows FROM audit GROUP BY ALL) "
        "SELECT day, action, rows FROM counted "
        "WHERE day IN (SELECT DISTINCT day FROM counted ORDER BY day DESC LIMIT ?) ORDER BY day, action",
        [days],
    )
    return tuple(DayCount(day=day, action=action, rows=count) for day, action, count in rows)


def audit_facets(workbench: Workbench) -> AuditFacets:
    """List the kinds of record and the people that occur in the trail."""
    found = [workbench.read(f"SELECT DISTINCT {name} FROM audit ORDER BY 1") for name in ("kind", "actor")]  # noqa: S608 - constants
    kinds, actors = (tuple(str(value) for (value,) in rows) for rows in found)
    return AuditFacets(kinds=kinds, actors=actors)


def changed_fields(row: AuditRow) -> dict[str, tuple[str | None, str | None]]:
    """Set what was there beside what took its place, field by field; equal fields are left out.

    Returns:
        By the path of the field, such as ``context.users``: both values as JSON; ``None``: there was or is none.
    """
    before, after = (dict(_leaves(_unwrapped(json.loads(text)), "")) for text in (row.before, row.after))
    paths = dict.fromkeys([*before, *after])
    return {path: pair for path in paths if (pair := (before.get(path), after.get(path)))[0] != pair[1]}


def _unwrapped(value: object) -> object:
    # Documents note their fields beside the revision; what was there before is the fields alone.
    if isinstance(value, dict) and isinstance(fields := value.get("fields"), dict) and "revision" in value:
        return {**{name: inner for name, inner in value.items() if name != "fields"}, **fields}
    return value


def _leaves(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path else str(name))
    elif value is not None or path:
        yield path or "value", canonical(value)


def export_trail(workbench: Workbench) -> Iterator[str]:
    """Give the trail as JSON lines, one row each, ready for the stand-alone check."""
    names = list(AuditRow.model_fields)
    workbench.require("read", "audit")
    with workbench.looking() as cursor:
        for row in _rows(cursor):
            yield canonical(dict(zip(names, row, strict=True))) + "\n"


def head_of(last_line: str | None) -> Head:
    """Give the head of an exported trail from its last line; ``None``: it has none.

    >>> head_of(None).rows
    0
    """
    if last_line is None:
        return Head(rows=0, hash=START)
    row = AuditRow.model_validate_json(last_line)
    return Head(rows=row.seq, hash=row.hash)


def read_trail(lines: Iterable[str], where: str) -> Iterator[tuple[Any, ...]]:
    """Read an exported trail.

    Raises:
        BadInput: A line is no row of a trail, or is not written as it was exported.
    """
    fix = "export the trail again"
    for number, line in enumerate(lines, start=1):
        try:
            row = AuditRow.model_validate_json(line, strict=True)
        except ValidationError as error:
            reason = error.errors(include_url=False, include_input=False)[0]["msg"]
            raise BadInput(reason, f"{where}, line {number}", fix) from error
        if canonical(row.model_dump()) != line.rstrip("\r\n"):  # e.g. a key twice: which one would be read?
            raise BadInput("the line is not written as it was exported", f"{where}, line {number}", fix)
        yield tuple(row.model_dump().values())


def read_head(data: str, where: str) -> Head:
    """Read an exported head.

    Raises:
        BadInput: It is no head.
    """
    try:
        return Head.model_validate_json(data)
    except ValidationError as error:
        fix = 'give {"rows": …, "hash": "…"} as \'touchstone audit head --json\' prints it'
        raise BadInput("this is no head of a trail", where, fix) from error


def _rows(cursor: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    cursor.execute(f"SELECT {COLUMNS} FROM audit ORDER BY seq")  # noqa: S608 - a constant
    while batch := cursor.fetchmany(_BATCH):
        yield from batch


def _told(rows: Iterator[tuple[Any, ...]], progress: Callable[[int], None] | None) -> Iterator[tuple[Any, ...]]:
    for number, row in enumerate(rows, start=1):
        if progress and number % _BATCH == 0:
            progress(number)
        yield row
