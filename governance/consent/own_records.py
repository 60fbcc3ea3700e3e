"""Audits of own sources that a user keeps in the workbench: levels by host and month, never the texts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import polars as pl
from pydantic import BaseModel

from governance.catalogue.normalise import slug
from governance.consent.observations import observations
from governance.errors import BadInput
from governance.records.documents import MAX_BODY, delete_document, documents, save_document
from governance.records.store import Workbench

KIND = "own_audit"
MAX_NAME = 80
_HASH = 16
_COLUMNS = ("domain", "month", "content_hash", "levels", "paper", "inherited")


class KeptAudit(BaseModel, frozen=True):
    """One audit in the workbench.

    Args:
        id: Its name in addresses.
        name: As the user calls it.
        agents: Asked for, in the order of the letters.
        parser_version: Of the reader.
        rows: Domain, month, the first letters of the text's hash, and the levels of the agents, a letter each: by
            RFC 9309, by the published rule, and whether taken over from ``*``.
        updated: When it was saved.
        revision: 1, and 1 more each time it was saved again.
    """

    id: str
    name: str
    agents: tuple[str, ...]
    parser_version: str
    rows: tuple[tuple[str, date, str | None, str, str, str], ...]
    updated: datetime
    revision: int

    @property
    def observations(self) -> pl.DataFrame:
        """Give the observations again, a row an agent; hashes are cut short."""
        kinds = {name: pl.Date() if name == "month" else pl.String() for name in _COLUMNS}
        return observations(pl.DataFrame(self.rows, schema=kinds, orient="row"), self.agents, self.parser_version)


def keep_own_audit(
    workbench: Workbench, name: str, snapshots: pl.DataFrame, agents: Sequence[str], parser_version: str, now: datetime
) -> KeptAudit:
    """Keep an audit under a name; under a name that is taken it becomes that audit's next revision.

    Args:
        workbench: The user's records.
        name: At most 80 characters.
        snapshots: As `snapshots_of` gives them.
        agents: In the order of the letters.
        parser_version: Of the reader.
        now: Time of the change, UTC.

    Raises:
        BadInput: The name is empty or too long, or the audit too large for a record.
    """
    named = " ".join(name.split())
    key = slug(named)[:120]
    if not any(map(str.isalnum, named)) or len(named) > MAX_NAME:
        raise BadInput(f"'{named:.40}' is no name", "name", f"give 1 to {MAX_NAME} letters or digits")
    cut = snapshots.with_columns(pl.col("content_hash").str.head(_HASH), pl.col("month").cast(pl.String))
    body: dict[str, Any] = {"name": named, "agents": list(agents), "parser_version": parser_version}
    body["rows"] = [list(row) for row in cut.select(_COLUMNS).iter_rows()]
    if sum(len(str(row)) for row in body["rows"]) > MAX_BODY:
        fix = "keep the folder that 'touchstone consent audit' writes"
        raise BadInput(f"{snapshots.height:,} snapshots are too many for a record", "audit", fix)
    present = {document.id: document.revision for document in documents(workbench, KIND)}
    save_document(workbench, KIND, key, body, now, present.get(key))
    return next(kept for kept in own_audits(workbench) if kept.id == key)


def own_audits(workbench: Workbench) -> tuple[KeptAudit, ...]:
    """Give the audits a user keeps, the newest first."""
    kept = [
        KeptAudit(**document.body, id=document.id, updated=document.updated, revision=document.revision)
        for document in documents(workbench, KIND)
    ]
    return tuple(sorted(kept, key=lambda one: (one.updated, one.id), reverse=True))


def forget_own_audit(workbench: Workbench, audit_id: str) -> None:
    """Forget an audit.

    Raises:
        NotFound: There is none of that id.
    """
    delete_document(workbench, KIND, audit_id)


def comparable(frame: pl.DataFrame) -> pl.DataFrame:
    """Cut the hashes of observations as a kept audit has them, so that the two can be compared."""
    return frame.with_columns(pl.col("content_hash").str.head(_HASH))
