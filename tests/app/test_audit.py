"""The page of the trail: its answer, filters in the address, heads kept elsewhere, odd addresses."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.components.audit_views import answer, days_chart, days_table, rows_table
from app.components.figure import chart_svg
from governance.records.audit import Head, audit_days, audit_rows, head, verify
from governance.records.documents import save_document
from governance.records.people import Actor

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.fixture
def trail(bench):
    """Give the workbench with 60 changes by two people."""
    ana, bo = (bench.acting(Actor(email=name, name=name, role="admin")) for name in ("ana", "bo"))
    for number in range(30):
        save_document(ana, "policy", f"a-{number}", {"title": "<b>x</b>", "n": number}, NOW)
        save_document(bo, "policy", f"a-{number}", {"title": "<b>x</b>", "n": number + 1}, NOW, 1)
    return ana


def said(app):
    return " ".join(one.value for one in app.markdown)


def test_a_whole_trail_is_said_to_be_whole(trail, open_at):
    app = open_at("audit")
    assert "**The trail is whole:** 60 changes" in said(app)
    assert not app.exception
    rows = next(one.value for one in app.dataframe if "who" in one.value)
    assert rows["seq"].tolist() == list(range(60, 10, -1))


def test_an_empty_trail(bench, open_at):
    app = open_at("audit")
    assert "Nothing was changed yet" in app.info[0].value
    assert "0 changes" in said(app)


def test_the_address_filters_and_opens_a_change(trail, open_at):
    app = open_at("audit", actor="local:bo", row="2")
    assert app.selectbox(key="actor").value == "local:bo"
    assert [one.value for one in app.subheader] == [r"Change 2: update policy a\-0"]
    tables = [one.value for one in app.dataframe]
    assert any(set(table["who"]) == {"local:bo"} for table in tables if "who" in table)
    fields = next(table for table in tables if "before" in table)
    assert fields.set_index("field").loc["n"].tolist() == ["0", "1"]


def test_pages_of_the_trail(trail, open_at):
    app = open_at("audit")
    next(one for one in app.button if one.label == "Older").click().run()
    rows = next(one.value for one in app.dataframe if "who" in one.value)
    assert rows["seq"].tolist() == list(range(10, 0, -1))
    next(one for one in app.button if one.label == "Newest").click().run()
    assert "before" not in app.query_params


@pytest.mark.parametrize(
    "query",
    [{"row": "x"}, {"before": "-1"}, {"kind": "<script>"}, {"actor": "nobody"}, {"row": "9" * 40}],
    ids=lambda query: next(iter(query)),
)
def test_an_odd_address_is_explained(trail, open_at, query):
    app = open_at("audit", **query)
    assert app.error
    assert not app.exception
    assert "The trail is whole" in said(app)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param(None, "It passes through the head you kept, at row 60", id="kept"),
        pytest.param('{"rows": 61, "hash": "' + "0" * 64 + '"}', "not whole: row 61", id="longer"),
        pytest.param('{"rows": 60, "hash": "' + "0" * 64 + '"}', "not whole: row 60", id="other"),
    ],
)
def test_a_head_that_was_kept(trail, open_at, text, says):
    app = open_at("audit")
    app.text_area(key="kept-text").set_value(text or head(trail).model_dump_json())
    next(one for one in app.button if one.label == "Compare").click().run()
    assert says in said(app)


@pytest.mark.parametrize("text", ["", "no", '{"rows": -1}'], ids=["empty", "words", "negative"])
def test_what_is_no_head_is_said(trail, open_at, text):
    app = open_at("audit")
    app.text_area(key="kept-text").set_value(text)
    next(one for one in app.button if one.label == "Compare").click().run()
    assert "head" in app.error[0].value
    assert "The trail is whole" in said(app)


def test_a_damaged_trail_is_said(trail, open_at):
    trail.connection.cursor().execute("UPDATE audit SET actor = 'local:eve' WHERE seq = 7")
    app = open_at("audit")
    assert "The trail is not whole: row 7" in said(app)


def test_words_and_figures_come_from_the_trail(trail):
    found = verify(trail)
    assert answer(found, 60, None).startswith("**The trail is whole:** 60 changes")
    assert "not checked yet" in answer(None, 60, None)
    assert "at row 60" in answer(found, 60, Head(rows=60, hash=found.head))
    table = days_table(audit_days(trail))
    assert table.rows() == [("2026-03-04", "create", 30), ("2026-03-04", "update", 30)]
    assert chart_svg(days_chart(table)).startswith("<svg")
    assert rows_table(audit_rows(trail, limit=2))["seq"].to_list() == [60, 59]
