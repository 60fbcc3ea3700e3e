"""The verbs of risk assessment: sections written and shown, the decision judged and varied, events and own rules."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from governance.assessment.assessments import start_assessment
from governance.assessment.compute_context import compute_context
from governance.assessment.framework import Framework, load_framework
from governance.assessment.own_risk_rules import delete_risk_rule, find_risk_rule, own_risk_rules, save_risk_rule
from governance.assessment.reopening import TriggerNote, note_trigger, read_trigger
from governance.assessment.risk import judge
from governance.assessment.risk_record import RiskRecord, read_risk, write_section
from governance.assessment.risk_rule import DEFAULT_RULE, RiskRule, read_rule, rule_oddities, words
from governance.assessment.risk_vary import LABELS, varied, vary
from governance.assessment.systems import get_system
from governance.assessment.vocabulary import TRIGGERS
from governance.catalogue.connect import open_catalogue
from governance.cli_fields import AsOption, at_work, read_day, read_fields
from governance.cli_options import JsonFlag
from governance.cli_output import emit, emit_rows, read_text
from governance.errors import BadInput
from governance.records.store import Workbench

risk_app = typer.Typer(
    help="Risk assessments: six sections, a decision, the rule it is judged by, and what reopens it.",
    no_args_is_help=True,
)
rule_app = typer.Typer(help="Decision rules: the shipped one and your own.", invoke_without_command=True)
risk_app.add_typer(rule_app, name="rule")

AssessmentArgument = Annotated[str, typer.Argument(help="Id of the assessment, e.g. acme-chat-risk-1.")]
RuleOption = Annotated[
    str | None, typer.Option("--rule", help="Judge by this rule, e.g. mine or mine@2; by default the recorded one.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", help="As if this were so, e.g. R2.likelihood=likely or rule.margin=1; may be given again."),
]
ReviewOption = Annotated[str | None, typer.Option("--review-by", help="When to look again, e.g. 2027-01-31.")]
OnOption = Annotated[str | None, typer.Option("--on", help="The day whose law is meant; today.")]
HappenedOption = Annotated[str | None, typer.Option("--happened", help="The day it happened, e.g. 2026-11-20.")]


@risk_app.command("form")
def risk_form(as_json: JsonFlag = False) -> None:
    """List the sections of the form with their fields and what each takes."""
    sections = _framework().sections
    if as_json:
        emit(sections, True)
        return
    for one in sections:
        rows = [
            {"field": field.id, "takes": field.type, "required": field.required, "label": field.label,
             "words": list(field.options) or "any"}
            for field in one.fields
        ]  # fmt: skip
        emit_rows(rows, title=f"{one.id} {one.title}")


@risk_app.command("start")
def risk_start(
    system: Annotated[str, typer.Argument(help="Id of the system.")],
    system_version: Annotated[
        str | None, typer.Option("--system-version", help="The version assessed; by default the newest.")
    ] = None,
    review_by: ReviewOption = None,
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Start the risk assessment of a system, as a draft."""
    day, framework = read_day(review_by, "option --review-by"), _framework()
    with at_work(as_name) as workbench:
        made = start_assessment(
            workbench, system, "risk", framework, _now(), system_version=system_version, review_by=day
        )
    emit(made if as_json else made.record.model_dump(mode="json", exclude_defaults=True), as_json)


@risk_app.command("show")
def risk_show(
    assessment: AssessmentArgument, rule: RuleOption = None, as_name: AsOption = None, as_json: JsonFlag = False
) -> None:
    """Show an assessment: what is filled in, the decision, and what reopens it."""
    with at_work(as_name) as workbench:
        found = _read(workbench, assessment, _framework(), rule)
    emit(found, True) if as_json else _show(found)


@risk_app.command("answer")
def risk_answer(
    assessment: AssessmentArgument,
    section: Annotated[str, typer.Argument(help="R1 to R6.")],
    file: Annotated[Path, typer.Argument(help="Field to value as JSON or YAML; null empties one.")],
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Write fields of a section of a draft; the others stay as they are."""
    values, framework = read_fields(file), _framework()
    with at_work(as_name) as workbench:
        saved = write_section(workbench, assessment, section.upper(), values, framework, _now())
    emit(saved if as_json else {"saved": saved.document, "revision": saved.revision, **saved.record.values}, as_json)


@risk_app.command("judge")
def risk_judge(
    assessment: AssessmentArgument,
    rule: RuleOption = None,
    setting: SetOption = None,
    strict: Annotated[bool, typer.Option("--strict", help="End with 1 unless assessed and admitted.")] = False,
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Say what the rule makes of an assessment: assessed or not and why, and whether the decision is admitted."""
    framework = _framework()
    with at_work(as_name) as workbench:
        found = _read(workbench, assessment, framework, rule, setting)
    verdict = found.verdict
    if as_json:
        emit({"assessment": assessment, "rule": found.rule, "set": setting or [], "verdict": verdict}, True)
    else:
        emit({"assessed": verdict.assessed, "decision": verdict.why, "by the rule": found.rule.title}, False)
        emit_rows([{"condition": words(one.id), "met": one.met, "why": one.why} for one in verdict.conditions])
    if strict and not (verdict.assessed and verdict.stand == "admitted"):
        raise typer.Exit(1)


@risk_app.command("vary")
def risk_vary(
    assessment: AssessmentArgument,
    only: Annotated[
        list[str] | None, typer.Option("--only", help=f"Only this, of {', '.join(LABELS)}; may be given again.")
    ] = None,
    rule: RuleOption = None,
    setting: SetOption = None,
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Change each part of the rule and each uncertain field by itself, and say whether the decision flips."""
    framework = _framework()
    with at_work(as_name) as workbench:
        found = _read(workbench, assessment, framework, rule, setting)
    table = vary(found.case, found.rule, framework.sections, only or ())
    if as_json:
        emit({"assessment": assessment, "rule": found.rule, **table.model_dump(), "tipping": table.tipping}, True)
        return
    emit({"now": table.present.why, "assessed": table.present.assessed}, False)
    names = ("label", "now", "then", "stand", "flips", "flips_assessed")
    emit_rows([{name: getattr(row, name) for name in names} for row in table.rows])


@risk_app.command("compute")
def risk_compute(
    assessment: AssessmentArgument, on: OnOption = None, as_name: AsOption = None, as_json: JsonFlag = False
) -> None:
    """Show the recorded compute of the system's models beside the thresholds in force, as context only."""
    day = read_day(on, "option --on") or _now().date()
    with at_work(as_name) as workbench, open_catalogue() as connection:
        system = _read(workbench, assessment, load_framework(connection)).header.record.system
        found = compute_context(connection, get_system(workbench, system).record.models, day)
    if as_json:
        emit(found, True)
        return
    typer.echo(found.note)
    emit_rows([
        {"model": model.name, "flop": model.flop, "threshold": one.instrument, "at": one.flop,
         "compute lies": model.place(one.flop), "tests compute alone": one.alone}
        for model in found.models for one in found.thresholds
    ])  # fmt: skip


@risk_app.command("trigger")
def risk_trigger(
    assessment: AssessmentArgument,
    kind: Annotated[str, typer.Argument(help=f"What happened: {', '.join(TRIGGERS)}.")],
    note: Annotated[str, typer.Option("--note", help="In your words.")] = "",
    happened: HappenedOption = None,
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Note an event that calls for another look; a signed assessment shows as stale from then on."""
    day = read_day(happened, "option --happened")
    event = TriggerNote(trigger=read_trigger(kind), note=_text(note), happened=day)
    with at_work(as_name) as workbench:
        saved = note_trigger(workbench, assessment, event, _now())
    emit(saved if as_json else {"noted": saved.document, **saved.record.model_dump(mode="json")}, as_json)


@rule_app.callback()
def risk_rules(context: typer.Context, as_name: AsOption = None, as_json: JsonFlag = False) -> None:
    """List the decision rules, the shipped one first."""
    if context.invoked_subcommand is None:
        with at_work(as_name) as workbench:
            known = [DEFAULT_RULE, *own_risk_rules(workbench)]
        names = ("id", "title", "complete", "scrutiny", "second_person", "margin", "credit", "cannot_estimate")
        emit(known, True) if as_json else emit_rows([{name: getattr(one, name) for name in names} for one in known])


@rule_app.command("show")
def risk_rule_show(
    rule: Annotated[str, typer.Argument(help="Its id, or id@revision.")],
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Show a rule whole: what it asks, both tables and its steps."""
    with at_work(as_name) as workbench:
        emit(find_risk_rule(workbench, rule), as_json)


@rule_app.command("save")
def risk_rule_save(
    file: Annotated[Path, typer.Argument(help="A rule as JSON, as 'rule show --json' prints one.")],
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Save a rule of your own, or a change of it; says where more risk would admit more."""
    rule = read_rule(read_text(file))
    with at_work(as_name) as workbench:
        save_risk_rule(workbench, rule, _now())
    emit({"saved": rule.id, "oddities": rule_oddities(rule)}, as_json)


@rule_app.command("delete")
def risk_rule_delete(
    rule: Annotated[str, typer.Argument(help="Its id.")], as_name: AsOption = None, as_json: JsonFlag = False
) -> None:
    """Forget one of your own rules."""
    with at_work(as_name) as workbench:
        delete_risk_rule(workbench, rule, _now())
    emit({"deleted": rule}, as_json)


def _read(
    workbench: Workbench,
    assessment: str,
    framework: Framework,
    rule: str | None = None,
    setting: list[str] | None = None,
) -> RiskRecord:
    by: RiskRule | None = None if rule is None else find_risk_rule(workbench, rule)
    found = read_risk(workbench, assessment, framework, _now().date(), by)
    if not setting:
        return found
    case, changed = varied(found.case, found.rule, framework.sections, dict(map(_setting, setting)))
    return found.model_copy(update={"case": case, "rule": changed, "verdict": judge(case, changed, framework.sections)})


def _setting(text: str) -> tuple[str, object]:
    name, equals, value = text.partition("=")
    if not equals:
        raise BadInput(f"'{text:.60}' sets nothing", "option --set", "write a name and a value, such as rule.margin=1")
    try:
        return name, json.loads(value)
    except (ValueError, RecursionError):
        return name, value


def _show(found: RiskRecord) -> None:
    header, verdict = found.header.record, found.verdict
    emit(
        {
            "id": header.id, "system": header.system, "version": header.system_version or "not stated",
            "state": words(header.state), "stale": found.reopening.stale,
            "because": found.reopening.reasons or "nothing",
            "reassess by": found.reopening.due, "decision": verdict.why, "assessed": verdict.assessed,
            "still lacks": verdict.reasons or "nothing", "by the rule": found.rule.title,
        },
        False,
    )  # fmt: skip
    emit_rows([
        {"section": one.section, "filled": len(one.filled), "of": len(one.filled) + len(one.missing),
         "missing": list(one.missing) or "nothing"}
        for one in verdict.completeness
    ])  # fmt: skip
    if found.notes:
        emit_rows([
            {"event": words(one.record.trigger), "noted": one.created, "by": one.author, "note": one.record.note}
            for one in found.notes
        ])  # fmt: skip


def _framework() -> Framework:
    with open_catalogue() as connection:
        return load_framework(connection)


def _text(note: str) -> str:
    if len(note) > 20_000:
        raise BadInput(f"the note has {len(note):,} characters", "option --note", "use at most 20,000")
    return note


def _now() -> datetime:
    return datetime.now(UTC)
