"""The Crosswalk page: coverage both ways as the library counts it, and edits that say who and when."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.components.crosswalk_views import _bars, _ours, _theirs, answer
from app.components.figure import chart_svg
from governance.assessment.assessments import save_answer, start_assessment
from governance.assessment.crosswalk import coverage, find_mapping, load_crosswalk, statuses_of
from governance.assessment.framework import load_framework
from governance.assessment.records import Answer, System, SystemVersion
from governance.assessment.systems import save_system

NOW = datetime(2026, 1, 2, tzinfo=UTC)
RELATION = "relation-R1-NIST-GOVERN-1-none"
HOSTILE = "<script>alert(1)</script> [x](javascript:alert(1))"


def said(app):
    return " ".join(one.value for one in [*app.markdown, *app.caption, *app.info]).replace("\\", "")


def fine(app):
    assert not app.exception
    assert not app.error
    return app


@pytest.fixture
def assessed(bench, connection):
    framework = load_framework(connection)
    save_system(bench, System(id="acme-chat", name="Acme Chat", versions=(SystemVersion(version="1.0"),)), NOW)
    made = start_assessment(bench, "acme-chat", "social_impact", framework, NOW)
    found = Answer(item="B1.1", status="found", finding="A gap", method="BBQ", party="first")
    save_answer(bench, made.record.id, found, framework, NOW)
    return made.record.id


@pytest.mark.parametrize("framework", ["NIST", "GAI", "CoP", "ISO", "MIT"])
def test_the_page_counts_as_the_library(open_at, connection, framework):
    app = fine(open_at("crosswalk", framework=framework))
    found = coverage(load_crosswalk(connection), framework)
    assert answer(found, None) in app.markdown[0].value
    targets = app.dataframe[-1].value
    assert len(targets) == found.n
    states = targets["reached"].to_list()
    assert states.count("not mapped") == len(found.gaps)
    assert states == sorted(states, key=lambda state: state != "not mapped"), "gaps come first"
    if found.unmapped:
        assert found.unmapped[0].id in said(app)
    assert "complian" not in said(app).lower()


def test_figures_hold_every_item(connection):
    crosswalk = load_crosswalk(connection)
    for framework in ("NIST", "ISO"):
        for statuses in (None, {"B1.1": "found", "B2.1": "not_assessed"}):
            found = coverage(crosswalk, framework, statuses)
            theirs, ours = _theirs(found), _ours(crosswalk, found)
            assert theirs["count"].sum() == found.n
            assert ours["count"].sum() == found.items
            assert "not mapped" in chart_svg(_bars(theirs, "items of the framework"))


def test_an_assessment_shows_what_rests_on_it(open_at, bench, connection, assessed):
    app = fine(open_at("crosswalk", framework="GAI", assessment=assessed))
    crosswalk = load_crosswalk(connection, bench)
    found = coverage(crosswalk, "GAI", statuses_of(bench, crosswalk, assessed))
    assert (found.assessed, found.items) == (1, 39)
    assert "1 rest on one that was assessed" in said(app)
    targets = app.dataframe[-1].value
    assert targets.set_index("target")["assessed"]["GAI-06"] == "B1.1"


@pytest.mark.parametrize(
    "query", [{"framework": "SOC2"}, {"show": "x"}, {"assessment": HOSTILE}], ids=lambda query: "-".join(query)
)
def test_an_odd_address_is_a_message(open_at, query):
    app = open_at("crosswalk", **query)
    assert not app.exception
    assert len(app.error) == 1
    assert app.title


def test_a_mapping_is_added_taken_away_and_forgotten(open_at, bench, connection):
    app = fine(open_at("crosswalk", show="mappings", item="R1", target="GOVERN-1"))
    assert "Not mapped so far." in said(app)
    app.text_input(key=RELATION.replace("relation", "basis")).set_value(f"both ask {HOSTILE}")
    app.selectbox(key=RELATION).set_value("subset")
    fine(app.button[0].click().run())
    kept = find_mapping(load_crosswalk(connection, bench), "R1", "NIST", "GOVERN-1")
    assert (kept.relation, kept.by, kept.revision) == ("subset", bench.actor.id, 1)
    assert "Now: ours is part of theirs, by" in said(app)
    assert all("](javascript" not in one.value and "<script>" not in one.value for one in app.caption)
    assert "16 of 19 items" in said(app)
    fine(app.button[1].click().run())
    assert "Now: taken away" in said(app)
    assert "15 of 19 items" in said(app)
    fine(app.button(key="map-reset").click().run())
    assert "Not mapped so far." in said(app)
    assert find_mapping(load_crosswalk(connection, bench), "R1", "NIST", "GOVERN-1") is None


def test_a_basis_is_needed_and_what_was_chosen_stays(open_at, bench, connection):
    app = fine(open_at("crosswalk", show="mappings", item="R1", target="GOVERN-1"))
    app.selectbox(key=RELATION).set_value("equal")
    app.button[0].click().run()
    assert "basis is missing" in app.error[0].value
    assert app.selectbox(key=RELATION).value == "equal"
    assert find_mapping(load_crosswalk(connection, bench), "R1", "NIST", "GOVERN-1") is None


def test_choosing_another_framework_keeps_the_item(open_at):
    app = fine(open_at("crosswalk", show="mappings", item="B4", target="MAP-4"))
    fine(app.radio(key="framework").set_value("ISO").run())
    assert app.session_state["item"] == "B4"
    assert app.session_state["target"] == "A.2.2"
