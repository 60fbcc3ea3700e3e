"""How often the sites that host datasets leave out or misstate the licence that the audit found."""

from __future__ import annotations

from typing import Literal

import duckdb
from pydantic import BaseModel

from governance.catalogue.vocabulary import HOSTS, USE_CLASSES, Host, UseClass
from governance.errors import BadInput
from governance.provenance.licences import STRENGTH, Statements, own_terms, statements
from governance.provenance.policies import POLICIES

Base = Literal["all", "with_page"]
"""Over all records, or only those that have a page on the site."""

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
    stated = statements(connection, snapshot)
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
        hosts[host] = _rates(
            [(_class(stated.get(str(key), ()), "audit"), _class(stated.get(str(key), ()), host)) for (key,) in ids]
        )
    return HostAudit(snapshot=snapshot, modality=modality, base=base, hosts=hosts)


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
