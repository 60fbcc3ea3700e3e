"""Which runs of a history count under a rule: by the role each plays towards the judged model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel

from governance.compute.history import History, Run, parents_of
from governance.compute.legal_vocabulary import PARTS, Basis, Counts, EdgeKind, Part
from governance.compute.rules import CountingRule, RulePart

Line = Literal["chain", "merged", "teacher", "data", "reward"]
"""How a run stands behind the judged model: in its own line of weights, or by what was taken from it."""

_NEXT: dict[EdgeKind, Line] = {
    "merged_from": "merged",
    "taught_by": "teacher",
    "data_from": "data",
    "rewarded_by": "reward",
}
_MODIFYING = ("finetuning", "quantization_aware")
_PREFERRING = ("preference", "reinforcement")
_ORIGINAL: set[Part] = {"initialised_from", "modification_other_developer"}
_FIRST: tuple[Counts, ...] = ("yes", "unclear", "no")


class CountedRun(BaseModel, frozen=True):
    """One run under one rule.

    Args:
        run: Its id.
        part: The role that decides; ``None`` where nothing leads from the judged model to it.
        counts: In the sum, not in it, or the text or the history does not say.
        paragraph: Where the text says so.
        reason: Why, in our words.
    """

    run: str
    part: Part | None
    counts: Counts
    paragraph: str
    reason: str


def count_runs(history: History, rule: CountingRule) -> tuple[CountedRun, ...]:
    """Say of every run whether a rule counts it towards the judged model; each run is counted once.

    Args:
        history: The runs and what each took from others.
        rule: What a text counts.

    Returns:
        One a run, in the history's order.

    Source: Commission Guidelines on general-purpose AI (2025), Annex A, for the roles told apart.

    >>> from governance.compute.history_files import quick_history
    >>> from governance.compute.rules import CountingRule
    >>> count_runs(quick_history("7B", "1T"), CountingRule(id="own", title="", basis="cumulative", parts=()))[0].part
    'own_training'
    """
    lines = lines_of(history)
    owner = developer_of(history)
    said: dict[Part, RulePart] = {part: rule.of(part) for part in PARTS}
    return tuple(_count(run, roles_of(run, lines.get(run.id, ()), owner, rule.basis), said) for run in history.runs)


def lines_of(history: History) -> dict[str, set[Line]]:
    """Find every line in which each run stands behind the judged model.

    What a teacher, a data or a reward run was itself made from stands in the same line as that run.
    """
    parents = parents_of(history.edges)
    kinds = {run.id: run.kind for run in history.runs}
    found: dict[str, set[Line]] = {history.final: {"chain"}}
    stack: list[tuple[str, Line]] = [(history.final, "chain")]
    while stack:
        here, line = stack.pop()
        for edge in parents.get(here, ()):
            onward = _onward(line, edge.kind, makes_data=kinds[here] == "synthetic_generation")
            known = found.setdefault(edge.parent, set())
            if onward not in known:
                known.add(onward)
                stack.append((edge.parent, onward))
    return found


def developer_of(history: History) -> str | None:
    """Give the developer of the judged model."""
    return history.run(history.final).developer


def roles_of(run: Run, lines: Iterable[Line], owner: str | None, basis: Basis = "cumulative") -> tuple[Part, ...]:
    """Give the roles of a run towards the judged model, the first of `PARTS` first.

    A run whose developer is not given is taken for the owner's own. What belongs to the original is no part of its
    modification, whatever else it is.
    """
    if run.kind == "evaluation":
        return ("evaluation",)
    if run.kind == "exploratory":
        return ("exploratory",)
    roles: set[Part] = {role for line in lines for role in _roles(run, line, owner)}
    if basis == "modification" and roles & _ORIGINAL:
        roles &= _ORIGINAL
    return tuple(part for part in PARTS if part in roles)


def _onward(line: Line, edge: EdgeKind, *, makes_data: bool) -> Line:
    if line == "reward":
        return "reward"
    if line in ("teacher", "data") or makes_data:
        # The training of a model that writes the data is the training of a teacher.
        return "reward" if edge == "rewarded_by" else "teacher"
    return line if edge == "initialised_from" else _NEXT[edge]


def _roles(run: Run, line: Line, owner: str | None) -> tuple[Part, ...]:
    if line == "reward" or run.kind == "reward_model":
        return ("reward_model_training",)
    if run.kind == "synthetic_generation":
        if line == "teacher":
            return ("teacher_inference",)
        both: tuple[Part, ...] = ("synthetic_private", "synthetic_public")
        return both if run.public_data is None else both[int(run.public_data) :][:1]
    if line in ("teacher", "data"):
        return ("teacher_training",)
    if line == "merged":
        return ("merged_from",)
    theirs = owner is not None and run.developer is not None and run.developer != owner
    later = run.kind in _MODIFYING or run.kind in _PREFERRING
    if theirs:
        return ("modification_other_developer",) if later else ("initialised_from",)
    if run.kind in _PREFERRING:
        return ("preference_training",)
    return ("modification_same_developer",) if later else ("own_training",)


def _count(run: Run, roles: tuple[Part, ...], said: dict[Part, RulePart]) -> CountedRun:
    if not roles:
        reason = "Nothing leads from the judged model to it."
        return CountedRun(run=run.id, part=None, counts="no", paragraph="", reason=reason)
    answers = [(role, said[role]) for role in roles]
    if set(roles) >= {"synthetic_private", "synthetic_public"} and len({one.counts for _, one in answers}) > 1:
        private = said["synthetic_private"]
        reason = "It turns on whether the data are public, which the history does not say."
        return CountedRun(
            run=run.id, part="synthetic_private", counts="unclear", paragraph=private.paragraph, reason=reason
        )
    role, answer = min(answers, key=lambda one: _FIRST.index(_word(one[1].counts)))
    return CountedRun(
        run=run.id, part=role, counts=_word(answer.counts), paragraph=answer.paragraph, reason=answer.reason
    )


def _word(counts: bool | None) -> Counts:
    return "unclear" if counts is None else "yes" if counts else "no"
