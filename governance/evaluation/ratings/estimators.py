"""Scores, intervals and draws of each method, from counted votes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from statistics import NormalDist

import numpy as np
import polars as pl
from numpy.typing import NDArray

from governance.errors import BadInput
from governance.evaluation.ratings.batch import refit
from governance.evaluation.ratings.bradley_terry import POINTS, PartFit, fit_parts, points
from governance.evaluation.ratings.cells import Cells, Floats, Numbers, components
from governance.evaluation.ratings.elo import elo
from governance.evaluation.ratings.rating import SAME, Settings
from governance.evaluation.ratings.resample import resampled, row_draws
from governance.evaluation.ratings.sandwich import covariance
from governance.evaluation.ratings.shares import borda, effective_votes, wilson, win_rate
from governance.evaluation.ratings.votes import Votes


@dataclass(frozen=True, slots=True, eq=False)
class Estimated:
    """What a method makes of the votes, in the order of their models.

    Args:
        scores: In the method's unit.
        part: Number of each model's part of the comparison graph.
        nu, prior: Of each part.
        low, high: Ends of intervals.
        draws: Scores of resamples, shape (resamples, models).
        hard: Resamples that needed the prior.
    """

    scores: Floats
    part: Numbers
    nu: tuple[float | None, ...]
    prior: tuple[bool, ...]
    low: Floats | None = None
    high: Floats | None = None
    draws: Floats | None = None
    hard: int = 0


def estimate(frame: pl.DataFrame, votes: Votes, settings: Settings) -> Estimated:
    """Estimate scores, and their intervals where these are asked for.

    Args:
        frame: The battles, which Elo takes in their order.
        votes: The same, counted.
        settings: How.
    """
    if settings.method == "bt":
        return _bradley_terry(votes, settings)
    if settings.method == "elo":
        return _elo(frame, votes, settings)
    return _shares(votes, settings)


def _with_draws(found: Estimated, draws: Floats, level: float, hard: int = 0) -> Estimated:
    if not (np.ptp(np.nan_to_num(draws), axis=0) > SAME).any():
        return found  # every resample says the same: too few votes, or all alike, to say how sure a score is
    tail = (1 - level) / 2
    low, high = np.nanquantile(draws, [tail, 1 - tail], axis=0)
    return replace(found, low=low, high=high, draws=draws, hard=hard)


def _bradley_terry(votes: Votes, settings: Settings) -> Estimated:
    cells = votes.cells()
    davidson = settings.ties == "davidson"
    fits = fit_parts(cells.matrix("drop" if davidson else "half"), cells.tied() if davidson else None)
    skill, part = np.zeros(len(votes.models)), np.zeros(len(votes.models), dtype=np.int64)
    for number, one in enumerate(fits):
        skill[one.members], part[one.members] = one.skill, number
    found = Estimated(points(skill), part, tuple(one.nu for one in fits), tuple(one.ridge > 0 for one in fits))
    if settings.interval in ("bootstrap", "cluster"):
        draws, hard = resampled(
            votes, _refit(fits, len(skill)), settings.resamples or 0, settings.seed or 0, half=not davidson
        )
        return _with_draws(found, draws, settings.level, int(hard.sum()))
    return _robust(votes, fits, settings, found) if settings.interval == "sandwich" else found


def _refit(fits: list[PartFit], size: int) -> Callable[[Floats, Floats | None], tuple[Floats, NDArray[np.bool_]]]:
    def run(wins: Floats, ties: Floats | None) -> tuple[Floats, NDArray[np.bool_]]:
        scores, hard = np.empty((len(wins), size)), np.zeros(len(wins), dtype=bool)
        for one in fits:
            block = np.s_[:] if len(one.members) == size else np.ix_(np.arange(len(wins)), one.members, one.members)
            tied = None if ties is None or one.log_nu is None else ties[block]
            found, needed = refit(wins[block], tied, one.parameters, one.ridge)
            scores[:, one.members] = points(found[:, : len(one.members)])
            hard |= needed
        return scores, hard

    return run


def _robust(votes: Votes, fits: list[PartFit], settings: Settings, found: Estimated) -> Estimated:
    rng = np.random.default_rng(settings.seed)
    draws = np.empty((settings.resamples or 0, len(found.scores)))
    spread = np.empty(len(found.scores))
    for one in fits:
        matrix = covariance(votes, one.members, one.skill, one.log_nu, one.ridge) * POINTS**2
        spread[one.members] = np.sqrt(np.diag(matrix))
        values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
        noise = rng.standard_normal((len(draws), len(values))) * np.sqrt(np.maximum(values, 0))
        draws[:, one.members] = found.scores[one.members] + noise @ vectors.T
    if not (spread > SAME).any():
        return found
    reach = NormalDist().inv_cdf((1 + settings.level) / 2) * spread
    return replace(found, low=found.scores - reach, high=found.scores + reach, draws=draws)


def _parts(cells: Cells) -> tuple[Numbers, int]:
    part = components(cells.matrix("half"))
    return part, int(part.max()) + 1


def _shares(votes: Votes, settings: Settings) -> Estimated:
    cells = votes.cells()
    whole = cells.matrix("half")
    count = win_rate if settings.method == "winrate" else partial(borda, met=whole + whole.T > 0)
    scores = count(whole)
    part, parts = _parts(cells)
    found = Estimated(scores, part, (None,) * parts, (False,) * parts)
    if settings.interval in ("bootstrap", "cluster"):
        draws, _ = resampled(
            votes, lambda wins, _: (count(wins), np.zeros(len(wins), dtype=bool)), settings.resamples or 0,
            settings.seed or 0, half=True,
        )  # fmt: skip
        return _with_draws(found, draws, settings.level)
    if settings.interval == "wilson":
        z = NormalDist().inv_cdf((1 + settings.level) / 2)
        low, high = wilson(scores, effective_votes(cells), z)
        return replace(found, low=low, high=high)
    return found


def _elo(frame: pl.DataFrame, votes: Votes, settings: Settings) -> Estimated:
    rows = _in_order(frame, settings)
    numbers = {name: place for place, name in enumerate(votes.models)}
    first, second = (
        rows[name].replace_strict(numbers, return_dtype=pl.Int32).to_numpy() for name in ("model_a", "model_b")
    )
    score = rows["outcome"].replace_strict({"a": 1.0, "b": 0.0}, default=0.5, return_dtype=pl.Float64).to_numpy()
    weight = rows["weight"].cast(pl.Float64).fill_null(1.0).to_numpy() if "weight" in rows.columns else None
    size, k, start = len(votes.models), settings.k or 0.0, settings.start or 0.0

    def run(times: NDArray[np.int32] | None) -> Floats:
        return elo(first, second, score, size, k, start, weight=weight, times=times)

    part, parts = _parts(votes.cells())
    found = Estimated(run(None), part, (None,) * parts, (False,) * parts)
    if settings.interval not in ("bootstrap", "cluster"):
        return found
    groups = None if settings.cluster is None else _groups(rows[settings.cluster])
    drawn = row_draws(groups, rows.height, settings.resamples or 0, settings.seed or 0)
    with ThreadPoolExecutor(max_workers=2) as pool:
        draws = np.stack(list(pool.map(run, drawn)))
    return _with_draws(found, draws, settings.level)


def _in_order(frame: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    if "votes" in frame.columns and (frame["votes"] != 1).any():
        raise BadInput("Elo needs the battles one by one, in order", "battles", "give them uncounted")
    left_out = ["tie", "both_bad"] if settings.ties == "drop" else ["both_bad"] if settings.both_bad == "drop" else []
    rows = frame.filter(~pl.col("outcome").is_in(left_out))
    if settings.order == "given":
        return rows
    if "day" not in rows.columns or rows["day"].null_count() == rows.height:
        raise BadInput("no battle has a day", "setting order", "take the order as given")
    return rows.sort("day", maintain_order=True)


def _groups(values: pl.Series) -> Numbers:
    missing = np.flatnonzero(values.is_null().to_numpy())
    groups: Numbers = values.rank("dense").fill_null(0).cast(pl.Int64).to_numpy().copy()
    groups[missing] = groups.max() + 1 + np.arange(len(missing))
    return np.unique(groups, return_inverse=True)[1].astype(np.int64)
