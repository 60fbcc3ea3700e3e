"""How much of a corpus its sites close to crawlers: shares of tokens by month and group, with a sampling interval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Literal, get_args

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pydantic import BaseModel

from governance.consent.level_grid import UNKNOWN, LevelGrid, agent_groups, level_grid
from governance.consent.vocabulary import RESTRICTIONS, STRATA, Mode
from governance.consent.weighted_shares import Mask, Stratum, WeightedShares, weighted_shares
from governance.errors import BadInput

By = Literal["all", "agent", "operator", "purpose", "type", "topic", "language"]
BY: tuple[By, ...] = get_args(By)
ABOUT_SITES: tuple[By, ...] = ("type", "topic", "language")
DRAWS = 1000
MAX_DRAWS = 10_000
DEFINITIONS: dict[Mode, str] = {
    "rfc": "closed, or full: under RFC 9309 nothing but machine files may be fetched; the strictest over the agents",
    "paper": "closed, or full: a Disallow of exactly / and no Allow, as in Longpre et al. 2024, with what it loses",
}


class AuditRow(BaseModel, frozen=True):
    """Shares of tokens in one month for one group; the three levels add up to 1.

    Args:
        month: Its first day; levels are those of the last snapshot on or before it.
        group: Of agents or of sites.
        full: Share of the tokens of sites with a signal that are closed; ``None`` where none has one.
        full_low: Lower bound of 95%.
        full_high: Upper bound of 95%.
        partial: Partly closed.
        partial_low: Lower bound.
        partial_high: Upper bound.
        none: Open.
        none_low: Lower bound.
        none_high: Upper bound.
        no_signal: Share of all the group's tokens whose site was not observed so far.
        weight: Share of the corpus's tokens that the group stands for.
        n: Domains with a signal.
        n_head: Of them in the head.
    """

    month: date
    group: str
    full: float | None
    full_low: float | None
    full_high: float | None
    partial: float | None
    partial_low: float | None
    partial_high: float | None
    none: float | None
    none_low: float | None
    none_high: float | None
    no_signal: float | None
    weight: float
    n: int
    n_head: int


class CorpusAudit(BaseModel, frozen=True):
    """What was measured, and on what.

    Args:
        mode: By which rule robots.txt was read.
        by: What the groups are.
        agents: Whose levels count.
        head_share: Share of the corpus in the head; ``None`` where the weights stand for all of it.
        draws: Of the bootstrap.
        seed: Of the draws.
        definition: Of the levels, in words.
        domains: With a weight.
        unmatched: Observed without one; they do not count.
        left_out: Domains with a weight but in no stratum; they do not count.
        rows: By month and group.
    """

    mode: Mode
    by: By
    agents: tuple[str, ...]
    head_share: float | None
    draws: int
    seed: int
    definition: str
    domains: int
    unmatched: int
    left_out: int
    rows: tuple[AuditRow, ...]


def corpus_audit(
    observations: pl.DataFrame,
    weights: pl.DataFrame,
    *,
    agents: Sequence[str],
    mode: Mode = "rfc",
    by: By = "all",
    head_share: float | None = None,
    registry: Mapping[str, tuple[str | None, str]] | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> CorpusAudit:
    """Measure how much of a corpus is closed, partly closed and open.

    Args:
        observations: Columns domain, month, agent, restriction and paper_restriction.
        weights: Columns domain and tokens; stratum (head or random), type, topic and language may be there. Where
            any domain has a stratum, those without one are left out; where none has, all are one stratum.
        agents: Whose levels count. Taken together, the strictest of them is a site's level.
        mode: By RFC 9309 or by the published rule.
        by: One share, or one by agent, operator, purpose, or by type, topic or language of the site.
        head_share: Share of the corpus's tokens in its head. With it the head and the sample of the rest are
            combined as in the paper; without it the domains given are the corpus.
        registry: Operator and purpose by agent.
        draws: Of the bootstrap, 0 for no interval. Domains are drawn anew within their stratum, each a Poisson
            number of times, so that the interval says how much hangs on which sites were looked at. For a head that
            was looked at whole this is wider than need be.
        seed: Same seed, same interval.

    Raises:
        BadInput: A column is missing, a weight is negative, an agent was not observed, or nothing matches.

    >>> seen = {"domain": ["a.org", "b.org"], "month": [date(2024, 4, 1)] * 2, "agent": ["GPTBot"] * 2}
    >>> observed = pl.DataFrame(seen | {"restriction": ["full", "none"]})
    >>> corpus_audit(observed, pl.DataFrame({"domain": ["a.org", "b.org"], "tokens": [1, 3]}), agents=["GPTBot"]).rows[
    ...     0
    ... ].full
    0.25
    """
    if not 0 <= draws <= MAX_DRAWS:
        raise BadInput(f"{draws} draws cannot be made", "option draws", f"use 0 to {MAX_DRAWS:,}")
    sites, left_out = _sites(weights, head_share)
    groups = agent_groups(agents, by if by in ("agent", "operator", "purpose") else "all", registry)
    grid = level_grid(observations, sites["domain"].to_list(), groups, mode)
    inside = _members(sites, by) if by in ABOUT_SITES else {name: np.ones(sites.height, dtype=bool) for name in groups}
    members = np.stack(list(inside.values()), axis=1)
    strata = _strata(sites, head_share)
    found = weighted_shares(grid.levels, sites["tokens"].to_numpy(), members, strata, draws=draws, seed=seed)
    if not found.n.any():
        raise BadInput("no observed domain has a weight", "observations", "check that both name hosts alike")
    in_head = (sites["stratum"].cast(pl.String) == "head").fill_null(value=False).to_numpy()
    head = np.stack(
        [((grid.levels[in_head, month] != UNKNOWN) & members[in_head]).sum(axis=0) for month in range(len(grid.months))]
    )
    return CorpusAudit(
        mode=mode,
        by=by,
        agents=tuple(dict.fromkeys(agents)),
        head_share=head_share,
        draws=draws,
        seed=seed,
        definition=DEFINITIONS[mode],
        domains=sites.height,
        unmatched=grid.unmatched,
        left_out=left_out,
        rows=tuple(_rows(grid, found, list(inside), head)),
    )


def _sites(weights: pl.DataFrame, head_share: float | None) -> tuple[pl.DataFrame, int]:
    lacking = [name for name in ("domain", "tokens") if name not in weights.columns]
    if lacking:
        raise BadInput(f"column '{lacking[0]}' is missing", "weights", "they need domain and tokens")
    if head_share is not None and not 0 <= head_share <= 1:
        raise BadInput(f"{head_share} is no share", "option head_share", "use 0 to 1")
    given = weights.with_columns(pl.lit(None).alias(name) for name in ("stratum", *ABOUT_SITES) if name not in weights)
    if given["tokens"].null_count() or not (given["tokens"].cast(pl.Float64) >= 0).all():
        raise BadInput(
            "a weight is missing or negative", "weights, column tokens", "give a number from 0 for each domain"
        )
    if not set(given["stratum"].cast(pl.String).unique()) <= {*STRATA, None}:
        raise BadInput("a stratum is none of ours", "weights, column stratum", f"use {' or '.join(STRATA)}")
    kept = given if given["stratum"].null_count() == given.height else given.filter(pl.col("stratum").is_not_null())
    first = [pl.col(name).first() for name in ("stratum", *ABOUT_SITES)]
    sites = kept.group_by("domain").agg(pl.col("tokens").cast(pl.Float64).sum(), *first).sort("domain")
    if sites.is_empty():
        raise BadInput("there is no domain", "weights", "give at least one")
    return sites, given["domain"].n_unique() - sites.height


def _members(sites: pl.DataFrame, by: By) -> dict[str, Mask]:
    """Give, by value, which sites have it; a site with several is in each."""
    values = [value if isinstance(value, list) else [value] for value in sites[by].to_list()]
    named = [{str(one) for one in value if one is not None} or {"unknown"} for value in values]
    return {name: np.array([name in mine for mine in named]) for name in sorted(set().union(*named))}


def _strata(sites: pl.DataFrame, head_share: float | None) -> list[Stratum]:
    stated = sites["stratum"].cast(pl.String)
    if stated.null_count():
        if head_share is not None:
            raise BadInput("no domain has a stratum", "weights, column stratum", "state it, or leave head_share out")
        return [Stratum(np.ones(sites.height, dtype=bool), None)]
    shares = {"head": head_share, "random": None if head_share is None else 1 - head_share}
    return [Stratum((stated == name).to_numpy(), shares[name]) for name in STRATA]


def _rows(grid: LevelGrid, found: WeightedShares, groups: Sequence[str], head: NDArray[np.int64]) -> Iterator[AuditRow]:
    for at, month in enumerate(grid.months):
        for place, group in enumerate(groups):
            values = {
                f"{level}{end}": _number(bound[at, place, code])
                for code, level in enumerate(RESTRICTIONS)
                for end, bound in (("", found.shares), ("_low", found.low), ("_high", found.high))
            }
            yield AuditRow(
                month=month,
                group=group,
                no_signal=_number(found.no_signal[at, place]),
                weight=float(found.weight[place]),
                n=int(found.n[at, place]),
                n_head=int(head[at, place]),
                **values,
            )


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
