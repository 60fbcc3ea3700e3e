"""Who may do what: every function of the records by every role; a denied call changes nothing and is noted."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import governance.records
from governance.catalogue.selection import Selection
from governance.errors import NotAllowed
from governance.records import accounts, audit, backups, contributions, documents, files, lists, since, store
from governance.records.copies import fingerprint
from governance.records.people import NEEDS, ROLES, Actor
from governance.records.store import Workbench, open_workbench

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SHA = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
ISSUER = "https://id.example"
PERSON = Actor(issuer=ISSUER, email="ana@example.org", name="Ana", role="viewer")


def as_bo(role):
    return Actor(email="bo", name="Bo", role=role)


def list_id(workbench):
    return workbench.connection.execute("SELECT id FROM saved_list").fetchall()[0][0]


def token_id(workbench):
    return workbench.connection.execute("SELECT id FROM token").fetchall()[0][0]


# Each function with what it needs, and a call that the role may make once.
CALLS = {
    "store.write": ("write", lambda w, f: store.write(w, lambda c: c.note("update", "x", "y", None, {}), NOW)),
    "documents.save_document": ("write", lambda w, f: documents.save_document(w, "answer", "new", {}, NOW)),
    "documents.get_document": ("read", lambda w, f: documents.get_document(w, "answer", "a")),
    "documents.document_versions": ("read", lambda w, f: documents.document_versions(w, "answer", "a")),
    "documents.documents": ("read", lambda w, f: documents.documents(w, "answer")),
    "documents.delete_document": ("write", lambda w, f: documents.delete_document(w, "answer", "a", NOW)),
    "contributions.remaining_votes": ("read", lambda w, f: contributions.remaining_votes(w, "p")),
    "contributions.fetch_frame": ("read", lambda w, f: contributions.fetch_frame(w, "SELECT 1 AS one", [])),
    "lists.save_list": ("write", lambda w, f: lists.save_list(w, "new", Selection(), ["a"], "0", NOW)),
    "lists.update_list": ("write", lambda w, f: lists.update_list(w, list_id(w), 1, NOW, note="n")),
    "lists.get_list": ("read", lambda w, f: lists.get_list(w, list_id(w))),
    "lists.lists": ("read", lambda w, f: lists.lists(w)),
    "lists.delete_list": ("write", lambda w, f: lists.delete_list(w, list_id(w), 1, NOW)),
    "files.keep_file": ("write", lambda w, f: files.keep_file(w, b"new", "text/plain", NOW)),
    "files.file_content": ("read", lambda w, f: files.file_content(w, SHA)),
    "accounts.save_person": ("administer", lambda w, f: accounts.save_person(w, PERSON, NOW)),
    "accounts.change_role": (
        "administer",
        lambda w, f: accounts.change_role(w, ISSUER, "cy@example.org", "viewer", NOW),
    ),
    "accounts.remove_person": ("administer", lambda w, f: accounts.remove_person(w, ISSUER, "cy@example.org", NOW)),
    "accounts.people": ("read", lambda w, f: accounts.people(w)),
    "accounts.make_token": ("write", lambda w, f: accounts.make_token(w, "new", NOW)),
    "accounts.tokens": ("read", lambda w, f: accounts.tokens(w)),
    "accounts.revoke_token": ("write", lambda w, f: accounts.revoke_token(w, token_id(w), NOW)),
    "audit.head": ("read", lambda w, f: audit.head(w)),
    "audit.verify": ("read", lambda w, f: audit.verify(w)),
    "audit.audit_rows": ("read", lambda w, f: audit.audit_rows(w)),
    "audit.audit_days": ("read", lambda w, f: audit.audit_days(w)),
    "audit.audit_facets": ("read", lambda w, f: audit.audit_facets(w)),
    "audit.export_trail": ("read", lambda w, f: list(audit.export_trail(w))),
    "since.since_last_change": ("read", lambda w, f: since.since_last_change(w)),
    "backups.backup": ("administer", lambda w, f: backups.backup(w, f / "copy.duckdb")),
}
CHANGES_PEOPLE = {"accounts.save_person", "accounts.change_role", "accounts.remove_person"}
# Asked before anybody is known to be at work.
ASKED_BY_NOBODY = {"accounts.find_person", "accounts.actor_of_token", "accounts.local_people", "accounts.who_says"}


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("filled")
    with open_workbench(folder, NOW, as_bo("admin")) as workbench:
        documents.save_document(workbench, "answer", "a", {"n": 1}, NOW)
        documents.save_document(workbench, contributions.POOL, "p", {}, NOW)
        lists.save_list(workbench, "one", Selection(), ["a"], "0", NOW)
        files.keep_file(workbench, b"hello", "text/plain", NOW)
        for email, role in (("root@example.org", "admin"), ("cy@example.org", "reviewer")):
            accounts.save_person(workbench, Actor(issuer=ISSUER, email=email, name=email, role=role), NOW)
        accounts.make_token(workbench, "mine", NOW)
    return folder


@pytest.fixture
def workbench(filled, tmp_path):
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    with open_workbench(tmp_path, NOW, as_bo("admin")) as opened:
        yield opened


def marks(workbench):
    found = fingerprint(workbench.connection.cursor(), "workbench")
    return {table: mark for table, mark in found.items() if not table.startswith("audit")}


@pytest.mark.parametrize("name", CALLS)
def test_every_function_by_every_role(workbench, tmp_path, name):
    operation, call = CALLS[name]
    before, rows = marks(workbench), audit.head(workbench).rows
    denied = [role for role in (None, *ROLES) if role is None or ROLES.index(role) < ROLES.index(NEEDS[operation])]
    for number, role in enumerate(denied, start=1):
        with pytest.raises(NotAllowed) as caught:
            call(workbench.acting(as_bo(role)), tmp_path)
        noted = audit.audit_rows(workbench, limit=1)[0]
        assert (noted.seq, noted.action, noted.kind, noted.actor) == (rows + number, "refused", operation, "local:bo")
        assert caught.value.what in noted.after
    assert marks(workbench) == before
    assert sorted(tmp_path.glob("*.duckdb")) == [workbench.file]
    call(workbench.acting(as_bo(NEEDS[operation])), tmp_path)
    assert (marks(workbench) != before) == ((operation == "write" and name != "store.write") or name in CHANGES_PEOPLE)
    assert audit.verify(workbench).ok


def test_every_function_of_the_records_is_in_the_table():
    found = set()
    for module in pkgutil.iter_modules(governance.records.__path__):
        loaded = importlib.import_module(f"governance.records.{module.name}")
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            first = next(iter(inspect.signature(function).parameters), "")
            if function.__module__ == loaded.__name__ and first == "workbench" and not name.startswith("_"):
                found.add(f"{module.name}.{name}")
    assert found == CALLS.keys() | ASKED_BY_NOBODY


def test_roles_may_do_what_those_before_them_may():
    for operation in NEEDS:
        may = [as_bo(role).may(operation) for role in ROLES]
        assert may == sorted(may), operation
        assert not as_bo(None).may(operation)


@pytest.mark.parametrize("place", ["list \ud800", "x" * 10_000, "a\x00b", "'); DROP TABLE audit; --"])
def test_a_refusal_is_noted_whatever_was_asked_for(workbench, place):
    with pytest.raises(NotAllowed):
        store.write(workbench.acting(as_bo("viewer")), lambda change: None, NOW, where=place)
    assert audit.audit_rows(workbench, limit=1)[0].action == "refused"
    assert audit.verify(workbench).ok


def test_refusals_of_one_person_are_bounded_and_the_same_is_noted_once_a_minute(workbench):
    def tried(who, place, at):
        with pytest.raises(NotAllowed):
            store.write(workbench.acting(who), lambda change: None, at, where=place)

    bo, vi = as_bo("viewer"), Actor(email="vi", name="Vi", role="viewer")
    start = audit.head(workbench).rows
    for second in range(50):
        tried(bo, "list a", NOW + timedelta(seconds=second))
    assert audit.head(workbench).rows == start + 1, "the same again is not noted again"
    for number in range(50):
        tried(bo, f"list {number}", NOW + timedelta(seconds=50))
    rows = audit.audit_rows(workbench, limit=store.REFUSALS_A_MINUTE)
    assert audit.head(workbench).rows == start + store.REFUSALS_A_MINUTE
    assert "more of this minute are not noted" in rows[0].after
    assert not any("not noted" in row.after for row in rows[1:])
    tried(vi, "list a", NOW + timedelta(seconds=50))
    tried(bo, "list a", NOW + timedelta(seconds=111))
    assert audit.head(workbench).rows == start + store.REFUSALS_A_MINUTE + 2, "others, and later ones, are"
    assert audit.verify(workbench).ok


CHANGES = re.compile(r"\b(INSERT INTO|UPDATE \w+ SET|DELETE FROM|MERGE INTO|TRUNCATE)\b")
OPENS = re.compile(r"workbench(\(\))?\.(connection\.|cursor\(\))")
# The trail's own rows, the schema, and copies of the whole store.
OWN_TRANSACTIONS = {f"governance/records/{name}.py" for name in ("store", "migrate", "copies")}
ROOT = Path(governance.__file__).parents[1]


def test_only_changes_of_a_transaction_write_to_the_workbench():
    """`write` refuses a change that notes nothing, so nothing may write past it."""
    for file in sorted(file for part in ("governance", "app", "pages") for file in (ROOT / part).rglob("*.py")):
        name, text = file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")
        if "records.store" not in text or name in OWN_TRANSACTIONS:
            continue
        for found in CHANGES.finditer(text):
            call = text[: found.start()].rpartition("(")[0].rpartition("\n")[2].split()[-1]
            assert call in ("change.fetch", "self.fetch"), f"{name}: {found[0]} by {call}"
        if not name.startswith("governance/records/"):
            assert not OPENS.search(text), f"{name} goes past `Workbench.read` and `write`"


def test_nothing_changes_rows_of_the_trail():
    for file in (ROOT / "governance").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"(UPDATE|DELETE FROM|ALTER TABLE|DROP TABLE) audit\b", text), file


def test_a_workbench_is_acting_for_one_person_at_a_time(workbench):
    other = workbench.acting(as_bo("viewer"))
    assert isinstance(other, Workbench)
    assert (workbench.actor.role, other.actor.role, other.file) == ("admin", "viewer", workbench.file)
