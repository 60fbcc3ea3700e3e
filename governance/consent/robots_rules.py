"""The rules one agent obeys, arranged so that the most specific match is found without trying them all."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from governance.consent.robots_paths import Pattern, compiled, pattern_text


class Verdict(NamedTuple):
    """Whether an agent may fetch an address, and why.

    Args:
        allowed: Whether it may.
        rule: The rule that decided, as key and value; ``None`` where no rule matched.
        line: Where it stands, from 1.
        group: The agent line the rules were taken from, ``*`` or a token as written; ``None`` where none applies.
    """

    allowed: bool
    rule: str | None = None
    line: int | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One allow or disallow line; an empty value matches nothing.

    Args:
        kind: Which of the two.
        value: As written, without comment.
        line: Where it stands, from 1.
    """

    kind: Literal["allow", "disallow"]
    value: bytes
    line: int

    @property
    def words(self) -> str:
        """Give the rule in one form, as it is shown."""
        return f"{self.kind.capitalize()}: {self.value.decode('utf-8', 'replace')}".strip()


_Found = tuple[int, Rule]
"""How specific a match is, and its rule: the greatest rank wins, and is odd where the rule allows."""


class RuleSet:
    """The merged rules of one agent.

    Plain prefixes are sorted, and each knows the longest other one it begins with, so that the longest
    prefix of a path is found by one bisection. Patterns with a star are tried from the most specific down.

    Args:
        rules: The rules in any order: it does not matter.
        group: Whose they are.
    """

    def __init__(self, rules: Iterable[Rule], group: str | None) -> None:
        self._group = group
        self._nothing = Verdict(True, None, None, group)
        self._said: dict[int, Verdict] = {}
        best: dict[str, _Found] = {}
        for rule in rules:
            text = pattern_text(rule.value)
            if text[:1] not in ("/", "*"):
                continue  # every path begins with a slash
            rank = 2 * len(text) + (rule.kind == "allow")
            known = best.get(text)
            if known is None or rank > known[0]:
                best[text] = (rank, rule)
        plain = [text for text in best if "*" not in text]
        self._exact = {text[:-1]: best[text] for text in plain if text.endswith("$")}
        self._prefixes = sorted(text for text in plain if not text.endswith("$"))
        self._found = [best[text] for text in self._prefixes]
        self._parents = _parents(self._prefixes)
        wild = sorted((text for text in best if "*" in text), key=lambda text: best[text][0], reverse=True)
        self._wild = [_tried(compiled(text), best[text]) for text in wild]

    def decide(self, path: str) -> Verdict:
        """Give the verdict for a path in the one spelling."""
        if path == "/robots.txt":
            return self._nothing
        rank, decisive = self._exact.get(path, (0, None))
        index = bisect_right(self._prefixes, path) - 1
        while index >= 0:
            if path.startswith(self._prefixes[index]):
                if self._found[index][0] > rank:
                    rank, decisive = self._found[index]
                break
            index = self._parents[index]
        for other, head, start, needle, pattern, rule in self._wild:
            if other <= rank:
                break
            if path.find(needle, start) >= 0 and path.startswith(head) and (pattern is None or pattern.matches(path)):
                decisive = rule
                break
        return self._nothing if decisive is None else self._verdict(decisive)

    def _verdict(self, rule: Rule) -> Verdict:
        found = self._said.get(rule.line)
        if found is None:
            found = self._said[rule.line] = Verdict(rule.kind == "allow", rule.words, rule.line, self._group)
        return found


def _tried(pattern: Pattern, found: _Found) -> tuple[int, str, int, str, Pattern | None, Rule]:
    """Give the rank, the head, a part that must follow it, and the pattern where that is not all of it."""
    needle = max((*pattern.parts, pattern.tail), key=len)
    whole = not pattern.anchored and len(pattern.parts) <= 1
    return (found[0], pattern.head, len(pattern.head), needle, None if whole else pattern, found[1])


def _parents(prefixes: list[str]) -> list[int]:
    """Give for each of the sorted texts the longest other one it begins with, or -1."""
    parents: list[int] = []
    above: list[int] = []
    for index, text in enumerate(prefixes):
        while above and not text.startswith(prefixes[above[-1]]):
            above.pop()
        parents.append(above[-1] if above else -1)
        above.append(index)
    return parents
