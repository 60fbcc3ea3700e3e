"""A capability index beside training compute: the table, the line, how they go together, how cheap a level became."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from statistics import NormalDist
from typing import Literal, get_args

import duckdb
import polars as pl
from pydantic import BaseModel

from governance.errors import BadInput, NotFound

FlopSource = Literal["index", "records", "either"]
"""The index's own FLOP, those of the model's compute record, or the first of the two that is known."""
FLOP_SOURCES: tuple[FlopSource, ...] = get_args(FlopSource)

COLUMNS = ("model", "released", "value", "training_flop")
REFERENCE_MODEL = "GPT-4 (Mar 2023)"
SAME = 1e-6
"""A line typed with six decimals still takes in the model that it was read from."""
DAYS_A_MONTH = 365.25 / 12

_FLOP = {"index": "c.training_flop", "records": "r.flop", "either": "coalesce(c.training_flop, r.flop)"}


class Correlation(BaseModel, frozen=True):
    """How the ranks of index and training compute agree among one year's releases.

    Args:
        year: Of release.
        n: Models with both.
        rho: Spearman's coefficient; ``None`` below three models or without spread.
        low, high: Its 95% interval; ``None`` below four models.
    """

    year: int
    n: int
    rho: float | None
    low: float | None
    high: float | None


class Step(BaseModel, frozen=True):
    """A model that reached the line with less compute than any before it; FLOP."""

    model: str
    released: date
    training_flop: float


class LeastCompute(BaseModel, frozen=True):
    """The least disclosed compute that reached a line, as time went on.

    Args:
        line: Value of the index that had to be reached.
        n: Models at or above the line with a date and FLOP.
        steps: Each new minimum, the earliest first.
        factor: First over last minimum.
        months: Between the two.
        halving_months: ``months / log2(factor)``; ``None`` with fewer than two steps.
    """

    line: float
    n: int
    steps: tuple[Step, ...]
    factor: float | None
    months: float | None
    halving_months: float | None


def index_ids(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Name the capability indexes of the catalogue."""
    found = connection.execute("SELECT DISTINCT index_id FROM capability ORDER BY index_id").fetchall()
    return tuple(str(one) for (one,) in found)


def capability(
    connection: duckdb.DuckDBPyConnection, index_id: str = "eci", *, flop: FlopSource = "index"
) -> pl.DataFrame:
    """Give the models of a capability index with their release and training compute.

    Args:
        connection: An open catalogue.
        index_id: Which index.
        flop: Whose FLOP to take.

    Returns:
        One row a model: model, model_id, organisation, released, value, training_flop (FLOP), confidence.

    Raises:
        BadInput: ``flop`` is none of the three words.
        NotFound: The catalogue has no such index.
    """
    if flop not in FLOP_SOURCES:
        raise BadInput(f"'{flop}' is no source of FLOP", "option flop", f"use one of {', '.join(FLOP_SOURCES)}")
    found = connection.execute(
        f"""
        WITH r AS (SELECT model_id, max(training_flop) AS flop FROM compute_record GROUP BY model_id)
        SELECT c.model AS model, c.model_id AS model_id, c.organisation AS organisation, c.released AS released,
               c.value AS value, {_FLOP[flop]} AS training_flop, c.confidence AS confidence
        FROM capability AS c LEFT JOIN r ON r.model_id = c.model_id
        WHERE c.index_id = ? ORDER BY c.released NULLS LAST, c.model
        """,  # noqa: S608 - a constant of this module
        [index_id],
    ).pl()
    if found.is_empty():
        names = ", ".join(index_ids(connection)) or "none"
        raise NotFound(f"there is no index '{index_id}'", "capability", f"the catalogue has: {names}")
    return found


def checked(frame: pl.DataFrame) -> pl.DataFrame:
    """Give the four columns that a backtest needs, as numbers and dates; NaN becomes unknown.

    Args:
        frame: With model, released, value and training_flop; any more are dropped.

    Raises:
        BadInput: A column is missing or cannot be read, or an amount of compute is not above 0.

    >>> checked(pl.DataFrame({"model": ["A"], "released": ["2024-05-01"], "value": [1], "training_flop": [1e25]})).row(
    ...     0
    ... )
    ('A', datetime.date(2024, 5, 1), 1.0, 1e+25)
    """
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        raise BadInput(f"there is no column '{missing[0]}'", "capability table", f"give {', '.join(COLUMNS)}")
    try:
        ready = frame.select(
            pl.col("model").cast(pl.String),
            to_day(frame, "released"),
            pl.col("value", "training_flop").cast(pl.Float64).fill_nan(None),
        )
    except pl.exceptions.PolarsError as error:
        reason = str(error).splitlines()[0]
        raise BadInput(
            f"a value cannot be read: {reason:.120}", "capability table", "dates as 2024-05-01, numbers plain"
        ) from error
    wrong = ready.filter(~(pl.col("training_flop").is_finite() & (pl.col("training_flop") > 0)))
    if not wrong.is_empty():
        raise BadInput(
            f"{wrong['training_flop'][0]} FLOP",
            f"capability table, model {wrong['model'][0]}",
            "leave it out or mend it",
        )
    return ready


def to_day(frame: pl.DataFrame, column: str) -> pl.Expr:
    """Read a column of days, written as dates or as text such as 2024-05-01."""
    return pl.col(column).str.to_date() if frame[column].dtype == pl.String else pl.col(column).cast(pl.Date)


def line_of(frame: pl.DataFrame, model: str = REFERENCE_MODEL) -> float:
    """Give the index of a model, to serve as the line.

    Raises:
        NotFound: The model is not in the table or has no index.
    """
    found = frame.filter((pl.col("model") == model) & pl.col("value").is_not_null())["value"]
    if found.is_empty():
        raise NotFound(f"there is no index for '{model}'", "capability table", "name a model that has one")
    return float(found[0])


def rank_correlations(frame: pl.DataFrame, years: Iterable[int] | None = None) -> tuple[Correlation, ...]:
    """Give Spearman's correlation of index and training compute among each year's releases.

    Args:
        frame: As `checked` takes it.
        years: Years of release; by default every year that has models with both.

    Source: interval by Fisher's z with the variance (1 + rho^2/2)/(n - 3) of Bonett and Wright 2000.
    """
    both = checked(frame).drop_nulls().with_columns(pl.col("released").dt.year().alias("year"))
    asked = sorted(set(both["year"].to_list())) if years is None else list(years)
    found = []
    for year in asked:
        mine = both.filter(pl.col("year") == year)
        rho, low, high = _spearman(mine["value"], mine["training_flop"])
        found.append(Correlation(year=year, n=mine.height, rho=rho, low=low, high=high))
    return tuple(found)


def least_compute(frame: pl.DataFrame, line: float) -> LeastCompute:
    """Follow the least disclosed compute that reached a line, and how fast it halves.

    It is a minimum over a set that grows, so the speed is an upper bound: noise in the index and
    models trained on the output of stronger ones make it look faster.

    Args:
        frame: As `checked` takes it.
        line: Value of the index.
    """
    reached = checked(frame).drop_nulls().filter(pl.col("value") >= line - SAME).sort("released", "training_flop")
    steps: list[Step] = []
    for one in reached.iter_rows(named=True):
        if not steps or one["training_flop"] < steps[-1].training_flop:
            steps.append(Step(model=one["model"], released=one["released"], training_flop=one["training_flop"]))
    factor = months = halving = None
    if len(steps) > 1:
        factor = steps[0].training_flop / steps[-1].training_flop
        months = (steps[-1].released - steps[0].released).days / DAYS_A_MONTH
        halving = months / math.log2(factor)
    return LeastCompute(
        line=line, n=reached.height, steps=tuple(steps), factor=factor, months=months, halving_months=halving
    )


def _spearman(one: pl.Series, other: pl.Series) -> tuple[float | None, float | None, float | None]:
    n = len(one)
    if n < 3 or one.n_unique() < 2 or other.n_unique() < 2:
        return None, None, None
    from scipy.stats import spearmanr  # here, since loading it takes half a second that most commands never need

    rho = float(spearmanr(one.to_numpy(), other.to_numpy()).statistic)
    if n < 4:
        return rho, None, None
    z = math.atanh(max(min(rho, 1 - 1e-12), -1 + 1e-12))
    reach = NormalDist().inv_cdf(0.975) * math.sqrt((1 + rho**2 / 2) / (n - 3))
    return rho, math.tanh(z - reach), math.tanh(z + reach)
