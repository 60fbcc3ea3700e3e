"""Closed words of the tables of models: how a source's spelling reads as one of ours."""

from __future__ import annotations

from typing import Literal, get_args

Domain = Literal[
    "language", "vision", "multimodal", "biology", "image_generation", "video", "speech", "audio", "games", "robotics",
    "mathematics", "medicine", "recommendation", "3d_modelling", "earth_science", "materials_science", "search",
    "astronomy", "other",
]  # fmt: skip
DOMAINS: tuple[Domain, ...] = get_args(Domain)

OrganisationKind = Literal["academia", "industry", "government", "research_collective"]
ORGANISATION_KINDS: tuple[OrganisationKind, ...] = get_args(OrganisationKind)

Openness = Literal[
    "open_weights_unrestricted", "open_weights_restricted_use", "open_weights_noncommercial",
    "api_access", "hosted_access", "unreleased",
]  # fmt: skip
OPENNESS: tuple[Openness, ...] = get_args(Openness)

RecordConfidence = Literal["confident", "likely", "speculative", "unverified", "wrong"]
"""How sure the source is of a row; only the first three say how far off a figure may be."""
RECORD_CONFIDENCE: tuple[RecordConfidence, ...] = get_args(RecordConfidence)

Method = Literal[
    "operation_counting", "hardware", "reported", "third_party", "benchmarks", "comparison_with_other_models", "cost"
]
METHODS: tuple[Method, ...] = get_args(Method)

NumericFormat = Literal["fp64", "fp32", "tf32", "fp16", "bf16", "fp8", "nvfp4", "int8"]
NUMERIC_FORMATS: tuple[NumericFormat, ...] = get_args(NumericFormat)

Architecture = Literal["dense", "moe", "encoder_decoder", "convolutional"]
ARCHITECTURES: tuple[Architecture, ...] = get_args(Architecture)

InputEvidence = Literal["cross_checked", "mismatch", "recalled", "epoch_only"]
"""How parameters and tokens meet the published FLOP: close, not close, nothing to check, or not both known."""
INPUT_EVIDENCE: tuple[InputEvidence, ...] = get_args(InputEvidence)

SPELLINGS: dict[str, str] = {
    "3d_modeling": "3d_modelling",
    "open_weights_non_commercial": "open_weights_noncommercial",
    "hosted_access_no_api": "hosted_access",
    "third_party_estimation": "third_party",
    "encdec": "encoder_decoder",
    "cnn": "convolutional",
}
"""From the snake-case form of a source's word to ours, where they differ."""
