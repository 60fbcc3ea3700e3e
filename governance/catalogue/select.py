"""Narrow rows by facets, ranges and words, and count every facet as if its own choice were open.

The engine knows nothing of datasets: it is given facets as data and a column for each. A row that
misses one filter still counts in that filter's facet, so one pass gives all counts and also what
dropping any one filter would gain. Small indexes are counted with numpy in about a millisecond and
never load the compiler; large ones by a compiled pass on all processors.
"""

from __future__ import annotations

import math
import os
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from governance.catalogue.columns import fold, join_texts
from governance.catalogue.facets import UNKNOWN
from governance.catalogue.index import Bytes, FacetIndex, Rows, signatures_of
from governance.errors import BadInput

__all__ = ["Bounds", "Counts", "FacetIndex", "Order", "count", "count_values", "page"]

ROWS_PER_TASK = 25_000
TEXT = "text"

Bounds = tuple[float | None, float | None]
Mask = NDArray[np.bool_]


class Plan(NamedTuple):
    """What one query asks, in the numbers of a `Table`; an empty array asks nothing.

    Args:
        facets: Facets with a choice.
        allowed: For each value's number, whether it is chosen.
        ranges: Range facets with bounds.
        lows: Their lowest ranks allowed.
        highs: Their highest.
        rows: Rows that may match at all.
        words: Folded words in UTF-8, joined.
        word_ends: Where each word ends.
        signature: Pairs of bytes in them.
    """

    facets: Rows
    allowed: Bytes
    ranges: Rows
    lows: Rows
    highs: Rows
    rows: Bytes
    words: Bytes
    word_ends: Rows
    signature: np.uint64


@dataclass(frozen=True, eq=False)
class Counts:
    """What a query gives.

    Args:
        total: Number of rows that match.
        hits: For each row whether it matches.
        facets: By facet, from value (``None`` is unknown) to rows, the facet's own choice left out.
            Values without a row are left out unless chosen.
        relax: By filter in use, "text" included, the rows that dropping only that filter would add.
    """

    total: int
    hits: Mask
    facets: dict[str, dict[str | None, int]]
    relax: dict[str, int]

    @cached_property
    def matches(self) -> Rows:
        """Row numbers that match, ascending."""
        return np.flatnonzero(self.hits)


@dataclass(frozen=True, eq=False, slots=True)
class Order:
    """An order of all rows, worked out once: `rows` by place and the place (`ranks`) of each row."""

    rows: NDArray[np.int32]
    ranks: NDArray[np.int32]

    @classmethod
    def of(cls, rows: NDArray[np.integer]) -> Self:
        """Make an order from all row numbers in that order, e.g. what ``arg_sort`` gives."""
        ranks = np.empty(rows.size, dtype=np.int32)
        ranks[rows] = np.arange(rows.size, dtype=np.int32)
        return cls(rows.astype(np.int32), ranks)


def count(
    index: FacetIndex,
    values: Mapping[str, Collection[str]],
    ranges: Mapping[str, Bounds],
    text: str = "",
    rows: Mask | None = None,
) -> Counts:
    """Find the rows that pass all filters, and count each facet as if its own choice were open.

    Args:
        index: What to look through.
        values: Facet to chosen values, of which a row must have one; "unknown" chooses rows that
            state none. A value that no row has matches nothing.
        ranges: Range facet to lowest and highest number, both included; unknown is in no range.
        text: Words that must all occur, in any case, anywhere in the row's text.
        rows: Rows that may match at all, e.g. those of a saved list; no count looks past it.

    Raises:
        BadInput: A field is not in the index, a bound is nan, or a mask has another length.

    >>> from governance.catalogue.facets import Facet
    >>> letter = Facet("letter", "Letter", "one", "Any letter", "Test")
    >>> index = FacetIndex.build([letter], {"letter": ["b", None, "a"]}, ["x", "y", "z"])
    >>> found = count(index, {"letter": ["a", "unknown"]}, {}, "Z")
    >>> found.total, found.facets, found.relax
    (1, {'letter': {None: 0, 'a': 1}}, {'letter': 0, 'text': 1})
    """
    picks = {field: _chosen(index, field, picked) for field, picked in values.items() if len(picked)}
    # Lists are the slower to test, so they go last, when fewer rows are left.
    chosen = dict(sorted(picks.items(), key=lambda pick: index.table.lists[index.fields.index(pick[0])] >= 0))
    bounded = {field: bounds for field, bounds in ranges.items() if tuple(bounds) != (None, None)}
    plan = _plan(index, chosen, bounded, fold(text).split(), rows)
    hits, counts, relax = _count_compiled(index, plan) if index.compiled else _count_arrays(index, plan)
    filters = (*chosen, *bounded, TEXT)[: relax.size]
    return Counts(
        total=int(np.count_nonzero(hits)),
        hits=hits,
        facets=_named_counts(index, counts, plan.allowed),
        relax=dict(zip(filters, relax.tolist(), strict=True)),
    )


def count_values(index: FacetIndex, field: str, rows: Mask) -> dict[str | None, int]:
    """Count the values that some rows have in one facet; values without a row are left out.

    >>> from governance.catalogue.facets import Facet
    >>> letter = Facet("letter", "Letter", "one", "Any letter", "Test")
    >>> index = FacetIndex.build([letter], {"letter": ["b", None, "a"]}, ["x", "y", "z"])
    >>> count_values(index, "letter", np.array([True, True, False]))
    {None: 1, 'b': 1}
    """
    place = index.fields.index(field)
    codes, sizes = _codes(index, place)
    codes = codes[rows if sizes is None else np.repeat(rows, sizes)]
    first = index.codes_of[place][None]
    counts = np.bincount(codes, minlength=first + len(index.values[place]))[first:]
    return {value: number for value, number in zip(index.values[place], counts.tolist(), strict=True) if number}


def page(found: Counts, order: Order, offset: int = 0, limit: int = 50) -> Rows:
    """Give some of the matching rows in an order, without sorting all of them.

    Args:
        found: What `count` gave.
        order: Of all rows of its index.
        offset: Matching rows to pass over.
        limit: Rows to give, at most.

    >>> found = Counts(2, np.array([True, False, True]), {}, {})
    >>> page(found, Order.of(np.array([2, 1, 0])))
    array([2, 0])
    """
    if offset < 0 or limit < 0 or order.rows.size != found.hits.size:
        raise BadInput(
            f"rows {offset} to {offset + limit} of this order", "page", "count from 0, in an order of all rows"
        )
    last = min(offset + limit, found.total)
    if offset >= last:
        return np.empty(0, dtype=np.int64)
    if found.total * 200 <= order.rows.size or last * 4 > found.total:
        ranks = order.ranks[found.matches]
        ranks = np.sort(np.partition(ranks, last - 1)[:last])
        return order.rows[ranks[offset:last]].astype(np.int64)
    parts: list[NDArray[np.int32]] = []
    start, have = 0, 0
    while have < last:
        step = 64 + (last - have) * order.rows.size * 3 // (found.total * 2)
        block = order.rows[start : start + step]
        parts.append(block[found.hits[block]])
        start, have = start + step, have + parts[-1].size
    return np.concatenate(parts)[offset:last].astype(np.int64)


def _chosen(index: FacetIndex, field: str, picked: Collection[str]) -> list[int]:
    if field not in index.fields:
        raise BadInput(f"'{field}' has no values to choose", "selection", f"use one of {', '.join(index.fields)}")
    if isinstance(picked, str):
        raise BadInput(f"one string chosen: '{picked}'", f"facet {field}", "give a list of values")
    codes = index.codes_of[index.fields.index(field)]
    known = (codes.get(None if value == UNKNOWN else value) for value in picked)
    return [code for code in known if code is not None]


def _plan(
    index: FacetIndex,
    chosen: Mapping[str, Sequence[int]],
    bounded: Mapping[str, Bounds],
    words: Sequence[str],
    rows: Mask | None,
) -> Plan:
    allowed = np.zeros(sum(map(len, index.values)), dtype=np.uint8)
    for codes in chosen.values():
        allowed[codes] = 1
    limits = [_limits(index, field, *bounds) for field, bounds in bounded.items()]
    blob, ends = join_texts(sorted(set(words), key=len, reverse=True))
    array = np.frombuffer(blob, dtype=np.uint8)
    pairs = signatures_of(array, ends) if index.compiled else ()
    if rows is not None and (rows.dtype != np.bool_ or rows.size != index.rows):
        raise BadInput(f"a mask of {rows.size:,} {rows.dtype}", "selection", f"give {index.rows:,} booleans, one a row")
    return Plan(
        facets=np.array([index.fields.index(field) for field in chosen], dtype=np.int64),
        allowed=allowed,
        ranges=np.array([place for place, _, _ in limits], dtype=np.int64),
        lows=np.array([low for _, low, _ in limits], dtype=np.int64),
        highs=np.array([high for _, _, high in limits], dtype=np.int64),
        rows=np.empty(0, dtype=np.uint8) if rows is None else np.ascontiguousarray(rows).view(np.uint8),
        words=array,
        word_ends=ends,
        signature=np.bitwise_or.reduce(np.array(pairs, dtype=np.uint64)),
    )


def _limits(index: FacetIndex, field: str, low: float | None, high: float | None) -> tuple[int, int, int]:
    if field not in index.range_fields:
        raise BadInput(f"'{field}' takes no bounds", "selection", f"use one of {', '.join(index.range_fields)}")
    if any(bound is not None and math.isnan(bound) for bound in (low, high)):
        raise BadInput("a bound is not a number", f"facet {field}", "write e.g. 2019..2023")
    place = index.range_fields.index(field)
    known = index.numbers[place]
    lowest = 0 if low is None else int(np.searchsorted(known, low))
    highest = known.size if high is None else int(np.searchsorted(known, high, side="right"))
    return place, lowest + 1, highest


def _count_compiled(index: FacetIndex, plan: Plan) -> tuple[Mask, Rows, Rows]:
    from governance.catalogue.scan import scan

    tasks = max(1, min(2 * _processors(), index.rows // ROWS_PER_TASK))
    edges = np.linspace(0, index.rows, tasks + 1).astype(np.int64).tolist()
    hits = np.zeros(index.rows, dtype=np.uint8)
    counts = np.zeros((tasks, plan.allowed.size), dtype=np.int64)
    relax = np.zeros((tasks, _filters(plan)), dtype=np.int64)

    def run(task: int) -> None:
        scan(index.table, plan, edges[task], edges[task + 1], hits, counts[task], relax[task])

    if tasks == 1 or _processors() == 1:
        for task in range(tasks):
            run(task)
    else:
        list(_pool().map(run, range(tasks)))
    return hits.view(np.bool_), counts.sum(axis=0), relax.sum(axis=0)


def _count_arrays(index: FacetIndex, plan: Plan) -> tuple[Mask, Rows, Rows]:
    misses = np.zeros(index.rows, dtype=np.int64)
    missed = np.zeros(index.rows, dtype=np.int64)
    if plan.rows.size:
        misses[plan.rows == 0] = 2
    for place, facet in enumerate(plan.facets.tolist()):
        _miss(misses, missed, ~_any_allowed(index, facet, plan.allowed), place)
    for place, (facet, low, high) in enumerate(zip(plan.ranges, plan.lows, plan.highs, strict=True), plan.facets.size):
        ranks = index.table.ranks[facet]
        _miss(misses, missed, (ranks < low) | (ranks > high), place)
    if plan.word_ends.size:
        lacking = np.zeros(index.rows, dtype=np.bool_)
        near = np.flatnonzero(misses < 2)
        lacking[near] = ~_has_words(index, plan, near)
        _miss(misses, missed, lacking, _filters(plan) - 1)
    hits, near = misses == 0, np.flatnonzero(misses == 1)
    relax = np.bincount(missed[near], minlength=_filters(plan))
    counts = np.zeros(plan.allowed.size, dtype=np.int64)
    places = {facet: place for place, facet in enumerate(plan.facets.tolist())}
    for facet in range(len(index.fields)):
        rows = hits
        if facet in places:
            rows = hits.copy()
            rows[near[missed[near] == places[facet]]] = True
        codes, sizes = _codes(index, facet)
        codes = codes[rows if sizes is None else np.repeat(rows, sizes)]
        counts += np.bincount(codes, minlength=counts.size)
    return hits, counts, relax


def _miss(misses: Rows, missed: Rows, which: Mask, place: int) -> None:
    misses[which] += 1
    missed[which] = place


def _codes(index: FacetIndex, facet: int) -> tuple[NDArray[np.integer], Rows | None]:
    table = index.table
    start, lists = int(table.starts[facet]), int(table.lists[facet])
    if lists < 0:
        return table.codes[start : start + index.rows], None
    offsets = table.offsets[lists : lists + index.rows + 1].astype(np.int64)
    return table.codes[start : start + int(offsets[-1])], np.diff(offsets)


def _any_allowed(index: FacetIndex, facet: int, allowed: Bytes) -> Mask:
    codes, sizes = _codes(index, facet)
    found: Mask = allowed[codes] > 0
    return found if sizes is None or not index.rows else np.logical_or.reduceat(found, np.cumsum(sizes) - sizes)


def _has_words(index: FacetIndex, plan: Plan, rows: Rows) -> Mask:
    blob, ends = index.table.blob.tobytes(), index.table.text_ends
    words, start = [], 0
    for end in plan.word_ends.tolist():
        words.append(plan.words[start:end].tobytes())
        start = end
    firsts = np.where(rows > 0, ends[rows - 1], 0).tolist()
    found = (
        all(word in text for word in words) for text in map(blob.__getitem__, map(slice, firsts, ends[rows].tolist()))
    )
    return np.fromiter(found, dtype=np.bool_, count=rows.size)


def _named_counts(index: FacetIndex, counts: Rows, allowed: Bytes) -> dict[str, dict[str | None, int]]:
    named: dict[str, dict[str | None, int]] = {}
    first = 0
    for field, values in zip(index.fields, index.values, strict=True):
        mine = counts[first : first + len(values)]
        shown = np.flatnonzero((mine > 0) | (allowed[first : first + len(values)] > 0))
        named[field] = {
            values[place]: number for place, number in zip(shown.tolist(), mine[shown].tolist(), strict=True)
        }
        first += len(values)
    return named


def _filters(plan: Plan) -> int:
    return plan.facets.size + plan.ranges.size + (plan.word_ends.size > 0)


@cache
def _processors() -> int:
    return os.cpu_count() or 1


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_processors(), thread_name_prefix="facets")
