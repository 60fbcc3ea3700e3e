"""The evidence review and the crosswalk on the command line."""

from __future__ import annotations

import csv
import io
import json

import pytest

pytestmark = pytest.mark.usefixtures("own_home")
STUDY = {
    "title": "A study of ours", "threat_model": "TM1", "steps": ["produce"], "method": "uplift_rct", "n": 12,
    "comparator": "internet_only", "finding": "It made no difference.", "direction": "no_detectable_increase",
    "published": "2026-11",
}  # fmt: skip


@pytest.fixture
def given(tmp_path):
    def write(fields):
        file = tmp_path / "fields.json"
        file.write_text(json.dumps(fields))
        return str(file)

    return write


def test_studies_come_change_and_go(touchstone, given):
    shipped = touchstone("review", "studies", "--json").json
    assert len(shipped) >= 5
    made = touchstone("review", "study", "add", given(STUDY), "--json").json
    assert (made["id"], made["revision"]) == ("a-study-of-ours", 1)
    assert touchstone("review", "studies", "--json").json[0]["id"] == made["id"], "newest first"
    changed = touchstone("review", "study", "edit", made["id"], given({"n": 40}), "--json").json
    assert (changed["revision"], changed["study"]["n"], changed["study"]["finding"]) == (2, 40, STUDY["finding"])
    shown = touchstone("review", "study", "show", made["id"], "--revision", "1", "--json").json
    assert shown["study"]["n"] == 12
    assert shown["quality"]["judged"] == 2
    assert [one["revision"] for one in touchstone("review", "study", "versions", made["id"], "--json").json] == [1, 2]
    assert touchstone("review", "study", "delete", made["id"]).code == 0
    assert touchstone("review", "studies", "--json").json == shipped


def test_map_contradictions_and_criteria(touchstone, given):
    before = touchstone("review", "map", "--json").json
    assert before["empty"] == sum(cell["n"] == 0 for cell in before["cells"])
    touchstone("review", "study", "add", given({**STUDY, "direction": "increase"}))
    after = touchstone("review", "map", "--json").json
    assert (after["n"], after["directions"]["increase"]) == (before["n"] + 1, before["directions"]["increase"] + 1)
    pairs = touchstone("review", "contradictions", "--json").json
    assert pairs[0]["newer"] == "a-study-of-ours"
    assert "Internet only" in touchstone("review", "map").text
    assert len(touchstone("review", "criteria", "--json").json) == 8
    assert touchstone("review", "criteria", "a-study-of-ours", "--least-n", "12", "--json").json["met"] == 2


def test_whoever_is_named_is_at_work(touchstone, given, monkeypatch):
    monkeypatch.setenv("TOUCHSTONE_USER", "Ana")
    for name, role in (("Ana", "admin"), ("Bo", "contributor"), ("Vi", "viewer")):
        assert touchstone("people", "add", "--email", name, "--role", role).code == 0
    made = touchstone("review", "study", "add", given(STUDY), "--as", "Bo", "--json").json["id"]
    assert touchstone("review", "study", "show", made, "--as", "Vi").code == 0
    for words, fields in (
        (("review", "study", "add"), STUDY),
        (("review", "study", "edit", made), {"n": 3}),
        (("review", "study", "delete", made), None),
        (("review", "case", "add"), {"title": "App", "task": "Publish an app"}),
        (("crosswalk", "edit", "R1", "NIST", "GOVERN-1", "--basis", "both ask"), None),
    ):
        answer = touchstone(*words, *([given(fields)] if fields else []), "--as", "Vi")
        assert (answer.code, "viewer" in answer.err) == (2, True), (words, answer.err)


def test_studies_as_csv(touchstone, given, tmp_path):
    touchstone("review", "study", "add", given({**STUDY, "title": "=1+1"}))
    out = tmp_path / "studies.csv"
    assert touchstone("review", "studies", "--threat-model", "TM1", "--format", "csv", "--out", str(out)).code == 0
    rows = list(csv.DictReader(io.StringIO(out.read_text())))
    assert rows[0]["title"] == "'=1+1"
    assert {row["threat_model"] for row in rows} == {"TM1"}
    lines = touchstone("review", "studies", "--format", "jsonl").text.splitlines()
    assert json.loads(lines[0])["title"] == "=1+1"


def test_cases_come_change_and_go(touchstone, given):
    fields = {"title": "App", "task": "Publish an app", "n": 1, "reached": 1, "interventions": 1, "avoidable": 1}
    made = touchstone("review", "case", "add", given(fields), "--json").json
    shown = touchstone("review", "case", "show", made["id"], "--json").json
    assert shown["runs"]["low"] == pytest.approx(0.025)
    assert shown["runs"]["missing"] == ["budget", "logs", "outcome"]
    touchstone("review", "case", "edit", made["id"], given({"outcome": "It went well."}))
    (kept,) = touchstone("review", "case", "--json").json
    assert (kept["case"]["outcome"], kept["revision"]) == ("It went well.", 2)
    assert "Publish an app" in touchstone("review", "case").text
    assert touchstone("review", "case", "delete", made["id"]).code == 0
    assert touchstone("review", "case", "--json").json == []


def test_crosswalk_both_ways(touchstone):
    said = touchstone("crosswalk", "list", "--json").json
    assert {one["id"]: one["n"] for one in said["frameworks"]} == {
        "NIST": 19, "GAI": 12, "CoP": 18, "ISO": 38, "MIT": 24,
    }  # fmt: skip
    assert said["mapped_nowhere"] == []
    gaps = touchstone("crosswalk", "gaps", "nist", "--json").json
    assert [one["id"] for one in gaps["not_reached"]] == ["GOVERN-1", "GOVERN-4", "MAP-2", "MANAGE-3"]
    assert "MEASURE-2" in touchstone("crosswalk", "show", "NIST").text


def test_mappings_are_edited_taken_away_and_reset(touchstone):
    pair = ("R1", "NIST", "GOVERN-1")
    made = touchstone("crosswalk", "edit", *pair, "--basis", "both ask", "--json").json
    assert (made["origin"], made["relation"], made["revision"]) == ("own", "related", 1)
    assert made["by"]
    changed = touchstone("crosswalk", "edit", *pair, "--basis", "narrower", "--relation", "subset", "--json").json
    assert (changed["relation"], changed["revision"]) == ("subset", 2)
    assert len(touchstone("crosswalk", "gaps", "NIST", "--json").json["not_reached"]) == 3
    gone = touchstone("crosswalk", "remove", *pair, "--basis", "on second thoughts", "--json").json
    assert (gone["removed"], gone["relation"], gone["revision"]) == (True, "subset", 3)
    assert len(touchstone("crosswalk", "gaps", "NIST", "--json").json["not_reached"]) == 4
    rows = list(csv.DictReader(io.StringIO(touchstone("crosswalk", "export", "--framework", "NIST").text)))
    (mine,) = [row for row in rows if (row["item"], row["target"]) == ("R1", "GOVERN-1")]
    assert (mine["removed"], mine["basis"]) == ("true", "on second thoughts")
    assert touchstone("crosswalk", "reset", *pair).code == 0
    assert len(touchstone("crosswalk", "export", "--json").json) == 155


@pytest.mark.parametrize(
    ("words", "fields", "said"),
    [
        pytest.param("review study add FILE", {**STUDY, "finding": "ACGT" * 9}, "a nucleotide sequence", id="content"),
        pytest.param("review study add FILE", {**STUDY, "attachment": "x.pdf"}, "takes no files", id="file"),
        pytest.param("review study add FILE", {}, "title", id="nothing"),
        pytest.param("review study add FILE", [], "no object", id="list"),
        pytest.param("review study add /no/such", {}, "cannot be read", id="no-file"),
        pytest.param("review study edit hong-2026 FILE", {"n": 1}, "a shipped study is not changed", id="shipped"),
        pytest.param("review study edit nope FILE", {"n": 1}, "there is no study", id="unknown"),
        pytest.param("review study show nope", {}, "there is no study", id="show"),
        pytest.param("review study delete hong-2026", {}, "there is no study", id="delete-shipped"),
        pytest.param("review map --threat-model TM3", {}, "'TM3' is not known", id="threat-model"),
        pytest.param("review studies --format docx", {}, "'docx' is not known", id="format"),
        pytest.param("review case show nope", {}, "there is no case", id="case"),
        pytest.param("crosswalk show SOC2", {}, "there is no framework", id="framework"),
        pytest.param("crosswalk edit B1 NIST X-1 --basis x", {}, "there is no 'X-1'", id="target"),
        pytest.param("crosswalk edit B9 NIST MAP-1 --basis x", {}, "there is no item", id="item"),
        pytest.param("crosswalk remove R1 NIST GOVERN-1 --basis x", {}, "no such mapping", id="remove"),
        pytest.param("crosswalk reset R1 NIST GOVERN-1", {}, "there is no mapping", id="reset"),
        pytest.param("crosswalk gaps NIST --assessment nope", {}, "there is no assessment", id="assessment"),
    ],
)
def test_what_cannot_be_done_is_said_on_one_line(touchstone, given, words, fields, said):
    answer = touchstone(*(given(fields) if word == "FILE" else word for word in words.split()))
    assert (answer.code, answer.out) == (2, b"")
    assert said in answer.err
    assert answer.err.count("\n") == 1
