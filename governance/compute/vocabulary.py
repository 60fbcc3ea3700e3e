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

Architecture = Literal["dense", "moe", "encoder_decoder", "adapter"]
"""What is trained: which part of the parameters one token passes, and which of them are updated."""
ARCHITECTURES: tuple[Architecture, ...] = get_args(Architecture)

EstimateMethod = Literal["architecture", "hardware"]
"""Whether training compute was counted from the model and its tokens, or from chips and time."""

ScalingLawName = Literal["besiroglu_2024", "hoffmann_rounded", "hoffmann_unrounded"]
"""Published fits of loss against parameters and tokens, the default first."""
SCALING_LAW_NAMES: tuple[ScalingLawName, ...] = get_args(ScalingLawName)

HalvingName = Literal["arxiv_v1", "neurips_2024"]
"""The two versions of one paper that give different intervals for the same halving time."""
