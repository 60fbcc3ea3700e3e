"""Pools of human feedback as sets of battles: a withdrawal there leaves every ranking too."""

from __future__ import annotations

import polars as pl

from governance.evaluation.formats.tables import BATTLES, EvaluationSet, SetCard
from governance.records.contributions import POOL, remaining_votes
from governance.records.documents import Document, documents, get_document
from governance.records.store import Workbench

PREFIX = "pool-"
"""Begins the id under which a pool is a set."""
SOURCE = "Pool of human feedback in your workbench"


def pool_cards(workbench: Workbench) -> tuple[SetCard, ...]:
    """List the pools that hold votes, as sets of battles."""
    counts = workbench.read(
        """
        SELECT pool, count(*) AS votes, max(position) AS newest,
               (SELECT count(*) FROM feedback_withdrawal AS gone WHERE gone.pool = feedback_vote.pool) AS gone
        FROM feedback_vote GROUP BY pool
        """
    )
    known = {str(pool): (int(votes), int(newest), int(gone)) for pool, votes, newest, gone in counts}
    return tuple(_card(one, *known[one.id]) for one in documents(workbench, POOL) if one.id in known)


def open_pool(workbench: Workbench, set_id: str) -> EvaluationSet:
    """Give a pool's remaining votes as battles, the contributor as the judge.

    Raises:
        NotFound: There is no such pool.
    """
    pool = get_document(workbench, POOL, set_id.removeprefix(PREFIX))
    votes = remaining_votes(workbench, pool.id).rename({"contributor": "judge"})
    here = votes.with_columns(judge_kind=pl.lit("human"))
    columns = [
        pl.col(name) if name in here.columns else pl.lit(None, dtype).alias(name) for name, dtype in BATTLES.items()
    ]
    card = next((one for one in pool_cards(workbench) if one.id == set_id), None) or _card(pool, 0, 0, 0)
    return EvaluationSet(card, here.select(columns))


def _card(pool: Document, votes: int, newest: int, gone: int) -> SetCard:
    # Votes are added without a new revision, so that the newest place and the number who left are part of the version.
    version = f"revision {pool.revision}.{newest}.{gone} of {pool.created:%Y-%m-%d %H:%M:%S}"
    body = pool.body
    return SetCard(
        id=f"{PREFIX}{pool.id}", title=str(body.get("title")), format="battles", rows=votes, source=SOURCE,
        licence=str(body.get("licence") or ""), version=version, people=str(body.get("terms") or "") or None,
        origin="user",
    )  # fmt: skip
