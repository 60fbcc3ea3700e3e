"""Levels as an array of domains, months and groups of agents: the strictest of a group, at the last snapshot so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from governance.consent.vocabulary import RESTRICTIONS, Mode
from governance.errors import BadInput

Levels = NDArray[np.int8]
UNKNOWN = np.int8(-1)
"""No snapshot of that domain so far; else the position of the level in the vocabulary, strictest last."""
COLUMN: dict[Mode, str] = {"rfc": "restriction", "paper": "paper_restriction"}
NEEDED = ("domain", "month", "agent")


@dataclass(frozen=True, slots=True)
class LevelGrid:
    """Levels of domains over months.

    Args:
        domains: In order of their names.
        months: First days, in order.
        groups: Names of the groups of agents.
        levels: By domain, month and group.
        unmatched: Domains that were observed and are not among those asked for.
    """

    domains: tuple[str, ...]
    months: tuple[date, ...]
    groups: tuple[str, ...]
    levels: Levels
    unmatched: int


def level_grid(
    observations: pl.DataFrame, domains: Sequence[str], groups: Mapping[str, Sequence[str]], mode: Mode = "rfc"
) -> LevelGrid:
    """Put observations into a grid.

    Args:
        observations: Columns domain, month, agent and restriction or paper_restriction; of several rows for one
            domain, month and agent the last counts.
        domains: The rows of the grid; repeats are dropped.
        groups: Agents by group; names are compared without regard to case.
        mode: By which rule the levels were read.

    Raises:
        BadInput: A column is missing, an agent was never observed, or nothing was read by that rule.

    >>> rows = {"domain": ["a.org"] * 2, "month": [date(2024, 1, 1)] * 2, "agent": ["GPTBot", "CCBot"]}
    >>> frame = pl.DataFrame(rows | {"restriction": ["partial", "full"]})
    >>> level_grid(frame, ["a.org", "b.org"], {"all": ["gptbot", "ccbot"]}).levels.tolist()
    [[[2]], [[-1]]]
    """
    agents = list(dict.fromkeys(agent.casefold() for members in groups.values() for agent in members))
    rows = _rows(observations, COLUMN[mode], agents)
    names = sorted(dict.fromkeys(domains))
    months = sorted(rows["month"].unique().to_list())
    known = rows.with_columns(
        pl.col("domain").replace_strict(dict(zip(names, range(len(names)), strict=True)), default=None),
        pl.col("month").replace_strict(dict(zip(months, range(len(months)), strict=True)), return_dtype=pl.Int32),
    )
    unmatched = rows.filter(known["domain"].is_null())["domain"].n_unique()
    known = known.filter(pl.col("domain").is_not_null())
    grid = np.full((len(names), len(months), len(agents)), UNKNOWN, dtype=np.int8)
    # Of several rows for one place NumPy keeps the last.
    grid[known["domain"], known["month"], known["agent"]] = known["level"]
    for month in range(1, len(months)):
        grid[:, month] = np.where(grid[:, month] == UNKNOWN, grid[:, month - 1], grid[:, month])
    places = {agent: place for place, agent in enumerate(agents)}
    levels = np.stack(
        [grid[:, :, [places[agent.casefold()] for agent in members]].max(axis=2) for members in groups.values()], axis=2
    )
    return LevelGrid(tuple(names), tuple(months), tuple(groups), levels, unmatched)


def agent_groups(
    agents: Sequence[str],
    by: Literal["all", "agent", "operator", "purpose"],
    registry: Mapping[str, tuple[str | None, str]] | None = None,
) -> dict[str, tuple[str, ...]]:
    """Put agents into groups.

    Args:
        agents: Product tokens.
        by: All together, each for itself, by operator, or by purpose.
        registry: Operator and purpose by agent; one that is not there is ``unknown``.

    >>> agent_groups(["GPTBot", "CCBot"], "operator", {"GPTBot": ("OpenAI", "training")})
    {'OpenAI': ('GPTBot',), 'unknown': ('CCBot',)}
    """
    if not agents:
        raise BadInput("no agent is named", "agents", "name at least one, such as GPTBot")
    known = {agent.casefold(): entry for agent, entry in (registry or {}).items()}
    groups: dict[str, list[str]] = {}
    for agent in dict.fromkeys(agents):
        operator, purpose = known.get(agent.casefold(), (None, "unknown"))
        name = {"all": "all", "agent": agent, "operator": operator or "unknown", "purpose": purpose}[by]
        groups.setdefault(name, []).append(agent)
    return {name: tuple(members) for name, members in sorted(groups.items())}


def _rows(observations: pl.DataFrame, column: str, agents: Sequence[str]) -> pl.DataFrame:
    lacking = [name for name in (*NEEDED, column) if name not in observations.columns]
    if lacking:
        raise BadInput(f"column '{lacking[0]}' is missing", "observations", f"they need {', '.join((*NEEDED, column))}")
    seen = observations["agent"].cast(pl.String).unique().drop_nulls().to_list()
    wanted = {agent: place for place, agent in enumerate(agents)}
    places = {agent: wanted[agent.casefold()] for agent in seen if agent.casefold() in wanted}
    missing = [agent for agent in agents if agent not in {one.casefold() for one in places}]
    if missing:
        fix = f"use some of {', '.join(sorted(seen)[:20]) or 'none'}"
        raise BadInput(f"'{missing[0]}' was not observed", "agents", fix)
    rows = observations.select(
        pl.col("domain").cast(pl.String),
        pl.col("month").cast(pl.Date).dt.truncate("1mo"),
        pl.col("agent").cast(pl.String).replace_strict(places, default=None, return_dtype=pl.Int32),
        pl.col(column).cast(pl.String).alias("level"),
    ).filter(pl.col("agent").is_not_null() & pl.col("level").is_not_null())
    if rows.is_empty():
        fix = "use the mode rfc, or read the texts again"
        raise BadInput("nothing was read by that rule", f"observations, column {column}", fix)
    codes = {level: code for code, level in enumerate(RESTRICTIONS)}
    try:
        return rows.with_columns(pl.col("level").replace_strict(codes, return_dtype=pl.Int8))
    except pl.exceptions.InvalidOperationError as error:
        fix = f"use {', '.join(RESTRICTIONS)}"
        raise BadInput("a level is none of ours", f"observations, column {column}", fix) from error
