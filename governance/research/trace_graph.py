"""The records of every kind and what each rests on, as one graph held in arrays."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from governance.catalogue.connect import catalogue_version
from governance.errors import BadInput, NotFound
from governance.records.store import Workbench
from governance.research.trace_own import Limit, own_rows
from governance.research.trace_replications import replication_rows
from governance.research.trace_vocabulary import PREDICATES, TRACE_KINDS, TraceKind

EDGE_COLUMNS = ("child_kind", "child", "predicate", "parent_kind", "parent", "source", "detail")
RECORD_COLUMNS = ("kind", "id", "label")
EDGE_SCHEMA = pl.Schema(dict.fromkeys(EDGE_COLUMNS, pl.String()))
RECORD_SCHEMA = pl.Schema(dict.fromkeys(RECORD_COLUMNS, pl.String()))
LONGEST_ID = 2_000
_LIMITS = """
SELECT t.threshold_id, t.op, t.value FROM threshold_test AS t JOIN threshold AS h ON h.id = t.threshold_id
WHERE t.metric = 'training_compute' AND h.subject = 'model' AND t.op IN ('>', '>=') AND t.value IS NOT NULL
ORDER BY ALL
"""
Ints = NDArray[np.int32]


class Rows(NamedTuple):
    """Edges and records before they are numbered: `EDGE_COLUMNS` and `RECORD_COLUMNS`, all texts.

    Beside them the limits of thresholds on models, for the models of one's own.
    """

    edges: pl.DataFrame
    records: pl.DataFrame
    limits: tuple[Limit, ...] = ()

    def beside(self, other: Rows) -> Rows:
        """Put the rows of another store behind these."""
        return Rows(pl.concat([self.edges, other.edges]), pl.concat([self.records, other.records]), self.limits)


@dataclass(frozen=True, slots=True)
class TraceGraph:
    """All records and edges; a record's number is its row, an edge's number its row.

    Args:
        records: Columns kind, id, label and recorded; not recorded: another record names it, it has no row itself.
        edges: Columns child and parent (numbers), predicate, source and detail.
        number: ``KIND:ID`` to the record's number.
        child, parent: The same numbers as arrays.
        up, ways_up: The edges to what record i rests on: ``ways_up[up[i]:up[i + 1]]``.
        down, ways_down: The edges to what rests on it.
        catalogue: Version of the catalogue.
    """

    records: pl.DataFrame
    edges: pl.DataFrame
    number: Mapping[str, int]
    child: Ints
    parent: Ints
    up: Ints
    ways_up: Ints
    down: Ints
    ways_down: Ints
    catalogue: str

    @classmethod
    def of(cls, rows: Rows, catalogue: str = "") -> TraceGraph:
        """Number the records and sort the edges by either end; what is named twice is kept once.

        Args:
            rows: Edges and records; an end without a record becomes one that is not recorded.
            catalogue: Version of the catalogue.

        Raises:
            BadInput: A kind or predicate is not of the vocabulary.
        """
        _check(rows.edges)
        edges = rows.edges.unique(EDGE_COLUMNS[:5], keep="first", maintain_order=True)
        ends = pl.concat([
            edges.select(kind="child_kind", id="child"), edges.select(kind="parent_kind", id="parent"),
        ]).unique(maintain_order=True)  # fmt: skip
        known = rows.records.unique(["kind", "id"], keep="first", maintain_order=True)
        named = ends.join(known, on=["kind", "id"], how="anti", maintain_order="left")
        records = pl.concat([
            known.select("kind", "id", pl.coalesce("label", "id").alias("label"), recorded=pl.lit(True)),
            named.select("kind", "id", label="id", recorded=pl.lit(False)),
        ]).with_row_index("number")  # fmt: skip
        places = records.select("kind", "id", "number")
        for end in ("child", "parent"):
            edges = edges.join(
                places.rename({"kind": f"{end}_kind", "id": end, "number": f"{end}_number"}),
                on=[f"{end}_kind", end], how="left", maintain_order="left",
            )  # fmt: skip
        child, parent = (edges[f"{end}_number"].to_numpy().astype(np.int32) for end in ("child", "parent"))
        keys = records.select(pl.concat_str("kind", pl.lit(":"), "id")).to_series().to_list()
        return cls(
            records.drop("number"),
            edges.select(pl.Series("child", child), pl.Series("parent", parent), "predicate", "source", "detail"),
            dict(zip(keys, range(len(keys)), strict=True)),
            child,
            parent,
            *_ways(child, len(keys)),
            *_ways(parent, len(keys)),
            catalogue,
        )

    def find(self, kind: str, record_id: str) -> int:
        """Give the number of a record.

        Raises:
            BadInput: There is no such kind.
            NotFound: There is no such record.
        """
        if kind not in TRACE_KINDS:
            raise BadInput(f"'{kind:.40}' is no kind of record", "record kind", f"use one of {', '.join(TRACE_KINDS)}")
        found = self.number.get(f"{kind}:{record_id}")
        if found is None:
            ids = self.records.filter(pl.col("kind") == kind)["id"].to_list()
            near = difflib.get_close_matches(record_id[:100], ids, n=3, cutoff=0.6)
            fix = f"did you mean {' or '.join(near)}?" if near else "look it up with 'touchstone search'"
            raise NotFound(f"there is no {kind} '{record_id:.80}'", "trace", fix)
        return found

    def key(self, number: int) -> str:
        """Give a record's kind and id in one."""
        kind, record_id = self.records.select("kind", "id").row(number)
        return f"{kind}:{record_id}"

    def degree(self) -> NDArray[np.int64]:
        """Count the edges at each record, both ways."""
        return np.diff(self.up).astype(np.int64) + np.diff(self.down)


def read_key(text: str) -> tuple[TraceKind, str]:
    """Read ``KIND:ID``.

    Raises:
        BadInput: It is not written so, or there is no such kind.

    >>> read_key("licence:custom:https://example.org/terms")
    ('licence', 'custom:https://example.org/terms')
    """
    kind, colon, record_id = text.partition(":")
    if not colon or not record_id or len(text) > LONGEST_ID:
        raise BadInput(f"'{text:.80}' is not KIND:ID", "record", "write e.g. dataset:alpaca or domain:wikipedia.org")
    found = next((one for one in TRACE_KINDS if one == kind), None)
    if found is None:
        raise BadInput(f"'{kind:.40}' is no kind of record", "record kind", f"use one of {', '.join(TRACE_KINDS)}")
    return found, record_id


def load_trace(connection: duckdb.DuckDBPyConnection, workbench: Workbench | None = None) -> TraceGraph:
    """Read the graph of a catalogue, and of what users keep beside it.

    Args:
        connection: An open catalogue.
        workbench: Systems, assessments, evidence and own models and sets; ``None``: the catalogue alone.

    Raises:
        NotAllowed: Whoever looks may not read the workbench.
    """
    rows = catalogue_rows(connection)
    return TraceGraph.of(rows if workbench is None else with_own(rows, workbench), catalogue_version(connection))


def catalogue_rows(connection: duckdb.DuckDBPyConnection) -> Rows:
    """Read every edge of the catalogue in one query, every record in another, and what replications read."""
    edges, records = (connection.execute(_sql(name)).pl() for name in ("trace_edges", "trace_records"))
    limits = tuple(Limit(*row) for row in connection.execute(_LIMITS).fetchall())
    rows = Rows(edges.cast(EDGE_SCHEMA), records.cast(RECORD_SCHEMA), limits)
    ids = {kind: set(records.filter(pl.col("kind") == kind)["id"]) for kind in ("claim", "source")}
    return rows.beside(_rows(*replication_rows(ids["claim"], ids["source"])))


def with_own(rows: Rows, workbench: Workbench) -> Rows:
    """Put what users keep beside the rows of the catalogue; a task of theirs is linked where it is a benchmark here."""
    own = _rows(*own_rows(workbench, rows.limits))
    benchmarks = rows.records.filter(pl.col("kind") == "benchmark")["id"]
    known = (pl.col("parent_kind") != "benchmark") | pl.col("parent").is_in(benchmarks.implode())
    return rows.beside(Rows(own.edges.filter(known), own.records))


def _rows(edges: Sequence[tuple[str, ...]], records: Sequence[tuple[str, ...]]) -> Rows:
    return Rows(
        pl.DataFrame(edges, schema=EDGE_SCHEMA, orient="row"),
        pl.DataFrame(records, schema=RECORD_SCHEMA, orient="row"),
    )


@cache
def _sql(name: str) -> str:
    return Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")


def _check(edges: pl.DataFrame) -> None:
    for column, words in (("child_kind", TRACE_KINDS), ("parent_kind", TRACE_KINDS), ("predicate", PREDICATES)):
        odd = sorted(set(edges[column].unique()) - set(words))
        if odd:
            raise BadInput(f"'{odd[0]!s:.40}' is no {column.replace('_', ' ')}", "trace", "extend trace_vocabulary.py")


def _ways(end: Ints, size: int) -> tuple[Ints, Ints]:
    """Sort the edges by the record they lead away from; the order among equals is kept."""
    order = np.argsort(end, kind="stable").astype(np.int32)
    starts = np.searchsorted(end[order], np.arange(size + 1)).astype(np.int32)
    return starts, order


def find_records(graph: TraceGraph, words: str, limit: int = 20) -> pl.DataFrame:
    """Find records whose name or id holds the words; the same name first, then the best connected.

    Args:
        graph: Of `load_trace`.
        words: As typed; ``KIND:ID`` finds that record.
        limit: At most so many.

    Returns:
        Columns key, kind, id, label and edges, the number of edges at the record.
    """
    asked = " ".join(words.lower().split())[:300]
    rows = graph.records.with_columns(edges=pl.Series(graph.degree())).select(
        pl.concat_str("kind", pl.lit(":"), "id").alias("key"), "kind", "id", "label", "edges"
    )
    name, record_id = pl.col("label").str.to_lowercase(), pl.col("id").str.to_lowercase()
    same = (name == asked) | (record_id == asked) | (pl.col("key").str.to_lowercase() == asked)
    held = same | name.str.contains(asked, literal=True) | record_id.str.contains(asked, literal=True)
    found = rows.with_columns(same=same, start=name.str.starts_with(asked)).filter(held if asked else pl.lit(False))
    order = found.sort("same", "start", "edges", "key", descending=[True, True, True, False])
    return order.head(limit).drop("same", "start")
