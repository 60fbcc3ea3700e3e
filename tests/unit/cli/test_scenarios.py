"""The verbs of compute thresholds: keys scripts rely on, memos, saved scenarios and own rules."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime

import pytest

from governance.compute.estimate_inputs import INPUTS, read_estimate_input
from governance.compute.estimates import estimate
from governance.compute.history_files import read_history
from governance.compute.scenario import assess_scenario
from tests.unit.compute.law import law

HISTORY = {"title": "Ours", "runs": [{"id": "base", "parameters": "60-200B", "tokens": "8-25T"}]}
EU = "eu-aiact-51-2"


@pytest.fixture
def history(tmp_path):
    file = tmp_path / "ours.json"
    file.write_text(json.dumps(HISTORY))
    return str(file)


@pytest.fixture
def rule(tmp_path):
    part = {"part": "own_training", "counts": False, "paragraph": "", "reason": "", "evidence": "recalled"}
    file = tmp_path / "rule.json"
    file.write_text(json.dumps({"id": "mine", "title": "Mine", "basis": "cumulative", "parts": [part]}))
    return str(file)


def test_estimate(touchstone):
    said = touchstone("compute", "estimate", "--parameters", "70e9", "--tokens", "15e12", "--json").json
    assert list(said)[:5] == ["flop", "low", "high", "method", "formula"]
    assert said["flop"] == said["low"] == said["high"] == 6 * 70e9 * 15e12
    assert (said["method"], said["cross_check"]) == ("architecture", None)


def test_estimate_in_both_ways(touchstone):
    words = "--parameters 60-200B --tokens 15T --chips 16384 --hours 1000 --utilisation 0.4 --draws 500 --seed 3"
    said = touchstone("compute", "estimate", *words.split(), "--chip", "H100 SXM5", "--json").json
    inputs = {"parameters": "60-200B", "tokens": "15T", "chips": "16384", "hours": "1000", "utilisation": "0.4"}
    expected = estimate(read_estimate_input({**inputs, "peak": "989.4 TFLOP/s"}), seed=3, draws=500)
    assert said["flop"] == expected.flop
    assert said["cross_check"]["ratio"] == pytest.approx(expected.cross_check.ratio)
    shown = touchstone("compute", "estimate", *words.split(), "--chip", "H100 SXM5")
    assert "chips and time" in shown.text
    assert "model and tokens" in shown.text


def test_every_input_of_an_estimate_is_an_option(touchstone):
    text = touchstone("compute", "estimate", "--help").text
    assert all(f"--{name.replace('_', '-')} " in text for name in INPUTS)


def test_scenario_is_that_of_the_library(touchstone, history):
    said = touchstone(
        "compute", "scenario", history, "--as-of", "2025-08-02", "--draws", "2000", "--seed", "7", "--json"
    ).json
    expected = assess_scenario(read_history(json.dumps(HISTORY)), *law(), date(2025, 8, 2), 2000, 7).model_dump(
        mode="json"
    )
    assert {name: said[name] for name in expected} == expected
    needed = {"id", "status", "in_force", "verdict", "probability", "total", "counted", "not_counted"}
    assert all(needed <= set(one) for one in said["instruments"])
    assert (said["what_ifs"], said["memo"]) == (None, None)


def test_without_a_day_the_law_of_today_is_asked(touchstone, history):
    before = datetime.now(UTC).date().isoformat()
    said = touchstone("compute", "scenario", history, "--draws", "100", "--json").json["as_of"]
    assert before <= said <= datetime.now(UTC).date().isoformat()


def test_a_history_on_standard_input_and_in_yaml(touchstone, history, monkeypatch):
    words = ("compute", "scenario", "--as-of", "2026-08-02", "--draws", "500", "--json")
    monkeypatch.setattr("sys.stdin", io.StringIO("title: Ours\nruns: [{id: base, parameters: 60-200B, tokens: 8-25T}]"))
    assert touchstone(*words, "-").json == touchstone(*words, history).json


def test_tables_for_people_are_short(touchstone, history):
    answer = touchstone("compute", "scenario", history, "--draws", "2000", "--what-if", "split", "--what-if", "merging")
    assert (answer.code, answer.err) == (0, "")
    assert EU in answer.text
    assert "3 models merged" in answer.text
    assert len(answer.text.splitlines()) < 40


@pytest.mark.parametrize(("ending", "start"), [("md", b"# Ours"), ("html", b"<!DOCTYPE html>"), ("pdf", b"%PDF-1.7")])
def test_memo(touchstone, history, tmp_path, ending, start):
    file = tmp_path / f"memo.{ending}"
    words = ("--draws", "500", "--what-if", "split", "--memo", str(file), "--json")
    said = touchstone("compute", "scenario", history, *words).json
    assert said["memo"] == str(file)
    assert {row["what_if"] for row in said["what_ifs"]["rows"]} == {"split"}
    assert file.read_bytes().startswith(start)


def test_thresholds(touchstone):
    said = touchstone("compute", "thresholds", "--as-of", "2025-08-02", "--jurisdiction", "EU", "--json").json
    assert said["as_of"] == "2025-08-02"
    (act,) = [one for one in said["instruments"] if one["id"] == EU]
    assert (act["status_then"], act["applies_from"], act["tests"][0]["value"]) == ("in_force", "2025-08-02", 1e25)
    assert act["evidence"]["value"] == "verified"
    assert {one["jurisdiction"] for one in said["instruments"]} == {"EU"}
    early = touchstone("compute", "thresholds", "--as-of", "2025-08-01", "--json").json["instruments"]
    assert next(one for one in early if one["id"] == EU)["status_then"] == "enacted"


def test_what_ifs(touchstone, history):
    said = touchstone("compute", "what-ifs", history, "--only", "merging", "--draws", "500", "--json").json
    assert {(row["what_if"], row["after"]["variant"]) for row in said["rows"]} == {("merging", "3 models merged")}
    shown = touchstone("compute", "what-ifs", history, "--draws", "500")
    assert "not judged: revenue" in shown.text


def test_own_rules_come_judge_and_go(touchstone, history, rule, own_home):
    def total(*words):
        answer = touchstone("compute", "scenario", history, "--draws", "500", "--json", *words).json
        (found,) = [one for one in answer["instruments"] if one["id"] == EU]
        return found["counting_rule"], found["total"]

    assert total("--rule", rule) == ("mine", None)
    assert touchstone("compute", "rules", "save", rule, "--json").json["id"] == "mine"
    assert total("--rule", "mine") == ("mine", None)
    assert total("--rule", "sb53")[0] == "sb53"
    assert touchstone("compute", "rules", "show", "mine", "--revision", "1", "--json").json["title"] == "Mine"
    assert touchstone("compute", "rules", "--json").json[-1]["id"] == "mine"
    assert touchstone("compute", "rules", "delete", "mine").code == 0
    assert touchstone("compute", "scenario", history, "--rule", "mine").code == 2


def test_saved_scenarios_come_change_and_go(touchstone, history, rule, own_home):
    save = ("scenarios", "save", history, "--title", "Our model", "--as-of", "2026-08-02", "--draws", "500", "--json")
    assert touchstone(*save).json["revision"] == 1
    changed = touchstone(*save, "--id", "our-model", "--rule", rule, "--note", "by our rule").json
    assert (changed["id"], changed["revision"], changed["rule"]["id"]) == ("our-model", 2, "mine")
    assert [one["revision"] for one in touchstone("scenarios", "versions", "our-model", "--json").json] == [1, 2]
    first = touchstone("scenarios", "show", "our-model", "--revision", "1", "--json").json
    assert (first["rule"], first["note"]) == (None, "")
    assert [one["revision"] for one in touchstone("scenarios", "--json").json] == [2]
    judged = [
        {one["id"]: one for one in touchstone("scenarios", "assess", "our-model", *words, "--json").json["instruments"]}
        for words in (("--revision", "1"), ())
    ]
    assert [one[EU]["counting_rule"] for one in judged] == ["eu_cumulative", "mine"]
    for words in (("scenarios",), ("scenarios", "show", "our-model"), ("scenarios", "assess", "our-model")):
        assert "2026-08-02" in touchstone(*words).text
    assert touchstone("scenarios", "delete", "our-model").code == 0
    assert touchstone("scenarios", "--json").json == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("estimate",), "nothing to estimate from"),
        (("estimate", "--parameters", "many", "--tokens", "1T"), "many"),
        (("estimate", "--architecture", "liquid"), "'liquid' is not an architecture"),
        (("estimate", "--chip", "H100", "--peak", "1e15"), "chip and peak"),
        (("estimate", "--chip", "no such chip"), "there is no chip"),
        (("estimate", "--format", "bf17"), "'bf17' is not known"),
        (("scenario", "/no/such/file"), "the file cannot be read"),
        (("scenario", "HISTORY", "--as-of", "soon"), "'soon' is not a date"),
        (("scenario", "HISTORY", "--draws", "0"), "draws"),
        (("scenario", "HISTORY", "--seed", "-1"), "seed"),
        (("scenario", "HISTORY", "--what-if", "magic"), "'magic' is not a what-if"),
        (("scenario", "HISTORY", "--rule", "no-such"), "there is no counting rule"),
        (("scenario", "HISTORY", "--rule", "HISTORY"), "the rule does not fit"),
        (("scenario", "HISTORY", "--memo", "memo.odt"), "'odt' is not known"),
        (("scenario", "HISTORY", "--draws", "50", "--memo", "/no/such/folder/memo.md"), "cannot be written"),
        (("thresholds", "--jurisdiction", "Atlantis"), "Atlantis"),
        (("what-ifs", "HISTORY", "--only", "revenue"), "the revenue is not known"),
        (("rules", "show", "no-such"), "there is no counting rule"),
        (("rules", "delete", "no-such"), "there is no counting_rule"),
        (("rules", "save", "HISTORY"), "the rule does not fit"),
    ],
)
def test_what_cannot_be_done_is_said_on_one_line(touchstone, history, words, said):
    answer = touchstone("compute", *(history if word == "HISTORY" else word for word in words))
    assert (answer.code, answer.out) == (2, b"")
    assert said in answer.err
    assert answer.err.count("\n") == 1


@pytest.mark.parametrize("verb", ["show", "versions", "delete", "assess"])
def test_a_scenario_that_is_not_there(touchstone, verb):
    answer = touchstone("scenarios", verb, "no-such")
    assert (answer.code, answer.out) == (2, b"")
    assert "there is no scenario 'no-such'" in answer.err
