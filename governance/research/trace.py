"""Everything up- and downstream of a record, a path between two, and what falls when one changes."""

from __future__ import annotations

from collections.abc import Collection

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from governance.errors import BadInput
from governance.records.store import Workbench
from governance.research.trace_found import EDGES, NODES, Direction, Falls, Path, Relation, Trace
from governance.research.trace_graph import Ints, TraceGraph, load_trace
from governance.research.trace_vocabulary import TOUCHED, TRACE_KINDS, TraceKind

MAX_DEPTH = 1_000


def trace(
    connection: duckdb.DuckDBPyConnection,
    workbench: Workbench | None,
    kind: str,
    record_id: str,
    direction: Direction = "both",
    depth: int | None = None,
    kinds: Collection[TraceKind] | None = None,
    *,
    known: TraceGraph | None = None,
) -> Trace:
    """Find what a record rests on and what rests on it, over all kinds.

    Args:
        connection: An open catalogue.
        workbench: What users keep; ``None``: the catalogue alone.
        kind: Of the record.
        record_id: Its id; that of a lineage node without the prefix.
        direction: What it rests on (up), what rests on it (down), or both.
        depth: Steps to follow each way, 0 to 1,000; ``None``: to the end.
        kinds: Keep only these; the way leads through the others all the same.
        known: The graph, where the caller has it already.

    Raises:
        BadInput: The kind, direction or depth is none.
        NotFound: There is no such record.

    >>> import duckdb
    >>> from governance.research.trace_graph import EDGE_SCHEMA, RECORD_SCHEMA, Rows
    >>> edges = [("claim", "p/c", "wasQuotedFrom", "paper", "p", "touchstone-papers", "in our words")]
    >>> rows = Rows(pl.DataFrame(edges, EDGE_SCHEMA, orient="row"), pl.DataFrame(schema=RECORD_SCHEMA))
    >>> found = trace(duckdb.connect(), None, "claim", "p/c", "up", known=TraceGraph.of(rows))
    >>> found.nodes["key"].to_list()
    ['claim:p/c', 'paper:p']
    """
    if direction not in ("up", "down", "both"):
        raise BadInput(f"'{direction:.40}' is no direction", "option direction", "use up, down or both")
    if depth is not None and not 0 <= depth <= MAX_DEPTH:
        raise BadInput(f"a depth of {depth}", "option depth", f"use 0 to {MAX_DEPTH:,}")
    for odd in [one for one in kinds or () if one not in TRACE_KINDS]:
        raise BadInput(f"'{odd:.40}' is no kind of record", "option kinds", f"use some of {', '.join(TRACE_KINDS)}")
    graph = known or load_trace(connection, workbench)
    start = graph.find(kind, record_id)
    level = np.zeros(len(graph.number), dtype=np.int32)
    toward = np.full(len(graph.number), -1, dtype=np.int32)
    walked = np.zeros(len(graph.child), dtype=bool)
    reached = np.zeros(len(graph.number), dtype=bool)
    for sign in [sign for way, sign in (("up", -1), ("down", 1)) if direction in (way, "both")]:
        steps, back = _reach(graph, start, sign, depth)
        near = graph.child if sign < 0 else graph.parent
        walked |= (steps[near] >= 0) & ((steps[near] < depth) if depth is not None else True)
        fresh = (steps >= 0) & ~reached
        level[fresh], toward[fresh] = sign * steps[fresh], back[fresh]
        reached |= fresh
    kept = reached & _of_kinds(graph, kinds, start)
    return _trace(graph, start, direction, depth, kinds, kept, level, toward, walked)


def path_between(graph: TraceGraph, first: tuple[str, str], second: tuple[str, str]) -> Path:
    """Find the shortest way between two records: a line of dependence either way before any other connection.

    Args:
        graph: Of `load_trace`.
        first: Kind and id.
        second: Kind and id.

    Raises:
        BadInput: There is no such kind.
        NotFound: There is no such record.
    """
    a, b = graph.find(*first), graph.find(*second)
    ways: tuple[tuple[Relation, int], ...] = (("rests_on", -1), ("supports", 1), ("connected", 0))
    for relation, sign in ways:
        steps, back = _reach(graph, a, sign, None, until=b)
        if steps[b] >= 0:
            numbers, edges = [b], list[int]()
            while numbers[-1] != a:
                edge = int(back[numbers[-1]])
                ends = int(graph.child[edge]), int(graph.parent[edge])
                edges.append(edge)
                numbers.append(ends[0] if ends[1] == numbers[-1] else ends[1])
            said = "same" if a == b else relation
            return Path(said, _nodes(graph, numbers[::-1]), _edges(graph, edges[::-1]), graph.catalogue)
    return Path("none", _nodes(graph, []), _edges(graph, []), graph.catalogue)


def what_falls(graph: TraceGraph, kind: str, record_id: str) -> Falls:
    """List what rests on a dataset, domain, licence or consent, or on any other record.

    Touched means that there is a line of dependence, not that the finding is wrong.

    Args:
        graph: Of `load_trace`.
        kind: Of the record that changes.
        record_id: Its id.

    Raises:
        BadInput: There is no such kind.
        NotFound: There is no such record.
    """
    start = graph.find(kind, record_id)
    steps, back = _reach(graph, start, 1, None)
    reached = steps >= 0
    found = _trace(graph, start, "down", None, None, reached, steps, back, reached[graph.parent])
    counts = found.counts(1)
    first: dict[TraceKind, int] = {kind: counts.pop(kind, 0) for kind in TOUCHED}
    return Falls(found, {**first, **counts})


def _reach(graph: TraceGraph, start: int, sign: int, depth: int | None, until: int | None = None) -> tuple[Ints, Ints]:
    """Count the steps to every record (-1: out of reach) and give the edge by which each was first met.

    A sign of -1 follows edges to parents, 1 to children, 0 both; with ``until`` it stops once that one is met.
    """
    steps = np.full(len(graph.number), -1, dtype=np.int32)
    back = np.full(len(graph.number), -1, dtype=np.int32)
    steps[start], step = 0, 0
    frontier: NDArray[np.integer] = np.array([start])
    while frontier.size and (depth is None or step < depth) and (until is None or steps[until] < 0):
        step += 1
        parts = []
        if sign <= 0:
            parts.append(_leading(graph.up, graph.ways_up, graph.parent, frontier))
        if sign >= 0:
            parts.append(_leading(graph.down, graph.ways_down, graph.child, frontier))
        edges, ends = (np.concatenate(one) for one in zip(*parts, strict=True))
        fresh = steps[ends] < 0
        frontier, first = np.unique(ends[fresh], return_index=True)
        steps[frontier], back[frontier] = step, edges[fresh][first]
    return steps, back


def _leading(starts: Ints, ways: Ints, end: Ints, frontier: NDArray[np.integer]) -> tuple[Ints, Ints]:
    """Give the edges that lead away from some records, and where each leads."""
    counts = starts[frontier + 1] - starts[frontier]
    shift = np.repeat(starts[frontier] - np.concatenate(([0], counts.cumsum()[:-1])), counts)
    edges = ways[np.arange(counts.sum()) + shift]
    return edges, end[edges]


def _of_kinds(graph: TraceGraph, kinds: Collection[TraceKind] | None, start: int) -> NDArray[np.bool_]:
    if not kinds:
        return np.ones(len(graph.number), dtype=bool)
    kept: NDArray[np.bool_] = graph.records["kind"].is_in(list(kinds)).to_numpy().copy()
    kept[start] = True
    return kept


def _trace(
    graph: TraceGraph,
    start: int,
    direction: Direction,
    depth: int | None,
    kinds: Collection[TraceKind] | None,
    kept: NDArray[np.bool_],
    level: Ints,
    toward: Ints,
    walked: NDArray[np.bool_],
) -> Trace:
    """Cut out what was kept, with the next kept record on each one's way to the start."""
    size = len(kept)
    met = np.flatnonzero(toward >= 0)
    ends = np.full(size, -1, dtype=np.int64)
    ends[met] = np.where(graph.child[toward[met]] == met, graph.parent[toward[met]], graph.child[toward[met]])
    via, hidden = ends.copy(), np.zeros(size, dtype=np.int64)
    loose = np.flatnonzero(kept & (via >= 0) & ~kept[via])
    while loose.size:
        hidden[loose] += 1
        via[loose] = ends[via[loose]]
        loose = loose[~kept[via[loose]]]
    numbers = np.flatnonzero(kept)
    numbers = numbers[np.lexsort((numbers, level[numbers], np.abs(level[numbers])))]
    nodes = _nodes(graph, numbers).with_columns(depth=pl.Series(level[numbers]), hidden=pl.Series(hidden[numbers]))
    keys = _keys(graph, np.maximum(via[numbers], 0))
    nodes = nodes.with_columns(via=pl.when(pl.Series(via[numbers] >= 0)).then(keys))
    direct = pl.Series((via[numbers] >= 0) & (hidden[numbers] == 0))
    first = graph.edges[np.maximum(toward[numbers], 0).astype(np.int64)] if graph.edges.height else None
    said = {
        name: pl.when(direct).then(first[name]) if first is not None else pl.lit(None, pl.String)
        for name in ("predicate", "source", "detail")
    }
    nodes = nodes.with_columns(**said)
    edges = np.flatnonzero(walked & kept[graph.child] & kept[graph.parent])
    words = tuple(one for one in TRACE_KINDS if one in (kinds or ()))
    return Trace(graph.key(start), direction, depth, words, nodes.select(NODES), _edges(graph, edges), graph.catalogue)


def _nodes(graph: TraceGraph, numbers: Collection[int] | NDArray[np.integer]) -> pl.DataFrame:
    rows = graph.records[np.asarray(numbers, dtype=np.int64)]
    return rows.select(pl.concat_str("kind", pl.lit(":"), "id").alias("key"), "kind", "id", "label", "recorded")


def _edges(graph: TraceGraph, numbers: Collection[int] | NDArray[np.integer]) -> pl.DataFrame:
    places = np.asarray(numbers, dtype=np.int64)
    rows = graph.edges[places]
    ends = {name: _keys(graph, rows[name].to_numpy()) for name in ("child", "parent")}
    return rows.with_columns(**ends).select(EDGES)


def _keys(graph: TraceGraph, numbers: NDArray[np.integer]) -> pl.Series:
    rows = graph.records[np.asarray(numbers, dtype=np.int64)]
    return rows.select(pl.concat_str("kind", pl.lit(":"), "id")).to_series()
