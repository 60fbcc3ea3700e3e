"""Draw the compute of many runs at once: in chunks, each uncertain number from a stream of its own."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from governance.compute.quantities import Z95, Quantity
from governance.compute.terms import Factor, Term
from governance.errors import BadInput

Floats = NDArray[np.float64]

CHUNK = 4_096
HELD_NUMBERS = 1_000_000
"""Numbers of shared streams held at a time, so that memory does not grow with the history."""
LARGEST_LOG = 600.0
"""Natural log of a total that could not be held as a number after a few more products."""
MAX_DRAWS = 2_000_000


@dataclass(frozen=True, slots=True)
class Spread:
    """One stream of random numbers and the inputs that ride on it.

    Args:
        key: Name of the stream; the numbers depend on it and the seed alone.
        normal: Log-normal inputs collapse into one normal number; any other input has a uniform number of its own.
        inputs: Key of each input and its correlation with the stream.
        weight: Standard deviation of the log, a first guess of how much the stream matters.
    """

    key: str
    normal: bool
    inputs: tuple[tuple[str, float], ...]
    weight: float


@dataclass(frozen=True, slots=True)
class _Column:
    """One product: its value if exact, else log mean, own spread and the further streams it multiplies in."""

    exact: float | None
    mean: float
    own: int | None
    own_sd: float
    shared: tuple[tuple[int, float], ...]
    other: tuple[tuple[int, Quantity], ...]

    @property
    def streams(self) -> list[int]:
        own = [] if self.own is None else [self.own]
        return own + [place for place, _ in self.shared] + [place for place, _ in self.other]


@dataclass(frozen=True, slots=True)
class Plan:
    """How to draw some products: independent log-normal factors of one product are one number.

    Args:
        columns: One a product, in the order given.
        spreads: The streams.
    """

    columns: tuple[_Column, ...]
    spreads: tuple[Spread, ...]

    @property
    def shared(self) -> tuple[int, ...]:
        """Give the streams that more than one product needs."""
        uses = Counter(place for one in self.columns for place in one.streams)
        return tuple(place for place, times in sorted(uses.items()) if times > 1)


def plan_draws(terms: Sequence[Term]) -> Plan:
    """Work out the streams that some products need.

    Args:
        terms: Products; factors of equal keys are one number wherever they stand.

    Raises:
        BadInput: A product is too large to be held.

    >>> from governance.compute.history_files import quick_history
    >>> from governance.compute.terms import terms_of
    >>> run = quick_history("60-200B", "8-25T", epochs="triangular(1, 1.05, 1.6)").runs[0]
    >>> [(spread.key, len(spread.inputs)) for spread in plan_draws(terms_of(run)).spreads]
    [('run:run', 2), ('input:run/epochs', 1)]
    """
    uses = Counter(key for term in terms for key in {factor.key for factor in term.factors})
    spreads: list[Spread] = []
    places: dict[str, int] = {}

    def stream(key: str, normal: bool, inputs: tuple[tuple[str, float], ...], weight: float) -> int:
        if key not in places:
            places[key] = len(spreads)
            spreads.append(Spread(key, normal, inputs, weight))
        return places[key]

    names: Counter[str] = Counter()
    columns = []
    for term in terms:
        uncertain = [factor for factor in term.factors if not factor.quantity.is_exact]
        normal = [factor for factor in uncertain if factor.quantity.distribution == "lognormal"]
        private = [factor for factor in normal if uses[factor.key] == 1]
        own_sd = math.sqrt(sum(log_sd(factor.quantity) ** 2 for factor in private))
        names[term.run] += 1
        own = None
        if private:
            key = f"run:{term.run}" if names[term.run] == 1 else f"run {names[term.run]}:{term.run}"
            rides = tuple((factor.key, log_sd(factor.quantity) / own_sd) for factor in private)
            own = stream(key, True, rides, own_sd)
        shared = tuple(
            (stream(one.key, True, ((one.key, 1.0),), log_sd(one.quantity)), log_sd(one.quantity))
            for one in normal
            if uses[one.key] > 1
        )
        other = tuple(
            (stream(one.key, False, ((one.key, 1.0),), _rough_sd(one.quantity)), one.quantity)
            for one in uncertain
            if one.quantity.distribution != "lognormal"
        )
        exact = None if uncertain else term.at_middle()
        columns.append(_Column(exact, _log_mean(term), own, own_sd, shared, other))
    return Plan(tuple(columns), tuple(spreads))


class Drawer:
    """Draws the products of a plan, one at a time within each chunk of draws.

    Args:
        plan: What to draw.
        draws: How many, a count.
        seed: The same seed gives the same numbers for the same names, whatever else is drawn.
        keep: Streams whose numbers are asked for after the products are made.

    >>> from governance.compute.history_files import quick_history
    >>> from governance.compute.terms import terms_of
    >>> drawer = Drawer(plan_draws(terms_of(quick_history("7B", "1-2T").runs[0])), 3, seed=1)
    >>> [int((drawer.product(0, np.empty(size)) > 0).sum()) for size in drawer.chunks()]
    [3]
    """

    def __init__(self, plan: Plan, draws: int, seed: int, keep: Sequence[int] = ()) -> None:
        self.plan, self.draws = plan, draws
        self.streams = [generator(seed, spread.key) for spread in plan.spreads]
        places = sorted({*plan.shared, *keep})
        self.size = min(draws, CHUNK, max(64, HELD_NUMBERS // max(1, len(places))))
        self.held: dict[int, Floats] = {place: np.empty(self.size) for place in places}
        self.scratch = np.empty(self.size)

    def chunks(self) -> Iterator[int]:
        """Go through the draws; give the size of each chunk, whose products are then to be made in turn."""
        for start in range(0, self.draws, self.size):
            now = min(self.size, self.draws - start)
            for place, row in self.held.items():
                self._numbers(place, row[:now])
            yield now

    def product(self, place: int, row: Floats) -> Floats:
        """Make the draws of one product in a row; once a chunk for each product."""
        column, now = self.plan.columns[place], row.size
        if column.exact is not None:
            # Not by way of logs: an exact figure must stay on its side of a line.
            row.fill(column.exact)
            return row
        if column.own is None:
            row.fill(column.mean)
        elif column.own in self.held:
            np.multiply(self.held[column.own][:now], column.own_sd, out=row)
            row += column.mean
        else:
            self._numbers(column.own, row)
            row *= column.own_sd
            row += column.mean
        for stream, sd in column.shared:
            row += sd * self.held[stream][:now]
        np.exp(row, out=row)
        for stream, quantity in column.other:
            numbers = self.held[stream][:now] if stream in self.held else self.scratch[:now]
            if stream not in self.held:
                self._numbers(stream, numbers)
            row *= quantity.quantile(numbers)
        return row

    def shares(self, stream: int, size: int) -> Floats:
        """Give the numbers of a kept stream as shares of probability."""
        numbers = self.held[stream][:size]
        return np.asarray(ndtr(numbers)) if self.plan.spreads[stream].normal else numbers

    def _numbers(self, stream: int, row: Floats) -> None:
        if self.plan.spreads[stream].normal:
            self.streams[stream].standard_normal(out=row)
        else:
            self.streams[stream].random(out=row)


def generator(seed: int, name: str) -> np.random.Generator:
    """Give the stream of random numbers that belongs to a name and a seed."""
    digest = hashlib.blake2b(name.encode(), digest_size=16).digest()
    words = [int.from_bytes(digest[at : at + 4], "little") for at in range(0, 16, 4)]
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence([seed, *words])))


def check_draws(draws: int, seed: int) -> None:
    """Refuse a number of draws or a seed that cannot be used.

    Raises:
        BadInput: There are no draws, too many, or the seed is below zero.
    """
    if not 1 <= draws <= MAX_DRAWS:
        raise BadInput(f"{draws:,} draws are asked for", "draws", f"ask for 1 to {MAX_DRAWS:,}")
    if not 0 <= seed < 2**63:
        raise BadInput(f"the seed {seed} cannot be used", "seed", "give a whole number from 0")


def log_sd(quantity: Quantity) -> float:
    """Give the standard deviation of a log-normal's natural log."""
    return math.log(quantity.high / quantity.low) / (2 * Z95)


def _log_mean(term: Term) -> float:
    """Add the logs of all that is exact or log-normal; the other factors multiply in as drawn."""
    plain = [one for one in term.factors if one.quantity.distribution in ("exact", "lognormal")]
    mean = math.log(term.constant) + sum(math.log(one.quantity.mid) for one in plain)
    most = math.log(term.constant) + sum(math.log(one.quantity.high) for one in term.factors)
    if most > LARGEST_LOG / 2:
        raise BadInput("the product of its inputs is too large", f"run {term.run}", "check the units of its inputs")
    return mean


def _rough_sd(quantity: Quantity) -> float:
    return math.log(quantity.high / quantity.low) / 4


def amount_term(name: str, quantity: Quantity) -> Term:
    """Make a product of one amount, to be drawn beside the runs."""
    key = f"amount:{name}"
    return Term(key, 1.0, (Factor(key, quantity),))
