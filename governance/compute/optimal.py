"""How a compute budget is best split between parameters and tokens, by published fits of the loss."""

from __future__ import annotations

import math

from pydantic import BaseModel

from governance.compute.vocabulary import ScalingLawName

FITTED = (1e18, 1e24)
"""Compute over which the fits were made; beyond is extrapolation."""
TOKENS_PER_PARAMETER = 20.0
"""Approaches 1 and 2 of Hoffmann et al. 2022: both halves grow with the square root of compute."""


class ScalingLaw(BaseModel, frozen=True):
    """Loss = floor + a / parameters^alpha + b / tokens^beta, in nats a token."""

    floor: float
    a: float
    b: float
    alpha: float
    beta: float
    source: str

    def loss(self, parameters: float, tokens: float) -> float:
        """Give the loss a dense model of that size reaches on that many tokens."""
        return float(self.floor + self.a / parameters**self.alpha + self.b / tokens**self.beta)


class Optimum(BaseModel, frozen=True):
    """The split of a budget with the least loss."""

    parameters: float
    tokens: float
    tokens_per_parameter: float
    loss: float | None
    """None where the approach fits no loss."""
    extrapolated: bool
    """Whether the budget is outside what the fit was made on."""


SCALING_LAWS: dict[ScalingLawName, ScalingLaw] = {
    "besiroglu_2024": ScalingLaw(
        floor=1.8172,
        a=482.01,
        b=2085.43,
        alpha=0.3478,
        beta=0.3658,
        source="Besiroglu et al. 2024 (arXiv 2404.10102), a refit of Hoffmann et al.'s points",
    ),
    "hoffmann_rounded": ScalingLaw(
        floor=1.69,
        a=406.4,
        b=410.7,
        alpha=0.34,
        beta=0.28,
        source="Hoffmann et al. 2022 (arXiv 2203.15556), approach 3 as printed",
    ),
    "hoffmann_unrounded": ScalingLaw(
        floor=1.69,
        a=406.4,
        b=410.7,
        alpha=0.3392,
        beta=0.2849,
        source="Hoffmann et al. 2022 (arXiv 2203.15556), approach 3 with the exponents of its source files",
    ),
}


def optimum(flop: float, law: ScalingLawName = "besiroglu_2024") -> Optimum:
    """Split a budget by approach 3: the least loss of a fitted law under 6 × parameters × tokens = FLOP.

    Args:
        flop: The budget, above 0.
        law: Which fit.

    Source: Hoffmann et al. 2022, equation 4; the parameters name their own source.

    >>> round(optimum(5.76e23).tokens_per_parameter, 1)
    18.4
    """
    fit = SCALING_LAWS[law]
    exponents = fit.alpha + fit.beta
    balance = (fit.alpha * fit.a / (fit.beta * fit.b)) ** (1 / exponents)
    parameters = balance * (flop / 6) ** (fit.beta / exponents)
    tokens = flop / 6 / parameters
    return Optimum(
        parameters=parameters,
        tokens=tokens,
        tokens_per_parameter=tokens / parameters,
        loss=fit.loss(parameters, tokens),
        extrapolated=_extrapolated(flop),
    )


def optimum_by_ratio(flop: float, tokens_per_parameter: float = TOKENS_PER_PARAMETER) -> Optimum:
    """Split a budget by approaches 1 and 2: a fixed number of tokens for each parameter.

    Source: Hoffmann et al. 2022, table 2.

    >>> round(optimum_by_ratio(5.88e23).parameters / 1e9)
    70
    """
    parameters = math.sqrt(flop / (6 * tokens_per_parameter))
    return Optimum(
        parameters=parameters,
        tokens=tokens_per_parameter * parameters,
        tokens_per_parameter=tokens_per_parameter,
        loss=None,
        extrapolated=_extrapolated(flop),
    )


def _extrapolated(flop: float) -> bool:
    return not FITTED[0] <= flop <= FITTED[1]
