"""Bradley-Terry and Davidson from the pairs: P(i beats j) is the logistic function of a difference in skill."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from governance.evaluation.ratings.batch import LONG, RIDGE, newton
from governance.evaluation.ratings.cells import Floats, Numbers, components

POINTS = 400 / np.log(10)
"""Elo points in one unit of skill (logit)."""
CENTRE = 1000.0
FAR = 15.0
"""Skills of Davidson's model beyond this many logits are on their way to infinity."""


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


@dataclass(frozen=True, slots=True, eq=False)
class PartFit:
    """Skills of the models of one connected part.

    Args:
        members: Their numbers.
        skill: In logits, of mean 0.
        nu: Davidson's parameter: 0 without ties, ``None`` where all votes are ties; ``None`` for Bradley-Terry.
        ridge: Weight of the prior that was needed; 0: none.
    """

    members: Numbers
    skill: Floats
    nu: float | None
    ridge: float

    @property
    def log_nu(self) -> float | None:
        """Give the logarithm of nu where the fit has it as a parameter."""
        return float(np.log(self.nu)) if self.nu else None

    @property
    def parameters(self) -> Floats:
        """Give the parameters that a refit starts from."""
        return self.skill if self.log_nu is None else np.append(self.skill, self.log_nu)


def fit(wins: Floats, start: Floats | None = None) -> Fit:
    """Fit skills by maximum likelihood, each connected part for itself.

    Args:
        wins: Weight of wins of row over column, shape (models, models).
        start: Skills to start from.

    Source: Bradley and Terry 1952; Newton's method on the Laplacian of the pairs.

    >>> fit(np.array([[0.0, 3.0], [1.0, 0.0]])).skill.round(4).tolist()
    [0.5493, -0.5493]
    """
    part, skill = np.zeros(len(wins), dtype=np.int64), np.zeros(len(wins))
    parts = fit_parts(wins, None, start)
    for number, one in enumerate(parts):
        part[one.members], skill[one.members] = number, one.skill
    return Fit(skill, part, any(one.ridge > 0 for one in parts))


def fit_parts(wins: Floats, ties: Floats | None = None, start: Floats | None = None) -> list[PartFit]:
    """Fit each connected part of the comparison graph, the one of most models first.

    Args:
        wins: Weight of wins of row over column, shape (models, models).
        ties: Weight of ties of each pair, symmetric, for Davidson's model; ``None``: Bradley-Terry.
        start: Skills to start from.

    Source: Bradley and Terry 1952; Davidson 1970, On extending the Bradley-Terry model to accommodate ties.

    >>> pair, drawn = np.array([[0.0, 4.0], [2.0, 0.0]]), np.array([[0.0, 3.0], [3.0, 0.0]])
    >>> round(fit_parts(pair, drawn)[0].nu, 4)
    1.0607
    """
    part = components(wins if ties is None else wins + ties)
    found = []
    for number in range(int(part.max(initial=-1)) + 1):
        members = np.flatnonzero(part == number)
        block = np.ix_(members, members)
        begin = np.zeros(len(members)) if start is None else start[members] - start[members].mean()
        found.append(_fit_part(members, wins[block], None if ties is None else ties[block], begin))
    return found


def _fit_part(members: Numbers, wins: Floats, ties: Floats | None, start: Floats) -> PartFit:
    strong = components(wins, strong=True).max(initial=0) == 0
    if ties is None or not ties.any():
        ridge = 0.0 if strong else RIDGE
        return PartFit(members, _solve(wins, None, start, ridge), None if ties is None else 0.0, ridge)
    if not wins.any():
        return PartFit(members, np.zeros(len(members)), None, RIDGE)
    begin = np.append(start, 0.0)
    ridge = 0.0
    found = _solve(wins, ties, begin, ridge)
    if not strong and not (np.abs(found).max() < FAR):
        ridge = RIDGE
        found = _solve(wins, ties, begin, ridge)
    return PartFit(members, found[:-1], float(np.exp(found[-1])), ridge)


def _solve(wins: Floats, ties: Floats | None, start: Floats, ridge: float) -> Floats:
    found = start[None, :].astype(float)
    newton(wins[None], None if ties is None else ties[None], found, ridge, LONG)
    skill: Floats = found[0]
    return skill


def points(skill: Floats) -> Floats:
    """Write skills as points: a mean of 1000, 400 points for odds of ten to one."""
    written: Floats = CENTRE + POINTS * skill
    return written
