"""The ledger at a glance, at once: what an earlier run kept is read, nothing is computed."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import duckdb
from pydantic import BaseModel, ValidationError

from governance.catalogue.connect import catalogue_version, home
from governance.research.claim_types import Replication
from governance.research.claims import claims, ledger
from governance.research.replications.registry import registered
from governance.research.replications.run import CACHE, program_hash
from governance.research.vocabulary import STATUSES, Status


class LedgerState(BaseModel, frozen=True):
    """How the claims with a number stand.

    Args:
        papers: How many make claims.
        claims: How many they make, with and without a number.
        numbers: Claims with a number.
        computable: Numbers that a registered replication computes here.
        waiting: Of these, those not computed yet under this data version by this program.
        statuses: Numbers by status, those that wait left out.
    """

    papers: int
    claims: int
    numbers: int
    computable: int
    waiting: int
    statuses: dict[Status, int]


def ledger_state(connection: duckdb.DuckDBPyConnection, folder: Path | None = None) -> LedgerState:
    """Tell how the claims with a number stand, from what `replicate` kept.

    Args:
        connection: The catalogue.
        folder: Where the stores are; by default `home()`.
    """
    every = claims(connection)
    numbers = {one.id for one in every if one.kind == "numeric"}
    kept = kept_replications(connection, folder)
    computable = numbers & set(registered())
    waiting = computable - {one.claim_id for one in kept}
    rows = ledger(connection, replications=kept)
    found = Counter(row.status for row in rows if row.claim.id in numbers - waiting)
    return LedgerState(
        papers=len({one.paper_id for one in every}),
        claims=len(every),
        numbers=len(numbers),
        computable=len(computable),
        waiting=len(waiting),
        statuses={status: found[status] for status in STATUSES},
    )


def kept_replications(connection: duckdb.DuckDBPyConnection, folder: Path | None = None) -> tuple[Replication, ...]:
    """Give what an earlier run kept under this data version by this program; a file that cannot be read holds none."""
    try:
        stated = json.loads(((folder or home()) / CACHE).read_bytes())
        mine = [one["row"] for one in stated.values() if one["program"] == program_hash()]
        rows = [Replication.model_validate(row) for row in mine]
    except (OSError, ValueError, ValidationError, AttributeError, KeyError, TypeError):
        return ()
    version = catalogue_version(connection)
    return tuple(row for row in rows if row.data_version == version)
