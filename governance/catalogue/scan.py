"""The compiled pass over all rows behind `governance.catalogue.select`; only large indexes load it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from governance.catalogue.compiled import compiled

if TYPE_CHECKING:
    from governance.catalogue.index import Table
    from governance.catalogue.select import Plan

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
Signatures = NDArray[np.uint64]


BLOCK = 4_096
"""Rows looked at together, so that what is known of them stays in the processor's first cache."""


@compiled
def scan(table: Table, plan: Plan, first: int, last: int, hits: Bytes, counts: Ints, relax: Ints) -> None:
    """Count rows ``first`` to ``last`` into ``counts`` and ``relax``, and mark those that match in ``hits``.

    A row that misses no filter counts everywhere, a row that misses one counts only in that
    filter's facet, and a row is left at its second miss. ``missed`` holds 1 + the filter that a row
    of the block misses, 0 for none. The text comes last, being the dearest.
    """
    rows, missed = np.empty(BLOCK, dtype=np.int64), np.empty(BLOCK, dtype=np.int64)
    chosen, bounded = plan.facets.size, plan.ranges.size
    for start in range(first, last, BLOCK):
        size = _take(plan, start, min(start + BLOCK, last), rows, missed)
        for place in range(bounded):
            size = _narrow_by_range(table, plan, place, chosen + place + 1, rows, missed, size)
        for place in range(chosen):
            size = _narrow_by_facet(table, plan, place, rows, missed, size)
        if plan.word_ends.size:
            size = _narrow_by_words(table, plan, chosen + bounded + 1, rows, missed, size)
        matching = 0
        for at in range(size):
            if missed[at]:
                relax[missed[at] - 1] += 1
                if missed[at] <= chosen:
                    _add(table, plan.facets[missed[at] - 1], rows, at, at + 1, counts)
        for at in range(size):
            rows[matching] = rows[at]
            matching += missed[at] == 0
        for at in range(matching):
            hits[rows[at]] = 1
        for facet in range(table.starts.size):
            _add(table, facet, rows, 0, matching, counts)


@compiled
def sign(blob: Bytes, ends: Ints, signatures: Signatures) -> None:
    """Write for each text which pairs of neighbouring bytes it has, as 64 hashed bits."""
    start = 0
    for row in range(ends.size):
        bits = np.uint64(0)
        for at in range(start, ends[row] - 1):
            bits |= np.uint64(1) << np.uint64((np.int64(blob[at]) * 37 + np.int64(blob[at + 1]) * 11) & 63)
        signatures[row] = bits
        start = ends[row]


@compiled
def _take(plan: Plan, start: int, end: int, rows: Ints, missed: Ints) -> int:
    missed[:] = 0
    size = 0
    for row in range(start, end):
        rows[size] = row
        size += plan.rows.size == 0 or plan.rows[row] != 0
    return size


# The three loops below keep a row by moving the end of the list, not by a branch: which rows stay
# is close to random, and a wrongly predicted branch costs more than all else here.


@compiled
def _narrow_by_range(table: Table, plan: Plan, place: int, name: int, rows: Ints, missed: Ints, size: int) -> int:
    ranks, low, high = table.ranks[plan.ranges[place]], plan.lows[place], plan.highs[place]
    kept = 0
    for at in range(size):
        row, before = rows[at], missed[at]
        bad = (ranks[row] < low) | (ranks[row] > high)
        rows[kept], missed[kept] = row, before + bad * name
        kept += (before == 0) | (not bad)
    return kept


@compiled
def _narrow_by_facet(table: Table, plan: Plan, place: int, rows: Ints, missed: Ints, size: int) -> int:
    start, lists = table.starts[plan.facets[place]], table.lists[plan.facets[place]]
    kept = 0
    for at in range(size):
        row, before = rows[at], missed[at]
        if lists < 0:
            good = plan.allowed[table.codes[start + row]]
        else:
            good = np.uint8(0)
            for code in range(start + table.offsets[lists + row], start + table.offsets[lists + row + 1]):
                good |= plan.allowed[table.codes[code]]
        rows[kept], missed[kept] = row, before + (1 - good) * (place + 1)
        kept += (before == 0) | (good != 0)
    return kept


@compiled
def _narrow_by_words(table: Table, plan: Plan, name: int, rows: Ints, missed: Ints, size: int) -> int:
    kept = 0
    for at in range(size):
        row, before = rows[at], missed[at]
        bad = not _has_words(table, plan, row)
        rows[kept], missed[kept] = row, before + bad * name
        kept += (before == 0) | (not bad)
    return kept


@compiled
def _add(table: Table, facet: int, rows: Ints, first: int, last: int, counts: Ints) -> None:
    start, lists = table.starts[facet], table.lists[facet]
    for at in range(first, last):
        row = rows[at]
        if lists < 0:
            counts[table.codes[start + row]] += 1
        else:
            for code in range(start + table.offsets[lists + row], start + table.offsets[lists + row + 1]):
                counts[table.codes[code]] += 1


@compiled
def _has_words(table: Table, plan: Plan, row: int) -> bool:
    if (table.signatures[row] & plan.signature) != plan.signature:
        return False
    start = 0
    for place in range(plan.word_ends.size):
        end = plan.word_ends[place]
        if not _contains(table, plan, row, start, end):
            return False
        start = end
    return True


@compiled
def _contains(table: Table, plan: Plan, row: int, start: int, end: int) -> bool:
    first = table.text_ends[row - 1] if row else 0
    for at in range(first, table.text_ends[row] - (end - start) + 1):
        if table.blob[at] == plan.words[start]:
            same = 1
            while start + same < end and table.blob[at + same] == plan.words[start + same]:
                same += 1
            if start + same == end:
                return True
    return False
