"""All that a backtest says of one threshold and one line, as one result."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl
from pydantic import BaseModel

from governance.compute.backtest import BacktestRow, YearRecall, backtest, recall_by_year
from governance.compute.capability import Correlation, LeastCompute, least_compute, rank_correlations
from governance.compute.capability_marks import days_covered, usual_line
from governance.compute.outcomes import known_by
from governance.compute.quantities import read_quantity
from governance.errors import BadInput


class BacktestReport(BaseModel, frozen=True):
    """A threshold judged at each date, and what is known of the models up to the last of them.

    Args:
        index_id: Which index.
        threshold_flop: FLOP.
        line: Value of the index from which a model counts as capable.
        dates: One row a date.
        by_year: Recall among each year's releases with its band.
        least_compute: The least disclosed compute that reached the line.
        correlations: Of index and training compute, by year of release.
        undated: Models with an index and no date of release; no figure counts them.
    """

    index_id: str
    threshold_flop: float
    line: float
    dates: tuple[BacktestRow, ...]
    by_year: tuple[YearRecall, ...]
    least_compute: LeastCompute
    correlations: tuple[Correlation, ...]
    undated: int


def read_threshold(text: str, where: str = "threshold") -> float:
    """Read a threshold as people write it; it is one number, never a range.

    Args:
        text: FLOP, such as 1e25.
        where: Where the text stands, for a refusal.

    Raises:
        BadInput: It is no positive number of operations.

    >>> read_threshold("1e25")
    1e+25
    """
    quantity = read_quantity(text, "flop", where)
    if not quantity.is_exact:
        raise BadInput("a threshold is one number, not a range", where, "write a number such as 1e25")
    return quantity.mid


def backtest_report(
    frame: pl.DataFrame,
    threshold_flop: float = 1e25,
    line: float | None = None,
    dates: Sequence[date] = (),
    *,
    index_id: str = "eci",
) -> BacktestReport:
    """Judge a threshold of training compute against an index, at dates and by year.

    Args:
        frame: As `capability` gives it.
        threshold_flop: FLOP; a model is caught when it used more.
        line: Index from which a model counts as capable; by default that of GPT-4 of March 2023.
        dates: Days to look back from; by default the newest day of the data.
        index_id: Which index the frame is of.

    Raises:
        BadInput: As for `backtest`.
        NotFound: No model has an index and a date.

    Source: as for `backtest`, `least_compute` and `rank_correlations`.
    """
    usual = usual_line(frame, index_id) if line is None else line
    days = list(dates) or [days_covered(frame)[1]]
    rows = backtest(frame, threshold_flop, usual, days)
    known = known_by(frame, max(days))
    return BacktestReport(
        index_id=index_id,
        threshold_flop=threshold_flop,
        line=usual,
        dates=rows,
        by_year=recall_by_year(known, threshold_flop, usual),
        least_compute=least_compute(known, usual),
        correlations=rank_correlations(known),
        undated=frame.filter(pl.col("value").is_not_null() & pl.col("released").is_null()).height,
    )
