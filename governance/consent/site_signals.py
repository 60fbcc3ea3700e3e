"""All that one site says, from whatever was read of it, with what does not agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from pydantic import BaseModel

from governance.consent.agents import AI_DEVELOPERS
from governance.consent.conflicts import Conflict, conflicts
from governance.consent.levels import inherited, restriction_levels
from governance.consent.page_signals import header_signals, meta_signals
from governance.consent.preferences import WORDS, preference_signals
from governance.consent.robots import Robots, read_robots
from governance.consent.rsl import licence_signals, rsl_signals
from governance.consent.signals import Signal
from governance.consent.tdmrep import tdmrep_signals
from governance.consent.vocabulary import Restriction, SignalKind, Use
from governance.errors import BadInput

TERMS: dict[str, tuple[tuple[Use, Restriction], ...]] = {
    "No Scraping & AI": (("crawl", "full"), ("any_ai", "full")),
    "No Scraping": (("crawl", "full"),),
    "No AI": (("any_ai", "full"),),
    "NC Only": (("any_ai", "partial"),),
    "Non-Compete": (("training", "partial"),),
    "No Re-Distribution": (("any_ai", "partial"),),
    "Conditional Use": (("crawl", "partial"), ("any_ai", "partial")),
    "Unrestricted Use": (("crawl", "none"), ("any_ai", "none")),
    "No Terms Pages": (),
}
"""What each verdict on terms of service says of crawling and of use; the words are those of Longpre et al. 2024."""


class SiteTexts(BaseModel, frozen=True):
    """What was read of a site; ``None`` is what nobody looked for.

    Args:
        robots: Its robots.txt.
        ai_txt: Its ai.txt.
        tdmrep: Its ``/.well-known/tdmrep.json``.
        headers: Response headers of one page, one a line.
        page: The page itself, as HTML.
        page_path: Where that page is.
        rsl: The document its ``License`` lines link to.
        terms: The verdict on its terms of service.
        since: The first day all this is known to have stood there.
    """

    robots: str | None = None
    ai_txt: str | None = None
    tdmrep: str | None = None
    headers: str | None = None
    page: str | None = None
    page_path: str = "/"
    rsl: str | None = None
    terms: str | None = None
    since: date | None = None


class SiteSignals(BaseModel, frozen=True):
    """What a site says, and where it does not agree with itself.

    Args:
        agents: For whom robots.txt and ai.txt were read.
        signals: Every statement.
        conflicts: Every pair that does not agree.
        silent: Kinds that were looked for and say nothing.
    """

    agents: tuple[str, ...]
    signals: tuple[Signal, ...]
    conflicts: tuple[Conflict, ...]
    silent: tuple[SignalKind, ...]


def site_signals(texts: SiteTexts, agents: Sequence[str] = AI_DEVELOPERS) -> SiteSignals:
    r"""Read all there is of one site.

    Raises:
        BadInput: The verdict on the terms is none of the taxonomy.

    >>> said = site_signals(SiteTexts(robots="User-agent: *\nAllow: /", terms="No AI"), ["GPTBot"])
    >>> [(one.kind, one.use, one.restriction) for one in said.signals], said.conflicts[0].kind
    ([('robots', 'crawl', 'none'), ('terms', 'any_ai', 'full')], 'open_door')
    """
    since = texts.since
    found: dict[SignalKind, list[Signal]] = {}
    if texts.robots is not None:
        robots = read_robots(texts.robots)
        found["robots"] = robots_signals(texts.robots, agents, since, robots=robots)
        found["content_usage"] = preference_signals("content_usage", robots.preferences, since)
        found["content_signal"] = preference_signals("content_signal", robots.content_signals, since)
        found["rsl"] = licence_signals(robots.licences, since)
    if texts.ai_txt is not None:
        found["ai_txt"] = ai_txt_signals(texts.ai_txt, agents, since)
    if texts.tdmrep is not None:
        found["tdmrep"] = tdmrep_signals(texts.tdmrep, since)
    for kind, more in _of_page(texts).items():
        found.setdefault(kind, []).extend(more)
    if texts.rsl is not None:
        found.setdefault("rsl", []).extend(rsl_signals(texts.rsl, since))
    if texts.terms is not None:
        found["terms"] = terms_signals(texts.terms, since)
    signals = tuple(signal for group in found.values() for signal in group)
    silent = tuple(kind for kind, group in found.items() if not group)
    return SiteSignals(agents=tuple(agents), signals=signals, conflicts=tuple(conflicts(signals)), silent=silent)


def robots_signals(
    content: bytes | str, agents: Sequence[str], since: date | None = None, *, robots: Robots | None = None
) -> list[Signal]:
    """Give what a robots.txt says to each agent: its level, and the line it begins at."""
    return _by_agent("robots", "crawl", content, agents, since, robots or read_robots(content))


def ai_txt_signals(content: bytes | str, agents: Sequence[str], since: date | None = None) -> list[Signal]:
    """Give what an ai.txt says to each agent: it is written like a robots.txt and speaks of training."""
    return _by_agent("ai_txt", "training", content, agents, since, read_robots(content))


def terms_signals(verdict: str, since: date | None = None) -> list[Signal]:
    """Give what a verdict on terms of service says, to everyone.

    Raises:
        BadInput: It is none of the taxonomy.
    """
    known = {word.lower(): word for word in TERMS}
    word = known.get(verdict.strip().lower())
    if word is None:
        raise BadInput(f"'{verdict:.60}' is no verdict on terms", "terms", f"use one of {', '.join(TERMS)}")
    return [
        Signal(kind="terms", agent="*", use=use, restriction=level, certainty="stated", words=word, since=since)
        for use, level in TERMS[word]
    ]


def _by_agent(
    kind: SignalKind, use: Use, content: bytes | str, agents: Sequence[str], since: date | None, robots: Robots
) -> list[Signal]:
    if not robots.groups:
        return []
    levels: Mapping[str, Restriction] = restriction_levels(content, agents)
    taken_over = inherited(content, agents)
    found: list[Signal] = []
    for agent in agents:
        groups = robots.groups_of(agent)
        if not groups:
            continue  # nothing is said to this agent, nor to everyone
        tokens = ", ".join(groups[0].agents)
        found.append(
            Signal(
                kind=kind,
                agent=agent,
                use=use,
                restriction=levels[agent],
                certainty="inherited" if agent in taken_over else "stated",
                line=groups[0].line,
                words=f"User-agent: {tokens}"[:WORDS],
                since=since,
            )
        )
    return found


def _of_page(texts: SiteTexts) -> dict[SignalKind, list[Signal]]:
    found: dict[SignalKind, list[Signal]] = {}
    if texts.headers is not None:
        found["header"] = []
        for signal in header_signals(texts.headers, texts.page_path, texts.since):
            found.setdefault(signal.kind, []).append(signal)
    if texts.page is not None:
        found["meta"] = []
        for signal in meta_signals(texts.page, texts.page_path, texts.since):
            found.setdefault(signal.kind, []).append(signal)
    return found
