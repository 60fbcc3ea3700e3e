"""Scores as one table of models by tasks, turned once, with what the runs took; what is missing stays missing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from governance.errors import BadInput
from governance.evaluation.formats.tables import EvaluationSet, SetCard
from governance.evaluation.vocabulary import Missing

Floats = NDArray[np.float64]

TEST = "test"
USUAL = 0.5
"""A part of a task counts where at least this share of the task's models has it."""
SCALES = (1.0, 100.0)
"""Largest absolute score of the scales in use: shares, and percent."""
RULES = (
    "a task's score is the mean over its parts (language, subset, split): those of split 'test' where it has one, and "
    "of these the parts that at least half of its models have; a model without one of them has no score on the task"
)


@dataclass(frozen=True, slots=True, eq=False)
class ScoreTable:
    """Models by tasks; nan is a missing score, which is not 0.

    Args:
        card: What the scores are.
        models: Rows, sorted.
        tasks: Columns, sorted; several metrics or raters of a task make several columns.
        task_ids: The task of each column.
        scores: Higher is better: where the set says lower is, the sign is turned.
        seconds: Time of the run, as reported.
        co2e_kg: CO2e of the run, as reported.
        off_scale: Columns left out since they are on another scale than most.
        unscored: Columns left out since no model has all parts that count.
    """

    card: SetCard
    models: tuple[str, ...]
    tasks: tuple[str, ...]
    task_ids: tuple[str, ...]
    scores: Floats
    seconds: Floats
    co2e_kg: Floats
    off_scale: tuple[str, ...]
    unscored: tuple[str, ...]

    @property
    def missing(self) -> float:
        """Give the share of scores that are missing."""
        return float(np.isnan(self.scores).mean()) if self.scores.size else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """What of a table is compared.

    Args:
        models: Rows kept.
        tasks: Columns kept.
        scores: Without a gap where missing scores are met by complete cases.
        seconds, co2e_kg: As reported, with gaps.
        coverage: Share of the asked tasks that each kept model has.
        asked: Tasks asked for that the set has, a count.
        left_out: Models of the set that are not kept.
        missing: How missing scores are met.
        least: Share of the asked tasks that a model had to have.
    """

    models: tuple[str, ...]
    tasks: tuple[str, ...]
    scores: Floats
    seconds: Floats
    co2e_kg: Floats
    coverage: Floats
    asked: int
    left_out: tuple[str, ...]
    missing: Missing
    least: float


def score_table(one: EvaluationSet) -> ScoreTable:
    """Turn a set of scores into a table of models by tasks, by `RULES`.

    Args:
        one: The set; infinite and missing scores count as missing.
    """
    frame = one.frame.with_columns(pl.col("score").replace([np.inf, -np.inf], None).fill_nan(None))
    frame = _named(frame.filter(pl.col("score").is_not_null()))
    if frame.is_empty():
        empty = np.empty((0, 0))
        return ScoreTable(one.card, (), (), (), empty, empty, empty, (), ())
    means = _means(frame)
    scale = means.group_by("column").agg(pl.col("score").abs().max().alias("most"))
    scale = scale.with_columns(
        pl.when(pl.col("most") <= SCALES[0]).then(0).when(pl.col("most") <= SCALES[1]).then(1).otherwise(2).alias("on")
    )
    usual = scale["on"].mode().min()
    off = scale.filter(pl.col("on") != usual)["column"].sort().to_list()
    means = means.filter(~pl.col("column").is_in(off)).sort("model", "column")
    models = means["model"].unique().sort().to_list()
    columns = means.select("column", "task").unique().sort("column")
    sign = -1.0 if one.card.better == "lower" else 1.0
    return ScoreTable(
        card=one.card,
        models=tuple(models),
        tasks=tuple(columns["column"]),
        task_ids=tuple(columns["task"]),
        scores=sign * _matrix(means, models, columns["column"].to_list(), "score"),
        seconds=_matrix(means, models, columns["column"].to_list(), "seconds"),
        co2e_kg=_matrix(means, models, columns["column"].to_list(), "co2e_kg"),
        off_scale=tuple(off),
        unscored=tuple(sorted(set(frame["column"]) - set(columns["column"]) - set(off))),
    )


def block_of(
    table: ScoreTable, tasks: Collection[str] | None = None, *, missing: Missing = "complete", least: float = 0.0
) -> Block:
    """Choose what is compared: the tasks asked for, the models that have enough of them, and the rule for gaps.

    Args:
        table: All scores.
        tasks: Ids of tasks; ``None`` takes all of the set.
        missing: complete: only tasks that every kept model has; present: all that at least two have.
        least: A model is kept where it has at least this share of the asked tasks, 0 to 1.

    Raises:
        BadInput: The share is no share.
    """
    if not 0 <= least <= 1:
        raise BadInput(f"{least:g} is no share", "option least", "give a number from 0 to 1")
    wanted = None if tasks is None else set(tasks)
    columns = np.array([wanted is None or task in wanted for task in table.task_ids], dtype=bool)
    known = ~np.isnan(table.scores[:, columns])
    asked = int(columns.sum())
    coverage = known.mean(axis=1) if asked else np.zeros(len(table.models))
    rows = (coverage >= least) & known.any(axis=1)
    enough = known[rows].all(axis=0) if missing == "complete" else known[rows].sum(axis=0) >= 2
    places = np.flatnonzero(columns)[enough] if rows.any() else np.empty(0, dtype=np.int64)
    cut = np.ix_(rows, places)
    return Block(
        models=tuple(name for name, kept in zip(table.models, rows, strict=True) if kept),
        tasks=tuple(table.tasks[place] for place in places),
        scores=table.scores[cut],
        seconds=table.seconds[cut],
        co2e_kg=table.co2e_kg[cut],
        coverage=coverage[rows],
        asked=asked,
        left_out=tuple(name for name, kept in zip(table.models, rows, strict=True) if not kept),
        missing=missing,
        least=least,
    )


def _named(frame: pl.DataFrame) -> pl.DataFrame:
    """Name the columns of the table: the task, with the metric or rater where a task has several."""
    for name in ("metric", "rater"):
        several = pl.col(name).n_unique().over("task") > 1
        frame = frame.with_columns(
            pl.when(several).then(" · " + pl.col(name).fill_null("not stated")).otherwise(pl.lit("")).alias(f"_{name}")
        )
    return frame.with_columns((pl.col("task") + pl.col("_metric") + pl.col("_rater")).alias("column"))


def _means(frame: pl.DataFrame) -> pl.DataFrame:
    """Give one row a model and column, by `RULES`."""
    tested = (pl.col("split") == TEST).fill_null(False)
    parts = frame.filter(tested | ~tested.any().over("column"))
    part = ["column", "subset", "split", "language"]
    each = parts.group_by("model", "task", *part, maintain_order=True).agg(
        pl.col("score").mean(), _of_run("seconds"), _of_run("co2e_kg"), pl.len().alias("rows")
    )
    had = each.group_by(part).agg(pl.col("model").n_unique().alias("had"))
    of = each.group_by("column").agg(pl.col("model").n_unique().alias("of"))
    usual = had.join(of, on="column").filter(pl.col("had") >= USUAL * pl.col("of"))
    parts_of = usual.group_by("column").agg(pl.len().alias("parts"))
    kept = each.join(usual, on=part, nulls_equal=True, maintain_order="left")  # a mean is the same to its last digit
    return (
        kept.group_by("model", "task", "column", maintain_order=True)
        .agg(pl.col("score").mean(), pl.len().alias("has"), _of_run("seconds"), _of_run("co2e_kg"))
        .join(parts_of, on="column")
        .filter(pl.col("has") == pl.col("parts"))
    )


def _of_run(name: str) -> pl.Expr:
    """Give what a run took: one figure repeated on its rows is one, several are added, none is unknown."""
    known = pl.col(name).drop_nulls()
    total = pl.when(known.n_unique() <= 1).then(known.first()).otherwise(known.sum())
    return pl.when(pl.col(name).null_count() == 0).then(total).alias(name)


def _matrix(means: pl.DataFrame, models: list[str], columns: list[str], name: str) -> Floats:
    table = np.full((len(models), len(columns)), np.nan)
    rows = np.searchsorted(np.array(models), means["model"].to_numpy())
    places = np.searchsorted(np.array(columns), means["column"].to_numpy())
    table[rows, places] = means[name].cast(pl.Float64).fill_null(np.nan).to_numpy()
    return table
