"""A million pairs of dates and thresholds: how many models were caught, capable, and both."""

from __future__ import annotations

import random
from datetime import date, timedelta

import numpy as np
import polars as pl
from row import Row, row, timed

from governance.compute.capability import SAME
from governance.compute.sweep import sweep

TITLE = "Backtest: 1,000 dates x 1,000 thresholds, 2,000 models"
ABOUT = (
    "Synthetic models, 40% of them without training compute. The loop goes over dates and thresholds and counts in "
    "plain Python; Polars filters once a date and counts once a threshold. Both do a random sample of 400 pairs "
    "(Polars: 4 dates x 100 thresholds), and their times are scaled up to all pairs. Touchstone counts every model "
    "once into a grid of dates and thresholds. All agree on the sampled pairs."
)
MODELS, DATES, VALUES, REPEATS = 2_000, 1_000, 1_000, 7
LINE = 126.0
START = date(2021, 1, 1)
Counts = dict[tuple[date, float], tuple[int, int, int, int]]


def make_models(models: int = MODELS, seed: int = 11) -> pl.DataFrame:
    """Make models whose index rises with compute and time."""
    rng = np.random.default_rng(seed)
    days, scale = rng.integers(0, 1_800, models), rng.normal(24, 1.2, models)
    value = 60 + 8 * (scale - 20) + days / 60 + rng.normal(0, 6, models)
    return pl.DataFrame(
        {
            "model": [f"model {place}" for place in range(models)],
            "released": [START + timedelta(days=int(day)) for day in days],
            "value": value,
            "training_flop": pl.Series(np.where(rng.random(models) < 0.4, np.nan, 10**scale)).fill_nan(None),
        }
    )


def with_loop(rows: list[tuple[date, float, float | None]], pairs: list[tuple[date, float]]) -> Counts:
    """Count by going over all models for each pair."""
    found: Counts = {}
    for day, threshold in pairs:
        n = above = capable = both = 0
        for released, value, flop in rows:
            if released <= day and flop is not None:
                n += 1
                above += flop > threshold
                capable += value >= LINE - SAME
                both += flop > threshold and value >= LINE - SAME
        found[day, threshold] = (n, above, capable, both)
    return found


def with_polars(models: pl.DataFrame, days: list[date], thresholds: list[float]) -> Counts:
    """Count with one filter a date and one query with an expression a threshold."""
    found: Counts = {}
    able = pl.col("value") >= LINE - SAME
    for day in days:
        then = models.filter((pl.col("released") <= day) & pl.col("training_flop").is_not_null())
        caught = [(pl.col("training_flop") > one) for one in thresholds]
        counts = then.select(
            pl.len().alias("n"),
            able.sum().alias("capable"),
            *(one.sum().alias(f"above {place}") for place, one in enumerate(caught)),
            *((one & able).sum().alias(f"both {place}") for place, one in enumerate(caught)),
        ).row(0, named=True)
        for place, threshold in enumerate(thresholds):
            found[day, threshold] = (counts["n"], counts[f"above {place}"], counts["capable"], counts[f"both {place}"])
    return found


def run() -> list[Row]:
    """Time all ways; each of ours does every pair."""
    models = make_models()
    days = [START + timedelta(days=2 * place) for place in range(DATES)]
    thresholds = [float(one) for one in np.logspace(20, 27, VALUES)]
    draw = random.Random(5)
    pairs = [(draw.choice(days), draw.choice(thresholds)) for _ in range(400)]
    some_days, some_values = draw.sample(days, 4), draw.sample(thresholds, 100)
    rows = list(models.select("released", "value", "training_flop").iter_rows())
    _check_same(models, days, thresholds, [with_loop(rows, pairs), with_polars(models, some_days, some_values)])
    scale = DATES * VALUES / 400
    loop = [timed(lambda: with_loop(rows, pairs)) * scale for _ in range(REPEATS)]
    polars = [timed(lambda: with_polars(models, some_days, some_values)) * scale for _ in range(REPEATS)]
    ours = [timed(lambda: sweep(models, thresholds, LINE, days)) for _ in range(REPEATS)]
    return [
        row("Python, one loop a pair (scaled from 400 pairs)", loop),
        row("Polars, one query a date (scaled from 4 dates x 100 thresholds)", polars, loop),
        row("Touchstone, one grid", ours, loop, "every pair, with shares and bands"),
    ]


def _check_same(models: pl.DataFrame, days: list[date], thresholds: list[float], others: list[Counts]) -> None:
    table = sweep(models, thresholds, LINE, days).select("as_of", "threshold_flop", "n", "above", "capable", "both")
    mine = {(day, threshold): tuple(counts) for day, threshold, *counts in table.iter_rows()}
    for other in others:
        for pair, counts in other.items():
            if mine[pair] != counts:
                raise SystemExit(f"the ways do not agree at {pair}: {mine[pair]} and {counts}")
