"""Where a share is heading: the published kind of model with its interval, and what earlier forecasts were worth."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from datetime import date
from statistics import fmean
from typing import Literal, get_args

from pydantic import BaseModel
from threadpoolctl import threadpool_limits

from governance.consent.trend import Series, month_after
from governance.errors import BadInput

Order = tuple[int, int, int]
Scenario = Literal["goes_on", "stops", "reverses"]
"""Blocking goes on as the model has it, stops where it is, or is taken back at the pace it came."""
SCENARIOS: tuple[Scenario, ...] = get_args(Scenario)
ORDERS: dict[str, Order] = {"c4": (2, 1, 1)}
"""Order by corpus, as the authors' code has them."""
USUAL_ORDER: Order = (1, 2, 1)
SEASON = (1, 1, 1, 6)
MONTHS = 12
LEAST_MONTHS = 36
"""Months from which a model with a season of six is fitted at all."""
PACE_MONTHS = 12
MAX_MONTHS = 60
_LEVEL = 0.95


class Ahead(BaseModel, frozen=True):
    """The share calculated for a month; the bounds of 95% are ``None`` where a scenario assumes it."""

    month: date
    share: float
    low: float | None
    high: float | None


class Forecast(BaseModel, frozen=True):
    """What a model makes of a series.

    Args:
        corpus: Which corpus.
        scenario: What is assumed about blocking.
        method: The model in words.
        last_month: The last month it was given.
        last_share: The share then.
        n: Months it was given.
        converged: Whether the fit found an optimum; where not, the interval is less sure than it looks.
        points: One a month; shares and bounds are kept within 0 and 1.
    """

    corpus: str
    scenario: Scenario
    method: str
    last_month: date
    last_share: float
    n: int
    converged: bool | None
    points: tuple[Ahead, ...]


class Trial(BaseModel, frozen=True):
    """An earlier forecast against what came.

    Args:
        origin: The last month the model was given.
        month: The month it was asked for.
        forecast: What it said.
        low: Lower bound of 95%.
        high: Upper bound of 95%.
        came: What was observed.
        unchanged: The share at the origin: what one would have said without any model.
        converged: Whether the fit found an optimum.
    """

    origin: date
    month: date
    forecast: float
    low: float
    high: float
    came: float
    unchanged: float
    converged: bool

    @property
    def held(self) -> bool:
        """Tell whether what came lies in the interval."""
        return self.low <= self.came <= self.high


class BackTest(BaseModel, frozen=True):
    """Earlier forecasts against what came.

    Args:
        corpus: Which corpus.
        months_ahead: How far each looked.
        trials: One an origin.
        held: How many of them contain what came; 95% would be expected.
        mean_error: Mean distance between forecast and what came, in shares.
        mean_error_unchanged: The same for saying that nothing changes.
    """

    corpus: str
    months_ahead: int
    trials: tuple[Trial, ...]
    held: int
    mean_error: float
    mean_error_unchanged: float


def forecast(
    series: Series, *, months: int = MONTHS, scenario: Scenario = "goes_on", order: Order | None = None
) -> Forecast:
    """Carry a series forward.

    Args:
        series: Observed, at least 36 months.
        months: How far, 1 to 60.
        scenario: ``goes_on`` is the model's own forecast; ``stops`` keeps the last share; ``reverses`` takes the mean
            monthly change of the last twelve months back, down to no less than 0. The last two are assumptions.
        order: Of the model; by default the one the authors used for that corpus.

    Returns:
        One point a month; an interval only for the model's own forecast.

    Raises:
        BadInput: The series is too short, or ``months`` out of range.

    Source: Longpre et al. 2024 use SARIMA with these orders; their intervals were not kept.
    """
    if not 1 <= months <= MAX_MONTHS:
        raise BadInput(f"{months} months cannot be looked ahead", "option --months", f"use 1 to {MAX_MONTHS}")
    shares = series.shares
    chosen = order or ORDERS.get(series.corpus, USUAL_ORDER)
    converged = None
    if scenario == "goes_on":
        means, lows, highs, converged = _fit(shares, chosen, months)
        values: list[tuple[float, float | None, float | None]] = [
            (_inside(mean), _inside(low), _inside(high)) for mean, low, high in zip(means, lows, highs, strict=True)
        ]
        method = f"SARIMA {chosen}{SEASON}, 95% interval"
    else:
        pace = _pace(shares) if scenario == "reverses" else 0.0
        values = [(_inside(shares[-1] - pace * ahead), None, None) for ahead in range(1, months + 1)]
        method = "the last share stays" if scenario == "stops" else f"{100 * pace:.2f} points a month taken back"
    last = series.points[-1]
    return Forecast(
        corpus=series.corpus,
        scenario=scenario,
        method=method,
        last_month=last.month,
        last_share=last.share,
        n=len(shares),
        converged=converged,
        points=tuple(
            Ahead(month=month_after(last.month, ahead), share=mean, low=low, high=high)
            for ahead, (mean, low, high) in enumerate(values, start=1)
        ),
    )


def back_test(series: Series, *, months: int = MONTHS, every: int = 6, origins: int = 8) -> BackTest:
    """Forecast from earlier months, with what was known then, and compare with what came.

    Args:
        series: Observed.
        months: How far each forecast looks.
        every: Months between the origins.
        origins: How many, counted back from the last month that can be checked.

    Raises:
        BadInput: The series is too short to check one.
    """
    order = ORDERS.get(series.corpus, USUAL_ORDER)
    ends = [end for end in range(len(series.points) - months, LEAST_MONTHS - 1, -every) if end >= LEAST_MONTHS][
        :origins
    ]
    if not ends:
        need = f"{LEAST_MONTHS + months} months are needed"
        raise BadInput("the series is too short for a back-test", f"{len(series.points)} months", need)
    trials = tuple(_trial(series, end, months, order) for end in reversed(ends))
    return BackTest(
        corpus=series.corpus,
        months_ahead=months,
        trials=trials,
        held=sum(trial.held for trial in trials),
        mean_error=fmean(abs(trial.forecast - trial.came) for trial in trials),
        mean_error_unchanged=fmean(abs(trial.unchanged - trial.came) for trial in trials),
    )


def _trial(series: Series, end: int, months: int, order: Order) -> Trial:
    shares = series.shares
    means, lows, highs, converged = _fit(shares[:end], order, months)
    return Trial(
        origin=series.points[end - 1].month,
        month=series.points[end + months - 1].month,
        forecast=_inside(means[-1]),
        low=_inside(lows[-1]),
        high=_inside(highs[-1]),
        came=shares[end + months - 1],
        unchanged=shares[end - 1],
        converged=converged,
    )


def _fit(shares: Sequence[float], order: Order, months: int) -> tuple[list[float], list[float], list[float], bool]:
    if len(shares) < LEAST_MONTHS:
        need = f"{LEAST_MONTHS} months are needed"
        raise BadInput("the series is too short for a forecast", f"{len(shares)} months", need)
    from statsmodels.tsa.statespace.sarimax import SARIMAX  # takes longer to import than all else together

    # The matrices are tiny: on a busy machine several threads wait for each other 17 times as long as one works.
    with warnings.catch_warnings(), threadpool_limits(1, user_api="blas"):
        warnings.simplefilter("ignore")
        fitted = SARIMAX(list(shares), order=order, seasonal_order=SEASON).fit(disp=False)
        ahead = fitted.get_forecast(months)
        bounds = ahead.conf_int(alpha=1 - _LEVEL)
    return (
        [float(value) for value in ahead.predicted_mean],
        [float(low) for low, _ in bounds],
        [float(high) for _, high in bounds],
        bool(fitted.mle_retvals["converged"]),
    )


def _pace(shares: Sequence[float]) -> float:
    span = min(PACE_MONTHS, len(shares) - 1)
    return (shares[-1] - shares[-1 - span]) / span if span else 0.0


def _inside(value: float) -> float:
    return min(1.0, max(0.0, value))
