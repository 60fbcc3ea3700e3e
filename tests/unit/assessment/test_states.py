"""States: every step from every state, who may take it, and what a signature covers and forbids."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from governance.assessment.assessments import (
    answers,
    assessments,
    edit_assessment,
    get_assessment,
    new_version,
    save_answer,
    start_assessment,
)
from governance.assessment.records import EVIDENCE, Answer, Evidence, SystemVersion, body_of
from governance.assessment.remarks import comment, give_opinion, remarks, request_change, resolve
from governance.assessment.states import (
    authors_of,
    digest_of,
    refuse_if_signed,
    return_to_draft,
    sign,
    signature_holds,
    steps,
    submit,
    withdraw,
)
from governance.assessment.systems import add_version, delete_system, get_system, systems
from governance.errors import BadInput, Conflict, NotAllowed, NotFound
from governance.records.audit import audit_rows, head, verify
from governance.records.documents import delete_document, get_document, save_document

from .conftest import ANA, BO, CY, DI, FOUND, NOW, VI

LATER = NOW + timedelta(days=1)
REPORT = body_of(Evidence(id="report", title="Report", kind="link", url="https://example.org/a"))


def signed(bench, reviewed, by=BO):
    return sign(bench.acting(by), reviewed, digest_of(bench, reviewed), LATER)


def do(bench, framework, step, key):
    """Take one step by name."""
    if step == "submit":
        return submit(bench, key, LATER)
    if step == "return":
        return return_to_draft(bench, key, LATER)
    if step == "sign":
        return sign(bench, key, digest_of(bench, key), LATER)
    if step == "withdraw":
        return withdraw(bench, key, "It was about another system", LATER)
    return new_version(bench, key, "Version 1.1 came out", framework, LATER)


def bring_to(bench, framework, key, state):
    """Bring the draft to a state; give the assessment that is in it."""
    if state == "draft":
        return
    submit(bench, key, NOW)
    if state == "in_review":
        return
    if state == "withdrawn":
        withdraw(bench, key, "Not needed", NOW)
        return
    sign(bench.acting(BO), key, digest_of(bench, key), NOW)
    if state == "superseded":
        newer = new_version(bench, key, "More was found", framework, NOW).record.id
        submit(bench, newer, NOW)
        sign(bench.acting(BO), newer, digest_of(bench, newer), NOW)


ALLOWED = {
    "draft": {"submit": "in_review", "withdraw": "withdrawn"},
    "in_review": {"return": "draft", "sign": "signed", "withdraw": "withdrawn"},
    "signed": {"new_version": "signed", "withdraw": "withdrawn"},
    "superseded": {},
    "withdrawn": {},
}


@pytest.mark.parametrize("state", list(ALLOWED))
@pytest.mark.parametrize("step", ["submit", "return", "sign", "new_version", "withdraw"])
def test_each_step_from_each_state(bench, framework, draft, state, step):
    bring_to(bench, framework, draft, state)
    reviewer = bench.acting(DI)
    told = {one.name: one for one in steps(reviewer, draft)}[step]
    assert told.open == (step in ALLOWED[state])
    if told.open:
        do(reviewer, framework, step, draft)
        assert get_assessment(bench, draft).record.state == ALLOWED[state][step]
    else:
        before = get_assessment(bench, draft)
        with pytest.raises(Conflict) as stopped:
            do(reviewer, framework, step, draft)
        assert stopped.value.what in told.why
        assert get_assessment(bench, draft) == before
    assert verify(bench).ok


@pytest.mark.parametrize(
    ("actor", "step", "fits"),
    [
        pytest.param(VI, "submit", False, id="viewer-submits"),
        pytest.param(CY, "submit", True, id="colleague-submits"),
        pytest.param(VI, "sign", False, id="viewer-signs"),
        pytest.param(CY, "sign", False, id="contributor-signs"),
        pytest.param(ANA, "return", True, id="author-returns"),
        pytest.param(CY, "return", False, id="stranger-returns"),
        pytest.param(BO, "return", True, id="reviewer-returns"),
        pytest.param(CY, "withdraw", False, id="stranger-withdraws"),
        pytest.param(BO, "withdraw", True, id="reviewer-withdraws"),
        pytest.param(ANA.model_copy(update={"role": "admin"}), "sign", False, id="author-signs-as-admin"),
        pytest.param(ANA.model_copy(update={"role": "reviewer"}), "sign", False, id="author-signs-as-reviewer"),
        pytest.param(BO, "sign", True, id="reviewer-signs"),
        pytest.param(BO.model_copy(update={"role": "admin"}), "sign", True, id="admin-signs"),
        pytest.param(BO.model_copy(update={"role": None}), "sign", False, id="without-a-role"),
    ],
)
def test_who_may(bench, framework, draft, actor, step, fits):
    if step != "submit":
        submit(bench, draft, NOW)
    there, digest, before = bench.acting(actor), digest_of(bench, draft), get_assessment(bench, draft)
    act = {"sign": lambda: sign(there, draft, digest, LATER)}.get(step, lambda: do(there, framework, step, draft))
    if fits:
        act()
        assert get_assessment(bench, draft).record.state != before.record.state
        return
    with pytest.raises(NotAllowed):
        act()
    assert get_assessment(bench, draft) == before
    last = audit_rows(bench, limit=1)[0]
    assert (last.action, last.actor) == ("refused", actor.id)


def test_moving_on_makes_no_author_but_a_word_does(bench, framework, draft):
    cy = bench.acting(CY)
    submit(cy, draft, NOW)
    return_to_draft(bench.acting(BO), draft, NOW)
    assert authors_of(bench, draft) == (ANA.id,)
    save_answer(bench.acting(BO), draft, Answer(item="B1.2", status="none_found", method="Read it"), framework, NOW)
    assert set(authors_of(bench, draft)) == {ANA.id, BO.id}
    save_answer(bench.acting(BO), draft, Answer(item="B1.2"), framework, NOW, 1)
    submit(bench, draft, NOW)
    with pytest.raises(NotAllowed, match="Bo wrote a part"):
        sign(bench.acting(BO), draft, digest_of(bench, draft), NOW)
    assert sign(bench.acting(DI), draft, digest_of(bench, draft), NOW).record.signatures[0].by == DI.id


def test_an_answer_taken_back_still_has_its_author(bench, framework, draft):
    dis = bench.acting(DI)
    save_answer(dis, draft, FOUND.model_copy(update={"finding": "Otherwise"}), framework, NOW, 1)
    save_answer(bench, draft, FOUND, framework, NOW, 2)
    assert DI.id in authors_of(bench, draft)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("answer", id="answer"),
        pytest.param("another", id="another-answer"),
        pytest.param("header", id="header"),
        pytest.param("evidence", id="evidence"),
    ],
)
def test_a_stale_digest_is_refused(bench, framework, draft, change):
    evidence = Evidence(id="report", title="Report", kind="link", url="https://example.org/a")
    save_document(bench, EVIDENCE, "report", body_of(evidence), NOW, parent="acme-chat")
    save_answer(bench, draft, FOUND.model_copy(update={"evidence": ("report",)}), framework, NOW, 1)
    submit(bench, draft, NOW)
    seen = digest_of(bench, draft)
    return_to_draft(bench, draft, NOW)
    assert digest_of(bench, draft) == seen, "the state is not what is signed"
    if change == "answer":
        save_answer(bench, draft, FOUND, framework, NOW, 2)
    elif change == "another":
        save_answer(bench, draft, Answer(item="S1.1", status="not_applicable", reason="No text"), framework, NOW)
    elif change == "header":
        header = get_assessment(bench, draft)
        edit_assessment(bench, header.record.model_copy(update={"review_by": date(2027, 1, 1)}), NOW, header.revision)
    else:
        changed = evidence.model_copy(update={"summary": "It says more"})
        save_document(bench, EVIDENCE, "report", body_of(changed), NOW, 1)
    submit(bench, draft, NOW)
    with pytest.raises(Conflict, match="not what you read"):
        sign(bench.acting(BO), draft, seen, NOW)
    assert get_assessment(bench, draft).record.state == "in_review"
    assert signature_holds(bench, draft) is None


def test_a_signed_record_takes_no_edits(bench, framework, reviewed):
    signed(bench, reviewed)
    before, kept = get_assessment(bench, reviewed), answers(bench, reviewed)
    with pytest.raises(Conflict, match="signed and takes no edits"):
        save_answer(bench, reviewed, FOUND.model_copy(update={"finding": "None"}), framework, LATER, 1)
    with pytest.raises(Conflict, match="takes no edits"):
        save_answer(bench, reviewed, Answer(item="B1.2", status="none_found", method="Read"), framework, LATER)
    with pytest.raises(Conflict, match="takes no edits"):
        edit_assessment(bench, before.record.model_copy(update={"review_by": NOW.date()}), LATER, before.revision)
    assert (get_assessment(bench, reviewed), answers(bench, reviewed)) == (before, kept)
    assert signature_holds(bench, reviewed)


def test_what_is_in_review_takes_no_edits(bench, framework, reviewed):
    with pytest.raises(Conflict, match="in review and takes no edits"):
        save_answer(bench, reviewed, FOUND.model_copy(update={"finding": "None"}), framework, LATER, 1)


def test_evidence_under_a_signature_stays(bench, framework, draft):
    for key in ("cited", "free"):
        body = body_of(Evidence(id=key, title=key, kind="link", url="https://example.org"))
        save_document(bench, EVIDENCE, key, body, NOW, parent="acme-chat")
    save_answer(bench, draft, FOUND.model_copy(update={"evidence": ("cited",)}), framework, NOW, 1)
    submit(bench, draft, NOW)
    check = {"check": lambda change, present: refuse_if_signed(change, present.id)}
    body = get_document(bench, EVIDENCE, "cited").body
    save_document(bench, EVIDENCE, "cited", {**body, "summary": "before"}, NOW, 1, **check)
    signed(bench, draft)
    with pytest.raises(Conflict, match="cited by 'acme-chat-si-1'"):
        save_document(bench, EVIDENCE, "cited", {**body, "summary": "after"}, NOW, 2, **check)
    with pytest.raises(Conflict, match="cited by"):
        delete_document(bench, EVIDENCE, "cited", NOW, **check)
    delete_document(bench, EVIDENCE, "free", NOW, **check)
    withdraw(bench.acting(BO), draft, "It was about another system", LATER)
    with pytest.raises(Conflict, match="cited by"):
        delete_document(bench, EVIDENCE, "cited", NOW, **check)
    assert signature_holds(bench, draft)


def test_a_new_version_takes_the_place_of_the_old(bench, framework, reviewed):
    add_version(bench, "acme-chat", SystemVersion(version="1.1"), NOW)
    signed(bench, reviewed)
    with pytest.raises(BadInput, match="reason is missing"):
        new_version(bench, reviewed, " ", framework, LATER)
    newer = new_version(bench, reviewed, "Version 1.1 came out", framework, LATER)
    assert (newer.record.number, newer.record.previous, newer.record.system_version) == (2, reviewed, "1.1")
    assert (newer.record.state, newer.record.signatures) == ("draft", ())
    old, new = answers(bench, reviewed), answers(bench, newer.record.id)
    assert [one.record for one in new.values()] == [one.record for one in old.values()]
    with pytest.raises(Conflict, match="'acme-chat-si-2' is draft"):
        new_version(bench, reviewed, "Again", framework, LATER)
    save_answer(bench, newer.record.id, Answer(item="B2.1", status="none_found", method="Read"), framework, LATER)
    assert signature_holds(bench, reviewed), "the old stays as it was signed"
    submit(bench, newer.record.id, LATER)
    assert get_assessment(bench, reviewed).record.state == "signed"
    signed(bench, newer.record.id)
    assert [one.record.state for one in assessments(bench, "acme-chat")] == ["superseded", "signed"]
    assert signature_holds(bench, reviewed)


def test_one_assessment_of_a_form_is_open_at_a_time(bench, framework, draft):
    start_assessment(bench, "acme-chat", "risk", framework, NOW)
    with pytest.raises(Conflict, match="'acme-chat-si-1' is draft"):
        start_assessment(bench, "acme-chat", "social_impact", framework, NOW)
    submit(bench, draft, NOW)
    with pytest.raises(Conflict, match="is in review"):
        start_assessment(bench, "acme-chat", "social_impact", framework, NOW)
    signed(bench, draft)
    with pytest.raises(Conflict, match="is signed") as stopped:
        start_assessment(bench, "acme-chat", "social_impact", framework, NOW)
    assert "new version" in stopped.value.fix
    withdraw(bench.acting(BO), draft, "Wrong system", NOW)
    assert start_assessment(bench, "acme-chat", "social_impact", framework, NOW).record.id == "acme-chat-si-2"


def test_nothing_to_submit(bench, system, framework):
    made = start_assessment(bench, "acme-chat", "social_impact", framework, NOW)
    with pytest.raises(Conflict, match="nothing is answered"):
        submit(bench, made.record.id, NOW)


def test_withdrawing_needs_a_reason_and_keeps_it(bench, reviewed):
    signed(bench, reviewed)
    with pytest.raises(BadInput, match="reason is missing"):
        withdraw(bench.acting(BO), reviewed, "\n", LATER)
    with pytest.raises(NotAllowed, match="may not sign"):
        withdraw(bench, reviewed, "I changed my mind", LATER)
    assert withdraw(bench.acting(BO), reviewed, "Wrong version", LATER).record.withdrawn == "Wrong version"


def test_a_request_sends_it_back_and_bars_the_signature_until_it_is_met(bench, framework, reviewed):
    bo = bench.acting(BO)
    asked = request_change(bo, reviewed, "Name the groups", NOW, "B1.1")
    assert get_assessment(bench, reviewed).record.state == "draft"
    save_answer(bench, reviewed, FOUND.model_copy(update={"groups": ("women", "men")}), framework, NOW, 1)
    submit(bench, reviewed, NOW)
    with pytest.raises(Conflict, match="1 request for change is open"):
        sign(bo, reviewed, digest_of(bench, reviewed), NOW)
    with pytest.raises(NotAllowed, match="another one asked"):
        resolve(bench, asked.document, NOW)
    assert resolve(bo, asked.document, NOW).record.resolved
    assert signed(bench, reviewed).record.state == "signed"
    with pytest.raises(Conflict, match="it is signed"):
        request_change(bo, reviewed, "One more thing", NOW)


def test_two_reviewers_differ_and_both_opinions_stay(bench, reviewed):
    give_opinion(bench.acting(BO), reviewed, "agree", "", NOW, "B1.1")
    give_opinion(bench.acting(DI), reviewed, "disagree", "The sample is too small", NOW, "B1.1")
    give_opinion(bench.acting(BO), reviewed, "agree", "", NOW)
    changed = give_opinion(bench.acting(BO), reviewed, "disagree", "Now I see it too", LATER, "B1.1")
    assert changed.revision == 2
    said = remarks(bench, reviewed, "B1.1")
    assert [(one.author, one.record.opinion) for one in said] == [(BO.id, "disagree"), (DI.id, "disagree")]
    assert len(remarks(bench, reviewed)) == 3
    assert get_assessment(bench, reviewed).record.state == "in_review"


@pytest.mark.parametrize(
    ("actor", "act", "message"),
    [
        pytest.param(VI, lambda b, a: comment(b, a, "hm", NOW), "viewer may not write", id="viewer-comments"),
        pytest.param(CY, lambda b, a: request_change(b, a, "hm", NOW), "may not review", id="contributor-requests"),
        pytest.param(CY, lambda b, a: give_opinion(b, a, "agree", "", NOW), "may not review", id="contributor-judges"),
        pytest.param(
            ANA.model_copy(update={"role": "reviewer"}),
            lambda b, a: give_opinion(b, a, "agree", "", NOW),
            "Ana wrote a part",
            id="author-judges",
        ),
    ],
)
def test_who_may_remark(bench, reviewed, actor, act, message):
    with pytest.raises(NotAllowed, match=message):
        act(bench.acting(actor), reviewed)
    assert remarks(bench, reviewed) == ()


def test_remarks_need_words_and_an_assessment(bench, reviewed):
    with pytest.raises(BadInput, match="nothing is said"):
        comment(bench, reviewed, " ", NOW)
    with pytest.raises(BadInput, match="nothing is said"):
        give_opinion(bench.acting(BO), reviewed, "disagree", "", NOW)
    with pytest.raises(NotFound, match="no assessment"):
        comment(bench, "acme-chat-si-9", "Here?", NOW)
    said = comment(bench, reviewed, "All read", NOW)
    with pytest.raises(BadInput, match="it is a comment"):
        resolve(bench.acting(BO), said.document, NOW)
    with pytest.raises(NotFound, match="no remark"):
        resolve(bench, "acme-chat-si-1-remark-9", NOW)


def test_a_system_goes_with_all_its_parts_unless_something_was_signed(bench, framework, reviewed):
    save_document(
        bench, EVIDENCE, "report", body_of(Evidence(id="report", title="R", kind="link")), NOW, parent="acme-chat"
    )
    comment(bench, reviewed, "Read", NOW)
    signed(bench, reviewed)
    with pytest.raises(Conflict, match="was signed"):
        delete_system(bench, "acme-chat", LATER)
    withdraw(bench.acting(BO), reviewed, "Wrong", LATER)
    with pytest.raises(Conflict, match="was signed"):
        delete_system(bench, "acme-chat", LATER)
    assert get_system(bench, "acme-chat")


def test_a_system_without_a_signature_goes_whole(bench, framework, reviewed):
    save_document(
        bench, EVIDENCE, "report", body_of(Evidence(id="report", title="R", kind="link")), NOW, parent="acme-chat"
    )
    comment(bench, reviewed, "Read", NOW)
    before = head(bench).rows
    delete_system(bench, "acme-chat", LATER)
    assert systems(bench) == ()
    assert bench.read("SELECT count(*) FROM document")[0][0] == 0
    assert bench.read("SELECT count(*) FROM document_version")[0][0] == 0
    assert head(bench).rows == before + 5
    assert verify(bench).ok
