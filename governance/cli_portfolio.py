"""The verbs over many assessments: the portfolio, coverage, comparison and what changed since a signature."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from governance.assessment.changes import changes_since_signed, compare_assessments
from governance.assessment.coverage import ALL, BYS, PARTIES_SHOWN, Coverage, coverage
from governance.assessment.framework import Framework, load_framework
from governance.assessment.portfolio import SHOWS, Portfolio, portfolio
from governance.assessment.standing import Part, Standing
from governance.catalogue.connect import catalogue_version, open_catalogue
from governance.catalogue.selection import choice
from governance.cli_assess import AssessmentArgument, assess_app
from governance.cli_fields import AsOption, at_work, read_day
from governance.cli_options import JsonFlag
from governance.cli_output import emit, emit_rows

portfolio_app = typer.Typer()


@portfolio_app.command("portfolio")
def portfolio_command(
    text: Annotated[str, typer.Option("--text", help="Words that must all occur in name, owner or id.")] = "",
    show: Annotated[str, typer.Option("--show", help=f"Which systems: {', '.join(SHOWS)}.")] = "all",
    party: Annotated[
        str, typer.Option("--party", help=f"Count what this party assessed: {', '.join((ALL, *PARTIES_SHOWN))}.")
    ] = ALL,
    as_of: Annotated[str | None, typer.Option("--as-of", help="The day reviews are held against; today.")] = None,
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Show where all systems stand: how far assessed, what is out of date, due and next."""
    kind, whose = choice(show, SHOWS, "option show"), choice(party, (ALL, *PARTIES_SHOWN), "option party")
    day = read_day(as_of, "option as-of") or datetime.now(UTC).date()
    version, framework = _forms()
    with at_work(as_name) as workbench:
        found = portfolio(workbench, framework, day)
    chosen = found.select(text, kind)
    if as_json:
        told = {"as_of": day, "catalogue": version, "party": whose, "total": len(chosen)}
        emit({**told, "systems": _systems(found, chosen, whose)}, True)
    else:
        emit_rows(map(_row, chosen))


@assess_app.command("coverage")
def assess_coverage(
    assessment: AssessmentArgument,
    by: Annotated[
        str, typer.Option("--by", help=f"{' or '.join(BYS)}: the form's, or EvalEval's seven.")
    ] = "categories",
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Count what was assessed by category and party, with reporting levels; not assessed is no zero."""
    grouped = choice(by, BYS, "option by")
    with at_work(as_name) as workbench:
        found = coverage(workbench, _forms()[1], assessment, grouped)
    emit(found, True) if as_json else emit_rows(_coverage_rows(found))


@assess_app.command("compare")
def assess_compare(
    first: AssessmentArgument,
    second: Annotated[str, typer.Argument(help="Id of the other, by the same form.")],
    every: Annotated[bool, typer.Option("--all", help="List what both say alike too.")] = False,
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Set two assessments side by side, item by item: which fields differ, and evidence only one has."""
    with at_work(as_name) as workbench:
        found = compare_assessments(workbench, _forms()[1], first, second)
    if as_json:
        emit(found, True)
        return
    rows = [
        {
            "item": one.item,
            "says": one.side.replace("_", " "),
            "fields": one.fields,
            "evidence_first_only": one.first_only,
            "evidence_second_only": one.second_only,
        }
        for one in found.items
        if every or one.side != "same"
    ]
    emit_rows(rows)


@assess_app.command("changes")
def assess_changes(assessment: AssessmentArgument, as_name: AsOption = None, as_json: JsonFlag = False) -> None:
    """Say what changed since the last signature: answers, evidence, the system and the form."""
    with at_work(as_name) as workbench:
        found = changes_since_signed(workbench, _forms()[1], assessment)
    if as_json:
        emit(found, True)
        return
    told = found.model_dump(mode="json", exclude={"answers", "signature"})
    signed = None if found.signature is None else f"{found.signature.name}, {found.signature.at:%Y-%m-%d}"
    emit(
        {**told, "signed_by": signed, "answers": [f"{one.item}: {', '.join(one.fields)}" for one in found.answers]},
        False,
    )


def _forms() -> tuple[str, Framework]:
    with open_catalogue() as connection:
        return catalogue_version(connection), load_framework(connection)


def _systems(found: Portfolio, chosen: list[Standing], party: str) -> list[dict[str, Any]]:
    cells: dict[str, list[dict[str, Any]]] = {}
    for row in found.heat([one.system.id for one in chosen], party).to_dicts():
        cells.setdefault(row.pop("system"), []).append({key: value for key, value in row.items() if key != "party"})
    return [
        {
            **one.system.model_dump(mode="json", include={"id", "name", "kind", "owner", "modalities", "example"}),
            "newest_version": one.newest,
            "assessments": {form: _part(part) for form, part in one.parts.items()},
            "out_of_date": one.flags,
            "due": one.due,
            "next": one.actions,
            "coverage": cells.get(one.system.id, []),
        }
        for one in chosen
    ]


def _part(part: Part) -> dict[str, Any]:
    one, signed = part.assessment, part.signed
    counts = {name: getattr(part, name) for name in ("items", "not_applicable", "assessed", "found", "requests")}
    return {
        **one.model_dump(mode="json", include={"id", "number", "state", "system_version", "framework", "review_by"}),
        "signed": None if signed is None else {"day": signed[0], "system_version": signed[1]},
        **counts,
    }


def _row(one: Standing) -> dict[str, object]:
    part = one.parts.get("social_impact")
    return {
        "id": one.system.id,
        "name": one.system.name,
        "social_impact": "not started" if part is None else part.assessment.state.replace("_", " "),
        "assessed": None if part is None else f"{part.assessed} of {part.items - part.not_applicable}",
        "risk": "not started" if "risk" not in one.parts else one.parts["risk"].assessment.state.replace("_", " "),
        "out_of_date": [flag.text for flag in one.flags],
        "next_review": one.due[0].day.isoformat() if one.due else "none soon",
        "next": one.actions[0].text if one.actions else "nothing",
    }


def _coverage_rows(found: Coverage) -> list[dict[str, object]]:
    return [
        {
            "id": group.id,
            "about": group.title,
            "items": group.items,
            "do_not_apply": group.not_applicable,
            "not_assessed": group.not_assessed,
            "assessed": group.all.assessed,
            "found": group.all.found,
            **{party: counts.assessed for party, counts in group.parties.items()},
            "level": "none given" if group.all.levels.median is None else f"{group.all.levels.median:g}",
            "n": group.all.levels.n,
        }
        for group in (*found.groups, found.total)
    ]
