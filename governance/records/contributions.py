"""What people gave, row by row: whose each is, on what terms, and that it leaves for good when they do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Literal, get_args

import polars as pl
from pydantic import BaseModel

from governance.errors import NotAllowed, NotFound
from governance.records.documents import get_document
from governance.records.store import WORKBENCH, Change, Workbench

Leave = Literal["yes", "until_published", "no"]
"""Whether those who gave can have it taken out: at any time, until it is published, or not at all."""
LEAVES: tuple[Leave, ...] = get_args(Leave)

POOL = "feedback_pool"
VOTES = {
    "contributor": pl.String(), "model_a": pl.String(), "model_b": pl.String(), "outcome": pl.String(),
    "language": pl.String(), "day": pl.Date(),
}  # fmt: skip
"""The columns of a pool's votes."""


@dataclass(frozen=True, slots=True)
class Holding:
    """Where rows that people gave are kept.

    Args:
        kind: Kind of the document they belong to.
        table: Of the rows.
        key: Column with the document's id, there and beside the fingerprints.
        contributor: Column that says whose a row is.
        left: Table of the fingerprints of those who left.
    """

    kind: str
    table: str
    key: str
    contributor: str
    left: str


POOL_VOTES = Holding(POOL, "feedback_vote", "pool", "contributor", "feedback_withdrawal")


class Coverage(BaseModel, frozen=True):
    """What votes, or other rows that people gave, cover.

    Args:
        votes: Rows, a count.
        contributors: A count.
        models: Rows a model took part in.
        languages: Rows a language; the empty name stands for rows without one.
    """

    votes: int
    contributors: int
    models: dict[str, int]
    languages: dict[str, int]


def coverage(
    rows: pl.DataFrame, contributor: str = "contributor", models: Sequence[str] = ("model_a", "model_b")
) -> Coverage:
    """Count what rows cover.

    Args:
        rows: With a column ``language``.
        contributor: Column that says whose a row is.
        models: Columns that name models.

    >>> votes = pl.DataFrame({"contributor": ["p1"], "model_a": ["x"], "model_b": ["y"], "language": ["swh"]})
    >>> coverage(votes).models
    {'x': 1, 'y': 1}
    """
    named = pl.concat([rows[column].alias("model") for column in models]).value_counts()
    languages = rows["language"].fill_null("").value_counts()
    return Coverage(
        votes=rows.height,
        contributors=rows[contributor].drop_nulls().n_unique(),
        models=dict(named.sort("model").iter_rows()),
        languages=dict(languages.sort("language").iter_rows()),
    )


def fingerprint(key: str, contributor: str) -> str:
    """Give the mark by which a pool or set knows somebody who left."""
    return sha256(f"{key}\0{contributor}".encode()).hexdigest()


def still_here(change: Change, holding: Holding, key: str, named: Iterable[str]) -> set[str]:
    """Give those of some contributors who have not left."""
    rows = change.fetch(f"SELECT fingerprint FROM {holding.left} WHERE {holding.key} = ?", [key])  # noqa: S608 - constants
    gone = {str(row[0]) for row in rows}
    return {one for one in named if not gone or fingerprint(key, one) not in gone}


def take_out(change: Change, holding: Holding, key: str, contributor: str) -> int:
    """Delete somebody's rows for good and keep their fingerprint; the trail says how many, not whose.

    Returns:
        Rows deleted, a count.

    Raises:
        NotFound: Nobody of that name is in it.
    """
    where = f"FROM {holding.table} WHERE {holding.key} = ? AND {holding.contributor} = ?"
    count = int(change.fetch(f"SELECT count(*) {where}", [key, contributor])[0][0])
    mark = fingerprint(key, contributor)
    if not count:
        left = change.fetch(
            f"SELECT withdrawn FROM {holding.left} WHERE {holding.key} = ? AND fingerprint = ?",  # noqa: S608 - constants
            [key, mark],
        )
        said = f"they left on {left[0][0]:%Y-%m-%d}" if left else "nobody of that name voted here"
        raise NotFound(said, f"{holding.kind} {key}", "list the contributors")
    change.fetch(f"DELETE {where}", [key, contributor])
    # Somebody may have come back under terms agreed anew; the last time they left is the one that counts.
    change.fetch(f"INSERT OR REPLACE INTO {holding.left} VALUES (?, ?, ?, ?)", [key, mark, change.at, count])  # noqa: S608
    change.note("withdraw", holding.kind, key, None, {"fingerprint": mark, "votes": count})
    return count


def refuse_stay(leave: Leave, published: date | None, today: date, where: str) -> None:
    """Refuse a withdrawal that the terms do not allow.

    Raises:
        NotAllowed: They let nobody leave, or not any more.
    """
    over = leave == "until_published" and published is not None and published <= today
    if leave == "no" or over:
        what = f"its terms let nobody leave{' once it is published' if over else ''}"
        raise NotAllowed(what, where, "change the terms first, if that is what was agreed")


def remaining_votes(workbench: Workbench, pool_id: str) -> pl.DataFrame:
    """Give the votes of those who have not left, in the order they came; every export and ranking starts here.

    Returns:
        Columns as in `VOTES`; the outcome is a, b, tie or both_bad.

    Raises:
        NotFound: There is no such pool.
    """
    get_document(workbench, POOL, pool_id)
    query = f"SELECT {', '.join(VOTES)} FROM feedback_vote WHERE pool = ? ORDER BY position"  # noqa: S608 - constants
    return fetch_frame(workbench, query, [pool_id]).cast(dict(VOTES))  # type: ignore[arg-type]


def fetch_frame(workbench: Workbench, query: str, values: Sequence[object]) -> pl.DataFrame:
    """Fetch many rows as a frame, through Arrow.

    Raises:
        NotAllowed: The actor may not read here.
        StoreDamaged: The file cannot be read.
    """
    workbench.require("read", WORKBENCH)
    with workbench.looking() as cursor:
        return cursor.execute(query, list(values)).pl()
