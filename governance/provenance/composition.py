"""What a selection is made of, beside another: shares with intervals, and how concentrated it is."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal, get_args

import numpy as np
import polars as pl
from pydantic import BaseModel

from governance.catalogue.vocabulary import AUTHORSHIPS, USE_CLASSES
from governance.errors import BadInput

SEED = 20_231_025
RESAMPLES = 1_000
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to take a selection apart.

    Args:
        field: Column of the datasets' frame.
        label: Its name on the page.
        help: What a share means there.
    """

    field: str
    label: str
    help: str


DIMENSIONS: tuple[Dimension, ...] = (
    Dimension("licence_use", "Licence use", "Share of datasets by what their own licences allow"),
    Dimension("effective_use", "Effective use", "Share by what is left once everything behind them counts"),
    Dimension("authorship", "Written by", "Share written by people, by models, or both"),
    Dimension("modality", "Modality", "Share of text, speech and video"),
    Dimension("language", "Language", "Share of datasets that contain the language; one may contain many"),
    Dimension("language_family", "Language family", "Share of datasets with a language of the family"),
    Dimension("task_group", "Task group", "Share of datasets with a task of the group"),
    Dimension("domain", "Domain", "Share of datasets with text from the domain"),
    Dimension("creator_country", "Creator country", "Share of datasets with a creator there"),
    Dimension("creator_kind", "Creator kind", "Share of datasets with a creator of the kind"),
    Dimension("data_format", "Format", "Share of datasets with the format"),
    Dimension("year", "Year", "Share of datasets by year of release"),
)
DIMENSIONS_BY_FIELD = {dimension.field: dimension for dimension in DIMENSIONS}
NATURAL: dict[str, tuple[str, ...]] = {
    "licence_use": USE_CLASSES,
    "effective_use": USE_CLASSES,
    "authorship": AUTHORSHIPS,
}
"""Dimensions whose values have an order of their own, beside the years."""

Order = Literal["share", "gap"]
"""Largest share in either selection first, or widest gap between them first."""
ORDERS: tuple[Order, ...] = get_args(Order)


class Share(BaseModel, frozen=True):
    """How much of a selection has a value.

    Args:
        value: The value; ``None`` is "not stated".
        count: Datasets that have it.
        n: Datasets in the selection.
        share: ``count / n``; ``None`` when the selection is empty.
        low, high: 95% interval of the share, by Wilson's score.
    """

    value: str | None
    count: int
    n: int
    share: float | None
    low: float | None
    high: float | None


class Difference(BaseModel, frozen=True):
    """One value in two selections, and how far their shares lie apart.

    Args:
        difference: Share in the first less share in the second.
        low, high: 95% interval by Newcombe's method; ``None`` when a side is empty.
        clear: Whether the interval leaves out zero; ``None`` when it cannot be told.
    """

    value: str | None
    first: Share
    second: Share
    difference: float | None
    low: float | None
    high: float | None
    clear: bool | None


class Concentration(BaseModel, frozen=True):
    """How unevenly the datasets spread over the values, as a Gini coefficient.

    Args:
        gini: 0 for an even spread, towards 1 when few values hold nearly all; ``None`` below two values.
        low, high: 95% percentile interval over datasets drawn again with replacement.
        values: Distinct values.
        n: Datasets that state one.
        stated: Pairs of dataset and value counted.
    """

    gini: float | None
    low: float | None
    high: float | None
    values: int
    n: int
    stated: int


def composition(frame: pl.DataFrame, dimension: str) -> tuple[Share, ...]:
    """Take a selection apart by one dimension, largest share first.

    Args:
        frame: Datasets, as `governance.provenance.datasets` gives them.
        dimension: A field of `DIMENSIONS`.

    Raises:
        BadInput: There is no such dimension.

    >>> frame = pl.DataFrame({"language": [["swh"], ["swh", "eng"], []]})
    >>> [(share.value, share.count) for share in composition(frame, "language")]
    [('swh', 2), ('eng', 1), (None, 1)]
    """
    counts = Counter(value for values in _values(frame, dimension) for value in values)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0] is None, str(item[0])))
    return tuple(share_of(value, number, frame.height) for value, number in ordered)


def compare(first: pl.DataFrame, second: pl.DataFrame, dimension: str) -> tuple[Difference, ...]:
    """Set two selections side by side on one dimension, widest gap first.

    Datasets in both selections count on both sides, so the interval treats them as independent.

    Source: Newcombe 1998, method 10, for the interval of a difference of two shares.
    """
    sides = [{share.value: share for share in composition(frame, dimension)} for frame in (first, second)]
    found = []
    for value in dict.fromkeys([*sides[0], *sides[1]]):
        one = sides[0].get(value) or share_of(value, 0, first.height)
        other = sides[1].get(value) or share_of(value, 0, second.height)
        found.append(difference_of(value, one, other))
    return tuple(sorted(found, key=lambda one: (-abs(one.difference or 0.0), one.value is None, str(one.value))))


def ordered(
    differences: Sequence[Difference], dimension: str, order: Order = "share", limit: int | None = None
) -> tuple[Difference, ...]:
    """Put values in the order to show them; years and classes keep their own, "not stated" goes last.

    Args:
        differences: As `compare` gives them.
        dimension: A field of `DIMENSIONS`.
        order: What comes first where the dimension has no order of its own.
        limit: Keep only so many: those that come first by ``order``, whatever the dimension.

    >>> frame = pl.DataFrame({"year": [2021, 2019, 2021]})
    >>> [one.value for one in ordered(compare(frame, frame, "year"), "year")]
    ['2019', '2021']
    """
    rank = {value: position for position, value in enumerate(NATURAL.get(dimension, ()))}

    def size(one: Difference) -> tuple[bool, float, str]:
        shares = max(one.first.share or 0.0, one.second.share or 0.0)
        return one.value is None, -(shares if order == "share" else abs(one.difference or 0.0)), str(one.value)

    def own(one: Difference) -> tuple[bool, int, str]:
        return one.value is None, rank.get(str(one.value), len(rank)), str(one.value)

    first = sorted(differences, key=size)[:limit]
    return tuple(sorted(first, key=own) if rank or dimension == "year" else first)


def overlap(first: pl.DataFrame, second: pl.DataFrame) -> int:
    """Count the datasets, by id, that both selections hold.

    >>> overlap(pl.DataFrame({"id": ["a", "b"]}), pl.DataFrame({"id": ["b", "c"]}))
    1
    """
    return len(set(first["id"].to_list()) & set(second["id"].to_list()))


def concentration(
    frame: pl.DataFrame, dimension: str, *, seed: int = SEED, resamples: int = RESAMPLES
) -> Concentration:
    """Tell how concentrated a selection is over the values of one dimension.

    Args:
        frame: Datasets.
        dimension: A field of `DIMENSIONS`.
        seed: Of the resampling; the same seed gives the same interval.
        resamples: How often the datasets are drawn again.

    Source: the Gini coefficient of the counts; percentile bootstrap over datasets.
    """
    rows = [[value for value in values if value is not None] for values in _values(frame, dimension)]
    rows = [row for row in rows if row]
    names = sorted({value for row in rows for value in row})
    number = {name: position for position, name in enumerate(names)}
    owner = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    value = np.array([number[one] for row in rows for one in row], dtype=np.int64)
    counts = np.bincount(value, minlength=len(names))
    estimate = gini(counts.tolist())
    low = high = None
    if estimate is not None and len(rows) > 1:
        rng = np.random.default_rng(seed)
        draws = []
        for _ in range(resamples):
            weights = np.bincount(rng.integers(0, len(rows), len(rows)), minlength=len(rows))
            again = gini(np.bincount(value, weights=weights[owner], minlength=len(names)).tolist())
            draws.append(0.0 if again is None else again)
        low, high = (float(bound) for bound in np.quantile(draws, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2]))
    return Concentration(gini=estimate, low=low, high=high, values=len(names), n=len(rows), stated=len(value))


def gini(counts: Sequence[float]) -> float | None:
    """Give the Gini coefficient of some counts; ``None`` below two values or when all are zero.

    >>> gini([1, 1, 1, 1]), gini([0, 0, 0, 1])
    (0.0, 0.75)
    """
    ordered = np.sort(np.asarray(counts, dtype=np.float64))
    n, total = len(ordered), float(ordered.sum())
    if n < 2 or total == 0:
        return None
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * total))


def wilson(count: int, n: int) -> tuple[float, float] | None:
    """Give the 95% score interval of a share; ``None`` for an empty base.

    Source: Wilson 1927.

    >>> [round(bound, 3) for bound in wilson(8, 10)]
    [0.49, 0.943]
    """
    if n == 0:
        return None
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    share = count / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, centre - half), min(1.0, centre + half)


def share_of(value: str | None, count: int, n: int) -> Share:
    """Give a share with its 95% Wilson interval.

    >>> share_of("swh", 0, 0).share is None
    True
    """
    bounds = wilson(count, n)
    low, high = bounds or (None, None)
    return Share(value=value, count=count, n=n, share=count / n if n else None, low=low, high=high)


def difference_of(value: str | None, one: Share, other: Share) -> Difference:
    """Give the difference of two independent shares with its 95% Newcombe interval.

    >>> difference_of("swh", share_of("swh", 56, 70), share_of("swh", 48, 80)).clear
    True
    """
    if one.share is None or other.share is None or one.low is None or other.low is None:
        return Difference(value=value, first=one, second=other, difference=None, low=None, high=None, clear=None)
    gap = one.share - other.share
    low = gap - math.hypot(one.share - one.low, (other.high or 0.0) - other.share)
    high = gap + math.hypot((one.high or 0.0) - one.share, other.share - other.low)
    return Difference(
        value=value, first=one, second=other, difference=gap, low=low, high=high, clear=not low <= 0 <= high
    )


def _values(frame: pl.DataFrame, dimension: str) -> list[list[str | None]]:
    if dimension not in DIMENSIONS_BY_FIELD:
        known = ", ".join(DIMENSIONS_BY_FIELD)
        raise BadInput(f"'{dimension}' is not a dimension", "option dimension", f"use one of {known}")
    cells = frame[dimension].to_list()
    if isinstance(frame.schema[dimension], pl.List):
        return [list(cell) or [None] for cell in cells]
    return [[None if cell is None else str(cell)] for cell in cells]
