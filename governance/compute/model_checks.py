"""How many models lie above a line and how sure that is, one model against the lines, 6ND, the one-third rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
import polars as pl
from pydantic import BaseModel

from governance.compute.models import Models, ModelsResult
from governance.compute.uncertainty import LINES, chance_above, chance_column, factors
from governance.errors import BadInput

UNSURE = (0.1, 0.9)
"""Chances between which a model counts as indeterminate, both left out."""
MARGIN = 0.3
"""The EU's allowed error of an estimate, a share."""
ONE_THIRD = 1 / 3


class Above(BaseModel, frozen=True):
    """Models above a number of operations.

    Args:
        line: FLOP, operations.
        above: Models whose estimate is above it, a count.
        known: Models with an estimate.
        unknown: Models without one; how many of them are above is not known.
        classed: Of those known, the ones whose confidence says how far off they may be.
        expected: Sum of the classed models' chances to be above.
        indeterminate: Classed models with a chance between 0.1 and 0.9.
        near: Models between line / 1.3 and line x 1.3.
    """

    line: float
    above: int
    known: int
    unknown: int
    classed: int
    expected: float | None
    indeterminate: int
    near: int


class LineVerdict(BaseModel, frozen=True):
    """One model against one line.

    Args:
        line: FLOP, operations.
        chance: To be above it; ``None`` where the source does not say how sure it is.
        verdict: ``indeterminate`` where the chance is between 0.1 and 0.9; without a chance the point estimate
            decides; ``None`` without an estimate.
    """

    line: float
    chance: float | None
    verdict: Literal["exceeds", "below", "indeterminate"] | None


class CrossCheck(BaseModel, frozen=True):
    """6 x active parameters x tokens against the published compute.

    Args:
        n: Models with all three numbers.
        median: Of 6ND over published; ``None`` without models, as are the shares.
        within_5: Share whose ratio is within 5% of 1.
        within_30: Share within 30%.
        furthest: (id, ratio) of those further off than 30%, by id.
    """

    n: int
    median: float | None
    within_5: float | None
    within_30: float | None
    furthest: tuple[tuple[str, float], ...]


class OneThird(BaseModel, frozen=True):
    """Fine-tunes against a third of the compute of what they were built on.

    Args:
        n: Fine-tunes that name a base and state both their own compute and the total.
        above: Those above a third.
        median: Of fine-tune over base; ``None`` without fine-tunes.
        exceeding: (id, ratio) of those above, the largest first.
    """

    n: int
    above: int
    median: float | None
    exceeding: tuple[tuple[str, float], ...]


def above(models: Models | ModelsResult, line: float) -> Above:
    """Count the models above a line, as points and with what their confidence says.

    Only a model whose source calls it confident, likely or speculative has a chance; one without such
    a word, or marked unverified, is counted as a point alone.

    Args:
        models: All models, or those of a selection.
        line: FLOP, operations, e.g. 1e25.

    Raises:
        BadInput: The line is not above 0.

    Source: Epoch AI's confidence classes, read as 3x, 10x and 30x at 90% (recalled).
    """
    if not (np.isfinite(line) and line > 0):
        raise BadInput(f"a line of {line}", "threshold", "give a number of operations above 0, e.g. 1e25")
    known = models.frame.filter(pl.col("training_flop").is_not_null())
    flop = known["training_flop"].to_numpy()
    chances = chance_above(flop, _factors(known), line)
    classed = chances[~np.isnan(chances)]
    return Above(
        line=line,
        above=int((flop > line).sum()),
        known=known.height,
        unknown=models.frame.height - known.height,
        classed=classed.size,
        expected=float(classed.sum()) if classed.size else None,
        indeterminate=int(((classed > UNSURE[0]) & (classed < UNSURE[1])).sum()),
        near=int(((flop >= line / (1 + MARGIN)) & (flop <= line * (1 + MARGIN))).sum()),
    )


def line_verdicts(model: Mapping[str, object]) -> tuple[LineVerdict, ...]:
    """Set one model beside each of the lines 1e23 to 1e26.

    Args:
        model: Its row of the frame.

    >>> [one.verdict for one in line_verdicts({"training_flop": 2e25, "p_above_1e25": 0.8})]
    ['exceeds', 'exceeds', 'indeterminate', 'below']
    """
    return tuple(_verdict(model, line) for line in LINES)


def cross_check(models: Models) -> CrossCheck:
    """Set 6ND beside the published compute, for models whose parameters and tokens our table has.

    Source: Kaplan et al. 2020, section 2.1; an encoder-decoder needs 3ND, so it comes out at about twice.
    """
    six_nd = 6 * pl.col("active_parameters") * pl.col("tokens")
    rows = models.frame.filter(pl.col("origin") != "user").select(
        "id", (six_nd / pl.col("training_flop")).alias("ratio")
    )
    rows = rows.drop_nulls().sort("id")
    off = (rows["ratio"] - 1).abs().to_numpy()
    return CrossCheck(
        n=rows.height,
        median=_median(rows["ratio"]),
        within_5=float((off <= 0.05).mean()) if off.size else None,
        within_30=float((off <= MARGIN).mean()) if off.size else None,
        furthest=_pairs(rows.filter((pl.col("ratio") - 1).abs() > MARGIN)),
    )


def third(finetune_flop: object, base_flop: object) -> float | None:
    """Give a fine-tune's compute over that of its base; ``None`` where either is unknown.

    >>> third(4.2e23, 8.4e23)
    0.5
    """
    both = isinstance(finetune_flop, float) and isinstance(base_flop, float) and base_flop > 0
    return finetune_flop / base_flop if both else None  # type: ignore[operator]


def one_third(models: Models) -> OneThird:
    """Set each fine-tune's compute beside that of what it was built on.

    The base's compute is the fine-tune's total less its own part, as its record states both; where that
    leaves nothing, the record holds only one of them and is left out. Who did the tuning is not looked
    at, though the rule applies to others than the original provider alone.

    Source: European Commission, guidelines C(2025) 7719, on downstream modifiers.
    """
    base = pl.col("training_flop") - pl.col("finetune_flop")
    rows = models.frame.filter(pl.col("has_base") & (base > 0)).select(
        "id", (pl.col("finetune_flop") / base).alias("ratio")
    )
    over = rows.filter(pl.col("ratio") > ONE_THIRD).sort("ratio", "id", descending=[True, False])
    return OneThird(n=rows.height, above=over.height, median=_median(rows["ratio"]), exceeding=_pairs(over))


def _verdict(model: Mapping[str, object], line: float) -> LineVerdict:
    chance, flop = model.get(chance_column(line)), model.get("training_flop")
    if isinstance(chance, float):
        sure = UNSURE[0] >= chance or chance >= UNSURE[1]
        word: Literal["exceeds", "below", "indeterminate"] = "indeterminate"
        if sure:
            word = "exceeds" if chance > UNSURE[0] else "below"
        return LineVerdict(line=line, chance=chance, verdict=word)
    if not isinstance(flop, float):
        return LineVerdict(line=line, chance=None, verdict=None)
    return LineVerdict(line=line, chance=None, verdict="exceeds" if flop > line else "below")


def _factors(frame: pl.DataFrame) -> np.ndarray:
    """Take the factor of an own model from the bounds it states, of others from their class."""
    by_class = factors(frame["confidence"].to_list())
    stated = (frame["flop_high"] / frame["training_flop"]).fill_null(np.nan).to_numpy()
    mine = frame["origin"].to_numpy() == "user"
    return np.where(mine, stated, by_class)


def _median(ratios: pl.Series) -> float | None:
    middle = ratios.median()
    return float(middle) if isinstance(middle, int | float) else None


def _pairs(rows: pl.DataFrame) -> tuple[tuple[str, float], ...]:
    return tuple((str(key), float(ratio)) for key, ratio in rows.iter_rows())
