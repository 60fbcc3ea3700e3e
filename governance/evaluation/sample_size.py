"""Is a win rate a win? Intervals for few votes, the votes a rate needs, and two rates beside each other."""

from __future__ import annotations

from math import ceil, floor, sqrt
from statistics import NormalDist
from typing import Literal, get_args

import numpy as np
from pydantic import BaseModel

from governance.errors import BadInput
from governance.evaluation.ratings.shares import wilson as wilson_of_shares

TieRule = Literal["half", "drop"]
"""What a tie counts: half a win, so that the rate is a mean, or nothing."""
TIE_RULES: tuple[TieRule, ...] = get_args(TieRule)
Verdict = Literal["win", "loss", "open", "no votes"]
"""Where the Wilson interval lies: above one half, below it, around it; or there is none."""

LEVEL, POWER = 0.95, 0.8
MOST_VOTES = 10**9
EXACT_TO = 200_000
"""Votes up to which the power is counted vote by vote; above, the normal approximation is as good."""
RULES: dict[TieRule, str] = {
    "half": "a tie is half a win: the rate is a mean of 1, ½ and 0, read as if it were a share of wins, which is "
    "wider than needed where votes tie",
    "drop": "ties are left out: the rate is a share of the decided votes",
}


class Bounds(BaseModel, frozen=True):
    """An interval of a rate, from 0 to 1."""

    low: float
    high: float


class WinRate(BaseModel, frozen=True):
    """A win rate and how sure it is.

    Args:
        wins, ties, losses: Votes, counts.
        rule: What a tie counted.
        level: Of the intervals.
        n: Votes that counted.
        rate: From 0 to 1; ``None``: no vote counted.
        wilson: Interval by Wilson's score.
        exact: Interval by Clopper and Pearson.
        is_exact: Whether the latter has its level exactly: not where ties count half.
        verdict: Whether it is a win by the Wilson interval.
        needed: Votes at which this very rate would first be told from one half; ``None``: it is one half.
        needed_power: Votes with which that happens in `POWER` of all trials, were it the true rate.
    """

    wins: int
    ties: int
    losses: int
    rule: TieRule
    level: float
    n: int
    rate: float | None
    wilson: Bounds | None
    exact: Bounds | None
    is_exact: bool
    verdict: Verdict
    needed: int | None
    needed_power: int | None


class Difference(BaseModel, frozen=True):
    """One win rate less another, of separate votes.

    Args:
        difference: First less second; ``None``: one has no votes.
        low, high: Newcombe's interval from the two Wilson intervals.
        differ: Whether the interval leaves 0 out.
    """

    difference: float | None
    low: float | None
    high: float | None
    differ: bool | None


def win_rate(wins: int, ties: int, losses: int, *, rule: TieRule = "half", level: float = LEVEL) -> WinRate:
    """Give a win rate with its intervals, and the votes that it needs.

    Args:
        wins: Votes won, a count.
        ties: Votes undecided.
        losses: Votes lost.
        rule: half or drop, see `RULES`.
        level: Of the intervals, between 0 and 1.

    Raises:
        BadInput: A count is below 0 or too great, the rule is none, or the level is not between 0 and 1.

    Source: Wilson 1927; Clopper and Pearson 1934.

    >>> one = win_rate(1, 0, 0)
    >>> round(one.exact.low, 3), one.exact.high, one.verdict
    (0.025, 1.0, 'open')
    """
    _check(wins, ties, losses, rule, level)
    half = rule == "half"
    n = wins + losses + (ties if half else 0)
    points = wins + (ties / 2 if half else 0)
    rate = points / n if n else None
    near = None if rate is None else wilson(rate, n, level)
    return WinRate(
        wins=wins, ties=ties, losses=losses, rule=rule, level=level, n=n, rate=rate, wilson=near,
        exact=clopper_pearson(points, n, level) if n else None,
        is_exact=n > 0 and not (half and ties),
        verdict=_verdict(near),
        needed=None if rate is None else votes_needed(rate, level),
        needed_power=None if rate is None else votes_for_power(rate, level),
    )  # fmt: skip


def wilson(rate: float, n: int, level: float = LEVEL) -> Bounds:
    """Give Wilson's score interval of a rate seen in ``n`` votes.

    >>> found = wilson(0.54, 601)
    >>> found.low > 0.5, wilson(0.54, 600).low > 0.5
    (True, False)
    """
    low, high = wilson_of_shares(np.array(rate), np.array(float(n)), _z(level))
    return Bounds(low=float(low), high=float(high))


def clopper_pearson(points: float, n: int, level: float = LEVEL) -> Bounds:
    """Give the exact interval of a share of votes; with halves in it, the same formula, which is then a bound.

    Args:
        points: Wins, a tie perhaps as one half.
        n: Votes, at least 1.
        level: Of the interval.
    """
    from scipy.stats import beta  # here, since loading it takes half a second that most commands never need

    tail = (1 - level) / 2
    low = float(beta.ppf(tail, points, n - points + 1)) if points > 0 else 0.0
    return Bounds(low=low, high=float(beta.ppf(1 - tail, points + 1, n - points)) if points < n else 1.0)


def votes_needed(rate: float, level: float = LEVEL) -> int | None:
    """Count the votes at which a rate is first told from one half by Wilson's interval.

    The rate is held fixed and wins are not rounded to whole votes: the interval leaves one half out as soon as
    n > z² / 4(rate − ½)², so the answer is one more than the whole part of that. With wins rounded to whole votes
    there is no one such n: at 54.0% the interval first passes at 575 votes, and always from 613 on.

    >>> [votes_needed(rate) for rate in (0.54, 0.544, 0.695, 0.766)], votes_needed(0.5)
    ([601, 497, 26, 14], None)
    """
    gap = abs(rate - 0.5)
    if gap < 1e-6:
        return None
    return floor(_z(level) ** 2 / (4 * gap * gap)) + 1


def votes_for_power(rate: float, level: float = LEVEL, power: float = POWER) -> int | None:
    """Count the votes with which a true rate is found to be a win, or a loss, with a given chance.

    Args:
        rate: The true share of wins, from 0 to 1; votes without ties.
        level: Of the Wilson interval that decides.
        power: The chance wanted; at that many votes and at any number above, it is reached.

    Source: the binomial distribution, counted; above `EXACT_TO` votes its normal approximation.

    >>> votes_for_power(0.54), votes_for_power(1.0)
    (1244, 4)
    """
    gap, z = abs(rate - 0.5), _z(level)
    if gap < 1e-6:
        return None
    rough = ceil(((z / 2 + NormalDist().inv_cdf(power) * sqrt(0.25 - gap * gap)) / gap) ** 2)
    if rough > EXACT_TO:
        return rough
    from scipy.stats import binom

    n = np.arange(1, rough + rough // 2 + 50)
    least = np.floor(n / 2 + z / 2 * np.sqrt(n)) + 1  # wins with which Wilson's lower end is above one half
    failing = np.flatnonzero(binom.sf(least - 1, n, 0.5 + gap) < power)
    return int(n[failing[-1]]) + 1


def compare_rates(first: WinRate, second: WinRate) -> Difference:
    """Say whether two win rates differ, where no vote belongs to both.

    Raises:
        BadInput: They were counted by different rules or at different levels.

    Source: Newcombe 1998, method 10.

    >>> found = compare_rates(win_rate(56, 0, 14), win_rate(48, 0, 32))
    >>> round(found.low, 4), round(found.high, 4), found.differ
    (0.0524, 0.3339, True)
    """
    if (first.rule, first.level) != (second.rule, second.level):
        raise BadInput("the two rates are not counted alike", "win rates", "use one rule for ties and one level")
    one, two = first.wilson, second.wilson
    if first.rate is None or second.rate is None or one is None or two is None:
        return Difference(difference=None, low=None, high=None, differ=None)
    gap = first.rate - second.rate
    low = gap - sqrt((first.rate - one.low) ** 2 + (two.high - second.rate) ** 2)
    high = gap + sqrt((one.high - first.rate) ** 2 + (second.rate - two.low) ** 2)
    return Difference(difference=gap, low=low, high=high, differ=low > 0 or high < 0)


def _verdict(near: Bounds | None) -> Verdict:
    if near is None:
        return "no votes"
    return "win" if near.low > 0.5 else "loss" if near.high < 0.5 else "open"


def _z(level: float) -> float:
    return NormalDist().inv_cdf(0.5 + level / 2)


def _check(wins: int, ties: int, losses: int, rule: str, level: float) -> None:
    for name, count in (("wins", wins), ("ties", ties), ("losses", losses)):
        if not 0 <= count <= MOST_VOTES:
            raise BadInput(f"{count} votes cannot be", name, f"give a count from 0 to {MOST_VOTES:,}")
    if rule not in TIE_RULES:
        raise BadInput(f"'{rule:.40}' is no rule for ties", "ties", f"use one of {', '.join(TIE_RULES)}")
    if not 0 < level < 1:
        raise BadInput(f"{level:g} is not a level", "level", "give one between 0 and 1, such as 0.95")
