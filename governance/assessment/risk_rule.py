"""The decision rule as data that anybody may read and vary: what must be filled in, and which tier admits what."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal, get_args

from pydantic import Field, ValidationError, model_validator

from governance.assessment.records import Id, Kept, Line, Name, Text
from governance.assessment.vocabulary import (
    DECISIONS,
    LIKELIHOODS,
    SEVERITIES,
    TIERS,
    Decision,
    Likelihood,
    Severity,
    Tier,
)
from governance.errors import BadInput

Scrutiny = Literal["needed", "needed_or_justified", "not_needed"]
"""From outside: without it nothing is assessed; or its absence may be justified; or it is not asked for."""
SCRUTINIES: tuple[Scrutiny, ...] = get_args(Scrutiny)

CannotEstimate = Literal["high_uncertainty", "almost_certain", "no_suggestion"]
"""What a likelihood that cannot be estimated suggests: that tier, what the highest likelihood would, or nothing."""
CANNOT_ESTIMATES: tuple[CannotEstimate, ...] = get_args(CannotEstimate)

SECTIONS = ("R1", "R2", "R3", "R4", "R5", "R6")
ESTIMATES = LIKELIHOODS[:-1]
"""Likelihoods that are estimates, the lowest first."""
MAX_TEXT = 100_000


class RiskRule(Kept, frozen=True):
    """By what an assessment counts as made, and its decision as admitted.

    Args:
        id: Its name in addresses.
        title: As people read it.
        note: Where it comes from.
        complete: Sections whose required fields must all be filled in.
        scrutiny: What is asked of section R3.
        second_person: Whether somebody who wrote none of it must sign.
        admitted: Tier to the decisions it admits.
        suggested: Severity to a tier for each likelihood, in the order of `ESTIMATES`; before mitigation.
        cannot_estimate: What an unknown likelihood suggests.
        margin: Steps by which the likelihood is read higher, for what better elicitation may still find.
        credit: Steps by which guardrails may put the recorded tier below the suggested one.
    """

    id: Id
    title: Name
    note: Text = ""
    complete: tuple[Line, ...] = ("R2", "R3", "R4", "R5")
    scrutiny: Scrutiny = "needed_or_justified"
    second_person: bool = True
    admitted: dict[Tier, tuple[Decision, ...]]
    suggested: dict[Severity, tuple[Tier, ...]]
    cannot_estimate: CannotEstimate = "high_uncertainty"
    margin: Annotated[int, Field(ge=0, le=4)] = 0
    credit: Annotated[int, Field(ge=0, le=3)] = 1

    @model_validator(mode="after")
    def _is_whole(self) -> RiskRule:
        unknown = [one for one in self.complete if one not in SECTIONS]
        if unknown:
            raise ValueError(f"'{unknown[0]}' is no section")
        for name, given, words in (("admitted", self.admitted, TIERS), ("suggested", self.suggested, SEVERITIES)):
            lacking = [word for word in words if word not in given]
            if lacking:
                raise ValueError(f"{name} says nothing of {lacking[0]}")
        for severity, row in self.suggested.items():
            if len(row) != len(ESTIMATES):
                raise ValueError(f"suggested, {severity}, needs {len(ESTIMATES)} tiers")
        return self

    def suggestion(self, severity: Severity | None, likelihood: Likelihood | None) -> Tier | None:
        """Give the tier that severity and likelihood suggest before mitigation; ``None``: nothing to suggest from.

        >>> DEFAULT_RULE.suggestion("severe", "possible"), DEFAULT_RULE.suggestion("severe", None)
        ('high_uncertainty', None)
        """
        if severity is None or likelihood is None:
            return None
        if likelihood == "cannot_estimate":
            if self.cannot_estimate == "high_uncertainty":
                return "high_uncertainty"
            return self.suggested[severity][-1] if self.cannot_estimate == "almost_certain" else None
        step = min(ESTIMATES.index(likelihood) + self.margin, len(ESTIMATES) - 1)
        return self.suggested[severity][step]

    def least(self, suggested: Tier | None) -> Tier | None:
        """Give the lowest tier that may be recorded where one is suggested."""
        return None if suggested is None else TIERS[max(TIERS.index(suggested) - self.credit, 0)]


_LOW, _MID, _HIGH, _NO = TIERS
DEFAULT_RULE = RiskRule(
    id="default",
    title="Touchstone's rule",
    note=(
        "Ours. That deployment should follow from an assessment before it, with scrutiny from outside and monitoring "
        "after it, is from Frontier AI Regulation (arXiv 2307.03718); the tiers, both tables and the steps are not."
    ),
    admitted={
        _LOW: DECISIONS,
        _MID: DECISIONS[1:],
        _HIGH: DECISIONS[2:],
        _NO: DECISIONS[4:],
    },
    suggested={
        "minor": (_LOW, _LOW, _LOW, _LOW, _MID),
        "moderate": (_LOW, _LOW, _MID, _MID, _MID),
        "serious": (_LOW, _MID, _MID, _HIGH, _HIGH),
        "severe": (_MID, _MID, _HIGH, _HIGH, _NO),
        "catastrophic": (_HIGH, _HIGH, _NO, _NO, _NO),
    },
)


def read_rule(text: str) -> RiskRule:
    """Read a rule from JSON, as `RiskRule` dumps it.

    Raises:
        BadInput: It is no such object, or leaves a tier or severity out.

    >>> read_rule(DEFAULT_RULE.model_dump_json()) == DEFAULT_RULE
    True
    """
    if len(text) > MAX_TEXT:
        raise BadInput("the rule is too big", "risk rule", f"give at most {MAX_TEXT:,} characters")
    try:
        return RiskRule.model_validate_json(text)
    except (ValidationError, RecursionError) as error:
        first = error.errors()[0] if isinstance(error, ValidationError) else {"msg": "too deep", "loc": ()}
        place = ", ".join(str(part) for part in first["loc"]) or "rule"
        what = str(first["msg"]).removeprefix("Value error, ")[:120].lower()
        fix = "start from the shipped one: 'touchstone risk rule show default --json'"
        raise BadInput(f"the rule does not fit: {what}", f"risk rule, {place:.100}", fix) from error


def rule_oddities(rule: RiskRule) -> tuple[str, ...]:
    """Say where a rule is not monotone: where more risk admits more, or suggests less.

    >>> rule_oddities(DEFAULT_RULE)
    ()
    """
    found = []
    for lower, higher in pairwise(TIERS):
        more = [one for one in rule.admitted[higher] if one not in rule.admitted[lower]]
        found += [f"{words(one)} is admitted at {words(higher)} but not at {words(lower)}" for one in more]
    for severity, row in rule.suggested.items():
        steps = [TIERS.index(tier) for tier in row]
        if steps != sorted(steps):
            found.append(f"a higher likelihood of {severity} harm suggests a lower tier")
    for low, high in pairwise(SEVERITIES):
        pairs = zip(rule.suggested[low], rule.suggested[high], strict=True)
        if any(TIERS.index(one) > TIERS.index(other) for one, other in pairs):
            found.append(f"{high} harm suggests a lower tier than {low} harm")
    return tuple(found)


def words(word: str) -> str:
    """Write a word of a vocabulary for people.

    >>> words("deploy_with_guardrails")
    'deploy with guardrails'
    """
    return word.replace("_", " ")
