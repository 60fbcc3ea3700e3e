"""Training compute from chips and time, and how well it agrees with the count from the model."""

from __future__ import annotations

import math

from pydantic import BaseModel

from governance.compute.formulas import Numbers

AGREEMENT = (0.5, 2.0)
"""Ratios of the two methods between these are taken to agree; outside, an input is worth asking about."""
BF16_BITS = 16


class CrossCheck(BaseModel, frozen=True):
    """How the count from the model compares with that from chips and time."""

    architecture_flop: float
    hardware_flop: float
    ratio: float
    """The first over the second."""
    agrees: bool
    implied_utilisation: float | None
    """The utilisation while running at which the two would be equal; above 1 none can be."""
    pooled_flop: float
    """Both together: the mean of their logarithms, the surer one weighing more."""


def hardware_flop(
    chips: Numbers, hours: Numbers, peak: Numbers, utilisation: Numbers, uptime: Numbers = 1.0
) -> Numbers:
    """Count training from the chips and the time they ran.

    Args:
        chips: Number of chips.
        hours: Wall-clock hours; with chip-hours, give 1 chip.
        peak: Dense peak of one chip in the numeric format used, FLOP/s. The wrong format is wrong by two or more.
        utilisation: Model FLOP utilisation, 0 to 1, with no recomputation in it.
        uptime: Share of the time that training ran, 0 to 1.

    Source: Commission Guidelines C(2025) 7719, annex A.2.1.

    >>> hardware_flop(1000, 370, 989e12, 0.5)
    6.58674e+23
    """
    return chips * hours * 3600 * peak * utilisation * uptime


def cluster_time(
    threshold: Numbers, chips: Numbers, peak: Numbers, utilisation: Numbers, uptime: Numbers = 1.0
) -> Numbers:
    """Tell the wall-clock hours in which a cluster reaches a threshold in FLOP.

    >>> cluster_time(1e25, 10_000, 1e15, 0.4)
    694.4444444444445
    """
    return threshold / hardware_flop(chips, 1.0, peak, utilisation, uptime)


def chips_until(
    threshold: Numbers, hours: Numbers, peak: Numbers, utilisation: Numbers, uptime: Numbers = 1.0
) -> Numbers:
    """Tell how many chips reach a threshold in FLOP within that many hours."""
    return threshold / hardware_flop(1.0, hours, peak, utilisation, uptime)


def bf16_equivalent(operations: Numbers, bits: Numbers) -> Numbers:
    """Weigh operations by their width against 16 bits: a sensitivity, as no rule on training compute does so.

    Source: Commission Guidelines C(2025) 7719, paragraph 125, counts all operations alike.

    >>> bf16_equivalent(2e25, 8)
    1e+25
    """
    return operations * bits / BF16_BITS


def cross_check(
    architecture: float,
    hardware: float,
    *,
    utilisation: float | None = None,
    architecture_sd: float = 0.0,
    hardware_sd: float = 0.0,
) -> CrossCheck:
    """Compare the two counts of one training run.

    Args:
        architecture: FLOP counted from the model and its tokens.
        hardware: FLOP counted from chips and time.
        utilisation: The utilisation the second was counted with.
        architecture_sd: Standard deviation of the first's log10.
        hardware_sd: Standard deviation of the second's log10. The two weigh alike unless both are above 0, for
            exact inputs do not make a formula exact.

    >>> cross_check(3.3e24, 2.2e24, utilisation=0.3).implied_utilisation
    0.44999...
    """
    ratio = architecture / hardware
    weights = (architecture_sd**-2, hardware_sd**-2) if architecture_sd > 0 and hardware_sd > 0 else (1.0, 1.0)
    logs = (math.log10(architecture), math.log10(hardware))
    pooled = sum(weight * log for weight, log in zip(weights, logs, strict=True)) / sum(weights)
    return CrossCheck(
        architecture_flop=architecture,
        hardware_flop=hardware,
        ratio=ratio,
        agrees=AGREEMENT[0] <= ratio <= AGREEMENT[1],
        implied_utilisation=None if utilisation is None else utilisation * ratio,
        pooled_flop=10**pooled,
    )
