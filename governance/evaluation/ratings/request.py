"""A rating as it is asked for: the same words on the page, in its URL, on the command line and in the API."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

import polars as pl
from pydantic import BaseModel, Field, ValidationError

from governance.errors import BadInput
from governance.evaluation.ratings.elo import START, K
from governance.evaluation.ratings.rate import Order, rate, usual_cluster
from governance.evaluation.ratings.rating import Rating
from governance.evaluation.ratings.votes import BothBad
from governance.evaluation.vocabulary import OUTCOMES, Interval, Method, Ties

Chosen = Literal["usual", "none"] | Interval
"""How intervals are asked for; usual: clusters where judges or prompts are known and repeated, else votes."""
FILTERS = ("judge_kind", "judge", "language", "category")
SHOWN = 12


class RatingRequest(BaseModel, frozen=True, extra="forbid"):
    """What to rate, and how."""

    method: Method = Field("bt", description="bt, elo, winrate or borda")
    ties: Ties = Field("half", description="half, davidson (bt only) or drop")
    both_bad: BothBad = Field("tie", description="tie: 'both bad' counts like one; drop: left out")
    interval: Chosen = Field("usual", description="usual, bootstrap, cluster, sandwich, wilson or none")
    cluster: str | None = Field(None, description="column whose values say which votes go together")
    resamples: int = Field(200, description="how often votes are drawn again")
    seed: int = Field(0, ge=0, description="fixes the draws")
    level: float = Field(0.95, description="of the intervals")
    k: float = Field(K, description="Elo's points at stake")
    start: float = Field(START, allow_inf_nan=False, description="Elo's points to start from")
    order: Order = Field("given", description="Elo's order of battles: given or day")
    judge_kind: tuple[str, ...] = Field((), description="human or model")
    judge: tuple[str, ...] = Field((), description="only votes of these judges")
    language: tuple[str, ...] = Field((), description="ISO 639-3, e.g. eng")
    category: tuple[str, ...] = Field((), description="only prompts of these")
    since: date | None = Field(None, description="first day, ISO")
    until: date | None = Field(None, description="last day, ISO")

    def interval_of(self, battles: pl.DataFrame) -> tuple[Interval | None, str | None]:
        """Give the kind of interval that is meant, and the cluster."""
        if self.interval == "none":
            return None, None
        if self.interval == "usual":
            cluster = self.cluster or usual_cluster(battles)
            return ("cluster" if cluster else "bootstrap"), cluster
        return self.interval, self.cluster

    def filtered(self, battles: pl.DataFrame) -> pl.DataFrame:
        """Give the battles that meet every filter.

        Raises:
            BadInput: None does.
        """
        conditions = []
        for name in FILTERS:
            wanted = getattr(self, name)
            if wanted:
                _check_known(battles, name, wanted)
                conditions.append(pl.col(name).is_in(list(wanted)))
        conditions += [pl.col("day") >= self.since] if self.since else []
        conditions += [pl.col("day") <= self.until] if self.until else []
        kept = battles.filter(conditions) if conditions else battles
        if kept.is_empty() and not battles.is_empty():
            raise BadInput("no battle meets the filters", "filters", "leave one of them out")
        return kept


def read_rating_request(pairs: Iterable[tuple[str, object]], where: str = "query string") -> RatingRequest:
    """Read a request from pairs of names and words; filters may be given again.

    Raises:
        BadInput: A name or a word is not one of those offered.

    >>> read_rating_request([("method", "elo"), ("judge", "x"), ("judge", "y")]).judge
    ('x', 'y')
    """
    read: dict[str, object] = {}
    for name, value in pairs:
        if value in (None, ""):
            continue
        if name in FILTERS:
            given = read.setdefault(name, [])
            assert isinstance(given, list)
            given += value if isinstance(value, list | tuple) else [value]
        else:
            read[name] = value
    try:
        return RatingRequest.model_validate(read)
    except ValidationError as error:
        first = error.errors()[0]
    name = str(first["loc"][0])
    if first["type"] == "extra_forbidden":
        raise BadInput(f"'{name:.40}' is not an option here", where, f"use {', '.join(RatingRequest.model_fields)}")
    fix = f"give {RatingRequest.model_fields[name].description}"
    raise BadInput(f"'{first['input']!s:.60}' is not a value of {name}", f"{where}, {name}", fix)


def rate_as_asked(battles: pl.DataFrame, asked: RatingRequest) -> Rating:
    """Rate the battles that the filters leave.

    Args:
        battles: Battles, or what `counted` makes of them.
        asked: What to rate, and how.

    Raises:
        BadInput: No vote is left, or the settings do not go together.
    """
    kept = asked.filtered(battles)
    interval, cluster = asked.interval_of(kept)
    return rate(
        kept, asked.method, asked.ties, interval, cluster, asked.resamples, asked.seed, asked.level,
        both_bad=asked.both_bad, k=asked.k, start=asked.start, order=asked.order,
    )  # fmt: skip


def _check_known(battles: pl.DataFrame, name: str, wanted: tuple[str, ...]) -> None:
    known = battles[name].cast(pl.String).drop_nulls().unique().sort()
    for one in wanted:
        if one not in known:
            listed = ", ".join(known.head(SHOWN)) + (", …" if len(known) > SHOWN else "")
            fix = f"use one of {listed}" if listed else f"leave it out: no battle says its {name.replace('_', ' ')}"
            raise BadInput(f"no battle has the {name.replace('_', ' ')} '{one:.60}'", f"filter {name}", fix)


def counted(battles: pl.DataFrame, cluster: str | None = None) -> pl.DataFrame:
    """Count battles that agree in all that a filter, a cluster or a rating reads, so that a million refilter at once.

    Args:
        battles: Battles, one a row.
        cluster: Column that must be kept for intervals.

    Returns:
        One row for those that agree, with their number in the column votes; texts as enumerations.
    """
    keys = [name for name in ("model_a", "model_b", "outcome", *FILTERS, "day", "weight") if name in battles.columns]
    keys += [cluster] if cluster and cluster not in keys else []
    coders = {"outcome": pl.Enum(OUTCOMES)}
    coders["model_a"] = coders["model_b"] = pl.Enum(
        sorted({*battles["model_a"].unique(), *battles["model_b"].unique()})
    )
    coded = battles.select(
        pl.col(name).cast(coders.get(name) or pl.Enum(battles[name].drop_nulls().unique().sort()))
        if battles[name].dtype == pl.String
        else name
        for name in keys
    )
    return coded.group_by(keys, maintain_order=True).agg(votes=pl.len().cast(pl.Int64))
