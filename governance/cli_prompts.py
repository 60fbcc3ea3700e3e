"""The verbs on what people should judge: which items first, and whether a win rate is a win."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from governance.catalogue.connect import open_catalogue
from governance.cli_options import JsonFlag
from governance.cli_output import emit, emit_frame, emit_rows
from governance.evaluation.formats.opening import open_named
from governance.evaluation.formats.tables import BATTLES
from governance.evaluation.prompt_reports import study_table, study_words, win_words
from governance.evaluation.prompt_study import REPEATS, RESAMPLES, TOP, prompt_study
from governance.evaluation.prompts import LENGTH, MARGIN, ranked_items, read_priorities
from governance.evaluation.published import TIE_CUT, published
from governance.evaluation.sample_size import compare_rates, win_rate

prompts_app = typer.Typer()


@prompts_app.command("prompts")
def prompts_command(
    file: Annotated[str, typer.Argument(help="A file of battles, or the id of a set, e.g. llmfao.")],
    priority: Annotated[
        str, typer.Option("--priority", help="margin or length (both PROXY), or a column of numbers, e.g. kl.")
    ] = MARGIN,
    scores: Annotated[
        Path | None,
        typer.Option("--scores", help="CSV with prompt, perhaps model_a and model_b, and that column; or FILE itself."),
    ] = None,
    budget: Annotated[float, typer.Option("--budget", help="Share of items judged first, e.g. 0.2.")] = TOP,
    split: Annotated[
        str, typer.Option("--split", help="What ranks: half the judges, half the votes, or auto.")
    ] = "auto",
    repeats: Annotated[int, typer.Option("--repeats", help="Splits and random orders drawn.")] = REPEATS,
    resamples: Annotated[int, typer.Option("--resamples", help="Draws of prompts for intervals.")] = RESAMPLES,
    seed: Annotated[int, typer.Option("--seed", help="Fixes the draws.")] = 0,
    items: Annotated[bool, typer.Option("--items", help="List the items in order instead.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the rows as CSV and nothing else.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Say which items to judge first, and how many ties that saves on votes that did not rank them."""
    opened = open_named(file, "battles")
    with open_catalogue() as connection:
        claims = published(connection, TIE_CUT)
    if scores is None and priority not in (MARGIN, LENGTH, *BATTLES) and Path(file).is_file():
        scores = Path(file)
    given = None if scores is None else read_priorities(scores, priority, str(scores))
    if items:
        emit_frame(ranked_items(opened.frame, priority, given), as_csv=as_csv, as_json=as_json)
        return
    study = prompt_study(
        opened.frame, priority, scores=given, top=budget, split=split, repeats=repeats, resamples=resamples, seed=seed
    )
    if as_csv:
        emit_frame(study_table(study), as_csv=True, as_json=False)
    elif as_json:
        emit({"set": opened.card, "answer": study_words(study), "published": claims, **study.model_dump()}, True)
    else:
        emit_rows(study_table(study).to_dicts())
        typer.echo(f"{study_words(study)}{'; by a PROXY' if study.proxy else ''}")


@prompts_app.command("winrate")
def winrate_command(
    wins: Annotated[int, typer.Argument(help="Votes won.")],
    ties: Annotated[int, typer.Argument(help="Votes undecided.")],
    losses: Annotated[int, typer.Argument(help="Votes lost.")],
    rule: Annotated[str, typer.Option("--ties", help="A tie counts half a win, or drop.")] = "half",
    level: Annotated[float, typer.Option("--level", help="Of the intervals.")] = 0.95,
    against: Annotated[
        tuple[int, int, int] | None, typer.Option("--against", help="Wins, ties and losses of another, to compare.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Say whether a win rate is a win: exact and Wilson intervals, and the votes that it needs."""
    found = win_rate(wins, ties, losses, rule=rule, level=level)  # type: ignore[arg-type]
    told: dict[str, Any] = {"answer": win_words(found), **found.model_dump()}
    if against is not None:
        other = win_rate(*against, rule=rule, level=level)  # type: ignore[arg-type]
        told |= {"against": other.model_dump(), "less_the_other": compare_rates(found, other).model_dump()}
    emit(told, as_json)
