"""Merging models: how many merges there are to try, and real merges of small ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import comb, factorial, prod
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from governance.errors import BadInput

Array: TypeAlias = NDArray[np.float64]
Arrays = Mapping[str, Array]
MergeOperator = Literal["average", "task arithmetic", "slerp", "ties"]
MERGE_OPERATORS: tuple[MergeOperator, ...] = get_args(MergeOperator)
MOST_NUMBERS = 5_000_000
"""Numbers in all arrays of one state."""
_PARALLEL = 1e-6
"""Radians below which directions count as one and spherical interpolation as linear."""


class SearchSpace(BaseModel, frozen=True):
    """How many merges there are.

    Args:
        models: Chosen from, a count.
        operators: At each step, a count.
        size: Models that are merged, a count.
        ordered: Merges one after another where order matters.
        symmetric: Whether swapping the first two gives the same merge.
        chosen: Ways to choose the models.
        evaluations: Merges to be made and evaluated.
    """

    models: int
    operators: int
    size: int
    ordered: bool
    symmetric: bool
    chosen: int
    evaluations: int


def search_space(
    models: int, operators: int, size: int | None = None, *, ordered: bool = True, symmetric: bool = False
) -> SearchSpace:
    """Count the merges of some of the models, one after another, with a choice of operator at every step.

    Ordered: each order of the chosen models times the operators at each of the steps. Only the first two models
    meet as equals, so an operator that treats both alike halves the count.

    Args:
        models: To choose from.
        operators: To choose from at each step.
        size: How many are merged; ``None``: all of them.
        ordered: Whether the order matters; if not, the order of the steps is fixed.
        symmetric: Whether the operators treat their two models alike.

    Raises:
        BadInput: There are fewer than 2 models or none of the operators, or more are merged than there are.

    >>> search_space(3, 4).evaluations, search_space(3, 4, symmetric=True).evaluations
    (96, 48)
    """
    count = models if size is None else size
    if not 2 <= count <= models <= 1_000 or not 1 <= operators <= 1_000:
        what = f"{count:,} of {models:,} models by {operators:,} operators"
        raise BadInput(
            what, "models and operators", "use 2 to 1,000 models, merge 2 or more of them, by 1 operator or more"
        )
    orders = factorial(count) if ordered else 1
    if ordered and symmetric:
        orders //= 2
    chosen = comb(models, count)
    return SearchSpace(
        models=models, operators=operators, size=count, ordered=ordered, symmetric=symmetric, chosen=chosen,
        evaluations=chosen * orders * operators ** (count - 1),
    )  # fmt: skip


class MergedTensor(BaseModel, frozen=True):
    """One array of a merge.

    Args:
        name: Its name.
        shape: Its shape.
        norm: Its Euclidean norm.
        mean_norm: The mean norm of what went in; a norm far below it shows that the models cancel.
        cosine: Mean cosine between the models' changes from the base, or between the models where there is no base;
            ``None``: one is all zeros.
        sign_conflict: Share of places where the models' changes have different signs, per cent.
    """

    name: str
    shape: tuple[int, ...]
    norm: float
    mean_norm: float
    cosine: float | None
    sign_conflict: float


class Merge(BaseModel, frozen=True, arbitrary_types_allowed=True):
    """A merge that was really made.

    Args:
        operator: By which.
        weights: Of the models; they sum to 1, except for task arithmetic.
        numbers: In all arrays, a count.
        tensors: One row an array.
        state: The arrays.
    """

    operator: MergeOperator
    weights: tuple[float, ...]
    numbers: int
    tensors: tuple[MergedTensor, ...]
    state: dict[str, Array]


def merge(
    states: Sequence[Arrays],
    operator: MergeOperator = "average",
    *,
    weights: Sequence[float] | None = None,
    base: Arrays | None = None,
    keep: float = 0.2,
) -> Merge:
    """Merge small states array by array.

    Args:
        states: The models, all with the same names and shapes.
        operator: ``average`` and ``slerp`` need no base; ``task arithmetic`` adds weighted changes to it; ``ties``
            keeps the largest changes, settles each place's sign by the greater sum, and averages what agrees.
        weights: One a model; left out: alike, and 1 each for task arithmetic.
        base: What the models were tuned from.
        keep: Share of the changes that TIES keeps, above 0 to 1.

    Raises:
        BadInput: Names or shapes differ, weights are wrong, a base is needed, or it is too much.

    Source: average, Wortsman et al. 2022; task arithmetic, Ilharco et al. 2023; spherical interpolation, Shoemake
    1985, on each array as one vector; TIES, Yadav et al. 2023.

    >>> one, two = {"w": np.array([1.0, 0.0])}, {"w": np.array([0.0, 1.0])}
    >>> merge([one, two], "slerp").state["w"].round(4).tolist()
    [0.7071, 0.7071]
    """
    if operator not in MERGE_OPERATORS:
        raise BadInput(f"'{operator}' is no operator", "operator", f"use one of {', '.join(MERGE_OPERATORS)}")
    if base is None and operator in ("task arithmetic", "ties"):
        raise BadInput(f"{operator} merges changes from a base", "base", "give the model that all were tuned from")
    if not 0 < keep <= 1:
        raise BadInput(f"a share of {keep} to keep", "keep", "use a number above 0, up to 1")
    if operator == "slerp" and len(states) != 2:
        raise BadInput(f"slerp of {len(states):,} models", "models", "give two, or use another operator")
    _alike(states, base)
    shares = _weights(len(states), weights, operator)
    zero = {name: np.zeros_like(array) for name, array in states[0].items()}
    start = zero if base is None else base
    merged = {
        name: _merged([state[name] for state in states], start[name], operator, shares, keep) for name in states[0]
    }
    tensors = tuple(_described(name, merged[name], [state[name] for state in states], start[name]) for name in merged)
    return Merge(
        operator=operator, weights=tuple(map(float, shares)), numbers=sum(array.size for array in merged.values()),
        tensors=tensors, state=merged,
    )  # fmt: skip


def _merged(
    arrays: list[Array],
    base: Array,
    operator: str,
    shares: Array,
    keep: float,
) -> Array:
    stack = np.stack(arrays)
    spread = shares.reshape(-1, *([1] * base.ndim))
    if operator == "slerp":
        return _slerp(arrays[0], arrays[1], float(shares[1]))
    if operator == "ties":
        return base + _ties(stack - base, spread, keep)
    changed: Array = (spread * (stack - base)).sum(axis=0)
    return base + changed if operator == "task arithmetic" else (spread * stack).sum(axis=0)


def _slerp(one: Array, two: Array, t: float) -> Array:
    lengths = np.linalg.norm(one) * np.linalg.norm(two)
    cosine = float((one * two).sum() / lengths) if lengths else 1.0
    angle = float(np.arccos(np.clip(cosine, -1, 1)))
    if angle < _PARALLEL or np.pi - angle < _PARALLEL:
        return (1 - t) * one + t * two
    found: Array = (np.sin((1 - t) * angle) * one + np.sin(t * angle) * two) / np.sin(angle)
    return found


def _ties(changes: Array, spread: Array, keep: float) -> Array:
    trimmed = np.zeros_like(changes)
    for place, change in enumerate(changes):
        many = max(1, round(keep * change.size))
        order = np.argsort(-np.abs(change), axis=None, kind="stable")[:many]
        trimmed[place].flat[order] = change.flat[order]
    sign = np.sign((spread * trimmed).sum(axis=0))
    agree = (np.sign(trimmed) == sign) & (sign != 0)
    weight = np.where(agree, spread, 0.0).sum(axis=0)
    total = np.where(agree, spread * trimmed, 0.0).sum(axis=0)
    found: Array = np.divide(total, weight, out=np.zeros_like(total), where=weight > 0)
    return found


def _described(name: str, merged: Array, arrays: list[Array], base: Array) -> MergedTensor:
    changes = [array - base for array in arrays]
    norms = [float(np.linalg.norm(change)) for change in changes]
    pairs = [(i, j) for i in range(len(changes)) for j in range(i)]
    cosines = [float((changes[i] * changes[j]).sum() / (norms[i] * norms[j])) for i, j in pairs if norms[i] * norms[j]]
    signs = np.sign(np.stack(changes))
    conflict = (signs.max(axis=0) > 0) & (signs.min(axis=0) < 0)
    return MergedTensor(
        name=name, shape=merged.shape, norm=float(np.linalg.norm(merged)),
        mean_norm=float(np.mean([np.linalg.norm(array) for array in arrays])),
        cosine=float(np.mean(cosines)) if len(cosines) == len(pairs) else None,
        sign_conflict=100 * float(conflict.mean()),
    )  # fmt: skip


def _alike(states: Sequence[Arrays], base: Arrays | None) -> None:
    if not 2 <= len(states) <= 20:
        raise BadInput(f"{len(states):,} models", "models", "give 2 to 20")
    shapes = {name: array.shape for name, array in states[0].items()}
    numbers = sum(prod(shape) for shape in shapes.values())
    if not 1 <= numbers * len(states) <= MOST_NUMBERS:
        raise BadInput(f"{numbers * len(states):,} numbers in all", "models", f"give 1 to {MOST_NUMBERS:,}")
    for place, state in enumerate([*states[1:], *([] if base is None else [base])]):
        other = {name: array.shape for name, array in state.items()}
        if other != shapes:
            odd = next(iter(sorted({*other.items()} ^ {*shapes.items()})))
            who = f"model {place + 2}" if place < len(states) - 1 else "base"
            raise BadInput(f"array {odd[0]} differs in name or shape", who, "merge models of one architecture")


def _weights(count: int, given: Sequence[float] | None, operator: str) -> Array:
    adds = operator == "task arithmetic"
    if given is None:
        return np.ones(count) if adds else np.full(count, 1 / count)
    found = np.asarray(given, dtype=float)
    if found.shape != (count,) or not np.isfinite(found).all() or (not adds and (found.min() < 0 or found.sum() <= 0)):
        raise BadInput(f"weights {list(given)}", "weights", f"give {count:,} numbers of 0 or more that do not sum to 0")
    return found if adds else found / found.sum()
