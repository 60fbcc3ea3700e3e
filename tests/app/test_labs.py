"""Labs: the list, an example with its planted answer, own files, settings in the address, refusals."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.components.figure import chart_svg
from app.components.lab_charts import TALL, WIDE, _box, _drawn_at, _meet, lab_chart, places
from governance.assessment.assessments import answers, start_assessment
from governance.assessment.evidence import evidence_of
from governance.assessment.framework import load_framework
from governance.assessment.records import System
from governance.assessment.systems import save_system
from governance.research.labs.lab import LabFigure
from governance.research.labs.reading import read_lab_bytes, read_settings, template
from governance.research.labs.registry import LABS, find_lab, run_lab

TRIALS = "\n".join(["method,sparsity,score", *(f"m,0.5,{one}" for one in range(1, 6))])
NOW = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


def words(app):
    return " ".join(str(one.value) for kind in ("markdown", "caption", "info", "error") for one in app.get(kind))


def test_labs_are_listed_with_their_questions(open_at):
    app = open_at("labs")
    assert not app.exception
    assert f"**{len(LABS)} lab" in words(app)


def test_an_example_is_said_to_be_synthetic(open_at):
    app = open_at("labs", lab="best-of-trials", **{"set-trials": "5"})
    assert not app.exception
    said = words(app)
    assert "the best of 5 trials reaches" in said
    assert "SYNTHETIC" in said
    assert app.query_params["set-trials"] in ("5", ["5"])


def test_an_own_file_is_answered_or_refused_with_its_missing_column(open_at):
    app = open_at("labs", lab="best-of-trials", data="file", **{"set-trials": "2"})
    assert "Choose a file" in words(app)
    rows = "\n".join(["method,sparsity,score", *(f"m,0.5,{one}" for one in range(1, 6))])
    upload = app.sidebar.get("file_uploader")[0]
    upload.set_value(("own.csv", rows.encode(), "text/csv")).run()
    assert not app.exception
    assert "reaches 4 with m" in words(app)
    assert "SYNTHETIC" not in words(app)
    app.sidebar.get("file_uploader")[0].set_value(("own.csv", b"method,score\nm,1\n", "text/csv")).run()
    assert not app.exception
    assert "no column 'sparsity'" in words(app).replace("\\", "")


@pytest.mark.parametrize(
    "query",
    [
        {"lab": "luck"},
        {"lab": "best-of-trials", "set-trials": "many"},
        {"lab": "best-of-trials", "set-better": "worse"},
        {"lab": "best-of-trials", "data": "none"},
        {"lab": "best-of-trials", "seed": "-1"},
        {"lab": "best-of-trials", "set-trials": "9999"},
    ],
)
def test_a_bad_address_is_a_message(open_at, query):
    app = open_at("labs", **query)
    assert not app.exception
    assert len(app.error) == 1


def test_a_mixture_has_a_slider_for_each_dataset_and_tells_their_sum(open_at):
    app = open_at("labs", lab="mixture")
    assert [one.label.replace("\\", "") for one in app.slider] == [
        "invented-web-text", "invented-code", "invented-dialogues", "invented-exams"
    ]  # fmt: skip
    assert [one.value for one in app.slider] == [0.7, 0.2, 0.08, 0.02]
    assert "Sum 1.00" in words(app)
    app.slider[1].set_value(0.9).run()
    assert not app.exception
    assert "Sum 1.70" in words(app)
    assert "beyond the shares that were tried" in words(app)
    assert app.query_params["set-shares"] in ("invented-code=0.9", ["invented-code=0.9"])
    app.slider[1].set_value(0.2).run()
    assert "set-shares" not in app.query_params


def test_sliders_are_set_by_the_address(open_at):
    app = open_at("labs", lab="mixture", **{"set-shares": "invented-dialogues=0"})
    assert not app.exception
    assert app.slider[2].value == 0
    assert "noncommercial, by" not in words(app)
    bad = open_at("labs", lab="mixture", **{"set-shares": "invented-dialogues=2"})
    assert not bad.exception
    assert len(bad.error) == 1
    gone = open_at("labs", lab="mixture", **{"set-shares": "nowhere=0.5"})
    assert "no dataset 'nowhere'" in words(gone).replace("\\", "")


def test_a_class_has_a_bias_slider_that_is_no_training(open_at):
    app = open_at("labs", lab="worst-class")
    assert len(app.slider) == 8
    app.slider[7].set_value(1.5).run()
    assert not app.exception
    assert "with your bias the worst class of 'plain' goes from" in words(app)
    assert "not the paper's training" in words(app).replace("\\", "")


@pytest.mark.parametrize(
    ("name", "file", "settings"),
    [
        pytest.param("best-of-trials", TRIALS, {"trials": "2"}, id="compression"),
        pytest.param("trait-steering", template(find_lab("trait-steering")), {}, id="data-choice"),
        pytest.param("document-epsilon", "", {"tokens": "50"}, id="privacy"),
    ],
)
def test_a_result_becomes_evidence_that_an_assessment_cites(open_at, bench, connection, name, file, settings):
    save_system(bench, System(id="acme", name="Acme"), NOW)
    form = load_framework(connection)
    draft = start_assessment(bench, "acme", "social_impact", form, NOW).record.id
    asked = {f"set-{key}": value for key, value in settings.items()}
    app = open_at("labs", lab=name, seed="3", **({"data": "file"} if file else {}), **asked)
    if file:
        app.sidebar.get("file_uploader")[0].set_value(("own.csv", file.encode(), "text/csv")).run()
    app.button(key=f"{name}-0-evidence").click().run()
    app.selectbox(key=f"{name}-0-item").set_value((draft, "B6.1")).run()
    app.button(key=f"{name}-0-keep").click().run()
    assert not app.exception
    (kept,) = evidence_of(bench, "acme")
    assert answers(bench, draft)["B6.1"].record.evidence == (kept.id,)
    lab, frozen, inputs = find_lab(name), kept.figure, kept.figure.inputs
    rows = read_lab_bytes(lab, file.encode(), "own.csv") if file else None
    expected = run_lab(name, rows, settings, seed=3)
    assert frozen.value == expected.numbers[0].value
    assert [one["value"] for one in inputs["numbers"]] == [one.value for one in expected.numbers]
    assert (inputs["seed"], inputs["synthetic"]) == (expected.seed, False)
    assert inputs["sha256"] == (hashlib.sha256(file.encode()).hexdigest() if file else None)
    assert inputs["settings"] == read_settings(lab, settings)
    assert frozen.source == ("own.csv" if file else "settings")


def test_an_example_stays_synthetic_as_evidence(open_at, bench):
    save_system(bench, System(id="acme", name="Acme"), NOW)
    app = open_at("labs", lab="compression-change")
    app.button(key="compression-change-1-evidence").click().run()
    app.button(key="compression-change-1-keep").click().run()
    assert not app.exception
    (kept,) = evidence_of(bench, "acme")
    assert "(SYNTHETIC)" in kept.title
    assert kept.figure.inputs["synthetic"] is True


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.text("abc", min_size=1, max_size=20)), max_size=15))
def test_names_in_a_picture_never_lie_on_each_other(points):
    table = pl.DataFrame(points, schema={"x": pl.Float64, "y": pl.Float64, "name": pl.String}, orient="row")
    shown = LabFigure(title="t", table=table, chart="points", x="x", y="y", alt="a", label="name")
    found = places(shown, table)
    assert len(found) == table.height
    boxes = [
        _box(x, y, name, place)
        for x, y, name, place in zip(
            _drawn_at(table["x"], WIDE, False), _drawn_at(table["y"], TALL, False), table["name"], found, strict=True
        )
        if place
    ]
    assert not any(_meet(one, other) for one, other in combinations(boxes, 2))
    if len(points) == 1:
        assert found == ["above"]


def test_crowded_points_are_drawn_with_the_names_that_have_room():
    table = pl.DataFrame({"x": [0.0, 0.001, 1.0], "y": [0.0, 0.0, 1.0], "name": ["first", "crowded", "far"]})
    shown = LabFigure(title="t", table=table, chart="points", x="x", y="y", alt="a", label="name")
    drawn = chart_svg(lab_chart(shown))
    assert all(name in drawn for name in table["name"]), "one above its point, one below"
    many = pl.concat([table.with_columns(name=pl.col("name") + str(at)) for at in range(6)])
    kept = places(replace(shown, table=many), many)
    assert "" in kept
    assert len(kept) == 18
