"""Who gets the battles: shares by model, provider and openness, and how uneven they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import duckdb
import numpy as np
import polars as pl

from governance.errors import BadInput
from governance.evaluation.ratings.cells import Floats

Grouping = Literal["model", "provider", "openness"]
GROUPINGS: tuple[Grouping, ...] = get_args(Grouping)
UNKNOWN = "unknown"
COLUMNS = ("model", "provider", "openness")


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What is known of a model in a set.

    Args:
        provider: Who makes or tunes it; ``None``: unknown.
        openness: open, closed, or ``None``: unknown.
    """

    provider: str | None = None
    openness: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class BattleShares:
    """How battles fall on models, providers or kinds of openness.

    Args:
        by: What the rows are.
        battles, models: Counts.
        gini: Of battles a row, 0 (even) to 1; rows of unknown provider or openness left out. ``None``: below two rows.
        hhi: Sum of squared shares, 1 / rows (even) to 1; likewise.
        least, median, most: Battles a row.
        ratio: Most over least.
        unknown: Share of the places in battles whose provider or openness is unknown.
        days: Days with a battle; ``None``: no battle states its day.
        rows: One a model, provider or openness: name, battles (a battle within one row counts once), share (of the two
            places in every battle; sums to 1), models, battles_a_model, first_day, last_day, days, a_day (battles a
            day with any).
    """

    by: Grouping
    battles: int
    models: int
    gini: float | None
    hhi: float | None
    least: int
    median: float
    most: int
    ratio: float
    unknown: float
    days: int | None
    rows: pl.DataFrame


def battle_shares(
    battles: pl.DataFrame, by: Grouping = "model", facts: Mapping[str, ModelFacts] | None = None
) -> BattleShares:
    """Count who takes part in battles.

    Args:
        battles: Columns model_a, model_b, and perhaps day.
        by: model, provider or openness.
        facts: Provider and openness by model; a model without is unknown.

    Raises:
        BadInput: There are no battles between two models.

    >>> votes = pl.DataFrame({"model_a": ["x", "x", "y"], "model_b": ["y", "z", "x"]})
    >>> battle_shares(votes).rows.select("name", "battles").rows()
    [('x', 3), ('y', 2), ('z', 1)]
    """
    battles = battles.filter(pl.col("model_a") != pl.col("model_b")).with_row_index("battle")
    if battles.is_empty():
        raise BadInput("there are no battles between two models", "the battles", "bring battles of two models or more")
    facts = facts or {}
    models = sorted({*battles["model_a"], *battles["model_b"]})
    names = {model: model if by == "model" else getattr(facts.get(model), by, None) or UNKNOWN for model in models}
    day = pl.col("day") if "day" in battles.columns else pl.lit(None, pl.Date)
    places = pl.concat(
        [battles.select("battle", model=pl.col(side), day=day) for side in ("model_a", "model_b")]
    ).with_columns(name=pl.col("model").replace_strict(names, return_dtype=pl.String))
    rows = (
        places.group_by("name")
        .agg(
            battles=pl.col("battle").n_unique().cast(pl.Int64), share=pl.len() / places.height,
            models=pl.col("model").n_unique().cast(pl.Int64), first_day=pl.col("day").min(),
            last_day=pl.col("day").max(), days=pl.col("day").drop_nulls().n_unique().cast(pl.Int64),
        )
        .with_columns(battles_a_model=pl.col("battles") / pl.col("models"),
                      days=pl.when(pl.col("days") > 0).then("days"))
        .with_columns(a_day=pl.col("battles") / pl.col("days"))
        .sort(["share", "name"], descending=[True, False])
    )  # fmt: skip
    known = rows.filter(pl.col("name") != UNKNOWN) if by != "model" else rows
    counts = known["battles"].to_numpy().astype(float)
    share = known["share"].to_numpy() / max(float(known["share"].sum()), 1e-300)
    every = rows["battles"].to_numpy()
    return BattleShares(
        by=by, battles=battles.height, models=len(models), gini=gini(counts) if len(counts) > 1 else None,
        hhi=float((share**2).sum()) if len(counts) > 1 else None, least=int(every.min()),
        median=float(np.median(every)), most=int(every.max()),
        ratio=float(every.max() / every.min()), unknown=1 - float(known["share"].sum()),
        days=places["day"].drop_nulls().n_unique() or None, rows=rows,
    )  # fmt: skip


def gini(counts: Floats) -> float:
    """Give the Gini coefficient of counts: 0 where all are alike, towards 1 where one has all.

    Source: Gini 1912; the mean difference over twice the mean.

    >>> gini(np.array([1.0, 1.0])), gini(np.array([0.0, 2.0]))
    (0.0, 0.5)
    """
    ordered = np.sort(counts)
    place = np.arange(1, len(ordered) + 1)
    return float(((2 * place - len(ordered) - 1) @ ordered) / (len(ordered) * ordered.sum()))


def model_facts(connection: duckdb.DuckDBPyConnection, set_id: str) -> dict[str, ModelFacts]:
    """Give what the catalogue states of the models of a set: provider from its source, openness with its basis."""
    rows = connection.execute(
        "SELECT model, provider, openness FROM battle_model WHERE set_id = ? ORDER BY model", [set_id]
    ).fetchall()
    return {model: ModelFacts(provider, openness) for model, provider, openness in rows}


def facts_of_table(table: pl.DataFrame, where: str = "the table of models") -> dict[str, ModelFacts]:
    """Read a user's own table of models: columns model, provider, openness; an empty cell is unknown.

    Raises:
        BadInput: A column is missing, or a model stands twice.

    >>> facts_of_table(pl.DataFrame({"model": ["x"], "provider": ["us"], "openness": [None]}))
    {'x': ModelFacts(provider='us', openness=None)}
    """
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        raise BadInput(f"there is no column '{missing[0]}'", where, f"give the columns {', '.join(COLUMNS)}")
    found: dict[str, ModelFacts] = {}
    for row in table.select(COLUMNS).iter_rows():
        model, provider, openness = (None if cell is None else str(cell).strip() or None for cell in row)
        if model is None:
            continue
        if model in found:
            raise BadInput(f"'{model:.80}' stands twice", where, "give each model one row")
        found[model] = ModelFacts(provider, openness)
    return found
