"""The Benchmarks page and card: figures are the library's, the address gives the view, bad input stays a message."""

from __future__ import annotations

import json

import pytest
from starlette.requests import Request

from app.api import list_benchmarks, show_benchmark
from app.components.benchmark_charts import (
    MOST,
    curve_chart,
    curve_rows,
    rank_chart,
    rank_rows,
    use_chart,
    use_table,
)
from app.components.benchmark_kind import BENCHMARK_PANEL, BENCHMARK_TABLE, COLUMNS, benchmarks
from app.components.benchmark_rankings import key_of, ranked, smallest, table_of
from app.components.benchmark_reports import borda_report, gaps_report, subset_report
from app.components.frame import number
from app.components.record_table import ROWS
from app.theme import DARK, LIGHT
from governance.errors import NotFound
from governance.evaluation.benchmarks.gaps import licence_gaps
from governance.evaluation.benchmarks.registry import select_benchmarks
from governance.evaluation.benchmarks.selection import BenchmarkSelection
from governance.evaluation.formats.sets import open_set
from governance.exports.evaluation_report import report_markdown

HOSTILE = "<script>alert(1)</script> [x](javascript:alert(1)) :red[y] $z$"


@pytest.fixture
def at(open_at):
    return lambda **query: open_at("benchmarks", **query)


def library(query=""):
    return select_benchmarks(benchmarks(), BenchmarkSelection.from_query(query))


def fine(app):
    assert not app.exception
    assert not app.error
    return app


def answer(app):
    return app.markdown[0].value


def said(app):
    return " ".join(one.value for one in [*app.markdown, *app.info, *app.warning, *app.caption]).replace("\\", "")


def given(app, name):
    value = app.query_params[name]
    return [value] if isinstance(value, str) else value


def table(app):
    return next(
        one.value for one in app.dataframe if "licence_use" in one.value.columns and "name" in one.value.columns
    )


def test_the_explorer_shows_what_the_library_gives(at):
    app = fine(at())
    assert answer(app).startswith(f"**{number(2067)} of {number(2067)} benchmarks**")
    assert "**30.2%** come without a known licence" in answer(app)
    assert table(app)["name"].to_list() == library().page(0, ROWS)["name"].to_list()
    assert list(table(app).columns) == ["name", *BENCHMARK_TABLE.usual]
    assert "mteb 2.26.24, task metadata (Apache-2.0)" in said(app)
    fine(app.multiselect(key="columns").set_value([name for name in COLUMNS if name != "name"]).run())
    assert set(table(app).columns) == set(COLUMNS)


@pytest.mark.parametrize("field", ["type", "licence_use", "modality", "script"])
def test_a_choice_filters_and_is_in_the_url(at, field):
    app = at(show="gaps")
    if field not in BENCHMARK_PANEL.always:
        app.multiselect(key="b-more").set_value([field]).run()
    value = next(one.value for one in library().facets[field] if one.value)
    widget = app.button_group if field in BENCHMARK_PANEL.pills else app.multiselect
    fine(widget(key=f"b-{field}").set_value([value]).run())
    found = select_benchmarks(benchmarks(), BenchmarkSelection.build(values={field: (value,)}))
    assert f"of {number(found.total)} (" in answer(app)
    assert given(app, field) == [value]
    assert given(app, "show") == ["gaps"]


def test_gaps_are_those_of_the_registry(at):
    app = fine(at(show="gaps", split="language"))
    assert answer(app).startswith(
        f"**625 of {number(2067)} (30.2%)** come without a known licence · most in **Persian**"
    )
    assert "534 say “not specified”, 91 say nothing" in said(app)


def test_nothing_found_says_which_filter_to_drop(at):
    for show in ("explorer", "gaps"):
        app = fine(at(show=show, language="swh", domain="Bioacoustics"))
        assert "No benchmark meets every filter" in said(app)
        assert "Drop the filter" in said(app)


def test_the_ranking_is_the_librarys_and_follows_filters_and_rule(at):
    app = fine(at(show="ranking"))
    assert answer(app).startswith("**Qwen3\\-Embedding\\-8B** is ahead, rank 1 in 95% of draws")
    assert "121 tasks" in answer(app)
    assert "931 tasks that not every compared model has" in said(app)
    assert "1 task on another scale: GPUSpeedTask" in said(app)
    narrow = fine(at(show="ranking", type="STS", missing="present"))
    assert "on different tasks, so no mean score" in answer(narrow)
    fine(narrow.select_slider(key="least").set_value("0.6").run())
    assert given(narrow, "least") == ["0.6"]
    assert "with too few tasks" in said(narrow)


def test_the_smallest_subset_says_what_it_keeps_and_what_chance_needs(at):
    app = fine(at(show="subset"))
    assert answer(app).startswith("**21 of 121 tasks** keep tau 0.9 on held-out models")
    assert "by chance **23**" in answer(app)
    assert f"CO2e for {number(2161)} of {number(3388)} runs" in said(app)
    assert "more tasks than chance" in said(app)


@pytest.mark.parametrize("show", ["ranking", "subset"])
def test_nothing_to_rank_is_a_message(at, show):
    app = at(show=show, language="swh", domain="Bioacoustics")
    assert not app.exception
    assert "0 models and 0 tasks are left" in app.error[0].value
    assert "Nothing can be ranked" in answer(app)
    assert app.text_input(key="b-text")


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ({"show": "nope"}, "nope"),
        ({"split": "colour"}, "colour"),
        ({"colour": "red"}, "colour"),
        ({"show": "ranking", "missing": "zero"}, "zero"),
        ({"show": "ranking", "least": "2"}, "2"),
        ({"show": "ranking", "set": "llmfao"}, "llmfao"),
        ({"show": "subset", "figure": "elo"}, "elo"),
        ({"last_year": "soon"}, "soon"),
    ],
)
def test_a_bad_address_is_a_message_and_the_page_works(at, query, word):
    app = at(**query)
    assert not app.exception
    assert word in app.error[0].value
    assert answer(app).startswith("**")


@pytest.mark.parametrize("words", [HOSTILE, "'; DROP TABLE benchmark; --", "=HYPERLINK(1)", "a\x00b"])
def test_hostile_words_only_find_nothing(at, words):
    app = at()
    fine(app.text_input(key="b-text").set_value(words).run())
    found = select_benchmarks(benchmarks(), BenchmarkSelection.build(text=words))
    assert answer(app).startswith(f"**{number(found.total)} of")


def test_the_card_sets_the_audit_beside_the_stated_licence(open_at):
    app = fine(open_at("benchmark", id="ToxicChatClassification"))
    assert "the audit of its data says otherwise" in answer(app)
    assert "the benchmark loads this very dataset" in said(app)
    assert "Licence as stated: **cc-by-4.0**" in said(app)
    bare = fine(open_at("benchmark", id="BelebeleRetrieval"))
    assert "Not stated:" in said(bare)
    lost = open_at("benchmark", id=HOSTILE)
    assert not lost.exception
    assert "there is no benchmark" in lost.error[0].value.lower()
    empty = fine(open_at("benchmark"))
    fine(empty.text_input(key="find").set_value("afqmc").run())
    fine(empty.button(key="found-AFQMC").click().run())
    assert empty.title[0].value == "AFQMC"


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_the_pictures_hold_every_row(connection, colours):
    counted = use_table(library(), "language")
    assert counted.filter(counted["value"] == "English")["benchmarks"].sum() == 1177
    spec = use_chart(counted)(colours).to_dict()
    drawn = {row["value"] for rows in spec["datasets"].values() for row in rows}
    assert len(drawn) == MOST
    one = open_set(connection, "mteb-results")
    found = ranked(key_of(one), table_of(one), None, "complete", 0.0)
    assert rank_rows(found).height == 2 * len(found.rows)
    assert rank_chart(found)(colours).to_dict()
    few = smallest(key_of(one), table_of(one), None, 0.0, "borda", 0.9)
    assert curve_rows(few).height == 3 * len(few.curve)
    assert curve_chart(few)(colours).to_dict()


def test_reports_carry_what_every_figure_must(connection):
    one = open_set(connection, "mteb-results")
    found = ranked(key_of(one), table_of(one), None, "complete", 0.0)
    few = smallest(key_of(one), table_of(one), None, 0.0, "borda", 0.9)
    reports = [
        gaps_report(licence_gaps(library()), library(), "answer"),
        borda_report(found, one.card, "", "answer"),
        subset_report(few, one.card, "type=STS", "answer"),
    ]
    for report in reports:
        text = report_markdown(report)
        assert one.card.version in text
        assert "95%" in text or "90% of the sets by chance" in text
        assert report.n
    assert "2,161 of 3,388" in report_markdown(reports[-1]).replace("\u202f", ",")


def request(path, query="", **params):
    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": query.encode()}
    return Request({**scope, "path_params": params})


def test_the_api_lists_and_shows(own_home):
    listed = json.loads(list_benchmarks(request("/api/benchmarks", "type=STS&limit=2")).body)
    assert listed["total"] == library("type=STS").total
    assert [row["id"] for row in listed["rows"]] == library("type=STS").page(0, 2)["id"].to_list()
    assert list_benchmarks(request("/api/benchmarks", "type=STS&format=csv")).body.startswith(b"id,name,type")
    shown = json.loads(show_benchmark(request("/api/benchmarks/AFQMC", benchmark_id="AFQMC")).body)
    assert shown["benchmark"]["licence_gap"] == "not_specified"
    with pytest.raises(NotFound):
        show_benchmark(request("/api/benchmarks/nope", benchmark_id="nope"))
