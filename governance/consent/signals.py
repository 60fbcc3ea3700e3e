"""One record for every kind of statement: who may not do what, where, since when, how sure."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel

from governance.consent.vocabulary import Certainty, Restriction, SignalKind, Use


class Signal(BaseModel, frozen=True):
    """A statement of a site about what may be done with it, as one reader understood it.

    Args:
        kind: Where it was read.
        agent: Whom it addresses: a product token, or ``*`` for everyone.
        use: What it is about.
        restriction: What it leaves open; ``None`` where it says nothing that can be understood.
        certainty: Said of this agent, of everyone, worked out, or in the words of a draft.
        scope: The paths it speaks of, as a robots.txt pattern; ``/`` is the whole site.
        line: Where in the text, from 1; ``None`` where it has no lines.
        words: The statement as written, at most 200 characters.
        since: The first day it is known to have stood there.

    >>> Signal(kind="robots", agent="GPTBot", use="crawl", restriction="full", certainty="stated").scope
    '/'
    """

    kind: SignalKind
    agent: str
    use: Use
    restriction: Restriction | None
    certainty: Certainty
    scope: str = "/"
    line: int | None = None
    words: str = ""
    since: date | None = None
