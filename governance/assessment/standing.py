"""Where one system stands: what is stale, what is due and what to do next, computed from facts and never stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple

from pydantic import BaseModel

from governance.assessment.records import Assessment, System, SystemVersion
from governance.assessment.vocabulary import Form

HORIZON = 90
"""Days ahead that a review counts as due soon."""

FlagKind = Literal["newer_version", "old_evidence", "review_passed", "item_review_passed", "reassess_passed", "trigger"]
ActionKind = Literal["start", "assess", "evidence", "submit", "request", "review", "renew"]

PRESSING: tuple[ActionKind, ...] = ("renew", "request", "review")

FORM_WORDS: dict[Form, str] = {"social_impact": "social-impact evaluation", "risk": "risk assessment"}


class Gap(NamedTuple):
    """Items of one group that lack something.

    Args:
        group: The category or section.
        title: What it is about.
        n: How many items.
        item: The first of them.
    """

    group: str
    title: str
    n: int
    item: str


class Review(NamedTuple):
    """Items of one assessment to be looked at again by the same day."""

    day: date
    n: int
    item: str


@dataclass(frozen=True, slots=True)
class Part:
    """What is known of one assessment that counts.

    Args:
        assessment: Its header.
        items: Items shown; for the risk form, sections.
        not_applicable: Items that do not apply.
        assessed: Items with a finding; for the risk form, sections whose required fields are all filled in.
        found: Items where something was found.
        open: Items not assessed, by category; for the risk form, required fields without a value, by section.
        bare: Findings that rest on no evidence, by category.
        reviews: Review dates of single items, the earliest first.
        old: Pieces of evidence older than the newest version, with the first item that rests on one.
        requests: Requests for change that are open.
        reassess_by: For the risk form.
        triggers: Days on which events that call for another look were noted, since it was signed.
        signed: The day and version of the newest signed assessment by this form; itself, or the one it changes.
    """

    assessment: Assessment
    items: int = 0
    not_applicable: int = 0
    assessed: int = 0
    found: int = 0
    open: tuple[Gap, ...] = ()
    bare: tuple[Gap, ...] = ()
    reviews: tuple[Review, ...] = ()
    old: Gap | None = None
    requests: int = 0
    reassess_by: date | None = None
    triggers: tuple[date, ...] = ()
    signed: tuple[date, str] | None = None


class Flag(BaseModel, frozen=True):
    """Something that is out of date.

    Args:
        kind: What is.
        text: In plain words.
        assessment: Where.
        item: The first item concerned; empty: the whole assessment.
    """

    kind: FlagKind
    text: str
    assessment: str
    item: str = ""


class Due(BaseModel, frozen=True):
    """A review with a date.

    Args:
        day: By when.
        days: Days from today; negative: passed.
        what: What is to be looked at.
        assessment: Where.
        item: The first item concerned; empty: the whole assessment.
    """

    day: date
    days: int
    what: str
    assessment: str
    item: str = ""


class Action(BaseModel, frozen=True):
    """What to do next.

    Args:
        kind: Of step.
        text: In plain words.
        form: The form it is about.
        assessment: Where; ``None``: there is none yet.
        item: The first item concerned; empty: the whole assessment.
    """

    kind: ActionKind
    text: str
    form: Form
    assessment: str | None = None
    item: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one system stands.

    Args:
        system: The system.
        newest: Its newest version that is out.
        parts: Its assessments that count, by form.
        flags: What is out of date.
        due: Reviews within `HORIZON` days, and those passed, the earliest first.
    """

    system: System
    newest: str | None
    parts: dict[Form, Part]
    flags: tuple[Flag, ...]
    due: tuple[Due, ...]

    @property
    def actions(self) -> tuple[Action, ...]:
        """Say what to do next, the most pressing first."""
        found: list[Action] = []
        for form, words in FORM_WORDS.items():
            if form in self.parts:
                found += actions_of(self.parts[form], self.flags)
            else:
                found.append(Action(kind="start", text=f"Start the {words}.", form=form))
        return tuple(sorted(found, key=lambda one: one.kind not in PRESSING))


def newest_version(system: System, today: date) -> SystemVersion | None:
    """Give the last version that is out: listed last, and not dated in the future.

    >>> old, new = SystemVersion(version="1.0"), SystemVersion(version="2.0", released=date(2026, 5, 1))
    >>> system = System(id="chat", name="Chat", versions=(old, new))
    >>> newest_version(system, date(2026, 4, 1)).version, newest_version(system, date(2026, 6, 1)).version
    ('1.0', '2.0')
    """
    out = [one for one in system.versions if one.released is None or one.released <= today]
    return out[-1] if out else None


def after_signing(one: Assessment, noted: datetime) -> bool:
    """Tell whether something was noted after an assessment was signed."""
    return one.state == "signed" and bool(one.signatures) and noted > one.signatures[-1].at


def is_older(system: System, newest: SystemVersion | None, holds: date | None, about: str) -> bool:
    """Tell whether evidence is older than the newest version of its system.

    Args:
        system: The system.
        newest: Its newest version that is out.
        holds: The day from which the evidence holds, or of its upload where that is not stated.
        about: The version it is about; where it says none, or one the system does not list, the day decides.
    """
    if newest is None or about == newest.version:
        return False
    known = [one.version for one in system.versions]
    if about in known and known.index(about) < known.index(newest.version):
        return True
    return holds is not None and newest.released is not None and holds < newest.released


def standing(system: System, parts: Sequence[Part], today: date) -> Standing:
    """Say where a system stands on a day.

    Args:
        system: The system.
        parts: What is known of its assessments that count, at most one a form.
        today: The day.
    """
    newest = newest_version(system, today)
    by_form = {form: part for form in FORM_WORDS for part in parts if part.assessment.form == form}
    flags = tuple(flag for part in by_form.values() for flag in flags_of(system, part, today))
    due = [one for part in by_form.values() for one in due_of(part, today)]
    ordered = tuple(sorted(due, key=lambda one: (one.day, one.assessment, one.item)))
    return Standing(system, None if newest is None else newest.version, by_form, flags, ordered)


def flags_of(system: System, part: Part, today: date) -> list[Flag]:
    """Say what of an assessment is out of date on a day."""
    one, found = part.assessment, list[Flag]()
    newest, known = newest_version(system, today), [version.version for version in system.versions]
    if newest and one.system_version in known and known.index(one.system_version) < known.index(newest.version):
        made = f"signed {one.signatures[-1].at:%Y-%m-%d}" if one.signatures else "made"
        out = "is out" if newest.released else "is listed"
        text = f"{made} for version {one.system_version}; version {newest.version} {out}"
        found.append(Flag(kind="newer_version", text=text, assessment=one.id))
    if one.review_by and one.review_by < today:
        found.append(Flag(kind="review_passed", text=f"review was due {one.review_by}", assessment=one.id))
    if passed := [review for review in part.reviews if review.day < today]:
        text = f"review of {_count(sum(review.n for review in passed), 'item')} was due, first on {passed[0].day}"
        found.append(Flag(kind="item_review_passed", text=text, assessment=one.id, item=passed[0].item))
    if part.reassess_by and part.reassess_by < today:
        text = f"risk was to be reassessed by {part.reassess_by}"
        found.append(Flag(kind="reassess_passed", text=text, assessment=one.id, item="R5"))
    if part.triggers:
        text = f"{_count(len(part.triggers), 'event')} noted since it was signed, last on {part.triggers[-1]}"
        found.append(Flag(kind="trigger", text=text, assessment=one.id, item="R5"))
    if part.old and newest:
        are = "is" if part.old.n == 1 else "are"
        text = f"{_count(part.old.n, 'piece')} of evidence {are} older than version {newest.version}"
        found.append(Flag(kind="old_evidence", text=text, assessment=one.id, item=part.old.item))
    return found


def due_of(part: Part, today: date) -> list[Due]:
    """List the reviews of an assessment that passed or come within `HORIZON` days."""
    one = part.assessment
    words = FORM_WORDS[one.form]
    wanted = [(one.review_by, f"the {words}", ""), (part.reassess_by, "the risk, reassessed", "R5")]
    wanted += [(review.day, _count(review.n, "item"), review.item) for review in part.reviews]
    return [
        Due(day=day, days=(day - today).days, what=what, assessment=one.id, item=item)
        for day, what, item in wanted
        if day is not None and (day - today).days <= HORIZON
    ]


def actions_of(part: Part, flags: Sequence[Flag]) -> list[Action]:
    """Say what to do next about an assessment, in plain words.

    Args:
        part: What is known of it.
        flags: What is out of date; those of other assessments are passed over.
    """
    one = part.assessment
    found = [
        Action(kind="renew", text=_sentence(flag.text), form=one.form, assessment=one.id, item=flag.item)
        for flag in flags
        if flag.assessment == one.id
    ]
    if part.requests:
        text = f"{_count(part.requests, 'request')} for change {'is' if part.requests == 1 else 'are'} open."
        found.append(Action(kind="request", text=text, form=one.form, assessment=one.id))
    if one.state == "in_review":
        text = f"The {FORM_WORDS[one.form]} waits for a second reviewer."
        found.append(Action(kind="review", text=text, form=one.form, assessment=one.id))
    if one.state == "draft":
        found += _work_left(part)
    return found


def _work_left(part: Part) -> list[Action]:
    one, risk = part.assessment, part.assessment.form == "risk"
    found = []
    for gap in part.open:
        verb = "is" if gap.n == 1 else "are"
        text = (
            f"{_count(gap.n, 'field')} of {gap.group} {gap.title} {verb} not filled in."
            if risk
            else (f"{_count(gap.n, 'item')} of {gap.title} {verb} not assessed.")
        )
        found.append(Action(kind="assess", text=text, form=one.form, assessment=one.id, item=gap.item))
    for gap in part.bare:
        text = f"{_count(gap.n, 'finding')} of {gap.title} {'rests' if gap.n == 1 else 'rest'} on no evidence."
        found.append(Action(kind="evidence", text=text, form=one.form, assessment=one.id, item=gap.item))
    if not part.open:
        what = "Every required field is filled in" if risk else "Every item is answered"
        text = f"{what}: send the {FORM_WORDS[one.form]} to review."
        found.append(Action(kind="submit", text=text, form=one.form, assessment=one.id))
    return found


def _count(n: int, word: str) -> str:
    return f"{n} {word}{'' if n == 1 else 's'}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
