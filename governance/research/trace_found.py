"""What a trace, a path and a list of what falls hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from governance.research.trace_vocabulary import TRACE_KINDS, TraceKind, page_of

Direction = Literal["up", "down", "both"]
"""Up: what it rests on; down: what rests on it."""
Relation = Literal["same", "rests_on", "supports", "connected", "none"]
"""Of the first record to the second; connected: only through others that both touch."""
NODES = ("key", "kind", "id", "label", "depth", "recorded", "via", "hidden", "predicate", "source", "detail")
EDGES = ("child", "predicate", "parent", "source", "detail")


@dataclass(frozen=True, slots=True)
class Trace:
    """What was found around one record.

    Args:
        start: The record asked for, ``KIND:ID``.
        direction: What was followed.
        depth: Steps followed each way; ``None``: to the end.
        kinds: What was kept; empty: all.
        nodes: One row a record, the start too, nearest first: `NODES`. Depth counts steps, negative for what the start
            rests on; via is the next kept record on the shortest way to the start, hidden how many lie between, and
            predicate, source and detail are those of the edge between them where none does.
        edges: One row an edge between kept records, by their keys: `EDGES`.
        catalogue: Version of the catalogue.
    """

    start: str
    direction: Direction
    depth: int | None
    kinds: tuple[TraceKind, ...]
    nodes: pl.DataFrame
    edges: pl.DataFrame
    catalogue: str

    @property
    def label(self) -> str:
        """Give what the start is called."""
        return str(self.nodes.filter(pl.col("key") == self.start)["label"].item())

    def counts(self, sign: int) -> dict[TraceKind, int]:
        """Count the records by kind: before the start (-1) or after it (1)."""
        side = self.nodes.filter(pl.col("depth") * sign > 0)
        found = dict(side.group_by("kind").len().iter_rows())
        return {kind: found[kind] for kind in TRACE_KINDS if kind in found}

    def document(self) -> dict[str, Any]:
        """Give all of it as JSON values, each record with its page where it has one."""
        return {
            "start": self.start,
            "direction": self.direction,
            "depth": self.depth,
            "kinds": list(self.kinds),
            "catalogue": self.catalogue,
            "nodes": [with_page(row) for row in self.nodes.iter_rows(named=True)],
            "edges": self.edges.to_dicts(),
        }


@dataclass(frozen=True, slots=True)
class Path:
    """The shortest way from one record to another.

    Args:
        relation: How the first stands to the second.
        nodes: The records in order; empty where there is no way.
        edges: The edges in the same order; with ``connected`` some are walked against their direction.
        catalogue: Version of the catalogue.
    """

    relation: Relation
    nodes: pl.DataFrame
    edges: pl.DataFrame
    catalogue: str

    def document(self) -> dict[str, Any]:
        """Give all of it as JSON values."""
        nodes = [with_page(row) for row in self.nodes.iter_rows(named=True)]
        return {
            "relation": self.relation, "catalogue": self.catalogue, "nodes": nodes, "edges": self.edges.to_dicts(),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Falls:
    """What rests on a record, and so may fall with its licence or consent.

    Args:
        trace: All that rests on it.
        counts: Records touched, by kind; those of `TOUCHED` first, with 0 where there is none.
    """

    trace: Trace
    counts: dict[TraceKind, int]

    def touched(self, kind: TraceKind) -> pl.DataFrame:
        """Give the touched records of a kind, nearest first."""
        return self.trace.nodes.filter(pl.col("kind") == kind, pl.col("depth") > 0)

    def document(self) -> dict[str, Any]:
        """Give all of it as JSON values, the records by kind."""
        rows = {kind: [with_page(row) for row in self.touched(kind).iter_rows(named=True)] for kind in self.counts}
        return {"start": self.trace.start, "catalogue": self.trace.catalogue, "counts": self.counts, "touched": rows}


def with_page(row: dict[str, Any]) -> dict[str, Any]:
    """Put the address of a record's page beside it."""
    return {**row, "page": page_of(row["kind"], row["id"])}
