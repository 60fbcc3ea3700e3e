"""Series over time, their steps, and the forecast: the stored one again, its interval, what earlier ones were worth."""

from __future__ import annotations

from datetime import date

import pytest

from governance.consent.forecast import Forecast, back_test, forecast
from governance.consent.trend import Point, Series, consent_events, consent_series, month_after, steps
from governance.errors import BadInput, NotFound
from tests.unit.consent.stored import expected

PUBLISHED_C4 = {"month": date(2025, 4, 1), "share": 9.2, "low": 4.2, "high": 14.2}


@pytest.fixture(scope="module")
def published(catalogue) -> Series:
    return consent_series(catalogue)


@pytest.fixture(scope="module")
def ahead(published) -> Forecast:
    return forecast(published)


def flat(shares: list[float]) -> Series:
    """Make a series of given shares from January 2020."""
    return Series(
        corpus="c4", name="C4", stratum="all", basis="of_corpus", rule="published", definition="", agents="",
        points=tuple(Point(month=month_after(date(2020, 1, 1), at), share=share) for at, share in enumerate(shares)),
        head_domains=1, random_domains=1, source_id="test",
    )  # fmt: skip


class TestSeries:
    def test_it_is_whole(self, published):
        months = [point.month for point in published.points]
        assert months[0] == date(2016, 1, 1)
        assert months == [month_after(months[0], at) for at in range(100)]
        assert round(100 * published.points[-1].share, 2) == 5.37
        assert (published.head_domains, published.random_domains) == (2000, 9995)

    def test_one_that_is_not_there(self, catalogue):
        with pytest.raises(NotFound, match="no such series"):
            consent_series(catalogue, "refinedweb")

    def test_the_great_step_comes_after_gptbot(self, catalogue, published):
        found = {step.month: step for step in steps(published, consent_events(catalogue))}
        great = max(found.values(), key=lambda step: step.change)
        assert great.month == date(2023, 9, 1)
        assert {"GPTBot", "Google-Extended"} <= {event.agent for event in great.events}

    def test_a_step_without_an_event_says_so(self, catalogue, published):
        found = {step.month: step for step in steps(published, consent_events(catalogue))}
        assert found[date(2024, 2, 1)].change < -0.015
        assert found[date(2024, 2, 1)].events == ()

    def test_every_event_says_how_it_is_known(self, catalogue):
        events = consent_events(catalogue)
        assert all(event.url for event in events)
        assert all(event.day is None or event.day.replace(day=1) == event.month for event in events)


class TestForecast:
    def test_the_stored_one_to_5_digits(self, catalogue):
        series = consent_series(catalogue, rule="older_wider")
        stored = consent_series(catalogue, rule="older_wider", kind="forecast")
        made = forecast(series)
        measured = expected()["sarima_check"]
        assert [round(made.points[at].share, 5) for at in (0, 11)] == [measured["first_step"], measured["twelfth_step"]]
        for ours, theirs in zip(made.points, stored.points, strict=True):
            assert ours.month == theirs.month
            assert ours.share == pytest.approx(theirs.share, abs=5e-6)

    def test_the_published_series_with_its_interval(self, ahead):
        last = ahead.points[-1]
        assert last.month == PUBLISHED_C4["month"]
        assert [round(100 * value, 1) for value in (last.share, last.low, last.high)] == [
            PUBLISHED_C4["share"], PUBLISHED_C4["low"], PUBLISHED_C4["high"],
        ]  # fmt: skip

    def test_a_fit_without_optimum_says_so(self, ahead):
        assert ahead.converged is False

    def test_it_stops(self, published):
        made = forecast(published, scenario="stops", months=3)
        assert {point.share for point in made.points} == {published.points[-1].share}
        assert made.converged is None
        assert made.points[0].low is None

    def test_it_reverses_at_the_pace_it_came(self, published):
        made = forecast(published, scenario="reverses", months=12)
        assert made.points[-1].share == pytest.approx(published.points[-13].share)
        assert forecast(published, scenario="reverses", months=60).points[-1].share == 0

    @pytest.mark.parametrize("months", [0, 61])
    def test_too_far(self, published, months):
        with pytest.raises(BadInput, match="looked ahead"):
            forecast(published, months=months)

    def test_too_short(self):
        with pytest.raises(BadInput, match="too short"):
            forecast(flat([0.1] * 35))
        with pytest.raises(BadInput, match="too short"):
            back_test(flat([0.1] * 40))


def test_back_test_counts_what_came(published):
    found = back_test(published, origins=2, every=12)
    assert [trial.month for trial in found.trials] == [date(2023, 4, 1), date(2024, 4, 1)]
    assert [trial.origin for trial in found.trials] == [date(2022, 4, 1), date(2023, 4, 1)]
    assert found.held == sum(trial.low <= trial.came <= trial.high for trial in found.trials)
    missed = found.trials[-1]
    assert not missed.held
    assert missed.came > 3 * missed.high
