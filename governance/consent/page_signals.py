"""What one page says of itself: response headers and meta elements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from html import unescape

from governance.consent.preferences import WORDS, preference_signals
from governance.consent.robots import Statement
from governance.consent.robots_paths import url_path
from governance.consent.rsl import licence_signal
from governance.consent.signals import Signal
from governance.consent.tdmrep import tdm_fields
from governance.consent.vocabulary import Restriction, SignalKind

MOST = 1_000_000  # characters of a page that are looked at; meta elements stand at its start
NO_AI: dict[str, Restriction] = {"noai": "full", "noimageai": "partial"}
"""Nothing of the page for AI, or none of its images."""

# Each of these stops at the next angle bracket, so that no text makes them slow.
_META = re.compile(r"<meta\b([^<>]{0,2000})>", re.IGNORECASE)
_LINK = re.compile(r"<link\b([^<>]{0,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([a-z:-]{1,40})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_LICENCE_LINK = re.compile(r"<([^<>]{1,2000})>([^<>]{0,500})")
_RSL = "application/rsl+xml"


def header_signals(
    headers: Iterable[tuple[str, str]] | Mapping[str, str] | str, page: str = "/", since: date | None = None
) -> list[Signal]:
    """Read the response headers of one page.

    Args:
        headers: Pairs, a mapping, or the text of the headers with one a line.
        page: Address or path of the page: what they say holds for it alone.
        since: The first day they are known to have been sent.

    >>> [s.words for s in header_signals("X-Robots-Tag: GPTBot: noai, noindex")]
    ['X-Robots-Tag: GPTBot: noai, noindex']
    """
    scope = f"{url_path(page)}$"
    pairs = [(name.strip().lower(), value.strip()) for name, value in _pairs(headers)]
    found = tdm_fields(dict(pairs), scope, since)
    for name, value in pairs:
        if name == "x-robots-tag":
            found += _robots_tag("header", value, f"X-Robots-Tag: {value}", scope, since)
        elif name == "content-usage":
            found += preference_signals("content_usage", [Statement(("*",), value, 0)], since, scope)
        elif name == "content-signal":
            found += preference_signals("content_signal", [Statement(("*",), value, 0)], since, scope)
        elif name == "link" and _RSL in value.lower():
            found += [licence_signal(link, scope, since) for link, rest in _LICENCE_LINK.findall(value) if _RSL in rest]
    return found


def meta_signals(page_text: str, page: str = "/", since: date | None = None) -> list[Signal]:
    """Read the meta elements of one page: ``robots`` or a crawler's name with noai, TDMRep, a link to RSL terms.

    >>> [(s.agent, s.use, s.restriction) for s in meta_signals('<meta name="robots" content="noai">')]
    [('*', 'training', 'full')]
    """
    scope = f"{url_path(page)}$"
    text = _without_comments(page_text[:MOST])
    fields: dict[str, str] = {}
    found: list[Signal] = []
    for tag in _META.findall(text):
        attributes = _attributes(tag)
        name, content = attributes.get("name", "").strip().lower(), attributes.get("content", "")
        fields.setdefault(name, content)
        if name and {word.strip().lower() for word in content.split(",")} & NO_AI.keys():
            agent = "*" if name == "robots" else attributes["name"].strip()
            found += _no_ai("meta", agent, content, f"<meta name={name} content={content}>", scope, since)
    for tag in _LINK.findall(text):
        attributes = _attributes(tag)
        if attributes.get("type", "").lower() == _RSL and attributes.get("href"):
            found.append(licence_signal(attributes["href"], scope, since))
    return [*tdm_fields(fields, scope, since), *found]


def _robots_tag(kind: SignalKind, value: str, words: str, scope: str, since: date | None) -> list[Signal]:
    # "GPTBot: noai" is said to one crawler; the rules after the first need no name of their own.
    agent, colon, rest = value.partition(":")
    named = bool(colon) and "," not in agent and agent.strip().lower() not in ("unavailable_after", *NO_AI)
    return _no_ai(kind, agent.strip() if named else "*", rest if named else value, words, scope, since)


def _no_ai(kind: SignalKind, agent: str, value: str, words: str, scope: str, since: date | None) -> list[Signal]:
    said = {word.strip().lower() for word in value.split(",")}
    return [
        Signal(
            kind=kind,
            agent=agent[:WORDS],
            use="training",
            restriction=restriction,
            certainty="stated",
            scope=scope,
            words=words[:WORDS],
            since=since,
        )
        for word, restriction in NO_AI.items()
        if word in said
    ]


def _pairs(headers: Iterable[tuple[str, str]] | Mapping[str, str] | str) -> Sequence[tuple[str, str]]:
    if isinstance(headers, str):
        lines = [line.partition(":") for line in headers.splitlines()]
        return [(name, value) for name, colon, value in lines if colon]
    return list(headers.items()) if isinstance(headers, Mapping) else list(headers)


def _attributes(tag: str) -> dict[str, str]:
    return {name.lower(): unescape(double or single or bare) for name, double, single, bare in _ATTRIBUTE.findall(tag)}


def _without_comments(text: str) -> str:
    kept: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0:
        kept.append(text[at:start])
        end = text.find("-->", start + 4)
        if end < 0:
            return "".join(kept)
        at = end + 3
    return "".join([*kept, text[at:]])
