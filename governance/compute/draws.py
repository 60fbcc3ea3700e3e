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
CHUNK_NUMBERS = 300_000
"""Numbers drawn at a time for a large history, so that memory does not grow with it."""
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
    """One product: log mean, own spread and the further streams it multiplies in."""

    mean: float
    own: int | None
    own_sd: float
    shared: tuple[tuple[int, float], ...]
    other: tuple[tuple[int, Quantity], ...]


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
    def chunk(self) -> int:
        """Give how many draws are held at a time."""
        wide = len(self.columns) + len(self.spreads)
        return max(64, min(CHUNK, CHUNK_NUMBERS // max(1, wide)))


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
        columns.append(_Column(_log_mean(term), own, own_sd, shared, other))
    return Plan(tuple(columns), tuple(spreads))


def draw(plan: Plan, draws: int, seed: int) -> Iterator[tuple[Floats, Floats]]:
    """Draw the products, a chunk at a time; the arrays are used again for the next chunk.

    Args:
        plan: What to draw.
        draws: How many, a count.
        seed: The same seed gives the same numbers for the same names, whatever else is drawn.

    Yields:
        Products (columns by draws) and the numbers of the streams (spreads by draws: standard normal or uniform).
    """
    if not 1 <= draws <= MAX_DRAWS:
        raise BadInput(f"{draws:,} draws", "draws", f"ask for 1 to {MAX_DRAWS:,}")
    streams = [generator(seed, spread.key) for spread in plan.spreads]
    size = min(plan.chunk, draws)
    numbers = np.empty((len(plan.spreads), size))
    products = np.empty((len(plan.columns), size))
    constant = [place for place, one in enumerate(plan.columns) if not (one.own is not None or one.shared or one.other)]
    varying = [(place, one) for place, one in enumerate(plan.columns) if one.own is not None or one.shared or one.other]
    for place in constant:
        products[place] = math.exp(plan.columns[place].mean)
    for start in range(0, draws, size):
        now = min(size, draws - start)
        drawn, made = numbers[:, :now], products[:, :now]
        for place, spread in enumerate(plan.spreads):
            row = numbers[place, :now]
            if spread.normal:
                streams[place].standard_normal(out=row)
            else:
                streams[place].random(out=row)
        for place, column in varying:
            _fill(made[place], column, drawn)
        yield made, drawn


def uniform_of(plan: Plan, place: int, drawn: Floats) -> Floats:
    """Give the numbers of one stream as shares of probability."""
    return np.asarray(ndtr(drawn[place])) if plan.spreads[place].normal else drawn[place]


def generator(seed: int, name: str) -> np.random.Generator:
    """Give the stream of random numbers that belongs to a name and a seed."""
    digest = hashlib.blake2b(name.encode(), digest_size=16).digest()
    words = [int.from_bytes(digest[at : at + 4], "little") for at in range(0, 16, 4)]
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence([seed, *words])))


def log_sd(quantity: Quantity) -> float:
    """Give the standard deviation of a log-normal's natural log."""
    return math.log(quantity.high / quantity.low) / (2 * Z95)


def _fill(row: Floats, column: _Column, drawn: Floats) -> None:
    if column.own is None:
        row.fill(column.mean)
    else:
        np.multiply(drawn[column.own], column.own_sd, out=row)
        row += column.mean
    for place, sd in column.shared:
        row += sd * drawn[place]
    np.exp(row, out=row)
    for place, quantity in column.other:
        row *= quantity.quantile(drawn[place])


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
