"""The user's own crawlers, kept in the workbench beside the registry."""

from __future__ import annotations

from datetime import datetime

from pydantic import ValidationError

from governance.catalogue.normalise import slug
from governance.consent.agents import Agent
from governance.errors import BadInput, NotFound
from governance.records.documents import delete_document, documents, save_document
from governance.records.store import Workbench

KIND = "crawl_agent"


def save_agent(workbench: Workbench, agent: Agent, now: datetime) -> None:
    """Keep an agent of the user's own, or a change of it; it stands for a shipped one of the same name."""
    key = _key(agent.id)
    present = {document.id: document.revision for document in documents(workbench, KIND)}
    save_document(workbench, KIND, key, agent.model_dump(mode="json"), now, present.get(key))


def own_agents(workbench: Workbench) -> dict[str, Agent]:
    """Give the user's own agents by name."""
    found = [read_agent(document.body) for document in documents(workbench, KIND)]
    return {agent.id: agent for agent in found}


def remove_agent(workbench: Workbench, name: str) -> None:
    """Forget one of the user's own agents.

    Raises:
        NotFound: There is none of that name.
    """
    known = {agent.lower(): agent for agent in own_agents(workbench)}
    if name.lower() not in known:
        raise NotFound(f"'{name:.100}' is none of your own agents", "agent", "see 'touchstone consent agents --own'")
    delete_document(workbench, KIND, _key(name))


def read_agent(data: object) -> Agent:
    """Read an agent from JSON.

    Raises:
        BadInput: A field is missing, unknown or has a wrong value.
    """
    try:
        found = Agent.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the whole agent"
        raise BadInput(str(first["msg"]), f"agent, field {where}", "give the product token and known words") from error
    return found.model_copy(update={"origin": "user", "source_id": "own"})


def _key(name: str) -> str:
    key = slug(name)
    if not key:
        raise BadInput(f"'{name:.100}' has no letter or digit", "agent", "give the product token, such as ExampleBot")
    return key
