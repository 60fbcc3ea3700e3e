"""Evaluation data: the sets, a file from upload to set, a card with withdrawal and deletion; the chooser; the API."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from app.api_sets import ROUTES
from app.components import state
from governance.evaluation.formats.check import check_bytes
from governance.evaluation.formats.own_sets import add_rows, add_set, own_sets

NOW = datetime(2026, 5, 1, tzinfo=UTC)
VOTES = b"Model A,ModelB,Winner,annotator\nx,y,model_a,p1\ny,z,model_a,p1\nx,z,model_b,p2\nx,x,tie,p2\nx,y,who,p2\n"
FIELDS = {"title": "Panel", "format": "battles", "source": "us", "licence": "House rules", "terms": "asked"}


@pytest.fixture
def kept(bench):
    checked = check_bytes(VOTES, "votes.csv")
    add_set(bench, FIELDS, checked.frame, NOW)
    return bench


def said(app):
    shown = (*app.markdown, *app.success, *app.warning, *app.caption, *app.info)
    return " ".join(one.value for one in shown).replace("\\", "")


def test_the_list_answers_what_there_is(open_at, kept):
    app = open_at("evaluation_data")
    assert not app.exception
    assert "**7 sets**" in said(app)
    assert "1 of them your own" in said(app)
    table = app.dataframe[-1].value
    assert table["id"].to_list()[-1] == "own-panel"
    assert table["licence"].to_list()[-1] == "House rules (a name, not in SPDX)"


def test_a_file_is_checked_mapped_and_added(open_at, bench):
    app = open_at("evaluation_data", show="add")
    assert "No file is chosen" in said(app)
    app.file_uploader[0].upload("votes.csv", VOTES, "text/csv").run()
    assert not app.exception
    assert "**3 of 5 rows are good**" in said(app)
    assert "a model meets itself (1)" in said(app)
    assert [(row.line, row.column) for row in app.dataframe[0].value.itertuples()] == [(5, "model_b"), (6, "outcome")]
    judge = next(box for box in app.selectbox if box.label == "judge")
    assert judge.value == "annotator"
    judge.set_value("").run()
    assert "nobody can be withdrawn" in said(app)
    next(box for box in app.selectbox if box.label == "judge").set_value("annotator").run()
    next(box for box in app.text_input if box.label == "Source (needed)").set_value("us")
    next(box for box in app.text_input if box.label == "Name").set_value("Panel")
    app.button[-1].click().run()
    assert "Some rows are bad" in app.error[0].value
    app.checkbox[0].check()
    next(one for one in app.button if one.label == "Add 3 battles").click().run()
    assert not app.exception
    assert [(one.id, one.set.rows) for one in own_sets(bench)] == [("own-panel", 3)]
    assert "Added 3 battles." in said(app)
    assert "**Panel** has **3 battles**" in said(app)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        pytest.param(b"PK\x03\x04 xl/", "spreadsheet", id="spreadsheet"),
        pytest.param(b"a,b\n1,2\n", "fit no format", id="other-columns"),
        pytest.param("model_a,b\nMüller,2\n".encode("latin-1"), "not UTF", id="latin-1"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(open_at, data, what):
    app = open_at("evaluation_data", show="add")
    app.file_uploader[0].upload("votes.csv", data, "text/csv").run()
    assert not app.exception
    assert what in app.error[0].value.replace("\\", "")


def test_a_needed_column_is_asked_for(open_at, own_home):
    app = open_at("evaluation_data", format="scores")
    app.file_uploader[0].upload("s.csv", b"model,benchmark,value\nx,t,0.5\ny,t,0.7\n", "text/csv").run()
    assert "Nothing is mapped to **metric**" in said(app)
    next(box for box in app.selectbox if box.label == "metric (needed)").set_value("the same text for all rows").run()
    next(box for box in app.text_input if box.label == "Text for metric").set_value("accuracy").run()
    assert "**2 of 2 rows are good**" in said(app)


def test_somebody_leaves_and_the_set_is_deleted(open_at, kept):
    app = open_at("evaluation_data", id="own-panel")
    app.selectbox(key="leaver-own-panel").set_value("p1").run()
    assert "Would go: 2 rows. **1 of 3** would be left" in said(app)
    app.button(key="leave-go").click().run()
    assert "Gone: 2 rows" in said(app)
    assert "**Panel** has **1 battle**" in said(app)
    app.button(key="delete-go").click().run()
    assert not app.exception
    assert own_sets(kept) == ()
    assert "Panel is deleted" in said(app)


def test_an_unknown_set_is_told(open_at):
    app = open_at("evaluation_data", id="nowhere")
    assert not app.exception
    assert "no set 'nowhere'" in app.error[0].value


def chooser():
    import streamlit as st

    from app.components.set_chooser import choose_set

    st.markdown(choose_set("battles", default="llmfao").card.id)


@pytest.mark.parametrize(
    ("asked", "shown", "error"),
    [
        pytest.param(None, "llmfao", None, id="default"),
        pytest.param("own-panel", "own-panel", None, id="own"),
        pytest.param("nowhere", "llmfao", "no set 'nowhere'", id="unknown"),
        pytest.param("mteb-results", "llmfao", "holds scores, not battles", id="other-format"),
    ],
)
def test_the_chooser_follows_the_address(kept, asked, shown, error):
    app = AppTest.from_function(chooser, default_timeout=60)
    if asked:
        app.query_params["set"] = asked
    app.run()
    assert not app.exception
    assert app.markdown[0].value == shown
    assert [error in one.value for one in app.error] == ([True] if error else [])


def test_rows_are_read_once_a_version(kept):
    first = state.opened_set(next(card for card in state.set_cards() if card.id == "own-panel"))
    assert first is state.opened_set(first.card)
    add_rows(kept, "own-panel", check_bytes(VOTES, "votes.csv").frame, NOW)
    again = state.opened_set(next(card for card in state.set_cards() if card.id == "own-panel"))
    assert (first.frame.height, again.frame.height) == (3, 6)


def test_the_api_lists_and_gives_sets(kept):
    client = TestClient(Starlette(routes=ROUTES))
    rows = client.get("/api/sets", params={"format": "battles"}).json()["rows"]
    assert rows[-1]["id"] == "own-panel"
    assert client.get("/api/sets/own-panel").json()["filled"]["outcome"] == 3
    lines = client.get("/api/sets/own-panel", params={"as": "csv"}).text.splitlines()
    assert (lines[0], len(lines)) == ("model_a,model_b,outcome,judge", 4)
