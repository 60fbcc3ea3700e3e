"""What a decision rule says of the answers to the risk form: assessed or not, and whether it admits the decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel
from pydantic import Field as Limited

from governance.assessment.framework import Section
from governance.assessment.records import Kept, Line, Text
from governance.assessment.risk_form import Completeness, Value, completeness
from governance.assessment.risk_rule import RiskRule, words
from governance.assessment.vocabulary import TIERS, Decision, Tier

Stand = Literal["admitted", "not_admitted", "undecided"]
"""Of the recorded decision under the rule; undecided while tier or decision is missing."""

ABSENCE = "absence"
"""Field of section R3: why nobody from outside looked."""
DECIDING = (
    ("R2", "severity"), ("R2", "likelihood"), ("R3", "access"), ("R4", "risk_tier"), ("R4", "decision"),
    ("R4", "guardrails"),
)  # fmt: skip


class Case(BaseModel, frozen=True):
    """What is judged.

    Args:
        values: Section to its fields' values, checked by `check_section`.
        authors: Who wrote any of it.
        signers: Who signed it.
    """

    values: dict[Line, dict[str, Any]] = {}
    authors: tuple[str, ...] = ()
    signers: tuple[str, ...] = ()

    def value(self, section: str, field: str) -> Any:  # noqa: ANN401 - as JSON has it
        """Give a field's value, or ``None``."""
        return self.values.get(section, {}).get(field)

    def with_value(self, section: str, field: str, value: Value | None) -> Case:
        """Give the same case with one field changed, or emptied."""
        fields = {name: one for name, one in self.values.get(section, {}).items() if name != field}
        changed = fields if value is None else {**fields, field: value}
        return self.model_copy(update={"values": {**self.values, section: changed}})


class Condition(Kept, frozen=True):
    """One thing the rule asks before it calls a system assessed.

    Args:
        id: A section, ``scrutiny`` or ``second_person``.
        met: Whether it is met.
        why: What meets it, or what is missing.
        missing: Fields that are missing.
    """

    id: Line
    met: bool
    why: Text
    missing: tuple[Line, ...] = ()


class Fact(Kept, frozen=True):
    """A recorded value that the verdict rests on; ``None`` is unknown."""

    section: Line
    field: Line
    label: Line
    value: Line | None


class Verdict(Kept, frozen=True):
    """What the rule says. It is about what was recorded, never about the system itself.

    Args:
        rule: Id of the rule.
        assessed: Whether every condition is met.
        conditions: All of them.
        reasons: Why it is not assessed; empty where it is.
        recorded: The tier that was recorded.
        suggested: The tier that severity and likelihood suggest before mitigation; the table is ours.
        tier: The tier that counts: the recorded one, but no lower than the rule allows below the suggested one.
        decision: The recorded one.
        stand: Whether the rule admits it at that tier.
        why: In a sentence.
        admits: The decisions it admits at that tier.
        facts: What it rests on.
        completeness: Of every section.
    """

    rule: Line
    assessed: bool
    conditions: tuple[Condition, ...]
    reasons: tuple[Text, ...]
    recorded: Tier | None
    suggested: Tier | None
    tier: Tier | None
    decision: Decision | None
    stand: Stand
    why: Text
    admits: tuple[Decision, ...]
    facts: tuple[Fact, ...]
    completeness: Annotated[tuple[Completeness, ...], Limited(max_length=50)]

    @property
    def outcome(self) -> tuple[bool, Stand]:
        """Give the two things that can flip."""
        return self.assessed, self.stand


def judge(case: Case, rule: RiskRule, form: Sequence[Section]) -> Verdict:
    """Say what a rule makes of the answers.

    The tier that counts is the recorded one, which is meant after mitigation, unless severity and likelihood suggest
    one more than `RiskRule.credit` steps above it; without guardrails described there is no credit.

    Args:
        case: The answers, who wrote and who signed them.
        rule: The rule.
        form: The sections of the risk form.

    >>> from governance.assessment.risk_rule import DEFAULT_RULE
    >>> case = Case(values={"R4": {"risk_tier": "high_uncertainty", "decision": "deploy"}})
    >>> found = judge(case, DEFAULT_RULE, ())
    >>> found.stand, found.assessed, found.tier
    ('not_admitted', False, 'high_uncertainty')
    """
    filled = tuple(completeness(one, case.values.get(one.id, {})) for one in form)
    conditions = _conditions(case, rule, {one.section: one for one in filled})
    severity, likelihood = case.value("R2", "severity"), case.value("R2", "likelihood")
    recorded, decision = case.value("R4", "risk_tier"), case.value("R4", "decision")
    suggested = rule.suggestion(severity, likelihood)
    tier = _tier_that_counts(case, rule, recorded, suggested)
    admits = rule.admitted[tier] if tier else ()
    stand: Stand = "undecided" if not tier or not decision else "admitted" if decision in admits else "not_admitted"
    return Verdict(
        rule=rule.id,
        assessed=all(one.met for one in conditions),
        conditions=conditions,
        reasons=tuple(one.why for one in conditions if not one.met),
        recorded=recorded,
        suggested=suggested,
        tier=tier,
        decision=decision,
        stand=stand,
        why=_why(recorded, suggested, tier, decision, stand),
        admits=admits,
        facts=_facts(case, form),
        completeness=filled,
    )


def _conditions(case: Case, rule: RiskRule, filled: Mapping[str, Completeness]) -> tuple[Condition, ...]:
    absence = str(case.value("R3", ABSENCE) or "").strip()
    excused = rule.scrutiny == "not_needed" or (rule.scrutiny == "needed_or_justified" and bool(absence))
    found = []
    for section in rule.complete:
        known = filled.get(section)
        missing = known.missing if known else ()
        if section == "R3" and excused and missing:
            reason = "the rule does not ask for it" if rule.scrutiny == "not_needed" else "its absence is justified"
            found.append(Condition(id=section, met=True, why=f"R3 may stay open: {reason}"))
        elif known is None or missing:
            what = f"lacks {', '.join(map(words, missing))}" if known else "is not filled in"
            found.append(Condition(id=section, met=False, why=f"{section} {what}", missing=missing))
        else:
            found.append(Condition(id=section, met=True, why=f"{section} is complete"))
    found.append(_scrutiny(case, rule, absence))
    if rule.second_person:
        others = [one for one in case.signers if one not in case.authors]
        why = f"signed by {', '.join(others)}" if others else "nobody but its authors has signed it"
        found.append(Condition(id="second_person", met=bool(others), why=why))
    return tuple(found)


def _scrutiny(case: Case, rule: RiskRule, absence: str) -> Condition:
    looked = bool(case.value("R3", "reviewers")) and case.value("R3", "access") not in (None, "none")
    if looked:
        why = f"somebody from outside looked, with access: {words(case.value('R3', 'access'))}"
    elif rule.scrutiny == "not_needed":
        why = "the rule asks for no scrutiny from outside"
    elif rule.scrutiny == "needed_or_justified" and absence:
        why = "nobody from outside looked; the absence is justified in R3"
    else:
        more = "" if rule.scrutiny == "needed" else ", and its absence is not justified"
        return Condition(id="scrutiny", met=False, why=f"no scrutiny from outside is recorded{more}")
    return Condition(id="scrutiny", met=True, why=why)


def _tier_that_counts(case: Case, rule: RiskRule, recorded: Tier | None, suggested: Tier | None) -> Tier | None:
    if recorded is None:
        return None
    guarded = bool(str(case.value("R4", "guardrails") or "").strip())
    least = rule.least(suggested) if guarded else suggested
    return recorded if least is None else max(recorded, least, key=TIERS.index)


def _why(
    recorded: Tier | None, suggested: Tier | None, tier: Tier | None, decision: Decision | None, stand: Stand
) -> str:
    if tier is None or decision is None:
        return f"no {'tier' if recorded is None else 'decision'} is recorded in R4"
    verb = "admits" if stand == "admitted" else "does not admit"
    said = f"at the tier {words(tier)} the rule {verb} {words(decision)}"
    if tier != recorded and recorded and suggested:
        return f"{said}; {words(recorded)} was recorded, but severity and likelihood suggest {words(suggested)}"
    return said


def _facts(case: Case, form: Sequence[Section]) -> tuple[Fact, ...]:
    labels = {(one.id, field.id): field.label for one in form for field in one.fields}
    found = []
    for section, field in DECIDING:
        value = case.value(section, field)
        text = None if value is None else str(value).replace("\n", " ")[:300]
        found.append(Fact(section=section, field=field, label=labels.get((section, field), words(field)), value=text))
    return tuple(found)
