"""The verb of the trace: what rests on what, across all records."""

from __future__ import annotations

import sys
from typing import Annotated, get_args

import polars as pl
import typer

from governance.catalogue.connect import open_catalogue
from governance.catalogue.selection import choice
from governance.cli_options import JsonFlag
from governance.cli_output import emit, emit_rows
from governance.errors import BadInput
from governance.exports.trace_files import TRACE_FORMATS, render_trace
from governance.records.store import open_workbench
from governance.research.trace import path_between, trace, what_falls
from governance.research.trace_found import Direction, Falls, Path, Trace
from governance.research.trace_graph import load_trace, read_key
from governance.research.trace_vocabulary import KIND_WORDS, TOUCHED, TRACE_KINDS

trace_app = typer.Typer()
SHOWN = ("depth", "kind", "id", "label", "predicate", "via")


@trace_app.command("trace")
def trace_command(
    record: Annotated[str, typer.Argument(help="KIND:ID, e.g. dataset:alpaca or domain:wikipedia.org.")],
    to: Annotated[str | None, typer.Option("--to", help="Another KIND:ID, for the shortest way to it.")] = None,
    direction: Annotated[str, typer.Option("--direction", help="up: it rests on; down: rests on it; both.")] = "both",
    depth: Annotated[int | None, typer.Option("--depth", help="Steps each way; by default to the end.")] = None,
    kind: Annotated[list[str] | None, typer.Option("--kind", help="Keep only this kind; may be given again.")] = None,
    falls: Annotated[bool, typer.Option("--falls", help="What a change of licence or consent touches.")] = False,
    format: Annotated[str, typer.Option("--format", help="table, json, graphml, csv or prov.")] = "table",
    as_json: JsonFlag = False,
) -> None:
    """Show what a record rests on and what rests on it, over papers, data, models, results, systems and decisions."""
    asked_for = "json" if as_json else choice(format, ("table", *TRACE_FORMATS), "option format")
    written = next((one for one in TRACE_FORMATS if one == asked_for), None)
    way: Direction = choice(direction, get_args(Direction), "option direction")
    kinds = [choice(one, TRACE_KINDS, "option kind") for one in kind or ()]
    asked = read_key(record)
    if falls and to is not None:
        raise BadInput("--falls and --to ask two questions", "command line", "ask one after the other")
    if (falls or to is not None) and (kinds or depth is not None or way != "both"):
        what = "--direction, --depth and --kind narrow a trace, neither --falls nor --to"
        raise BadInput(what, "command line", "leave them out; what falls is listed kind by kind")
    with open_catalogue() as connection, open_workbench() as workbench:
        graph = load_trace(connection, workbench)
        found: Trace | Path | Falls
        if falls:
            found = what_falls(graph, *asked)
        elif to is not None:
            found = path_between(graph, asked, read_key(to))
        else:
            found = trace(connection, workbench, *asked, way, depth, kinds, known=graph)
    if written is None:
        _show(found)
    else:
        sys.stdout.buffer.write(render_trace(found, written))


def _show(found: Trace | Path | Falls) -> None:
    if isinstance(found, Path):
        emit({"relation": found.relation, "steps": found.edges.height}, False)
        emit_rows(found.edges.to_dicts())
        return
    if isinstance(found, Falls):
        emit(dict(found.counts), False)
        for kind, count in found.counts.items():
            if count and kind in TOUCHED:
                emit_rows(found.touched(kind).select(SHOWN).to_dicts(), title=KIND_WORDS[kind][1])
        rest = found.trace.nodes.filter(pl.col("depth") > 0, ~pl.col("kind").is_in(TOUCHED))
        emit_rows(rest.select(SHOWN).to_dicts(), title="others")
        return
    emit({"start": found.start, "rests_on": found.counts(-1), "rests_on_it": found.counts(1)}, False)
    emit_rows(found.nodes.filter(found.nodes["depth"] != 0).select(SHOWN).to_dicts())
