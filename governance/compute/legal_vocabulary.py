"""Closed words of histories, counting rules and legal thresholds."""

from __future__ import annotations

from typing import Literal, get_args

from governance.compute.vocabulary import Dimension

RunKind = Literal[
    "pretraining",
    "finetuning",
    "preference",
    "reinforcement",
    "synthetic_generation",
    "distillation",
    "merge",
    "upcycling",
    "quantization_aware",
    "evaluation",
    "exploratory",
    "reward_model",
]
"""What a run did."""
RUN_KINDS: tuple[RunKind, ...] = get_args(RunKind)

EdgeKind = Literal["initialised_from", "merged_from", "taught_by", "data_from", "rewarded_by"]
"""What a run took from another: its weights alone or among others, its outputs as teacher, its data, its reward."""
EDGE_KINDS: tuple[EdgeKind, ...] = get_args(EdgeKind)

Form = Literal["dense", "moe", "encoder_decoder", "adapter"]
"""How operations follow from parameters and tokens."""
FORMS: tuple[Form, ...] = get_args(Form)

NumericFormat = Literal["fp64", "fp32", "tf32", "bf16", "fp16", "fp8", "fp4", "int8", "int4"]
NUMERIC_FORMATS: tuple[NumericFormat, ...] = get_args(NumericFormat)

InputName = Literal[
    "parameters",
    "active_parameters",
    "adapter_parameters",
    "tokens",
    "epochs",
    "attention",
    "chips",
    "chip_peak",
    "hours",
    "utilisation",
    "uptime",
    "flop",
    "multiple",
    "post_training",
    "synthetic",
]
"""A number a run may give."""
INPUTS: dict[InputName, Dimension] = {
    "parameters": "parameters",
    "active_parameters": "parameters",
    "adapter_parameters": "parameters",
    "tokens": "tokens",
    "epochs": "factor",
    "attention": "factor",
    "chips": "chips",
    "chip_peak": "flop_per_second",
    "hours": "hours",
    "utilisation": "fraction",
    "uptime": "fraction",
    "flop": "flop",
    "multiple": "factor",
    "post_training": "factor",
    "synthetic": "factor",
}
"""What each measures. Epochs, attention, post-training and synthetic data are multiples of the plain run.

A run with a multiple is that many times what its other numbers give: half a run, or ten alike.
"""

AmountName = Literal[
    "revenue",
    "training_cost",
    "modification_cost",
    "distillation_cost",
    "developer_compute_cost",
    "cluster_peak",
    "cluster_peak_fp64",
    "cluster_peak_fp32",
    "cluster_volume",
    "network",
    "tpp",
    "performance_density",
    "memory_bandwidth",
    "original_compute",
]
"""A number that a threshold may ask of the developer, the cluster or the chip."""
AMOUNTS: dict[AmountName, Dimension] = {
    "revenue": "usd",
    "training_cost": "usd",
    "modification_cost": "usd",
    "distillation_cost": "usd",
    "developer_compute_cost": "usd",
    "cluster_peak": "flop_per_second",
    "cluster_peak_fp64": "flop_per_second",
    "cluster_peak_fp32": "flop_per_second",
    "cluster_volume": "count",
    "network": "bits_per_second",
    "tpp": "count",
    "performance_density": "count",
    "memory_bandwidth": "count",
    "original_compute": "flop",
}

FactName = Literal[
    "modality",
    "data_domain",
    "open_weights",
    "original_provider",
    "original_systemic",
    "ahead_of_open_models",
    "state_of_the_art",
    "serious_impact",
    "distilled_from_frontier",
]
"""A fact that a threshold may ask for."""
YES_NO = ("yes", "no")
FACTS: dict[FactName, tuple[str, ...]] = {
    "modality": ("text", "audio", "image_generation", "video_generation", "vision", "other"),
    "data_domain": ("general", "code", "biological_sequence", "robotics", "other"),
    "open_weights": YES_NO,
    "original_provider": YES_NO,
    "original_systemic": YES_NO,
    "ahead_of_open_models": YES_NO,
    "state_of_the_art": YES_NO,
    "serious_impact": YES_NO,
    "distilled_from_frontier": YES_NO,
}
"""The words each may be answered with."""

Part = Literal[
    "own_training",
    "modification_same_developer",
    "preference_training",
    "initialised_from",
    "modification_other_developer",
    "merged_from",
    "teacher_training",
    "teacher_inference",
    "synthetic_private",
    "synthetic_public",
    "reward_model_training",
    "evaluation",
    "exploratory",
]
"""The role of a run towards the judged model; where several apply, the first of them is shown."""
PARTS: tuple[Part, ...] = get_args(Part)

Counts = Literal["yes", "no", "unclear"]

Basis = Literal["cumulative", "per_run", "modification"]
"""A sum over runs, the largest run alone, or the sum over the modifier's own runs."""
BASES: tuple[Basis, ...] = get_args(Basis)

Evidence = Literal["verified", "secondary", "recalled"]
"""The text was read; read about; or is from memory."""
EVIDENCE: tuple[Evidence, ...] = get_args(Evidence)

Status = Literal[
    "in_force", "enacted", "passed", "proposed", "draft", "vetoed", "rescinded", "superseded", "not_enforced", "none"
]

StatusThen = Literal[
    "in_force",
    "enacted",
    "passed",
    "proposed",
    "draft",
    "vetoed",
    "rescinded",
    "superseded",
    "not_enforced",
    "none",
    "not_yet",
]
"""The status on a given day; `not_yet` is before the text existed."""

Subject = Literal["model", "modification", "cluster", "chip", "none"]

Op = Literal[">", ">=", "<", "<=", "is", "in"]

ComputedMetric = Literal[
    "training_compute",
    "modification_compute",
    "modification_ratio",
    "modification_unknown_original",
    "original_compute",
    "estimate_error_margin",
]
"""What a test measures that is worked out from the history; every other metric is an amount or a fact."""
COMPUTED: tuple[ComputedMetric, ...] = get_args(ComputedMetric)
METRICS: tuple[str, ...] = (*COMPUTED, *(name for name in AMOUNTS if name not in COMPUTED), *FACTS)

Verdict = Literal["exceeds", "indeterminate", "below"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
