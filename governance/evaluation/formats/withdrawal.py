"""Take a contributor's rows out of an own set, and tell what that changes: votes, models, languages, ranks."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import polars as pl
from pydantic import BaseModel

from governance.errors import NotFound
from governance.evaluation.formats.own_sets import KIND, OwnSet, found_set, holding_of, open_own_set
from governance.evaluation.formats.schemas import CONTRIBUTOR
from governance.evaluation.ratings.bradley_terry import fit, points
from governance.evaluation.ratings.cells import Cells
from governance.evaluation.vocabulary import Format
from governance.records.contributions import Coverage, coverage, refuse_stay, take_out
from governance.records.documents import update_document
from governance.records.store import Change, Workbench, write

CLOSE = 1e-6
"""Points within which two models share a rank."""
HOW = "Bradley-Terry, ties as half, no interval; models of the largest connected part"


class RankMove(BaseModel, frozen=True):
    """Where a model stood and stands.

    Args:
        model: Its name.
        before, after: Ranks, 1 is best; ``None``: not ranked, having no votes that connect it to the others.
        points_before, points_after: Ratings in points, mean 1000.
    """

    model: str
    before: int | None
    after: int | None
    points_before: float | None
    points_after: float | None


class Effect(BaseModel, frozen=True):
    """What a set loses with a contributor.

    Args:
        set: Its id.
        rows: Removed, a count.
        before, after: What the set covered, and what it covers now.
        models_lost: Models without any row now.
        languages_lost: Languages without any row now.
        moves: Every model with its rank before and after, best before first; none where rows are no battles.
        moved: Models whose rank changed, a count.
        how: How the ranks were made.
    """

    set: str
    rows: int
    before: Coverage
    after: Coverage
    models_lost: tuple[str, ...]
    languages_lost: tuple[str, ...]
    moves: tuple[RankMove, ...]
    moved: int
    how: str


def set_contributors(workbench: Workbench, set_id: str) -> pl.DataFrame:
    """List who is in an own set: contributor, rows, languages; the one with most rows first.

    Raises:
        BadInput: Rows of its format say nothing of people.
        NotFound: There is no such set.
    """
    opened = open_own_set(workbench, set_id)
    named = holding_of(opened.card.format).contributor
    return (
        opened.frame.drop_nulls(named)
        .group_by(pl.col(named).alias("contributor"))
        .agg(rows=pl.len(), languages=pl.col("language").drop_nulls().unique().sort())
        .sort("rows", "contributor", descending=[True, False])
    )


def withdrawal_effect(workbench: Workbench, set_id: str, contributor: str) -> Effect:
    """Tell what would change if a contributor left; nothing is changed.

    Raises:
        BadInput: Rows of its format say nothing of people.
        NotFound: There is no such set, or nobody of that name in it.
    """
    opened = open_own_set(workbench, set_id)
    named = holding_of(opened.card.format).contributor
    after = opened.frame.filter(pl.col(named).ne_missing(contributor))
    if after.height == opened.frame.height:
        raise NotFound("nobody of that name is in it", f"{KIND} {set_id}", "list the contributors")
    return effect_of(set_id, opened.card.format, opened.frame, after)


def withdraw_from_set(workbench: Workbench, set_id: str, contributor: str, now: datetime) -> Effect:
    """Take out somebody's rows for good, and tell what is left.

    The rows are deleted, not hidden. Who left stays known by a fingerprint alone, so that the same file read again
    does not bring the rows back. Backups made before still hold them.

    Args:
        workbench: The workbench.
        set_id: An own set of battles (the judge leaves) or scores (the rater leaves).
        contributor: As the rows name them.
        now: When, UTC.

    Raises:
        BadInput: Rows of its format say nothing of people.
        NotAllowed: The set's terms say that they cannot leave, or not any more; or the role does not allow it.
        NotFound: There is no such set, or nobody of that name in it.
    """
    opened = open_own_set(workbench, set_id)
    holding = holding_of(opened.card.format)

    def leave(change: Change) -> int:
        present = found_set(change, set_id)
        one = OwnSet.model_validate(present.body)
        refuse_stay(one.leave, one.published, now.date(), f"{KIND} {set_id}")
        removed = take_out(change, holding, set_id, contributor)
        counts = {"rows": one.rows - removed, "people_left": one.people_left + 1, "rows_left": one.rows_left + removed}
        update_document(change, present, {**present.body, **counts})
        return removed

    write(workbench, leave, now, where=f"{KIND} {set_id:.80}")
    after = open_own_set(workbench, set_id)
    return effect_of(set_id, opened.card.format, opened.frame, after.frame)


def effect_of(set_id: str, format: Format, before: pl.DataFrame, after: pl.DataFrame) -> Effect:
    """Compare what two states of a set cover and how they rank.

    Args:
        set_id: Its id.
        format: battles or scores.
        before: Its rows.
        after: Those that are left.
    """
    models = ("model_a", "model_b") if format == "battles" else ("model",)
    named = CONTRIBUTOR[format]
    assert named is not None
    was, now = coverage(before, named, models), coverage(after, named, models)
    moves = rank_moves(before, after) if format == "battles" else ()
    return Effect(
        set=set_id, rows=was.votes - now.votes, before=was, after=now,
        models_lost=tuple(one for one in was.models if one not in now.models),
        languages_lost=tuple(one for one in was.languages if one and one not in now.languages),
        moves=moves, moved=sum(one.before != one.after for one in moves), how=HOW if moves else "",
    )  # fmt: skip


def rank_moves(before: pl.DataFrame, after: pl.DataFrame) -> tuple[RankMove, ...]:
    """Give every model's rank by Bradley-Terry in two sets of battles.

    >>> one = pl.DataFrame(
    ...     {"model_a": ["x", "x", "y"], "model_b": ["y", "y", "x"], "outcome": ["a", "a", "a"], "weight": [None] * 3},
    ...     schema_overrides={"weight": pl.Float64},
    ... )
    >>> [(move.model, move.before, move.after) for move in rank_moves(one, one.tail(2))]
    [('x', 1, 1), ('y', 2, 1)]
    """
    was, now = _ranked(before), _ranked(after)
    names = sorted({*was, *now}, key=lambda name: (was.get(name, (10**9, 0.0))[0], name))
    none = (None, None)
    return tuple(
        RankMove(
            model=name, before=was.get(name, none)[0], after=now.get(name, none)[0],
            points_before=was.get(name, none)[1], points_after=now.get(name, none)[1],
        )
        for name in names
    )  # fmt: skip


def _ranked(battles: pl.DataFrame) -> dict[str, tuple[int, float]]:
    if not battles.height:
        return {}
    cells = Cells.of(battles)
    found = fit(cells.matrix("half"))
    rated = points(found.skill)
    here = np.flatnonzero(found.part == 0)
    above = {place: int((rated[here] > rated[place] + CLOSE).sum()) for place in here}
    return {cells.models[place]: (1 + count, float(rated[place])) for place, count in above.items()}
