"""One row of the trail: how it is written, and the hash that ties it to the row before."""

from __future__ import annotations

import hashlib
import json

START = "0" * 64
COLUMNS = "seq, utc, actor, action, kind, id, before, after, prev, hash"

Chained = tuple[int, str, str, str, str, str, str, str, str, str]
"""The values of `COLUMNS`, in order."""


def canonical(value: object) -> str:
    """Write JSON in the one way that is hashed: keys sorted, no spaces, letters as they are.

    >>> canonical({"b": 1, "a": "é"})
    '{"a":"é","b":1}'
    """
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def digest(value: object) -> str:
    """Hash a value by its canonical JSON: SHA-256, 64 hex digits."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def chained(
    seq: int, utc: str, actor: str, action: str, kind: str, record: str, before: str, after: str, prev: str
) -> Chained:
    """Give a whole row: its fields, and the hash of the canonical JSON of their list."""
    fields = (seq, utc, actor, action, kind, record, before, after, prev)
    return (*fields, digest(fields))
