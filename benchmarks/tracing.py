"""What rests on what around the best connected record, over the whole catalogue."""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
import networkx as nx
from row import Row, row, timed

from governance.catalogue.build import build_catalogue
from governance.catalogue.connect import open_catalogue
from governance.research.trace import trace
from governance.research.trace_found import Trace
from governance.research.trace_graph import TraceGraph, load_trace
from governance.research.trace_layout import lay_out_trace

TITLE = "Trace of the best connected record"
ABOUT = (
    "The graph of the shipped catalogue over all kinds of records. The record with the most edges is traced both ways "
    "to the end: records with their steps, and the edges between them. networkx: shortest path lengths both ways and "
    "the subgraph, on a graph built before. DuckDB: the same records by one recursive query that keeps what it has "
    "seen, over a table of the edges. Touchstone also gives names, the way back and the sources of edges. All agree "
    "on the records and their steps."
)
REPEATS = 9
_RECURSIVE = """
WITH RECURSIVE reach(record, steps) USING KEY (record) AS (
    SELECT $start::INTEGER, 0
    UNION
    SELECT e.far, r.steps + 1 FROM reach AS r JOIN edge AS e ON e.near = r.record AND e.way = $way
    WHERE NOT EXISTS (FROM recurring.reach AS seen WHERE seen.record = e.far)
)
SELECT record, steps FROM reach
"""


def with_networkx(graph: nx.DiGraph, back: nx.DiGraph, start: int) -> dict[int, int]:
    """Give signed steps of all records around one, and walk the edges between them."""
    up = nx.single_source_shortest_path_length(graph, start)
    down = nx.single_source_shortest_path_length(back, start)
    for side in (up, down):
        list(graph.subgraph(side).edges)
    return {**down, **{record: -steps for record, steps in up.items()}}


def with_duckdb(connection: duckdb.DuckDBPyConnection, start: int) -> dict[int, int]:
    """Give the same by one recursive query each way."""
    found: dict[int, int] = {}
    for way in (1, -1):
        rows = connection.execute(_RECURSIVE, {"start": start, "way": way}).fetchall()
        found |= {record: way * steps for record, steps in rows}
    return found


def run() -> list[Row]:
    """Time all ways on one graph."""
    with tempfile.TemporaryDirectory(prefix="touchstone-bench-") as place:
        build_catalogue(Path(place))
        with open_catalogue(Path(place)) as catalogue:
            load = [timed(lambda: load_trace(catalogue)) for _ in range(3)]
            graph = load_trace(catalogue)
    start = int(graph.degree().argmax())
    kind, _, record_id = graph.key(start).partition(":")
    pairs = list(zip(graph.child.tolist(), graph.parent.tolist(), strict=True))
    made: list[nx.DiGraph] = []
    build = timed(lambda: made.append(nx.DiGraph(pairs)))
    forth, back = made[0], made[0].reverse()
    store = _store(graph)

    def ours() -> Trace:
        return trace(store, None, kind, record_id, known=graph)

    found = dict(zip(map(graph.number.__getitem__, ours().nodes["key"]), ours().nodes["depth"], strict=True))
    if not found == with_networkx(forth, back, start) == with_duckdb(store, start):
        raise SystemExit("the ways do not agree")
    others = [timed(lambda: with_networkx(forth, back, start)) for _ in range(REPEATS)]
    queries = [timed(lambda: with_duckdb(store, start)) for _ in range(REPEATS)]
    mine = [timed(ours) for _ in range(REPEATS)]
    drawn = [timed(lambda: lay_out_trace(ours())) for _ in range(REPEATS)]
    size = f"{graph.key(start)}: {len(found):,} of {len(graph.number):,} records, {len(pairs):,} edges"
    return [
        row("networkx", others, None, f"build {build:.2f} s beforehand"),
        row("DuckDB, recursive", queries, others),
        row("Touchstone", mine, others, size),
        row("Touchstone, with its picture", drawn, others),
        row("Touchstone, reading the graph", load, others, "once a catalogue and a change of the workbench"),
    ]


def _store(graph: TraceGraph) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    edges = graph.edges.select("child", "parent")
    connection.register("edges", edges.to_arrow())
    connection.execute(
        "CREATE TABLE edge AS SELECT child AS near, parent AS far, -1 AS way FROM edges "
        "UNION ALL SELECT parent, child, 1 FROM edges"
    )
    return connection
