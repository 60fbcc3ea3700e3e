"""The backtest for many thresholds and dates at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from governance.compute.backtest import check_amounts
from governance.compute.capability import SAME, checked
from governance.errors import BadInput

MAX_CELLS = 20_000_000


def sweep(frame: pl.DataFrame, thresholds: Sequence[float], line: float, dates: Sequence[date]) -> pl.DataFrame:
    """Judge many thresholds at many dates in one pass: models are counted once into a grid of days and values.

    Args:
        frame: As for `backtest`.
        thresholds: FLOP, in any order; repeats count once.
        line: Index from which a model counts as capable.
        dates: Days to look back from; repeats count once.

    Returns:
        Sorted by as_of and threshold_flop, with n, above, capable, both, precision, recall, undisclosed,
        undisclosed_capable and the ends of both bands as in `BacktestRow`.

    Raises:
        BadInput: As for `backtest`, or more than 20,000,000 pairs are asked for.
    """
    check_amounts(thresholds, line, dates)
    days, values = sorted(set(dates)), np.unique(np.asarray(thresholds, dtype=np.float64))
    if len(days) * len(values) > MAX_CELLS:
        raise BadInput(f"{len(days) * len(values):,} pairs", "dates and thresholds", f"ask for at most {MAX_CELLS:,}")
    models = checked(frame).filter(pl.col("value").is_not_null() & pl.col("released").is_not_null())
    counts = _count_grid(models, values, line, pl.Series(days, dtype=pl.Date))
    grid = pl.DataFrame(
        {
            "as_of": pl.Series(days, dtype=pl.Date).gather(np.repeat(np.arange(len(days)), len(values))),
            "threshold_flop": np.tile(values, len(days)),
            **{name: one.ravel() for name, one in counts.items()},
        }
    )
    unknown, all_capable = pl.col("undisclosed_capable"), pl.col("capable") + pl.col("undisclosed_capable")
    unable = pl.col("undisclosed") - unknown
    return grid.with_columns(
        _ratio(pl.col("both"), pl.col("above")).alias("precision"),
        _ratio(pl.col("both"), pl.col("capable")).alias("recall"),
        _ratio(pl.col("both"), pl.col("above") + unable).alias("precision_low"),
        _ratio(pl.col("both") + unknown, pl.col("above") + unknown).alias("precision_high"),
        _ratio(pl.col("both"), all_capable).alias("recall_low"),
        _ratio(pl.col("both") + unknown, all_capable).alias("recall_high"),
    )


def _count_grid(
    models: pl.DataFrame, values: NDArray[np.float64], line: float, days: pl.Series
) -> dict[str, NDArray[np.int64]]:
    rows, columns = len(days), len(values) + 1
    first = np.searchsorted(days.to_physical().to_numpy(), models["released"].to_physical().to_numpy(), side="left")
    flop = models["training_flop"].to_numpy()
    exceeded = np.searchsorted(values, flop, side="left")
    capable, disclosed = models["value"].to_numpy() >= line - SAME, ~np.isnan(flop)

    def grid(which: NDArray[np.bool_]) -> NDArray[np.int64]:
        which = which & (first < rows)
        flat = np.bincount(first[which] * columns + exceeded[which], minlength=rows * columns)
        return flat.reshape(rows, columns).cumsum(axis=0)

    def wide(which: NDArray[np.bool_]) -> NDArray[np.int64]:
        by_day = np.bincount(first[which & (first < rows)], minlength=rows).cumsum()
        return np.repeat(by_day[:, None], columns - 1, axis=1)

    known, able = grid(disclosed), grid(disclosed & capable)
    return {
        "n": wide(disclosed),
        "above": known[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:],
        "capable": wide(disclosed & capable),
        "both": able[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:],
        "undisclosed": wide(~disclosed),
        "undisclosed_capable": wide(~disclosed & capable),
    }


def _ratio(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(part / whole)
