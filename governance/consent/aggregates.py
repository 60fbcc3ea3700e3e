"""Published aggregates: what is known of each corpus, how often agents are named, and rates of a panel of sites."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

import duckdb
from pydantic import BaseModel

from governance.consent.vocabulary import SeriesRule
from governance.errors import NotFound

Segment = Literal["all", "open_web", "news"]


class CorpusFacts(BaseModel, frozen=True):
    """A corpus, and the share of it that was last found closed.

    Args:
        corpus: Its id.
        name: How it is called.
        tokens: In all of it.
        domains: In all of it.
        head_domains: The largest, all looked at.
        head_tokens: Share of its tokens on them.
        random_domains: Drawn from the rest.
        rule: Under which the shares were measured; the two do not compare.
        month: Of the last measurement.
        share: Of all tokens fully restricted then; head and rest add up to it.
        head: Part of it on the head.
        rest: Part of it on the rest.
        year_before: The same share twelve months earlier.
    """

    corpus: str
    name: str
    tokens: float
    domains: int
    head_domains: int
    head_tokens: float
    random_domains: int
    rule: SeriesRule
    month: date
    share: float
    head: float
    rest: float
    year_before: float | None


class AgentLevels(BaseModel, frozen=True):
    """How often an agent was named, by domain and month, and at which level.

    Args:
        agent: Product token as counted.
        operator: Who runs it; ``None`` where no registry says.
        purpose: What it is for; ``None`` likewise.
        observed: Snapshots that name it: one domain in one month each, so one site counts many times.
        full: Share of them that close the site to it.
        partial: Share that closes a part.
        none: Share that closes nothing.
        of_all: Share of all snapshots that name it.
    """

    agent: str
    operator: str | None
    purpose: str | None
    observed: int
    full: float
    partial: float
    none: float
    of_all: float | None


class PanelRate(BaseModel, frozen=True):
    """One rate of a panel of sites in one wave; ``n`` is ``None`` where its base is not stated."""

    segment: Segment
    measure: str
    unit: Literal["share", "count"]
    observed: date
    value: float
    n: int | None


def corpus_facts(connection: duckdb.DuckDBPyConnection) -> tuple[CorpusFacts, ...]:
    """Say what is known of each corpus, under the published rule where that was used.

    Raises:
        NotFound: No published figures are in the catalogue.
    """
    rows = connection.execute(
        """
        WITH chosen AS (SELECT corpus, max(rule) AS rule FROM consent_series GROUP BY corpus),
        shares AS (
            SELECT s.* FROM consent_series s JOIN chosen USING (corpus, rule)
            WHERE s.kind = 'observed' AND s.basis = 'of_corpus'
        ),
        last AS (SELECT corpus, max(month) AS month FROM shares GROUP BY corpus),
        strata AS (
            SELECT corpus, sum(tokens) FILTER (stratum = 'head') AS head, count(*) FILTER (stratum = 'random') AS drawn
            FROM corpus_domain GROUP BY corpus
        )
        SELECT c.id, c.name, c.tokens, c.domains, c.head_domains, t.head / c.tokens, t.drawn, any_value(s.rule),
               l.month,
               max(s.share) FILTER (s.stratum = 'all' AND s.month = l.month),
               max(s.share) FILTER (s.stratum = 'head' AND s.month = l.month),
               max(s.share) FILTER (s.stratum = 'random' AND s.month = l.month),
               max(s.share) FILTER (s.stratum = 'all' AND s.month = l.month - INTERVAL 12 MONTH)
        FROM corpus c JOIN last l ON l.corpus = c.id JOIN shares s ON s.corpus = c.id JOIN strata t ON t.corpus = c.id
        GROUP BY ALL ORDER BY any_value(s.rule) DESC, c.name
        """
    ).fetchall()
    if not rows:
        raise NotFound("no published figures are here", "the catalogue", "run 'touchstone import consent PATH'")
    return tuple(CorpusFacts(**dict(zip(CorpusFacts.model_fields, row, strict=True))) for row in rows)


def agent_levels(
    connection: duckdb.DuckDBPyConnection, agents: Sequence[str] = (), *, known: bool = False, most: int = 50
) -> tuple[AgentLevels, ...]:
    """List how often agents are named in robots.txt and at which level, the most named first.

    Args:
        connection: The catalogue.
        agents: These alone, whatever their case; by default all.
        known: Only those that a registry of crawlers of AI describes.
        most: How many.
    """
    wanted = [agent.casefold() for agent in agents]
    rows = connection.execute(
        """
        SELECT a.agent, r.operator, r.purpose, a.observed, a.full_n / a.observed, a.partial_n / a.observed,
               a.none_n / a.observed,
               a.observed / (SELECT max(observed) FROM agent_level WHERE agent = '*all agents*')
        FROM agent_level a LEFT JOIN crawl_agent r ON lower(r.id) = lower(a.agent)
        WHERE a.observed > 0 AND a.agent NOT IN ('*all agents*')
          AND (len(?) = 0 OR list_contains(?, lower(a.agent))) AND (r.id IS NOT NULL OR NOT ?)
        ORDER BY a.observed DESC, a.agent LIMIT ?
        """,
        [wanted, wanted, known, most],
    ).fetchall()
    return tuple(AgentLevels(**dict(zip(AgentLevels.model_fields, row, strict=True))) for row in rows)


def panel_rates(connection: duckdb.DuckDBPyConnection) -> tuple[PanelRate, ...]:
    """List the rates of the panel, by segment, measure and wave."""
    rows = connection.execute(
        "SELECT segment, measure, unit, observed, value, n FROM consent_panel ORDER BY segment, measure, observed"
    ).fetchall()
    return tuple(PanelRate(**dict(zip(PanelRate.model_fields, row, strict=True))) for row in rows)
