"""Records of the catalogue as evidence: that they exist, and the few facts worth freezing."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
from pydantic import BaseModel

from governance.assessment.records import Evidence
from governance.catalogue.connect import catalogue_version
from governance.errors import BadInput, NotFound

_QUERIES = {
    "dataset": """
        SELECT d.name AS name, d.snapshot AS snapshot, d.collection_id AS collection, d.modality AS modality,
               d.year AS year, d.examples AS examples, d.hours AS hours, d.human_annotated AS human_annotated,
               d.synthetic AS synthetic, d.source_id AS source,
               (SELECT list_sort(list(DISTINCT l.stated)) FROM dataset_licence AS l
                WHERE l.snapshot = d.snapshot AND l.dataset_id = d.id AND l.host = 'audit') AS licences
        FROM dataset AS d WHERE d.id = $id ORDER BY d.snapshot = 'current' DESC LIMIT 1""",
    "collection": """
        SELECT name, snapshot, modality, url, source_id AS source FROM collection
        WHERE id = $id ORDER BY snapshot = 'current' DESC LIMIT 1""",
    "model": """
        SELECT m.name AS name, m.organisation AS organisation, m.country AS country, m.released AS released,
               m.parameters AS parameters, m.tokens AS tokens, m.openness AS openness,
               c.training_flop AS training_flop, c.confidence AS confidence, c.energy_kwh AS energy_kwh,
               m.version AS version, m.source_id AS source
        FROM model AS m LEFT JOIN compute_record AS c ON c.model_id = m.id WHERE m.id = $id LIMIT 1""",
    "licence": """
        SELECT name, snapshot, spdx, use, attribution, share_alike, basis, source_id AS source FROM licence
        WHERE id = $id ORDER BY snapshot = 'current' DESC LIMIT 1""",
    "threshold": """
        SELECT instrument AS name, jurisdiction, citation, status, applies_from, logic, source_id AS source
        FROM threshold WHERE id = $id""",
    "accelerator": """
        SELECT name, maker, released, bf16_flops, memory_bytes, power_watts, source_id AS source
        FROM accelerator WHERE id = $id""",
    "grid": """
        SELECT coalesce(name, code) AS name, year, co2e_kg_per_kwh, water_l_per_kwh, basis, source_id AS source
        FROM grid WHERE id = $id""",
    "source": """
        SELECT title AS name, publisher, version, licence, url, retrieved, checksum, id AS source
        FROM source WHERE id = $id""",
}
RECORD_KINDS: tuple[str, ...] = tuple(_QUERIES)
GONE = "the record, which is gone"


class CatalogueRecord(BaseModel, frozen=True):
    """A record of the catalogue as it is now.

    Args:
        kind: Which table it is in.
        id: Its id there.
        name: As people call it.
        facts: Field to value, as JSON values; unknown is ``None``.
        catalogue: Version of the catalogue.
    """

    kind: str
    id: str
    name: str
    facts: dict[str, Any]
    catalogue: str


def find_record(connection: duckdb.DuckDBPyConnection, kind: str, record_id: str) -> CatalogueRecord:
    """Read a record of the catalogue.

    Args:
        connection: An open catalogue.
        kind: One of `RECORD_KINDS`.
        record_id: Its id there.

    Raises:
        BadInput: Records of that kind are not taken.
        NotFound: There is none of that id.
    """
    if kind not in _QUERIES:
        raise BadInput(f"'{kind:.40}' is no kind of record", "record kind", f"use one of {', '.join(RECORD_KINDS)}")
    cursor = connection.cursor().execute(_QUERIES[kind], {"id": record_id})
    row = cursor.fetchone()
    if row is None:
        raise NotFound(f"there is no {kind} '{record_id:.80}'", "catalogue", "search for it to see its id")
    names = [column[0] for column in cursor.description or ()]
    facts = {name: _plain(value) for name, value in zip(names, row, strict=True)}
    return CatalogueRecord(
        kind=kind,
        id=record_id,
        name=str(facts.pop("name")),
        facts=facts,
        catalogue=catalogue_version(connection),
    )


def changes_since(connection: duckdb.DuckDBPyConnection, evidence: Evidence) -> tuple[str, ...] | None:
    """Name the facts that the catalogue now gives otherwise than when evidence was frozen.

    Returns:
        ``None`` where that cannot be told: it is no record, or no facts were frozen with it.
    """
    if evidence.kind != "record" or evidence.record_kind not in _QUERIES or not evidence.facts:
        return None
    try:
        now = find_record(connection, evidence.record_kind, evidence.record_id).facts
    except NotFound:
        return (GONE,)
    return tuple(name for name, value in evidence.facts.items() if name in now and now[name] != value)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
