"""Evidence of a system with its age: the list that pages, the command line and the API show."""

from __future__ import annotations

import duckdb

from governance.assessment.evidence import KeptEvidence, evidence_of, scorers_in_use
from governance.assessment.evidence_records import changes_since
from governance.assessment.staleness import Flag, newest_scorers, staleness
from governance.assessment.systems import get_system
from governance.catalogue.connect import catalogue_version
from governance.records.store import Workbench


class AgedEvidence(KeptEvidence, frozen=True):
    """Evidence and what is known of its age now.

    Args:
        flags: Reasons to look at it again.
        stale: Whether something newer than it is known.
    """

    flags: tuple[Flag, ...] = ()
    stale: bool = False


def aged_evidence(
    workbench: Workbench, connection: duckdb.DuckDBPyConnection, system_id: str, version: str = ""
) -> tuple[AgedEvidence, ...]:
    """List the evidence of a system, the newest first, each compared with what is known now.

    Args:
        workbench: The workbench.
        connection: An open catalogue.
        system_id: The system.
        version: The version of it that is assessed; empty: its newest.

    Raises:
        NotFound: There is no such system.
    """
    system = get_system(workbench, system_id).record
    scorers = newest_scorers(scorers_in_use(workbench, connection))
    catalogue = catalogue_version(connection)
    found = []
    for one in evidence_of(workbench, system_id):
        changed = None if one.catalogue == catalogue else changes_since(connection, one)
        age = staleness(one, system, version, scorers, catalogue, one.added.date(), changed)
        found.append(AgedEvidence(**one.model_dump(), flags=age.flags, stale=age.stale))
    return tuple(found)
