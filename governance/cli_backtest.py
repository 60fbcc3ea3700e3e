"""The verbs that look back: a compute threshold against what models can do."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from governance.catalogue.connect import home, open_catalogue
from governance.catalogue.selection import choice
from governance.cli_imports import FolderArgument, OutOption, imported
from governance.cli_options import JsonFlag
from governance.cli_output import emit, emit_rows
from governance.compute.arena import import_arena
from governance.compute.backtest_report import BacktestReport, backtest_report, read_threshold
from governance.compute.capability import FLOP_SOURCES, capability
from governance.compute.models import load_models

backtest_app = typer.Typer()
import_app = typer.Typer()


@backtest_app.command("backtest")
def backtest_command(
    threshold: Annotated[str, typer.Option("--threshold", help="FLOP, e.g. 1e25.")] = "1e25",
    line: Annotated[
        float | None, typer.Option("--line", help="Index from which a model counts as capable; GPT-4 of March 2023's.")
    ] = None,
    as_of: Annotated[
        list[datetime] | None,
        typer.Option("--as-of", formats=["%Y-%m-%d"], help="Look back from this day; may be given again."),
    ] = None,
    index: Annotated[str, typer.Option("--index", help="eci, or arena once it is imported.")] = "eci",
    flop: Annotated[str, typer.Option("--flop", help="Whose FLOP: index, records or either.")] = "index",
    as_json: JsonFlag = False,
) -> None:
    """Ask whether a compute threshold caught the capable models, with what undisclosed compute leaves open."""
    whose, value = choice(flop, FLOP_SOURCES, "option flop"), read_threshold(threshold, "option threshold")
    with open_catalogue() as connection:
        frame = capability(connection, index, flop=whose)
    report = backtest_report(frame, value, line, [day.date() for day in as_of or ()], index_id=index)
    emit(report, True) if as_json else _emit_tables(report)


@import_app.command("arena")
def import_arena_command(path: FolderArgument, out: OutOption = None, as_json: JsonFlag = False) -> None:
    """Read a board of people's votes as a second index, then build the catalogue again; it is never shipped."""
    with open_catalogue() as connection:
        models = load_models(connection).frame
    target = out or home() / "imports" / "arena-catalog"
    imported(import_arena(path, target, models), rebuild=out is None, as_json=as_json)


def _emit_tables(report: BacktestReport) -> None:
    names = {"missed", "false_alarms", "trigger", "line"}
    emit({"index": report.index_id, "threshold, FLOP": report.threshold_flop, "line": report.line}, False)
    emit_rows([row.model_dump(exclude=names) for row in report.dates], title="at each date")
    for name in ("missed", "false_alarms"):
        emit_rows([{"model": model} for model in getattr(report.dates[-1], name)], title=f"{name} at the last date")
    emit_rows([row.model_dump() for row in report.by_year], title="recall by year of release")
    emit_rows([step.model_dump() for step in report.least_compute.steps], title="least compute that reached the line")
    emit_rows([row.model_dump() for row in report.correlations], title="rank correlation of index and compute")
