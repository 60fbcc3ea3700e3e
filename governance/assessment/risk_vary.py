"""Would the decision flip? Each part of the rule and each uncertain field, changed one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from pydantic import ValidationError

from governance.assessment.framework import Section
from governance.assessment.records import Kept, Line
from governance.assessment.risk import ABSENCE, Case, Stand, Verdict, judge
from governance.assessment.risk_form import check_section
from governance.assessment.risk_rule import CANNOT_ESTIMATES, ESTIMATES, SCRUTINIES, RiskRule, words
from governance.assessment.vocabulary import SEVERITIES, TIERS
from governance.errors import BadInput

Part = Literal["field", "rule"]
Settings = Mapping[str, object]
"""``R2.likelihood`` or another field, ``rule.margin`` or another part of the rule, to its value."""

UNCERTAIN: dict[str, tuple[str, ...]] = {
    "R2.severity": SEVERITIES,
    "R2.likelihood": ESTIMATES,
    "R4.risk_tier": TIERS,
}
"""Fields whose words are steps, the lowest first."""
RULE_PARTS: dict[str, tuple[Any, ...]] = {
    "rule.margin": (0, 1, 2, 3, 4),
    "rule.credit": (0, 1, 2, 3),
    "rule.cannot_estimate": CANNOT_ESTIMATES,
    "rule.scrutiny": SCRUTINIES,
    "rule.second_person": (True, False),
}
LABELS = {
    "R2.severity": "severity",
    "R2.likelihood": "likelihood",
    "R4.risk_tier": "recorded tier",
    "R3.absence": "reason for no outside scrutiny",
    "rule.margin": "steps of margin for better elicitation",
    "rule.credit": "steps of credit for guardrails",
    "rule.cannot_estimate": "what cannot estimate suggests",
    "rule.scrutiny": "outside scrutiny",
    "rule.second_person": "a second person signs",
    "rule.complete": "sections that must be complete",
    "rule.admitted": "decisions admitted at this tier",
}


class Variation(Kept, frozen=True):
    """One change, and what it does.

    Args:
        setting: What is changed, e.g. ``R2.likelihood``.
        part: A field of the answers, or a part of the rule.
        label: The setting for people.
        now: What it is.
        then: What it is changed to.
        steps: How many steps up the change is, for what has steps.
        assessed: Whether the system then counts as assessed.
        stand: Whether the decision is then admitted.
        tier: The tier that then counts.
        flips: Whether the decision's stand differs from the present one.
        flips_assessed: Whether being assessed differs.
    """

    setting: Line
    part: Part
    label: Line
    now: Line
    then: Line
    steps: int | None
    assessed: bool
    stand: Stand
    tier: Line | None
    flips: bool
    flips_assessed: bool


class Variations(Kept, frozen=True):
    """The present verdict, and every change one at a time."""

    present: Verdict
    rows: tuple[Variation, ...]

    @property
    def tipping(self) -> tuple[Variation, ...]:
        """Give the smallest change of each setting that flips the decision or whether it is assessed, by direction."""
        nearest: dict[tuple[str, bool | str], Variation] = {}
        for row in self.rows:
            if row.flips or row.flips_assessed:
                key = (row.setting, row.then if row.steps is None else row.steps > 0)
                known = nearest.get(key)
                if known is None or abs(row.steps or 0) < abs(known.steps or 0):
                    nearest[key] = row
        return tuple(nearest.values())


def vary(case: Case, rule: RiskRule, form: Sequence[Section], settings: Sequence[str] = ()) -> Variations:
    """Judge a case with each part of the rule and each uncertain field changed, one at a time.

    Args:
        case: The answers.
        rule: The rule as it stands.
        form: The sections of the risk form.
        settings: Only these, e.g. ``R2.likelihood``; empty: all.

    Raises:
        BadInput: A setting is not one that is varied.

    >>> from governance.assessment.risk_rule import DEFAULT_RULE
    >>> answers = {
    ...     "R2": {"severity": "serious", "likelihood": "unlikely"},
    ...     "R4": {"risk_tier": "low", "decision": "deploy", "guardrails": "filters"},
    ... }
    >>> found = vary(Case(values=answers), DEFAULT_RULE, (), ["R2.likelihood"])
    >>> [(row.then, row.steps) for row in found.tipping if row.flips]
    [('likely', 2)]
    """
    unknown = [one for one in settings if one not in LABELS]
    if unknown:
        raise BadInput(f"'{unknown[0]:.60}' is not varied", "setting", f"use {', '.join(LABELS)}")
    present = judge(case, rule, form)
    rows = []
    for setting, value in _changes(case, rule, present):
        if settings and setting not in settings:
            continue
        then_case, then_rule = varied(case, rule, form, {setting: value}, check=False)
        then = judge(then_case, then_rule, form)
        now = _present(case, rule, setting)
        rows.append(
            Variation(
                setting=setting,
                part="rule" if setting.startswith("rule.") else "field",
                label=LABELS[setting],
                now=_said(now) if setting != "rule.admitted" else _admitted(present, rule),
                then=_said(value) if setting != "rule.admitted" else _admitted(present, then_rule),
                steps=_steps(setting, now, value),
                assessed=then.assessed,
                stand=then.stand,
                tier=then.tier,
                flips=then.stand != present.stand,
                flips_assessed=then.assessed != present.assessed,
            )
        )
    return Variations(present=present, rows=tuple(rows))


def varied(
    case: Case, rule: RiskRule, form: Sequence[Section], settings: Settings, *, check: bool = True
) -> tuple[Case, RiskRule]:
    """Give a case and a rule with some settings changed.

    Args:
        case: The answers.
        rule: The rule.
        form: The sections of the risk form.
        settings: What to change; see `Settings`.
        check: Whether to check values against the form.

    Raises:
        BadInput: There is no such section, field or part, or the value does not fit.
    """
    parts: dict[str, object] = {}
    for setting, value in settings.items():
        owner, _, name = setting.partition(".")
        if owner == "rule":
            parts[name] = value
            continue
        kept: Any = value
        if check:
            section = next((one for one in form if one.id == owner), None)
            if section is None:
                known = f"{', '.join(one.id for one in form)} or rule"
                raise BadInput(
                    f"'{setting:.60}' is no setting", "setting", f"start with {known}, then a dot and its name"
                )
            kept = check_section(section, {name: value}).get(name)
        case = case.with_value(owner, name, kept)
    return case, _changed_rule(rule, parts)


def _changed_rule(rule: RiskRule, parts: Mapping[str, object]) -> RiskRule:
    if not parts:
        return rule
    try:
        return RiskRule.model_validate({**rule.model_dump(), **parts})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "rule"
        names = ", ".join(f"rule.{one}" for one in RiskRule.model_fields if one not in ("id", "title", "note"))
        raise BadInput(
            f"the rule does not fit: {first['msg'][:100].lower()}", f"setting rule.{place}", f"use {names}"
        ) from error


def _changes(case: Case, rule: RiskRule, present: Verdict) -> Iterator[tuple[str, Any]]:
    """List each setting with each other value it may take."""
    for setting, options in {**UNCERTAIN, **RULE_PARTS}.items():
        if setting == "rule.cannot_estimate" and case.value("R2", "likelihood") != "cannot_estimate":
            continue
        now = _present(case, rule, setting)
        yield from ((setting, one) for one in options if one != now)
    if case.value("R3", ABSENCE):
        yield "R3.absence", None
    for section in ("R1", "R2", "R3", "R4", "R5", "R6"):
        without = tuple(one for one in rule.complete if one != section)
        yield "rule.complete", without if section in rule.complete else tuple(sorted((*rule.complete, section)))
    if present.tier and present.decision:
        admits = rule.admitted[present.tier]
        other = [one for one in admits if one != present.decision]
        changed = other if present.decision in admits else [*admits, present.decision]
        yield "rule.admitted", {**rule.admitted, present.tier: tuple(changed)}


def _present(case: Case, rule: RiskRule, setting: str) -> Any:  # noqa: ANN401 - a value of any part
    owner, _, name = setting.partition(".")
    return getattr(rule, name) if owner == "rule" else case.value(owner, name)


def _steps(setting: str, now: object, then: object) -> int | None:
    scale = UNCERTAIN.get(setting) or (RULE_PARTS[setting] if setting in ("rule.margin", "rule.credit") else ())
    return scale.index(then) - scale.index(now) if now in scale and then in scale else None


def _said(value: object) -> str:
    if value is None:
        return "not stated"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return words(str(value))[:300]


def _admitted(present: Verdict, rule: RiskRule) -> str:
    admits = present.tier is not None and present.decision in rule.admitted[present.tier]
    return f"{words(present.decision or '')} is {'' if admits else 'not '}admitted"
