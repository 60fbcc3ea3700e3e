"""What the studies come to: where they stand on the chain, which contradict each other, and how each was made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

from pydantic import BaseModel

from governance.assessment.study_records import Study, StudyRecord
from governance.assessment.study_vocabulary import (
    CHAINS,
    COMPARATORS,
    DIRECTIONS,
    NOT_STATED,
    OPPOSITE,
    WHOLE,
    Judged,
)
from governance.assessment.vocabulary import Direction, ThreatModel

LEAST_N = 30
"""Participants below which a study is called small; ours, and to be varied."""


class Cell(BaseModel, frozen=True):
    """One step against one comparator.

    Args:
        step: The step.
        comparator: What was compared with.
        n: Studies there, a count; 0 is an empty cell: nobody looked.
        directions: How many found what.
        studies: Their ids, the newest first.
    """

    step: str
    comparator: str
    n: int
    directions: dict[Direction, int]
    studies: tuple[str, ...]


class StudyMap(BaseModel, frozen=True):
    """Chain step by comparator, empty cells included.

    Args:
        threat_model: Whose chain.
        steps: Rows, in the order of the chain.
        comparators: Columns.
        cells: One a pair, row by row.
        n: Studies of the threat model, a count; one that tested two steps stands in two cells.
        directions: How many studies found what; no direction is averaged with another.
    """

    threat_model: ThreatModel
    steps: tuple[str, ...]
    comparators: tuple[str, ...]
    cells: tuple[Cell, ...]
    n: int
    directions: dict[Direction, int]

    @property
    def empty(self) -> int:
        """Count the pairs that nobody studied."""
        return sum(not cell.n for cell in self.cells)

    def at(self, step: str, comparator: str) -> Cell:
        """Give one cell."""
        return next(cell for cell in self.cells if (cell.step, cell.comparator) == (step, comparator))


class Contradiction(BaseModel, frozen=True):
    """Two studies of the same threat model and step that point opposite ways; both stay.

    Args:
        threat_model: Of both.
        steps: Those both tested; empty where one of them names none and so speaks of all.
        newer: Id of the one published later.
        older: Id of the other.
        newer_direction: What the newer found.
        older_direction: What the older found.
        same_day: Whether neither is newer, or a date is missing.
    """

    threat_model: ThreatModel
    steps: tuple[str, ...]
    newer: str
    older: str
    newer_direction: Direction
    older_direction: Direction
    same_day: bool


class Criterion(BaseModel, frozen=True):
    """One stated criterion, judged of one study."""

    id: str
    label: str
    judged: Judged


class Quality(BaseModel, frozen=True):
    """How a study was made, by criteria that all count the same.

    Args:
        study: Its id.
        met: Criteria met, a count.
        judged: Criteria that can be judged from what is stated, a count; 0: none.
        criteria: Each criterion.
    """

    study: str
    met: int
    judged: int
    criteria: tuple[Criterion, ...]


class Rule(BaseModel, frozen=True):
    """One criterion of quality as data.

    Args:
        id: Its word.
        label: What it asks.
        why: Why it matters.
    """

    id: str
    label: str
    why: str


RULES: tuple[Rule, ...] = (
    Rule(id="threat_model", label="Threat model explicit", why="Without one, nobody can say what was tested"),
    Rule(id="comparator", label="Compared with a baseline", why="What a model adds shows only against what is there"),
    Rule(id="n", label="Enough participants or items", why="Few of them cannot show an effect, nor its absence"),
    Rule(id="interval", label="Effect with an interval", why="A bare figure does not say how sure it is"),
    Rule(id="limits", label="States its limits", why="The authors know best what it cannot tell"),
    Rule(id="models", label="Models and safeguards named", why="Findings age with the models they are about"),
    Rule(id="repeatable", label="Can be repeated", why="Others must be able to check it"),
    Rule(id="independent", label="Independent of the maker", why="An interest may shape what is asked and reported"),
)


def study_map(records: Sequence[StudyRecord], threat_model: ThreatModel) -> StudyMap:
    """Count studies by step of the chain and comparator, with a cell for every pair.

    A study that tested several steps counts in each; one that names none stands in a row of its own.

    Args:
        records: Studies of any threat model.
        threat_model: Whose chain to lay out.
    """
    mine = [one for one in records if one.study.threat_model == threat_model]
    named = dict.fromkeys(step for one in mine for step in one.study.steps)
    whole = (WHOLE,) if any(not one.study.steps for one in mine) else ()
    steps = (*(CHAINS[threat_model] or tuple(named)), *whole)
    unstated = (NOT_STATED,) if any(one.study.comparator is None for one in mine) else ()
    columns: tuple[str, ...] = (*COMPARATORS, *unstated)
    cells = tuple(_cell(mine, step, comparator) for step in steps for comparator in columns)
    return StudyMap(
        threat_model=threat_model,
        steps=steps,
        comparators=columns,
        cells=cells,
        n=len(mine),
        directions=_directions(mine),
    )


def contradictions(records: Iterable[StudyRecord]) -> tuple[Contradiction, ...]:
    """Pair studies that found opposite things of the same threat model and step, the newest first.

    Both stay as they are: nothing is averaged, and the newer does not replace the older.
    A study that names no step speaks of its whole threat model, so it is held against all of it.

    Args:
        records: Studies of any threat model.
    """
    told = [one for one in records if one.study.direction in OPPOSITE]
    found = []
    for pair in combinations(told, 2):
        newer, older = sorted(sorted(pair, key=lambda one: one.id), key=lambda one: one.study.published, reverse=True)
        new, old = newer.study, older.study
        shared = tuple(step for step in new.steps if step in old.steps)
        meet = shared or not new.steps or not old.steps
        if new.threat_model == old.threat_model and new.direction != old.direction and meet:
            found.append(
                Contradiction(
                    threat_model=new.threat_model,
                    steps=shared,
                    newer=newer.id,
                    older=older.id,
                    newer_direction=new.direction,
                    older_direction=old.direction,
                    same_day=not old.published or new.published == old.published,
                )
            )
    dates = {one.id: one.study.published for one in told}
    found.sort(key=lambda one: (one.newer, one.older))
    return tuple(sorted(found, key=lambda one: (dates[one.newer], dates[one.older]), reverse=True))


def quality(record: StudyRecord, least_n: int = LEAST_N) -> Quality:
    """Judge a study by `RULES`: how many are met of those that what is stated allows to judge.

    Every criterion counts the same, and one that cannot be judged counts neither way.

    Args:
        record: The study.
        least_n: Participants or items from which a study has enough, a count.
    """
    criteria = tuple(
        Criterion(id=rule.id, label=rule.label, judged=_JUDGES[rule.id](record.study, least_n)) for rule in RULES
    )
    return Quality(
        study=record.id,
        met=sum(one.judged == "yes" for one in criteria),
        judged=sum(one.judged != "not_stated" for one in criteria),
        criteria=criteria,
    )


def _cell(mine: Sequence[StudyRecord], step: str, comparator: str) -> Cell:
    here = [
        one
        for one in mine
        if (one.study.comparator or NOT_STATED) == comparator and step in (one.study.steps or (WHOLE,))
    ]
    ordered = sorted(sorted(here, key=lambda one: one.id), key=lambda one: one.study.published, reverse=True)
    ids = tuple(one.id for one in ordered)
    return Cell(step=step, comparator=comparator, n=len(ids), directions=_directions(here), studies=ids)


def _directions(mine: Iterable[StudyRecord]) -> dict[Direction, int]:
    counted = Counter(one.study.direction for one in mine)
    return {direction: counted[direction] for direction in DIRECTIONS}


def _known(value: bool | None) -> Judged:
    return "not_stated" if value is None else ("yes" if value else "no")


def _comparator(study: Study) -> Judged:
    if "no_baseline" in study.limitations:
        return "no"
    return _known(None if study.comparator is None else study.comparator != "none")


def _enough(study: Study, least_n: int) -> Judged:
    if study.n is not None:
        return _known(study.n >= least_n)
    return "no" if "small_n" in study.limitations else "not_stated"


def _interval(study: Study) -> Judged:
    return _known(None if study.value is None else study.low is not None)


def _models(study: Study) -> Judged:
    return _known(None if not study.models else study.safeguards is not None)


def _repeatable(study: Study) -> Judged:
    if "not_reproducible" in study.limitations or "undisclosed_methods" in study.limitations:
        return "no"
    return _known(None if study.transparency is None else study.transparency == "full")


def _independent(study: Study) -> Judged:
    return "no" if "author_interest" in study.limitations else _known(study.independent)


_JUDGES: dict[str, Callable[[Study, int], Judged]] = {
    "threat_model": lambda study, _: _known(study.threat_model_stated),
    "comparator": lambda study, _: _comparator(study),
    "n": _enough,
    "interval": lambda study, _: _interval(study),
    "limits": lambda study, _: _known(study.limits_stated),
    "models": lambda study, _: _models(study),
    "repeatable": lambda study, _: _repeatable(study),
    "independent": lambda study, _: _independent(study),
}
