"""The closed words of the evidence review, and how each reads on a page."""

from __future__ import annotations

from typing import Literal, get_args

from governance.assessment.vocabulary import Comparator, Direction, Limitation, Method, ThreatModel, Transparency

THREAT_MODELS: tuple[ThreatModel, ...] = get_args(ThreatModel)
METHODS: tuple[Method, ...] = get_args(Method)
COMPARATORS: tuple[Comparator, ...] = get_args(Comparator)
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
LIMITATIONS: tuple[Limitation, ...] = get_args(Limitation)
TRANSPARENCIES: tuple[Transparency, ...] = get_args(Transparency)

Safeguards = Literal["on", "off", "both"]
SAFEGUARDS: tuple[Safeguards, ...] = get_args(Safeguards)

Judged = Literal["yes", "no", "not_stated"]
"""Of one criterion; what is not stated is not judged, and never counts as no."""

NOT_STATED = "not_stated"
WHOLE = "whole_chain"
"""The row of studies that name no single step: they speak of the threat model as a whole."""

CHAINS: dict[ThreatModel, tuple[str, ...]] = {
    "TM1": ("intent", "acquire_information", "plan", "acquire_materials", "produce", "test_formulate", "release"),
    "TM2": ("design", "in_silico_validation", "synthesis_order", "wet_lab_build", "test"),
    "other": (),
}
"""Steps from wish to harm, in order; another threat model has steps in the reviewer's own words."""

THREAT_MODEL_LABELS: dict[ThreatModel, str] = {
    "TM1": "Information and planning by language models",
    "TM2": "AI-enabled biological tools",
    "other": "Another threat model",
}
STEP_LABELS: dict[str, str] = {
    "intent": "Intent",
    "acquire_information": "Acquire information",
    "plan": "Plan",
    "acquire_materials": "Acquire materials",
    "produce": "Produce",
    "test_formulate": "Test and formulate",
    "release": "Release",
    "design": "Design",
    "in_silico_validation": "In-silico validation",
    "synthesis_order": "Synthesis order",
    "wet_lab_build": "Wet-lab build",
    "test": "Test",
    WHOLE: "No single step",
}
COMPARATOR_LABELS: dict[str, str] = {
    "none": "No baseline",
    "internet_only": "Internet only",
    "no_tool": "No tool",
    "expert": "Experts",
    "prior_model": "Earlier model",
    "conventional_tool": "Conventional tool",
    NOT_STATED: "Not stated",
}
METHOD_LABELS: dict[Method, str] = {
    "uplift_rct": "Uplift study with a control group",
    "red_team": "Red team",
    "benchmark": "Benchmark",
    "survey": "Survey of the literature",
    "wet_lab": "Wet-lab validation",
    "modelling": "Modelling",
    "opinion": "Argument or opinion",
}
DIRECTION_LABELS: dict[Direction, str] = {
    "increase": "Increase",
    "no_detectable_increase": "No detectable increase",
    "mixed": "Mixed",
    "not_tested": "Not tested",
}
LIMITATION_LABELS: dict[Limitation, str] = {
    "no_baseline": "No baseline",
    "small_n": "Few participants",
    "proxy_task": "Proxy task",
    "no_wet_lab": "Nothing done in a laboratory",
    "not_reproducible": "Cannot be repeated",
    "undisclosed_methods": "Methods not disclosed",
    "author_interest": "Authors have an interest",
    "dated_model": "Models since superseded",
    "speculative": "Speculative",
}
OPPOSITE: frozenset[Direction] = frozenset(("increase", "no_detectable_increase"))
"""The two directions that contradict each other; a mixed or untested finding contradicts nothing."""
