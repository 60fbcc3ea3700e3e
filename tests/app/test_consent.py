"""The consent page: four views in the address, figures from the shipped aggregates, odd addresses explained."""

from __future__ import annotations

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from app.components.consent_charts import (
    agents_chart,
    back_test_chart,
    lost_chart,
    over_time_chart,
    parts_chart,
    waves_chart,
)
from app.components.consent_words import (
    MEASURE_LABELS,
    agents_answer,
    back_test_words,
    corpus_answer,
    corpus_figure,
    forecast_figure,
    honour_words,
    practice_answer,
    step_words,
)
from app.components.figure import chart_spec, chart_svg
from app.navigation import PAGES_FOLDER
from governance.catalogue.connect import open_catalogue
from governance.consent.aggregates import agent_levels, corpus_facts, panel_rates
from governance.consent.forecast import BackTest, Trial, forecast
from governance.consent.honour import Honoured, Lost
from governance.consent.trend import consent_events, consent_series, steps

MAIN = str(PAGES_FOLDER.parent / "app" / "main.py")


@pytest.fixture
def open_consent(catalogue_home):
    def run(**query):
        app = AppTest.from_file(MAIN, default_timeout=60).run()
        app.switch_page("../pages/consent.py")
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
        assert not app.exception
        return app

    return run


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        pytest.param({}, "**5.4% of C4's tokens**", id="corpus"),
        pytest.param({"honoured": "50"}, "honoured by 50% of them, 2.7% would go", id="half"),
        pytest.param({"corpus": "refinedweb"}, "do not compare it", id="older rule"),
        pytest.param({"show": "time"}, "the model says **9.2%** (4.2% to 14.2%) for 2025-04", id="time"),
        pytest.param({"show": "time", "scenario": "stops"}, "assumed: **5.4%** for 2025-04", id="stops"),
        pytest.param({"show": "agents"}, "**GPTBot** is named most, in 4\u202f353 snapshots; 84%", id="agents"),
        pytest.param({"show": "conflicts"}, "**34.9% of the sites that bar GPTBot**", id="practice"),
    ],
)
def test_each_view_answers_in_one_line(open_consent, query, answer):
    app = open_consent(**query)
    assert answer in app.markdown[0].value
    assert not app.error


def test_what_is_not_shipped_is_said(open_consent):
    app = open_consent()
    assert any("no interval" in one.value for one in app.markdown)
    assert any("touchstone import robots" in one.value for one in app.info)


@pytest.mark.parametrize(
    ("query", "problem"),
    [({"honoured": "200"}, "no share"), ({"show": "time", "months": "0"}, "number of months"), ({"corpus": "x"}, "x")],
)
def test_an_odd_address_is_explained(open_consent, query, problem):
    app = open_consent(**query)
    assert problem in app.error[0].value


LOST = Honoured(
    month=date(2024, 4, 1), agents=("GPTBot",), mode="rfc", by="type", extent=1, partial_counts=False, lost=0.2,
    low=0.1, high=0.3, no_signal=0.5, n=4,
    rows=(
        Lost(group="news", before=0.4, lost=0.5, low=0.2, high=0.7, after=0.25, n=3),
        Lost(group="blog", before=0.6, lost=0.0, low=None, high=None, after=0.75, n=1),
    ),
)  # fmt: skip
TESTED = BackTest(
    corpus="c4", months_ahead=12, held=0, mean_error=0.05, mean_error_unchanged=0.04,
    trials=(
        Trial(
            origin=date(2023, 4, 1), month=date(2024, 4, 1), forecast=0.004, low=0.0, high=0.01, came=0.054,
            unchanged=0.005, converged=True,
        ),
    ),
)  # fmt: skip


@pytest.fixture
def catalogue(catalogue_home):
    with open_catalogue(catalogue_home) as connection:
        yield connection


def test_charts_and_words(catalogue):
    facts = corpus_facts(catalogue)
    series = consent_series(catalogue)
    ahead, events = forecast(series, scenario="reverses"), consent_events(catalogue)
    agents, rates = agent_levels(catalogue, most=5), panel_rates(catalogue)
    draws = (
        parts_chart(facts[:2], 1), lost_chart(LOST), over_time_chart(series, ahead, events), back_test_chart(TESTED),
        agents_chart(agents), waves_chart([one for one in rates if one.segment == "news"], MEASURE_LABELS),
    )  # fmt: skip
    for draw in draws:
        assert chart_spec(draw)
        assert chart_svg(draw).startswith("<svg")
    assert "20.0%" in honour_words(LOST)
    assert "**0** held" in back_test_words(TESTED)
    assert corpus_figure(facts[0]).value == series.points[-1].share
    assert forecast_figure(series, ahead).low is None
    assert step_words(steps(series, events)).endswith("to 5.1%. Nothing is known that came just before.")
    assert "No month" in step_words(())
    assert "No agent" in agents_answer(())
    assert "Nothing is known" in practice_answer((), "all")
    assert "a year earlier" in corpus_answer(facts[0], 1)
