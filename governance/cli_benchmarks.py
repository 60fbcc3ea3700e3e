"""The verbs of benchmarks: what measures what, licence gaps, rankings over tasks, and the few tasks that keep them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from pydantic import BaseModel

from governance.catalogue.connect import home, open_catalogue
from governance.catalogue.selection import choice
from governance.cli_imports import FolderArgument, OutOption, imported
from governance.cli_options import (
    CsvFlag,
    ExportFolder,
    FacetsFlag,
    FormatOption,
    FromOption,
    JsonFlag,
    LimitOption,
    OtherVersionFlag,
    with_benchmark_filters,
)
from governance.cli_output import emit, emit_listing, emit_rows
from governance.evaluation.benchmarks.borda import borda
from governance.evaluation.benchmarks.gaps import BYS, licence_gaps
from governance.evaluation.benchmarks.registry import benchmark_card, load_benchmarks, select_benchmarks
from governance.evaluation.benchmarks.scores import Block, block_of, score_table
from governance.evaluation.benchmarks.selection import BenchmarkSelection
from governance.evaluation.benchmarks.subset import smallest_subset
from governance.evaluation.formats.opening import read_set
from governance.evaluation.imports.mteb_tasks import SOURCE, import_mteb_tasks
from governance.evaluation.vocabulary import MISSINGS, Missing
from governance.exports.benchmark_tables import BENCHMARK_FORMATS, export_benchmarks, export_benchmarks_again
from governance.exports.tables import WRITERS, csv_of
from governance.records.store import open_workbench

benchmarks_app = typer.Typer(help="Benchmarks: languages, licences, rankings over tasks.", invoke_without_command=True)
benchmark_app = typer.Typer(help="One benchmark.", no_args_is_help=True)
import_app = typer.Typer()
SHOWN = ("id", "type", "language", "domain", "licence_use", "licence", "annotation", "translated", "models")
USUAL_SET = "mteb-results"

SetArgument = Annotated[str, typer.Argument(help="A file of scores, or the id of a set.")]
LeastOption = Annotated[
    float, typer.Option("--least", help="A model is compared where it has at least this share of the tasks, 0 to 1.")
]


@benchmarks_app.callback()
@with_benchmark_filters
def benchmarks_command(
    context: typer.Context,
    *,
    selection: BenchmarkSelection,
    format: FormatOption = "table",
    limit: LimitOption = None,
    facets: FacetsFlag = False,
    as_csv: CsvFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """List the benchmarks that meet every filter given."""
    if context.invoked_subcommand is not None:
        return
    choice(format, ("table", *WRITERS, "json"), "option format")
    with open_catalogue() as connection:
        result = select_benchmarks(load_benchmarks(connection), selection)
    written = "csv" if as_csv else format
    emit_listing(result, SHOWN, WRITERS, format=written, limit=limit, facets=facets, as_json=as_json)


@benchmark_app.command("show")
def benchmark_show(benchmark_id: str, as_json: JsonFlag = False) -> None:
    """Show everything known about one benchmark, with the audit's licence of its data beside its own."""
    with open_catalogue() as connection:
        emit(benchmark_card(connection, benchmark_id), as_json)


@benchmarks_app.command("gaps")
@with_benchmark_filters
def benchmarks_gaps(
    *,
    selection: BenchmarkSelection,
    by: Annotated[str, typer.Option("--by", help=f"How to split: {', '.join(BYS)}.")] = "type",
    as_csv: CsvFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Count the benchmarks whose licence is not specified or left empty, by kind."""
    with open_catalogue() as connection:
        found = licence_gaps(select_benchmarks(load_benchmarks(connection), selection), by)
    _emit(found, [found.overall, *found.rows] if not as_csv else found.rows, as_csv, as_json)


@benchmarks_app.command("borda")
@with_benchmark_filters
def benchmarks_borda(
    scores: SetArgument = USUAL_SET,
    *,
    selection: BenchmarkSelection,
    missing: Annotated[
        str, typer.Option("--missing", help="complete: tasks that all have; present: each ranks those it has.")
    ] = "complete",
    least: LeastOption = 0.0,
    resamples: Annotated[int, typer.Option("--resamples", help="Draws of tasks for the interval of ranks.")] = 200,
    seed: Annotated[int, typer.Option("--seed", help="Of the draws.")] = 0,
    as_csv: CsvFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Rank models over tasks by Borda's count, with mean score and mean rank beside it."""
    block, about = _block(scores, selection, choice(missing, MISSINGS, "option missing"), least)
    found = borda(block, resamples=resamples, seed=seed)
    _emit(found, found.rows, as_csv, as_json, about)


@benchmarks_app.command("subset")
@with_benchmark_filters
def benchmarks_subset(
    scores: SetArgument = USUAL_SET,
    *,
    selection: BenchmarkSelection,
    by: Annotated[str, typer.Option("--by", help="How scores become a ranking: borda or mean.")] = "borda",
    target: Annotated[float, typer.Option("--target", help="Kendall's tau to keep on held-out models.")] = 0.9,
    least: LeastOption = 0.0,
    splits: Annotated[int, typer.Option("--splits", help="Halvings of the models.")] = 10,
    random: Annotated[int, typer.Option("--random", help="Sets by chance of each size in each split.")] = 100,
    seed: Annotated[int, typer.Option("--seed", help="Of both.")] = 0,
    as_csv: CsvFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Find the fewest tasks that keep the ranking of models held out, and the time and CO2e they save."""
    block, about = _block(scores, selection, "complete", least)
    found = smallest_subset(block, by=by, target=target, splits=splits, random=random, seed=seed)
    if as_json or as_csv:
        _emit(found, found.curve, as_csv, as_json, about)
        return
    emit(found.model_dump(exclude={"smallest", "curve"}), False)
    emit_rows([
        {"way": one.way, "size": one.size, "seconds": one.seconds and one.seconds.value,
         "co2e_kg": one.co2e_kg and one.co2e_kg.value, "tasks": ", ".join(one.tasks)}
        for one in found.smallest
    ], title="smallest set")  # fmt: skip
    emit_rows([one.model_dump() for one in found.curve], title="tau by number of tasks")


@benchmarks_app.command("export")
@with_benchmark_filters
def benchmarks_export(
    *,
    selection: BenchmarkSelection,
    format: Annotated[
        list[str] | None, typer.Option("--format", help=f"May be given again: {', '.join(BENCHMARK_FORMATS)}.")
    ] = None,
    out: ExportFolder = Path("export"),
    manifest: FromOption = None,
    other_version: OtherVersionFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Write what the filters give with a manifest, or make an earlier export again."""
    with open_catalogue() as connection:
        if manifest is not None:
            made = export_benchmarks_again(connection, manifest, out, allow_other_version=other_version)
        else:
            result = select_benchmarks(load_benchmarks(connection), selection)
            made = export_benchmarks(connection, result, format or ["csv"], out)
    emit(made, as_json)


@import_app.command("mteb-tasks")
def import_mteb_tasks_command(path: FolderArgument, out: OutOption = None, as_json: JsonFlag = False) -> None:
    """Read the registry of mteb's tasks as benchmarks, then build the catalogue again."""
    imported(import_mteb_tasks(path, out or home() / "imports" / SOURCE), rebuild=out is None, as_json=as_json)


def _block(
    scores: str, selection: BenchmarkSelection, missing: Missing, least: float
) -> tuple[Block, dict[str, object]]:
    """Open a set and cut what is compared, with what must be said of the data."""
    with open_catalogue() as connection, open_workbench() as workbench:
        asked = select_benchmarks(load_benchmarks(connection), selection)
        one = read_set(scores, "scores", connection, workbench)
    table = score_table(one)
    about: dict[str, object] = {
        "set": one.card.id, "source": one.card.source, "licence": one.card.licence or None,
        "version": one.card.version, "selection": selection, "off_scale": table.off_scale, "unscored": table.unscored,
    }  # fmt: skip
    return block_of(table, asked.task_ids, missing=missing, least=least), about


def _emit(
    found: BaseModel, rows: Sequence[BaseModel], as_csv: bool, as_json: bool, about: dict[str, object] | None = None
) -> None:
    """Print one document as JSON, its rows as CSV, or both for people."""
    listed = [one.model_dump() for one in rows]
    if as_json:
        emit({**(about or {}), **found.model_dump(mode="json")}, True)
    elif as_csv:
        sys.stdout.buffer.write(csv_of(pl.DataFrame(listed, infer_schema_length=None)))
    else:
        emit({**(about or {}), **found.model_dump(exclude={"rows", "overall"})}, False)
        emit_rows(listed)
