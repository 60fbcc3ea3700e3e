"""Risk assessments as kept: written, judged by the rule they name, signed, and reopened by events and days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from governance.assessment.assessments import start_assessment
from governance.assessment.compute_context import compute_context
from governance.assessment.own_risk_rules import (
    delete_risk_rule,
    find_risk_rule,
    own_risk_rules,
    rule_name,
    save_risk_rule,
)
from governance.assessment.reopening import TriggerNote, note_trigger, trigger_notes
from governance.assessment.risk_record import read_risk, write_section
from governance.assessment.risk_rule import DEFAULT_RULE
from governance.assessment.states import digest_of, sign, submit, withdraw
from governance.assessment.systems import delete_system
from governance.errors import BadInput, Conflict, NotAllowed, NotFound
from governance.records.documents import documents
from tests.unit.assessment.conftest import BO, NOW, VI
from tests.unit.assessment.risk_cases import filled

LATER = NOW + timedelta(days=3)
INCIDENT = TriggerNote(trigger="incident", note="a report", happened=NOW.date())


@pytest.fixture
def risk(bench, system, framework):
    """Give a draft with every section filled in but the evidence, which the system does not have."""
    made = start_assessment(bench, "acme-chat", "risk", framework, NOW).record.id
    for section, values in filled(framework.sections).items():
        kept = {name: value for name, value in values.items() if value != ["e-1"]}
        write_section(bench, made, section, kept, framework, NOW)
    return made


@pytest.fixture
def signed(bench, risk):
    submit(bench, risk, NOW)
    sign(bench.acting(BO), risk, digest_of(bench, risk), NOW)
    return risk


def read(bench, risk, framework, **more):
    return read_risk(bench, risk, framework, LATER.date(), **more)


def test_written_fields_stand_beside_the_others(bench, risk, framework):
    write_section(bench, risk, "R2", {"likelihood": "rare", "safety_margin": "one step"}, framework, NOW)
    write_section(bench, risk, "R2", {"safety_margin": None}, framework, NOW)
    values = read(bench, risk, framework).values("R2")
    assert (values["likelihood"], values["severity"]) == ("rare", "serious")
    assert "safety_margin" not in values
    with pytest.raises(BadInput, match="did you mean likelihood"):
        write_section(bench, risk, "R2", {"likelyhood": "rare"}, framework, NOW)


def test_a_signature_of_another_counts_in_the_verdict(bench, signed, framework):
    found = read(bench, signed, framework)
    met = {one.id: one.met for one in found.verdict.conditions}
    assert met["second_person"]
    assert not met["R2"]  # its evidence is missing, and a signature does not put it there
    assert found.verdict.stand == "admitted"
    assert not found.reopening.stale


def test_own_rule_is_kept_named_and_applied(bench, risk, framework):
    strict = DEFAULT_RULE.model_copy(update={"id": "ours", "title": "Ours", "credit": 0})
    save_risk_rule(bench, strict, NOW)
    assert rule_name(bench, strict) == "ours@1"
    assert own_risk_rules(bench) == (strict,)
    write_section(bench, risk, "R4", {"rule": "ours@1"}, framework, NOW)
    save_risk_rule(bench, strict.model_copy(update={"credit": 3}), NOW)
    assert read(bench, risk, framework).rule.credit == 0
    assert read(bench, risk, framework, rule=find_risk_rule(bench, "ours")).rule.credit == 3
    delete_risk_rule(bench, "ours", NOW)
    with pytest.raises(NotFound):
        read(bench, risk, framework)
    with pytest.raises(NotAllowed, match="shipped rule"):
        save_risk_rule(bench, DEFAULT_RULE, NOW)


@pytest.mark.parametrize("name", ["ours", "ours@x", "ours@99999999999", "ours@²"])
def test_rule_that_is_not_there(bench, name):
    with pytest.raises((NotFound, BadInput)):
        find_risk_rule(bench, name)


def test_event_after_signing_makes_it_stale_and_changes_nothing_else(bench, signed, framework):
    digest = digest_of(bench, signed)
    note_trigger(bench, signed, INCIDENT, LATER)
    found = read(bench, signed, framework)
    assert found.reopening.stale
    assert "incident noted on 2026-03-07" in found.reopening.reasons
    assert found.header.record.state == "signed"
    assert digest_of(bench, signed) == digest
    assert [one.record for one in found.notes] == [INCIDENT]


def test_event_before_signing_does_not(bench, risk, framework):
    note_trigger(bench, risk, INCIDENT, NOW - timedelta(hours=1))
    submit(bench, risk, NOW)
    sign(bench.acting(BO), risk, digest_of(bench, risk), NOW)
    assert not read(bench, risk, framework).reopening.stale


@pytest.mark.parametrize(
    ("today", "stale", "days"),
    [(date(2027, 1, 30), False, 1), (date(2027, 1, 31), False, 0), (date(2027, 2, 1), True, -1)],
    ids=["before", "on-the-day", "after"],
)
def test_a_day_that_passed_makes_it_stale(bench, signed, framework, today, stale, days):
    found = read_risk(bench, signed, framework, today).reopening
    assert (found.stale, found.days, found.due) == (stale, days, date(2027, 1, 31))


def test_a_draft_is_never_stale(bench, risk, framework):
    note_trigger(bench, risk, INCIDENT, LATER)
    assert not read_risk(bench, risk, framework, date(2030, 1, 1)).reopening.stale


def test_what_cannot_be_noted(bench, signed, framework):
    social = start_assessment(bench, "acme-chat", "social_impact", framework, NOW).record.id
    with pytest.raises(BadInput, match="no risk assessment"):
        note_trigger(bench, social, INCIDENT, LATER)
    with pytest.raises(BadInput, match="no risk assessment"):
        read(bench, social, framework)
    with pytest.raises(BadInput, match="still to come"):
        note_trigger(bench, signed, INCIDENT.model_copy(update={"happened": date(2026, 4, 1)}), LATER)
    with pytest.raises(NotAllowed):
        note_trigger(bench.acting(VI), signed, INCIDENT, LATER)
    with pytest.raises(NotFound):
        note_trigger(bench, "nothing-risk-1", INCIDENT, LATER)
    withdraw(bench.acting(BO), signed, "wrong system", LATER)
    with pytest.raises(Conflict, match="withdrawn"):
        note_trigger(bench, signed, INCIDENT, LATER)
    assert trigger_notes(bench, signed) == ()


def test_events_go_with_their_system(bench, risk):
    note_trigger(bench, risk, INCIDENT, LATER)
    delete_system(bench, "acme-chat", LATER)
    assert documents(bench, "trigger") == ()


def test_compute_stands_beside_and_never_in_the_verdict(catalogue, bench, risk, framework):
    on = date(2026, 3, 1)
    found = compute_context(catalogue, ["llama-3-1-405b", "gpt-4o-nov-2024", "nobody-has-it"], on)
    known, unknown, missing = found.models
    assert (known.flop, known.known) == (3.8e25, True)  # as Epoch publishes it
    in_force = {one.id: one.flop for one in found.thresholds}
    assert in_force["eu-aiact-51-2"] == 1e25
    assert in_force["us-ca-sb53"] == 1e26
    assert "us-eo14110-model" not in in_force  # rescinded in January 2025
    assert "us-ny-raise-2026" not in in_force  # applies from 2027
    assert "us-ny-raise-2026" in {one.id for one in compute_context(catalogue, [], date(2027, 1, 1)).thresholds}
    assert (known.place(1e25), known.place(1e26)) == ("above", "below")
    assert unknown.place(1e25) == "unknown"
    assert (missing.known, missing.place(1e25)) == (False, "unknown")
    before = read(bench, risk, framework).verdict
    write_section(bench, risk, "R1", {"training_compute": 9e27}, framework, NOW)
    after = read(bench, risk, framework).verdict
    assert (before.outcome, before.tier, before.reasons) == (after.outcome, after.tier, after.reasons)
