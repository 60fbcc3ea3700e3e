"""`touchstone risk`: an assessment written from files, judged, varied and reopened, over one home."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from governance.assessment.records import System
from governance.assessment.risk_rule import DEFAULT_RULE
from governance.assessment.systems import save_system
from governance.records.store import open_workbench
from tests.unit.cli.conftest import Touchstone

ID = "acme-chat-risk-1"


@pytest.fixture
def run(touchstone: Touchstone, catalogue_home, tmp_path, monkeypatch):
    """Give the command line over a home of its own with one system and a draft."""
    for file in catalogue_home.glob("catalogue*"):
        (tmp_path / file.name).symlink_to(file.resolve())
    monkeypatch.setenv("TOUCHSTONE_HOME", str(tmp_path))
    with open_workbench() as workbench:
        system = System(id="acme-chat", name="Acme Chat", models=("llama-3-1-405b",))
        save_system(workbench, system, datetime(2026, 1, 2, tzinfo=UTC))
    assert touchstone("risk", "start", "acme-chat", "--json").json["record"]["id"] == ID
    return touchstone


@pytest.fixture
def write(run, tmp_path):
    """Give a function that answers a section from a file."""

    def answer(section, *more, **values):
        file = tmp_path / "values.json"
        file.write_text(json.dumps(values))
        return run("risk", "answer", ID, section, str(file), *more)

    return answer


def test_a_whole_round(run, write):
    assert write("r2", severity="serious", likelihood="unlikely", hazards=["cyber"]).code == 0
    saved = write("R4", "--json", risk_tier="low", decision="deploy", guardrails="filters, tested").json
    assert saved["revision"] == 1
    verdict = run("risk", "judge", ID, "--json").json["verdict"]
    assert (verdict["stand"], verdict["assessed"], verdict["tier"]) == ("admitted", False, "low")
    assert "nobody but its authors has signed it" in verdict["reasons"]
    then = run("risk", "judge", ID, "--set", "R2.likelihood=likely", "--json").json["verdict"]
    assert (then["stand"], then["tier"]) == ("not_admitted", "controlled_with_mitigation")
    assert run("risk", "judge", ID, "--set", "rule.credit=0", "--json").json["verdict"]["stand"] == "not_admitted"
    table = run("risk", "vary", ID, "--only", "R2.likelihood", "--json").json
    assert {row["then"]: row["flips"] for row in table["rows"]} == {
        "rare": False, "possible": False, "likely": True, "almost certain": True,
    }  # fmt: skip
    assert [row["then"] for row in table["tipping"]] == ["likely"]
    assert run("risk", "judge", ID, "--strict").code == 1
    noted = run("risk", "trigger", ID, "incident", "--note", "a report", "--happened", "2026-01-03", "--json").json
    assert noted["record"]["trigger"] == "incident"
    shown = run("risk", "show", ID, "--json").json
    assert shown["notes"][0]["document"] == f"{ID}-trigger-1"
    assert shown["reopening"]["stale"] is False
    for words in (["show", ID], ["judge", ID], ["vary", ID], ["compute", ID], ["form"], ["rule"]):
        assert run("risk", *words).code == 0


def test_compute_is_context(run):
    found = run("risk", "compute", ID, "--on", "2026-03-01", "--json").json
    assert found["models"][0]["flop"] == 3.8e25
    assert "neither the tier nor the verdict" in found["note"]


def test_rules_are_kept(run, tmp_path):
    file = tmp_path / "rule.json"
    file.write_text(DEFAULT_RULE.model_copy(update={"id": "ours", "scrutiny": "needed"}).model_dump_json())
    assert run("risk", "rule", "save", str(file), "--json").json == {"saved": "ours", "oddities": []}
    assert [one["id"] for one in run("risk", "rule", "--json").json] == ["default", "ours"]
    assert run("risk", "rule", "show", "ours@1", "--json").json["scrutiny"] == "needed"
    assert run("risk", "judge", ID, "--rule", "ours", "--json").json["rule"]["id"] == "ours"
    assert run("risk", "rule", "delete", "ours", "--json").json == {"deleted": "ours"}
    assert run("risk", "rule", "show", "ours").code == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["start", "nobody"], "no system 'nobody'"),
        (["start", "acme-chat"], "is draft"),
        (["start", "acme-chat", "--review-by", "soon"], "'soon' is no day"),
        (["show", "nobody-risk-1"], "no assessment"),
        (["judge", ID, "--set", "rule.margin"], "sets nothing"),
        (["judge", ID, "--set", "rule.margin=9"], "rule.margin"),
        (["judge", ID, "--rule", "ours"], "no risk_rule"),
        (["vary", ID, "--only", "R4.guardrails"], "is not varied"),
        (["trigger", ID, "accident"], "no kind of event"),
        (["trigger", ID, "incident", "--note", "x" * 20_001], "20,001 characters"),
        (["answer", ID, "R2", "nowhere.json"], "cannot be read"),
    ],
    ids=lambda value: "-".join(value)[:40] if isinstance(value, list) else "",
)
def test_bad_input_is_one_line(run, words, said):
    found = run("risk", *words)
    assert found.code == 2
    assert said in found.err.replace("there is no document of kind", "no")
    assert found.err.count("\n") == 1


@pytest.mark.parametrize("text", ["[]", "{", "[" * 3_000, '"x"', "a: *b"])
def test_file_that_is_no_object(run, tmp_path, text):
    file = tmp_path / "values.json"
    file.write_text(text)
    assert run("risk", "answer", ID, "R2", str(file)).code == 2


def test_value_that_does_not_fit_is_named(write):
    found = write("R2", severity="awful")
    assert (found.code, "section R2, field severity" in found.err) == (2, True)
