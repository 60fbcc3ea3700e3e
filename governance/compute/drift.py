"""How a fixed threshold ages: better algorithms, compute spent at use, and modification after modification."""

from __future__ import annotations

from datetime import date

import numpy as np
from pydantic import BaseModel

from governance.compute.formulas import Numbers
from governance.compute.vocabulary import HalvingName
from governance.errors import BadInput

HALVING_MONTHS = 8.0
MODIFICATION_SHARE = 1 / 3
MOST_STEPS = 1000


class Halving(BaseModel, frozen=True):
    """In how many months the compute for one level of language modelling halves."""

    months: float
    low: float
    high: float
    coverage: float
    """Of the interval from low to high."""
    source: str


class ThresholdBand(BaseModel, frozen=True):
    """The FLOP that later buy what a threshold bought when it was set."""

    flop: float
    low: float
    high: float
    coverage: float
    source: str


class TrainingEquivalent(BaseModel, frozen=True):
    """Orders of magnitude of training compute that extra compute at use is worth: a rough range."""

    low: float
    high: float
    only_if_cheaply_checked: bool


class SequentialTotals(BaseModel, frozen=True):
    """What a chain of modifications adds up to, none of them above its share of the model it is measured against."""

    steps: int
    against_first: float
    """FLOP where every step is a share of the first model's compute."""
    against_last: float
    """FLOP where every step is a share of all compute before it."""


HALVINGS: dict[HalvingName, Halving] = {
    "arxiv_v1": Halving(
        months=HALVING_MONTHS, low=5, high=14, coverage=0.95, source="Ho et al. 2024, arXiv 2403.05812 v1"
    ),
    "neurips_2024": Halving(
        months=HALVING_MONTHS, low=2, high=22, coverage=0.90, source="Ho et al. 2024, NeurIPS 2024 version"
    ),
}
# Orders at use, orders of training, whether a cheap check is needed.
_EQUIVALENTS = ((1.0, 2.0, 1.0, 1.0, False), (2.0, 3.0, 2.0, 2.0, False), (5.0, 6.0, 3.0, 4.0, True))


def years_between(start: date, end: date) -> float:
    """Give the years from one day to another, negative if the second is earlier."""
    return (end - start).days / 365.25


def effective_compute(flop: Numbers, years: Numbers, halving_months: Numbers = HALVING_MONTHS) -> Numbers:
    """Give the FLOP that would have bought as much that many years earlier.

    It speaks of pre-training on text, 2012 to 2023, and not of gains made after it.

    Source: Ho et al. 2024 (arXiv 2403.05812).

    >>> effective_compute(1e25, 2, 8)
    8e+25
    """
    return flop * 2 ** (12 * years / halving_months)


def equal_capability_threshold(threshold: Numbers, years: Numbers, halving_months: Numbers = HALVING_MONTHS) -> Numbers:
    """Give the FLOP that buy, that many years on, what the threshold bought when it was set.

    Source: Ho et al. 2024 (arXiv 2403.05812).

    >>> equal_capability_threshold(1e25, 2, 8)
    1.25e+24
    """
    return threshold * 2 ** (-12 * years / halving_months)


def threshold_band(threshold: float, years: float, version: HalvingName) -> ThresholdBand:
    """Give the aged threshold with the interval one version of the paper publishes.

    >>> threshold_band(1e25, 2, "neurips_2024").low
    2.44140625e+21
    """
    halving = HALVINGS[version]
    ends = sorted(float(equal_capability_threshold(threshold, years, one)) for one in (halving.low, halving.high))
    return ThresholdBand(
        flop=float(equal_capability_threshold(threshold, years, halving.months)),
        low=ends[0],
        high=ends[1],
        coverage=halving.coverage,
        source=halving.source,
    )


def years_to_staleness(factor: Numbers, halving_months: Numbers = HALVING_MONTHS) -> Numbers:
    """Give the years after which a threshold catches only what once took that many times more.

    >>> float(years_to_staleness(8, 8))
    2.0
    """
    return halving_months * np.log2(factor)[()] / 12


def training_equivalent(inference_orders: float, *, cheaply_checked: bool = False) -> TrainingEquivalent | None:
    """Tell how many orders of magnitude of training some orders of magnitude more compute at use are worth.

    Args:
        inference_orders: log10 of compute at use over what one plain answer takes.
        cheaply_checked: Whether answers are cheap to check, as code under tests or proofs are.

    Returns:
        A range, good to about one order at best; None where nothing is published.

    Source: Villalobos and Atkinson 2023, Epoch AI, "Trading off compute in training and inference".

    >>> training_equivalent(1.5).high
    1.0
    >>> training_equivalent(4) is None
    True
    """
    holding = [one for one in _EQUIVALENTS if one[0] <= inference_orders <= one[1] and (cheaply_checked or not one[4])]
    if not holding:
        return None
    return TrainingEquivalent(
        low=min(one[2] for one in holding),
        high=max(one[3] for one in holding),
        only_if_cheaply_checked=any(one[4] for one in holding),
    )


def sequential_totals(base_flop: float, steps: int, share: float = MODIFICATION_SHARE) -> SequentialTotals:
    """Add up modifications that each stay at a share of the model they are measured against.

    Args:
        base_flop: Compute of the first model.
        steps: How many modifications, one after the other.
        share: What each adds, as a share of the first model or of all before it.

    Raises:
        BadInput: If there are fewer than 0 or more than 1,000 steps.

    Source: Commission Guidelines C(2025) 7719 set the share at a third and are silent on several modifiers in a row.

    >>> sequential_totals(1e25, 3).against_first
    2e+25
    """
    if not 0 <= steps <= MOST_STEPS:
        raise BadInput(f"{steps} steps", "steps", f"give 0 to {MOST_STEPS} steps")
    return SequentialTotals(
        steps=steps,
        against_first=base_flop * (1 + share * steps),
        against_last=base_flop * (1 + share) ** steps,
    )
