"""Predictions as a grid of items by runs, for labs that look at runs against each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from governance.errors import BadInput

CELLS = 20_000_000
"""Predictions that are laid out at most."""
KINDS = 500
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Items that every run answered.

    Args:
        answers: Shape (items, runs), numbers of answers.
        labels: An item, number of the right answer; -1: none stated.
        classes: An item, the right answer in words; empty: none stated.
        groups: An item, its group; ``not stated`` where empty.
        runs: Names of the runs.
        devices: A run, its device; empty: not stated.
        methods: A run, its method; empty: not stated.
        kinds: How many different answers there are.
        left_out: Items that not every run answered.
        scores: Shape (items, runs), chance of the answer, 0 to 1; ``None``: not stated everywhere as one.
    """

    answers: Ints
    labels: Ints
    classes: NDArray[np.str_]
    groups: NDArray[np.str_]
    runs: tuple[str, ...]
    devices: tuple[str, ...]
    methods: tuple[str, ...]
    kinds: int
    left_out: int
    scores: Floats | None = None

    @property
    def right(self) -> Bools:
        """Tell which answers are right, shape (items, runs)."""
        return np.asarray(self.answers == self.labels[:, None])


def grid_of(frame: pl.DataFrame, labelled: bool = True) -> Grid:
    """Lay predictions out; a run is told by its name, device and method, an item by its id and language.

    Args:
        frame: Predictions.
        labelled: Whether items without a right answer are left out.

    Raises:
        BadInput: A run has two answers to an item, no item was answered by all runs, or there is too much to hold.
    """
    rows = frame.with_columns(pl.col("language", "device", "method", "group").fill_null(""))
    if labelled:
        rows = rows.filter(pl.col("label").is_not_null())
    if rows.height > CELLS:
        fix = "give a part of the items"
        raise BadInput(f"{rows.height:,} predictions", "predictions", f"at most {CELLS:,} are laid out: {fix}")
    key = ["item", "language"]
    runs = rows.select("run", "device", "method").unique().sort("device", "method", "run").with_row_index("column")
    rows = rows.join(runs, on=["run", "device", "method"])
    if rows.select(*key, "column").is_duplicated().any():
        raise BadInput("a run has two answers to an item", "predictions, column run", "keep one, or name runs apart")
    whole = rows.group_by(key).agg(n=pl.len()).sort(key)
    items = whole.filter(pl.col("n") == runs.height).with_row_index("row")
    if not items.height:
        raise BadInput("no item was answered by every run", "predictions, column item", "give all runs the same items")
    rows = rows.join(items, on=key).sort("row", "column")
    names = pl.concat([rows["prediction"], rows["label"].fill_null("")]).unique().sort()
    if len(names) > KINDS + 1:
        raise BadInput(f"{len(names):,} different answers", "predictions, column prediction", "give labels, not texts")
    codes = {name: place for place, name in enumerate(names)}
    answers = rows["prediction"].replace_strict(codes, return_dtype=pl.Int64).to_numpy().reshape(-1, runs.height)
    first = rows.filter(pl.col("column") == 0)
    labels = first["label"].replace_strict(codes, default=-1, return_dtype=pl.Int64).to_numpy()
    return Grid(
        answers=answers, labels=labels, classes=first["label"].fill_null("").to_numpy().astype(str),
        groups=first["group"].replace("", "not stated").to_numpy().astype(str), runs=tuple(runs["run"]),
        devices=tuple(runs["device"]), methods=tuple(runs["method"]), kinds=len(names),
        left_out=whole.height - items.height, scores=_scores(rows["score"], runs.height),
    )  # fmt: skip


def _scores(column: pl.Series, runs: int) -> Floats | None:
    if column.null_count() or not column.is_between(0, 1).all():
        return None
    return column.to_numpy().reshape(-1, runs)


def need_runs(grid: Grid, least: int, why: str) -> None:
    """Refuse a grid with too few runs.

    Raises:
        BadInput: It has fewer than ``least``.
    """
    if len(grid.runs) < least:
        raise BadInput(f"{len(grid.runs)} runs", "predictions, column run", f"give {least} or more: {why}")
