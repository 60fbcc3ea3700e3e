"""What papers on evaluation publish, to stand beside one's own figures."""

from __future__ import annotations

import duckdb
from pydantic import BaseModel

WIN_RATES = (
    "aya-expanse/winrate_70b", "rlhf-many-languages/win_vs_aya23", "rlhf-many-languages/win_vs_others",
    "aya-expanse/max_winrate",
)  # fmt: skip
TIE_CUT = ("prompt-prioritization/tie_cut",)
"""Claims of papers that stand beside one's own figures."""


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


def published(connection: duckdb.DuckDBPyConnection, claims: tuple[str, ...]) -> tuple[Claim, ...]:
    """List published figures, the smallest first; votes behind them are unknown.

    Args:
        connection: The catalogue.
        claims: Their ids, such as `WIN_RATES`.
    """
    rows = connection.execute(
        """
        SELECT claim.id, paper.title, paper.year, claim.text, claim.published, claim.unit
        FROM claim JOIN paper ON paper.id = claim.paper_id
        WHERE claim.id IN (SELECT unnest(?)) AND claim.published IS NOT NULL ORDER BY claim.published, claim.id
        """,
        [list(claims)],
    ).fetchall()
    names = ("id", "paper", "year", "text", "value", "unit")
    return tuple(Claim.model_validate(dict(zip(names, row, strict=True))) for row in rows)
