"""Footprint: figures are the library's, every input is in the address, and odd input is explained."""

from __future__ import annotations

import pytest

from app.components.figure import chart_svg
from app.components.footprint_figures import part_chart, part_table, pue_chart, pue_table, swing_chart, swing_table
from app.components.footprint_words import answer, assumption_rows, beside_rows, three
from governance.compute.footprint_report import footprint_report
from governance.compute.footprint_words import FootprintWords


def said(app):
    return " ".join(one.value for one in app.markdown)


def url(app, name):
    value = app.query_params[name]
    return value if isinstance(value, str) else value[0]


@pytest.fixture(scope="module")
def bloom(catalogue_home):
    from governance.catalogue.connect import open_catalogue

    with open_catalogue(catalogue_home) as connection:
        return footprint_report(connection, FootprintWords(model="bloom-176b", use="tokens"))


def test_the_answer_is_the_librarys(open_at, connection):
    app = open_at("footprint")
    assert not app.exception
    assert not app.error
    report = footprint_report(connection, FootprintWords(model="llama-3-1-405b"))
    assert answer(report) in said(app)
    assert "30.4 million kWh" in said(app)
    assert "2 of 3" in said(app)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        pytest.param({"model": "bloom-176b"}, FootprintWords(model="bloom-176b"), id="model"),
        pytest.param(
            {"flop": "1e25 to 2e25", "pue": "1.1"},
            FootprintWords(model="llama-3-1-405b", amounts={"flop": "1e25 to 2e25"}, assumptions={"pue": "1.1"}),
            id="written-over",
        ),
        pytest.param(
            {"model": "none", "work": "chips", "chips": "1k", "hours": "30 days", "grid": "none"},
            FootprintWords(work="chips", amounts={"chips": "1k", "hours": "30 days"}, grid="none"),
            id="own-figures",
        ),
        pytest.param(
            {"work": "none", "use": "requests", "requests": "5M", "facility": "openai"},
            FootprintWords(
                model="llama-3-1-405b", work="none", use="requests", amounts={"requests": "5M"}, facility="openai"
            ),
            id="use-alone",
        ),
    ],
)
def test_the_address_gives_the_question(open_at, connection, query, words):
    app = open_at("footprint", **query)
    assert not app.exception
    assert not app.error
    assert answer(footprint_report(connection, words)) in said(app)
    assert {name: url(app, name) for name in query} == query


def test_a_widget_sets_the_address_and_says_how_it_was_read(open_at):
    app = open_at("footprint")
    app.text_input(key="flop").set_value("1e25 to 2e25").run()
    assert url(app, "flop") == "1e25 to 2e25"
    assert any("log" in one.value and "1e25" in one.value for one in app.caption)
    app.text_input(key="flop").set_value("").run()
    assert "flop" not in app.query_params


def test_a_bad_number_is_explained_and_stays(open_at):
    app = open_at("footprint", flop="very much")
    assert not app.exception
    assert "very much" in app.error[0].value
    assert app.text_input(key="flop").value == "very much"
    assert "No answer yet" in said(app)


@pytest.mark.parametrize("query", [{"model": "hal"}, {"grid": "<script>"}, {"use": "all"}, {"chip": "[x](y)"}], ids=str)
def test_an_odd_choice_is_explained_and_the_default_shown(open_at, query):
    app = open_at("footprint", **query)
    assert "is not known" in app.error[0].value
    assert "30.4 million kWh" in said(app)


def test_what_is_not_known_is_said(open_at):
    app = open_at("footprint", model="bloom-176b", grid="none")
    assert len(app.info) == 3
    assert "CO2e **unknown**" in said(app)


def test_reset_goes_back(open_at):
    app = open_at("footprint", flop="1e24", pue="1.5")
    app.button(key="reset").click().run()
    assert not app.query_params
    assert "30.4 million kWh" in said(app)


def test_figures_draw(bloom):
    for measure in ("energy_kwh", "co2e_kg"):
        table = part_table(bloom, measure)
        total = table.filter(table["part"] == "total")
        assert total["mean"].sum() * {"energy_kwh": 1, "co2e_kg": 1_000}[measure] == pytest.approx(
            getattr(bloom.result.total, measure).mean
        )
        assert chart_svg(part_chart(table, measure)).startswith("<svg")
    assert "utilisation" in chart_svg(swing_chart(swing_table(bloom.result), bloom.result))
    drawn = chart_svg(pue_chart(pue_table(bloom.result), bloom.result))
    assert "codecarbon default 1.0" in drawn
    assert "openai 1.2" in drawn


def test_tables_hold_what_the_report_holds(bloom):
    assert assumption_rows(bloom.result).height == len(bloom.result.assumptions)
    rows = beside_rows(bloom)
    assert set(rows["inside"]) == {"inside", "outside"}
    assert rows["published as"].to_list()[1] == "power times hours"


@pytest.mark.parametrize(
    ("value", "text"), [(999, "999"), (1_234, "1\u202f230"), (0.5, "0.5"), (2.5e9, "2.5 billion"), (100, "100")]
)
def test_three_digits(value, text):
    assert three(value) == text
