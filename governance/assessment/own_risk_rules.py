"""Decision rules of the user's own, kept in the workbench with all their revisions."""

from __future__ import annotations

from datetime import datetime

from governance.assessment.risk_rule import DEFAULT_RULE, RiskRule, read_rule
from governance.errors import BadInput, NotAllowed
from governance.records.documents import delete_document, documents, get_document, save_document
from governance.records.store import Workbench

KIND = "risk_rule"


def own_risk_rules(workbench: Workbench) -> tuple[RiskRule, ...]:
    """Give the user's own rules, by id."""
    return tuple(RiskRule.model_validate(one.body) for one in documents(workbench, KIND))


def save_risk_rule(workbench: Workbench, rule: RiskRule, now: datetime) -> RiskRule:
    """Keep a rule of the user's own, or a change of it; earlier revisions stay.

    Args:
        workbench: An open workbench.
        rule: What to keep.
        now: Time of the change, UTC.

    Raises:
        BadInput: The rule is not whole.
        NotAllowed: The id is the shipped rule's.
    """
    if rule.id == DEFAULT_RULE.id:
        raise NotAllowed(f"'{rule.id}' is the shipped rule", "risk rule", "give your rule another id")
    read_rule(rule.model_dump_json())
    present = {one.id: one.revision for one in documents(workbench, KIND)}
    save_document(workbench, KIND, rule.id, rule.model_dump(mode="json"), now, present.get(rule.id))
    return rule


def delete_risk_rule(workbench: Workbench, rule_id: str, now: datetime | None = None) -> None:
    """Forget one of the user's own rules; what was recorded under it names it still.

    Raises:
        NotFound: There is none of that id.
    """
    delete_document(workbench, KIND, rule_id, now)


def find_risk_rule(workbench: Workbench, name: str = DEFAULT_RULE.id) -> RiskRule:
    """Find the shipped rule or one of the user's own, as it is or as it was.

    Args:
        workbench: An open workbench.
        name: Its id, or id@revision for an earlier state.

    Raises:
        BadInput: The revision is no number.
        NotFound: There is no such rule.
    """
    rule_id, _, revision = name.partition("@")
    if rule_id == DEFAULT_RULE.id:
        return DEFAULT_RULE
    if revision and not (revision.isascii() and revision.isdigit() and len(revision) < 9):
        raise BadInput(f"'{revision:.20}' is no revision", "risk rule", "write mine, or mine@2")
    return RiskRule.model_validate(get_document(workbench, KIND, rule_id, int(revision) if revision else None).body)


def rule_name(workbench: Workbench, rule: RiskRule) -> str:
    """Name a rule with its revision, so that a record says which state of it was applied.

    Raises:
        NotFound: It is not the shipped one, and not kept.
    """
    if rule.id == DEFAULT_RULE.id:
        return rule.id
    return f"{rule.id}@{get_document(workbench, KIND, rule.id).revision}"
