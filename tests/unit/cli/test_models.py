"""The verbs of models: filters, formats, own models, and imports that are never shipped."""

from __future__ import annotations

import csv
import io
import json

import pytest

from governance.compute.model_selection import ModelSelection
from tests.unit.compute.published_tables import write_epoch


def test_models_that_meet_the_filters(touchstone):
    answer = touchstone("models", "--training-flop", "1e26..", "--facets", "--json").json
    assert [row["name"] for row in answer["rows"]] == ["Grok 4", "GPT-4.5", "Grok 3"]
    assert ModelSelection.build(**answer["selection"]).to_query() == "training_flop=1e26.."
    named = touchstone("models", "--training-flop", "1e26..", "--sort=name", "--json").json
    assert [row["name"] for row in named["rows"]] == ["GPT-4.5", "Grok 3", "Grok 4"]
    assert ModelSelection.build(**named["selection"]).to_query() == "training_flop=1e26..&sort=name"
    assert answer["relax"]["training_flop"] > 2000
    assert all(row["flop_low"] <= row["training_flop"] <= row["flop_high"] for row in answer["rows"])


@pytest.mark.parametrize("format", ["csv", "jsonl", "parquet"])
def test_formats(touchstone, format):
    total = touchstone("models", "--country", "KR", "--json").json["total"]
    answer = touchstone("models", "--country", "KR", "--format", format)
    assert answer.code == 0
    if format == "csv":
        assert len(list(csv.DictReader(io.StringIO(answer.text)))) == total > 0
    elif format == "jsonl":
        countries = [json.loads(line)["country"] for line in answer.text.splitlines()]
        assert len(countries) == total == sum("KR" in codes for codes in countries)
    else:
        assert answer.out.startswith(b"PAR1")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("models", "--format", "docx"), "'docx' is not known"),
        (("models", "--training-flop", "lots"), "'lots' is not a range"),
        (("models", "show", "gpt-44"), "there is no model 'gpt-44'"),
        (("models", "above", "0"), "a line of 0"),
        (("models", "remove", "nobody"), "there is no model 'nobody'"),
        (("import", "epoch", "/nowhere"), "the file cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said_on_one_line(touchstone, words, said):
    answer = touchstone(*words)
    assert (answer.code, answer.out) == (2, b"")
    assert said in answer.err
    assert answer.err.count("\n") == 1


def test_own_models_come_and_go(touchstone, tmp_path):
    file = tmp_path / "ours.json"
    file.write_text(json.dumps({"id": "ours", "name": "Ours", "training_flop": 1e25, "confidence": "likely"}))
    assert touchstone("models", "add", str(file), "--json").json["id"] == "ours"
    assert touchstone("models", "--origin", "user", "--json").json["total"] == 1
    assert touchstone("models", "show", "own:ours", "--json").json["model"]["p_above_1e25"] == 0.5
    assert touchstone("models", "remove", "own:ours").code == 0
    assert touchstone("models", "--origin", "user", "--json").json["total"] == 0


def test_checks_and_counts(touchstone):
    assert touchstone("models", "above", "1e25", "--json").json["indeterminate"] == 93
    found = touchstone("models", "checks", "--json").json
    assert (found["cross_check"]["n"], found["one_third"]["n"]) == (66, 61)


def test_an_import_to_a_folder_leaves_the_catalogue_alone(touchstone, tmp_path):
    folder = write_epoch(tmp_path / "raw")
    answer = touchstone("import", "epoch", str(folder), "--out", str(tmp_path / "epoch"), "--json").json
    assert (answer["kept"], answer["catalogue"]) == (1, None)
    assert {file.name for file in (tmp_path / "epoch").iterdir()} >= {"model.jsonl", "import_note.csv"}
