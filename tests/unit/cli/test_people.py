"""People, tokens and the trail on the command line."""

from __future__ import annotations

import json

import pytest

from governance.records.accounts import actor_of_token
from governance.records.store import open_workbench

PROVIDER = "https://id.example"


@pytest.fixture
def bench(own_home, monkeypatch):
    """Work as Ana in a home of its own."""
    monkeypatch.setenv("TOUCHSTONE_USER", "Ana")
    return own_home


def add(touchstone, email, role, *more):
    return touchstone("people", "add", "--email", email, "--role", role, *more, "--json")


def test_the_first_person_must_be_an_admin(touchstone, bench):
    refused = add(touchstone, "bo@example.org", "viewer", "--issuer", PROVIDER)
    assert (refused.code, refused.out) == (2, b"")
    assert "the first person must be an admin" in refused.err
    made = add(touchstone, "Ana@Example.org", "admin", "--issuer", PROVIDER)
    assert made.json == {"issuer": PROVIDER, "email": "ana@example.org", "name": "Ana@Example.org", "role": "admin"}
    assert add(touchstone, "bo@example.org", "viewer", "--issuer", PROVIDER).code == 0


def test_roles_are_changed_and_taken_away(touchstone, bench):
    add(touchstone, "ana", "admin")
    add(touchstone, "bo", "viewer", "--name", "Bo B.")
    assert touchstone("people", "role", "bo", "reviewer", "--json").json["role"] == "reviewer"
    assert [one["role"] for one in touchstone("people", "list", "--json").json] == ["admin", "reviewer"]
    assert touchstone("people", "remove", "bo", "--json").json == {"removed": "local:bo"}
    last = touchstone("people", "role", "ana", "viewer")
    assert (last.code, "the last admin" in last.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param("people role nobody viewer", "nobody is known", id="unknown"),
        pytest.param("people remove nobody", "nobody is known", id="unknown-removed"),
        pytest.param("people add --email bo --role king", "is no role", id="role"),
        pytest.param("people add --email bo --issuer http://evil.example --role viewer", "is no provider", id="http"),
        pytest.param("people add --email bo --issuer https://id.example --role viewer", "is no e-mail", id="email"),
        pytest.param("token revoke 12345678", "there is no token", id="token"),
        pytest.param("token add x --days 0", "0 days", id="days"),
        pytest.param("audit check-file nowhere", "cannot be read", id="file"),
        pytest.param("audit verify --head nowhere", "cannot be read", id="head"),
    ],
)
def test_bad_input_is_one_line(touchstone, bench, words, says):
    add(touchstone, "ana", "admin")
    answer = touchstone(*words.split())
    assert (answer.code, answer.out, answer.err.count("\n")) == (2, b"", 1)
    assert says in answer.err


def test_who_is_not_declared_is_refused_and_told_how(touchstone, bench, monkeypatch):
    add(touchstone, "ana", "admin")
    monkeypatch.setenv("TOUCHSTONE_USER", "Mallory")
    for words in (("people", "list"), ("audit", "list"), ("audit", "verify"), ("lists",)):
        answer = touchstone(*words)
        assert (answer.code, answer.out) == (2, b"")
        assert "TOUCHSTONE_USER" in answer.err


def test_a_role_holds_on_the_command_line_too(touchstone, bench, monkeypatch):
    add(touchstone, "ana", "admin")
    add(touchstone, "vera", "viewer")
    monkeypatch.setenv("TOUCHSTONE_USER", "Vera")
    assert touchstone("people", "list", "--json").code == 0
    assert "a viewer may not write" in touchstone("token", "add", "x").err
    assert "a viewer may not administer" in add(touchstone, "vera", "admin").err
    tried = touchstone("audit", "list", "--actor", "local:vera", "--json").json
    assert [(row["action"], row["kind"]) for row in tried] == [("refused", "administer"), ("refused", "write")]


def test_a_token_is_shown_once_and_stands_for_its_person(touchstone, bench):
    add(touchstone, "ana", "admin")
    add(touchstone, "bo", "contributor")
    made = touchstone("token", "add", "nightly", "--email", "bo", "--days", "5", "--json").json
    listed = touchstone("token", "list", "--json")
    assert [(one["id"], one["email"]) for one in listed.json] == [(made["id"], "bo")]
    assert made["token"] not in listed.text
    with open_workbench() as workbench:
        from datetime import UTC, datetime

        assert actor_of_token(workbench, made["token"], datetime.now(UTC)).id == "local:bo"
    assert touchstone("token", "revoke", made["id"], "--json").json == {"revoked": made["id"]}
    assert touchstone("token", "list", "--json").json == []


def test_a_trail_is_verified_exported_and_checked(touchstone, bench, tmp_path):
    add(touchstone, "ana", "admin")
    head = tmp_path / "head.json"
    head.write_text(touchstone("audit", "head", "--json").text, encoding="utf-8")
    add(touchstone, "bo", "viewer")
    whole = touchstone("audit", "verify", "--head", str(head), "--json")
    assert (whole.code, whole.json["ok"], whole.json["rows"], whole.json["first_bad"]) == (0, True, 2, None)
    file = tmp_path / "trail.jsonl"
    exported = touchstone("audit", "export", str(file), "--json").json
    assert (exported["rows"], exported["hash"]) == (2, whole.json["head"])
    assert touchstone("audit", "check-file", str(file), "--head", str(head), "--json").json["ok"]
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text(lines[1], encoding="utf-8")
    broken = touchstone("audit", "check-file", str(file), "--json")
    assert (broken.code, broken.json["first_bad"]) == (1, 1)
    assert "first bad: 1" in touchstone("audit", "check-file", str(file)).text


@pytest.mark.parametrize(
    ("harm", "bad"),
    [
        pytest.param("UPDATE audit SET actor = 'local:eve' WHERE seq = 2", 2, id="altered"),
        pytest.param("DELETE FROM audit WHERE seq = 2", 2, id="deleted"),
        pytest.param("DELETE FROM audit WHERE seq = 3; UPDATE audit_head SET seq = 2", 3, id="cut"),
    ],
)
def test_a_damaged_trail_is_found_with_exit_code_1(touchstone, bench, harm, bad):
    import duckdb

    for email, role in (("ana", "admin"), ("bo", "viewer"), ("cy", "viewer")):
        add(touchstone, email, role)
    with duckdb.connect(str(bench / "workbench.duckdb")) as store:
        store.execute(harm)
    found = touchstone("audit", "verify", "--json")
    assert (found.code, found.json["ok"], found.json["first_bad"]) == (1, False, bad)
    assert json.loads(found.text)["what"]


def test_filters_and_pages_of_the_trail(touchstone, bench):
    for email, role in (("ana", "admin"), ("bo", "viewer"), ("cy", "viewer")):
        add(touchstone, email, role)
    rows = touchstone("audit", "list", "--limit", "2", "--json").json
    assert [row["seq"] for row in rows] == [3, 2]
    assert [row["seq"] for row in touchstone("audit", "list", "--before", "2", "--json").json] == [1]
    assert [row["id"] for row in touchstone("audit", "list", "--record", "local:bo", "--json").json] == ["local:bo"]
    assert "nothing found" in touchstone("audit", "list", "--kind", "list").text
