"""Read a file of battles with a contributor column into a pool of human feedback."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from pydantic import BaseModel

from governance.catalogue.facts import Problem
from governance.catalogue.normalise import language
from governance.catalogue.own_tables import read_rows
from governance.consent.feedback import KIND
from governance.errors import BadInput, NotFound
from governance.records.contributions import POOL_VOTES, VOTES, still_here
from governance.records.documents import find_document
from governance.records.store import Change, Workbench, write
from governance.records.words import one_line

MAX_VOTES = 200_000
NEEDED = ("contributor", "model_a", "model_b", "outcome")
OUTCOMES = {
    "a": "a", "model_a": "a", "b": "b", "model_b": "b", "tie": "tie", "both_bad": "both_bad",
    "tie (bothbad)": "both_bad", "bothbad": "both_bad",
}  # fmt: skip
"""How files write an outcome, and our word."""


class VotesAdded(BaseModel, frozen=True):
    """What was read into a pool.

    Args:
        added: Votes kept, a count.
        withdrawn: Votes of people who had left, which were not taken in again, a count.
        refused: Rows refused, each with the reason.
        unknown_languages: Names of languages that ISO 639-3 does not know, with a count; kept without a language.
    """

    added: int
    withdrawn: int
    refused: tuple[Problem, ...]
    unknown_languages: dict[str, int]


def add_votes(workbench: Workbench, pool_id: str, text: str, now: datetime, where: str = "votes.csv") -> VotesAdded:
    """Read votes into a pool.

    Args:
        workbench: The workbench.
        pool_id: The pool.
        text: CSV with the columns contributor, model_a, model_b and outcome (a, b, tie or both_bad), and perhaps
            language and day. Write pseudonyms: names of people are not needed.
        now: When, UTC.
        where: The file's name in errors.

    Raises:
        BadInput: It is no such table, too long, or no row can be kept.
        NotAllowed: The role does not allow it.
        NotFound: There is no such pool.
    """
    votes: list[tuple[object, ...]] = []
    refused: list[Problem] = []
    unknown: Counter[str] = Counter()
    header = [name.strip().lower() for name in text.removeprefix("\ufeff").partition("\n")[0].split(",")]
    optional = [name for name in ("language", "day") if name in header]
    for place, row in read_rows(text, (*NEEDED, *optional), where):
        if len(votes) >= MAX_VOTES:
            raise BadInput(f"more than {MAX_VOTES:,} votes", where, "split the file")
        try:
            votes.append(_vote(place, row, unknown))
        except BadInput as error:
            refused.append(Problem(kind="not_kept", subject=place, detail=error.what))
    if not votes:
        first = f": {refused[0].detail}" if refused else ""
        raise BadInput(f"no vote can be kept{first}", where, f"write the columns {', '.join(NEEDED)}")

    def put(change: Change) -> tuple[int, int]:
        if find_document(change, KIND, pool_id) is None:
            raise NotFound(f"there is no pool '{pool_id:.80}'", "feedback", "make it first")
        here = still_here(change, POOL_VOTES, pool_id, {str(vote[0]) for vote in votes})
        kept = [vote for vote in votes if vote[0] in here]
        if kept:
            columns = [list(column) for column in zip(*kept, strict=True)]
            change.fetch(
                """
                INSERT INTO feedback_vote
                SELECT $1, (SELECT coalesce(max(position), 0) FROM feedback_vote WHERE pool = $1)
                       + unnest(range(1, len($2::VARCHAR[]) + 1)), unnest($2::VARCHAR[]), unnest($3::VARCHAR[]),
                       unnest($4::VARCHAR[]), unnest($5::VARCHAR[]), unnest($6::VARCHAR[]), unnest($7::DATE[])
                """,
                [pool_id, *columns],
            )
        people = len({vote[0] for vote in kept})
        change.note("add_votes", KIND, pool_id, None, {"votes": len(kept), "contributors": people})
        return len(kept), len(votes) - len(kept)

    added, withdrawn = write(workbench, put, now, where=f"{KIND} {pool_id:.80}")
    return VotesAdded(added=added, withdrawn=withdrawn, refused=tuple(refused), unknown_languages=dict(unknown))


def _vote(place: str, row: dict[str, str], unknown: Counter[str]) -> tuple[object, ...]:
    contributor, model_a, model_b = (one_line(row[name], place, name) for name in ("contributor", "model_a", "model_b"))
    outcome = OUTCOMES.get(row["outcome"].casefold())
    if outcome is None:
        raise BadInput(f"'{row['outcome']:.40}' is no outcome", place, "write a, b, tie or both_bad")
    if model_a == model_b:
        raise BadInput(f"'{model_a:.40}' meets itself", place, "name two models")
    stated = row.get("language", "")
    # Up to three letters are a code: there is a language called En, and nobody means it.
    known = language("?" if len(stated) <= 3 else stated, stated) if stated else None
    if stated and known is None:
        unknown[stated] += 1
    try:
        day = date.fromisoformat(row["day"]) if row.get("day") else None
    except ValueError as error:
        raise BadInput(f"'{row['day']:.20}' is no day", place, "write e.g. 2026-01-02") from error
    vote = (contributor, model_a, model_b, outcome, known and known.code, day)
    assert len(vote) == len(VOTES)
    return vote
