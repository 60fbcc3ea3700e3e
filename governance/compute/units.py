"""The words people write after a number, and what each is worth in the unit we keep."""

from __future__ import annotations

from decimal import Decimal

from governance.compute.vocabulary import DIMENSIONS, Dimension

UNIT_WORDS: dict[Dimension, str] = {
    "parameters": "parameters",
    "tokens": "tokens",
    "flop": "FLOP",
    "flop_per_second": "FLOP/s",
    "chips": "chips",
    "hours": "hours",
    "chip_hours": "chip-hours",
    "fraction": "",
    "factor": "",
    "usd": "USD",
    "kwh": "kWh",
    "watts": "W",
    "bits_per_second": "bit/s",
    "count": "",
}
"""The unit every number of a dimension is kept in, as it is shown."""

BIG: dict[str, int] = {
    "k": 3, "thousand": 3, "m": 6, "mn": 6, "million": 6, "b": 9, "bn": 9, "billion": 9,
    "t": 12, "tn": 12, "trillion": 12, "quadrillion": 15,
}  # fmt: skip
SI: dict[str, int] = {
    "k": 3, "kilo": 3, "m": 6, "mega": 6, "g": 9, "giga": 9, "t": 12, "tera": 12, "p": 15, "peta": 15,
    "e": 18, "exa": 18, "z": 21, "zetta": 21, "y": 24, "yotta": 24,
}  # fmt: skip
SI_DIMENSIONS: tuple[Dimension, ...] = ("flop", "flop_per_second", "watts", "bits_per_second")
UNSCALED: tuple[Dimension, ...] = ("fraction", "factor")

_DAY = Decimal(24)
_CHIPS = ("chip", "chips", "gpu", "gpus", "tpu", "tpus", "accelerator", "accelerators")


def _worth(words: str, value: Decimal | int = 1) -> dict[str, Decimal]:
    return dict.fromkeys((one.strip() for one in words.split(",")), Decimal(value))


UNITS: dict[Dimension, dict[str, Decimal]] = {
    "parameters": _worth("parameters, parameter, params, param, weights"),
    "tokens": _worth("tokens, token"),
    # FLOPS and FLOPs are both written for either meaning, so the asked dimension decides.
    "flop": _worth("flop, flops, op, ops, operations, floating point operations, floating-point operations")
    | _worth("flop/s-days, flop/s-day, flop/s days, flops-days, f-days, f-day, fs-days, f/s-days", 86_400),
    "flop_per_second": _worth("flop/s, flops/s, flops, flop per second, flops per second, op/s, ops/s, ops")
    | _worth("operations per second, operations/s"),
    "chips": _worth(", ".join(_CHIPS)),
    "hours": _worth("hours, hour, hrs, hr, h")
    | _worth("seconds, second, sec, s", Decimal(1) / 3600)
    | _worth("minutes, minute, min", Decimal(1) / 60)
    | _worth("days, day, d", _DAY)
    | _worth("weeks, week", 7 * _DAY)
    | _worth("months, month", Decimal("365.25") / 12 * _DAY)
    | _worth("years, year", Decimal("365.25") * _DAY),
    "chip_hours": {f"{chip}{join}{hour}": Decimal(1) for chip in _CHIPS for join in "- " for hour in ("hours", "hour")},
    "fraction": _worth("%, percent, per cent", Decimal("0.01")),
    "factor": _worth("x, times, fold, -fold, epochs, epoch, passes"),
    "usd": _worth("$, usd, us$, dollar, dollars, us dollars"),
    "kwh": _worth("kwh")
    | _worth("wh", Decimal("0.001"))
    | _worth("mwh", 1000)
    | _worth("gwh", 10**6)
    | _worth("twh", 10**9),
    "watts": _worth("w, watt, watts"),
    "bits_per_second": _worth("bit/s, bits/s, bps, bits per second"),
    "count": _worth("layers, layer, samples, prompts, steps"),
}


def unit_value(word: str, dimension: Dimension) -> Decimal | None:
    """Tell what a number written with this word is to be multiplied by, or None if the word is none of its units.

    Args:
        word: What follows the number, in lower case: "billion tokens", "pflop/s", "%", or nothing.
        dimension: What the number measures.

    >>> float(unit_value("pflop/s", "flop_per_second"))
    1000000000000000.0
    """
    known = UNITS[dimension]
    if word == "":
        return Decimal(1)
    if word in known:
        return known[word]
    if dimension in UNSCALED:
        return None
    # A lone SI letter is refused: "5 e" is more likely a slip than an exa.
    scales = [(name, power, True) for name, power in BIG.items() if dimension != "hours" or len(name) > 2]
    scales += [(name, power, False) for name, power in SI.items() if dimension in SI_DIMENSIONS]
    for name, power, may_stand_alone in sorted(scales, key=lambda scale: -len(scale[0])):
        rest = word.removeprefix(name).strip()
        if word.startswith(name) and (rest in known or (rest == "" and may_stand_alone)):
            return Decimal(10) ** power * known.get(rest, Decimal(1))
    return None


def dimension_of(word: str) -> Dimension | None:
    """Guess what a word that does not fit measures, to name it in a refusal."""
    return next((one for one in DIMENSIONS if word and unit_value(word, one) is not None), None)
