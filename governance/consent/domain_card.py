"""All that is known of one web host: its weight in corpora, what its signals say, and which datasets draw on it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from datetime import date

import duckdb
from pydantic import BaseModel

from governance.catalogue.connect import catalogue_version
from governance.consent.conflicts import Conflict, conflicts
from governance.consent.domains import host_of, registrable
from governance.consent.signals import Signal
from governance.consent.site_signals import terms_signals
from governance.consent.terms import PageTerms, SiteTerms, merge_terms
from governance.consent.vocabulary import Certainty, Restriction, SignalKind, Use
from governance.errors import NotFound

SHOWN_DATASETS = 50


class CorpusWeight(BaseModel, frozen=True):
    """The weight of a host in a corpus.

    Args:
        corpus: Id of the corpus.
        name: How it is called.
        tokens: Of this host.
        share: Of the corpus's tokens, 0 to 1.
        stratum: head or random; ``None`` where it was looked at for another corpus alone.
    """

    corpus: str
    name: str
    tokens: float
    share: float
    stratum: str | None


class Reading(BaseModel, frozen=True):
    """The newest reading of one kind of signal for one agent and use.

    Args:
        first: The earliest day from which on it said the same at every reading.
        readings: Days it was read, a count.
    """

    kind: SignalKind
    agent: str
    use: Use
    restriction: Restriction | None
    paper_restriction: Restriction | None
    certainty: Certainty
    observed: date
    first: date
    readings: int
    source: str


class DatasetThere(BaseModel, frozen=True):
    """A dataset that states the host as a source."""

    id: str
    name: str
    basis: str


class DomainCard(BaseModel, frozen=True):
    """All that is known of one host.

    Args:
        name: The host.
        registrable: The domain somebody registered, by the Public Suffix List.
        catalogue: Version of the catalogue.
        type, topics, user_content, paywall, advertisements: As annotated; ``None`` where nobody did.
        corpora: Its weight in each corpus, the greatest share first.
        level: Strictest level over the AI developers' agents at the newest reading; ``None`` where none was made.
        observed: The day of that reading.
        developers: Their agents asked about, a count; 0 where only what is said to everyone is known.
        readings: Newest readings, by kind and agent.
        terms: The user's own reading of its terms, merged.
        pages: The pages read for it.
        conflicts: Where its signals as last read, terms included, do not agree.
        datasets: Datasets of the current snapshot that state it, at most 50, by name.
        datasets_total: All of them, a count.
        relatives: Other hosts of the same registered domain that are known here.
    """

    name: str
    registrable: str | None
    catalogue: str
    type: str | None
    topics: tuple[str, ...]
    user_content: str | None
    paywall: str | None
    advertisements: bool | None
    corpora: tuple[CorpusWeight, ...]
    level: Restriction | None
    observed: date | None
    developers: int
    readings: tuple[Reading, ...]
    terms: SiteTerms | None
    pages: tuple[PageTerms, ...]
    conflicts: tuple[Conflict, ...]
    datasets: tuple[DatasetThere, ...]
    datasets_total: int
    relatives: tuple[str, ...]


def domain_card(connection: duckdb.DuckDBPyConnection, name: str, pages: Iterable[PageTerms] = ()) -> DomainCard:
    """Gather all that is known of one host.

    Args:
        connection: An open catalogue.
        name: A host or an address; read as `host_of` does.
        pages: What the user read in terms of sites; those of other hosts are passed over.

    Raises:
        NotFound: It is no host, or nothing is known of it.
    """
    host = host_of(name)
    mine = tuple(page for page in pages if page.domain == host)
    known = _known(connection)
    if host is None or (host not in known and not mine):
        close = difflib.get_close_matches((host or name.casefold())[:200], known, n=3, cutoff=0.7)
        fix = f"did you mean {' or '.join(close)}?" if close else "import robots.txt files or terms that name it"
        raise NotFound(f"nothing is known of the host '{host or name:.200}'", "domains", fix)
    about = connection.execute(
        "SELECT type, topics, user_content, paywall, advertisements FROM domain WHERE id = ?", [host]
    ).fetchone() or (None, None, None, None, None)
    level = connection.execute(
        "SELECT restriction, observed, developers FROM domain_level WHERE domain_id = ?", [host]
    ).fetchone() or (None, None, 0)
    readings = _readings(connection, host)
    terms = merge_terms(host, mine) if mine else None
    datasets = _datasets(connection, host)
    family = registrable(host)
    return DomainCard(
        name=host,
        registrable=family,
        catalogue=catalogue_version(connection),
        type=about[0],
        topics=tuple(about[1] or ()),
        user_content=about[2],
        paywall=about[3],
        advertisements=about[4],
        corpora=_corpora(connection, host),
        level=level[0],
        observed=level[1],
        developers=level[2],
        readings=readings,
        terms=terms,
        pages=mine,
        conflicts=tuple(
            conflicts([*map(_signal, _newest(readings)), *(terms_signals(terms.verdict) if terms else ())])
        ),
        datasets=datasets[:SHOWN_DATASETS],
        datasets_total=len(datasets),
        relatives=tuple(one for one in known if family and one != host and registrable(one) == family)
        if family
        else (),
    )


def _newest(readings: Sequence[Reading]) -> list[Reading]:
    """Leave out agents nobody asked about when that kind was last read: what was said to them before may be gone."""
    last = {kind: max(one.observed for one in readings if one.kind == kind) for kind in {one.kind for one in readings}}
    return [one for one in readings if one.observed == last[one.kind]]


def _signal(reading: Reading) -> Signal:
    return Signal(
        kind=reading.kind,
        agent=reading.agent,
        use=reading.use,
        restriction=reading.restriction,
        certainty=reading.certainty,
        since=reading.first,
    )


def _known(connection: duckdb.DuckDBPyConnection) -> Sequence[str]:
    rows = connection.execute(
        """
        SELECT id FROM domain UNION SELECT domain_id FROM corpus_domain UNION SELECT domain_id FROM consent_signal
        UNION SELECT domain_id FROM dataset_domain ORDER BY 1
        """
    ).fetchall()
    return [str(row[0]) for row in rows]


def _corpora(connection: duckdb.DuckDBPyConnection, host: str) -> tuple[CorpusWeight, ...]:
    rows = connection.execute(
        """
        SELECT c.id, c.name, w.tokens, w.tokens / c.tokens AS share, w.stratum
        FROM corpus_domain AS w JOIN corpus AS c ON c.id = w.corpus
        WHERE w.domain_id = ? ORDER BY share DESC, c.id
        """,
        [host],
    ).fetchall()
    return tuple(CorpusWeight(**dict(zip(CorpusWeight.model_fields, row, strict=True))) for row in rows)


def _readings(connection: duckdb.DuckDBPyConnection, host: str) -> tuple[Reading, ...]:
    rows = connection.execute(
        """
        WITH mine AS (
            SELECT *, last_value(restriction) OVER same AS now, last_value(observed) OVER same AS newest
            FROM consent_signal WHERE domain_id = $host
            WINDOW same AS (PARTITION BY kind, agent, use ORDER BY observed
                            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
        ), other AS (
            SELECT kind, agent, use, max(observed) AS day FROM mine
            WHERE restriction IS DISTINCT FROM now GROUP BY kind, agent, use
        )
        SELECT m.kind, m.agent, m.use, arg_max_null(m.restriction, m.observed),
               arg_max_null(m.paper_restriction, m.observed), arg_max(m.certainty, m.observed), max(m.observed),
               min(m.observed) FILTER (o.day IS NULL OR m.observed > o.day), count(DISTINCT m.observed),
               arg_max(m.source_id, m.observed)
        FROM mine AS m
        LEFT JOIN other AS o ON o.kind = m.kind AND o.agent = m.agent AND o.use = m.use
        GROUP BY m.kind, m.agent, m.use
        ORDER BY m.kind, list_position(['full', 'partial', 'none'], arg_max_null(m.restriction, m.observed)) NULLS LAST,
                 m.agent, m.use
        """,
        {"host": host},
    ).fetchall()
    return tuple(Reading(**dict(zip(Reading.model_fields, row, strict=True))) for row in rows)


def _datasets(connection: duckdb.DuckDBPyConnection, host: str) -> tuple[DatasetThere, ...]:
    rows = connection.execute(
        """
        SELECT d.id, d.name, w.basis FROM dataset_domain AS w
        JOIN dataset AS d ON d.snapshot = w.snapshot AND d.id = w.dataset_id
        WHERE w.snapshot = 'current' AND w.domain_id = ? ORDER BY lower(d.name), d.id
        """,
        [host],
    ).fetchall()
    return tuple(DatasetThere(id=row[0], name=row[1], basis=row[2]) for row in rows)
