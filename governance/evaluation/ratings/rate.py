"""Rate models from battles: one call for every method, tie rule and interval."""

from __future__ import annotations

from typing import Literal

import numpy as np
import polars as pl

from governance.errors import BadInput
from governance.evaluation.ratings import elo as elo_rating
from governance.evaluation.ratings.cautions import cautions
from governance.evaluation.ratings.estimators import Estimated, estimate
from governance.evaluation.ratings.rating import SAME, ModelRating, Part, Rating, Settings, ranks_of
from governance.evaluation.ratings.votes import BothBad, Votes
from governance.evaluation.vocabulary import CLUSTERS, Interval, Method, Ties

Order = Literal["given", "day"]
MOST_RESAMPLES, MOST_MODELS = 10_000, 2_000
FEWEST_CLUSTERS = 10
VOTES_A_CLUSTER = 2.0


def rate(
    frame: pl.DataFrame,
    method: Method = "bt",
    ties: Ties = "half",
    interval: Interval | None = "bootstrap",
    cluster: str | None = None,
    resamples: int = 200,
    seed: int = 0,
    level: float = 0.95,
    *,
    both_bad: BothBad = "tie",
    k: float = elo_rating.K,
    start: float = elo_rating.START,
    order: Order = "given",
) -> Rating:
    """Rate models from battles.

    Args:
        frame: Battles: columns model_a, model_b, outcome, and perhaps weight, day and what clusters are made of.
        method: bt: Bradley-Terry; elo: one pass in order; winrate: mean over opponents; borda: opponents beaten.
        ties: half: half a win for each; davidson: an outcome of its own (bt only); drop: left out.
        interval: bootstrap: votes drawn again, or clusters where one is named; cluster: whole clusters drawn again;
            sandwich: robust variance (bt only, over clusters where one is named); wilson (winrate only); ``None``: no
            interval.
        cluster: Column whose values say which votes go together; for cluster the usual one where none is named.
        resamples: How often votes are drawn again; for sandwich, draws from the normal that ranks are taken from.
        seed: Fixes the draws.
        level: Of the intervals, 0 to 1.
        both_bad: Whether "both bad" is a tie or left out.
        k: Elo's points at stake.
        start: Elo's points to start from.
        order: Elo's order of battles: as given, or by day.

    Raises:
        BadInput: No vote is left, a model meets itself, a column, value or setting is not as it should be.

    Source: Bradley and Terry 1952; Davidson 1970; see the functions called for the others.

    >>> battles = pl.DataFrame({"model_a": ["x"] * 4, "model_b": ["y"] * 4, "outcome": ["a", "a", "a", "b"]})
    >>> rating = rate(battles, interval=None)
    >>> [(row.model, round(row.score), row.rank) for row in rating.models]
    [('x', 1095, 1), ('y', 905, 2)]
    """
    if interval == "bootstrap" and cluster:
        interval = "cluster"
    if interval == "cluster" and cluster is None:
        cluster = usual_cluster(frame)
        if cluster is None:
            raise BadInput("no column says which votes go together", "setting cluster",
                           "name a column, or draw votes one by one (bootstrap)")  # fmt: skip
    _check(method, ties, interval, cluster, resamples, level, k)
    cluster = cluster if interval is not None else None
    drawn = interval in ("bootstrap", "cluster", "sandwich")
    settings = Settings(
        method=method, ties=ties, both_bad=both_bad, interval=interval, cluster=cluster, level=level,
        resamples=resamples if drawn else None, seed=seed if drawn else None,
        k=k if method == "elo" else None, start=start if method == "elo" else None,
        order=order if method == "elo" else None,
    )  # fmt: skip
    votes = Votes.of(frame, ties, both_bad, cluster)
    _check_size(votes, cluster)
    found = estimate(frame, votes, settings)
    return _rating(votes, settings, found)


def usual_cluster(frame: pl.DataFrame) -> str | None:
    """Name the column whose values make votes go together: the judge, else the prompt, where known and repeated.

    At least 10 of them must have judged, or been judged on, two votes each on average; fewer are too few to draw from.
    """
    for name in CLUSTERS:
        if name in frame.columns:
            known = frame.filter(pl.col(name).is_not_null())
            groups = known[name].n_unique()
            votes = int(known["votes"].sum()) if "votes" in known.columns else known.height
            if groups >= FEWEST_CLUSTERS and votes >= VOTES_A_CLUSTER * groups:
                return name
    return None


def _check_size(votes: Votes, cluster: str | None) -> None:
    if votes.clusters is not None and votes.clusters.shape[0] < 2:
        raise BadInput(f"all votes are of one {cluster}", "setting cluster",
                       "name another column, or draw votes one by one (bootstrap)")  # fmt: skip
    if len(votes.models) > MOST_MODELS:
        raise BadInput(f"there are {len(votes.models):,} models", "battles", f"rate at most {MOST_MODELS:,} at a time")


def _check(
    method: Method, ties: Ties, interval: Interval | None, cluster: str | None, resamples: int, level: float, k: float
) -> None:
    problems = (
        (ties == "davidson" and method != "bt", f"Davidson's ties are not defined for {method}", "ties",
         "use half or drop, or method bt"),
        (interval == "sandwich" and method != "bt", f"a robust variance is not defined for {method}", "interval",
         "use bootstrap, or method bt"),
        (interval == "wilson" and method != "winrate", f"Wilson's interval is of a share, which {method} is not",
         "interval", "use bootstrap, or method winrate"),
        (interval == "wilson" and bool(cluster), "Wilson's interval knows no clusters", "cluster", "use bootstrap"),
        (not 1 <= resamples <= MOST_RESAMPLES, f"{resamples:,} resamples", "resamples",
         f"give 1 to {MOST_RESAMPLES:,}"),
        (not 0 < level < 1, f"a level of {level:g}", "level", "give a share between 0 and 1, such as 0.95"),
        (not (0 < k < np.inf), f"K = {k:g}", "k", "give a positive number, such as 4"),
    )  # fmt: skip
    for bad, what, where, fix in problems:
        if bad:
            raise BadInput(what, f"setting {where}", fix)


def _rating(votes: Votes, settings: Settings, found: Estimated) -> Rating:
    low, high, draws, part = found.low, found.high, found.draws, found.part
    ranks = ranks_of(found.scores[None, :], part)[0]
    rank_low = rank_high = bound = None
    tail = (1 - settings.level) / 2
    if draws is not None:
        drawn = ranks_of(draws, part)
        rank_low = np.nanquantile(drawn, tail, axis=0, method="lower")
        rank_high = np.nanquantile(drawn, 1 - tail, axis=0, method="higher")
    if low is not None and high is not None:
        beaten = (low[None, :] > high[:, None] + SAME) & (part[None, :] == part[:, None])
        bound = 1 + beaten.sum(axis=1)
    n = votes.per_model()
    rows = [
        ModelRating(
            model=name, part=int(part[i]) + 1, score=float(found.scores[i]), rank=int(ranks[i]), n=int(n[i]),
            low=None if low is None else float(low[i]), high=None if high is None else float(high[i]),
            rank_low=None if rank_low is None else int(rank_low[i]),
            rank_high=None if rank_high is None else int(rank_high[i]),
            rank_bound=None if bound is None else int(bound[i]),
        )
        for i, name in enumerate(votes.models)
    ]  # fmt: skip
    first_n = np.bincount(part[votes.first], votes.count)
    parts = tuple(
        Part(models=int((part == number).sum()), n=int(first_n[number]), nu=nu, prior=prior)
        for number, (nu, prior) in enumerate(zip(found.nu, found.prior, strict=True))
    )
    return Rating(
        settings=settings,
        models=tuple(sorted(rows, key=lambda row: (row.part, row.rank, row.model))),
        n=votes.n,
        dropped=votes.dropped,
        ties_share=(votes.ties + votes.both_bad) / votes.total,
        parts=parts,
        clusters=None if votes.clusters is None else int(votes.clusters.shape[0]),
        warnings=cautions(votes, settings, found),
        cells=votes.cells(),
        _draws=draws,
    )
