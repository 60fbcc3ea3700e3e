"""Whether a ranking changes on culturally sensitive items more than on any items as few."""

from __future__ import annotations

import math
from collections.abc import Collection

import numpy as np
import polars as pl
from pydantic import BaseModel

from governance.errors import BadInput
from governance.evaluation.groups.ranks import Floats, TieRule, ranks
from governance.evaluation.orders import tau
from governance.evaluation.vocabulary import Better

RESAMPLES = 1000
LEAST_DRAWS = 40
"""Different random subsets below which no p under 5% can be told from chance."""
LOW, HIGH = 2.5, 97.5
SENSITIVE_WORDS = ("sensitive", "culturally sensitive", "CS")
AGNOSTIC_WORDS = ("agnostic", "culturally agnostic", "CA")
"""Words of the subset column; the abbreviations only as written here, since cs and ca are Czech and Catalan."""


class Part(BaseModel, frozen=True):
    """A part of the items against all of them.

    Args:
        name: Which part.
        units: Items or tasks in it.
        tau: Kendall's tau b of the part's ranking with the full one.
        moved: Models whose rank differs.
        mean_move, max_move: Of the absolute differences in rank.
        max_model: The model that moves most; ``None``: none moves.
        null_mean, null_low, null_high: Mean move of random parts of as many units, and its 95% range.
        p: Share of random parts that move the ranking as much or more, the part itself counted.
        testable: Whether random parts can tell anything.
        reason: Why not.
    """

    name: str
    units: int
    tau: float | None
    moved: int
    mean_move: float
    max_move: float
    max_model: str | None
    null_mean: float | None
    null_low: float | None
    null_high: float | None
    p: float | None
    testable: bool
    reason: str | None


class ModelCulture(BaseModel, frozen=True):
    """A model's mean score and rank on all, the sensitive and the agnostic units."""

    model: str
    full: float
    sensitive: float
    agnostic: float | None
    rank_full: float
    rank_sensitive: float
    rank_agnostic: float | None


class Culture(BaseModel, frozen=True):
    """Rankings on all items, the culturally sensitive and the agnostic ones.

    Args:
        models: A row each, by rank on all.
        left_out: Models without a score on every unit.
        units: Items or tasks, a count.
        weights: What a unit counts.
        parts: Sensitive and, where chosen, agnostic.
        tau_parts: Kendall's tau b of the sensitive with the agnostic ranking.
        resamples, seed, ties, better: Settings.
    """

    models: tuple[ModelCulture, ...]
    left_out: tuple[str, ...]
    units: int
    weights: str
    parts: tuple[Part, ...]
    tau_parts: float | None
    resamples: int
    seed: int
    ties: TieRule
    better: Better


def guess_parts(subsets: Collection[str]) -> tuple[list[str], list[str]]:
    """Guess which values of the subset column mean sensitive and agnostic; empty where none does.

    >>> guess_parts(["CS", "CA", "other"]), guess_parts(["cs", "ca", "Culturally-Sensitive"])
    ((['CS'], ['CA']), (['Culturally-Sensitive'], []))
    """
    plain = {one: {one, one.lower().replace("_", " ").replace("-", " ").strip()} for one in sorted(subsets)}
    return (
        [one for one, words in plain.items() if words & set(SENSITIVE_WORDS)],
        [one for one, words in plain.items() if words & set(AGNOSTIC_WORDS)],
    )


def culture(
    scores: pl.DataFrame,
    sensitive: Collection[str],
    agnostic: Collection[str],
    *,
    better: Better = "higher",
    ties: TieRule = "average",
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Culture:
    """Rank on all units, the sensitive and the agnostic, and set the moves beside those of random parts as large.

    A unit is a task (an item, a topic) of one of the chosen subsets; its score is the mean over languages. Parts are
    drawn without replacement from all units, so the null is: which units are sensitive does not matter.

    Args:
        scores: Columns model, task, subset, score and n, of one metric, split and scoring.
        sensitive: Values of subset that are culturally sensitive.
        agnostic: Values that are not.
        better: Which way a score is better.
        ties: The tie rule of ranks.
        resamples: Random parts to draw.
        seed: Of the draws.

    Raises:
        BadInput: A value is in both or in no row, or fewer than two models have all units.

    Source: the question of Singh et al. 2024 (Global MMLU); the random parts are ours.
    """
    both = set(sensitive) & set(agnostic)
    if both:
        raise BadInput(f"'{min(both)}' is sensitive and agnostic", "subset", "choose it once")
    if not sensitive:
        raise BadInput("no subset is chosen as sensitive", "subset", "choose values of the column subset")
    if resamples < 1:
        raise BadInput(f"{resamples} resamples", "resamples", "draw at least 1, e.g. 1000")
    frame = scores.filter(pl.col("subset").is_in([*sensitive, *agnostic]) & pl.col("score").is_finite())
    if not frame["subset"].is_in(list(sensitive)).any():
        raise BadInput("no score is in the sensitive subset", "subset", "choose other values of the column subset")
    table, weights, names, is_sensitive, left_out = _units(frame, set(sensitive))
    if len(names) < 2:
        fix = "give each model a score on every unit, or choose other subsets"
        raise BadInput(f"{len(names)} model has all {is_sensitive.size} units", "scores", fix)
    generator = np.random.default_rng(seed)
    full = _means(table, weights, np.ones((1, is_sensitive.size)))[0]
    place = ranks(full, better, ties)
    masks = {"sensitive": is_sensitive} | ({"agnostic": ~is_sensitive} if (~is_sensitive).any() else {})
    means = {name: _means(table, weights, mask[None, :].astype(float))[0] for name, mask in masks.items()}
    places = {name: ranks(values, better, ties) for name, values in means.items()}
    parts = tuple(
        _part(name, mask, table, weights, full, place, names, better, ties, resamples, generator)
        for name, mask in masks.items()
    )
    rows = [
        ModelCulture(
            model=names[at], full=full[at], sensitive=means["sensitive"][at],
            agnostic=means["agnostic"][at] if "agnostic" in means else None, rank_full=place[at],
            rank_sensitive=places["sensitive"][at],
            rank_agnostic=places["agnostic"][at] if "agnostic" in places else None,
        )
        for at in np.lexsort((np.array(names), place))
    ]  # fmt: skip
    return Culture(
        models=tuple(rows), left_out=left_out, units=is_sensitive.size,
        weights="n" if np.ptp(weights) or weights[0] != 1 else "each unit alike", parts=parts,
        tau_parts=tau(means["sensitive"], means["agnostic"]) if "agnostic" in means else None,
        resamples=resamples, seed=seed, ties=ties, better=better,
    )  # fmt: skip


def _units(
    frame: pl.DataFrame, sensitive: set[str]
) -> tuple[Floats, Floats, list[str], np.ndarray[tuple[int, ...], np.dtype[np.bool_]], tuple[str, ...]]:
    """Lay out models by units; drop the models that lack one."""
    marked = frame.with_columns(sensitive=pl.col("subset").is_in(list(sensitive)))
    weighted = bool(marked.height) and marked["n"].null_count() == 0 and marked["n"].min() > 0  # type: ignore[operator]
    cells = marked.group_by("model", "task", "sensitive").agg(score=pl.col("score").mean(), n=pl.col("n").mean())
    units = cells.select("task", "sensitive").unique().sort("task", "sensitive").with_row_index("unit")
    models = sorted(cells["model"].unique())
    table, amount = np.full((len(models), units.height), np.nan), np.ones(units.height)
    placed = cells.join(units, on=["task", "sensitive"])
    at = placed["model"].replace_strict({name: place for place, name in enumerate(models)}, return_dtype=pl.Int64)
    table[at.to_numpy(), placed["unit"].to_numpy()] = placed["score"].to_numpy()
    if weighted:
        by_unit = placed.group_by("unit").agg(pl.col("n").mean()).sort("unit")
        amount = by_unit["n"].to_numpy().astype(float)
    whole = np.isfinite(table).all(axis=1)
    kept = [name for name, here in zip(models, whole, strict=True) if here]
    absent = tuple(name for name, here in zip(models, whole, strict=True) if not here)
    return table[whole], amount, kept, units["sensitive"].to_numpy().astype(bool), absent


def _means(table: Floats, weights: Floats, masks: Floats) -> Floats:
    """Give the mean of each model under each mask, shape (masks, models)."""
    used = masks * weights
    means: Floats = (used @ table.T) / used.sum(axis=1, keepdims=True)
    return means


def _part(
    name: str, mask: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], table: Floats, weights: Floats, full: Floats,
    place: Floats, names: list[str], better: Better, ties: TieRule, resamples: int, generator: np.random.Generator,
) -> Part:  # fmt: skip
    own = _means(table, weights, mask[None, :].astype(float))[0]
    moves = np.abs(ranks(own, better, ties) - place)
    far = int(moves.argmax())
    size, total = int(mask.sum()), mask.size
    reason = _untestable(size, total)
    null = np.array([])
    if reason is None:
        drawn = generator.random((resamples, total)).argsort(axis=1) < size
        null = np.abs(ranks(_means(table, weights, drawn.astype(float)), better, ties) - place).mean(axis=1)
    low, high = np.percentile(null, [LOW, HIGH]) if null.size else (None, None)
    close = 1e-12
    return Part(
        name=name, units=size, tau=tau(full, own), moved=int((moves > 0).sum()), mean_move=float(moves.mean()),
        max_move=float(moves[far]), max_model=names[far] if moves[far] else None,
        null_mean=float(null.mean()) if null.size else None, null_low=low, null_high=high,
        p=float((1 + (null >= moves.mean() - close).sum()) / (resamples + 1)) if null.size else None,
        testable=reason is None, reason=reason,
    )  # fmt: skip


def _untestable(size: int, total: int) -> str | None:
    if total < 3:
        return "a row is a whole subset: the test needs items or tasks as units"
    if size == total:
        return "all units are in this part: nothing to draw from"
    if math.comb(total, size) < LEAST_DRAWS:
        return f"only {math.comb(total, size)} different parts of {size} of {total} units can be drawn"
    return None
