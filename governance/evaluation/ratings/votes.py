"""Votes counted by pair, outcome and weight: all a rating, a resample or a robust variance needs of the battles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from governance.errors import BadInput
from governance.evaluation.ratings.cells import Cells, Floats, Numbers
from governance.evaluation.vocabulary import OUTCOMES, Ties

BothBad = Literal["tie", "drop"]
"""What a vote that both answers are bad counts: like a tie, or nothing."""
MOST_BINS = 4_000_000
"""Up to here keys are told apart by counting, beyond by sorting."""
WHERE = "battles"
FIRST, SECOND, TIE, BOTH_BAD = 0, 1, 2, 3


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """Votes in cells: those of one cell agree in pair, outcome, weight (and cluster), so only their number matters.

    Args:
        models: Their names, sorted; everything else is in numbers of this list.
        first, second: The pair of each cell, first < second; cells are sorted by pair, outcome, weight.
        outcome: 0: the first of the pair won, 1: the second, 2: neither.
        weight: Of one vote of the cell.
        count: Votes of the cell.
        clusters: Votes of each cluster in each cell, shape (clusters, cells); ``None`` where none were asked for.
        alone: Votes whose cluster is not known, each of which stands for itself.
        dropped: Votes left out by the tie rule.
        ties, both_bad: Votes of these outcomes, before any were left out.
        total: Votes, before any were left out.
        gone: Models all of whose votes were left out.
    """

    models: tuple[str, ...]
    first: Numbers
    second: Numbers
    outcome: NDArray[np.int8]
    weight: Floats
    count: Numbers
    clusters: csr_array | None
    alone: int
    dropped: int
    ties: int
    both_bad: int
    total: int
    gone: tuple[str, ...]

    @classmethod
    def of(
        cls, battles: pl.DataFrame, ties: Ties = "half", both_bad: BothBad = "tie", cluster: str | None = None
    ) -> Self:
        """Count battles.

        Args:
            battles: Columns model_a, model_b, outcome, and perhaps weight (null: 1) and votes: how many battles a
                row stands for (see `filters.counted`).
            ties: With ``drop``, ties are left out.
            both_bad: Whether "both bad" is a tie or left out.
            cluster: Column whose values say which votes go together.

        Raises:
            BadInput: No vote is left, a model meets itself, or a column or value is not as it should be.

        >>> battles = pl.DataFrame({"model_a": ["x", "y"], "model_b": ["y", "x"], "outcome": ["a", "b"]})
        >>> votes = Votes.of(battles)
        >>> votes.models, votes.outcome.tolist(), votes.count.tolist()
        (('x', 'y'), [0], [2])
        """
        coded = _coded(battles, cluster)
        tally = np.bincount(coded.outcome, coded.votes, len(OUTCOMES)).astype(np.int64)
        total = int(tally.sum())
        left_out = [TIE, BOTH_BAD] if ties == "drop" else [BOTH_BAD] if both_bad == "drop" else []
        kept = coded.kept(left_out) if tally[left_out].any() else coded
        if not len(kept.votes):
            fix = "count ties as half a win each" if total else "bring at least one battle, or loosen the filters"
            raise BadInput("all votes are ties, and ties are dropped" if total else "there are no votes", WHERE, fix)
        models = kept.models
        first, second = np.minimum(kept.a, kept.b), np.maximum(kept.a, kept.b)
        result = np.minimum(kept.outcome, TIE)
        result = np.where((kept.a > kept.b) & (result < TIE), 1 - result, result)
        key, weight, count, place = _cells((first * len(models) + second) * 3 + result, kept.weight, kept.votes)
        pair, outcome = np.divmod(key, 3)
        first, second = np.divmod(pair, len(models))
        alone = 0 if kept.cluster is None else int(kept.votes[kept.cluster < 0].sum())
        return cls(
            models=models, first=first, second=second, outcome=outcome.astype(np.int8), weight=weight, count=count,
            clusters=None if kept.cluster is None else _clusters(kept.cluster, place, kept.votes, len(key)),
            alone=alone, dropped=total - int(count.sum()), ties=int(tally[TIE]), both_bad=int(tally[BOTH_BAD]),
            total=total, gone=tuple(sorted(set(coded.models) - set(models))),
        )  # fmt: skip

    @property
    def n(self) -> int:
        """Count the votes that are kept."""
        return int(self.count.sum())

    def per_model(self) -> Numbers:
        """Count the kept votes each model took part in."""
        size = len(self.models)
        both = np.bincount(self.first, self.count, size) + np.bincount(self.second, self.count, size)
        counts: Numbers = both.astype(np.int64)
        return counts

    def cells(self) -> Cells:
        """Give the votes by pair."""
        key = self.first * len(self.models) + self.second
        pairs, place = np.unique(key, return_inverse=True)
        weights = np.zeros((3, len(pairs)))
        np.add.at(weights, (self.outcome, place), self.weight * self.count)
        votes = np.bincount(place, self.count, len(pairs)).astype(np.int64)
        first, second = np.divmod(pairs, len(self.models))
        return Cells(self.models, first, second, weights[FIRST], weights[SECOND], weights[TIE], votes)


@dataclass(frozen=True, slots=True, eq=False)
class _Coded:
    """Battles in numbers; a cluster that is not known is -1."""

    models: tuple[str, ...]
    a: Numbers
    b: Numbers
    outcome: Numbers
    weight: Floats | None
    votes: Numbers
    cluster: Numbers | None

    def kept(self, left_out: list[int]) -> _Coded:
        rows = ~np.isin(self.outcome, left_out)
        both = np.concatenate([self.a[rows], self.b[rows]])
        here, numbers = np.unique(both, return_inverse=True)
        half = len(both) // 2
        return _Coded(
            tuple(self.models[place] for place in here), numbers[:half], numbers[half:], self.outcome[rows],
            None if self.weight is None else self.weight[rows], self.votes[rows],
            None if self.cluster is None else self.cluster[rows],
        )  # fmt: skip


def _coded(battles: pl.DataFrame, cluster: str | None) -> _Coded:
    for name in ("model_a", "model_b", "outcome", *([cluster] if cluster else [])):
        if name not in battles.columns:
            given = ", ".join(battles.columns)
            raise BadInput(f"there is no column '{name:.40}'", WHERE, f"name one of the columns: {given:.200}")
    missing = battles["model_a"].is_null() | battles["model_b"].is_null()
    _refuse(battles, missing, "rows lack a model", "fill them in or leave them out")
    outcome = battles["outcome"].cast(pl.Enum(OUTCOMES), strict=False)
    _refuse(battles, outcome.is_null(), "rows have no known outcome", f"write {', '.join(OUTCOMES)}")
    models, a, b = _numbered(battles["model_a"], battles["model_b"])
    _refuse(
        battles, pl.Series(a == b), "battles are of a model with itself",
        "leave these rows out: they say nothing about an order",
    )  # fmt: skip
    votes = battles["votes"].to_numpy() if "votes" in battles.columns else np.ones(len(a), dtype=np.int64)
    return _Coded(
        models, a, b, outcome.to_physical().cast(pl.Int64).to_numpy(), _weight(battles), votes.astype(np.int64),
        None if cluster is None else _codes(battles[cluster]),
    )  # fmt: skip


def _numbered(model_a: pl.Series, model_b: pl.Series) -> tuple[tuple[str, ...], Numbers, Numbers]:
    coder = model_a.dtype
    ready = isinstance(coder, pl.Enum) and coder == model_b.dtype and coder.categories.is_sorted()
    if not ready:
        model_a, model_b = model_a.cast(pl.String), model_b.cast(pl.String)
        coder = pl.Enum(sorted({*model_a.unique(), *model_b.unique()}))
    assert isinstance(coder, pl.Enum)
    names = coder.categories.to_list()
    a, b = (column.cast(coder).to_physical().cast(pl.Int64).to_numpy() for column in (model_a, model_b))
    here = np.flatnonzero(np.bincount(a, minlength=len(names)) + np.bincount(b, minlength=len(names)))
    if len(here) == len(names):
        return tuple(names), a, b
    place = np.zeros(len(names), dtype=np.int64)
    place[here] = np.arange(len(here))
    return tuple(names[one] for one in here), place[a], place[b]


def _weight(battles: pl.DataFrame) -> Floats | None:
    if "weight" not in battles.columns or battles["weight"].null_count() == battles.height:
        return None
    weight = battles["weight"].cast(pl.Float64).fill_null(1.0)
    _refuse(
        battles, ~(weight.is_finite() & (weight > 0)), "rows have a weight that is not positive and finite",
        "give positive weights, or leave these rows out",
    )  # fmt: skip
    values: Floats = weight.to_numpy()
    return values


def _refuse(battles: pl.DataFrame, bad: pl.Series, problem: str, fix: str) -> None:
    if bad.any():
        a, b, outcome = battles.filter(bad).select("model_a", "model_b", "outcome").row(0)
        said = f"{int(bad.sum()):,} {problem}, such as '{a!s:.60}' against '{b!s:.60}', outcome '{outcome!s:.20}'"
        raise BadInput(said, WHERE, fix)


def _codes(values: pl.Series) -> Numbers:
    """Number values from 0, sorted; nothing is -1."""
    if not isinstance(values.dtype, pl.Enum):
        texts = values.cast(pl.String)
        values = texts.cast(pl.Enum(texts.drop_nulls().unique().sort()))
    numbers: Numbers = values.to_physical().cast(pl.Int64).fill_null(-1).to_numpy()
    return numbers


def _cells(key: Numbers, weight: Floats | None, votes: Numbers) -> tuple[Numbers, Floats, Numbers, Numbers]:
    """Give the different (key, weight), sorted, with their votes, and each row's place among them."""
    if weight is None:
        found, place = _distinct(key)
        return found, np.ones(len(found)), np.bincount(place, votes).astype(np.int64), place
    weights, number = np.unique(weight, return_inverse=True)
    both, place = _distinct(key * len(weights) + number)
    found, number = np.divmod(both, len(weights))
    return found, weights[number], np.bincount(place, votes).astype(np.int64), place


def _distinct(key: Numbers) -> tuple[Numbers, Numbers]:
    largest = int(key.max())
    if largest > MOST_BINS:
        found, place = np.unique(key, return_inverse=True)
        return found, place
    found = np.flatnonzero(np.bincount(key))
    places = np.zeros(largest + 1, dtype=np.int64)
    places[found] = np.arange(len(found))
    return found, places[key]


def _clusters(cluster: Numbers, place: Numbers, votes: Numbers, cells: int) -> csr_array:
    groups = int(cluster.max(initial=-1)) + 1
    unknown = cluster < 0
    single = np.repeat(place[unknown], votes[unknown])
    row = np.concatenate([cluster[~unknown], groups + np.arange(len(single))])
    column = np.concatenate([place[~unknown], single])
    value = np.concatenate([votes[~unknown], np.ones(len(single))]).astype(np.float64)
    table = csr_array((value, (row, column)), shape=(groups + len(single), cells))
    return table[np.diff(table.indptr) > 0]
