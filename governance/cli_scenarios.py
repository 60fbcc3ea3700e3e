"""The verbs of compute thresholds: estimates, scenarios, what-ifs, saved scenarios and own counting rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from governance.catalogue.connect import catalogue_version, open_catalogue
from governance.catalogue.selection import choice
from governance.cli_compute import compute_app
from governance.cli_options import JsonFlag, with_inputs
from governance.cli_output import emit, emit_rows, read_text, read_text_or_stdin, write_file
from governance.cli_scenario_views import (
    scenario_row,
    show_estimate,
    show_scenario,
    show_thresholds,
    show_what_ifs,
)
from governance.compute.chip_measures import NUMBER_FORMATS
from governance.compute.chips import find_chip
from governance.compute.estimate_inputs import read_estimate_input
from governance.compute.estimates import DRAWS as ESTIMATE_DRAWS
from governance.compute.estimates import estimate
from governance.compute.history_files import read_history
from governance.compute.own_rules import delete_rule, find_rule, get_rule, own_rules, save_rule, with_own_rule
from governance.compute.results import ScenarioResult
from governance.compute.rules import CountingRule, load_rules, read_rule
from governance.compute.saved_scenarios import (
    ScenarioDraft,
    assess_saved,
    delete_scenario,
    get_scenario,
    save_scenario,
    scenario_versions,
    scenarios,
)
from governance.compute.scenario import DRAWS, SEED, assess_scenario
from governance.compute.scenario_requests import read_day
from governance.compute.threshold_list import thresholds_on
from governance.compute.thresholds import Instrument, load_instruments
from governance.compute.what_if_table import what_if_table
from governance.errors import BadInput
from governance.exports.memo import scenario_memo
from governance.exports.memo_formats import FORMATS, render_memo
from governance.records.store import open_workbench

rules_app = typer.Typer(help="Counting rules: those of the texts and your own.", invoke_without_command=True)
scenarios_app = typer.Typer(help="Saved scenarios, each with all its versions.", invoke_without_command=True)
compute_app.add_typer(rules_app, name="rules")

HistoryArgument = Annotated[Path, typer.Argument(help="A history as JSON or YAML; - reads standard input.")]
AsOfOption = Annotated[str | None, typer.Option("--as-of", help="The day whose law is asked, e.g. 2026-08-02; today.")]
DrawsOption = Annotated[int, typer.Option("--draws", help="Monte Carlo draws.")]
SeedOption = Annotated[int, typer.Option("--seed", help="Start of the random numbers.")]
RuleOption = Annotated[
    str | None, typer.Option("--rule", help="Count by this rule: a JSON file, or the id of a shipped or own rule.")
]
RevisionOption = Annotated[int | None, typer.Option("--revision", help="An earlier revision; by default the newest.")]


class _Law(NamedTuple):
    version: str
    instruments: Sequence[Instrument]
    rules: Sequence[CountingRule]


@compute_app.command("estimate")
@with_inputs
def compute_estimate(
    *,
    inputs: dict[str, str | None],
    chip: Annotated[str | None, typer.Option("--chip", help="A chip to take the peak of, e.g. 'H100 SXM5'.")] = None,
    format: Annotated[str, typer.Option("--format", help=f"Of the chip's peak: {', '.join(NUMBER_FORMATS)}.")] = "bf16",
    draws: DrawsOption = ESTIMATE_DRAWS,
    seed: SeedOption = SEED,
    as_json: JsonFlag = False,
) -> None:
    """Estimate the training compute of one run from its size and tokens, its chips and hours, or both."""
    number_format = choice(format, NUMBER_FORMATS, "option format")
    if chip is not None:
        if inputs["peak"] is not None:
            raise BadInput("chip and peak are both given", "option chip", "give one or the other")
        with open_catalogue() as connection:
            inputs = {**inputs, "peak": str(find_chip(connection, chip).peak(number_format))}
    found = estimate(read_estimate_input(inputs), seed=seed, draws=draws)
    emit(found, True) if as_json else show_estimate(found)


@compute_app.command("scenario")
def compute_scenario(
    file: HistoryArgument,
    as_of: AsOfOption = None,
    draws: DrawsOption = DRAWS,
    seed: SeedOption = SEED,
    what_if: Annotated[
        list[str] | None, typer.Option("--what-if", help="Judge it changed in this way too; may be given again.")
    ] = None,
    rule: RuleOption = None,
    memo: Annotated[Path | None, typer.Option("--memo", help="Write a memo: a .md, .html, .pdf or .docx file.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Judge a training history under every compute threshold, each by its own way of counting."""
    history, day, format = read_history(read_text_or_stdin(file)), _day(as_of), _memo_format(memo)
    law = _law(rule)
    result = assess_scenario(history, law.instruments, law.rules, day, draws, seed)
    table = None
    if what_if:
        table = what_if_table(history, law.instruments, law.rules, day, draws, seed, {key: {} for key in what_if})
    if memo is not None:
        title = history.title or f"Compute thresholds: {file.stem if str(file) != '-' else history.final}"
        written = scenario_memo(result, history, law.instruments, title, law.version, rules=law.rules, what_ifs=table)
        write_file(memo, render_memo(written, format))
    more = {"memo": None if memo is None else str(memo), "what_ifs": table}
    show_scenario(result, law.version, table) if not as_json else emit(_with_version(result, law, **more), True)


@compute_app.command("thresholds")
def compute_thresholds(
    as_of: AsOfOption = None,
    jurisdiction: Annotated[
        list[str] | None, typer.Option("--jurisdiction", help="Only this, e.g. EU or US-CA; may be given again.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """List the compute thresholds of laws, orders and guidelines with their status on a day."""
    day, law = _day(as_of), _law(None)
    found = thresholds_on(law.instruments, day, jurisdiction or ())
    told = {"as_of": day, "catalogue": law.version, "instruments": found}
    emit(told, True) if as_json else show_thresholds(found, day)


@compute_app.command("what-ifs")
def compute_what_ifs(
    file: HistoryArgument,
    only: Annotated[list[str] | None, typer.Option("--only", help="Only this what-if; may be given again.")] = None,
    as_of: AsOfOption = None,
    draws: DrawsOption = DRAWS,
    seed: SeedOption = SEED,
    rule: RuleOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Judge a history as it would be if it were split, distilled, merged and so on, beside what it is."""
    history, day, law = read_history(read_text_or_stdin(file)), _day(as_of), _law(rule)
    table = what_if_table(history, law.instruments, law.rules, day, draws, seed, {key: {} for key in only or ()})
    for lacking in table.not_applied if only else ():
        raise BadInput(lacking.what, f"what-if {lacking.what_if}", lacking.fix)
    emit({"catalogue": law.version, **table.model_dump(mode="json")}, True) if as_json else show_what_ifs(table)


@rules_app.callback()
def compute_rules(context: typer.Context, as_json: JsonFlag = False) -> None:
    """List the counting rules, those of the texts and your own."""
    if context.invoked_subcommand is None:
        with open_workbench() as workbench:
            known = [*_law(None).rules, *own_rules(workbench)]
        emit(known, True) if as_json else emit_rows(
            [{"id": one.id, "title": one.title, "basis": one.basis, "parts": len(one.parts)} for one in known]
        )


@rules_app.command("show")
def compute_rules_show(rule_id: str, revision: RevisionOption = None, as_json: JsonFlag = False) -> None:
    """Show what a counting rule says of each part of a history."""
    law = _law(None)
    with open_workbench() as workbench:
        found = find_rule(workbench, law.rules, rule_id) if revision is None else get_rule(workbench, rule_id, revision)
    emit(found, as_json)


@rules_app.command("save")
def compute_rules_save(
    file: Annotated[Path, typer.Argument(help="A counting rule as JSON.")], as_json: JsonFlag = False
) -> None:
    """Save a counting rule of your own, or a change of it."""
    rule, law = read_rule(read_text(file)), _law(None)
    with open_workbench() as workbench:
        emit(save_rule(workbench, rule, {one.id for one in law.rules}, datetime.now(UTC)), as_json)


@rules_app.command("delete")
def compute_rules_delete(rule_id: str, as_json: JsonFlag = False) -> None:
    """Forget one of your own counting rules."""
    with open_workbench() as workbench:
        delete_rule(workbench, rule_id)
    emit({"deleted": rule_id}, as_json)


@scenarios_app.callback()
def scenarios_command(context: typer.Context, as_json: JsonFlag = False) -> None:
    """List the saved scenarios, the last changed first."""
    if context.invoked_subcommand is None:
        with open_workbench() as workbench:
            found = scenarios(workbench)
        emit(found, True) if as_json else emit_rows(map(scenario_row, found))


@scenarios_app.command("save")
def scenarios_save(
    file: HistoryArgument,
    title: Annotated[str, typer.Option("--title", help="What to call it.")],
    note: Annotated[str, typer.Option("--note", help="Anything to keep beside it.")] = "",
    scenario_id: Annotated[str | None, typer.Option("--id", help="Save it as a new version of this scenario.")] = None,
    as_of: AsOfOption = None,
    draws: DrawsOption = DRAWS,
    seed: SeedOption = SEED,
    rule: RuleOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Save a history with the day, the draws, the seed and the rule, so that it can be judged again."""
    draft = ScenarioDraft(
        title=title,
        note=note,
        history=read_history(read_text_or_stdin(file)),
        as_of=_day(as_of),
        draws=draws,
        seed=seed,
        rule=None if rule is None else _rule(rule, _law(None).rules),
    )
    with open_workbench() as workbench:
        revision = None if scenario_id is None else get_scenario(workbench, scenario_id).revision
        saved = save_scenario(workbench, draft, datetime.now(UTC), scenario_id, revision)
    emit(saved if as_json else scenario_row(saved), as_json)


@scenarios_app.command("show")
def scenarios_show(scenario_id: str, revision: RevisionOption = None, as_json: JsonFlag = False) -> None:
    """Show a saved scenario, as it is or as it was."""
    with open_workbench() as workbench:
        emit(get_scenario(workbench, scenario_id, revision), as_json)


@scenarios_app.command("assess")
def scenarios_assess(scenario_id: str, revision: RevisionOption = None, as_json: JsonFlag = False) -> None:
    """Judge a saved scenario again, by the instruments as the catalogue now has them."""
    with open_workbench() as workbench:
        saved = get_scenario(workbench, scenario_id, revision)
    law = _law(None)
    result = assess_saved(saved, law.instruments, law.rules)
    show_scenario(result, law.version, None) if not as_json else emit(_with_version(result, law), True)


@scenarios_app.command("versions")
def scenarios_versions(scenario_id: str, as_json: JsonFlag = False) -> None:
    """List every version of a saved scenario, the oldest first."""
    with open_workbench() as workbench:
        found = scenario_versions(workbench, scenario_id)
    emit(found, True) if as_json else emit_rows(map(scenario_row, found))


@scenarios_app.command("delete")
def scenarios_delete(scenario_id: str, as_json: JsonFlag = False) -> None:
    """Delete a saved scenario and all its versions."""
    with open_workbench() as workbench:
        delete_scenario(workbench, scenario_id)
    emit({"deleted": scenario_id}, as_json)


def _law(rule: str | None) -> _Law:
    with open_catalogue() as connection:
        version = catalogue_version(connection)
        instruments, rules = load_instruments(connection), load_rules(connection)
    if rule is None:
        return _Law(version, instruments, rules)
    return _Law(version, *with_own_rule(instruments, rules, _rule(rule, rules)))


def _rule(words: str, rules: Sequence[CountingRule]) -> CountingRule:
    shipped = next((one for one in rules if one.id == words), None)
    if shipped is not None:
        return shipped
    if Path(words).is_file():
        return read_rule(read_text(Path(words)))
    with open_workbench() as workbench:
        return find_rule(workbench, rules, words)


def _day(text: str | None) -> date:
    return datetime.now(UTC).date() if text is None else read_day(text, "option as-of")


def _memo_format(memo: Path | None) -> str:
    return "" if memo is None else choice(memo.suffix.removeprefix("."), FORMATS, "ending of the memo's name")


def _with_version(result: ScenarioResult, law: _Law, **more: object) -> dict[str, object]:
    return {"catalogue": law.version, **result.model_dump(mode="json"), **more}
