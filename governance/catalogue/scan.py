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


@compiled
def scan(table: Table, plan: Plan, first: int, last: int, hits: Bytes, counts: Ints, relax: Ints) -> None:
    """Count rows ``first`` to ``last`` into ``counts`` and ``relax``, and mark those that match in ``hits``.

    A row that misses no filter counts everywhere, a row that misses one counts only in that
    filter's facet, any other row is left at its second miss. The text comes last, being the dearest.
    """
    chosen, bounded = plan.facets.size, plan.ranges.size
    for row in range(first, last):
        if plan.rows.size and not plan.rows[row]:
            continue
        misses, missed = 0, -1
        for place in range(chosen):
            if not _allows(table, plan, plan.facets[place], row):
                misses, missed = misses + 1, place
                if misses > 1:
                    break
        if misses > 1:
            continue
        for place in range(bounded):
            rank = table.ranks[plan.ranges[place], row]
            if rank < plan.lows[place] or rank > plan.highs[place]:
                misses, missed = misses + 1, chosen + place
                if misses > 1:
                    break
        if misses > 1:
            continue
        if plan.word_ends.size and not _has_words(table, plan, row):
            if misses:
                continue
            misses, missed = 1, chosen + bounded
        if misses:
            relax[missed] += 1
            if missed < chosen:
                _add(table, plan.facets[missed], row, counts)
            continue
        hits[row] = 1
        for facet in range(table.starts.size):
            _add(table, facet, row, counts)


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
def _span(table: Table, facet: int, row: int) -> tuple[int, int]:
    start, lists = table.starts[facet], table.lists[facet]
    if lists < 0:
        return start + row, start + row + 1
    return start + table.offsets[lists + row], start + table.offsets[lists + row + 1]


@compiled
def _allows(table: Table, plan: Plan, facet: int, row: int) -> bool:
    first, last = _span(table, facet, row)
    for at in range(first, last):  # noqa: SIM110 - numba takes no generator in any()
        if plan.allowed[table.codes[at]]:
            return True
    return False


@compiled
def _add(table: Table, facet: int, row: int, counts: Ints) -> None:
    first, last = _span(table, facet, row)
    for at in range(first, last):
        counts[table.codes[at]] += 1


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
