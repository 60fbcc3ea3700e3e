"""Counting rules of the user's own, kept in the workbench, and a scenario judged by one instead of the texts' own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from governance.compute.legal_vocabulary import Subject
from governance.compute.rules import CountingRule, read_rule
from governance.compute.scenario import MODIFICATION_RULE
from governance.compute.thresholds import Instrument
from governance.errors import BadInput, NotAllowed, NotFound
from governance.records.documents import delete_document, documents, get_document, save_document
from governance.records.store import Workbench

KIND = "counting_rule"

Law = tuple[tuple[Instrument, ...], tuple[CountingRule, ...]]
"""Instruments, and the rules they name."""


def own_rules(workbench: Workbench) -> tuple[CountingRule, ...]:
    """Give the user's own rules, by id."""
    return tuple(CountingRule.model_validate(document.body) for document in documents(workbench, KIND))


def get_rule(workbench: Workbench, rule_id: str, revision: int | None = None) -> CountingRule:
    """Give one of the user's own rules, as it is or as it was.

    Raises:
        NotFound: There is none of that id, or it has no such revision.
    """
    return CountingRule.model_validate(get_document(workbench, KIND, rule_id, revision).body)


def save_rule(workbench: Workbench, rule: CountingRule, shipped: Collection[str], now: datetime) -> CountingRule:
    """Keep a rule of the user's own, or a change of it; earlier revisions stay.

    Args:
        workbench: An open workbench.
        rule: What to keep.
        shipped: Ids of the shipped rules, which cannot be taken.
        now: Time of the change, UTC.

    Raises:
        NotAllowed: The id is a shipped rule's.
    """
    if rule.id in shipped:
        raise NotAllowed(f"'{rule.id}' is a shipped rule", "rule id", "give your rule another id")
    read_rule(rule.model_dump_json())
    present = {document.id: document.revision for document in documents(workbench, KIND)}
    save_document(workbench, KIND, rule.id, rule.model_dump(mode="json"), now, present.get(rule.id))
    return rule


def delete_rule(workbench: Workbench, rule_id: str) -> None:
    """Forget one of the user's own rules; scenarios saved with it keep their copy.

    Raises:
        NotFound: There is none of that id.
    """
    delete_document(workbench, KIND, rule_id)


def find_rule(workbench: Workbench, shipped: Sequence[CountingRule], rule_id: str) -> CountingRule:
    """Find a shipped rule or one of the user's own.

    Raises:
        NotFound: There is no such rule.
    """
    for rule in (*shipped, *own_rules(workbench)):
        if rule.id == rule_id:
            return rule
    raise NotFound(f"there is no counting rule '{rule_id:.80}'", "counting rule", "list them to see the ids")


def with_own_rule(instruments: Sequence[Instrument], rules: Sequence[CountingRule], own: CountingRule) -> Law:
    """Let a rule take the place of the texts' own, to see what an answer owes to the counting.

    A rule of the basis `modification` counts for the instruments on modifications, any other for those on models;
    instruments that sum nothing up stay as they are.

    Args:
        instruments: As the catalogue has them.
        rules: The shipped rules.
        own: The rule to judge by.

    Returns:
        Instruments and rules for `assess_scenario`.

    Raises:
        BadInput: The rule bears the id of a shipped one but says something else.

    >>> with_own_rule([], [], CountingRule(id="mine", title="Mine", basis="per_run", parts=()))[1][0].id
    'mine'
    """
    if any(rule.id == own.id and rule != own for rule in rules):
        raise BadInput(f"'{own.id}' is the id of a shipped rule", "rule id", "give your rule another id")
    subject: Subject = "modification" if own.basis == "modification" else "model"
    changed = tuple(
        one.model_copy(update={"counting_rule": own.id}) if one.counting_rule and one.subject == subject else one
        for one in instruments
    )
    kept = [rule for rule in rules if rule.id != own.id]
    if subject == "modification":
        # The ratio to the original is summed by the rule of this id, whichever rule an instrument names.
        kept = [
            own.model_copy(update={"id": MODIFICATION_RULE}) if one.id == MODIFICATION_RULE else one for one in kept
        ]
    return changed, (*kept, own)
