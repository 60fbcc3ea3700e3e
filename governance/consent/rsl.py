"""RSL, Really Simple Licensing: the link to a site's terms, and the uses that the terms permit or prohibit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from governance.consent.preferences import WORDS
from governance.consent.robots import Statement
from governance.consent.signals import Signal
from governance.consent.vocabulary import Restriction, Use

MOST = 1_000_000  # characters of a document that are read
USES: dict[str, tuple[Use, ...]] = {
    "all": ("crawl", "any_ai", "search"),
    "ai-all": ("any_ai",),
    "ai-train": ("training",),
    "ai-input": ("ai_input",),
    "ai-index": ("search",),
    "search": ("search",),
    "train-ai": ("training",),
    "train-genai": ("training",),
}
_ANSWERS: dict[str, Restriction] = {"permits": "none", "prohibits": "full"}
_PIECE = re.compile(
    r"<(?:\w{1,20}:)?(?:(content)\b([^<>]{0,2000})|(permits|prohibits)\b([^<>]{0,500})>([^<]{0,500})|(payment)\b([^<>]{0,500}))"
)
_URL = re.compile(r"\burl\s*=\s*[\"']([^\"'<>]{1,500})[\"']")
_TYPE = re.compile(r"\btype\s*=\s*[\"']([a-z-]{1,40})[\"']")


def licence_signals(statements: Sequence[Statement], since: date | None = None) -> list[Signal]:
    """Give the links of ``License`` lines of a robots.txt: that there are terms, not what they say.

    >>> licence_signals([Statement(("*",), "https://example.org/terms.xml", 1)])[0].restriction is None
    True
    """
    return [
        licence_signal(said.value, "/", since).model_copy(update={"agent": agent, "line": said.line})
        for said in statements
        for agent in said.agents
    ]


def licence_signal(link: str, scope: str, since: date | None = None) -> Signal:
    """Give the record of a link to terms; its restriction is unknown until the terms are read."""
    return Signal(
        kind="rsl", agent="*", use="any_ai", restriction=None, certainty="stated", scope=scope,
        words=f"License: {link.strip()}"[:WORDS], since=since,
    )  # fmt: skip


def rsl_signals(document: str, since: date | None = None) -> list[Signal]:
    """Read a document of terms: each use that it permits or prohibits, and where; a price makes permission partial.

    >>> text = '<content url="/"><license><prohibits type="usage">ai-train</prohibits></license></content>'
    >>> [(s.use, s.restriction, s.scope) for s in rsl_signals(text)]
    [('training', 'full', '/')]
    """
    scope, found, priced = "/", [], set[str]()
    for content, about, verb, kind, words, _payment, price in _PIECE.findall(document[:MOST]):
        if content:
            url = _URL.search(about)
            scope = url.group(1) if url and url.group(1).startswith("/") else "/"
        elif verb:
            found += _uses(verb, kind, words, scope, since)
        else:
            stated = _TYPE.search(price)
            if stated and stated.group(1) not in ("free", "attribution"):
                priced.add(scope)
    return [
        one.model_copy(update={"restriction": "partial"}) if one.restriction == "none" and one.scope in priced else one
        for one in found
    ]


def _uses(verb: str, kind: str, words: str, scope: str, since: date | None) -> list[Signal]:
    stated = _TYPE.search(kind)
    if stated is None or stated.group(1) != "usage":
        return []
    return [
        Signal(
            kind="rsl", agent="*", use=use, restriction=_ANSWERS[verb], certainty="stated", scope=scope,
            words=f"{verb} {' '.join(words.split())}"[:WORDS], since=since,
        )
        for word in words.replace(",", " ").lower().split()
        for use in USES.get(word, ())
    ]  # fmt: skip
