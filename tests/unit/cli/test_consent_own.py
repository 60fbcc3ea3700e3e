"""The verbs of a user's own sources: audit, diff, fetch against a local server, import."""

from __future__ import annotations

import gzip
import json

import pytest

from tests.unit.consent.robots_corpus import AGENTS, make_folder, make_weights
from tests.unit.consent.test_fetch import CLOSED, Site

NAMED = ",".join(AGENTS)


@pytest.fixture
def audited(touchstone, tmp_path):
    """Audit a made corpus over a number of months."""

    def run(months=24, *options):
        out = tmp_path / f"out{months}"
        folder = tmp_path / f"texts{months}"
        if not folder.exists():
            make_folder(folder, 30, months=months)
        return out, touchstone("consent", "audit", str(folder), "--out", str(out), "--agents", NAMED, *options)

    return run


def test_an_audit(audited, tmp_path):
    weights = make_weights(tmp_path / "weights.csv", 30)
    out, answer = audited(24, "--weights", str(weights), "--draws", "50", "--json")
    made = answer.json
    assert made == json.loads((out / "audit.json").read_text())
    assert (made["observed"]["domains"], made["observed"]["snapshots"]) == (30, 720)
    last = made["shares"]["rows"][-1]
    assert last["full_low"] <= last["full"] <= last["full_high"]
    assert last["n"] == 30
    assert "full: " in audited(24, "--draws", "0")[1].text


def test_a_paper_reading_beside(audited):
    rfc, paper = (audited(24, "--mode", mode, "--draws", "0", "--json")[1].json for mode in ("rfc", "paper"))
    assert paper["observed"] == rfc["observed"]
    assert rfc["observed"]["differ"] > 0
    assert paper["shares"]["rows"][-1]["full"] <= rfc["shares"]["rows"][-1]["full"]


def test_weights_of_a_corpus(touchstone, tmp_path):
    row = {"domain": "www.nytimes.com", "date": "2024-04", "robots": "User-agent: GPTBot\nDisallow: /\n"}
    (tmp_path / "list.jsonl.gz").write_bytes(gzip.compress(json.dumps(row).encode() + b"\n"))
    words = ["consent", "audit", str(tmp_path / "list.jsonl.gz"), "--out", str(tmp_path / "out"), "--draws", "0"]
    made = touchstone(*words, "--agents", "GPTBot", "--weights", "c4", "--json").json
    assert (made["weighed_by"], made["shares"]["rows"][0]["n"]) == ("c4", 1)
    assert made["shares"]["head_share"] == pytest.approx(0.1087, abs=1e-4)


def test_what_changed_since(touchstone, audited):
    before, after = audited(12, "--draws", "0")[0], audited(24, "--draws", "0")[0]
    found = touchstone("consent", "diff", str(before), str(after), "--json").json
    assert [one["agent"] for one in found["agents"]] == sorted(AGENTS)
    assert sum(one["tightened"] for one in found["agents"]) > 0
    assert all(one["both"] == 30 for one in found["agents"])
    assert touchstone("consent", "diff", str(before), str(before), "--json").json["changed"] == []


def test_fetch_then_audit(touchstone, tmp_path):
    site = Site()
    site.robots(CLOSED)
    (tmp_path / "sites.txt").write_text(f"{site.url}\nhttp://127.0.0.1:1\n")
    words = ["consent", "fetch", str(tmp_path / "sites.txt"), "--out", str(tmp_path / "out.jsonl"), "--rate", "20"]
    refused = touchstone(*words, "--contact", "https://lab.example", "--json").json
    assert refused["refused"] == 2
    assert site.asked == []
    (tmp_path / "out.jsonl").unlink()
    made = touchstone(*words, "--contact", "https://lab.example", "--allow-private", "--json").json
    assert made["found"] == 1
    audit = touchstone(
        "consent", "audit", str(tmp_path / "out.jsonl"), "--out", str(tmp_path / "out"), "--draws", "0", "--json"
    ).json
    assert audit["shares"]["rows"][0]["full"] == 1
    site.server.shutdown()


def test_import(touchstone, tmp_path):
    folder = make_folder(tmp_path / "texts", 5, months=2)
    (folder / "notes.txt").write_text("no host")
    words = ["import", "robots", str(folder), "--agents", NAMED, "--out", str(tmp_path / "own-robots"), "--json"]
    report = touchstone(*words).json
    assert (report["source"], report["kept"], len(report["refused"])) == ("own-robots", 10, 1)
    assert report["rows"]["consent_signal"] == 10 * len(AGENTS)
    assert touchstone(*words).json == report


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["audit", "nowhere"], "cannot be read"),
        (["audit", "{zip}"], "zip archive"),
        (["audit", "{texts}", "--mode", "strict"], "mode"),
        (["audit", "{texts}", "--agents", ","], "no agent"),
        (["audit", "{texts}", "--by", "colour"], "by"),
        (["audit", "{texts}", "--date", "soon"], "no day"),
        (["audit", "{texts}", "--processes", "0"], "0 processes"),
        (["audit", "{texts}", "--weights", "c5"], "no corpus"),
        (["audit", "{texts}", "--weights", "./nowhere.csv"], "cannot be read"),
        (["diff", "nowhere", "nowhere"], "no observations"),
        (["fetch", "{zip}", "--out", "x", "--contact", "y"], "file cannot be read"),
        (["fetch", "{texts}/host0.example/2023-01.txt", "--out", "x", "--contact", "y"], "no line names a host"),
        (["fetch", "nowhere", "--out", "x"], "contact"),
        (["fetch", "nowhere", "--out", "x", "--contact", "y", "--rate", "1000"], "requests a second"),
    ],
)  # fmt: skip
def test_what_is_refused(touchstone, tmp_path, monkeypatch, words, what):
    monkeypatch.chdir(tmp_path)
    make_folder(tmp_path / "texts", 1, months=1)
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04\xff\xff")
    given = [word.format(texts=tmp_path / "texts", zip=tmp_path / "a.zip") for word in words]
    answer = touchstone("consent", *given)
    assert (answer.code, what in answer.err) == (2, True), answer.err
