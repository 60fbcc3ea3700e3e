"""Usage preferences in the words of two drafts: Content-Usage (IETF aipref) and Content-Signal (Cloudflare).

Both are lists of use and answer, and may begin with a path. Their words differ, so each has its own table; what
is in neither, or is answered with another word, is kept as said but not understood.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from governance.consent.robots import Statement
from governance.consent.signals import Signal
from governance.consent.vocabulary import Certainty, Restriction, SignalKind, Use

WORDS = 200  # characters of a statement that are kept

# draft-ietf-aipref-vocab: train-ai, ai-use and search now; the others stood in earlier versions.
CONTENT_USAGE: dict[str, Use] = {
    "train-ai": "training",
    "train-genai": "training",
    "ai-use": "ai_input",
    "ai-input": "ai_input",
    "ai-output": "ai_input",
    "search": "search",
    "tdm": "mining",
    "ai": "any_ai",
    "bots": "crawl",
}
CONTENT_SIGNAL: dict[str, Use] = {"ai-train": "training", "ai-input": "ai_input", "search": "search"}
ANSWERS: dict[SignalKind, Mapping[str, Restriction]] = {
    "content_usage": {"y": "none", "n": "full"},
    "content_signal": {"yes": "none", "no": "full"},
}
_TABLES: dict[SignalKind, Mapping[str, Use]] = {"content_usage": CONTENT_USAGE, "content_signal": CONTENT_SIGNAL}
_CERTAINTY: dict[SignalKind, Certainty] = {"content_usage": "draft", "content_signal": "stated"}


def preference_signals(
    kind: SignalKind,
    statements: Sequence[Statement],
    since: date | None = None,
    scope: str = "/",
) -> list[Signal]:
    """Read lines of either kind, one signal for each use and agent.

    Args:
        kind: ``content_usage`` or ``content_signal``.
        statements: As `read_robots` gives them, or one made of a header.
        since: The first day they are known to have stood there.
        scope: Where they hold, unless they begin with a path of their own.

    >>> said = Statement(agents=("*",), value="/art/ train-ai=n, search=y", line=3)
    >>> [(one.use, one.restriction, one.scope) for one in preference_signals("content_usage", [said])]
    [('training', 'full', '/art/'), ('search', 'none', '/art/')]
    """
    found: list[Signal] = []
    for said in statements:
        path, value = _path(said.value, scope)
        for use, restriction in _uses(kind, value):
            found += [
                Signal(
                    kind=kind,
                    agent=agent,
                    use=use,
                    restriction=restriction,
                    certainty=_CERTAINTY[kind],
                    scope=path,
                    line=said.line or None,
                    words=said.value[:WORDS],
                    since=since,
                )
                for agent in said.agents
            ]
    return found


def _path(value: str, scope: str) -> tuple[str, str]:
    if not value.startswith("/"):
        return scope, value
    path, _, rest = value.replace("\t", " ").partition(" ")
    return path, rest


def _uses(kind: SignalKind, value: str) -> list[tuple[Use, Restriction | None]]:
    found: dict[Use, Restriction | None] = {}
    for part in value.split(","):
        key, equals, answer = part.partition("=")
        use = _TABLES[kind].get(key.strip().lower())
        if use is None:
            if part.strip():
                found.setdefault("any_ai", None)
            continue
        # A structured field may carry parameters after the answer; a repeated key counts as last written.
        word = answer.partition(";")[0].strip().strip('"').lower()
        found[use] = ANSWERS[kind].get(word) if equals else None
    return list(found.items())
