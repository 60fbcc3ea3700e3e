"""The risk form and its decision rule: what fits, what is missing, what the rule says and what would flip it."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.assessment.framework import Field, Section
from governance.assessment.risk import Case, judge
from governance.assessment.risk_form import check_section, completeness
from governance.assessment.risk_rule import DEFAULT_RULE, ESTIMATES, RiskRule, read_rule, rule_oddities
from governance.assessment.risk_vary import LABELS, RULE_PARTS, UNCERTAIN, varied, vary
from governance.assessment.vocabulary import DECISIONS, SEVERITIES, TIERS
from governance.errors import BadInput
from tests.unit.assessment.risk_cases import filled, value_of

LOW, MID, HIGH, NO = TIERS
ANA, BEN = "local:ana", "local:ben"
OPTIONS = ("minor", "severe")


@pytest.fixture(scope="module")
def form(framework):
    return framework.sections


def section(kind="text", **more):
    options = OPTIONS if kind in ("enum", "multi") else ()
    field = Field(id="one", label="One", type=kind, required=True, options=options)
    return Section(id="R9", title="Nine", fields=(field,), known="ours", **more)


def case_of(form, *, signers=(BEN,), **changes):
    return Case(values=filled(form, **changes), authors=(ANA,), signers=signers)


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        pytest.param("text", "  as it is\n", "  as it is\n", id="text"),
        pytest.param("ref", "  acme 2 ", "acme 2", id="ref"),
        pytest.param("number", 0, 0.0, id="zero-is-a-value"),
        pytest.param("date", date(2027, 1, 2), "2027-01-02", id="day"),
        pytest.param("date", " 2027-01-02 ", "2027-01-02", id="day-in-words"),
        pytest.param("enum", "minor", "minor", id="word"),
        pytest.param("multi", ["severe", "minor", "severe"], ["minor", "severe"], id="words-in-order-once"),
        pytest.param("list", ["a", " ", "b", "a"], ["a", "b"], id="lines-once"),
        pytest.param("evidence[]", ("e-1", "e-2"), ["e-1", "e-2"], id="evidence"),
        pytest.param("bool", False, False, id="no-is-a-value"),
    ],
)
def test_what_fits_is_kept(kind, given, kept):
    assert check_section(section(kind), {"one": given}) == {"one": kept}
    assert completeness(section(kind), {"one": kept}).complete


@pytest.mark.parametrize("nothing", [None, "", " \n", [], [" "], [None]])
@pytest.mark.parametrize("kind", ["text", "number", "date", "enum", "multi", "list", "evidence[]"])
def test_what_says_nothing_is_not_kept(kind, nothing):
    assert check_section(section(kind), {"one": nothing}) == {}
    assert completeness(section(kind), {"one": nothing}).missing == ("one",)


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        pytest.param("text", 3, "no text", id="number-for-text"),
        pytest.param("text", "x" * 20_001, "20,001 characters", id="long-text"),
        pytest.param("number", "ten", "no number", id="word-for-number"),
        pytest.param("number", True, "no number", id="yes-for-number"),
        pytest.param("number", -1, "no number", id="negative"),
        pytest.param("number", float("nan"), "no number", id="nan"),
        pytest.param("number", "1e25", "no number", id="number-in-words"),
        pytest.param("date", "31.1.2027", "no day", id="other-order"),
        pytest.param("date", "2027-02-30", "no day", id="no-such-day"),
        pytest.param("enum", "mior", "minor", id="near-word"),
        pytest.param("enum", ["minor"], "not a choice", id="list-for-word"),
        pytest.param("multi", "minor", "no list", id="word-for-list"),
        pytest.param("multi", ["minor", "x"], "'x'", id="one-word-wrong"),
        pytest.param("multi", [["minor"]], "no text", id="list-in-list"),
        pytest.param("list", ["a\nb"], "not one line", id="two-lines"),
        pytest.param("list", ["a"] * 201, "201 entries", id="too-many"),
        pytest.param("evidence[]", ["../x"], "no id of evidence", id="path"),
        pytest.param("bool", "yes", "neither yes nor no", id="word-for-bool"),
    ],
)
def test_what_does_not_fit_is_named(kind, given, said):
    with pytest.raises(BadInput) as refused:
        check_section(section(kind), {"one": given})
    assert said in f"{refused.value.what} {refused.value.fix}"
    assert refused.value.where == "section R9, field one"
    assert refused.value.fix


def test_unknown_field_is_named_with_the_near_one(form):
    with pytest.raises(BadInput, match="did you mean severity") as refused:
        check_section(form[1], {"severty": "minor"})
    assert refused.value.where == "section R2"


def test_every_field_of_the_form_takes_its_value(form):
    assert [one.id for one in form] == ["R1", "R2", "R3", "R4", "R5", "R6"]
    for one in form:
        values = {field.id: value_of(field) for field in one.fields}
        assert check_section(one, values) == values
        assert completeness(one, values).complete


@given(st.data())
def test_one_more_field_never_makes_it_less_complete(form, data):
    one = data.draw(st.sampled_from(form))
    names = [field.id for field in one.fields]
    has = data.draw(st.sets(st.sampled_from(names)))
    more = data.draw(st.sampled_from(one.fields))
    values = {field.id: value_of(field) for field in one.fields if field.id in has}
    before, after = completeness(one, values), completeness(one, {**values, more.id: value_of(more)})
    assert set(after.missing) <= set(before.missing)
    assert set(before.filled) <= set(after.filled)
    assert after.complete or not before.complete
    assert {*after.filled, *after.missing} == {field.id for field in one.fields if field.required}


ADMITTED = {
    LOW: DECISIONS,
    MID: ("deploy_with_guardrails", "staged_access", "research_only", "do_not_deploy", "withdraw"),
    HIGH: ("staged_access", "research_only", "do_not_deploy", "withdraw"),
    NO: ("do_not_deploy", "withdraw"),
}


@pytest.mark.parametrize(("tier", "decision"), list(product(TIERS, DECISIONS)))
def test_default_rule_on_every_tier_and_decision(form, tier, decision):
    found = judge(case_of(form, R2_severity="minor", R2_likelihood="rare", R4_risk_tier=tier, R4_decision=decision),
                  DEFAULT_RULE, form)  # fmt: skip
    assert found.stand == ("admitted" if decision in ADMITTED[tier] else "not_admitted")
    assert found.tier == tier
    assert found.assessed


def test_default_rule_is_the_form_s_own(framework):
    assert DEFAULT_RULE.complete == framework.rule.complete
    assert DEFAULT_RULE.second_person
    assert DEFAULT_RULE.scrutiny == "needed_or_justified"


@pytest.mark.parametrize("severity", SEVERITIES)
def test_suggestion_never_falls_as_risk_grows(severity):
    row = [TIERS.index(DEFAULT_RULE.suggestion(severity, one)) for one in ESTIMATES]
    assert row == sorted(row)
    assert rule_oddities(DEFAULT_RULE) == ()


@pytest.mark.parametrize(
    ("changes", "signers", "lacks"),
    [
        pytest.param({}, (BEN,), (), id="whole"),
        pytest.param({}, (), ("second_person",), id="unsigned"),
        pytest.param({}, (ANA,), ("second_person",), id="signed-by-its-author"),
        pytest.param({}, (ANA, BEN), (), id="signed-by-both"),
        pytest.param({"R2_uncertainty": None}, (BEN,), ("R2",), id="R2-open"),
        pytest.param({"R5_reassess_by": None}, (BEN,), ("R5",), id="R5-open"),
        pytest.param({"R1_assessor": None, "R6_security": None}, (BEN,), (), id="R1-and-R6-are-not-asked"),
        pytest.param({"R3_access": "none"}, (BEN,), ("scrutiny",), id="nobody-looked"),
        pytest.param({"R3_reviewers": None}, (BEN,), ("R3", "scrutiny"), id="no-reviewers"),
        pytest.param(
            {"R3_reviewers": None, "R3_access": "none", "R3_absence": "The model is withdrawn."}, (BEN,), (),
            id="absence-justified",
        ),
        pytest.param({"R3_access": "none", "R3_absence": "  "}, (BEN,), ("scrutiny",), id="blank-is-no-reason"),
    ],
)  # fmt: skip
def test_what_keeps_it_from_being_assessed(form, changes, signers, lacks):
    found = judge(case_of(form, signers=signers, **changes), DEFAULT_RULE, form)
    assert tuple(one.id for one in found.conditions if not one.met) == lacks
    assert found.assessed == (not lacks)
    assert len(found.reasons) == len(lacks)


@pytest.mark.parametrize(
    ("scrutiny", "absence", "assessed"),
    [("needed", "why", False), ("needed_or_justified", "why", True), ("needed_or_justified", None, False),
     ("not_needed", None, True)],
)  # fmt: skip
def test_scrutiny_by_rule(form, scrutiny, absence, assessed):
    rule = DEFAULT_RULE.model_copy(update={"scrutiny": scrutiny})
    case = case_of(form, R3_reviewers=None, R3_access="none", R3_findings=None, R3_absence=absence)
    assert judge(case, rule, form).assessed is assessed


@pytest.mark.parametrize(
    ("likelihood", "recorded", "guardrails", "credit", "tier"),
    [
        pytest.param("unlikely", MID, "tested", 1, MID, id="as-suggested"),
        pytest.param("unlikely", LOW, "tested", 1, LOW, id="one-below-with-guardrails"),
        pytest.param("unlikely", LOW, None, 1, MID, id="no-credit-without-guardrails"),
        pytest.param("likely", LOW, "tested", 1, MID, id="two-below-counts-one"),
        pytest.param("likely", LOW, "tested", 2, LOW, id="a-rule-with-more-credit"),
        pytest.param("rare", HIGH, "tested", 1, HIGH, id="a-stricter-record-stands"),
        pytest.param("cannot_estimate", LOW, "tested", 1, MID, id="unknown-likelihood"),
        pytest.param(None, LOW, "tested", 1, LOW, id="no-likelihood-no-suggestion"),
        pytest.param("unlikely", None, "tested", 1, None, id="no-tier-recorded"),
    ],
)
def test_tier_that_counts(form, likelihood, recorded, guardrails, credit, tier):
    rule = DEFAULT_RULE.model_copy(update={"credit": credit})
    case = case_of(form, R2_likelihood=likelihood, R4_risk_tier=recorded, R4_guardrails=guardrails)
    found = judge(case, rule, form)
    assert found.tier == tier
    assert found.stand != "undecided" or tier is None


@pytest.mark.parametrize(
    ("reading", "suggested"), [("high_uncertainty", HIGH), ("almost_certain", NO), ("no_suggestion", None)]
)
def test_what_an_unknown_likelihood_suggests(reading, suggested):
    rule = DEFAULT_RULE.model_copy(update={"cannot_estimate": reading})
    assert rule.suggestion("severe", "cannot_estimate") == suggested


def test_verdict_never_overclaims(form):
    for decision, signers in product(DECISIONS, ((), (BEN,))):
        found = judge(case_of(form, signers=signers, R4_decision=decision), DEFAULT_RULE, form).model_dump_json()
        assert not {word for word in ("compliant", '"safe', "legal") if word in found.lower()}


def test_likelihood_flips_two_steps_up(form):
    case = case_of(form, R4_risk_tier=LOW, R4_decision="deploy")
    found = vary(case, DEFAULT_RULE, form)
    assert found.present.outcome == (True, "admitted")
    steps = {row.setting: row.steps for row in found.tipping if row.flips and row.steps is not None}
    assert steps["R2.likelihood"] == 2  # serious x likely suggests high uncertainty, less one for guardrails
    assert steps["rule.margin"] == 2
    assert steps["R4.risk_tier"] == 1
    assert "rule.scrutiny" not in {row.setting for row in found.tipping}


def test_scrutiny_flips_where_its_absence_is_only_justified(form):
    case = case_of(form, R3_reviewers=None, R3_access="none", R3_absence="None was found in time.")
    flips = {(row.setting, row.then) for row in vary(case, DEFAULT_RULE, form).tipping if row.flips_assessed}
    assert ("rule.scrutiny", "needed") in flips
    assert ("R3.absence", "not stated") in flips
    assert ("rule.scrutiny", "not needed") not in flips


@given(
    severity=st.sampled_from([None, *SEVERITIES]),
    likelihood=st.sampled_from([None, *ESTIMATES, "cannot_estimate"]),
    tier=st.sampled_from([None, *TIERS]),
    decision=st.sampled_from([None, *DECISIONS]),
)
def test_rows_say_what_judging_anew_says(form, severity, likelihood, tier, decision):
    case = case_of(form, R2_severity=severity, R2_likelihood=likelihood, R4_risk_tier=tier, R4_decision=decision)
    found = vary(case, DEFAULT_RULE, form)
    assert {row.setting for row in found.rows} <= set(LABELS)
    for row in found.rows:
        assert (row.assessed, row.stand) != found.present.outcome or not (row.flips or row.flips_assessed)
        if row.setting in UNCERTAIN and row.steps:
            section, _, field = row.setting.partition(".")
            scale = UNCERTAIN[row.setting]
            then = case.with_value(section, field, scale[scale.index(case.value(section, field)) + row.steps])
            assert judge(then, DEFAULT_RULE, form).outcome == (row.assessed, row.stand)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        pytest.param({"R9.x": 1}, "setting", id="no-section"),
        pytest.param({"R2.severty": "minor"}, "section R2", id="no-field"),
        pytest.param({"R2.likelihood": "often"}, "section R2, field likelihood", id="no-word"),
        pytest.param({"rule.margins": 1}, "setting rule.margins", id="no-part"),
        pytest.param({"rule.margin": 9}, "setting rule.margin", id="too-far"),
        pytest.param({"rule.complete": ["R9"]}, "setting rule.rule", id="no-such-section-asked"),
    ],
)
def test_settings_that_cannot_be_made_are_named(form, changes, where):
    with pytest.raises(BadInput) as refused:
        varied(case_of(form), DEFAULT_RULE, form, changes)
    assert refused.value.where == where


def test_only_known_settings_are_varied(form):
    with pytest.raises(BadInput, match="is not varied"):
        vary(case_of(form), DEFAULT_RULE, form, ["R4.guardrails"])
    found = vary(case_of(form), DEFAULT_RULE, form, ["rule.margin"])
    assert [row.then for row in found.rows] == [str(one) for one in RULE_PARTS["rule.margin"][1:]]


def changed(**parts):
    return DEFAULT_RULE.model_copy(update=parts).model_dump_json()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("{", "json", id="no-json"),
        pytest.param("[]", "object", id="a-list"),
        pytest.param("[" * 20_000, "json", id="deep"),
        pytest.param("x" * 100_001, "too big", id="big"),
        pytest.param(changed(admitted={LOW: DECISIONS}), "says nothing of", id="a-tier-left-out"),
        pytest.param(changed(suggested={"minor": (LOW,)}), "says nothing of", id="a-severity-left-out"),
        pytest.param(changed(suggested=dict.fromkeys(SEVERITIES, (LOW,))), "needs 5 tiers", id="short-row"),
        pytest.param(changed(complete=("R7",)), "'r7' is no section", id="no-section"),
        pytest.param(changed(margin=-1), "greater than or equal", id="negative"),
        pytest.param(changed().replace('"margin"', '"margins"'), "not permitted", id="unknown-part"),
        pytest.param(changed().replace('"deploy"', '"ship"'), "input should be", id="unknown-word"),
    ],
)
def test_rule_that_is_not_whole_is_refused(text, said):
    with pytest.raises(BadInput) as refused:
        read_rule(text)
    assert said in f"{refused.value.what} {refused.value.where}".lower()


def test_oddities_of_a_rule_are_told():
    odd = RiskRule.model_validate({
        **DEFAULT_RULE.model_dump(), "id": "odd", "admitted": {**ADMITTED, NO: ("deploy",)},
        "suggested": {**DEFAULT_RULE.suggested, "minor": (NO, LOW, LOW, LOW, LOW)},
    })  # fmt: skip
    found = " ".join(rule_oddities(odd))
    assert "deploy is admitted at unacceptable but not at high uncertainty" in found
    assert "a higher likelihood of minor harm suggests a lower tier" in found
    assert "moderate harm suggests a lower tier than minor harm" in found
