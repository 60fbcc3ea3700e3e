"""Triggers beside training compute: the user's own figures of users and revenue, and the set that is compared."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from governance.compute.backtest import Metric, Trigger
from governance.errors import BadInput

FILE = "table of users and revenue"
COLUMNS = ("model", "date", "users", "revenue_usd")
NUMBERS = {"users": "users", "revenue_usd": "revenue"}
"""Columns of the file, and what `alternative_triggers` calls them."""
MAX_BYTES = 2_000_000
MAX_ROWS = 20_000
MAX_NAME = 200
Row = Mapping[str | None, str | list[str] | None]
SCHEMA = {"model": pl.String, "date": pl.Date, "users": pl.Float64, "revenue": pl.Float64}


def read_trigger_facts(text: str) -> pl.DataFrame:
    r"""Read a table of users and revenue by model and day from CSV.

    Args:
        text: With a first line that names model, date and users or revenue_usd or both; commas between fields. An
            empty number is unknown. Days as 2024-05-01, numbers plain, revenue in USD a year.

    Returns:
        As `alternative_triggers` takes it: model, date, users, revenue.

    Raises:
        BadInput: Names the row, counted from the header as row 1, and the column that cannot be read.

    >>> read_trigger_facts("model,date,users,revenue_usd\nA,2024-05-01,2e6,\n").row(0)
    ('A', datetime.date(2024, 5, 1), 2000000.0, None)
    """
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise BadInput("the file is too big", FILE, f"up to {MAX_BYTES // 1_000_000} MB are read")
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True, skipinitialspace=True)
    rows: list[dict[str, object]] = []
    seen: dict[tuple[str, date], int] = {}
    try:
        reader.fieldnames = _header(reader.fieldnames or [])
        for number, raw in enumerate(reader, start=2):
            if number > MAX_ROWS + 1:
                raise BadInput(f"more than {MAX_ROWS:,} rows", FILE, f"give at most {MAX_ROWS:,}")
            model, day = _read_key(raw, number)
            key = (model, day)
            if key in seen:
                raise BadInput(
                    f"the same model and date as row {seen[key]}", _place(number, "model"), "keep one of the two"
                )
            seen[key] = number
            rows.append({"model": model, "date": day, **_read_numbers(raw, number)})
    except csv.Error as error:
        raise BadInput(f"the file is not CSV: {error}", f"{FILE}, line {reader.line_num}", "mend its quotes") from error
    if not rows:
        raise BadInput("there is no row below the first line", FILE, f"give rows of {', '.join(COLUMNS)}")
    return pl.DataFrame(rows, schema=SCHEMA)


def usual_triggers(
    threshold_flop: float, capability: float, users: float | None = None, revenue: float | None = None
) -> tuple[Trigger, ...]:
    """Give the triggers to compare: each alone, and compute joined with each other one by any and by all.

    Args:
        threshold_flop: FLOP.
        capability: Value of the index that must be exceeded.
        users: Number of users; ``None`` leaves it out.
        revenue: USD a year; ``None`` leaves it out.

    >>> [trigger.words for trigger in usual_triggers(1e25, 120)][2]
    'training_flop > 1e+25 or capability > 120'
    """
    others: dict[Metric, float] = {"capability": capability}
    if users is not None:
        others["users"] = users
    if revenue is not None:
        others["revenue"] = revenue
    compute: Mapping[Metric, float] = {"training_flop": threshold_flop}
    found = [Trigger(tests=compute), *(Trigger(tests={name: value}) for name, value in others.items())]
    for name, value in others.items():
        joint: Mapping[Metric, float] = {**compute, name: value}
        found += [Trigger(tests=joint, logic="any"), Trigger(tests=joint, logic="all")]
    return tuple(found)


def strangers(facts: pl.DataFrame, frame: pl.DataFrame) -> tuple[str, ...]:
    r"""Name the models of a user's table that the index does not have under that name; they change nothing.

    Args:
        facts: As `read_trigger_facts` gives it.
        frame: With model, as `capability` gives it.

    >>> strangers(read_trigger_facts("model,date,users\nA,2024-05-01,1"), pl.DataFrame({"model": ["B"]}))
    ('A',)
    """
    known = set(frame["model"])
    return tuple(name for name in facts["model"].unique(maintain_order=True) if name not in known)


def _header(names: Sequence[str]) -> list[str]:
    given = [name.strip() for name in names]
    for name in ("model", "date"):
        if name not in given:
            raise BadInput(f"there is no column '{name}'", f"{FILE}, row 1", f"name {', '.join(COLUMNS)}")
    if not set(NUMBERS) & set(given):
        raise BadInput("there is neither a column 'users' nor 'revenue_usd'", f"{FILE}, row 1", "give one of them")
    strange = [name for name in given if name not in COLUMNS]
    if strange:
        raise BadInput(f"the column '{strange[0]:.40}' is not known", f"{FILE}, row 1", f"use {', '.join(COLUMNS)}")
    if len(set(given)) < len(given):
        raise BadInput("a column is there twice", f"{FILE}, row 1", "keep one of the two")
    return given


def _read_key(raw: Row, number: int) -> tuple[str, date]:
    if None in raw:
        raise BadInput("there are more fields than columns", f"{FILE}, row {number}", "put text with commas in quotes")
    model, day = (_cell(raw, name) for name in ("model", "date"))
    if not model or len(model) > MAX_NAME:
        what = "there is no name" if not model else f"a name of {len(model):,} characters"
        raise BadInput(what, _place(number, "model"), "write the model as the index does")
    try:
        return model, date.fromisoformat(day)
    except ValueError as error:
        raise BadInput(f"'{day:.40}' is not a date", _place(number, "date"), "write 2024-05-01") from error


def _read_numbers(raw: Row, number: int) -> dict[str, float | None]:
    return {kept: _number(_cell(raw, name), number, name) for name, kept in NUMBERS.items()}


def _cell(raw: Row, name: str) -> str:
    value = raw.get(name)
    return value.strip() if isinstance(value, str) else ""


def _number(text: str, row: int, column: str) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= 0):
        raise BadInput(
            f"'{text:.40}' is not a number from 0 up", _place(row, column), "write 2500000 or 2.5e6, or leave it empty"
        )
    return value


def _place(row: int, column: str) -> str:
    return f"{FILE}, row {row}, column {column}"
