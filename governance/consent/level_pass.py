"""The groups of a robots.txt without reading what nobody asks for: cut at the user-agent lines, judged where plain.

A file is cut by searches that run at the speed of the machine; a line is looked at by itself only where the
search is not enough. What is found equals what `governance.consent.robots` reads line by line: a test holds it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from governance.consent.robots_lines import RULES, USUAL, line_names, octets, read_line
from governance.consent.vocabulary import Restriction

_AGENT = re.compile(rb"user[- \t]*agent")
_MAYBE_RULE = re.compile(rb"a(?:ll|lo|sl)")  # in allow, disallow and each misspelling that is read
_WHOLE = re.compile(rb"disallow:[ \t]*[/*$]+[ \t]*(?:[\n#]|\Z)")
_CLOSES = re.compile(rb"disallow:[ \t]*/")
_MISSPELT = (b"alow", b"sllow", b"allaw")  # parts of the misspelt words that have no "allow" in them
MOST_LOOKS = 8  # at rules of a group before all are read
_SPECIAL = re.compile(rb"[*$%]").search


class Group:
    """A group: the names it answers to, and where its rules stand in the text, as written and in lower case."""

    __slots__ = ("_end", "_low", "_start", "_text", "_values", "names")

    def __init__(self, names: tuple[str, ...], text: bytes, low: bytes, span: tuple[int, int]) -> None:
        self.names, self._text, self._low, (self._start, self._end) = names, text, low, span
        self._values: tuple[list[bytes], list[bytes]] | None = None

    @property
    def values(self) -> tuple[list[bytes], list[bytes]]:
        """Give the values of the allow and of the disallow lines; empty ones say nothing and are left out."""
        if self._values is None:
            self._values = self._read()
        return self._values

    def _read(self) -> tuple[list[bytes], list[bytes]]:
        allow: list[bytes] = []
        disallow: list[bytes] = []
        for line in self._text[self._start : self._end].split(b"\n"):
            word, colon, value = line.partition(b":")
            key = USUAL.get(word) if colon else None
            if key is None:
                found = read_line(line) if line else None
                if found is None:
                    continue
                key, value = found
            elif key in RULES:
                value = (value.partition(b"#")[0] if b"#" in value else value).strip()
            if value and key == "disallow":
                disallow.append(value)
            elif value and key == "allow":
                allow.append(value)
        return allow, disallow

    def plain_level(self) -> Restriction | None:
        """Give the level where a search is enough to tell; ``None`` where the rules must be weighed."""
        low, start, end = self._low, self._start, self._end
        if _WHOLE.search(low, start, end) or any(low.find(word, start, end) >= 0 for word in _MISSPELT):
            return None
        others = low.count(b"allow", start, end) - low.count(b"disallow:", start, end)
        opened: list[bytes] = []
        if others:
            opened = self._plain_allows()
            if len(opened) != others:
                return None
        for hit in itertools.islice(_CLOSES.finditer(low, start, end), MOST_LOOKS):
            value = self._disallow(hit.start())
            if value and (not opened or (not _SPECIAL(value) and all(_leaves(value, one) for one in opened))):
                return "partial"
        return None

    def _plain_allows(self) -> list[bytes]:
        found: list[bytes] = []
        at = self._low.find(b"\nallow:", self._start, self._end)
        while at >= 0:
            _, end = _line_at(self._low, at + 1)
            found.append(self._text[at + 7 : end].partition(b"#")[0].strip())
            at = self._low.find(b"\nallow:", end, self._end)
        return found

    def _disallow(self, at: int) -> bytes:
        first, end = _line_at(self._low, at)
        return self._text[at + 9 : end].partition(b"#")[0].strip() if first == at else b""


def _leaves(value: bytes, opened: bytes) -> bool:
    """Tell surely whether an allow value leaves a plain disallow value standing."""
    special = _SPECIAL(opened)
    return value != opened if special is None else not value.startswith(opened[: special.start()])


def cut(content: bytes | str) -> list[Group]:
    """Cut a file into its groups, in their order."""
    text = octets(content)
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    low = text.lower()
    found = [*_agent_lines(text, low), (len(low), len(low), ())]
    groups: list[Group] = []
    names: list[str] = []
    for (_, end, here), (following, _, _) in itertools.pairwise(found):
        names.extend(here)
        if following == len(low) or _has_rule(text, low, end, following):
            groups.append(Group(tuple(names), text, low, (end, following)))
            names = []
    return groups


def places(groups: Sequence[Group]) -> dict[str, tuple[int, ...]]:
    """Give for each name the groups that answer to it."""
    found: dict[str, list[int]] = {}
    for index, group in enumerate(groups):
        for name in group.names:
            at = found.setdefault(name, [])
            if not at or at[-1] != index:
                at.append(index)
    return {name: tuple(at) for name, at in found.items()}


def _agent_lines(text: bytes, low: bytes) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    done = -1
    for hit in _AGENT.finditer(low):
        start, end = hit.span()
        if start < done:
            continue
        if low[start - 1 : end + 1] == b"\nuser-agent:":
            done = low.find(b"\n", end)
            done = len(low) if done < 0 else done
            yield start, done, line_names(text[end + 1 : done].partition(b"#")[0].strip())
            continue
        start, done = _line_at(low, start)
        if (found := read_line(text[start:done])) is not None and found[0] == "user-agent":
            yield start, done, line_names(found[1])


def _has_rule(text: bytes, low: bytes, start: int, end: int) -> bool:
    if low.startswith((b"\ndisallow:", b"\nallow:"), start):
        return True
    done = start
    while (hit := _MAYBE_RULE.search(low, done, end)) is not None:
        first, done = _line_at(low, hit.start())
        found = read_line(text[first:done])
        if found is not None and found[0] in RULES:
            return True
    return False


def _line_at(low: bytes, at: int) -> tuple[int, int]:
    end = low.find(b"\n", at)
    return low.rfind(b"\n", 0, at) + 1, len(low) if end < 0 else end
