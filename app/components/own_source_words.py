"""Words and tables of a reader's own sources: the answer, the sites, what changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from app.components.frame import number, plain
from governance.consent.audit_diff import AuditDiff, last_levels
from governance.consent.own_audit import Observed, OwnAudit
from governance.consent.vocabulary import LEVEL_WORDS, RESTRICTIONS, Mode

MODE_WORDS: dict[Mode, str] = {"rfc": "RFC 9309", "paper": "the published rule"}
FEW = 3


def agents_words(agents: Sequence[str]) -> str:
    """Name a few agents, or count many.

    >>> agents_words(["GPTBot", "CCBot"]), agents_words(list("abcde"))
    ('GPTBot or CCBot', 'at least one of 5 crawlers')
    """
    return " or ".join(agents) if len(agents) <= FEW else f"at least one of {len(agents)} crawlers"


def sites_table(frame: pl.DataFrame, mode: Mode) -> pl.DataFrame:
    """Give a row a site: its strictest level over the agents, who is shut out, and how often its text changed."""
    rank = {level: place for place, level in enumerate(RESTRICTIONS)}
    named = [
        pl.col("agent").filter(pl.col("level") == level).str.join(", ").alias(f"{LEVEL_WORDS[level]} to")
        for level in LEVEL_WORDS
        if level != "none"
    ]
    newest = last_levels(frame, mode).group_by("domain").agg(
        pl.col("month").max().alias("as of"),
        pl.col("level").get(pl.col("level").replace_strict(rank, return_dtype=pl.Int8).arg_max()).alias("level"),
        *named,
    )  # fmt: skip
    texts = frame.group_by("domain").agg(pl.col("content_hash").n_unique().alias("texts"))
    return (
        newest.join(texts, on="domain")
        .with_columns(pl.col("level").replace_strict(LEVEL_WORDS))
        .select("domain", "level", "as of", "texts", "closed to", "partly closed to")
        .sort("domain")
    )


def own_answer(sites: pl.DataFrame, audit: OwnAudit, *, example: bool, weighed: bool) -> str:
    """Answer with the sites that are closed, and with the share of their weight where there are weights."""
    counts = dict(sites["level"].value_counts().rows())
    whose = "In the example, " if example else ""
    part = counts.get(LEVEL_WORDS["partial"], 0)
    said = f"{whose}**{number(counts.get(LEVEL_WORDS['full'], 0))} of {number(sites.height)}** sites are closed to "
    said += f"{plain(agents_words(audit.observed.agents))}; {number(part)} partly."
    row = audit.shares.rows[-1]
    if weighed and row.full is not None:
        between = (
            ""
            if row.full_low is None or row.full_high is None
            else f" (95%: {row.full_low:.1%} to {row.full_high:.1%})"
        )
        said += f" By weight **{row.full:.1%}**{between} of what was looked at."
    return said


def settings_words(observed: Observed, mode: Mode) -> str:
    """Say what was read and how."""
    months = (
        _month(observed.first)
        if observed.first == observed.last
        else f"{_month(observed.first)} to {_month(observed.last)}"
    )
    return f"{MODE_WORDS[mode]} · {len(observed.agents)} agents · {months}"


def passed_over(observed: Observed) -> str | None:
    """Say what was read but gave no snapshot."""
    if not observed.refused:
        return None
    reasons = "; ".join(f"{number(one.n)}: {one.problem} ({one.place})" for one in observed.refused[:FEW])
    return f"Passed over {number(sum(one.n for one in observed.refused))} records. {plain(reasons)}"


def level_rows(audit: OwnAudit) -> pl.DataFrame:
    """Give, for each agent, the share at each level in the last month."""
    last = audit.shares.rows[-1].month
    return pl.DataFrame(
        [
            {"agent": row.group, "level": LEVEL_WORDS[level], "share": getattr(row, level), "order": place, "n": row.n}
            for row in audit.shares.rows
            if row.month == last and row.n
            for place, level in enumerate(LEVEL_WORDS)
        ]
    )


def month_rows(audit: OwnAudit) -> pl.DataFrame:
    """Give the share closed by month, with its interval."""
    columns = ("month", "full", "full_low", "full_high", "n")
    return pl.DataFrame([{name: getattr(row, name) for name in columns} for row in audit.shares.rows if row.n])


def change_words(diff: AuditDiff) -> str:
    """Say how many sites moved, for the agent with the most changes."""
    moved = {row["domain"] for row in diff.changed if row["change"] in ("tightened", "loosened")}
    new = {row["domain"] for row in diff.changed if row["change"] == "appeared"}
    gone = {row["domain"] for row in diff.changed if row["change"] == "gone"}
    if not diff.changed:
        return "**Nothing changed** for the agents that both audits asked for."
    return f"**{number(len(moved))}** sites changed a level, {number(len(new))} are new, {number(len(gone))} are gone."


def change_table(diff: AuditDiff) -> pl.DataFrame:
    """Give a row each pair of site and agent that changed."""
    kinds = dict.fromkeys(("domain", "agent", "before", "after", "change", "reason"), pl.String)
    words = {str(level): word for level, word in LEVEL_WORDS.items()}
    rows = [{name: words.get(row[name], row[name]) for name in kinds} for row in diff.changed]
    return pl.DataFrame(rows, schema=kinds)


def _month(day: date | None) -> str:
    return "unknown" if day is None else day.isoformat()[:7]
