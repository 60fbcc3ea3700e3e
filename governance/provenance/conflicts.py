"""Terms in one lineage that cannot all be kept: named, with who brings them."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Literal

from pydantic import BaseModel

from governance.catalogue.connect import PROJECT
from governance.catalogue.vocabulary import UseClass


@dataclass(frozen=True, slots=True)
class LicenceAt:
    """A licence found somewhere in a lineage."""

    licence_id: str
    spdx: str | None
    use: UseClass
    share_alike: bool
    label: str
    node_id: str


class Conflict(BaseModel, frozen=True):
    """Two licences that cannot be kept together.

    Args:
        kind: Two share-alike licences, or share-alike against terms that forbid commercial use.
        detail: What collides, in a sentence.
        licences: The two ids.
        nodes: A dataset that brings the first, and one that brings the second.
    """

    kind: Literal["share_alike_pair", "share_alike_against_restricted"]
    detail: str
    licences: tuple[str, str]
    nodes: tuple[str, str]


def conflicts_among(found: Sequence[LicenceAt]) -> tuple[Conflict, ...]:
    """Name every pair of licences in a lineage that cannot be kept together.

    Args:
        found: All licences over a dataset and what it derives from.

    Source: the share-alike clauses themselves; Creative Commons' list of compatible licences.
    """
    at: dict[str, LicenceAt] = {}
    for one in sorted(found, key=lambda one: (one.licence_id, one.node_id)):
        at.setdefault(one.licence_id, one)
    conflicts = []
    for first, second in combinations(at.values(), 2):
        if first.share_alike and second.share_alike and not can_share(first, second):
            detail = (
                f"{first.licence_id} ({first.label}) and {second.licence_id} ({second.label}) both ask the whole "
                "to carry their own terms, and no licence meets both"
            )
            conflicts.append(_conflict("share_alike_pair", detail, first, second))
    for open_one in (one for one in at.values() if one.share_alike and one.use == "commercial"):
        for closed in (
            one for one in at.values() if one.use in ("noncommercial", "academic_only") and one is not open_one
        ):
            if not closed.share_alike:
                detail = (
                    f"{open_one.licence_id} ({open_one.label}) asks the whole to stay open to commercial use, "
                    f"which {closed.licence_id} ({closed.label}) forbids"
                )
                conflicts.append(_conflict("share_alike_against_restricted", detail, open_one, closed))
    return tuple(conflicts)


def can_share(first: LicenceAt, second: LicenceAt) -> bool:
    """Tell whether one licence exists that both share-alike licences allow the whole to carry."""
    return bool(_may_become(first) & _may_become(second))


def _may_become(one: LicenceAt) -> frozenset[str]:
    start = one.spdx or one.licence_id
    return frozenset({start}) | _table().get(start, frozenset())


@cache
def _table() -> dict[str, frozenset[str]]:
    grown: dict[str, set[str]] = defaultdict(set)
    with (PROJECT / "data" / "vocabularies" / "share_alike.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            grown[row["licence"]].add(row["may_become"])
    return {licence: _closure(licence, grown) for licence in list(grown)}


def _closure(start: str, grown: dict[str, set[str]]) -> frozenset[str]:
    reached: set[str] = set()
    todo: list[str] = [start]
    while todo:
        for following in grown.get(todo.pop(), set()) - reached:
            reached.add(following)
            todo.append(following)
    return frozenset(reached)


def _conflict(
    kind: Literal["share_alike_pair", "share_alike_against_restricted"], detail: str, a: LicenceAt, b: LicenceAt
) -> Conflict:
    return Conflict(kind=kind, detail=detail, licences=(a.licence_id, b.licence_id), nodes=(a.node_id, b.node_id))
