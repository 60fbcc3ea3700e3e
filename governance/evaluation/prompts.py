"""Which answers to judge first: items, a prompt with a pair of models each, in the order of a priority."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from governance.errors import BadInput
from governance.evaluation.ratings.cells import Floats, Numbers

MARGIN, LENGTH = "margin", "length"
PROXIES: dict[str, str] = {
    MARGIN: "PROXY: how far the votes that rank are from a tie, |mean preference − ½|",
    LENGTH: "PROXY: how far the lengths of the two answers are apart, in characters",
}
"""Priorities that stand in for a measure of the answers' probabilities, which battles do not hold."""
FROM_VOTES = frozenset({"preference", "outcome", "weight"})
"""Columns that are the votes: ranked by them, an item would be judged by what ranked it."""
KEY = ("prompt", "model_a", "model_b")
MOST_BYTES = 200_000_000

Split = Literal["judges", "votes", "none"]
"""What keeps the votes that rank from those that judge: half of the judges, half of each item's votes, or that the
priority comes from no vote."""


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """The votes on items, as numbers.

    Args:
        items: One row an item: prompt, model_a, model_b (in order of name), sorted.
        models, prompts: Names behind the numbers.
        item, first, second: Of a vote: its item, and the models in it.
        points: What the first of the two got: 1, ½ or 0.
        preference: The same as far as the judge says more; else the points.
        tied: Whether it was undecided.
        weight: Its weight.
        judge: Its judge; -1: unknown.
        prompt: Of an item.
        unnamed: Votes left out, as they name no prompt.
    """

    items: pl.DataFrame
    models: tuple[str, ...]
    prompts: tuple[str, ...]
    item: Numbers
    first: Numbers
    second: Numbers
    points: Floats
    preference: Floats
    tied: NDArray[np.bool_]
    weight: Floats
    judge: Numbers
    prompt: Numbers
    unnamed: int

    @classmethod
    def of(cls, battles: pl.DataFrame) -> Self:
        """Sort battles by item; those of a model with itself are left out.

        Raises:
            BadInput: No battle names its prompt.
        """
        played = battles.filter(pl.col("model_a") != pl.col("model_b"))
        votes = _turned(played.filter(pl.col("prompt").is_not_null()))
        if not votes.height:
            raise BadInput("no battle names its prompt", "battles, column prompt", "give the prompt of each battle")
        items = votes.select(KEY).unique().sort(KEY).with_row_index("item")
        models = sorted({*items["model_a"], *items["model_b"]})
        judges = {name: place for place, name in enumerate(votes["judge"].drop_nulls().unique().sort())}
        prompts = items["prompt"].unique().sort().to_list()
        votes = votes.join(items, on=KEY, how="left", maintain_order="left")
        return cls(
            items=items.select(KEY),
            models=tuple(models),
            prompts=tuple(prompts),
            item=votes["item"].cast(pl.Int64).to_numpy(),
            first=_numbers(votes["model_a"], models),
            second=_numbers(votes["model_b"], models),
            points=votes["points"].to_numpy(),
            preference=votes["leaning"].to_numpy(),
            tied=votes["tied"].to_numpy(),
            weight=votes["weighed"].to_numpy(),
            judge=votes["judge"].replace_strict(judges, default=-1, return_dtype=pl.Int64).to_numpy(),
            prompt=_numbers(items["prompt"], prompts),
            unnamed=played.height - votes.height,
        )

    def margins(self, ranking: NDArray[np.bool_]) -> Floats:
        """Give |mean preference − ½| of each item by some of its votes; NaN where it has none of these."""
        size = self.items.height
        weights = self.weight * ranking
        count = np.bincount(self.item, weights, size)
        total = np.bincount(self.item, weights * self.preference, size)
        with np.errstate(invalid="ignore"):
            margins: Floats = np.abs(total / count - 0.5)
        return margins


def item_priorities(
    votes: Votes, battles: pl.DataFrame, priority: str, scores: pl.DataFrame | None = None
) -> Floats | None:
    """Give each item's priority where it comes from no vote; ``None``: it does, and the votes must be split.

    Args:
        votes: Of the battles.
        battles: The battles.
        priority: margin, length, or a column of numbers of the battles or of ``scores``.
        scores: From `read_priorities`; the column is looked for here first.

    Returns:
        A number an item, the greatest first to be judged; NaN: unknown.

    Raises:
        BadInput: There is no such column, it holds no numbers, or it is what the votes themselves say.
    """
    if priority == MARGIN:
        return None
    if scores is not None:
        keys = [name for name in KEY if name in scores.columns]
        found = votes.items.join(scores, on=keys, how="left", maintain_order="left")["priority"]
        return _known(found.to_numpy(), priority, "no item of the battles has a score")
    if priority == LENGTH:
        value = (pl.col("length_a") - pl.col("length_b")).abs().cast(pl.Float64)
        empty = "the battles do not say how long the answers are"
    elif priority in FROM_VOTES:
        raise BadInput(
            f"'{priority}' is what the votes say, and the same votes never rank and judge",
            "priority",
            f"use {MARGIN}, which ranks by one half of the votes and judges by the other",
        )
    elif priority not in battles.columns:
        raise BadInput(f"there is no priority '{priority:.60}'", "priority", f"use {MARGIN}, {LENGTH} or a column")
    else:
        value = pl.col(priority).cast(pl.String).cast(pl.Float64, strict=False)
        empty = f"the column '{priority}' holds no numbers"
    turned = _turned(battles.with_columns(value.alias("value")).filter(pl.col("prompt").is_not_null()))
    means = turned.filter(pl.col("value").is_finite()).group_by(KEY).agg(pl.col("value").mean())
    return _known(
        votes.items.join(means, on=KEY, how="left", maintain_order="left")["value"].to_numpy(), priority, empty
    )


def read_priorities(content: Path | bytes, column: str, where: str = "scores") -> pl.DataFrame:
    """Read scores of items from CSV: columns prompt, the score, and model_a and model_b unless it is one a prompt.

    Args:
        content: The file, or what it holds.
        column: Name of the score, such as kl; the greatest is judged first.
        where: What to call the file in messages.

    Returns:
        Columns of `KEY` and priority; several scores of an item are averaged, in whichever order its models stand.

    Raises:
        BadInput: It is no CSV in UTF-8, a column is missing, or a score is no number.
    """
    data = content if isinstance(content, bytes) else _content(content, where)
    try:
        frame = pl.read_csv(BytesIO(data), infer_schema=False)
    except pl.exceptions.PolarsError as error:
        raise BadInput("the file cannot be read as CSV", where, "give CSV in UTF-8 with a header") from error
    pair = [name for name in KEY[1:] if name in frame.columns]
    for name in ("prompt", column, *(KEY[1:] if pair else ())):
        if name not in frame.columns:
            raise BadInput(f"there is no column '{name:.60}'", f"{where}, line 1", f"give prompt and {column:.60}")
    value = pl.col(column).str.strip_chars().cast(pl.Float64, strict=False)
    read = frame.with_columns(priority=value).with_row_index("line", offset=2)
    bad = read.filter(pl.col(column).is_not_null() & ~pl.col("priority").is_finite().fill_null(False))
    if bad.height:
        line, text = bad.row(0, named=True)["line"], bad.row(0, named=True)[column]
        raise BadInput(
            f"'{text:.40}' is not a number", f"{where}, line {line}, column {column:.60}", "mend or empty it"
        )
    keys = KEY if pair else KEY[:1]
    ordered = _ordered(read) if pair else read
    kept = ordered.drop_nulls(["priority", *keys]).group_by(keys).agg(pl.col("priority").mean()).sort(keys)
    return kept


def ranked_items(battles: pl.DataFrame, priority: str = MARGIN, scores: pl.DataFrame | None = None) -> pl.DataFrame:
    """List the items, the first to be judged on top, by all that is known of them now.

    Nothing is judged here: how good such an order is, `prompt_study` says.

    Args:
        battles: Battles that name their prompts.
        priority: See `item_priorities`.
        scores: From `read_priorities`.

    Returns:
        Columns prompt, model_a, model_b, votes, ties, priority; of equals those of more votes, which
        are surer; items without a priority stand last.

    Raises:
        BadInput: See `item_priorities`.

    >>> votes = [("p", "x", "y", "a"), ("q", "x", "y", "tie")]
    >>> battles = pl.DataFrame(votes, schema=["prompt", "model_a", "model_b", "outcome"], orient="row")
    >>> ranked_items(battles.with_columns(judge=pl.lit(None, pl.String)))["prompt"].to_list()
    ['p', 'q']
    """
    votes = Votes.of(battles)
    own = item_priorities(votes, battles, priority, scores)
    values = votes.margins(np.ones(votes.item.size, bool)) if own is None else own
    size = votes.items.height
    table = votes.items.with_columns(
        votes=pl.Series(np.bincount(votes.item, minlength=size)),
        ties=pl.Series(np.bincount(votes.item, votes.tied, size).astype(np.int64)),
        priority=pl.Series(values, nan_to_null=True),
    )
    return table.sort("priority", "votes", *KEY, descending=[True, True, False, False, False], nulls_last=True)


def _turned(battles: pl.DataFrame) -> pl.DataFrame:
    """Put each pair in order of name, and say what its first got."""
    missing = [name for name in ("preference", "weight", "judge") if name not in battles.columns]
    full = battles.with_columns(
        pl.lit(None, pl.String if name == "judge" else pl.Float64).alias(name) for name in missing
    )
    swapped = pl.col("model_a") > pl.col("model_b")
    points = pl.col("outcome").replace_strict({"a": 1.0, "b": 0.0}, default=0.5, return_dtype=pl.Float64)
    leaning = pl.coalesce(pl.col("preference"), points)
    return _ordered(
        full.with_columns(
            points=pl.when(swapped).then(1 - points).otherwise(points),
            leaning=pl.when(swapped).then(1 - leaning).otherwise(leaning),
            tied=~pl.col("outcome").is_in(["a", "b"]),
            weighed=pl.col("weight").fill_null(1.0),
        )
    )


def _ordered(frame: pl.DataFrame) -> pl.DataFrame:
    pair = ("model_a", "model_b")
    return frame.with_columns(model_a=pl.min_horizontal(pair), model_b=pl.max_horizontal(pair))


def _numbers(names: pl.Series, known: Sequence[str]) -> Numbers:
    places = {name: place for place, name in enumerate(known)}
    return names.replace_strict(places, return_dtype=pl.Int64).to_numpy()


def _known(values: NDArray[np.float64], priority: str, empty: str) -> Floats:
    numbers: Floats = np.asarray(values, float)
    if not np.isfinite(numbers).any():
        raise BadInput(empty, f"priority {priority:.60}", f"use {MARGIN}, or give scores of your own")
    return numbers


def _content(path: Path, where: str) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadInput("the file is too large", where, f"give at most {MOST_BYTES / 1e6:.0f} MB")
        return path.read_bytes()
    except OSError as error:
        raise BadInput("the file cannot be read", where, "check its path") from error
