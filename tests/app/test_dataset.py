"""The dataset card and the lineage page: what they say, how they move, and that data text stays text."""

from __future__ import annotations

from types import SimpleNamespace

import duckdb
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app.components.dataset_card import fact_words, licence_rows
from app.components.lineage_graph import graph_options, legend_html, mark_words
from app.components.node_table import node_rows
from app.components.verdict import because, verdict
from app.theme import DARK, LIGHT
from governance.catalogue.connect import CATALOGUE_NAME
from governance.provenance.card import Fact, dataset_card
from governance.provenance.layout import lay_out
from governance.provenance.lineage import lineage

HOSTILE = "<img src=x onerror=alert(1)> [a](javascript:alert(1)) :red[x] {b} $y$ \u202egnp"


@pytest.fixture
def hostile_home(own_home):
    """Give one dataset and what stands behind it hostile names."""
    name = own_home / CATALOGUE_NAME
    own = name.read_bytes()
    name.unlink()
    name.write_bytes(own)
    with duckdb.connect(str(name)) as opened:
        opened.execute("UPDATE dataset SET name = ?, url = 'javascript:alert(1)' WHERE id = 'alpaca'", [HOSTILE])
        opened.execute("UPDATE node SET label = ? WHERE id = 'alpaca' OR kind <> 'dataset'", [HOSTILE])
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def said_in(app: AppTest, name: str) -> str:
    """Give the URL's value of a parameter."""
    value = app.query_params[name]
    return value if isinstance(value, str) else value[0]


def all_text(app: AppTest) -> str:
    parts = [*app.title, *app.markdown, *app.caption, *app.subheader, *app.warning, *app.info, *app.error, *app.header]
    return "\n".join(str(part.value) for part in parts)


def test_card_says_own_and_effective_use_with_the_reason(open_at):
    app = open_at("dataset", id="capybara-TheoremQA")
    assert not app.exception
    assert not app.error
    assert app.title[0].value == r"capybara\_TheoremQA"
    said = all_text(app)
    assert ":green-badge[commercial] by its own licences, :orange-badge[non-commercial] once lineage counts" in said
    assert "Because of **licence OpenAI at " in said
    assert "Collection: **Capybara**" in said
    assert "derived from this dataset" in said
    assert "Not stated: " in said


def test_card_flags_sites_that_state_another_class(open_at):
    said = all_text(open_at("dataset", id="lumos-grounding-maths"))
    assert "Hugging Face is **looser than the audit**" in said


def test_card_names_conflicts(open_at):
    app = open_at("dataset", id="bactrian-x-tl")
    assert any("asks the whole to stay open to commercial use" in one.value for one in app.warning)


def test_card_cites(open_at):
    app = open_at("dataset", id="lumos-grounding-maths")
    assert any(code.value.startswith("@article{yin2023agent,") for code in app.code)
    assert "lumos-grounding-maths" in [code.value for code in app.code]


def test_card_follows_the_policy_in_the_address(open_at):
    said = all_text(open_at("dataset", id="capybara-TheoremQA", policy="ignore-generated-terms"))
    assert ":orange-badge[non-commercial] once lineage counts" not in said


@pytest.mark.parametrize("where", ["dataset", "lineage"])
def test_without_an_id_the_page_offers_ways_in(open_at, where):
    app = open_at(where)
    assert "Nothing is chosen yet" in app.info[0].value
    app.button(key="start-capybara-TheoremQA").click().run()
    assert said_in(app, "id") == "capybara-TheoremQA"
    assert not app.exception


@pytest.mark.parametrize("where", ["dataset", "lineage"])
@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        pytest.param("alpacca", "alpaca", id="typo"),
        pytest.param("zz-nothing-like-it-0", "Look it up", id="unlike-any"),
        pytest.param("<script>alert(1)</script>", "There is no dataset", id="script"),
        pytest.param("x" * 5000, "There is no dataset", id="long"),
    ],
)
def test_unknown_id_is_a_message(open_at, where, asked, hint):
    app = open_at(where, id=asked)
    assert not app.exception
    assert hint in app.error[0].value
    assert app.title


def test_card_of_another_kind_leads_to_its_lineage(open_at):
    app = open_at("dataset", id="model:OpenAI GPT-4")
    assert not app.error
    assert "No dataset of this snapshot" in all_text(app)


@pytest.mark.parametrize(
    "query",
    [
        {"snapshot": "1999"},
        {"policy": "nobody"},
        {"direction": "sideways"},
        {"depth": "-1"},
        {"depth": "1e9"},
    ],
    ids=str,
)
def test_hostile_settings_fall_back_with_a_message(open_at, query):
    app = open_at("lineage", id="alpaca", **query)
    assert not app.exception
    assert len(app.error) == 1
    assert r"**alpaca**: " in all_text(app)


@pytest.mark.parametrize("node", ["source:wikipedia.org", "model:OpenAI GPT-4", "collection:xP3x", "coig-cqia-exam"])
def test_any_node_opens(open_at, node):
    app = open_at("lineage", id=node)
    assert not app.exception
    assert not app.error
    assert len(app.selectbox(key=next(box.key for box in app.selectbox if box.label == "Go to")).options) > 100


def test_lineage_moves_by_its_list(open_at):
    app = open_at("lineage", id="capybara-TheoremQA", direction="up")
    box = next(box for box in app.selectbox if box.label == "Go to")
    box.select("op-theoremqa").run()
    assert said_in(app, "id") == "op-theoremqa"
    assert said_in(app, "direction") == "up"
    assert "**theorem\\-qa**" in all_text(app)


def test_finder_finds_other_kinds_too(open_at):
    app = open_at("lineage", id="alpaca")
    app.text_input(key="find").set_value("wikipedia").run()
    app.button(key="found-text_source-source:wikipedia.org").click().run()
    assert said_in(app, "id") == "source:wikipedia.org"


@pytest.mark.parametrize("where", ["dataset", "lineage"])
def test_hostile_names_stay_text(hostile_home, open_at, where):
    app = open_at(where, id="alpaca")
    assert not app.exception
    said = all_text(app)
    assert r"\<img src=x onerror=alert\(1\)\>" in said
    assert "<img" not in said.replace(r"\<img", "")
    assert "](javascript:" not in said
    assert ":red[x]" not in said


def hostile_picture(connection):
    found = lineage(connection, "capybara-TheoremQA")
    nodes = tuple(node.model_copy(update={"label": HOSTILE}) for node in found.nodes)
    return found.model_copy(update={"nodes": nodes})


def test_graph_escapes_what_echarts_reads_as_html(connection):
    found = hostile_picture(connection)
    (series,) = graph_options(lay_out(found), found.dataset_id, LIGHT)["series"]
    for part in [*series["data"], *series["links"]]:
        formatter = part["tooltip"]["formatter"]
        assert "<" not in formatter
        assert "{" not in formatter
    assert "<img" not in legend_html(lay_out(found), LIGHT)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=lambda colours: colours.mode)
def test_graph_follows_the_layout(connection, colours):
    found = lineage(connection, "instAr-ar_medical")
    layout = lay_out(found)
    options = graph_options(layout, found.dataset_id, colours)
    (series,) = options["series"]
    assert [node["id"] for node in series["data"]] == [mark.key for mark in layout.marks]
    for mark, node in zip(layout.marks, series["data"], strict=True):
        assert (node["itemStyle"]["borderType"] == "dashed") == (not mark.recorded)
    for line, link in zip(layout.lines, series["links"], strict=True):
        assert layout.marks[link["source"]].key == line.parent
        assert layout.marks[link["target"]].key == line.child
        assert (link["lineStyle"]["width"] == 3) == line.deciding
    assert sum(line.deciding for line in layout.lines) == len(found.effective.because) - 1
    assert "no record" in legend_html(layout, colours)
    assert "the way to the licence that binds" in legend_html(layout, colours)


def test_list_holds_every_node_but_the_one_asked_for(connection):
    found = lineage(connection, "source:wikipedia.org")
    rows = node_rows(found)
    assert set(rows["id"]) == {node.id for node in found.nodes} - {"source:wikipedia.org"}
    group = next(mark for mark in lay_out(found).marks if mark.folded)
    assert set(node_rows(found, group.members)["id"]) == set(group.members)
    assert f"{len(group.members)} " in mark_words(group)


def test_licences_stand_side_by_side(connection):
    card = dataset_card(connection, "capybara-TheoremQA")
    rows = licence_rows(card, {"huggingface": "agrees", "github": "omits", "paperswithcode": "no_page"})
    assert rows["host"].to_list() == ["Audit", "Audit", "Hugging Face", "GitHub", "Papers with Code"]
    assert rows["stated"].to_list()[-2:] == ["none", "none"]
    assert rows["against"].to_list() == ["", "", "same class as the audit", "states none", "no page there"]


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        pytest.param({"field": "year", "values": (2023,)}, ["2023"], id="a-year-has-no-thousands"),
        pytest.param({"field": "examples", "values": (67017,), "unit": "examples"}, ["67\u202f017"], id="count"),
        pytest.param({"field": "synthetic", "values": (True,)}, ["yes"], id="flag"),
        pytest.param({"field": "hours", "values": (0.5,), "unit": "hours"}, ["0.5 hours"], id="fraction"),
        pytest.param({"field": "task", "values": ("QA", "NLI")}, ["QA", "NLI"], id="list"),
        pytest.param({"field": "hours", "values": ()}, [], id="unknown"),
    ],
)
def test_facts_in_words(fact, words):
    assert fact_words(Fact(**{"label": "L", "unit": None, "basis": "stated", "source": "s", **fact})) == words


@pytest.mark.parametrize(
    ("own", "effective", "says"),
    [
        pytest.param(None, None, "no terms are recorded", id="nothing"),
        pytest.param(None, "noncommercial", ":orange-badge[non-commercial] once lineage", id="no-own"),
        pytest.param("commercial", "commercial", "and once lineage counts", id="same"),
        pytest.param("commercial", "academic_only", ":violet-badge[academic only] once", id="stricter"),
    ],
)
def test_verdict(own, effective, says):
    assert says in verdict(own, effective)


def test_missing_parents_are_said():
    assert because("x", 1, None) == "1 parent behind it has no record, so stricter terms may be missing."
    assert "2 parents behind it have" in because("x", 2, "commercial")
    assert because("x", 0, None) == ""


def test_folded_mark_words():
    mark = SimpleNamespace(
        members=("a", "b"), kind="dataset", folded=True, mixed=True, use=None, recorded=False, label=""
    )
    assert mark_words(mark) == "2 datasets, different uses, some without record"
