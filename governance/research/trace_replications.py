"""The registry of replications as edges: a claim is judged by its replication, which computes with whole sources."""

from __future__ import annotations

from collections.abc import Collection

from governance.research.replications.registry import registered

Texts = list[tuple[str, ...]]


def replication_rows(claims: Collection[str], sources: Collection[str]) -> tuple[Texts, Texts]:
    """Give the edges and records of the replications.

    Args:
        claims: Ids of the claims that the catalogue holds.
        sources: Ids of its sources; a replication that needs another is not attempted and has no edge to it.

    Returns:
        Edges and records as `governance.research.trace_graph` orders their columns.
    """
    edges: Texts = []
    records: Texts = []
    for claim, entry in registered().items():
        if claim not in claims:
            continue
        records.append(("replication", claim, f"Replication of {claim}"))
        edges.append(("claim", claim, "assessedBy", "replication", claim, entry.code, "computed here"))
        edges += [
            ("replication", claim, "used", "source", source, entry.code, "all it needs of this source")
            for source in entry.needs
            if source in sources
        ]
    return edges, records
