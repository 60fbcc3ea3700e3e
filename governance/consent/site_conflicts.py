"""All sites whose statements do not agree: imported signals of any kind beside the terms somebody read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import duckdb
from pydantic import BaseModel

from governance.consent.conflicts import CONFLICT_KINDS, ConflictKind, conflicts, statement
from governance.consent.signals import Signal
from governance.consent.site_signals import terms_signals
from governance.consent.terms import SiteTerms
from governance.consent.vocabulary import Restriction, SignalKind, Use
from governance.errors import NotFound

EVERYONE = "*"


class SiteConflict(BaseModel, frozen=True):
    """Two statements of one site that do not agree, and the agents for whom.

    Args:
        domain: The site.
        kind: In which way.
        agents: Whom it concerns; ``*`` is everyone who is not named.
        first: The one that leaves more open, in words.
        second: The other.
        tokens: Of the site in the corpus; ``None`` where it has no weight there.
    """

    domain: str
    kind: ConflictKind
    agents: tuple[str, ...]
    first: str
    second: str
    tokens: float | None


class SiteConflicts(BaseModel, frozen=True):
    """Which sites contradict themselves, the heaviest first.

    Args:
        corpus: Whose tokens weigh the sites.
        read: Sites of which any statement is here, a count.
        compared: Those of them with statements of more than one kind or use, which can part.
        sites: Those of them with statements that do not agree, of the kinds asked for.
        counts: Sites by kind of conflict, all kinds; a site may count under several.
        rows: The conflicts of the kinds asked for.
    """

    corpus: str
    read: int
    compared: int
    sites: int
    counts: dict[ConflictKind, int]
    rows: tuple[SiteConflict, ...]


class _Said(NamedTuple):
    kind: SignalKind
    use: Use
    restriction: Restriction
    words: str = ""


_Profile = frozenset[_Said]
_Found = tuple[ConflictKind, int, str, str]


def site_conflicts(
    connection: duckdb.DuckDBPyConnection,
    terms: Sequence[SiteTerms] = (),
    corpus: str = "c4",
    kinds: Iterable[ConflictKind] = (),
) -> SiteConflicts:
    """Find all sites whose statements do not agree, each kind as it was last read there; none is resolved.

    Args:
        connection: The catalogue, with signals of sites imported.
        terms: One a site, e.g. ``merge_all(own_terms(workbench))``.
        corpus: Whose tokens weigh the sites.
        kinds: Only these kinds of conflict; all where none is given.

    Raises:
        NotFound: There is no such corpus.
    """
    known = [str(name) for (name,) in connection.execute("SELECT id FROM corpus ORDER BY id").fetchall()]
    if corpus not in known:
        raise NotFound(f"there is no corpus '{corpus:.40}'", "option corpus", f"use one of {', '.join(known)}")
    said = _statements(connection, {one.domain: one for one in terms})
    parted = {domain: found for domain, agents in said.items() if (found := _of_site(agents))}
    tokens = _tokens(connection, corpus, list(parted))
    wanted = set(kinds) or set(CONFLICT_KINDS)
    rows = [
        SiteConflict(
            domain=domain, kind=kind, agents=agents, first=first, second=second, tokens=tokens.get(domain)
        )
        for domain in sorted(parted, key=lambda one: (-tokens.get(one, -1.0), one))
        for kind, agents, first, second in parted[domain]
        if kind in wanted
    ]  # fmt: skip
    return SiteConflicts(
        corpus=corpus,
        read=_read(connection, [one.domain for one in terms if terms_signals(one.verdict)]),
        compared=len(said),
        sites=len({row.domain for row in rows}),
        counts={
            kind: sum(any(one[0] == kind for one in found) for found in parted.values()) for kind in CONFLICT_KINDS
        },
        rows=tuple(rows),
    )


def _statements(
    connection: duckdb.DuckDBPyConnection, terms: Mapping[str, SiteTerms]
) -> dict[str, dict[str, set[_Said]]]:
    """Give what each site says to each agent, of sites that say more than one thing."""
    rows = connection.execute(
        """
        WITH newest AS (
            SELECT domain_id, kind, agent, use, restriction FROM consent_signal
            QUALIFY observed = max(observed) OVER (PARTITION BY domain_id, kind)
        ), said AS (
            SELECT domain_id, kind, min(agent) AS agent, use,
                   arg_max(restriction, list_position(['none', 'partial', 'full'], restriction)) AS restriction
            FROM newest WHERE restriction IS NOT NULL GROUP BY domain_id, kind, lower(agent), use
        ), several AS (
            SELECT domain_id FROM said GROUP BY domain_id
            HAVING min(kind) <> max(kind) OR min(use) <> max(use) OR domain_id IN (SELECT unnest($terms::VARCHAR[]))
        )
        SELECT domain_id, min(agent) OVER (PARTITION BY domain_id, lower(agent)) AS agent, kind, use, restriction
        FROM said SEMI JOIN several USING (domain_id) ORDER BY ALL
        """,
        {"terms": [domain for domain, one in terms.items() if terms_signals(one.verdict)]},
    ).fetchall()
    said: dict[str, dict[str, set[_Said]]] = {}
    for domain, agent, kind, use, restriction in rows:
        said.setdefault(domain, {}).setdefault(agent, set()).add(_Said(kind, use, restriction))
    for domain, agents in said.items():
        for one in terms_signals(terms[domain].verdict) if domain in terms else ():
            assert one.restriction is not None  # every verdict that says something says how much
            agents.setdefault(one.agent, set()).add(_Said(one.kind, one.use, one.restriction, one.words))
    return said


def _of_site(agents: Mapping[str, set[_Said]]) -> list[tuple[ConflictKind, tuple[str, ...], str, str]]:
    """Find the conflicts of a site; agents who are told the same are looked at once."""
    alike: dict[_Profile, list[str]] = {}
    for agent, told in agents.items():
        if agent != EVERYONE:
            alike.setdefault(frozenset(told), []).append(agent)
    profiles = tuple(sorted(alike, key=sorted))
    named: dict[tuple[ConflictKind, str, str], list[str]] = {}
    for kind, at, first, second in _parted(frozenset(agents.get(EVERYONE, ())), profiles):
        named.setdefault((kind, first, second), []).extend([EVERYONE] if at < 0 else alike[profiles[at]])
    found = [(kind, tuple(sorted(names)), first, second) for (kind, first, second), names in named.items()]
    return sorted(found, key=lambda one: (CONFLICT_KINDS.index(one[0]), *one[1:]))


@lru_cache(maxsize=4096)
def _parted(everyone: _Profile, profiles: tuple[_Profile, ...]) -> tuple[_Found, ...]:
    told = {EVERYONE: everyone, **{str(place): profile for place, profile in enumerate(profiles)}}
    signals = [
        Signal(
            kind=one.kind, agent=agent, use=one.use, restriction=one.restriction, certainty="stated", words=one.words
        )
        for agent, profile in told.items()
        for one in sorted(profile)
    ]  # fmt: skip
    found = {
        (one.kind, -1 if one.agent == EVERYONE else int(one.agent), statement(one.first), statement(one.second)): None
        for one in conflicts(signals)
    }
    return tuple(found)


def _read(connection: duckdb.DuckDBPyConnection, with_terms: Sequence[str]) -> int:
    row = connection.execute(
        "SELECT count(*) FROM (SELECT domain_id FROM consent_signal WHERE restriction IS NOT NULL "
        "UNION SELECT unnest(?::VARCHAR[]))",
        [list(with_terms)],
    ).fetchone()
    assert row is not None  # an aggregate gives a row
    return int(row[0])


def _tokens(connection: duckdb.DuckDBPyConnection, corpus: str, domains: Sequence[str]) -> dict[str, float]:
    query = (
        "SELECT domain_id, tokens FROM corpus_domain WHERE corpus = ? AND domain_id IN (SELECT unnest(?::VARCHAR[]))"
    )
    return dict(connection.execute(query, [corpus, list(domains)]).fetchall())
