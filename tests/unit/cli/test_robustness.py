"""The verbs of robustness and selection: the library's figures, CSV, and errors on one line."""

from __future__ import annotations

import csv
import io

import pytest

ELO = ("--k", "16", "--permutations", "20")


def test_robustness(touchstone):
    answer = touchstone("robustness", "llmfao", *ELO, "--against", "llmfao-gpt4", "--json").json
    assert (answer["cycles"]["order"]["cyclic"], answer["cycles"]["order"]["triads"]) == (510, 5249)
    assert answer["orders"]["spreads"][0]["mean_sd"] == pytest.approx(21.4, abs=2)
    assert answer["against"]["largest_move"] == 45
    assert answer["without_prompt"]["rows"][0]["group"] == "k8s"
    assert answer["not_testable"] == {"length": "no lengths are known"}
    assert answer["set"]["licence"] == "CC-BY-4.0"


def test_rows_as_csv_and_words(touchstone, tmp_path):
    file = tmp_path / "star.csv"
    file.write_text("model_a,model_b,outcome,prompt\nx,y,a,p\nx,z,b,q\nx,w,tie,q\n")
    rows = list(csv.DictReader(io.StringIO(touchstone("robustness", str(file), *ELO, "--csv", "models").text)))
    assert {row["model"] for row in rows} == {"w", "x", "y", "z"}
    told = touchstone("robustness", str(file), *ELO).text
    assert "not testable: cycles, no three models all met each other" in told
    assert touchstone("robustness", str(file), *ELO, "--csv", "against").code == 2


def test_best_of(touchstone):
    found = touchstone("selection", "best-of", "--error", "1", "--json").json
    assert found["bias"] == pytest.approx(1.998, abs=5e-4)
    assert found["published"].startswith("27: ")
    values = [word for value in "12345" for word in ("--value", value)]
    assert touchstone("selection", "best-of", "--variants", "2", *values, "--json").json["expected"] == 4.0
    from_set = touchstone("selection", "best-of", "--set", "llmfao", "--json").json
    assert 10 < from_set["error"] < 40
    skills = ("--error", "1", "--skill", "0", "--skill", "9", "--runs", "100")
    assert touchstone("selection", "best-of", *skills, "--json").json["best_wins"] == 1.0


def test_shares_retire_access(touchstone, tmp_path):
    assert touchstone("selection", "shares", "llmfao", "--json").json["gini"] == pytest.approx(0.373, abs=5e-4)
    table = tmp_path / "models.csv"
    table.write_text("model,provider,openness\nGPT 4,OpenAI,closed\n")
    own = touchstone("selection", "shares", "llmfao", "--by", "provider", "--models", str(table), "--json").json
    assert own["unknown"] == pytest.approx(1 - 158 / 8931 / 2)
    gone = touchstone("selection", "retire", "llmfao", "--model", "Weaver 12k", "--removals", "20", "--json").json
    assert gone["effect"]["votes"] == 8931 - 2762
    gain = touchstone(
        "selection", "access", "--old", ".2", "--new", ".4", "--shares", "0", ".5", "--at", ".9", "--json"
    )
    assert (gain.json["gain"], gain.json["line"][0]["win_rate"]) == (1.0, None)
    assert "quoted from the abstract" in gain.json["published"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("robustness", "nothing-here"), "nothing-here", id="no such set"),
        pytest.param(("robustness", "mteb-results"), "scores, not battles", id="scores"),
        pytest.param(("robustness", "llmfao", "--permutations", "1"), "cannot be tried", id="one order"),
        pytest.param(("robustness", "llmfao", "--csv", "all"), "--csv", id="no such table"),
        pytest.param(("selection", "best-of"), "no error is given", id="no error"),
        pytest.param(("selection", "shares", "llmfao", "--by", "day"), "--by", id="no such grouping"),
        pytest.param(("selection", "retire", "llmfao"), "either models go", id="nothing goes"),
        pytest.param(("selection", "retire", "llmfao", "--after", "2026-01-01"), "no battle states its day", id="days"),
        pytest.param(("selection", "access", "--old", "0", "--new", ".4"), "between 0 and 1", id="from nothing"),
    ],
)
def test_mistakes_are_told_on_one_line(touchstone, words, said):
    answer = touchstone(*words)
    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert said in answer.err
