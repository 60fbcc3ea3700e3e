"""Curated tables behind the normalisers: read once from ``data/vocabularies``, looked up by folded name."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from governance.catalogue.normalise.text import clean_text
from governance.errors import StoreDamaged

VOCABULARIES = Path(__file__).resolve().parents[3] / "data" / "vocabularies"
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u2032`\u00b4", "'"))

Row = dict[str, str]


def fold(name: object) -> str:
    """Give the form under which two spellings of a name count as the same.

    >>> fold("  Q\u2019EQCHI\u2019 ") == fold("q'eqchi'")
    True
    """
    return clean_text(name).translate(_APOSTROPHES).casefold()


@cache
def read_table(name: str) -> tuple[Row, ...]:
    """Read one vocabulary.

    Args:
        name: File name without ``.csv``.

    Returns:
        Its rows, in file order.

    Raises:
        StoreDamaged: The file is missing or is not UTF-8.
    """
    path = VOCABULARIES / f"{name}.csv"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return tuple(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as problem:
        raise StoreDamaged(
            what=f"vocabulary '{name}' cannot be read: {problem}",
            where=f"data/vocabularies/{name}.csv",
            fix="Restore the file from the project's repository.",
        ) from problem


@cache
def rows_by_name(table: str, column: str) -> dict[str, tuple[Row, ...]]:
    """Index a vocabulary by the folded value of one column; a name may have several rows."""
    index: dict[str, tuple[Row, ...]] = {}
    for row in read_table(table):
        key = fold(row[column])
        index[key] = (*index.get(key, ()), row)
    return index


def look_up(table: str, column: str, name: object) -> tuple[Row, ...]:
    """Find a vocabulary's rows for a name, ignoring case, spacing and the kind of apostrophe."""
    return rows_by_name(table, column).get(fold(name), ())


def values_of(table: str, column: str, name: object, wanted: str) -> tuple[str, ...]:
    """Give the distinct non-empty values that a name has in another column, in file order."""
    return tuple(dict.fromkeys(row[wanted] for row in look_up(table, column, name) if row[wanted]))
