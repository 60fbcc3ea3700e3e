"""The Models page: its figures are the library's, its widgets are the URL, and bad input stays a message."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest

from app.components import state
from app.components.frame import number
from app.components.model_chart import CLASSES, FLOOR, below_floor, chart_table, class_column, model_chart
from app.components.model_kind import COLUMNS, MODEL_PANEL, MODEL_TABLE
from app.components.record_table import ROWS
from app.theme import DARK, LIGHT
from governance.compute.model_checks import above
from governance.compute.model_selection import MODEL_FACETS, MODEL_SORTS, ModelSelection
from governance.compute.models import select_models
from governance.compute.own_models import own_models, read_model, save_model
from governance.compute.thresholds import compute_lines, load_instruments
from governance.exports.model_tables import MODEL_EXPORTS, model_credits
from governance.exports.words import flop_words
from tests.app.conftest import app_at

HOSTILE = "<script>alert(1)</script> [x](javascript:alert(1)) :red[y] $z$"
TODAY = date(2026, 11, 24)
NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def at(own_home):
    """Give a function that opens the page at a query, straight from its address."""

    def open_page(query: str = "", **more: str):
        grouped: dict[str, list[str]] = {}
        for name, value in ModelSelection.from_query(query).to_pairs():
            grouped.setdefault(name, []).append(value)
        return app_at("models", **{**grouped, **more}).run()

    return open_page


def library(query=""):
    return select_models(state.models(), ModelSelection.from_query(query))


def fine(app):
    assert not app.exception
    assert not app.error
    return app


def answer(app):
    return app.markdown[0].value


def shown(app):
    return app.dataframe[1].value


def address(app):
    return [
        (name, one)
        for name, value in app.query_params.items()
        for one in ([value] if isinstance(value, str) else value)
    ]


def said(app):
    return " ".join(one.value for one in [*app.markdown, *app.info, *app.warning, *app.caption]).replace("\\", "")


def agrees(app, query, line=1e25):
    """Check answer, table and URL against the library's answer to a query."""
    found = library(query)
    counted = above(found, line)
    assert answer(app).startswith(f"**{number(counted.above)} above {flop_words(line)} FLOP**")
    assert f"**{number(counted.indeterminate)}** indeterminate" in answer(app)
    assert f"{number(counted.known)} of {number(found.total)} have an estimate" in answer(app)
    if counted.expected is not None:
        assert f"**{counted.expected:.0f}** expected" in answer(app)
    assert sorted(pair for pair in address(app) if pair[0] != "line") == sorted(found.selection.to_pairs())
    if found.total:
        assert shown(app)["name"].to_list() == found.page(0, ROWS)["name"].to_list()


def test_default_figures_are_the_librarys(at):
    app = fine(at())
    agrees(app, "")
    assert answer(app).startswith("**29 above 1e25 FLOP**")
    assert list(shown(app).columns) == ["name", *MODEL_TABLE.usual]
    assert "Epoch AI, Data on AI Models (CC BY 4.0)" in said(app)
    assert f"{below_floor(library().frame)} below {flop_words(FLOOR)}" in said(app)
    first = library().frame.row(0, named=True)
    assert shown(app)["training_flop"][0] == flop_words(first["training_flop"])
    assert shown(app)["p_above_1e25"][0] == pytest.approx(100 * first["p_above_1e25"])


@pytest.mark.parametrize("line", ["1e23", "1e24", "1e26"])
def test_the_line_is_in_the_url_and_counts(at, line):
    app = at()
    app.text_input(key="line").set_value(line).run()
    agrees(fine(app), "", float(line))
    assert ("line", line) in address(app)
    agrees(fine(at(line=line)), "", float(line))
    fine(app.text_input(key="line").set_value("1e25").run())
    assert not address(app)


@pytest.mark.parametrize("line", ["many", "-1e25", "0", "nan", "1e99", HOSTILE, "x" * 79])
def test_a_bad_line_keeps_the_page_and_what_was_typed(at, line):
    app = at("country=CN")
    app.text_input(key="line").set_value(line).run()
    assert not app.exception
    assert app.error
    assert app.text_input(key="line").value == line
    agrees(app, "country=CN")
    agrees(fine(app.text_input(key="line").set_value("1e24").run()), "country=CN", 1e24)


def test_a_bad_line_in_the_address_is_a_message(at):
    app = at(line="lots")
    assert not app.exception
    assert "lots" in app.error[0].value
    agrees(app, "")


@pytest.mark.parametrize("field", [facet.field for facet in MODEL_FACETS if facet.kind != "range"])
def test_every_choice_filters_and_is_in_the_url(at, field):
    app = at()
    if field not in MODEL_PANEL.always:
        app.multiselect(key="m-more").set_value([field]).run()
    value = next(one.value for one in library().facets[field] if one.value)
    widget = app.button_group if field in MODEL_PANEL.pills else app.multiselect
    fine(widget(key=f"m-{field}").set_value([value]).run())
    agrees(app, f"{field}={value.replace('&', '%26').replace('+', '%2B')}")
    fine(app.button(key="m-clear").click().run())
    agrees(app, "")


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("country=CN&confidence=likely&sort=-year", id="facets"),
        pytest.param("q=llama&year=2023..&training_flop=1e23..1e25", id="ranges"),
        pytest.param("hardware=unknown&open_weights=yes&parameters=7e9..", id="more-filters"),
        pytest.param("id=gpt-4&id=llama-2-70b&sort=name", id="ids"),
        pytest.param("confidence=no-such", id="unknown-value"),
        pytest.param("training_flop=..1e17", id="below-the-picture"),
    ],
)
def test_the_url_gives_the_widgets_and_the_widgets_the_url(at, query):
    app = fine(at(query))
    agrees(app, query)
    assert app.text_input(key="m-text").value == ModelSelection.from_query(query).text
    agrees(fine(app.run()), query)


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ({"colour": "red"}, "colour"),
        ({"year": "abc"}, "abc"),
        ({"policy": "audit"}, "policy"),
        ({"columns": "pay"}, "pay"),
        ({"page": "99"}, "99"),
    ],
)
def test_a_bad_url_is_a_message_and_the_page_works(at, query, word):
    app = at(**query)
    assert not app.exception
    assert word in app.error[0].value
    assert shown(app).shape[0] == ROWS


def test_empty_says_which_filter_to_drop(at):
    app = fine(at("country=KE&training_flop=1e26.."))
    found = library("country=KE&training_flop=1e26..")
    gain = max(found.relax.values())
    assert f"to see {number(gain)}." in said(app)
    assert not app.dataframe


@pytest.mark.parametrize("words", [HOSTILE, "'; DROP TABLE model; --", "\u202egnp", "=HYPERLINK(1)", "%", "a\x00b"])
def test_hostile_words_only_find_nothing(at, words):
    app = at()
    fine(app.text_input(key="m-text").set_value(words).run())
    agrees_with = select_models(state.models(), ModelSelection.build(text=words))
    assert f"of {number(agrees_with.total)} have an estimate" in answer(app)


@pytest.mark.parametrize("sort", MODEL_SORTS)
def test_every_order(at, sort):
    app = at("country=CN")
    app.selectbox(key="m-sort").set_value(sort)
    app.toggle(key="m-descending").set_value(False).run()
    agrees(fine(app), f"country=CN&sort={sort}")


def test_every_column_can_be_shown(at):
    app = at("country=FR")
    every = [name for name in COLUMNS if name != "name"]
    fine(app.multiselect(key="columns").set_value(every).run())
    assert list(shown(app).columns) == ["name", *every]


def test_an_own_model_is_saved_shown_and_kept_when_it_cannot_be_read(at, bench):
    app = fine(at())
    app.text_input(key="own-name").set_value(HOSTILE)
    app.text_input(key="own-training_flop").set_value("lots")
    save = next(button for button in app.button if button.label == "Save the model")
    save.click().run()
    assert not app.exception
    assert "lots" in app.error[0].value
    assert app.text_input(key="own-name").value == HOSTILE
    app.text_input(key="own-training_flop").set_value("5e24 to 2e25")
    app.text_input(key="own-parameters").set_value("70B")
    next(button for button in app.button if button.label == "Save the model").click().run()
    fine(app)
    (saved,) = own_models(bench)
    assert (saved.name, saved.parameters, saved.low, saved.high) == (HOSTILE, 7e10, 5e24, 2e25)
    assert app.text_input(key="own-name").value == ""
    agrees(app, "")
    assert library("origin=user").total == 1
    agrees(fine(at("origin=user")), "origin=user")
    app.text_input(key="own-name").set_value(HOSTILE)
    next(button for button in app.button if button.label == "Save the model").click().run()
    assert "exists" in app.error[0].value
    assert len(own_models(bench)) == 1


def test_files_hold_the_rows_and_whom_to_credit(catalogue_home):
    result = library("country=FR")
    credits = model_credits(state.cursor(), result)
    assert len(credits) == 1
    assert "Epoch AI" in credits[0]
    assert "CC-BY-4.0" in credits[0]
    made = {one.file_name: one.bytes_of(result, credits) for one in MODEL_EXPORTS}
    rows = list(csv.DictReader(io.StringIO(made["models.csv"].decode())))
    assert [row["id"] for row in rows] == result.frame["id"].to_list()
    assert made["models.jsonl"].count(b"\n") == result.total
    assert made["models.xlsx"][:2] == b"PK"
    assert made["models.parquet"][:4] == b"PAR1"


@pytest.mark.parametrize("query", ["", "country=KE", "training_flop=1e25..", "flop_order=unknown"])
@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_the_chart_holds_every_model_once(catalogue_home, query, colours):
    frame = library(query).frame
    legal = compute_lines(load_instruments(state.cursor()), TODAY)
    spec = model_chart(frame, 1e25, legal)(colours).to_dict()
    layers = [*spec["datasets"].values(), *(one["data"]["values"] for one in spec["layer"] if "values" in one["data"])]
    drawn = {row["name"] for rows in layers for row in rows if "name" in row}
    expected = frame.filter(~(frame["training_flop"] < FLOOR).fill_null(False))
    assert drawn == set(expected["name"])
    assert set(class_column(frame)) <= set(CLASSES)
    assert chart_table(frame).height == frame.height
    labels = {row["label"] for rows in layers for row in rows if "label" in row}
    assert labels == {"1e23 · EU", "1e24", "1e25 · EU", "1e26 · KR · US-CA"}


def test_an_own_model_has_its_own_class_and_cannot_hide(own_home, bench, at):
    save_model(bench, read_model({"id": "ours", "name": "Ours", "training_flop": 2e25}), NOW)
    frame = library("origin=user").frame
    assert class_column(frame).to_list() == ["yours"]
    app = fine(at("origin=user"))
    fine(app.multiselect(key="columns").set_value(["origin"]).run())
    assert shown(app)["origin"].to_list() == ["yours"]
