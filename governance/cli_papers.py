"""The verbs of papers: find them, show one with its claims, hand them on, read the file they came in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from governance.catalogue.connect import home, open_catalogue
from governance.catalogue.selection import choice
from governance.cli_imports import FolderArgument, OutOption, imported
from governance.cli_options import (
    CsvFlag,
    ExportFolder,
    FacetsFlag,
    FromOption,
    JsonFlag,
    LimitOption,
    OtherVersionFlag,
    with_paper_filters,
)
from governance.cli_output import emit, emit_listing, progress_line
from governance.exports.paper_tables import PAPER_FORMATS, export_papers, export_papers_again, paper_bibtex
from governance.exports.tables import WRITERS
from governance.research.claims import claims, computable
from governance.research.import_papers import SOURCE, import_papers
from governance.research.paper_selection import PaperSelection
from governance.research.papers import PaperClaim, load_papers, paper_card, select_papers
from governance.research.replications.run import replicate

papers_app = typer.Typer(help="Papers whose findings can be checked here.", invoke_without_command=True)
paper_app = typer.Typer(help="One paper.", no_args_is_help=True)
import_app = typer.Typer()
SHOWN = ("id", "title", "day", "theme", "claims", "numbers", "code")
PAPER_WRITERS = {**WRITERS, "bibtex": paper_bibtex}


@papers_app.callback()
@with_paper_filters
def papers_command(
    context: typer.Context,
    *,
    selection: PaperSelection,
    format: Annotated[str, typer.Option("--format", help="table, csv, jsonl, parquet, bibtex or json.")] = "table",
    limit: LimitOption = None,
    facets: FacetsFlag = False,
    as_csv: CsvFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """List the papers that meet every filter given."""
    if context.invoked_subcommand is not None:
        return
    choice(format, ("table", *PAPER_WRITERS, "json"), "option format")
    with open_catalogue() as connection:
        result = select_papers(load_papers(connection), selection)
    written = "csv" if as_csv else format
    emit_listing(result, SHOWN, PAPER_WRITERS, format=written, limit=limit, facets=facets, as_json=as_json)


@paper_app.command("show")
def paper_show(paper_id: str, as_json: JsonFlag = False) -> None:
    """Show one paper: its facts, what it claims and released, and the pages where that can be checked."""
    with open_catalogue() as connection:
        paper_card(connection, paper_id)  # an id that is none fails before anything is computed
        own = [claim for claim in claims(connection) if claim.paper_id == paper_id]
        replicate(connection, computable(own), anew=False, progress=progress_line)
        card = paper_card(connection, paper_id)
    if as_json:
        emit(card, True)
    else:
        emit({**card.model_dump(), "claims": [_claim_cells(one) for one in card.claims]}, False)


def _claim_cells(one: PaperClaim) -> dict[str, object]:
    """Give what fits on a line of a claim; JSON has the rest."""
    return {
        "id": one.id, "published": "no number" if one.published is None else f"{one.comparator} {one.published:,.15g}",
        "unit": one.unit or "", "computed": "" if one.computed is None else one.computed,
        "computed unit": one.computed_unit or "", "status": one.status, "claim": one.text,
    }  # fmt: skip


@papers_app.command("export")
@with_paper_filters
def papers_export(
    *,
    selection: PaperSelection,
    format: Annotated[
        list[str] | None, typer.Option("--format", help=f"May be given again: {', '.join(PAPER_FORMATS)}.")
    ] = None,
    out: ExportFolder = Path("export"),
    manifest: FromOption = None,
    other_version: OtherVersionFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Write what the filters give with a manifest, or make an earlier export again."""
    with open_catalogue() as connection:
        if manifest is not None:
            made = export_papers_again(connection, manifest, out, allow_other_version=other_version)
        else:
            result = select_papers(load_papers(connection), selection)
            made = export_papers(connection, result, format or ["csv"], out)
    emit(made, as_json)


@import_app.command("papers")
def import_papers_command(path: FolderArgument, out: OutOption = None, as_json: JsonFlag = False) -> None:
    """Read a folder with papers.json: papers with their claims, then build the catalogue again."""
    imported(import_papers(path, out or home() / "imports" / SOURCE), rebuild=out is None, as_json=as_json)
