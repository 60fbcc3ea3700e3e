"""Each model beside the threshold and the line: caught, missed, a false alarm, below both, or not known."""

from __future__ import annotations

from datetime import date
from typing import Literal, get_args

import polars as pl

from governance.compute.backtest import check_amounts
from governance.compute.capability import SAME, checked

Outcome = Literal["caught", "missed", "false_alarm", "below_both", "undisclosed"]
"""Capable and above, capable and not above, above and not capable, neither; without FLOP nothing can be told."""
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


def known_by(frame: pl.DataFrame, day: date) -> pl.DataFrame:
    """Keep the models with an index that were released up to and including a day, with all their columns."""
    released = checked(frame)["released"]
    return frame.filter(frame["value"].is_not_null() & (released <= day).fill_null(value=False))


def outcomes(frame: pl.DataFrame, threshold_flop: float, line: float, day: date) -> pl.DataFrame:
    """Tell for each model known on a day on which side of threshold and line it lies.

    Args:
        frame: As `capability` gives it, or with the four columns that `checked` takes.
        threshold_flop: FLOP; a model is caught when it used more.
        line: Index from which a model counts as capable.
        day: Models released up to and including it.

    Returns:
        The rows of the frame with a column ``outcome``, the most capable first.

    Raises:
        BadInput: As for `backtest`.

    >>> models = pl.DataFrame(
    ...     {"model": ["A", "B"], "released": [date(2024, 1, 1)] * 2, "value": [130, 99], "training_flop": [8e24, None]}
    ... )
    >>> outcomes(models, 1e25, 126, date(2024, 2, 1))["outcome"].to_list()
    ['missed', 'undisclosed']
    """
    check_amounts([threshold_flop], line, [day])
    then = known_by(frame, day)
    flop = checked(then)["training_flop"]
    above, able = flop > threshold_flop, then["value"] >= line - SAME
    said = (
        pl.when(pl.lit(flop).is_null())
        .then(pl.lit("undisclosed"))
        .when(pl.lit(above) & pl.lit(able))
        .then(pl.lit("caught"))
        .when(pl.lit(able))
        .then(pl.lit("missed"))
        .when(pl.lit(above))
        .then(pl.lit("false_alarm"))
        .otherwise(pl.lit("below_both"))
    )
    return then.with_columns(said.alias("outcome")).sort("value", "model", descending=[True, False])
