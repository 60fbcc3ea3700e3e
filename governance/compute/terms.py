"""The operations of a run as products of its inputs: what Monte Carlo draws and what a cross-check compares."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pydantic import BaseModel

from governance.compute.history import History, Run
from governance.compute.legal_vocabulary import InputName, RunKind
from governance.compute.quantities import Quantity
from governance.errors import BadInput

OPERATIONS: dict[RunKind, float] = {
    "synthetic_generation": 2,
    "evaluation": 2,
    "preference": 8,
    "reinforcement": 8,
}
"""Operations a parameter and token; 6 for plain training (forward 2, backward 4), 2 where nothing is learned.

Preference: 6 and a forward pass of the reference. Reinforcement: a forward pass to generate, then 6.
"""
TRAINING = 6.0
FROZEN = 4.0
ENCODER_DECODER = 3.0
SECONDS = 3_600.0
CROSS_CHECK_FACTOR = 2.0
"""Two ways of estimating that differ by more than this call for another look at the inputs."""

_FURTHER: tuple[InputName, ...] = ("multiple", "post_training", "synthetic")


@dataclass(frozen=True, slots=True)
class Factor:
    """One uncertain or exact number in a product; equal keys are one number, drawn once."""

    key: str
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class Term:
    """A constant times some factors: FLOP of a run, or of one part of it."""

    run: str
    constant: float
    factors: tuple[Factor, ...]

    def at_middle(self) -> float:
        """Give the product of the constant and the middles."""
        return self.constant * math.prod(factor.quantity.mid for factor in self.factors)


class CrossCheck(BaseModel, frozen=True):
    """A run's architecture estimate beside its hardware estimate, both at the middles of their inputs.

    Args:
        architecture: FLOP.
        hardware: FLOP.
        ratio: The first over the second.
        agrees: Whether they are within a factor of 2.
    """

    run: str
    architecture: float
    hardware: float
    ratio: float
    agrees: bool


def terms_of(run: Run) -> tuple[Term, ...]:
    """Give the products whose sum is a run's FLOP; none where it gives no numbers.

    Raises:
        BadInput: A mixture of experts does not say how many parameters are active.

    Source: Kaplan et al. 2020, arXiv 2001.08361, section 2.1; Commission Guidelines (2025), Annex A.2.

    >>> from governance.compute.quantities import read_quantity
    >>> run = Run(
    ...     id="a", inputs={"parameters": read_quantity("70B", "parameters"), "tokens": read_quantity("15T", "tokens")}
    ... )
    >>> terms_of(run)[0].at_middle()
    6.3e+24
    """
    if run.method == "stated":
        return (_term(run, 1.0, ("flop", *_FURTHER)),)
    if run.method == "hardware":
        return (_hardware(run),)
    return _architecture(run) if run.method == "architecture" else ()


def cross_checks(history: History) -> tuple[CrossCheck, ...]:
    """Compare both estimates of every run that gives architecture and hardware.

    >>> from governance.compute.history_files import quick_history
    >>> both = quick_history("70B", "15T", chips="16000", chip_peak="989 TFLOP/s", hours="1000", utilisation="40%")
    >>> [(round(one.ratio, 2), one.agrees) for one in cross_checks(both)]
    [(0.28, False)]
    """
    found = []
    for run in history.runs:
        if run.has_architecture and run.has_hardware:
            counted = sum(term.at_middle() for term in _architecture(run))
            measured = _hardware(run).at_middle()
            ratio = counted / measured
            agrees = 1 / CROSS_CHECK_FACTOR <= ratio <= CROSS_CHECK_FACTOR
            found.append(CrossCheck(run=run.id, architecture=counted, hardware=measured, ratio=ratio, agrees=agrees))
    return tuple(found)


def _architecture(run: Run) -> tuple[Term, ...]:
    each: tuple[InputName, ...] = ("tokens", "epochs", "attention", *_FURTHER)
    used: InputName = "active_parameters" if "active_parameters" in run.inputs else "parameters"
    if run.form == "moe" and used == "parameters":
        fix = "give active_parameters: those used for one token"
        raise BadInput("a mixture of experts without its active parameters", f"run {run.id}", fix)
    operations = OPERATIONS.get(run.kind, TRAINING)
    if run.form == "adapter" and operations >= TRAINING:
        # Frozen weights need no gradient of their own: two operations a parameter and token less.
        base = _term(run, operations - TRAINING + FROZEN, (used, *each))
        return (base, _term(run, operations, ("adapter_parameters", *each))) if _has_adapter(run) else (base,)
    if run.form == "encoder_decoder":
        # Each half of the parameters sees its own half of the work.
        operations *= ENCODER_DECODER / TRAINING
    return (_term(run, operations, (used, *each)),)


def _hardware(run: Run) -> Term:
    return _term(run, SECONDS, ("chips", "chip_peak", "hours", "utilisation", "uptime", *_FURTHER))


def _has_adapter(run: Run) -> bool:
    return "adapter_parameters" in run.inputs


def _term(run: Run, constant: float, names: tuple[InputName, ...]) -> Term:
    factors = tuple(
        Factor(f"shared:{run.shared[name]}" if name in run.shared else f"input:{run.id}/{name}", run.inputs[name])
        for name in names
        if name in run.inputs
    )
    return Term(run.id, constant, factors)
