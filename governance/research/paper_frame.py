"""The frame of all papers: bibliographic facts, our summary, and how many claims of what unit are recorded."""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl

from governance.catalogue.select import FacetIndex
from governance.research.paper_selection import PAPER_FACETS

LISTS = ("authors", "affiliation", "theme", "claim_unit", "links")

_SQL = """
WITH counted AS (
    SELECT paper_id, count(*) AS claims, count(*) FILTER (kind = 'numeric') AS numbers,
           list_sort(list(DISTINCT unit) FILTER (unit IS NOT NULL)) AS units
    FROM claim GROUP BY paper_id
)
SELECT p.id, p.title, p.authors, p.et_al, p.affiliations AS affiliation, p.day, p.year, p.category, p.arxiv_id,
       p.themes AS theme, p.modality, p.languages,
       CASE p.code WHEN true THEN 'yes' WHEN false THEN 'not_said' END AS code,
       coalesce(c.claims, 0) AS claims, coalesce(c.numbers, 0) AS numbers,
       CASE WHEN c.numbers > 0 THEN 'yes' ELSE 'no' END AS numeric, c.units AS claim_unit,
       p.summary, u.use, p.links, p.source_id
FROM paper AS p LEFT JOIN counted AS c ON c.paper_id = p.id LEFT JOIN paper_use AS u ON u.paper_id = p.id
"""


def paper_frame(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Make the frame of all papers, ordered by title; its columns are those of the exports.

    Returns:
        One row a paper. ``authors`` are the first ones, and ``et_al`` says whether there are more; ``code`` is yes or
        not_said: that an abstract does not say so is no sign that there is none.
    """
    frame = connection.execute(_SQL).pl()
    return frame.with_columns(
        pl.col(name).cast(pl.List(pl.String)).fill_null(pl.lit([], dtype=pl.List(pl.String))) for name in LISTS
    ).sort(pl.col("title").str.to_lowercase(), "id")


def paper_index(frame: pl.DataFrame) -> FacetIndex:
    """Make the frame ready for counting; its text is title, authors, summary and id."""
    columns: dict[str, object] = {
        facet.field: frame[facet.column or facet.field].cast(pl.Float64).fill_null(np.nan).to_numpy()
        if facet.kind == "range"
        else frame[facet.field]
        for facet in PAPER_FACETS
    }
    text = pl.concat_str(
        "title", pl.col("authors").list.join(" "), pl.col("summary").fill_null(""), "id", separator=" "
    )
    return FacetIndex.build(PAPER_FACETS, columns, frame.select(text.alias("text"))["text"].to_list())
