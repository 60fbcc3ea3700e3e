"""The facts about legal thresholds, their dates, and the logic that joins their tests."""

from __future__ import annotations

import json
from datetime import date
from operator import and_, or_

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.catalogue.connect import PROJECT
from governance.catalogue.facts import write_facts
from governance.compute.legal_vocabulary import METRICS, PARTS
from governance.compute.thresholds import compute_lines, evaluate, in_force, status_then
from governance.errors import BadInput
from tests.unit.compute.law import FOLDER, instrument, law

FRAMEWORK = PROJECT.parent / "shared" / "data" / "framework" / "compute_thresholds.json"


@pytest.mark.parametrize(
    ("key", "day", "status"),
    [
        pytest.param("us-eo14110-model", "2024-06-01", "in_force", id="order-in-2024"),
        pytest.param("us-eo14110-model", "2025-01-19", "in_force", id="order-last-day"),
        pytest.param("us-eo14110-model", "2025-01-20", "rescinded", id="order-revoked"),
        pytest.param("us-eo14110-model", "2025-02-01", "rescinded", id="order-after"),
        pytest.param("eu-aiact-51-2", "2024-06-12", "not_yet", id="act-before"),
        pytest.param("eu-aiact-51-2", "2025-08-01", "enacted", id="act-adopted"),
        pytest.param("eu-aiact-51-2", "2025-08-02", "in_force", id="act-applies"),
        pytest.param("us-ca-sb53", "2025-12-31", "enacted", id="sb53-signed"),
        pytest.param("us-ca-sb53", "2026-01-01", "in_force", id="sb53-applies"),
        pytest.param("us-ny-raise-2026", "2026-12-31", "enacted", id="raise-signed"),
        pytest.param("us-ny-raise-2026", "2027-01-01", "in_force", id="raise-applies"),
        pytest.param("us-ny-raise-2025", "2026-01-01", "passed", id="raise-first-text"),
        pytest.param("us-ny-raise-2025", "2027-06-01", "superseded", id="raise-replaced"),
        pytest.param("kr-ai-basic-act", "2026-01-21", "enacted", id="korea-before"),
        pytest.param("kr-ai-basic-act", "2026-01-22", "in_force", id="korea-applies"),
        pytest.param("us-ca-sb1047", "2024-09-10", "passed", id="sb1047-on-the-desk"),
        pytest.param("us-ca-sb1047", "2030-01-01", "vetoed", id="sb1047-vetoed"),
        pytest.param("us-bis-ai-diffusion", "2025-05-14", "not_enforced", id="diffusion"),
        pytest.param("us-bis-nprm-2024", "2030-01-01", "proposed", id="proposal"),
        pytest.param("us-fed-gaaia-draft", "2030-01-01", "draft", id="draft"),
        pytest.param("us-il-sb315", "2030-01-01", "passed", id="unsigned"),
        pytest.param("uk-none", "2026-01-01", "none", id="none-found"),
    ],
)
def test_status(key, day, status):
    assert status_then(instrument(key), date.fromisoformat(day)) == status


def test_before_any_law_nothing_is_in_force():
    statuses = {status_then(one, date(2000, 1, 1)) for one in law()[0] if one.status != "none"}
    assert statuses == {"not_yet"}


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)))
def test_what_never_took_effect_is_never_in_force(day):
    for one in law()[0]:
        assert not (one.applies_from is None and in_force(one, day))
        if one.status in ("vetoed", "proposed", "draft", "passed", "superseded", "not_enforced", "none"):
            assert not in_force(one, day)


def test_facts_hold_together():
    instruments, rules = law()
    assert len(instruments) == 23
    for one in instruments:
        assert {test.metric for test in one.tests} <= set(METRICS), one.id
        if one.subject != "none":
            values = {test.id: True for test in one.tests}
            for logic in (one.logic, *one.tiers.values()):
                assert evaluate(logic, values, and_, or_, one.id)
        assert one.counting_rule is None or one.counting_rule in {rule.id for rule in rules}
        assert all(url.startswith("https://") for url in one.urls)
        if one.applies_from and one.applies_until:
            assert one.applies_from < one.applies_until
    assert all([part.part for part in rule.parts] == list(PARTS) for rule in rules)


@pytest.mark.skipif(not FRAMEWORK.is_file(), reason="the framework file is not here")
def test_numbers_are_those_of_the_framework():
    theirs = {one["id"]: one for one in json.loads(FRAMEWORK.read_text())["thresholds"]}
    assert set(theirs) == {one.id for one in law()[0]}
    for one in law()[0]:
        numbers = {test["value"] for test in theirs[one.id]["tests"] if isinstance(test["value"], float)}
        assert {test.value for test in one.tests if test.value is not None} >= numbers, one.id


def test_facts_are_as_write_facts_gives_them(tmp_path):
    lines = {
        name: [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text().splitlines()]
        for name in ("threshold", "threshold_test")
    }
    rules = pl.read_csv(FOLDER / "counting_rule.csv").to_dicts()
    names = write_facts(tmp_path, {**lines, "counting_rule": rules})
    assert [(tmp_path / name).read_bytes() for name in names] == [(FOLDER / name).read_bytes() for name in names]


@pytest.mark.parametrize(
    ("logic", "met"),
    [
        pytest.param("a", True, id="one"),
        pytest.param("a AND b", False, id="and"),
        pytest.param("b OR a", True, id="or"),
        pytest.param("a OR b AND b", True, id="and-binds-closer"),
        pytest.param("(a OR b) AND b", False, id="parentheses"),
        pytest.param("((a))", True, id="nested"),
    ],
)
def test_logic(logic, met):
    assert evaluate(logic, {"a": True, "b": False}, and_, or_) is met


@pytest.mark.parametrize(
    "logic", ["", "a b", "a AND", "AND a", "(a", "a)", "c", "a & b", "()", "NOT a", "a OR (b AND)", "(" * 100_000]
)
def test_bad_logic_is_refused(logic):
    with pytest.raises(BadInput):
        evaluate(logic, {"a": True, "b": False}, and_, or_)


def test_lines_in_force_on_a_day():
    instruments = law()[0]
    drawn = compute_lines(instruments, date(2026, 11, 24))
    assert {line: [one.id for one in each] for line, each in drawn.items()} == {
        1e23: ["eu-gpai-1e23"],
        1e25: ["eu-aiact-51-2"],
        1e26: ["kr-ai-basic-act", "us-ca-sb53"],
    }
    assert list(compute_lines(instruments, date(2024, 6, 1))) == [1e23, 1e26], "the executive order of 2023"
    assert not compute_lines(instruments, date(2020, 1, 1))
