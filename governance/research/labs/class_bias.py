"""What a bias for some classes, added after training, does to the answers of a model."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from governance.errors import BadInput
from governance.research.labs.grid import Floats, Grid, Ints

_LEAST = 1e-6


def class_chances(grid: Grid, columns: list[int]) -> Floats:
    """Give the chance of each answer for each item, as the runs of a model state it.

    Where every prediction has a score from 0 to 1, that is the chance of the answer and the rest is spread evenly; the
    mean over runs is taken. Else runs vote, with one vote more spread evenly.

    Args:
        grid: Items by runs.
        columns: The runs of one model.

    Returns:
        Shape (items, answers); each row sums to 1.
    """
    answers, kinds = grid.answers[:, columns], grid.kinds
    if grid.scores is None or kinds < 2:
        votes = np.stack([(answers == one).sum(axis=1) for one in range(kinds)], axis=1)
        return np.asarray((votes + 1 / kinds) / (len(columns) + 1))
    sure = np.clip(grid.scores[:, columns], _LEAST, 1 - _LEAST)
    rest = (1 - sure) / (kinds - 1)
    found = np.repeat(rest.sum(axis=1, keepdims=True), kinds, axis=1)
    for run in range(len(columns)):
        found[np.arange(len(answers)), answers[:, run]] += sure[:, run] - rest[:, run]
    return np.asarray(found / len(columns))


def biased_answers(grid: Grid, columns: list[int], bias: Mapping[str, float]) -> Ints:
    """Give a model's answers with a bias added to the log of the chance of some classes.

    Args:
        grid: Items by runs.
        columns: The runs of one model.
        bias: By class, natural logarithms; 0 changes nothing.

    Returns:
        An item, the number of its answer.

    Raises:
        BadInput: There is no such class.

    Source: a bias on logits after training as in Menon et al. 2021, set by hand here.
    """
    codes = {str(name): int(code) for name, code in zip(grid.classes, grid.labels, strict=True)}
    added = np.zeros(grid.kinds)
    for name, value in bias.items():
        if name not in codes:
            fix = f"use one of {', '.join(sorted(codes)[:20])}"
            raise BadInput(f"there is no class '{name:.60}'", "setting bias", fix)
        added[codes[name]] = value
    return np.asarray((np.log(class_chances(grid, columns)) + added).argmax(axis=1))
