"""Models by languages: which have which figure, and over which languages all can be compared."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from governance.errors import BadInput
from governance.evaluation.groups.chosen import Figures
from governance.evaluation.groups.ranks import Floats

COVER = 0.5
"""Share of the languages a model must have to be compared; one below it would shrink the comparison for all."""


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Figures of models in languages; what is missing is NaN.

    Args:
        models: All of them; those compared first, each group by name.
        units: Languages or their varieties, sorted.
        score: Shape (models, units); the mean over the tasks of `tasks`.
        n: Items behind a score, NaN where unknown or where it is a mean of several tasks.
        compared: A model, whether it has enough languages to be compared.
        shared: A unit, whether all compared models have it.
        tasks: A unit, how many tasks its score is a mean of.
    """

    models: tuple[str, ...]
    units: tuple[str, ...]
    score: Floats
    n: Floats
    compared: NDArray[np.bool_]
    shared: NDArray[np.bool_]
    tasks: NDArray[np.int64]

    @property
    def common(self) -> Floats:
        """Give the scores of the compared models in the shared units: no NaN."""
        block: Floats = self.score[np.ix_(self.compared, self.shared)]
        return block

    @property
    def compared_models(self) -> tuple[str, ...]:
        """Name the models of `common`."""
        return tuple(name for name, here in zip(self.models, self.compared, strict=True) if here)

    @property
    def shared_units(self) -> tuple[str, ...]:
        """Name the units of `common`."""
        return tuple(name for name, here in zip(self.units, self.shared, strict=True) if here)

    @property
    def has(self) -> NDArray[np.int64]:
        """Count the units each model has."""
        counts: NDArray[np.int64] = np.isfinite(self.score).sum(axis=1)
        return counts


def grid_of(figures: Figures, cover: float = COVER) -> Grid:
    """Lay scores out as models by units.

    With several tasks, a unit's score is the mean over the tasks that all compared models have in it; a model without
    one of these has no score there.

    Args:
        figures: What was chosen.
        cover: Share of all pairs of task and unit that a model needs to be compared, from 0 to 1.

    Raises:
        BadInput: ``cover`` is no share.
    """
    if not (math.isfinite(cover) and 0 <= cover <= 1):
        raise BadInput(f"{cover} is no share", "cover", "give a number from 0 to 1, e.g. 0.5")
    frame = figures.frame
    cells = frame.select("unit", "task").unique().sort("unit", "task")
    table = _spread(frame, cells, "score")
    amount = _spread(frame, cells, "n")
    have = np.isfinite(table).sum(axis=1)
    compared = have >= max(cover * cells.height, 1)
    names = sorted(frame["model"].unique())
    order = np.array(sorted(range(len(names)), key=lambda at: (not compared[at], names[at])), dtype=np.int64)
    table, amount, compared = table[order], amount[order], compared[order]
    everyone = np.isfinite(table[compared]).all(axis=0) if compared.any() else np.zeros(cells.height, dtype=bool)
    units = sorted(cells["unit"].unique())
    of_unit = np.array([units.index(name) for name in cells["unit"]], dtype=np.int64)
    score = np.full((len(names), len(units)), np.nan)
    n = np.full_like(score, np.nan)
    tasks, shared = np.zeros(len(units), dtype=np.int64), np.zeros(len(units), dtype=bool)
    for at in range(len(units)):
        mine = np.flatnonzero(of_unit == at)
        common = mine[everyone[mine]]
        shared[at] = common.size > 0
        used = common if common.size else mine
        tasks[at] = used.size
        score[:, at] = table[:, used].mean(axis=1)
        if used.size == 1:
            n[:, at] = amount[:, used[0]]
    return Grid(tuple(names[at] for at in order), tuple(units), score, n, compared, shared, tasks)


def _spread(frame: pl.DataFrame, cells: pl.DataFrame, column: str) -> Floats:
    models = {name: at for at, name in enumerate(sorted(frame["model"].unique()))}
    placed = frame.join(cells.with_row_index("cell"), on=["unit", "task"])
    table = np.full((len(models), cells.height), np.nan)
    rows = placed["model"].replace_strict(models, return_dtype=pl.Int64).to_numpy()
    table[rows, placed["cell"].to_numpy()] = placed[column].cast(pl.Float64).fill_null(np.nan).to_numpy()
    return table
