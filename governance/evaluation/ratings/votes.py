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
WHERE = "battles"
FIRST, SECOND, TIE = 0, 1, 2


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
        rows = _checked(battles, cluster)
        tally = dict(rows.group_by("outcome").agg(pl.col("votes").sum()).iter_rows())
        total = sum(tally.values())
        left_out = {"tie", "both_bad"} if ties == "drop" else {"both_bad"} if both_bad == "drop" else set()
        kept = rows.filter(~pl.col("outcome").is_in(list(left_out))) if left_out else rows
        if kept.is_empty():
            fix = "count ties as half a win each" if total else "bring at least one battle, or loosen the filters"
            raise BadInput("all votes are ties, and ties are dropped" if total else "there are no votes", WHERE, fix)
        coded, models = _coded(kept)
        keys = ["first", "second", "result", "weight"]
        cells = coded.group_by(keys).agg(pl.col("votes").sum()).sort(keys).with_row_index("cell")
        return cls(
            models=models,
            first=cells["first"].to_numpy(),
            second=cells["second"].to_numpy(),
            outcome=cells["result"].to_numpy(),
            weight=cells["weight"].to_numpy(),
            count=cells["votes"].to_numpy(),
            clusters=None if cluster is None else _clusters(coded, cells, keys),
            alone=0 if cluster is None else int(coded.filter(pl.col("cluster").is_null())["votes"].sum()),
            dropped=total - int(cells["votes"].sum()),
            ties=tally.get("tie", 0),
            both_bad=tally.get("both_bad", 0),
            total=total,
            gone=tuple(sorted(_names(rows) - set(models))) if left_out else (),
        )

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


def _checked(battles: pl.DataFrame, cluster: str | None) -> pl.DataFrame:
    needed = ["model_a", "model_b", "outcome", *([cluster] if cluster else [])]
    for name in needed:
        if name not in battles.columns:
            given = ", ".join(battles.columns)
            raise BadInput(f"there is no column '{name:.40}'", WHERE, f"name one of the columns: {given:.200}")
    rows = battles.select(
        "model_a", "model_b", "outcome",
        weight=pl.col("weight").cast(pl.Float64).fill_null(1.0) if "weight" in battles.columns else pl.lit(1.0),
        votes=pl.col("votes").cast(pl.Int64) if "votes" in battles.columns else pl.lit(1, pl.Int64),
        cluster=pl.col(cluster) if cluster else pl.lit(None),
    )  # fmt: skip
    for problem, condition, fix in _PROBLEMS:
        bad = rows.filter(condition)
        if bad.height:
            a, b, outcome = bad.row(0)[:3]
            raise BadInput(f"{bad.height:,} {problem}, such as '{a}' against '{b}', '{outcome}'", WHERE, fix)
    return rows


_PROBLEMS = (
    ("rows lack a model or an outcome", pl.any_horizontal(pl.col("model_a", "model_b", "outcome").is_null()),
     "fill them in or leave these rows out"),
    ("battles are of a model with itself", pl.col("model_a") == pl.col("model_b"),
     "leave these rows out: they say nothing about an order"),
    ("rows have an unknown outcome", ~pl.col("outcome").is_in(list(OUTCOMES)), f"write {', '.join(OUTCOMES)}"),
    ("rows have a weight that is not positive and finite", ~(pl.col("weight").is_finite() & (pl.col("weight") > 0)),
     "give positive weights, or leave these rows out"),
)  # fmt: skip


def _names(rows: pl.DataFrame) -> set[str]:
    return {*rows["model_a"].unique(), *rows["model_b"].unique()}


def _coded(rows: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    names = sorted(_names(rows))
    coder = pl.Enum(names)
    a, b = (pl.col(name).cast(coder).to_physical().cast(pl.Int64) for name in ("model_a", "model_b"))
    won = pl.when(pl.col("outcome") == "a").then(0).when(pl.col("outcome") == "b").then(1).otherwise(2)
    swapped = pl.col("a") > pl.col("b")
    coded = rows.select("weight", "votes", "cluster", a=a, b=b, won=won.cast(pl.Int8)).select(
        "weight", "votes", "cluster",
        first=pl.min_horizontal("a", "b"),
        second=pl.max_horizontal("a", "b"),
        result=pl.when(swapped & (pl.col("won") < 2)).then(1 - pl.col("won")).otherwise("won").cast(pl.Int8),
    )  # fmt: skip
    return coded, tuple(names)


def _clusters(coded: pl.DataFrame, cells: pl.DataFrame, keys: list[str]) -> csr_array:
    known = coded.filter(pl.col("cluster").is_not_null())
    names = known["cluster"].unique().sort()
    counted = known.group_by([*keys, "cluster"]).agg(pl.col("votes").sum()).join(cells.select(*keys, "cell"), on=keys)
    numbers = pl.DataFrame({"cluster": names, "number": np.arange(len(names))})
    counted = counted.join(numbers, on="cluster")
    alone = coded.filter(pl.col("cluster").is_null()).join(cells.select(*keys, "cell"), on=keys)
    single = np.repeat(alone["cell"].to_numpy(), alone["votes"].to_numpy())
    row = np.concatenate([counted["number"].to_numpy(), len(names) + np.arange(len(single))])
    column = np.concatenate([counted["cell"].to_numpy(), single]).astype(np.int64)
    value = np.concatenate([counted["votes"].to_numpy(), np.ones(len(single))]).astype(np.float64)
    return csr_array((value, (row, column)), shape=(len(names) + len(single), len(cells)))
