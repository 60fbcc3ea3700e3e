"""What a corpus would lose if a signal were honoured: how much, and of which languages, topics and types of site."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl
from pydantic import BaseModel

from governance.consent.corpus_audit import DRAWS, AuditRow, By, corpus_audit
from governance.consent.vocabulary import Mode
from governance.errors import BadInput, NotFound


class Lost(BaseModel, frozen=True):
    """What one group of sites would lose.

    Args:
        group: A language, topic or type; ``unknown`` where none is stated.
        before: Share of the corpus's tokens that it stands for.
        lost: Share of its own tokens that would go; ``None`` where none of its sites has a signal.
        low: Lower bound of 95%.
        high: Upper bound of 95%.
        after: Share of what remains that it would stand for.
        n: Its domains with a signal.
    """

    group: str
    before: float
    lost: float | None
    low: float | None
    high: float | None
    after: float | None
    n: int


class Honoured(BaseModel, frozen=True):
    """What a corpus would lose.

    Args:
        month: Of the levels.
        agents: Whose levels count.
        mode: By which rule robots.txt was read.
        by: What the groups are.
        extent: Share of those concerned that honour it, by tokens.
        partial_counts: Whether a site that is partly closed goes too.
        lost: Share of the corpus's tokens that would go.
        low: Lower bound of 95%.
        high: Upper bound of 95%.
        no_signal: Share of the corpus's tokens whose site was not observed; taken to lose as much as the others.
        n: Domains with a signal.
        rows: By group, the greatest loss first.
    """

    month: date
    agents: tuple[str, ...]
    mode: Mode
    by: By
    extent: float
    partial_counts: bool
    lost: float
    low: float | None
    high: float | None
    no_signal: float
    n: int
    rows: tuple[Lost, ...]


def honour_all(
    observations: pl.DataFrame,
    weights: pl.DataFrame,
    *,
    agents: Sequence[str],
    by: By = "type",
    month: date | None = None,
    extent: float = 1.0,
    partial_counts: bool = False,
    mode: Mode = "rfc",
    head_share: float | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> Honoured:
    """Work out what is lost where robots.txt is honoured, in one month.

    Args:
        observations: As for `corpus_audit`.
        weights: As for `corpus_audit`.
        agents: Whose levels count; the strictest of them is a site's.
        by: Language, topic or type of the sites.
        month: Of the levels; by default the last observed.
        extent: From 0, nobody honours it, to 1, everyone does.
        partial_counts: Whether a site that is partly closed goes too; in truth a part of it would.
        mode: By RFC 9309 or by the published rule.
        head_share: Share of the corpus's tokens in its head.
        draws: Of the bootstrap.
        seed: Of the draws.

    Raises:
        BadInput: ``extent`` is no share, or `corpus_audit` refuses what it is given.
        NotFound: Nothing was observed by that month.

    >>> from datetime import date
    >>> seen = {"domain": ["a.org", "b.org"], "month": [date(2024, 4, 1)] * 2, "agent": ["GPTBot"] * 2}
    >>> observed = pl.DataFrame(seen | {"restriction": ["full", "none"]})
    >>> sites = pl.DataFrame({"domain": ["a.org", "b.org"], "tokens": [1, 3], "type": ["news", "blog"]})
    >>> [(row.group, row.lost, row.after) for row in honour_all(observed, sites, agents=["GPTBot"]).rows]
    [('news', 1.0, 0.0), ('blog', 0.0, 1.0)]
    """
    if not 0 <= extent <= 1:
        raise BadInput(f"{extent} is no share", "option extent", "use 0 to 1")

    def audit(what: By) -> list[AuditRow]:
        found = corpus_audit(
            observations, weights, agents=agents, mode=mode, by=what, head_share=head_share, draws=draws, seed=seed
        )
        wanted = max((row.month for row in found.rows if month is None or row.month <= month), default=None)
        return [row for row in found.rows if row.month == wanted]

    whole = audit("all")
    if not whole or whole[0].full is None:
        raise NotFound("nothing was observed by then", f"month {month}", "use a later month")
    groups = audit(by)
    lost, low, high = _lost(whole[0], extent, partial_counts)
    remains = 1 - (lost or 0.0)
    rows = [_row(row, extent, partial_counts, remains) for row in groups]
    return Honoured(
        month=whole[0].month,
        agents=tuple(dict.fromkeys(agents)),
        mode=mode,
        by=by,
        extent=extent,
        partial_counts=partial_counts,
        lost=lost or 0.0,
        low=low,
        high=high,
        no_signal=whole[0].no_signal or 0.0,
        n=whole[0].n,
        rows=tuple(sorted(rows, key=lambda row: (-(row.lost or 0.0), row.group))),
    )


def _row(row: AuditRow, extent: float, partial_counts: bool, remains: float) -> Lost:
    lost, low, high = _lost(row, extent, partial_counts)
    after = row.weight * (1 - lost) / remains if lost is not None and remains else None
    return Lost(group=row.group, before=row.weight, lost=lost, low=low, high=high, after=after, n=row.n)


def _lost(row: AuditRow, extent: float, partial_counts: bool) -> tuple[float | None, float | None, float | None]:
    full = (row.full, row.full_low, row.full_high)
    if not partial_counts:
        values: Sequence[float | None] = full
    else:  # all that is not open; the bounds of what is open, turned round
        values = [None if value is None else 1 - value for value in (row.none, row.none_high, row.none_low)]
    lost, low, high = (None if value is None else extent * value for value in values)
    return lost, low, high
