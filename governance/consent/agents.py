"""The registry of crawlers: who runs them, what for, whether they say that they follow robots.txt."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import duckdb
from pydantic import BaseModel, Field

from governance.catalogue.selection import choice
from governance.catalogue.vocabulary import Origin
from governance.consent.robots_lines import LONG
from governance.consent.vocabulary import PURPOSES, RESPECTS, Purpose, Respect
from governance.errors import BadInput

AI_DEVELOPERS = ("GPTBot", "ChatGPT-User", "Google-Extended", "CCBot", "ClaudeBot", "cohere-ai", "FacebookBot")
"""The crawlers of the six developers that the published series count: OpenAI, Google, Common Crawl, Anthropic,
Cohere and Meta. OpenAI has two, one for training and one for its assistant."""
MOST_AGENTS = 500
BARE: tuple[Purpose, ...] = ("training", "search", "assistant", "archive")
"""Purposes that stand for their agents without ``purpose:`` before them; the other words may be names of agents."""
HOW = "name agents separated by commas, or use developers, all, training, purpose:WORD or operator:NAME"


class Agent(BaseModel, frozen=True):
    """A crawler, by the product token it is addressed with.

    Args:
        id: The token as its operator writes it.
        operator: Who runs it; ``None`` where nobody knows.
        purpose: What its operator says it is for.
        respects: Whether its operator says that it follows robots.txt.
        developer: Whether the published series count it.
        url: Where its operator speaks of it.
        source_id: Where this is from.
        origin: Shipped, imported, or the user's own.
    """

    id: str = Field(min_length=1, max_length=LONG)
    operator: str | None = Field(default=None, max_length=200)
    purpose: Purpose = "unknown"
    respects: Respect = "unclear"
    developer: bool = False
    url: str | None = Field(default=None, max_length=500, pattern=r"^https?://")
    source_id: str = "own"
    origin: Origin = "user"


def load_agents(connection: duckdb.DuckDBPyConnection, own: Mapping[str, Agent] | None = None) -> tuple[Agent, ...]:
    """Give the agents of the catalogue, and those of the user, which stand for shipped ones of the same name."""
    cursor = connection.cursor()
    rows = cursor.execute(
        "SELECT id, operator, purpose, respects, developer, url, source_id FROM crawl_agent"
    ).fetchall()
    names = ("id", "operator", "purpose", "respects", "developer", "url", "source_id")
    shipped = [Agent.model_validate({**dict(zip(names, row, strict=True)), "origin": "facts"}) for row in rows]
    mine = {agent.id.lower(): agent for agent in (own or {}).values()}
    kept = [agent for agent in shipped if agent.id.lower() not in mine]
    return tuple(sorted([*kept, *mine.values()], key=lambda agent: (agent.id.lower(), agent.id)))


def agent_set(words: str, agents: Sequence[Agent] = ()) -> tuple[str, ...]:
    """Read which agents are meant; several ways of naming them may be joined by commas.

    Args:
        words: Product tokens; ``developers``, ``all``, ``training``, ``purpose:data`` or ``operator:OpenAI``.
        agents: The registry; tokens are then given in the spelling it has.

    Raises:
        BadInput: Nothing is named, or no agent of the registry is meant.

    >>> agent_set("gptbot, PetalBot"), len(agent_set("developers"))
    (('GPTBot', 'PetalBot'), 7)
    """
    spelling = {agent.id.lower(): agent.id for agent in agents} | {name.lower(): name for name in AI_DEVELOPERS}
    found: dict[str, str] = {}
    for word in filter(None, map(str.strip, words.split(","))):
        for name in _meant(word, agents, spelling):
            found.setdefault(name.lower(), name)
    if not found:
        raise BadInput("no agent is named", "agents", HOW)
    if len(found) > MOST_AGENTS:
        raise BadInput(f"{len(found):,} agents are too many", "agents", f"name at most {MOST_AGENTS}")
    return tuple(found.values())


def _meant(word: str, agents: Sequence[Agent], spelling: Mapping[str, str]) -> Collection[str]:
    if word == "developers":
        return AI_DEVELOPERS
    kind, colon, name = word.partition(":")
    if word not in (*BARE, "all") and not (colon and kind.strip().lower() in ("operator", "purpose")):
        if len(word) > LONG:
            raise BadInput(f"'{word:.40}…' is too long for an agent", "agents", HOW)
        return (spelling.get(word.lower(), word),)
    wanted = (name if colon else word).strip().lower()
    field = "operator" if colon and kind.strip().lower() == "operator" else "purpose"
    named = [agent.id for agent in agents if wanted == "all" or (getattr(agent, field) or "").lower() == wanted]
    if not named:
        known = sorted({str(getattr(agent, field)) for agent in agents if getattr(agent, field)})
        raise BadInput(f"no agent has the {field} '{wanted:.60}'", "agents", f"use one of {', '.join(known)}"[:400])
    return named


def count_agents(agents: Sequence[Agent]) -> dict[str, dict[str, int]]:
    """Count agents by purpose, by what they say of robots.txt, and by operator, the most frequent first."""
    counts: dict[str, dict[str, int]] = {"purpose": {}, "respects": {}, "operator": {}}
    for agent in agents:
        for field, found in counts.items():
            value = str(getattr(agent, field) or "unknown")
            found[value] = found.get(value, 0) + 1
    return {field: dict(sorted(found.items(), key=lambda item: (-item[1], item[0]))) for field, found in counts.items()}


def select_agents(
    agents: Sequence[Agent],
    *,
    purpose: str | None = None,
    operator: str | None = None,
    respects: str | None = None,
    own: bool = False,
) -> list[Agent]:
    """Give the agents that meet every condition given.

    Raises:
        BadInput: A word is none of its list.
    """
    if purpose is not None:
        choice(purpose, PURPOSES, "purpose")
    if respects is not None:
        choice(respects, RESPECTS, "respects")
    return [
        agent
        for agent in agents
        if purpose in (None, agent.purpose)
        and respects in (None, agent.respects)
        and (operator is None or (agent.operator or "unknown").lower() == operator.strip().lower())
        and (not own or agent.origin == "user")
    ]


def agents_seen(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, int]]:
    """Give how often each agent was named in robots.txt files, and how often it was barred in full there.

    Returns:
        Lower-case token to two counts of domain-months, 2016 to 2024, spellings added up; read by the published rule.

    Source: Longpre et al. 2024, arXiv 2407.14933.
    """
    rows = connection.cursor().execute(
        "SELECT lower(agent) AS agent, sum(observed) AS observed, sum(full_n) AS barred FROM agent_level GROUP BY 1"
    )
    return {agent: (int(observed), int(barred)) for agent, observed, barred in rows.fetchall()}
