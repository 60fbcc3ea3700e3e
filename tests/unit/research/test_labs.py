"""What holds for every lab: unique, documented, its template reads, its example answers, a missing column is named."""

from __future__ import annotations

import json

import polars as pl
import pytest

from governance.cli_output import to_plain
from governance.errors import BadInput, NotFound
from governance.evaluation.formats.tables import TABLES
from governance.exports.evaluation_report import report_html, report_markdown
from governance.research.labs.lab import CHARTS, TOPICS, Lab, Setting
from governance.research.labs.reading import of_format, read_lab_bytes, read_settings, template
from governance.research.labs.registry import LABS, find_lab, run_lab
from governance.research.labs.report import lab_card, lab_document, lab_report

READERS = [one for one in LABS.values() if one.source != "settings"]
every = pytest.mark.parametrize("lab", LABS.values(), ids=lambda lab: lab.name)
every_reader = pytest.mark.parametrize("lab", READERS, ids=lambda lab: lab.name)


@every
def test_a_lab_says_what_it_is(lab, catalogue):
    assert lab.question.endswith("?")
    assert lab.planted.endswith(".")
    assert lab.topic in TOPICS
    papers = {row[0] for row in catalogue.execute("SELECT id FROM paper").fetchall()}
    claims = {row[0] for row in catalogue.execute("SELECT id FROM claim").fetchall()}
    assert set(lab.papers) <= papers
    assert lab.papers
    assert set(lab.claims) <= claims
    names = [one.name for one in lab.settings]
    assert len(set(names)) == len(names)
    assert all(one.help and (one.kind != "choice" or one.default in one.choices) for one in lab.settings)
    assert read_settings(lab, {}) == {one.name: one.default for one in lab.settings}
    if lab.source == "table":
        assert set(lab.needs) <= {one.name for one in lab.columns}
    json.dumps(lab_card(lab))


@every
def test_an_example_answers_with_everything_a_figure_must_carry(lab, catalogue):
    found = run_lab(lab.name, connection=catalogue)
    assert found.answer.endswith(".")
    assert "nan" not in found.answer.lower().split()
    assert found.synthetic == (lab.source != "settings")
    assert found.figures
    assert found.numbers
    assert found.method
    assert found.counted or found.n is None
    assert found.limits
    assert {one.claim for one in found.numbers if one.claim} <= set(lab.claims)
    for shown in found.figures:
        assert shown.chart in CHARTS
        assert shown.alt
        wanted = (shown.x, shown.y, shown.series, shown.low, shown.high, shown.value, shown.label)
        assert {one for one in wanted if one} <= set(shown.table.columns)
        assert shown.table.height
        assert shown.chart != "heat" or shown.value
    again = run_lab(lab.name, connection=catalogue)
    assert again.answer == found.answer
    assert again.numbers == found.numbers


@every
def test_a_report_says_that_an_example_is_synthetic(lab, catalogue):
    found = run_lab(lab.name, connection=catalogue)
    settings = read_settings(lab, {})
    made = lab_report(lab, found, settings, source="x", version="1")
    assert ("SYNTHETIC" in report_markdown(made)) == found.synthetic
    assert lab.question in report_html(made)
    document = json.dumps(to_plain(lab_document(lab, found, settings)), allow_nan=False)
    assert '"synthetic": true' in document or lab.source == "settings"


@every_reader
def test_a_template_reads_and_has_what_is_needed(lab):
    text = template(lab)
    frame = read_lab_bytes(lab, text.encode(), "template.csv")
    assert frame.height
    for name in lab.needs:
        assert name in text.splitlines()[0].split(",")


@pytest.mark.parametrize(
    ("lab", "name"), [(lab, name) for lab in READERS for name in lab.needs], ids=lambda one: getattr(one, "name", one)
)
def test_a_missing_column_is_named(lab, name):
    frame = of_format(lab, lab.example(0))
    with pytest.raises(BadInput, match=f"no column '{name}'"):
        run_lab(lab.name, frame.drop(name))
    with pytest.raises(BadInput, match=f"no column '{name}'"):
        run_lab(lab.name, frame.with_columns(pl.lit(None).alias(name)))
    text = frame.drop(name).head(30).write_csv()
    with pytest.raises(BadInput) as refused:
        read_lab_bytes(lab, text.encode(), "own.csv")
    assert name in str(refused.value)


def test_a_lab_is_found_by_name_only():
    with pytest.raises(NotFound, match="no lab 'luck'"):
        find_lab("luck")


@pytest.mark.parametrize(
    ("given", "word"),
    [
        pytest.param({"luck": 1}, "no setting 'luck'", id="unknown"),
        pytest.param({"trials": "many"}, "no number", id="text"),
        pytest.param({"trials": 0}, "out of range", id="low"),
        pytest.param({"trials": "nan"}, "out of range", id="nan"),
        pytest.param({"trials": "inf"}, "out of range", id="infinite"),
        pytest.param({"trials": 1.5}, "no whole number", id="half"),
        pytest.param({"better": "worse"}, "cannot be used", id="choice"),
        pytest.param({"trials": 9999}, "no method had", id="too-many"),
    ],
)
def test_settings_are_checked(given, word):
    with pytest.raises(BadInput, match=word):
        run_lab("best-of-trials", settings=given)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        pytest.param("method,sparsity,score\n", "no row", id="no-rows"),
        pytest.param("method,sparsity,score\nm,half,1\n", "'half' in 'sparsity' is no number", id="text"),
        pytest.param("method,sparsity,score\nm,,1\n", "'sparsity' is empty", id="empty"),
        pytest.param("method,sparsity,score\nm,0.5,inf\n", "no number", id="infinite"),
        pytest.param("method,sparsity,score\nm,50,1\n", "not from 0 to 1", id="percent"),
        pytest.param("method;sparsity;score\nm;0,5;1\n", "no number", id="decimal-comma"),
        pytest.param("\x80\x04pickle", "pickle|read|UTF", id="binary"),
    ],
)
def test_bad_tables_are_refused_with_their_place(text, word):
    lab = find_lab("best-of-trials")
    with pytest.raises(BadInput, match=word):
        run_lab(lab.name, read_lab_bytes(lab, text.encode("latin-1"), "own.csv"))


def test_headers_are_met_in_any_case_and_other_columns_left_out():
    lab = find_lab("best-of-trials")
    frame = read_lab_bytes(lab, b"Method,Sparsity,SCORE,notes\nm,0.5,1\n".replace(b",1\n", b",1,x\n"), "own.csv")
    assert frame.columns == ["method", "sparsity", "trial", "score"]
    assert frame.row(0) == ("m", 0.5, None, 1.0)


def test_an_example_is_filled_up_to_its_format():
    lab = find_lab("ensembles")
    assert of_format(lab, lab.example(0)).schema == pl.Schema(TABLES["predictions"])


def test_a_lab_of_settings_reads_no_file():
    lab = Lab("x", "X", "Serving", "Why?", "settings", lambda *_: None, lambda _: pl.DataFrame(), "It.", ("command-a",),
              settings=(Setting("a", "A", "number", None, "a"),))  # fmt: skip
    with pytest.raises(BadInput, match="reads no file"):
        read_lab_bytes(lab, b"a,b\n1,2\n", "own.csv")
    assert template(lab) == ""
    assert read_settings(lab, {"a": ""}) == {"a": None}
