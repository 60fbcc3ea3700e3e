"""What surrounds the backtest: marks on the index, days, outcomes by model, legal values, the whole report."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.compute.backtest import backtest
from governance.compute.backtest_report import backtest_report, read_threshold
from governance.compute.capability import capability
from governance.compute.capability_marks import REFERENCES, days_covered, marks, month_ends, usual_line
from governance.compute.legal_values import legal_values
from governance.compute.outcomes import OUTCOMES, known_by, outcomes
from governance.compute.thresholds import load_instruments
from governance.errors import BadInput, NotFound

DAY = date(2024, 1, 1)
GPT_4 = 126.168717


@pytest.fixture(scope="module")
def eci(catalogue):
    return capability(catalogue)


def table(rows):
    return pl.DataFrame(
        [(f"m{place}", DAY + timedelta(days=day), value, flop) for place, (day, value, flop) in enumerate(rows)],
        schema={"model": pl.String, "released": pl.Date, "value": pl.Float64, "training_flop": pl.Float64},
        orient="row",
    )


def test_marks_of_the_shipped_index(eci):
    found = marks(eci)
    assert {mark.model for mark in found} == set(REFERENCES["eci"])
    assert [mark.value for mark in found] == sorted(mark.value for mark in found)
    assert usual_line(eci) == pytest.approx(GPT_4, abs=1e-6)
    assert (marks(eci, "mine"), marks(table([]))) == ((), ())


def test_an_index_without_the_reference_uses_its_median():
    assert usual_line(table([(0, 1.0, None), (0, 5.0, None), (0, 30.0, None), (0, None, None)])) == 5.0
    with pytest.raises(NotFound, match="no model has an index"):
        usual_line(table([(0, None, 1e24)]))


def test_days(eci):
    assert days_covered(eci) == (date(2023, 2, 24), date(2026, 4, 8))
    with pytest.raises(NotFound, match="an index and a date"):
        days_covered(table([(0, None, 1e24)]))


@given(st.dates(date(2019, 1, 1), date(2027, 1, 1)), st.integers(0, 1_500))
def test_month_ends(first, length):
    last = first + timedelta(days=length)
    found = month_ends(first, last)
    assert found[-1] == last
    assert all((day + timedelta(days=1)).day == 1 for day in found[:-1])
    assert list(found) == sorted(set(found))
    assert len(found) == 12 * (last.year - first.year) + last.month - first.month + 1


rows = st.lists(
    st.tuples(
        st.integers(0, 700), st.one_of(st.none(), st.floats(60, 160)), st.one_of(st.none(), st.floats(1e20, 1e27))
    ),
    max_size=25,
)


@given(rows, st.floats(1e20, 1e27), st.floats(60, 160))
def test_outcomes_add_up_to_the_backtest(models, threshold, line):
    day = DAY + timedelta(days=350)
    (row,) = backtest(table(models), threshold, line, [day])
    found = outcomes(table(models), threshold, line, day)
    counts = {name: found.filter(pl.col("outcome") == name).height for name in OUTCOMES}
    assert tuple(found.filter(pl.col("outcome") == "missed")["model"]) == row.missed
    assert tuple(found.filter(pl.col("outcome") == "false_alarm")["model"]) == row.false_alarms
    assert (counts["caught"], counts["undisclosed"]) == (row.both, row.undisclosed)
    assert sum(counts.values()) == row.n + row.undisclosed == known_by(table(models), day).height


def test_outcomes_keep_the_link_to_the_model(eci):
    missed = outcomes(eci, 1e25, GPT_4, date(2025, 12, 31)).filter(pl.col("outcome") == "missed")
    assert dict(missed.select("model", "model_id").rows())["DeepSeek-V3"] == "deepseek-v3"


@pytest.mark.parametrize(
    ("day", "value", "in_force"),
    [
        pytest.param(date(2023, 1, 1), 1e25, (), id="before-any"),
        pytest.param(date(2026, 4, 8), 1e25, ("EU",), id="eu"),
        pytest.param(date(2024, 6, 1), 1e26, ("US",), id="order-of-2023"),
        pytest.param(date(2026, 4, 8), 1e26, ("KR", "US-CA"), id="korea-and-california"),
    ],
)
def test_legal_values(catalogue, day, value, in_force):
    found = {one.value: one for one in legal_values(load_instruments(catalogue), day)}
    assert sorted(found) == [1e23, 1e25, 1e26]
    assert found[value].in_force == in_force
    assert set(in_force) <= set(found[value].jurisdictions)


def test_report(eci):
    report = backtest_report(eci)
    (row,) = report.dates
    assert (row.as_of, row.n, row.above, row.capable, row.both) == (date(2026, 4, 8), 85, 13, 31, 11)
    assert (report.least_compute.n, f"{report.least_compute.halving_months:.1f}") == (31, "4.7")
    assert [one.year for one in report.by_year] == [2023, 2024, 2025, 2026]


def test_report_counts_those_without_a_date():
    models = table([(0, 130.0, 2e25), (0, 131.0, None), (0, None, 1e24)])
    undated = models.with_columns(pl.when(pl.col("model") == "m0").then("released").alias("released"))
    assert [backtest_report(one, line=126.0, dates=[DAY]).undated for one in (models, undated)] == [0, 1]


def test_report_knows_nothing_after_its_last_day(eci):
    report = backtest_report(eci, 1e25, None, [date(2024, 6, 30), date(2023, 6, 30)])
    assert [row.as_of.year for row in report.dates] == [2024, 2023]
    assert [one.year for one in report.by_year] == [one.year for one in report.correlations] == [2023, 2024]
    assert [step.model for step in report.least_compute.steps] == ["GPT-4 (Mar 2023)"]


@pytest.mark.parametrize(
    ("text", "value"), [("1e25", 1e25), ("3.3e24 FLOP", 3.3e24), ("10 YFLOP", 1e25)], ids=["plain", "unit", "si"]
)
def test_threshold_is_read(text, value):
    assert read_threshold(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["1e25 to 1e26", "lots", "", "-1", "0", "1e25 FLOP/s"])
def test_threshold_is_refused(text):
    with pytest.raises(BadInput):
        read_threshold(text)
