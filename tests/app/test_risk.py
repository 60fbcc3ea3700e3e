"""The Risk page: sections saved as they are changed, the verdict as the library gives it, variations in the address."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.components import state
from app.components.risk_grid import grid_rows, grid_words
from app.components.risk_words import decision_words, flip_words
from governance.assessment.assessments import start_assessment
from governance.assessment.framework import load_framework
from governance.assessment.own_risk_rules import own_risk_rules
from governance.assessment.records import System, SystemVersion
from governance.assessment.reopening import trigger_notes
from governance.assessment.risk import Case
from governance.assessment.risk_record import read_risk, write_section
from governance.assessment.risk_rule import DEFAULT_RULE
from governance.assessment.risk_vary import vary
from governance.assessment.systems import save_system
from tests.unit.assessment.risk_cases import filled

NOW = datetime(2026, 1, 2, tzinfo=UTC)
ID = "acme-chat-risk-1"
HOSTILE = "<script>alert(1)</script> *b* [x](javascript:alert(1)) :red[y]"


@pytest.fixture
def framework(own_home):
    return load_framework(state.cursor())


@pytest.fixture
def risk(bench, framework):
    """Give a draft with everything but the evidence."""
    record = System(
        id="acme-chat", name="Acme Chat", versions=(SystemVersion(version="2.1"),), models=("llama-3-1-405b", "nobody")
    )
    save_system(bench, record, NOW)
    start_assessment(bench, "acme-chat", "risk", framework, NOW)
    for section, values in filled(framework.sections, R4_risk_tier="low", R4_decision="deploy").items():
        kept = {name: value for name, value in values.items() if value != ["e-1"]}
        write_section(bench, ID, section, kept, framework, NOW)
    return ID


def said(app):
    shown = [*app.markdown, *app.caption, *app.info, *app.warning]
    return " ".join(item.value for item in shown).replace("\\", "")


def fine(app):
    assert not app.exception
    assert not app.error
    return app


def test_without_a_system_and_before_it_is_started(open_at, bench, framework):
    assert "No system yet" in said(fine(open_at("risk")))
    save_system(bench, System(id="acme-chat", name="Acme Chat"), NOW)
    app = fine(open_at("risk"))
    assert "Nothing is recorded yet" in said(app)
    fine(app.button(key="start").click().run())
    assert read_risk(bench, ID, framework, NOW.date()).verdict.stand == "undecided"
    assert "Not assessed yet" in said(app)


def test_the_answer_is_the_library_s(open_at, bench, risk, framework):
    app = fine(open_at("risk", assessment=risk))
    verdict = read_risk(bench, risk, framework, NOW.date()).verdict
    assert decision_words(verdict) in said(app)
    assert "admits deploy" in said(app)
    for one in verdict.conditions:
        assert one.why[1:].replace("_", " ") in said(app)


def test_a_field_is_saved_as_it_is_changed(open_at, bench, risk, framework):
    app = fine(open_at("risk", assessment=risk, section="R2"))
    key = f"risk-{risk}-R2"
    assert app.text_area(key=f"{key}-threat_model").value == "words"
    fine(app.text_area(key=f"{key}-threat_model").set_value(HOSTILE).run())
    fine(app.segmented_control(key=f"{key}-likelihood").set_value("almost_certain").run())
    values = read_risk(bench, risk, framework, NOW.date()).values("R2")
    assert (values["threat_model"], values["likelihood"], values["severity"]) == (HOSTILE, "almost_certain", "serious")
    assert "does not admit deploy" in said(app)
    assert app.query_params["section"] == "R2"


def test_two_people_change_the_same_field(open_at, bench, risk, framework):
    app = fine(open_at("risk", assessment=risk, section="R2"))
    write_section(bench, risk, "R2", {"uncertainty": "theirs", "severity": "minor"}, framework, NOW)
    key = f"risk-{risk}-R2"
    app.text_area(key=f"{key}-uncertainty").set_value("mine").run()
    assert "changed the same meanwhile" in said(app)
    assert read_risk(bench, risk, framework, NOW.date()).values("R2")["uncertainty"] == "theirs"
    fine(app.button(key=f"{key}-clash-save").click().run())
    values = read_risk(bench, risk, framework, NOW.date()).values("R2")
    assert (values["uncertainty"], values["severity"]) == ("mine", "minor")


def test_what_would_flip_it(open_at, bench, risk, framework):
    app = fine(open_at("risk", assessment=risk, show="flips"))
    record = read_risk(bench, risk, framework, NOW.date())
    table = vary(record.case, record.rule, framework.sections)
    assert flip_words(table.tipping) in said(app)
    shown = next(one.value for one in app.dataframe if "what is changed" in one.value.columns)
    assert (shown["flips"] == "flips").sum() == sum(row.flips for row in table.rows)
    assert "As set at the left" not in said(app)
    fine(app.selectbox(key="as_likelihood").set_value("likely").run())
    assert "the decision flips" in said(app)
    assert app.query_params["as_likelihood"] == "likely"
    app = fine(open_at("risk", assessment=risk, show="flips", margin="1", scrutiny="not_needed"))
    assert app.slider(key="margin").value == 1
    assert "the decision does not flip" in said(app)
    app.text_input(key="own-rule-title").set_value("Our margin").run()
    fine(app.button(key="own-rule-save").click().run())
    (kept,) = own_risk_rules(bench)
    assert (kept.id, kept.margin, kept.scrutiny) == ("our-margin", 1, "not_needed")
    app = fine(open_at("risk", assessment=risk, section="R4"))
    assert app.selectbox(key=f"risk-{risk}-R4-rule").options == ["default", "our-margin@1"]


def test_compute_stands_beside(open_at, risk):
    app = fine(open_at("risk", assessment=risk, show="compute"))
    assert "enters neither the tier nor the verdict" in said(app)
    assert "nobody is not in the catalogue" in said(app)
    table = next(one.value for one in app.dataframe if "threshold" in one.value.columns)
    assert {"above", "below", "unknown"} <= set(table["compute lies"])


def test_an_event_is_noted(open_at, bench, risk):
    app = fine(open_at("risk", assessment=risk, show="events"))
    assert "2027-01-31" in said(app)
    app.selectbox(key="event-kind").set_value("incident")
    app.text_area(key="event-note").set_value(HOSTILE)
    fine(app.button(key="event-save").click().run())
    (note,) = trigger_notes(bench, risk)
    assert (note.record.trigger, note.record.note) == ("incident", HOSTILE)
    for item in app.markdown:
        assert "](javascript" not in item.value
        assert "<script>" not in item.value
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    app.date_input(key="event-day").set_value(tomorrow)
    app.button(key="event-save").click().run()
    assert "still to come" in app.error[0].value.lower()
    assert len(trigger_notes(bench, risk)) == 1


@pytest.mark.parametrize(
    "query", [{"section": "R9"}, {"show": "x"}, {"assessment": HOSTILE}, {"show": "flips", "margin": "9"},
              {"show": "flips", "as_severity": HOSTILE}, {"system": "x"}]
)  # fmt: skip
def test_an_address_that_cannot_be_shown_is_a_message(open_at, risk, query):
    app = open_at("risk", **{"assessment": risk, **query})
    assert not app.exception
    assert len(app.error) == 1
    assert app.title


def test_a_recorded_rule_that_is_gone_is_a_message(open_at, bench, risk, framework):
    write_section(bench, risk, "R4", {"rule": "gone@1"}, framework, NOW)
    app = open_at("risk", assessment=risk)
    assert not app.exception
    assert "risk_rule" in app.error[0].value.replace("\\", "")
    assert "admits deploy" in said(app)


def test_the_grid_says_where_the_case_stands():
    case = Case(values={"R2": {"severity": "severe", "likelihood": "cannot_estimate"}})
    rows = grid_rows(case, DEFAULT_RULE)
    assert rows.height == 30
    assert rows.filter("here")["tier"].to_list() == ["high uncertainty"]
    assert "severe severity, cannot estimate likelihood" in grid_words(rows)
    assert "not recorded yet" in grid_words(grid_rows(Case(), DEFAULT_RULE))
