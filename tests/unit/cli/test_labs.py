"""Labs on the command line: the list, the example, own files, templates, reports and what is refused."""

from __future__ import annotations

import pytest

from governance.research.labs.registry import LABS

pytestmark = pytest.mark.usefixtures("own_home")
TRIALS = "\n".join(["method,sparsity,score", *(f"m,0.5,{one}" for one in range(1, 6))])


def test_labs_are_listed(touchstone):
    found = touchstone("lab", "list", "--json").json
    assert [one["lab"] for one in found] == list(LABS)
    assert all(one["needs"] or one["reads"] == "settings" for one in found)
    assert "best-of-trials" in touchstone("lab", "list").text


def test_a_lab_answers_from_a_file_or_its_example(touchstone, tmp_path):
    file = tmp_path / "own.csv"
    file.write_text(TRIALS)
    found = touchstone("lab", "best-of-trials", str(file), "--set", "trials=2", "--json").json
    assert (found["numbers"][0]["value"], found["synthetic"], found["source"]) == (4.0, False, "own.csv")
    assert found["settings"] == {"trials": 2, "better": "higher"}
    shown = touchstone("lab", "best-of-trials", "--example").text
    assert "SYNTHETIC data" in shown


@pytest.mark.parametrize(
    ("name", "text", "mapping", "answer"),
    [
        pytest.param(
            "best-of-trials", TRIALS.replace("score", "top1").replace("sparsity", "zeros"),
            ["score=top1", "sparsity=zeros"], "reaches", id="own-table",
        ),
        pytest.param(
            "best-of-trials", "score,note\n1,x\n2,x\n3,x\n4,x\n5,x\n", ["method==m", "sparsity==0.5"], "with m",
            id="for-all-rows",
        ),
        pytest.param(
            "worst-class", "id,run,truth,said\n1,a,x,x\n2,a,x,y\n3,a,y,y\n4,a,y,y\n",
            ["item=id", "label=truth", "prediction=said"], "50.0%", id="predictions",
        ),
    ],
)  # fmt: skip
def test_columns_of_other_names_are_mapped(touchstone, tmp_path, name, text, mapping, answer):
    file = tmp_path / "own.csv"
    file.write_text(text)
    words = [word for one in mapping for word in ("--map", one)]
    assert answer in touchstone("lab", name, str(file), *words).text
    failed = touchstone("lab", name, str(file), *words, "--map", "hue=red")
    assert (failed.code, "'hue' is no column" in failed.err) == (2, True)


def test_a_large_file_is_streamed_with_its_mapping(touchstone, tmp_path, monkeypatch):
    monkeypatch.setattr("governance.research.labs.opening.LARGE", 1)
    file = tmp_path / "own.csv"
    rows = [f"{item},{run},{way},x,{'y' if way == 'int8' and item == 1 else 'x'}"
            for item in range(4) for way in ("none", "int8") for run in (f"{way}1", f"{way}2")]  # fmt: skip
    file.write_text("\n".join(["id,run,way,label,prediction", *rows]))
    found = touchstone(
        "lab", "compression-flips", str(file), "--map", "item=id", "--map", "method=way", "--json"
    ).json  # fmt: skip
    assert found["numbers"][0]["value"] == 25
    assert "no column 'item'" in touchstone("lab", "compression-flips", str(file)).err


def test_a_template_comes_back_in(touchstone, tmp_path):
    file = tmp_path / "template.csv"
    file.write_text(touchstone("lab", "merge-or-mix", "--template").text)
    report = tmp_path / "report.md"
    found = touchstone("lab", "merge-or-mix", str(file), "--report", str(report), "--json").json
    assert found["answer"] in report.read_text()
    assert "template.csv" in report.read_text()


def test_a_lab_reads_the_catalogue_where_it_needs_it(touchstone):
    found = touchstone("lab", "mixture", "--example", "--set", "shares=invented-code=0", "--json").json
    assert "noncommercial" in found["answer"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["luck"], "no lab 'luck'", id="lab"),
        pytest.param(["best-of-trials"], "a file or --example", id="nothing"),
        pytest.param(["best-of-trials", "nowhere.csv"], "no file 'nowhere.csv'", id="file"),
        pytest.param(["best-of-trials", "--example", "--set", "trials"], "no setting", id="pair"),
        pytest.param(["best-of-trials", "--example", "--set", "luck=1"], "no setting 'luck'", id="setting"),
        pytest.param(["best-of-trials", "--example", "--map", "score=top1"], "no file whose columns", id="map"),
        pytest.param(["compression-scores", "llmfao"], "it holds battles, not scores", id="set"),
    ],
)
def test_what_cannot_be_run_is_one_line(touchstone, words, said):
    failed = touchstone("lab", *words)
    assert failed.code == 2
    assert said in failed.err


def test_a_missing_column_is_named(touchstone, tmp_path):
    file = tmp_path / "own.csv"
    file.write_text("item,run,prediction,label\ni1,r1,yes,yes\n")
    assert "no column 'group'" in touchstone("lab", "ensembles", str(file)).err
