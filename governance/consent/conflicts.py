"""Where a site's statements do not agree: found and shown, never resolved in silence."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Literal, get_args

from pydantic import BaseModel

from governance.consent.robots_paths import read_pattern
from governance.consent.signals import Signal
from governance.consent.vocabulary import KIND_LABELS, LEVEL_WORDS, RESTRICTIONS, USE_LABELS, Use

ConflictKind = Literal["contradicts", "differs", "open_door", "shut_door"]
"""One allows what the other forbids; one forbids more; crawling is open where use is barred; crawling is barred where
use is allowed."""
CONFLICT_KINDS: tuple[ConflictKind, ...] = get_args(ConflictKind)
CONFLICT_LABELS: dict[ConflictKind, str] = {
    "contradicts": "One allows what the other forbids",
    "differs": "One forbids more than the other",
    "open_door": "Crawling is open, use is not",
    "shut_door": "Crawling is shut, use is allowed",
}
MOST = 400  # statements of one site that are set against each other
_COVERS: dict[Use, frozenset[Use]] = {
    "any_ai": frozenset({"any_ai", "training", "ai_input", "mining"}),
    "mining": frozenset({"mining", "training", "any_ai"}),
    "training": frozenset({"training", "any_ai", "mining"}),
    "ai_input": frozenset({"ai_input", "any_ai"}),
    "search": frozenset({"search"}),
    "crawl": frozenset({"crawl"}),
}


class Conflict(BaseModel, frozen=True):
    """Two statements that do not agree for some agent at some path.

    Args:
        kind: In which way.
        agent: Whom it concerns.
        first: The one that leaves more open.
        second: The other.
    """

    kind: ConflictKind
    agent: str
    first: Signal
    second: Signal

    @property
    def words(self) -> str:
        """Say it in one line: what the one says, and what the other.

        >>> one = Signal(kind="robots", agent="*", use="crawl", restriction="none", certainty="stated")
        >>> two = Signal(kind="terms", agent="*", use="training", restriction="full", certainty="stated")
        >>> conflicts([one, two])[0].words
        'robots.txt: crawling open; Terms: training closed'
        """
        return f"{statement(self.first)}; {statement(self.second)}"


def by_agents(found: Iterable[Conflict]) -> list[tuple[Conflict, tuple[str, ...]]]:
    """Give each conflict in words once, with all agents it concerns, in the order found.

    >>> said = [Signal(kind="robots", agent=one, use="crawl", restriction="none", certainty="stated") for one in "ab"]
    >>> terms = Signal(kind="terms", agent="*", use="crawl", restriction="full", certainty="stated")
    >>> [names for _, names in by_agents(conflicts([*said, terms]))]
    [('a', 'b')]
    """
    groups: dict[tuple[ConflictKind, str], list[Conflict]] = {}
    for one in found:
        groups.setdefault((one.kind, one.words), []).append(one)
    return [(group[0], tuple(one.agent for one in group)) for group in groups.values()]


def statement(signal: Signal) -> str:
    """Say what one statement says, with the verdict where it is of terms.

    >>> statement(Signal(kind="ai_txt", agent="*", use="training", restriction="partial", certainty="stated"))
    'ai.txt: training partly closed'
    """
    verdict = f" ({signal.words})" if signal.kind == "terms" and signal.words else ""
    level = LEVEL_WORDS[signal.restriction] if signal.restriction else "not understood"
    return f"{KIND_LABELS[signal.kind]}{verdict}: {USE_LABELS[signal.use]} {level}"


def conflicts(signals: Sequence[Signal]) -> list[Conflict]:
    """Find every pair of statements of one site that do not agree, among the first 400; each is shown once."""
    found: dict[tuple[object, ...], Conflict] = {}
    for one, other in itertools.combinations(signals[:MOST], 2):
        conflict = _between(one, other)
        if conflict is not None:
            key = (conflict.kind, conflict.agent.lower(), conflict.first, conflict.second)
            found.setdefault(key, conflict)
    order = {kind: index for index, kind in enumerate(CONFLICT_KINDS)}
    return sorted(found.values(), key=lambda one: (order[one.kind], one.agent.lower()))


def _between(one: Signal, other: Signal) -> Conflict | None:
    agent = _agent(one, other)
    if agent is None or not _meet(one.scope, other.scope):
        return None
    if one.restriction is None or other.restriction is None:
        return None
    first, second = sorted((one, other), key=lambda said: RESTRICTIONS.index(said.restriction or "none"))
    kind = _kind(first, second)
    return None if kind is None else Conflict(kind=kind, agent=agent, first=first, second=second)


def _kind(first: Signal, second: Signal) -> ConflictKind | None:
    if first.restriction == second.restriction:
        return None
    if second.use in _COVERS[first.use]:
        # An exception within one file is no conflict: the narrower path is meant to differ.
        if first.kind == second.kind and (first.scope != second.scope or first.agent != second.agent):
            return None
        return "contradicts" if first.restriction == "none" and second.restriction == "full" else "differs"
    if "search" in (first.use, second.use) or second.restriction != "full":
        return None
    if first.use == "crawl":
        return "open_door"
    return "shut_door" if second.use == "crawl" and first.restriction == "none" else None


def _agent(one: Signal, other: Signal) -> str | None:
    if one.agent.lower() == other.agent.lower() or other.agent == "*":
        return one.agent
    return other.agent if one.agent == "*" else None


def _meet(one: str, other: str) -> bool:
    """Tell whether some path may match both; for patterns with stars only what precedes them is compared."""
    first, second = read_pattern(one.encode()), read_pattern(other.encode())
    if not first.wild and first.anchored:
        return second.matches(first.head)
    if not second.wild and second.anchored:
        return first.matches(second.head)
    return first.head.startswith(second.head) or second.head.startswith(first.head)
