"""Documents: own policies and the like, kept as given and changed only at the revision that was read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from governance.errors import BadInput, Conflict, NotFound
from governance.records.audit import verify
from governance.records.documents import (
    delete_document,
    document_versions,
    documents,
    get_document,
    save_document,
)
from governance.records.migrate import MIGRATIONS
from governance.records.store import open_workbench

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
BODY = {"title": "Ours <b>", "hosts": ["audit"], "overrides": {"MIT": "commercial"}, "n": 1.5, "none": None}


@pytest.fixture
def workbench(tmp_path):
    with open_workbench(tmp_path, NOW) as connection:
        yield connection


def test_round_trip_and_change(workbench):
    made = save_document(workbench, "policy", "ours", BODY, NOW)
    assert get_document(workbench, "policy", "ours") == made
    assert (made.body, made.revision, made.created) == (BODY, 1, NOW)
    later = NOW + timedelta(days=1)
    changed = save_document(workbench, "policy", "ours", {"title": "New"}, later, revision=1)
    assert (changed.body, changed.revision, changed.created, changed.updated) == ({"title": "New"}, 2, NOW, later)
    assert documents(workbench, "policy") == (changed,)
    assert documents(workbench, "other") == ()


def test_conflicts(workbench):
    save_document(workbench, "policy", "ours", BODY, NOW)
    with pytest.raises(Conflict, match="exists"):
        save_document(workbench, "policy", "ours", {}, NOW)
    save_document(workbench, "policy", "ours", {}, NOW, revision=1)
    with pytest.raises(Conflict, match="revision 2"):
        save_document(workbench, "policy", "ours", BODY, NOW, revision=1)
    save_document(workbench, "scenario", "ours", BODY, NOW)


def test_every_revision_is_kept(workbench):
    saved = [save_document(workbench, "policy", "ours", {"n": 1}, NOW)]
    for n in (2, 3):
        saved.append(save_document(workbench, "policy", "ours", {"n": n}, NOW + timedelta(days=n), revision=n - 1))
    assert document_versions(workbench, "policy", "ours") == tuple(saved)
    assert [get_document(workbench, "policy", "ours", revision=n) for n in (1, 2, 3)] == saved
    assert get_document(workbench, "policy", "ours") == saved[-1]


@pytest.mark.parametrize("revision", [0, -1, 2, 10**12])
def test_unknown_revisions(workbench, revision):
    save_document(workbench, "policy", "ours", BODY, NOW)
    with pytest.raises(NotFound, match="no revision"):
        get_document(workbench, "policy", "ours", revision=revision)
    with pytest.raises(NotFound, match="no policy"):
        get_document(workbench, "policy", "theirs", revision=1)


def test_a_refused_change_leaves_no_version(workbench):
    save_document(workbench, "policy", "ours", BODY, NOW)
    for revision in (None, 2):
        with pytest.raises(Conflict):
            save_document(workbench, "policy", "ours", {}, NOW, revision=revision)
    assert [one.body for one in document_versions(workbench, "policy", "ours")] == [BODY]


def test_versions_go_with_their_document(workbench):
    save_document(workbench, "policy", "ours", BODY, NOW)
    save_document(workbench, "policy", "ours", {}, NOW, revision=1)
    save_document(workbench, "policy", "theirs", BODY, NOW)
    delete_document(workbench, "policy", "ours")
    assert workbench.read("SELECT kind, id, revision FROM document_version") == [("policy", "theirs", 1)]
    save_document(workbench, "policy", "ours", {"anew": True}, NOW)
    assert [one.body for one in document_versions(workbench, "policy", "ours")] == [{"anew": True}]


def test_documents_saved_before_versions_were_kept_have_their_newest(tmp_path):
    with duckdb.connect(str(tmp_path / "workbench.duckdb")) as old:
        old.execute("CREATE TABLE migration (number INTEGER PRIMARY KEY, name VARCHAR, applied TIMESTAMP)")
        for number in (1, 2):
            (script,) = MIGRATIONS.glob(f"{number:04}_*.sql")
            old.execute(script.read_text(encoding="utf-8"))
            old.execute("INSERT INTO migration VALUES (?, ?, '2026-01-01')", [number, script.stem])
        old.execute("""INSERT INTO document VALUES ('policy', 'ours', '{"n":2}', 2, '2026-01-01', '2026-01-02')""")
    with open_workbench(tmp_path, NOW) as connection:
        (kept,) = document_versions(connection, "policy", "ours")
        assert (kept.body, kept.revision, kept.author, kept.editor) == ({"n": 2}, 2, None, None)
        with pytest.raises(NotFound, match="no revision 1"):
            get_document(connection, "policy", "ours", revision=1)
        assert save_document(connection, "policy", "ours", BODY, NOW, revision=2).revision == 3
        assert verify(connection).rows == 1


def test_delete(workbench):
    save_document(workbench, "policy", "ours", BODY, NOW)
    delete_document(workbench, "policy", "ours")
    for use in (
        lambda: get_document(workbench, "policy", "ours"),
        lambda: delete_document(workbench, "policy", "ours"),
        lambda: save_document(workbench, "policy", "ours", BODY, NOW, revision=1),
    ):
        with pytest.raises(NotFound):
            use()
    assert save_document(workbench, "policy", "ours", BODY, NOW).revision == 1


@pytest.mark.parametrize(
    ("document_id", "body"),
    [
        pytest.param("", {}, id="empty-id"),
        pytest.param("../x", {}, id="path"),
        pytest.param("a'b", {}, id="quote"),
        pytest.param("x" * 121, {}, id="long-id"),
        pytest.param("ok", {"a": float("nan")}, id="nan"),
        pytest.param("ok", {"a": object()}, id="object"),
        pytest.param("ok", {"a": "\ud800"}, id="surrogate"),
        pytest.param("ok", {"a": "x" * 1_000_001}, id="too-big"),
    ],
)
def test_refused(workbench, document_id, body):
    with pytest.raises(BadInput):
        save_document(workbench, "policy", document_id, body, NOW)
    assert documents(workbench, "policy") == ()


@pytest.mark.parametrize("document_id", ["", "no-such", "a\x00", "\ud800", "x" * 10_000])
def test_unknown_ids(workbench, document_id):
    for use in (get_document, delete_document):
        with pytest.raises(NotFound):
            use(workbench, "policy", document_id)
