"""Two scorings of the same outputs: how far the ranking moved although no model changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from pydantic import BaseModel

from governance.errors import BadInput
from governance.evaluation.groups.ranks import TIE_RULES, Floats, TieRule, jaccard, ranks, spearman
from governance.evaluation.groups.scorings import Scoring, find_scoring, of_scoring, scorings
from governance.evaluation.orders import tau
from governance.evaluation.vocabulary import Better

BOARD = ("task", "language", "subset", "metric", "split")
KEY = ("model", *BOARD)
TOP = 10
CLOSE = 1e-12
"""Scores nearer than this are the same score; it is below any digit that a file states."""


class Board(BaseModel, frozen=True):
    """One ranking under two scorings.

    Args:
        task, language, subset, metric, split: Which ranking.
        n: Models with a score in both.
        only_from, only_to: Models with a score in one only, which are left out.
        tau_b: Kendall's; ``None``: one scoring ranks nothing.
        spearman: Of the same scores.
        moved: Models whose rank differs.
        max_move, mean_move: Of the absolute differences in rank.
        max_model, max_from, max_to: The model that moves most, from which rank to which.
        max_difference, mean_difference: Of the absolute differences in score.
        k, top_jaccard: The first k of both scorings: what they share of all that either holds.
        fell_below, rose_above: Models that cross the threshold; ``None``: none is set.
        tied_from, tied_to: Models that share their score with another.
    """

    task: str
    language: str | None
    subset: str | None
    metric: str
    split: str | None
    n: int
    only_from: int
    only_to: int
    tau_b: float | None
    spearman: float | None
    moved: int
    max_move: float
    mean_move: float
    max_model: str | None
    max_from: float | None
    max_to: float | None
    max_difference: float
    mean_difference: float
    k: int
    top_jaccard: float | None
    fell_below: int | None
    rose_above: int | None
    tied_from: int
    tied_to: int


@dataclass(frozen=True, slots=True, eq=False)
class Rescoring:
    """Rankings under two scorings.

    Args:
        source, target: The scorings, in words.
        better: Which way a score is better.
        assumed: Whether nobody said which way; higher is then taken to be.
        ties: The tie rule of ranks.
        threshold: A line that scores may cross.
        boards: A ranking each, in the order of the rows.
        moves: Columns of `BOARD`, model, score_from, score_to, difference, rank_from, rank_to, move (up is positive),
            crossed; a row a model and ranking.
    """

    source: str
    target: str
    better: Better
    assumed: bool
    ties: TieRule
    threshold: float | None
    boards: tuple[Board, ...]
    moves: pl.DataFrame

    def of(self, board: Board) -> pl.DataFrame:
        """Give the moves of one ranking, in the order of the rows."""
        same = [pl.col(name).eq_missing(pl.lit(getattr(board, name), pl.String)) for name in BOARD]
        return self.moves.filter(pl.all_horizontal(same))


def rescoring(
    scores: pl.DataFrame,
    other: pl.DataFrame | None = None,
    *,
    source: str | None = None,
    target: str | None = None,
    metric: str | None = None,
    tasks: Sequence[str] = (),
    better: Better | None = None,
    ties: TieRule = "min",
    top: int = TOP,
    threshold: float | None = None,
) -> Rescoring:
    """Join two scorings on model, task, language, subset, metric and split, and compare the rankings.

    Args:
        scores: A set's rows; both scorings, or the first where ``other`` is given.
        other: A second set with the second scoring.
        source: The first scoring, as rater, or rater and day; needed unless it is the only one.
        target: The second.
        metric: Only this.
        tasks: Only these.
        better: Which way a score is better; ``None``: higher, and said to be assumed.
        ties: The tie rule of ranks. Agreement is tau b and Spearman on mean ranks, whatever the rule.
        top: How many make the top.
        threshold: A line; a score at it counts as above.

    Raises:
        BadInput: The scorings are not said, are one and the same, share no key, or hold two scores of one key.

    Source: the question of Pozzobon et al. 2023 (On the challenges of using black-box APIs for toxicity evaluation).
    """
    if top < 1:
        raise BadInput(f"the first {top} is no number of models", "top", "give at least 1, e.g. 10")
    if ties not in TIE_RULES:
        raise BadInput(f"'{ties}' is no tie rule", "ties", f"use one of {', '.join(TIE_RULES)}")
    names, before, after = _two(scores, other, source, target)
    before, after = _narrowed(before, metric, tasks), _narrowed(after, metric, tasks)
    joined = before.join(after.drop("row"), on=list(KEY), how="inner", nulls_equal=True, maintain_order="left")
    if not joined.height:
        raise BadInput("the two scorings share no model and task", "scores", "compare scorings of the same outputs")
    way: Better = better or "higher"
    boards, moves = [], []
    for values, rows in joined.group_by(BOARD, maintain_order=True):
        alone = [_count(frame, values) - rows.height for frame in (before, after)]
        board, moved = _board(values, rows, alone, way, ties, top, threshold)
        boards.append(board)
        moves.append(moved)
    return Rescoring(
        *names, better=way, assumed=better is None, ties=ties, threshold=threshold, boards=tuple(boards),
        moves=pl.concat(moves),
    )  # fmt: skip


def _two(
    scores: pl.DataFrame, other: pl.DataFrame | None, source: str | None, target: str | None
) -> tuple[tuple[str, str], pl.DataFrame, pl.DataFrame]:
    here, there = scorings(scores), scorings(scores if other is None else other)
    if other is None and not (source and target):
        listed = "; ".join(f"'{one.label}'" for one in here)
        if len(here) < 2:
            fix = "give a set with two scorings (columns rater and scored_at), or a second file"
            raise BadInput(f"there is one scoring: {listed}", "scores, rater and scored_at", fix)
        what = f"the set holds {len(here)} scorings, {listed}"
        raise BadInput(what, "scores, rater and scored_at", "say which two: from and to")
    one = _which(scores, source, here, "from")
    two = _which(scores if other is None else other, target, there, "to")
    if other is None and one == two:
        raise BadInput(f"'{one.label}' is set against itself", "from and to", "choose two scorings")
    before = of_scoring(scores, one).rename({"score": "score_from"})
    after = of_scoring(scores if other is None else other, two).rename({"score": "score_to"})
    return (one.label, two.label), _unique(before, "score_from"), _unique(after, "score_to")


def _which(frame: pl.DataFrame, text: str | None, listed: tuple[Scoring, ...], option: str) -> Scoring:
    if text:
        return find_scoring(frame, text, option)
    if len(listed) > 1:
        raise BadInput(f"a set holds {len(listed)} scorings", option, f"say which with {option}")
    return listed[0] if listed else Scoring(None, None)


def _unique(frame: pl.DataFrame, score: str) -> pl.DataFrame:
    kept = frame.filter(pl.col(score).is_finite()).with_row_index("row").select("row", *KEY, score)
    double = kept.filter(kept.select(KEY).is_duplicated())
    if double.height:
        first = double.row(0, named=True)
        what = f"'{first['model']:.60}' has two scores for {first['task']:.40}, {first['metric']:.40}"
        raise BadInput(what, "scores", "keep one row a model, task, language, subset, metric and split")
    return kept


def _narrowed(frame: pl.DataFrame, metric: str | None, tasks: Sequence[str]) -> pl.DataFrame:
    for column, wanted in (("metric", [metric] if metric else []), ("task", list(tasks))):
        here = set(frame[column])
        missing = [one for one in wanted if one not in here]
        if missing:
            listed = ", ".join(sorted(here)[:8])
            raise BadInput(f"there is no {column} '{missing[0]:.60}'", f"scores, {column}", f"use one of {listed}")
        if wanted:
            frame = frame.filter(pl.col(column).is_in(wanted))
    return frame


def _count(frame: pl.DataFrame, values: tuple[object, ...]) -> int:
    same = [pl.col(name).eq_missing(pl.lit(value, pl.String)) for name, value in zip(BOARD, values, strict=True)]
    return frame.filter(pl.all_horizontal(same)).height


def _board(
    values: tuple[object, ...], rows: pl.DataFrame, alone: list[int], better: Better, ties: TieRule, top: int,
    threshold: float | None,
) -> tuple[Board, pl.DataFrame]:  # fmt: skip
    before, after = rows["score_from"].to_numpy(), rows["score_to"].to_numpy()
    old, new = ranks(before, better, ties), ranks(after, better, ties)
    move, difference = old - new, np.abs(after - before)
    far = int(np.abs(move).argmax())
    crossed: list[str | None] = [None] * rows.height
    if threshold is not None:
        was, now = before >= threshold - CLOSE, after >= threshold - CLOSE
        crossed = ["below" if a and not b else "above" if b and not a else None for a, b in zip(was, now, strict=True)]
    moves = rows.drop("row").with_columns(
        difference=pl.Series(after - before), rank_from=pl.Series(old), rank_to=pl.Series(new), move=pl.Series(move),
        crossed=pl.Series(crossed, dtype=pl.String),
    )  # fmt: skip
    task, language, subset, metric, split = values
    moving = bool(move[far])
    board = Board.model_validate({
        "task": task, "language": language, "subset": subset, "metric": metric, "split": split,
        "n": rows.height, "only_from": alone[0], "only_to": alone[1],
        "tau_b": tau(before, after), "spearman": spearman(before, after), "moved": int((move != 0).sum()),
        "max_move": float(abs(move[far])), "mean_move": float(np.abs(move).mean()),
        "max_model": str(rows["model"][far]) if moving else None, "max_from": float(old[far]) if moving else None,
        "max_to": float(new[far]) if moving else None, "max_difference": float(difference.max()),
        "mean_difference": float(difference.mean()), "k": min(top, rows.height),
        "top_jaccard": jaccard(old, new, top),
        "fell_below": None if threshold is None else crossed.count("below"),
        "rose_above": None if threshold is None else crossed.count("above"),
        "tied_from": _tied(before), "tied_to": _tied(after),
    })  # fmt: skip
    return board, moves


def _tied(values: Floats) -> int:
    _, counts = np.unique(values, return_counts=True)
    return int(counts[counts > 1].sum())
