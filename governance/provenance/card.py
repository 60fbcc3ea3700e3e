"""Everything known about one dataset, each fact with where it comes from."""

from __future__ import annotations

import duckdb
from pydantic import BaseModel

from governance.catalogue.connect import catalogue_version
from governance.catalogue.facets import FACETS_BY_FIELD
from governance.catalogue.site_consent import SourcesConsent, sources_of
from governance.catalogue.vocabulary import Host, UseClass
from governance.provenance.conflicts import Conflict
from governance.provenance.lineage import (
    EffectiveOfAll,
    EffectiveTerms,
    LineageEdge,
    LineageNode,
    effective_of_all,
    lineage,
    load_graph,
    not_found,
)
from governance.provenance.policies import POLICIES, Policy

FACTS = {
    "modality": ("Modality", None),
    "year": ("Year of release", None),
    "released": ("Released", None),
    "released_basis": ("Date taken from", None),
    "examples": ("Examples", "examples"),
    "hours": ("Hours", "hours"),
    "speakers": ("Speakers", "people"),
    "mean_input_chars": ("Mean input length", "characters"),
    "mean_target_chars": ("Mean target length", "characters"),
    "min_turns": ("Fewest turns", "turns"),
    "max_turns": ("Most turns", "turns"),
    "human_annotated": ("Human annotation", None),
    "synthetic": ("A model wrote examples", None),
    "taken_down": ("Taken down", None),
}
LINKS = {
    "url": "Dataset",
    "huggingface_url": "Hugging Face",
    "github_url": "GitHub",
    "paperswithcode_url": "Papers with Code",
    "paper_url": "Paper",
}


class Fact(BaseModel, frozen=True):
    """One fact: a value with its unit, and how it came to be.

    Args:
        field: Column or facet.
        label: Its name on the page.
        values: What is known; empty means not stated.
        unit: Of a number.
        basis: Stated by the source, or normalised from what it states.
        source: Id of the source.
    """

    field: str
    label: str
    values: tuple[str | int | float | bool, ...]
    unit: str | None
    basis: str
    source: str


class StatedLicence(BaseModel, frozen=True):
    """One licence as one host states it, with its class and where the class comes from."""

    host: Host
    stated: str
    licence_id: str
    spdx: str | None
    use: UseClass
    attribution: bool | None
    share_alike: bool | None
    known: bool
    basis: str
    url: str | None
    observed: str | None


class Metric(BaseModel, frozen=True):
    """A count and the month it was taken; ``None`` where the source names no month."""

    metric: str
    month: str | None
    value: int


class Reference(BaseModel, frozen=True):
    """The publication that describes the dataset."""

    entry_type: str
    title: str
    authors: tuple[str, ...]
    year: int | None
    venue: str | None
    volume: str | None
    pages: str | None


class DatasetCard(BaseModel, frozen=True):
    """Everything known about one dataset in one snapshot, read under one policy.

    Besides facts and licences: ``sources`` is what its own web sites allow now, ``sources_behind`` the same with
    those of everything it derives from.
    """

    id: str
    name: str
    collection: str
    snapshot: str
    policy: str
    catalogue: str
    stated_id: str
    licence_use: UseClass
    effective: EffectiveTerms
    conflicts: tuple[Conflict, ...]
    missing_parents: int
    facts: tuple[Fact, ...]
    licences: tuple[StatedLicence, ...]
    metrics: tuple[Metric, ...]
    reference: Reference | None
    paper_title: str | None
    links: dict[str, str]
    parents: tuple[LineageNode, ...]
    children: tuple[LineageNode, ...]
    edges: tuple[LineageEdge, ...]
    sources: SourcesConsent
    sources_behind: SourcesConsent
    notes: tuple[str, ...]
    source: str
    source_file: str
    source_key: str
    other_snapshots: tuple[str, ...]


def dataset_card(
    connection: duckdb.DuckDBPyConnection,
    dataset_id: str,
    *,
    snapshot: str = "current",
    policy: Policy = POLICIES["audit"],
    known: EffectiveOfAll | None = None,
) -> DatasetCard:
    """Gather everything known about one dataset.

    Args:
        connection: An open catalogue.
        dataset_id: Its id.
        snapshot: State of the audit.
        policy: How licences are read.
        known: The effective terms of this snapshot and policy, where the caller has them already.

    Raises:
        NotFound: This snapshot has no such dataset.
    """
    everything = known or effective_of_all(connection, load_graph(connection, snapshot), policy)
    if dataset_id not in everything.own:
        raise not_found(dataset_id, everything.own, snapshot)
    row = _row(connection, dataset_id, snapshot)
    near = lineage(connection, dataset_id, snapshot=snapshot, policy=policy, depth=1, known=everything)
    node = {one.id: one for one in near.nodes}
    up = [edge.parent for edge in near.edges if edge.child == dataset_id and edge.parent != dataset_id]
    down = [edge.child for edge in near.edges if edge.parent == dataset_id and edge.child != dataset_id]
    return DatasetCard(
        id=dataset_id,
        name=str(row["name"]),
        collection=str(row["collection_id"]),
        snapshot=snapshot,
        policy=policy.id,
        catalogue=catalogue_version(connection),
        stated_id=str(row["stated_id"]),
        licence_use=everything.own[dataset_id].use,
        effective=near.effective,
        conflicts=near.conflicts,
        missing_parents=near.missing_parents,
        facts=_facts(connection, row),
        licences=_licences(connection, dataset_id, snapshot),
        metrics=_metrics(connection, dataset_id, snapshot),
        reference=_reference(connection, dataset_id, snapshot),
        paper_title=row["paper_title"],
        links={label: str(row[column]) for column, label in LINKS.items() if row[column]},
        parents=tuple(node[key] for key in dict.fromkeys(up)),
        children=tuple(node[key] for key in dict.fromkeys(down)),
        edges=near.edges,
        sources=sources_of(connection, [dataset_id], snapshot),
        sources_behind=near.sources,
        notes=_notes(connection, dataset_id, str(row["stated_id"]), snapshot),
        source=str(row["source_id"]),
        source_file=str(row["source_file"]),
        source_key=str(row["source_key"]),
        other_snapshots=_other_snapshots(connection, dataset_id, snapshot),
    )


def _row(connection: duckdb.DuckDBPyConnection, dataset_id: str, snapshot: str) -> dict[str, object]:
    found = connection.execute("SELECT * FROM dataset WHERE snapshot = ? AND id = ?", [snapshot, dataset_id])
    names = [str(column[0]) for column in found.description or []]
    return dict(zip(names, found.fetchall()[0], strict=True))


def _facts(connection: duckdb.DuckDBPyConnection, row: dict[str, object]) -> tuple[Fact, ...]:
    source = str(row["source_id"])
    facts = [
        Fact(
            field=column,
            label=label,
            values=() if row[column] is None else (_plain(row[column]),),
            unit=unit,
            basis="stated",
            source=source,
        )
        for column, (label, unit) in FACTS.items()
    ]
    rows = connection.execute(
        """
        SELECT f.facet, coalesce(v.label, f.value), f.stated FROM dataset_facet AS f
        LEFT JOIN facet_value AS v ON v.facet = f.facet AND v.value = f.value
        WHERE f.snapshot = ? AND f.dataset_id = ? ORDER BY f.facet, 2
        """,
        [row["snapshot"], row["id"]],
    ).fetchall()
    for field, facet in FACETS_BY_FIELD.items():
        mine = [(str(label), stated) for name, label, stated in rows if name == field]
        if mine:
            written = "; ".join(dict.fromkeys(str(stated) for _, stated in mine if stated))
            basis = f"normalised from: {written}" if written else "stated"
            facts.append(
                Fact(
                    field=field,
                    label=facet.label,
                    values=tuple(label for label, _ in mine),
                    unit=None,
                    basis=basis,
                    source=source,
                )
            )
    return tuple(facts)


def _plain(value: object) -> str | int | float | bool:
    return value if isinstance(value, str | int | float | bool) else str(value)


def _licences(connection: duckdb.DuckDBPyConnection, dataset_id: str, snapshot: str) -> tuple[StatedLicence, ...]:
    rows = connection.execute(
        """
        SELECT d.host, d.stated, l.id, l.spdx, l.use, l.attribution, l.share_alike, l.known, l.basis,
               coalesce(d.url, l.url), d.observed
        FROM dataset_licence AS d JOIN licence AS l ON l.snapshot = d.snapshot AND l.id = d.licence_id
        WHERE d.snapshot = ? AND d.dataset_id = ? ORDER BY d.position
        """,
        [snapshot, dataset_id],
    ).fetchall()
    return tuple(StatedLicence(**dict(zip(StatedLicence.model_fields, row, strict=True))) for row in rows)


def _metrics(connection: duckdb.DuckDBPyConnection, dataset_id: str, snapshot: str) -> tuple[Metric, ...]:
    rows = connection.execute(
        """
        SELECT metric, month, value FROM dataset_metric
        WHERE snapshot = ? AND dataset_id = ? ORDER BY metric, month NULLS FIRST
        """,
        [snapshot, dataset_id],
    ).fetchall()
    return tuple(Metric(metric=metric, month=month, value=value) for metric, month, value in rows)


def _reference(connection: duckdb.DuckDBPyConnection, dataset_id: str, snapshot: str) -> Reference | None:
    rows = connection.execute(
        """
        SELECT entry_type, title, authors, year, venue, volume, pages FROM bibliography
        WHERE snapshot = ? AND dataset_id = ?
        """,
        [snapshot, dataset_id],
    ).fetchall()
    return Reference(**dict(zip(Reference.model_fields, rows[0], strict=True))) if rows else None


def _notes(connection: duckdb.DuckDBPyConnection, dataset_id: str, stated_id: str, snapshot: str) -> tuple[str, ...]:
    rows = connection.execute(
        "SELECT kind, detail FROM import_note WHERE snapshot = ? AND subject IN (?, ?) ORDER BY ALL",
        [snapshot, dataset_id, stated_id],
    ).fetchall()
    return tuple(f"{str(kind).replace('_', ' ')}: {detail}" for kind, detail in rows)


def _other_snapshots(connection: duckdb.DuckDBPyConnection, dataset_id: str, snapshot: str) -> tuple[str, ...]:
    rows = connection.execute(
        "SELECT snapshot FROM dataset WHERE id = ? AND snapshot <> ? ORDER BY 1", [dataset_id, snapshot]
    ).fetchall()
    return tuple(str(row[0]) for row in rows)
