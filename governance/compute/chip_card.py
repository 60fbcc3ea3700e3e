"""The chips narrowed, and one of them with all that its figures allow."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import duckdb
import polars as pl
from pydantic import BaseModel

from governance.catalogue.selection import choice
from governance.compute.chip_measures import BITS, NUMBER_FORMATS, NumberFormat, chip_limits, class_reason
from governance.compute.chips import Chip, chips, chips_for_peak, days_to_reach, find_chip
from governance.compute.quantities import read_quantity
from governance.errors import BadInput

REPORTED_RATE = 1e20
"""Operations a second of a cluster that the reporting rules of 2023 and 2024 name."""
TRAINING_LINES = (1e25, 1e26)
CLASS_WORDS: dict[str, str] = {
    "3A090.a": "3A090.a",
    "3A090.b": "3A090.b",
    "unknown_density": "density unknown",
    "below": "below",
    "no_peak": "no peak stated",
}
"""Every class as it is shown; ``no_peak`` stands for none."""
SHOWN_CLASSES = tuple(CLASS_WORDS)


class Reach(BaseModel, frozen=True):
    """What one number format of a chip allows.

    Args:
        number_format: Which.
        bits: Length of an operand.
        peak: Dense, operations a second.
        tpp: Peak in TOPS times bits.
        chips_for_rate: Chips whose peaks reach `REPORTED_RATE`.
        days: FLOP to the days that the cluster takes for them.
    """

    number_format: NumberFormat
    bits: int
    peak: float
    tpp: float
    chips_for_rate: int
    days: dict[float, float]


class ChipCard(BaseModel, frozen=True):
    """One chip, why it is in its class, and what a cluster of it does.

    Args:
        chip: Its facts.
        released, kind, process_nm, die_mm2, url: Further facts; ``None`` where not stated.
        reason: Why the class is what it is.
        number, utilisation: Of the cluster.
        reach: By number format.
    """

    chip: Chip
    released: date | None
    kind: str | None
    process_nm: float | None
    die_mm2: float | None
    url: str | None
    reason: str
    number: int
    utilisation: float
    reach: tuple[Reach, ...]


class ChipCounts(BaseModel, frozen=True):
    """How many chips are in each class of `SHOWN_CLASSES`, and how many of 3A090.a pass the rule of 2026."""

    total: int
    classes: dict[str, int]
    case_by_case: int


def chip_table(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Give `chips` with the year, the class as a word of `SHOWN_CLASSES`, and the reason for it."""
    table, limits = chips(connection), chip_limits(connection)
    reasons = [class_reason(tpp, density, limits) for tpp, density in table.select("tpp", "density").iter_rows()]
    return table.with_columns(
        pl.col("released").dt.year().alias("year"),
        pl.col("export_class").fill_null("no_peak").alias("class"),
        pl.Series("reason", reasons, dtype=pl.String),
    )


def select_chips(
    table: pl.DataFrame, makers: Sequence[str] = (), classes: Sequence[str] = (), years: str = ""
) -> pl.DataFrame:
    """Narrow the chips.

    Args:
        table: As `chip_table` gives it.
        makers: Any of these; all when none is named.
        classes: Any of `SHOWN_CLASSES`.
        years: ``2020..2024``, ``2022..`` or ``2024``; a chip without a year is left out then.

    Raises:
        BadInput: A maker, class or year cannot be read.
    """
    known = sorted(table["maker"].drop_nulls().unique())
    for one in makers:
        choice(one, known, "option maker")
    for one in classes:
        choice(one, SHOWN_CLASSES, "option class")
    if makers:
        table = table.filter(pl.col("maker").is_in(list(makers)))
    if classes:
        table = table.filter(pl.col("class").is_in(list(classes)))
    first, last = read_years(years)
    if first is not None:
        table = table.filter(pl.col("year") >= first)
    if last is not None:
        table = table.filter(pl.col("year") <= last)
    return table


def read_years(text: str) -> tuple[int | None, int | None]:
    """Read a range of years, both ends included.

    Raises:
        BadInput: It is none.

    >>> read_years("2020..2024"), read_years("2022.."), read_years("")
    ((2020, 2024), (2022, None), (None, None))
    """
    found = re.fullmatch(r"\s*(\d{4})?\s*(\.\.)?\s*(\d{4})?\s*", text)
    if found is None or (found[1] and found[3] and not found[2]):
        raise BadInput(f"'{text:.40}' is no range of years", "option year", "write 2020..2024, 2022.. or 2024")
    first, last = (int(one) if one else None for one in (found[1], found[3]))
    return (first, last) if found[2] else (first or last, first or last)


def count_chips(table: pl.DataFrame) -> ChipCounts:
    """Count the chips by class."""
    relieved = table.filter((pl.col("export_class") == "3A090.a") & pl.col("case_by_case"))
    return ChipCounts(
        total=table.height,
        classes={one: int((table["class"] == one).sum()) for one in SHOWN_CLASSES},
        case_by_case=relieved.height,
    )


def chip_card(
    connection: duckdb.DuckDBPyConnection, words: str, number: int = 10_000, utilisation: float = 0.4
) -> ChipCard:
    """Tell everything known about one chip, and what a cluster of it does.

    Args:
        connection: An open catalogue.
        words: As for `find_chip`.
        number: Chips of the cluster.
        utilisation: Model FLOP over peak, above 0 to 1.

    Raises:
        NotFound: There is no such chip.
        BadInput: Several are called so, or a number is out of bounds.
    """
    chip = find_chip(connection, words)
    names = ("released", "kind", "process_nm", "die_mm2", "url")
    row = connection.execute(f"SELECT {', '.join(names)} FROM accelerator WHERE id = ?", [chip.id]).fetchall()[0]  # noqa: S608 - names above
    return ChipCard(
        chip=chip,
        **dict(zip(names, row, strict=True)),
        reason=class_reason(chip.tpp, chip.density, chip_limits(connection)),
        number=number,
        utilisation=utilisation,
        reach=tuple(_reach(chip, one, number, utilisation) for one in NUMBER_FORMATS if one in chip.peaks),
    )


def read_cluster(number: str, utilisation: str) -> tuple[int, float]:
    """Read how many chips a cluster has and at which utilisation it trains.

    Raises:
        BadInput: One of them cannot be read, or is a range.

    >>> read_cluster("100k", "40 %")
    (100000, 0.4)
    """
    chips, share = read_quantity(number, "chips"), read_quantity(utilisation, "fraction", "utilisation")
    for one, where in ((chips, "chips"), (share, "utilisation")):
        if not one.is_exact:
            raise BadInput(f"'{one.text:.40}' is a range", where, "write one number")
    return max(round(chips.mid), 1), share.mid


def _reach(chip: Chip, number_format: NumberFormat, number: int, utilisation: float) -> Reach:
    peak = chip.peaks[number_format]
    return Reach(
        number_format=number_format,
        bits=BITS[number_format],
        peak=peak,
        tpp=peak * BITS[number_format] / 1e12,
        chips_for_rate=chips_for_peak(REPORTED_RATE, chip, number_format),
        days={line: days_to_reach(line, number, peak, utilisation) for line in TRAINING_LINES},
    )
