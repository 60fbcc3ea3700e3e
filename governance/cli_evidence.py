"""The verbs of evidence: add, list, show, edit, get and remove what findings rest on."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from governance.assessment.citations import cited_by
from governance.assessment.evidence import (
    About,
    KeptEvidence,
    add_figure,
    add_file,
    add_link,
    add_record,
    edit_evidence,
    evidence_file,
    evidence_of,
    get_evidence,
    read_about,
    remove_evidence,
)
from governance.assessment.evidence_age import AgedEvidence, aged_evidence
from governance.assessment.evidence_records import RECORD_KINDS
from governance.assessment.records import Figure
from governance.assessment.uploads import MAX_BYTES
from governance.assessment.vocabulary import PARTIES
from governance.catalogue.connect import open_catalogue
from governance.cli_fields import AsOption, at_work
from governance.cli_options import JsonFlag
from governance.cli_output import emit, emit_rows, read_bytes, read_text_or_stdin, write_file
from governance.errors import BadInput

evidence_app = typer.Typer(
    help="What findings rest on: links, catalogue records, files and frozen figures.", no_args_is_help=True
)

SystemArgument = Annotated[str, typer.Argument(help="Id of the system it belongs to.")]
EvidenceArgument = Annotated[str, typer.Argument(help="Id of the evidence, e.g. acme-chat-e1.")]
Title = Annotated[str, typer.Option("--title", help="What it is.")]
OwnTitle = Annotated[str | None, typer.Option("--title", help="What it is; by default its own name.")]
Summary = Annotated[str, typer.Option("--summary", help="What it says, in your words.")]
PartyOption = Annotated[str | None, typer.Option("--party", help=f"Who made it: {', '.join(PARTIES)}.")]
Effective = Annotated[str | None, typer.Option("--effective", help="The day from which it holds, e.g. 2026-02-01.")]
VersionOption = Annotated[str, typer.Option("--system-version", help="The version of the system it is about.")]
Scorer = Annotated[str, typer.Option("--scorer", help="Scorer and version that gave the numbers, e.g. 'detoxify 0.5'.")]


@evidence_app.command("add-link")
def evidence_add_link(
    system: SystemArgument,
    url: Annotated[str, typer.Argument(help="An address of the web; it is not fetched.")],
    title: Title,
    summary: Summary = "",
    party: PartyOption = None,
    effective: Effective = None,
    system_version: VersionOption = "",
    scorer: Scorer = "",
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Keep an address of the web as evidence."""
    about = _about(title, summary, party, effective, system_version, scorer)
    with at_work(as_name) as workbench:
        _show(add_link(workbench, system, url, about, datetime.now(UTC)), as_json)


@evidence_app.command("add-file")
def evidence_add_file(
    system: SystemArgument,
    file: Annotated[Path, typer.Argument(help="A file of at most 20 MB; its name is not kept.")],
    title: Title,
    summary: Summary = "",
    party: PartyOption = None,
    effective: Effective = None,
    system_version: VersionOption = "",
    scorer: Scorer = "",
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Keep a file as evidence, under the hash of its bytes; its kind is told from the bytes."""
    about, content = _about(title, summary, party, effective, system_version, scorer), read_bytes(file, MAX_BYTES)
    with at_work(as_name) as workbench:
        _show(add_file(workbench, system, content, about, datetime.now(UTC)), as_json)


@evidence_app.command("add-record")
def evidence_add_record(
    system: SystemArgument,
    kind: Annotated[str, typer.Argument(help=f"Kind of record: {', '.join(RECORD_KINDS)}.")],
    record_id: Annotated[str, typer.Argument(help="Its id in the catalogue.")],
    title: OwnTitle = None,
    summary: Summary = "",
    party: PartyOption = None,
    effective: Effective = None,
    system_version: VersionOption = "",
    scorer: Scorer = "",
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Keep a record of the catalogue as evidence, with what the catalogue says of it now."""
    with at_work(as_name) as workbench, open_catalogue() as connection:
        about = _about(title or f"{kind} {record_id}", summary, party, effective, system_version, scorer)
        _show(add_record(workbench, connection, system, (kind, record_id), about, datetime.now(UTC)), as_json)


@evidence_app.command("add-figure")
def evidence_add_figure(
    system: SystemArgument,
    file: Annotated[
        Path, typer.Argument(help="A frozen figure as JSON, with at least a name; - reads standard input.")
    ],
    title: OwnTitle = None,
    summary: Summary = "",
    party: PartyOption = None,
    effective: Effective = None,
    system_version: VersionOption = "",
    scorer: Scorer = "",
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Keep a computed figure as evidence, frozen with its inputs."""
    figure = _figure(read_text_or_stdin(file))
    about = _about(title or figure.name, summary, party, effective, system_version, scorer)
    with at_work(as_name) as workbench:
        _show(add_figure(workbench, system, figure, about, datetime.now(UTC)), as_json)


@evidence_app.command("list")
def evidence_list(
    system: Annotated[str | None, typer.Argument(help="Id of a system; all of them where left out.")] = None,
    system_version: Annotated[
        str, typer.Option("--system-version", help="Compare its age with this version; the newest where left out.")
    ] = "",
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """List evidence, the newest first; of one system also what is stale and why."""
    found: tuple[KeptEvidence, ...]
    with at_work(as_name) as workbench:
        if system is None:
            found = evidence_of(workbench)
        else:
            with open_catalogue() as connection:
                found = aged_evidence(workbench, connection, system, system_version)
    emit(found, True) if as_json else emit_rows(map(_row, found))


@evidence_app.command("show")
def evidence_show(evidence_id: EvidenceArgument, as_name: AsOption = None, as_json: JsonFlag = False) -> None:
    """Show one piece of evidence and the answers that cite it."""
    with at_work(as_name) as workbench:
        found, cited = get_evidence(workbench, evidence_id), cited_by(workbench, evidence_id)
    emit({**found.model_dump(mode="json"), "cited_by": cited}, as_json)


@evidence_app.command("edit")
def evidence_edit(
    evidence_id: EvidenceArgument,
    title: Annotated[str | None, typer.Option("--title", help="What it is.")] = None,
    summary: Annotated[str | None, typer.Option("--summary", help="What it says, in your words.")] = None,
    party: PartyOption = None,
    effective: Effective = None,
    system_version: Annotated[str | None, typer.Option("--system-version", help="The version it is about.")] = None,
    scorer: Annotated[str | None, typer.Option("--scorer", help="Scorer and version.")] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Why; it goes into the trail.")] = None,
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Change what is said about evidence; what is left out stays, and '' empties a field."""
    said = {"title": title, "summary": summary, "party": party, "effective": effective}
    said |= {"system_version": system_version, "scorer": scorer}
    changes = {name: value or None if name in ("party", "effective") else value for name, value in said.items()}
    with at_work(as_name) as workbench:
        present = get_evidence(workbench, evidence_id)
        given = {name: changes[name] for name, value in said.items() if value is not None}
        about = read_about(**{**present.about.model_dump(), **given})
        _show(edit_evidence(workbench, evidence_id, present.revision, about, datetime.now(UTC), reason), as_json)


@evidence_app.command("get")
def evidence_get(
    evidence_id: EvidenceArgument,
    out: Annotated[Path, typer.Option("--out", help="The file to write.")],
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Write the bytes of a kept file to a path."""
    with at_work(as_name) as workbench:
        stored, content, _ = evidence_file(workbench, evidence_id)
    write_file(out, content)
    emit({"file": str(out), **stored.model_dump()}, as_json)


@evidence_app.command("remove")
def evidence_remove(evidence_id: EvidenceArgument, as_name: AsOption = None, as_json: JsonFlag = False) -> None:
    """Take away evidence that no answer cites."""
    with at_work(as_name) as workbench:
        remove_evidence(workbench, evidence_id, datetime.now(UTC))
    emit({"removed": evidence_id}, as_json)


def _about(
    title: str, summary: str, party: str | None, effective: str | None, system_version: str, scorer: str
) -> About:
    words = {"title": title, "summary": summary, "system_version": system_version, "scorer": scorer}
    return read_about(**words, party=party, effective=effective)


def _figure(text: str) -> Figure:
    try:
        return Figure.model_validate(json.loads(text))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the whole figure"
        fix = f"use {', '.join(Figure.model_fields)}"
        raise BadInput(str(first["msg"]).lower(), f"figure, field {where}", fix) from error
    except (ValueError, RecursionError) as error:
        raise BadInput(f"the figure is no JSON: {error}", "figure", "give one JSON object") from error


def _show(found: KeptEvidence, as_json: bool) -> None:
    emit(found if as_json else _row(found), as_json)


def _row(one: KeptEvidence) -> dict[str, object]:
    row = {"id": one.id, "kind": one.kind, "title": one.title, "party": one.party, "effective": one.effective}
    flags = {"flags": [flag.words for flag in one.flags]} if isinstance(one, AgedEvidence) else {}
    return {**row, "added": one.added.date(), **flags}
