"""Two changes to the same revision of one body, put together field by field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from governance.records.chain import canonical


class Merge(BaseModel, frozen=True):
    """Two changes to the same revision, put together field by field.

    Args:
        body: Both changes, mine where they clash.
        clashes: Fields that both changed, and differently.
    """

    body: dict[str, Any]
    clashes: tuple[str, ...]


def merge(base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> Merge:
    """Put together two changes of one body.

    >>> merge({"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 3})
    Merge(body={'a': 2, 'b': 3}, clashes=())
    >>> merge({"a": 1}, {"a": 2}, {"a": 3}).clashes
    ('a',)
    """
    body, clashes = {}, []
    for key in dict.fromkeys((*theirs, *mine, *base)):
        was, own, other = (_said(part, key) for part in (base, mine, theirs))
        if own not in (was, other) and other != was:
            clashes.append(key)
        kept = theirs if own == was else mine
        if key in kept:
            body[key] = kept[key]
    return Merge(body=body, clashes=tuple(clashes))


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Name the fields that differ as JSON: ``1``, ``1.0`` and ``true`` are three values there, one in Python.

    >>> changed_fields({"a": 1, "b": 2}, {"a": True, "b": 2, "c": None})
    ['a', 'c']
    """
    return [key for key in dict.fromkeys((*before, *after)) if _said(before, key) != _said(after, key)]


def _said(body: Mapping[str, Any], key: str) -> str | None:
    return canonical(body[key]) if key in body else None
