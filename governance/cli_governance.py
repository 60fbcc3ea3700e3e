"""The verbs of systems: what is assessed, and what its parts bring along."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from governance.assessment.ready import ready_evidence
from governance.assessment.records import System, SystemVersion, read_record
from governance.assessment.systems import (
    add_version,
    delete_system,
    free_system_id,
    get_system,
    save_system,
    systems,
)
from governance.assessment.vocabulary import MODALITIES
from governance.catalogue.connect import open_catalogue
from governance.cli_fields import AsOption, FileOption, ReasonOption, at_work, given, read_day, told
from governance.cli_options import JsonFlag
from governance.cli_output import emit, emit_rows
from governance.errors import BadInput

system_app = typer.Typer(help="Systems: what is assessed, a model or a product.", no_args_is_help=True)

SystemArgument = Annotated[str, typer.Argument(help="Id of the system, e.g. acme-chat.")]
NameOption = Annotated[str | None, typer.Option("--name", help="As people call it.")]
KindOption = Annotated[str | None, typer.Option("--kind", help="model or product.")]
OwnerOption = Annotated[str | None, typer.Option("--owner", help="Who answers for it.")]
ContextOption = Annotated[str | None, typer.Option("--context", help="Where and for whom it is used.")]
ModalityOption = Annotated[
    list[str] | None, typer.Option("--modality", help=f"May be given again: {', '.join(MODALITIES)}.")
]
ModelOption = Annotated[list[str] | None, typer.Option("--model", help="Id of a model in it; may be given again.")]
DatasetOption = Annotated[
    list[str] | None, typer.Option("--dataset", help="Id of a dataset in it; may be given again.")
]
RevisionOption = Annotated[int | None, typer.Option("--revision", help="An earlier one; by default the newest.")]


@system_app.command("create")
def system_create(
    name: Annotated[str, typer.Argument(help="As people call it.")],
    id: Annotated[str | None, typer.Option("--id", help="Its id; by default made from the name.")] = None,
    kind: KindOption = None,
    owner: OwnerOption = None,
    context: ContextOption = None,
    modality: ModalityOption = None,
    model: ModelOption = None,
    dataset: DatasetOption = None,
    version: Annotated[str | None, typer.Option("--version", help="Its first version.")] = None,
    file: FileOption = None,
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Add a system to assess."""
    versions = None if version is None else [{"version": version}]
    parts = {"modalities": modality, "models": model, "datasets": dataset, "versions": versions}
    fields = given(file, name=name, id=id, kind=kind, owner=owner, context=context, **parts)
    _refuse_example(fields)
    with at_work(as_name) as workbench:
        record = read_record(System, {"id": free_system_id(workbench, name), **fields}, "system")
        emit(told(save_system(workbench, record, datetime.now(UTC))), as_json)


@system_app.command("list")
def system_list(as_name: AsOption = None, as_json: JsonFlag = False) -> None:
    """List the systems by name."""
    with at_work(as_name) as workbench:
        found = [told(one) for one in systems(workbench)]
    shown = ("id", "name", "kind", "owner", "modalities", "revision", "updated")
    emit(found, True) if as_json else emit_rows([{key: one[key] for key in shown} for one in found])


@system_app.command("show")
def system_show(
    system: SystemArgument, revision: RevisionOption = None, as_name: AsOption = None, as_json: JsonFlag = False
) -> None:
    """Show a system, as it is or as it was."""
    with at_work(as_name) as workbench:
        emit(told(get_system(workbench, system, revision)), as_json)


@system_app.command("edit")
def system_edit(
    system: SystemArgument,
    name: NameOption = None,
    kind: KindOption = None,
    owner: OwnerOption = None,
    context: ContextOption = None,
    modality: ModalityOption = None,
    model: ModelOption = None,
    dataset: DatasetOption = None,
    file: FileOption = None,
    reason: ReasonOption = "",
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Change the fields that a file or options give; a list takes the place of the one before."""
    parts = {"modalities": modality, "models": model, "datasets": dataset}
    fields = given(file, name=name, kind=kind, owner=owner, context=context, **parts)
    _refuse_example(fields)
    with at_work(as_name) as workbench:
        present = get_system(workbench, system)
        record = read_record(System, {**present.record.model_dump(mode="json"), **fields, "id": system}, "system")
        emit(told(save_system(workbench, record, datetime.now(UTC), present.revision, reason or None)), as_json)


@system_app.command("version")
def system_version(
    system: SystemArgument,
    version: Annotated[str, typer.Argument(help="As its maker names it.")],
    released: Annotated[str | None, typer.Option("--released", help="When, e.g. 2026-08-02.")] = None,
    note: Annotated[str, typer.Option("--note", help="What is new.")] = "",
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Add a version of a system."""
    fields = {"version": version, "released": read_day(released, "option released"), "note": note}
    added = read_record(SystemVersion, fields, "version")
    with at_work(as_name) as workbench:
        emit(told(add_version(workbench, system, added, datetime.now(UTC))), as_json)


@system_app.command("delete")
def system_delete(system: SystemArgument, as_name: AsOption = None, as_json: JsonFlag = False) -> None:
    """Delete a system with its assessments and evidence, unless something of it was signed."""
    with at_work(as_name) as workbench:
        delete_system(workbench, system, datetime.now(UTC))
    emit({"deleted": system}, as_json)


@system_app.command("ready")
def system_ready(system: SystemArgument, as_name: AsOption = None, as_json: JsonFlag = False) -> None:
    """List what the catalogue says of its models and datasets, ready to be kept as evidence."""
    with at_work(as_name) as workbench, open_catalogue() as connection:
        emit(ready_evidence(connection, get_system(workbench, system).record), as_json)


def _refuse_example(fields: dict[str, object]) -> None:
    if fields.get("example"):
        raise BadInput("a system of yours is no example", "field example", "leave the field out")
