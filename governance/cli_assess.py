"""The verbs of assessments: start, answer, review, sign, and make a new version of what was signed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, get_args

import typer

from governance.assessment.answer_rules import answer_warnings
from governance.assessment.assessments import (
    answers,
    assessments,
    edit_assessment,
    get_assessment,
    new_version,
    risk_answers,
    save_answer,
    save_risk_answer,
    start_assessment,
)
from governance.assessment.framework import Framework, load_framework, methods_for
from governance.assessment.records import Answer, RiskAnswer, read_record
from governance.assessment.remarks import comment, give_opinion, remarks, request_change, resolve
from governance.assessment.states import (
    authors_of,
    digest_of,
    return_to_draft,
    sign,
    signature_holds,
    steps,
    submit,
    withdraw,
)
from governance.assessment.systems import get_system
from governance.assessment.vocabulary import FORMS, MODALITIES, PARTIES, STATUSES, Opinion
from governance.catalogue.connect import open_catalogue
from governance.catalogue.selection import choice
from governance.cli_fields import AsOption, FileOption, ReasonOption, at_work, given, read_day, told
from governance.cli_options import JsonFlag
from governance.cli_output import emit, emit_rows
from governance.errors import BadInput
from governance.records.store import Workbench

assess_app = typer.Typer(help="Assessments of systems: answer, review, sign.", no_args_is_help=True)

AssessmentArgument = Annotated[str, typer.Argument(help="Id of the assessment, e.g. acme-chat-si-1.")]
ItemOption = Annotated[str, typer.Option("--item", help="Only of this item or section, e.g. B1.1.")]
FormOption = Annotated[str | None, typer.Option("--form", help=f"{' or '.join(FORMS)}.")]
VersionOption = Annotated[str | None, typer.Option("--system-version", help="The version assessed; the newest.")]
ReviewOption = Annotated[str | None, typer.Option("--review-by", help="When to look again, e.g. 2027-01-31.")]


@assess_app.command("items")
def assess_items(
    modality: Annotated[
        list[str] | None, typer.Option("--modality", help=f"Of systems that take or give: {', '.join(MODALITIES)}.")
    ] = None,
    form: FormOption = "social_impact",
    as_json: JsonFlag = False,
) -> None:
    """List what a form asks, with suggested methods and known limits."""
    wanted = [choice(one, MODALITIES, "option modality") for one in modality or ()]
    if choice(form or FORMS[0], FORMS, "option form") == "risk":
        emit([one.model_dump() for one in _framework().sections], as_json)
        return
    found = _framework().items_for(wanted)
    if as_json:
        emit([{**one.model_dump(), "methods": methods_for(one, wanted)} for one in found], True)
    else:
        emit_rows([{"id": one.id, "title": one.title, "question": one.question} for one in found])


@assess_app.command("list")
def assess_list(
    system: Annotated[str | None, typer.Option("--system", help="Only of this system.")] = None,
    form: FormOption = None,
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """List the assessments by system, form and number."""
    wanted = None if form is None else choice(form, FORMS, "option form")
    with at_work(as_name) as workbench:
        found = [told(one) for one in assessments(workbench, system, wanted)]
    shown = ("id", "system", "system_version", "form", "number", "state", "review_by", "updated")
    emit(found, True) if as_json else emit_rows([{key: one[key] for key in shown} for one in found])


@assess_app.command("start")
def assess_start(
    system: Annotated[str, typer.Argument(help="Id of the system, e.g. acme-chat.")],
    form: FormOption = "social_impact",
    system_version: VersionOption = None,
    review_by: ReviewOption = None,
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Start the assessment of a system by a form."""
    by, day = choice(form or FORMS[0], FORMS, "option form"), read_day(review_by, "option review-by")
    about: dict[str, Any] = {"system_version": system_version, "review_by": day}
    with at_work(as_name) as workbench:
        emit(told(start_assessment(workbench, system, by, _framework(), datetime.now(UTC), **about)), as_json)


@assess_app.command("show")
def assess_show(assessment: AssessmentArgument, as_name: AsOption = None, as_json: JsonFlag = False) -> None:
    """Show an assessment with its answers, remarks, next steps, authors and digest."""
    with at_work(as_name) as workbench:
        whole = _whole(workbench, assessment)
    if as_json:
        emit(whole, True)
        return
    emit({name: value for name, value in whole.items() if name not in ("answers", "remarks", "steps")}, False)
    emit_rows(map(_row, whole["answers"].values()), title="answers")
    if whole["remarks"]:
        emit_rows(whole["remarks"], title="remarks")
    emit_rows(whole["steps"], title="next steps")


@assess_app.command("edit")
def assess_edit(
    assessment: AssessmentArgument,
    system_version: VersionOption = None,
    review_by: ReviewOption = None,
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Change the version assessed, or the day of the next review, of a draft."""
    fields = {"system_version": system_version, "review_by": read_day(review_by, "option review-by")}
    with at_work(as_name) as workbench:
        present = get_assessment(workbench, assessment)
        changed = present.record.model_copy(update={name: one for name, one in fields.items() if one is not None})
        emit(told(edit_assessment(workbench, changed, datetime.now(UTC), present.revision)), as_json)


@assess_app.command("answer")
def assess_answer(
    assessment: AssessmentArgument,
    item: Annotated[
        str | None, typer.Argument(help="Item or section; left out, the file maps items to fields.")
    ] = None,
    status: Annotated[str | None, typer.Option("--status", help=f"{', '.join(STATUSES)}.")] = None,
    finding: Annotated[str | None, typer.Option("--finding", help="What was found.")] = None,
    method: Annotated[str | None, typer.Option("--method", help="How it was looked at.")] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Why the item does not apply.")] = None,
    party: Annotated[str | None, typer.Option("--party", help=f"Who looked: {', '.join(PARTIES)}.")] = None,
    evidence: Annotated[list[str] | None, typer.Option("--evidence", help="Id; may be given again.")] = None,
    file: FileOption = None,
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Answer items of a draft; fields that are not given stay as they are."""
    options = {"status": status, "finding": finding, "method": method, "reason": reason, "party": party}
    fields = given(file, **options, evidence=evidence)
    wanted = fields if item is None else {item: fields}
    with at_work(as_name) as workbench:
        saved = [_answer(workbench, assessment, key, value) for key, value in wanted.items()]
    emit(saved[0] if item is not None else saved, as_json)


@assess_app.command("submit")
def assess_submit(assessment: AssessmentArgument, as_name: AsOption = None, as_json: JsonFlag = False) -> None:
    """Hand a draft over for review."""
    with at_work(as_name) as workbench:
        emit(told(submit(workbench, assessment, datetime.now(UTC))), as_json)


@assess_app.command("return")
def assess_return(assessment: AssessmentArgument, as_name: AsOption = None, as_json: JsonFlag = False) -> None:
    """Take an assessment out of review, so that it can be edited."""
    with at_work(as_name) as workbench:
        emit(told(return_to_draft(workbench, assessment, datetime.now(UTC))), as_json)


@assess_app.command("sign")
def assess_sign(
    assessment: AssessmentArgument,
    digest: Annotated[
        str | None, typer.Option("--digest", help="Of what you read; left out, it is shown and nothing is signed.")
    ] = None,
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Sign an assessment in review that you did not write; exit code 1 where only its digest is shown."""
    with at_work(as_name) as workbench:
        if digest is not None:
            emit(told(sign(workbench, assessment, digest, datetime.now(UTC))), as_json)
            return
        found = digest_of(workbench, assessment)
    emit({"id": assessment, "digest": found, "signed": False, "next": "read it, then sign with --digest"}, as_json)
    raise typer.Exit(1)


@assess_app.command("withdraw")
def assess_withdraw(
    assessment: AssessmentArgument, reason: ReasonOption = "", as_name: AsOption = None, as_json: JsonFlag = False
) -> None:
    """Say that an assessment does not stand, and why."""
    with at_work(as_name) as workbench:
        emit(told(withdraw(workbench, assessment, reason, datetime.now(UTC))), as_json)


@assess_app.command("new-version")
def assess_new_version(
    assessment: AssessmentArgument,
    reason: ReasonOption = "",
    system_version: VersionOption = None,
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Make a draft from a signed assessment, with its answers as they are."""
    with at_work(as_name) as workbench:
        made = new_version(workbench, assessment, reason, _framework(), datetime.now(UTC), system_version)
        emit(told(made), as_json)


@assess_app.command("remark")
def assess_remark(
    assessment: AssessmentArgument,
    text: Annotated[str, typer.Argument(help="Your words.")] = "",
    item: ItemOption = "",
    request: Annotated[bool, typer.Option("--request", help="Ask for a change; returns it to draft.")] = False,
    opinion: Annotated[str | None, typer.Option("--opinion", help="agree or disagree, as a reviewer.")] = None,
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Comment on an assessment or an item, ask for a change, or say whether you agree."""
    if request and opinion is not None:
        raise BadInput("a request and an opinion", "verb remark", "give one of them")
    now = datetime.now(UTC)
    with at_work(as_name) as workbench:
        if opinion is not None:
            said = choice(opinion, get_args(Opinion), "option opinion")
            emit(told(give_opinion(workbench, assessment, said, text, now, item)), as_json)
        else:
            say = request_change if request else comment
            emit(told(say(workbench, assessment, text, now, item)), as_json)


@assess_app.command("remarks")
def assess_remarks(
    assessment: AssessmentArgument,
    item: Annotated[str | None, typer.Option("--item", help="Only of this item or section.")] = None,
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """List what was said of an assessment, the oldest first."""
    with at_work(as_name) as workbench:
        get_assessment(workbench, assessment)
        emit([told(one) for one in remarks(workbench, assessment, item)], as_json)


@assess_app.command("resolve")
def assess_resolve(
    remark: Annotated[str, typer.Argument(help="Id of the request, e.g. acme-chat-si-1-remark-2.")],
    reopen: Annotated[bool, typer.Option("--reopen", help="It was not met after all.")] = False,
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Say that a request for change was met."""
    with at_work(as_name) as workbench:
        emit(told(resolve(workbench, remark, datetime.now(UTC), resolved=not reopen)), as_json)


def _framework() -> Framework:
    with open_catalogue() as connection:
        return load_framework(connection)


def _whole(workbench: Workbench, assessment: str) -> dict[str, Any]:
    header = get_assessment(workbench, assessment)
    risk = header.record.form == "risk"
    if risk:
        kept = {item: told(one) for item, one in risk_answers(workbench, assessment).items()}
    else:
        kept = {item: told(one) for item, one in answers(workbench, assessment).items()}
    asked = _framework().items_for(get_system(workbench, header.record.system).record.modalities)
    return {
        **told(header),
        "digest": digest_of(workbench, assessment),
        "signature_holds": signature_holds(workbench, assessment),
        "authors": authors_of(workbench, assessment),
        "asked": len(_framework().sections) if risk else len(asked),
        "answers": kept,
        "remarks": [told(one) for one in remarks(workbench, assessment)],
        "steps": [one.model_dump() for one in steps(workbench, assessment)],
    }


def _answer(workbench: Workbench, assessment: str, item: str, fields: object) -> dict[str, Any]:
    if not isinstance(fields, dict):
        raise BadInput("there are no fields", f"item {item:.40}", "give an object, e.g. {status: found}")
    now, framework = datetime.now(UTC), _framework()
    if get_assessment(workbench, assessment).record.form == "risk":
        section = risk_answers(workbench, assessment).get(item)
        values = {**(section.record.values if section else {}), **fields.get("values", {})}
        wanted = read_record(RiskAnswer, {**fields, "values": values, "item": item}, f"section {item:.40}")
        revision = section.revision if section else None
        return told(save_risk_answer(workbench, assessment, wanted, framework, now, revision))
    present = answers(workbench, assessment).get(item)
    before = present.record.model_dump(mode="json") if present else {}
    answer = read_record(Answer, {**before, **fields, "item": item}, f"item {item:.40}")
    saved = save_answer(workbench, assessment, answer, framework, now, present.revision if present else None)
    return {**told(saved), "warnings": answer_warnings(saved.record)}


def _row(answer: dict[str, Any]) -> dict[str, Any]:
    shown = ("item", "status", "party", "finding", "method", "level", "revision")
    return {name: answer[name] for name in shown if name in answer} or answer
