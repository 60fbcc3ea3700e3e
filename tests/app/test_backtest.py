"""The backtest: figures of the library, the address both ways, odd values explained, an upload of one's own facts."""

from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from app.components.backtest_charts import correlation_chart, least_chart, quadrant_chart
from app.components.backtest_form import THRESHOLDS
from app.components.backtest_shares import over_time_chart, sweep_chart
from app.components.backtest_views import EXAMPLE
from app.components.backtest_words import answer, band, least_words, legal_names, quadrant_caption, trigger_words
from app.components.figure import chart_spec, chart_svg
from governance.compute.backtest import Trigger, backtest
from governance.compute.backtest_report import backtest_report
from governance.compute.capability import capability, least_compute, rank_correlations
from governance.compute.capability_marks import month_ends, usual_line
from governance.compute.legal_values import legal_values
from governance.compute.outcomes import outcomes
from governance.compute.sweep import sweep
from governance.compute.thresholds import load_instruments
from governance.compute.triggers import read_trigger_facts

LAST = date(2026, 4, 8)


def said(app, name):
    value = app.query_params[name]
    return value if isinstance(value, str) else value[0]


def triggers_of(app):
    return next(one.value for one in app.dataframe if "trigger" in one.value.columns)


def listed(app):
    """Give the names in the tables of missed models and of false alarms."""
    return [list(one.value["model"]) for one in app.dataframe if "organisation" in one.value and "flop" in one.value]


@pytest.fixture
def eci(connection):
    return capability(connection)


def test_the_answer_is_the_librarys(open_at, eci):
    app = open_at("backtest")
    assert not app.exception
    assert not app.error
    (row,) = backtest(eci, 1e25, usual_line(eci), [LAST])
    assert app.markdown[0].value == answer(row)
    assert "it caught 11 of 31 capable models** (13% to 76%" in answer(row)
    assert "85 models with both figures, 13 above" in answer(row)
    assert listed(app) == [list(row.missed), list(row.false_alarms)]
    assert row.false_alarms == ("GPT-4 (Jun 2023)", "Mistral Large")
    assert not app.query_params


@pytest.mark.parametrize(
    ("query", "key", "value", "words"),
    [
        pytest.param({"threshold": "1e26"}, "threshold", "1e26", "it caught 3 of 31", id="threshold"),
        pytest.param({"threshold": "3e24"}, "threshold", "3e24", "it caught 27 of 31", id="own-threshold"),
        pytest.param({"line": "120"}, "line", 120.0, "of 40 capable", id="line"),
        pytest.param({"as_of": "2024-12-31"}, "as_of", date(2024, 12, 31), "it caught 5 of 9", id="as-of"),
        pytest.param({"whose": "either"}, "whose", "either", "92 models with both", id="whose"),
    ],
)
def test_the_url_sets_a_widget(open_at, eci, query, key, value, words):
    app = open_at("backtest", **query)
    assert not app.exception
    assert not app.error
    assert app.session_state[key] == value
    assert said(app, key) == query[key]
    assert words in app.markdown[0].value


def test_a_widget_sets_the_url_and_a_default_leaves_it(open_at):
    app = open_at("backtest")
    app.date_input(key="as_of").set_value(date(2025, 6, 30)).run()
    app.select_slider(key="line").set_value(130.0).run()
    app.selectbox(key="threshold").set_value("1e24").run()
    assert (said(app, "as_of"), said(app, "line"), said(app, "threshold")) == ("2025-06-30", "130", "1e24")
    app.date_input(key="as_of").set_value(LAST).run()
    app.selectbox(key="threshold").set_value("1e25").run()
    assert list(app.query_params) == ["line"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        pytest.param({"index": "arena"}, "touchstone import arena PATH", id="not-imported"),
        pytest.param({"index": "<script>"}, "the catalogue has no index", id="index"),
        pytest.param({"line": "9000"}, "is no value of this index", id="line"),
        pytest.param({"line": "nan"}, "is no value of this index", id="line-nan"),
        pytest.param({"as_of": "2030-01-01"}, "is no day of the data", id="future"),
        pytest.param({"as_of": "soon"}, "is no day of the data", id="no-day"),
        pytest.param({"whose": "[x](javascript:1)"}, "is not known", id="whose"),
        pytest.param({"above": "GPT-9"}, "is not known", id="above"),
    ],
)
def test_an_odd_value_is_explained_and_the_default_shown(open_at, query, said):
    app = open_at("backtest", **query)
    assert not app.exception
    assert said.lower() in app.error[0].value.replace("\\", "").lower()
    assert "it caught 11 of 31" in app.markdown[0].value


@pytest.mark.parametrize("text", ["lots", "1e25 to 1e26", "-1", "0"])
def test_a_threshold_that_cannot_be_read_stays_and_stops_the_figures(open_at, text):
    app = open_at("backtest", threshold=text)
    assert not app.exception
    assert app.markdown[0].value == "**The threshold cannot be read yet.**"
    assert len(app.error) == 1
    assert app.selectbox(key="threshold").value == said(app, "threshold") == text


def upload(app: AppTest, text: str) -> AppTest:
    app.file_uploader(key="facts").set_value(("facts.csv", text.encode(), "text/csv"))
    return app.run()


def test_other_triggers(open_at):
    app = open_at("backtest")
    shown = triggers_of(app)
    assert list(shown["trigger"])[:2] == ["compute above 1e25", "index above 118.9"]
    assert (shown["recall"][0], shown["missed"][0], shown["unknown"][0]) == ("35%", 20, 64)
    assert len(shown) == 4


def test_own_facts_are_judged_and_unknown_ones_counted(open_at):
    app = upload(open_at("backtest"), EXAMPLE + "Nobody 1,2024-01-31,1,1\n")
    assert not app.exception
    shown = triggers_of(app)
    assert len(shown) == 10
    users = shown[shown["trigger"] == "users above 1e7"].iloc[0]
    assert (users["n"], users["unknown"], users["recall"]) == (1, 148, "100%")
    assert any("1 models of your table are not in the index" in one.value for one in app.caption)
    assert any("Nobody 1" in one.value for one in app.caption)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("model,date,users\nA,2024-01-31,many\n", "row 2, column users", id="word"),
        pytest.param("model,users\nA,1\n", "no column 'date'", id="column"),
        pytest.param("", "no column 'model'", id="empty"),
    ],
)
def test_a_bad_upload_is_explained_and_the_rest_stays(open_at, text, said):
    app = upload(open_at("backtest"), text)
    assert not app.exception
    assert said in app.error[0].value.replace("\\", "")
    assert len(triggers_of(app)) == 4


def test_a_second_index(open_at, own_home, monkeypatch):
    from governance.catalogue.build import build_catalogue
    from governance.compute.arena import FILE, import_arena

    columns = ["board", "commit_date", "category", "model", "rating"]
    named = [("gpt-4o", 1300.0), ("gpt-4-turbo", 1280.0), ("deepseek-v3", 1320.0), ("nobody", 1000.0)]
    rows = [("text", "2025-02-01", "full", name, rating) for name, rating in named]
    pl.DataFrame(rows, schema=columns, orient="row").write_parquet(own_home / FILE)
    from governance.catalogue.connect import open_catalogue
    from governance.compute.models import load_models

    with open_catalogue() as connection:
        models = load_models(connection).frame
    import_arena(own_home, own_home / "imports" / "arena-catalog", models)
    build_catalogue(own_home)
    app = open_at("backtest", index="arena")
    assert not app.exception
    assert not app.error
    assert app.session_state["whose"] == "either"
    assert "it caught" in app.markdown[0].value
    assert any("1 more have no date of release" in one.value for one in app.caption)
    app.radio(key="index").set_value("eci").run()
    assert not app.error
    assert "it caught 11 of 31" in app.markdown[0].value
    assert app.session_state["whose"] == "index"


def test_figures_draw_and_can_be_downloaded(connection, eci):
    line = usual_line(eci)
    monthly = sweep(eci, [1e25], line, month_ends(date(2023, 2, 24), LAST))
    drawn = chart_svg(over_time_chart(monthly))
    assert all(words in drawn for words in ("recall; band", "precision; band", "n 85", "50%"))
    quadrants = chart_svg(quadrant_chart(outcomes(eci, 1e25, line, LAST), 1e25, line, "GPT-4 (Mar 2023)"))
    assert all(
        words in quadrants for words in ("missed: 20", "caught: 11", "false alarm: 2", "below both: 52", "1e25 FLOP")
    )
    legal = legal_names(legal_values(load_instruments(connection), LAST))
    assert all(words in chart_svg(sweep_chart(monthly, 1e25, legal)) for words in ("EU", "Korea, California"))
    assert "Phi-4" in chart_svg(least_chart(least_compute(eci, line), 1e25, LAST))
    assert "n 22" in chart_svg(correlation_chart(rank_correlations(eci)))


@pytest.mark.parametrize("line", [60.0, 200.0])
def test_nothing_to_show_still_draws(eci, line):
    report = backtest_report(eci, 1e30, line, [date(2023, 2, 24)])
    (row,) = report.dates
    assert (row.above, row.precision) == (0, None)
    assert "No model reached the line" in answer(row) or "Recall 0%" in answer(row)
    found = outcomes(eci, 1e30, line, row.as_of)
    assert chart_svg(quadrant_chart(found, 1e30, line, "line")).startswith("<svg")
    assert chart_svg(over_time_chart(sweep(eci, [1e30], line, [row.as_of]))).startswith("<svg")
    assert chart_svg(least_chart(report.least_compute, 1e30, row.as_of)).startswith("<svg")
    assert chart_svg(correlation_chart(())).startswith("<svg")


def test_names_in_a_chart_are_text():
    hostile = "<img src=x onerror=alert(1)> ' + datum \" \\"
    models = pl.DataFrame({"model": [hostile], "released": [LAST], "value": [130.0], "training_flop": [2e25]})
    found = quadrant_chart(outcomes(models, 1e25, 126, LAST), 1e25, 126, hostile)
    assert "<img" not in chart_svg(found)
    assert json.dumps(hostile)[1:-1] in json.dumps(chart_spec(found))


def test_words_come_from_the_numbers(eci):
    row, early = backtest(eci, 1e25, 99, [LAST, date(2023, 3, 1)])
    assert f"it caught {row.both} of {row.capable} capable" in answer(row)
    assert "no capable one is undisclosed" in answer(early)
    assert (band(0.2, 0.2), band(None, 1.0)) == ("20%", "unknown")
    assert "left out" not in quadrant_caption(row, 0)
    assert "halved about every 4.7 months" in least_words(least_compute(eci, usual_line(eci)))
    assert trigger_words(Trigger(tests={"revenue": 5e8})) == "revenue above 5e8"


def test_the_example_can_be_read_and_the_choices_too():
    assert read_trigger_facts(EXAMPLE).height == 2
    assert "1e25" in THRESHOLDS
