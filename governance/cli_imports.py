"""What the verbs that import a source share: their arguments, and what they say afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from governance.catalogue.build import build_catalogue
from governance.catalogue.facts import ImportReport
from governance.cli_output import emit, emit_rows, progress_line, to_plain

FolderArgument = Annotated[Path, typer.Argument(help="Folder with the published files.")]
OutOption = Annotated[Path | None, typer.Option("--out", help="Folder for the facts; by default your imports.")]


def imported(report: ImportReport, *, rebuild: bool, as_json: bool) -> None:
    """Build the catalogue again where the import is the user's own, and report."""
    version = build_catalogue(progress=progress_line).version if rebuild else None
    if as_json:
        emit({**to_plain(report), "catalogue": version}, True)
        return
    emit(
        {
            "read": report.read,
            "kept": report.kept,
            "refused": len(report.refused),
            "rows": report.rows,
            "catalogue": version,
        },
        False,
    )
    emit_rows([found.model_dump() for found in [*report.refused, *report.notes]], title="kept or refused, and why")
