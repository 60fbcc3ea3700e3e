"""What the catalogue holds for a corpus audit: the weight of domains, and the levels that were imported."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import polars as pl

from governance.errors import NotFound


@dataclass(frozen=True, slots=True)
class Weights:
    """Domains of a corpus with their tokens.

    Args:
        corpus: Its id.
        name: How it is called.
        frame: Columns domain, tokens, stratum, type, topic (several a domain) and language, which nobody states.
        head_share: Share of the corpus's tokens in its head.
        tokens: Of the whole corpus.
        domains: In the whole corpus.
    """

    corpus: str
    name: str
    frame: pl.DataFrame
    head_share: float
    tokens: float
    domains: int


def corpus_weights(connection: duckdb.DuckDBPyConnection, corpus: str) -> Weights:
    """Give the domains of a corpus that were looked at or drawn, with their tokens.

    Domains that are large in another corpus alone are left out: they are no draw from the rest of this one.

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
        WHERE w.corpus = ? AND w.stratum IS NOT NULL ORDER BY w.domain_id
        """,
        [corpus],
    ).pl()
    head = frame.filter(pl.col("stratum") == "head")["tokens"].sum()
    return Weights(
        corpus=corpus, name=found[0], frame=frame, head_share=head / found[1], tokens=found[1], domains=found[2]
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
