"""The verbs of systems and assessments: one whole way from a new system to a signature, and what is refused."""

from __future__ import annotations

import json

import pytest

from governance.assessment.assessments import answers, get_assessment
from governance.assessment.states import digest_of
from governance.records.store import open_workbench


@pytest.fixture
def ours(own_home, touchstone):
    """Give the command line with a system and a draft in a home of its own."""
    made = touchstone("system", "create", "Acme Chat", "--version", "1.0", "--modality", "image", "--json").json
    assert (made["id"], made["revision"], made["modalities"]) == ("acme-chat", 1, ["image"])
    begun = touchstone("assess", "start", "acme-chat", "--as", "Ana", "--json").json
    assert (begun["id"], begun["system_version"], begun["author"]) == ("acme-chat-si-1", "1.0", "local:ana")
    return touchstone


def test_from_a_new_system_to_a_signature(ours, tmp_path):
    file = tmp_path / "answers.yaml"
    file.write_text("B1.1: {status: found, finding: A gap, method: BBQ, party: third}\nB1.2: {status: not_assessed}\n")
    saved = ours("assess", "answer", "acme-chat-si-1", "--file", str(file), "--as", "Ana", "--json").json
    assert [(one["item"], one["revision"], one["warnings"]) for one in saved] == [("B1.1", 1, []), ("B1.2", 1, [])]
    more = ours("assess", "answer", "acme-chat-si-1", "B1.1", "--finding", "Two gaps", "--as", "Ana", "--json").json
    assert (more["finding"], more["method"], more["revision"]) == ("Two gaps", "BBQ", 2)
    assert ours("assess", "submit", "acme-chat-si-1", "--as", "Ana", "--json").json["state"] == "in_review"
    shown = ours("assess", "sign", "acme-chat-si-1", "--as", "Bo", "--json")
    assert (shown.code, shown.json["signed"]) == (1, False)
    own = ours("assess", "sign", "acme-chat-si-1", "--digest", shown.json["digest"], "--as", "Ana")
    assert (own.code, own.out) == (2, b"")
    assert "Ana wrote a part of it" in own.err
    signed = ours("assess", "sign", "acme-chat-si-1", "--digest", shown.json["digest"], "--as", "Bo", "--json").json
    assert (signed["state"], signed["signatures"][0]["name"]) == ("signed", "Bo")
    whole = ours("assess", "show", "acme-chat-si-1", "--json").json
    with open_workbench() as bench:
        assert whole["digest"] == digest_of(bench, "acme-chat-si-1") == shown.json["digest"]
        assert list(whole["answers"]) == list(answers(bench, "acme-chat-si-1"))
        assert get_assessment(bench, "acme-chat-si-1").record.state == "signed"
    assert (whole["asked"], whole["signature_holds"], whole["authors"]) == (38, True, ["local:ana"])
    assert {one["name"]: one["open"] for one in whole["steps"]}["new_version"]
    assert "acme-chat-si-1" in ours("assess", "show", "acme-chat-si-1").text


def test_remarks_and_a_new_version(ours):
    ours(
        "assess", "answer", "acme-chat-si-1", "S1.1", "--status", "not_applicable", "--reason", "No text", "--as", "Ana"
    )
    ours("assess", "submit", "acme-chat-si-1", "--as", "Ana")
    asked = ours(
        "assess", "remark", "acme-chat-si-1", "Why?", "--item", "S1.1", "--request", "--as", "Bo", "--json"
    ).json
    assert asked["kind"] == "request"
    ours("assess", "remark", "acme-chat-si-1", "It can write", "--opinion", "disagree", "--as", "Cy")
    ours("assess", "remark", "acme-chat-si-1", "Looked again", "--as", "Ana")
    said = ours("assess", "remarks", "acme-chat-si-1", "--json").json
    assert [(one["kind"], one["opinion"]) for one in said] == [
        ("request", None),
        ("opinion", "disagree"),
        ("comment", None),
    ]
    assert ours("assess", "resolve", asked["id"], "--as", "Bo", "--json").json["resolved"]
    ours("assess", "submit", "acme-chat-si-1", "--as", "Ana")
    digest = ours("assess", "sign", "acme-chat-si-1", "--as", "Bo", "--json").json["digest"]
    ours("assess", "sign", "acme-chat-si-1", "--digest", digest, "--as", "Bo")
    newer = ours("assess", "new-version", "acme-chat-si-1", "--reason", "It writes now", "--as", "Ana", "--json").json
    assert (newer["id"], newer["previous"], newer["reason"]) == ("acme-chat-si-2", "acme-chat-si-1", "It writes now")
    edited = ours("assess", "edit", "acme-chat-si-2", "--review-by", "2027-01-31", "--as", "Ana", "--json").json
    assert edited["review_by"] == "2027-01-31"
    gone = ours("assess", "withdraw", "acme-chat-si-2", "--reason", "Not needed", "--as", "Ana", "--json").json
    assert (gone["state"], gone["withdrawn"]) == ("withdrawn", "Not needed")
    listed = ours("assess", "list", "--system", "acme-chat", "--json").json
    assert [(one["id"], one["state"]) for one in listed] == [
        ("acme-chat-si-1", "signed"),
        ("acme-chat-si-2", "withdrawn"),
    ]


def test_a_risk_section_from_a_file(ours, tmp_path):
    begun = ours("assess", "start", "acme-chat", "--form", "risk", "--json").json
    file = tmp_path / "r5.yaml"
    file.write_text("values: {reassess_by: 2027-01-01, triggers: [incident]}\n")
    saved = ours("assess", "answer", begun["id"], "R5", "--file", str(file), "--json").json
    assert saved["values"] == {"reassess_by": "2027-01-01", "triggers": ["incident"]}
    file.write_text(json.dumps({"values": {"signals": "Reports of misuse"}}))
    both = ours("assess", "answer", begun["id"], "R5", "--file", str(file), "--json").json
    assert set(both["values"]) == {"reassess_by", "triggers", "signals"}


def test_systems_are_changed_listed_and_deleted(ours, tmp_path):
    changed = ours("system", "edit", "acme-chat", "--owner", "Acme", "--dataset", "dolly-closedqa", "--json").json
    assert (changed["owner"], changed["datasets"], changed["name"]) == ("Acme", ["dolly-closedqa"], "Acme Chat")
    file = tmp_path / "system.json"
    file.write_text(json.dumps({"context": "Schools", "id": "another"}))
    assert ours("system", "edit", "acme-chat", "--file", str(file), "--json").json["id"] == "acme-chat"
    assert ours("system", "version", "acme-chat", "1.1", "--released", "2026-02-01", "--json").json["revision"] == 4
    ready = ours("system", "ready", "acme-chat", "--json").json
    assert {one["topic"] for one in ready["found"]} >= {"licence", "origin"}
    assert ours("system", "show", "acme-chat", "--revision", "1", "--json").json["owner"] == ""
    assert [one["id"] for one in ours("system", "list", "--json").json] == ["acme-chat"]
    assert ours("system", "delete", "acme-chat", "--json").json == {"deleted": "acme-chat"}
    assert ours("system", "list", "--json").json == []


def test_items_by_modality(touchstone):
    assert len(touchstone("assess", "items", "--json").json) == 39
    assert len(touchstone("assess", "items", "--modality", "image", "--json").json) == 38
    assert [one["id"] for one in touchstone("assess", "items", "--form", "risk", "--json").json][:2] == ["R1", "R2"]
    assert "Lifecycle coverage" in touchstone("assess", "items").text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param("assess answer acme-chat-si-1 B1.1 --status not_applicable", "the reason is missing", id="reason"),
        pytest.param("assess answer acme-chat-si-1 B9.9 --status found", "there is no item 'B9.9'", id="item"),
        pytest.param("assess answer acme-chat-si-1 B1.1 --status maybe", "status: input should be", id="status"),
        pytest.param("assess show nothing", "there is no assessment 'nothing'", id="assessment"),
        pytest.param("assess start nobody", "there is no system 'nobody'", id="system"),
        pytest.param("assess start acme-chat", "'acme-chat-si-1' is draft", id="second"),
        pytest.param("assess start acme-chat --form moral", "is not known", id="form"),
        pytest.param("assess start acme-chat --review-by soon", "'soon' is no day", id="day"),
        pytest.param("assess submit acme-chat-si-1", "nothing is answered yet", id="empty"),
        pytest.param("assess sign acme-chat-si-1 --digest 00", "it is draft, not in review", id="early"),
        pytest.param("assess withdraw acme-chat-si-1", "the reason is missing", id="withdraw"),
        pytest.param("assess remark acme-chat-si-1", "nothing is said", id="remark"),
        pytest.param("assess remark acme-chat-si-1 x --opinion hm", "is not known", id="opinion"),
        pytest.param("assess remark acme-chat-si-1 x --request --opinion agree", "a request and an opinion", id="both"),
        pytest.param("system create X --kind animal", "kind: input should be", id="kind"),
        pytest.param("system create X --id A/B", "id: string should match", id="id"),
        pytest.param("system show nobody", "there is no system 'nobody'", id="show"),
        pytest.param("system edit acme-chat --file /nowhere.json", "the file cannot be read", id="file"),
    ],
)
def test_what_is_refused(ours, words, message):
    said = ours(*words.split())
    assert (said.code, said.out) == (2, b"")
    assert message in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("- a list", "holds no fields", id="list"),
        pytest.param("a: [", "cannot be read", id="broken"),
        pytest.param("a: !!python/object/apply:os.system ['true']", "cannot be read", id="code"),
        pytest.param("a: &x 1\nb: *x", "holds references", id="references"),
        pytest.param("mood: good", "mood: extra inputs", id="unknown-field"),
        pytest.param("example: true", "no example", id="example"),
        pytest.param("a: " + "x" * 1_000_001, "at most 1,000,000", id="big"),
    ],
)
def test_files_that_are_refused(ours, tmp_path, text, message):
    file = tmp_path / "fields.yaml"
    file.write_text(text)
    said = ours("system", "edit", "acme-chat", "--file", str(file))
    assert said.code == 2
    assert message in said.err


def test_a_declared_person_has_the_role_they_were_given(ours):
    from datetime import UTC, datetime

    from governance.records.accounts import save_person
    from governance.records.people import Actor

    with open_workbench() as bench:
        for name, role in (("root", "admin"), ("vi", "viewer")):
            save_person(bench, Actor(email=name, name=name, role=role), datetime.now(UTC))
    said = ours("system", "version", "acme-chat", "2", "--as", "vi")
    assert (said.code, "a viewer may not write" in said.err) == (2, True)
    assert ours("system", "show", "acme-chat", "--as", "vi", "--json").json["versions"][-1]["version"] == "1.0"
    assert "has no role here" in ours("system", "show", "acme-chat", "--as", "stranger").err
