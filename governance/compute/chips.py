"""Accelerators: peaks by format, the export-control measures, and how long a cluster takes."""

from __future__ import annotations

import difflib
import math
import re

import duckdb
import polars as pl
from pydantic import BaseModel

from governance.compute.chip_measures import COLUMN, ExportClass, NumberFormat, chip_limits, with_measures
from governance.errors import BadInput, NotFound

SECONDS_A_DAY = 86_400.0


class Chip(BaseModel, frozen=True):
    """One accelerator and how export control measures it.

    Args:
        id, name, maker: As in the catalogue.
        peaks: Dense peak by number format, operations a second; only formats that are stated.
        tpp: Total processing performance: the largest peak in TOPS times bit length; ``None`` without a peak.
        tpp_format: The format that gives it; of equals the first of `NUMBER_FORMATS`.
        density: ``tpp`` over the area of the die, a mm2; ``None`` where the area is not stated.
        export_class: Under ECCN 3A090 of October 2023; ``None`` without a peak.
        case_by_case: Below both limits of the rule of January 2026; ``None`` where neither known value decides.
        memory_bytes: Memory.
        memory_bandwidth: Bytes a second.
        power_watts: Thermal design power.
        price_usd: At release.
    """

    id: str
    name: str
    maker: str | None
    peaks: dict[NumberFormat, float]
    tpp: float | None
    tpp_format: NumberFormat | None
    density: float | None
    export_class: ExportClass | None
    case_by_case: bool | None
    memory_bytes: float | None
    memory_bandwidth: float | None
    power_watts: float | None
    price_usd: float | None

    def peak(self, number_format: NumberFormat) -> float:
        """Give the dense peak in a format, operations a second.

        Raises:
            BadInput: The chip states none; the error names those that it does state.
        """
        if number_format not in self.peaks:
            raise BadInput(
                f"there is no {number_format} peak",
                f"chip {self.name}",
                f"use one of {', '.join(self.peaks) or 'another chip: none is stated'}",
            )
        return self.peaks[number_format]


def chips(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Give all accelerators with their export-control measures.

    Args:
        connection: An open catalogue.

    Returns:
        The columns of the table ``accelerator``, then tpp, tpp_format, density (TPP a mm2), export_class and
        case_by_case as in `Chip`; the newest first.

    Source: 88 FR 73458 (ECCN 3A090 and its technical notes); limits as the catalogue has them.
    """
    table = connection.execute("SELECT * FROM accelerator ORDER BY released DESC NULLS LAST, name").pl()
    return with_measures(table, chip_limits(connection))


def find_chip(connection: duckdb.DuckDBPyConnection, words: str) -> Chip:
    """Give the one chip that the words name.

    An exact name or id wins; then the chip whose name holds all the words. Where several do, they are named.

    Args:
        connection: An open catalogue.
        words: Such as ``H100 SXM5``; case and order do not matter.

    Raises:
        NotFound: No chip has all the words; the nearest names are given.
        BadInput: Several have them, or nothing was asked for.
    """
    table = chips(connection)
    asked = _words(words)
    if not asked:
        raise BadInput("no chip is named", "chip", "give part of a name, such as H100 SXM5")
    exact = table.filter((pl.col("name").str.to_lowercase() == words.strip().lower()) | (pl.col("id") == words.strip()))
    if exact.height == 1:
        return _chip(exact)
    held = [place for place, name in enumerate(table["name"]) if set(asked) <= set(_words(name))]
    if not held:
        held = [place for place, name in enumerate(table["name"]) if all(one in _squeezed(name) for one in asked)]
    if len(held) == 1:
        return _chip(table[held])
    names = table["name"].to_list()
    if held:
        some = ", ".join(names[place] for place in held[:8])
        raise BadInput(f"{len(held)} chips are called '{words:.80}'", "chip", f"name one: {some}")
    near = difflib.get_close_matches(_squeezed(words), [_squeezed(name) for name in names], n=5, cutoff=0.3)
    close = [name for one in near for name in names if _squeezed(name) == one]
    raise NotFound(f"there is no chip '{words:.80}'", "chip", f"nearest: {', '.join(close) or 'none'}")


def chips_for_peak(peak_ops_per_second: float, chip: Chip, number_format: NumberFormat = "bf16") -> int:
    """Count the chips whose dense peaks together reach a rate.

    Args:
        peak_ops_per_second: Operations a second, e.g. 1e20 as in the reporting rules of 2023 and 2024.
        chip: As `find_chip` gives it.
        number_format: Which of its peaks.

    Raises:
        BadInput: The rate is not a number above 0, or the chip states no peak in that format.
    """
    _positive(peak_ops_per_second, "peak rate")
    return math.ceil(peak_ops_per_second / chip.peak(number_format))


def days_to_reach(
    threshold_flop: float, number: float, peak_flops: float, utilisation: float, uptime: float = 1.0
) -> float:
    """Give the days that a cluster takes to do an amount of training compute.

    Args:
        threshold_flop: FLOP.
        number: Chips.
        peak_flops: Dense peak of one, FLOP/s.
        utilisation: Model FLOP done over peak, above 0 to 1.
        uptime: Share of the time that it trains, above 0 to 1.

    Raises:
        BadInput: A number is out of bounds.

    >>> round(days_to_reach(1e26, 100_000, 9.894e14, 0.4), 1)
    29.2
    """
    for value, name in ((threshold_flop, "FLOP"), (number, "chips"), (peak_flops, "peak")):
        _positive(value, name)
    for value, name in ((utilisation, "utilisation"), (uptime, "uptime")):
        if not 0 < value <= 1:
            raise BadInput(f"{value} is no share", name, "give a number above 0 up to 1")
    return threshold_flop / (number * peak_flops * utilisation * uptime) / SECONDS_A_DAY


def _chip(row: pl.DataFrame) -> Chip:
    one = row.to_dicts()[0]
    peaks = {name: one[column] for name, column in COLUMN.items() if one[column] is not None}
    return Chip(**{name: one[name] for name in Chip.model_fields if name != "peaks"}, peaks=peaks)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def _squeezed(text: str) -> str:
    return "".join(_words(text))


def _positive(value: float, name: str) -> None:
    if not (math.isfinite(value) and value > 0):
        raise BadInput(f"{value} is out of bounds", name, "give a number above 0")
