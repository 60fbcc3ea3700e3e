"""The worked example: a published model assessed as far as public facts go; loaded and taken away at one click."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import duckdb
from pydantic import BaseModel

from governance.assessment.assessments import assessments, save_answer, save_risk_answer, start_assessment
from governance.assessment.evidence import add_link, add_record, evidence_of, read_about
from governance.assessment.framework import load_framework
from governance.assessment.records import Answer, RiskAnswer, System, read_record
from governance.assessment.systems import delete_system, get_system, save_system
from governance.catalogue.connect import PROJECT
from governance.errors import Conflict, NotFound, TouchstoneError
from governance.records.store import Workbench

EXAMPLE_ID = "example-aya-101"
FILE = PROJECT / "data" / "example" / "aya-101.json"
_COLLECTION = "SELECT id FROM dataset WHERE snapshot = 'current' AND collection_id = ? ORDER BY id"


class LoadedExample(BaseModel, frozen=True):
    """The worked example in the workbench.

    Args:
        system: Its system.
        social_impact: Its social-impact evaluation.
        risk: Its risk assessment.
        evidence: Pieces of evidence.
        new: Whether this call loaded it; ``False``: it was there.
    """

    system: str
    social_impact: str
    risk: str
    evidence: int
    new: bool


def load_example(workbench: Workbench, connection: duckdb.DuckDBPyConnection, now: datetime) -> LoadedExample:
    """Load the worked example: a system, a social-impact evaluation and a risk assessment in draft, with evidence.

    Args:
        workbench: The workbench.
        connection: An open catalogue; its records are linked as evidence.
        now: When, UTC.

    Raises:
        Conflict: A system of that id is there and is no example.
        NotAllowed: The role does not allow it.
        NotFound: The catalogue lacks a record of it.
    """
    if example_loaded(workbench):
        return _found(workbench, new=False)
    parts = json.loads(FILE.read_text(encoding="utf-8"))
    datasets = [name for one in parts["collections"] for (name,) in connection.execute(_COLLECTION, [one]).fetchall()]
    system = {**parts["system"], "datasets": datasets, "example": True}
    save_system(workbench, read_record(System, system, "example"), now)
    try:
        _fill(workbench, connection, parts, now)
    except TouchstoneError:
        delete_system(workbench, EXAMPLE_ID, now)
        raise
    return _found(workbench, new=True)


def remove_example(workbench: Workbench, now: datetime) -> None:
    """Take the worked example away, whatever its state; the trail keeps that it was there.

    Raises:
        NotAllowed: The role does not allow it.
        NotFound: It is not loaded.
    """
    workbench.require("write", f"system {EXAMPLE_ID}")
    if not example_loaded(workbench):
        raise NotFound("the example is not loaded", f"system {EXAMPLE_ID}", "load it first")
    delete_system(workbench, EXAMPLE_ID, now)


def example_loaded(workbench: Workbench) -> bool:
    """Tell whether the worked example is in the workbench.

    Raises:
        Conflict: A system of that id is there and is no example.
    """
    try:
        found = get_system(workbench, EXAMPLE_ID)
    except NotFound:
        return False
    if not found.record.example:
        raise Conflict("a system of your own has its id", f"system {EXAMPLE_ID}", "use another id for yours")
    return True


def _fill(workbench: Workbench, connection: duckdb.DuckDBPyConnection, parts: dict[str, Any], now: datetime) -> None:
    framework = load_framework(connection)
    keys = dict(_evidence(workbench, connection, parts["evidence"], now))
    social = start_assessment(workbench, EXAMPLE_ID, "social_impact", framework, now).record.id
    for one in _cited(parts["answers"], keys):
        save_answer(workbench, social, read_record(Answer, one, f"example, {one['item']}"), framework, now)
    risk = start_assessment(workbench, EXAMPLE_ID, "risk", framework, now).record.id
    for one in _cited(parts["risk"], keys):
        save_risk_answer(workbench, risk, read_record(RiskAnswer, one, f"example, {one['item']}"), framework, now)


def _evidence(
    workbench: Workbench, connection: duckdb.DuckDBPyConnection, pieces: list[dict[str, Any]], now: datetime
) -> Iterator[tuple[str, str]]:
    for one in pieces:
        about = read_about(**{name: value for name, value in one.items() if name not in ("key", "url", "record")})
        if "url" in one:
            kept = add_link(workbench, EXAMPLE_ID, one["url"], about, now)
        else:
            kind, record_id = one["record"]
            kept = add_record(workbench, connection, EXAMPLE_ID, (kind, record_id), about, now)
        yield one["key"], kept.id


def _cited(answers: list[dict[str, Any]], keys: dict[str, str]) -> Iterator[dict[str, Any]]:
    for one in answers:
        yield {**one, "evidence": [keys[key] for key in one.get("evidence", [])]}


def _found(workbench: Workbench, *, new: bool) -> LoadedExample:
    by_form = {one.record.form: one.record.id for one in assessments(workbench, EXAMPLE_ID)}
    return LoadedExample(
        system=EXAMPLE_ID,
        social_impact=by_form.get("social_impact", ""),
        risk=by_form.get("risk", ""),
        evidence=len(evidence_of(workbench, EXAMPLE_ID)),
        new=new,
    )
