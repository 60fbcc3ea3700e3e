"""The Datasets page: its figures are the library's, its widgets are the URL, and bad input stays a message."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.components import state
from app.components.dataset_kind import COLUMNS, DATASET_PANEL, DATASET_TABLE
from app.components.frame import number
from app.components.record_table import ROWS
from governance.catalogue.facets import DATASET_FACETS, FACETS_BY_FIELD
from governance.catalogue.selection import SORTS, Selection
from governance.provenance.datasets import select_datasets, summary
from governance.provenance.own_policies import save_policy
from governance.provenance.policies import Policy
from governance.records.lists import lists
from tests.app.conftest import app_at

HOSTILE = "<script>alert(1)</script> [x](javascript:alert(1)) :red[y] $z$"


@pytest.fixture
def open_page(catalogue_home):
    """Give a function that opens the page at a query, straight from its address."""

    def at(query=""):
        grouped = {}
        for name, value in Selection.from_query(query).to_pairs() if isinstance(query, str) else query:
            grouped.setdefault(name, []).append(value)
        return app_at("datasets", **grouped).run()

    return at


def library(query=""):
    selection = Selection.from_query(query)
    return select_datasets(state.datasets_for(selection.snapshot, selection.policy), selection)


def fine(app):
    assert not app.exception
    assert not app.error
    return app


def answer(app):
    return app.markdown[0].value


def shown(app):
    return app.dataframe[0].value


def address(app):
    return [(name, value) for name, values in app.query_params.items() for value in _many(values)]


def _many(values):
    return [values] if isinstance(values, str) else list(values)


def said(app):
    return " ".join(one.value for one in [*app.markdown, *app.info, *app.warning, *app.caption]).replace("\\", "")


def agrees(app, query):
    """Check answer, table and URL against the library's answer to a query."""
    found = library(query)
    assert answer(app).startswith(f"**{number(found.total)}** of {number(found.datasets.frame.height)} datasets")
    assert sorted(address(app)) == sorted(found.selection.to_pairs())
    if found.total:
        assert shown(app)["name"].to_list() == found.page(0, ROWS)["name"].to_list()


def test_default_figures_are_the_librarys(open_page):
    app = fine(open_page())
    agrees(app, "")
    figures = summary(library())
    hub = figures.on_sites["huggingface"]
    assert f"{number(figures.examples)} examples" in answer(app)
    assert f"{number(figures.hours)} hours" in answer(app)
    assert f"{number(figures.languages)} languages" in answer(app)
    assert f"**{number(hub.not_free)} of {number(hub.n)}**" in said(app)
    assert f"n = {number(library().total)} · not legal advice" in said(app)
    assert list(shown(app).columns) == ["name", *DATASET_TABLE.usual]
    bars = " ".join(part.proto.body for part in app.get("html"))
    for use, count in figures.licence_use.items():
        assert f"{use.replace('_', ' ').replace('noncommercial', 'non-commercial')} {count:,}" in bars


@pytest.mark.parametrize("field", [facet.field for facet in DATASET_FACETS if facet.kind != "range"])
def test_every_choice_filters_and_is_in_the_url(open_page, field):
    app = open_page()
    if field not in DATASET_PANEL.always:
        app.multiselect(key="f-more").set_value([field]).run()
    value = next(one.value for one in library().facets[field] if one.value)
    widget = app.button_group if field in DATASET_PANEL.pills else app.multiselect
    fine(widget(key=f"f-{field}").set_value([value]).run())
    agrees(app, f"{field}={value.replace('&', '%26').replace('+', '%2B')}")
    fine(widget(key=f"f-{field}").set_value([]).run())
    agrees(app, "")


@pytest.mark.parametrize(("field", "text"), [("year", "2019..2021"), ("examples", "1000.."), ("hours", "..10.5")])
def test_every_range_filters_and_is_in_the_url(open_page, field, text):
    app = open_page()
    if field not in DATASET_PANEL.always:
        app.multiselect(key="f-more").set_value([field]).run()
    fine(app.text_input(key=f"f-{field}").set_value(text).run())
    agrees(app, f"{field}={text}")


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("language=swh&effective_use=commercial", id="journey"),
        pytest.param(
            "snapshot=2023-10-25&policy=cautious&licence_use=commercial&licence_use=unspecified", id="reading"
        ),
        pytest.param("q=aya+cohere&year=2019..&sort=-examples", id="words"),
        pytest.param("language=unknown&creator_country=KE&creator_country=US&hours=..100.5", id="more-filters"),
        pytest.param("host_agreement=huggingface%3Amore_permissive&attribution=yes&share_alike=unknown", id="hosts"),
        pytest.param("id=aya-swahili&id=alpaca&sort=-year", id="ids"),
        pytest.param("licence_use=no-such-class", id="unknown-value"),
        pytest.param("id=", id="no-ids"),
    ],
)
def test_the_url_gives_the_widgets_and_the_widgets_the_url(open_page, query):
    app = fine(open_page(query))
    agrees(app, query)
    selection = Selection.from_query(query)
    for field, chosen in selection.values.items():
        widget = app.button_group if field in DATASET_PANEL.pills else app.multiselect
        assert set(widget(key=f"f-{field}").value) == set(chosen)
    assert app.text_input(key="f-text").value == selection.text
    assert app.selectbox(key="f-snapshot").value == selection.snapshot
    fine(app.run())
    agrees(app, query)


@pytest.mark.parametrize(
    ("pairs", "word"),
    [
        pytest.param([("colour", "red")], "colour", id="name"),
        pytest.param([("year", "abc")], "abc", id="range"),
        pytest.param([("year", "2023..2019")], "2023 is above 2019", id="reversed"),
        pytest.param([("hours", "nan..")], "finite", id="nan"),
        pytest.param([("snapshot", "1999")], "1999", id="snapshot"),
        pytest.param([("sort", "colour")], "colour", id="sort"),
        pytest.param([("q", "x" * 501)], "501 characters", id="long"),
    ],
)
def test_a_bad_url_is_a_message_and_the_page_works(open_page, pairs, word):
    app = open_page(pairs)
    assert not app.exception
    assert word in app.error[0].value
    agrees(app, "")
    fine(app.button_group(key="f-modality").set_value(["speech"]).run())
    agrees(app, "modality=speech")


def test_an_unknown_policy_is_named_as_plain_text(open_page):
    app = fine(open_page([("policy", HOSTILE), ("language", "swh")]))
    assert r"\<script\>" in app.warning[0].value
    agrees(app, "language=swh")


@pytest.mark.parametrize("text", ["abc", "2023..2019", "nan..", "..1e999", "1;2", HOSTILE])
def test_a_bad_range_keeps_the_page_and_what_was_typed(open_page, text):
    app = open_page("language=swh")
    for _ in range(2):
        app.text_input(key="f-year").set_value(text).run()
        assert not app.exception
        assert app.error
        agrees(app, "language=swh")
        assert app.text_input(key="f-year").value == text
    fine(app.text_input(key="f-year").set_value("2019..").run())
    agrees(app, "language=swh&year=2019..")


def test_empty_says_which_filter_to_drop_and_what_that_gains(open_page):
    query = "language=swh&effective_use=commercial&year=1990..1991"
    app = fine(open_page(query))
    found = library(query)
    gain, field = max((gain, name) for name, gain in found.relax.items())
    assert f"Drop the filter **{FACETS_BY_FIELD[field].label}** to see {gain}." in said(app)
    assert not app.dataframe
    assert library(query.partition("&year")[0]).total == gain
    app.button(key="f-clear").click().run()
    agrees(fine(app), "")


def test_empty_by_words_names_the_search(open_page):
    assert "Drop the filter **Search** to see" in said(fine(open_page("q=zzqqxx")))


@pytest.mark.parametrize("words", [HOSTILE, "'; DROP TABLE dataset; --", "\u202egnp", "=HYPERLINK(1)", "%", "a\x00b"])
def test_hostile_words_only_find_nothing(open_page, words):
    app = open_page()
    fine(app.text_input(key="f-text").set_value(words).run())
    agrees(app, [("q", words)])


def test_ids_are_told_and_unknown_ones_named(open_page):
    app = fine(open_page([("id", "aya-swahili"), ("id", HOSTILE)]))
    assert "not in this snapshot" in app.warning[0].value
    assert r"\<script\>" in app.warning[0].value
    assert "Only 2 datasets picked by id" in said(app)
    assert shown(app)["name"].to_list() == ["aya-swahili"]


@pytest.mark.parametrize("sort", SORTS)
def test_every_order(open_page, sort):
    app = open_page("language=swh")
    app.selectbox(key="f-sort").set_value(sort)
    app.toggle(key="f-descending").set_value(True).run()
    fine(app)
    agrees(app, f"language=swh&sort=-{sort}")


def test_every_column_can_be_shown(open_page):
    app = open_page("language=swh")
    every = [name for name in COLUMNS if name != "name"]
    fine(app.multiselect(key="columns").set_value(every).run())
    assert list(shown(app).columns) == ["name", *every]
    fine(app.multiselect(key="columns").set_value([]).run())
    assert list(shown(app).columns) == ["name"]


def test_why_not(open_page):
    app = open_page("language=swh&effective_use=commercial&year=2024..")
    fine(app.text_input(key="why-not").set_value("alpaca").run())
    assert "you asked for swh" in said(app)
    assert "excluded (noncommercial) because of" in said(app)
    fine(app.text_input(key="why-not").set_value(" aya-swahili ").run())
    assert "aya-swahili is here" in said(app)
    app.text_input(key="why-not").set_value(HOSTILE).run()
    assert not app.exception
    assert r"\<script\>" in app.error[0].value
    assert "not legal advice" in said(app), "the rest of the page stays"


def test_own_policy_is_offered_and_reads_the_licences(open_at, bench):
    policy = Policy(id="mine", title="Mine <b>", overrides={"OpenAI": "commercial"})
    save_policy(bench, policy, datetime(2026, 1, 2, tzinfo=UTC))
    app = fine(open_at("datasets", policy="mine", licence_use="commercial"))
    agrees_with = select_datasets(state.datasets_for("current", "mine"), Selection.from_query("licence_use=commercial"))
    assert answer(app).startswith(f"**{number(agrees_with.total)}**")
    assert agrees_with.total > library("licence_use=commercial").total
    assert app.selectbox(key="f-policy").value == "mine"
    assert r"policy: Mine" in said(app)
    app.selectbox(key="f-policy").set_value("audit").run()
    assert address(fine(app)) == [("licence_use", "commercial")]


def test_save_list_keeps_what_is_shown(open_at, bench):
    app = fine(open_at("datasets", language="swh", effective_use="commercial"))
    save = next(button for button in app.button if button.label == "Save")
    app.text_input[[one.label for one in app.text_input].index("Name")].set_value(HOSTILE)
    save.click().run()
    fine(app)
    assert r"\<script\>" in app.success[0].value
    (saved,) = lists(bench)
    assert (saved.name, saved.size) == (HOSTILE, library("language=swh&effective_use=commercial").total)
    next(button for button in app.button if button.label == "Save").click().run()
    assert not app.exception
    assert "A list is named" in app.error[0].value
    assert len(lists(bench)) == 1


def test_another_selection_starts_on_its_first_page(open_page):
    app = open_page()
    app.session_state["page"] = 3
    fine(app.run())
    assert ("page", "3") in address(app)
    fine(app.multiselect(key="f-language").set_value(["eng"]).run())
    assert app.session_state["page"] == 1
    assert "page" not in app.query_params


def test_the_address_says_page_and_columns(open_page):
    app = fine(open_page([("language", "eng"), ("page", "2"), ("columns", "year,id")]))
    assert app.session_state["page"] == 2
    assert list(shown(app).columns) == ["name", "year", "id"]
    fine(app.multiselect(key="columns").set_value(["hours"]).run())
    assert {("columns", "hours"), ("page", "2")} <= set(address(app))
    fine(app.multiselect(key="columns").set_value([]).run())
    assert list(shown(app).columns) == ["name"]
    assert ("columns", "name") in address(app)


@pytest.mark.parametrize(
    ("name", "value"), [("page", "0"), ("page", "9999"), ("page", "x"), ("page", "1" * 5000), ("columns", "pay")]
)
def test_a_page_or_column_that_is_not_there_is_a_message(open_page, name, value):
    app = open_page([(name, value)])
    assert not app.exception
    assert f"'{value[:20]}" in app.error[0].value
    assert app.dataframe[0].value.shape[0] == ROWS
