"""Bradley-Terry by Newton's method on the pairs: P(i beats j) is the logistic function of a difference in skill."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from governance.evaluation.ratings.cells import Floats, Numbers, components

RIDGE = 0.01
"""Weight of the prior that a model is of average skill, used only where the votes leave a skill infinite."""
POINTS = 400 / np.log(10)
"""Elo points in one unit of skill (logit)."""
CENTRE = 1000.0
STEPS, CLOSE = 100, 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Skills of models.

    Args:
        skill: A model, in logits; each part's mean is 0.
        part: Number of the connected part it lies in; skills of different parts cannot be compared.
        prior: Whether the prior was needed: some model never lost, or never won, against the rest of its part.
    """

    skill: Floats
    part: Numbers
    prior: bool


def fit(wins: Floats, start: Floats | None = None) -> Fit:
    """Fit skills by maximum likelihood, each connected part for itself.

    Args:
        wins: Weight of wins of row over column, shape (models, models).
        start: Skills to start from.

    Source: Bradley and Terry 1952; Newton's method on the Laplacian of the pairs.

    >>> fit(np.array([[0.0, 3.0], [1.0, 0.0]])).skill.round(4).tolist()
    [0.5493, -0.5493]
    """
    part = components(wins)
    skill = np.zeros(len(wins)) if start is None else start.astype(float)
    prior = False
    for number in range(int(part.max(initial=-1)) + 1):
        members = np.flatnonzero(part == number)
        block = wins[np.ix_(members, members)]
        ridge = RIDGE if components(block, strong=True).max(initial=0) else 0.0
        prior = prior or ridge > 0
        skill[members] = _newton(block, skill[members], ridge)
    return Fit(skill, part, prior)


def _newton(wins: Floats, skill: Floats, ridge: float) -> Floats:
    size = len(wins)
    skill = skill - skill.mean()
    games = wins + wins.T
    won = wins.sum(axis=1)
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(skill[None, :] - skill[:, None]))
        gradient = won - (games * chance).sum(axis=1) - ridge * skill
        weight = games * chance * (1 - chance)
        hessian = -weight + np.diag(weight.sum(axis=1) + ridge) + 1 / size
        step = np.linalg.solve(hessian, gradient)
        step *= min(1.0, 2.0 / max(np.abs(step).max(), 1e-300))
        skill = skill + step
        if np.abs(step).max() < CLOSE:
            break
    centred: Floats = skill - skill.mean()
    return centred


def points(skill: Floats) -> Floats:
    """Write skills as points: a mean of 1000, 400 points for odds of ten to one."""
    written: Floats = CENTRE + POINTS * skill
    return written
