"""Do two sets of judges agree, people and models say, on the same prompts and pairs?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from governance.errors import BadInput
from governance.evaluation.orders import ranks, tau
from governance.evaluation.ratings.bradley_terry import fit
from governance.evaluation.ratings.cells import Cells, Floats, components
from governance.evaluation.robustness.agreement import Measured, alpha_of_counts, kappa_of_table, resampled

RESAMPLES = 500
WORDS = ("first", "second", "neither")
"""A verdict on a pair of models in alphabetical order: who won; a tie and both bad alike."""


@dataclass(frozen=True, slots=True, eq=False)
class JudgesCompared:
    """Two sets of votes on the same items.

    Args:
        items: Prompts with a pair of models that both sets judged.
        prompts, models: Counted over the items.
        votes, other_votes: On these items.
        pairs: Vote of one set beside vote of the other, on the same item.
        raw: Share of these that say the same, of three words: one wins, the other, neither.
        kappa: Cohen's kappa of these, the votes of each set pooled as one judge.
        alpha: Krippendorff's nominal alpha, every vote of an item as a judge of its own.
        alpha_within: The same within the first set alone; ``None``: no item has two votes.
        tau: Kendall's tau-b between the two Bradley-Terry rankings, each fitted to its own votes on the items;
            ``None``: the items do not connect the models.
        moved: Models whose rank differs.
        largest_move, largest_move_model: Places, and whose.
        table: One a model, the largest move first: model, rank, other_rank, n, other_n, move.
        confusion: Rows of the pairs: verdict, other_verdict, pairs.
        ties, other_ties: Share of votes that prefer neither.
        resamples, seed: Of the intervals, which draw prompts (items where there are fewer than five prompts).
        drawn: What was drawn.
    """

    items: int
    prompts: int
    models: int
    votes: int
    other_votes: int
    pairs: int
    raw: Measured
    kappa: Measured
    alpha: Measured
    alpha_within: Measured | None
    tau: float | None
    moved: int
    largest_move: int
    largest_move_model: str | None
    table: pl.DataFrame
    confusion: pl.DataFrame
    ties: float
    other_ties: float
    resamples: int
    seed: int
    drawn: str


def compare_judges(
    battles: pl.DataFrame, others: pl.DataFrame, *, resamples: int = RESAMPLES, seed: int = 0
) -> JudgesCompared:
    """Set two sets of votes side by side, on the items that both judged.

    An item is a prompt and two models, whichever was shown first. A tie and both bad are one verdict. Bradley-Terry
    takes a tie as half a win for each.

    Args:
        battles: Columns model_a, model_b, outcome, prompt.
        others: The same.
        resamples: Of the bootstrap over prompts behind the intervals; 0: no interval.
        seed: Of the bootstrap.

    Raises:
        BadInput: No prompt and pair was judged by both.

    >>> votes = pl.DataFrame({"model_a": ["x"], "model_b": ["y"], "outcome": ["a"], "prompt": ["p"]})
    >>> turned = pl.DataFrame({"model_a": ["y"], "model_b": ["x"], "outcome": ["b"], "prompt": ["p"]})
    >>> compare_judges(votes, turned, resamples=0).raw.value
    1.0
    """
    key = ["prompt", "x", "y"]
    mine, theirs = _counted(battles), _counted(others)
    both = mine.join(theirs, on=key, how="inner", suffix="_other").sort(key)
    if both.is_empty():
        what = "no prompt with the same two models was judged in both sets"
        raise BadInput(what, "the two sets", "compare sets on the same prompts and models, with a column prompt")
    left = both.select(WORDS).to_numpy().astype(float)
    right = both.select([f"{word}_other" for word in WORDS]).to_numpy().astype(float)
    by_prompt = both["prompt"].n_unique() >= 5
    group = (both["prompt"] if by_prompt else pl.Series(range(both.height))).rank("dense").to_numpy().astype(int) - 1
    weights = resampled(group, resamples, seed)
    crossed = left[:, :, None] * right[:, None, :]
    table = crossed.sum(axis=0)
    within = _measure(left, weights) if (left.sum(axis=1) > 1).any() else None
    kept, kept_other = _of_items(battles, both), _of_items(others, both)
    order = _rankings(kept, kept_other)
    top = order.row(0, named=True)
    whole = components(Cells.of(kept).matrix()).max() == 0
    return JudgesCompared(
        items=both.height, prompts=both["prompt"].n_unique(), models=order.height, votes=int(left.sum()),
        other_votes=int(right.sum()), pairs=int(table.sum()),
        raw=Measured.of(_raw, crossed, weights), kappa=Measured.of(kappa_of_table, crossed, weights),
        alpha=_measure(left + right, weights), alpha_within=within,
        tau=tau(*(-order[name].to_numpy().astype(float) for name in ("rank", "other_rank"))) if whole else None,
        moved=int((order["move"] != 0).sum()), largest_move=abs(top["move"]),
        largest_move_model=top["model"] if top["move"] else None, table=order,
        confusion=pl.DataFrame([
            {"verdict": one, "other_verdict": two, "pairs": int(table[at, place])}
            for at, one in enumerate(WORDS) for place, two in enumerate(WORDS)
        ]),
        ties=float(left[:, 2].sum() / left.sum()), other_ties=float(right[:, 2].sum() / right.sum()),
        resamples=resamples, seed=seed, drawn="prompts" if by_prompt else "items",
    )  # fmt: skip


def _raw(table: Floats) -> float | None:
    return float(np.trace(table) / table.sum()) if table.sum() else None


def _measure(counts: Floats, weights: Floats) -> Measured:
    return Measured.of_items(alpha_of_counts, counts, weights)


def _sorted(battles: pl.DataFrame) -> pl.DataFrame:
    swapped = pl.col("model_a") > pl.col("model_b")
    return battles.filter(pl.col("prompt").is_not_null() & (pl.col("model_a") != pl.col("model_b"))).with_columns(
        x=pl.when(swapped).then("model_b").otherwise("model_a"),
        y=pl.when(swapped).then("model_a").otherwise("model_b"),
        swapped=swapped,
    )


def _counted(battles: pl.DataFrame) -> pl.DataFrame:
    """Count the verdicts of each item."""
    if "prompt" not in battles.columns:
        raise BadInput("there is no column 'prompt'", "the two sets", "judges are compared on the same prompts")
    x_won = pl.when("swapped").then(pl.col("outcome") == "b").otherwise(pl.col("outcome") == "a")
    y_won = pl.when("swapped").then(pl.col("outcome") == "a").otherwise(pl.col("outcome") == "b")
    return _sorted(battles).group_by("prompt", "x", "y").agg(
        first=x_won.sum(), second=y_won.sum(), neither=(~x_won & ~y_won).sum()
    )  # fmt: skip


def _of_items(battles: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    return _sorted(battles).join(items.select("prompt", "x", "y"), on=["prompt", "x", "y"], how="semi")


def _rankings(battles: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Rank the models by either set, the largest move first; the items are the same, so the models are."""
    one, two = Cells.of(battles), Cells.of(others)
    rank, other = ranks(fit(one.matrix()).skill), ranks(fit(two.matrix()).skill)
    table = pl.DataFrame({"model": one.models, "rank": rank, "other_rank": other, "n": one.per_model(),
                          "other_n": two.per_model()})  # fmt: skip
    return table.with_columns(move=pl.col("rank") - pl.col("other_rank")).sort(
        pl.col("move").abs(), "rank", descending=[True, False]
    )
