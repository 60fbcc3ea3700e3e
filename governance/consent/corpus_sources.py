"""What the catalogue holds for a corpus audit: the weight of domains, and the levels that were imported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl
from pydantic import BaseModel

from governance.consent.corpus_audit import DRAWS, By, CorpusAudit, corpus_audit
from governance.consent.honour import Honoured, honour_all
from governance.consent.vocabulary import Mode
from governance.errors import NotFound

NOTHING_IMPORTED = (
    "no level of a single site is here",
    "the catalogue",
    "read your own robots.txt files with 'touchstone import robots PATH', or a published set; none is shipped",
)
"""What, where and how to mend it where an audit has nothing to read."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Domains of a corpus with their tokens.

    Args:
        corpus: Its id.
        name: How it is called.
        frame: Columns domain, tokens, stratum, type, topic (several a domain) and language, which nobody states; no
            stratum where the domains stand for themselves alone.
        head_share: Share of the corpus's tokens in its head; ``None`` where there is no stratum.
        tokens: Of the whole corpus.
        domains: In the whole corpus.
    """

    corpus: str
    name: str
    frame: pl.DataFrame
    head_share: float | None
    tokens: float
    domains: int


def corpus_weights(connection: duckdb.DuckDBPyConnection, corpus: str, *, as_sample: bool = True) -> Weights:
    """Give the domains of a corpus whose tokens are known.

    Args:
        connection: The catalogue.
        corpus: ``c4``, ``refinedweb`` or ``dolma``.
        as_sample: Whether they stand for the corpus, head and rest apart, as in the paper. Domains that are large in
            another corpus alone are then left out: they are no draw from the rest of this one.

    Raises:
        NotFound: There is no such corpus.
    """
    found = connection.execute("SELECT name, tokens, domains FROM corpus WHERE id = ?", [corpus]).fetchone()
    if found is None:
        known = ", ".join(str(row[0]) for row in connection.execute("SELECT id FROM corpus ORDER BY id").fetchall())
        raise NotFound(f"there is no corpus '{corpus:.40}'", "option corpus", f"use one of {known or 'none'}")
    frame = connection.execute(
        """
        SELECT w.domain_id AS domain, w.tokens, w.stratum, d.type, d.topics AS topic, NULL::VARCHAR AS language
        FROM corpus_domain w JOIN domain d ON d.id = w.domain_id
        WHERE w.corpus = ? AND w.tokens > 0 AND (w.stratum IS NOT NULL OR NOT ?) ORDER BY w.domain_id
        """,
        [corpus, as_sample],
    ).pl()
    head = frame.filter(pl.col("stratum") == "head")["tokens"].sum() / found[1]
    return Weights(
        corpus=corpus,
        name=found[0],
        frame=frame if as_sample else frame.drop("stratum"),
        head_share=head if as_sample else None,
        tokens=found[1],
        domains=found[2],
    )


def imported_observations(connection: duckdb.DuckDBPyConnection, source: str | None = None) -> pl.DataFrame:
    """Give the levels that imports of robots.txt brought, as `corpus_audit` reads them.

    Args:
        connection: The catalogue.
        source: Of one import alone; by default all.

    Returns:
        Columns domain, month, agent, restriction, paper_restriction, inherited and content_hash, the earlier
        snapshots first; no row where nothing was imported, as is so with what is shipped.
    """
    return connection.execute(
        """
        SELECT domain_id AS domain, date_trunc('month', observed)::DATE AS month, agent, restriction,
               paper_restriction, certainty = 'inherited' AS inherited, content_hash
        FROM consent_signal WHERE kind = 'robots' AND use = 'crawl' AND (? IS NULL OR source_id = ?)
        ORDER BY domain_id, observed, agent
        """,
        [source, source],
    ).pl()


class ImportedAudit(BaseModel, frozen=True):
    """An audit of what was imported, over a corpus whose tokens are shipped.

    Args:
        corpus: Its id.
        name: How it is called.
        observed_tokens: Share of the whole corpus's tokens on domains that were observed.
        observed_domains: How many domains those are.
        audit: The shares.
    """

    corpus: str
    name: str
    observed_tokens: float
    observed_domains: int
    audit: CorpusAudit


def audit_imported(
    connection: duckdb.DuckDBPyConnection,
    corpus: str,
    *,
    agents: Sequence[str],
    mode: Mode = "rfc",
    by: By = "all",
    source: str | None = None,
    as_sample: bool = False,
    registry: Mapping[str, tuple[str | None, str]] | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> ImportedAudit:
    """Measure a corpus by the levels that were imported.

    Args:
        connection: The catalogue.
        corpus: ``c4``, ``refinedweb`` or ``dolma``.
        agents: Whose levels count.
        mode: By RFC 9309 or by the published rule.
        by: One share, or one by agent, operator, purpose, type, topic or language.
        source: One import alone; by default all.
        as_sample: Whether the domains observed stand for the whole corpus, head and rest apart. By default they stand
            for themselves: publishers or test files are no sample.
        registry: Operator and purpose by agent.
        draws: Of the bootstrap.
        seed: Of the draws.

    Raises:
        NotFound: There is no such corpus, or nothing was imported: no level of a single site is shipped.
        BadInput: As for `corpus_audit`.
    """
    weights = corpus_weights(connection, corpus, as_sample=as_sample)
    observed = imported_observations(connection, source)
    if observed.is_empty():
        raise NotFound(*NOTHING_IMPORTED)
    audit = corpus_audit(
        observed, weights.frame, agents=agents, mode=mode, by=by, head_share=weights.head_share, registry=registry,
        draws=draws, seed=seed,
    )  # fmt: skip
    seen = weights.frame.join(observed, on="domain", how="semi")
    return ImportedAudit(
        corpus=corpus,
        name=weights.name,
        observed_tokens=float(seen["tokens"].sum()) / weights.tokens,
        observed_domains=seen.height,
        audit=audit,
    )


def honour_imported(
    connection: duckdb.DuckDBPyConnection,
    corpus: str,
    *,
    agents: Sequence[str],
    by: By = "type",
    month: date | None = None,
    extent: float = 1.0,
    partial_counts: bool = False,
    mode: Mode = "rfc",
    source: str | None = None,
    as_sample: bool = False,
    draws: int = DRAWS,
    seed: int = 0,
) -> Honoured:
    """Work out what a corpus would lose by the levels that were imported, were they honoured.

    Args:
        connection: The catalogue.
        corpus: ``c4``, ``refinedweb`` or ``dolma``.
        agents: Whose levels count.
        by: Type, topic or language of the sites; language is stated for none of the shipped domains.
        month: Of the levels; by default the last observed.
        extent: From 0, nobody honours it, to 1, everyone does.
        partial_counts: Whether a site that is partly closed goes too.
        mode: By RFC 9309 or by the published rule.
        source: One import alone; by default all.
        as_sample: As for `audit_imported`.
        draws: Of the bootstrap.
        seed: Of the draws.

    Raises:
        NotFound: As for `audit_imported`, or nothing was observed by that month.
        BadInput: As for `honour_all`.
    """
    weights = corpus_weights(connection, corpus, as_sample=as_sample)
    observed = imported_observations(connection, source)
    if observed.is_empty():
        raise NotFound(*NOTHING_IMPORTED)
    return honour_all(
        observed, weights.frame, agents=agents, by=by, month=month, extent=extent, partial_counts=partial_counts,
        mode=mode, head_share=weights.head_share, draws=draws, seed=seed,
    )  # fmt: skip


def observation_sources(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, int, int]]:
    """Give, for each import of robots.txt, its title, its domains and how many of them have tokens in a corpus."""
    rows = connection.execute(
        """
        SELECT s.source_id, any_value(o.title), count(DISTINCT s.domain_id),
               count(DISTINCT s.domain_id) FILTER (s.domain_id IN (SELECT domain_id FROM corpus_domain))
        FROM consent_signal s JOIN source o ON o.id = s.source_id WHERE s.kind = 'robots' GROUP BY 1 ORDER BY 1
        """
    ).fetchall()
    return {str(source): (str(title), int(domains), int(known)) for source, title, domains, known in rows}
