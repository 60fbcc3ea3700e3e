"""Energy, CO2e, water and cost of a training run or a service, with intervals and every assumption beside them."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pydantic import BaseModel

from governance.compute.footprint_inputs import Assumption, FootprintInput, assume
from governance.compute.quantities import Quantity
from governance.errors import BadInput, NotFound

MIN_DRAWS, MAX_DRAWS = 100, 1_000_000
HOURS_A_YEAR = 365.25 * 24
SECONDS_AN_HOUR = 3_600.0
FLOP_A_PARAMETER = 2.0
ELSEWHERE = ("chip_price", "chip_hour_price", "energy_price", "other_cost", "wue", "grid_water")
"""These change cost or water alone."""
TAIL = 0.1

UNITS: dict[str, str] = {
    "chip_hours": "hours",
    "energy_kwh": "kWh",
    "chips_kwh": "kWh",
    "servers_kwh": "kWh",
    "site_kwh": "kWh",
    "co2e_operational_kg": "kg CO2e",
    "co2e_embodied_kg": "kg CO2e",
    "co2e_kg": "kg CO2e",
    "water_l": "l",
    "cost_usd": "USD",
}
Values = NDArray[np.float64]
Draws = dict[str, Values | None]


class Amount(BaseModel, frozen=True):
    """A result with its 90% interval: the 5%, 50% and 95% quantiles of the draws.

    Args:
        low, median, high: In ``unit``.
        mean: Of the draws.
        unit: hours, kWh, kg CO2e, l or USD.
    """

    low: float
    median: float
    high: float
    mean: float
    unit: str


class Part(BaseModel, frozen=True):
    """One part of the footprint; ``None`` where something that it needs is unknown.

    Args:
        chip_hours: Hours for which chips are held, idle time included.
        energy_kwh: Of the whole site: the three that follow.
        chips_kwh: Of the chips.
        servers_kwh: Of the rest of the servers and the network.
        site_kwh: Of cooling and all else on the site.
        co2e_operational_kg: From the energy.
        co2e_embodied_kg: Share of what making the chips gave off, by time; servers and buildings are left out.
        co2e_kg: Both.
        water_l: Of the site and of making its electricity.
        cost_usd: Chip hours at their price, or chips and energy written off.
    """

    chip_hours: Amount
    energy_kwh: Amount | None
    chips_kwh: Amount | None
    servers_kwh: Amount | None
    site_kwh: Amount | None
    co2e_operational_kg: Amount | None
    co2e_embodied_kg: Amount | None
    co2e_kg: Amount | None
    water_l: Amount | None
    cost_usd: Amount | None


class Swing(BaseModel, frozen=True):
    """What one uncertain number does: the mean result in its lowest and in its highest tenth."""

    name: str
    at_low: float
    at_high: float


class PueChoice(BaseModel, frozen=True):
    """The median energy of everything if the site were as efficient as another."""

    facility: str
    pue: float
    energy_kwh: float
    evidence: str
    source: str


class Footprint(BaseModel, frozen=True):
    """The footprint of a run, a service or both.

    Args:
        training, inference: Each by itself; ``None`` where it was not asked for.
        total: Together, draw by draw.
        break_even_days: Days of use that take as much as training, in energy and in CO2e alike.
        assumptions: All that entered, each with source and evidence.
        swings: Their effect on the CO2e, or on the energy where CO2e is unknown; the largest first.
        swings_of: Which of the two.
        pue_choices: The energy under each facility's efficiency; tools differ in the one they suppose.
        unknown: What is missing, and the assumption that would fill it.
        price_year: Of the price of a chip hour, as given.
        draws, seed: So that the same numbers come out again.
    """

    training: Part | None
    inference: Part | None
    total: Part
    break_even_days: Amount | None
    assumptions: tuple[Assumption, ...]
    swings: tuple[Swing, ...]
    swings_of: str
    pue_choices: tuple[PueChoice, ...]
    unknown: tuple[str, ...]
    price_year: int | None
    draws: int
    seed: int


def footprint(
    given: FootprintInput, grids: pl.DataFrame, facilities: pl.DataFrame, chips: pl.DataFrame, draws: int, seed: int
) -> Footprint:
    """Work out energy, CO2e, water and cost.

    Energy is chip hours times rated power, its mean fraction, the servers' overhead and the site's PUE.

    Args:
        given: The work and where it is.
        grids: Table ``grid``.
        facilities: Table ``facility``.
        chips: Table ``accelerator``.
        draws: 100 to 1,000,000.
        seed: Any whole number from 0; the same gives the same result, whatever else is changed.

    Raises:
        BadInput: An amount is out of bounds, or the work cannot be worked out from what is known of the chip.
        NotFound: The chip, grid or facility is not in its table.

    Source: power times time as in codecarbon and ecologits; embodied share as in ecologits 0.11.3; Lacoste et al.
        2019, arXiv 1910.09700.
    """
    if not MIN_DRAWS <= draws <= MAX_DRAWS or seed < 0:
        fix = f"use {MIN_DRAWS} to {MAX_DRAWS:,} draws and a seed from 0"
        raise BadInput(f"{draws:,} draws with seed {seed}", "footprint", fix)
    row = chips.filter(pl.col("id") == given.chip)
    if row.is_empty():
        raise NotFound(f"there is no chip '{given.chip:.80}'", "accelerator", "use the id of a chip in the table")
    assumed = assume(given, grids, facilities, row.to_dicts()[0])
    numbers = _Numbers(assumed, draws, seed)
    hours = {"training": _training_hours(given, numbers), "inference": _inference_hours(given, numbers)}
    parts = {name: _part(one, numbers) for name, one in hours.items() if one is not None}
    total = _together(parts)
    swings_of = "co2e_kg" if total["co2e_kg"] is not None else "energy_kwh"
    return Footprint(
        training=_summary(parts["training"]) if "training" in parts else None,
        inference=_summary(parts["inference"]) if "inference" in parts else None,
        total=_summary(total),
        break_even_days=_break_even(hours["training"], hours["inference"], numbers),
        assumptions=tuple(one for name, one in assumed.items() if name in numbers.used),
        swings=_swings(numbers.used, total[swings_of]),
        swings_of=swings_of,
        pue_choices=_pue_choices(facilities, total["energy_kwh"], numbers["pue"]),
        unknown=_unknown(numbers),
        price_year=given.price_year,
        draws=draws,
        seed=seed,
    )


class _Numbers:
    """The draws of every number, made when first asked for; what was used is remembered."""

    def __init__(self, assumed: Mapping[str, Assumption], draws: int, seed: int) -> None:
        self.assumed, self.draws, self.seed = assumed, draws, seed
        self.used: dict[str, Values] = {}

    def __contains__(self, name: str) -> bool:
        return name in self.assumed

    def __getitem__(self, name: str) -> Values:
        return self.draw(name, self.assumed[name].quantity)

    def draw(self, name: str, quantity: Quantity) -> Values:
        if name not in self.used:
            # A stream for each name: a new assumption leaves all other draws as they were.
            rng = np.random.default_rng([self.seed, zlib.crc32(name.encode())])
            self.used[name] = quantity.quantile(rng.uniform(2**-53, 1.0, self.draws))
        return self.used[name]


def _training_hours(given: FootprintInput, numbers: _Numbers) -> Values | None:
    work = given.training
    if work is None:
        return None
    if work.chip_hours is not None:
        return numbers.draw("training.chip_hours", work.chip_hours)
    if work.chips is not None and work.hours is not None:
        return numbers.draw("training.chips", work.chips) * numbers.draw("training.hours", work.hours)
    if work.training_flop is None:
        return None
    return _hours_of(numbers.draw("training.training_flop", work.training_flop), numbers, "utilisation")


def _inference_hours(given: FootprintInput, numbers: _Numbers) -> Values | None:
    load = given.inference
    if load is None:
        return None
    named = {
        name: numbers.draw(f"inference.{name}", one)
        for name in ("active_parameters", "days", "tokens_per_day", "requests_per_day", "tokens_per_request")
        if (one := getattr(load, name)) is not None
    }
    flop = np.full(1, FLOP_A_PARAMETER)
    for one in named.values():
        flop = flop * one
    return _hours_of(flop, numbers, "inference_utilisation")


def _break_even(training: Values | None, inference: Values | None, numbers: _Numbers) -> Amount | None:
    # Both run on the same chips in the same place, so all that follows from chip hours stands in one ratio.
    if training is None or inference is None:
        return None
    return _amount(training / (inference / numbers.used["inference.days"]), "days")


def _hours_of(flop: Values, numbers: _Numbers, utilisation: str) -> Values:
    if "peak" not in numbers:
        fix = "choose another number format or chip, or set the assumption peak"
        raise BadInput("the chip states no peak in this format", "footprint, number format", fix)
    return flop / (numbers["peak"] * numbers[utilisation] * numbers["uptime"]) / SECONDS_AN_HOUR


def _part(chip_hours: Values, numbers: _Numbers) -> Draws:
    def known(*names: str) -> bool:
        return all(name in numbers for name in names)

    part: Draws = dict.fromkeys(UNITS)
    life_hours = numbers["chip_life_years"] * HOURS_A_YEAR
    part["chip_hours"] = chip_hours
    embodied = part["co2e_embodied_kg"] = chip_hours / life_hours * numbers["embodied_kg_per_chip"]
    if known("chip_power"):
        watts = numbers["chip_power"] * numbers["power_fraction"] * numbers["server_overhead"]
        computers_kwh = chip_hours * watts / 1_000
        energy = part["energy_kwh"] = computers_kwh * numbers["pue"]
        chips_kwh = part["chips_kwh"] = computers_kwh / numbers["server_overhead"]
        part["servers_kwh"] = computers_kwh - chips_kwh
        part["site_kwh"] = energy - computers_kwh
        if known("carbon_intensity"):
            operational = part["co2e_operational_kg"] = energy * numbers["carbon_intensity"]
            part["co2e_kg"] = operational + embodied
        if known("grid_water"):
            part["water_l"] = computers_kwh * numbers["wue"] + energy * numbers["grid_water"]
        if known("chip_price"):
            chips_usd = chip_hours / life_hours * numbers["chip_price"]
            part["cost_usd"] = (chips_usd + energy * numbers["energy_price"]) * (1 + numbers["other_cost"])
    if known("chip_hour_price"):
        part["cost_usd"] = chip_hours * numbers["chip_hour_price"]
    return part


def _together(parts: Mapping[str, Draws]) -> Draws:
    total: Draws = dict.fromkeys(UNITS)
    for name in UNITS:
        values = [part[name] for part in parts.values()]
        known = [one for one in values if one is not None]
        if len(known) == len(values):
            total[name] = np.sum(known, axis=0)
    return total


def _summary(part: Draws) -> Part:
    return Part.model_validate({name: _amount(values, UNITS[name]) for name, values in part.items()})


def _amount(values: Values | None, unit: str) -> Amount | None:
    if values is None:
        return None
    low, median, high = (float(one) for one in np.quantile(values, (0.05, 0.5, 0.95)))
    return Amount(low=low, median=median, high=high, mean=float(values.mean()), unit=unit)


def _swings(drawn: Mapping[str, Values], result: Values | None) -> tuple[Swing, ...]:
    if result is None:
        return ()
    found = []
    for name, values in drawn.items():
        if name in ELSEWHERE or values.min() == values.max():
            continue
        tail = max(int(len(values) * TAIL), 1)
        order = np.argpartition(values, (tail, len(values) - tail))
        low, high = float(result[order[:tail]].mean()), float(result[order[-tail:]].mean())
        found.append(Swing(name=name, at_low=low, at_high=high))
    return tuple(sorted(found, key=lambda one: -abs(one.at_high - one.at_low)))


def _pue_choices(facilities: pl.DataFrame, energy: Values | None, pue: Values) -> tuple[PueChoice, ...]:
    if energy is None:
        return ()
    computers = float(np.median(energy / pue))
    rows = facilities.filter(pl.col("pue").is_not_null()).sort("pue", "id").iter_rows(named=True)
    return tuple(
        PueChoice(
            facility=row["id"],
            pue=row["pue"],
            energy_kwh=computers * row["pue"],
            evidence=row["evidence"],
            source=row["basis"],
        )
        for row in rows
    )


def _unknown(numbers: _Numbers) -> tuple[str, ...]:
    said = {
        "chip_power": "energy, CO2e and water: set chip_power",
        "carbon_intensity": "CO2e of the energy: name a grid or set carbon_intensity",
        "grid_water": "water: name a grid that has it or set grid_water",
    }
    missing = [text for name, text in said.items() if name not in numbers]
    if "chip_hour_price" not in numbers and not ("chip_price" in numbers and "chip_power" in numbers):
        missing.append("cost: set chip_hour_price")
    return tuple(missing)
