"""The closed words of assessments; forms, checks and widgets derive from them."""

from __future__ import annotations

from typing import Literal, get_args

Modality = Literal["text", "code", "image", "audio", "video"]
MODALITIES: tuple[Modality, ...] = get_args(Modality)

Form = Literal["social_impact", "risk"]
FORMS: tuple[Form, ...] = get_args(Form)

State = Literal["draft", "in_review", "signed", "superseded", "withdrawn"]
STATES: tuple[State, ...] = get_args(State)

Status = Literal["not_assessed", "not_applicable", "none_found", "found"]
"""Of one item. ``not_assessed`` is no finding: it never counts as zero."""
STATUSES: tuple[Status, ...] = get_args(Status)

Party = Literal["first", "third", "joint"]
PARTIES: tuple[Party, ...] = get_args(Party)

Confidence = Literal["low", "medium", "high"]
CONFIDENCES: tuple[Confidence, ...] = get_args(Confidence)

Level = Literal[0, 1, 2, 3]
"""Of reporting: none after a search, mention, partial, enough to repeat. The rubric is ours."""
LEVELS: tuple[Level, ...] = get_args(Level)

EvidenceKind = Literal["link", "record", "file", "figure"]

RemarkKind = Literal["comment", "request", "opinion"]
Opinion = Literal["agree", "disagree"]

Severity = Literal["minor", "moderate", "serious", "severe", "catastrophic"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
Likelihood = Literal["rare", "unlikely", "possible", "likely", "almost_certain", "cannot_estimate"]
LIKELIHOODS: tuple[Likelihood, ...] = get_args(Likelihood)
Tier = Literal["low", "controlled_with_mitigation", "high_uncertainty", "unacceptable"]
"""Of risk after mitigation, the lowest first. The names are ours."""
TIERS: tuple[Tier, ...] = get_args(Tier)
Decision = Literal["deploy", "deploy_with_guardrails", "staged_access", "research_only", "do_not_deploy", "withdraw"]
DECISIONS: tuple[Decision, ...] = get_args(Decision)
Trigger = Literal[
    "new_elicitation", "fine_tune", "tool_access", "incident", "capability_paper", "time_limit", "usage_shift"
]
TRIGGERS: tuple[Trigger, ...] = get_args(Trigger)

ThreatModel = Literal["TM1", "TM2", "other"]
Method = Literal["uplift_rct", "red_team", "benchmark", "survey", "wet_lab", "modelling", "opinion"]
Comparator = Literal["none", "internet_only", "no_tool", "expert", "prior_model", "conventional_tool"]
Direction = Literal["increase", "no_detectable_increase", "mixed", "not_tested"]
Limitation = Literal[
    "no_baseline",
    "small_n",
    "proxy_task",
    "no_wet_lab",
    "not_reproducible",
    "undisclosed_methods",
    "author_interest",
    "dated_model",
    "speculative",
]
Transparency = Literal["full", "partial", "none"]

Relation = Literal["equal", "subset", "superset", "intersects", "related", "none"]
"""Between an item of ours and one of another framework, after NIST IR 8477."""
RELATIONS: tuple[Relation, ...] = get_args(Relation)
