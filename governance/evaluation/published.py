"""What papers on evaluation publish, to stand beside one's own figures."""

from __future__ import annotations

import duckdb
from pydantic import BaseModel

WIN_RATE, TIE_CUT = "% win rate", "% fewer ties"


class Claim(BaseModel, frozen=True):
    """A published figure.

    Args:
        id: Its id.
        paper: Title of the paper.
        year: Of the paper.
        text: What the figure is of.
        value: The figure.
        unit: Its unit.
    """

    id: str
    paper: str
    year: int
    text: str
    value: float
    unit: str


def published(connection: duckdb.DuckDBPyConnection, unit: str) -> tuple[Claim, ...]:
    """List the published figures of a unit, the smallest first; votes behind them are unknown.

    Args:
        connection: The catalogue.
        unit: Such as `WIN_RATE`.
    """
    rows = connection.execute(
        """
        SELECT claim.id, paper.title, paper.year, claim.text, claim.published, claim.unit
        FROM claim JOIN paper ON paper.id = claim.paper_id
        WHERE claim.unit = ? AND claim.published IS NOT NULL ORDER BY claim.published, claim.id
        """,
        [unit],
    ).fetchall()
    names = ("id", "paper", "year", "text", "value", "unit")
    return tuple(Claim.model_validate(dict(zip(names, row, strict=True))) for row in rows)
