"""Intervals of win rates against the papers' figures, and their coverage counted over every outcome."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, multinomial
from statsmodels.stats.proportion import proportion_confint

from governance.errors import BadInput
from governance.evaluation.sample_size import (
    TIE_RULES,
    compare_rates,
    votes_for_power,
    votes_needed,
    wilson,
    win_rate,
)

votes = st.integers(0, 400)


@pytest.mark.parametrize(("rate", "n"), [(0.540, 601), (0.544, 497), (0.695, 26), (0.766, 14)])
def test_first_n_at_which_wilson_passes_one_half(rate, n):
    assert votes_needed(rate) == n
    assert votes_needed(1 - rate) == n, "a loss needs as many"
    assert wilson(rate, n).low > 0.5
    assert wilson(rate, n - 1).low <= 0.5, "the rate held fixed, wins not rounded"


def test_with_whole_wins_the_first_n_is_another_and_passing_does_not_last():
    passes = [wilson(int(0.54 * n + 0.5) / n, n).low > 0.5 for n in range(1, 700)]
    assert passes.index(True) + 1 == 575
    assert len(passes) - passes[::-1].index(False) + 1 == 613


def test_one_run():
    won, lost = win_rate(1, 0, 0), win_rate(0, 0, 1)
    assert (round(won.exact.low, 6), won.exact.high, won.is_exact) == (0.025, 1.0, True)
    assert (lost.exact.low, round(lost.exact.high, 6)) == (0.0, 0.975)
    assert won.verdict == lost.verdict == "open"


@given(votes, votes)
def test_intervals_are_those_of_statsmodels(wins, losses):
    n = wins + losses
    found = win_rate(wins, 0, losses)
    if not n:
        assert (found.rate, found.wilson, found.exact, found.verdict) == (None, None, None, "no votes")
        return
    for method, ours in (("wilson", found.wilson), ("beta", found.exact)):
        low, high = proportion_confint(wins, n, 0.05, method)
        assert (ours.low, ours.high) == pytest.approx((low, high), abs=1e-9)


@given(votes, votes, votes, st.sampled_from(TIE_RULES))
def test_swapping_the_models_mirrors_the_answer(wins, ties, losses, rule):
    one, other = win_rate(wins, ties, losses, rule=rule), win_rate(losses, ties, wins, rule=rule)
    if one.rate is None:
        assert other.rate is None
        return
    assert one.rate == pytest.approx(1 - other.rate)
    assert one.wilson.low == pytest.approx(1 - other.wilson.high)
    assert one.exact.low == pytest.approx(1 - other.exact.high, abs=1e-9)
    assert one.n == other.n == wins + losses + (ties if rule == "half" else 0)


@pytest.mark.parametrize("tied", [0.1, 0.4, 0.8])
@pytest.mark.parametrize("share", [0.5, 0.7, 0.95])
def test_counting_ties_half_keeps_the_coverage(share, tied):
    n, chances = 18, (share * (1 - tied), tied, (1 - share) * (1 - tied))
    truth = chances[0] + tied / 2
    covered = {"wilson": 0.0, "exact": 0.0}
    for wins, ties in product(range(n + 1), repeat=2):
        if wins + ties <= n:
            found = win_rate(wins, ties, n - wins - ties)
            chance = float(multinomial.pmf([wins, ties, n - wins - ties], n, chances))
            covered["wilson"] += chance * (found.wilson.low <= truth <= found.wilson.high)
            covered["exact"] += chance * (found.exact.low <= truth <= found.exact.high)
            assert found.is_exact == (ties == 0)
    assert covered["exact"] >= 0.95
    assert covered["wilson"] >= 0.93, "an approximation, a little short near 0 and 1"


@pytest.mark.parametrize("rate", [0.54, 0.46, 0.695, 0.9, 1.0])
def test_power_is_reached_from_there_on(rate):
    n = votes_for_power(rate)
    chance = [_found(max(rate, 1 - rate), size) for size in (n - 1, *range(n, n + 200))]
    assert chance[0] < 0.8 <= min(chance[1:])
    assert n > votes_needed(rate) or rate == 1.0


def test_a_rate_near_one_half_needs_the_normal_approximation():
    assert votes_for_power(0.501) == pytest.approx(((1.959964 / 2 + 0.841621 / 2) / 0.001) ** 2, rel=1e-4)
    assert votes_for_power(0.5) is None
    assert votes_needed(0.5) is None


def _found(rate, n):
    won = next(wins for wins in range(n // 2, n + 2) if wins > n or wilson(wins / n, n).low > 0.5)
    return float(binom.sf(won - 1, n, rate))


def test_two_rates():
    equal = compare_rates(win_rate(30, 5, 20), win_rate(30, 5, 20))
    assert (equal.difference, equal.differ) == (0.0, False)
    none = compare_rates(win_rate(3, 0, 2), win_rate(0, 0, 0))
    assert (none.difference, none.differ) == (None, None)
    with pytest.raises(BadInput, match="not counted alike"):
        compare_rates(win_rate(3, 0, 2), win_rate(3, 0, 2, rule="drop"))


def test_newcombe_keeps_its_coverage():
    draw = np.random.default_rng(5)
    pairs = zip(draw.binomial(60, 0.6, 1500), draw.binomial(90, 0.7, 1500), strict=True)
    inside = [
        found.low <= -0.1 <= found.high
        for one, two in pairs
        for found in [compare_rates(win_rate(int(one), 0, 60 - int(one)), win_rate(int(two), 0, 90 - int(two)))]
    ]
    assert np.mean(inside) == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize(
    ("counts", "options", "word"),
    [
        pytest.param((-1, 0, 0), {}, "-1 votes", id="negative"),
        pytest.param((10**12, 0, 0), {}, "cannot be", id="too-many"),
        pytest.param((1, 0, 0), {"rule": "davidson"}, "no rule", id="rule"),
        pytest.param((1, 0, 0), {"level": 1.0}, "not a level", id="level"),
        pytest.param((1, 0, 0), {"level": float("nan")}, "not a level", id="nan"),
    ],
)
def test_bad_input(counts, options, word):
    with pytest.raises(BadInput, match=word):
        win_rate(*counts, **options)


def test_only_ties():
    assert win_rate(0, 9, 0).verdict == "open"
    assert win_rate(0, 9, 0, rule="drop").verdict == "no votes"
