"""Elo over many orders of the same battles, compiled; a battle is one 32-bit number."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from governance.catalogue.compiled import compiled
from governance.errors import BadInput
from governance.evaluation.ratings.cells import Floats

Packed = NDArray[np.uint32]
MODELS = 1 << 15
"""More names than these do not fit beside the outcome in 32 bits."""
HALVES = {"a": 2, "b": 0, "tie": 1, "both_bad": 1}
"""What the first shown gets, in halves of a win."""


def pack(battles: pl.DataFrame, models: Sequence[str]) -> Packed:
    """Write each battle as 15 bits of the first shown, 15 of the other, 2 of the outcome.

    Battles of a model with itself are left out.

    Args:
        battles: Columns model_a, model_b, outcome, in the order they came.
        models: All their names.

    Raises:
        BadInput: There are more than 32,768 models.
    """
    if len(models) > MODELS:
        fix = "rate fewer at once"
        raise BadInput(f"Elo over many orders takes at most {MODELS:,} models, not {len(models):,}", "the battles", fix)
    numbers = {name: place for place, name in enumerate(models)}
    kept = battles.lazy().filter(pl.col("model_a") != pl.col("model_b")).select(
        code=pl.col("model_a").replace_strict(numbers, return_dtype=pl.UInt32) * (1 << 17)
        + pl.col("model_b").replace_strict(numbers, return_dtype=pl.UInt32) * (1 << 2)
        + pl.col("outcome").replace_strict(HALVES, return_dtype=pl.UInt32)
    )  # fmt: skip
    packed: Packed = kept.collect()["code"].to_numpy().astype(np.uint32)
    return packed


def elo_in_order(packed: Packed, models: int, k: float, start: float) -> Floats:
    """Rate the battles one after the other as they stand.

    Source: Elo 1978; an expected score of 1 / (1 + 10 ** (difference / 400)).
    """
    rating = np.full((1, models), start, dtype=float)
    _kernels()[0](packed, np.array([k]), rating)
    found: Floats = rating[0]
    return found


def elo_over_orders(
    packed: Packed, models: int, ks: Sequence[float], start: float, permutations: int, seed: int
) -> Floats:
    """Rate the battles in many random orders, every K on the same orders.

    The answer depends on the seed alone, never on how many processors there are.

    Args:
        packed: As `pack` gives them.
        models: How many there are.
        ks: Step sizes, in points.
        start: What everybody starts with, in points.
        permutations: How many orders.
        seed: Of the orders.

    Returns:
        Points, shape (permutations, values of K, models).
    """
    seeds = np.random.SeedSequence(seed).generate_state(permutations, np.uint64)
    steps = np.array(ks, dtype=float)
    ratings = np.full((permutations, len(steps), models), start, dtype=float)
    run, shuffle = _kernels()

    def rate(some: NDArray[np.int64]) -> None:
        order = np.empty_like(packed)
        for number in some:
            shuffle(packed, seeds[number], order)
            run(order, steps, ratings[number])

    threads = max(1, min(os.cpu_count() or 1, permutations))
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(rate, np.array_split(np.arange(permutations), threads)))
    return ratings


@cache
def _kernels() -> tuple[Callable[..., None], Callable[..., None]]:
    run, shuffle = compiled(_run), compiled(_shuffle)
    tiny, order = np.array([4], dtype=np.uint32), np.empty(1, dtype=np.uint32)
    shuffle(tiny, np.uint64(1), order)  # compiled here, before several threads ask for it
    run(order, np.array([1.0]), np.zeros((1, 2)))
    return run, shuffle


def _run(order: Packed, steps: Floats, rating: Floats) -> None:
    scale = np.log(10.0) / 400.0
    for code in order:
        a, b, won = code >> np.uint32(17), (code >> np.uint32(2)) & np.uint32(0x7FFF), 0.5 * (code & np.uint32(3))
        for k in range(steps.size):
            gain = steps[k] * (won - 1.0 / (1.0 + np.exp((rating[k, b] - rating[k, a]) * scale)))
            rating[k, a] += gain
            rating[k, b] -= gain


def _shuffle(packed: Packed, seed: np.uint64, order: Packed) -> None:
    """Fill an array with another in random order: Fisher and Yates, numbers by splitmix64 (Steele et al. 2014)."""
    state = seed
    for place in range(packed.size):
        state += np.uint64(0x9E3779B97F4A7C15)
        mixed = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed = (mixed ^ (mixed >> np.uint64(31))) >> np.uint64(32)
        other = np.int64((mixed * np.uint64(place + 1)) >> np.uint64(32))
        order[place] = order[other]
        order[other] = packed[place]
