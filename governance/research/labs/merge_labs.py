"""Labs on planning merges: how many there are to try, and whether likeness helps to choose."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import polars as pl

from governance.errors import BadInput
from governance.research.labs.lab import (
    Lab,
    LabFigure,
    LabResult,
    Number,
    Setting,
    Settings,
    TableColumn,
    no_rows,
    number,
    text,
)
from governance.research.labs.lab_tables import rows_table
from governance.research.labs.merge_choice import Tried, choose_merges
from governance.research.labs.merges import search_space

LEVEL = 0.05


def _count(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    models, operators = int(number(settings, "models")), int(number(settings, "operators"))
    size = None if settings["size"] is None else int(number(settings, "size"))
    ordered, symmetric = text(settings, "ordered") == "yes", text(settings, "symmetric") == "yes"
    found = search_space(models, operators, size, ordered=ordered, symmetric=symmetric)
    rows = [search_space(models, operators, many, ordered=ordered, symmetric=symmetric)
            for many in range(2, min(models, 8) + 1)]  # fmt: skip
    table = rows_table(rows, "size", "chosen", "evaluations").with_columns(
        merged=pl.Series([f"{one.size} models" for one in rows]),
        log10=pl.Series([float(np.log10(float(one.evaluations))) for one in rows]),
    )
    hours = number(settings, "hours")
    answer = f"There are {found.evaluations:,} merges of {found.size} of {models} models by {operators} operators"
    if hours:
        answer += f"; at {hours:g} hours each that is {found.evaluations * hours:,.4g} hours"
    return LabResult(
        answer=f"{answer}.",
        figures=(
            LabFigure(title="Merges by number of models merged, as a power of ten", table=table, chart="bars",
                      x="log10", y="merged", x_title="merges to evaluate, log10", alt=answer),
        ),
        numbers=(
            Number("merges to evaluate", float(found.evaluations), "count"),
            Number("ways to choose the models", float(found.chosen), "count"),
            Number("models merged", float(found.size), "count", claim="simmerge/pairwise"),
            Number("time", found.evaluations * hours if hours else None, "hours"),
        ),
        method=f"exact: choices × orders × operators at each step{', halved for symmetry' if symmetric else ''}",
        n=None, counted="nothing sampled",
        limits=(
            "Models are merged one after another; trees of merges are more.",
            "Weights within an operator are not counted: each value tried multiplies the count.",
        ),
    )  # fmt: skip


MERGE_COUNT = Lab(
    name="merge-count",
    title="Merges there are to try",
    topic="Data choice",
    question="How many merges are there to try?",
    source="settings",
    run=_count,
    example=no_rows,
    planted="3 models by 4 operators in every order are 3! × 4² = 96 merges, 48 where the first two models are alike.",
    papers=("simmerge",),
    claims=("simmerge/pairwise",),
    settings=(
        Setting("models", "Models", "number", 3, "To choose from", low=2, high=200, whole=True),
        Setting("operators", "Operators", "number", 4, "To choose from at each step", low=1, high=100, whole=True),
        Setting("size", "Models merged", "number", None, "Empty: all of them", low=2, high=200, whole=True),
        Setting("ordered", "Order matters", "choice", "yes", "Whether each order is another merge", ("yes", "no")),
        Setting("symmetric", "First two alike", "choice", "no", "Swapping them changes nothing: half as many",
                ("yes", "no")),
        Setting("hours", "Hours a merge", "number", 0, "To make and evaluate one; 0: not stated", low=0, high=1e6),
    ),
)  # fmt: skip


def _choice(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    columns = [name for name in ("likeness", "likeness_2", "likeness_3") if frame[name].null_count() == 0]
    if not columns:
        raise BadInput("a likeness is missing", "column likeness", "fill it in every row")
    rows = [
        Tried(model_a=one["model_a"], model_b=one["model_b"], operator=one["operator"], score=one["score"],
              likeness=tuple(one[name] for name in columns))
        for one in frame.iter_rows(named=True)
    ]  # fmt: skip
    found = choose_merges(rows, fixed=text(settings, "fixed") or None, ridge=number(settings, "ridge"), seed=seed)
    usual = found.fixed or "the operator best on average"
    verdict = "likeness helps" if found.chance <= LEVEL and found.gain > 0 else "this does not show that likeness helps"
    answer = (
        f"Choosing by likeness loses {found.regret:.3g} points to the best operator, always using {usual} loses "
        f"{found.fixed_regret:.3g}: {verdict} (chance of as much by luck {found.chance:.2g})"
    )
    held = rows_table(found.rows)
    table = pl.concat([
        held.group_by("left_out").agg(pl.col(column).mean().alias("regret")).sort("left_out").with_columns(way=pl.lit(way))
        for column, way in (("regret", "chosen by likeness"), ("fixed_regret", "fixed operator"))
    ])  # fmt: skip
    return LabResult(
        answer=f"{answer}.",
        figures=(
            LabFigure(title="Points lost to the best operator, by model left out", table=table, chart="bars",
                      x="regret", y="left_out", series="way", x_title="mean regret, points of the score", alt=answer),
        ),
        numbers=(
            Number("gain of choosing by likeness", found.gain, "points"),
            Number("regret of choosing by likeness", found.regret, "points"),
            Number("regret of the fixed operator", found.fixed_regret, "points"),
            Number("choices that were the best", found.right, "%"),
            Number("chance of as much by luck", found.chance, "p"),
        ),
        tables={"Each choice": held},
        method=f"ridge of {found.ridge:g} on standardised likeness, one line an operator; each model left out with all "
        "its pairs; 199 shuffles of likeness for the chance",
        n=found.pairs, counted="held-out choices", seed=seed,
        limits=(
            "Only pairs tried with every operator count, so that the best is known.",
            "The fixed operator, where not named, is the one best on average among the pairs learnt from.",
        ),
    )  # fmt: skip


def _choice_example(seed: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    rows = []
    for one, two in combinations(("ada", "bo", "cy", "di", "ed", "flo", "gus", "hal"), 2):
        likeness = round(float(rng.random()), 4)
        for operator, slope in (("average", 8.0), ("slerp", 0.0), ("ties", -8.0)):
            score = 50 + slope * (likeness - 0.5) + 0.3 * float(rng.standard_normal())
            rows.append((one, two, operator, round(score, 3), likeness))
    names = ["model_a", "model_b", "operator", "score", "likeness"]
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(
        pl.lit(None, pl.Float64).alias(name) for name in ("likeness_2", "likeness_3")
    )


MERGE_CHOICE = Lab(
    name="merge-choice",
    title="Choosing a merge by likeness",
    topic="Data choice",
    question="Does how alike two models are tell how to merge them?",
    source="table",
    run=_choice,
    example=_choice_example,
    planted="Like models are best averaged and unlike ones merged by TIES: choosing by likeness loses next to nothing.",
    papers=("simmerge",),
    needs=("model_a", "model_b", "operator", "score", "likeness"),
    columns=(
        TableColumn("model_a", "text", "one model"),
        TableColumn("model_b", "text", "the other"),
        TableColumn("operator", "text", "how they were merged"),
        TableColumn("score", "number", "of the merge; higher is better"),
        TableColumn("likeness", "number", "such as the mean cosine of their weights; the same for every operator"),
        TableColumn("likeness_2", "number", "another likeness", needed=False),
        TableColumn("likeness_3", "number", "another likeness", needed=False),
    ),
    settings=(
        Setting("fixed", "Fixed operator", "text", "", "To compare with; empty: best on average", column="operator"),
        Setting("ridge", "Ridge", "number", 1, "Penalty on the lines' slopes", low=0, high=1e6),
    ),
)  # fmt: skip
