"""What the evidence review keeps: studies and open-world cases, as metadata only, checked before they are saved."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from governance.assessment.records import Id, Kept, Line, Name
from governance.assessment.study_vocabulary import CHAINS, Safeguards
from governance.assessment.vocabulary import Comparator, Direction, Limitation, Method, ThreatModel, Transparency

Sentence = Annotated[str, StringConstraints(strip_whitespace=True, max_length=400)]
Note = Annotated[str, StringConstraints(max_length=2_000)]
Day = Annotated[str, StringConstraints(pattern=r"^(\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?)?$")]
"""A day, a month or a year, as far as it is known; empty: not stated."""
Step = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Count = Annotated[int, Field(ge=0, le=10**9)]


class Study(Kept, frozen=True):
    """One study's metadata: never its protocol, its data or anything to act on.

    Args:
        title: As published.
        authors: The first of them, as cited.
        url: Where it is read: http or https.
        doi: Its DOI or arXiv id.
        threat_model: Which way to harm it speaks of.
        threat_model_stated: Whether it spells that out; ``None``: not looked at.
        steps: Steps of the chain it tested; empty: no single one.
        method: How it went about it.
        n: Participants, or items of a benchmark, a count; ``None``: not stated.
        expertise: Who took part.
        models: Models and versions that were used.
        safeguards: Whether the models had them; ``None``: not stated.
        comparator: What it was compared with; ``None``: not stated.
        measure: What was measured.
        value: The effect, in ``unit``.
        low: Lower end of its interval.
        high: Upper end of its interval.
        unit: Its unit.
        finding: What it found, in one sentence of the reviewer's own.
        direction: Whether risk at these steps was found to increase.
        limitations: As the reviewer sees them.
        limits_stated: Whether the study itself states its limits; ``None``: not looked at.
        transparency: How much can be repeated from what is published; ``None``: not looked at.
        independent: Whether its authors are independent of the maker of the models; ``None``: not known.
        published: When it came out.
        reviewed: When this record was made or last checked.
        reviewer: Who read it.
        evidence: Ids of evidence, which must not be files.
    """

    title: Name
    authors: Line = ""
    url: Line = ""
    doi: Line = ""
    threat_model: ThreatModel
    threat_model_stated: bool | None = None
    steps: Annotated[tuple[Step, ...], Field(max_length=12)] = ()
    method: Method
    n: Count | None = None
    expertise: Line = ""
    models: Annotated[tuple[Line, ...], Field(max_length=40)] = ()
    safeguards: Safeguards | None = None
    comparator: Comparator | None = None
    measure: Line = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: Line = ""
    finding: Sentence
    direction: Direction
    limitations: tuple[Limitation, ...] = ()
    limits_stated: bool | None = None
    transparency: Transparency | None = None
    independent: bool | None = None
    published: Day = ""
    reviewed: date | None = None
    reviewer: Line = ""
    evidence: Annotated[tuple[Id, ...], Field(max_length=40)] = ()

    @model_validator(mode="after")
    def _fits(self) -> Study:
        chain = CHAINS[self.threat_model]
        unknown = [step for step in self.steps if chain and step not in chain]
        if unknown:
            raise ValueError(f"'{unknown[0]:.60}' is no step of {self.threat_model}: {', '.join(chain)}")
        if len(set(self.steps)) < len(self.steps) or len(set(self.limitations)) < len(self.limitations):
            raise ValueError("a step or limitation is named twice")
        if not self.finding:
            raise ValueError("the finding is missing: say it in one sentence")
        check_interval(self.value, self.low, self.high)
        return self


class Case(Kept, frozen=True):
    """One open-world evaluation: a long task of the real world, tried a few times; never averaged with benchmarks.

    Args:
        title: What to call it.
        system: Agent or model that was set to work.
        task: The task and the state to be reached.
        budget: Time and money allowed.
        interventions: How often a human stepped in, a count; ``None``: not stated.
        avoidable: How many of these could have been avoided; ``None``: not stated.
        interventions_note: What they were.
        logs: Where the logs are: an http or https address, or the id of evidence that is no file.
        n: Runs, a count.
        reached: Runs that reached the end state; ``None``: not stated.
        outcome: What happened.
        notes: What numbers do not say.
        url: Where it is published.
        published: When it came out.
        reviewed: When this record was made or last checked.
        reviewer: Who read it.
    """

    title: Name
    system: Line = ""
    task: Note
    budget: Line = ""
    interventions: Count | None = None
    avoidable: Count | None = None
    interventions_note: Note = ""
    logs: Line = ""
    n: Annotated[int, Field(ge=1, le=10**6)] | None = None
    reached: Count | None = None
    outcome: Note = ""
    notes: Note = ""
    url: Line = ""
    published: Day = ""
    reviewed: date | None = None
    reviewer: Line = ""

    @model_validator(mode="after")
    def _fits(self) -> Case:
        if not self.task.strip():
            raise ValueError("the task is missing: say what state was to be reached")
        if self.reached is not None and (self.n is None or self.reached > self.n):
            raise ValueError("more runs reached the end than were made, or the number of runs is missing")
        if None not in (self.avoidable, self.interventions) and (self.avoidable or 0) > (self.interventions or 0):
            raise ValueError("more interventions were avoidable than there were")
        return self


class Record(Kept, frozen=True):
    """Where a study or case comes from, and where it stands.

    Args:
        id: Its name in addresses.
        origin: Shipped with the catalogue, or one's own.
        state: For a shipped one: whether its source was read, or it was written from memory.
        source: For a shipped one: what was read.
        revision: For one's own: 1, and 1 more with every change.
        author: For one's own: who made it.
        updated: For one's own: when this revision was saved, UTC.
    """

    id: Id
    origin: Literal["shipped", "own"] = "own"
    state: Literal["verified", "recalled"] | None = None
    source: Line = ""
    revision: int = 0
    author: str = ""
    updated: datetime | None = None


class StudyRecord(Record, frozen=True):
    """A study with where it comes from."""

    study: Study


class CaseRecord(Record, frozen=True):
    """A case with where it comes from."""

    case: Case


def check_interval(value: float | None, low: float | None, high: float | None) -> None:
    """Check that an interval has both ends, in order, around its value.

    Raises:
        ValueError: It does not; the words say why.
    """
    ends = [end for end in (low, high) if end is not None]
    numbers = [*ends, *([] if value is None else [value])]
    if any(number != number or abs(number) == float("inf") for number in numbers):
        raise ValueError("a number is not finite")
    if len(ends) == 1:
        raise ValueError("an interval needs both ends")
    if ends and (value is None or not ends[0] <= value <= ends[1]):
        raise ValueError("the value does not lie in its interval")
