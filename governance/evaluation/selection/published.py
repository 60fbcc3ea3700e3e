"""What papers state of selection effects, quoted, to stand beside what the settings give."""

from __future__ import annotations

import duckdb

from governance.evaluation.published import Claim, published

PAPER = "leaderboard-illusion"
UNITS = ("variants", "% of data", "% relative gain")


def published_figures(connection: duckdb.DuckDBPyConnection) -> dict[str, Claim]:
    """Give the figures on selection as abstracts state them, by the last part of their id."""
    claims = [claim for unit in UNITS for claim in published(connection, unit)]
    return {claim.id.removeprefix(f"{PAPER}/"): claim for claim in claims if claim.id.startswith(f"{PAPER}/")}


def quoted(claim: Claim) -> str:
    """Write a figure with its unit and meaning, and say that it is quoted."""
    gap = "" if claim.unit.startswith("%") else " "
    return f"{claim.value:g}{gap}{claim.unit}: {claim.text} (quoted from the abstract of {claim.paper}, {claim.year})"
