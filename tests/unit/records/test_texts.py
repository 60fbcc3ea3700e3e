"""What people type: kept as it is or refused with a reason, through every function that takes it."""

from __future__ import annotations

import contextlib
import json
import shutil
import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from governance.errors import BadInput, Conflict, NotFound, NotSignedIn, TouchstoneError
from governance.records.accounts import (
    actor_of_token,
    find_person,
    make_token,
    people,
    remove_person,
    revoke_token,
    save_person,
    tokens,
)
from governance.records.audit import audit_rows, verify
from governance.records.documents import EditClash, documents, get_document, save_document
from governance.records.files import file_content, keep_file
from governance.records.merging import changed_fields, merge
from governance.records.people import Actor, email_key, local_person
from governance.records.store import open_workbench, write

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ISSUER = "https://id.example"
HOSTILE = (
    "'); DROP TABLE audit; --", '"quoted"', "a\x00b", "\ud800", "\u202eabc", "عربي עברית", "\U0001f469\u200d\U0001f680",
    "e\u0301", "=1+1", "<script>", "\ufeffx", "\r\n", "K\u0131", "\u2028", " ", "\\u0000", "x" * 5_000,
)  # fmt: skip
ANY = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60), st.characters(exclude_categories=()))
EXAMPLES = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    folder = tmp_path_factory.mktemp("empty")
    open_workbench(folder, NOW).close()
    return folder


@pytest.fixture
def workbench(empty, tmp_path):
    shutil.copytree(empty, tmp_path, dirs_exist_ok=True)
    with open_workbench(tmp_path, NOW) as opened:
        yield opened
        assert verify(opened).ok


def hostile(test):
    for text in HOSTILE:
        test = example(text)(test)
    return EXAMPLES(given(ANY)(test))


def is_utf8(text):
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@hostile
def test_documents(workbench, text):
    body = {"said": text, text: [text]}
    name = f"d{len(documents(workbench, 'answer'))}"
    try:
        saved = save_document(workbench, "answer", name, body, NOW)
    except BadInput:
        assert not is_utf8(text)
        return
    assert is_utf8(text)
    assert get_document(workbench, "answer", name) == saved
    assert saved.body == body
    assert json.loads(audit_rows(workbench, record=name)[0].after)["fields"] == body


@hostile
def test_reasons(workbench, text):
    name = f"d{len(documents(workbench, 'answer'))}"
    try:
        saved = save_document(workbench, "answer", name, {}, NOW, reason=text)
    except BadInput:
        with pytest.raises(NotFound):
            get_document(workbench, "answer", name)
        return
    assert get_document(workbench, "answer", name).reason == saved.reason == text


@hostile
def test_people(workbench, text):
    for person in (
        lambda: Actor(issuer=ISSUER, email="ana@example.org", name=text, role="viewer"),
        lambda: Actor(issuer=ISSUER, email=text, name="Ana", role="viewer"),
        lambda: Actor(issuer=text, email="ana@example.org", name="Ana", role="viewer"),
    ):
        with contextlib.suppress(BadInput, ValueError):  # a model takes no half a character
            save_person(workbench, Actor(issuer=ISSUER, email="root@x.org", name="Root", role="admin"), NOW)
            saved = save_person(workbench, person(), NOW)
            assert saved in people(workbench)
            assert find_person(workbench, saved.issuer, saved.email) == saved
            remove_person(workbench, saved.issuer, saved.email, NOW)
            assert saved not in people(workbench)


@hostile
def test_tokens(workbench, text):
    with contextlib.suppress(BadInput):
        secret, token = make_token(workbench, text, NOW)
        assert token in tokens(workbench)
        assert actor_of_token(workbench, secret, NOW) == workbench.actor
        revoke_token(workbench, token.id, NOW)
    with pytest.raises(NotSignedIn):
        actor_of_token(workbench, text, NOW)
    with pytest.raises((NotFound, BadInput)):
        revoke_token(workbench, text, NOW)


@hostile
def test_unknown_names_are_not_found(workbench, text):
    for look in (
        lambda: get_document(workbench, "answer", text),
        lambda: file_content(workbench, text),
        lambda: remove_person(workbench, ISSUER, text, NOW),
    ):
        with pytest.raises((NotFound, BadInput)):
            look()
    assert documents(workbench, "answer") == ()


@hostile
def test_notes_of_the_trail(workbench, text):
    try:
        write(workbench, lambda change: change.note("update", "answer", text, {"a": text}, [text]), NOW)
    except BadInput:
        assert not is_utf8(text)
        return
    assert audit_rows(workbench, limit=1)[0].id == text


@hostile
def test_who_says_what_they_are_called(text):
    person = local_person(text)
    assert is_utf8(person.id + person.name)
    assert (person.name + person.email).isprintable()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("Ana@X.org", "ana@x.ORG", True, id="case"),
        pytest.param("ana@x.org", " ana@x.org", True, id="spaces"),
        pytest.param("kim@x.org", "\u212aim@x.org", False, id="kelvin-sign"),
        pytest.param("strasse@x.org", "straße@x.org", False, id="sharp-s"),
        pytest.param("i@x.org", "\u0131@x.org", False, id="dotless-i"),
    ],
)
def test_two_mailboxes_are_two_people(one, other, same):
    assert (email_key(ISSUER, one) == email_key(ISSUER, other)) == same


@pytest.mark.parametrize(
    "issuer",
    ["", "http://id.example", "http://127.0.0.1.evil.example", "http://127.0.0.1@evil.example", "ftp://x", "https://",
     "javascript:alert(1)", "https://[", "https://a\nb"],
)  # fmt: skip
def test_no_provider(workbench, issuer):
    with pytest.raises(BadInput, match="no provider"):
        save_person(workbench, Actor(issuer=issuer, email="a@x.org", name="A", role="admin"), NOW)


def test_a_person_changed_keeps_the_day_they_were_added(workbench):
    admin = Actor(issuer=ISSUER, email="ana@x.org", name="Ana", role="admin")
    save_person(workbench, admin, NOW)
    save_person(workbench, admin.model_copy(update={"email": "bo@x.org"}), NOW)
    save_person(workbench, admin.model_copy(update={"role": "viewer", "name": "Ana M"}), NOW + timedelta(days=3))
    rows = workbench.read("SELECT email, name, role, added FROM person ORDER BY email")
    assert rows[0] == ("ana@x.org", "Ana M", "viewer", NOW.replace(tzinfo=None))
    with pytest.raises(Conflict, match="last admin"):
        remove_person(workbench, ISSUER, "bo@x.org", NOW)


def test_a_token_ends_with_its_days(workbench):
    text, token = make_token(workbench, "ci", NOW, days=2)
    assert actor_of_token(workbench, text, NOW + timedelta(days=2, seconds=-1)) == workbench.actor
    with pytest.raises(NotSignedIn):
        actor_of_token(workbench, text, token.expires)
    assert text not in str(workbench.read("SELECT * FROM token")) + str(audit_rows(workbench))


def test_a_file_is_kept_once_and_comes_back(workbench):
    content = bytes(range(256)) * 10
    one, two = keep_file(workbench, content, "image/png", NOW), keep_file(workbench, content, "image/png", NOW)
    assert one == two
    assert file_content(workbench, one.sha256) == (one, content)
    assert [row.action for row in audit_rows(workbench, kind="file")] == ["unchanged", "create"]


@pytest.mark.parametrize(("before", "after"), [(1, True), (0, False), (1, 1.0), (0.0, -0.0), ("1", 1), ([1], [True])])
def test_what_python_calls_equal_is_still_a_change(workbench, before, after):
    save_document(workbench, "answer", "a", {"x": before}, NOW)
    saved = save_document(workbench, "answer", "a", {"x": after}, NOW, revision=1)
    assert (saved.revision, json.dumps(saved.body)) == (2, json.dumps({"x": after}))
    assert json.dumps(get_document(workbench, "answer", "a").body) == json.dumps({"x": after})


BODIES = st.dictionaries(st.sampled_from("abc"), st.sampled_from([0, 1, True, None, "x"]))


@given(BODIES, BODIES, BODIES)
def test_merging_keeps_both_changes(base, mine, theirs):
    merged = merge(base, mine, theirs)
    ours, others = set(changed_fields(base, mine)), set(changed_fields(base, theirs))
    for key in "abc":
        wanted = mine if key in ours else theirs
        assert (key in merged.body) == (key in wanted)
        assert json.dumps(merged.body.get(key)) == json.dumps(wanted.get(key))
    assert set(merged.clashes) == {key for key in ours & others if key in changed_fields(mine, theirs)}


def test_eight_threads_by_two_hundred_edits_lose_none(workbench):
    save_document(workbench, "answer", "shared", {"n": 0}, NOW)
    kept, failures = [0] * 8, []

    def edit(thread):
        try:
            for _ in range(200):
                present = get_document(workbench, "answer", "shared")
                with contextlib.suppress(Conflict):
                    save_document(workbench, "answer", "shared", {"n": present.body["n"] + 1}, NOW, present.revision)
                    kept[thread] += 1
        except TouchstoneError as error:
            failures.append(error)

    run_together(edit)
    final = get_document(workbench, "answer", "shared")
    assert failures == []
    assert sum(kept) >= 200
    assert (final.revision, final.body["n"]) == (1 + sum(kept), sum(kept))
    assert verify(workbench).rows == 1 + sum(kept)


def test_threads_that_merge_lose_no_field(workbench):
    save_document(workbench, "answer", "shared", {}, NOW)

    def edit(thread):
        revision = 1
        for number in range(1, 21):
            body = {**get_document(workbench, "answer", "shared", revision).body, f"t{thread}": number}
            revision = save_document(workbench, "answer", "shared", body, NOW, revision, merging=True).revision

    run_together(edit)
    final = get_document(workbench, "answer", "shared")
    assert (final.revision, final.body) == (161, {f"t{thread}": 20 for thread in range(8)})
    with pytest.raises(EditClash) as caught:
        save_document(workbench, "answer", "shared", {"t0": 7}, NOW, 1, merging=True)
    assert caught.value.fields == ("t0",)


def run_together(work):
    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
