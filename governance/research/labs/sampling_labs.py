"""The lab on sampling and selecting."""

from __future__ import annotations

import numpy as np
import polars as pl

from governance.research.labs.lab import Lab, LabFigure, LabResult, Number, Setting, Settings, TableColumn, number
from governance.research.labs.lab_tables import percent, rows_table
from governance.research.labs.sampling import Sampled, Sampling, sampling

GAINS = {"eng": 0.9, "fra": 0.6, "swh": 0.0}
"""Planted: correlation of the example's selector with the score."""


def _run(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    most = None if settings["samples"] is None else int(number(settings, "samples"))
    cost = None if settings["cost"] is None else number(settings, "cost")
    found = sampling(_prompts(frame), most=most, cost=cost, seed=seed)
    last, single = found.steps[-1], found.steps[0].oracle
    gain = last.oracle_gain if last.selector_gain is None else last.selector_gain
    who = "the best" if last.selector_gain is None else "the selector's pick"
    answer = f"With {found.n} samples {who} is {gain:+.3g} points over one sample"
    if last.selector_gain is not None:
        share = 100 * last.selector_gain / last.oracle_gain if last.oracle_gain > 0 else None
        answer += f", {percent(share)} of the {last.oracle_gain:.3g} points that the best would give"
    return LabResult(
        answer=f"{answer}.",
        figures=(_steps(found, answer), _languages(found)),
        numbers=(
            Number(f"gain with {found.n} samples", gain, "points"),
            Number("one sample", single, "points"),
            Number("best of all, an upper bound", last.oracle, "points"),
            Number("samples", float(found.n), "count", claim="inference-scaling-multilingual/samples"),
            Number("cost of all samples", last.cost, "your unit"),
        ),
        tables={"By language": rows_table(found.languages)},
        method="expected best and pick of n drawn without putting back, exact for each prompt, mean over prompts",
        n=found.items, counted="prompts", interval="95%, bootstrap over prompts of a language", seed=seed,
        limits=(
            "The best of n (oracle) knows the true score: it bounds every selector, and no system has it.",
            "Points are of your score. The paper's +6.8 and +9.0 are win-rate points, comparable only if yours are.",
        ),
    )  # fmt: skip


def _prompts(frame: pl.DataFrame) -> list[Sampled]:
    judged = frame["selector"].null_count() < frame.height
    grouped = frame.group_by("item", "language", maintain_order=True).agg("score", "selector")
    return [
        Sampled(
            item=item, language=language or "all", scores=tuple(scores),
            selector=tuple(float("nan") if one is None else one for one in picks) if judged else (),
        )
        for item, language, scores, picks in grouped.iter_rows()
    ]  # fmt: skip


def _steps(found: Sampling, answer: str) -> LabFigure:
    lines = [("best of n (oracle)", "oracle"), *([("selector's pick", "selector")] if found.has_selector else [])]
    table = pl.concat([
        pl.DataFrame([{"samples": one.n, "score": getattr(one, field), "choice": name} for one in found.steps])
        for name, field in lines
    ])  # fmt: skip
    return LabFigure(title="Expected score by number of samples", table=table, chart="lines", x="samples", y="score",
                     series="choice", x_title="samples drawn", y_title="expected score", alt=answer)  # fmt: skip


def _languages(found: Sampling) -> LabFigure:
    table = rows_table(found.languages, "language", "gain", "low", "high", "items")
    lead = found.languages[0]
    return LabFigure(
        title=f"Gain of {found.n} samples over one by language, points", table=table, chart="bars", x="gain",
        y="language", low="low", high="high", x_title="gain, points", reference=0.0,
        alt=f"The greatest gain is {lead.gain:.3g} points in {lead.language}; {len(found.languages)} languages",
    )  # fmt: skip


def _example(seed: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    rows = []
    for language, tied in GAINS.items():
        for item in range(80):
            scores = 50 + 10 * rng.standard_normal(5)
            noise = rng.standard_normal(5)
            picks = tied * (scores - 50) / 10 + np.sqrt(1 - tied**2) * noise
            rows += [
                (f"{language}-{item}", language, float(place + 1), round(float(score), 3), round(float(pick), 4))
                for place, (score, pick) in enumerate(zip(scores, picks, strict=True))
            ]
    return pl.DataFrame(rows, schema=["item", "language", "sample", "score", "selector"], orient="row")


SAMPLING = Lab(
    name="sampling",
    title="Sampling and selecting",
    topic="Sampling",
    question="What do more samples give, and does the selector find the good ones?",
    source="table",
    run=_run,
    example=_example,
    planted="The selector follows the score closely in English, less in French and not at all in Swahili, where its "
    "gain is chance.",
    papers=("inference-scaling-multilingual",),
    claims=("inference-scaling-multilingual/samples",),
    needs=("item", "score"),
    columns=(
        TableColumn("item", "text", "the prompt"),
        TableColumn("language", "text", "ISO 639-3, e.g. swh", needed=False),
        TableColumn("sample", "number", "number of the sample", needed=False),
        TableColumn("score", "number", "true quality of the sample; higher is better"),
        TableColumn("selector", "number", "what the selector says of it; fill all or none", needed=False),
    ),
    settings=(
        Setting("samples", "Samples", "number", None, "At most; empty: as many as every prompt has", low=1, high=1000,
                whole=True),
        Setting("cost", "Cost of a sample", "number", None, "In any one unit", low=0, high=1e12),
    ),
)  # fmt: skip
