"""What a footprint says, in sentences and rows; every number comes from the report."""

from __future__ import annotations

import math

import polars as pl

from app.components.frame import plain
from governance.compute.footprint import Amount, Footprint
from governance.compute.footprint_report import FootprintReport

SHOWN = {"energy_kwh": "kWh", "co2e_kg": "CO2e", "water_l": "litres", "cost_usd": "USD"}
MEASURES = {"chip_hours": "chip hours", "energy_kwh": "energy, kWh", "co2e_kg": "CO2e, kg", "cost_usd": "cost, USD"}
SIZES = {1e12: " trillion", 1e9: " billion", 1e6: " million", 1.0: ""}


def three(value: float, size: float | None = None) -> str:
    """Write a number with three digits that count, in a given size or in its own.

    >>> three(30_378_059), three(0.01234), three(12_021.4), three(5_000_000, 1e9)
    ('30.4 million', '0.0123', '12\u202f000', '0.005')
    """
    own = size_of(value) if size is None else size
    return _rounded(value / own) + (SIZES[own] if size is None else "")


def size_of(value: float) -> float:
    """Give the size in which a number is written: 1, a million, a billion or a trillion."""
    return next((size for size in SIZES if value >= size), 1.0)


def amount_words(measure: str, amount: Amount | None) -> str:
    """Write an amount with its interval, in the unit that suits its size."""
    unit = SHOWN[measure]
    if amount is None:
        return f"{unit} **unknown**"
    ends = [amount.median, amount.low, amount.high]
    if measure == "co2e_kg":
        scale, unit = (1_000.0, "t CO2e") if amount.median >= 1_000 else (1.0, "kg CO2e")
        ends = [one / scale for one in ends]
    size = size_of(ends[0])
    median, low, high = (three(one, size) for one in ends)
    return f"**{median}{SIZES[size]} {unit}** ({low} to {high})"


def answer(report: FootprintReport) -> str:
    """Answer the question: training and use together, each measure with its 90% interval."""
    total = report.result.total
    said = " · ".join(amount_words(measure, getattr(total, measure)) for measure in SHOWN)
    return f"{subject(report)}: {said}."


def beyond(report: FootprintReport) -> str:
    """Say when use passes training, or how to see it."""
    result = report.result
    if result.break_even_days is None:
        return "Give use at the left to see after how many days it takes more than training." if result.training else ""
    days = result.break_even_days
    return (
        f"Use takes as much as training after **{three(days.median)} days** "
        f"({three(days.low)} to {three(days.high)}), in energy and in CO2e alike."
    )


def beside_words(report: FootprintReport) -> str:
    """Say how the published figures lie to ours."""
    rows = [one for record in report.beside for one in record.comparisons]
    if not rows:
        return "Nothing published about this training can be set beside it."
    inside = sum(one.inside for one in rows)
    return f"**{inside} of {len(rows)}** published figures lie inside our interval."


def beside_rows(report: FootprintReport) -> pl.DataFrame:
    """Give a row for each published figure beside ours."""
    rows = [
        {
            "figure": MEASURES[one.name],
            "published": one.published,
            "ours": one.amount.median,
            "low": one.amount.low,
            "high": one.amount.high,
            "ours over published": one.ratio,
            "inside": "inside" if one.inside else "outside",
            "published as": _basis(one.name, record.published.energy_from, record.published.cost_year),
            "record": record.published.version,
        }
        for record in report.beside
        for one in record.comparisons
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def assumption_rows(result: Footprint) -> pl.DataFrame:
    """Give a row for each assumption: what it is, its value, its evidence and its source."""
    return pl.DataFrame(
        {
            "name": [one.name.replace("_", " ") for one in result.assumptions],
            "value": [one.quantity.echo() for one in result.assumptions],
            "unit": [one.unit for one in result.assumptions],
            "evidence": [[str(one.evidence)] for one in result.assumptions],
            "meaning": [one.meaning for one in result.assumptions],
            "source": [one.source for one in result.assumptions],
        }
    )


def figure_words(report: FootprintReport, measure: str) -> str:
    """Say what the bars show, for those who cannot see them."""
    said = [f"{name}: {plain_amount(measure, getattr(part, measure))}" for name, part in report.parts.items()]
    return "; ".join(said)


def plain_amount(measure: str, amount: Amount | None) -> str:
    """Write an amount without marks."""
    return amount_words(measure, amount).replace("**", "")


def subject(report: FootprintReport) -> str:
    """Say what the footprint is of: training a model, using it, or both."""
    asked = report.asked
    name = plain(asked.start.name) if asked.start else "your model"
    if report.result.training is None:
        return f"Using {name} for {_days(report)}"
    if report.result.inference is None:
        return f"Training {name}"
    return f"Training {name} and using it for {_days(report)}"


def _days(report: FootprintReport) -> str:
    days = next(one for one in report.asked.amounts if one.name == "days")
    return f"{days.text} days" if days.text.strip().isdigit() else f"{plain(days.text)}"


def _basis(name: str, energy_from: str | None, cost_year: int | None) -> str:
    if name == "energy_kwh":
        return energy_from or ""
    return f"USD of {cost_year}" if name == "cost_usd" and cost_year else "stated"


def _rounded(value: float) -> str:
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "unknown"
    digits = max(2 - math.floor(math.log10(abs(value))), 0)
    text = f"{round(value, 2 - math.floor(math.log10(abs(value)))):,.{digits}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(",", "\u202f")
