"""The verbs of claims: the ledger, and computing published numbers again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import duckdb
import typer

from governance.catalogue.connect import catalogue_version, open_catalogue
from governance.cli_options import JsonFlag
from governance.cli_output import emit, emit_rows, progress_line
from governance.errors import BadInput
from governance.research.claim_types import Claim
from governance.research.claims import LedgerRow, claims, computable, ledger, ledger_row, select_rows, status_counts
from governance.research.replications.run import Run, replicate
from governance.research.vocabulary import STATUSES

claims_app = typer.Typer()

StatusOption = Annotated[list[str] | None, typer.Option("--status", help=f"{', '.join(STATUSES)}; may be given again.")]
PaperOption = Annotated[list[str] | None, typer.Option("--paper", help="Id of a paper; may be given again.")]
UnitOption = Annotated[list[str] | None, typer.Option("--unit", help="Of the published number; may be given again.")]
ThemeOption = Annotated[list[str] | None, typer.Option("--theme", help="Of the paper; may be given again.")]
KindOption = Annotated[list[str] | None, typer.Option("--kind", help="numeric or qualitative; may be given again.")]


@claims_app.command("claims")
def claims_command(
    status: StatusOption = None,
    paper: PaperOption = None,
    theme: ThemeOption = None,
    unit: UnitOption = None,
    kind: KindOption = None,
    as_json: JsonFlag = False,
) -> None:
    """List the claims of papers with what stands beside each now, and why."""
    with open_catalogue() as connection:
        every = ledger(connection, progress=progress_line)
        version = catalogue_version(connection)
    rows = select_rows(
        every, statuses=status or (), papers=paper or (), themes=theme or (), units=unit or (), kinds=kind or ()
    )
    if as_json:
        listed = [_flat(row) for row in rows]
        emit({"catalogue": version, "total": len(rows), "statuses": status_counts(rows), "rows": listed}, True)
    else:
        emit_rows([_short(row) for row in rows], total=len(rows))
        emit({one: count for one, count in status_counts(rows).items() if count}, False)


@claims_app.command("replicate")
def replicate_command(
    ids: Annotated[list[str] | None, typer.Argument(help="Ids of claims, such as mmteb/tasks.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every claim that can be computed.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Compute claims again from the data here, and show what an earlier run gave otherwise."""
    if bool(ids) == every:
        raise BadInput("name claims, or ask for all", "command line", "see 'touchstone replicate --help'")
    with open_catalogue() as connection:
        known = claims(connection)
        asked = computable(known) if every else [_found(connection, one) for one in dict.fromkeys(ids or ())]
        run = replicate(connection, asked, progress=progress_line)
    if as_json:
        emit(run, True)
    else:
        _print(run)


def _found(connection: duckdb.DuckDBPyConnection, claim_id: str) -> Claim:
    return ledger_row(ledger(connection, compute=False), claim_id).claim


def _flat(row: LedgerRow) -> Mapping[str, object]:
    found = row.replication
    computed = None if found is None else found.computed
    return {
        "id": row.claim.id, "published": row.claim.published, "comparator": row.claim.comparator,
        "unit": row.claim.unit, "computed": computed, "status": row.status, "reason": row.reason,
        "n": found and found.n, "method": found and found.method, "data_version": found and found.data_version,
        **row.model_dump(mode="json", exclude={"status", "reason"}),
    }  # fmt: skip


def _short(row: LedgerRow) -> Mapping[str, object]:
    found = row.replication
    return {
        "id": row.claim.id, "published": _said(row.claim.comparator, row.claim.published), "unit": row.claim.unit,
        "computed": found and found.computed, "status": row.status, "reason": row.reason,
    }  # fmt: skip


def _said(comparator: str | None, value: float | None) -> str | None:
    return None if value is None else f"{'' if comparator == '=' else comparator} {value:,.15g}".strip()


def _print(run: Run) -> None:
    emit_rows([
        {"id": one.claim_id, "expected": _said(one.comparator, one.expected), "unit": one.unit,
         "computed": one.computed, "status": one.status, "n": one.n, "reason": one.reason}
        for one in run.rows
    ])  # fmt: skip
    if run.changes:
        emit_rows([one.model_dump() for one in run.changes], title="other than in an earlier run")
