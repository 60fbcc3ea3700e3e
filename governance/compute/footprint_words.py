"""A footprint asked for in plain words: a model of the catalogue, what is written over it, and the rest assumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import duckdb
from pydantic import BaseModel

from governance.catalogue.selection import choice
from governance.compute.chip_measures import NUMBER_FORMATS, NumberFormat
from governance.compute.chips import Chip, find_chip
from governance.compute.footprint_inputs import FootprintInput, Inference, Training
from governance.compute.footprint_start import Start, start_of
from governance.compute.quantities import Quantity, read_quantity
from governance.compute.vocabulary import Dimension
from governance.errors import BadInput

Work = Literal["flop", "chips", "chip_hours", "none"]
"""How training is given: as FLOP, as chips and hours, as chip hours, or not at all."""
WORKS: tuple[Work, ...] = get_args(Work)
Use = Literal["none", "tokens", "requests"]
"""How use is given: not at all, as tokens a day, or as requests a day."""
USES: tuple[Use, ...] = get_args(Use)
ReadFrom = Literal["given", "catalogue", "example"]

USUAL_CHIP = "nvidia-h100-sxm5-80gb"
USUAL_GRID = "country:WOR:undated:lifecycle"
NO_GRID = "none"


@dataclass(frozen=True, slots=True)
class Field:
    """One amount that can be written.

    Args:
        name: Its word in the address, on the command line and on the page.
        label: What it is called.
        dimension: What it measures.
        ways: The words of `Work` or `Use` for which it counts.
        help: How to write it.
        example: What holds where neither the reader nor the catalogue says anything; ours, not published.
    """

    name: str
    label: str
    dimension: Dimension
    ways: tuple[str, ...]
    help: str
    example: str | None = None


SERVED = ("tokens", "requests")
FIELDS: tuple[Field, ...] = (
    Field("flop", "Training compute", "flop", ("flop",), "FLOP, such as 3.8e25 or 1e25 to 4e25"),
    Field("chips", "Chips", "chips", ("chips",), "how many run at once, such as 16,384 or 10k to 20k"),
    Field("hours", "Time they run", "hours", ("chips",), "such as 54 days or 2,000 to 2,500 hours"),
    Field("chip_hours", "Chip hours", "chip_hours", ("chip_hours",), "hours of one chip, such as 30.8 million"),
    Field("parameters", "Active parameters", "parameters", SERVED, "used for one token, such as 70B or 30B to 40B"),
    Field(
        "tokens", "Tokens a day", "tokens", ("tokens",), "read and written together, such as 10B to 100B", "10B to 100B"
    ),
    Field("requests", "Requests a day", "count", ("requests",), "such as 1M to 10M", "10M to 100M"),
    Field("per_request", "Tokens a request", "tokens", ("requests",), "read and written, such as 500 to 2000", "1000"),
    Field("days", "Days of use", "count", SERVED, "how long it is served, such as 365", "365"),
)
FIELDS_BY_NAME = {field.name: field for field in FIELDS}


class FootprintWords(BaseModel, frozen=True):
    """What a footprint is asked for with; what is left out comes from the catalogue or is assumed.

    Args:
        model: Id of a model of the catalogue to start from.
        work: How training is given; by default as the catalogue knows it.
        use: How use is given.
        amounts: Names of `FIELDS` to what is written.
        chip: Name or id of a chip; by default the model's.
        number_format: Which peak; by default that of 16-bit matrices where it is stated.
        grid: Id of a grid, or ``none``; by default the country of the model's maker.
        facility: Id of who runs the data centre.
        price_year: Of a price of a chip hour.
        assumptions: Names of assumptions to what is written.
    """

    model: str | None = None
    work: Work | None = None
    use: Use = "none"
    amounts: Mapping[str, str] = {}
    chip: str | None = None
    number_format: NumberFormat | None = None
    grid: str | None = None
    facility: str | None = None
    price_year: int | None = None
    assumptions: Mapping[str, str] = {}


class Read(BaseModel, frozen=True):
    """One amount as it was read: its words, and whether the reader, the catalogue or our example says so."""

    name: str
    label: str
    text: str
    echo: str
    origin: ReadFrom


class Asked(BaseModel, frozen=True):
    """The question, read.

    Args:
        given: What is worked out.
        start: The model it starts from.
        work, use: How training and use are given.
        amounts: Every amount, as read.
        chip_known: Whether the chip is stated or named, not assumed.
        grid_from: Where the grid is from.
    """

    given: FootprintInput
    start: Start | None
    work: Work
    use: Use
    amounts: tuple[Read, ...]
    chip_known: bool
    grid_from: Literal["given", "maker's country", "world", "none"]


def read_footprint(connection: duckdb.DuckDBPyConnection, words: FootprintWords) -> Asked:
    """Read what is asked for.

    Raises:
        NotFound: The model or chip is not in the catalogue.
        BadInput: An amount cannot be read or is missing, or there is no work.
    """
    _check(words)
    start = start_of(connection, words.model) if words.model else None
    work = words.work or (start.work if start else None) or "none"
    taken = {field.name: field for field in FIELDS if work in field.ways or words.use in field.ways}
    found = {name: _amount(field, words.amounts, start) for name, field in taken.items()}
    chip = find_chip(connection, words.chip or (start.chip if start and start.chip else USUAL_CHIP))
    grid, grid_from = _grid(words.grid, start)
    quantities = {name: quantity for name, (quantity, _) in found.items()}
    given = FootprintInput(
        chip=chip.id,
        number_format=words.number_format or _usual_format(chip),
        training=_training(work, quantities),
        inference=_inference(words.use, quantities),
        grid=grid,
        facility=words.facility or None,
        price_year=words.price_year,
        assumptions={name: text for name, text in words.assumptions.items() if text.strip()},
    )
    return Asked(
        given=given,
        start=start,
        work=work,
        use=words.use,
        amounts=tuple(read for _, read in found.values()),
        chip_known=bool(words.chip or (start and start.chip)),
        grid_from=grid_from,
    )


def _check(words: FootprintWords) -> None:
    for name in words.amounts:
        choice(name, tuple(FIELDS_BY_NAME), "footprint, amounts")


def _amount(field: Field, texts: Mapping[str, str], start: Start | None) -> tuple[Quantity, Read]:
    stated = start.amount(field.name) if start else None
    origin: ReadFrom = "given"
    text: str | float | None = texts.get(field.name, "").strip() or None
    if text is None:
        text, origin = (stated, "catalogue") if stated is not None else (field.example, "example")
    if text is None:
        raise BadInput(f"{field.label.lower()}: nothing is stated", f"footprint, {field.name}", f"write {field.help}")
    quantity = read_quantity(text, field.dimension, field.label.lower())
    read = Read(name=field.name, label=field.label, text=quantity.text, echo=quantity.echo(), origin=origin)
    return quantity, read


def _training(work: Work, amounts: Mapping[str, Quantity]) -> Training | None:
    if work == "flop":
        return Training(training_flop=amounts["flop"])
    if work == "chips":
        return Training(chips=amounts["chips"], hours=amounts["hours"])
    return Training(chip_hours=amounts["chip_hours"]) if work == "chip_hours" else None


def _inference(use: Use, amounts: Mapping[str, Quantity]) -> Inference | None:
    if use == "none":
        return None
    served = {"active_parameters": amounts["parameters"], "days": amounts["days"]}
    if use == "tokens":
        return Inference(**served, tokens_per_day=amounts["tokens"])
    return Inference(**served, requests_per_day=amounts["requests"], tokens_per_request=amounts["per_request"])


def _grid(
    asked: str | None, start: Start | None
) -> tuple[str | None, Literal["given", "maker's country", "world", "none"]]:
    if asked == NO_GRID:
        return None, "none"
    if asked:
        return asked, "given"
    return (start.grid, "maker's country") if start and start.grid else (USUAL_GRID, "world")


def _usual_format(chip: Chip) -> NumberFormat:
    order = ("bf16", *NUMBER_FORMATS)
    stated = [one for one in order if one in chip.peaks and one not in ("fp8", "int8", "fp4", "int4")]
    return stated[0] if stated else "bf16"
