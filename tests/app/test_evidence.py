"""Send to evidence, the picker and the evidence page: what is frozen is what the page showed."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime

import pytest
from streamlit.testing.v1 import AppTest

from app.components.evidence_menu import figure_of
from app.components.evidence_words import chip, evidence_words, figure_words, value_words
from governance.assessment.assessments import answers, start_assessment
from governance.assessment.evidence import About, add_figure, add_link, evidence_of
from governance.assessment.framework import load_framework
from governance.assessment.records import MOST_ROWS, Evidence, Figure, System, SystemVersion
from governance.assessment.staleness import Flag
from governance.assessment.systems import save_system, systems
from governance.catalogue.connect import catalogue_version
from governance.provenance.hosts import host_audits, host_shares

NOW = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
URL = "https://example.org/audit"
HOSTILE = "<script>alert(1)</script> [x](javascript:alert(1)) | `a` $b$ :red[c] \u202e"


@pytest.fixture
def chat(bench):
    versions = (SystemVersion(version="1.0", released=date(2026, 1, 1)),)
    save_system(bench, System(id="acme-chat", name="Acme Chat", versions=versions), NOW)
    return bench


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


def test_a_figure_is_frozen_as_the_page_showed_it(chat, open_at, connection):
    app = press(open_at("hosts", site="github", modality="text"), "rates-evidence")
    assert app.text_input(key="rates-title").value == "Text datasets without a licence on GitHub"
    press(app, "rates-keep")
    assert "acme\\-chat\\-e1" in app.success[0].value
    (kept,) = evidence_of(chat, "acme-chat")
    shares = host_shares(host_audits(connection))
    none = next(one.share for one in shares[::-1] if (one.host, one.measure) == ("github", "omission"))
    frozen = kept.figure
    assert (frozen.value, frozen.low, frozen.high, frozen.n) == (none.share, none.low, none.high, none.n)
    assert (frozen.inputs, frozen.address) == ({"site": "github"}, "/hosts?site=github")
    assert frozen.catalogue == kept.catalogue == catalogue_version(connection)
    assert frozen.source.startswith("Source: Data Provenance Collection")
    assert (len(frozen.rows), frozen.rows[0]["value"]) == (18, "Hugging Face")
    assert kept.effective == kept.added.date()


def test_a_chart_without_a_number_of_its_own_keeps_its_words_and_rows(chat, open_at):
    app = press(press(open_at("models", line="1e26"), "compute-evidence"), "compute-keep")
    frozen = evidence_of(chat)[0].figure
    assert app.success
    assert frozen.value.startswith("Scatter of")
    assert frozen.inputs["line"] == "1e26"
    assert len(frozen.rows) <= MOST_ROWS


def test_a_new_system_is_made_where_there_is_none(bench, open_at):
    app = press(open_at("datasets", language="swh"), "datasets-evidence")
    assert app.button(key="datasets-keep").disabled
    app.text_input(key="datasets-new").set_value("Our helper").run()
    press(app, "datasets-keep")
    assert [one.record.id for one in systems(bench)] == ["our-helper"]
    (kept,) = evidence_of(bench, "our-helper")
    assert kept.figure.inputs["selection"] == "language=swh"
    assert kept.figure.value == float(kept.figure.n)


def test_a_figure_can_be_cited_at_once(chat, open_at, connection):
    form = load_framework(connection)
    draft = start_assessment(chat, "acme-chat", "social_impact", form, NOW).record.id
    app = press(open_at("footprint"), "co2e_kg-evidence")
    app.selectbox(key="co2e_kg-item").set_value((draft, "B6.1")).run()
    press(app, "co2e_kg-keep")
    (kept,) = evidence_of(chat, "acme-chat")
    assert answers(chat, draft)["B6.1"].record.evidence == (kept.id,)
    assert kept.figure.low < kept.figure.value < kept.figure.high
    assert kept.figure.unit == "kg"


def test_the_probability_of_a_threshold_is_kept(chat, open_at):
    press(press(open_at("thresholds"), "spread-evidence"), "spread-keep")
    frozen = evidence_of(chat)[0].figure
    assert 0 <= (frozen.value if frozen.value is not None else frozen.low) <= 1
    assert "verdict" in frozen.method
    assert {"as_of", "instrument"} <= set(frozen.inputs)


def test_nothing_is_made_before_it_is_asked_for(catalogue_home):
    def page():
        import streamlit as st

        from app.components.evidence_menu import evidence_button

        def make():
            st.session_state["made"] = True
            raise AssertionError

        evidence_button(make, key="x")

    app = AppTest.from_function(page).run()
    assert not app.exception
    assert "made" not in app.session_state


def test_the_page_shows_a_figure_with_what_was_frozen(chat, open_at):
    figure = Figure(name="Share", value=0.35, low=0.3, high=0.4, n=20, address="/hosts?site=github", catalogue="old")
    kept = add_figure(chat, "acme-chat", figure.model_copy(update={"rows": ({"a": 1},)}), About(title="Share"), NOW)
    add_link(chat, "acme-chat", URL, About(title=HOSTILE, effective=date(2025, 1, 1), summary=HOSTILE), NOW)
    app = open_at("evidence", id=kept.id)
    assert not app.exception
    assert "**2** pieces of evidence for Acme Chat · **1 stale** · 1 of unknown age" in app.markdown[0].value
    facts = app.dataframe[1].value
    assert dict(zip(facts["field"], facts["value"], strict=True))["interval"] == "0.3 to 0.4"
    app.selectbox(key="id").set_value("acme-chat-e2").run()
    assert not app.exception
    assert "older than the version" in " ".join(one.value for one in app.markdown)
    assert not any("<script>" in one.value for one in app.markdown)


def test_the_page_edits_and_removes(chat, open_at):
    add_link(chat, "acme-chat", URL, About(title="Old"), NOW)
    app = open_at("evidence")
    next(one for one in app.text_input if one.label == "Title").set_value("New")
    next(one for one in app.button if one.label == "Save").click().run()
    assert evidence_of(chat)[0].title == "New"
    press(app, "remove")
    assert evidence_of(chat) == ()
    assert "Nothing is kept yet" in app.info[0].value


def test_a_link_is_added_and_a_bad_one_keeps_what_was_typed(chat, open_at):
    app = press(open_at("evidence"), "evidence-add")
    app.text_input(key="evidence-url").set_value("javascript:alert(1)")
    app.text_input(key="evidence-title").set_value("Audit").run()
    press(app, "evidence-save")
    assert "not http" in app.error[0].value
    assert app.text_input(key="evidence-title").value == "Audit"
    app.text_input(key="evidence-url").set_value(URL).run()
    press(app, "evidence-save")
    assert [(one.title, one.url) for one in evidence_of(chat)] == [("Audit", URL)]


def test_a_record_is_found_and_kept(chat, open_at):
    app = press(open_at("evidence"), "evidence-add")
    app.segmented_control(key="evidence-way").set_value("record").run()
    app.text_input(key="evidence-find").set_value("alpaca").run()
    app.selectbox(key="evidence-record").set_value(("dataset", "alpaca")).run()
    press(app, "evidence-save")
    (kept,) = evidence_of(chat)
    assert (kept.title, kept.record_kind, kept.record_id) == ("alpaca", "dataset", "alpaca")


def test_without_a_system_the_page_says_what_to_do(bench, open_at):
    app = open_at("evidence")
    assert not app.exception
    assert "No system" in app.info[0].value


@pytest.mark.parametrize("query", [{"system": "no"}, {"id": "<b>"}, {"version": "9"}], ids=lambda one: next(iter(one)))
def test_an_odd_address_is_explained(chat, open_at, query):
    add_link(chat, "acme-chat", URL, About(title="x"), NOW)
    app = open_at("evidence", **query)
    assert not app.exception
    assert "is not known" in app.error[0].value


def picker():
    import streamlit as st

    from app.components.evidence_picker import evidence_options

    st.session_state.setdefault("pick", ["acme-chat-e1", "gone"])
    evidence_options("acme-chat", "pick", lambda: None, ())


def test_the_picker_gives_what_is_chosen(chat):
    for title in ("One", "Two"):
        add_link(chat, "acme-chat", URL, About(title=title), NOW)
    app = AppTest.from_function(picker, default_timeout=30).run()
    assert not app.exception
    assert app.session_state["pick"] == ["acme-chat-e1"]
    assert any("One" in one.value for one in app.markdown)
    app.multiselect(key="pick").set_value(["acme-chat-e1", "acme-chat-e2"]).run()
    assert app.session_state["pick"] == ["acme-chat-e1", "acme-chat-e2"]


def test_what_is_added_in_the_picker_is_chosen(chat):
    app = press(AppTest.from_function(picker, default_timeout=30).run(), "pick-add")
    app.text_input(key="pick-url").set_value(URL)
    app.text_input(key="pick-title").set_value("New").run()
    press(app, "pick-save")
    assert app.session_state["pick"] == ["acme-chat-e1"]
    assert evidence_of(chat)[0].title == "New"


def test_rows_behind_a_figure_are_bounded():
    import polars as pl

    long = pl.DataFrame({"n": list(range(1_000)), "day": [date(2026, 1, 1)] * 1_000, "x": [math.nan] * 1_000})
    frozen = figure_of("t" * 300, "alt", "caption", long)
    assert frozen.rows[0] == {"n": 0, "day": "2026-01-01", "x": None}
    assert (len(frozen.rows), len(frozen.name)) == (MOST_ROWS, 200)
    assert len(figure_of("t", "a", "c", pl.DataFrame({"x": ["a" * 60_000] * 4})).rows) == 1


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        pytest.param({"kind": "link", "party": "third"}, "link · third party · no effective date", id="party"),
        pytest.param({"kind": "link", "effective": date(2026, 2, 1)}, "link · of 2026-02-01", id="day"),
        pytest.param({"kind": "record", "record_kind": "dataset"}, "dataset · no effective date", id="record"),
        pytest.param({"kind": "file", "scorer": "d 1"}, "file · no effective date · d 1", id="scorer"),
    ],
)
def test_evidence_in_words(evidence, words):
    assert evidence_words(Evidence(id="e", title="t", **evidence)) == words


def test_a_chip_shows_age_and_escapes_its_title():
    shown = chip(Evidence(id="e", title="[a](b)", kind="link"), [Flag(kind="older_scorer", words="x")])
    assert "\\[a\\]" in shown
    assert ":orange-badge[:material/schedule: older scorer]" in shown


def test_values_are_not_rounded_away():
    assert value_words(0.353) == "0.353"
    assert "unknown" in figure_words(Figure(name="x"))
