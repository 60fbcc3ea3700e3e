"""Systems and comparison: the library's figures, widgets from the URL, and forms that keep what is typed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from app.components import state
from app.components.figure import chart_svg
from app.components.portfolio_figures import heat_chart, heat_rows, heat_table, heat_words
from app.components.system_card import coverage_chart, coverage_rows
from governance.assessment.assessments import new_version, save_answer, start_assessment
from governance.assessment.coverage import category_groups, coverage
from governance.assessment.framework import load_framework
from governance.assessment.portfolio import portfolio
from governance.assessment.records import Answer, System, SystemVersion
from governance.assessment.states import digest_of, sign, submit
from governance.assessment.systems import add_version, get_system, save_system, systems
from governance.catalogue.connect import open_catalogue
from governance.records.people import Actor
from governance.records.store import write

NOW = datetime(2026, 3, 4, tzinfo=UTC)
BO = Actor(email="bo", name="Bo", role="reviewer")
HOSTILE = "<img src=x onerror=alert(1)> [x](javascript:1) **b**"


@pytest.fixture(scope="module")
def framework(catalogue_home):
    """Give the shipped forms."""
    with open_catalogue(catalogue_home) as connection:
        return load_framework(connection)


@pytest.fixture
def filled(bench, framework):
    """Give a workbench with a signed system that moved on, a draft, and one not started."""
    for name in ("Acme Chat", "Borealis", "Echo"):
        record = System(id=name.casefold().replace(" ", "-"), name=name, versions=(SystemVersion(version="1.0"),))
        save_system(bench, record, NOW)
    for key, status in (("acme-chat", "found"), ("borealis", "none_found")):
        made = start_assessment(bench, key, "social_impact", framework, NOW, review_by=date(2026, 4, 1))
        for item in ("B1.1", "B1.2"):
            said = Answer(item=item, status=status, finding="Said", method="BBQ", party="third", level=2)
            save_answer(bench, made.record.id, said, framework, NOW)
    submit(bench, "acme-chat-si-1", NOW)
    sign(bench.acting(BO), "acme-chat-si-1", digest_of(bench, "acme-chat-si-1"), NOW)
    later = NOW + timedelta(days=1)
    add_version(bench, "acme-chat", SystemVersion(version="2.0", released=date(2026, 3, 2)), later)
    return bench


def words(app):
    """Give all text of a page."""
    shown = (*app.title, *app.markdown, *app.info, *app.error, *app.warning, *app.caption, *app.success, *app.header)
    return " ".join(one.value for one in shown)


def frame_with(app, column):
    """Give the table that has a column."""
    return next(one.value for one in app.dataframe if column in one.value)


def test_an_empty_workbench_says_what_to_do(open_at):
    app = open_at("systems")
    assert not app.exception
    assert app.title[0].value == "Where does each system stand?"
    assert "**Nothing yet.**" in words(app)
    assert app.button(key="add").label == "Add a system"
    empty = open_at("compare_systems")
    assert "**Nothing to compare yet.**" in words(empty)


def test_the_answer_and_the_table_are_the_library_s(open_at, filled):
    app = open_at("systems")
    assert not app.exception
    assert "**3 systems**: 1 signed, 1 in draft, 1 not started. **2** have something out of date." in words(app)
    table = app.dataframe(key="systems-table").value
    assert table["name"].tolist() == ["Acme Chat", "Borealis", "Echo"]
    assert table["social"].tolist() == ["signed 2026-03-04", "draft", "not started"]
    assert "version 2.0 is out" in table["stale"][0]
    assert table["share"].tolist()[:2] == [5, 5]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        pytest.param({"show": "stale"}, ["Acme Chat", "Borealis"], id="stale"),
        pytest.param({"show": "none"}, ["Echo"], id="not-started"),
        pytest.param({"words": "bore"}, ["Borealis"], id="found"),
        pytest.param({"party": "first"}, ["Acme Chat", "Borealis", "Echo"], id="party"),
    ],
)
def test_the_url_sets_the_widgets(open_at, filled, query, names):
    app = open_at("systems", **query)
    assert app.dataframe(key="systems-table").value["name"].tolist() == names
    for name, value in query.items():
        assert app.session_state[name] == value


@pytest.mark.parametrize("query", [{"show": "odd"}, {"party": "x"}, {"list": "y"}, {"within": "7", "list": "due"}])
def test_an_odd_value_is_explained(open_at, filled, query):
    app = open_at("systems", **query)
    assert app.error
    assert "**3 systems**" in words(app)
    assert not app.exception


def test_a_system_that_is_not_there(open_at, filled):
    app = open_at("systems", system=HOSTILE)
    assert "**That system is not here.**" in words(app)
    assert not app.exception


def test_due_reviews_and_next_steps(open_at, filled):
    due = open_at("systems", list="due")
    table = due.dataframe(key="due-90").value
    assert table["name"].tolist() == ["Acme Chat", "Borealis"]
    assert "days ago" in table["when"][0]
    steps = open_at("systems", list="next")
    assert not steps.exception
    said = [one.proto.label for one in steps.get("page_link")] + [one.value for one in steps.markdown]
    assert any("version 2.0 is out" in one.replace("\\", "") for one in said)


@pytest.mark.parametrize("by", ["categories", "dimensions"])
def test_one_system(open_at, filled, by):
    app = open_at("systems", system="acme-chat", by=by)
    assert not app.exception
    assert app.title[0].value == "Where does Acme Chat stand?"
    assert "Out of date" in app.warning[0].value
    assert f"2 of {39 if by == 'categories' else 27} items that apply are assessed" in words(app)
    assert app.session_state["by"] == by


def test_starting_an_assessment(open_at, filled):
    app = open_at("systems", system="echo")
    app.button(key="start-social_impact").click().run()
    assert not app.exception
    assert "Social\\-impact evaluation draft" in words(open_at("systems", system="echo"))


def test_a_system_is_added_and_changed(open_at, bench):
    app = open_at("systems", do="add")
    app.text_input(key="system-name").set_value("Clinic Notes <b>")
    app.text_input(key="system-owner").set_value("Health")
    app.text_input(key="system-find-datasets").set_value("oig").run()
    assert app.multiselect(key="system-datasets").options
    app.multiselect(key="system-datasets").set_value([app.multiselect(key="system-datasets").options[0]])
    app.button(key="system-save").click().run()
    assert not app.exception
    (made,) = systems(bench)
    assert (made.record.id, made.record.owner, len(made.record.datasets)) == ("clinic-notes-b", "Health", 1)
    assert app.title[0].value == "Where does Clinic Notes \\<b\\> stand?"
    edit = open_at("systems", system="clinic-notes-b", do="edit")
    assert edit.text_input(key="system-owner").value == "Health"
    edit.text_input(key="system-owner").set_value("Care").run()
    edit.button(key="system-save").click().run()
    assert get_system(bench, "clinic-notes-b").record.owner == "Care"


def test_what_was_typed_stays_where_it_cannot_be_saved(open_at, bench):
    app = open_at("systems", do="add")
    app.text_input(key="system-owner").set_value("Health").run()
    app.button(key="system-save").click().run()
    assert "Name" in app.error[0].value or "name" in app.error[0].value
    assert app.text_input(key="system-owner").value == "Health"
    assert systems(bench) == ()


def test_an_edit_that_meets_another_shows_both(open_at, filled):
    app = open_at("systems", system="echo", do="edit")
    present = get_system(filled, "echo")
    save_system(filled, present.record.model_copy(update={"owner": "Theirs"}), NOW, present.revision)
    app.text_input(key="system-owner").set_value("Mine").run()
    app.button(key="system-save").click().run()
    assert "changed the same fields meanwhile" in words(app)
    table = frame_with(app, "yours")
    assert table.to_dict("records") == [{"field": "owner", "yours": "Mine", "theirs": "Theirs"}]
    app.button(key="system-mine").click().run()
    assert get_system(filled, "echo").record.owner == "Mine"


def test_two_assessments_side_by_side(open_at, filled):
    app = open_at("compare_systems", a="acme-chat-si-1", b="borealis-si-1")
    assert not app.exception
    assert "**2 of 39 items differ**" in words(app)
    table = app.dataframe(key="sides-table").value
    assert table["item"].tolist() == ["B1.1", "B1.2"]
    assert table["fields"].tolist() == ["status", "status"]
    app.selectbox(key="beside-item").set_value("B1.2").run()
    assert frame_with(app, "before")["before"].tolist() == ["found"]
    assert frame_with(app, "after")["after"].tolist() == ["none found"]


def test_what_changed_since_it_was_signed(open_at, filled, framework):
    app = open_at("compare_systems", view="since", a="acme-chat-si-1")
    assert "1 newer versions** since Bo signed" in words(app)
    made = new_version(filled, "acme-chat-si-1", "2.0 is out", framework, NOW).record.id
    save_answer(
        filled, made, Answer(item="B1.1", status="none_found", method="BBQ"), framework, NOW + timedelta(days=2), 1
    )
    app = open_at("compare_systems", view="since", a=made)
    assert not app.exception
    assert "1 answers" in words(app)
    assert "It was never signed" in words(open_at("compare_systems", view="since", a="borealis-si-1"))


@pytest.mark.parametrize("query", [{"a": HOSTILE}, {"view": "odd"}, {"show": "odd"}])
def test_an_odd_comparison_is_explained(open_at, filled, query):
    app = open_at("compare_systems", **query)
    assert app.error
    assert not app.exception


def test_figures_draw_and_hostile_names_stay_text(bench, framework):
    save_system(bench, System(id="odd", name=HOSTILE), NOW)
    made = start_assessment(bench, "odd", "social_impact", framework, NOW).record.id
    said = Answer(item="B1.1", status="found", method=HOSTILE, party="first", level=0)
    save_answer(bench, made, said, framework, NOW)
    found, groups = portfolio(bench, framework, date(2026, 4, 1)), category_groups(framework, ("text",))
    rows = heat_rows(found, found.standings, "all", groups)
    assert "<img" not in chart_svg(heat_chart(rows, groups))
    table = heat_table(rows)
    first = table.row(0, named=True)
    assert (first["Assessed"], first["Share"], first["Reporting level, median"]) == (1, 0.2, 0.0)
    assert table.row(1, named=True)["Reporting level, median"] is None
    assert "1 systems by 12 categories" in heat_words(rows, groups, "all")
    assert "1/5" in chart_svg(coverage_chart(coverage_rows(coverage(bench, framework, made))))


def test_a_thousand_systems_are_paged(open_at, bench):
    def put(change):
        change.fetch(
            "INSERT INTO document (kind, id, body, revision, created, updated) SELECT 'system', 's-' || i, "
            "json_object('id', 's-' || i, 'name', 'System ' || i), 1, now()::TIMESTAMP, now()::TIMESTAMP "
            "FROM range(1000) t(i)"
        )
        change.note("create", "system", "many", None, None)

    write(bench, put, NOW)
    app = open_at("systems")
    app.query_params["page"] = "50"
    app.run()
    assert "**1\u202f000 systems**: 1\u202f000 not started." in words(app)
    assert app.dataframe(key="systems-table").value.shape[0] == 20
    assert "981 to 1000 of 1\u202f000" in words(app)
    app.query_params["page"] = "51"
    assert "no page" in app.run().error[0].value


def test_the_portfolio_is_read_again_after_a_change(open_at, filled):
    before = state.standings(date(2026, 4, 1))
    assert state.standings(date(2026, 4, 1)) is before
    save_system(filled, System(id="new", name="New"), NOW)
    assert len(state.standings(date(2026, 4, 1)).standings) == 4
