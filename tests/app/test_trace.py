"""The Trace page: its figures are the library's, the address gives the view, bad input stays a message."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import httpx
import pytest

from app.components import state
from app.components.trace_graph import FAMILIES, legend, trace_mark_words, trace_options
from app.components.trace_state import trace_graph
from app.components.trace_views import falls_answer, path_answer, trace_answer
from app.theme import DARK, LIGHT
from governance.assessment.records import System
from governance.assessment.systems import save_system
from governance.research.trace import path_between, trace, what_falls
from governance.research.trace_layout import lay_out_trace
from governance.research.trace_vocabulary import TRACE_KINDS

HOSTILE = "<script>alert(1)</script> [x](javascript:alert(1)) :red[y] $z$ {a}"


@pytest.fixture
def at(open_at):
    return lambda **query: open_at("trace", **query)


def fine(app):
    assert not app.exception
    assert not app.error
    return app


def given(app, name):
    value = app.query_params[name]
    return value if isinstance(value, str) else value[0]


def test_no_record_offers_ways_in(at):
    app = fine(at())
    assert "Choose a record" in app.markdown[0].value
    starts = [one for one in app.button if str(one.key).startswith("start-")]
    assert len(starts) == 6
    starts[0].click().run()
    assert given(app, "id") == "dataset:aya-swahili"
    assert "aya\\-swahili" in fine(app).markdown[0].value


def test_trace_of_a_record(at):
    app = fine(at(id="model:gpt-4", direction="up", depth="2"))
    found = trace(state.cursor(), None, "model", "gpt-4", "up", 2, known=trace_graph())
    assert app.markdown[0].value == trace_answer(found)
    assert len(app.dataframe[0].value) == found.nodes.height - 1
    assert app.session_state["direction"] == "up"


def test_kinds_come_from_the_address_and_go_back_to_it(at):
    app = fine(at(id="model:gpt-4", kinds="threshold"))
    assert app.multiselect(key="kinds").value == ["threshold"]
    assert set(app.dataframe[0].value["kind"]) == {"threshold"}
    app.multiselect(key="kinds").set_value(["threshold", "compute_record"]).run()
    assert given(app, "kinds") == "threshold,compute_record"


def test_what_falls(at, bench):
    save_system(bench, System(id="acme", name=HOSTILE, datasets=("alpaca",)), datetime(2026, 1, 1, tzinfo=UTC))
    app = fine(at(id="dataset:alpaca", view="falls"))
    found = what_falls(trace_graph(), "dataset", "alpaca")
    assert found.touched("system")["id"].to_list() == ["acme"]
    assert app.markdown[0].value == falls_answer(found)
    assert "**1 system**" in falls_answer(found)


def test_nothing_rests_on_it(at):
    app = fine(at(id="claim:aya-dataset/countries", view="falls"))
    assert "Nothing rests on it" in app.info[0].value


def test_path(at):
    app = fine(at(id="claim:aya-dataset/countries", view="path"))
    assert "Choose the other end" in app.markdown[0].value
    app = fine(at(id="claim:aya-dataset/countries", view="path", to="paper:aya-dataset"))
    ends = ("claim", "aya-dataset/countries"), ("paper", "aya-dataset")
    found = path_between(trace_graph(), *ends)
    assert app.markdown[0].value == path_answer(found, trace_graph(), *(":".join(end) for end in ends))
    assert len(app.table[0].value) == found.edges.height
    assert app.title[0].value == "How are these two connected?"


def test_a_wrong_other_end_can_be_replaced(at):
    app = at(id="dataset:aya-swahili", view="path", to="dataset:nope")
    assert "no dataset" in app.error[0].value
    found = app.text_input(key="find-to").set_value("MIT License").run()
    next(one for one in found.button if str(one.key) == "found-to-licence:MIT License").click().run()
    assert given(app, "to") == "licence:MIT License"
    assert not app.error


def test_search_finds_every_kind(at):
    app = at()
    for words, kind in (("gpt-4", "model"), ("nytimes.com", "domain"), ("toxicity-helm", "evaluation_set")):
        app.text_input(key="find-id").set_value(words).run()
        assert f"found-id-{kind}:{words}" in [one.key for one in fine(app).button], words
    app.text_input(key="find-id").set_value("qqzzqqzz").run()
    assert any("Nothing of that name" in one.value for one in app.info)


@pytest.mark.parametrize(
    "query",
    [
        {"id": "nonsense"},
        {"id": "planet:x"},
        {"id": "dataset:nowhere"},
        {"id": "dataset:" + HOSTILE},
        {"id": "dataset:alpaca", "view": "path", "to": "dataset:nowhere"},
        {"id": "dataset:alpaca", "view": "upside-down"},
        {"id": "dataset:alpaca", "kinds": "planet"},
        {"id": "dataset:alpaca", "depth": "9000"},
    ],
)
def test_bad_addresses_stay_messages(at, query):
    app = at(**query)
    assert not app.exception
    assert app.error
    assert "<script>" not in app.markdown[0].value


def test_the_picture_tells_all_it_holds():
    assert sorted(kind for *_, kinds in FAMILIES for kind in kinds) == sorted(TRACE_KINDS)
    found = trace(None, None, "evaluation_set", "mteb-results", known=trace_graph())
    drawn = lay_out_trace(found)
    for tokens in (LIGHT, DARK):
        options = trace_options(drawn, found.start, tokens)
        series = options["series"][0]
        assert len(series["data"]) == len(drawn.marks)
        assert all(0 <= link["source"] < len(drawn.marks) for link in series["links"])
        json.dumps(options)
        assert "results" in legend(drawn, tokens)
    assert {trace_mark_words(mark) for mark in drawn.marks if mark.folded}


@pytest.fixture(scope="module")
def api(server):
    with httpx.Client(base_url=server, timeout=60) as client:
        yield client


def test_api(api):
    answer = api.get("/api/trace/model/gpt-4", params={"direction": "up"})
    found = trace(None, None, "model", "gpt-4", "up", known=trace_graph())
    assert answer.json() == json.loads(json.dumps(found.document()))
    falls = api.get("/api/trace/licence/CC BY-NC 4.0", params={"view": "falls"}).json()
    assert falls["counts"]["claim"] == len(falls["touched"]["claim"])
    way = api.get("/api/trace/claim/aya-dataset/countries", params={"to": "paper:aya-dataset"}).json()
    assert way["relation"] == "rests_on"
    only = api.get("/api/trace/model/gpt-4", params={"only": "threshold", "depth": 3}).json()
    assert {row["kind"] for row in only["nodes"]} == {"model", "threshold"}
    assert api.get("/api/trace/model/gpt-4", params={"format": "graphml"}).content.startswith(b"<?xml")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("dataset/nowhere", 404),
        ("planet/x", 400),
        ("dataset/alpaca?depth=x", 400),
        ("dataset/alpaca?view=path", 400),
        ("dataset/alpaca?to=nonsense", 400),
        ("dataset/alpaca?format=xml", 400),
        ("dataset/alpaca?speed=1", 400),
        ("dataset/alpaca?view=falls&depth=1", 400),
    ],
)
def test_api_refuses(api, path, status):
    answer = api.get(f"/api/trace/{path}")
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")
