"""robots.txt by RFC 9309: what a file says to whom, and which rule decides on an address.

Every line is kept with its number, what cannot be used is noted, and nothing is raised whatever the octets.
Reading costs time in proportion to the file; a verdict, to the rules of one agent times the address at worst.
The choices where the standard is silent, and the differences to other readers, are in docs/robots.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from governance.consent.robots_lines import LIMIT, agent_names, line_names, octets, read_line
from governance.consent.robots_paths import url_path
from governance.consent.robots_rules import Rule, RuleSet, Verdict

__all__ = ["Group", "Note", "Robots", "Rule", "Statement", "Verdict", "read_robots", "verdict"]

MOST_NOTES = 100
SHOWN = 200  # characters of a line that are kept
LOOKED_AT = 1024  # octets at the start that tell what kind of file it is
_TOKEN = re.compile(r"[a-z_-]+(?:/.*)?").fullmatch
_NUMBER = re.compile(rb"\d{1,9}(?:\.\d{0,9})?").fullmatch


@dataclass(frozen=True, slots=True)
class Note:
    """Something in the file that is not used, or not in the way it seems to be meant."""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A line of another standard that robots.txt carries: for these agents, this value."""

    agents: tuple[str, ...]
    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Group:
    """User-agent lines and the rules that follow them.

    Args:
        line: Of its first user-agent line.
        agents: The tokens as written.
        names: What it answers to, in lower case.
        rules: Its rules in their order.
        delay: What a Crawl-delay line says, in seconds; not part of the standard.
    """

    line: int
    agents: tuple[str, ...]
    names: frozenset[str]
    rules: tuple[Rule, ...]
    delay: float | None


@dataclass(frozen=True)
class Robots:
    """A robots.txt as read.

    Args:
        groups: In their order; groups of one agent are merged only when asked for it.
        sitemaps: Addresses of Sitemap lines, for everyone.
        licences: RSL ``License`` lines: addresses of machine-readable terms.
        preferences: ``Content-Usage`` lines, a draft of the IETF.
        content_signals: ``Content-Signal`` lines.
        notes: What was passed over, at most a hundred.
    """

    groups: tuple[Group, ...] = ()
    sitemaps: tuple[str, ...] = ()
    licences: tuple[Statement, ...] = ()
    preferences: tuple[Statement, ...] = ()
    content_signals: tuple[Statement, ...] = ()
    notes: tuple[Note, ...] = ()

    @cached_property
    def _places(self) -> dict[str, tuple[int, ...]]:
        places: dict[str, list[int]] = {}
        for index, group in enumerate(self.groups):
            for name in group.names:
                places.setdefault(name, []).append(index)
        return {name: tuple(at) for name, at in places.items()}

    @cached_property
    def _rule_sets(self) -> dict[str, RuleSet]:
        return {}

    @cached_property
    def _merged(self) -> dict[tuple[str | None, tuple[int, ...]], RuleSet]:
        return {}

    def own_groups(self, agent: str) -> list[Group]:
        """Give the groups that name an agent."""
        return [self.groups[index] for index in self._own(agent)]

    def groups_of(self, agent: str) -> list[Group]:
        """Give the groups an agent must obey: those that name it, or else those for everyone."""
        return [self.groups[index] for index in self._own(agent) or self._places.get("*", ())]

    def rule_set(self, agent: str) -> RuleSet:
        """Give the merged rules an agent must obey."""
        found = self._rule_sets.get(agent)
        if found is None:
            places = self._own(agent) or self._places.get("*", ())
            groups = [self.groups[index] for index in places]
            key = (_token(groups, agent), places)
            if key not in self._merged:
                self._merged[key] = RuleSet((rule for group in groups for rule in group.rules if rule.value), key[0])
            found = self._rule_sets[agent] = self._merged[key]
        return found

    def _own(self, agent: str) -> tuple[int, ...]:
        for name in agent_names(agent):
            if name in self._places:
                return self._places[name]
        return ()


@dataclass(slots=True)
class _Open:
    """A group as it is being read."""

    line: int
    agents: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    rules: list[Rule] = field(default_factory=list)
    delay: float | None = None

    def closed(self) -> Group:
        return Group(self.line, tuple(self.agents), frozenset(self.names), tuple(self.rules), self.delay)


def read_robots(content: bytes | str) -> Robots:
    r"""Read a robots.txt, whatever it holds.

    >>> robots = read_robots("User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /art\nAllow: /art/open")
    >>> verdict(robots, "ccbot", "https://example.org/art/1")
    Verdict(allowed=False, rule='Disallow: /art', line=3, group='CCBot')
    """
    reader = _Reader()
    text = octets(content)
    if len(content) > LIMIT:
        reader.note(text.count(b"\n") + 1, f"only the first {LIMIT // 1024} KiB are read")
    if text.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in text[:LOOKED_AT]:
        reader.note(1, "not UTF-8 text: rules in it cannot be read")
    if text[:LOOKED_AT].lstrip()[:1] == b"<":
        reader.note(1, "looks like a web page, not like a robots.txt")
    for number, line in enumerate(text.splitlines(), 1):
        reader.read(number, line)
    return reader.robots()


def verdict(robots: Robots, agent: str, url: str) -> Verdict:
    r"""Decide whether an agent may fetch an address: the most specific rule wins, and of two equal ones the allow.

    Args:
        robots: The file of the site the address belongs to.
        agent: The product token of the crawler, or the header that holds it after ``compatible;``.
        url: An address, or a path with its query.

    >>> verdict(read_robots("User-agent: *\nDisallow: /*.pdf$"), "GPTBot", "/a.pdf?x").allowed
    True
    """
    return robots.rule_set(agent).decide(url_path(url))


class _Reader:
    """Takes lines one by one; rules join the group that stands open, other records leave it as it is."""

    def __init__(self) -> None:
        self._groups: list[_Open] = []
        self._open = False
        self._sitemaps: list[str] = []
        self._said: dict[str, list[tuple[_Open | None, str, int]]] = {
            "license": [], "content-usage": [], "content-signal": [],
        }  # fmt: skip
        self._notes: list[Note] = []

    def note(self, line: int, what: str) -> None:
        if len(self._notes) < MOST_NOTES:
            self._notes.append(Note(line, what))

    def read(self, number: int, line: bytes) -> None:
        found = read_line(line)
        if found is None:
            if line.partition(b"#")[0].strip():
                self.note(number, f"not a record: {_shown(line)}")
            return
        key, value = found
        if key == "user-agent":
            self._agent(number, value)
        elif key == "allow" or key == "disallow":
            self._rule(Rule(key, value, number))
        elif key == "sitemap":
            self._sitemaps.append(_shown(value))
        elif key == "crawl-delay":
            self._delay(number, value)
        else:
            self._said[key].append((self._groups[-1] if self._groups else None, _shown(value), number))

    def _agent(self, number: int, value: bytes) -> None:
        if not self._open:
            self._groups.append(_Open(number))
            self._open = True
        names = line_names(value)
        self._groups[-1].agents.append(_shown(value))
        self._groups[-1].names.update(names)
        if not names:
            self.note(number, "names no agent: what follows is said to nobody")
        elif b"," in value:
            self.note(number, "names one agent a line: only the first of the list is read")
        elif names != ("*",) and not _TOKEN(names[0]):
            self.note(number, f"not a product token of RFC 9309: {_shown(value)}")

    def _rule(self, rule: Rule) -> None:
        self._open = False
        if not self._groups:
            self.note(rule.line, f"stands before any user-agent line: {rule.words[:SHOWN]}")
            return
        self._groups[-1].rules.append(rule)
        if rule.value and rule.value[:1] not in (b"/", b"*"):
            self.note(rule.line, f"begins with neither / nor *, so it matches nothing: {rule.words[:SHOWN]}")

    def _delay(self, number: int, value: bytes) -> None:
        if not self._groups:
            return
        if _NUMBER(value):
            self._groups[-1].delay = float(value)
        else:
            self.note(number, f"not a number of seconds: {_shown(value)}")

    def robots(self) -> Robots:
        said = {
            key: tuple(Statement(("*",) if group is None else tuple(group.agents), value, line)
                       for group, value, line in rows)
            for key, rows in self._said.items()
        }  # fmt: skip
        return Robots(
            tuple(group.closed() for group in self._groups),
            tuple(self._sitemaps),
            said["license"],
            said["content-usage"],
            said["content-signal"],
            tuple(self._notes),
        )


def _token(groups: list[Group], agent: str) -> str | None:
    wanted = {*agent_names(agent), "*"}
    for group in groups:
        for token in group.agents:
            if not wanted.isdisjoint(line_names(token.encode())):
                return "*" if token.startswith("*") else token
    return None


def _shown(value: bytes) -> str:
    return value.strip()[: 4 * SHOWN].decode("utf-8", "replace")[:SHOWN]
