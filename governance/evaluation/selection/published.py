"""What papers state of selection effects, quoted, to stand beside what the settings give."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """A figure as a paper states it; not worked out here.

    Args:
        id: Stable.
        paper: Authors, year, title.
        value, unit: The figure.
        meaning: What it is, in our words.
        quoted_from: The part of the paper that states it.
        url: The paper.
    """

    id: str
    paper: str
    value: float
    unit: str
    meaning: str
    quoted_from: str
    url: str

    def words(self) -> str:
        """Write the figure with its unit and meaning."""
        gap = "" if self.unit == "%" else " "
        return f"{self.value:g}{gap}{self.unit}: {self.meaning} (quoted from the {self.quoted_from} of {self.paper})"


def published_figures(connection: duckdb.DuckDBPyConnection) -> dict[str, PublishedFigure]:
    """Give the quoted figures by id."""
    rows = connection.execute(
        "SELECT id, paper, value, unit, meaning, quoted_from, url FROM published_figure ORDER BY id"
    ).fetchall()
    return {row[0]: PublishedFigure(*row) for row in rows}
