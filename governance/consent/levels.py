"""The restriction level of a robots.txt for many agents at once, in one pass over its lines.

Full: nothing but machine files can be fetched. None: nothing is disallowed. Partial: the rest.
Both follow from longest match with allow winning ties, so a Disallow that an Allow takes back does not count,
and an Allow that opens nothing does not either. A file that is absent or empty restricts nobody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache

from governance.consent.level_pass import Group, cut, places
from governance.consent.paper_rule import PaperGroups, paper_text
from governance.consent.robots_lines import agent_names
from governance.consent.robots_paths import Pattern, read_pattern
from governance.consent.vocabulary import MODES, Mode, Restriction

PARSER_VERSION = "touchstone-robots 1"
WORK = 100_000  # pairs of rules compared at most, so that a hostile file costs no more than a long one

# Files that machines are meant to read; opening one of them opens nothing of the site. Sitemaps besides.
MACHINE_FILES = ("/robots.txt", "/ads.txt", "/app-ads.txt", "/security.txt", "/.well-known/", "/.well-known")
OTHER = "\0"  # stands for what a star matches; no pattern holds it, its one spelling is %00


def restriction_levels(content: bytes | str, agents: Sequence[str], mode: Mode = "rfc") -> dict[str, Restriction]:
    r"""Give the level of each agent.

    Args:
        content: The robots.txt as served; empty or absent is the same.
        agents: Product tokens, ``*`` for what is said to everyone.
        mode: Read by RFC 9309, or by the published rule of Longpre et al. 2024.

    >>> restriction_levels("User-agent: GPTBot\nDisallow: /", ["GPTBot", "CCBot"])
    {'GPTBot': 'full', 'CCBot': 'none'}
    """
    if mode == "paper":
        published = PaperGroups(paper_text(content))
        return {agent: published.level(agent) for agent in agents}
    groups = cut(content)
    found = places(groups)
    everyone = found.get("*", ())
    levels: dict[tuple[int, ...], Restriction] = {}
    result: dict[str, Restriction] = {}
    for agent, names in _asked(tuple(agents)):
        key = _own(found, names) or everyone
        level = levels.get(key)
        if level is None:
            level = levels[key] = _judged([groups[index] for index in key])
        result[agent] = level
    return result


def inherited(content: bytes | str, agents: Sequence[str], mode: Mode = "rfc") -> set[str]:
    r"""Give the agents that no group names: what is said to everyone, or nothing, holds for them.

    >>> sorted(inherited("User-agent: GPTBot\nDisallow: /", ["GPTBot", "CCBot"]))
    ['CCBot']
    """
    if mode == "paper":
        rules = PaperGroups(paper_text(content)).rules
        return {agent for agent in agents if agent not in rules and agent != "*"}
    found = places(cut(content))
    return {agent for agent, names in _asked(tuple(agents)) if agent != "*" and not _own(found, names)}


def level_rows(content: bytes | str, agents: Sequence[str]) -> list[dict[str, object]]:
    r"""Set both readings of each agent side by side.

    >>> level_rows("User-agent: *\nDisallow: /\nAllow: /ads.txt", ["GPTBot"])
    [{'agent': 'GPTBot', 'rfc': 'full', 'paper': 'partial', 'inherited': True}]
    """
    rfc, paper = (restriction_levels(content, agents, mode) for mode in MODES)
    taken_over = inherited(content, agents)
    return [
        {"agent": agent, "rfc": rfc[agent], "paper": paper[agent], "inherited": agent in taken_over} for agent in agents
    ]


def levels_by_word(
    content: bytes | str, words: str, agents: Sequence[str], mode: Mode = "rfc"
) -> dict[str, Restriction]:
    """Give the level of each agent under the name it was asked for; the registry's spelling decides what is read."""
    asked = {word.strip().lower(): word.strip() for word in words.split(",")}
    levels = restriction_levels(content, agents, mode)
    return {asked.get(agent.lower(), agent): level for agent, level in levels.items()}


class LevelReader:
    r"""Levels for one set of agents, remembered by the hash of the file: most snapshots repeat an earlier one.

    >>> reader = LevelReader(["GPTBot"])
    >>> reader.levels(b"User-agent: *\nDisallow: /") is reader.levels(b"User-agent: *\nDisallow: /")
    True
    """

    def __init__(self, agents: Sequence[str], mode: Mode = "rfc", *, most: int = 100_000) -> None:
        self.agents = tuple(agents)
        self.mode: Mode = mode
        self.most = most
        self._known: dict[bytes, Mapping[str, Restriction]] = {}

    def levels(self, content: bytes | str) -> Mapping[str, Restriction]:
        """Give the level of each agent; what is given must not be changed."""
        if isinstance(content, str):
            content = content.encode("utf-8", "surrogatepass")
        key = hashlib.sha256(content).digest()
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= self.most:
                self._known.clear()
            found = self._known[key] = restriction_levels(content, self.agents, self.mode)
        return found


@lru_cache(maxsize=64)
def _asked(agents: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((agent, agent_names(agent)) for agent in agents)


def _own(found: Mapping[str, tuple[int, ...]], names: tuple[str, ...]) -> tuple[int, ...]:
    for name in names:
        if name in found:
            return found[name]
    return ()


def _judged(groups: Sequence[Group]) -> Restriction:
    if not groups:
        return "none"
    if len(groups) == 1 and (level := groups[0].plain_level()) is not None:
        return level
    allow = [value for group in groups for value in group.values[0]]
    return level_of(allow, [value for group in groups for value in group.values[1]])


def level_of(allow: Sequence[bytes], disallow: Sequence[bytes]) -> Restriction:
    """Judge the values of one agent's rules.

    >>> level_of([b"/ads.txt"], [b"/"]), level_of([b"/"], [b"/"]), level_of([b"/open/"], [b"/"])
    ('full', 'none', 'partial')
    """
    if not disallow:
        return "none"
    if not allow and b"/" in disallow:
        return "full"
    # Only what is made of these can match every path.
    wholes = [pattern for value in disallow if not value.strip(b"/*$") and (pattern := read_pattern(value)).everything]
    if not allow:
        if wholes:
            return "full"
        return "partial" if any(read_pattern(value).can_match for value in disallow) else "none"
    return _weighed(allow, disallow, wholes)


def _weighed(allow: Sequence[bytes], disallow: Sequence[bytes], wholes: Sequence[Pattern]) -> Restriction:
    cover = _Cover()
    opened = [pattern for value in dict.fromkeys(allow) if (pattern := read_pattern(value)).can_match]
    if wholes:
        least = max(pattern.octets for pattern in wholes)
        standing = [pattern for pattern in opened if pattern.octets >= least and not is_machine_file(pattern)]
        closed = [read_pattern(value) for value in dict.fromkeys(disallow)] if standing else []
        if all(cover.covers(closed, pattern, pattern.octets + 1) for pattern in standing) and not cover.spent:
            return "full"
    for value in dict.fromkeys(disallow):
        pattern = read_pattern(value)
        if pattern.can_match and not cover.covers(opened, pattern, pattern.octets):
            return "partial"
    return "none"


def is_machine_file(pattern: Pattern) -> bool:
    """Tell whether a pattern names a file that is there for machines: it opens nothing of the site.

    >>> is_machine_file(read_pattern(b"/news/Sitemap_1.xml$")), is_machine_file(read_pattern(b"/$"))
    (True, False)
    """
    text = pattern.text.lower().rstrip("$*")
    return (
        text.startswith(MACHINE_FILES[:-1])
        or text == MACHINE_FILES[-1]
        or "sitemap" in text.rpartition("/")[2]
        or "/sitemap/" in text
        or "/sitemaps/" in text
    )


class _Cover:
    """Finds whether all a pattern matches is matched by one of others; gives up after so many comparisons."""

    def __init__(self) -> None:
        self.left = WORK

    @property
    def spent(self) -> bool:
        return self.left <= 0

    def covers(self, patterns: Sequence[Pattern], pattern: Pattern, octets: int) -> bool:
        """Tell whether patterns of at least so many octets match whatever the given one does.

        What a star matches is put in as one octet that no pattern holds: where the others match that,
        a star of theirs took it, and would have taken anything.
        """
        return all(self._covered(patterns, sample, octets) for sample in _samples(pattern))

    def _covered(self, patterns: Sequence[Pattern], sample: str, octets: int) -> bool:
        for other in patterns:
            if self.left <= 0:
                return False
            self.left -= 1
            if other.octets >= octets and other.matches(sample):
                return True
        return False


def _samples(pattern: Pattern) -> tuple[str, ...]:
    text = pattern.text.removesuffix("$") if pattern.anchored else f"{pattern.text}*"
    if pattern.head:
        return (text.replace("*", OTHER),)
    # Every path begins with a slash: the leading star is empty before one, or took it.
    rest = text.lstrip("*").replace("*", OTHER)
    return (rest, f"/{OTHER}{rest}") if rest.startswith("/") else (f"/{OTHER}{rest}",)
