"""Pairs of models: how they met, what the fit expects, and how many more votes would tell them apart."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import polars as pl
from pydantic import BaseModel

from governance.errors import BadInput
from governance.evaluation.ratings.bradley_terry import POINTS, fit
from governance.evaluation.ratings.cells import Cells, Floats
from governance.evaluation.ratings.rating import Rating, Settings

ASSUMPTION = (
    "the gap is as large as the fit says, all further votes are between these two and independent of one another, "
    "and a tie tells as much as any vote"
)


class HeadToHead(BaseModel, frozen=True):
    """How two models met.

    Args:
        a, b: The models.
        a_won, b_won, ties: Weight of votes.
        n: Votes between them.
        share: Win share of a, ties as half; ``None`` where they never met.
        expected: The same by Bradley-Terry from all votes; ``None`` where nothing connects them.
    """

    a: str
    b: str
    a_won: float
    b_won: float
    ties: float
    n: int
    share: float | None
    expected: float | None


class VotesNeeded(BaseModel, frozen=True):
    """How many more votes would tell two models apart.

    Args:
        a, b: The models.
        gap: Points by which a is above b, by Bradley-Terry with ties as half.
        error: Its standard error in points, were all votes independent.
        votes: Further votes between the two; 0: enough are there; ``None``: no number is, for the gap is 0 or
            nothing connects the two.
        power: Chance that the interval then leaves out 0.
        level: Of that interval.
        assumption: What this rests on.
    """

    a: str
    b: str
    gap: float | None
    error: float | None
    votes: int | None
    power: float
    level: float
    assumption: str = ASSUMPTION


class PairAnswer(BaseModel, frozen=True):
    """Two models side by side.

    Args:
        above: Share of resamples in which a scores above b; ``None`` without any, or where nothing connects them.
        met: How they met.
        needed: Further votes that would tell them apart.
        settings: Of the rating.
    """

    above: float | None
    met: HeadToHead
    needed: VotesNeeded
    settings: Settings


def compare_pair(rating: Rating, a: str, b: str, power: float = 0.8) -> PairAnswer:
    """Set two rated models side by side.

    Args:
        rating: The rating.
        a: One model.
        b: The other.
        power: As for `votes_to_separate`.

    Raises:
        BadInput: A model is not there, or both are one.
    """
    return PairAnswer(
        met=head_to_head(rating.cells, a, b),
        above=rating.above(a, b),
        needed=votes_to_separate(rating.cells, a, b, power, rating.settings.level),
        settings=rating.settings,
    )


def head_to_head(cells: Cells, a: str, b: str) -> HeadToHead:
    """Say how two models met.

    Raises:
        BadInput: One of them is not there, or both are one.
    """
    one, other = _places(cells, a, b)
    here = np.flatnonzero((cells.first == min(one, other)) & (cells.second == max(one, other)))
    won, lost = float(cells.wins[here].sum()), float(cells.losses[here].sum())
    ties, n = float(cells.ties[here].sum()), int(cells.votes[here].sum())
    if one > other:
        won, lost = lost, won
    whole = won + lost + ties
    fitted = fit(cells.matrix("half"))
    expected = _chance(fitted.skill[one] - fitted.skill[other]) if fitted.part[one] == fitted.part[other] else None
    share = (won + ties / 2) / whole if whole else None
    return HeadToHead(a=a, b=b, a_won=won, b_won=lost, ties=ties, n=n, share=share, expected=expected)


def votes_to_separate(cells: Cells, a: str, b: str, power: float = 0.8, level: float = 0.95) -> VotesNeeded:
    """Estimate how many more votes between two models it takes to tell them apart.

    The precision of a gap of d logits grows by P(1-P) with each vote between the two; it must reach
    ((z of level + z of power) / d)².

    Args:
        cells: The votes so far.
        a: One model.
        b: The other.
        power: Chance that the interval of the gap then leaves out 0.
        level: Of that interval.

    Raises:
        BadInput: A model is not there, or the power or level is no share.

    Source: power of Wald's test; the update of the precision is Sherman and Morrison 1950.

    >>> from governance.evaluation.ratings.cells import Numbers
    >>> one, none = np.array([1]), np.array([0.0])
    >>> votes_to_separate(Cells(("x", "y"), 0 * one, one, 60.0 * one, 40.0 * one, none, 100 * one), "x", "y").votes
    99
    """
    one, other = _places(cells, a, b)
    for name, value in (("power", power), ("level", level)):
        if not 0.5 <= value < 1:
            raise BadInput(f"a {name} of {value:g}", f"setting {name}", "give a share from 0.5 to below 1")
    said = {"a": a, "b": b, "power": power, "level": level}
    fitted = fit(cells.matrix("half"))
    if fitted.part[one] != fitted.part[other]:
        return VotesNeeded(**said, gap=None, error=None, votes=None)
    gap = float(fitted.skill[one] - fitted.skill[other])
    variance = _gap_variance(cells, fitted.skill, one, other)
    chance = _chance(gap)
    votes = None
    if abs(gap) > 1e-9:
        reach = NormalDist().inv_cdf((1 + level) / 2) + NormalDist().inv_cdf(power)
        missing = ((reach / gap) ** 2 - 1 / variance) / (chance * (1 - chance))
        votes = max(0, math.ceil(missing - 1e-9))
    return VotesNeeded(**said, gap=gap * POINTS, error=math.sqrt(variance) * POINTS, votes=votes)


def pair_table(cells: Cells) -> pl.DataFrame:
    """Give every pair that met: votes, win share, what Bradley-Terry expects, and how far off that is.

    Args:
        cells: The votes by pair.

    Returns:
        model_a, model_b, n, share of a (ties as half), expected, and residual: the difference in standard errors of
        a share of n independent votes without ties; beyond 3 the pair does not fit one scale.
    """
    fitted = fit(cells.matrix("half"))
    whole = cells.wins + cells.losses + cells.ties
    share = (cells.wins + cells.ties / 2) / whole
    expected = 1 / (1 + np.exp(fitted.skill[cells.second] - fitted.skill[cells.first]))
    residual = (share - expected) / np.sqrt(expected * (1 - expected) / cells.votes)
    names = np.array(cells.models, dtype=object)
    return pl.DataFrame({
        "model_a": names[cells.first].tolist(), "model_b": names[cells.second].tolist(), "n": cells.votes,
        "share": share, "expected": expected, "residual": residual,
    })  # fmt: skip


def _gap_variance(cells: Cells, skill: Floats, one: int, other: int) -> float:
    size = len(cells.models)
    chance = 1 / (1 + np.exp(skill[cells.second] - skill[cells.first]))
    weight = (cells.wins + cells.losses + cells.ties) * chance * (1 - chance)
    bread = np.full((size, size), 1 / size)
    for x, y, sign in (
        (cells.first, cells.first, 1), (cells.second, cells.second, 1),
        (cells.first, cells.second, -1), (cells.second, cells.first, -1),
    ):  # fmt: skip
        np.add.at(bread, (x, y), sign * weight)
    contrast = np.zeros(size)
    contrast[one], contrast[other] = 1, -1
    return float(contrast @ np.linalg.lstsq(bread, contrast, rcond=None)[0])


def _places(cells: Cells, a: str, b: str) -> tuple[int, int]:
    for name in (a, b):
        if name not in cells.models:
            raise BadInput(f"'{name:.80}' is not among the rated models", "model", "name one of the rated models")
    if a == b:
        raise BadInput(f"'{a:.80}' is named twice", "models", "name two different models")
    return cells.models.index(a), cells.models.index(b)


def _chance(gap: float) -> float:
    return float(1 / (1 + np.exp(-gap)))
