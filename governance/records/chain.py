"""One row of the trail: how it is written, the hash that ties it to the row before, and what is wrong with one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

START = "0" * 64
COLUMNS = "seq, utc, actor, action, kind, id, before, after, prev, hash"

_WRITER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))

Chained = tuple[int, str, str, str, str, str, str, str, str, str]
"""The values of `COLUMNS`, in order."""


def canonical(value: object) -> str:
    """Write JSON in the one way that is hashed: keys sorted, no spaces, letters as they are.

    >>> canonical({"b": 1, "a": "é"})
    '{"a":"é","b":1}'
    """
    return _WRITER.encode(value)


def digest(value: object) -> str:
    """Hash a value by its canonical JSON: SHA-256, 64 hex digits."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def chained(
    seq: int, utc: str, actor: str, action: str, kind: str, record: str, before: str, after: str, prev: str
) -> Chained:
    """Give a whole row: its fields, and the hash of the canonical JSON of their list."""
    fields = (seq, utc, actor, action, kind, record, before, after, prev)
    return (*fields, digest(fields))


def fault(row: Sequence[object], due: int, last: str) -> str | None:
    """Say what is wrong with a row, if anything.

    Args:
        row: The values of `COLUMNS`.
        due: The place it should have.
        last: The hash of the row before.

    >>> row = chained(1, "2026-01-02T03:04:05+00:00", "local:ana", "create", "list", "a", "null", "{}", START)
    >>> fault(row, 1, START), fault(row, 2, START)
    (None, 'row 1 stands in the place of 2')
    """
    seq, prev = row[0], row[8]
    if not isinstance(seq, int) or seq != due:
        later = isinstance(seq, int) and seq > due
        return f"row {due} is missing" if later else f"row {seq} stands in the place of {due}"
    if prev != last:
        return "the row does not follow the one before"
    return None if digest(list(row[:9])) == row[9] else "the row is not what was hashed"
