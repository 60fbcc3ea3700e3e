"""The rule of Longpre et al. 2024 for robots.txt, as published, with what it loses.

Restated from the code of the Data Provenance Collection at ce6662de (``src/web_analysis``). It differs from
RFC 9309 in that

- once any rule, Crawl-delay or Sitemap line was read, each user-agent line starts over: of several agents that
  share a later group, all but the last keep no rules and count as unrestricted;
- an agent is looked up in the spelling in which the file names it first, with its case, and takes ``*`` otherwise;
- a rule with a ``?`` is not read; ``Disallow: /`` must be exactly that and stand without any Allow line to be full;
- an allow list equal to the disallow list is none; values are compared, never matched.
"""

from __future__ import annotations

from governance.consent.vocabulary import Restriction

_Values = tuple[list[str], list[str]]
"""The allow and the disallow values of some lines, as written."""


class PaperGroups:
    """What the published parser keeps of a file: the values of each agent, by its first spelling."""

    def __init__(self, text: str) -> None:
        self.rules: dict[str, list[_Values]] = {}
        spelling: dict[str, str] = {}
        values: _Values = ([], [])  # of the agents that stand open, shared by them
        seen = False
        for line in text.splitlines():
            key, colon, value = line.partition("#")[0].strip().partition(":")
            key, value = key.lower(), value.strip()
            if not colon:
                continue
            if key == "user-agent":
                if seen:
                    values = ([], [])
                mine = self.rules.setdefault(spelling.setdefault(value.lower(), value), [])
                if not mine or mine[-1] is not values:
                    mine.append(values)
            elif key in ("allow", "disallow"):
                seen = True
                values[key == "disallow"].append(value)
            elif key in ("crawl-delay", "sitemap"):
                seen = True

    def level(self, agent: str) -> Restriction:
        """Give the level of an agent; one that is not named takes that of ``*``."""
        own = self.rules.get(agent) or self.rules.get("*") or []
        return paper_level([one for allow, _ in own for one in allow], [one for _, not_ in own for one in not_])


def paper_level(allow: list[str], disallow: list[str]) -> Restriction:
    """Judge two lists of values by the published rule.

    >>> paper_level([], ["/"]), paper_level(["/ads.txt"], ["/"]), paper_level(["/a"], ["/a"])
    ('full', 'partial', 'none')
    """
    disallow = [value for value in disallow if "?" not in value]
    allow = [value for value in allow if "?" not in value]
    if not disallow or disallow == [""] or allow == disallow:
        return "none"
    return "full" if "/" in disallow and not allow else "partial"


def paper_text(content: bytes | str) -> str:
    """Give the text the published parser was handed."""
    return content if isinstance(content, str) else content.decode("utf-8", "replace")
