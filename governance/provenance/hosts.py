"""How often the sites that host datasets leave out or misstate the licence that the audit found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, get_args

import duckdb
from pydantic import BaseModel

from governance.catalogue.vocabulary import HOSTS, SITES, SNAPSHOT_DATES, USE_CLASSES, Host, Snapshot, UseClass
from governance.errors import BadInput
from governance.provenance.composition import Share, share_of
from governance.provenance.keyed import Keyed
from governance.provenance.licences import STRENGTH, Statements, own_terms, statements
from governance.provenance.policies import POLICIES

Base = Literal["all", "with_page"]
"""Over all records, or only those that have a page on the site."""
BASES: tuple[Base, ...] = get_args(Base)

Measure = Literal["omission", "error", "more_permissive", "mismatch"]
"""States none; another class than the audit's; a looser one (both of those that state one); either, of all."""
MEASURES: tuple[Measure, ...] = get_args(Measure)

NONE_STATED = "none stated"
PAGES: dict[Host, str] = {
    "audit": "TRUE",
    "huggingface": "huggingface_url IS NOT NULL",
    "github": "github_url IS NOT NULL",
    "paperswithcode": "paperswithcode_url IS NOT NULL",
}


class HostRates(BaseModel, frozen=True):
    """Rates of one host; shares are between 0 and 1, ``None`` where there is nothing to divide by.

    Args:
        records: Datasets in the base.
        omitted: Of these, those for which the host states no licence or "unspecified".
        omission: ``omitted / records``.
        licensed: Those for which it states one.
        wrong: Of these, those whose use class is not the audit's.
        error: ``wrong / licensed``.
        more_permissive: Share of the licensed whose class is looser than the audit's.
        more_permissive_count: The same as a count.
        confusion: Audit's class to the host's class to a count.
    """

    records: int
    omitted: int
    omission: float | None
    licensed: int
    wrong: int
    error: float | None
    more_permissive: float | None
    more_permissive_count: int
    confusion: dict[str, dict[str, int]]


class HostAudit(BaseModel, frozen=True):
    """The rates of every host, beside the audit's own omissions."""

    snapshot: str
    modality: str
    base: Base
    hosts: dict[Host, HostRates]


class HostShare(BaseModel, frozen=True):
    """One measure of one site as a share with its 95% interval; `Share.n` is what it is a share of."""

    snapshot: str
    host: Host
    measure: Measure
    share: Share


class HostChange(BaseModel, frozen=True):
    """What became of one site's statements between two snapshots; all are counts of datasets.

    Args:
        gained: In both snapshots; no licence stated at first, one now.
        gained_wrong: Of these, those whose class is not the audit's.
        lost: In both; a licence stated at first, none now.
        still_none: In both, and never one stated.
        still_stated: In both, and always one stated.
        reclassed: Of these, those whose class on the site is another one now.
        wrong_first, wrong_then: In both; stated with another class than the audit's in that snapshot.
        added_none: New in the later snapshot, and no licence stated.
        added_wrong: New in the later snapshot, and stated with another class than the audit's.
    """

    gained: int
    gained_wrong: int
    lost: int
    still_none: int
    still_stated: int
    reclassed: int
    wrong_first: int
    wrong_then: int
    added_none: int
    added_wrong: int


class HostChanges(BaseModel, frozen=True):
    """Two snapshots compared dataset by dataset, matched by id.

    Args:
        common: Datasets in both.
        added: Only in the later one.
        dropped: Only in the earlier one.
        audit_changed: In both, but put in another class by the audit itself.
    """

    first: str
    then: str
    modality: str
    common: int
    added: int
    dropped: int
    audit_changed: int
    hosts: dict[Host, HostChange]


def host_audit(
    connection: duckdb.DuckDBPyConnection, *, snapshot: str = "current", modality: str = "text", base: Base = "all"
) -> HostAudit:
    """Compare what each hosting site states with what the audit found.

    Args:
        connection: An open catalogue.
        snapshot: State of the audit.
        modality: Text, speech or video.
        base: Over all records as in the paper, or only those with a page on the site.

    Raises:
        BadInput: The snapshot has no records of that modality.

    Source: Longpre et al. 2023, arXiv 2310.16787, table 2 and section 3.
    """
    said = {host: _classes(stated, host) for host, stated in statements(connection, snapshot).items()}
    hosts: dict[Host, HostRates] = {}
    for host in HOSTS:
        page = PAGES[host] if base == "with_page" else "TRUE"
        ids = connection.execute(
            f"SELECT id FROM dataset WHERE snapshot = ? AND modality = ? AND {page} ORDER BY id",  # noqa: S608 - constants
            [snapshot, modality],
        ).fetchall()
        if not ids and base == "all":
            raise BadInput(
                f"there are no {modality} records", f"snapshot {snapshot}", "choose another modality or snapshot"
            )
        hosts[host] = _rates([(said["audit"].get(key), said[host].get(key)) for (key,) in ids])
    return HostAudit(snapshot=snapshot, modality=modality, base=base, hosts=hosts)


def host_audits(
    connection: duckdb.DuckDBPyConnection, *, modality: str = "text", base: Base = "all"
) -> tuple[HostAudit, ...]:
    """Give the audit of every snapshot that has the modality, the oldest first.

    Raises:
        BadInput: No snapshot has records of that modality.
    """
    rows = connection.execute("SELECT DISTINCT snapshot FROM dataset WHERE modality = ?", [modality]).fetchall()
    having = sorted((str(name) for (name,) in rows), key=lambda name: SNAPSHOT_DATES.get(name, name))
    if not having:
        raise BadInput(f"there are no {modality} records", "any snapshot", "choose another modality")
    return tuple(host_audit(connection, snapshot=name, modality=modality, base=base) for name in having)


def host_shares(audits: Iterable[HostAudit]) -> tuple[HostShare, ...]:
    """Give every measure of every site as a share with its Wilson interval, ready to be drawn.

    The mismatch counts a site that states nothing as agreeing where the audit found nothing either.
    """
    found = []
    for audit in audits:
        for host in SITES:
            rates = audit.hosts[host]
            counts: dict[Measure, tuple[int, int]] = {
                "omission": (rates.omitted, rates.records),
                "error": (rates.wrong, rates.licensed),
                "more_permissive": (rates.more_permissive_count, rates.licensed),
                "mismatch": (rates.records - _agreeing(rates.confusion), rates.records),
            }
            found += [
                HostShare(snapshot=audit.snapshot, host=host, measure=measure, share=share_of(host, count, n))
                for measure, (count, n) in counts.items()
            ]
    return tuple(found)


def host_changes(
    connection: duckdb.DuckDBPyConnection,
    *,
    first: Snapshot = "2023-10-25",
    then: Snapshot = "current",
    modality: str = "text",
) -> HostChanges:
    """Tell why a site's rates differ between two snapshots: what was tagged since, and what is new.

    Args:
        connection: An open catalogue.
        first: The earlier snapshot.
        then: The later one.
        modality: Text, speech or video; with none of it in a snapshot the counts are zero.
    """
    sides = [_ids(connection, snapshot, modality) for snapshot in (first, then)]
    stated = [
        {host: _classes(mine, host) for host, mine in statements(connection, snapshot).items()}
        for snapshot in (first, then)
    ]
    both, new = sorted(sides[0] & sides[1]), sorted(sides[1] - sides[0])
    audit = [
        {key: one["audit"].get(key) or "unspecified" for key in ids} for one, ids in zip(stated, sides, strict=True)
    ]
    hosts = {}
    for host in SITES:
        said = [{key: _stated(one[host].get(key)) for key in ids} for one, ids in zip(stated, sides, strict=True)]
        hosts[host] = _change(both, new, audit, said)
    return HostChanges(
        first=first,
        then=then,
        modality=modality,
        common=len(both),
        added=len(new),
        dropped=len(sides[0] - sides[1]),
        audit_changed=sum(audit[0][key] != audit[1][key] for key in both),
        hosts=hosts,
    )


def _ids(connection: duckdb.DuckDBPyConnection, snapshot: str, modality: str) -> set[str]:
    query = "SELECT id FROM dataset WHERE snapshot = ? AND modality = ?"
    return {str(key) for (key,) in connection.execute(query, [snapshot, modality]).fetchall()}


def _stated(said: UseClass | None) -> UseClass | None:
    return None if said == "unspecified" else said


def _change(
    both: list[str], new: list[str], audit: list[dict[str, UseClass]], said: list[dict[str, UseClass | None]]
) -> HostChange:
    pairs = [(said[0][key], said[1][key], audit[0][key], audit[1][key]) for key in both]
    return HostChange(
        gained=sum(before is None and now is not None for before, now, _, _ in pairs),
        gained_wrong=sum(before is None and now not in (None, found) for before, now, _, found in pairs),
        lost=sum(before is not None and now is None for before, now, _, _ in pairs),
        still_none=sum(before is None and now is None for before, now, _, _ in pairs),
        still_stated=sum(before is not None and now is not None for before, now, _, _ in pairs),
        reclassed=sum(before is not None and now not in (None, before) for before, now, _, _ in pairs),
        wrong_first=sum(before not in (None, found) for before, _, found, _ in pairs),
        wrong_then=sum(now not in (None, found) for _, now, _, found in pairs),
        added_none=sum(said[1][key] is None for key in new),
        added_wrong=sum(said[1][key] not in (None, audit[1][key]) for key in new),
    )


def _agreeing(confusion: Mapping[str, Mapping[str, int]]) -> int:
    return sum(row[audit] for audit, row in confusion.items()) + confusion["unspecified"][NONE_STATED]


def _classes(stated: Keyed[Statements], host: Host) -> dict[str, UseClass | None]:
    distinct = [_class(mine, host) for mine in stated.distinct]  # many datasets state the same
    return {key: distinct[code] for key, code in zip(stated.ids, stated.codes.tolist(), strict=True)}


def _class(mine: Statements, host: Host) -> UseClass | None:
    here = [one for one in mine if one.host == host]
    return own_terms(here, POLICIES["audit"].model_copy(update={"hosts": (host,)})).use if here else None


def _rates(pairs: list[tuple[UseClass | None, UseClass | None]]) -> HostRates:
    confusion = {audit: dict.fromkeys([*USE_CLASSES, NONE_STATED], 0) for audit in USE_CLASSES}
    licensed = wrong = looser = 0
    for found, said in pairs:
        audit: UseClass = found or "unspecified"
        confusion[audit][said or NONE_STATED] += 1
        if said is not None and said != "unspecified":
            licensed += 1
            wrong += said != audit
            looser += STRENGTH[said] < STRENGTH[audit]
    omitted = len(pairs) - licensed
    return HostRates(
        records=len(pairs),
        omitted=omitted,
        omission=omitted / len(pairs) if pairs else None,
        licensed=licensed,
        wrong=wrong,
        error=wrong / licensed if licensed else None,
        more_permissive=looser / licensed if licensed else None,
        more_permissive_count=looser,
        confusion=confusion,
    )
