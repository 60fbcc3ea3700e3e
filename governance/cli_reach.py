"""The verbs on who speaks what: whom a list of languages reaches, and the import of CLDR."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel

from governance.catalogue.connect import home, open_catalogue
from governance.cli_imports import OutOption, imported
from governance.cli_options import JsonFlag
from governance.cli_output import emit, emit_rows
from governance.evaluation.groups.reach import people_reached
from governance.evaluation.imports.cldr import SOURCE, import_cldr

reach_app = typer.Typer()
import_app = typer.Typer()


@reach_app.command("reach")
def reach_command(
    languages: Annotated[list[str], typer.Argument(help="Codes, tags or English names, e.g. eng fr Swahili.")],
    as_json: JsonFlag = False,
) -> None:
    """Say what share of the world's people a list of languages can reach: bounds, since people speak several."""
    with open_catalogue() as connection:
        found = people_reached(connection, languages)
    if as_json:
        emit(found, True)
        return
    emit(found.model_dump(exclude={"languages", "regions", "places", "gains"}), False)
    emit_rows([_whole(one) for one in found.languages], title="languages, people")
    emit_rows([_whole(one, {"place", "region", "stated"}) for one in found.regions], title="regions, people")
    emit_rows([_whole(one) for one in found.gains], title="what else would raise the low bound most, people")


def _whole(row: BaseModel, without: set[str] | None = None) -> dict[str, object]:
    """Give a row whose people are whole; in JSON nothing is rounded."""
    told = row.model_dump(exclude=without)
    return {name: round(value) if isinstance(value, float) else value for name, value in told.items()}


@import_app.command("cldr")
def import_cldr_command(
    path: Annotated[Path, typer.Argument(help="CLDR's supplementalData.xml, or the folder that holds it.")],
    out: OutOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Read who uses which language, by country, from CLDR's supplemental data, then build the catalogue again."""
    imported(import_cldr(path, out or home() / "imports" / SOURCE), rebuild=out is None, as_json=as_json)
