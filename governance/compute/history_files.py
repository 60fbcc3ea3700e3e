"""Histories as JSON, YAML, a form's few numbers, or a URL: each reads back to the same history."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

import yaml
from pydantic import BaseModel, ValidationError

from governance.compute.history import Circumstances, Edge, History, Run, check_name
from governance.compute.legal_vocabulary import AMOUNTS, FACTS, FORMS, INPUTS, NUMERIC_FORMATS, RUN_KINDS, InputName
from governance.compute.quantities import Quantity, read_quantity
from governance.errors import BadInput

MAX_TEXT = 5_000_000
MAX_QUERY = 4_000
QUICK_RUN = "run"
FIELDS = ("title", "runs", "edges", "final", "circumstances", "shared")
"""What a history in a file may hold."""
_TEXTS = ("title", "kind", "form", "developer", "numeric_format", "data_domain", "modality")
_YAML_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_IN_LINK = {"modality": "run_modality", "data_domain": "run_data_domain"}
"""A run's own words, which a link must tell from the circumstances of the same name."""

Shared = Mapping[str, object]
Model = TypeVar("Model", bound=BaseModel)


def read_history(text: str) -> History:
    """Read a history from JSON or YAML.

    Args:
        text: An object with runs, edges, final and circumstances; a run's numbers stand beside its id, in plain
            words, and "@name" takes a number from the object `shared`, drawn once for all runs that take it.

    Raises:
        BadInput: It is neither, too big, or does not say a whole history.

    >>> history = read_history('{"runs": [{"id": "base", "parameters": "70B", "tokens": "15T"}]}')
    >>> history.final, history.runs[0].inputs["tokens"].mid
    ('base', 15000000000000.0)
    """
    return history_of(parse_text(text))


def parse_text(text: str) -> object:
    """Parse JSON or YAML that people wrote.

    Raises:
        BadInput: It is neither, too big, nested too deeply, or refers to parts of itself.

    >>> parse_text("runs: [{id: base}]")
    {'runs': [{'id': 'base'}]}
    """
    if len(text) > MAX_TEXT:
        raise BadInput("the history is too big", "history", f"give at most {MAX_TEXT // 1_000_000} million characters")
    return _parse(text)


def history_of(data: object) -> History:
    """Read a history from plain data, as JSON has it.

    Raises:
        BadInput: It does not say a whole history.
    """
    given = _object(data, "history")
    _known(given, FIELDS, "history")
    shared = {check_name(name, "shared"): value for name, value in _object(given.get("shared"), "shared").items()}
    runs = tuple(_run(one, place, shared) for place, one in enumerate(_list(given.get("runs"), "runs"), 1))
    edges = tuple(_edge(one, place) for place, one in enumerate(_list(given.get("edges"), "edges"), 1))
    final = given.get("final")
    if final is None and len(runs) == 1:
        final = runs[0].id
    return _make(
        History,
        "history",
        title=_text(given.get("title"), "title"),
        runs=runs,
        edges=edges,
        final=_text(final, "final"),
        circumstances=read_circumstances(_object(given.get("circumstances"), "circumstances")),
    )


def write_history(history: History) -> str:
    """Write a history as JSON that `read_history` reads back to the same."""
    return json.dumps(as_data(history), ensure_ascii=False, indent=2) + "\n"


def as_data(history: History) -> dict[str, Any]:
    """Give a history as plain data, its numbers as they were written."""
    shared = {name: run.inputs[key].text for run in history.runs for key, name in run.shared.items()}
    return _without_empty(
        {
            "title": history.title,
            "shared": shared,
            "runs": [_run_data(run) for run in history.runs],
            "edges": [dict(edge) for edge in history.edges],
            "final": history.final,
            "circumstances": _circumstance_data(history.circumstances),
        }
    )


def quick_history(
    parameters: str | float | Quantity,
    tokens: str | float | Quantity,
    *,
    circumstances: Mapping[str, object] | None = None,
    **further: str | float | Quantity,
) -> History:
    """Make a history of one pre-training run.

    Args:
        parameters: Used for one token.
        tokens: Different tokens in the training data.
        circumstances: Amounts and facts by name, such as revenue.
        further: Other inputs of the run by name: epochs, attention, post_training, synthetic, ...

    Raises:
        BadInput: An input is not known or not a positive number.

    >>> quick_history("70B", "15T", epochs="triangular(1, 1.05, 1.6)").runs[0].method
    'architecture'
    """
    row = {"id": QUICK_RUN, "parameters": parameters, "tokens": tokens, **further}
    return History(
        runs=(_run(row, 1, {}),), final=QUICK_RUN, circumstances=read_circumstances(dict(circumstances or {}))
    )


def to_query(history: History) -> str:
    """Write a history of one run as a URL's query string.

    Raises:
        BadInput: It has more than one run.

    >>> to_query(quick_history("60-200B", "15T"))
    'parameters=60-200B&tokens=15T'
    """
    if len(history.runs) != 1 or history.edges:
        raise BadInput("more than one run does not fit a link", "history", "save the history as a file")
    row = _run_data(history.runs[0])
    if row.pop("id") != QUICK_RUN or history.title:
        raise BadInput("a named run does not fit a link", "history", "save the history as a file")
    pairs = {
        _IN_LINK.get(key, key): str(value).lower() if value is True or value is False else value
        for key, value in row.items()
    }
    pairs |= {
        key: ",".join(value) if isinstance(value, list) else value
        for key, value in _circumstance_data(history.circumstances).items()
    }
    return urlencode(pairs)


def from_query(query: str) -> History:
    """Read a history of one run from a URL's query string.

    Raises:
        BadInput: A name is unknown or repeated, or a number cannot be read.
    """
    if len(query) > MAX_QUERY:
        raise BadInput("the link is too long", "link", f"use at most {MAX_QUERY} characters")
    pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True)
    given = dict(pairs)
    if len(given) < len(pairs):
        raise BadInput("a name is given twice", "link", "give each name once")
    return from_pairs(given)


def from_pairs(pairs: Mapping[str, str]) -> History:
    """Make a history of one run from names and texts, as a form or a link gives them.

    Raises:
        BadInput: A name is unknown, or a number cannot be read.

    >>> from_pairs({"parameters": "70B", "tokens": "15T", "revenue": "600 million"}).runs[0].method
    'architecture'
    """
    given = dict(pairs)
    about: dict[str, object] = {key: given.pop(key) for key in (*AMOUNTS, *FACTS) if key in given}
    given |= {key: given.pop(name) for key, name in _IN_LINK.items() if name in given}
    return History(
        runs=(_run({"id": QUICK_RUN, **given}, 1, {}),), final=QUICK_RUN, circumstances=read_circumstances(about)
    )


def read_circumstances(given: Mapping[str, object]) -> Circumstances:
    """Read amounts and facts by name; an empty or null value is unknown.

    Raises:
        BadInput: A name is unknown, or a value is not one of its words or no number.

    >>> read_circumstances({"revenue": "600 million", "modality": "text"}).facts
    {'modality': ('text',)}
    """
    _known(given, (*AMOUNTS, *FACTS), "circumstances")
    amounts = {
        name: read_quantity(_number(given[name], name), dimension, name)
        for name, dimension in AMOUNTS.items()
        if given.get(name) not in (None, "")
    }
    facts = {
        name: _words(given[name], name, words) for name, words in FACTS.items() if given.get(name) not in (None, "")
    }
    return Circumstances(amounts=amounts, facts=facts)


def _run(given: object, place: int, shared: Shared) -> Run:
    row = _object(given, f"run {place}")
    named = str(row.get("id", place))[:80]
    where = "the run" if named == QUICK_RUN else f"run {named}"
    _known(row, ("id", *_TEXTS, "date", "public_data", *INPUTS), where)
    inputs: dict[InputName, Quantity] = {}
    taken: dict[InputName, str] = {}
    for name, dimension in INPUTS.items():
        value = row.get(name)
        if value in (None, ""):
            continue
        if isinstance(value, str) and value.startswith("@"):
            taken[name] = value[1:]
            if value[1:] not in shared:
                raise BadInput(f"no shared number is called '{value[1:81]}'", f"{where}, {name}", "add it to shared")
            value = shared[value[1:]]
        inputs[name] = read_quantity(_number(value, name), dimension, f"{where}, {name}")
    texts = {name: _text(row[name], f"{where}, {name}") for name in _TEXTS if row.get(name) not in (None, "")}
    for field, words in (("kind", RUN_KINDS), ("form", FORMS), ("numeric_format", NUMERIC_FORMATS)):
        if texts.get(field) not in (None, *words):
            raise BadInput(f"'{texts[field][:80]}' is not a {field}", where, f"use one of {', '.join(words)}")
    return _make(
        Run,
        where,
        id=_text(row.get("id"), f"{where}, id"),
        **texts,
        date=_date(row.get("date"), where),
        public_data=_flag(row.get("public_data"), f"{where}, public_data"),
        inputs=inputs,
        shared=taken,
    )


def _edge(given: object, place: int) -> Edge:
    row = _object(given, f"edge {place}")
    _known(row, tuple(Edge.model_fields), f"edge {place}")
    return _make(Edge, f"edge {place}", **{name: _text(value, f"edge {place}, {name}") for name, value in row.items()})


def _run_data(run: Run) -> dict[str, Any]:
    row: dict[str, Any] = {"id": run.id}
    row |= {name: getattr(run, name) for name in _TEXTS if getattr(run, name) != Run.model_fields[name].default}
    if run.date:
        row["date"] = run.date.isoformat()
    if run.public_data is not None:
        row["public_data"] = run.public_data
    return row | {
        name: f"@{run.shared[name]}" if name in run.shared else run.inputs[name].text
        for name in INPUTS
        if name in run.inputs
    }


def _circumstance_data(circumstances: Circumstances) -> dict[str, Any]:
    amounts = {name: circumstances.amounts[name].text for name in AMOUNTS if name in circumstances.amounts}
    return amounts | {name: list(circumstances.facts[name]) for name in FACTS if name in circumstances.facts}


def _parse(text: str) -> object:
    try:
        if text.lstrip()[:1] in ("{", "["):
            return json.loads(text)
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=_YAML_LOADER)):
            raise BadInput("the YAML refers to other parts of itself", "history", "write each part out")
        return yaml.load(text, Loader=_YAML_LOADER)  # nosec B506 # SafeLoader, in C where there is one
    except RecursionError as error:
        raise BadInput("the text is nested too deeply", "history", "flatten it") from error
    except (ValueError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())[:120]
        raise BadInput(f"the text is neither JSON nor YAML: {reason}", "history", "mend it there") from error


def _object(value: object, where: str) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise BadInput(f"a {type(value).__name__} stands where names and values are meant", where, "write an object")
    return value


def _list(value: object, where: str) -> list[object]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadInput(f"a {type(value).__name__} stands where a list is meant", where, "write a list")
    return value


def _known(given: Mapping[str, object], names: tuple[str, ...], where: str) -> None:
    for name in given:
        if name not in names:
            shown = "".join(one if one.isprintable() else "?" for one in name[:80])
            raise BadInput(f"'{shown}' is not known here", where, f"use {', '.join(names)}")


def _text(value: object, where: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise BadInput(f"a {type(value).__name__} stands where a text is meant", where, "write a text")
    return str(value)


def _number(value: object, where: str) -> str | float | Quantity | Mapping[str, object]:
    if isinstance(value, (str, int, float, Quantity, Mapping)):
        return value
    raise BadInput(f"a {type(value).__name__} stands where a number is meant", where, "write a number such as 70B")


def _words(value: object, where: str, words: tuple[str, ...]) -> tuple[str, ...]:
    if isinstance(value, bool):
        value = "yes" if value else "no"
    said = [str(one).strip() for one in (value if isinstance(value, (list, tuple)) else str(value).split(","))]
    for one in said:
        if one not in words:
            raise BadInput(f"'{one[:80]}' is not an answer", where, f"use one of {', '.join(words)}")
    return tuple(word for word in words if word in said)


def _flag(value: object, where: str) -> bool | None:
    if value in (None, ""):
        return None
    answers = {"true": True, "yes": True, "false": False, "no": False}
    if str(value).lower() not in answers:
        raise BadInput(f"'{str(value)[:80]}' is neither true nor false", where, "write true or false")
    return answers[str(value).lower()]


def _date(value: object, where: str) -> date | None:
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise BadInput(f"'{str(value)[:40]}' is not a date", f"{where}, date", "write it as 2026-01-31") from error


def _make(kind: type[Model], where: str, /, **fields: object) -> Model:
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        place = ", ".join(str(part) for part in first["loc"])
        raise BadInput(f"{place}: {first['msg'][:100].lower()}", where, "mend that field") from error


def _without_empty(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value or name == "runs"}
