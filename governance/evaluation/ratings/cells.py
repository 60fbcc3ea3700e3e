"""Votes counted a pair: all that Bradley-Terry, win rates and cycles need of a million battles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from governance.evaluation.vocabulary import Ties

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """How the votes between each two models went.

    Args:
        models: Their names, sorted; everything else is in numbers of this list.
        first, second: The pairs that met, first < second, sorted.
        wins: Weight of the votes that the first of the pair won.
        losses: That the second won.
        ties: That neither won, both bad among them.
        votes: Votes a pair, a count, whatever their weight.
    """

    models: tuple[str, ...]
    first: Numbers
    second: Numbers
    wins: Floats
    losses: Floats
    ties: Floats
    votes: Numbers

    @classmethod
    def of(cls, battles: pl.DataFrame) -> Self:
        """Count battles.

        Args:
            battles: Columns model_a, model_b, outcome, and perhaps weight (null: 1). Battles of a model with itself
                are left out.

        >>> battles = pl.DataFrame({"model_a": ["x", "y"], "model_b": ["y", "x"], "outcome": ["a", "tie"]})
        >>> cells = Cells.of(battles)
        >>> cells.models, cells.wins.tolist(), cells.ties.tolist(), cells.votes.tolist()
        (('x', 'y'), [1.0], [1.0], [2])
        """
        weight = pl.col("weight").fill_null(1.0) if "weight" in battles.columns else pl.lit(1.0)
        swapped = pl.col("model_a") > pl.col("model_b")
        a_won, b_won = pl.col("outcome") == "a", pl.col("outcome") == "b"
        counted = (
            battles.lazy()
            .filter(pl.col("model_a") != pl.col("model_b"))
            .group_by(
                x=pl.when(swapped).then("model_b").otherwise("model_a"),
                y=pl.when(swapped).then("model_a").otherwise("model_b"),
            )
            .agg(
                wins=pl.when(pl.when(swapped).then(b_won).otherwise(a_won)).then(weight).otherwise(0.0).sum(),
                losses=pl.when(pl.when(swapped).then(a_won).otherwise(b_won)).then(weight).otherwise(0.0).sum(),
                ties=pl.when(a_won | b_won).then(0.0).otherwise(weight).sum(),
                votes=pl.len().cast(pl.Int64),
            )
            .sort("x", "y")
            .collect()
        )
        models = sorted({*counted["x"], *counted["y"]})
        numbers = {name: place for place, name in enumerate(models)}
        return cls(
            models=tuple(models),
            first=counted["x"].replace_strict(numbers, return_dtype=pl.Int64).to_numpy(),
            second=counted["y"].replace_strict(numbers, return_dtype=pl.Int64).to_numpy(),
            wins=counted["wins"].to_numpy(),
            losses=counted["losses"].to_numpy(),
            ties=counted["ties"].to_numpy(),
            votes=counted["votes"].to_numpy(),
        )

    def matrix(self, ties: Ties = "half") -> Floats:
        """Give the weight of wins of row over column.

        Args:
            ties: half: a tie is half a win for each; drop and davidson: ties are left out.
        """
        share = 0.5 * self.ties if ties == "half" else 0.0 * self.ties
        table = np.zeros((len(self.models), len(self.models)))
        table[self.first, self.second] = self.wins + share
        table[self.second, self.first] = self.losses + share
        return table

    def tied(self) -> Floats:
        """Give the weight of ties of each pair, symmetric."""
        table = np.zeros((len(self.models), len(self.models)))
        table[self.first, self.second] = table[self.second, self.first] = self.ties
        return table

    def per_model(self) -> Numbers:
        """Count the votes each model took part in."""
        size = len(self.models)
        return np.bincount(self.first, self.votes, size).astype(np.int64) + np.bincount(
            self.second, self.votes, size
        ).astype(np.int64)


def components(wins: Floats, *, strong: bool = False) -> Numbers:
    """Number the parts of a comparison graph that nothing connects, the part of most models first.

    Args:
        wins: Weight of wins of row over column.
        strong: Whether a path of wins must lead both ways, which is when Bradley-Terry has a finite answer.
    """
    graph = coo_array((wins > 0).astype(np.int8))
    found = connected_components(graph, directed=True, connection="strong" if strong else "weak")[1]
    order = np.argsort(-np.bincount(found), kind="stable")
    places = np.empty_like(order)
    places[order] = np.arange(order.size)
    numbers: Numbers = places[found].astype(np.int64)
    return numbers
