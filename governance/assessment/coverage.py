"""How far an assessment reaches: by category and party, what was assessed and how well that is reported.

"Not assessed" is no finding: it is counted by itself and enters no median. A level of 0 (the reporting was searched
and says nothing) is a level; an item without a level has none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from statistics import median
from typing import Literal, get_args

from pydantic import BaseModel

from governance.assessment.framework import Framework
from governance.assessment.records import ANSWER, ASSESSMENT, SYSTEM, Answer, Assessment, System, held
from governance.assessment.vocabulary import Level, Modality
from governance.errors import BadInput
from governance.records.documents import documents, get_document
from governance.records.store import Workbench

By = Literal["categories", "dimensions"]
BYS: tuple[By, ...] = get_args(By)
PartyShown = Literal["first", "third", "joint", "not_stated"]
PARTIES_SHOWN: tuple[PartyShown, ...] = get_args(PartyShown)
ALL = "all"


class Group(BaseModel, frozen=True):
    """Items that are counted together: a category, or a dimension of the follow-up study.

    Args:
        id: E.g. ``B1``.
        title: What it is about.
        items: Ids of the items shown for the system's modalities, in the form's order.
    """

    id: str
    title: str
    items: tuple[str, ...]


class Levels(BaseModel, frozen=True):
    """Reporting levels, 0 to 3, of the assessed items that have one; the rubric is the project's own.

    Args:
        n: How many have one.
        median: The middle one; ``None`` where none has one.
        low: The lowest.
        high: The highest.
    """

    n: int
    median: float | None
    low: Level | None
    high: Level | None


class Counts(BaseModel, frozen=True):
    """What was assessed, by one party or by all.

    Args:
        assessed: Items with a finding either way, a count.
        none_found: Of these: looked, and found nothing.
        found: Of these: something was found.
        share: Assessed out of the items that apply; ``None`` where none applies.
        levels: How well it is reported.
    """

    assessed: int
    none_found: int
    found: int
    share: float | None
    levels: Levels


class GroupCoverage(BaseModel, frozen=True):
    """Coverage of one category or dimension.

    Args:
        id: E.g. ``B1``.
        title: What it is about.
        items: Items shown, a count.
        not_applicable: Items that do not apply, with a reason.
        not_assessed: Items nobody looked at.
        all: What any party assessed.
        parties: The same by who did it.
    """

    id: str
    title: str
    items: int
    not_applicable: int
    not_assessed: int
    all: Counts
    parties: dict[PartyShown, Counts]

    def of(self, party: str) -> Counts:
        """Give the counts of a party, or of ``all``."""
        return self.all if party == ALL else {str(key): one for key, one in self.parties.items()}[party]


class Coverage(BaseModel, frozen=True):
    """Coverage of one assessment.

    Args:
        groups: Its categories or dimensions, in order.
        total: All of them together.
        unlisted: Items answered that the form does not show for these modalities; counted nowhere.
    """

    groups: tuple[GroupCoverage, ...]
    total: GroupCoverage
    unlisted: tuple[str, ...]


def category_groups(framework: Framework, modalities: Collection[Modality]) -> tuple[Group, ...]:
    """Group the items shown for some modalities by category, in the form's order."""
    shown = framework.items_for(modalities)
    return tuple(
        Group(id=one.id, title=one.title, items=tuple(item.id for item in shown if item.category == one.id))
        for one in framework.categories
    )


def dimension_groups(framework: Framework, modalities: Collection[Modality]) -> tuple[Group, ...]:
    """Group the items shown for some modalities by the seven reporting dimensions of the follow-up study.

    The societal categories belong to none of them and are left out.
    """
    groups = {group.id: group.items for group in category_groups(framework, modalities)}
    return tuple(
        Group(
            id=dimension,
            title=title,
            items=tuple(item for one in framework.categories if one.dimension == dimension for item in groups[one.id]),
        )
        for dimension, title in framework.dimensions.items()
    )


def coverage_of(answers: Iterable[Answer], groups: Sequence[Group]) -> Coverage:
    """Count what was assessed in each group of items.

    Args:
        answers: At most one an item; an item without one is not assessed.
        groups: What is counted together; no item in two.

    >>> answers = [Answer(item="B1.1", status="found", party="first", level=0), Answer(item="B1.2")]
    >>> bias = coverage_of(answers, [Group(id="B1", title="Bias", items=("B1.1", "B1.2", "B1.3"))]).groups[0]
    >>> bias.items, bias.not_assessed, bias.all.assessed, bias.all.levels.median, bias.parties["third"].levels.median
    (3, 2, 1, 0.0, None)
    """
    by_item = {answer.item: answer for answer in answers}
    shown = tuple(item for group in groups for item in group.items)
    return Coverage(
        groups=tuple(_count(group, by_item) for group in groups),
        total=_count(Group(id=ALL, title="All categories", items=shown), by_item),
        unlisted=tuple(sorted(set(by_item) - set(shown))),
    )


def coverage(workbench: Workbench, framework: Framework, assessment_id: str, by: By = "categories") -> Coverage:
    """Count what was assessed in a social-impact assessment.

    Args:
        workbench: The workbench.
        framework: The forms.
        assessment_id: The assessment.
        by: The form's categories, or the seven reporting dimensions.

    Raises:
        BadInput: It is a risk assessment.
        NotFound: There is no such assessment.
    """
    one = held(get_document(workbench, ASSESSMENT, assessment_id), Assessment).record
    if one.form != "social_impact":
        fix = "name a social-impact evaluation; 'touchstone assess show' tells how complete a risk section is"
        raise BadInput("a risk assessment has no categories", f"assessment {assessment_id}", fix)
    system = held(get_document(workbench, SYSTEM, one.system), System).record
    grouped = category_groups if by == "categories" else dimension_groups
    said = [held(document, Answer).record for document in documents(workbench, ANSWER, one.id)]
    return coverage_of(said, grouped(framework, system.modalities))


def levels_of(levels: Iterable[Level]) -> Levels:
    """Sum up reporting levels, those without one left out.

    >>> levels_of([0, 3, 3])
    Levels(n=3, median=3.0, low=0, high=3)
    """
    known = sorted(levels)
    if not known:
        return Levels(n=0, median=None, low=None, high=None)
    return Levels(n=len(known), median=float(median(known)), low=known[0], high=known[-1])


def counts_of(none_found: int, found: int, levels: Iterable[Level], applying: int) -> Counts:
    """Put the counts of one party together.

    Args:
        none_found: Items.
        found: Items.
        levels: Of the assessed items that have one.
        applying: Items shown that apply, by whomever.
    """
    assessed = none_found + found
    share = assessed / applying if applying else None
    return Counts(assessed=assessed, none_found=none_found, found=found, share=share, levels=levels_of(levels))


def _count(group: Group, by_item: dict[str, Answer]) -> GroupCoverage:
    answers = [by_item[item] for item in group.items if item in by_item]
    assessed = [one for one in answers if one.status in ("none_found", "found")]
    no = sum(one.status == "not_applicable" for one in answers)
    applying = len(group.items) - no
    return GroupCoverage(
        id=group.id,
        title=group.title,
        items=len(group.items),
        not_applicable=no,
        not_assessed=applying - len(assessed),
        all=_party(assessed, applying),
        parties={
            party: _party([one for one in assessed if (one.party or "not_stated") == party], applying)
            for party in PARTIES_SHOWN
        },
    )


def _party(answers: Sequence[Answer], applying: int) -> Counts:
    found = sum(one.status == "found" for one in answers)
    return counts_of(len(answers) - found, found, [one.level for one in answers if one.level is not None], applying)
