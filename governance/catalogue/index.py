"""Columns made ready for facets: flat arrays that numpy and the compiled pass both read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from governance.catalogue.columns import encode_lists, encode_one, join_texts, rank_numbers
from governance.catalogue.facets import Facet
from governance.errors import BadInput

COMPILED_FROM_ROWS = 20_000
"""Rows above which loading the compiler (half a second, once) pays."""

Bytes = NDArray[np.uint8]
Rows = NDArray[np.int64]


class Table(NamedTuple):
    """All columns as flat arrays, the form that the compiled pass reads.

    Args:
        codes: Values of all facets, numbered through; each facet's first number is its unknown.
        starts: Where each facet's codes start.
        lists: Where each facet's offsets start; -1 where every row has one code.
        offsets: Where each row's codes start, counted from the facet's start.
        ranks: Range facets by rows; see `governance.catalogue.columns.rank_numbers`.
        blob: The folded texts of all rows in UTF-8.
        text_ends: Where each row's text ends in it.
        signatures: Pairs of bytes in each row's text; empty in a small index.
    """

    codes: NDArray[np.integer]
    starts: Rows
    lists: Rows
    offsets: NDArray[np.int32]
    ranks: NDArray[np.int32]
    blob: Bytes
    text_ends: Rows
    signatures: NDArray[np.uint64]


@dataclass(frozen=True, eq=False, slots=True)
class FacetIndex:
    """Columns made ready for `count`; build it with `FacetIndex.build`.

    Args:
        rows: Number of rows.
        fields: Facets with counts, in order.
        range_fields: Facets with bounds.
        values: For each facet its values; the first, ``None``, is unknown.
        codes_of: For each facet, from a value to its number in the table.
        numbers: For each range facet its distinct numbers, sorted.
        table: The columns.
        compiled: Whether `count` uses the compiled pass.
    """

    rows: int
    fields: tuple[str, ...]
    range_fields: tuple[str, ...]
    values: tuple[tuple[str | None, ...], ...]
    codes_of: tuple[Mapping[str | None, int], ...]
    numbers: tuple[NDArray[np.float64], ...]
    table: Table
    compiled: bool

    @classmethod
    def build(
        cls,
        facets: Sequence[Facet],
        columns: Mapping[str, object],
        text: Sequence[str],
        compiled: bool | None = None,
    ) -> Self:
        """Index columns of equal length.

        Args:
            facets: What to index.
            columns: For each facet's field a sequence or polars series: text or ``None`` for kind
                one, lists of text for many, numbers with nan for range. "unknown", ``None`` and an
                empty list all mean that the row states nothing.
            text: What a search looks through, one string a row.
            compiled: Whether to count with compiled code; ``None`` decides by size.

        Raises:
            BadInput: A column is missing, too short or too long, or holds something else.

        >>> letter = Facet("letter", "Letter", "one", "Any letter", "Test")
        >>> FacetIndex.build([letter], {"letter": ["b", None, "a"]}, ["x", "y", "z"]).values
        ((None, 'a', 'b'),)
        """
        use_compiled = len(text) >= COMPILED_FROM_ROWS if compiled is None else compiled
        counted = [facet for facet in facets if facet.kind != "range"]
        ranged = [facet.field for facet in facets if facet.kind == "range"]
        labels = _labels(counted, columns, len(text))
        ranks, numbers = _ranks(ranged, columns, len(text))
        return cls(
            rows=len(text),
            fields=tuple(facet.field for facet in counted),
            range_fields=tuple(ranged),
            values=labels.values,
            codes_of=labels.codes_of,
            numbers=numbers,
            table=Table(labels.codes, labels.starts, labels.lists, labels.offsets, ranks, *_texts(text, use_compiled)),
            compiled=use_compiled,
        )

    @property
    def nbytes(self) -> int:
        """Size of the arrays in bytes."""
        return sum(array.nbytes for array in (*self.table, *self.numbers))


class _Labels(NamedTuple):
    codes: NDArray[np.integer]
    starts: Rows
    lists: Rows
    offsets: NDArray[np.int32]
    values: tuple[tuple[str | None, ...], ...]
    codes_of: tuple[dict[str | None, int], ...]


def _labels(facets: Sequence[Facet], columns: Mapping[str, object], rows: int) -> _Labels:
    codes, offsets = [np.empty(0, dtype=np.int32)], [np.empty(0, dtype=np.int32)]
    starts, lists = [], []
    values: list[tuple[str | None, ...]] = []
    codes_of: list[dict[str | None, int]] = []
    first = 0
    for facet in facets:
        starts.append(sum(array.size for array in codes))
        lists.append(-1)
        if facet.kind == "one":
            mine, words = encode_one(_column(columns, facet.field), facet.field)
            _check_rows(facet.field, mine.size, rows)
        else:
            ends, mine, words = encode_lists(_column(columns, facet.field), facet.field)
            _check_rows(facet.field, ends.size - 1, rows)
            lists[-1] = sum(array.size for array in offsets)
            offsets.append(ends)
        codes.append(mine + np.int32(first))
        values.append((None, *words))
        codes_of.append({value: first + place for place, value in enumerate(values[-1])})
        first += len(values[-1])
    narrow = np.uint16 if first <= np.iinfo(np.uint16).max + 1 else np.int32
    return _Labels(
        np.concatenate(codes).astype(narrow), np.array(starts, dtype=np.int64), np.array(lists, dtype=np.int64),
        np.concatenate(offsets), tuple(values), tuple(codes_of),
    )  # fmt: skip


def _ranks(
    fields: Sequence[str], columns: Mapping[str, object], rows: int
) -> tuple[NDArray[np.int32], tuple[NDArray[np.float64], ...]]:
    ranks = np.zeros((len(fields), rows), dtype=np.int32)
    numbers = []
    for place, field in enumerate(fields):
        mine, known = rank_numbers(_column(columns, field), field)
        _check_rows(field, mine.size, rows)
        ranks[place] = mine
        numbers.append(known)
    return ranks, tuple(numbers)


def _texts(text: Sequence[str], compiled: bool) -> tuple[Bytes, Rows, NDArray[np.uint64]]:
    blob, ends = join_texts(text)
    array = np.frombuffer(blob, dtype=np.uint8)
    return array, ends, signatures_of(array, ends) if compiled else np.empty(0, dtype=np.uint64)


def signatures_of(blob: Bytes, ends: Rows) -> NDArray[np.uint64]:
    """Give the pairs of bytes in each text as 64 hashed bits; loads the compiler."""
    from governance.catalogue.scan import sign

    signatures = np.zeros(ends.size, dtype=np.uint64)
    sign(blob, ends, signatures)
    return signatures


def _column(columns: Mapping[str, object], field: str) -> object:
    if field not in columns:
        raise BadInput("it has no column", f"facet {field}", "give a column for each facet")
    return columns[field]


def _check_rows(field: str, found: int, rows: int) -> None:
    if found != rows:
        raise BadInput(f"its column has {found:,} rows, the texts {rows:,}", f"facet {field}", "give one value a row")
