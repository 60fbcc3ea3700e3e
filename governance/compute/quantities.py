"""Numbers people write in words, with how sure they are: read once, then drawn, scaled and echoed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, model_validator
from scipy.special import ndtri

from governance.compute.reading import LONGEST_ECHO, distribution_named, read_numbers, shown
from governance.compute.units import UNIT_WORDS
from governance.compute.vocabulary import Dimension, Distribution
from governance.errors import BadInput

Z95 = 1.6448536269514722
"""The 95% quantile of the standard normal distribution: a 90% interval is plus and minus this."""
LARGEST = 1e40
SMALLEST = 1e-40
"""No quantity of the field is outside these, and no product of a few inside them overflows."""
BOUNDED: tuple[Dimension, ...] = ("fraction", "factor")
"""A plain range of these is uniform: they have hard ends, such as 1 or 100%."""


class Quantity(BaseModel, frozen=True):
    """A positive number with its uncertainty.

    The three numbers are the 5%, 50% and 95% quantiles of a log-normal; the least, middle and greatest of a uniform;
    the least, most likely and greatest of a triangular; and all the same where the number is exact.
    """

    low: float
    mid: float
    high: float
    distribution: Distribution
    dimension: Dimension
    text: str
    """As it was written; reading it again gives this quantity."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not 0 < self.low <= self.mid <= self.high < math.inf:
            raise ValueError("low, mid and high are finite, positive and in this order")
        if (self.distribution == "exact") != (self.low == self.high):
            raise ValueError("a quantity is exact where its ends are equal, and only there")
        return self

    @classmethod
    def of(cls, value: float, dimension: Dimension) -> Quantity:
        """Give an exact quantity."""
        return read_quantity(value, dimension)

    @property
    def is_exact(self) -> bool:
        """Tell whether the number is given without uncertainty."""
        return self.distribution == "exact"

    @property
    def mean(self) -> float:
        """Give the expected value; for a log-normal it is above the median."""
        if self.distribution == "lognormal":
            return math.exp(math.log(self.mid) + _log_sd(self) ** 2 / 2)
        if self.distribution == "triangular":
            return (self.low + self.mid + self.high) / 3
        return self.mid

    def quantile(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn shares of the probability into values: the inverse of the distribution function.

        Args:
            u: Numbers above 0 and below 1, of any shape.

        Returns:
            Values of the same shape, in the quantity's unit.

        >>> read_quantity("60 to 200 billion", "parameters").quantile(np.array([0.05, 0.95])).round()
        array([6.e+10, 2.e+11])
        """
        at = np.asarray(u, dtype=np.float64)
        if self.distribution == "lognormal":
            return np.asarray(np.exp(math.log(self.mid) + _log_sd(self) * ndtri(at)), dtype=np.float64)
        if self.distribution == "uniform":
            return self.low + at * (self.high - self.low)
        if self.distribution == "triangular":
            width, rise = self.high - self.low, self.mid - self.low
            left = self.low + np.sqrt(at * width * rise)
            right = self.high - np.sqrt((1 - at) * width * (self.high - self.mid))
            return np.where(at < rise / width, left, right)
        return np.full(at.shape, self.mid)

    def scaled(self, factor: float) -> Quantity:
        """Give the quantity times a positive number, in the same dimension."""
        ends = [self.low * factor, self.mid * factor, self.high * factor]
        return _spread(ends, self.distribution, self.dimension, None, f"{factor} times {self.text[:LONGEST_ECHO]}")

    def echo(self) -> str:
        """Say how the number was read, with its unit.

        >>> read_quantity("60-200B", "parameters").echo()
        '60 billion to 200 billion parameters (90% interval, log-normal)'
        """
        unit = UNIT_WORDS[self.dimension]
        low, mid, high = (_in_words(one, self.dimension) for one in (self.low, self.mid, self.high))
        ending = f" {unit}" if unit else ""
        said: dict[Distribution, str] = {
            "exact": f"{mid}{ending}",
            "lognormal": f"{low} to {high}{ending} (90% interval, log-normal)",
            "uniform": f"{low} to {high}{ending} (uniform)",
            "triangular": f"{low} to {high}{ending}, most likely {mid} (triangular)",
        }
        return said[self.distribution]


def read_quantity(
    text: str | float | Mapping[str, object] | Quantity, dimension: Dimension, where: str | None = None
) -> Quantity:
    """Read a number, or a range of numbers, as people write them.

    A plain range is the 90% interval of a log-normal; of a fraction or a factor it is uniform.

    Args:
        text: "70B", "1e25", "60 to 200 billion", "2-10 %", "3 months", "triangular(1, 1.05, 1.6)", a number, or a
            mapping with low and high and, where wanted, mid and distribution.
        dimension: What the number measures.
        where: Where the text stands, for a refusal.

    Raises:
        BadInput: If it is no positive number of that dimension.

    >>> read_quantity("15T", "tokens").mid
    15000000000000.0
    >>> read_quantity("35", "fraction")
    Traceback (most recent call last):
    governance.errors.BadInput: 35 is above 1 (fraction). write 35 % if a percentage is meant
    """
    place = where or dimension.replace("_", " ")
    if isinstance(text, Quantity):
        if text.dimension != dimension:
            raise BadInput(f"'{shown(text.text)}' is in {text.dimension}", place, f"give it in {dimension}")
        return text
    if isinstance(text, Mapping):
        return _read_mapping(text, dimension, place)
    if isinstance(text, bool) or not isinstance(text, (str, int, float)):
        raise BadInput(f"'{shown(str(text))}' is not a number", place, "write a number such as 70B or 1e25")
    if isinstance(text, str):
        values, distribution = read_numbers(text.strip(), dimension, place)
        return _spread(values, distribution or _default(dimension), dimension, text.strip(), place)
    try:
        value = float(text)
    except OverflowError:
        value = math.inf
    return _spread([value], "exact", dimension, repr(value), place)


def _read_mapping(given: Mapping[str, object], dimension: Dimension, where: str) -> Quantity:
    extra = sorted(str(key) for key in set(given) - {"low", "mid", "high", "distribution"})
    if extra or "low" not in given or "high" not in given:
        wrong = f"'{shown(extra[0])}' is not a part of a range" if extra else "a range lacks low or high"
        raise BadInput(wrong, where, "give low and high, and where wanted mid and distribution")
    keys = [key for key in ("low", "mid", "high") if key != "mid" or given.get(key) is not None]
    values = [_read_end(given[key], dimension, f"{where}, {key}") for key in keys]
    word = given.get("distribution")
    if word is None:
        return _spread(values, "triangular" if len(values) == 3 else _default(dimension), dimension, None, where)
    read = _spread(values, distribution_named(str(word), where), dimension, None, where)
    if len(values) == 3 and not math.isclose(read.mid, values[1], rel_tol=1e-6):
        raise BadInput(f"the mid of a {word} range follows from its ends", where, "leave mid out, or write triangular")
    return read


def _read_end(part: object, dimension: Dimension, where: str) -> float:
    if isinstance(part, (str, int, float)):
        read = read_quantity(part, dimension, where)
        if read.is_exact:
            return read.mid
    raise BadInput(f"'{shown(str(part))}' is not one number", where, "write a number such as 70B or 1e25")


def _spread(
    values: Sequence[float], distribution: Distribution, dimension: Dimension, text: str | None, where: str
) -> Quantity:
    """Check the numbers and make the quantity; the middle of a log-normal or uniform follows from its ends."""
    wanted = {"exact": (1, 3), "lognormal": (2, 3), "uniform": (2, 3), "triangular": (3, 3)}[distribution]
    if len(values) not in wanted or (text is not None and len(values) != wanted[0]):
        raise BadInput(
            f"{distribution} with {len(values)} numbers",
            where,
            f"give {distribution} {wanted[0]} numbers, split by commas",
        )
    for value in values:
        _check(value, distribution, dimension, where)
    low, high = values[0], values[-1]
    if low > high:
        raise BadInput(f"{low:.12g} is above {high:.12g}", where, "write the lower number first, each with its unit")
    if not low <= values[len(values) // 2] <= high:
        raise BadInput(f"{values[1]:.12g} is outside {low:.12g} to {high:.12g}", where, "write low, most likely, high")
    if low == high:
        return _quantity((low, low, low), "exact", dimension, text)
    middle = {"lognormal": math.sqrt(low) * math.sqrt(high), "uniform": low + (high - low) / 2}
    mid = min(max(middle.get(distribution, values[1]), low), high)
    return _quantity((low, mid, high), distribution, dimension, text)


def _quantity(
    three: tuple[float, float, float], distribution: Distribution, dimension: Dimension, text: str | None
) -> Quantity:
    low, mid, high = three
    canonical = {
        "exact": repr(mid),
        "triangular": f"triangular({low!r}, {mid!r}, {high!r})",
    }.get(distribution, f"{distribution}({low!r}, {high!r})")
    return Quantity(low=low, mid=mid, high=high, distribution=distribution, dimension=dimension, text=text or canonical)


def _check(value: float, distribution: Distribution, dimension: Dimension, where: str) -> None:
    if math.isnan(value):
        raise BadInput("nan is not a number", where, "write a number, or leave the input out")
    if value > LARGEST:
        raise BadInput("the number is too large", where, f"write a number up to {LARGEST:.0e}")
    if value < 0:
        raise BadInput(f"{value:.12g} is below zero", where, "write a number above zero")
    if value < SMALLEST:
        raise BadInput("the number is zero", where, "write a number above zero, or leave the input out")
    if dimension == "fraction" and value > 1:
        hint = (
            f"write {value:.12g} % if a percentage is meant" if 2 < value <= 100 else "write a share up to 1 or 100 %"
        )
        raise BadInput(f"{value:.12g} is above 1", where, hint)
    if dimension == "fraction" and distribution == "lognormal":
        raise BadInput("a log-normal fraction can pass 1", where, "write uniform(low, high) or triangular")


def _default(dimension: Dimension) -> Distribution:
    return "uniform" if dimension in BOUNDED else "lognormal"


def _log_sd(quantity: Quantity) -> float:
    return (math.log(quantity.high) - math.log(quantity.low)) / (2 * Z95)


def _in_words(value: float, dimension: Dimension) -> str:
    if dimension == "fraction":
        return f"{value * 100:.12g}%"
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if size <= value < 1e15:
            return f"{value / size:.12g} {word}"
    return f"{value:,.12g}".replace("e+", "e")
