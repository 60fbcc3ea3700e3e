"""Stand-in until the reader is here."""

from __future__ import annotations
from collections.abc import Sequence

PARSER_VERSION = "standin"


def restriction_levels(content: bytes | str, agents: Sequence[str], mode: str = "rfc") -> dict[str, str]:
    text = content.decode("utf-8", "replace") if isinstance(content, bytes) else content
    level = "full" if "Disallow: /\n" in text + "\n" else "partial" if "Disallow: /" in text else "none"
    return {agent: level for agent in agents}


def inherited(content: bytes | str, agents: Sequence[str], mode: str = "rfc") -> set[str]:
    return set(agents)
