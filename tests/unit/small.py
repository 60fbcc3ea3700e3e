"""A catalogue in memory with a handful of licences, for tests that make their own lineage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from governance.catalogue.connect import SCHEMA
from governance.provenance.lineage import EffectiveOfAll, effective_of_all, load_graph
from governance.provenance.policies import Policy

# id: (kind, use, attribution, share-alike, known, SPDX)
LICENCES: dict[str, tuple[str, str, bool | None, bool | None, bool, str | None]] = {
    "MIT License": ("licence", "commercial", True, False, True, "MIT"),
    "CC0 1.0": ("licence", "commercial", False, False, True, "CC0-1.0"),
    "CC BY-SA 3.0": ("licence", "commercial", True, True, True, "CC-BY-SA-3.0"),
    "CC BY-SA 4.0": ("licence", "commercial", True, True, True, "CC-BY-SA-4.0"),
    "GNU General Public License v3.0": ("licence", "commercial", True, True, True, "GPL-3.0-only"),
    "CC BY-NC 4.0": ("licence", "noncommercial", True, False, True, "CC-BY-NC-4.0"),
    "CC BY-NC-SA 4.0": ("licence", "noncommercial", True, True, True, "CC-BY-NC-SA-4.0"),
    "Various": ("mixed", "academic_only", None, None, True, None),
    "custom:https://example.org/?": ("custom", "academic_only", None, None, True, None),
    "OpenAI": ("generated_terms", "noncommercial", None, None, True, None),
    "Unspecified": ("none_stated", "unspecified", False, False, True, None),
    "Mystery": ("licence", "academic_only", None, None, False, None),
}
DATASETS = """
INSERT INTO dataset BY NAME
SELECT 'current' AS snapshot, unnest($1::VARCHAR[]) AS id, id AS stated_id, id AS name, 'C' AS collection_id,
       'text' AS modality, 'people' AS authorship, 'dpi' AS source_id,
       'f' AS source_file,
       id AS source_key, 'facts' AS origin
"""
Edge = tuple[str, str]
"""Child, parent."""


@dataclass(frozen=True)
class SmallCatalogue:
    """An empty catalogue in memory and ways to fill it."""

    connection: duckdb.DuckDBPyConnection

    @staticmethod
    def connect() -> duckdb.DuckDBPyConnection:
        """Make the tables in memory."""
        connection = duckdb.connect()
        for script in sorted(SCHEMA.glob("*.sql")):
            connection.execute(script.read_text(encoding="utf-8"))
        rows = [["current", key, key, terms[5], *terms[:5], "test", None, "dpi"] for key, terms in LICENCES.items()]
        connection.executemany("INSERT INTO licence VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        return connection

    def clear(self) -> None:
        """Forget everything but the licences."""
        for table in ("dataset", "node", "derivation", "dataset_licence", "link"):
            self.connection.execute(f"DELETE FROM {table}")

    def fill(
        self,
        own: Mapping[str, Sequence[str]],
        edges: Iterable[Edge] = (),
        missing: Iterable[str] = (),
        models: Mapping[str, str] | None = None,
    ) -> None:
        """Put in datasets with their licences, parents without a record, models with their terms, and edges."""
        self.clear()
        kinds = [(one, "dataset", True) for one in own] + [(one, "work", False) for one in missing]
        kinds += [(one, "model", True) for one in models or {}]
        self._insert("node", [["current", one, kind, one, recorded, None] for one, kind, recorded in kinds])
        derived = [["current", child, parent, "derived_from", None, "stated", "dpi"] for child, parent in edges]
        self._insert("derivation", derived)
        self.connection.execute(DATASETS, [list(own)])
        stated = [(one, place, key) for one, keys in own.items() for place, key in enumerate(keys)]
        rows = [["current", one, "audit", place, key, key, None, None] for one, place, key in stated]
        self._insert("dataset_licence", rows)
        terms = [["model", one, "under_terms", "licence", key, "dpi"] for one, key in (models or {}).items()]
        self._insert("link", terms)

    def effective(self, policy: Policy) -> EffectiveOfAll:
        """Work out the effective terms of all nodes."""
        return effective_of_all(self.connection, load_graph(self.connection), policy)

    def _insert(self, table: str, rows: Sequence[Sequence[object]]) -> None:
        if rows:
            marks = "(" + ", ".join("?" * len(rows[0])) + ")"
            values = [value for row in rows for value in row]
            self.connection.execute(f"INSERT INTO {table} VALUES {', '.join([marks] * len(rows))}", values)
