"""What a scenario's results say, in sentences and table cells; every number comes from the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
import pycountry

from app.components.frame import plain
from app.theme import BADGE, EVIDENCE_MEANING, VERDICT_MEANING
from governance.catalogue.normalise import country_name
from governance.compute.judging import COUNTING, UNSET
from governance.compute.legal_vocabulary import VERDICTS, Evidence
from governance.compute.results import InstrumentResult, ScenarioResult
from governance.compute.thresholds import Instrument
from governance.compute.whatif import Comparison
from governance.exports.memo_words import STATUS_WORDS, probability_words

WOULD = {"exceeds": "would exceed", "indeterminate": "would be open", "below": "would be below"}
"""How a verdict is worded where the text does not hold on the day."""
NO_TEST = "tests nothing"
PART_WORDS = {
    "own_training": "its own training",
    "modification_same_developer": "a later change by the same developer",
    "preference_training": "preference or reinforcement training",
    "initialised_from": "a model by others that it starts from",
    "modification_other_developer": "a change by another developer",
    "merged_from": "a model merged in",
    "teacher_training": "training of a teacher",
    "teacher_inference": "outputs of a teacher",
    "synthetic_private": "making private data",
    "synthetic_public": "making public data",
    "reward_model_training": "training of a reward model",
    "evaluation": "evaluation",
    "exploratory": "exploration",
}
COUNTS_WORDS = {"yes": "counts", "no": "does not count", "unclear": "the text does not say"}


def place_name(code: str) -> str:
    """Name a jurisdiction.

    >>> place_name("US-CA"), place_name("EU")
    ('California', 'EU')
    """
    if code == "EU":
        return code
    found = pycountry.subdivisions.get(code=code) if "-" in code else None
    return str(found.name) if found else {"US": "US federal", "KR": "Korea"}.get(code) or country_name(code)


def verdict_words(one: InstrumentResult) -> str:
    """Word a verdict: plainly while the text is in force, else as what it would be."""
    if one.verdict is None:
        return NO_TEST
    return one.verdict if one.in_force else WOULD[one.verdict]


def chance(one: InstrumentResult | Comparison) -> str:
    """Write the probability, or its two bounds where it turns on something unknown."""
    return probability_words(one.probability_low, one.probability_high)


def answer(result: ScenarioResult, shown: Sequence[InstrumentResult]) -> str:
    """Answer the question: what each text in force says, never one verdict for all of them."""
    deciding = [one for one in shown if one.in_force and one.verdict]
    said = []
    for verdict in VERDICTS:
        mine = [one for one in deciding if one.verdict == verdict]
        if mine:
            names = ", ".join(_with_chance(one) if verdict == "indeterminate" else short_name(one) for one in mine)
            said.append(f":{BADGE[VERDICT_MEANING[verdict]]}-badge[{verdict}] {plain(names)}")
    if not said:
        return f"No threshold shown here was in force on {result.as_of}."
    return " · ".join(said)


def short_name(one: InstrumentResult | Instrument) -> str:
    """Name an instrument by its place and its number or short name."""
    return f"{place_name(one.jurisdiction)} {SHORT.get(one.id, one.instrument)}".strip()


SHORT = {
    "eu-aiact-51-2": "AI Act 51(2)",
    "eu-gpai-1e23": "general-purpose guideline",
    "eu-gpai-one-third": "one-third guideline",
    "eu-gpai-guidelines-annex": "counting guideline",
    "kr-ai-basic-act": "AI Basic Act",
    "us-ca-sb53": "SB 53",
    "us-ca-sb1047": "SB 1047",
    "us-ny-raise-2025": "RAISE of 2025",
    "us-ny-raise-2026": "RAISE",
    "us-il-sb315": "SB 315",
    "us-eo14110-model": "EO 14110",
    "us-eo14110-bio": "EO 14110, biology",
    "us-eo14110-cluster": "EO 14110, clusters",
    "us-bis-nprm-2024": "reporting rule",
    "us-bis-ai-diffusion": "diffusion rule",
    "us-fed-gaaia-draft": "AI Act draft",
    "us-iaas-kyc": "cloud rule",
    "us-bis-2022-supercomputer": "supercomputer rule",
    "us-bis-2026-h200": "H200 rule",
    "us-ear-3a090a": "3A090.a",
    "us-ear-3a090b": "3A090.b",
    "uk-none": "",
    "cn-none": "",
}
"""Names short enough for a chart's labels."""


def turns_on(one: InstrumentResult) -> str:
    """Say what would settle an open verdict, or what is missing."""
    if one.settling:
        return input_words(one.settling.fact)
    return ", ".join(input_words(name) for name in one.missing)


OPEN = {COUNTING: "runs on which text or history is silent", UNSET: "a figure not yet set"}


def input_words(name: str) -> str:
    """Name an input or fact as the form does.

    >>> input_words("run/post_training"), input_words("training_cost")
    ('post training', 'training cost')
    """
    if name in OPEN:
        return OPEN[name]
    run, _, field = name.rpartition("/")
    words = field.replace("_", " ")
    return words if run in ("", "run") else f"{words} of {run}"


def results_table(result: ScenarioResult, shown: Sequence[InstrumentResult]) -> pl.DataFrame:
    """Give one row an instrument; unknown stays null, nothing is rounded."""
    rows = [
        {
            "instrument": short_name(one),
            "verdict": [verdict_words(one)],
            "probability": one.probability,
            "total": one.total.median if one.total else None,
            "line": one.margin.line if one.margin and one.margin.line > 1 else None,
            "margin": one.margin.factor if one.margin else None,
            "status": STATUS_WORDS[one.status],
            "turns_on": turns_on(one),
            "probability_bounds": chance(one),
            "id": one.id,
        }
        for one in shown
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def runs_table(one: InstrumentResult, titles: Mapping[str, str]) -> pl.DataFrame:
    """Give which runs count under an instrument's rule, and where its text says so."""
    rows = [
        {
            "run": titles.get(run.run) or run.run,
            "counts": COUNTS_WORDS[run.counts],
            "as": PART_WORDS.get(run.part or "", "not part of the model"),
            "paragraph": run.paragraph or None,
            "reason": run.reason,
        }
        for run in (*one.counted, *one.unclear, *one.not_counted)
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def tornado_table(one: InstrumentResult) -> pl.DataFrame:
    """Give the probability with each input in its lowest and highest tenth."""
    rows = [
        {
            "input": input_words(effect.input),
            "lowest": effect.lowest,
            "highest": effect.highest,
            "settles": effect.settles,
        }
        for effect in one.tornado
    ]
    return pl.DataFrame(
        rows, schema={"input": pl.String, "lowest": pl.Float64, "highest": pl.Float64, "settles": pl.Float64}
    )


def evidence_badge(evidence: Evidence) -> str:
    """Mark how well a field is known.

    >>> evidence_badge("verified")
    ':green-badge[verified]'
    """
    return f":{BADGE[EVIDENCE_MEANING[evidence]]}-badge[{evidence}]"


def _with_chance(one: InstrumentResult) -> str:
    return short_name(one) if one.probability is None else f"{short_name(one)} (P {chance(one)})"
