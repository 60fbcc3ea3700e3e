"""All that an export needs, fetched once: the exporters then are pure functions of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Protocol

import duckdb
import polars as pl

from governance.catalogue.connect import catalogue_version
from governance.catalogue.selection import Selection
from governance.catalogue.vocabulary import HOSTS, DerivationKind, Host, NodeKind, Snapshot, UseClass
from governance.provenance.policies import Policy, policy_of


class Selected(Protocol):
    """What a selection gave, as `governance.provenance.datasets.select_datasets` returns it."""

    @property
    def selection(self) -> Selection:
        """The selection."""

    @property
    def frame(self) -> pl.DataFrame:
        """All rows it matched, in its order."""


@dataclass(frozen=True, slots=True)
class LicenceStatement:
    """One licence that one host states for one dataset; the classes are the audit's, before any policy."""

    dataset_id: str
    host: Host
    stated: str
    licence_id: str
    name: str
    spdx: str | None
    kind: str | None
    use: UseClass | None
    attribution: bool | None
    share_alike: bool | None
    known: bool
    url: str | None


@dataclass(frozen=True, slots=True)
class Reference:
    """The bibliographic fields of a dataset's paper."""

    dataset_id: str
    entry_type: str
    title: str
    authors: tuple[str, ...]
    year: int | None
    venue: str | None
    volume: str | None
    pages: str | None


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A node of the lineage; ``recorded`` is false for a parent without a record."""

    id: str
    kind: NodeKind
    label: str
    recorded: bool
    url: str | None


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """Why ``parent`` stands behind ``child``."""

    child: str
    parent: str
    kind: DerivationKind
    stated: str | None
    basis: str


@dataclass(frozen=True, slots=True)
class SourceCredit:
    """Whom to credit for the facts."""

    id: str
    title: str
    publisher: str
    version: str
    licence: str | None
    url: str
    retrieved: date | None
    citation: str


@dataclass(frozen=True)
class ExportBundle:
    """A selection with everything that any export format needs.

    Args:
        selection: What was asked.
        policy: The whole policy, so that a user's own one travels.
        snapshot: State of the audit.
        catalogue_version: 12 hex digits.
        frame: One row a dataset, in the selection's order.
        licences: Statements of all hosts on those datasets.
        references: Bibliographic fields of those that have them.
        nodes: Those datasets and everything upstream of them.
        edges: The derivations among these nodes.
        sources: Where the snapshot's facts came from.
    """

    selection: Selection
    policy: Policy
    snapshot: Snapshot
    catalogue_version: str
    frame: pl.DataFrame
    licences: tuple[LicenceStatement, ...] = ()
    references: tuple[Reference, ...] = ()
    nodes: tuple[GraphNode, ...] = ()
    edges: tuple[GraphEdge, ...] = ()
    sources: tuple[SourceCredit, ...] = ()

    @cached_property
    def licences_by_dataset(self) -> dict[str, list[LicenceStatement]]:
        """Statements grouped by dataset."""
        grouped: dict[str, list[LicenceStatement]] = {}
        for statement in self.licences:
            grouped.setdefault(statement.dataset_id, []).append(statement)
        return grouped

    @cached_property
    def labels(self) -> dict[str, str]:
        """Node id to label."""
        return {node.id: node.label for node in self.nodes}

    @cached_property
    def unrecorded(self) -> frozenset[str]:
        """Ids of parents without a record."""
        return frozenset(node.id for node in self.nodes if not node.recorded)

    @cached_property
    def parents_of(self) -> dict[str, list[GraphEdge]]:
        """Edges upward, grouped by child."""
        grouped: dict[str, list[GraphEdge]] = {}
        for edge in self.edges:
            grouped.setdefault(edge.child, []).append(edge)
        return grouped

    @property
    def counts(self) -> dict[str, int]:
        """How many of each thing the bundle holds."""
        return {
            "datasets": self.frame.height,
            "licence_statements": len(self.licences),
            "references": len(self.references),
            "lineage_nodes": len(self.nodes),
            "lineage_edges": len(self.edges),
        }


_LICENCES = """
    SELECT stated.dataset_id, stated.host, stated.stated, stated.licence_id,
           coalesce(licence.name, stated.licence_id) AS name, licence.spdx, licence.kind, licence.use,
           licence.attribution, licence.share_alike, coalesce(licence.known, false) AS known,
           coalesce(CASE WHEN stated.url ILIKE 'http%' THEN stated.url END, licence.url) AS url
    FROM dataset_licence AS stated
    LEFT JOIN licence ON licence.snapshot = stated.snapshot AND licence.id = stated.licence_id
    WHERE stated.snapshot = ? AND stated.dataset_id IN (SELECT unnest(?::VARCHAR[]))
    ORDER BY stated.dataset_id, list_position(?::VARCHAR[], stated.host), stated.position, stated.stated,
             stated.licence_id
"""
_REFERENCES = """
    SELECT dataset_id, entry_type, title, authors, year, venue, volume, pages
    FROM bibliography
    WHERE snapshot = ? AND dataset_id IN (SELECT unnest(?::VARCHAR[]))
    ORDER BY ALL
"""
_NODES = """
    WITH RECURSIVE upstream AS (
        SELECT unnest(?::VARCHAR[]) AS id
        UNION
        SELECT derivation.parent AS id
        FROM upstream JOIN derivation ON derivation.child = upstream.id
        WHERE derivation.snapshot = ?
    )
    SELECT node.id, node.kind, node.label, node.recorded, node.url
    FROM node JOIN upstream ON upstream.id = node.id
    WHERE node.snapshot = ?
    ORDER BY ALL
"""
_EDGES = """
    SELECT DISTINCT child, parent, kind, stated, basis
    FROM derivation
    WHERE snapshot = ? AND child IN (SELECT unnest(?::VARCHAR[]))
    ORDER BY ALL
"""
_SOURCES = """
    SELECT id, title, publisher, version, licence, url, retrieved, citation
    FROM source
    WHERE id IN (
        SELECT source_id FROM dataset WHERE snapshot = ?
        UNION
        SELECT source_id FROM licence WHERE snapshot = ?
    )
    ORDER BY id
"""


def make_bundle(connection: duckdb.DuckDBPyConnection, result: Selected, policy: Policy | None = None) -> ExportBundle:
    """Fetch all that the exports of a selection need.

    Args:
        connection: An open catalogue.
        result: What `select_datasets` returned.
        policy: The policy it was read under; by default the shipped one that the selection names.

    Raises:
        NotFound: The selection names a policy that is not shipped, and none is given.
    """
    selection, frame = result.selection, result.frame
    snapshot, ids = selection.snapshot, frame["id"].to_list()
    cursor = connection.cursor()

    def rows(query: str, *values: object) -> list[Any]:
        return cursor.execute(query, values).fetchall()

    nodes = tuple(GraphNode(*row) for row in rows(_NODES, ids, snapshot, snapshot))
    return ExportBundle(
        selection=selection,
        policy=policy or policy_of(selection.policy),
        snapshot=snapshot,
        catalogue_version=catalogue_version(cursor),
        frame=frame,
        licences=tuple(LicenceStatement(*row) for row in rows(_LICENCES, snapshot, ids, list(HOSTS))),
        references=tuple(_reference(*row) for row in rows(_REFERENCES, snapshot, ids)),
        nodes=nodes,
        edges=tuple(GraphEdge(*row) for row in rows(_EDGES, snapshot, [node.id for node in nodes])),
        sources=tuple(SourceCredit(*row) for row in rows(_SOURCES, snapshot, snapshot)),
    )


def _reference(dataset_id: str, entry_type: str, title: str, authors: list[str], *rest: Any) -> Reference:  # noqa: ANN401
    year, venue, volume, pages = rest
    return Reference(dataset_id, entry_type, title, tuple(authors), year, venue, volume, pages)
