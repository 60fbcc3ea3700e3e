"""The best of many trials at each sparsity, and what a method reaches with as many trials as another had."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from governance.errors import BadInput
from governance.evaluation.selection.best_of import expected_best
from governance.research.labs.lab import Lab, LabFigure, LabResult, Number, Setting, Settings, TableColumn, number, text

LEVEL, RESAMPLES = 95, 400
METHODS = {"magnitude": 0.00, "variational": -0.02, "l0": -0.03}
"""Planted: what each method of the example loses at any sparsity; the second one's trials spread thrice as far."""
LOSS, TRIALS = 0.10, 20
"""Planted: what full sparsity would cost; trials each."""


def best_curve(frame: pl.DataFrame, trials: int | None, better: str) -> pl.DataFrame:
    """Give the best and the expected best of n trials for each method and sparsity, exactly.

    Args:
        frame: Columns method, sparsity, score; a row a trial.
        trials: How many each method may try; ``None``: half of the fewest that any method had at any sparsity.
        better: higher or lower.

    Returns:
        Columns method, sparsity, trials, best, median, expected, sd; ``expected`` is null where there were fewer
        trials than asked, ``sd`` where there was one.

    Raises:
        BadInput: More trials are asked than any has.

    Source: the expected largest of n drawn without putting back (hypergeometric); Gale et al. 2019 compare bests.

    >>> rows = pl.DataFrame({"method": ["m"] * 5, "sparsity": [0.5] * 5, "score": [1.0, 2, 3, 4, 5]})
    >>> best_curve(rows, 2, "higher")["expected"].to_list()
    [4.0]
    """
    cells = frame.group_by("method", "sparsity").agg(pl.col("score")).sort("method", "sparsity")
    counts = cells["score"].list.len()
    asked = _half(counts) if trials is None else trials
    if asked > max(counts):
        raise BadInput(f"no method had {asked:,} trials", "setting trials", f"ask for at most {max(counts):,}")
    sign = -1.0 if better == "lower" else 1.0
    rows = []
    for method, sparsity, scores in cells.iter_rows():
        values = [sign * one for one in scores]
        expected = expected_best(values, asked) if len(values) >= asked else None
        rows.append((
            method, sparsity, len(values), sign * max(values), float(np.median(scores)),
            None if expected is None else sign * expected, float(np.std(scores, ddof=1)) if len(values) > 1 else None,
        ))  # fmt: skip
    names = {"method": pl.String, **dict.fromkeys(("sparsity",), pl.Float64), "trials": pl.Int64}
    schema = {**names, **dict.fromkeys(("best", "median", "expected", "sd"), pl.Float64)}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _half(counts: pl.Series) -> int:
    return max(1, int(min(counts)) // 2)


def _interval(scores: Sequence[float], n: int, sign: float, rng: np.random.Generator) -> tuple[float, float] | None:
    if len(scores) < 2:
        return None
    values = sign * np.asarray(scores)
    drawn = [expected_best(rng.choice(values, len(values)).tolist(), n) for _ in range(RESAMPLES)]
    low, high = sorted(sign * np.percentile(drawn, [2.5, 97.5]))
    return float(low), float(high)


def _run(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    better = text(settings, "better")
    asked = settings["trials"]
    if frame.filter(~pl.col("sparsity").is_between(0, 1)).height:
        raise BadInput("a sparsity is not from 0 to 1", "column sparsity", "write the share of weights removed")
    curve = best_curve(frame, None if asked is None else int(number(settings, "trials")), better)
    n = _half(curve["trials"]) if asked is None else int(number(settings, "trials"))
    sign = -1.0 if better == "lower" else 1.0
    rng = np.random.default_rng(seed)
    bounds = [
        _interval(frame.filter((pl.col("method") == row["method"]) & (pl.col("sparsity") == row["sparsity"]))["score"]
                  .to_list(), n, sign, rng) if row["expected"] is not None else None
        for row in curve.iter_rows(named=True)
    ]  # fmt: skip
    curve = curve.with_columns(
        low=pl.Series([None if one is None else one[0] for one in bounds], dtype=pl.Float64),
        high=pl.Series([None if one is None else one[1] for one in bounds], dtype=pl.Float64),
    )
    highest: float = max(curve.filter(pl.col("expected").is_not_null())["sparsity"])
    top = curve.filter(pl.col("sparsity") == highest, pl.col("expected").is_not_null())
    top = top.sort(sign * pl.col("expected"), "method", descending=[True, False])
    lead = top.row(0, named=True)
    tried = "1 trial" if n == 1 else f"the best of {n} trials"
    answer = f"At sparsity {highest:g}, {tried} reaches {lead['expected']:.4g} with {lead['method']}"
    if top.height > 1:
        rest = top.row(1, named=True)
        answer += f" and {rest['expected']:.4g} with {rest['method']}"
    wide = curve.filter(pl.col("sd").is_not_null()).sort("sd", "method", descending=[True, False])
    if wide.height:
        answer += f"; trials of {wide['method'][0]} spread most (SD {wide['sd'][0]:.2g})"
    return LabResult(
        answer=f"{answer}.",
        figures=(
            LabFigure(
                title=f"Expected best of {n} trials by sparsity", table=curve, chart="lines", x="sparsity",
                y="expected", series="method", low="low", high="high", x_title="sparsity, share of weights removed",
                y_title=f"score, {better} is better", alt=answer,
            ),
        ),
        numbers=(
            Number(f"expected best of {n}, {lead['method']}, sparsity {highest:g}", lead["expected"], "score",
                   lead["low"], lead["high"]),
            Number("methods compared", float(curve["method"].n_unique()), "count",
                   claim="state-of-sparsity/techniques"),
            Number("trials", float(frame.height), "count", claim="state-of-sparsity/experiments"),
        ),
        method=f"expected best of {n} drawn without putting back, exact", n=frame.height, counted="trials",
        interval=f"{LEVEL}%, bootstrap over the trials of a method and sparsity, {RESAMPLES} resamples",
        limits=(
            "The best of many trials is flattered by their number; methods are compared at the same number.",
            "Trials are taken to be alike but for chance and tuning; a search that narrows down is not.",
        ),
        seed=seed,
    )  # fmt: skip


def _example(seed: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    rows = [
        (method, sparsity, trial, round(0.76 + less - LOSS * sparsity**4 + rng.normal(0, spread), 6))
        for method, less in METHODS.items()
        for spread in (0.006 if method == "variational" else 0.002,)
        for sparsity in (0.5, 0.7, 0.8, 0.9, 0.95)
        for trial in range(1, TRIALS + 1)
    ]
    return pl.DataFrame(rows, schema=["method", "sparsity", "trial", "score"], orient="row").cast(
        {"sparsity": pl.Float64, "trial": pl.Float64}
    )


BEST_OF_TRIALS = Lab(
    name="best-of-trials",
    title="Best of many trials at each sparsity",
    topic="Compression",
    question="Which method reaches most at each sparsity, with as many trials?",
    source="table",
    run=_run,
    example=_example,
    planted="Magnitude pruning is best at every sparsity, and trials of the variational method spread thrice as far.",
    papers=("state-of-sparsity",),
    claims=("state-of-sparsity/techniques", "state-of-sparsity/experiments"),
    needs=("method", "sparsity", "score"),
    columns=(
        TableColumn("method", "text", "way of making the model sparse"),
        TableColumn("sparsity", "number", "share of weights removed, 0 to 1"),
        TableColumn("trial", "number", "number of the trial", needed=False),
        TableColumn("score", "number", "what the trial reached, on one scale"),
    ),
    settings=(
        Setting("trials", "Trials a method", "number", None, "How many each method may try; empty: half of the fewest",
                low=1, high=10_000, whole=True),
        Setting("better", "Better is", "choice", "higher", "Which way a score is better", ("higher", "lower")),
    ),
)  # fmt: skip
