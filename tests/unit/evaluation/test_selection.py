"""Best of several, shares, retirement, gain: the table of `evaluation.md`, closed forms, then laws."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations, pairwise
from statistics import mean

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.errors import BadInput
from governance.evaluation.formats.sets import open_set
from governance.evaluation.ratings.bradley_terry import POINTS, fit
from governance.evaluation.ratings.cells import Cells
from governance.evaluation.ratings.rate import rate
from governance.evaluation.selection.access import along_share, relative_gain
from governance.evaluation.selection.best_of import (
    best_of,
    curve,
    expected_best,
    expected_largest,
    simulate_best_of,
    typical_error,
)
from governance.evaluation.selection.published import published_figures, quoted
from governance.evaluation.selection.retire import retire, standard_errors
from governance.evaluation.selection.shares import battle_shares, facts_of_table, gini, model_facts

# evaluation.md, section 1: expected largest of N standard normals
LARGEST = {1: 0, 2: 0.564, 3: 0.846, 5: 1.163, 7: 1.352, 10: 1.539, 20: 1.867, 27: 1.998, 50: 2.249}
VOTES = pl.DataFrame(
    {
        "model_a": ["x", "y", "z", "x", "w", "w"] * 4, "model_b": ["y", "z", "x", "w", "y", "z"] * 4,
        "outcome": ["a", "b", "tie", "a", "b", "b", "b", "a", "a", "b", "a", "tie"] * 2,
    }
)  # fmt: skip


@pytest.mark.parametrize(("n", "largest"), LARGEST.items())
def test_expected_largest(n, largest):
    assert expected_largest(n) == pytest.approx(largest, abs=5e-4)


def test_many_variants_stay_exact():
    assert expected_largest(2) == pytest.approx(1 / np.sqrt(np.pi), abs=1e-12)
    assert expected_largest(100_000) == pytest.approx(4.384, abs=0.01)


def test_best_of_a_list():
    assert expected_best([1, 2, 3, 4, 5], 2) == 4.0


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=7), st.data())
def test_best_of_a_list_is_the_mean_over_all_draws(values, data):
    n = data.draw(st.integers(1, len(values)))
    assert expected_best(values, n) == pytest.approx(mean(max(some) for some in combinations(values, n)))


def test_the_best_of_very_many_is_no_overflow():
    # Of N ones and a single two, the best of n is two with chance n / (N + 1).
    assert expected_best([1.0] * 9_999 + [2.0], 2_500) == pytest.approx(1.25)
    values = [float(one) for one in range(1, 2_002)]
    # The largest of n drawn from 1 to N is n (N + 1) / (n + 1) on average.
    assert expected_best(values, 1) == pytest.approx(mean(values))
    assert expected_best(values, 1_000) == pytest.approx(1_000 * 2_002 / 1_001)
    assert expected_best(values, 2_001) == 2_001


@pytest.mark.parametrize(
    ("variants", "error", "spread"), [(27, 3.2, 0.0), (10, 10.0, 10.0), (5, 2.0, 20.0), (1, 5.0, 5.0)]
)
def test_simulation_finds_the_exact_figures(variants, error, spread):
    exact, drawn = best_of(variants, error, spread), simulate_best_of(variants, error, spread, runs=8000, seed=3)
    assert drawn.bias == pytest.approx(exact.bias, abs=4 * drawn.bias_error)
    assert drawn.shown == pytest.approx(exact.shown, abs=0.05 * (error + spread))
    assert (exact.basis, drawn.basis) == ("exact, normal spread" if spread else "exact", "simulated")
    assert exact.shown == pytest.approx(exact.gain + exact.bias)


def test_stated_skills_of_unequal_error():
    sure = simulate_best_of(error=0.0, skills=[0, 10, 50], runs=50)
    assert (sure.best_wins, sure.bias, sure.gain) == (1.0, 0.0, pytest.approx(30))
    rough = simulate_best_of(skills=[0, 0, 1], errors=[100, 0, 0], runs=4000, seed=1)
    assert rough.best_wins < 0.6  # the badly measured one wins half the time
    assert rough == simulate_best_of(skills=[0, 0, 1], errors=[100, 0, 0], runs=4000, seed=1)


def test_a_curve_rises():
    found = curve(70, 3.0)
    assert [one.variants for one in found][-3:] == [60, 65, 70]
    assert all(one.bias < two.bias for one, two in pairwise(found))


def test_error_is_taken_from_intervals():
    rating = rate(VOTES, interval="sandwich")
    half = np.median([(row.high - row.low) / 2 for row in rating.models])
    assert typical_error(rating) == pytest.approx(half / 1.959964, rel=1e-6)
    assert typical_error(rate(VOTES, interval=None)) is None


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(lambda: best_of(0, 1), id="none"),
        pytest.param(lambda: best_of(3, -1), id="negative error"),
        pytest.param(lambda: best_of(3, float("nan")), id="NaN"),
        pytest.param(lambda: simulate_best_of(10**5, 1, runs=10**5), id="too many"),
        pytest.param(lambda: simulate_best_of(skills=[1, float("inf")]), id="infinite skill"),
        pytest.param(lambda: simulate_best_of(skills=[1, 2], errors=[1]), id="an error short"),
        pytest.param(lambda: expected_best([1], 2), id="more than all"),
        pytest.param(lambda: relative_gain(0, 0.5), id="from nothing"),
        pytest.param(lambda: relative_gain(0.5, 0.6, 0), id="no votes"),
        pytest.param(lambda: along_share(0.2, 0.4, 0.5, 0.5, []), id="one share"),
        pytest.param(lambda: battle_shares(VOTES.head(0)), id="no battles"),
        pytest.param(lambda: facts_of_table(pl.DataFrame({"model": ["x"]})), id="no provider"),
        pytest.param(
            lambda: facts_of_table(pl.DataFrame({"model": ["x", "x"], "provider": "p", "openness": "open"})), id="twice"
        ),
        pytest.param(lambda: retire(VOTES, ["nobody"]), id="unknown model"),
        pytest.param(lambda: retire(VOTES, ["x", "y", "z"]), id="one remains"),
        pytest.param(lambda: retire(VOTES), id="nothing goes"),
        pytest.param(lambda: retire(VOTES, after=date(2026, 1, 1)), id="no days"),
        pytest.param(lambda: retire(VOTES, ["x"], removals=2), id="few removals"),
    ],
)
def test_bad_input_is_refused(call):
    with pytest.raises(BadInput):
        call()


def test_shares_of_llmfao(connection):
    votes, facts = open_set(connection, "llmfao").frame, model_facts(connection, "llmfao")
    by_model = battle_shares(votes)
    assert by_model.gini == pytest.approx(0.373, abs=5e-4)
    assert (by_model.least, by_model.median, by_model.most) == (121, 174, 2762)
    assert by_model.rows["name"][0] == "Weaver 12k"
    assert by_model.rows["share"].sum() == pytest.approx(1)
    assert by_model.days is None
    by_openness = battle_shares(votes, "openness", facts)
    assert by_openness.rows.filter(pl.col("name") == "unknown")["models"].item() == 1  # Weaver 12k
    assert by_openness.unknown == pytest.approx(2762 / 8931 / 2)
    assert battle_shares(votes, "provider", facts).unknown == pytest.approx(0)
    assert set(facts) == set(by_model.rows["name"])


def test_days_and_unknown_providers():
    days = [date(2026, 1, 1) + timedelta(days=place % 3) for place in range(VOTES.height)]
    facts = facts_of_table(pl.DataFrame({"model": ["x", "y"], "provider": ["us", "us"], "openness": ["", "open"]}))
    found = battle_shares(VOTES.with_columns(day=pl.Series(days)), "provider", facts)
    assert found.days == 3
    assert dict(found.rows.select("name", "models").rows()) == {"us": 2, "unknown": 2}
    assert found.gini is None  # of one known provider
    assert found.rows.filter(pl.col("name") == "us")["battles"].item() == 20  # x against y counts once


@given(st.lists(st.integers(1, 99), min_size=2, max_size=9))
def test_gini_is_half_the_mean_difference(counts):
    values = np.array(counts, dtype=float)
    expected = np.abs(values[:, None] - values[None, :]).mean() / (2 * values.mean())
    assert gini(values) == pytest.approx(expected)


def test_retiring_is_a_fit_without():
    found = retire(VOTES, ["w"], removals=20, seed=2)
    left = VOTES.filter((pl.col("model_a") != "w") & (pl.col("model_b") != "w"))
    skill = fit(Cells.of(left).matrix()).skill
    points = dict(found.table.select("model", "points_without").rows())
    assert points == pytest.approx(dict(zip("xyz", 1000 + POINTS * skill, strict=True)))
    assert (found.effect.votes, found.effect.parts, found.removed) == (left.height, 1, ("w",))
    assert found.effect.widening > 1
    assert 0 < found.null.p <= 1
    assert found.null == retire(VOTES, ["w"], removals=20, seed=2).null


def test_stopping_at_a_day_is_set_beside_as_many_battles():
    days = [date(2026, 1, 1) + timedelta(days=place) for place in range(VOTES.height)]
    found = retire(VOTES.with_columns(day=pl.Series(days)), after=days[11], removals=10)
    assert (found.effect.votes, found.models, len(found.null.taus)) == (12, 4, 10)


def test_other_parts_are_left_aside_and_a_cut_shows():
    more = VOTES.vstack(pl.DataFrame({"model_a": ["p"], "model_b": ["q"], "outcome": ["a"]}))
    assert retire(more, ["w"], removals=10).aside == 2
    chain = pl.DataFrame({"model_a": list("abcd"), "model_b": list("bcde"), "outcome": ["a"] * 4})
    cut = retire(chain.vstack(chain.with_columns(outcome=pl.lit("b"))), ["c"], removals=10)
    assert (cut.effect.parts, cut.effect.widening) == (2, None)


def test_standard_errors_of_two_models_are_the_closed_form():
    wins = np.array([[0.0, 30.0], [10.0, 0.0]])
    skill = fit(wins).skill
    # the gap has variance 1 / (n p (1 - p)); each skill is half of it
    assert standard_errors(wins, skill)[0] == pytest.approx(0.5 * np.sqrt(1 / (40 * 0.75 * 0.25)))


def test_gain():
    found = relative_gain(0.235, 0.499, 500, 500)
    assert found.gain == pytest.approx(1.1234, abs=1e-4)
    assert found.low < found.gain < found.high
    assert relative_gain(0.2, 0.4).low is None
    line = along_share(0.2, 0.4, 0.0, 0.5, [0.25, 0.5, 0.9])
    assert [one.win_rate for one in line] == [pytest.approx(0.3), pytest.approx(0.4), None]


def test_published_figures_are_quoted(connection):
    figures = published_figures(connection)
    values = {name: one.value for name, one in figures.items()}
    assert values == {
        "private_variants": 27, "google_share": 19.2, "openai_share": 20.4, "open_share": 29.7,
        "open_models": 83, "data_gain": 112,
    }  # fmt: skip
    assert "(83 models)" in quoted(figures["open_share"])
    assert all("quoted from the abstract" in quoted(one) for one in figures.values())
