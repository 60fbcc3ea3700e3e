"""Leaderboards: figures are the library's, the address says all that is chosen, odd input is explained."""

from __future__ import annotations

import polars as pl
import pytest

from app.components.figure import chart_svg
from app.components.rating_charts import matrix_chart, rating_chart
from app.components.rating_words import answer, matrix_table, pair_words, rating_report
from governance.evaluation.formats.sets import open_set
from governance.evaluation.formats.tables import SetCard
from governance.evaluation.ratings.pairs import compare_pair
from governance.evaluation.ratings.rate import rate
from governance.evaluation.ratings.request import RatingRequest
from governance.exports.evaluation_report import report_markdown


def said(app):
    return " ".join([one.value for one in app.markdown] + [one.value for one in app.caption])


def small(*rows):
    return pl.DataFrame(rows, ["model_a", "model_b", "outcome"], orient="row")


SOME = small(*[("x", "y", "a"), ("x", "y", "b"), ("y", "z", "a"), ("z", "x", "tie"), ("y", "x", "b")] * 8)
PARTS = small(*[("x", "y", "a"), ("x", "y", "b"), ("p", "q", "a"), ("q", "p", "a")] * 8)
CARD = SetCard("own", "Own votes", "battles", 40, "us", "CC-BY-4.0", "1")


def test_the_answer_is_the_librarys(open_at, connection):
    app = open_at("leaderboards")
    assert not app.exception
    assert not app.error
    battles = open_set(connection, "llmfao").frame
    found = rate(battles, interval="cluster", cluster="judge")
    assert answer(found) in said(app)
    assert "share the first place" in answer(found)
    assert "bootstrap over 124 judges, 200 resamples, seed 0 · n = 8\u202f931 votes" in said(app)
    assert pair_words(compare_pair(found, found.models[0].model, found.models[1].model)).split("\n")[0] in said(app)
    assert app.dataframe[0].value["model"].to_list() == [row.model for row in found.models]


def test_the_address_says_what_is_shown(open_at, connection):
    app = open_at(
        "leaderboards", set="llmfao-gpt4", method="winrate", interval="wilson", ties="drop", a="GPT 4", b="command",
        category="knowledge~creativity",
    )  # fmt: skip
    assert not app.exception
    battles = open_set(connection, "llmfao-gpt4").frame
    kept = battles.filter(pl.col("category").is_in(["knowledge", "creativity"]))
    found = rate(kept, "winrate", "drop", "wilson")
    assert answer(found) in said(app)
    assert "Wilson on effective votes" in said(app)
    assert pair_words(compare_pair(found, "GPT 4", "command")).split("\n\n")[1] in said(app)
    app.selectbox(key="method").set_value("bt").run()
    assert "method" not in app.query_params
    assert app.selectbox(key="interval").value == "usual", "Wilson's interval is no choice for Bradley-Terry"


def test_elo_has_settings_of_its_own(open_at, connection):
    app = open_at("leaderboards", method="elo", k="32", start="1400", interval="none")
    found = rate(open_set(connection, "llmfao").frame, "elo", interval=None, k=32, start=1400)
    assert answer(found) in said(app)
    assert "K = 32, start 1400" in said(app)
    assert any("depends on the order" in one.value for one in app.warning)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        pytest.param({"method": "glicko"}, "glicko", id="method"),
        pytest.param({"set": "nope"}, "nope", id="set"),
        pytest.param({"set": "mteb-results"}, "scores", id="scores"),
        pytest.param({"category": "poetry"}, "poetry", id="category"),
        pytest.param({"a": "HAL"}, "HAL", id="model"),
    ],
)
def test_odd_words_in_the_address_are_explained(open_at, query, words):
    app = open_at("leaderboards", **query)
    assert not app.exception
    assert any(words in one.value for one in app.error)
    assert "share the first place" in said(app), "the rest is shown"


@pytest.mark.parametrize("battles", [SOME, PARTS], ids=["some", "parts"])
@pytest.mark.parametrize("method", ["bt", "winrate"])
def test_charts_draw(battles, method):
    found = rate(battles, method, resamples=20)
    order = [row.model for row in found.models]
    assert order[0] in chart_svg(rating_chart(found))
    assert order[0] in chart_svg(matrix_chart(matrix_table(found, 30), order))


def test_a_chart_of_many_models_names_those_that_are_asked_for(connection):
    found = rate(open_set(connection, "llmfao").frame, resamples=20)
    svg = chart_svg(rating_chart(found, ("Weaver 12k",)))
    assert "Weaver 12k" in svg
    assert "shares the first place" in svg


def test_the_report_carries_what_a_figure_must():
    found = rate(PARTS, resamples=20)
    text = report_markdown(rating_report(found, RatingRequest(resamples=20), CARD, compare_pair(found, "x", "y")))
    for words in (
        "2 parts",
        "32 votes",
        "CC-BY-4.0",
        "Bradley-Terry",
        "half a win for each",
        "20 resamples",
        "x above y",
    ):
        assert words in text
    assert compare_pair(found, "x", "p").above is None
    assert "not known" in pair_words(compare_pair(found, "x", "p"))


def test_words_for_one_winner_and_for_none():
    clear = rate(small(*[("x", "y", "a")] * 30, *[("y", "x", "a")] * 3), resamples=50)
    assert "x is first of 2 models" in answer(clear)
    assert "no interval was asked for" in answer(rate(SOME, interval=None))
