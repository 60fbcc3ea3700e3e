"""What papers state of selection effects, quoted, to stand beside what the settings give."""

from __future__ import annotations

import duckdb

from governance.evaluation.published import Claim, published

PAPER = "leaderboard-illusion"
FIGURES = ("private_variants", "google_share", "openai_share", "open_models", "open_share", "data_gain")
WHO = {"google_share": "Google", "openai_share": "OpenAI", "open_share": "83 models"}


def published_figures(connection: duckdb.DuckDBPyConnection) -> dict[str, Claim]:
    """Give the figures on selection as abstracts state them, by the last part of their id."""
    claims = published(connection, tuple(f"{PAPER}/{name}" for name in FIGURES))
    return {claim.id.removeprefix(f"{PAPER}/"): claim for claim in claims}


def quoted(claim: Claim) -> str:
    """Write a figure with its unit and meaning, and say that it is quoted."""
    unit = "" if claim.unit == "count" else claim.unit
    who = f" ({WHO[name]})" if (name := claim.id.removeprefix(f"{PAPER}/")) in WHO else ""
    return f"{claim.value:g}{unit}: {claim.text}{who}, quoted from the abstract of {claim.paper}, {claim.year}"
