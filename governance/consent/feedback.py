"""Pools of human feedback: who voted, under what terms, whether they can leave, and what is left when they do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

import polars as pl
from pydantic import BaseModel, ValidationError

from governance.errors import BadInput, NotFound
from governance.records.contributions import (
    LEAVES,
    POOL,
    POOL_VOTES,
    Coverage,
    Leave,
    coverage,
    refuse_stay,
    remaining_votes,
    take_out,
)
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

KIND = POOL


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

    def leave(change: Change) -> int:
        document = _pool(change, pool_id)
        pool = Pool.model_validate(document.body)
        refuse_stay(pool.leave, pool.published, now.date(), f"{KIND} {pool_id}")
        return take_out(change, POOL_VOTES, pool_id, contributor)

    removed = write(workbench, leave, now, where=f"{KIND} {pool_id:.80}")
    was, is_now = coverage(before), coverage(remaining_votes(workbench, pool_id))
    return Withdrawal(
        pool=pool_id,
        votes=removed,
        before=was,
        after=is_now,
        models_lost=tuple(one for one in was.models if one not in is_now.models),
        languages_lost=tuple(one for one in was.languages if one and one not in is_now.languages),
    )


def _pool(change: Change, pool_id: str) -> Document:
    present = find_document(change, KIND, pool_id)
    if present is None:
        raise NotFound(f"there is no pool '{pool_id:.80}'", "feedback", "list them with 'touchstone consent feedback'")
    return present


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
