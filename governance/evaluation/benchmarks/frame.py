"""The frame of all benchmarks: what the registry says of each, its licence's class, and what is here of it."""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl

from governance.catalogue.select import FacetIndex
from governance.evaluation.benchmarks.selection import BENCHMARK_FACETS

LISTS = ("language", "language_family", "script", "domain", "subtype", "modality")

# The class of a licence is the audit's: found by SPDX id, by the address of custom terms, or by another name.
_SQL = """
WITH listed AS (
    SELECT benchmark_id, facet, list(value ORDER BY value) AS values FROM benchmark_facet GROUP BY benchmark_id, facet
), facets AS (
    SELECT benchmark_id,
           any_value(values) FILTER (facet = 'language') AS language,
           any_value(values) FILTER (facet = 'language_family') AS language_family,
           any_value(values) FILTER (facet = 'script') AS script,
           any_value(values) FILTER (facet = 'domain') AS domain,
           any_value(values) FILTER (facet = 'subtype') AS subtype,
           any_value(values) FILTER (facet = 'modality') AS modality
    FROM listed GROUP BY benchmark_id
), by_spdx AS (
    SELECT spdx, any_value(use) AS use FROM licence
    WHERE snapshot = 'current' AND spdx IS NOT NULL GROUP BY spdx HAVING count(DISTINCT use) = 1
), by_address AS (
    SELECT url, any_value(use) AS use FROM licence
    WHERE snapshot = 'current' AND kind = 'custom' AND url IS NOT NULL GROUP BY url HAVING count(DISTINCT use) = 1
), by_name AS (
    SELECT lower(a.name) AS name, any_value(l.use) AS use FROM licence_alias AS a
    JOIN licence AS l ON l.snapshot = 'current' AND l.id = a.licence_id
    GROUP BY lower(a.name) HAVING count(DISTINCT l.use) = 1
), scored AS (
    SELECT task, count(DISTINCT model) AS models FROM result GROUP BY task
)
SELECT b.id, b.name, b.type, f.subtype, f.modality, f.domain, b.metric, b.category,
       f.language, f.language_family, f.script, b.languages,
       CASE WHEN b.licence IS NULL OR b.licence = 'not specified' THEN 'unspecified'
            ELSE coalesce(s.use, u.use, n.use) END AS licence_use,
       coalesce(b.spdx, CASE WHEN b.licence = 'not specified' THEN NULL ELSE b.licence END) AS licence,
       CASE WHEN b.licence IS NULL THEN 'empty'
            WHEN b.licence = 'not specified' THEN 'not_specified' END AS licence_gap,
       b.licence AS licence_stated, b.spdx, b.annotation, b.translated, b.creation,
       CASE WHEN r.models > 0 THEN 'yes' ELSE 'no' END AS has_results, coalesce(r.models, 0) AS models,
       b.first_day, b.last_day, CAST(year(b.first_day) AS SMALLINT) AS first_year,
       CAST(year(b.last_day) AS SMALLINT) AS last_year, b.dataset, b.revision, b.reference, b.source_id
FROM benchmark AS b
LEFT JOIN facets AS f ON f.benchmark_id = b.id
LEFT JOIN by_spdx AS s ON s.spdx = b.spdx
LEFT JOIN by_address AS u ON u.url = b.licence
LEFT JOIN by_name AS n ON n.name = lower(b.licence)
LEFT JOIN scored AS r ON r.task = b.id
"""


def benchmark_frame(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Make the frame of all benchmarks, ordered by name; its columns are those of the exports.

    Returns:
        One row a benchmark. ``licence_use`` is null where a licence is stated that nobody classed; ``models`` counts
        the models of the catalogue with scores on it.
    """
    frame = connection.execute(_SQL).pl()
    return frame.with_columns(
        pl.col(name).cast(pl.List(pl.String)).fill_null(pl.lit([], dtype=pl.List(pl.String))) for name in LISTS
    ).sort(pl.col("name").str.to_lowercase(), "id")


def benchmark_index(frame: pl.DataFrame) -> FacetIndex:
    """Make the frame ready for counting."""
    columns: dict[str, object] = {
        facet.field: frame[facet.column or facet.field].cast(pl.Float64).fill_null(np.nan).to_numpy()
        if facet.kind == "range"
        else frame[facet.field]
        for facet in BENCHMARK_FACETS
    }
    stated = (pl.col(name).fill_null("") for name in ("type", "dataset", "reference"))
    lists = (pl.col(name).list.join(" ") for name in ("domain", "subtype"))
    text = pl.concat_str("name", *stated, *lists, separator=" ").alias("text")
    return FacetIndex.build(BENCHMARK_FACETS, columns, frame.select(text)["text"].to_list())
