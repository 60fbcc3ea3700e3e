"""Agreement beyond chance: Cohen's kappa, Krippendorff's alpha, shares with intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from governance.evaluation.ratings.cells import Floats
from governance.evaluation.sample_size import wilson


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure with its 95% interval by bootstrap.

    Args:
        value: ``None``: not defined for these votes.
        low, high: Percentiles 2.5 and 97.5; ``None`` without resamples.
    """

    value: float | None
    low: float | None = None
    high: float | None = None

    @classmethod
    def of(cls, figure: Callable[[Floats], float | None], parts: Floats, weights: Floats) -> Self:
        """Measure the sum of parts, and sums of parts drawn again.

        Args:
            figure: Of one summed part.
            parts: One an item.
            weights: How often each item is drawn, shape (resamples, items).
        """
        sums = np.tensordot(weights, parts, axes=1)
        return cls(figure(parts.sum(axis=0)), *_ends([figure(one) for one in sums]))

    @classmethod
    def of_items(cls, figure: Callable[..., float | None], parts: Floats, weights: Floats) -> Self:
        """Measure items, and items drawn again; the figure takes the parts and a weight of each."""
        return cls(figure(parts), *_ends([figure(parts, one) for one in weights]))


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its Wilson interval.

    Args:
        count: Of those that are so.
        n: Of all.
        value, low, high: ``None`` where n is 0.
    """

    count: int
    n: int
    value: float | None
    low: float | None
    high: float | None

    @classmethod
    def of(cls, count: int, n: int) -> Self:
        """Give the share, 95% interval.

        >>> round(Share.of(8, 10).low, 3), round(Share.of(8, 10).high, 3)
        (0.49, 0.943)
        """
        if n == 0:
            return cls(count, n, None, None, None)
        ends = wilson(count / n, n)
        return cls(count, n, count / n, ends.low, ends.high)


def cohen_kappa(ratings: Sequence[object], others: Sequence[object]) -> float | None:
    """Give Cohen's kappa of two judges; ``None`` where both always say the same one word.

    Source: Cohen 1960.

    >>> cohen_kappa("aabb", "abbb")
    0.5
    """
    words = sorted({*ratings, *others}, key=str)
    table = np.zeros((len(words), len(words)))
    for one, two in zip(ratings, others, strict=True):
        table[words.index(one), words.index(two)] += 1
    return kappa_of_table(table)


def kappa_of_table(table: Floats) -> float | None:
    """Give Cohen's kappa of a square table of counts."""
    total = table.sum()
    if total == 0:
        return None
    share = table / total
    chance = float(share.sum(axis=1) @ share.sum(axis=0))
    return None if chance > 1 - 1e-12 else float((np.trace(share) - chance) / (1 - chance))


def krippendorff_alpha(ratings: Sequence[Sequence[object]]) -> float | None:
    """Give Krippendorff's alpha for words without an order.

    Args:
        ratings: One list a judge, one place an item; ``None`` where a judge said nothing.

    Returns:
        ``None`` where no item has two ratings or all ratings are one word.

    Source: Krippendorff 2011, Computing Krippendorff's alpha-reliability.

    >>> krippendorff_alpha([["a", "a", "b", "b"], ["a", "a", "b", "a"]])
    0.533...
    """
    words = sorted({word for judge in ratings for word in judge if word is not None}, key=str)
    counts = [[sum(said == word for said in item) for word in words] for item in zip(*ratings, strict=True)]
    return alpha_of_counts(np.array(counts, dtype=float).reshape(-1, len(words)))


def alpha_of_counts(counts: Floats, weights: Floats | None = None) -> float | None:
    """Give nominal alpha of how often each item was given each word, shape (items, words), items perhaps weighted."""
    heavy = np.ones(len(counts)) if weights is None else weights
    votes = counts.sum(axis=1)
    used = votes > 1
    counts, votes, heavy = counts[used], votes[used], heavy[used]
    totals = heavy @ counts
    n = totals.sum()
    if n == 0:
        return None
    agreeing = heavy @ ((counts * (counts - 1)).sum(axis=1) / (votes - 1))
    by_chance = (totals * (totals - 1)).sum() / (n - 1)
    return None if n - by_chance < 1e-9 else float(1 - (n - agreeing) / (n - by_chance))


def resampled(group: NDArray[np.int64], resamples: int, seed: int) -> Floats:
    """Draw groups again; give how often each item is drawn, shape (resamples, items)."""
    count = int(group.max(initial=-1)) + 1
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=resamples)
    weights: Floats = drawn[:, group].astype(float)
    return weights


def _ends(found: Sequence[float | None]) -> tuple[float | None, float | None]:
    known = [one for one in found if one is not None]
    if not known or len(known) < len(found) / 2:
        return None, None
    low, high = np.percentile(known, (2.5, 97.5))
    return float(low), float(high)
