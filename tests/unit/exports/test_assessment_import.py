"""Export and import: byte for byte the same, twice is once, all or nothing, and no word that was not signed."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.assessment.assessments import save_answer, start_assessment
from governance.assessment.evidence import evidence_file
from governance.assessment.example import load_example, remove_example
from governance.assessment.framework import load_framework
from governance.assessment.origin import origin_of
from governance.assessment.records import Answer, System
from governance.assessment.remarks import comment
from governance.assessment.reopening import TriggerNote, note_trigger, trigger_notes
from governance.assessment.states import authors_of, digest_of, sign, signature_holds, submit
from governance.assessment.systems import delete_system, get_system, save_system
from governance.errors import BadInput, Conflict, NotAllowed, NotFound
from governance.exports.assessment_import import import_assessment, read_package
from governance.exports.assessment_memo import IMPORTED, assessment_memo
from governance.exports.assessment_package import export_assessment
from governance.exports.assessment_report import assessment_report
from governance.exports.memo_formats import memo_markdown
from governance.records.audit import audit_rows, head, verify
from governance.records.chain import canonical
from governance.records.people import Actor
from governance.records.store import open_workbench
from tests.unit.exports.assessed import ANA, BO, DI, ED, HOSTILE, NOW, RISK, SOCIAL, TABLE, fill, review

hostile = st.sampled_from(HOSTILE) | st.text(st.characters(codec="utf-8"), max_size=60)


@pytest.fixture(scope="module")
def framework(catalogue):
    return load_framework(catalogue)


@pytest.fixture(scope="module")
def source(tmp_path_factory, framework):
    with open_workbench(tmp_path_factory.mktemp("source"), NOW, ED) as opened:
        fill(opened, framework)
        yield opened


@pytest.fixture(scope="module")
def draft(source):
    """The draft as it was exported before anybody reviewed it."""
    return export_assessment(source, SOCIAL)


@pytest.fixture(scope="module")
def signed(source, draft):
    review(source)
    return export_assessment(source, SOCIAL)


@pytest.fixture
def bench(tmp_path):
    with open_workbench(tmp_path, NOW, ED) as opened:
        yield opened


def documents_of(bench):
    return bench.read("SELECT kind, id, revision, body FROM document ORDER BY ALL")


def changed(data, work):
    """Change the plain JSON of an export."""
    plain = json.loads(data)
    work(plain)
    return (canonical(plain) + "\n").encode()


def document(plain, name):
    return next(one for one in plain["documents"] if one["id"] == name)


def body(name, **fields):
    return lambda plain: document(plain, name)["body"].update(fields)


def part(name, **fields):
    return lambda plain: document(plain, name).update(fields)


@pytest.mark.parametrize("which", ["draft", "signed"])
def test_there_and_back_is_byte_for_byte_the_same(bench, request, which, framework):
    data = request.getfixturevalue(which)
    came = import_assessment(bench, data, framework, NOW)
    assert (came.outcome, came.updated, came.unchanged, came.signed) == ("created", 0, 0, which == "signed")
    assert export_assessment(bench, SOCIAL) == data
    assert verify(bench).ok
    assert {row.action for row in audit_rows(bench, limit=100)} == {"import", "create"}


def test_the_same_file_twice_changes_nothing(bench, signed, framework):
    import_assessment(bench, signed, framework, NOW)
    before, at = documents_of(bench), head(bench).rows
    again = import_assessment(bench, signed, framework, NOW)
    assert (again.outcome, again.created, again.updated) == ("unchanged", 0, 0)
    assert documents_of(bench) == before
    assert head(bench).rows == at + 1
    row = audit_rows(bench, limit=1)[0]
    assert (row.action, row.id, json.loads(row.after)["file"]) == ("unchanged", SOCIAL, again.file)


def test_a_file_made_here_is_unchanged_here(source, signed, framework):
    assert import_assessment(source, signed, framework, NOW).outcome == "unchanged"
    assert origin_of(source, SOCIAL) is None


def test_a_draft_takes_its_later_state(bench, draft, signed, framework):
    import_assessment(bench, draft, framework, NOW)
    came = import_assessment(bench, signed, framework, NOW)
    assert (came.outcome, came.updated) == ("updated", 1)
    assert export_assessment(bench, SOCIAL) == signed
    with pytest.raises(Conflict, match="signed here"):
        import_assessment(bench, draft, framework, NOW)


def test_what_was_signed_stays_signed_and_is_marked(bench, signed, catalogue, framework):
    import_assessment(bench, signed, framework, NOW)
    assert signature_holds(bench, SOCIAL)
    origin = origin_of(bench, SOCIAL)
    assert (origin.by, origin.signed, origin.file) == (ED.id, True, hashlib.sha256(signed).hexdigest())
    said = memo_markdown(assessment_memo(assessment_report(bench, catalogue, SOCIAL, NOW)))
    assert IMPORTED in said
    assert "not proven here" in said
    assert "proven by a provider" not in said
    with pytest.raises(Conflict, match="takes no edits"):
        save_answer(bench, SOCIAL, Answer(item="B1.2"), load_framework(catalogue), NOW)


def test_who_wrote_it_elsewhere_and_who_brought_it_in_do_not_sign(bench, draft, framework):
    import_assessment(bench, draft, framework, NOW)
    assert set(authors_of(bench, SOCIAL)) == {ANA.id, ED.id}
    submit(bench, SOCIAL, NOW)
    ana = bench.acting(ANA.model_copy(update={"role": "reviewer"}))
    for actor in (ana, bench):
        with pytest.raises(NotAllowed, match="wrote a part of it"):
            sign(actor, SOCIAL, digest_of(actor, SOCIAL), NOW)
    assert sign(bench.acting(DI), SOCIAL, digest_of(bench, SOCIAL), NOW).record.state == "signed"


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pair")
    with open_workbench(folder / "a", NOW, ED) as here, open_workbench(folder / "b", NOW, ED) as there:
        yield here, there


@given(st.dictionaries(st.sampled_from(["B1.2", "B1.3"]), st.tuples(hostile, hostile, hostile), min_size=1))
@settings(max_examples=12)
def test_any_text_goes_there_and_back(pair, framework, answers):
    here, there = pair
    save_system(here, System(id="s", name="S"), NOW)
    start_assessment(here, "s", "social_impact", framework, NOW)
    for item, (finding, method, limits) in answers.items():
        said = Answer(item=item, finding=finding, method=method, limits=limits, groups=(finding[:300],))
        save_answer(here, "s-si-1", said, framework, NOW)
    data = export_assessment(here, "s-si-1")
    assert import_assessment(there, data, framework, NOW).outcome == "created"
    assert export_assessment(there, "s-si-1") == data
    assert import_assessment(there, data, framework, NOW).outcome == "unchanged"
    for bench in pair:
        delete_system(bench, "s", NOW)


def test_files_come_along_where_asked_and_their_hashes_always(source, signed, bench, framework):
    name = hashlib.sha256(TABLE).hexdigest()
    (file,) = json.loads(signed)["files"]
    assert (file["sha256"], file["content"]) == (name, None)
    data = export_assessment(source, SOCIAL, files=True)
    assert import_assessment(bench, data, framework, NOW).files == 1
    assert evidence_file(bench, "acme-chat-e2")[1] == TABLE
    assert export_assessment(bench, SOCIAL, files=True) == data
    assert export_assessment(bench, SOCIAL) == signed
    assert import_assessment(bench, signed, framework, NOW).outcome == "unchanged"


def test_files_may_follow_later(source, signed, bench, framework):
    import_assessment(bench, signed, framework, NOW)
    with pytest.raises(NotFound):
        evidence_file(bench, "acme-chat-e2")
    assert import_assessment(bench, export_assessment(source, SOCIAL, files=True), framework, NOW).outcome == "updated"
    assert evidence_file(bench, "acme-chat-e2")[1] == TABLE


def test_too_many_files_are_refused(source, signed, monkeypatch):
    monkeypatch.setattr("governance.exports.assessment_package.MOST_FILE_BYTES", 10)
    with pytest.raises(BadInput, match="more than 10 bytes"):
        export_assessment(source, SOCIAL, files=True)


def test_a_risk_assessment_travels_too(source, bench, framework):
    data = export_assessment(source, RISK)
    assert import_assessment(bench, data, framework, NOW).outcome == "created"
    assert export_assessment(bench, RISK) == data


E1, E2, B1, SYSTEM = "acme-chat-e1", "acme-chat-e2", "acme-chat-si-1-b1-1", "acme-chat"
DAMAGE = [
    pytest.param(body(B1, finding="All is well"), "not what was signed", id="finding"),
    pytest.param(body(B1, value=0.4, low=0.3, high=0.5), "not what was signed", id="figure"),
    pytest.param(body(SOCIAL, review_by="2030-01-01"), "not what was signed", id="header"),
    pytest.param(body(E1, summary="Something else"), "not what was signed", id="evidence"),
    pytest.param(part(E1, revision=2), "not what was signed", id="revision-of-evidence"),
    pytest.param(lambda plain: plain["documents"].remove(document(plain, B1)), "not what was signed", id="answer-gone"),
    pytest.param(lambda plain: plain["documents"].remove(document(plain, E1)), "not what was", id="evidence-gone"),
    pytest.param(body(SOCIAL, signatures=[]), "names nobody", id="signature-gone"),
    pytest.param(body(SOCIAL, state="draft"), "has signatures", id="signed-draft"),
    pytest.param(lambda plain: plain["authors"].append(DI.id), "signed what they wrote", id="self-signed"),
    pytest.param(body(E1, url="javascript:alert(1)"), "not http", id="address"),
    pytest.param(body(B1, status="perhaps"), "status", id="unknown-word"),
    pytest.param(body(B1, n="238"), "not written as it is kept", id="number-as-text"),
    pytest.param(body(B1, extra=1), "extra", id="unknown-field"),
    pytest.param(body(B1, languages=["zzz"]), "no language", id="unknown-language"),
    pytest.param(body(B1, item="B1.2"), "it answers 'B1.2'", id="another-item"),
    pytest.param(body(E1, id="other"), "calls itself", id="another-id"),
    pytest.param(body(SOCIAL, system="other"), "names another", id="another-system"),
    pytest.param(part(B1, parent="other"), "belongs to 'other'", id="another-parent"),
    pytest.param(part(B1, revision=0), "revision", id="revision-0"),
    pytest.param(part(B1, revision=10**12), "revision", id="revision-huge"),
    pytest.param(part(B1, created="2027-01-01T00:00:00Z"), "before it was made", id="backwards"),
    pytest.param(part(B1, created="2026-01-01T00:00:00"), "created", id="no-zone"),
    pytest.param(part(B1, kind="policy"), "kind", id="another-kind"),
    pytest.param(part(B1, id="../../etc"), "id", id="bad-id"),
    pytest.param(lambda plain: plain["documents"].append(document(plain, B1)), "there twice", id="twice"),
    pytest.param(lambda plain: plain["documents"].remove(document(plain, SYSTEM)), "one system", id="no-system"),
    pytest.param(lambda plain: plain.update(version=2), "version", id="newer-layout"),
    pytest.param(lambda plain: plain.update(more=1), "more", id="unknown-part"),
    pytest.param(lambda plain: plain.update(format="other"), "no exported assessment", id="foreign"),
    pytest.param(lambda plain: plain["files"][0].update(size=1), "no evidence is this file", id="size-of-file"),
    pytest.param(lambda plain: plain["files"][0].update(content="AAAA"), "not what its hash says", id="other-bytes"),
    pytest.param(lambda plain: plain["files"][0].update(content="*"), "not base64", id="no-base64"),
]  # fmt: skip


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A workbench that stays empty, since all that comes is refused."""
    with open_workbench(tmp_path_factory.mktemp("empty"), NOW, ED) as opened:
        yield opened


@pytest.mark.parametrize(("damage", "said"), DAMAGE)
def test_a_damaged_file_is_refused_and_nothing_is_kept(empty, signed, damage, said, framework):
    with pytest.raises(BadInput, match=said):
        import_assessment(empty, changed(signed, damage), framework, NOW)
    assert documents_of(empty) == []
    assert head(empty).rows == 0


@pytest.fixture(scope="module")
def risk(tmp_path_factory, framework):
    """A risk assessment as it was exported."""
    with open_workbench(tmp_path_factory.mktemp("risk"), NOW, ED) as opened:
        fill(opened, framework)
        return export_assessment(opened, RISK)


@pytest.mark.parametrize(
    ("values", "what", "where", "fix"),
    [
        pytest.param({"hazards": ["biio"]}, "'biio' is not a choice", "field hazards", "did you mean bio", id="word"),
        pytest.param({"hazards": "bio"}, "it is no list of texts", "field hazards", "give a list", id="type"),
        pytest.param(
            {"hazard": ["bio"]}, "there is no field 'hazard'", "section R2", "did you mean hazards", id="field"
        ),
        pytest.param(
            {"capability_evidence": ["<b>"]}, "no id of evidence", "field capability_evidence", "list", id="id"
        ),
    ],
)
def test_what_does_not_fit_the_risk_form_is_refused(empty, risk, framework, values, what, where, fix):
    name = f"{RISK}-r2"
    with pytest.raises(BadInput, match=re.escape(what)) as refused:
        import_assessment(empty, changed(risk, body(name, values=values)), framework, NOW)
    assert refused.value.where.startswith(f"answer {name}: ")
    assert where in refused.value.where
    assert fix in refused.value.fix
    assert documents_of(empty) == []


def test_a_section_of_another_version_says_which(empty, risk, framework):
    def age(plain):
        document(plain, f"{RISK}-r2").update(id=f"{RISK}-r9")
        document(plain, f"{RISK}-r9")["body"].update(item="R9", framework="0.9")

    with pytest.raises(BadInput, match="no section 'R9'") as refused:
        import_assessment(empty, changed(risk, age), framework, NOW)
    assert "written by version 0.9" in refused.value.fix


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"", "no JSON", id="empty"),
        pytest.param(b"\xff\xfe\x00", "no JSON", id="bytes"),
        pytest.param(b"[]", "no exported assessment", id="list"),
        pytest.param(b'{"format": "touchstone-assessment"}', "version", id="no-parts"),
        pytest.param(b'{"a": NaN}', "no number", id="nan"),
        pytest.param(b'{"a": 1, "a": 2}', "twice", id="field-twice"),
        pytest.param(b"[" * 100_000, "no JSON", id="deep"),
    ],
)
def test_other_files_are_refused(empty, data, said, framework):
    with pytest.raises(BadInput, match=said):
        import_assessment(empty, data, framework, NOW)
    assert head(empty).rows == 0


def test_a_file_under_a_false_type_is_refused(empty, source, signed, framework):
    page = b"<html><script>alert(1)</script></html>"
    sha256, size = hashlib.sha256(page).hexdigest(), len(page)

    def forge(plain):
        document(plain, E2)["body"].update(sha256=sha256, size=size)
        plain["files"][0].update(sha256=sha256, size=size, content=base64.b64encode(page).decode())
        document(plain, SOCIAL)["body"].update(signatures=[], state="draft")

    with pytest.raises(BadInput, match="HTML"):
        read_package(changed(signed, forge), framework)


def test_too_large_a_file_is_refused(monkeypatch, signed, framework):
    monkeypatch.setattr("governance.exports.assessment_import.MOST_BYTES", 100)
    with pytest.raises(BadInput, match="at most 100"):
        read_package(signed, framework)


@pytest.mark.parametrize("role", ["viewer", "contributor", "reviewer", "admin", None])
def test_signatures_and_words_of_others_need_an_admin(bench, draft, signed, role, framework):
    actor = bench.acting(Actor(email="x", name="X", role=role))
    for data, needed in ((draft, ("contributor", "reviewer", "admin")), (signed, ("admin",))):
        if role in needed:
            assert import_assessment(actor, data, framework, NOW).outcome in ("created", "updated")
        else:
            before = documents_of(bench)
            with pytest.raises(NotAllowed):
                import_assessment(actor, data, framework, NOW)
            assert documents_of(bench) == before
            assert audit_rows(bench, limit=1)[0].action == "refused"


def test_a_newer_record_here_is_not_overwritten(bench, draft, framework):
    import_assessment(bench, draft, framework, NOW)
    ours = Answer(item="B2.1", status="found", method="2,000 prompts")
    save_answer(bench, SOCIAL, ours, framework, NOW, 1)
    before = documents_of(bench)
    with pytest.raises(Conflict, match="revision 2 here"):
        import_assessment(bench, draft, framework, NOW)
    assert documents_of(bench) == before


def test_a_newer_system_here_stays(bench, draft, signed, framework):
    import_assessment(bench, draft, framework, NOW)
    present = get_system(bench, "acme-chat")
    save_system(bench, present.record.model_copy(update={"owner": "Others"}), NOW, present.revision)
    came = import_assessment(bench, signed, framework, NOW)
    assert came.kept == ("system acme-chat",)
    assert get_system(bench, "acme-chat").record.owner == "Others"


def test_what_does_not_fit_the_signature_undoes_all_of_it(bench, draft, signed, framework):
    import_assessment(bench, draft, framework, NOW)
    save_answer(bench, SOCIAL, Answer(item="B1.2", status="found", method="ours"), framework, NOW)
    before, at = documents_of(bench), head(bench)
    with pytest.raises(Conflict, match="together they are not what was signed"):
        import_assessment(bench, signed, framework, NOW)
    assert documents_of(bench) == before
    assert head(bench) == at
    assert verify(bench).ok


def test_a_second_open_assessment_is_refused(bench, draft, framework):
    save_system(bench, System(id="acme-chat", name="Ours"), NOW)
    start_assessment(bench, "acme-chat", "social_impact", framework, NOW)
    with pytest.raises(Conflict):
        import_assessment(bench, draft, framework, NOW)
    other = changed(draft.replace(SOCIAL.encode(), b"acme-chat-si-2"), lambda plain: None)
    delete_system(bench, "acme-chat", NOW)
    import_assessment(bench, draft, framework, NOW)
    with pytest.raises(Conflict, match="finish or withdraw"):
        import_assessment(bench, changed(other, body("acme-chat-si-2", number=2)), framework, NOW)


def test_an_own_system_does_not_become_an_example(bench, draft, framework):
    import_assessment(bench, draft, framework, NOW)

    def pretend(plain):
        document(plain, SYSTEM)["revision"] = 9
        document(plain, SYSTEM)["body"]["example"] = True

    with pytest.raises(Conflict, match="example"):
        import_assessment(bench, changed(draft, pretend), framework, NOW)


def test_remarks_of_later_come_along(source, bench, signed, framework):
    import_assessment(bench, signed, framework, NOW)
    comment(source, SOCIAL, "Seen a year later", NOW)
    later = export_assessment(source, SOCIAL)
    assert import_assessment(bench, later, framework, NOW).created == 1
    assert export_assessment(bench, SOCIAL) == later


def test_the_example_travels_and_is_taken_away_with_all_of_it(bench, catalogue, tmp_path, framework):
    with open_workbench(tmp_path / "other", NOW, ED) as other:
        loaded = load_example(other, catalogue, NOW)
        data = export_assessment(other, loaded.social_impact)
    import_assessment(bench, data, framework, NOW)
    assert origin_of(bench, loaded.social_impact)
    remove_example(bench, NOW)
    assert documents_of(bench) == []
    assert verify(bench).ok
    assert BO.proven


def test_events_noted_at_a_signed_risk_go_along_and_reopen_it(tmp_path, framework, catalogue):
    with open_workbench(tmp_path / "a", NOW, ED) as source, open_workbench(tmp_path / "b", NOW, ED) as elsewhere:
        fill(source, framework)
        review(source, RISK)
        later = NOW + timedelta(days=30)
        note_trigger(source, RISK, TriggerNote(trigger="incident", note="<b>Leak</b>"), later)
        data = export_assessment(source, RISK)
        import_assessment(elsewhere, data, framework, later)
        assert [one.record.note for one in trigger_notes(elsewhere, RISK)] == ["<b>Leak</b>"]
        assert export_assessment(elsewhere, RISK) == data
        for bench in (source, elsewhere):
            said = assessment_report(bench, catalogue, RISK, later).open_items
            assert ("reopened", "incident noted on 2026-04-03") in [(one.kind, one.words) for one in said]
