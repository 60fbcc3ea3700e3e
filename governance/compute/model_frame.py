"""The frame of all models: what is published of each, what our table adds, and the user's own beside them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import duckdb
import numpy as np
import polars as pl

from governance.catalogue.select import FacetIndex
from governance.compute.model_selection import MODEL_FACETS
from governance.compute.own_models import PREFIX, OwnModel
from governance.compute.uncertainty import LINES, chance_above, chance_column, factors

FLAGS = {True: "yes", False: "no"}
YES_NO = ("open_weights", "frontier", "has_base")
LISTS = ("organisation", "organisation_kind", "country", "domain", "method", "hardware")

_SQL = """
WITH record AS (
    SELECT * FROM compute_record
    QUALIFY row_number() OVER (PARTITION BY model_id ORDER BY training_flop IS NULL, source_id, version) = 1
), rated AS (
    SELECT model_id, max(value) AS capability FROM capability WHERE index_id = 'eci' GROUP BY model_id
)
SELECT m.id, m.name, m.organisation, m.organisation_kind, m.country, m.domain, m.released,
       CAST(year(m.released) AS SMALLINT) AS year, m.openness, m.open_weights, m.frontier,
       m.base_model, m.base_model_id, m.parameters,
       coalesce(m.active_parameters, i.active_parameters) AS active_parameters,
       coalesce(m.tokens, i.tokens) AS tokens, coalesce(m.architecture, i.architecture) AS architecture,
       i.evidence AS input_evidence, m.dataset_size, m.epochs,
       r.training_flop, r.confidence, r.low AS stated_low, r.high AS stated_high, r.finetune_flop, r.posttrain_flop,
       r.method, CASE WHEN r.hardware IS NULL THEN NULL ELSE string_split(r.hardware, ', ') END AS hardware,
       r.chips, r.training_hours, r.chip_hours, r.mfu, r.hfu, r.numeric_format, r.cost_usd, r.cost_year,
       r.power_watts, r.energy_kwh, r.co2e_kg, e.capability, m.url, m.paper, m.version, m.source_id, m.origin
FROM model AS m
LEFT JOIN record AS r ON r.model_id = m.id
LEFT JOIN model_input AS i ON i.model_id = m.id
LEFT JOIN rated AS e ON e.model_id = m.id
"""


def model_frame(connection: duckdb.DuckDBPyConnection, own: Sequence[OwnModel] = ()) -> pl.DataFrame:
    """Make the frame of all models, ordered by name; its columns are those of the exports.

    Args:
        connection: An open catalogue.
        own: Models of the user's own, put beside the published ones with origin ``user``.

    Returns:
        One row a model. ``flop_low`` and ``flop_high`` hold 90% by the source's confidence, or as an own
        model states them; ``p_above_1e25`` and its like are chances, null where nothing says how sure.
    """
    published = connection.execute(_SQL).pl()
    mine = pl.DataFrame([_own_row(one) for one in own], schema=published.schema) if own else None
    frame = published if mine is None else pl.concat([published, mine])
    frame = frame.with_columns(pl.col(name).fill_null(pl.lit([], dtype=pl.List(pl.String))) for name in LISTS)
    return _uncertain(frame).sort(pl.col("name").str.to_lowercase(), "id")


def model_index(frame: pl.DataFrame) -> FacetIndex:
    """Make the frame ready for counting."""
    columns: dict[str, object] = {}
    for facet in MODEL_FACETS:
        if facet.kind == "range":
            columns[facet.field] = frame[facet.column or facet.field].cast(pl.Float64).fill_null(np.nan).to_numpy()
        elif facet.field in YES_NO:
            columns[facet.field] = frame[facet.field].replace_strict(FLAGS, default=None, return_dtype=pl.String)
        else:
            columns[facet.field] = frame[facet.field]
    stated = (pl.col(name).fill_null("") for name in ("base_model", "paper"))
    lists = (pl.col(name).list.join(" ") for name in ("organisation", "domain", "hardware"))
    text = pl.concat_str("name", "id", *stated, *lists, separator=" ").alias("text")
    return FacetIndex.build(MODEL_FACETS, columns, frame.select(text)["text"].to_list())


def order_of_flop(flop: float | None) -> str | None:
    """Name the power of ten that a number of operations is in.

    >>> order_of_flop(1e25), order_of_flop(9.9e24), order_of_flop(None)
    ('1e25 to 1e26', '1e24 to 1e25', None)
    """
    if flop is None:
        return None
    power = Decimal(repr(flop)).adjusted()  # as written: 1e24 as a float is a little less
    return f"1e{power} to 1e{power + 1}"


def _own_row(model: OwnModel) -> dict[str, object]:
    row: dict[str, object] = model.model_dump(exclude={"low", "high", "url", "hardware"})
    year = model.released.year if model.released else None
    chips, hours = model.chips, model.training_hours
    return {
        **{name: list(value) if isinstance(value, tuple) else value for name, value in row.items()},
        "id": PREFIX + model.id,
        "year": year,
        "base_model": model.base_model_id,
        "stated_low": model.low,
        "stated_high": model.high,
        "hardware": [model.hardware] if model.hardware else None,
        "chip_hours": chips * hours if chips and hours else None,
        "url": str(model.url) if model.url else None,
        "version": "own",
        "source_id": "own",
        "origin": "user",
    }


def _uncertain(frame: pl.DataFrame) -> pl.DataFrame:
    flop = frame["training_flop"].fill_null(np.nan).to_numpy()
    mine = (pl.col("origin") == "user") & pl.col("stated_low").is_not_null()
    stated = frame.select(pl.when(mine).then((pl.col("stated_high") / pl.col("stated_low")).sqrt()).alias("own"))
    by_class = factors(frame["confidence"].to_list())
    factor = stated["own"].fill_null(np.nan).to_numpy()
    factor = np.where(np.isnan(factor), by_class, factor)
    chances = [pl.Series(chance_column(line), chance_above(flop, factor, line)) for line in LINES]
    low, high = pl.Series("flop_low", flop / factor), pl.Series("flop_high", flop * factor)
    frame = frame.with_columns(column.fill_nan(None) for column in (low, high, *chances))
    return frame.with_columns(
        pl.when(mine).then("stated_low").otherwise("flop_low").alias("flop_low"),
        pl.when(mine).then("stated_high").otherwise("flop_high").alias("flop_high"),
        pl.col("base_model").is_not_null().alias("has_base"),
        pl.Series("flop_order", list(map(order_of_flop, frame["training_flop"])), dtype=pl.String),
    )
