"""A claim, what is computed for it, and the one rule that gives a status."""

from __future__ import annotations

import math
from decimal import Decimal

from pydantic import BaseModel

from governance.errors import BadInput
from governance.research.vocabulary import Basis, ClaimKind, Comparator, Status, Unit

UNKNOWN_CAUSE = "The data here give another value than the one published; the cause is not known."
PAPERS_HINT = "see 'touchstone claims'"


class Claim(BaseModel, frozen=True):
    """What a paper states, in our words.

    Args:
        id: ``paper/name``.
        paper_id: The paper's id.
        paper: Its title.
        year: Of the paper; ``None`` where it is not known.
        themes: Of the paper.
        kind: With a number or without.
        text: The quantity, or what is claimed.
        published: The number; ``None`` for a claim without one.
        unit: Of the number.
        comparator: How it is claimed; ``up_to`` is the greatest over some settings.
        context: Of what, under which conditions.
    """

    id: str
    paper_id: str
    paper: str
    year: int | None
    themes: tuple[str, ...]
    kind: ClaimKind
    text: str
    published: float | None
    unit: Unit | None
    comparator: Comparator | None
    context: str | None


class Computed(BaseModel, frozen=True):
    """What a replication's function gives.

    Args:
        value: In ``unit``; for a claim of "up to" the greatest over the settings. ``None`` where the data at hand
            hold nothing to compute it from.
        unit: Of value, bounds and median; it must be the claim's.
        method: How it was computed, in a sentence.
        sources: Ids of the sources it rests on.
        n: What was counted or averaged over.
        low: Lower bound of a 95% interval, or of what the data leave open; ``None`` where there is none.
        high: Upper bound.
        bounds: Whether low and high bound what the data leave open, for certain, rather than a 95% interval.
        median: Over the same settings, where the value is a greatest.
        reason: Why it differs, or what else must be known.
        simulated: Whether it rests on generated data; such a value never reproduces anything.
        query: Settings of the page that shows it, where these depend on the data.
    """

    value: float | None
    unit: Unit
    method: str
    sources: tuple[str, ...]
    n: int | None = None
    low: float | None = None
    high: float | None = None
    bounds: bool = False
    median: float | None = None
    reason: str = ""
    simulated: bool = False
    query: dict[str, str] = {}


class Replication(BaseModel, frozen=True):
    """What Touchstone computes for a claim now, beside what was published.

    Args:
        claim_id: The claim.
        published: The number of the paper; ``None`` for a claim without one.
        expected: What the computed value is set against: the published number, or that of our reading.
        reading: What we take a claim without a number to say in numbers, in a sentence; empty for one with a number.
        unit: Of the number.
        comparator: How that is claimed.
        computed: What the data here give; ``None`` where they hold nothing for it.
        computed_unit: Always the published unit: units never cross.
        status: As `decide` gives it.
        tolerance: Distance from the number that is still within tolerance, in its unit.
        rounded_to: The last place the paper prints, in its unit: 1 for a count, 0.1 for 19.2.
        n: What was counted or averaged over.
        method: How it was computed.
        low: Lower bound of a 95% interval, or of what the data leave open.
        high: Upper bound.
        bounds: Whether low and high bound what the data leave open, for certain, rather than a 95% interval.
        maximum: The greatest over the settings, for a claim of "up to".
        median: Over the same settings.
        data_version: Of the catalogue.
        basis: What the value rests on: counted rows check more than a figure that a record states.
        sources: Ids of the sources it rests on.
        code: ``module:function``.
        page: Address of the page where one can turn the knobs.
        query: Its settings.
        reason: Why it differs, or what else must be known.
    """

    claim_id: str
    published: float | None
    expected: float
    reading: str
    unit: Unit
    comparator: Comparator
    computed: float | None
    computed_unit: Unit
    status: Status
    tolerance: float
    rounded_to: float
    n: int | None
    method: str
    low: float | None
    high: float | None
    bounds: bool
    maximum: float | None
    median: float | None
    data_version: str
    basis: Basis
    sources: tuple[str, ...]
    code: str
    page: str
    query: dict[str, str]
    reason: str


def decide(claim: Claim, found: Computed, *, tolerance: float = 0.0, rounded_to: float | None = None) -> Status:
    """Give the status of a claim once something was computed: the one place where it is decided.

    Args:
        claim: With a number.
        found: What was computed.
        tolerance: Distance from the published number that is still within tolerance, in its unit.
        rounded_to: The last place the paper prints; by default that of the number as it stands.

    Returns:
        ``simulated`` for generated data, whatever the value; ``not_attempted`` without a value; ``reproduced`` where
        it is equal at the printed precision or the inequality holds; ``within_tolerance`` or ``differs`` otherwise.

    Raises:
        BadInput: The claim has no number, or the units are not the same.

    >>> claim = Claim(
    ...     id="a/b", paper_id="a", paper="A", year=None, themes=(), kind="numeric", text="share", published=54.0,
    ...     unit="%", comparator="up_to", context=None,
    ... )
    >>> decide(claim, Computed(value=41.2, unit="%", method="counted", sources=("llmfao",)), tolerance=2)
    'differs'
    """  # fmt: skip
    if claim.published is None or claim.comparator is None:
        raise BadInput("a claim without a number cannot be set beside one", claim.id, PAPERS_HINT)
    if found.unit != claim.unit:
        what = f"the claim is in {claim.unit}, what was computed in {found.unit}: units never cross"
        raise BadInput(what, claim.id, "compute it in the unit of the claim")
    if found.simulated:
        return "simulated"
    if found.value is None or not math.isfinite(found.value):
        return "not_attempted"
    half = (printed_place(claim.published) if rounded_to is None else rounded_to) / 2
    off = found.value - claim.published
    misses = {">=": -off, "<=": off}.get(claim.comparator, abs(off))
    allowed = 0.0 if claim.comparator in (">=", "<=") else half
    if misses <= allowed * (1 + 1e-9):
        return "reproduced"
    return "within_tolerance" if misses <= tolerance else "differs"


def printed_place(value: float) -> float:
    """Give the last place of a number as it is printed; whole numbers are exact.

    >>> printed_place(19.2), printed_place(14_000.0)
    (0.1, 1.0)
    """
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return float(Decimal(1).scaleb(min(int(exponent), 0)))
