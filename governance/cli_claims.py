"""The verbs of claims: the ledger, and computing published numbers again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from governance.catalogue.connect import catalogue_version, open_catalogue
from governance.cli_options import JsonFlag
from governance.cli_output import emit, emit_rows, progress_line
from governance.errors import BadInput, TouchstoneError
from governance.research.claims import LedgerRow, computable, ledger, ledger_row, select_rows, status_counts
from governance.research.replications.run import Run, replicate
from governance.research.vocabulary import BASES, STATUSES

claims_app = typer.Typer()

StatusOption = Annotated[list[str] | None, typer.Option("--status", help=f"{', '.join(STATUSES)}; may be given again.")]
PaperOption = Annotated[list[str] | None, typer.Option("--paper", help="Id of a paper; may be given again.")]
UnitOption = Annotated[list[str] | None, typer.Option("--unit", help="Of the published number; may be given again.")]
ThemeOption = Annotated[list[str] | None, typer.Option("--theme", help="Of the paper; may be given again.")]
BasisOption = Annotated[
    list[str] | None, typer.Option("--basis", help=f"Of a computed value: {', '.join(BASES)}; may be given again.")
]
KindOption = Annotated[list[str] | None, typer.Option("--kind", help="numeric or qualitative; may be given again.")]
TextOption = Annotated[
    str, typer.Option("--text", help="Words that must all occur in the claim, its context, its id or the title.")
]


@claims_app.command("claims")
def claims_command(
    status: StatusOption = None,
    paper: PaperOption = None,
    theme: ThemeOption = None,
    unit: UnitOption = None,
    kind: KindOption = None,
    basis: BasisOption = None,
    text: TextOption = "",
    as_json: JsonFlag = False,
) -> None:
    """List the claims of papers with what stands beside each now, and why."""
    with open_catalogue() as connection:
        every = ledger(connection, progress=progress_line)
        version = catalogue_version(connection)
    rows = select_rows(
        every, statuses=status or (), papers=paper or (), themes=theme or (), units=unit or (), kinds=kind or (),
        bases=basis or (), text=text,
    )  # fmt: skip
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
        rows = ledger(connection, compute=False)
        listed = [row.claim for row in rows]
        asked = computable(listed) if every else [ledger_row(rows, one).claim for one in dict.fromkeys(ids or ())]
        run = replicate(connection, asked, progress=progress_line)
    if as_json:
        emit(run, True)
    else:
        _print(run)
    if run.failed:
        what = f"{len(run.failed)} of {len(asked)} replications failed"
        raise TouchstoneError(what, run.failed[0].claim_id, run.failed[0].what)


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
        "id": row.claim.id, "published": _said(row.claim.comparator, row.claim.published) or "no number",
        "computed": _shown(found.computed) if found else "", "median": _shown(found.median) if found else "",
        "unit": found.unit if found else row.claim.unit or "",
        "status": row.status, "reason": row.reason,
    }  # fmt: skip


def _said(comparator: str | None, value: float | None) -> str | None:
    return None if value is None else f"{'' if comparator == '=' else comparator} {value:,.15g}".strip()


def _print(run: Run) -> None:
    emit_rows([
        {"id": one.claim_id, "expected": _said(one.comparator, one.expected), "unit": one.unit,
         "computed": _shown(one.computed), "median": _shown(one.median), "status": one.status, "n": one.n,
         "reason": one.reason}
        for one in run.rows
    ])  # fmt: skip
    if run.changes:
        emit_rows([
            {"id": one.claim_id, "field": one.field, "before": one.before, "now": one.now,
             "data_before": one.data_version, "cause": "program" if one.same_data else "data"}
            for one in run.changes
        ], title="other than in an earlier run")  # fmt: skip
    if run.failed:
        emit_rows([one.model_dump() for one in run.failed], title="failed")


def _shown(value: float | None) -> str:
    """Write a value: whole numbers in full, others with four digits."""
    return "" if value is None else f"{value:,.0f}" if float(value).is_integer() else f"{value:,.4g}"
