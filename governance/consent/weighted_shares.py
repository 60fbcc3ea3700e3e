"""Token-weighted shares of levels, with the interval that drawing the domains anew within their strata gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from governance.consent.level_grid import UNKNOWN, Levels
from governance.consent.vocabulary import RESTRICTIONS

BLOCK = 4096
"""Domains whose draws are held at a time, so that memory does not grow with the corpus."""
BOUNDS = (2.5, 97.5)

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Stratum:
    """Domains that are drawn together.

    Args:
        inside: Which they are.
        share: Of the corpus's tokens that they stand for; ``None`` for their own tokens.
    """

    inside: Mask
    share: float | None


@dataclass(frozen=True, slots=True)
class WeightedShares:
    """Shares by month and group, not a number where nothing is known.

    Args:
        shares: By month, group and level, in the order of the vocabulary.
        low: Lower bounds of 95%.
        high: Upper bounds.
        no_signal: Share of a group's tokens without a level.
        weight: By group, the share of all tokens that it stands for, with a level or not.
        n: Domains with one.
    """

    shares: Floats
    low: Floats
    high: Floats
    no_signal: Floats
    weight: Floats
    n: NDArray[np.int64]


def weighted_shares(
    levels: Levels, tokens: Floats, members: Mask, strata: Sequence[Stratum], *, draws: int, seed: int
) -> WeightedShares:
    """Estimate the share of tokens at each level.

    Within a stratum a share is of the tokens whose level is known; strata are then added by what they stand for.

    Args:
        levels: By domain, month and group; or one group for all where groups are of sites.
        tokens: By domain.
        members: By domain and group.
        strata: Which do not overlap.
        draws: Of the bootstrap; each domain counts a Poisson number of times in each.
        seed: Of the draws.

    Source: Chamandy et al. 2012, Estimating uncertainty for massive data streams (the Poisson bootstrap).

    >>> levels = np.array([[[2]], [[0]]], dtype=np.int8)
    >>> everyone = np.ones((2, 1), dtype=bool)
    >>> parts = [Stratum(np.array([True, False]), 0.1), Stratum(np.array([False, True]), 0.9)]
    >>> weighted_shares(levels, np.array([5.0, 5.0]), everyone, parts, draws=0, seed=0).shares.tolist()
    [[[0.9, 0.0, 0.1]]]
    """
    shape = (levels.shape[1], members.shape[1], len(RESTRICTIONS))
    point, drawn = np.zeros(shape), np.zeros((draws, *shape))
    weight, known, everything = np.zeros(shape[1]), np.zeros(shape[:2]), 0.0
    for place, stratum in enumerate(strata):
        at = np.flatnonzero(stratum.inside)
        sums, again = _sums(levels[at], tokens[at], members[at], draws, np.random.default_rng([seed, place]))
        point += _stand_for(sums, stratum.share)
        drawn += _stand_for(again, stratum.share)
        whole = tokens[at].sum()
        scale = 1.0 if stratum.share is None else stratum.share / whole if whole else 0.0
        everything += scale * whole
        weight += scale * (tokens[at] @ members[at])
        known += scale * sums[..., 1:].sum(axis=-1)
    n = np.stack([((levels[:, month] != UNKNOWN) & members).sum(axis=0) for month in range(shape[0])])
    low, high = _bounds(_to_shares(drawn), n)
    with np.errstate(invalid="ignore", divide="ignore"):
        no_signal = 1 - known / weight
    return WeightedShares(_to_shares(point), low, high, np.clip(no_signal, 0, 1), weight / (everything or 1.0), n)


def _sums(
    levels: Levels, tokens: Floats, members: Mask, draws: int, generator: np.random.Generator
) -> tuple[Floats, Floats]:
    """Add up, by month and group, the tokens with a known level, and those at each level; once, and for each draw."""
    shape = (levels.shape[1], members.shape[1], 1 + len(RESTRICTIONS))
    sums, again = np.zeros(shape), np.zeros((draws, *shape))
    for start in range(0, len(tokens), BLOCK):
        part, mine = levels[start : start + BLOCK], members[start : start + BLOCK, None, :]
        weight = tokens[start : start + BLOCK, None, None]
        columns = [np.broadcast_to(weight * (part != UNKNOWN), mine.shape[:1] + shape[:2])]
        columns += [weight * ((part == level) & mine) for level in range(len(RESTRICTIONS))]
        block = np.stack(columns, axis=-1)
        sums += block.sum(axis=0)
        if draws:
            counts = generator.poisson(1.0, (len(block), draws)).astype(np.float64)
            again += (counts.T @ block.reshape(len(block), -1)).reshape(draws, *shape)
    return sums, again


def _stand_for(sums: Floats, share: float | None) -> Floats:
    if share is None:
        return sums[..., 1:]
    known = sums[..., :1]
    return share * np.divide(sums[..., 1:], known, out=np.zeros_like(sums[..., 1:]), where=known > 0)


def _to_shares(levels: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        shares: Floats = levels / levels.sum(axis=-1, keepdims=True)
    return shares


def _bounds(drawn: Floats, n: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Give percentiles over the draws that hold something; none for fewer than two domains, or where all draws agree.

    Five sites that are all open do not show that every site is: the bootstrap cannot see what it never drew.
    """
    low, high = np.full(drawn.shape[1:], np.nan), np.full(drawn.shape[1:], np.nan)
    for month, group in np.argwhere(n > 1):
        some = drawn[:, month, group]
        some = some[~np.isnan(some).any(axis=1)]
        if len(some):
            bounds = np.percentile(some, BOUNDS, axis=0)
            low[month, group], high[month, group] = np.where(np.ptp(some, axis=0) > 0, bounds, np.nan)
    return low, high
