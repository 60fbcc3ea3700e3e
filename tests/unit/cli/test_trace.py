"""The verb of the trace says what the library says, in every format, and refuses what it cannot answer."""

from __future__ import annotations

import csv
import io

import pytest

from governance import cli_trace
from governance.research.trace import path_between, trace, what_falls
from governance.research.trace_graph import load_trace

LICENCE = "licence:CC BY-NC 4.0"


@pytest.fixture(scope="module")
def graph(catalogue):
    return load_trace(catalogue)


@pytest.fixture
def quick(graph, monkeypatch):
    """Let the verb use a graph read once."""
    monkeypatch.setattr(cli_trace, "load_trace", lambda *_: graph)


def test_trace_of_a_record(touchstone, catalogue, graph):
    answer = touchstone("trace", "model:gpt-4", "--direction", "up", "--json").json
    expected = trace(catalogue, None, "model", "gpt-4", "up", known=graph).document()
    assert answer == expected


def test_only_some_kinds(touchstone, quick):
    narrowed = touchstone("trace", "model:gpt-4", "--depth", "2", "--kind", "threshold", "--json").json
    assert {row["kind"] for row in narrowed["nodes"]} == {"model", "threshold"}
    assert "rests on" in touchstone("trace", "claim:elo-uncovered/axioms").text


def test_what_falls(touchstone, graph, quick):
    answer = touchstone("trace", LICENCE, "--falls", "--json").json
    assert answer["counts"] == what_falls(graph, "licence", "CC BY-NC 4.0").counts
    assert answer["counts"]["claim"] == len(answer["touched"]["claim"])
    said = touchstone("trace", LICENCE, "--falls").text
    assert all(row["id"] in said for row in answer["touched"]["claim"])  # first, however far they are


def test_the_way_to_another(touchstone, graph, quick):
    answer = touchstone("trace", "claim:aya-dataset/countries", "--to", "paper:aya-dataset", "--json").json
    expected = path_between(graph, ("claim", "aya-dataset/countries"), ("paper", "aya-dataset"))
    assert answer == expected.document()
    assert answer["relation"] == "rests_on"
    assert "relation: rests_on" in touchstone("trace", "claim:aya-dataset/countries", "--to", "paper:aya-dataset").text


def test_formats(touchstone, quick):
    rows = list(csv.DictReader(io.StringIO(touchstone("trace", "paper:elo-uncovered", "--format", "csv").text)))
    assert "paper:elo-uncovered" in {row["parent"] for row in rows}
    assert all(row["source"] for row in rows)
    assert touchstone("trace", "paper:elo-uncovered", "--format", "graphml").text.startswith("<?xml")
    assert "wasDerivedFrom" in touchstone("trace", "paper:elo-uncovered", "--format", "prov").json


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["alpaca"], "KIND:ID"),
        (["planet:x"], "no kind of record"),
        (["dataset:alpca"], "did you mean alpaca"),
        (["dataset:alpaca", "--to", "dataset:nowhere-at-all"], "there is no dataset"),
        (["dataset:alpaca", "--direction", "sideways"], "sideways"),
        (["dataset:alpaca", "--depth", "-2"], "depth"),
        (["dataset:alpaca", "--kind", "planet"], "planet"),
        (["dataset:alpaca", "--format", "xml"], "xml"),
        (["dataset:alpaca", "--falls", "--to", "dataset:alpaca"], "two questions"),
        (["dataset:alpaca", "--falls", "--kind", "claim"], "narrow a trace"),
        (["dataset:alpaca", "--to", "dataset:alpaca", "--depth", "1"], "narrow a trace"),
    ],
)
def test_what_cannot_be_answered(touchstone, quick, asked, said):
    answer = touchstone("trace", *asked)
    assert (answer.code, answer.out) == (2, b"")
    assert said in answer.err
    assert answer.err.count("\n") == 1


def test_help_shows_words_not_pictures(touchstone):
    assert "\N{SQUARED ID}" not in touchstone("trace", "--help").text
