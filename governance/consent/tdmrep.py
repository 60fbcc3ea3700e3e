"""TDMRep, the reservation of text and data mining: a file, two headers, two meta elements."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

from governance.consent.signals import Signal
from governance.consent.vocabulary import Restriction

FILE = "/.well-known/tdmrep.json"
MOST = 1_000_000  # bytes of the file
MOST_RULES = 10_000
RESERVATION, POLICY = "tdm-reservation", "tdm-policy"
_ANSWERS: dict[str, Restriction] = {"1": "full", "0": "none"}


def tdmrep_signals(content: bytes | str, since: date | None = None) -> list[Signal]:
    """Read the file a site keeps at ``/.well-known/tdmrep.json``; one signal for each rule, none where it is broken.

    >>> [(s.scope, s.restriction) for s in tdmrep_signals('[{"location": "/img/*", "tdm-reservation": 1}]')]
    [('/img/*', 'full')]
    """
    if len(content) > MOST:
        return [_unread("the file is too large", since)]
    try:
        rules = json.loads(content)
    except (ValueError, RecursionError):
        return [_unread("the file is not JSON", since)]
    if isinstance(rules, dict):
        rules = [rules]
    if not isinstance(rules, list):
        return [_unread("the file is not a list of rules", since)]
    return [_rule(rule, since) for rule in rules[:MOST_RULES] if isinstance(rule, dict)]


def tdm_fields(fields: Mapping[str, str], scope: str, since: date | None = None) -> list[Signal]:
    """Read the reservation from the headers or the meta elements of one page, by lower-case name.

    >>> tdm_fields({"tdm-reservation": "1"}, "/$")[0].restriction
    'full'
    """
    stated = fields.get(RESERVATION)
    return [] if stated is None else [_signal(stated, fields.get(POLICY), scope, since)]


def _rule(rule: Mapping[str, object], since: date | None) -> Signal:
    stated = rule.get(RESERVATION)
    location = rule.get("location")
    scope = location[:200] if isinstance(location, str) and location.startswith(("/", "*")) else "/"
    policy = rule.get(POLICY)
    return _signal(_answer(stated), policy if isinstance(policy, str) else None, scope, since)


def _answer(stated: object) -> str:
    return str(stated) if isinstance(stated, int | str) and not isinstance(stated, bool) else ""


def _signal(stated: str, policy: str | None, scope: str, since: date | None) -> Signal:
    words = f"{RESERVATION}: {stated.strip()}" + (f", {POLICY}: {policy.strip()}" if policy else "")
    return Signal(
        kind="tdmrep",
        agent="*",
        use="mining",
        restriction=_ANSWERS.get(stated.strip()),
        certainty="stated",
        scope=scope,
        words=words[:200],
        since=since,
    )


def _unread(why: str, since: date | None) -> Signal:
    return Signal(kind="tdmrep", agent="*", use="mining", restriction=None, certainty="stated", words=why, since=since)
