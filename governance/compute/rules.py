"""Counting rules: which part of a training history a text counts, with the paragraph that says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import duckdb
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from governance.compute.legal_vocabulary import BASES, EVIDENCE, PARTS, Basis, Evidence, Part
from governance.errors import BadInput

MAX_OWN_TEXT = 100_000


class RulePart(BaseModel):
    """What a rule says of one part.

    Args:
        part: The role of a run towards the judged model.
        counts: Whether it is in the sum; ``None`` where the text does not say.
        paragraph: Where it says so.
        reason: Why, in our words.
        evidence: Whether the text was read, read about or recalled.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    part: Part
    counts: bool | None
    paragraph: str = Field(max_length=200)
    reason: str = Field(max_length=400)
    evidence: Evidence


class CountingRule(BaseModel):
    """How one text sums up the compute of a model; a user's own rule has the same shape.

    Args:
        id: Short name.
        basis: A sum over runs, the largest run alone, or the modifier's own runs.
        parts: One a part; a part left out is one the text does not mention.

    >>> mine = CountingRule(id="mine", title="Mine", basis="cumulative", parts=())
    >>> mine.of("merged_from").counts is None
    True
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$")
    title: str = Field(max_length=200)
    basis: Basis
    parts: tuple[RulePart, ...]

    def of(self, part: Part) -> RulePart:
        """Give what the rule says of a part."""
        silent = RulePart(
            part=part, counts=None, paragraph="", reason="The rule does not mention it.", evidence="recalled"
        )
        return next((one for one in self.parts if one.part == part), silent)


def load_rules(connection: duckdb.DuckDBPyConnection) -> tuple[CountingRule, ...]:
    """Read the counting rules of an open catalogue, by id."""
    rows = connection.execute(
        """
        SELECT rule_id, title, basis, part, counts, paragraph, reason, evidence FROM counting_rule ORDER BY rule_id
        """
    ).fetchall()
    parts: dict[tuple[str, str, Basis], list[RulePart]] = {}
    for rule_id, title, basis, part, counts, paragraph, reason, evidence in rows:
        one = RulePart(part=part, counts=counts, paragraph=paragraph, reason=reason, evidence=evidence)
        parts.setdefault((rule_id, title, basis), []).append(one)
    return tuple(
        CountingRule(id=key, title=title, basis=basis, parts=_in_order(found))
        for (key, title, basis), found in parts.items()
    )


def read_rule(text: str) -> CountingRule:
    """Read a user's own rule from JSON.

    Args:
        text: An object with id, title, basis and parts, as `CountingRule` dumps it.

    Raises:
        BadInput: It is no such object, or a part is given twice.

    >>> read_rule('{"id": "mine", "title": "Mine", "basis": "per_run", "parts": []}').basis
    'per_run'
    """
    if len(text) > MAX_OWN_TEXT:
        raise BadInput("the rule is too big", "rule", f"give at most {MAX_OWN_TEXT:,} characters")
    try:
        rule = CountingRule.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ", ".join(str(part) for part in first["loc"]) or "rule"
        words = f"basis: {', '.join(BASES)}; part: {', '.join(PARTS)}; evidence: {', '.join(EVIDENCE)}"
        raise BadInput(f"the rule does not fit: {first['msg'][:100].lower()}", place, f"use {words}") from error
    repeated = [part for part, times in Counter(one.part for one in rule.parts).items() if times > 1]
    if repeated:
        raise BadInput(f"'{repeated[0]}' is given twice", "parts", "give each part once")
    return rule


def _in_order(parts: Sequence[RulePart]) -> tuple[RulePart, ...]:
    return tuple(sorted(parts, key=lambda one: PARTS.index(one.part)))
