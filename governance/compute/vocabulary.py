"""Closed words of the compute domain: every check, help text and widget derives from these."""

from __future__ import annotations

from typing import Literal, get_args

Dimension = Literal[
    "parameters",
    "tokens",
    "flop",
    "flop_per_second",
    "chips",
    "hours",
    "chip_hours",
    "fraction",
    "factor",
    "usd",
    "kwh",
    "watts",
    "bits_per_second",
    "count",
]
"""What a number measures; a flop is an operation, never a rate."""
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)

Distribution = Literal["exact", "lognormal", "uniform", "triangular"]
"""How an uncertain number spreads between its ends."""
DISTRIBUTIONS: tuple[Distribution, ...] = get_args(Distribution)
