"""How the command line speaks: one JSON document, or tables for people; errors on one line."""

from __future__ import annotations

import dataclasses
import io
import json
import math
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from typer.exceptions import TyperException

from governance.errors import BadInput, TouchstoneError

if TYPE_CHECKING:
    import polars as pl

    from governance.catalogue.narrowed import Narrowed

CELL = 60
MESSAGE = 300
PIPE_WIDTH = 240
"""Characters a line where no terminal says how many fit."""
SHOWN = 50
MANY, HUGE = 1e6, 1e15
"""Between these a number is written out; a smaller or larger one with four digits."""
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that steer a terminal instead of showing in it."""


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
        typer.echo(f"0 of {total:,} shown" if total else "nothing found")
        return
    table = Table(title=title, title_justify="left", show_edge=False)
    for name in listed[0]:
        table.add_column(name.replace("_", " "), no_wrap=True)
    for row in listed[:SHOWN]:
        table.add_row(*(escape(_cell(value)) for value in row.values()))
    Console(width=None if sys.stdout.isatty() else PIPE_WIDTH).print(table)
    count = len(listed) if total is None else total
    if count > min(len(listed), SHOWN):
        typer.echo(f"{min(len(listed), SHOWN)} of {count:,} shown; --json gives all")


def emit_frame(frame: pl.DataFrame, *, as_csv: bool, as_json: bool) -> None:
    """Print a table as CSV and nothing else, or as `emit` prints its rows."""
    from governance.exports.tables import csv_of  # here, since most verbs never need it and it takes long to load

    if as_csv:
        sys.stdout.buffer.write(csv_of(frame))
    else:
        emit(frame.to_dicts(), as_json)


def emit_listing(
    result: Narrowed[Any, Any],
    shown: Sequence[str],
    writers: Mapping[str, Callable[[pl.DataFrame], bytes]],
    *,
    format: str,
    limit: int | None,
    facets: bool,
    as_json: bool,
) -> None:
    """Print what a selection of any kind gives.

    Args:
        result: What to list.
        shown: Columns of the table for people.
        writers: What writes the rows, by format.
        format: One of these, table or json.
        limit: At most so many rows.
        facets: With JSON, the counts of every facet too.
        as_json: As JSON whatever the format.
    """
    frame = result.page(0, result.total if limit is None else limit)
    if as_json or format == "json":
        counted = {"facets": result.facets, "relax": result.relax} if facets else {}
        about = {"catalogue": result.catalogue, "selection": result.selection, "total": result.total}
        emit({**about, "rows": frame.to_dicts(), **counted}, True)
    elif format in writers:
        sys.stdout.buffer.write(writers[format](frame))
    else:
        emit_rows(frame.select(shown).to_dicts(), total=result.total)
        hint_when_empty(result.total, result.relax)
        for record_id in result.missing_ids:
            typer.echo(f"there is no record '{record_id:.80}'")
        for one in result.unmet:
            near = f"; did you mean {' or '.join(one.near)}?" if one.near else ""
            typer.echo(f"no record has {one.field} '{one.value:.60}'{near}")


def to_plain(data: object) -> Any:  # noqa: ANN401 - any JSON value
    """Turn results into JSON values: models to objects, dates to ISO texts, NaN to null."""
    if data is None or isinstance(data, str | int):  # first, being by far the most
        return data
    if isinstance(data, float):
        return data if math.isfinite(data) else None
    if isinstance(data, BaseModel):
        return to_plain(data.model_dump(mode="json"))
    if dataclasses.is_dataclass(data) and not isinstance(data, type):
        return to_plain(dataclasses.asdict(data))
    if isinstance(data, Mapping):
        return {str(key): to_plain(value) for key, value in data.items()}
    if isinstance(data, Iterable):
        return [to_plain(item) for item in data]
    return str(data)


def fail(error: TouchstoneError) -> None:
    """Say on one line of standard error what is wrong, where, and how to mend it."""
    line = f"touchstone: {_line(error.what, MESSAGE)} ({_line(error.where, MESSAGE)}). {_line(error.fix, 2 * MESSAGE)}"
    print(line, file=sys.stderr)  # noqa: T201 - this is the command line's voice


def misuse(error: TyperException) -> BadInput:
    """Turn what the argument parser refuses into one of our errors."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "touchstone"
    return BadInput(error.format_message().rstrip(".") or "a verb is missing", "command line", f"see '{path} --help'")


def speak_utf8() -> None:
    """Write UTF-8 whatever the locale says; a byte that is none is written as its escape, also valid in JSON."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def silence() -> None:
    """Throw away what standard output still holds, which the interpreter would try to write at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def progress_line(step: str, share: float) -> None:
    """Show progress on standard error, over one line where it is a terminal."""
    if sys.stderr.isatty():
        print(f"\r{share:4.0%} {step[:70]:<70}", end="\n" if share >= 1 else "", file=sys.stderr)  # noqa: T201


def count_line(rows: int) -> None:
    """Show on standard error how many rows were read, where it is a terminal."""
    if sys.stderr.isatty():
        print(f"\r{rows:,} rows read", end="", file=sys.stderr)  # noqa: T201


def hint_when_empty(total: int, relax: dict[str, int]) -> None:
    """Say which one filter to drop where nothing is found."""
    gains = sorted(((gain, name) for name, gain in relax.items() if gain), reverse=True)
    if not total and gains:
        typer.echo(f"without the filter {gains[0][1]}: {gains[0][0]:,}")


def read_json(file: Path) -> object:
    """Read a file the user names as JSON."""
    try:
        return json.loads(read_text(file))
    except ValueError as error:
        raise BadInput(f"the file cannot be read: {error}", str(file), "give a JSON file") from error


def read_text(file: Path) -> str:
    """Read a file the user names as UTF-8."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise BadInput(f"the file cannot be read: {error}", str(file), "give a text file in UTF-8") from error


def read_text_or_stdin(file: Path) -> str:
    """Read a file the user names as UTF-8, or standard input where the name is a hyphen."""
    if str(file) != "-":
        return read_text(file)
    try:
        return sys.stdin.read()
    except ValueError as error:
        raise BadInput(f"the text cannot be read: {error}", "standard input", "send text in UTF-8") from error


def read_bytes(file: Path, most: int) -> bytes:
    """Read a file the user names, and one byte more than the most at that, so that it shows."""
    try:
        with file.open("rb") as stream:
            return stream.read(most + 1)
    except OSError as error:
        raise BadInput(f"the file cannot be read: {error.strerror}", str(file), "name a file you can read") from error


def write_file(file: Path, content: bytes) -> None:
    """Write a file the user names."""
    try:
        file.write_bytes(content)
    except OSError as error:
        fix = "name a file in a folder you can write"
        raise BadInput(f"the file cannot be written: {error.strerror}", str(file), fix) from error


def write_lines(file: Path, lines: Iterable[str]) -> str | None:
    """Write a text file the user names line by line, and give the last one."""
    last = None
    try:
        with file.open("w", encoding="utf-8", newline="") as stream:
            for last in lines:
                stream.write(last)
    except OSError as error:
        fix = "name a file in a folder you can write"
        raise BadInput(f"the file cannot be written: {error.strerror}", str(file), fix) from error
    return last


def read_lines(file: Path) -> Iterator[str]:
    """Read a text file the user names line by line; only a line feed ends one."""
    try:
        with file.open(encoding="utf-8", newline="\n") as stream:
            yield from stream
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise BadInput(f"the file cannot be read: {reason}", str(file), "name a text file in UTF-8") from error


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
        text = f"{value:,.0f}" if MANY <= abs(value) < HUGE else f"{value:.4g}"
    elif isinstance(value, list | tuple):
        text = "; ".join(_cell(item, width) for item in value)
    elif isinstance(value, Mapping):
        text = ", ".join(f"{key} {_cell(item, width)}" for key, item in value.items())
    else:
        text = str(value)
    return _line(text, width)


def _line(text: str, width: int) -> str:
    line = _UNSEEN.sub("\ufffd", " ".join(text.split()))
    return line if len(line) <= width else line[: width - 1] + "…"
