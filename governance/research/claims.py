"""The ledger: every claim of every paper with a status, what stands behind it, and where one can turn the knobs."""

from __future__ import annotations

import difflib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import duckdb
from pydantic import BaseModel

from governance.catalogue.selection import MAX_TEXT, choice
from governance.errors import BadInput, NotFound
from governance.research.claim_types import Claim, Computed, Replication, decide
from governance.research.replications.registry import registered
from governance.research.replications.run import Change, Progress, kept_changes, kept_replications, replicate
from governance.research.vocabulary import BASES, CLAIM_KINDS, COMPUTED, STATUSES, UNITS, Basis, Ground, Status

__all__ = ["Claim", "Computed", "LedgerRow", "Replication", "claims", "decide", "ledger", "ledger_row", "status_counts"]

NOT_LOOKED_AT = "Nobody has looked at it yet."
NOT_COMPUTED = "It was not computed yet from the data as they are now."
FAILED = "Its replication ended in an error:"


class LedgerRow(BaseModel, frozen=True):
    """A claim with what can be said of it.

    Args:
        claim: What the paper states.
        status: What stands beside it now.
        ground: Why nothing is computed; ``None`` where something is.
        reason: The same in words, or why the value differs; empty where there is nothing to say.
        lab: Name of the lab where your own file gives the comparable figure; ``None``: there is none.
        page: Address of the page where one can turn the knobs, or that shows it; ``None``: there is none.
        query: Settings of that page.
        replication: What is computed; ``None``: nothing is.
        changes: What of it an earlier run gave otherwise.
    """

    claim: Claim
    status: Status
    ground: Ground | None
    reason: str
    lab: str | None
    page: str | None
    query: dict[str, str]
    replication: Replication | None
    changes: tuple[Change, ...] = ()


def claims(connection: duckdb.DuckDBPyConnection, paper: str | None = None) -> tuple[Claim, ...]:
    """List the claims, of all papers or of one, by id.

    Args:
        connection: The catalogue.
        paper: Id of a paper.

    Raises:
        NotFound: No paper has that id.
    """
    rows = connection.execute(
        """
        SELECT claim.id, paper_id, paper.title, paper.year, coalesce(paper.themes, []), kind, text, published, unit,
               comparator, context
        FROM claim JOIN paper ON paper.id = claim.paper_id
        WHERE ? IS NULL OR paper_id = ? ORDER BY claim.id
        """,
        [paper, paper],
    ).fetchall()
    if paper is not None and not rows:
        raise NotFound(f"there is no paper '{paper:.80}'", "papers", "see 'touchstone claims'")
    return tuple(Claim.model_validate(dict(zip(Claim.model_fields, row, strict=True))) for row in rows)


def ledger(
    connection: duckdb.DuckDBPyConnection,
    *,
    folder: Path | None = None,
    progress: Progress | None = None,
    compute: bool = True,
) -> tuple[LedgerRow, ...]:
    """Give every claim with a status.

    What was computed under this data version by this program is taken from the file that `replicate` keeps; the rest
    is computed now, which takes seconds, unless it is not to be.

    Args:
        connection: The catalogue.
        folder: Where the stores are; by default `home()`.
        progress: Told of each claim that is computed.
        compute: Whether to compute what is not kept; without, such a claim is ``not_attempted`` and says so.
    """
    every = claims(connection)
    if compute:
        run = replicate(connection, computable(every), anew=False, folder=folder, progress=progress)
        found, changes = {one.claim_id: one for one in run.rows}, run.changes
    else:
        run, found, changes = None, kept_replications(connection, folder), kept_changes(connection, folder)
    by_claim = defaultdict(list)
    for change in changes:
        by_claim[change.claim_id].append(change)
    failed = {one.claim_id: one.what for one in run.failed} if run else {}
    grounds = {str(row[0]): row[1:] for row in connection.execute(
        "SELECT claim_id, status, ground, reason, lab, page FROM claim_ground"
    ).fetchall()}  # fmt: skip
    rows = (_row(claim, found.get(claim.id), grounds.get(claim.id), failed.get(claim.id)) for claim in every)
    return tuple(row.model_copy(update={"changes": tuple(by_claim[row.claim.id])}) for row in rows)


def computable(listed: Iterable[Claim]) -> list[Claim]:
    """Give those of some claims that a replication computes."""
    entries = registered()
    return [claim for claim in listed if claim.id in entries]


def select_rows(
    rows: Iterable[LedgerRow],
    *,
    statuses: Collection[str] = (),
    papers: Collection[str] = (),
    themes: Collection[str] = (),
    units: Collection[str] = (),
    kinds: Collection[str] = (),
    bases: Collection[str] = (),
    text: str = "",
) -> tuple[LedgerRow, ...]:
    """Give the rows that meet every filter; an empty one lets all through.

    Args:
        rows: Of the ledger.
        statuses: What stands beside a claim.
        papers: Ids.
        themes: Of the paper.
        units: Of the published number.
        kinds: With a number or without.
        bases: What a computed value rests on; a claim for which nothing is computed has none.
        text: Words that must all occur in the claim, its context, its id or the paper's title, whatever their case.

    Raises:
        BadInput: A status, paper, theme, unit or basis that no row could have; or a text too long to search for.
    """
    if len(text) > MAX_TEXT:
        raise BadInput(
            f"the search text has {len(text):,} characters", "option text", f"use at most {MAX_TEXT} characters"
        )
    sought = text.casefold().split()
    listed = tuple(rows)
    known: dict[str, tuple[Collection[str], Iterable[str]]] = {
        "status": (statuses, STATUSES), "paper": (papers, {row.claim.paper_id for row in listed}),
        "theme": (themes, {theme for row in listed for theme in row.claim.themes}), "unit": (units, UNITS),
        "kind": (kinds, CLAIM_KINDS), "basis": (bases, BASES),
    }  # fmt: skip
    for name, (asked, allowed) in known.items():
        for one in asked:
            choice(one, tuple(sorted(allowed)), f"option {name}")
    return tuple(
        row for row in listed
        if (not statuses or row.status in statuses) and (not papers or row.claim.paper_id in papers)
        and (not themes or set(themes) & set(row.claim.themes)) and (not units or row.claim.unit in units)
        and (not kinds or row.claim.kind in kinds) and (not bases or basis_of(row) in bases)
        and (not sought or all(one in _searched(row.claim) for one in sought))
    )  # fmt: skip


def basis_of(row: LedgerRow) -> Basis | None:
    """Give what the computed value of a row rests on; ``None``: nothing is computed from real data."""
    return row.replication.basis if row.replication and row.status in COMPUTED else None


def _searched(claim: Claim) -> str:
    return f"{claim.text} {claim.context or ''} {claim.id} {claim.paper}".casefold()


def ledger_row(rows: Sequence[LedgerRow], claim_id: str) -> LedgerRow:
    """Find a claim in the ledger.

    Raises:
        NotFound: No claim has that id.
    """
    for row in rows:
        if row.claim.id == claim_id:
            return row
    near = difflib.get_close_matches(claim_id[:200], [row.claim.id for row in rows], n=3)
    fix = f"did you mean {' or '.join(near)}?" if near else "see 'touchstone claims'"
    raise NotFound(f"there is no claim '{claim_id:.80}'", "claims", fix)


def status_counts(rows: Iterable[LedgerRow]) -> dict[Status, int]:
    """Count claims by status, each status named."""
    counted = Counter(row.status for row in rows)
    return {status: counted[status] for status in STATUSES}


def _row(claim: Claim, found: Replication | None, ground: Sequence[str | None] | None, failed: str | None) -> LedgerRow:
    unknown = NOT_COMPUTED if claim.id in registered() else NOT_LOOKED_AT
    if failed is not None:
        unknown = f"{FAILED} {failed}"
    status, why, reason, lab, page = ground or ("not_attempted", None, unknown, None, None)
    if found is None:
        fixed: dict[str, object] = {
            "status": status,
            "ground": why,
            "reason": reason,
            "page": page,
            "query": {},
            "replication": None,
        }
    else:
        fixed = {
            "status": found.status, "ground": None, "reason": found.reason, "page": found.page, "query": found.query,
            "replication": found,
        }  # fmt: skip
    return LedgerRow.model_validate({"claim": claim, "lab": lab, **fixed})
