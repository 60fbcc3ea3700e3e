"""Two other readers of robots.txt beside ours, and why an answer of theirs is another one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal
from urllib.parse import quote, unquote, urlparse
from urllib.robotparser import RobotFileParser

from protego import Protego

from governance.consent.robots import Robots, read_robots, verdict

ProtegoCause = Literal["mark", "within", "more_words", "other_record"]
PROTEGO_CAUSES: dict[ProtegoCause, str] = {
    "mark": "a byte order mark hides the first line",
    "within": "a token matches inside a longer one, at a hyphen: Applebot for Applebot-Extended",
    "more_words": "what follows the token in the file is part of its name: 'AhrefsBot/5.0'",
    "other_record": "a Crawl-delay or unknown record between user-agent lines ends the group",
}
StandardCause = Literal["no_patterns", "first_match", "mark", "blank_line", "other_record", "groups"]
STANDARD_CAUSES: dict[StandardCause, str] = {
    "no_patterns": "* and $ are plain characters",
    "first_match": "the first rule that matches decides, not the longest; an empty rule allows all after it",
    "mark": "a byte order mark hides the first line",
    "blank_line": "a blank line ends a group, and one between its user-agent lines loses them",
    "other_record": "a Crawl-delay or Request-rate between user-agent lines ends the group",
    "groups": "an agent is looked for inside names, groups of one agent are not merged, and only the first * counts",
}
_KNOWN = re.compile(r"\s*(?:user-?\s?agent|allow|dis+al+[oa]w|diasllow|sitemaps?|site-map|host)\s*[:\s]", re.IGNORECASE)
_RULE_LIKE = re.compile(r"\s*(?:user[- ]?agent|dis\w*|allow)\b", re.IGNORECASE)


@lru_cache(maxsize=8)
def protego_of(text: str) -> Protego:
    return Protego.parse(text)


@lru_cache(maxsize=8)
def standard_of(text: str) -> RobotFileParser:
    parser = RobotFileParser()
    parser.parse(text.splitlines())
    return parser


@lru_cache(maxsize=8)
def ours_of(text: str) -> Robots:
    return read_robots(text)


def addresses(text: str, agent: str, most: int) -> Iterator[str]:
    """Give addresses that the rules of an agent speak of, and two that they hardly do."""
    paths = ["/", "/news/2019/07/story.html"]
    rules = [rule for group in ours_of(text).groups_of(agent) for rule in group.rules if rule.value]
    for rule in rules[:most]:
        value = rule.value.decode("utf-8", "replace").rstrip("$").replace("*", "x")
        paths += [value, f"{value}z"] if value.startswith("/") else []
    yield from dict.fromkeys(f"https://example.org{path}" for path in paths)


def why_protego(text: str, agent: str, url: str) -> ProtegoCause | None:
    """Name what makes Protego answer otherwise: without it, or seen so, it agrees."""
    ours = verdict(ours_of(text), agent, url).allowed
    if text.startswith("\ufeff") and protego_of(text.lstrip("\ufeff")).can_fetch(url, agent) is ours:
        return "mark"
    matched = protego_of(text)._get_matching_rule_set(agent)
    token = matched.user_agent if matched else "*"
    if token not in ("*", agent.lower()):
        return "within"
    if token == "*" and ours_of(text).own_groups(agent):
        return "more_words"
    known = "\n".join(line for line in text.split("\n") if _KNOWN.match(line) or not line.partition("#")[0].strip())
    return "other_record" if protego_of(known).can_fetch(url, agent) is ours else None


def why_standard(text: str, agent: str, url: str) -> StandardCause | None:
    """Name what makes the standard library's parser answer otherwise, by taking its ways on one after another."""
    robots = ours_of(text)
    theirs = standard_of(text).can_fetch(agent, url)
    rules = [rule for group in robots.groups_of(agent) for rule in group.rules]
    if first_match([(rule.kind == "allow", rule.value.decode("utf-8", "replace")) for rule in rules], url) is theirs:
        return "no_patterns" if any(b"*" in rule.value or b"$" in rule.value for rule in rules) else "first_match"
    for cause, changed in _without(text):
        if standard_of(changed).can_fetch(agent, url) is not theirs:
            return cause
    names = {name for group in robots.groups_of(agent) for name in group.names}
    entry = next((one for one in standard_of(text).entries if one.applies_to(agent)), standard_of(text).default_entry)
    token = {name.lower() for name in entry.useragents} if entry else set()
    return "groups" if not token or not token <= names or len(robots.groups_of(agent)) > 1 else None


def first_match(rules: list[tuple[bool, str]], url: str) -> bool:
    """Decide as the standard library does, given the rules."""
    found = urlparse(unquote(url))
    path = quote(found._replace(scheme="", netloc="").geturl()) or "/"
    for allow, value in rules:
        start = quote(urlparse(unquote(value)).geturl())
        if start == "*" or path.startswith(start):
            return allow or not value
    return True


def _without(text: str) -> Iterator[tuple[StandardCause, str]]:
    lines = re.split(r"\r\n|\r|\n", text)
    yield "mark", text.lstrip("\ufeff")
    yield "blank_line", "\n".join(line for line in lines if line.strip())
    yield "other_record", "\n".join(line for line in lines if _RULE_LIKE.match(line))
