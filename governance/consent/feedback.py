"""Pools of human feedback: who voted, under what terms, whether they can leave, and what is left when they do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Literal, get_args

import polars as pl
from pydantic import BaseModel, ValidationError

from governance.errors import BadInput, NotAllowed, NotFound
from governance.records.documents import (
    Document,
    documents,
    find_document,
    free_id,
    get_document,
    remove_document,
    save_document,
)
from governance.records.store import Change, Workbench, write
from governance.records.words import a_note, one_line

KIND = "feedback_pool"

Leave = Literal["yes", "until_published", "no"]
"""Whether those who voted can have their votes taken out: at any time, until the pool is published, or not at all."""
LEAVES: tuple[Leave, ...] = get_args(Leave)

VOTES = {
    "contributor": pl.String(), "model_a": pl.String(), "model_b": pl.String(), "outcome": pl.String(),
    "language": pl.String(), "day": pl.Date(),
}  # fmt: skip
"""The columns of a pool's votes."""


class Pool(BaseModel, frozen=True, extra="forbid"):
    """What people were told when they gave their votes.

    Args:
        title: Its name.
        terms: What they agreed to, in your words or as an address.
        licence: Under which the votes are handed on, an SPDX expression or a name; empty where none is stated.
        leave: Whether they can have their votes taken out.
        published: The day the votes were handed on, if they were.
        contact: Where somebody who wants to leave turns to.
    """

    title: str
    terms: str
    licence: str = ""
    leave: Leave
    published: date | None = None
    contact: str = ""


class Coverage(BaseModel, frozen=True):
    """What a pool's votes cover.

    Args:
        votes: A count.
        contributors: A count.
        models: Votes a model took part in.
        languages: Votes a language; the empty name stands for votes without one.
    """

    votes: int
    contributors: int
    models: dict[str, int]
    languages: dict[str, int]


class PoolState(BaseModel, frozen=True):
    """A pool as it stands: its terms, what is in it, and how many left."""

    id: str
    revision: int
    pool: Pool
    coverage: Coverage
    withdrawn: int
    votes_withdrawn: int


class Withdrawal(BaseModel, frozen=True):
    """What a withdrawal took out and what is left.

    Args:
        pool: Id of the pool.
        votes: Removed, a count.
        before, after: What the pool covered, and what it covers now.
        models_lost: Models without any vote now.
        languages_lost: Languages without any vote now.
    """

    pool: str
    votes: int
    before: Coverage
    after: Coverage
    models_lost: tuple[str, ...]
    languages_lost: tuple[str, ...]


def save_pool(
    workbench: Workbench,
    fields: Mapping[str, object],
    now: datetime,
    pool_id: str | None = None,
    revision: int | None = None,
) -> PoolState:
    """Make a pool, or change the revision of one that was read.

    Raises:
        BadInput: A field is missing, unknown or not allowed.
        Conflict: It changed since it was read.
        NotAllowed: The role does not allow it.
    """
    try:
        stated = Pool.model_validate(dict(fields))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = f"pool, field {'.'.join(map(str, first['loc'])) or 'none'}"
        fix = f"give title, terms, licence, leave ({', '.join(LEAVES)}), published and contact"
        raise BadInput(str(first["msg"]), where, fix) from error
    if not stated.terms.strip():
        raise BadInput("the terms are empty", "pool, field terms", "say what people agreed to, or where it is written")
    kept = stated.model_copy(
        update={
            "title": one_line(stated.title, "pool, field title", "title"),
            "terms": a_note(stated.terms.strip(), "pool, field terms", "terms"),
            "licence": one_line(stated.licence, "pool, field licence") if stated.licence.strip() else "",
            "contact": one_line(stated.contact, "pool, field contact") if stated.contact.strip() else "",
        }
    )
    name = pool_id or free_id(kept.title, [one.id for one in documents(workbench, KIND)])
    save_document(workbench, KIND, name, kept.model_dump(mode="json"), now, revision)
    return pool_state(workbench, name)


def pools(workbench: Workbench) -> tuple[PoolState, ...]:
    """List all pools as they stand, by id."""
    return tuple(_state(workbench, one) for one in documents(workbench, KIND))


def pool_state(workbench: Workbench, pool_id: str) -> PoolState:
    """Tell how a pool stands.

    Raises:
        NotFound: There is none of that id.
    """
    return _state(workbench, get_document(workbench, KIND, pool_id))


def remove_pool(workbench: Workbench, pool_id: str, now: datetime | None = None) -> None:
    """Forget a pool with all its votes.

    Raises:
        NotFound: There is none of that id.
    """

    def remove(change: Change) -> None:
        present = _pool(change, pool_id)
        for table in ("feedback_vote", "feedback_withdrawal"):
            change.fetch(f"DELETE FROM {table} WHERE pool = ?", [pool_id])  # noqa: S608 - constants
        remove_document(change, present)

    write(workbench, remove, now or datetime.now(UTC), where=f"{KIND} {pool_id:.80}")


def remaining_votes(workbench: Workbench, pool_id: str) -> pl.DataFrame:
    """Give the votes of those who have not left, in the order they came; every export and ranking starts here.

    Returns:
        Columns as in `VOTES`; the outcome is a, b, tie or both_bad.

    Raises:
        NotFound: There is no such pool.
    """
    get_document(workbench, KIND, pool_id)
    query = f"SELECT {', '.join(VOTES)} FROM feedback_vote WHERE pool = ? ORDER BY position"  # noqa: S608 - constants
    return pl.DataFrame(workbench.read(query, [pool_id]), schema=VOTES, orient="row")


def coverage(votes: pl.DataFrame) -> Coverage:
    """Count what votes cover.

    >>> votes = pl.DataFrame({"contributor": ["p1"], "model_a": ["x"], "model_b": ["y"], "language": ["swh"]})
    >>> coverage(votes).models
    {'x': 1, 'y': 1}
    """
    models = pl.concat([votes["model_a"].alias("model"), votes["model_b"].alias("model")]).value_counts()
    languages = votes["language"].fill_null("").value_counts()
    return Coverage(
        votes=votes.height,
        contributors=votes["contributor"].n_unique(),
        models=dict(models.sort("model").iter_rows()),
        languages=dict(languages.sort("language").iter_rows()),
    )


def contributors(workbench: Workbench, pool_id: str) -> pl.DataFrame:
    """List who is in a pool: contributor, votes, languages, first and last day; the one with most votes first."""
    votes = remaining_votes(workbench, pool_id)
    return (
        votes.group_by("contributor")
        .agg(
            votes=pl.len(),
            languages=pl.col("language").drop_nulls().unique().sort(),
            first=pl.col("day").min(),
            last=pl.col("day").max(),
        )
        .sort("votes", "contributor", descending=[True, False])
    )


def withdraw(workbench: Workbench, pool_id: str, contributor: str, now: datetime) -> Withdrawal:
    """Take out somebody's votes for good, and tell what is left.

    The votes are deleted, not hidden. Who left stays known by a fingerprint alone, so that the same file read again
    does not bring the votes back. Backups made before still hold them.

    Args:
        workbench: The workbench.
        pool_id: The pool.
        contributor: As the votes name them.
        now: When, UTC.

    Raises:
        NotAllowed: The pool's terms say that they cannot leave, or not any more.
        NotFound: There is no such pool, or nobody of that name in it.
    """
    before = remaining_votes(workbench, pool_id)

    def take_out(change: Change) -> int:
        _refuse_stay(_pool(change, pool_id), now)
        where = "FROM feedback_vote WHERE pool = ? AND contributor = ?"
        count = int(change.fetch(f"SELECT count(*) {where}", [pool_id, contributor])[0][0])
        mark = fingerprint(pool_id, contributor)
        if not count:
            left = change.fetch("SELECT withdrawn FROM feedback_withdrawal WHERE pool = ? AND fingerprint = ?",
                                [pool_id, mark])  # fmt: skip
            said = f"they left on {left[0][0]:%Y-%m-%d}" if left else "nobody of that name voted here"
            raise NotFound(said, f"{KIND} {pool_id}", "list the contributors of the pool")
        change.fetch(f"DELETE {where}", [pool_id, contributor])
        change.fetch("INSERT INTO feedback_withdrawal VALUES (?, ?, ?, ?)", [pool_id, mark, change.at, count])
        change.note("withdraw", KIND, pool_id, None, {"fingerprint": mark, "votes": count})
        return count

    removed = write(workbench, take_out, now, where=f"{KIND} {pool_id:.80}")
    was, is_now = coverage(before), coverage(remaining_votes(workbench, pool_id))
    return Withdrawal(
        pool=pool_id,
        votes=removed,
        before=was,
        after=is_now,
        models_lost=tuple(one for one in was.models if one not in is_now.models),
        languages_lost=tuple(one for one in was.languages if one and one not in is_now.languages),
    )


def fingerprint(pool_id: str, contributor: str) -> str:
    """Give the mark by which a pool knows somebody who left."""
    return sha256(f"{pool_id}\0{contributor}".encode()).hexdigest()


def _pool(change: Change, pool_id: str) -> Document:
    present = find_document(change, KIND, pool_id)
    if present is None:
        raise NotFound(f"there is no pool '{pool_id:.80}'", "feedback", "list them with 'touchstone consent feedback'")
    return present


def _refuse_stay(document: Document, now: datetime) -> None:
    pool = Pool.model_validate(document.body)
    over = pool.leave == "until_published" and pool.published is not None and pool.published <= now.date()
    if pool.leave == "no" or over:
        what = f"its terms let nobody leave{' once it is published' if over else ''}"
        raise NotAllowed(what, f"{KIND} {document.id}", "change the pool's terms first, if that is what was agreed")


def _state(workbench: Workbench, document: Document) -> PoolState:
    left = workbench.read(
        "SELECT count(*), coalesce(sum(votes), 0) FROM feedback_withdrawal WHERE pool = ?", [document.id]
    )
    return PoolState(
        id=document.id,
        revision=document.revision,
        pool=Pool.model_validate(document.body),
        coverage=coverage(remaining_votes(workbench, document.id)),
        withdrawn=int(left[0][0]),
        votes_withdrawn=int(left[0][1]),
    )
