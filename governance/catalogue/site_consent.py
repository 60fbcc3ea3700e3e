"""What the web sites behind datasets allow now, and what was read in their terms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import duckdb
from pydantic import BaseModel

from governance.catalogue.vocabulary import Restriction

MEANING = (
    "fully restricted: the newest robots.txt read there bars at least one AI developer's crawler from everything "
    "(RFC 9309)"
)


class SiteState(BaseModel, frozen=True):
    """One web site behind a dataset.

    Args:
        domain: Its host name.
        basis: How it was recognised in what the dataset states as its source.
        through: The dataset that states it: the one asked for, or one that it derives from.
        restriction: The strictest level over the AI developers' agents; ``None`` where no robots.txt was read.
        observed: The day of that reading.
        developers: Their agents asked about, a count; 0 where only what is said to everyone is known.
    """

    domain: str
    basis: str
    through: str
    restriction: Restriction | None
    observed: date | None
    developers: int


class TermsRead(BaseModel, frozen=True):
    """What somebody read in the terms of the sources of a collection.

    Args:
        collection: The collection.
        through: The dataset in it.
        question: scraping, ai, use, model_terms or model_scraping.
        verdict: What was found.
        about: Which site or model, where it is said.
        source: Id of the source.
    """

    collection: str
    through: str
    question: str
    verdict: str
    about: str | None
    source: str


class SourcesConsent(BaseModel, frozen=True):
    """The consent state of the sources of one or several datasets.

    Args:
        sites: Each web site once, under the first dataset that states it.
        known: Sites whose robots.txt was read, a count.
        full: Those of them now fully restricted, a count.
        share: ``full / known``, 0 to 1; ``None`` where none was read.
        terms: What was read in terms of service, each statement once.
    """

    sites: tuple[SiteState, ...] = ()
    known: int = 0
    full: int = 0
    share: float | None = None
    terms: tuple[TermsRead, ...] = ()

    @property
    def words(self) -> str:
        """Say it in one sentence."""
        if not self.sites:
            return "No web site is stated as a source."
        sites = f"{len(self.sites):,} web {'site is' if len(self.sites) == 1 else 'sites are'} stated as sources"
        if not self.known:
            return f"{sites}; no robots.txt of theirs was read here."
        return f"{sites}; {self.full:,} of the {self.known:,} whose robots.txt was read are fully restricted now."


def sources_of(
    connection: duckdb.DuckDBPyConnection, dataset_ids: Sequence[str], snapshot: str = "current"
) -> SourcesConsent:
    """Tell what the sources of some datasets allow.

    Args:
        connection: An open catalogue.
        dataset_ids: The datasets, the nearest first; ids of other nodes are passed over.
        snapshot: State of the audit.
    """
    values = {"snapshot": snapshot, "ids": list(dataset_ids)}
    sites = connection.execute(
        """
        WITH asked AS (SELECT unnest($ids::VARCHAR[]) AS id, unnest(range(len($ids::VARCHAR[]))) AS place)
        SELECT d.domain_id, arg_min(d.basis, a.place) AS basis, arg_min(a.id, a.place) AS through,
               any_value(l.restriction) AS restriction, any_value(l.observed) AS observed,
               coalesce(any_value(l.developers), 0) AS developers
        FROM asked AS a JOIN dataset_domain AS d ON d.snapshot = $snapshot AND d.dataset_id = a.id
        LEFT JOIN domain_level AS l ON l.domain_id = d.domain_id
        GROUP BY d.domain_id ORDER BY coalesce(any_value(l.restriction) = 'full', false) DESC, d.domain_id
        """,
        values,
    ).fetchall()
    terms = connection.execute(
        """
        WITH asked AS (SELECT unnest($ids::VARCHAR[]) AS id, unnest(range(len($ids::VARCHAR[]))) AS place)
        SELECT t.collection_id, arg_min(a.id, a.place) AS through, t.question, t.verdict, t.about, t.source_id
        FROM asked AS a JOIN dataset AS d ON d.snapshot = $snapshot AND d.id = a.id
        JOIN source_terms AS t ON t.collection_id = d.collection_id
        GROUP BY t.collection_id, t.question, t.verdict, t.about, t.source_id
        ORDER BY min(a.place), t.question, t.verdict, t.about, t.source_id
        """,
        values,
    ).fetchall()
    states = tuple(SiteState(**dict(zip(SiteState.model_fields, row, strict=True))) for row in sites)
    known = sum(one.restriction is not None for one in states)
    full = sum(one.restriction == "full" for one in states)
    return SourcesConsent(
        sites=states,
        known=known,
        full=full,
        share=full / known if known else None,
        terms=tuple(TermsRead(**dict(zip(TermsRead.model_fields, row, strict=True))) for row in terms),
    )
