"""Verbs that ask how far a ranking holds: robustness, and what of a high place is selection."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from governance.catalogue.connect import open_catalogue
from governance.catalogue.selection import choice
from governance.cli_fields import read_day
from governance.cli_options import JsonFlag
from governance.cli_output import emit, emit_rows
from governance.errors import BadInput
from governance.evaluation.formats.opening import open_named
from governance.evaluation.formats.tables import EvaluationSet
from governance.evaluation.ratings.rate import rate, usual_cluster
from governance.evaluation.robustness.robust import Robustness, robustness
from governance.evaluation.selection.access import along_share, relative_gain
from governance.evaluation.selection.best_of import RUNS, best_of, expected_best, simulate_best_of, typical_error
from governance.evaluation.selection.published import published_figures, quoted
from governance.evaluation.selection.retire import NULLS, retire
from governance.evaluation.selection.shares import GROUPINGS, battle_shares, facts_of_table, model_facts
from governance.exports.tables import csv_of

robustness_app = typer.Typer()
selection_app = typer.Typer(help="What of a high place is selection.", no_args_is_help=True)

FileArgument = Annotated[str, typer.Argument(help="A file of battles, or the id of a set, e.g. llmfao.")]
SeedOption = Annotated[int, typer.Option("--seed", help="Of all that is drawn.")]
ROWS: dict[str, Callable[[Robustness], pl.DataFrame | None]] = {
    "orders": lambda found: pl.DataFrame([dataclasses.asdict(one) for one in found.orders.spreads]),
    "models": lambda found: found.orders.rows,
    "cycles": lambda found: found.cycles.strongest,
    "residuals": lambda found: found.cycles.residuals,
    "judges": lambda found: None if found.without_judge is None else found.without_judge.rows,
    "prompts": lambda found: None if found.without_prompt is None else found.without_prompt.rows,
    "against": lambda found: None if found.against is None else found.against.table,
}
"""The tables of a robustness test, by the word that prints them as CSV."""


@robustness_app.command("robustness")
def robustness_command(
    file: FileArgument,
    against: Annotated[
        str | None, typer.Option("--against", help="Another set on the same prompts, e.g. llmfao-gpt4.")
    ] = None,
    k: Annotated[list[float] | None, typer.Option("--k", help="Elo's step in points; may be given again.")] = None,
    permutations: Annotated[int, typer.Option("--permutations", help="Orders of the votes.")] = 100,
    start: Annotated[float, typer.Option("--start", help="Elo's points at the start.")] = 1000,
    seed: SeedOption = 0,
    csv: Annotated[str | None, typer.Option("--csv", help=f"Print one table as CSV: {', '.join(ROWS)}.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Test a ranking against other orders, judges and prompts, and count cycles beside chance."""
    table = choice(csv, tuple(ROWS), "option --csv") if csv else None
    opened = open_named(file, "battles")
    other = None if against is None else open_named(against, "battles").frame
    found = robustness(opened.frame, other, k or (1, 4, 8, 16, 32), permutations, seed, start)
    if as_json:
        emit({"set": opened.card, **_plain(found)}, True)
    elif table is not None:
        rows = ROWS[table](found)
        if rows is None:
            raise BadInput(f"there is no table '{table}' of this", "option --csv", "see 'not testable' without --csv")
        sys.stdout.buffer.write(csv_of(rows))
    else:
        _tell(found)


@selection_app.command("best-of")
def best_of_command(
    variants: Annotated[int, typer.Option("--variants", help="How many were tried in private.")] = 27,
    error: Annotated[float | None, typer.Option("--error", help="Standard error of one, in points.")] = None,
    file: Annotated[str | None, typer.Option("--set", help="Take the error from the intervals of this set.")] = None,
    spread: Annotated[float, typer.Option("--spread", help="SD of their true skill, in points; 0: alike.")] = 0,
    skill: Annotated[
        list[float] | None, typer.Option("--skill", help="True skill of one variant; again for each. Simulated.")
    ] = None,
    values: Annotated[
        list[float] | None, typer.Option("--value", help="A list to draw from without putting back; again for each.")
    ] = None,
    simulate: Annotated[bool, typer.Option("--simulate", help="Draw instead of working it out.")] = False,
    runs: Annotated[int, typer.Option("--runs", help="Of the simulation.")] = RUNS,
    seed: SeedOption = 0,
    as_json: JsonFlag = False,
) -> None:
    """Work out what publishing the best of several variants adds, beside what papers state."""
    if values:
        emit({"variants": variants, "expected": expected_best(values, variants), "basis": "exact"}, as_json)
        return
    if error is None and file is None:
        raise BadInput("no error is given", "command line", "give --error in points, or --set to take it from")
    size = error if error is not None else _typical(open_named(str(file), "battles"))
    found = (
        simulate_best_of(variants, size, spread, skills=skill, runs=runs, seed=seed)
        if simulate or skill
        else best_of(variants, size, spread)
    )
    with open_catalogue() as connection:
        claim = published_figures(connection)["private_variants"]
    emit({**dataclasses.asdict(found), "published": quoted(claim)}, as_json)


@selection_app.command("shares")
def shares_command(
    file: FileArgument,
    by: Annotated[str, typer.Option("--by", help=f"{', '.join(GROUPINGS)}.")] = "model",
    models: Annotated[
        Path | None, typer.Option("--models", help="CSV with model, provider, openness, instead of what is known.")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the rows as CSV and nothing else.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Show who gets the battles, and how uneven that is, beside what papers state."""
    opened, grouping = open_named(file, "battles"), choice(by, GROUPINGS, "option --by")
    with open_catalogue() as connection:
        facts = model_facts(connection, opened.card.id) if models is None else facts_of_table(_table(models))
        claims = published_figures(connection)
    found = battle_shares(opened.frame, grouping, facts)
    if as_csv:
        sys.stdout.buffer.write(csv_of(found.rows))
        return
    published = [quoted(claims[name]) for name in ("google_share", "openai_share", "open_share")]
    emit({"set": opened.card.id, **_plain(found), "published": published}, as_json)


@selection_app.command("retire")
def retire_command(
    file: FileArgument,
    model: Annotated[list[str] | None, typer.Option("--model", help="One to retire; may be given again.")] = None,
    after: Annotated[str | None, typer.Option("--after", help="Or the last day whose battles stay, ISO.")] = None,
    removals: Annotated[int, typer.Option("--removals", help="Random removals of the same size.")] = NULLS,
    seed: SeedOption = 0,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the models as CSV and nothing else.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Fit again without some models, or without the battles after a day, beside random removals."""
    opened = open_named(file, "battles")
    day = read_day(after, "option --after")
    found = retire(opened.frame, model or (), after=day, removals=removals, seed=seed)
    if as_csv:
        sys.stdout.buffer.write(csv_of(found.table))
    elif as_json:
        emit({"set": opened.card.id, **_plain(found)}, True)
    else:
        null = {name: value for name, value in dataclasses.asdict(found.null).items() if name not in ("taus", "moves")}
        emit({"set": opened.card.id, "effect": dataclasses.asdict(found.effect), "random": null}, False)
        emit_rows(found.table.to_dicts())


@selection_app.command("access")
def access_command(
    old: Annotated[float, typer.Option("--old", help="Win rate before, 0 to 1.")],
    new: Annotated[float, typer.Option("--new", help="Win rate after, 0 to 1.")],
    n_old: Annotated[int | None, typer.Option("--n-old", help="Votes behind the first.")] = None,
    n_new: Annotated[int | None, typer.Option("--n-new", help="Votes behind the second.")] = None,
    shares: Annotated[
        tuple[float, float] | None, typer.Option("--shares", help="Shares of arena data in training at the two.")
    ] = None,
    at: Annotated[list[float] | None, typer.Option("--at", help="A share to read off the line between.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Give the relative gain between two win rates, beside what papers state."""
    if bool(at) != (shares is not None):
        raise BadInput("--shares and --at go together", "command line", "give both, or neither")
    found = relative_gain(old, new, n_old, n_new)
    line = along_share(old, new, *shares, at) if shares and at else []
    with open_catalogue() as connection:
        claim = published_figures(connection)["data_gain"]
    told = {**dataclasses.asdict(found), "line": [dataclasses.asdict(one) for one in line]}
    emit({**told, "published": quoted(claim)}, as_json)


def _tell(found: Robustness) -> None:
    emit_rows([dataclasses.asdict(one) for one in found.orders.spreads], title="order of the votes, by K")
    triads = found.cycles
    if triads.order and triads.by_chance:
        told = {**dataclasses.asdict(triads.order), "expected_cyclic": triads.by_chance.cyclic,
                "low": triads.by_chance.low, "high": triads.by_chance.high, "p": triads.p_cycles}  # fmt: skip
        emit_rows([told], title="triads")
    for left in (found.without_judge, found.without_prompt):
        if left is not None:
            emit_rows(left.rows.head(5).to_dicts(), title=f"without one {left.by}: the five that matter most")
    emit({"bias": dataclasses.asdict(found.biases)["first_wins"]}, False)
    if found.against is not None:
        emit({name: value for name, value in _plain(found.against).items() if not isinstance(value, list)}, False)
    for what, reason in found.not_testable.items():
        typer.echo(f"not testable: {what}, {reason}")


def _plain(found: object) -> dict[str, object]:
    """Turn a result into words and rows."""
    assert dataclasses.is_dataclass(found)
    return {field.name: _value(getattr(found, field.name)) for field in dataclasses.fields(found)}


def _value(value: object) -> object:
    if isinstance(value, pl.DataFrame):
        return value.to_dicts()
    if dataclasses.is_dataclass(value):
        return _plain(value)
    if isinstance(value, tuple):
        return [_value(one) for one in value]
    return value


def _typical(opened: EvaluationSet) -> float:
    cluster = usual_cluster(opened.frame)
    rating = rate(opened.frame, interval="sandwich", cluster=cluster)
    size = typical_error(rating)
    if size is None:
        raise BadInput("the set gives no intervals", opened.card.id, "give --error in points")
    return size


def _table(path: Path) -> pl.DataFrame:
    try:
        return pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise BadInput("the file cannot be read as CSV", str(path), "give CSV in UTF-8") from error
