"""Answers: what may be said, whose edits meet, and which question an old answer keeps."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.assessment.answer_rules import answer_warnings, check_answer
from governance.assessment.assessments import (
    answer_versions,
    answers,
    get_assessment,
    new_version,
    risk_answers,
    save_answer,
    save_risk_answer,
    start_assessment,
)
from governance.assessment.records import EVIDENCE, Answer, Evidence, RiskAnswer, body_of
from governance.assessment.states import digest_of, sign, submit
from governance.errors import BadInput, Conflict, NotFound
from governance.records.audit import verify
from governance.records.documents import EditClash, save_document

from .conftest import BO, CY, FOUND, NOW

LATER = NOW + timedelta(days=1)
NASTY = ("<script>alert(1)</script>", "'); DROP TABLE document; --", "=1+1", "\u202egnp.exe", "a\x00b", "😀 \ud7ff")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        pytest.param({"status": "not_applicable"}, "reason is missing", id="not-applicable-without-a-reason"),
        pytest.param({"status": "not_applicable", "reason": " \n"}, "reason is missing", id="with-an-empty-reason"),
        pytest.param({"status": "found", "finding": "A gap"}, "neither a method nor evidence", id="found-somehow"),
        pytest.param({"status": "none_found"}, "neither a method nor evidence", id="none-found-somehow"),
        pytest.param({"value": 1.0, "low": 2.0}, "low 2.0 is above value 1.0", id="low-above-value"),
        pytest.param({"value": 3.0, "high": 2.0}, "value 3.0 is above high 2.0", id="value-above-high"),
        pytest.param({"low": 3.0, "high": 2.0}, "low 3.0 is above high 2.0", id="interval-without-a-value"),
        pytest.param({"value": float("nan")}, "value is no number", id="nan"),
        pytest.param({"high": float("inf")}, "high is no number", id="infinite"),
        pytest.param({"languages": ("en",)}, "'en' is no language", id="two-letters"),
        pytest.param({"languages": ("eng", "Swahili")}, "'Swahili' is no language", id="a-name"),
        pytest.param({"evidence": ("nowhere",)}, "'nowhere' is no evidence of acme-chat", id="unknown-evidence"),
        pytest.param({"evidence": ("foreign",)}, "'foreign' is no evidence of acme-chat", id="another-system's"),
        pytest.param({"question": "Is it good?"}, "not the form's", id="a-question-of-one's-own"),
    ],
)
def test_what_may_not_be_said(bench, framework, draft, fields, message):
    save_document(
        bench, EVIDENCE, "foreign", body_of(Evidence(id="foreign", title="F", kind="link")), NOW, parent="other"
    )
    with pytest.raises(BadInput, match=message):
        save_answer(bench, draft, Answer(item="B2.1", **fields), framework, NOW)
    assert list(answers(bench, draft)) == ["B1.1"]


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({}, id="not-assessed"),
        pytest.param({"status": "not_applicable", "reason": "It has no users"}, id="not-applicable"),
        pytest.param({"status": "found", "method": "Read"}, id="by-a-method"),
        pytest.param({"status": "none_found", "evidence": ("report",)}, id="by-evidence"),
        pytest.param({"value": 0.0, "low": 0.0, "high": 0.0}, id="all-zero"),
        pytest.param({"value": -1.5, "low": -2}, id="half-an-interval"),
        pytest.param({"languages": ("eng", "swh", "zho")}, id="languages"),
        pytest.param({"level": 0}, id="searched-and-nothing-reported"),
    ],
)
def test_what_may_be_said(bench, framework, draft, fields):
    save_document(
        bench, EVIDENCE, "report", body_of(Evidence(id="report", title="R", kind="link")), NOW, parent="acme-chat"
    )
    saved = save_answer(bench, draft, Answer(item="B2.1", **fields), framework, NOW)
    kept = answers(bench, draft)["B2.1"]
    assert kept == saved
    assert kept.record.question == framework.item("B2.1").question
    assert kept.record.model_dump(include=set(fields)) == fields


@given(numbers=st.tuples(*[st.none() | st.floats(allow_nan=False, allow_infinity=False)] * 3))
def test_an_interval_is_taken_exactly_when_it_is_in_order(numbers):
    low, value, high = numbers
    known = [one for one in (low, value, high) if one is not None]
    answer = Answer(item="B1.1", low=low, value=value, high=high)
    if known == sorted(known):
        check_answer(answer)
    else:
        with pytest.raises(BadInput, match="is above"):
            check_answer(answer)


def test_oddities_are_said_and_not_refused(bench, framework, draft):
    odd = Answer(item="B2.1", status="found", method="Read", value=3.0)
    save_answer(bench, draft, odd, framework, NOW)
    assert answer_warnings(odd) == (
        "who did it is not stated",
        "the finding is not described",
        "the figure has no metric",
        "the figure has no sample size",
    )
    assert answer_warnings(FOUND) == ()


@pytest.mark.parametrize("text", NASTY)
def test_any_text_comes_back_as_it_went_in(bench, framework, draft, text):
    mine = Answer(item="B2.1", status="found", finding=text, method=text, groups=(text,), limits=text)
    saved = save_answer(bench, draft, mine, framework, NOW)
    kept = answers(bench, draft)["B2.1"].record
    assert (kept.finding, kept.method, kept.groups) == (text, text, (text.strip(),))
    assert saved.record == kept
    assert verify(bench).ok


@given(text=st.text(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_text_comes_back(bench, framework, draft, text):
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    last = answers(bench, draft)["B1.1"]
    save_answer(bench, draft, FOUND.model_copy(update={"finding": text}), framework, NOW, last.revision)
    assert answers(bench, draft)["B1.1"].record.finding == text


def test_edits_of_different_fields_are_put_together(bench, framework, draft):
    seen = answers(bench, draft)["B1.1"]
    save_answer(bench, draft, seen.record.model_copy(update={"limits": "English only"}), framework, NOW, seen.revision)
    mine = seen.record.model_copy(update={"mitigation": "More data"})
    both = save_answer(bench.acting(CY), draft, mine, framework, LATER, seen.revision)
    assert (both.record.limits, both.record.mitigation, both.revision) == ("English only", "More data", 3)
    assert [one.revision for one in answer_versions(bench, draft, "B1.1")] == [1, 2, 3]
    assert [one.editor for one in answer_versions(bench, draft, "B1.1")][-1] == CY.id


def test_edits_of_the_same_field_show_both(bench, framework, draft):
    seen = answers(bench, draft)["B1.1"]
    theirs = seen.record.model_copy(update={"finding": "5 points", "n": 10})
    save_answer(bench.acting(CY), draft, theirs, framework, NOW, seen.revision)
    mine = seen.record.model_copy(update={"finding": "6 points", "owner": "Ana"})
    with pytest.raises(EditClash) as clash:
        save_answer(bench, draft, mine, framework, LATER, seen.revision)
    assert clash.value.fields == ("finding",)
    assert clash.value.theirs.body["finding"] == "5 points"
    assert clash.value.mine["finding"] == "6 points"
    kept = save_answer(bench, draft, mine.model_copy(update={"n": 10}), framework, LATER, clash.value.theirs.revision)
    assert (kept.record.finding, kept.record.n, kept.record.owner) == ("6 points", 10, "Ana")


def test_two_first_answers_meet_too(bench, framework, draft):
    first = Answer(item="B2.1", status="found", method="Read", owner="Ana")
    save_answer(bench, draft, first, framework, NOW)
    both = save_answer(bench.acting(CY), draft, Answer(item="B2.1", limits="One locale"), framework, NOW)
    assert (both.record.status, both.record.limits) == ("found", "One locale")
    with pytest.raises(EditClash):
        save_answer(bench.acting(CY), draft, Answer(item="B2.1", owner="Cy"), framework, NOW)


def test_what_is_put_together_must_still_be_allowed(bench, framework, draft):
    seen = save_answer(bench, draft, Answer(item="B2.1", reason="No text"), framework, NOW)
    save_answer(bench, draft, seen.record.model_copy(update={"status": "not_applicable"}), framework, NOW, 1)
    with pytest.raises(BadInput, match="reason is missing"):
        save_answer(bench.acting(CY), draft, seen.record.model_copy(update={"reason": ""}), framework, NOW, 1)
    assert answers(bench, draft)["B2.1"].record.reason == "No text"


def test_many_hands_lose_nothing(bench, framework, draft):
    fields, errors = ("limits", "mitigation", "owner", "metric"), []

    def work(field):
        try:
            for number in range(10):
                seen = answers(bench, draft)["B1.1"]
                mine = seen.record.model_copy(update={field: f"{field} {number}"})
                save_answer(bench, draft, mine, framework, NOW, seen.revision)
        except Exception as error:  # noqa: BLE001 - reported below
            errors.append(error)

    threads = [threading.Thread(target=work, args=(field,)) for field in fields]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    kept = answers(bench, draft)["B1.1"]
    assert [getattr(kept.record, field) for field in fields] == [f"{field} 9" for field in fields]
    assert kept.revision == 1 + 4 * 10
    assert verify(bench).ok


def reworded(framework):
    """Give a later version of the forms: B1.1 asks otherwise, B1.2 is gone."""
    items = framework.categories[0].items
    changed = (items[0].model_copy(update={"question": "When was bias looked for?"}), *items[2:])
    category = framework.categories[0].model_copy(update={"items": changed})
    head = framework.forms["social_impact"].model_copy(update={"version": "2.0.0"})
    return framework.model_copy(
        update={
            "categories": (category, *framework.categories[1:]),
            "forms": {**framework.forms, "social_impact": head},
        }
    )


def test_an_old_answer_keeps_its_question_and_version(bench, framework, draft):
    save_answer(bench, draft, Answer(item="B1.2", status="none_found", method="Read"), framework, NOW)
    later, old = reworded(framework), framework.item("B1.1").question
    seen = answers(bench, draft)["B1.1"]
    kept = save_answer(bench, draft, seen.record.model_copy(update={"limits": "Few"}), later, LATER, seen.revision)
    assert (kept.record.question, kept.record.framework) == (old, "1.0.0")
    gone = answers(bench, draft)["B1.2"]
    changed = save_answer(bench, draft, gone.record.model_copy(update={"limits": "Few"}), later, LATER, gone.revision)
    assert changed.record.question == framework.item("B1.2").question
    submit(bench, draft, LATER)
    sign(bench.acting(BO), draft, digest_of(bench, draft), LATER)
    newer = new_version(bench, draft, "The form changed", later, LATER).record
    assert newer.framework == "2.0.0"
    copied = answers(bench, newer.id)["B1.1"]
    assert (copied.record.question, copied.record.framework) == (old, "1.0.0")
    again = save_answer(bench, newer.id, copied.record.model_copy(update={"question": ""}), later, LATER, 1)
    assert (again.record.question, again.record.framework) == ("When was bias looked for?", "2.0.0")
    assert answers(bench, draft)["B1.1"].record.question == old
    with pytest.raises(NotFound, match=r"no item 'B1\.9'"):
        save_answer(bench, newer.id, Answer(item="B1.9"), later, LATER)


def test_answers_go_to_their_own_form(bench, system, framework, draft):
    risk = start_assessment(bench, "acme-chat", "risk", framework, NOW).record.id
    with pytest.raises(BadInput, match="sections of the risk form"):
        save_answer(bench, risk, Answer(item="B1.1"), framework, NOW)
    with pytest.raises(BadInput, match="items of the social-impact form"):
        save_risk_answer(bench, draft, RiskAnswer(item="R1"), framework, NOW)
    with pytest.raises(NotFound, match="no assessment"):
        save_answer(bench, "acme-chat-si-7", Answer(item="B1.1"), framework, NOW)
    with pytest.raises(NotFound, match="no system"):
        start_assessment(bench, "nobody", "risk", framework, NOW)
    with pytest.raises(BadInput, match="'9' is no version"):
        start_assessment(bench, "acme-chat", "risk", framework, NOW, system_version="9")
    assert get_assessment(bench, risk).record.system_version == "1.0"


@pytest.mark.parametrize(
    ("section", "values", "message"),
    [
        pytest.param("R7", {}, "no section 'R7'", id="section"),
        pytest.param("R1", {"mood": "good"}, "no field 'mood'", id="field"),
        pytest.param("R1", {"training_compute": "1e25"}, "is no number", id="number-as-text"),
        pytest.param("R1", {"training_compute": True}, "is no number", id="number-as-yes"),
        pytest.param("R2", {"severity": "awful"}, "'awful' is not a choice", id="word"),
        pytest.param("R2", {"hazards": ["bio", "weather"]}, "'weather' is not a choice", id="one-of-several"),
        pytest.param("R2", {"hazards": "bio"}, "no list", id="list"),
        pytest.param("R2", {"capability_evidence": ["nothing"]}, "'nothing' is no evidence", id="evidence"),
        pytest.param("R5", {"reassess_by": "soon"}, "'soon' is no day", id="day"),
        pytest.param("R5", {"signals": 7}, "no text", id="text"),
    ],
)
def test_risk_values_that_do_not_fit(bench, system, framework, section, values, message):
    risk = start_assessment(bench, "acme-chat", "risk", framework, NOW).record.id
    with pytest.raises((BadInput, NotFound), match=message):
        save_risk_answer(bench, risk, RiskAnswer(item=section, values=values), framework, NOW)
    assert risk_answers(bench, risk) == {}


def test_fields_of_a_risk_section_meet(bench, system, framework):
    risk = start_assessment(bench, "acme-chat", "risk", framework, NOW).record.id
    first = RiskAnswer(item="R2", values={"severity": "minor", "hazards": ["bio"]})
    save_risk_answer(bench, risk, first, framework, NOW)
    mine = RiskAnswer(item="R2", values={**first.values, "likelihood": "rare"})
    theirs = RiskAnswer(item="R2", values={**first.values, "severity": "severe"})
    save_risk_answer(bench.acting(CY), risk, theirs, framework, NOW, 1)
    both = save_risk_answer(bench, risk, mine, framework, NOW, 1)
    assert both.record.values == {"severity": "severe", "hazards": ["bio"], "likelihood": "rare"}
    assert both.record.framework == "1.0.0"
    clashing = RiskAnswer(item="R2", values={**first.values, "severity": "moderate"})
    with pytest.raises(EditClash) as clash:
        save_risk_answer(bench, risk, clashing, framework, NOW, 1)
    assert clash.value.fields == ("values.severity",)


def test_a_draft_cannot_be_answered_at_a_revision_it_never_had(bench, framework, draft):
    kept = answers(bench, draft)
    with pytest.raises(Conflict):
        save_answer(bench, draft, FOUND.model_copy(update={"finding": "x", "method": "y"}), framework, NOW, 99)
    assert answers(bench, draft) == kept
