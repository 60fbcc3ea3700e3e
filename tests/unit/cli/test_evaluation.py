"""Evaluation data on the command line: checking, keeping, leaving, and the exit codes."""

from __future__ import annotations

import csv
import io

import pytest

from governance.evaluation.formats.schemas import template

GOOD = "left,right,winner,who\nx,y,left,p1\ny,z,tie,p2\n"
BAD = GOOD + "x,x,left,p1\nx,y,nobody,p2\n"


@pytest.fixture
def file(tmp_path):
    def write(text, name="votes.csv"):
        path = tmp_path / name
        path.write_text(text)
        return str(path)

    return write


def test_validate_says_what_is_good_and_bad(touchstone, file, tmp_path):
    good = touchstone("validate", file(GOOD), "--map", "judge=who", "--json")
    assert (good.code, good.json["ok"], good.json["good"], good.json["layout"]) == (0, True, 2, "evalica")
    out = tmp_path / "good.csv"
    bad = touchstone("validate", file(BAD), "--out", str(out), "--json")
    assert (bad.code, bad.json["bad"]) == (1, 2)
    assert bad.json["reasons"] == {"self_battle": 1, "unknown_outcome": 1}
    assert [row["line"] for row in bad.json["rows"]] == [4, 5]
    assert len(out.read_text().splitlines()) == 3
    shown = touchstone("validate", file(BAD))
    assert (shown.code, shown.err) == (1, "")
    assert "'nobody' is no outcome" in shown.text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("nowhere.csv",), "cannot be read", id="missing"),
        pytest.param(("{sheet}",), "save the sheet as 'CSV UTF-8'", id="spreadsheet"),
        pytest.param(("{good}", "--map", "judge"), "maps nothing", id="no-mapping"),
        pytest.param(("{good}", "--format", "fights"), "fights", id="no-format"),
        pytest.param(("{good}", "--scales", "maybe"), "maybe", id="no-choice"),
        pytest.param(("{good}", "--out", "good.docx"), "docx", id="no-such-ending"),
        pytest.param(("{good}", "--format", "scores"), "nothing is mapped to 'model'", id="other-format"),
    ],
)
def test_what_cannot_be_checked_ends_with_2(touchstone, file, words, said):
    places = {"good": file(GOOD), "sheet": file("PK\x03\x04 xl/workbook", "votes.xlsx")}
    answer = touchstone("validate", *(word.format(**places) for word in words))
    assert (answer.code, answer.out) == (2, b"")
    assert said in answer.err


def test_a_set_from_file_to_withdrawal(touchstone, own_home, file):
    refused = touchstone("sets", "add", file(BAD), "--title", "Panel")
    assert refused.code == 2
    assert "2 of 4 rows are bad" in refused.err
    words = ("--title", "Panel", "--licence", "CC BY 4.0", "--terms", "asked", "--map", "judge=who", "--json")
    added = touchstone("sets", "add", file(BAD), "--keep-good", *words).json
    assert added == {"set": "own-panel", "added": 2, "withdrawn": 0}
    (card,) = (one for one in touchstone("sets", "--json").json if one["origin"] == "user")
    assert (card["id"], card["rows"], card["licence"]) == ("own-panel", 2, "CC-BY-4.0")
    assert touchstone("sets", "list", "--format", "scores", "--json").json[0]["format"] == "scores"
    assert [one["contributor"] for one in touchstone("sets", "contributors", "own-panel", "--json").json] == [
        "p1",
        "p2",
    ]
    told = touchstone("sets", "withdraw", "own-panel", "p1", "--only-show", "--json").json
    assert (told["rows"], told["models_lost"]) == (1, ["x"])
    assert touchstone("sets", "show", "own-panel", "--json").json["filled"]["judge"] == 2
    assert touchstone("sets", "withdraw", "own-panel", "p1", "--json").json == told
    again = touchstone("sets", "add", file(GOOD), "--to", "own-panel", "--map", "judge=who", "--json").json
    assert again == {"set": "own-panel", "added": 1, "withdrawn": 1}
    rows = list(csv.DictReader(io.StringIO(touchstone("sets", "export", "own-panel").text)))
    assert [row["judge"] for row in rows] == ["p2", "p2"]
    assert touchstone("sets", "remove", "own-panel", "--json").json == {"removed": "own-panel"}
    assert touchstone("sets", "show", "own-panel").code == 2


@pytest.mark.parametrize("format", ["battles", "scores", "predictions"])
def test_a_template_is_printed_and_valid(touchstone, file, format):
    printed = touchstone("sets", "template", format)
    assert printed.text == template(format)
    assert touchstone("validate", file(printed.text), "--json").json["format"] == format


def test_an_import_reports_and_writes_facts(touchstone, tmp_path):
    answer = touchstone("import", "alpaca-eval", str(tmp_path), "--out", str(tmp_path / "out"))
    assert answer.code == 2
    assert "pairwise_annotations.parquet" in answer.err
