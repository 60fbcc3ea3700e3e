"""How the command line speaks: one JSON document, or tables for people; errors on one line."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from governance.errors import TouchstoneError

CELL = 60
PIPE_WIDTH = 240
"""Characters a line where no terminal says how many fit."""
SHOWN = 50


def emit(data: object, as_json: bool) -> None:
    """Print a result: as JSON with nothing rounded and unknown as null, or readably."""
    plain = to_plain(data)
    if as_json:
        typer.echo(json.dumps(plain, ensure_ascii=False, allow_nan=False))
    elif isinstance(plain, Mapping):
        _print_mapping(plain)
    elif isinstance(plain, Sequence) and not isinstance(plain, str):
        emit_rows([row if isinstance(row, Mapping) else {"value": row} for row in plain])
    else:
        typer.echo(str(plain))


def emit_rows(rows: Iterable[Mapping[str, object]], *, title: str | None = None, total: int | None = None) -> None:
    """Print rows as a table, at most `SHOWN` of them, saying so."""
    listed = list(rows)
    if not listed:
        typer.echo("nothing found")
        return
    table = Table(title=title, title_justify="left", show_edge=False)
    for name in listed[0]:
        table.add_column(name.replace("_", " "), no_wrap=True)
    for row in listed[:SHOWN]:
        table.add_row(*(escape(_cell(value)) for value in row.values()))
    Console(width=None if sys.stdout.isatty() else PIPE_WIDTH).print(table)
    count = len(listed) if total is None else total
    if count > min(len(listed), SHOWN):
        typer.echo(f"{min(len(listed), SHOWN)} of {count:,} shown; use --format csv, jsonl or json for all")


def to_plain(data: object) -> Any:  # noqa: ANN401 - any JSON value
    """Turn results into JSON values: models to objects, dates to ISO texts, NaN to null."""
    if isinstance(data, BaseModel):
        return to_plain(data.model_dump(mode="json"))
    if isinstance(data, Mapping):
        return {str(key): to_plain(value) for key, value in data.items()}
    if isinstance(data, str) or data is None or isinstance(data, bool | int):
        return data
    if isinstance(data, float):
        return data if math.isfinite(data) else None
    if isinstance(data, Iterable):
        return [to_plain(item) for item in data]
    return str(data)


def fail(error: TouchstoneError) -> None:
    """Say on one line of standard error what is wrong, where, and how to mend it."""
    line = f"touchstone: {error.what} ({error.where}). {error.fix}"
    print(" ".join(line.split()), file=sys.stderr)  # noqa: T201 - this is the command line's voice


def progress_line(step: str, share: float) -> None:
    """Show progress on standard error, over one line where it is a terminal."""
    if sys.stderr.isatty():
        print(f"\r{share:4.0%} {step[:70]:<70}", end="\n" if share >= 1 else "", file=sys.stderr)  # noqa: T201


def _print_mapping(plain: Mapping[str, Any]) -> None:
    for name, value in plain.items():
        label = name.replace("_", " ")
        if isinstance(value, Sequence) and not isinstance(value, str) and value and isinstance(value[0], Mapping):
            emit_rows(value, title=label)
        elif isinstance(value, Mapping):
            typer.echo(f"{label}:")
            for key, inner in value.items():
                typer.echo(f"  {key}: {_cell(inner, 200)}")
        else:
            typer.echo(f"{label}: {_cell(value, 400)}")


def _cell(value: object, width: int = CELL) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        text = f"{value:.4g}" if abs(value) < 1e6 else f"{value:,.0f}"
    elif isinstance(value, list | tuple):
        text = "; ".join(_cell(item, width) for item in value)
    elif isinstance(value, Mapping):
        text = ", ".join(f"{key} {_cell(item, width)}" for key, item in value.items())
    else:
        text = str(value)
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1] + "…"
