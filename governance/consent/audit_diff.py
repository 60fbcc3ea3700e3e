"""What changed between two audits: who tightened, who loosened, who is new and who is gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, get_args

import polars as pl
from pydantic import BaseModel

from governance.consent.own_audit import read_observations
from governance.consent.vocabulary import MODES, RESTRICTIONS, Mode
from governance.errors import BadInput

Change = Literal["tightened", "loosened", "appeared", "gone"]
CHANGES: tuple[Change, ...] = get_args(Change)

_COLUMN: dict[Mode, str] = dict(zip(MODES, ("restriction", "paper_restriction"), strict=True))


class AgentChange(BaseModel, frozen=True):
    """How the domains moved for one agent.

    Args:
        agent: Product token.
        both: Domains seen in both audits.
        tightened: Of those, now at a stricter level.
        loosened: Now at a looser one.
        full_before: Fully restricted before, of ``both``.
        full_after: And now.
        appeared: Domains only in the later audit.
        gone: Only in the earlier one.
    """

    agent: str
    both: int
    tightened: int
    loosened: int
    full_before: int
    full_after: int
    appeared: int
    gone: int


def last_levels(observations: pl.DataFrame, mode: Mode = "rfc") -> pl.DataFrame:
    """Give the newest level of each agent at each domain, with the month and text it was read from."""
    return (
        observations.select(
            "domain",
            pl.col("agent").cast(pl.String),
            "month",
            pl.col(_COLUMN[mode]).cast(pl.String).alias("level"),
            "content_hash",
            "parser_version",
        )
        .sort("domain", "agent", "month")
        .unique(["domain", "agent"], keep="last", maintain_order=True)
    )


def diff_observations(before: pl.DataFrame, after: pl.DataFrame, mode: Mode = "rfc") -> pl.DataFrame:
    """Compare the newest levels of two audits, for the agents both asked for.

    Args:
        before: Observations of the earlier audit.
        after: Of the later one.
        mode: Which reading of robots.txt.

    Returns:
        A row each (domain, agent) that is in either: domain, agent, month_before, before, month_after, after, change
        (null where nothing changed) and reason: a new text, another reader of the same text, or null.

    Raises:
        BadInput: The audits have no agent in common.
    """
    agents = set(before["agent"].cast(pl.String)) & set(after["agent"].cast(pl.String))
    if not agents:
        raise BadInput("the audits have no agent in common", "diff", "audit both for the same agents")
    one, other = (last_levels(frame, mode).filter(pl.col("agent").is_in(sorted(agents))) for frame in (before, after))
    rank = {level: place for place, level in enumerate(RESTRICTIONS)}
    was, now = (pl.col(name).replace_strict(rank, return_dtype=pl.Int8) for name in ("level", "level_right"))
    change = (
        pl.when(pl.col("level").is_null()).then(pl.lit("appeared"))
        .when(pl.col("level_right").is_null()).then(pl.lit("gone"))
        .when(now > was).then(pl.lit("tightened"))
        .when(now < was).then(pl.lit("loosened"))
    )  # fmt: skip
    same_text = pl.col("content_hash").eq_missing(pl.col("content_hash_right"))
    reason = (
        pl.when(pl.col("change").is_in(["tightened", "loosened"]))
        .then(pl.when(same_text).then(pl.lit("another reader, the same text")).otherwise(pl.lit("a new text")))
    )  # fmt: skip
    joined = one.join(other, on=["domain", "agent"], how="full", coalesce=True)
    return (
        joined.with_columns(change=change)
        .select(
            "domain",
            "agent",
            pl.col("month").alias("month_before"),
            pl.col("level").alias("before"),
            pl.col("month_right").alias("month_after"),
            pl.col("level_right").alias("after"),
            "change",
            reason.alias("reason"),
        )
        .sort("domain", "agent")
    )


def changes_by_agent(diff: pl.DataFrame) -> tuple[AgentChange, ...]:
    """Count what changed, an agent at a time.

    >>> changes_by_agent(
    ...     pl.DataFrame(schema={"agent": pl.String, "before": pl.String, "after": pl.String, "change": pl.String})
    ... )
    ()
    """
    both = pl.col("before").is_not_null() & pl.col("after").is_not_null()
    counted = diff.group_by("agent").agg(
        both.sum().alias("both"),
        *((pl.col("change") == name).sum().alias(name) for name in CHANGES),
        *((both & (pl.col(name) == "full")).sum().alias(f"full_{name}") for name in ("before", "after")),
    )
    return tuple(AgentChange.model_validate(row) for row in counted.sort("agent").to_dicts())


class AuditDiff(BaseModel, frozen=True):
    """What changed between two audits.

    Args:
        mode: Which reading of robots.txt.
        agents: What changed for each agent.
        changed: Pairs of domain and agent that changed, each with both levels.
    """

    mode: Mode
    agents: tuple[AgentChange, ...]
    changed: tuple[dict[str, Any], ...]


def diff_audits(before: Path, after: Path, mode: Mode = "rfc") -> AuditDiff:
    """Compare two audits that lie in folders.

    Raises:
        BadInput: One cannot be read, or they have no agent in common.
    """
    return audit_diff(read_observations(before), read_observations(after), mode)


def audit_diff(before: pl.DataFrame, after: pl.DataFrame, mode: Mode = "rfc") -> AuditDiff:
    """Compare the observations of two audits.

    Raises:
        BadInput: They have no agent in common.
    """
    diff = diff_observations(before, after, mode)
    changed = diff.filter(pl.col("change").is_not_null()).to_dicts()
    return AuditDiff(mode=mode, agents=changes_by_agent(diff), changed=tuple(changed))
