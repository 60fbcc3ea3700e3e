"""Mean against worst class: which students are on the front, and is the worst class worse than chance makes one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from governance.errors import BadInput
from governance.research.labs.class_bias import biased_answers
from governance.research.labs.grid import Floats, Grid, grid_of
from governance.research.labs.lab import Lab, LabFigure, LabResult, Number, Setting, Settings, number, text
from governance.research.labs.sliders import sliders
from governance.research.labs.stats import on_front

CLASSES, WEAK = 8, "k7"
STUDENTS = {"plain": (0.94, 0.55), "robust": (0.86, 0.80), "bad": (0.84, 0.48)}
"""Planted: accuracy of each student on the seven classes and on the weak one."""


def class_accuracy(grid: Grid, columns: list[int]) -> tuple[list[str], Floats]:
    """Give the accuracy of each class over some runs, classes by name."""
    names = sorted(set(grid.classes))
    right = grid.right[:, columns].mean(axis=1)
    return names, np.array([right[grid.classes == name].mean() for name in names])


def worst_test(grid: Grid, columns: list[int], permutations: int, seed: int) -> tuple[float, float]:
    """Ask whether the worst class is worse than where items are dealt to the classes at random.

    Args:
        grid: Items by runs.
        columns: The runs of one model.
        permutations: Random ways of dealing.
        seed: Of them.

    Returns:
        p (one-sided) and the mean worst accuracy when dealt at random.
    """
    rng = np.random.default_rng(seed)
    right = grid.right[:, columns].mean(axis=1)
    codes, sizes = np.unique(grid.classes, return_inverse=True)[1], np.unique(grid.classes, return_counts=True)[1]

    def worst(values: Floats) -> float:
        return float((np.bincount(codes, values) / sizes).min())

    seen = worst(right)
    drawn = np.array([worst(rng.permutation(right)) for _ in range(permutations)])
    return float((1 + (drawn <= seen + 1e-12).sum()) / (permutations + 1)), float(drawn.mean())


@dataclass(frozen=True, slots=True, eq=False)
class _Moved:
    """A model without and with a bias: its worst class, its mean, items whose answer changed, accuracy by class."""

    model: str
    worst: tuple[float, float]
    mean: tuple[float, float]
    changed: int
    table: pl.DataFrame


def _moved(grid: Grid, models: dict[str, list[int]], model: str, bias: Mapping[str, float]) -> _Moved:
    if model not in models:
        raise BadInput(f"no model is called '{model:.60}'", "setting model", f"use one of {', '.join(models)}")
    plain, moved = (biased_answers(grid, models[model], one) for one in ({}, bias))
    names = sorted(set(grid.classes))
    by_class = [[float((one == grid.labels)[grid.classes == name].mean()) for name in names] for one in (plain, moved)]
    rows = [{"class": name, "answers": word, "accuracy": value}
            for word, values in zip(("as trained", "with your bias"), by_class, strict=True)
            for name, value in zip(names, values, strict=True)]  # fmt: skip
    worst, mean = ((float(way(by_class[0])), float(way(by_class[1]))) for way in (np.min, np.mean))
    return _Moved(model, worst, mean, int((plain != moved).sum()), pl.DataFrame(rows))


def _run(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    grid = grid_of(frame)
    models: dict[str, list[int]] = {}
    for place, (method, run) in enumerate(zip(grid.methods, grid.runs, strict=True)):
        models.setdefault(method or run, []).append(place)
    rows, by_class = [], []
    for name, columns in models.items():
        classes, values = class_accuracy(grid, columns)
        p, chance = worst_test(grid, columns, int(number(settings, "permutations")), seed)
        at = int(values.argmin())
        rows.append({
            "model": name, "mean": float(values.mean()), "worst": float(values[at]), "worst class": classes[at],
            "runs": len(columns), "worst by chance": chance, "p": p,
        })  # fmt: skip
        by_class += [{"model": name, "class": one, "accuracy": float(value)}
                     for one, value in zip(classes, values, strict=True)]  # fmt: skip
    table = pl.DataFrame(rows)
    front = on_front(table["mean"].to_numpy(), table["worst"].to_numpy())
    table = table.with_columns(standing=pl.Series(np.where(front, "on the front", "dominated"))).sort(
        "worst", "model", descending=[True, False]
    )
    best = table.row(0, named=True)
    leader = table.sort("mean", "model", descending=[True, False]).row(0, named=True)
    answer = f"'{best['model']}' has the best worst class: {best['worst']:.1%} ('{best['worst class']}')"
    if leader["model"] != best["model"]:
        answer += (
            f"; '{leader['model']}' has the best mean ({leader['mean']:.1%} against {best['mean']:.1%}) and a worst "
            f"class of {leader['worst']:.1%}"
        )
    bias = sliders(settings, "bias")
    moved = _moved(grid, models, text(settings, "model") or str(leader["model"]), bias) if any(bias.values()) else None
    if moved:
        answer += f"; with your bias the worst class of '{moved.model}' goes "
        answer += f"from {moved.worst[0]:.1%} to {moved.worst[1]:.1%}"
        answer += f" and its mean from {moved.mean[0]:.1%} to {moved.mean[1]:.1%}"
    told = "is worse than chance makes one" if leader["p"] <= 0.05 else "is no worse than chance makes one"
    return LabResult(
        answer=f"{answer}; the worst class of '{leader['model']}' {told} (p = {leader['p']:.3f}).",
        figures=(
            LabFigure(
                title="Accuracy: mean over classes against the worst class", table=table, chart="points", x="mean",
                y="worst", series="standing", label="model", x_title="mean over classes, share right",
                y_title="worst class, share right", form=".0%", x_form=".0%", alt=answer,
            ),
            LabFigure(
                title="Accuracy by class and model", table=pl.DataFrame(by_class), chart="heat", x="class", y="model",
                value="accuracy", form=".2f", alt=f"Heat map of accuracy, {len(models)} models",
            ),
            *([] if moved is None else [LabFigure(
                title=f"Accuracy by class of '{moved.model}' without and with your bias", table=moved.table,
                chart="bars", x="accuracy", y="class", series="answers", x_title="share right", form=".0%", alt=answer,
            )]),
        ),
        numbers=(
            Number(f"worst class, {best['model']}", best["worst"], "share"),
            Number(f"mean over classes, {best['model']}", best["mean"], "share"),
            Number(f"worst class, {leader['model']}", leader["worst"], "share"),
            Number(f"mean over classes, {leader['model']}", leader["mean"], "share"),
            Number(f"p of the worst class of {leader['model']}", leader["p"], "p"),
            Number("models on the front", float(front.sum()), "count"),
            *([] if moved is None else [
                Number(f"worst class with your bias, {moved.model}", moved.worst[1], "share"),
                Number(f"mean over classes with your bias, {moved.model}", moved.mean[1], "share"),
                Number("items with another answer", float(moved.changed), "count"),
            ]),
        ),
        method="accuracy of each class over items and runs, each class counting alike; front of both",
        n=grid.labels.size, counted="items", interval="", seed=seed,
        limits=(
            "The worst of many classes is low by chance alone; p is one-sided, of items dealt to classes at random.",
            "This compares students you have; it does not train one by the objectives of the paper.",
            *([] if moved is None else [
                "A bias is set by hand after training; it is not the paper's training.",
                "It is judged on the items it was set on, which flatters it.",
                f"It moves {'mean scores' if grid.scores is not None else 'votes'} of the runs, not a single run.",
            ]),
        ),
    )  # fmt: skip


def example(seed: int, planted: bool = True, items: int = 60) -> pl.DataFrame:
    """Make predictions of three students on eight classes, one of which is weak.

    Args:
        seed: Of the draws.
        planted: Whether that class is weak; else all classes are alike.
        items: Of a class.
    """
    rng = np.random.default_rng(seed)
    classes = np.array([f"k{place}" for place in range(CLASSES)])
    labels = np.repeat(classes, items)
    frames = []
    for student, (usual, weak) in STUDENTS.items():
        for run in (1, 2, 3):
            right = rng.random(labels.size) < np.where((labels == WEAK) & planted, weak, usual)
            other = classes[(np.searchsorted(classes, labels) + rng.integers(1, CLASSES, labels.size)) % CLASSES]
            frames.append(pl.DataFrame({
                "item": [f"i{place:03}" for place in range(labels.size)], "run": f"seed-{run}", "method": student,
                "label": labels, "prediction": np.where(right, labels, other),
            }))  # fmt: skip
    return pl.concat(frames)


WORST_CLASS = Lab(
    name="worst-class",
    title="Mean against the worst class",
    topic="Groups",
    question="Which model serves its worst class best, and what does that cost on average?",
    source="predictions",
    run=_run,
    example=example,
    planted="'robust' is best on its worst class (80%), 'plain' on the seven others; 'bad' is dominated by both.",
    papers=("robust-distillation",),
    claims=("robust-distillation/pareto", "robust-distillation/uneven"),
    needs=("item", "run", "prediction", "label"),
    settings=(
        Setting("model", "Model to bias", "text", "", "Empty: the best on average", column="method"),
        Setting("bias", "Bias for a class, after training", "sliders", "",
                "Added to the log of a class's chance; 0 changes nothing. Not the paper's training", low=-5.0, high=5.0,
                column="label", many=4000),
        Setting("permutations", "Random deals", "number", 400, "Of items to classes, for the test", low=100, high=5000,
                whole=True),
    ),
)  # fmt: skip
