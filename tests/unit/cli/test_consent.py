"""The verbs of consent about one site: what scripts rely on."""

from __future__ import annotations

import json

import pytest

from governance.consent.agents import AI_DEVELOPERS

ROBOTS = (
    "User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /\nAllow: /open\n\n"
    "User-agent: *\nDisallow: /private\nContent-Signal: ai-train=no\nfoo bar\n"
)


@pytest.fixture
def robots(tmp_path):
    file = tmp_path / "robots.txt"
    file.write_text(ROBOTS)
    return str(file)


def test_check_says_which_rule_decides(touchstone, robots):
    answer = touchstone("consent", "check", robots, "--agent", "gptbot", "--url", "https://e.org/open/1", "--json")
    assert (answer.code, answer.err) == (0, "")
    assert {name: answer.json[name] for name in ("allowed", "rule", "line", "group")} == {
        "allowed": True,
        "rule": "Allow: /open",
        "line": 4,
        "group": "GPTBot",
    }
    assert answer.json["notes"] == [{"line": 9, "note": "not a record: foo bar"}]
    shown = touchstone("consent", "check", robots, "--agent", "x", "--url", "/private", "--url", "/").text
    assert "Disallow: /private" in shown
    assert "not a record" in shown


def test_check_of_many_cases(touchstone, tmp_path):
    cases = [
        {"robots": ROBOTS, "agent": "CCBot", "url": "/a", "expected": False},
        {"robots": ROBOTS, "agent": "Other", "url": "/a"},
        {"robots": None, "agent": "Other", "url": "/a"},
        {"robots": "User-agent: *\nDisallow: /\ud800", "agent": "Other", "url": "/\ud800"},
    ]
    file = tmp_path / "cases.jsonl"
    file.write_text("\n\n".join(json.dumps(case) for case in cases) + "\n")
    answer = touchstone("consent", "check", "--batch", str(file), "--json")
    assert (answer.code, answer.err) == (0, "")
    assert [(row["allowed"], row["rule"]) for row in answer.json["rows"]] == [
        (False, "Disallow: /"),
        (True, None),
        (True, None),
        (False, "Disallow: /���"),
    ]
    assert "Disallow: /" in touchstone("consent", "check", "--batch", str(file)).text


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"agent": "x"}', '{"robots": 1, "agent": "x", "url": "/"}', "[" * 100_000, '"text"']
)
def test_a_bad_case_says_where(touchstone, tmp_path, line):
    file = tmp_path / "cases.jsonl"
    file.write_text('{"agent": "x", "url": "/"}\n' + line + "\n")
    answer = touchstone("consent", "check", "--batch", str(file), "--json")
    assert answer.code == 2
    assert "line 2" in answer.err
    assert answer.out == b""


@pytest.mark.parametrize("words", [(), ("--agent", "x"), ("--url", "/"), ("--batch", "x", "--agent", "y")])
def test_check_needs_a_question(touchstone, robots, words):
    assert touchstone("consent", "check", *(() if "--batch" in words else (robots,)), *words).code == 2


def test_level(touchstone, robots):
    said = touchstone("consent", "level", robots, "--agents", "gptbot,Other", "--json").json
    assert said == {"gptbot": "partial", "Other": "partial"}
    assert list(touchstone("consent", "level", robots, "--json").json) == list(AI_DEVELOPERS)
    paper = touchstone("consent", "level", robots, "--agents", "GPTBot", "--mode", "paper", "--json").json
    assert paper == {"GPTBot": "partial"}
    both = touchstone("consent", "level", robots, "--agents", "search", "--mode", "both", "--json").json
    assert set(both["rows"][0]) == {"agent", "rfc", "paper", "inherited"}
    assert both["differ"] == 0
    assert "GPTBot: partial" in touchstone("consent", "level", robots).text


def test_level_of_a_shared_later_group(touchstone, tmp_path):
    file = tmp_path / "robots.txt"
    file.write_text("User-agent: x\nDisallow: /a\n\nUser-agent: GPTBot\nUser-agent: CCBot\nDisallow: /\n")
    rows = touchstone("consent", "level", str(file), "--agents", "GPTBot,CCBot", "--mode", "both", "--json").json
    assert [(row["rfc"], row["paper"]) for row in rows["rows"]] == [("full", "none"), ("full", "full")]
    assert rows["differ"] == 1


@pytest.mark.parametrize("words", [("--mode", "guess"), ("--agents", ""), ("--agents", "operator:Nobody")])
def test_level_refuses(touchstone, robots, words):
    assert touchstone("consent", "level", robots, *words).code == 2


def test_signals_and_conflicts(touchstone, robots, tmp_path):
    headers = tmp_path / "headers.txt"
    headers.write_text("X-Robots-Tag: noai\n")
    words = (
        "consent",
        "signals",
        "--robots",
        robots,
        "--headers",
        str(headers),
        "--terms",
        "No AI",
        "--agents",
        "CCBot",
    )
    said = touchstone(*words, "--json").json
    assert {one["kind"] for one in said["signals"]} == {"robots", "content_signal", "header", "terms"}
    assert {one["kind"] for one in said["conflicts"]} == {"open_door"}
    shown = touchstone(*words).text
    assert "what does not agree" in shown
    assert touchstone("consent", "signals").code == 2
    assert touchstone("consent", "signals", "--terms", "whatever").code == 2


def test_agents(touchstone):
    said = touchstone("consent", "agents", "--json").json
    assert said["total"] == len(said["rows"]) == 168
    only = touchstone("consent", "agents", "--operator", "openai", "--purpose", "search", "--json").json
    assert [row["id"] for row in only["rows"]] == ["OAI-SearchBot"]
    assert "OAI-SearchBot" in touchstone("consent", "agents", "--purpose", "search").text
    assert touchstone("consent", "agents", "--purpose", "fun").code == 2


def test_own_agents(touchstone, own_home, robots):
    assert (
        touchstone("consent", "agents", "add", "ExampleBot", "--purpose", "archive", "--json").json["origin"] == "user"
    )
    assert [row["id"] for row in touchstone("consent", "agents", "--own", "--json").json["rows"]] == ["ExampleBot"]
    levels = touchstone("consent", "level", robots, "--agents", "archive", "--json").json
    assert levels == {"ExampleBot": "partial", "ia_archiver": "partial"}
    assert touchstone("consent", "agents", "remove", "examplebot").code == 0
    assert touchstone("consent", "agents", "--own", "--json").json["rows"] == []
    assert touchstone("consent", "agents", "remove", "ExampleBot").code == 2


def test_level_works_without_a_catalogue(touchstone, robots, tmp_path, monkeypatch):
    monkeypatch.setenv("TOUCHSTONE_HOME", str(tmp_path / "empty"))
    assert touchstone("consent", "level", robots, "--agents", "GPTBot", "--json").json == {"GPTBot": "partial"}
