"""Ways of compressing side by side at the same sparsity: how many items flip, and what accuracy is lost."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from governance.errors import BadInput
from governance.research.labs.arms import find_arms, held, make_cells, streamed
from governance.research.labs.compression import changes
from governance.research.labs.lab import Lab, LabFigure, LabResult, Number, Setting, Settings, text
from governance.research.labs.pies import flips

EARLY, LATE = 0.30, 0.10
"""Planted: share of the items that pruning early and late in training gets wrong for good, at 90% sparsity."""


def _result(connection: duckdb.DuckDBPyConnection, settings: Settings) -> LabResult:
    arms = find_arms(connection, text(settings, "dense"))
    sparse = [one for one in arms if not one.dense]
    methods = sorted({one.method or "" for one in sparse})
    if len(methods) < 2:
        fix = "name each schedule in the column method"
        raise BadInput("there is one way of compressing only", "predictions, column method", fix)
    levels = [{one.sparsity for one in sparse if (one.method or "") == name} for name in methods]
    shared = sorted(set.intersection(*levels), key=lambda one: one or 0)
    if not shared:
        fix = "compare them at one sparsity"
        raise BadInput("the ways of compressing share no sparsity", "predictions, column sparsity", fix)
    make_cells(connection, arms, "all")
    flipped, changed = (table.filter("whole") for table in (flips(connection), changes(connection)))
    about = pl.DataFrame(
        [(one.name, one.method or "", one.sparsity) for one in sparse if one.sparsity in shared],
        schema={"arm": pl.String, "method": pl.String, "sparsity": pl.Float64}, orient="row",
    )  # fmt: skip
    table = (
        about.join(flipped.select("arm", "share", "low", "high", "items"), on="arm")
        .join(changed.select("arm", "change", "p", change_low="low", change_high="high"), on="arm", how="left")
        .sort("method", "sparsity").drop("arm")
    )  # fmt: skip
    top = table.filter(pl.col("sparsity").eq_missing(shared[-1])).sort("share", "method")
    best, worst = top.row(0, named=True), top.row(-1, named=True)
    apart = worst["low"] > best["high"]
    at = "" if shared[-1] is None else f" at {100 * shared[-1]:.4g}% sparsity"
    answer = (
        f"'{best['method']}' flips fewest items{at}: {best['share']:.1%} against {worst['share']:.1%} with "
        f"'{worst['method']}'{'' if apart else ', which their intervals do not tell apart'}"
    )
    lines = len(shared) > 1
    figure = LabFigure(
        title="Items that flip by way of compressing", table=table, chart="lines" if lines else "bars",
        x="sparsity" if lines else "share", y="share" if lines else "method", series="method" if lines else "",
        low="low", high="high", x_title="sparsity, share of weights removed" if lines else "share of items that flip",
        y_title="share of items that flip", form=".0%", alt=answer,
    )  # fmt: skip
    return LabResult(
        answer=f"{answer}.", figures=(figure,),
        numbers=(
            Number(f"items that flip, {best['method']}", 100 * best["share"], "% of items", 100 * best["low"],
                   100 * best["high"]),
            Number(f"items that flip, {worst['method']}", 100 * worst["share"], "% of items", 100 * worst["low"],
                   100 * worst["high"]),
            Number(f"change of accuracy, {best['method']}", best["change"], "%", best["change_low"],
                   best["change_high"]),
            Number(f"change of accuracy, {worst['method']}", worst["change"], "%", worst["change_low"],
                   worst["change_high"]),
        ),
        method="modal answer over runs, dense against each way at the same sparsity", n=int(best["items"]),
        counted="items", interval="95%: Wilson over items (flips); clustered by item and run (accuracy)",
        limits=("Ways are compared at sparsities that all have; a flip is not always a loss.",),
    )  # fmt: skip


def _run(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    with held(frame) as connection:
        return _result(connection, settings)


def _large(path: Path, settings: Settings, seed: int, mapping: Mapping[str, str]) -> LabResult:
    with streamed(path, mapping) as connection:
        return _result(connection, settings)


def _example(seed: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    size, frames = 500, []
    fate, ease = rng.random(size), rng.uniform(0.8, 0.98, size)
    labels = rng.choice(["yes", "no"], size)
    other = np.where(labels == "yes", "no", "yes")
    ways = [("none", 0.0, 0.0), *((name, level, hurt * level / 0.9) for name, hurt in
            (("prune early", EARLY), ("prune late", LATE)) for level in (0.5, 0.9))]  # fmt: skip
    for method, sparsity, lost in ways:
        for run in range(1, 6):
            right = (rng.random(size) < ease) & (fate >= lost)
            frames.append(pl.DataFrame({
                "item": [f"i{place:03}" for place in range(size)], "run": f"{method} {sparsity:g} seed {run}",
                "method": method, "sparsity": sparsity, "label": labels, "prediction": np.where(right, labels, other),
            }))  # fmt: skip
    return pl.concat(frames)


SCHEDULES = Lab(
    name="compression-schedules",
    title="Ways of compressing side by side",
    topic="Compression",
    question="Which schedule or method of compression leaves most answers as they were?",
    source="predictions",
    run=_run,
    example=_example,
    planted="At 90% sparsity pruning early turns 30% of the items for good, pruning late 10%.",
    papers=("pruning-contrastive", "state-of-sparsity"),
    claims=("pruning-contrastive/schedule", "pruning-contrastive/more_errors", "state-of-sparsity/simple_wins"),
    needs=("item", "run", "prediction", "method", "sparsity", "label"),
    settings=(
        Setting("dense", "Not compressed", "text", "", "Method of the dense runs; empty: sparsity 0, or 'none'",
                column="method"),
    ),
    large=_large,
)  # fmt: skip
