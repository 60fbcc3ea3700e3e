"""The verbs of models and compute: like all verbs, each mirrors a public function."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from governance.catalogue.connect import home, open_catalogue
from governance.catalogue.selection import choice
from governance.cli_imports import FolderArgument, OutOption, imported
from governance.cli_options import FacetsFlag, FormatOption, JsonFlag, LimitOption, with_model_filters
from governance.cli_output import emit, emit_listing, read_json
from governance.compute.epoch import import_epoch
from governance.compute.grid_import import import_grid
from governance.compute.model_checks import above, cross_check, one_third
from governance.compute.model_inputs import import_model_inputs
from governance.compute.model_selection import ModelSelection
from governance.compute.models import load_models, model_card, select_models
from governance.compute.own_models import OwnModel, own_models, read_model, remove_model, save_model
from governance.compute.portability_import import import_portability, import_portability_counts
from governance.exports.tables import WRITERS
from governance.records.store import open_workbench

models_app = typer.Typer(help="Models and what their training took.", invoke_without_command=True)
compute_app = typer.Typer(help="What training and using models takes.", no_args_is_help=True)
import_app = typer.Typer()
SHOWN = (
    "id", "name", "organisation", "released", "parameters", "training_flop", "flop_low", "flop_high", "p_above_1e25",
    "confidence",
)  # fmt: skip


@models_app.callback()
@with_model_filters
def models_command(
    context: typer.Context,
    *,
    selection: ModelSelection,
    format: FormatOption = "table",
    limit: LimitOption = None,
    facets: FacetsFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """List the models that meet every filter given, your own among them."""
    if context.invoked_subcommand is not None:
        return
    choice(format, ("table", *WRITERS, "json"), "option format")
    own = _own()
    with open_catalogue() as connection:
        result = select_models(load_models(connection, own), selection)
    emit_listing(result, SHOWN, WRITERS, format=format, limit=limit, facets=facets, as_json=as_json)


@models_app.command("show")
def models_show(model_id: str, as_json: JsonFlag = False) -> None:
    """Show everything known about one model."""
    own = _own()
    with open_catalogue() as connection:
        emit(model_card(connection, model_id, own), as_json)


@models_app.command("add")
def models_add(file: Annotated[Path, typer.Argument(help="A model as JSON.")], as_json: JsonFlag = False) -> None:
    """Keep a model of your own from a JSON file; one of the same id is replaced."""
    model = read_model(read_json(file))
    with open_workbench() as workbench:
        emit(save_model(workbench, model, datetime.now(UTC)), as_json)


@models_app.command("remove")
def models_remove(model_id: str, as_json: JsonFlag = False) -> None:
    """Forget one of your own models."""
    with open_workbench() as workbench:
        remove_model(workbench, model_id)
    emit({"removed": model_id}, as_json)


@models_app.command("above")
def models_above(
    line: Annotated[float, typer.Argument(help="FLOP, e.g. 1e25.")] = 1e25, as_json: JsonFlag = False
) -> None:
    """Count the models above a number of operations, and how sure that is."""
    own = _own()
    with open_catalogue() as connection:
        emit(above(load_models(connection, own), line), as_json)


@models_app.command("checks")
def models_checks(as_json: JsonFlag = False) -> None:
    """Set 6ND beside the published compute, and fine-tunes beside a third of their base."""
    with open_catalogue() as connection:
        models = load_models(connection)
    emit({"cross_check": cross_check(models), "one_third": one_third(models)}, as_json)


@import_app.command("epoch")
def import_epoch_command(path: FolderArgument, out: OutOption = None, as_json: JsonFlag = False) -> None:
    """Read a copy of Epoch AI's tables of models and chips, then build the catalogue again."""
    imported(import_epoch(path, out or home() / "imports" / "epoch"), rebuild=out is None, as_json=as_json)


@import_app.command("grid")
def import_grid_command(path: FolderArgument, out: OutOption = None, as_json: JsonFlag = False) -> None:
    """Read carbon intensities and data-centre overheads, then build the catalogue again."""
    imported(import_grid(path, out or home() / "imports" / "grid-intensity"), rebuild=out is None, as_json=as_json)


@import_app.command("model-inputs")
def import_model_inputs_command(path: FolderArgument, out: OutOption = None, as_json: JsonFlag = False) -> None:
    """Read a table of parameters and tokens, then build the catalogue again."""
    target = out or home() / "imports" / "touchstone-compute"
    imported(import_model_inputs(path, target), rebuild=out is None, as_json=as_json)


@import_app.command("portability")
def import_portability_command(path: FolderArgument, out: OutOption = None, as_json: JsonFlag = False) -> None:
    """Read test results and timings by function, then build the catalogue again; they are never shipped."""
    target = out or home() / "imports" / "grand-illusion"
    imported(import_portability(path, target), rebuild=out is None, as_json=as_json)


@import_app.command("portability-counts")
def import_portability_counts_command(path: FolderArgument, out: OutOption = None, as_json: JsonFlag = False) -> None:
    """Count the functions lost on other devices, then build the catalogue again."""
    target = out or home() / "imports" / "portability"
    imported(import_portability_counts(path, target), rebuild=out is None, as_json=as_json)


def _own() -> tuple[OwnModel, ...]:
    with open_workbench() as workbench:
        return own_models(workbench)
