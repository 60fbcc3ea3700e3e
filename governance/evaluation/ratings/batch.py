"""Bradley-Terry and Davidson for many resamples at once: Newton's method on a stack of pair matrices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from governance.evaluation.ratings.cells import Floats

RIDGE = 0.01
"""Weight of the prior that a model is of average skill, used only where the votes leave a skill infinite."""
FEW, MORE, LONG = 4, 12, 100
"""Steps: from the full fit four are enough nearly always; where twelve more are not, no finite answer exists."""
CLOSE, LONGEST = 1e-9, 2.0


def refit(wins: Floats, ties: Floats | None, start: Floats, ridge: float = 0.0) -> tuple[Floats, NDArray[np.bool_]]:
    """Fit the same models to many samples of votes.

    Args:
        wins: Weight of wins of row over column, shape (samples, models, models); ties as half are in it already.
        ties: Weight of ties of each pair, symmetric, for Davidson's model; ``None``: Bradley-Terry.
        start: Skills of the full fit, and with ties the logarithm of nu after them.
        ridge: Prior that every sample gets.

    Returns:
        Parameters, shape (samples, len(start)), each row's skills of mean 0; and which samples needed the prior.
    """
    found = np.repeat(start[None, :], len(wins), axis=0)
    needed = np.zeros(len(wins), dtype=bool)
    late = np.arange(len(wins))
    for prior, steps in ((ridge, FEW), (ridge, MORE), (max(ridge, RIDGE), LONG)):
        if not late.size:
            break
        some = found[late] if steps != LONG else np.repeat(start[None, :], late.size, axis=0)
        everything = late.size == len(wins)
        size = newton(wins if everything else wins[late], _some(ties, late), some, prior, steps)
        found[late] = some
        needed[late] = steps == LONG
        late = late[~(size < CLOSE)]
    return found, needed


def _some(ties: Floats | None, late: NDArray[np.int64]) -> Floats | None:
    return None if ties is None else ties[late]


def newton(wins: Floats, ties: Floats | None, found: Floats, ridge: float, steps: int) -> Floats:
    """Take Newton's steps in place, until all samples stand still or for a number of steps.

    Args:
        wins: As for `refit`.
        ties: As for `refit`.
        found: Parameters, changed in place.
        ridge: Weight of the prior that each parameter is 0.
        steps: At most so many.

    Returns:
        The longest last move of each sample; not finite where it went astray.
    """
    size = wins.shape[1]
    move = np.full(len(wins), np.inf)
    games = wins + wins.transpose(0, 2, 1)
    if ties is not None:
        games += ties
    won = wins.sum(axis=2) if ties is None else wins.sum(axis=2) + ties.sum(axis=2) / 2
    diagonal = np.arange(found.shape[1])
    with np.errstate(all="ignore"):
        for _ in range(steps):
            system = _terry(games, won, found) if ties is None else _davidson(games, won, ties, found)
            hessian, gradient = system
            gradient -= ridge * found
            hessian[:, diagonal, diagonal] += ridge + 1e-12
            hessian[:, :size, :size] += 1 / size
            hessian[~np.isfinite(hessian).all(axis=(1, 2))] = np.eye(len(diagonal))
            step = np.linalg.solve(hessian, gradient[:, :, None])[:, :, 0]
            move = np.abs(step).max(axis=1)
            step *= np.minimum(1.0, LONGEST / np.maximum(move, 1e-300))[:, None]
            found += step
            if (move < CLOSE).all():
                break
    found[:, :size] -= found[:, :size].mean(axis=1, keepdims=True)
    return move


def _terry(games: Floats, won: Floats, skill: Floats) -> tuple[Floats, Floats]:
    chance = skill[:, None, :] - skill[:, :, None]
    np.exp(chance, out=chance)
    chance += 1
    np.reciprocal(chance, out=chance)
    expected = games * chance
    gradient = won - expected.sum(axis=2)
    chance -= 1
    expected *= chance
    places = np.arange(skill.shape[1])
    expected[:, places, places] = 0
    expected[:, places, places] = -expected.sum(axis=2)
    return expected, gradient


def _davidson(games: Floats, won: Floats, ties: Floats, found: Floats) -> tuple[Floats, Floats]:
    size = games.shape[1]
    skill, nu = found[:, :size], np.exp(found[:, size])[:, None, None]
    half = np.exp((skill[:, :, None] - skill[:, None, :]) / 2)
    below = half + 1 / half + nu
    win, tie = half / below, nu / below
    gap = win - win.transpose(0, 2, 1)
    hessian = np.zeros((len(found), size + 1, size + 1))
    spread = games * (1 - tie - gap**2) / 4
    places = np.arange(size)
    spread[:, places, places] = 0
    hessian[:, :size, :size] = -spread
    hessian[:, places, places] = spread.sum(axis=2)
    cross = -(games * gap * tie).sum(axis=2) / 2
    hessian[:, :size, size] = hessian[:, size, :size] = cross
    hessian[:, size, size] = (games * tie * (1 - tie)).sum(axis=(1, 2)) / 2
    gradient = np.empty((len(found), size + 1))
    gradient[:, :size] = won - (games * (win + tie / 2)).sum(axis=2)
    gradient[:, size] = (ties - games * tie).sum(axis=(1, 2)) / 2
    return hessian, gradient
