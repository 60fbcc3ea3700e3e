"""The verb that rates models from battles."""

from __future__ import annotations

from typing import Annotated

import typer

from governance.cli_options import JsonFlag
from governance.cli_output import emit, emit_frame, emit_rows
from governance.evaluation.formats.opening import open_named
from governance.evaluation.ratings.pairs import compare_pair, pair_table
from governance.evaluation.ratings.request import RatingRequest, rate_as_asked, read_rating_request

rate_app = typer.Typer()
Several = list[str] | None


@rate_app.command("rate")
def rate_command(
    file: Annotated[str, typer.Argument(help="A file of battles, or the id of a set, e.g. llmfao.")],
    method: Annotated[str, typer.Option("--method", help="bt, elo, winrate or borda.")] = "bt",
    ties: Annotated[str, typer.Option("--ties", help="half, davidson (bt only) or drop.")] = "half",
    both_bad: Annotated[str, typer.Option("--both-bad", help="tie: counts like one; drop: left out.")] = "tie",
    interval: Annotated[
        str,
        typer.Option(
            "--interval",
            help="usual (clusters where judges or prompts are known and repeated, else votes), bootstrap, cluster, "
            "sandwich (bt only), wilson (winrate only) or none.",
        ),
    ] = "usual",
    cluster: Annotated[
        str | None, typer.Option("--cluster", help="Column whose values say which votes go together, e.g. prompt.")
    ] = None,
    resamples: Annotated[int, typer.Option("--resamples", help="How often votes are drawn again.")] = 200,
    seed: Annotated[int, typer.Option("--seed", help="Fixes the draws.")] = 0,
    level: Annotated[float, typer.Option("--level", help="Of the intervals.")] = 0.95,
    k: Annotated[float, typer.Option("--k", help="Elo's points at stake.")] = 4,
    start: Annotated[float, typer.Option("--start", help="Elo's points to start from, e.g. 1400.")] = 1000,
    order: Annotated[str, typer.Option("--order", help="Elo's order of battles: given or day.")] = "given",
    judge: Annotated[Several, typer.Option("--judge", help="Only votes of this judge; may be given again.")] = None,
    judge_kind: Annotated[Several, typer.Option("--judge-kind", help="Only votes of human or model judges.")] = None,
    language: Annotated[Several, typer.Option("--language", help="Only this language, e.g. eng.")] = None,
    category: Annotated[Several, typer.Option("--category", help="Only prompts of this category.")] = None,
    since: Annotated[str | None, typer.Option("--since", help="First day, ISO.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="Last day, ISO.")] = None,
    pair: Annotated[
        tuple[str, str] | None, typer.Option("--pair", help="Two models to set side by side instead.")
    ] = None,
    pairs: Annotated[
        bool, typer.Option("--pairs", help="Every pair that met instead, with what the fit expects.")
    ] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the rows as CSV and nothing else.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Rate models from battles, with intervals of scores and ranks, or set two of them side by side."""
    words = {name: value for name, value in locals().items() if name in RatingRequest.model_fields}
    asked = read_rating_request(words.items(), "option")
    opened = open_named(file, "battles")
    rating = rate_as_asked(opened.frame, asked)
    if pair is not None:
        emit(compare_pair(rating, *pair), as_json)
    elif pairs:
        emit_frame(pair_table(rating.cells), as_csv=as_csv, as_json=as_json)
    elif as_json:
        emit({"set": opened.card, **rating.as_dict()}, True)
    elif as_csv:
        emit_frame(rating.table(), as_csv=as_csv, as_json=as_json)
    else:
        emit_rows([row.model_dump() for row in rating.models])
        for warning in rating.warnings:
            typer.echo(warning)
