"""Would a threshold have caught the capable models? Precision and recall at past dates, with what is not disclosed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal, get_args

import polars as pl
from pydantic import BaseModel, Field

from governance.compute.capability import SAME, checked, to_day
from governance.errors import BadInput

Metric = Literal["training_flop", "capability", "users", "revenue"]
METRICS: tuple[Metric, ...] = get_args(Metric)
MAX_TABLE = 200_000
FACTS_TABLE = "table of users and revenue"


class BacktestRow(BaseModel, frozen=True):
    """A trigger judged at one date against the models then known; shares are None where nothing is divided by.

    Args:
        as_of: Models released up to and including this day count.
        trigger: What was tested, e.g. ``training_flop > 1e+25``.
        line: Index from which a model counts as capable.
        n: Models with an index whose answer to the trigger is known.
        above: Of these, those that it catches.
        capable: Of these, those at or above the line.
        both: Caught and capable.
        precision: ``both / above``.
        recall: ``both / capable``.
        missed: Capable and not caught, the most capable first.
        false_alarms: Caught and not capable.
        undisclosed: Models with an index for which the answer is unknown.
        undisclosed_capable: Of these, the capable.
        precision_low, precision_high, recall_low, recall_high: Whatever the unknown answers are, the share over all
            models with an index lies between these two.
    """

    as_of: date
    trigger: str
    line: float
    n: int
    above: int
    capable: int
    both: int
    precision: float | None
    recall: float | None
    missed: tuple[str, ...]
    false_alarms: tuple[str, ...]
    undisclosed: int
    undisclosed_capable: int
    precision_low: float | None
    precision_high: float | None
    recall_low: float | None
    recall_high: float | None


class YearRecall(BaseModel, frozen=True):
    """Recall among the models that one year released.

    Args:
        year: Of release.
        capable: Models at or above the line, disclosed or not.
        disclosed: Of these, those with FLOP.
        above: Of these, those above the threshold.
        recall: ``above / disclosed``.
        low: ``above / capable``: every undisclosed one lies below.
        high: Every undisclosed one lies above.
    """

    year: int
    capable: int
    disclosed: int
    above: int
    recall: float | None
    low: float | None
    high: float | None


class Trigger(BaseModel, frozen=True):
    """One or more tests "greater than"; an unknown value leaves the answer unknown unless the others decide it.

    Args:
        tests: Metric to the value that must be exceeded: FLOP, index, users, or USD a year.
        logic: Whether any or all of the tests must hold.
    """

    tests: Mapping[Metric, float] = Field(min_length=1)
    logic: Literal["any", "all"] = "any"

    @property
    def words(self) -> str:
        """Say the trigger in one line."""
        joint = " or " if self.logic == "any" else " and "
        return joint.join(f"{metric} > {value:g}" for metric, value in self.tests.items())


def backtest(frame: pl.DataFrame, threshold_flop: float, line: float, dates: Sequence[date]) -> tuple[BacktestRow, ...]:
    """Judge a training-compute threshold at each date.

    Args:
        frame: With model, released, value (the index) and training_flop (FLOP), null where unknown.
        threshold_flop: FLOP; a model is caught when it used more.
        line: Index from which a model counts as capable.
        dates: Days to look back from.

    Raises:
        BadInput: A column is missing, a number is out of bounds, or there is no date.

    Source: Hooker 2024, arXiv 2407.05694, on thresholds and what they miss; the measure is ours.

    >>> models = pl.DataFrame(
    ...     {
    ...         "model": ["A", "B"],
    ...         "released": [date(2023, 3, 1), date(2024, 6, 1)],
    ...         "value": [126.0, 130.0],
    ...         "training_flop": [2e25, 8e24],
    ...     }
    ... )
    >>> [row.recall for row in backtest(models, 1e25, 126.0, [date(2023, 12, 31), date(2024, 12, 31)])]
    [1.0, 0.5]
    """
    return alternative_triggers(frame, None, [Trigger(tests={"training_flop": threshold_flop})], line, dates)


def alternative_triggers(
    frame: pl.DataFrame,
    facts: pl.DataFrame | None,
    triggers: Sequence[Trigger],
    line: float,
    dates: Sequence[date],
) -> tuple[BacktestRow, ...]:
    """Judge any triggers at each date: other thresholds, an index, users, revenue.

    Args:
        frame: As for `backtest`.
        facts: The user's own table: model, date, users, revenue (USD a year); either number may be left out or null.
            At each day the latest row of a model up to that day holds.
        triggers: What to test.
        line: Index from which a model counts as capable.
        dates: Days to look back from.

    Returns:
        For each trigger, one row a date.

    Raises:
        BadInput: A column is missing, a number is out of bounds, or users or revenue are asked for without a table.
    """
    models = checked(frame).filter(pl.col("value").is_not_null() & pl.col("released").is_not_null())
    asked = {metric for trigger in triggers for metric in trigger.tests}
    known = _checked_facts(facts, asked)
    check_amounts([value for trigger in triggers for value in trigger.tests.values()], line, dates)
    rows = []
    for trigger in triggers:
        for day in dates:
            then = models.filter(pl.col("released") <= day)
            if known is not None:
                latest = known.filter(pl.col("date") <= day).sort("date").group_by("model").last()
                then = then.join(latest.drop("date"), on="model", how="left", maintain_order="left")
            rows.append(_judge(then, trigger, line, day))
    return tuple(rows)


def recall_by_year(frame: pl.DataFrame, threshold_flop: float, line: float) -> tuple[YearRecall, ...]:
    """Give the recall among each year's releases, with the band that undisclosed compute leaves.

    Args:
        frame: As for `backtest`.
        threshold_flop: FLOP.
        line: Index from which a model counts as capable.

    Raises:
        BadInput: As for `backtest`.
    """
    check_amounts([threshold_flop], line, [date.min])
    capable = checked(frame).filter((pl.col("value") >= line - SAME) & pl.col("released").is_not_null())
    counted = (
        capable.group_by(pl.col("released").dt.year().alias("year"))
        .agg(
            pl.len().alias("capable"),
            pl.col("training_flop").count().alias("disclosed"),
            (pl.col("training_flop") > threshold_flop).sum().alias("above"),
        )
        .sort("year")
    )
    return tuple(
        YearRecall(
            **one,
            recall=_share(one["above"], one["disclosed"]),
            low=_share(one["above"], one["capable"]),
            high=_share(one["above"] + one["capable"] - one["disclosed"], one["capable"]),
        )
        for one in counted.iter_rows(named=True)
    )


def _judge(then: pl.DataFrame, trigger: Trigger, line: float, day: date) -> BacktestRow:
    tests = [pl.col("value" if name == "capability" else name) > limit for name, limit in trigger.tests.items()]
    combined = pl.any_horizontal(tests) if trigger.logic == "any" else pl.all_horizontal(tests)
    then = then.with_columns(combined.alias("caught"), (pl.col("value") >= line - SAME).alias("capable")).sort(
        "value", "model", descending=[True, False]
    )
    known, unknown = then.filter(pl.col("caught").is_not_null()), then.filter(pl.col("caught").is_null())
    caught, able = pl.col("caught"), pl.col("capable")
    above, capable = int(known["caught"].sum()), int(known["capable"].sum())
    both = known.filter(caught & able).height
    hidden = int(unknown["capable"].sum())
    return BacktestRow(
        as_of=day,
        trigger=trigger.words,
        line=line,
        n=known.height,
        above=above,
        capable=capable,
        both=both,
        precision=_share(both, above),
        recall=_share(both, capable),
        missed=tuple(known.filter(able & ~caught)["model"]),
        false_alarms=tuple(known.filter(caught & ~able)["model"]),
        undisclosed=unknown.height,
        undisclosed_capable=hidden,
        precision_low=_share(both, above + unknown.height - hidden),
        precision_high=_share(both + hidden, above + hidden),
        recall_low=_share(both, capable + hidden),
        recall_high=_share(both + hidden, capable + hidden),
    )


def _checked_facts(facts: pl.DataFrame | None, asked: set[Metric]) -> pl.DataFrame | None:
    wanted = [name for name in ("users", "revenue") if name in asked]
    if not wanted:
        return None
    given = facts if facts is not None else pl.DataFrame()
    missing = [name for name in ("model", "date", *wanted) if name not in given.columns]
    if missing:
        raise BadInput(f"there is no column '{missing[0]}'", FACTS_TABLE, "give model, date and numbers")
    if given.height > MAX_TABLE:
        raise BadInput(f"{given.height:,} rows", FACTS_TABLE, f"give at most {MAX_TABLE:,}")
    try:
        return given.select(
            pl.col("model").cast(pl.String), to_day(given, "date"), pl.col(wanted).cast(pl.Float64).fill_nan(None)
        )
    except pl.exceptions.PolarsError as error:
        reason = str(error).splitlines()[0]
        raise BadInput(
            f"a value cannot be read: {reason:.120}", FACTS_TABLE, "dates as 2024-05-01, numbers plain"
        ) from error


def check_amounts(values: Sequence[float], line: float, dates: Sequence[date]) -> None:
    """Refuse thresholds that are not numbers from 0 up, a line that is none, and an empty list of days."""
    wrong = [value for value in values if not (math.isfinite(value) and value >= 0)]
    if wrong or not len(values):
        raise BadInput(f"a threshold of {wrong[0] if wrong else 'nothing'}", "threshold", "give a number of 0 or more")
    if not math.isfinite(line):
        raise BadInput(f"a line of {line}", "capability line", "give a finite number")
    if not dates:
        raise BadInput("there is no date", "dates", "give at least one day")


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
