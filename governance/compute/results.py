"""What judging a training history gives: one answer an instrument, with what it rests on."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel

from governance.compute.counting import CountedRun
from governance.compute.legal_vocabulary import Evidence, StatusThen, Subject, Verdict
from governance.compute.sensitivity import InputEffect
from governance.compute.terms import CrossCheck
from governance.compute.totals import Total

CUTS = (0.1, 0.9)
"""At and below the first a result is below, at and above the second it exceeds, between them it is indeterminate."""
GROWTH_A_YEAR = 4.6
"""Training compute of notable models since 2010 (Epoch AI, epoch.ai/data-insights/compute-trend-post-2010)."""


class Margin(BaseModel, frozen=True):
    """How far the median is from the line; below it, factor above 1 and months above 0.

    Args:
        factor: The line over the median.
        drift_months: Months of algorithmic progress worth the factor, at a halving in 8 months.
        growth_months: Months of growth of training compute worth the factor, at 4.6 times a year.

    Months are ``None`` where the line is a ratio.
    """

    line: float
    factor: float
    drift_months: float | None
    growth_months: float | None


class Spread(BaseModel, frozen=True):
    """A drawn total as a histogram.

    Args:
        edges: FLOP, one more than there are bins.
        shares: Of the draws, one a bin.
    """

    edges: tuple[float, ...]
    shares: tuple[float, ...]


class Tier(BaseModel, frozen=True):
    """A further test of an instrument, such as whether the developer is a large one."""

    name: str
    verdict: Verdict
    probability_low: float
    probability_high: float


class Settling(BaseModel, frozen=True):
    """The one fact that would most often settle a verdict.

    Args:
        fact: A missing fact, the text's silence (`counting`), or an input.
        kind: Which of these it is.
        share: Share of its outcomes in which the verdict is settled.
    """

    fact: str
    kind: str
    share: float


class Modification(BaseModel, frozen=True):
    """A modification's compute over that of the model it changes.

    Args:
        original: The last run of the developer who began the line of weights.
        latest: The last run of another developer before the modification.
        to_original, to_latest: Ratios; ``None`` where the compute of that model is unknown.
    """

    original: str | None
    latest: str | None
    to_original: Total | None
    to_latest: Total | None


class InstrumentResult(BaseModel, frozen=True):
    """One instrument's answer.

    Args:
        status: On the day asked about.
        in_force: Whether duties can bind on that day.
        decides: Whether it is in force and binding, so that the verdict has consequences.
        verdict: ``None`` where the instrument tests nothing.
        probability: Of exceeding; ``None`` where it turns on something unknown, then see its two bounds.
        total: FLOP by the instrument's rule without the runs on which the text is silent; ``None``: nothing counts.
        total_with_unclear: The same with them; ``None`` where there are none.
        missing: What is not known and matters.
        tornado: The inputs that matter, with what is unknown taken to hold.
    """

    id: str
    jurisdiction: str
    instrument: str
    citation: str
    subject: Subject
    binding: bool
    status: StatusThen
    status_note: str | None
    in_force: bool
    decides: bool
    verdict: Verdict | None
    probability: float | None
    probability_low: float | None
    probability_high: float | None
    counting_rule: str | None
    total: Total | None
    total_with_unclear: Total | None
    counted: tuple[CountedRun, ...]
    not_counted: tuple[CountedRun, ...]
    unclear: tuple[CountedRun, ...]
    margin: Margin | None
    missing: tuple[str, ...]
    tiers: tuple[Tier, ...]
    tornado: tuple[InputEffect, ...]
    settling: Settling | None
    duty: str
    due: str
    evidence: dict[str, Evidence]
    urls: tuple[str, ...]

    @property
    def is_unasked(self) -> bool:
        """Tell whether it asks of chips or clusters only, and the history says nothing that decides it."""
        return self.subject in ("cluster", "chip") and (self.probability_low, self.probability_high) == (0.0, 1.0)


class ScenarioResult(BaseModel, frozen=True):
    """All instruments on one day; the same history, day, draws and seed give the same result."""

    as_of: date
    draws: int
    seed: int
    instruments: tuple[InstrumentResult, ...]
    modification: Modification
    cross_checks: tuple[CrossCheck, ...]

    def of(self, instrument: str) -> InstrumentResult:
        """Give the result of an instrument by its id."""
        return next(one for one in self.instruments if one.id == instrument)


def verdict_of(low: float, high: float) -> Verdict:
    """Give the verdict for a probability of exceeding that lies between two bounds.

    >>> verdict_of(0.95, 0.97), verdict_of(0.05, 0.95), verdict_of(0.0, 0.1)
    ('exceeds', 'indeterminate', 'below')
    """
    return "exceeds" if low >= CUTS[1] else "below" if high <= CUTS[0] else "indeterminate"
