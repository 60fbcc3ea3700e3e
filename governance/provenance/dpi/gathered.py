"""What the importer gathers, and how fields of uneven types are read."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from governance.catalogue import normalise as norm
from governance.catalogue.facts import Problem
from governance.catalogue.vocabulary import Modality, Snapshot

SOURCE = "dpi"
MAX_DIGITS = 20
Record = dict[str, Any]
Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Release:
    """One file of the published layout, and the constants that belong to it."""

    snapshot: Snapshot
    modality: Modality
    file: str
    constants: str


@dataclass(slots=True)
class Gathered:
    """Rows and notes as they gather."""

    tables: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    notes: Counter[tuple[str | None, str, str, str]] = field(default_factory=Counter)
    refused: list[Problem] = field(default_factory=list)
    collections: dict[tuple[str, str], str] = field(default_factory=dict)
    read: int = 0

    def add(self, table: str, **row: object) -> None:
        """Add one row of a table."""
        self.tables[table].append(row)

    def note(self, snapshot: str | None, kind: str, subject: str, detail: str) -> None:
        """Note something odd that is kept; the same note again is counted."""
        self.notes[snapshot, kind, subject, detail] += 1


def source_names(record: Record, modality: str) -> list[str]:
    """Give the names of the sources a record states; the field depends on the modality."""
    return strings_of(record.get({"text": "Text Sources", "speech": "Source", "video": "Video Sources"}[modality]))


def mapping_of(record: Record, name: str) -> Record:
    """Give a field that should be an object, or an empty one."""
    value = record.get(name)
    return value if isinstance(value, dict) else {}


def strings_of(value: object) -> list[str]:
    """Give the texts of a list, a single text or nothing; order kept, repeats dropped."""
    items = value if isinstance(value, list) else [value]
    texts = [norm.clean_text(item) for item in items if isinstance(item, str)]
    return list(dict.fromkeys(text for text in texts if text))


def integer_of(value: object) -> int | None:
    """Read a count; ``None`` where there is none."""
    if isinstance(value, str) and value.isascii() and value.strip().isdigit() and len(value) <= MAX_DIGITS:
        return int(value)
    number = number_of(value)
    return None if number is None else int(value)  # type: ignore[call-overload]


def number_of(value: object) -> float | None:
    """Read a number; ``None`` where there is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < float("inf") else None


def first_url(value: object) -> str | None:
    """Give the first web address of a list."""
    return next((url for item in strings_of(value) if (url := norm.url_of(item))), None)
