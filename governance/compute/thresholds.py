"""Legal compute thresholds: what each tests, and whether it holds on a day."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TypeVar

import duckdb
from pydantic import BaseModel

from governance.compute.legal_vocabulary import Evidence, Op, Status, StatusThen, Subject
from governance.errors import BadInput

Value = TypeVar("Value")
Combine = Callable[[Value, Value], Value]

_TOKEN = re.compile(r"\(|\)|[A-Za-z_][A-Za-z0-9_]*")
_STRENGTH = {"(": 0, "OR": 1, "AND": 2}


class Test(BaseModel, frozen=True):
    """One comparison.

    Args:
        id: The word in the instrument's logic.
        metric: What is measured: an amount, a fact, or something worked out from the history.
        value: The number it is held against; ``None`` where none was set.
        words: For facts: the answers that pass.
        unit: Of the value, as the text has it.
        evidence: Whether the text was read, read about or recalled.
    """

    __test__ = False

    id: str
    metric: str
    op: Op
    value: float | None
    words: tuple[str, ...]
    unit: str
    evidence: Evidence
    note: str | None = None


class Instrument(BaseModel, frozen=True):
    """A law, order, guideline, bill or draft that names a compute threshold; `None` dates never came.

    Args:
        status: As known today; `status_then` gives that of another day.
        applies_from: First day on which duties can bind; ``None``: it never took effect.
        applies_until: First day it no longer holds.
        binding: False for guidance.
        logic: Its tests joined by AND and OR.
        tiers: Further logics by name, such as that of large developers.
        counting_rule: Id of the rule by which its compute is summed.
        evidence: Field to how well it is known.
    """

    id: str
    jurisdiction: str
    instrument: str
    citation: str
    subject: Subject
    status: Status
    status_note: str | None
    binding: bool
    issued: date | None
    applies_from: date | None
    applies_until: date | None
    fines_from: date | None
    logic: str
    tiers: dict[str, str]
    counting_rule: str | None
    scope: str
    who: str
    duty: str
    due: str
    evidence: dict[str, Evidence]
    notes: str | None
    urls: tuple[str, ...]
    tests: tuple[Test, ...]


def load_instruments(connection: duckdb.DuckDBPyConnection) -> tuple[Instrument, ...]:
    """Read the instruments of an open catalogue, by jurisdiction and id."""
    fields = [name for name in Instrument.model_fields if name != "tests"]
    columns = ", ".join(fields)
    rows = connection.execute(f"SELECT {columns} FROM threshold ORDER BY jurisdiction, id").fetchall()  # noqa: S608
    tests = _load_tests(connection)
    found = []
    for row in rows:
        one = dict(zip(fields, row, strict=True))
        one["tiers"] = json.loads(one["tiers"] or "{}")
        one["evidence"] = json.loads(one["evidence"])
        one["urls"] = tuple(one["urls"] or ())
        found.append(Instrument(**one, tests=tests.get(one["id"], ())))
    return tuple(found)


def status_then(instrument: Instrument, as_of: date) -> StatusThen:
    """Tell the status on a day, past or future, as far as it is known today.

    Args:
        instrument: With its dates.
        as_of: The day.

    Returns:
        `not_yet` before the text existed; `in_force` while duties can bind.
    """
    if instrument.subject == "none" and instrument.status == "none":
        return "none"
    if instrument.issued and as_of < instrument.issued:
        return "not_yet"
    if instrument.applies_until and as_of >= instrument.applies_until:
        return instrument.status
    if instrument.applies_from:
        return "in_force" if as_of >= instrument.applies_from else "enacted"
    if instrument.status in ("vetoed", "superseded"):
        return "passed"
    return "enacted" if instrument.status in ("not_enforced", "rescinded") else instrument.status


def in_force(instrument: Instrument, as_of: date) -> bool:
    """Tell whether duties can bind on a day; a proposal, draft or vetoed text never does."""
    return status_then(instrument, as_of) == "in_force"


def compute_lines(instruments: Sequence[Instrument], as_of: date) -> dict[float, tuple[Instrument, ...]]:
    """Give the lines of training compute that an instrument in force draws on a day, the lowest first.

    Returns:
        By line, FLOP, the instruments that test training compute against it.
    """
    drawn: dict[float, list[Instrument]] = {}
    for one in instruments:
        if in_force(one, as_of):
            for value in {test.value for test in one.tests if test.metric == "training_compute" and test.value}:
                drawn.setdefault(value, []).append(one)
    return {line: tuple(drawn[line]) for line in sorted(drawn)}


def evaluate(
    logic: str, values: Mapping[str, Value], both: Combine[Value], either: Combine[Value], where: str = "logic"
) -> Value:
    """Work out a logic of AND, OR and parentheses over the values of its tests; AND binds closer.

    Args:
        logic: Such as ``compute AND (cost OR revenue)``.
        values: Test id to its value, of any kind the two functions join.
        both: AND of two values.
        either: OR of two values.
        where: What the logic is of, for a refusal.

    Raises:
        BadInput: The logic cannot be read or names an unknown test.

    >>> from operator import and_, or_
    >>> evaluate("a AND (b OR c)", {"a": True, "b": False, "c": True}, and_, or_)
    True
    """
    words = _TOKEN.findall(logic)
    if "".join(words) != re.sub(r"\s", "", logic):
        raise BadInput("the logic holds a sign that is not known", where, "use ids, AND, OR and parentheses")
    joins: dict[str, Combine[Value]] = {"AND": both, "OR": either}
    results: list[Value] = []
    waiting: list[str] = []

    def settle(least: int) -> None:
        while waiting and _STRENGTH[waiting[-1]] >= least:
            right, left = results.pop(), results.pop()
            results.append(joins[waiting.pop()](left, right))

    wants_value = True
    for word in words:
        if (word in values or word == "(") != wants_value:
            raise BadInput(f"'{word}' is not expected here", where, f"use {', '.join(values)}, AND, OR, ( and )")
        if word == "(":
            waiting.append(word)
        elif word == ")":
            settle(1)
            if not waiting:
                raise BadInput("a parenthesis closes nothing", where, "mend the parentheses")
            waiting.pop()
        elif word in joins:
            settle(_STRENGTH[word])
            waiting.append(word)
            wants_value = True
        else:
            results.append(values[word])
            wants_value = False
    if not wants_value:
        settle(1)
    if wants_value or waiting:
        raise BadInput("the logic ends too early", where, "close each parenthesis and end with a test")
    return results[0]


def _load_tests(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[Test, ...]]:
    rows = connection.execute(
        "SELECT threshold_id, id, metric, op, value, words, unit, evidence, note FROM threshold_test ORDER BY ALL"
    ).fetchall()
    found: dict[str, tuple[Test, ...]] = {}
    for of, key, metric, op, value, words, unit, evidence, note in rows:
        one = Test(
            id=key,
            metric=metric,
            op=op,
            value=value,
            words=tuple(words or ()),
            unit=unit,
            evidence=evidence,
            note=note,
        )
        found[of] = (*found.get(of, ()), one)
    return found
