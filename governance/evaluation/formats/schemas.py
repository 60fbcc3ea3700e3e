"""The three formats written out: each column with its unit, words and an example; templates to fill in."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Annotated, get_args

from pydantic import BaseModel, Field

from governance.evaluation.formats.tables import NEEDED
from governance.evaluation.vocabulary import Format, JudgeKind, Outcome

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0)]


class Battle(BaseModel, frozen=True, extra="forbid"):
    """One vote on the answers of two models to the same prompt.

    >>> Battle(model_a="x", model_b="y", outcome="tie").outcome
    'tie'
    """

    model_a: str = Field(description="The model shown first", examples=["aya-23-8b", "aya-23-8b", "llama-3-8b"])
    model_b: str = Field(description="The model shown second", examples=["llama-3-8b", "gemma-7b", "gemma-7b"])
    outcome: Outcome = Field(
        description="Who won: a, b, tie, or both_bad where both answers were bad", examples=["a", "tie", "b"]
    )
    judge: str | None = Field(
        None, description="Who voted, under a pseudonym; who leaves is found by it", examples=["p01", "p01", "p02"]
    )
    judge_kind: JudgeKind | None = Field(
        None, description="Whether a person or a model judged: human or model", examples=["human", "human", "human"]
    )
    prompt: str | None = Field(None, description="Which prompt, an id and not its wording", examples=["q1", "q2", "q1"])
    language: str | None = Field(
        None, description="ISO 639-3 code, or its name in English", examples=["swh", "swh", "eng"]
    )
    category: str | None = Field(None, description="Kind of prompt, in your words", examples=["maths", "cooking", ""])
    day: date | None = Field(
        None, description="Day of the vote, ISO 8601", examples=["2026-01-02", "2026-01-02", "2026-01-03"]
    )
    weight: Positive | None = Field(
        None, description="What the vote counts, above 0; 1 where empty", examples=["1", "1", "1"]
    )
    preference: Share | None = Field(
        None, description="How far the judge prefers a, 0 to 1, where it says so", examples=["", "", ""]
    )
    length_a: Count | None = Field(None, description="Length of a's answer, characters", examples=["812", "640", ""])
    length_b: Count | None = Field(None, description="Length of b's answer, characters", examples=["455", "702", ""])


class Score(BaseModel, frozen=True, extra="forbid"):
    """One figure of one model."""

    model: str = Field(description="The model", examples=["aya-23-8b", "aya-23-8b", "llama-3-8b"])
    task: str = Field(description="Benchmark or task", examples=["belebele", "belebele", "belebele"])
    language: str | None = Field(
        None, description="ISO 639-3 code, or its name in English; empty for several", examples=["swh", "eng", "eng"]
    )
    subset: str | None = Field(None, description="Part of the task, in your words", examples=["", "", ""])
    metric: str = Field(description="What was measured", examples=["accuracy", "accuracy", "accuracy"])
    score: Finite = Field(
        description="The figure; one metric keeps one scale, 0 to 1 or 0 to 100", examples=["0.61", "0.83", "0.79"]
    )
    n: Count | None = Field(None, description="Items it rests on, a count", examples=["900", "900", "900"])
    rater: str | None = Field(
        None, description="Who or what scored: a pseudonym, a judge model, a scorer's version", examples=["v1"] * 3
    )
    scored_at: date | None = Field(None, description="Day it was scored, ISO 8601", examples=["2026-01-02"] * 3)
    split: str | None = Field(None, description="Split of the task's data", examples=["test", "test", "test"])
    seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = Field(
        None, description="Time the evaluation took, seconds", examples=["", "", ""]
    )
    co2e_kg: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = Field(
        None, description="Emissions of the evaluation, kg CO2e", examples=["", "", ""]
    )


class Prediction(BaseModel, frozen=True, extra="forbid"):
    """One answer of one run to one item."""

    item: str = Field(description="The item, an id and not its wording", examples=["i1", "i2", "i1"])
    group: str | None = Field(None, description="Group of items or people it counts to", examples=["a", "b", "a"])
    language: str | None = Field(None, description="ISO 639-3 code, or its name in English", examples=["swh"] * 3)
    run: str = Field(description="Run, seed or model that predicted", examples=["seed-1", "seed-1", "seed-2"])
    device: str | None = Field(None, description="Chip it ran on", examples=["", "", ""])
    method: str | None = Field(None, description="Way of compressing or training", examples=["none", "none", "none"])
    sparsity: Share | None = Field(None, description="Share of weights removed, 0 to 1", examples=["0", "0", "0"])
    label: str | None = Field(None, description="The right answer, where there is one", examples=["yes", "no", "yes"])
    prediction: str = Field(description="What the run answered", examples=["yes", "yes", "yes"])
    score: Finite | None = Field(None, description="How sure or how good, one scale", examples=["0.9", "0.6", "0.8"])


ROWS: dict[Format, type[BaseModel]] = {"battles": Battle, "scores": Score, "predictions": Prediction}
CONTRIBUTOR: dict[Format, str | None] = {"battles": "judge", "scores": "rater", "predictions": None}
"""The column that says whose row it is; without one nobody can be withdrawn."""


class Column(BaseModel, frozen=True):
    """What is to be known of a column before one fills it.

    Args:
        name: Its header.
        needed: Whether a row without it says nothing.
        help: What it holds, with unit and words.
        example: A value.
    """

    name: str
    needed: bool
    help: str
    example: str


def columns(format: Format) -> tuple[Column, ...]:
    """List the columns of a format.

    >>> [one.name for one in columns("battles") if one.needed]
    ['model_a', 'model_b', 'outcome']
    """
    return tuple(
        Column(
            name=name,
            needed=name in NEEDED[format],
            help=str(field.description),
            example=next((str(one) for one in field.examples or () if one), ""),
        )
        for name, field in ROWS[format].model_fields.items()
    )


def template(format: Format) -> str:
    r"""Give a CSV to fill in: the header and three rows of an example.

    >>> template("predictions").splitlines()[1]
    'i1,a,swh,seed-1,,none,0,yes,yes,0.9'
    """
    fields = ROWS[format].model_fields
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(fields)
    writer.writerows(zip(*([*(field.examples or ())] for field in fields.values()), strict=True))
    return text.getvalue()


def words(format: Format, column: str) -> tuple[str, ...]:
    """Give the closed words of a column; empty where any text is taken."""
    return (
        {"outcome": get_args(Outcome), "judge_kind": get_args(JudgeKind)}.get(column, ()) if format == "battles" else ()
    )
