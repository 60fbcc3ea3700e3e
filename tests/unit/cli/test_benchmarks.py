"""The verbs of benchmarks say what the library says, as one JSON document, as CSV, and for people."""

from __future__ import annotations

import csv
import io
import json

import pytest

from governance.evaluation.benchmarks.borda import borda
from governance.evaluation.benchmarks.registry import benchmark_card, load_benchmarks, select_benchmarks
from governance.evaluation.benchmarks.scores import block_of, score_table
from governance.evaluation.benchmarks.selection import BENCHMARK_FACETS, BenchmarkSelection
from governance.evaluation.formats.sets import open_set

QUERY = "type=STS"


@pytest.fixture
def result(catalogue):
    return select_benchmarks(load_benchmarks(catalogue), BenchmarkSelection.from_query(QUERY))


def rows(answer):
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_benchmarks_that_meet_the_filters(touchstone, result):
    answer = touchstone("benchmarks", "--type", "STS", "--facets", "--json").json
    assert (answer["total"], len(answer["rows"])) == (result.total, result.total)
    assert BenchmarkSelection.build(**answer["selection"]).to_query() == QUERY
    assert {facet.field for facet in BENCHMARK_FACETS if facet.kind != "range"} == set(answer["facets"])
    assert [row["id"] for row in rows(touchstone("benchmarks", "--type", "STS", "--csv"))] == [
        row["id"] for row in answer["rows"]
    ]
    assert f"3 of {result.total} shown" in touchstone("benchmarks", "--type", "STS", "--limit", "3").text


def test_one_benchmark(touchstone, catalogue):
    said = touchstone("benchmark", "show", "ToxicChatClassification", "--json").json
    assert said == json.loads(benchmark_card(catalogue, "ToxicChatClassification").model_dump_json())
    assert "noncommercial" in touchstone("benchmark", "show", "ToxicChatClassification").text


def test_gaps(touchstone):
    whole = touchstone("benchmarks", "gaps", "--json").json["overall"]
    assert (whole["not_specified"], whole["empty"], whole["n"]) == (534, 91, 2067)
    by_domain = rows(touchstone("benchmarks", "gaps", "--by", "domain", "--csv"))
    assert by_domain[0]["label"] == "Written"
    assert "All" in touchstone("benchmarks", "gaps", "--language", "swh").text


def test_borda(touchstone, catalogue, result):
    said = touchstone("benchmarks", "borda", "--type", "STS", "--json").json
    block = block_of(score_table(open_set(catalogue, "mteb-results")), result.task_ids)
    assert {name: said[name] for name in ("rows", "tasks", "tau")} == json.loads(
        borda(block).model_dump_json(include={"rows", "tasks", "tau"})
    )
    assert (said["set"], said["licence"]) == ("mteb-results", "CC0-1.0 AND Apache-2.0")
    assert said["ties"]
    ranked = rows(touchstone("benchmarks", "borda", "--type", "STS", "--csv", "--resamples", "0"))
    assert [row["model"] for row in ranked] == [row["model"] for row in said["rows"]]


def test_subset_of_a_file(touchstone, tmp_path):
    file = tmp_path / "own.csv"
    lines = [f"m{model},t{task},acc,{(model * 7 + task * 3) % 11 / 11}" for model in range(9) for task in range(5)]
    file.write_text("\n".join(["model,task,metric,score", *lines]) + "\n")
    answer = touchstone("benchmarks", "subset", str(file), "--splits", "2", "--random", "5", "--json")
    assert (answer.json["models"], answer.json["tasks"], answer.json["held_out"]) == (9, 5, 4)
    assert answer.json["co2e_kg"]["value"] is None
    assert {one["way"] for one in answer.json["smallest"]} == {"drop", "forward", "random"}
    sizes = [row["tasks"] for row in rows(touchstone("benchmarks", "subset", str(file), "--splits", "2", "--csv"))]
    assert sizes == ["1", "2", "3", "4", "5"]
    assert "smallest set" in touchstone("benchmarks", "subset", str(file), "--splits", "2").text


def test_an_export_and_the_same_again(touchstone, tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    formats = ("--format", "csv", "--format", "bibtex")
    made = touchstone("benchmarks", "export", "--language", "swh", *formats, "--out", str(one), "--json").json
    touchstone("benchmarks", "export", "--from", str(one / "manifest.json"), "--out", str(two))
    assert [file["name"] for file in made["files"]] == ["benchmarks.csv", "benchmarks.bib"]
    assert all((one / file.name).read_bytes() == file.read_bytes() for file in two.iterdir())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("benchmarks", "--format", "docx"), "'docx' is not known"),
        (("benchmarks", "--last-year", "soon"), "'soon' is not a range"),
        (("benchmarks", "gaps", "--by", "colour"), "'colour' is not known"),
        (("benchmarks", "borda", "--missing", "zero"), "'zero' is not known"),
        (("benchmarks", "borda", "llmfao"), "it holds battles, not scores"),
        (("benchmarks", "borda", "no-such-set"), "there is no set 'no-such-set'"),
        (("benchmarks", "borda", "toxicity-helm", "--type", "STS"), "0 models and 0 tasks are left of 0 asked"),
        (("benchmarks", "subset", "--target", "2"), "a target of 2"),
        (("benchmark", "show", "AFQM"), "did you mean AFQMC"),
        (("import", "mteb-tasks", "/nowhere"), "the file cannot be read"),
    ],
)
def test_bad_input_is_one_line(touchstone, words, said):
    answer = touchstone(*words)
    assert (answer.code, answer.out) == (2, b"")
    assert said in answer.err
    assert answer.err.count("\n") == 1
