"""Whether evidence is older than what it speaks about: the system's version, the scorer, the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal

from pydantic import BaseModel

from governance.assessment.records import Evidence, System, SystemVersion

FlagKind = Literal[
    "older_than_version", "earlier_version", "older_scorer", "changed_record", "other_catalogue", "undated"
]
UNTOLD: tuple[FlagKind, ...] = ("other_catalogue", "undated")
"""They leave unknown whether evidence is stale, and do not make it so."""

_VERSION = re.compile(
    r"^(?P<name>.*?)(?:\s*(?:==|=|@|:|/)\s*|\s+)(?P<version>v?\d[\w.+-]*)$", re.IGNORECASE | re.DOTALL
)
_PARTS = re.compile(r"\d+|[a-z]+")


class Flag(BaseModel, frozen=True):
    """One reason to look at evidence again.

    Args:
        kind: Which.
        words: The same for people.
    """

    kind: FlagKind
    words: str


class Staleness(BaseModel, frozen=True):
    """What is known of the age of evidence.

    Args:
        flags: Reasons, those that make it stale first.
        stale: Whether one of them does; what is `UNTOLD` alone does not.
    """

    flags: tuple[Flag, ...] = ()

    @property
    def stale(self) -> bool:
        """Tell whether something newer than the evidence is known."""
        return any(flag.kind not in UNTOLD for flag in self.flags)


def staleness(
    evidence: Evidence,
    system: System,
    version: str = "",
    scorers: Mapping[str, str] | None = None,
    catalogue: str = "",
    added: date | None = None,
    changed: Sequence[str] | None = None,
) -> Staleness:
    """Compare evidence with what is known now.

    Args:
        evidence: What is judged.
        system: The system it belongs to.
        version: The version of the system that is assessed; empty: its newest.
        scorers: Newest version known of each scorer, as `newest_scorers` gives them.
        catalogue: The present version of the catalogue; empty: not compared.
        added: The day it was uploaded, which bounds the day from which it can hold.
        changed: Where it is from another catalogue, what the present one says otherwise, as `changes_since` gives it;
            ``None``: that cannot be told.

    Source: that scores by an older scorer cannot be set beside newer ones: Pozzobon et al. 2023, arXiv 2304.12397.
    """
    found = [
        *_against_version(evidence, system, version, added),
        *_against_scorers(evidence.scorer, scorers or {}),
        *_against_catalogue(evidence, catalogue, changed),
    ]
    return Staleness(flags=tuple(sorted(found, key=lambda flag: flag.kind in UNTOLD)))


def newest_scorers(texts: Iterable[str]) -> dict[str, str]:
    """Give the newest version named of each scorer; one named without a version says nothing.

    >>> newest_scorers(["Perspective API 2023-05", "perspective api 2024-01", "detoxify 0.5.10", "Detoxify 0.5.9"])
    {'perspective api': '2024-01', 'detoxify': '0.5.10'}
    """
    newest: dict[str, str] = {}
    for text in texts:
        name, version = split_scorer(text)
        if version and _order(version) > _order(newest.get(name, "")):
            newest[name] = version
    return newest


def split_scorer(text: str) -> tuple[str, str]:
    """Split a scorer into its name, in lower case, and its version; empty where none is given.

    >>> split_scorer("Perspective API 2023-05"), split_scorer("detoxify==0.5.2"), split_scorer("human raters")
    (('perspective api', '2023-05'), ('detoxify', '0.5.2'), ('human raters', ''))
    """
    tidy = " ".join(text.split()).casefold()
    found = _VERSION.match(tidy)
    return (
        (found["name"].strip(), found["version"].removeprefix("v")) if found and found["name"].strip() else (tidy, "")
    )


def _against_version(evidence: Evidence, system: System, version: str, added: date | None) -> list[Flag]:
    named = [one.version for one in system.versions]
    against = _version(system, version)
    if against is None:
        return []
    if evidence.system_version in named and named.index(evidence.system_version) < named.index(against.version):
        words = f"about version {evidence.system_version}; {against.version} is assessed"
        return [Flag(kind="earlier_version", words=words)]
    if against.released is None or evidence.system_version == against.version:
        return []
    holds = evidence.effective or added
    if holds and holds < against.released:
        words = f"of {holds}; version {against.version} is of {against.released}"
        return [Flag(kind="older_than_version", words=words)]
    if evidence.effective is None:
        return [Flag(kind="undated", words="no effective date, so its age is unknown")]
    return []


def _version(system: System, version: str) -> SystemVersion | None:
    named = [one for one in system.versions if one.version == version] if version else system.versions
    return named[-1] if named else None


def _against_scorers(scorer: str, newest: Mapping[str, str]) -> list[Flag]:
    name, version = split_scorer(scorer)
    known = newest.get(name, "")
    if not version or not known or _order(version) >= _order(known):
        return []
    return [Flag(kind="older_scorer", words=f"scored with {name} {version}; {known} is known")]


def _against_catalogue(evidence: Evidence, catalogue: str, changed: Sequence[str] | None) -> list[Flag]:
    frozen = evidence.catalogue or (evidence.figure.catalogue if evidence.figure else "")
    if not catalogue or not frozen or frozen == catalogue:
        return []
    versions = f"catalogue {frozen}; it is now {catalogue}"
    if changed is None:
        return [Flag(kind="other_catalogue", words=f"from {versions}, and whether it still says so cannot be told")]
    if changed:
        return [Flag(kind="changed_record", words=f"now otherwise: {', '.join(changed)} (from {versions})")]
    return []


def _order(version: str) -> tuple[tuple[int, int, str], ...]:
    return tuple((1, int(part), "") if part.isdigit() else (0, 0, part) for part in _PARTS.findall(version.casefold()))
