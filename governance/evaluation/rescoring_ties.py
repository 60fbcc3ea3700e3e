"""How much of a count of moved models is the tie rule, the order of the rows, and digits that rounding cut off."""

from __future__ import annotations

import numpy as np
import polars as pl
from pydantic import BaseModel

from governance.evaluation.groups.ranks import TIE_RULES, Floats, TieRule, ranks
from governance.evaluation.vocabulary import Better

ORDERS = 200
MOST_DIGITS = 15
CLOSE = 1e-12
LOW, HIGH = 2.5, 97.5


def moved_by_rule(moves: pl.DataFrame, better: Better, *, orders: int = ORDERS, seed: int = 0) -> dict[str, int]:
    """Count the models that move under each tie rule, and over how wide a range ``first`` lets row order decide.

    Args:
        moves: Of one ranking.
        better: Which way a score is better.
        orders: Random orders of the rows to try.
        seed: Of these.

    Returns:
        Counts under min, first and average, and the least and most under first over the orders.
    """
    pair = moves.select("score_from", "score_to").to_numpy().T
    counts = {str(rule): _moved(pair, better, rule) for rule in TIE_RULES}
    generator = np.random.default_rng(seed)
    tried = [_moved(pair[:, generator.permutation(pair.shape[1])], better, "first") for _ in range(orders)]
    return {**counts, "first_least": min(tried), "first_most": max(tried)}


class MovedRange(BaseModel, frozen=True):
    """How many models may have moved, given the digits that rounding cut off.

    Args:
        digits: Decimal places that are stated.
        low, high: 95% range of the count, the cut digits drawn evenly.
        least, most: Over all draws.
        draws, seed: Settings.
    """

    digits: int
    low: float
    high: float
    least: int
    most: int
    draws: int
    seed: int


def moved_range(moves: pl.DataFrame, better: Better, digits: int, *, draws: int = ORDERS, seed: int = 0) -> MovedRange:
    """Count the models that move again and again, with the digits drawn that rounding cut off.

    Args:
        moves: Of one ranking.
        better: Which way a score is better.
        digits: Decimal places that both scorings state.
        draws: How often.
        seed: Of the draws.
    """
    pair = moves.select("score_from", "score_to").to_numpy().T
    generator, half = np.random.default_rng(seed), 0.5 * 10.0**-digits
    counts = [_moved(pair + generator.uniform(-half, half, pair.shape), better, "min") for _ in range(draws)]
    low, high = np.percentile(counts, [LOW, HIGH])
    return MovedRange(
        digits=digits, low=low, high=high, least=min(counts), most=max(counts), draws=draws, seed=seed
    )  # fmt: skip


def stated_digits(moves: pl.DataFrame) -> int:
    """Count the decimal places that the scores of both scorings state, at most `MOST_DIGITS`."""
    values = pl.concat([moves["score_from"], moves["score_to"]])
    return next(
        (digits for digits in range(MOST_DIGITS) if ((values.round(digits) - values).abs() < CLOSE).all()), MOST_DIGITS
    )


def _moved(pair: Floats, better: Better, ties: TieRule) -> int:
    one, two = ranks(np.ascontiguousarray(pair), better, ties)
    return int((one != two).sum())
