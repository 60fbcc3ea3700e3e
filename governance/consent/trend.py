"""How much of a corpus is fully restricted, month by month, and what happened when that made a step."""

from __future__ import annotations

from datetime import date
from typing import Literal

import duckdb
from pydantic import BaseModel

from governance.consent.vocabulary import EventKind, SeriesRule, SeriesStratum
from governance.errors import NotFound

Basis = Literal["of_stratum", "of_corpus"]
MAX_LAG = 2
"""Months after an event in which a step may still be its trace."""
LEAST_STEP = 0.005
"""Change of the share within a month that counts as a step: half a percentage point."""
DEFINITIONS: dict[SeriesRule, str] = {
    "published": (
        "share of tokens on domains whose robots.txt has Disallow: / and no Allow for at least one of the tracked AI "
        "developers, or for everyone where it names none of them"
    ),
    "older_wider": "an earlier, wider rule of the same authors; not to be compared with the published one",
}
AGENTS: dict[SeriesRule, str] = {
    "published": "the strictest over Google-Extended, GPTBot, ClaudeBot, cohere-ai, CCBot and FacebookBot",
    "older_wider": "not stated",
}


class Point(BaseModel, frozen=True):
    """The share fully restricted in one month, 0 to 1."""

    month: date
    share: float


class Series(BaseModel, frozen=True):
    """A share of a corpus over time.

    Args:
        corpus: Its id.
        name: How it is called.
        stratum: The part it is about.
        basis: Whether the share is of that part's own tokens or of the whole corpus.
        rule: How full restriction was read.
        definition: The same in words.
        agents: Whose restriction counts.
        points: In order of the months, without gaps where the source has none.
        head_domains: Domains of the head, all looked at.
        random_domains: Domains drawn from the rest.
        source_id: Who published it.
    """

    corpus: str
    name: str
    stratum: SeriesStratum
    basis: Basis
    rule: SeriesRule
    definition: str
    agents: str
    points: tuple[Point, ...]
    head_domains: int
    random_domains: int
    source_id: str

    @property
    def shares(self) -> list[float]:
        """Give the shares alone, in order."""
        return [point.share for point in self.points]


class Event(BaseModel, frozen=True):
    """Something that happened, and how well it is known."""

    month: date
    day: date | None
    title: str
    kind: EventKind
    agent: str | None
    evidence: Literal["verified", "secondary", "recalled"]
    url: str | None


class Step(BaseModel, frozen=True):
    """A month in which the share changed by more than usual.

    Args:
        month: When.
        before: The share a month earlier.
        after: The share then.
        events: What happened in that month or shortly before; none where nothing is known. That they come together
            is all this says, not that one made the other.
    """

    month: date
    before: float
    after: float
    events: tuple[Event, ...]

    @property
    def change(self) -> float:
        """Give the difference, in shares."""
        return self.after - self.before


def consent_series(
    connection: duckdb.DuckDBPyConnection,
    corpus: str = "c4",
    *,
    stratum: SeriesStratum = "all",
    basis: Basis = "of_corpus",
    rule: SeriesRule = "published",
    kind: Literal["observed", "forecast"] = "observed",
) -> Series:
    """Read a published series.

    Args:
        connection: The catalogue.
        corpus: ``c4``, ``refinedweb`` or ``dolma``.
        stratum: The whole corpus, its head, or the sample of the rest.
        basis: A share of that stratum's tokens, or of the corpus.
        rule: ``published`` is that of the paper; RefinedWeb is known under the older one alone.
        kind: What was observed, or what the authors forecast.

    Raises:
        NotFound: There is no such series.

    Source: Longpre et al. 2024, arXiv 2407.14933.
    """
    rows = connection.execute(
        """
        SELECT s.month, s.share, s.source_id, c.name, c.head_domains,
               (SELECT count(*) FROM corpus_domain d WHERE d.corpus = c.id AND d.stratum = 'random')
        FROM consent_series s JOIN corpus c ON c.id = s.corpus
        WHERE s.corpus = ? AND s.stratum = ? AND s.basis = ? AND s.rule = ? AND s.kind = ? ORDER BY s.month
        """,
        [corpus, stratum, basis, rule, kind],
    ).fetchall()
    if not rows:
        known = connection.execute(
            "SELECT DISTINCT corpus || ' ' || rule || ' ' || stratum || ' ' || basis FROM consent_series ORDER BY 1"
        ).fetchall()
        fix = f"use one of {', '.join(str(row[0]) for row in known)}" if known else "run 'touchstone import consent'"
        raise NotFound("there is no such series", f"{corpus} {rule} {stratum} {basis} {kind}", fix)
    _, _, source, name, head, drawn = rows[0]
    return Series(
        corpus=corpus,
        name=name,
        stratum=stratum,
        basis=basis,
        rule=rule,
        definition=DEFINITIONS[rule],
        agents=AGENTS[rule],
        points=tuple(Point(month=month, share=share) for month, share, *_ in rows),
        head_domains=head,
        random_domains=drawn,
        source_id=source,
    )


def consent_events(connection: duckdb.DuckDBPyConnection) -> tuple[Event, ...]:
    """List what happened, in order."""
    rows = connection.execute(
        "SELECT month, day, title, kind, agent, evidence, url FROM consent_event ORDER BY month, day NULLS LAST, title"
    ).fetchall()
    return tuple(Event(**dict(zip(Event.model_fields, row, strict=True))) for row in rows)


def steps(series: Series, events: tuple[Event, ...], *, least: float = LEAST_STEP) -> tuple[Step, ...]:
    """Find the months in which a share changed by more than usual, with what happened just before.

    Args:
        series: Over which to look.
        events: As `consent_events` gives them.
        least: Change of the share that counts, up or down.

    >>> points = (Point(month=date(2023, 8, 1), share=0.01), Point(month=date(2023, 9, 1), share=0.05))
    >>> from types import SimpleNamespace
    >>> [(step.month.isoformat(), round(step.change, 2)) for step in steps(SimpleNamespace(points=points), ())]
    [('2023-09-01', 0.04)]
    """
    pairs = zip(series.points, series.points[1:], strict=False)
    return tuple(
        Step(
            month=now.month,
            before=then.share,
            after=now.share,
            events=tuple(event for event in events if 0 <= _months(event.month, now.month) <= MAX_LAG),
        )
        for then, now in pairs
        if abs(now.share - then.share) >= least
    )


def month_after(month: date, number: int) -> date:
    """Give the first day of the month that many months later.

    >>> month_after(date(2024, 4, 1), 12), month_after(date(2024, 4, 1), -4)
    (datetime.date(2025, 4, 1), datetime.date(2023, 12, 1))
    """
    year, index = divmod(12 * month.year + month.month - 1 + number, 12)
    return date(year, index + 1, 1)


def _months(earlier: date, later: date) -> int:
    return 12 * (later.year - earlier.year) + later.month - earlier.month
