"""How a ranking of models moves from one language to another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from governance.evaluation.groups.chosen import unit_name
from governance.evaluation.groups.grid import Grid
from governance.evaluation.groups.ranks import Floats, known, ranks
from governance.evaluation.orders import taus
from governance.evaluation.vocabulary import Better


@dataclass(frozen=True, slots=True, eq=False)
class RankChanges:
    """Rankings of the compared models in the shared languages; places tie by ``min``, agreement is Kendall's tau b.

    Args:
        models: The compared ones, a count.
        languages: The shared ones, a count.
        tau: Columns first, second, tau; a row a pair of units, each pair once.
        by_unit: Columns unit, language, tau_mean, tau_reference, moved, mean_move, max_move, max_model, winner: the
            ranking of a unit against the ranking by mean.
        tau_reference_mean: Reference language against mean; ``None``: no reference among the shared.
        tau_mean_worst: Mean against each model's worst score.
        tau_reference_worst: Reference against each model's worst score.
        winners: Different models that come first in some unit, ties counted.
    """

    models: int
    languages: int
    tau: pl.DataFrame
    by_unit: pl.DataFrame
    tau_reference_mean: float | None
    tau_mean_worst: float | None
    tau_reference_worst: float | None
    winners: int


def rank_changes(grid: Grid, better: Better, reference: str | None) -> RankChanges | None:
    """Compare the rankings of all shared languages with each other, with the mean and with the worst language.

    Args:
        grid: Models by units.
        better: Which way a score is better.
        reference: A unit.

    Returns:
        ``None`` where fewer than two models or two units can be compared: there is no change to see.
    """
    table, units = grid.common, grid.shared_units
    if min(table.shape) < 2:
        return None
    worst = table.min(axis=1) if better == "higher" else table.max(axis=1)
    mean = table.mean(axis=1)
    agreement = taus(np.vstack([table.T, mean, worst]))
    size = len(units)
    base = units.index(reference) if reference in units else None
    by_mean = ranks(mean, better)
    places: Floats = ranks(np.ascontiguousarray(table.T), better)
    moves = places - by_mean
    names = grid.compared_models
    rows = []
    for at, unit in enumerate(units):
        far = int(np.abs(moves[at]).argmax())
        rows.append({
            "unit": unit, "language": unit_name(unit), "tau_mean": known(agreement[at, size]),
            "tau_reference": None if base is None else known(agreement[at, base]),
            "moved": int((moves[at] != 0).sum()), "mean_move": float(np.abs(moves[at]).mean()),
            "max_move": int(abs(moves[at][far])), "max_model": names[far] if moves[at][far] else None,
            "winner": names[int(places[at].argmin())],
        })  # fmt: skip
    first, second = np.triu_indices(size, 1)
    pairs = pl.DataFrame({
        "first": [units[at] for at in first], "second": [units[at] for at in second],
        "tau": agreement[first, second],
    }).with_columns(pl.col("tau").fill_nan(None))  # fmt: skip
    types = {"tau_mean": pl.Float64, "tau_reference": pl.Float64, "max_model": pl.String}
    return RankChanges(
        models=len(names), languages=size, tau=pairs, by_unit=pl.DataFrame(rows, schema_overrides=types),
        tau_reference_mean=None if base is None else known(agreement[base, size]),
        tau_mean_worst=known(agreement[size, size + 1]),
        tau_reference_worst=None if base is None else known(agreement[base, size + 1]),
        winners=int((places == 1).any(axis=0).sum()),
    )  # fmt: skip
