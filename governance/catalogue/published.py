"""Read published tables cell by cell: what cannot be kept becomes a note, never a silent gap."""

from __future__ import annotations

import csv
import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from governance.catalogue.facts import ImportReport, Note, Problem, write_facts
from governance.catalogue.normalise import clean_text, country, slug
from governance.errors import BadInput

UNKNOWN_WORDS = frozenset({"", "unknown", "n/a", "none"})
EXAMPLES = 5
"""Records that a note on many of them names."""
_LIST = re.compile(r",(?! )")  # "NERSC, Lawrence Berkeley" is one organisation
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2}))?")
_ADDRESS = re.compile(r"https?://[^\s,;<>\"']+")

Cells = dict[str, str]
Row = dict[str, object]


@dataclass(slots=True)
class Import:
    """What an import has found so far.

    Args:
        source: Id of the source, as in its card.
        spellings: From the snake-case form of the source's words to ours, where they differ.
        notes: Oddities kept, each once.
        refused: Records not kept.
        read: Records read.
    """

    source: str
    spellings: Mapping[str, str] = field(default_factory=dict)
    notes: dict[tuple[str, str, str], Note] = field(default_factory=dict)
    refused: list[Problem] = field(default_factory=list)
    read: int = 0
    _many: dict[tuple[str, str, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    def note(self, kind: str, subject: str, detail: str) -> None:
        """Report one oddity."""
        self.notes.setdefault((kind, subject, detail), Note(kind=kind, subject=subject, detail=detail))

    def count(self, kind: str, subject: str, detail: str, record: str) -> None:
        """Report an oddity of many records as one note, which counts them and names the first few."""
        self._many[kind, subject, detail].append(record)

    def refuse(self, kind: str, subject: str, detail: str) -> None:
        """Report a record that is not kept."""
        self.refused.append(Problem(kind=kind, subject=subject, detail=detail))

    def number(self, row: Cells, name: str, subject: str, most: float = math.inf) -> float | None:
        """Read a cell as a number above 0; anything else that is written there is unknown, with a note."""
        stated = row[name].strip()
        if stated.casefold() in UNKNOWN_WORDS:
            return None
        try:
            value = float(stated)
        except ValueError:
            value = math.nan
        if math.isfinite(value) and 0 < value <= most:
            return value
        self.note("no_such_number", subject, f"{name} is '{stated:.40}'; kept as unknown")
        return None

    def day(self, row: Cells, name: str, subject: str) -> date | None:
        """Read a cell as a day; a year or a month alone gives its first day, with a note."""
        stated = row[name].strip()
        if stated.casefold() in UNKNOWN_WORDS:
            return None
        try:
            return date.fromisoformat(stated)
        except ValueError:
            partial = _PARTIAL.fullmatch(stated)
            if partial and int(partial[1]) and 1 <= int(partial[2] or 1) <= 12:
                self.note("partial_date", subject, f"{name} is '{stated}'; the first day of it is kept")
                return date(int(partial[1]), int(partial[2] or 1), 1)
        self.note("no_such_date", subject, f"{name} is '{stated:.40}'; kept as unknown")
        return None

    def words(self, row: Cells, name: str, allowed: Collection[str], subject: str) -> list[str]:
        """Read a comma-separated cell as words of a closed list, each once, in their first order."""
        found = dict.fromkeys(self.spellings.get(word := snake(part), word) for part in parts(row[name]))
        for word in found:
            if word not in allowed and word not in UNKNOWN_WORDS:
                self.count("unknown_word", name, f"'{word:.60}' is in no list and left out", subject)
        return [word for word in found if word in allowed]

    def word(self, row: Cells, name: str, allowed: Collection[str], subject: str) -> str | None:
        """Read a cell as one word of a closed list."""
        found = self.words(row, name, allowed, subject)
        return found[0] if found else None

    def countries(self, row: Cells, name: str, subject: str) -> list[str]:
        """Read a comma-separated cell as ISO 3166-1 alpha-2 codes, each once."""
        codes: dict[str, None] = {}
        for stated in parts(row[name]):
            code = country(stated)
            if code:
                codes[code] = None
            else:
                self.count("unmapped_country", stated, "no country of ISO 3166-1; left out", subject)
        return list(codes)

    def link(self, row: Cells, name: str, subject: str) -> str | None:
        """Keep the first http or https address in a cell."""
        stated = row[name]
        found = _ADDRESS.findall(stated)
        if not found:
            if clean_text(stated).casefold() not in UNKNOWN_WORDS:
                self.count("no_link", name, "no http or https address; left out", subject)
            return None
        if len(found) > 1:
            self.count("several_links", name, "several addresses; the first is kept", subject)
        return str(found[0]).rstrip(".)")

    def finish(self, out: Path, tables: dict[str, list[Row]], kept: int) -> ImportReport:
        """Write the tables and the notes, and report."""
        for (kind, subject, detail), records in self._many.items():
            named = "; ".join(record[:60] for record in records[:EXAMPLES])
            more = f" and {len(records) - EXAMPLES:,} more" if len(records) > EXAMPLES else ""
            self.note(kind, subject, f"{detail} ({len(records):,}: {named}{more})")
        notes = sorted(self.notes.values(), key=lambda note: (note.kind, note.subject, note.detail))
        lost = [Note(kind="refused", subject=one.subject, detail=f"{one.kind}: {one.detail}") for one in self.refused]
        tables["import_note"] = [{"source_id": self.source, **note.model_dump()} for note in (*notes, *lost)]
        return ImportReport(
            source=self.source,
            read=self.read,
            kept=kept,
            refused=tuple(self.refused),
            notes=tuple(notes),
            files=write_facts(out, tables),
            rows={table: len(rows) for table, rows in sorted(tables.items())},
        )


def read_rows(file: Path, needed: Sequence[str]) -> Iterator[tuple[str, Cells]]:
    """Give (where, cells) of each row of a CSV file.

    Args:
        file: A CSV in UTF-8 with a header.
        needed: Columns it must have; others are passed over.

    Raises:
        BadInput: The file is missing, damaged, cut short, or lacks a column.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, strict=True)
            lacking = [name for name in needed if name not in (reader.fieldnames or ())]
            if lacking:
                raise BadInput(f"column '{lacking[0]}' is missing", str(file), f"it needs {', '.join(needed)}")
            for row in reader:
                if None in row or None in row.values():
                    what = f"a row has {'more' if None in row else 'fewer'} cells than the header"
                    raise BadInput(what, f"{file.name}, line {reader.line_num}", "fetch the file again")
                yield f"{file.name}, line {reader.line_num}", {name: row[name] for name in needed}
    except OSError as error:
        raise BadInput(f"the file cannot be read: {error.strerror}", str(file), "check the path") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"the file cannot be read: {error}", str(file), "fetch it again") from error


def parts(cell: str) -> list[str]:
    """Split a comma-separated cell; a comma and a space belong to a name.

    >>> parts("NERSC, Lawrence Berkeley National Laboratory,UC Berkeley")
    ['NERSC, Lawrence Berkeley National Laboratory', 'UC Berkeley']
    """
    return [clean for part in _LIST.split(cell) if (clean := clean_text(part))]


def snake(word: str) -> str:
    """Write a source's word in the form of our vocabularies.

    >>> snake("Hosted access (no API)"), snake("Image generation")
    ('hosted_access_no_api', 'image_generation')
    """
    return _NOT_WORD.sub("_", word.casefold()).strip("_")


def name_key(name: str) -> str:
    """Reduce a name to what two spellings of it share.

    >>> name_key("Llama 3.1-70B") == name_key("LLaMA 3.1 70b")
    True
    """
    return "".join(sign for sign in clean_text(name).casefold() if sign.isalnum())


class Names:
    """Stable ids of named things: the slug of the name, a repeated one numbered ``~2``; found again by name."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}
        self._by_key: dict[str, set[str]] = defaultdict(set)
        self._used: dict[str, int] = defaultdict(int)

    def add(self, name: str) -> str:
        """Give a new id; the first thing of a name is the one that `find` gives.

        >>> names = Names()
        >>> names.add("GPT-4"), names.add("GPT 4"), names.find("gpt4"), names.find("GPT 4")
        ('gpt-4', 'gpt-4~2', None, 'gpt-4~2')
        """
        base = slug(name)
        self._used[base] += 1
        found = base if self._used[base] == 1 else f"{base}~{self._used[base]}"
        self._ids.setdefault(clean_text(name), found)
        self._by_key[name_key(name)].add(found)
        return found

    def has(self, name: str) -> bool:
        """Tell whether a name is written exactly so."""
        return clean_text(name) in self._ids

    def find(self, name: str) -> str | None:
        """Find the id of a name, spelt as it is or, where only one thing is spelt alike, differently."""
        exact = self._ids.get(clean_text(name))
        alike = self._by_key.get(name_key(name), set())
        return exact or (next(iter(alike)) if len(alike) == 1 else None)
