"""What retiring models, or stopping at a day, does to the ranking of the rest, beside chance removals as large."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from governance.errors import BadInput
from governance.evaluation.orders import ranks, tau
from governance.evaluation.ratings.bradley_terry import POINTS, fit
from governance.evaluation.ratings.cells import Cells, Floats, Numbers, components

NULLS = 200
"""Random removals of the same size."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One removal, as it shows in the models that remain.

    Args:
        tau: Kendall's tau-b between their ranking with and without; ``None``: fewer than two can be compared.
        largest_move: Places, ranks counted among those that remain.
        largest_move_model: Whose; ``None``: none moves.
        parts: Of the comparison graph without.
        widening: Median standard error of a remaining model's points, without over with; ``None``: in no one part.
        votes: That remain.
    """

    tau: float | None
    largest_move: int | None
    largest_move_model: str | None
    parts: int
    widening: float | None
    votes: int


@dataclass(frozen=True, slots=True)
class Null:
    """What random removals of the same size do.

    Args:
        removals: How many were tried.
        tau, tau_low, tau_high: Median and 95% range of tau.
        move, move_low, move_high: Of the largest move.
        widening, widening_low, widening_high: Of the widening.
        disconnected: Share of removals after which the graph is in several parts.
        p: Share of removals, and of the one asked about, with a tau as low: small where the loss is not by size.
        taus, moves: One a removal; NaN where not to be had.
    """

    removals: int
    tau: float | None
    tau_low: float | None
    tau_high: float | None
    move: float | None
    move_low: float | None
    move_high: float | None
    widening: float | None
    widening_low: float | None
    widening_high: float | None
    disconnected: float
    p: float | None
    taus: tuple[float, ...]
    moves: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Retirement:
    """Retiring models, or stopping at a day.

    Args:
        removed: The models that go; empty where battles after a day go.
        after: The day; ``None`` where models go.
        models, votes: Counts before, of the largest part of the comparison graph.
        aside: Models in other parts, left aside: nothing connects them.
        effect: Of the removal.
        null: Of random removals: of as many models, or of as many battles.
        table: One a remaining model, the largest move first: model, rank, rank_without, move, points, points_without
            (mean 1000 over the remaining, in both), se, se_without.
        seed: Of the random removals.
    """

    removed: tuple[str, ...]
    after: date | None
    models: int
    votes: int
    aside: int
    effect: Effect
    null: Null
    table: pl.DataFrame
    seed: int


def retire(
    battles: pl.DataFrame,
    models: Sequence[str] = (),
    *,
    after: date | None = None,
    removals: int = NULLS,
    seed: int = 0,
) -> Retirement:
    """Fit Bradley-Terry with and without some models, or without the battles after a day.

    A tie is half a win for each. The null removes as many models, or battles, at random.

    Args:
        battles: Columns model_a, model_b, outcome, and day where ``after`` is given.
        models: Those to retire.
        after: Or the last day whose battles stay.
        removals: Random ones, 10 or more.
        seed: Of these.

    Raises:
        BadInput: A model is not in the battles, fewer than two remain, no day is stated, or nothing goes.

    >>> votes = pl.DataFrame(
    ...     {"model_a": ["x", "y", "x"] * 3, "model_b": ["y", "z", "z"] * 3, "outcome": ["a", "b", "a"] * 2 + ["b"] * 3}
    ... )
    >>> retire(votes, ["z"], removals=10).effect.tau
    1.0
    """
    battles = battles.filter(pl.col("model_a") != pl.col("model_b"))
    if bool(models) == (after is not None):
        raise BadInput("either models go or the battles after a day", "what to retire", "give one of the two")
    if not 10 <= removals <= 5000:
        raise BadInput(f"{removals:,} random removals cannot be tried", "removals", "use 10 to 5,000")
    battles, aside = _largest_part(battles)
    cells = Cells.of(battles)
    wins = cells.matrix()
    rng = np.random.default_rng(seed)
    if after is None:
        kept = _kept_models(cells, models)
        draws = [np.sort(rng.permutation(len(kept))[: int(kept.sum())]) for _ in range(removals)]
        left = np.flatnonzero(kept)
        sets = [(some, wins[np.ix_(some, some)]) for some in [left, *draws]]
        votes = [_votes(cells, some) for some, _ in sets]
    else:
        stay = _kept_battles(battles, after)
        count, every = int(stay.sum()), np.arange(len(cells.models))
        masks = [stay, *(_random_mask(rng, len(stay), count) for _ in range(removals))]
        sets = [(every, _matrix(battles.filter(pl.Series(mask)), cells)) for mask in masks]
        votes = [count] * len(sets)
    whole = fit(wins).skill
    errors = standard_errors(wins, whole)
    found = [_effect(whole, errors, some, matrix, n, cells) for (some, matrix), n in zip(sets, votes, strict=True)]
    return Retirement(
        removed=tuple(sorted(set(models))), after=after, models=len(cells.models), votes=battles.height, aside=aside,
        effect=found[0], null=_null(found[0], found[1:]), table=_table(whole, errors, *sets[0], cells), seed=seed,
    )  # fmt: skip


def standard_errors(wins: Floats, skill: Floats) -> Floats:
    """Give the standard error of each skill, in logits, in a graph of one part, the mean of skills held at 0.

    Source: the inverse of the information at the fit; votes count as independent and a tie as two halves.
    """
    chance = 1 / (1 + np.exp(skill[None, :] - skill[:, None]))
    weight = (wins + wins.T) * chance * (1 - chance)
    information = np.diag(weight.sum(axis=1)) - weight
    errors: Floats = np.sqrt(np.maximum(np.diag(np.linalg.pinv(information, hermitian=True)), 0.0))
    return errors


def _effect(whole: Floats, errors: Floats, some: Numbers, wins: Floats, votes: int, cells: Cells) -> Effect:
    part = components(wins)
    main = (part == 0) & ((wins + wins.T).sum(axis=1) > 0)
    parts = len(np.unique(part[(wins + wins.T).sum(axis=1) > 0]))
    if main.sum() < 2:
        return Effect(None, None, None, parts, None, votes)
    block = wins[np.ix_(main, main)]
    places = some[main]
    again = fit(block, whole[places]).skill
    move = np.abs(ranks(again) - ranks(whole[places]))
    most = int(move.argmax())
    wider = np.median(standard_errors(block, again)) / np.median(errors[places]) if parts == 1 else None
    return Effect(
        tau=tau(whole[places], again), largest_move=int(move[most]),
        largest_move_model=cells.models[places[most]] if move[most] else None, parts=parts,
        widening=None if wider is None else float(wider), votes=votes,
    )  # fmt: skip


def _null(asked: Effect, random: Sequence[Effect]) -> Null:
    taus = np.array([np.nan if one.tau is None else one.tau for one in random])
    moves = np.array([np.nan if one.largest_move is None else one.largest_move for one in random])
    wider = np.array([np.nan if one.widening is None else one.widening for one in random])
    known = taus[np.isfinite(taus)]
    p = None
    if asked.tau is not None and known.size:
        p = float((1 + (known <= asked.tau + 1e-12).sum()) / (1 + known.size))
    return Null(
        len(random), *_spread(taus), *_spread(moves), *_spread(wider),
        disconnected=float(np.mean([one.parts > 1 for one in random])), p=p, taus=tuple(taus.tolist()),
        moves=tuple(moves.tolist()),
    )  # fmt: skip


def _spread(values: Floats) -> tuple[float | None, float | None, float | None]:
    known = values[np.isfinite(values)]
    if not known.size:
        return None, None, None
    low, middle, high = np.percentile(known, (2.5, 50, 97.5))
    return float(middle), float(low), float(high)


def _table(whole: Floats, errors: Floats, some: Numbers, wins: Floats, cells: Cells) -> pl.DataFrame:
    games = (wins + wins.T).sum(axis=1) > 0
    places, block = some[games], wins[np.ix_(games, games)]
    again = fit(block, whole[places])
    main = again.part == 0
    before, after = whole[places][main], again.skill[main]
    new_errors = standard_errors(block[np.ix_(main, main)], after)
    return pl.DataFrame({
        "model": [cells.models[place] for place in places[main]], "rank": ranks(before), "rank_without": ranks(after),
        "move": ranks(before) - ranks(after), "points": 1000 + POINTS * (before - before.mean()),
        "points_without": 1000 + POINTS * (after - after.mean()), "se": POINTS * errors[places][main],
        "se_without": POINTS * new_errors,
    }).sort(pl.col("move").abs(), "rank", descending=[True, False])  # fmt: skip


def _largest_part(battles: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    cells = Cells.of(battles)
    if len(cells.models) < 2:
        raise BadInput("there are no battles between two models", "the battles", "bring battles of two models or more")
    part = components(cells.matrix())
    main = [name for name, number in zip(cells.models, part, strict=True) if number == 0]
    return battles.filter(pl.col("model_a").is_in(main)), len(cells.models) - len(main)


def _kept_models(cells: Cells, models: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    unknown = sorted(set(models) - set(cells.models))
    if unknown:
        raise BadInput(
            f"'{unknown[0]:.80}' is not among the models that battles connect",
            "what to retire",
            "name models of the largest part, as the set does",
        )
    kept = np.array([name not in set(models) for name in cells.models])
    if kept.sum() < 2:
        raise BadInput("fewer than two models would remain", "what to retire", "retire fewer")
    return kept


def _kept_battles(battles: pl.DataFrame, after: date) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    if "day" not in battles.columns or battles["day"].null_count() == battles.height:
        raise BadInput("no battle states its day", "column day", "retire models by name instead")
    stay = (battles["day"] <= after).fill_null(True).to_numpy()
    if stay.all() or not stay.any():
        which = "none" if stay.all() else "all"
        raise BadInput(f"{which} of the battles are after {after}", "the day", "choose a day between them")
    return stay


def _random_mask(rng: np.random.Generator, size: int, kept: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    mask = np.zeros(size, dtype=bool)
    mask[rng.permutation(size)[:kept]] = True
    return mask


def _matrix(battles: pl.DataFrame, cells: Cells) -> Floats:
    """Give the wins of some of the battles, in the numbers of all models."""
    some = Cells.of(battles)
    places = np.array([cells.models.index(name) for name in some.models])
    wins = np.zeros((len(cells.models), len(cells.models)))
    wins[np.ix_(places, places)] = some.matrix()
    return wins


def _votes(cells: Cells, some: Numbers) -> int:
    kept = np.isin(cells.first, some) & np.isin(cells.second, some)
    return int(cells.votes[kept].sum())
