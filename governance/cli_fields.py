"""Who is at work on the command line, and records given as files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import accumulate
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from governance.assessment.records import Held, Record
from governance.cli_output import read_text_or_stdin
from governance.errors import BadInput
from governance.records.accounts import who_says
from governance.records.store import Workbench, open_workbench

LONGEST_FILE = 1_000_000
DEEPEST = 50
"""Levels of brackets; the time that YAML takes to read grows with their square."""
FileOption = Annotated[Path | None, typer.Option("--file", help="Fields as JSON or YAML; - reads standard input.")]
AsOption = Annotated[
    str | None, typer.Option("--as", help="Who is at work; by default TOUCHSTONE_USER, else your account.")
]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why, in your words.")]


def at_work(name: str | None) -> Workbench:
    """Open the workbench for the person who says who they are.

    Args:
        name: As they call themselves; ``None``: the one of this machine.
    """
    workbench = open_workbench()
    return workbench if name is None else workbench.acting(who_says(workbench, name))


def read_fields(file: Path) -> dict[str, Any]:
    """Read a record's fields from JSON or YAML; one document, nothing in it is run.

    Raises:
        BadInput: It cannot be read, is too big, or holds no fields.
    """
    text = read_text_or_stdin(file)
    where = "standard input" if str(file) == "-" else str(file)
    if len(text) > LONGEST_FILE:
        raise BadInput(f"the text has {len(text):,} characters", where, f"give at most {LONGEST_FILE:,}")
    if _depth(text) > DEEPEST:
        raise BadInput(f"the text nests deeper than {DEEPEST} levels", where, "give a record's fields")
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
            raise BadInput("the text holds references", where, "write each value out")
        data = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())[:200]
        raise BadInput(f"the text cannot be read: {reason}", where, "give JSON or YAML") from error
    if not isinstance(data, Mapping):
        raise BadInput("the text holds no fields", where, "give an object, e.g. {status: found}")
    return {str(name): value for name, value in data.items()}


def _depth(text: str) -> int:
    """Give the deepest nesting of brackets, also of those that stand in texts."""
    steps = ((sign in "[{") - (sign in "]}") for sign in text)
    return max(accumulate(steps), default=0)


def given(file: Path | None, **options: object) -> dict[str, Any]:
    """Put together the fields of a file and of options; an option that was given wins."""
    fields = {} if file is None else read_fields(file)
    return {**fields, **{name: value for name, value in options.items() if value not in (None, [])}}


def read_day(value: str | None, where: str) -> date | None:
    """Read a day written like 2026-08-02.

    Raises:
        BadInput: It is none.
    """
    try:
        return None if value is None else date.fromisoformat(value)
    except ValueError as error:
        raise BadInput(f"'{value:.40}' is no day", where, "write it like 2026-08-02") from error


def told(one: Held[Record]) -> dict[str, Any]:
    """Give a record with its id, revision, times and writers as one object."""
    about = one.model_dump(mode="json", exclude={"record", "document", "parent"})
    return {"id": one.document, **one.record.model_dump(mode="json", exclude={"id"}), **about}
