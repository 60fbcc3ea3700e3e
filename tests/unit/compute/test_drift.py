from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.compute.drift import (
    HALVINGS,
    effective_compute,
    equal_capability_threshold,
    sequential_totals,
    threshold_band,
    training_equivalent,
    years_between,
    years_to_staleness,
)
from governance.errors import BadInput

# Orders at use, whether answers are cheap to check, orders of training: low and high.
EQUIVALENTS = [
    (0.5, True, None),
    (1.0, False, (1, 1)),
    (1.5, False, (1, 1)),
    (2.0, False, (1, 2)),
    (2.5, True, (2, 2)),
    (3.0, False, (2, 2)),
    (3.5, True, None),
    (4.5, True, None),
    (5.0, False, None),
    (5.5, True, (3, 4)),
    (6.0, True, (3, 4)),
    (6.5, True, None),
    (-1.0, True, None),
]
positive = st.floats(1e-3, 1e26)
months = st.floats(2, 22)
years = st.floats(-10, 10)


def test_both_published_intervals():
    stated = {name: (one.months, one.low, one.high, one.coverage) for name, one in HALVINGS.items()}
    assert stated == {"arxiv_v1": (8, 5, 14, 0.95), "neurips_2024": (8, 2, 22, 0.90)}


@pytest.mark.parametrize(
    ("after", "halving", "left"),
    [(0, 8, 1e25), (8 / 12, 8, 5e24), (2, 8, 1e25 / 8), (2, 2, 1e25 / 4096), (-1, 12, 2e25)],
)
def test_equal_capability_threshold(after, halving, left):
    assert equal_capability_threshold(1e25, after, halving) == pytest.approx(left)


@given(positive, years, months)
def test_effective_compute_undoes_the_aged_threshold(flop, after, halving):
    assert effective_compute(equal_capability_threshold(flop, after, halving), after, halving) == pytest.approx(flop)


@given(st.floats(1, 1e6), months)
def test_staleness_is_when_the_threshold_has_fallen_that_far(factor, halving):
    after = float(years_to_staleness(factor, halving))
    assert equal_capability_threshold(1.0, after, halving) == pytest.approx(1 / factor)


@pytest.mark.parametrize(
    ("version", "low", "high"),
    [("arxiv_v1", 2 ** (-24 / 5), 2 ** (-24 / 14)), ("neurips_2024", 2**-12, 2 ** (-24 / 22))],
)
def test_band(version, low, high):
    band = threshold_band(1e25, 2, version)
    assert (band.low, band.flop, band.high) == pytest.approx((1e25 * low, 1.25e24, 1e25 * high))


@given(st.floats(-5, 5))
def test_the_later_interval_is_wider(after):
    narrow, wide = threshold_band(1e25, after, "arxiv_v1"), threshold_band(1e25, after, "neurips_2024")
    assert wide.low <= narrow.low <= narrow.flop <= narrow.high <= wide.high


@pytest.mark.parametrize(("orders", "cheap", "worth"), EQUIVALENTS)
def test_training_equivalent(orders, cheap, worth):
    found = training_equivalent(orders, cheaply_checked=cheap)
    assert (found and (found.low, found.high)) == worth


@pytest.mark.parametrize(
    ("steps", "first", "last"),
    [(0, 1, 1), (1, 4 / 3, 4 / 3), (3, 2, (4 / 3) ** 3), (6, 3, (4 / 3) ** 6)],
)
def test_sequential_totals(steps, first, last):
    totals = sequential_totals(1e24, steps)
    assert (totals.against_first, totals.against_last) == pytest.approx((first * 1e24, last * 1e24))


@given(positive, st.integers(0, 30), st.floats(0, 1))
def test_measured_against_the_last_it_grows_at_least_as_fast(base, steps, share):
    totals = sequential_totals(base, steps, share)
    assert totals.against_last >= totals.against_first * (1 - 1e-9)


@pytest.mark.parametrize("steps", [-1, 1001])
def test_steps_out_of_bounds(steps):
    with pytest.raises(BadInput, match="steps"):
        sequential_totals(1e25, steps)


def test_years_between():
    assert years_between(date(2024, 1, 1), date(2028, 1, 1)) == 4.0
    assert years_between(date(2028, 1, 1), date(2024, 1, 1)) == -4.0
