"""The verbs of the evidence review and of the crosswalk."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from governance.assessment.cases import cases, delete_case, get_case, read_case, run_share, save_case
from governance.assessment.crosswalk import (
    coverage,
    edit_mapping,
    find_mapping,
    load_crosswalk,
    mapped_nowhere,
    reset_mapping,
    statuses_of,
)
from governance.assessment.crosswalk_records import Coverage, MappingEdit
from governance.assessment.studies import (
    delete_study,
    find_study,
    get_study,
    read_study,
    refuse_shipped,
    save_study,
    shipped_studies,
    studies,
    study_versions,
)
from governance.assessment.study_records import StudyRecord
from governance.assessment.study_review import LEAST_N, RULES, contradictions, quality, study_map
from governance.assessment.study_vocabulary import COMPARATOR_LABELS, DIRECTIONS, STEP_LABELS, THREAT_MODELS
from governance.assessment.vocabulary import RELATIONS
from governance.catalogue.connect import open_catalogue
from governance.catalogue.selection import choice
from governance.cli_fields import AsOption, at_work
from governance.cli_options import JsonFlag
from governance.cli_output import emit, emit_rows, read_text_or_stdin, write_file
from governance.errors import BadInput
from governance.exports.review_tables import mapping_frame, study_frame
from governance.exports.tables import csv_of, jsonl_of

review_app = typer.Typer(help="Evidence on dangerous capabilities: studies and cases, metadata only.")
study_app = typer.Typer(help="One study: metadata only, no files.", no_args_is_help=True)
case_app = typer.Typer(help="Case sheets of open-world evaluations.", invoke_without_command=True)
crosswalk_app = typer.Typer(help="Our items beside those of other frameworks.", no_args_is_help=True)
review_app.add_typer(study_app, name="study")
review_app.add_typer(case_app, name="case")

WRITERS = {"csv": csv_of, "jsonl": jsonl_of}
FileArgument = Annotated[Path, typer.Argument(help="Fields as JSON; - reads standard input.")]
RevisionOption = Annotated[int | None, typer.Option("--revision", help="By default the newest.")]
ThreatOption = Annotated[str, typer.Option("--threat-model", help=f"{', '.join(THREAT_MODELS)}.")]
AssessmentOption = Annotated[
    str | None, typer.Option("--assessment", help="Count only items that this assessment looked at.")
]
FormatOption = Annotated[str, typer.Option("--format", help="table, csv or jsonl.")]
OutOption = Annotated[Path | None, typer.Option("--out", help="Write to this file.")]
BasisOption = Annotated[str, typer.Option("--basis", help="Why, in your words.")]


@review_app.command("studies")
def review_studies(
    threat_model: Annotated[str | None, typer.Option("--threat-model", help="Only of this one.")] = None,
    direction: Annotated[str | None, typer.Option("--direction", help=f"Only {', '.join(DIRECTIONS)}.")] = None,
    format: FormatOption = "table",
    out: OutOption = None,
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """List the studies, shipped and yours, the newest publication first, with the criteria they meet."""
    choice(format, ("table", *WRITERS), "option format")
    for word, known in ((threat_model, THREAT_MODELS), (direction, DIRECTIONS)):
        if word is not None:
            choice(word, known, "option")
    with open_catalogue() as connection, at_work(as_name) as workbench:
        found = [
            one
            for one in studies(connection, workbench)
            if threat_model in (None, one.study.threat_model) and direction in (None, one.study.direction)
        ]
    if format in WRITERS:
        _deliver(WRITERS[format](study_frame(found)), out)
    else:
        emit([_with_quality(one) for one in found], True) if as_json else emit_rows(map(_study_row, found))


@review_app.command("map")
def review_map(threat_model: ThreatOption = "TM1", as_name: AsOption = None, as_json: JsonFlag = False) -> None:
    """Count studies by step of the chain and comparator; 0 is an empty cell, which nobody studied."""
    wanted = choice(threat_model, THREAT_MODELS, "option threat-model")
    with open_catalogue() as connection, at_work(as_name) as workbench:
        laid = study_map(studies(connection, workbench), wanted)
    if as_json:
        emit({**laid.model_dump(), "empty": laid.empty}, True)
        return
    labels = {column: COMPARATOR_LABELS[column] for column in laid.comparators}
    emit_rows(
        {"step": STEP_LABELS.get(step, step), **{label: laid.at(step, key).n for key, label in labels.items()}}
        for step in laid.steps
    )
    typer.echo(f"{laid.n} studies; {laid.empty} of {len(laid.cells)} cells are empty; directions: {laid.directions}")


@review_app.command("contradictions")
def review_contradictions(as_name: AsOption = None, as_json: JsonFlag = False) -> None:
    """List pairs of studies that found opposite things, the newest first; both stay."""
    with open_catalogue() as connection, at_work(as_name) as workbench:
        emit(contradictions(studies(connection, workbench)), as_json)


@review_app.command("criteria")
def review_criteria(
    study_id: Annotated[str | None, typer.Argument(help="Judge this study by them.")] = None,
    least_n: Annotated[int, typer.Option("--least-n", help="Participants from which a study has enough.")] = LEAST_N,
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Show the criteria of quality, which all count the same, or judge one study by them."""
    if study_id is None:
        emit(RULES, as_json)
        return
    with open_catalogue() as connection, at_work(as_name) as workbench:
        emit(quality(find_study(connection, workbench, study_id), least_n), as_json)


@study_app.command("add")
def review_study_add(file: FileArgument, as_name: AsOption = None, as_json: JsonFlag = False) -> None:
    """Add a study; sequences, identifiers, structures, procedures and files are refused."""
    study = read_study(_fields(file), str(file))
    with open_catalogue() as connection, at_work(as_name) as workbench:
        taken = [one.id for one in shipped_studies(connection)]
        saved = save_study(workbench, study, datetime.now(UTC), taken=taken)
    emit(saved if as_json else _study_row(saved), as_json)


@study_app.command("show")
def review_study_show(
    study_id: str, revision: RevisionOption = None, as_name: AsOption = None, as_json: JsonFlag = False
) -> None:
    """Show a study with the criteria it meets."""
    with open_catalogue() as connection, at_work(as_name) as workbench:
        found = get_study(workbench, study_id, revision) if revision else find_study(connection, workbench, study_id)
    emit(_with_quality(found), as_json)


@study_app.command("versions")
def review_study_versions(study_id: str, as_name: AsOption = None, as_json: JsonFlag = False) -> None:
    """List every revision of a study of yours, the oldest first."""
    with at_work(as_name) as workbench:
        emit(study_versions(workbench, study_id), as_json)


@study_app.command("edit")
def review_study_edit(
    study_id: str,
    file: FileArgument,
    revision: RevisionOption = None,
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Change the fields that a file names; the others stay."""
    with open_catalogue() as connection, at_work(as_name) as workbench:
        present = find_study(connection, workbench, study_id)
        if present.origin == "shipped":
            raise refuse_shipped(study_id)
        study = read_study({**present.study.model_dump(mode="json"), **_fields(file)}, f"study {study_id}")
        saved = save_study(workbench, study, datetime.now(UTC), study_id, revision or present.revision)
    emit(saved if as_json else _study_row(saved), as_json)


@study_app.command("delete")
def review_study_delete(study_id: str, as_name: AsOption = None, as_json: JsonFlag = False) -> None:
    """Delete a study of yours; the trail keeps that it was there."""
    with at_work(as_name) as workbench:
        delete_study(workbench, study_id, datetime.now(UTC))
    emit({"deleted": study_id}, as_json)


@case_app.callback()
def review_case(context: typer.Context, as_name: AsOption = None, as_json: JsonFlag = False) -> None:
    """List the case sheets; they are never averaged with benchmark scores."""
    if context.invoked_subcommand is None:
        with at_work(as_name) as workbench:
            found = [{**one.model_dump(), "runs": run_share(one.case)} for one in cases(workbench)]
        emit(found, True) if as_json else emit_rows(
            {"id": one["id"], "task": one["case"]["task"], "n": one["case"]["n"], "reached": one["case"]["reached"]}
            for one in found
        )


@case_app.command("add")
def review_case_add(file: FileArgument, as_name: AsOption = None, as_json: JsonFlag = False) -> None:
    """Add a case sheet: task, budget, interventions, logs, runs and outcome."""
    case = read_case(_fields(file), str(file))
    with at_work(as_name) as workbench:
        emit(save_case(workbench, case, datetime.now(UTC)), as_json)


@case_app.command("show")
def review_case_show(
    case_id: str, revision: RevisionOption = None, as_name: AsOption = None, as_json: JsonFlag = False
) -> None:
    """Show a case sheet, the interval that its runs leave, and what it does not state."""
    with at_work(as_name) as workbench:
        found = get_case(workbench, case_id, revision)
    emit({**found.model_dump(), "runs": run_share(found.case)}, as_json)


@case_app.command("edit")
def review_case_edit(
    case_id: str,
    file: FileArgument,
    revision: RevisionOption = None,
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Change the fields that a file names; the others stay."""
    with at_work(as_name) as workbench:
        present = get_case(workbench, case_id)
        case = read_case({**present.case.model_dump(mode="json"), **_fields(file)}, f"case {case_id}")
        emit(save_case(workbench, case, datetime.now(UTC), case_id, revision or present.revision), as_json)


@case_app.command("delete")
def review_case_delete(case_id: str, as_name: AsOption = None, as_json: JsonFlag = False) -> None:
    """Delete a case sheet; the trail keeps that it was there."""
    with at_work(as_name) as workbench:
        delete_case(workbench, case_id, datetime.now(UTC))
    emit({"deleted": case_id}, as_json)


@crosswalk_app.command("list")
def crosswalk_list(assessment: AssessmentOption = None, as_name: AsOption = None, as_json: JsonFlag = False) -> None:
    """List the frameworks with how many of their items ours reach, and how many of ours reach them."""
    with open_catalogue() as connection, at_work(as_name) as workbench:
        known = load_crosswalk(connection, workbench)
        statuses = None if assessment is None else statuses_of(workbench, known, assessment)
        rows = [_coverage_row(coverage(known, one.id, statuses)) for one in known.frameworks]
    told = {"frameworks": rows, "assessment": assessment, "mapped_nowhere": [one.id for one in mapped_nowhere(known)]}
    emit(told, True) if as_json else emit_rows(rows)


@crosswalk_app.command("show")
def crosswalk_show(
    framework: str, assessment: AssessmentOption = None, as_name: AsOption = None, as_json: JsonFlag = False
) -> None:
    """Show each item of a framework with what of ours is mapped to it."""
    with open_catalogue() as connection, at_work(as_name) as workbench:
        known = load_crosswalk(connection, workbench)
        statuses = None if assessment is None else statuses_of(workbench, known, assessment)
        found = coverage(known, framework, statuses)
    emit(found, True) if as_json else emit_rows(
        {
            "id": one.control.id, "title": one.control.title, "known": one.control.state,
            "items": list(one.items), "assessed": one.assessed,
        }
        for one in found.targets
    )  # fmt: skip


@crosswalk_app.command("gaps")
def crosswalk_gaps(
    framework: str, assessment: AssessmentOption = None, as_name: AsOption = None, as_json: JsonFlag = False
) -> None:
    """Show what nothing of ours reaches in a framework, and which of ours reach nothing there."""
    with open_catalogue() as connection, at_work(as_name) as workbench:
        known = load_crosswalk(connection, workbench)
        statuses = None if assessment is None else statuses_of(workbench, known, assessment)
        found = coverage(known, framework, statuses)
    theirs = [{"id": one.control.id, "title": one.control.title} for one in found.gaps]
    ours = [{"id": one.id, "title": one.title} for one in found.unmapped]
    unassessed = [one.control.id for one in found.targets if one.items and not one.assessed]
    told = {"framework": found.framework.id, "not_reached": theirs, "not_mapped": ours}
    emit(told | ({} if statuses is None else {"not_assessed": unassessed}), as_json)


@crosswalk_app.command("edit")
def crosswalk_edit(
    item: str,
    framework: str,
    target: str,
    basis: BasisOption,
    relation: Annotated[str, typer.Option("--relation", help=f"{', '.join(RELATIONS)}.")] = "related",
    revision: RevisionOption = None,
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Map one of our items to one of a framework, or change that mapping; who and when are kept."""
    _edit(MappingEdit(item=item, framework=framework, target=target, basis=basis), relation, revision, as_name, as_json)


@crosswalk_app.command("remove")
def crosswalk_remove(
    item: str,
    framework: str,
    target: str,
    basis: BasisOption,
    revision: RevisionOption = None,
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Take a mapping away; it stays in view as removed, and counts nowhere."""
    gone = MappingEdit(item=item, framework=framework, target=target, basis=basis, removed=True)
    _edit(gone, None, revision, as_name, as_json)


@crosswalk_app.command("reset")
def crosswalk_reset(
    item: str, framework: str, target: str, as_name: AsOption = None, as_json: JsonFlag = False
) -> None:
    """Forget your edit of a pair, so that what was shipped holds again."""
    with open_catalogue() as connection, at_work(as_name) as workbench:
        known = load_crosswalk(connection, workbench)
        found = find_mapping(known, item, framework, target)
        ends = (item, framework, target) if found is None else (found.item, found.framework, found.target)
        reset_mapping(workbench, *ends, datetime.now(UTC))
    emit({"reset": list(ends)}, as_json)


@crosswalk_app.command("export")
def crosswalk_export(
    framework: Annotated[str | None, typer.Option("--framework", help="Only this one.")] = None,
    format: Annotated[str, typer.Option("--format", help="csv or jsonl.")] = "csv",
    out: OutOption = None,
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Write every mapping with relation, basis, and who edited it when; those taken away say so."""
    choice(format, tuple(WRITERS), "option format")
    with open_catalogue() as connection, at_work(as_name) as workbench:
        table = mapping_frame(load_crosswalk(connection, workbench), framework)
    emit(table.to_dicts(), True) if as_json else _deliver(WRITERS[format](table), out)


def _edit(edit: MappingEdit, relation: str | None, revision: int | None, as_name: str | None, as_json: bool) -> None:
    with open_catalogue() as connection, at_work(as_name) as workbench:
        known = load_crosswalk(connection, workbench)
        present = find_mapping(known, edit.item, edit.framework, edit.target)
        if edit.removed and present is None:
            raise BadInput(
                "there is no such mapping", f"{edit.item} to {edit.target}", "show the framework to see them"
            )
        word = relation or (present.relation if present else "related")
        wanted = edit.model_copy(update={"relation": choice(word, RELATIONS, "option relation")})
        last = revision or (present.revision if present and present.revision else None)
        emit(edit_mapping(workbench, known, wanted, datetime.now(UTC), last), as_json)


def _fields(file: Path) -> Mapping[str, Any]:
    try:
        fields = json.loads(read_text_or_stdin(file))
    except (ValueError, RecursionError) as error:
        raise BadInput(f"the file cannot be read: {error}", str(file), "give one JSON object") from error
    if not isinstance(fields, dict):
        raise BadInput("the file holds no object", str(file), "give one JSON object")
    return fields


def _study_row(one: StudyRecord) -> dict[str, object]:
    judged, study = quality(one), one.study
    return {
        "id": one.id, "published": study.published or None, "threat_model": study.threat_model,
        "steps": list(study.steps), "comparator": study.comparator, "direction": study.direction,
        "criteria": f"{judged.met} of {judged.judged}", "origin": one.origin, "title": study.title,
    }  # fmt: skip


def _with_quality(one: StudyRecord) -> dict[str, object]:
    return {**one.model_dump(mode="json"), "quality": quality(one).model_dump(mode="json")}


def _coverage_row(found: Coverage) -> dict[str, object]:
    return {
        "id": found.framework.id, "title": found.framework.title, "version": found.framework.version,
        "reached": found.reached, "assessed": found.assessed, "n": found.n,
        "our_items": found.items, "ours_unmapped": len(found.unmapped), "licence": found.framework.licence,
    }  # fmt: skip


def _deliver(data: bytes, out: Path | None) -> None:
    if out is None:
        sys.stdout.buffer.write(data)
    else:
        write_file(out, data)
