"""The ledger at a glance, at once: what an earlier run kept is read, nothing is computed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import duckdb
from pydantic import BaseModel

from governance.research.claims import claims, computable, ledger
from governance.research.replications.run import kept_replications
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
        changed: Claims, with and without a number, that come out otherwise than under the data before these.
    """

    papers: int
    claims: int
    numbers: int
    computable: int
    waiting: int
    statuses: dict[Status, int]
    changed: int = 0


def ledger_state(connection: duckdb.DuckDBPyConnection, folder: Path | None = None) -> LedgerState:
    """Tell how the claims with a number stand, from what `replicate` kept.

    Args:
        connection: The catalogue.
        folder: Where the stores are; by default `home()`.
    """
    every = claims(connection)
    numbers = {one.id for one in every if one.kind == "numeric"}
    kept = kept_replications(connection, folder)
    here = numbers & {one.id for one in computable(every)}
    waiting = here - set(kept)
    rows = ledger(connection, folder=folder, compute=False)
    found = Counter(row.status for row in rows if row.claim.id in numbers - waiting)
    return LedgerState(
        papers=len({one.paper_id for one in every}),
        claims=len(every),
        numbers=len(numbers),
        computable=len(here),
        waiting=len(waiting),
        statuses={status: found[status] for status in STATUSES},
        changed=sum(any(not one.same_data for one in row.changes) for row in rows),
    )
