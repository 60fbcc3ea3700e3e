"""Two greedy orders of tasks, so that the first few of them rank models as all do."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from governance.evaluation.benchmarks.scores import Floats

Order = NDArray[np.int64]
RIDGE = 0.1
"""Penalty on a predictor's square weight, in models; there are more tasks than models, so some is needed."""
LEVEL = 1e6
"""Weight of the constant: so large that the mean is not penalised."""
EVEN = 1e-6
"""How much the correlation with the whole counts beside tau: it only decides among equals."""


def drop_order(scores: Floats) -> Order:
    """Order tasks by dropping, again and again, the one that the others predict best.

    A task is predicted for each model from that model's other tasks, by a ridge regression that has not seen this
    model on it (tasks in standard units, penalty `RIDGE` a predictor). The task whose predictions have the highest
    Spearman correlation with its scores goes. Leaving a model out has a closed form, and so has leaving a task out
    of its own prediction, so that one inverse a step serves all tasks.

    Args:
        scores: Models by tasks, without gaps.

    Returns:
        All columns, the one dropped last first: its first k are the subset of size k.

    Source: the idea of MMTEB's task selection, Enevoldsen et al. 2025, which uses a linear regression.
    """
    spread = scores.std(axis=0)
    units = (scores - scores.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    truth = _centred_ranks(units)
    left = np.arange(scores.shape[1])
    dropped = [*np.flatnonzero(spread == 0)]  # a task that tells no models apart can go first
    left = left[spread > 0]
    while left.size > 1:
        kept = units[:, left]
        rho = _correlation(_centred_ranks(kept - _unseen_errors(kept)), truth[:, left])
        worst = int(np.argmax(rho))
        dropped.append(int(left[worst]))
        left = np.delete(left, worst)
    return np.array([*left, *reversed(dropped)], dtype=np.int64)


def forward_order(values: Floats, most: int | None = None) -> Order:
    """Order tasks by adding, again and again, the one with which the sum ranks most like the sum over all.

    Args:
        values: Models by tasks, what adds up to the figure that models are ranked by.
        most: Stop after so many; the rest follows as it stands.

    Returns:
        All columns: the first k are the subset of size k. Among equals the higher correlation with the whole wins.
    """
    models, tasks = values.shape
    upper, lower = np.triu_indices(models, 1)
    pairs = values[upper] - values[lower]
    whole = np.sign(pairs.sum(axis=1))
    aim = values.sum(axis=1)
    aim = aim - aim.mean()
    centred = values - values.mean(axis=0)
    left, chosen = np.arange(tasks), list[int]()
    apart, total = np.zeros(len(upper)), np.zeros(models)
    for _ in range(min(tasks, most or tasks)):
        signs = np.sign(apart[:, None] + pairs[:, left])
        decided = np.maximum(np.abs(signs).sum(axis=0), 1.0)
        tau = (whole @ signs) / np.sqrt(decided * max(np.abs(whole).sum(), 1.0))
        sums = total[:, None] + centred[:, left]
        size = np.sqrt((sums**2).sum(axis=0) * (aim**2).sum())
        alike = np.divide(aim @ sums, size, out=np.zeros(left.size), where=size > 0)
        best = int(np.argmax(tau + EVEN * alike))
        task = int(left[best])
        chosen.append(task)
        apart, total = apart + pairs[:, task], total + centred[:, task]
        left = np.delete(left, best)
    return np.array([*chosen, *left], dtype=np.int64)


def _unseen_errors(units: Floats) -> Floats:
    """Give, for each task and model, how far its prediction from the others is off when the model was left out.

    With A the inverse of the kernel of all tasks and x a task, taking x out of the kernel gives
    A + A x x' A / (1 - x' A x); an error with one model left out is (A x)_i / A_ii of that inverse.
    """
    models, tasks = units.shape
    kernel = units @ units.T + LEVEL * tasks + RIDGE * max(tasks - 1, 1) * np.eye(models)
    inverse = np.linalg.inv(kernel)
    through = inverse @ units
    free = 1.0 - (units * through).sum(axis=0)
    errors: Floats = through / (np.diag(inverse)[:, None] * free + through**2)
    return errors


def _centred_ranks(values: Floats) -> Floats:
    """Rank each column, equal values sharing, about 0."""
    less = (values[None, :, :] < values[:, None, :]).sum(axis=1)
    same = (values[None, :, :] == values[:, None, :]).sum(axis=1)
    ranks: Floats = less + 0.5 * same - 0.5 * len(values)
    return ranks


def _correlation(first: Floats, second: Floats) -> Floats:
    size = np.sqrt((first**2).sum(axis=0) * (second**2).sum(axis=0))
    found: Floats = np.divide((first * second).sum(axis=0), size, out=np.zeros(first.shape[1]), where=size > 0)
    return found
