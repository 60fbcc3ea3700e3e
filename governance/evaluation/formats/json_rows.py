"""Rows from JSON: a list of objects, an object a line, or the document of a harness."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import polars as pl

from governance.errors import BadInput
from governance.evaluation.formats.raw import KINDS, MAX_COLUMNS, BadRow, RawTable, check_names, tidy


def read_json_list(text: str, where: str) -> RawTable:
    """Read a list of objects, one a row.

    Raises:
        BadInput: It is no JSON, or empty.
    """
    items = _parse(text, where)
    if not isinstance(items, list) or not items:
        raise BadInput("the list is empty", where, "give a list of objects, one a row")
    return _of_objects(enumerate(items, 1), where, "a JSON list")


def read_json_lines(text: str, where: str) -> RawTable:
    """Read an object a line; one object over several lines, or alone, is a document.

    Raises:
        BadInput: It is no JSON.
    """
    first, _, rest = text.lstrip().partition("\n")
    try:
        json.loads(first)
    except ValueError:
        return _document(text, where)
    if not rest[:10_000].strip():
        return _document(text, where)

    def items() -> Iterable[tuple[int, object]]:
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                try:
                    yield number, json.loads(line, parse_constant=str)
                except (ValueError, RecursionError) as error:
                    yield number, BadRow(number, "", "not_json", f"the line is not JSON: {str(error)[:80]}")

    return _of_objects(items(), where, "JSON lines")


def _document(text: str, where: str) -> RawTable:
    found = _parse(text, where)
    return RawTable(pl.DataFrame(), "a JSON document", where, documents=(found,))


def _parse(text: str, where: str) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return json.loads(text, parse_constant=str)
    except RecursionError as error:
        raise BadInput("the JSON is nested too deeply", where, "flatten it") from error
    except ValueError as error:
        raise BadInput(f"the file is not JSON: {str(error)[:120]}", where, f"give {KINDS}") from error


def _of_objects(items: Iterable[tuple[int, object]], where: str, kind: str) -> RawTable:
    names: dict[str, None] = {}
    last: tuple[str, ...] = ()
    rows: list[tuple[object, ...]] = []
    places: list[int] = []
    bad: list[BadRow] = []
    documents: list[dict[str, Any]] = []
    for place, item in items:
        if isinstance(item, BadRow):
            bad.append(item)
        elif not isinstance(item, dict):
            bad.append(BadRow(place, "", "no_object", f"it holds a {type(item).__name__}, not an object"))
        elif "evaluation_results" in item or isinstance(item.get("scores"), dict):
            documents.append(item)
        else:
            keys = tuple(item)
            if keys != last:
                names.update(dict.fromkeys(keys))
                if len(names) > MAX_COLUMNS:
                    raise BadInput(f"more than {MAX_COLUMNS} names", f"{where}, {place}", "leave some out")
                last = tuple(names)
            rows.append(tuple(item.values()) if keys == last else tuple(map(item.get, last)))
            places.append(place)
    width = len(names)
    padded = [row if len(row) == width else (*row, *(None,) * (width - len(row))) for row in rows]
    check_names([name.strip() for name in names], where)
    columns = {name.strip(): column for name, column in zip(names, zip(*padded, strict=True), strict=False)}
    nested = tuple(name for name, cells in columns.items() if not {dict, list}.isdisjoint(map(type, cells)))
    plain = [
        pl.Series(name, cells if {str, type(None)}.issuperset(map(type, cells)) else [*map(_text, cells)], pl.String)
        for name, cells in columns.items()
        if name not in nested
    ]
    return RawTable(
        tidy(pl.DataFrame(plain)), kind, where, tuple(bad), nested, tuple(documents),
        lambda wanted: [places[row] for row in wanted],
    )  # fmt: skip


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    return None if isinstance(value, dict | list) else repr(value)
