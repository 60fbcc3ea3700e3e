"""Training compute of one run, by model and tokens, by chips and time, or by both and compared."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from governance.compute import formulas
from governance.compute.estimate_inputs import ATTENTION, INPUTS, NEEDED, EstimateInput, check_estimate_input
from governance.compute.formulas import Numbers
from governance.compute.hardware import CrossCheck, cross_check, hardware_flop
from governance.compute.quantities import Z95, Quantity
from governance.compute.vocabulary import EstimateMethod
from governance.errors import BadInput

INTERVAL = (0.05, 0.5, 0.95)
DRAWS = 100_000
MOST_DRAWS = 5_000_000

MOE_NOTE = (
    "counted on active parameters; the EU guidelines give the formula on total parameters for dense models only, "
    "so the total is shown beside it"
)
RUN_NOTE = "one run as given: compute of a base model, of generated data or of later tuning is not in it"


class MethodEstimate(BaseModel, frozen=True):
    """Training compute by one formula: the median and the 5% and 95% quantiles, in FLOP."""

    flop: float
    low: float
    high: float
    formula: str


class Estimate(BaseModel, frozen=True):
    """Training compute of one run in FLOP, how it was found, and how well two ways of finding it agree."""

    flop: float
    low: float
    high: float
    method: EstimateMethod
    """The way that flop, low and high come from: the architecture's wherever it can be counted."""
    formula: str
    inputs: dict[str, str]
    """How each number was read."""
    by_architecture: MethodEstimate | None
    by_hardware: MethodEstimate | None
    by_total_parameters: MethodEstimate | None
    """For a mixture of experts whose total size is given: as if all parameters were used for each token."""
    cross_check: CrossCheck | None
    notes: tuple[str, ...]


def estimate(given: EstimateInput, *, seed: int, draws: int = DRAWS) -> Estimate:
    """Estimate the training compute of one run in every way its inputs allow.

    Args:
        given: What is known about the run.
        seed: Seed of the draws; exact inputs need none and give low and high equal to the result.
        draws: How many times uncertain inputs are drawn.

    Raises:
        BadInput: If the inputs complete no way or contradict each other.

    >>> from governance.compute.estimate_inputs import read_estimate_input
    >>> estimate(read_estimate_input({"parameters": "70B", "tokens": "15T"}), seed=0).flop
    6.3e+24
    """
    if not 1 <= draws <= MOST_DRAWS:
        raise BadInput(f"{draws} draws", "draws", f"give 1 to {MOST_DRAWS:,} draws")
    if seed < 0:
        raise BadInput(f"seed {seed} is below zero", "seed", "give a whole number from 0")
    partly = check_estimate_input(given)
    known = given.given()
    drawn = _draw(known, seed, draws)
    by_architecture = _by_architecture(given, known, drawn)
    by_hardware = _by_hardware(known, drawn)
    main = by_architecture or by_hardware
    if main is None:
        raise AssertionError("the check lets only a complete way through")
    return Estimate(
        flop=main.flop,
        low=main.low,
        high=main.high,
        method="architecture" if by_architecture else "hardware",
        formula=main.formula,
        inputs={name: quantity.echo() for name, quantity in known.items()},
        by_architecture=by_architecture,
        by_hardware=by_hardware,
        by_total_parameters=_by_total(given, known, drawn),
        cross_check=_compare(by_architecture, by_hardware, known),
        notes=(RUN_NOTE, *partly, *((MOE_NOTE,) if given.architecture == "moe" and by_architecture else ())),
    )


def _draw(known: Mapping[str, Quantity], seed: int, draws: int) -> dict[str, Numbers]:
    """Draw the uncertain inputs; each has a stream of its own, so that another input does not change its draws."""
    drawn: dict[str, Numbers] = {}
    for place, name in enumerate(INPUTS):
        if quantity := known.get(name):
            if quantity.is_exact:
                drawn[name] = quantity.mid
            else:
                u = np.random.default_rng([seed, place]).random(draws)
                drawn[name] = quantity.quantile(np.maximum(u, 2.0**-54))
    return drawn


def _by_architecture(
    given: EstimateInput, known: Mapping[str, Quantity], drawn: Mapping[str, Numbers]
) -> MethodEstimate | None:
    if any(name not in drawn for name in NEEDED[given.architecture]):
        return None
    tokens, epochs = drawn["tokens"], drawn.get("epochs", 1.0)
    numbers = {name: _written(quantity) for name, quantity in known.items()}
    ending = f" × {numbers['tokens']} tokens" + (f" × {numbers['epochs']} epochs" if "epochs" in known else "")
    if given.architecture == "encoder_decoder":
        half_parameters, half_tokens = drawn["parameters"] / 2, tokens / 2
        flop = formulas.encoder_decoder_flop(half_parameters, half_parameters, half_tokens, half_tokens, epochs)
        return _summary(flop, f"3 × {numbers['parameters']} parameters{ending}")
    if given.architecture == "adapter":
        flop = formulas.adapter_flop(drawn["parameters"], drawn["adapter_parameters"], tokens, epochs)
        both = f"(4 × {numbers['parameters']} frozen + 6 × {numbers['adapter_parameters']} adapter parameters)"
        return _summary(flop, f"{both}{ending}")
    used = "active_parameters" if given.architecture == "moe" else "parameters"
    flop = formulas.dense_flop(drawn[used], tokens, epochs)
    formula = f"6 × {numbers[used]} {used.replace('_', ' ')}{ending}"
    if "layers" in drawn:
        sizes = drawn["layers"], drawn["context"], drawn["attention_width"]
        flop = flop * formulas.attention_factor(*sizes, drawn[used], causal=given.causal)
        share = " × ".join(numbers[name] for name in ATTENTION)
        formula += f" × (1 + {share} × {1 if given.causal else 2} / {numbers[used]})"
    return _summary(flop, formula)


def _by_total(
    given: EstimateInput, known: Mapping[str, Quantity], drawn: Mapping[str, Numbers]
) -> MethodEstimate | None:
    if given.architecture != "moe":
        return None
    return _by_architecture(given.model_copy(update={"architecture": "dense"}), known, drawn)


def _by_hardware(known: Mapping[str, Quantity], drawn: Mapping[str, Numbers]) -> MethodEstimate | None:
    if not {"peak", "utilisation"} <= drawn.keys() or not ("chip_hours" in drawn or {"chips", "hours"} <= drawn.keys()):
        return None
    chips, hours = (1.0, drawn["chip_hours"]) if "chip_hours" in drawn else (drawn["chips"], drawn["hours"])
    flop = hardware_flop(chips, hours, drawn["peak"], drawn["utilisation"], drawn.get("uptime", 1.0))
    words = {"chips": "chips", "hours": "h", "chip_hours": "chip-hours"}
    time = " × ".join(f"{_written(known[name])} {word}" for name, word in words.items() if name in known)
    uptime = f" × {_written(known['uptime'])} uptime" if "uptime" in known else ""
    rate = f"{_written(known['peak'])} FLOP/s × {_written(known['utilisation'])} utilisation"
    return _summary(flop, f"{time} × 3600 s/h × {rate}{uptime}")


def _summary(flop: Numbers, formula: str) -> MethodEstimate:
    if isinstance(flop, np.ndarray):
        low, middle, high = (float(one) for one in np.quantile(flop, INTERVAL))
        return MethodEstimate(flop=middle, low=low, high=high, formula=formula)
    return MethodEstimate(flop=float(flop), low=float(flop), high=float(flop), formula=formula)


def _compare(
    architecture: MethodEstimate | None, hardware: MethodEstimate | None, known: Mapping[str, Quantity]
) -> CrossCheck | None:
    if architecture is None or hardware is None:
        return None
    return cross_check(
        architecture.flop,
        hardware.flop,
        utilisation=known["utilisation"].mid,
        architecture_sd=_log10_width(architecture),
        hardware_sd=_log10_width(hardware),
    )


def _log10_width(one: MethodEstimate) -> float:
    ends: NDArray[np.float64] = np.log10([one.low, one.high])
    return float(ends[1] - ends[0]) / (2 * Z95)


def _written(quantity: Quantity) -> str:
    numbers = [
        f"{one:.12g}" if one < 1e6 else np.format_float_scientific(one, trim="-", exp_digits=1).replace("e+", "e")
        for one in (quantity.low, quantity.high)
    ]
    return numbers[0] if quantity.is_exact else f"[{numbers[0]} to {numbers[1]}]"
