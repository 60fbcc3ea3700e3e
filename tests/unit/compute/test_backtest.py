"""The backtest of compute thresholds: published counts, laws, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.compute.backtest import Trigger, alternative_triggers, backtest, recall_by_year
from governance.compute.capability import capability, least_compute, line_of, rank_correlations
from governance.compute.sweep import MAX_CELLS, sweep
from governance.errors import BadInput, NotFound

GPT_4 = 126.168717
DATES = [date(2023, 6, 30), date(2024, 6, 30), date(2024, 12, 31), date(2025, 6, 30), date(2025, 12, 31)]
DAY = date(2024, 1, 1)

models = st.lists(
    st.tuples(
        st.integers(0, 700),
        st.one_of(st.none(), st.floats(60, 160)),
        st.one_of(st.none(), st.floats(1e20, 1e27)),
    ),
    max_size=25,
)


@pytest.fixture(scope="module")
def eci(catalogue: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    return capability(catalogue)


def table(rows: list[tuple[int, float | None, float | None]]) -> pl.DataFrame:
    return pl.DataFrame(
        [(f"m{place}", DAY + timedelta(days=day), value, flop) for place, (day, value, flop) in enumerate(rows)],
        schema={"model": pl.String, "released": pl.Date, "value": pl.Float64, "training_flop": pl.Float64},
        orient="row",
    )


@pytest.mark.parametrize(
    ("day", "n", "above", "capable", "both", "precision", "recall", "at_1e26"),
    [
        pytest.param(DATES[0], 13, 2, 1, 1, "0.50", "1.00", "0.00", id="jun-2023"),
        pytest.param(DATES[1], 50, 4, 2, 2, "0.50", "1.00", "0.00", id="jun-2024"),
        pytest.param(DATES[2], 63, 7, 9, 5, "0.71", "0.56", "0.00", id="dec-2024"),
        pytest.param(DATES[3], 73, 10, 19, 8, "0.80", "0.42", "0.11", id="jun-2025"),
        pytest.param(DATES[4], 85, 13, 31, 11, "0.85", "0.35", "0.10", id="dec-2025"),
    ],
)
def test_as_published(eci, day, n, above, capable, both, precision, recall, at_1e26):
    (row,) = backtest(eci, 1e25, GPT_4, [day])
    assert (row.n, row.above, row.capable, row.both) == (n, above, capable, both)
    assert (f"{row.precision:.2f}", f"{row.recall:.2f}") == (precision, recall)
    assert f"{backtest(eci, 1e26, GPT_4, [day])[0].recall:.2f}" == at_1e26


def test_names(eci):
    last = backtest(eci, 1e25, GPT_4, [DATES[4]])[0]
    assert last.false_alarms == ("GPT-4 (Jun 2023)", "Mistral Large")
    assert {"DeepSeek-V3", "Phi-4"} <= set(last.missed)
    assert len(last.missed) == last.capable - last.both


def test_line_of_reference_takes_it_in(eci):
    assert line_of(eci) == pytest.approx(GPT_4, abs=1e-6)
    assert backtest(eci, 1e25, line_of(eci), DATES)[0].capable == 1


@pytest.mark.parametrize(
    ("year", "capable", "low", "high"),
    [(2024, 20, "0.20", "0.80"), (2025, 54, "0.11", "0.70"), (2026, 9, "0.00", "1.00")],
)
def test_band_of_year(eci, year, capable, low, high):
    (row,) = [one for one in recall_by_year(eci, 1e25, GPT_4) if one.year == year]
    assert (row.capable, f"{row.low:.2f}", f"{row.high:.2f}") == (capable, low, high)


def test_nothing_disclosed_in_2026(eci):
    last = recall_by_year(eci, 1e25, GPT_4)[-1]
    assert (last.year, last.disclosed, last.recall) == (2026, 0, None)


@pytest.mark.parametrize(("line", "recall"), [(115, "0.23"), (120, "0.31"), (130, "0.50")])
def test_line_choice(eci, line, recall):
    (row,) = [one for one in recall_by_year(eci, 1e25, line) if one.year == 2024]
    assert f"{row.recall:.2f}" == recall


@pytest.mark.parametrize(("year", "n", "rho"), [(2023, 31, "0.84"), (2024, 32, "0.78"), (2025, 22, "0.45")])
def test_rank_correlation(eci, year, n, rho):
    (found,) = rank_correlations(eci, [year])
    assert (found.n, f"{found.rho:.2f}") == (n, rho)
    assert found.low < found.rho < found.high


def test_least_compute(eci):
    found = least_compute(eci, GPT_4)
    flop = [f"{step.training_flop:.1e}" for step in found.steps]
    assert [one for one in flop if one in ("2.1e+25", "7.8e+24", "9.3e+23")] == ["2.1e+25", "7.8e+24", "9.3e+23"]
    assert (found.n, f"{found.factor:.1f}", f"{found.months:.0f}") == (31, "22.5", "21")
    assert f"{found.halving_months:.1f}" == "4.7"


def test_interval_by_hand():
    # rho = 0.9, n = 5: z = 1.472219, half of its width 1.959964 * sqrt((1 + 0.405) / 2) = 1.642750
    rows = table([(0, 1, 1e21), (1, 2, 2e21), (2, 3, 4e21), (3, 4, 3e21), (4, 5, 5e21)])
    (found,) = rank_correlations(table([]).vstack(rows).with_columns(pl.lit(DAY).alias("released")))
    assert found.rho == pytest.approx(0.9)
    assert (found.low, found.high) == pytest.approx((-0.168896, 0.996069), abs=2e-6)


def test_too_few_to_correlate():
    (found,) = rank_correlations(table([(0, 1, 1e21), (1, 2, 2e21)]))
    assert (found.n, found.rho, found.low) == (2, None, None)


def test_nothing_to_divide_by_is_none():
    (row,) = backtest(table([(0, 100, 1e23)]), 1e25, 126, [DAY])
    assert (row.precision, row.recall, row.recall_low, row.precision_low) == (None, None, None, None)


def test_equal_to_the_threshold_is_not_above():
    (row,) = backtest(table([(0, 130, 1e25)]), 1e25, 126, [DAY])
    assert (row.above, row.missed) == (0, ("m0",))


def test_not_yet_released_is_left_out():
    rows = table([(0, 130, 2e25), (10, 130, 2e25)])
    assert [row.n for row in backtest(rows, 1e25, 126, [DAY - timedelta(days=1), DAY, DAY + timedelta(days=10)])] == [
        0,
        1,
        2,
    ]


@given(models, st.floats(1e20, 1e27), st.floats(60, 160))
def test_shares_and_their_bands(rows, threshold, line):
    (row,) = backtest(table(rows), threshold, line, [DAY + timedelta(days=350)])
    for low, high in ((row.recall_low, row.recall_high), (row.precision_low, row.precision_high)):
        assert low is None or high is None or 0 <= low <= high <= 1
    if row.recall is not None:
        assert 0 <= row.recall_low <= row.recall <= row.recall_high <= 1
    if row.precision is not None:
        assert row.precision_low <= row.precision <= row.precision_high


@given(models, st.lists(st.floats(1e20, 1e27), min_size=2, max_size=6), st.floats(60, 160))
def test_raising_the_threshold_never_raises_recall(rows, thresholds, line):
    day = DAY + timedelta(days=700)
    recalls = [backtest(table(rows), one, line, [day])[0].recall for one in sorted(thresholds)]
    if recalls[0] is not None:
        assert recalls == sorted(recalls, reverse=True)


@given(models, st.floats(1e20, 1e27), st.floats(60, 160), st.lists(st.floats(1e20, 1e27), min_size=25, max_size=25))
def test_whatever_was_hidden_lies_in_the_band(rows, threshold, line, hidden):
    day = DAY + timedelta(days=700)
    (row,) = backtest(table(rows), threshold, line, [day])
    told = [(when, value, flop or found) for (when, value, flop), found in zip(rows, hidden, strict=False)]
    (full,) = backtest(table(told), threshold, line, [day])
    if full.recall is not None:
        assert row.recall_low <= full.recall <= row.recall_high
    if full.precision is not None:
        assert row.precision_low is None or row.precision_low <= full.precision
        assert row.precision_high is None or full.precision <= row.precision_high


@given(
    models,
    st.lists(st.floats(1e20, 1e27), min_size=1, max_size=5),
    st.lists(st.integers(-5, 710), min_size=1, max_size=5),
    st.floats(60, 160),
)
def test_sweep_gives_what_single_backtests_give(rows, thresholds, days, line):
    dates = [DAY + timedelta(days=day) for day in days]
    found = sweep(table(rows), thresholds, line, dates)
    assert found.height == len(set(thresholds)) * len(set(dates))
    for one in found.iter_rows(named=True):
        (row,) = backtest(table(rows), one.pop("threshold_flop"), line, [one["as_of"]])
        assert one == {name: getattr(row, name) for name in one}


def test_other_triggers():
    rows = table([(0, 130, 2e25), (0, 131, None), (0, 100, 3e25)])
    facts = pl.DataFrame(
        {
            "model": ["m1", "m1", "m2"],
            "date": ["2024-01-05", "2024-03-01", "2024-01-05"],
            "users": [1e5, 5e7, 10],
            "revenue": [None, 6e8, 1e3],
        }
    )
    triggers = [
        Trigger(tests={"users": 1e6}),
        Trigger(tests={"training_flop": 1e25, "users": 1e6}),
        Trigger(tests={"training_flop": 1e25, "revenue": 5e8}, logic="all"),
        Trigger(tests={"capability": 120}),
    ]
    early, late = date(2024, 2, 1), date(2024, 4, 1)
    found = {(row.trigger, row.as_of): row for row in alternative_triggers(rows, facts, triggers, 126, [early, late])}
    assert found["users > 1e+06", early].missed == ("m1",)
    assert (found["users > 1e+06", late].n, found["users > 1e+06", late].both) == (2, 1)
    either = found["training_flop > 1e+25 or users > 1e+06", late]
    assert (either.n, either.recall, either.precision) == (3, 1.0, 2 / 3)
    # m1 has no FLOP, so revenue alone leaves "and" unknown; m2 has too little revenue whatever else
    both = found["training_flop > 1e+25 and revenue > 5e+08", late]
    assert (both.n, both.undisclosed_capable) == (1, 2)
    assert found["capability > 120", late].precision == 1.0


@pytest.mark.parametrize(
    ("change", "what"),
    [
        pytest.param({"frame": pl.DataFrame({"model": ["a"]})}, "no column 'released'", id="column"),
        pytest.param({"frame": table([(0, 1.0, -1.0)])}, "-1.0 FLOP", id="negative-flop"),
        pytest.param(
            {"frame": table([(0, 1.0, 1e20)]).with_columns(pl.lit("soon").alias("released"))},
            "cannot be read",
            id="date",
        ),
        pytest.param({"threshold_flop": float("nan")}, "threshold of nan", id="threshold"),
        pytest.param({"line": float("inf")}, "line of inf", id="line"),
        pytest.param({"dates": []}, "no date", id="no-dates"),
    ],
)
def test_refused(change, what):
    given_ = {"frame": table([(0, 130, 1e25)]), "threshold_flop": 1e25, "line": 126.0, "dates": [DAY], **change}
    with pytest.raises(BadInput, match=what):
        backtest(**given_)


def test_users_need_a_table():
    with pytest.raises(BadInput, match="no column 'model'"):
        alternative_triggers(table([]), None, [Trigger(tests={"users": 1})], 126, [DAY])


def test_unknown_reference():
    with pytest.raises(NotFound, match="no index for 'GPT-9'"):
        line_of(table([(0, 1, None)]), "GPT-9")


def test_sweep_is_capped():
    days = [DAY + timedelta(days=day) for day in range(5_000)]
    with pytest.raises(BadInput, match="pairs"):
        sweep(table([]), range(1, MAX_CELLS // 5_000 + 2), 126, days)


def test_flop_of_records_beside_those_of_the_index(catalogue):
    either = capability(catalogue, flop="either").filter(pl.col("training_flop").is_not_null())
    assert either.height > capability(catalogue).filter(pl.col("training_flop").is_not_null()).height


def test_unknown_index_names_those_there(catalogue):
    with pytest.raises(NotFound, match="the catalogue has: eci"):
        capability(catalogue, "mmlu")
