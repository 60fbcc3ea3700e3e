"""The registry of crawlers: its import, whom a word means, and the user's own."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from governance.consent.agents import AI_DEVELOPERS, Agent, agent_set, count_agents, load_agents, select_agents
from governance.consent.agents_import import SOURCE, import_agents
from governance.consent.own_agents import own_agents, read_agent, remove_agent, save_agent
from governance.errors import BadInput, NotFound
from governance.records.store import open_workbench

NOW = datetime(2026, 9, 1, tzinfo=UTC)
SMALL = [
    Agent(id="GPTBot", operator="OpenAI", purpose="training", respects="yes", origin="facts"),
    Agent(id="OAI-SearchBot", operator="OpenAI", purpose="search", respects="yes", origin="facts"),
    Agent(id="Bytespider", operator="ByteDance", purpose="training", respects="no", origin="facts"),
    Agent(id="Shy", origin="facts"),
]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("gptbot, ccbot", ("GPTBot", "CCBot"), id="spelling-of-the-registry"),
        pytest.param("NewBot", ("NewBot",), id="unknown-is-taken-as-it-is"),
        pytest.param("GPTBot,gptbot", ("GPTBot",), id="once"),
        pytest.param("*", ("*",), id="everyone"),
        pytest.param("developers", AI_DEVELOPERS, id="developers"),
        pytest.param("training", ("GPTBot", "Bytespider"), id="purpose"),
        pytest.param("purpose:search", ("OAI-SearchBot",), id="purpose-named"),
        pytest.param("Other, Search", ("Other", "Search"), id="names-that-are-words"),
        pytest.param("operator:openai", ("GPTBot", "OAI-SearchBot"), id="operator"),
        pytest.param("search, operator:ByteDance, X", ("OAI-SearchBot", "Bytespider", "X"), id="joined"),
        pytest.param("all", ("GPTBot", "OAI-SearchBot", "Bytespider", "Shy"), id="all"),
    ],
)
def test_whom_a_word_means(words: str, expected: tuple[str, ...]) -> None:
    assert agent_set(words, SMALL) == expected


@pytest.mark.parametrize("words", ["", " , ", "operator:Nobody", "archive", "x" * 200])
def test_nobody_is_refused(words: str) -> None:
    with pytest.raises(BadInput):
        agent_set(words, SMALL)


def test_the_registry_has_166_known_agents_and_two_of_ours(connection) -> None:
    every = load_agents(connection)
    assert sum(agent.source_id == SOURCE for agent in every) == 166
    assert {agent.id for agent in every if agent.source_id != SOURCE} == {"Googlebot", "ia_archiver"}
    assert {agent.id for agent in every if agent.developer} == set(AI_DEVELOPERS)
    counts = count_agents(every)
    assert sum(counts["purpose"].values()) == len(every)
    assert {"training", "search", "assistant", "archive"} <= set(counts["purpose"])
    assert counts["respects"]["yes"] == 57
    assert len(select_agents(every, respects="no", purpose="training")) == 4


def test_the_import_gives_the_shipped_facts(consent_files: Path, tmp_path: Path) -> None:
    report = import_agents(consent_files, tmp_path / SOURCE)
    assert (report.read, report.kept, report.refused) == (166, 166, ())
    shipped = Path(__file__).parents[3] / "data" / "facts" / SOURCE
    for name in report.files:
        assert (tmp_path / SOURCE / name).read_bytes() == (shipped / name).read_bytes()


def test_odd_entries_are_reported(tmp_path: Path) -> None:
    entries = {
        "NewBot": {
            "operator": "[New](https://new.example)",
            "respect": "[Yes](https://n.example)",
            "function": "Weather",
        },
        "Broken": "text",
        "Other": {"operator": "https://unknown.example", "respect": "Perhaps", "function": ""},
    }
    (tmp_path / "robots.json").write_text(json.dumps(entries))
    report = import_agents(tmp_path, tmp_path / SOURCE)
    assert [problem.subject for problem in report.refused] == ["Broken"]
    assert {note.kind for note in report.notes} == {"unmapped_function", "no_operator", "field_not_kept"}
    rows = (tmp_path / SOURCE / "crawl_agent.csv").read_text().splitlines()
    assert rows[1] == "NewBot,New,other,yes,false,https://new.example,ai-robots-txt"
    assert rows[2] == "Other,,unknown,unclear,false,https://unknown.example,ai-robots-txt"


@pytest.mark.parametrize("text", ["", "[]", "{}", "[" * 100_000])
def test_a_damaged_registry_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "robots.json").write_text(text)
    with pytest.raises(BadInput):
        import_agents(tmp_path, tmp_path / SOURCE)
    assert not (tmp_path / SOURCE).exists()


def test_own_agents_stand_for_shipped_ones(connection, tmp_path: Path) -> None:
    with open_workbench(tmp_path) as workbench:
        save_agent(workbench, read_agent({"id": "gptbot", "operator": "Mine", "purpose": "search"}), NOW)
        save_agent(workbench, read_agent({"id": "ExampleBot"}), NOW)
        save_agent(workbench, read_agent({"id": "ExampleBot", "purpose": "archive"}), NOW)
        own = own_agents(workbench)
        every = {agent.id: agent for agent in load_agents(connection, own)}
        assert "GPTBot" not in every
        assert every["gptbot"].operator == "Mine"
        assert every["ExampleBot"].purpose == "archive"
        assert [agent.id for agent in select_agents(tuple(every.values()), own=True)] == ["ExampleBot", "gptbot"]
        remove_agent(workbench, "EXAMPLEBOT")
        assert set(own_agents(workbench)) == {"gptbot"}
        with pytest.raises(NotFound):
            remove_agent(workbench, "ExampleBot")


@pytest.mark.parametrize(
    "data", [{}, {"id": ""}, {"id": "x", "purpose": "fun"}, {"id": "x", "url": "ftp://x"}, {"id": "x" * 101}]
)
def test_an_agent_that_cannot_be_kept_is_refused(data: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        read_agent(data)
