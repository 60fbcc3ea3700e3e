"""The risk form as data: six sections of typed fields, a check of what is written in them, and what is missing."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any

from pydantic import TypeAdapter, ValidationError

from governance.assessment.framework import Field, FieldType, Section
from governance.assessment.records import Id, Kept, Line
from governance.errors import BadInput

MOST_ENTRIES = 200
LONGEST_LINE, LONGEST_TEXT = 300, 20_000

Value = str | float | bool | list[str]
"""What a field holds, as JSON has it; a date is its ISO text."""

_ID: TypeAdapter[str] = TypeAdapter(Id)


class Completeness(Kept, frozen=True):
    """How far a section is filled in.

    Args:
        section: Its id.
        filled: Required fields with a value.
        missing: Required fields without one.
        more: Other fields with a value.
    """

    section: Line
    filled: tuple[Line, ...]
    missing: tuple[Line, ...]
    more: tuple[Line, ...] = ()

    @property
    def complete(self) -> bool:
        """Tell whether nothing required is missing."""
        return not self.missing


def check_section(section: Section, values: Mapping[str, object]) -> dict[str, Value]:
    """Check what somebody wrote in a section, and give it as it is kept: without empty fields.

    Args:
        section: The section.
        values: Field to value.

    Raises:
        BadInput: A field is unknown or its value does not fit; the first one is named with how to mend it.

    >>> stage = Field(id="stage", label="Stage", type="enum", required=True, options=("before", "after"))
    >>> section = Section(id="R1", title="Scope", fields=(stage,), known="ours")
    >>> check_section(section, {"stage": "after"})
    {'stage': 'after'}
    >>> check_section(section, {"stage": "affter"})
    Traceback (most recent call last):
    governance.errors.BadInput: 'affter' is not a choice (section R1, field stage). did you mean after?
    """
    kept: dict[str, Value] = {}
    for field_id, value in values.items():
        field = find_field(section, field_id)
        read = (
            None if _is_empty(value) else _READERS[field.type](field, value, f"section {section.id}, field {field.id}")
        )
        if read is not None and read != []:
            kept[field.id] = read
    return {one.id: kept[one.id] for one in section.fields if one.id in kept}


def completeness(section: Section, values: Mapping[str, object]) -> Completeness:
    """Say which required fields of a section have a value, and which are missing.

    >>> stage = Field(id="stage", label="Stage", type="enum", required=True, options=("before", "after"))
    >>> completeness(Section(id="R1", title="Scope", fields=(stage,), known="ours"), {}).missing
    ('stage',)
    """
    has = {one.id: not _is_empty(values.get(one.id)) for one in section.fields}
    required = [one.id for one in section.fields if one.required]
    return Completeness(
        section=section.id,
        filled=tuple(one for one in required if has[one]),
        missing=tuple(one for one in required if not has[one]),
        more=tuple(one.id for one in section.fields if not one.required and has[one.id]),
    )


def find_field(section: Section, field_id: str) -> Field:
    """Find a field of a section.

    Raises:
        BadInput: It has none of that id.
    """
    for one in section.fields:
        if one.id == field_id:
            return one
    names = [one.id for one in section.fields]
    near = get_close_matches(field_id, names, 1)
    fix = f"did you mean {near[0]}?" if near else f"use {', '.join(names)}"
    raise BadInput(f"there is no field '{field_id:.60}'", f"section {section.id}", fix)


def _is_empty(value: object) -> bool:
    """Tell whether a value says nothing; 0 is a value."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, Sequence) and all(_is_empty(one) for one in value))


def _text(field: Field, value: object, where: str) -> str:
    longest = LONGEST_LINE if field.type == "ref" else LONGEST_TEXT
    if not isinstance(value, str):
        raise BadInput("it is no text", where, "write words")
    if len(value) > longest:
        raise BadInput(f"it has {len(value):,} characters", where, f"use at most {longest:,}")
    return value.strip() if field.type == "ref" else value


def _number(field: Field, value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise BadInput(f"{value!r:.40} is no number", where, "give one from 0 up, such as 1e25, or leave it out")
    return float(value)


def _date(field: Field, value: object, where: str) -> str:
    if isinstance(value, date):
        return date(value.year, value.month, value.day).isoformat()
    try:
        return date.fromisoformat(value.strip() if isinstance(value, str) else "").isoformat()
    except ValueError:
        raise BadInput(f"'{value!s:.40}' is no day", where, "write it like 2026-08-02") from None


def _yes(field: Field, value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise BadInput(f"'{value!s:.40}' is neither yes nor no", where, "give true or false")
    return value


def _word(field: Field, value: object, where: str) -> str:
    if isinstance(value, str) and value in field.options:
        return value
    near = get_close_matches(str(value), field.options, 1)
    fix = f"did you mean {near[0]}?" if near else f"use {', '.join(field.options)}"
    raise BadInput(f"'{value!s:.60}' is not a choice", where, fix)


def _entries(value: object, where: str) -> list[str]:
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Sequence):
        raise BadInput("it is no list of texts", where, "give a list, also for one entry")
    if len(value) > MOST_ENTRIES:
        raise BadInput(f"it has {len(value):,} entries", where, f"give at most {MOST_ENTRIES}")
    for one in value:
        if one is not None and not isinstance(one, str):
            raise BadInput(f"'{one!s:.40}' is no text", where, "give a list of texts")
    return list(dict.fromkeys(one for one in value if one and one.strip()))


def _words(field: Field, value: object, where: str) -> list[str]:
    chosen = {_word(field, one, where) for one in _entries(value, where)}
    return [word for word in field.options if word in chosen]


def _lines(field: Field, value: object, where: str) -> list[str]:
    lines = _entries(value, where)
    for one in lines:
        if not isinstance(one, str) or len(one) > LONGEST_LINE or "\n" in one:
            raise BadInput(f"'{one!s:.40}' is not one line", where, f"give lines of at most {LONGEST_LINE} characters")
    return [one.strip() for one in lines]


def _evidence(field: Field, value: object, where: str) -> list[str]:
    ids = _entries(value, where)
    for one in ids:
        try:
            _ID.validate_python(one)
        except ValidationError:
            raise BadInput(
                f"'{one:.60}' is no id of evidence", where, "list the system's evidence to see the ids"
            ) from None
    return ids


_READERS: dict[FieldType, Callable[[Field, Any, str], Value]] = {
    "ref": _text,
    "text": _text,
    "number": _number,
    "date": _date,
    "bool": _yes,
    "enum": _word,
    "multi": _words,
    "list": _lines,
    "evidence[]": _evidence,
}
