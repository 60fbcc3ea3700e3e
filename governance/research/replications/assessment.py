"""Claims computed from the forms and studies."""

from __future__ import annotations

import duckdb

from governance.research.claim_types import Computed
from governance.research.replications.registry import replicates

SOURCE = "touchstone-framework"
READ = "The form follows the paper's structure: this checks that what it asks is all that the paper names, no more."


@replicates("social-impact-evaluation/overarching", unit="count", needs=(SOURCE,), basis="form", page="social-impact")
def impact_parts(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Count the parts of the social-impact form that hold categories."""
    kinds = _items(connection, "social_impact", "base") and 1, _items(connection, "social_impact", "society") and 1
    return _counted(sum(kinds), "parts of the social-impact form: the base system, and society")


@replicates(
    "social-impact-evaluation/base_categories", unit="count", needs=(SOURCE,), basis="form", page="social-impact"
)
def impact_base(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Count the categories of a base system."""
    return _counted(_items(connection, "social_impact", "base"), "categories of a base system in the form")


@replicates(
    "social-impact-evaluation/society_categories", unit="count", needs=(SOURCE,), basis="form", page="social-impact"
)
def impact_society(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Count the categories of society."""
    return _counted(_items(connection, "social_impact", "society"), "categories of the societal context in the form")


@replicates("frontier-ai-regulation/challenges", unit="count", needs=(SOURCE,), basis="form", page="risk")
def risk_challenges(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Count the challenges the risk form starts from."""
    return _counted(_items(connection, "risk", "challenge"), "challenges that the risk form starts from")


@replicates("frontier-ai-regulation/building_blocks", unit="count", needs=(SOURCE,), basis="form", page="risk")
def risk_blocks(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Count the building blocks the risk form starts from."""
    return _counted(_items(connection, "risk", "building_block"), "building blocks that the risk form starts from")


@replicates("frontier-ai-regulation/standards", unit="count", needs=(SOURCE,), basis="form", page="risk")
def risk_standards(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Count the sections of the risk form whose place comes from the paper."""
    value = _items(connection, "risk", "section", verified=True)
    return _counted(value, "sections of the risk form that stand in the paper; two more are ours")


@replicates("ai-biorisk/threat_models", unit="count", needs=(SOURCE,), basis="form", page="evidence-review")
def threat_models(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Count the threat models of the evidence review."""
    return _counted(_items(connection, "evidence_review", "threat_model"), "threat models of the evidence review")


def _items(connection: duckdb.DuckDBPyConnection, framework: str, kind: str, *, verified: bool = False) -> int:
    row = connection.execute(
        """
        SELECT count(*) FROM framework_item
        WHERE framework = ? AND kind = ? AND (evidence = 'verified' OR NOT ?)
        """,
        [framework, kind, verified],
    ).fetchone()
    return int(row[0]) if row else 0


def _counted(value: int, what: str) -> Computed:
    return Computed(
        value=value or None, unit="count", n=value, method=f"{what}, counted", sources=(SOURCE,), reason=READ
    )
