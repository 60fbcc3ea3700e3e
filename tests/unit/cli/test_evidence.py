"""The verbs of evidence: each kind added, listed with its age, edited, written out and removed."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from governance.assessment.evidence import evidence_of
from governance.assessment.records import System, SystemVersion
from governance.assessment.systems import save_system
from governance.records.store import open_workbench
from tests.unit.assessment.upload_corpus import EXE, PDF

NOW = datetime(2026, 3, 4, tzinfo=UTC)
URL = "https://example.org/audit"
ADD = ("evidence", "add-link", "acme-chat", URL, "--title", "Bias audit")


@pytest.fixture
def home(own_home):
    versions = (SystemVersion(version="1.0", released=date(2026, 1, 1)),)
    with open_workbench(own_home, NOW) as workbench:
        save_system(workbench, System(id="acme-chat", name="Acme Chat", versions=versions), NOW)
    return own_home


def test_a_link_is_kept_listed_and_edited(touchstone, home):
    kept = touchstone(*ADD, "--effective", "2025-06-01", "--party", "third", "--json").json
    assert (kept["id"], kept["url"], kept["party"]) == ("acme-chat-e1", URL, "third")
    (listed,) = touchstone("evidence", "list", "acme-chat", "--json").json
    assert (listed["stale"], listed["flags"][0]["kind"]) == (True, "older_than_version")
    edit = ("evidence", "edit", "acme-chat-e1", "--effective", "2026-02-01", "--party", "", "--reason", "typo")
    changed = touchstone(*edit, "--json").json
    assert (changed["effective"], changed["party"], changed["title"]) == ("2026-02-01", None, "Bias audit")
    shown = touchstone("evidence", "show", "acme-chat-e1", "--json").json
    assert (shown["revision"], shown["cited_by"]) == (2, [])
    assert "Bias audit" in touchstone("evidence", "list").text


def test_a_file_goes_in_and_comes_out(touchstone, home, tmp_path):
    source, target = tmp_path / "setup.exe", tmp_path / "out"
    source.write_bytes(PDF)
    kept = touchstone("evidence", "add-file", "acme-chat", str(source), "--title", "Report", "--json").json
    assert kept["media_type"] == "application/pdf"
    assert "setup" not in json.dumps(kept)
    told = touchstone("evidence", "get", kept["id"], "--out", str(target), "--json").json
    assert (target.read_bytes(), told["sha256"]) == (PDF, kept["sha256"])


def test_a_record_and_a_figure_are_frozen(touchstone, home, tmp_path):
    kept = touchstone("evidence", "add-record", "acme-chat", "dataset", "alpaca", "--json").json
    assert (kept["title"], kept["facts"]["modality"]) == ("dataset alpaca", "text")
    figure = {"name": "Share", "value": 0.35, "unit": "share", "address": "/hosts"}
    file = tmp_path / "figure.json"
    file.write_text(json.dumps(figure))
    kept = touchstone("evidence", "add-figure", "acme-chat", str(file), "--json").json
    assert kept["title"] == "Share"
    assert {name: kept["figure"][name] for name in figure} == figure


def test_removed_is_gone(touchstone, home):
    touchstone(*ADD)
    assert touchstone("evidence", "remove", "acme-chat-e1", "--json").json == {"removed": "acme-chat-e1"}
    with open_workbench(home, NOW) as workbench:
        assert evidence_of(workbench) == ()


def test_whoever_is_named_is_at_work(touchstone, home, tmp_path, monkeypatch):
    monkeypatch.setenv("TOUCHSTONE_USER", "Ana")
    out, note = tmp_path / "out", tmp_path / "note.txt"
    note.write_text("Read by two people.")
    for name, role in (("Ana", "admin"), ("Bo", "contributor"), ("Vi", "viewer")):
        assert touchstone("people", "add", "--email", name, "--role", role).code == 0
    assert touchstone(*ADD, "--as", "Bo", "--json").json["editor"] == "local:bo"
    file = touchstone("evidence", "add-file", "acme-chat", str(note), "--title", "x", "--as", "Bo", "--json").json["id"]
    for words in (("list",), ("list", "acme-chat"), ("show", "acme-chat-e1"), ("get", file, "--out", str(out))):
        assert touchstone("evidence", *words, "--as", "Vi").code == 0
    refused = (
        ADD[1:],
        ("add-file", "acme-chat", str(note), "--title", "x"),
        ("add-record", "acme-chat", "dataset", "alpaca"),
        ("edit", "acme-chat-e1", "--title", "y"),
        ("remove", "acme-chat-e1"),
    )
    for words in refused:
        answer = touchstone("evidence", *words, "--as", "Vi")
        assert (answer.code, "viewer" in answer.err) == (2, True), words
    assert touchstone("evidence", "list", "--as", "Eve").code == 2, "nobody of that name is known"
    assert touchstone("evidence", "remove", "acme-chat-e1", "--as", "Bo").code == 0


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        pytest.param(("add-link", "acme-chat", "javascript:alert(1)", "--title", "x"), "not http", id="script"),
        pytest.param(("add-link", "no-such", URL, "--title", "x"), "no-such", id="system"),
        pytest.param((*ADD[1:], "--party", "fourth"), "party", id="party"),
        pytest.param((*ADD[1:], "--effective", "soon"), "effective", id="date"),
        pytest.param(("add-file", "acme-chat", "/no/such/file", "--title", "x"), "cannot be read", id="no-file"),
        pytest.param(("add-record", "acme-chat", "dataset", "no-such"), "no-such", id="record"),
        pytest.param(("add-record", "acme-chat", "audit", "1"), "no kind", id="record-kind"),
        pytest.param(("show", "no-such"), "no-such", id="evidence"),
        pytest.param(("get", "no-such", "--out", "x"), "no-such", id="get"),
    ],
)
def test_what_cannot_be_done_is_said_on_one_line(touchstone, home, words, reason):
    answer = touchstone("evidence", *words)
    assert answer.code == 2
    assert reason in answer.err
    assert answer.err.count("\n") == 1


def test_a_refused_file_and_figure_say_why(touchstone, home, tmp_path):
    file = tmp_path / "report.pdf"
    file.write_bytes(EXE)
    assert "exe" in touchstone("evidence", "add-file", "acme-chat", str(file), "--title", "x").err
    file.write_text("{")
    assert "no JSON" in touchstone("evidence", "add-figure", "acme-chat", str(file)).err
    file.write_text('{"name": "x", "n": "many"}')
    assert "field n" in touchstone("evidence", "add-figure", "acme-chat", str(file)).err
