"""What a footprint is worked out from: the work itself, and every assumption with its source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self, get_args

import polars as pl
from pydantic import BaseModel, model_validator

from governance.compute.chip_measures import COLUMN, NumberFormat
from governance.compute.quantities import Quantity, read_quantity
from governance.compute.vocabulary import Dimension
from governance.errors import BadInput, NotFound

Evidence = Literal["verified", "secondary", "recalled", "given"]
EVIDENCES: tuple[Evidence, ...] = get_args(Evidence)

GIVEN = "given by the user"


class Assumption(BaseModel, frozen=True):
    """A number that a footprint rests on.

    Args:
        name: The word by which it can be set.
        meaning: What it is.
        quantity: Its value, with its range.
        unit: Of the value.
        source: Where it is from.
        evidence: How well that was checked, or that the user gave it.
    """

    name: str
    meaning: str
    quantity: Quantity
    unit: str
    source: str
    evidence: Evidence


class Training(BaseModel, frozen=True):
    """The chip hours of a training run, in one of three ways: as they are, chips times hours, or from FLOP.

    Args:
        chip_hours: Hours of one chip.
        chips, hours: Chips, and the hours that all of them run.
        training_flop: FLOP, done at the chip's peak times utilisation.
    """

    chip_hours: Quantity | None = None
    chips: Quantity | None = None
    hours: Quantity | None = None
    training_flop: Quantity | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        both = self.chips is not None and self.hours is not None
        if (self.chips is None) != (self.hours is None):
            raise BadInput("chips or hours are missing", "training", "give both, or chip hours, or FLOP")
        if sum([self.chip_hours is not None, both, self.training_flop is not None]) != 1:
            raise BadInput(
                "the work is not given in one way", "training", "give chip hours, or chips and hours, or FLOP"
            )
        return self


class Inference(BaseModel, frozen=True):
    """The tokens that a model serves; 2 FLOP for each active parameter and token.

    Args:
        active_parameters: Used for one token.
        days: How long it is served.
        tokens_per_day: Read and written together.
        requests_per_day, tokens_per_request: Instead of ``tokens_per_day``.
    """

    active_parameters: Quantity
    days: Quantity
    tokens_per_day: Quantity | None = None
    requests_per_day: Quantity | None = None
    tokens_per_request: Quantity | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        requests = (self.requests_per_day is not None, self.tokens_per_request is not None)
        if any(requests) != all(requests) or any(requests) == (self.tokens_per_day is not None):
            fix = "give tokens a day, or requests a day and tokens a request"
            raise BadInput("the load is not given in one way", "inference", fix)
        return self


class FootprintInput(BaseModel, frozen=True):
    """A run, a service, or both, and where they are.

    Args:
        chip: Id of an accelerator.
        number_format: Which peak FLOP are done at.
        training, inference: The work; at least one.
        grid: Id of a grid, e.g. ``country:FR:2023:...``; without it CO2e and the grid's water stay unknown.
        facility: Id of who runs the data centre; without it its efficiency and water are assumed.
        price_year: Year of the price of a chip hour, where that is set.
        assumptions: Name of an assumption to another value, such as ``{"pue": "1.1 to 1.3"}``.
    """

    chip: str
    number_format: NumberFormat = "bf16"
    training: Training | None = None
    inference: Inference | None = None
    grid: str | None = None
    facility: str | None = None
    price_year: int | None = None
    assumptions: Mapping[str, str | float] = {}

    @model_validator(mode="after")
    def _some_work(self) -> Self:
        if self.training is None and self.inference is None:
            raise BadInput("there is no work", "footprint", "give training, inference, or both")
        return self


_DEFAULTS: dict[str, tuple[str, str, Dimension, str, str, Evidence]] = {
    "power_fraction": (
        "mean power of a chip over its rated power", "0.6 to 0.9", "fraction", "share",
        "practice of codecarbon and ecologits", "recalled",
    ),
    "server_overhead": (
        "power of the whole server and network over that of its chips", "1.3 to 1.8", "factor", "factor",
        "practice of codecarbon and ecologits", "recalled",
    ),
    "pue": (
        "energy of the site over that of its computers", "1.09 to 1.20", "factor", "factor",
        "range over the providers in ecologits 0.11.3; codecarbon 3.3.2 takes 1.0", "verified",
    ),
    "utilisation": (
        "model FLOP of training over peak", "triangular(0.19, 0.34, 0.54)", "fraction", "share",
        "least, middle and greatest of 47 reported values in Epoch AI's table", "verified",
    ),
    "inference_utilisation": (
        "model FLOP of serving over peak", "0.05 to 0.4", "fraction", "share",
        "our assumption: writing tokens one by one waits for memory", "recalled",
    ),
    "uptime": (
        "share of the paid time in which chips work", "0.85 to 1", "fraction", "share", "our assumption", "recalled",
    ),
    "embodied_kg_per_chip": (
        "CO2e of making one chip", "273", "factor", "kg CO2e a chip", "ecologits 0.11.3", "verified",
    ),
    "chip_life_years": (
        "years over which making and buying a chip are spread", "3", "factor", "years", "ecologits 0.11.3", "verified",
    ),
    "wue": (
        "water that the site takes for a kWh of its computers", "0.09 to 0.999", "factor", "l a kWh",
        "range over the providers in ecologits 0.11.3", "verified",
    ),
    "energy_price": (
        "price of electricity", "0.05 to 0.15", "factor", "USD a kWh", "our assumption, 2024 prices", "recalled",
    ),
    "other_cost": (
        "staff and interconnect over the cost of chips and energy", "0.3 to 0.5", "factor", "factor",
        "our assumption", "recalled",
    ),
}  # fmt: skip


def assume(
    given: FootprintInput, grids: pl.DataFrame, facilities: pl.DataFrame, chip: Mapping[str, object]
) -> dict[str, Assumption]:
    """Gather every assumption of a footprint: defaults, then what the place and chip say, then what the user sets.

    Args:
        given: The work and where it is.
        grids: Table ``grid``.
        facilities: Table ``facility``.
        chip: The row of the chip in ``accelerator``.

    Raises:
        NotFound: The grid or the facility is not in its table.
        BadInput: A name that is set is no assumption, or its value cannot be read.
    """
    found = {
        name: _assumption(name, meaning, value, dimension, (unit, source, evidence))
        for name, (meaning, value, dimension, unit, source, evidence) in _DEFAULTS.items()
    }
    found |= _of_place(given, grids, facilities)
    for name, column, meaning, unit in (
        ("chip_power", "power_watts", "rated power of a chip", "W"),
        ("chip_price", "price_usd", "price of a chip at release", "USD"),
        ("peak", COLUMN[given.number_format], f"dense {given.number_format} peak of a chip", "FLOP/s"),
    ):
        value = chip.get(column)
        if isinstance(value, (int, float)):
            source = f"Epoch AI, {chip['name']}"
            found[name] = _assumption(name, meaning, float(value), _SETTABLE[name], (unit, source, "verified"))
    for name, text in given.assumptions.items():
        if name not in _SETTABLE:
            raise BadInput(f"'{name:.40}' is no assumption", "assumptions", f"use one of {', '.join(_SETTABLE)}")
        before = found.get(name)
        meaning, unit = (before.meaning, before.unit) if before else _ASKED[name]
        found[name] = _assumption(name, meaning, text, _SETTABLE[name], (unit, GIVEN, "given"))
    return found


_ASKED: dict[str, tuple[str, str]] = {
    "chip_power": ("rated power of a chip", "W"),
    "chip_price": ("price of a chip", "USD"),
    "chip_hour_price": ("price of one chip for one hour", "USD an hour"),
    "peak": ("dense peak of a chip", "FLOP/s"),
    "carbon_intensity": ("CO2e of a kWh from the grid", "kg a kWh"),
    "grid_water": ("water that a kWh from the grid takes", "l a kWh"),
}
_SETTABLE: dict[str, Dimension] = {
    **{name: one[2] for name, one in _DEFAULTS.items()},
    "chip_power": "watts",
    "chip_price": "usd",
    "chip_hour_price": "usd",
    "peak": "flop_per_second",
    "carbon_intensity": "factor",
    "grid_water": "factor",
}
ASSUMPTIONS = tuple(_SETTABLE)


def _of_place(given: FootprintInput, grids: pl.DataFrame, facilities: pl.DataFrame) -> dict[str, Assumption]:
    found: dict[str, Assumption] = {}
    if given.grid is not None:
        grid = _row(grids, given.grid, "grid")
        year = grid["year"] or "no year stated"
        source = f"{grid['name'] or grid['code']}, {year}: {grid['basis']}"
        for name, column in (("carbon_intensity", "co2e_kg_per_kwh"), ("grid_water", "water_l_per_kwh")):
            found |= _known(name, grid[column], None, (source, "verified"))
    if given.facility is not None:
        facility = _row(facilities, given.facility, "facility")
        support = (str(facility["basis"]), facility["evidence"])
        found |= _known("pue", facility["pue"], facility["pue_high"], support)
        found |= _known("wue", facility["wue_l_per_kwh"], facility.get("wue_high"), support)
    return found


def _known(name: str, low: float | None, high: float | None, support: tuple[str, Evidence]) -> dict[str, Assumption]:
    if low is None:
        return {}
    meaning, unit = _ASKED.get(name) or (_DEFAULTS[name][0], _DEFAULTS[name][3])
    value: str | float = low if high is None or high == low else f"{low} to {high}"
    return {name: _assumption(name, meaning, value, "factor", (unit, *support))}


def _assumption(
    name: str, meaning: str, value: str | float, dimension: Dimension, support: tuple[str, str, Evidence]
) -> Assumption:
    unit, source, evidence = support
    quantity = read_quantity(value, dimension, f"assumption {name}")
    return Assumption(name=name, meaning=meaning, quantity=quantity, unit=unit, source=source, evidence=evidence)


def _row(table: pl.DataFrame, key: str, kind: str) -> dict[str, Any]:
    found = table.filter(pl.col("id") == key)
    if found.is_empty():
        some = ", ".join(table["id"].head(5).to_list())
        raise NotFound(f"there is no {kind} '{key:.80}'", kind, f"use an id of that table, such as {some}")
    return found.to_dicts()[0]
