"""Does one judge, or one prompt, carry the ranking? The same fit without each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from governance.errors import BadInput
from governance.evaluation.orders import ranks, tau
from governance.evaluation.ratings.bradley_terry import POINTS, fit
from governance.evaluation.ratings.cells import Cells, Floats, Numbers, components
from governance.evaluation.vocabulary import CLUSTERS, Cluster, Ties

Marks = NDArray[np.bool_]
MOST = 500
"""Judges or prompts that are left out one by one; of more, those with the most votes."""


@dataclass(frozen=True, slots=True, eq=False)
class LeaveOneOut:
    """A ranking without each judge or prompt in turn.

    Args:
        by: What was left out.
        groups: How many there are.
        tried: How many of them, those with the most votes, were left out one by one.
        votes, models: Counts of the whole set.
        without_group: Votes that state none, and stay in.
        ties: The tie rule.
        rows: One a group, the one that matters most first: group, votes, tau (with the ranking of all), moved (models
            whose rank changes), largest_move (places), largest_move_model, mean_move (places), mean_shift (points),
            parts (of the graph without it). Ranks are among models rated in both.
        models_table: One a model: model, rank, rank_best, rank_worst, points, points_low, points_high, over all that
            is left out.
    """

    by: Cluster
    groups: int
    tried: int
    votes: int
    models: int
    without_group: int
    ties: Ties
    rows: pl.DataFrame
    models_table: pl.DataFrame


def leave_one_out(battles: pl.DataFrame, by: Cluster, *, ties: Ties = "half", most: int = MOST) -> LeaveOneOut:
    """Fit Bradley-Terry without each judge, or each prompt, and say how ranks move.

    Args:
        battles: Columns model_a, model_b, outcome and the one named by ``by``.
        by: judge or prompt.
        ties: half or drop.
        most: At most so many are left out.

    Raises:
        BadInput: Fewer than two judges or prompts are stated, or there are no battles.

    >>> votes = pl.DataFrame(
    ...     {"model_a": ["x"] * 4, "model_b": ["y"] * 4, "outcome": ["a", "a", "b", "b"], "judge": ["p", "p", "p", "q"]}
    ... )
    >>> leave_one_out(votes, "judge").rows.select("group", "votes").rows()
    [('p', 3), ('q', 1)]
    """
    if by not in CLUSTERS or by not in battles.columns:
        raise BadInput(f"there is no column '{by}'", "leave one out", f"use {' or '.join(CLUSTERS)}")
    battles = battles.filter(pl.col("model_a") != pl.col("model_b"))
    sizes = (
        battles.filter(pl.col(by).is_not_null()).group_by(by).len("votes").sort(["votes", by], descending=[True, False])
    )
    if sizes.height < 2:
        what = f"the votes name {'one ' + by if sizes.height else 'no ' + by}, so none can be left out"
        raise BadInput(what, f"column {by}", "bring votes that say which of two or more each came from")
    cells = Cells.of(battles)
    wins = cells.matrix(ties)
    whole = fit(wins)
    rows, skills = [], []
    for group, matrix, votes in _each(battles, by, cells, ties, sizes.head(most)):
        left = np.maximum(wins - matrix, 0.0)
        left[left < 1e-9 * np.maximum(wins, 1.0)] = 0.0  # what rounding leaves of weights
        again = fit(left, whole.skill)
        both = (whole.part == 0) & _main(left, again.part)
        skills.append(np.where(both, again.skill - np.mean(again.skill[both] - whole.skill[both]), np.nan))
        rows.append({"group": str(group), "votes": votes, **_moves(whole.skill, skills[-1], both, cells.models),
                     "parts": int(components(left).max(initial=0)) + 1})  # fmt: skip
    table = pl.DataFrame(rows, schema_overrides={"tau": pl.Float64, "largest_move_model": pl.String})
    order = ["largest_move", "mean_move", "mean_shift"]
    return LeaveOneOut(
        by=by, groups=sizes.height, tried=len(rows), votes=battles.height, models=len(cells.models),
        without_group=battles.height - int(sizes["votes"].sum()), ties=ties,
        rows=table.sort([*order, "group"], descending=[True, True, True, False], nulls_last=True),
        models_table=_models(whole.skill, np.array(skills), cells.models),
    )  # fmt: skip


def _each(
    battles: pl.DataFrame, by: Cluster, cells: Cells, ties: Ties, sizes: pl.DataFrame
) -> Iterator[tuple[object, Floats, int]]:
    """Give each group with the wins it holds and its votes."""
    numbers = {name: place for place, name in enumerate(cells.models)}
    won = pl.when(pl.col("outcome") == "a").then(1.0).when(pl.col("outcome") == "b").then(0.0).otherwise(0.5)
    weight = pl.col("weight").fill_null(1.0) if "weight" in battles.columns else pl.lit(1.0)
    coded = battles.select(
        pl.col(by),
        a=pl.col("model_a").replace_strict(numbers, return_dtype=pl.Int64),
        b=pl.col("model_b").replace_strict(numbers, return_dtype=pl.Int64),
        won=won, weight=weight,
    )  # fmt: skip
    if ties != "half":
        coded = coded.filter(pl.col("won") != 0.5)
    votes = dict(sizes.iter_rows())
    size = len(cells.models)
    for (group,), part in coded.filter(pl.col(by).is_in(list(votes))).group_by(by, maintain_order=True):
        a, b, share, heavy = (part[name].to_numpy() for name in ("a", "b", "won", "weight"))
        flat: Floats = np.bincount(a * size + b, share * heavy, size * size).astype(float)
        flat += np.bincount(b * size + a, (1 - share) * heavy, size * size)
        yield group, flat.reshape(size, size), votes[group]


def _main(wins: Floats, part: Numbers) -> Marks:
    """Say which models lie in the largest part and still have votes."""
    found: Marks = (part == 0) & ((wins + wins.T).sum(axis=1) > 0)
    return found


def _moves(skill: Floats, again: Floats, both: Marks, models: tuple[str, ...]) -> dict[str, object]:
    if both.sum() < 2:
        return {"tau": None, "moved": None, "largest_move": None, "largest_move_model": None, "mean_move": None,
                "mean_shift": None}  # fmt: skip
    move = np.abs(ranks(again[both]) - ranks(skill[both]))
    most = int(move.argmax())
    return {
        "tau": tau(skill[both], again[both]), "moved": int((move > 0).sum()), "largest_move": int(move[most]),
        "largest_move_model": models[np.flatnonzero(both)[most]] if move[most] else None,
        "mean_move": float(move.mean()), "mean_shift": float(POINTS * np.abs(again[both] - skill[both]).mean()),
    }  # fmt: skip


def _models(skill: Floats, skills: Floats, models: tuple[str, ...]) -> pl.DataFrame:
    """Give each model's ranks and points over all that was left out; where it was not rated, nothing."""
    places = np.full(skills.shape, np.nan)
    for row, place in zip(skills, places, strict=True):
        known = np.isfinite(row)
        place[known] = ranks(row[known])
    known = np.isfinite(skills).any(axis=0)
    best, worst, low, high = (np.full(len(models), np.nan) for _ in range(4))
    best[known], worst[known] = np.nanmin(places[:, known], axis=0), np.nanmax(places[:, known], axis=0)
    low[known], high[known] = np.nanmin(skills[:, known], axis=0), np.nanmax(skills[:, known], axis=0)
    return (
        pl.DataFrame({
            "model": models, "rank": ranks(skill), "rank_best": best, "rank_worst": worst,
            "points": 1000 + POINTS * skill, "points_low": 1000 + POINTS * low, "points_high": 1000 + POINTS * high,
        })
        .with_columns(
            pl.col("rank_best", "rank_worst").fill_nan(None).cast(pl.Int64),
            pl.col("points_low", "points_high").fill_nan(None),
        )
        .sort("rank", "model")
    )  # fmt: skip
