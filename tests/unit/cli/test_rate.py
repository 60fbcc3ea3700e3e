"""The verb rate: the library's rating, of a set or a file, in every format; errors on one line."""

from __future__ import annotations

import csv
import io

import pytest

from governance.evaluation.formats.sets import open_set
from governance.evaluation.ratings.rate import rate

KEYS = {"model", "score", "low", "high", "rank", "rank_low", "rank_high", "n"}


def test_a_set_is_rated_as_the_library_does(touchstone, connection):
    said = touchstone("rate", "llmfao", "--interval", "sandwich", "--cluster", "judge", "--seed", "4", "--json").json
    found = rate(open_set(connection, "llmfao").frame, interval="sandwich", cluster="judge", seed=4)
    assert said["models"] == [row.model_dump() for row in found.models]
    assert set(said["models"][0]) >= KEYS
    assert said["settings"] == found.settings.model_dump()
    assert (said["set"]["licence"], said["n"], said["clusters"]) == ("CC-BY-4.0", 8_931, 124)


def test_formats_and_pairs(touchstone):
    words = ("rate", "llmfao", "--interval", "none", "--category", "knowledge")
    rows = touchstone(*words, "--json").json["models"]
    table = list(csv.DictReader(io.StringIO(touchstone(*words, "--csv").text)))
    assert [row["model"] for row in table] == [row["model"] for row in rows]
    assert float(table[0]["score"]) == rows[0]["score"]
    assert touchstone(*words).text.count("\n") > 10
    pairs = touchstone(*words, "--pairs", "--json").json
    assert {"model_a", "model_b", "n", "share", "expected", "residual"} == set(pairs[0])
    answer = touchstone("rate", "llmfao", "--pair", "GPT 4", "command", "--json").json
    assert answer["above"] > 0.9
    assert answer["settings"]["interval"] == "cluster"
    assert answer["needed"]["votes"] > 0


def test_a_file_with_filters(touchstone, tmp_path):
    file = tmp_path / "own.csv"
    file.write_text("model_a,model_b,outcome,judge,day\nx,y,a,p,2026-01-01\ny,x,a,q,2026-01-02\nx,y,tie,p,2026-01-03\n")
    said = touchstone(
        "rate", str(file), "--judge", "p", "--until", "2026-01-02", "--method", "elo", "--k", "32", "--json"
    )
    assert [(row["model"], row["score"]) for row in said.json["models"]] == [("x", 1016.0), ("y", 984.0)]
    assert "order" in said.json["warnings"][-1]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        pytest.param(("llmfao", "--method", "glicko"), "'glicko' is not a value of method", id="method"),
        pytest.param(("llmfao", "--judge", "nobody"), "no battle has the judge 'nobody'", id="judge"),
        pytest.param(("llmfao", "--since", "yesterday"), "'yesterday' is not a value of since", id="day"),
        pytest.param(("llmfao", "--since", "2026-01-01"), "no battle meets the filters", id="nothing-left"),
        pytest.param(("llmfao", "--method", "elo", "--interval", "sandwich"), "not defined for elo", id="sandwich"),
        pytest.param(("mteb-results",), "it holds scores, not battles", id="scores"),
        pytest.param(("nothing-here",), "there is no set 'nothing-here'", id="unknown"),
        pytest.param(("llmfao", "--pair", "GPT 4", "HAL"), "'HAL' is not among the rated models", id="model"),
    ],
)
def test_errors_are_one_line(touchstone, own_home, words, error):
    answer = touchstone("rate", *words)
    assert (answer.code, answer.out, answer.err.count("\n")) == (2, b"", 1)
    assert error in answer.err
