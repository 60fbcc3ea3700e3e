"""Scenarios the user saved: a history with day, draws, seed and rule, so that it can be judged again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import BaseModel

from governance.compute.history import History
from governance.compute.history_files import as_data, history_of
from governance.compute.own_rules import with_own_rule
from governance.compute.results import ScenarioResult
from governance.compute.rules import CountingRule
from governance.compute.scenario import DRAWS, SEED, assess_scenario
from governance.compute.thresholds import Instrument
from governance.errors import BadInput
from governance.records.documents import (
    Document,
    delete_document,
    document_versions,
    documents,
    free_id,
    get_document,
    save_document,
)
from governance.records.store import Workbench

KIND = "scenario"
LONGEST_TITLE = 200
LONGEST_NOTE = 4_000


class ScenarioDraft(BaseModel, frozen=True):
    """What a user saves.

    Args:
        title: One line.
        note: Anything the user wants to keep beside it.
        history: The runs.
        as_of: The day whose law is asked about.
        rule: A rule to count by instead of the texts' own.
    """

    title: str
    note: str = ""
    history: History
    as_of: date
    draws: int = DRAWS
    seed: int = SEED
    rule: CountingRule | None = None


class Scenario(ScenarioDraft, frozen=True):
    """A saved scenario, as it is or as it was.

    Args:
        id: Its name in addresses.
        revision: 1, and 1 more with every change.
        created: When it was first saved, UTC.
        updated: When this revision was saved, UTC.
    """

    id: str
    revision: int
    created: datetime
    updated: datetime

    def draft(self, **changes: object) -> ScenarioDraft:
        """Give what would be saved as its next revision."""
        kept = {name: getattr(self, name) for name in ScenarioDraft.model_fields}
        return ScenarioDraft.model_validate({**kept, **changes})


def save_scenario(
    workbench: Workbench,
    draft: ScenarioDraft,
    now: datetime,
    scenario_id: str | None = None,
    revision: int | None = None,
) -> Scenario:
    """Save a scenario, or a change of the revision that was read; earlier revisions stay.

    Args:
        workbench: An open workbench.
        draft: What to save.
        now: Time of the change, UTC.
        scenario_id: The one to change; ``None``: a new one, named after its title.
        revision: The revision the change was made to.

    Raises:
        BadInput: The title or note is too long or not printable, or the scenario is too big.
        Conflict: It changed since it was read.
        NotFound: There is none of that id.
    """
    if scenario_id is None:
        scenario_id, revision = free_id(draft.title, [one.id for one in documents(workbench, KIND)]), None
    elif revision is None:
        raise BadInput("the revision is missing", f"scenario {scenario_id:.80}", "say which one was changed")
    _check_words(draft)
    body = {
        "title": draft.title,
        "note": draft.note,
        "history": as_data(draft.history),
        "as_of": draft.as_of.isoformat(),
        "draws": draft.draws,
        "seed": draft.seed,
        "rule": draft.rule and draft.rule.model_dump(mode="json"),
    }
    return _scenario(save_document(workbench, KIND, scenario_id, body, now, revision))


def scenarios(workbench: Workbench) -> tuple[Scenario, ...]:
    """List the saved scenarios, the last changed first."""
    found = [_scenario(one) for one in documents(workbench, KIND)]
    return tuple(sorted(found, key=lambda one: one.updated, reverse=True))


def get_scenario(workbench: Workbench, scenario_id: str, revision: int | None = None) -> Scenario:
    """Give a saved scenario, as it is or as it was.

    Raises:
        NotFound: There is none of that id, or it has no such revision.
    """
    return _scenario(get_document(workbench, KIND, scenario_id, revision))


def scenario_versions(workbench: Workbench, scenario_id: str) -> tuple[Scenario, ...]:
    """List the revisions of a scenario, the oldest first.

    Raises:
        NotFound: There is none of that id.
    """
    return tuple(_scenario(one) for one in document_versions(workbench, KIND, scenario_id))


def delete_scenario(workbench: Workbench, scenario_id: str) -> None:
    """Delete a scenario and all its revisions.

    Raises:
        NotFound: There is none of that id.
    """
    delete_document(workbench, KIND, scenario_id)


def assess_saved(
    scenario: ScenarioDraft, instruments: Sequence[Instrument], rules: Sequence[CountingRule]
) -> ScenarioResult:
    """Judge a saved scenario again: its day, draws, seed and rule, by the instruments as they now are."""
    judged: tuple[Sequence[Instrument], Sequence[CountingRule]] = (instruments, rules)
    if scenario.rule is not None:
        judged = with_own_rule(instruments, rules, scenario.rule)
    return assess_scenario(scenario.history, *judged, scenario.as_of, scenario.draws, scenario.seed)


def _check_words(draft: ScenarioDraft) -> None:
    if not draft.title.strip() or len(draft.title) > LONGEST_TITLE or not draft.title.isprintable():
        raise BadInput("the title cannot be used", "title", f"use one line of 1 to {LONGEST_TITLE} characters")
    if len(draft.note) > LONGEST_NOTE:
        raise BadInput(f"the note has {len(draft.note):,} characters", "note", f"use at most {LONGEST_NOTE:,}")


def _scenario(document: Document) -> Scenario:
    body = {**document.body, "history": history_of(document.body["history"])}
    about = document.model_dump(include={"id", "revision", "created", "updated"})
    return Scenario.model_validate({**body, **about})
