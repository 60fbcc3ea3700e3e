"""What is known about a training run, read and checked before anything is estimated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, model_validator

from governance.compute.quantities import Quantity, read_quantity
from governance.compute.vocabulary import ARCHITECTURES, Architecture, Dimension
from governance.errors import BadInput

INPUTS: dict[str, Dimension] = {
    "parameters": "parameters",
    "active_parameters": "parameters",
    "adapter_parameters": "parameters",
    "tokens": "tokens",
    "epochs": "factor",
    "layers": "count",
    "context": "tokens",
    "attention_width": "count",
    "chips": "chips",
    "hours": "hours",
    "chip_hours": "chip_hours",
    "peak": "flop_per_second",
    "utilisation": "fraction",
    "uptime": "fraction",
}
"""Every number an estimate can take, and what it measures."""
ATTENTION = ("layers", "context", "attention_width")
HARDWARE = ("chips", "hours", "chip_hours", "peak", "utilisation", "uptime")
NEEDED: dict[Architecture, tuple[str, ...]] = {
    "dense": ("parameters", "tokens"),
    "moe": ("active_parameters", "tokens"),
    "encoder_decoder": ("parameters", "tokens"),
    "adapter": ("parameters", "adapter_parameters", "tokens"),
}


class EstimateInput(BaseModel, frozen=True):
    """What is known about a training run; what is unknown stays None."""

    architecture: Architecture = "dense"
    parameters: Quantity | None = None
    active_parameters: Quantity | None = None
    adapter_parameters: Quantity | None = None
    tokens: Quantity | None = None
    epochs: Quantity | None = None
    layers: Quantity | None = None
    context: Quantity | None = None
    attention_width: Quantity | None = None
    causal: bool = True
    chips: Quantity | None = None
    hours: Quantity | None = None
    chip_hours: Quantity | None = None
    peak: Quantity | None = None
    utilisation: Quantity | None = None
    uptime: Quantity | None = None

    @model_validator(mode="after")
    def _measures_fit(self) -> Self:
        for name, quantity in self.given().items():
            if quantity.dimension != INPUTS[name]:
                raise BadInput(f"{name} is given in {quantity.dimension}", name, f"give it in {INPUTS[name]}")
        return self

    def given(self) -> dict[str, Quantity]:
        """Give the numbers that are known, by name."""
        return {name: value for name in INPUTS if (value := getattr(self, name)) is not None}


def read_estimate_input(values: Mapping[str, object]) -> EstimateInput:
    """Read what is known about a run from words and numbers by name, leaving out what is None.

    Raises:
        BadInput: If a name is none of the inputs, or a value cannot be read.

    >>> read_estimate_input({"parameters": "70B", "tokens": "15T"}).tokens.mid
    15000000000000.0
    """
    given = {name: value for name, value in values.items() if value is not None}
    architecture, causal = given.pop("architecture", "dense"), given.pop("causal", True)
    if architecture not in ARCHITECTURES:
        raise BadInput(
            f"'{str(architecture)[:80]}' is not an architecture",
            "architecture",
            f"write one of {', '.join(ARCHITECTURES)}",
        )
    if not isinstance(causal, bool):
        raise BadInput(f"'{str(causal)[:80]}' is neither true nor false", "causal", "write true or false")
    read = {}
    for name, value in given.items():
        if name not in INPUTS:
            raise BadInput(f"'{str(name)[:80]}' is not an input", "estimate", f"write one of {', '.join(INPUTS)}")
        if not isinstance(value, (str, int, float, Mapping, Quantity)):
            raise BadInput(f"'{str(value)[:80]}' is not a number", name, "write a number such as 70B or 1e25")
        read[name] = read_quantity(value, INPUTS[name], name)
    return EstimateInput.model_validate({"architecture": architecture, "causal": causal, **read})


def check_estimate_input(given: EstimateInput) -> tuple[str, ...]:
    """Refuse inputs that contradict each other or complete no way to estimate.

    Returns:
        A note on each way that is given in part only, where another is complete.

    Raises:
        BadInput: If the inputs contradict each other or no way is complete.
    """
    known = given.given()
    _refuse_contradictions(given, known)
    time = ("chip_hours",) if "chip_hours" in known else ("chips", "hours")
    ways = {"model and tokens": NEEDED[given.architecture], "chips and time": (*time, "peak", "utilisation")}
    begun = {"model and tokens": (*NEEDED[given.architecture], "epochs"), "chips and time": HARDWARE}
    missing = {way: [name for name in needed if name not in known] for way, needed in ways.items()}
    partly = [way for way, lacking in missing.items() if lacking and any(name in known for name in begun[way])]
    if all(missing.values()):
        if not partly:
            needed = " and ".join(ways["model and tokens"])
            raise BadInput(
                "nothing to estimate from", "estimate", f"give {needed}, or {', '.join(ways['chips and time'])}"
            )
        lacking = missing[partly[0]]
        raise BadInput(f"{' and '.join(lacking)} missing", lacking[0], f"add {' and '.join(lacking)}")
    return tuple(f"not counted by {way}: {' and '.join(missing[way])} missing" for way in partly)


def _refuse_contradictions(given: EstimateInput, known: Mapping[str, Quantity]) -> None:
    for name, architecture in (("active_parameters", "moe"), ("adapter_parameters", "adapter")):
        if name in known and given.architecture != architecture:
            raise BadInput(
                f"{name} with the architecture {given.architecture}",
                name,
                f"choose the architecture {architecture}, or leave {name} out",
            )
    active, total = known.get("active_parameters"), known.get("parameters")
    if active and total and active.low > total.high:
        raise BadInput("more active parameters than parameters", "active_parameters", "swap the two")
    if both := [name for name in ("chips", "hours") if name in known and "chip_hours" in known]:
        raise BadInput(f"chip_hours and {both[0]} are both given", "chip_hours", "give one or the other")
    attention = [name for name in ATTENTION if name in known]
    if attention and given.architecture not in ("dense", "moe"):
        raise BadInput(f"{attention[0]} with the architecture {given.architecture}", attention[0], "leave it out")
    if attention and (lacking := [name for name in ATTENTION if name not in known]):
        raise BadInput(f"{attention[0]} without {' and '.join(lacking)}", lacking[0], f"add {' and '.join(lacking)}")
