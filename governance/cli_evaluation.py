"""The verbs of evaluation data: check a file, keep sets of your own, take somebody's rows out, read published ones."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from governance.catalogue.connect import home, open_catalogue
from governance.catalogue.facts import ImportReport
from governance.catalogue.selection import choice
from governance.cli_fields import AsOption, at_work, read_day
from governance.cli_imports import FolderArgument, OutOption, imported
from governance.cli_options import JsonFlag
from governance.cli_output import emit, emit_rows, write_file
from governance.errors import BadInput
from governance.evaluation.formats.check import Checked, Report, Scales, check_path
from governance.evaluation.formats.layouts import layout_title
from governance.evaluation.formats.own_sets import add_rows, add_set, own_set, remove_set
from governance.evaluation.formats.schemas import template
from governance.evaluation.formats.sets import evaluation_sets, exported_rows, open_set
from governance.evaluation.formats.withdrawal import set_contributors, withdraw_from_set, withdrawal_effect
from governance.evaluation.imports.alpaca import import_alpaca
from governance.evaluation.imports.black_box import import_black_box
from governance.evaluation.imports.llmfao import import_llmfao
from governance.evaluation.imports.mteb import import_mteb_results
from governance.evaluation.vocabulary import BETTERS, FORMATS, Format
from governance.exports.tables import WRITERS
from governance.records.contributions import LEAVES

validate_app = typer.Typer()
import_app = typer.Typer()
sets_app = typer.Typer(
    help="Battles, scores and predictions to work with: shipped, imported and your own.", invoke_without_command=True
)
SCALES: tuple[Scales, ...] = ("refuse", "report")

FileArgument = Annotated[Path, typer.Argument(help="CSV, JSON lines, a JSON list, Parquet, or a harness's results.")]
FormatOption = Annotated[
    str | None, typer.Option("--format", help=f"What its rows are: {', '.join(FORMATS)}; by default found.")
]
MapOption = Annotated[
    list[str] | None,
    typer.Option("--map", help="OURS=THEIRS, a column of the file; OURS==TEXT for all rows; may be given again."),
]
ScalesOption = Annotated[
    str, typer.Option("--scales", help="A metric on two scales, 0 to 1 beside 0 to 100: refuse or report it.")
]
SetArgument = Annotated[str, typer.Argument(help="Id of the set; 'sets list' shows them.")]
OwnArgument = Annotated[str, typer.Argument(help="Id of one of your own sets.")]


@validate_app.command("validate")
def validate_command(
    file: FileArgument,
    format: FormatOption = None,
    mapped: MapOption = None,
    scales: ScalesOption = "refuse",
    out: Annotated[Path | None, typer.Option("--out", help="Write the good rows here: CSV, JSONL or Parquet.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Check a file of battles, scores or predictions row by row; exit code 1 where one is bad."""
    checked = _checked(file, format, mapped, scales)
    if out is not None:
        _write(out, checked.frame)
    if as_json:
        emit(checked.report, True)
    else:
        _told(checked.report)
    if not checked.report.ok:
        raise typer.Exit(1)


@sets_app.callback()
def sets_command(context: typer.Context, format: FormatOption = None, as_json: JsonFlag = False) -> None:
    """List the sets to work with, where no other verb is given: shipped, imported and your own."""
    if context.invoked_subcommand is None:
        _list(format, None, as_json)


@sets_app.command("list")
def sets_list_command(format: FormatOption = None, as_name: AsOption = None, as_json: JsonFlag = False) -> None:
    """List the sets, shipped, imported and your own, with rows, source, licence and version."""
    _list(format, as_name, as_json)


@sets_app.command("show")
def sets_show_command(set_id: SetArgument, as_name: AsOption = None, as_json: JsonFlag = False) -> None:
    """Show what is known of a set, and how many rows each column fills."""
    with open_catalogue() as connection, at_work(as_name) as workbench:
        opened = open_set(connection, set_id, workbench)
    filled = {name: opened.frame.height - opened.frame[name].null_count() for name in opened.frame.columns}
    emit({**dataclasses.asdict(opened.card), "filled": filled}, as_json)


@sets_app.command("add")
def sets_add_command(
    file: FileArgument,
    title: Annotated[str, typer.Option("--title", help="Name of the set.")] = "",
    source: Annotated[str, typer.Option("--source", help="Who collected it, in your words or as an address.")] = "",
    licence: Annotated[str, typer.Option("--licence", help="An SPDX expression, or a name.")] = "",
    terms: Annotated[str, typer.Option("--terms", help="What the people who judged agreed to.")] = "",
    leave: Annotated[str, typer.Option("--leave", help=f"Whether they can leave: {', '.join(LEAVES)}.")] = "yes",
    published: Annotated[str | None, typer.Option("--published", help="Day it was handed on.")] = None,
    contact: Annotated[str, typer.Option("--contact", help="Where somebody who wants to leave turns to.")] = "",
    better: Annotated[str | None, typer.Option("--better", help=f"Of scores: {' or '.join(BETTERS)}.")] = None,
    to: Annotated[str | None, typer.Option("--to", help="Put the rows into this own set instead of a new one.")] = None,
    format: FormatOption = None,
    mapped: MapOption = None,
    scales: ScalesOption = "refuse",
    keep_good: Annotated[bool, typer.Option("--keep-good", help="Keep the good rows where others are bad.")] = False,
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Check a file and keep it as a set of your own, or put its rows into one; people who left stay out."""
    now = datetime.now(UTC)
    with at_work(as_name) as workbench:
        kind = format if to is None else own_set(workbench, to).set.format
        checked = _checked(file, kind, mapped, scales)
        _refuse_bad(checked.report, file, keep_good)
        if to is not None:
            emit(add_rows(workbench, to, checked.frame, now), as_json)
            return
        fields = {
            "title": title or file.stem, "format": checked.report.format, "source": source or file.name,
            "licence": licence, "terms": terms, "leave": leave, "contact": contact, "better": better,
            "published": read_day(published, "option published"),
        }  # fmt: skip
        emit(add_set(workbench, fields, checked.frame, now), as_json)


@sets_app.command("contributors")
def sets_contributors_command(set_id: OwnArgument, as_name: AsOption = None, as_json: JsonFlag = False) -> None:
    """List whose rows are in an own set: the judges of battles, the raters of scores."""
    with at_work(as_name) as workbench:
        emit(set_contributors(workbench, set_id).to_dicts(), as_json)


@sets_app.command("withdraw")
def sets_withdraw_command(
    set_id: OwnArgument,
    contributor: Annotated[str, typer.Argument(help="As the rows name them.")],
    only_show: Annotated[bool, typer.Option("--only-show", help="Say what would change and change nothing.")] = False,
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Take somebody's rows out for good and say what changes: rows, models, languages, ranks."""
    with at_work(as_name) as workbench:
        if only_show:
            effect = withdrawal_effect(workbench, set_id, contributor)
        else:
            effect = withdraw_from_set(workbench, set_id, contributor, datetime.now(UTC))
    if as_json:
        emit(effect, True)
        return
    emit(effect.model_dump(include={"set", "rows", "models_lost", "languages_lost", "moved", "how"}), False)
    changed = [move.model_dump() for move in effect.moves if move.before != move.after]
    if changed:
        emit_rows(changed, title="models whose rank changes")


@sets_app.command("remove")
def sets_remove_command(set_id: OwnArgument, as_name: AsOption = None, as_json: JsonFlag = False) -> None:
    """Delete an own set with all its rows; backups made before still hold them."""
    with at_work(as_name) as workbench:
        remove_set(workbench, set_id, datetime.now(UTC))
    emit({"removed": set_id}, as_json)


@sets_app.command("export")
def sets_export_command(
    set_id: SetArgument,
    kind: Annotated[str, typer.Option("--as-file", help="csv, jsonl or parquet.")] = "csv",
    out: Annotated[Path | None, typer.Option("--out", help="A file; by default standard output.")] = None,
    as_name: AsOption = None,
) -> None:
    """Write the rows of a set, without those of people who left; columns that are empty throughout are left out."""
    with open_catalogue() as connection, at_work(as_name) as workbench:
        frame = exported_rows(open_set(connection, set_id, workbench))
    if out is not None:
        _write(out, frame)
    else:
        sys.stdout.buffer.write(WRITERS[choice(kind, tuple(WRITERS), "option --as-file")](frame))


@sets_app.command("template")
def sets_template_command(format: Annotated[str, typer.Argument(help=f"One of {', '.join(FORMATS)}.")]) -> None:
    """Write a CSV to fill in: the columns, and three rows of an example."""
    typer.echo(template(choice(format, FORMATS, "argument format")), nl=False)


@import_app.command("llmfao")
def import_llmfao_command(path: FolderArgument, out: OutOption = None, as_json: JsonFlag = False) -> None:
    """Read a copy of LLMFAO's battles, then build the catalogue again."""
    _import(import_llmfao, "llmfao", path, out, as_json)


@import_app.command("black-box")
def import_black_box_command(path: FolderArgument, out: OutOption = None, as_json: JsonFlag = False) -> None:
    """Read the rescored toxicity figures, then build the catalogue again."""
    _import(import_black_box, "black-box-api-challenges", path, out, as_json)


@import_app.command("mteb-results")
def import_mteb_results_command(path: FolderArgument, out: OutOption = None, as_json: JsonFlag = False) -> None:
    """Read a table of MTEB results, then build the catalogue again."""
    _import(import_mteb_results, "mteb-results", path, out, as_json)


@import_app.command("alpaca-eval")
def import_alpaca_command(path: FolderArgument, out: OutOption = None, as_json: JsonFlag = False) -> None:
    """Read the annotations of AlpacaEval (non-commercial use), then build the catalogue again; never shipped."""
    _import(import_alpaca, "alpaca-eval", path, out, as_json)


def _import(read: Callable[[Path, Path], ImportReport], name: str, path: Path, out: Path | None, as_json: bool) -> None:
    imported(read(path, out or home() / "imports" / name), rebuild=out is None, as_json=as_json)


def read_mapping(texts: list[str] | None) -> dict[str, str]:
    """Read mappings as the command line writes them.

    Raises:
        BadInput: One says nothing.

    >>> read_mapping(["model_a=left", "metric==accuracy"])
    {'model_a': 'left', 'metric': '=accuracy'}
    """
    found = {}
    for text in texts or ():
        ours, equals, theirs = text.partition("=")
        if not equals or not ours.strip():
            raise BadInput(f"'{text:.60}' maps nothing", "option --map", "write OURS=THEIRS, or OURS==TEXT")
        found[ours.strip()] = theirs.strip()
    return found


def _list(format: str | None, as_name: str | None, as_json: bool) -> None:
    kind = _format(format)
    with open_catalogue() as connection, at_work(as_name) as workbench:
        emit(evaluation_sets(connection, kind, workbench), as_json)


def _checked(file: Path, format: str | None, mapped: list[str] | None, scales: str) -> Checked:
    return check_path(file, _format(format), read_mapping(mapped), choice(scales, SCALES, "option --scales"))


def _format(format: str | None) -> Format | None:
    return None if format is None else choice(format, FORMATS, "option --format")


def _refuse_bad(report: Report, file: Path, keep_good: bool) -> None:
    if report.stops:
        raise BadInput(report.stops[0].detail, str(file), f"see 'touchstone validate {file.name}'")
    if report.bad and not keep_good:
        fix = f"mend them ('touchstone validate {file.name}' lists them), or give --keep-good"
        raise BadInput(f"{report.bad:,} of {report.read:,} rows are bad", str(file), fix)


def _write(out: Path, frame: pl.DataFrame) -> None:
    kind = choice(out.suffix.lstrip(".").lower(), tuple(WRITERS), "option --out, ending of the file")
    write_file(out, WRITERS[kind](frame))


def _told(report: Report) -> None:
    shown = report.model_dump(include={"file", "kind", "format", "read", "good", "bad", "reasons"})
    emit({**shown, "layout": layout_title(report.layout), "columns": report.mapping}, False)
    if report.findings:
        emit_rows([one.model_dump() for one in report.findings], title="what holds for the file as a whole")
    if report.rows:
        bad = [{"line": one.line, "column": one.column, "reason": one.reason, "detail": one.detail}
               for one in report.rows]  # fmt: skip
        emit_rows(bad, title="bad rows", total=report.bad)
