"""Choosing how to merge from how alike two models are, tested on models the choice never saw."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from governance.errors import BadInput

Floats = NDArray[np.float64]
MOST_ROWS, MOST_FEATURES = 20_000, 50


class Tried(BaseModel, frozen=True):
    """A merge that was evaluated.

    Args:
        model_a, model_b: What was merged.
        operator: By which.
        score: Higher is better.
        likeness: Similarity of the two, one number a feature.
    """

    model_a: str
    model_b: str
    operator: str
    score: float
    likeness: tuple[float, ...]


class HeldOut(BaseModel, frozen=True):
    """What was chosen for a pair, from pairs that share no model left out.

    Args:
        left_out: The model that no training row had.
        model_a, model_b: The pair.
        chosen: Operator chosen.
        best: Operator that was best.
        score: Of the one chosen.
        regret: Best score less it, in the score's points.
        fixed_regret: The same for the fixed operator.
    """

    left_out: str
    model_a: str
    model_b: str
    chosen: str
    best: str
    score: float
    regret: float
    fixed_regret: float


class MergeChoice(BaseModel, frozen=True):
    """Whether likeness helps to choose.

    Args:
        pairs: Held-out choices, a count; a pair is tested once for each of its models.
        models: A count.
        operators: Their names.
        fixed: The operator that is always used instead: the best on average of the training rows where not named.
        ridge: Penalty.
        regret: Mean regret of choosing by likeness, points of the score.
        fixed_regret: Mean regret of the fixed operator.
        gain: The latter less the former: above 0, likeness helps.
        chance: Share of shuffles of likeness among the pairs that gain as much or more, themselves counted: a
            permutation test of whether likeness tells anything, 0 to 1.
        right: Share of choices that were the best, per cent.
        rows: One a choice.
        seed: Of the shuffles.
    """

    pairs: int
    models: int
    operators: tuple[str, ...]
    fixed: str | None
    ridge: float
    regret: float
    fixed_regret: float
    gain: float
    chance: float
    right: float
    rows: tuple[HeldOut, ...]
    seed: int


def ridge_fit(features: Floats, target: Floats, penalty: float) -> Floats:
    """Fit a line through standardised features; the first coefficient, of the constant, is not penalised.

    Args:
        features: Shape (rows, features), without a constant.
        target: One number a row, or one for each of several lines.
        penalty: Above 0 shrinks the rest; 0 is least squares.

    >>> ridge_fit(np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 3.0, 5.0]), 0.0).round(6).tolist()
    [1.0, 2.0]
    """
    table = np.column_stack([np.ones(len(features)), features])
    shrink = penalty * np.eye(table.shape[1])
    shrink[0, 0] = 0.0
    found: Floats = np.linalg.pinv(table.T @ table + shrink) @ table.T @ target
    return found


def choose_merges(
    tried: Sequence[Tried], *, fixed: str | None = None, ridge: float = 1.0, shuffles: int = 199, seed: int = 0
) -> MergeChoice:
    """Leave each model out in turn, learn each operator's score from likeness, and choose for the pairs it is in.

    Only pairs for which every operator was tried are used, so that the best is known.

    Args:
        tried: Evaluated merges.
        fixed: Operator to compare with; ``None``: in each fold the best on average of the training rows.
        ridge: Penalty on standardised features.
        shuffles: Of the likeness among the pairs, for the test.
        seed: Of the shuffles.

    Raises:
        BadInput: There are too few models, operators or complete pairs, or a row is bad.
    """
    operators, pairs = _pairs(tried, fixed)
    names = sorted({name for pair in pairs for name in pair})
    rows = _left_out(pairs, operators, fixed, ridge)
    if not rows:
        fix = "try all operators on pairs among at least 4 models"
        raise BadInput(f"{len(pairs):,} complete pairs of {len(names):,} models", "rows", fix)
    gain = _gain(rows)
    rng, keys = np.random.default_rng(seed), list(pairs)
    reached = 0
    for _ in range(shuffles):
        order = rng.permutation(len(keys))
        mixed = {pair: (pairs[keys[place]][0], pairs[pair][1]) for pair, place in zip(keys, order, strict=True)}
        reached += _gain(_left_out(mixed, operators, fixed, ridge)) >= gain
    return MergeChoice(
        pairs=len(rows), models=len(names), operators=operators, fixed=fixed, ridge=ridge,
        regret=float(np.mean([row.regret for row in rows])),
        fixed_regret=float(np.mean([row.fixed_regret for row in rows])), gain=gain,
        chance=(1 + reached) / (1 + shuffles), right=100 * float(np.mean([row.regret == 0 for row in rows])),
        rows=tuple(rows), seed=seed,
    )  # fmt: skip


def _left_out(pairs: Pairs, operators: tuple[str, ...], fixed: str | None, ridge: float) -> list[HeldOut]:
    rows: list[HeldOut] = []
    for model in sorted({name for pair in pairs for name in pair}):
        learn = [pair for pair in pairs if model not in pair]
        if len(learn) >= 2:
            rows += _fold(model, learn, pairs, operators, fixed, ridge)
    return rows


def _gain(rows: list[HeldOut]) -> float:
    return float(np.mean([row.fixed_regret - row.regret for row in rows]))


Pairs = dict[tuple[str, str], tuple[Floats, Floats]]
"""A pair: its likeness, and its score by operator."""


def _pairs(tried: Sequence[Tried], fixed: str | None) -> tuple[tuple[str, ...], Pairs]:
    widths = {len(row.likeness) for row in tried}
    if not tried or len(tried) > MOST_ROWS or len(widths) != 1 or not 1 <= min(widths) <= MOST_FEATURES:
        fix = f"give 1 to {MOST_ROWS:,} rows, all with the same 1 to {MOST_FEATURES} columns of likeness"
        raise BadInput(f"{len(tried):,} rows with {sorted(widths)[:3]} columns of likeness", "rows", fix)
    if not all(np.isfinite([row.score, *row.likeness]).all() for row in tried):
        raise BadInput("a score or a likeness is not a number", "rows", "leave such rows out")
    operators = tuple(sorted({row.operator for row in tried}))
    if len(operators) < 2 or (fixed is not None and fixed not in operators):
        what = f"operators are {', '.join(operators)}" + (f", not '{fixed}'" if fixed else "")
        raise BadInput(what, "column operator", "try two operators or more, and fix one of them")
    gathered: dict[tuple[str, str], dict[str, Tried]] = {}
    for row in tried:
        if row.model_a == row.model_b or row.operator in gathered.setdefault(_key(row), {}):
            what = f"{row.model_a} with {row.model_b} by {row.operator} is there twice, or a model meets itself"
            raise BadInput(what, "rows", "give each pair once for each operator")
        gathered[_key(row)][row.operator] = row
    whole = {pair: by for pair, by in gathered.items() if len(by) == len(operators)}
    return operators, {
        pair: (
            np.mean([row.likeness for row in by.values()], axis=0),
            np.array([by[operator].score for operator in operators]),
        )
        for pair, by in whole.items()
    }


def _key(row: Tried) -> tuple[str, str]:
    return min(row.model_a, row.model_b), max(row.model_a, row.model_b)


def _fold(
    model: str, learn: list[tuple[str, str]], pairs: Pairs, operators: tuple[str, ...], fixed: str | None, ridge: float
) -> list[HeldOut]:
    known, scores = np.stack([pairs[pair][0] for pair in learn]), np.stack([pairs[pair][1] for pair in learn])
    centre, scale = known.mean(axis=0), known.std(axis=0)
    scale[scale == 0] = 1.0
    lines = ridge_fit((known - centre) / scale, scores, ridge)
    usual = int(scores.mean(axis=0).argmax()) if fixed is None else operators.index(fixed)
    found = []
    for pair in [pair for pair in pairs if model in pair]:
        likeness, mine = pairs[pair]
        asked = np.array([1.0, *((likeness - centre) / scale)])
        pick = int(np.argmax(asked @ lines))
        found.append(HeldOut(
            left_out=model, model_a=pair[0], model_b=pair[1], chosen=operators[pick],
            best=operators[int(mine.argmax())], score=float(mine[pick]), regret=float(mine.max() - mine[pick]),
            fixed_regret=float(mine.max() - mine[usual]),
        ))  # fmt: skip
    return found
