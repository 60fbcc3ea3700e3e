"""How much worse a model is in other languages: gaps, the worst language, spread."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import polars as pl
from pydantic import BaseModel

from governance.errors import BadInput
from governance.evaluation.groups.chosen import Figures, is_share, language_code, unit_name
from governance.evaluation.groups.grid import COVER, Grid, grid_of
from governance.evaluation.groups.rank_changes import RankChanges, rank_changes
from governance.evaluation.groups.ranks import Floats, known, ranks
from governance.evaluation.sample_size import wilson

TAIL = 0.1
"""Share of the languages in the tail: the worst tenth, at least one."""
REFERENCE = "eng"
PERCENT = 100


class ModelSummary(BaseModel, frozen=True):
    """One model over the languages that all compared models share.

    Args:
        model: Its name.
        has: Languages it has a score in, shared or not.
        compared: Whether it is compared; if not, what follows is unknown.
        languages: Shared languages, a count.
        mean: Mean over these, each language counting once.
        reference: Score in the reference language.
        worst, worst_language: The worst score and where.
        best, best_language: The best score and where.
        ratio: Worst over best, as the scores stand; ``None`` where the best is 0.
        gap: Worst minus reference.
        mean_gap: Mean of the other languages minus reference.
        sd: Standard deviation over languages (n - 1).
        range: Largest minus smallest score.
        tail_mean: Mean over the worst tenth of the languages.
        below_mean: Share of languages worse than the mean.
        rank, rank_reference, rank_worst: Place by mean, in the reference language, and by the worst score (ties: min).
    """

    model: str
    has: int
    compared: bool
    languages: int | None = None
    mean: float | None = None
    reference: float | None = None
    worst: float | None = None
    worst_language: str | None = None
    best: float | None = None
    best_language: str | None = None
    ratio: float | None = None
    gap: float | None = None
    mean_gap: float | None = None
    sd: float | None = None
    range: float | None = None
    tail_mean: float | None = None
    below_mean: float | None = None
    rank: int | None = None
    rank_reference: int | None = None
    rank_worst: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class LanguageReport:
    """What is known of models in languages.

    Args:
        figures: What was chosen, with metric, split, scoring and which way is better.
        grid: Models by languages.
        reference: The unit others are set against; ``None``: the set has it not.
        models: A summary each, the best mean first, those not compared last.
        rows: Columns model, unit, language, score, low, high, n, tasks, gap, delta_percent, rank; a row a model and
            unit that has a score.
        changes: How rankings move between languages; ``None`` where fewer than two models or languages are shared.
        interval: What the interval is, or why there is none.
    """

    figures: Figures
    grid: Grid
    reference: str | None
    models: tuple[ModelSummary, ...]
    rows: pl.DataFrame
    changes: RankChanges | None
    interval: str


def language_report(figures: Figures, reference: str = REFERENCE, cover: float = COVER) -> LanguageReport:
    """Set each language against a reference, and find each model's worst.

    Args:
        figures: Chosen scores.
        reference: A language or subset: a code, a name, or a unit of the set.
        cover: Share of the languages a model needs to be compared.

    Raises:
        BadInput: The reference is none of the set's languages, or ``cover`` is no share.
    """
    grid = grid_of(figures, cover)
    against = find_unit(grid, reference, figures)
    interval, low, high = _intervals(figures, grid)
    return LanguageReport(
        figures, grid, against, _summaries(figures, grid, against), _rows(figures, grid, against, low, high),
        rank_changes(grid, figures.better, against), interval,
    )  # fmt: skip


def find_unit(grid: Grid, wanted: str, figures: Figures) -> str | None:
    """Find the unit that a word for a language means; ``None`` for the usual reference where the set lacks it.

    Raises:
        BadInput: No unit, or more than one, is meant.
    """
    if wanted in grid.units:
        return wanted
    code = language_code(wanted)
    of = dict(figures.frame.select("unit", "language").unique().iter_rows())
    meant = [unit for unit in grid.units if of[unit] == code]
    if len(meant) == 1:
        return meant[0]
    if wanted == REFERENCE and not meant:
        return None
    what = f"'{wanted:.40}' is {'several subsets' if meant else 'no language'} of these scores"
    raise BadInput(what, "reference", f"use one of {', '.join((meant or list(grid.units))[:12])}")


def _intervals(figures: Figures, grid: Grid) -> tuple[str, Floats, Floats]:
    low, high = np.full_like(grid.score, np.nan), np.full_like(grid.score, np.nan)
    if not np.isfinite(grid.n).any():
        return "none: n is not stated", low, high
    if not is_share(figures.metric):
        return f"none: '{figures.metric}' is not known to be a share of n", low, high
    if (grid.tasks > 1).all():
        return "none: a score is a mean over tasks", low, high
    scale = PERCENT if np.nanmax(grid.score) > 1 else 1
    if np.nanmin(grid.score) < 0 or np.nanmax(grid.score) > scale:
        return "none: scores lie outside 0 to 1 and 0 to 100", low, high
    for at in np.argwhere(np.isfinite(grid.score) & (np.nan_to_num(grid.n) >= 1)):
        place = tuple(at)
        bounds = wilson(grid.score[place] / scale, int(grid.n[place]))
        low[place], high[place] = bounds.low * scale, bounds.high * scale
    return "Wilson, 95%, where n is stated", low, high


def _summaries(figures: Figures, grid: Grid, reference: str | None) -> tuple[ModelSummary, ...]:
    table, units = grid.common, grid.shared_units
    absent = [
        ModelSummary(model=name, has=int(has), compared=False)
        for name, has, here in zip(grid.models, grid.has, grid.compared, strict=True)
        if not here
    ]
    if not table.size:
        named = zip(grid.models, grid.has, grid.compared, strict=True)
        return (*(ModelSummary(model=name, has=int(has), compared=True) for name, has, ok in named if ok), *absent)
    sign = 1.0 if figures.better == "higher" else -1.0
    goodness = sign * table
    means = table.mean(axis=1)
    base = units.index(reference) if reference in units else None
    worst_scores = sign * goodness.min(axis=1)
    places = ranks(means, figures.better), ranks(worst_scores, figures.better)
    first = None if base is None else ranks(table[:, base], figures.better)
    found = []
    for at, name in enumerate(grid.compared_models):
        row, worst, best = table[at], int(goodness[at].argmin()), int(goodness[at].argmax())
        others = np.delete(row, base) if base is not None else row
        tail = np.sort(goodness[at])[: math.ceil(TAIL * row.size)]
        found.append(ModelSummary(
            model=name, has=int(grid.has[at]), compared=True, languages=row.size, mean=float(means[at]),
            reference=None if base is None else float(row[base]),
            worst=float(row[worst]), worst_language=units[worst], best=float(row[best]), best_language=units[best],
            ratio=known(row[worst] / row[best]) if row[best] else None,
            gap=None if base is None else float(row[worst] - row[base]),
            mean_gap=None if base is None or not others.size else float(others.mean() - row[base]),
            sd=float(row.std(ddof=1)) if row.size > 1 else None, range=float(np.ptp(row)),
            tail_mean=float(sign * tail.mean()), below_mean=float((goodness[at] < goodness[at].mean()).mean()),
            rank=int(places[0][at]), rank_worst=int(places[1][at]),
            rank_reference=None if first is None else int(first[at]),
        ))  # fmt: skip
    return (*sorted(found, key=lambda one: (one.rank or 0, one.model)), *absent)


def _rows(figures: Figures, grid: Grid, reference: str | None, low: Floats, high: Floats) -> pl.DataFrame:
    place = np.full_like(grid.score, np.nan)
    for at in range(len(grid.units)):
        here = np.isfinite(grid.score[:, at])
        place[here, at] = ranks(grid.score[here, at], figures.better)
    same = grid.tasks if reference is None else grid.tasks == grid.tasks[grid.units.index(reference)]
    base = np.full(len(grid.models), np.nan) if reference is None else grid.score[:, grid.units.index(reference)]
    gap = grid.score - base[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        delta = np.where(np.isfinite(gap) & (base[:, None] != 0), PERCENT * gap / base[:, None], np.nan)
    gap, delta = np.where(same, gap, np.nan), np.where(same, delta, np.nan)
    models, units = np.indices(grid.score.shape).reshape(2, -1)
    names = {unit: unit_name(unit) for unit in grid.units}
    columns = {"score": grid.score, "low": low, "high": high, "n": grid.n, "gap": gap, "delta_percent": delta,
               "rank": place}  # fmt: skip
    frame = pl.DataFrame({
        "model": [grid.models[at] for at in models], "unit": [grid.units[at] for at in units],
        "language": [names[grid.units[at]] for at in units], "tasks": grid.tasks[units],
        **{name: values.reshape(-1) for name, values in columns.items()},
    })  # fmt: skip
    unknown = pl.col("low", "high", "n", "gap", "delta_percent", "rank").fill_nan(None)
    typed = frame.filter(pl.col("score").is_not_nan()).with_columns(unknown)
    return typed.with_columns(pl.col("n", "rank").cast(pl.Int64))
