"""Where an imported assessment came from: kept beside it, so that its own record stays as it was written."""

from __future__ import annotations

import json
from datetime import datetime

from pydantic import Field

from governance.assessment.records import Kept
from governance.errors import NotFound
from governance.records.documents import Document, find_document, get_document
from governance.records.store import Change, Workbench

ORIGIN = "origin"
"""Kind of the document; its id and parent are the assessment's."""


class Origin(Kept, frozen=True):
    """An import.

    Args:
        file: SHA-256 of the imported file.
        by: Who imported it, as in the trail; for the rule that authors do not sign, they are one.
        at: When, UTC.
        signed: Whether it came with signatures, whose names this workbench cannot vouch for.
        authors: Who wrote it, as the file says: they do not sign it either.
        records: Imported records, by kind and id, to their revisions that came in; whoever saved those is in `authors`.
    """

    file: str
    by: str
    at: datetime
    signed: bool
    authors: tuple[str, ...] = ()
    records: dict[str, tuple[int, ...]] = Field(default_factory=dict)


def origin_of(workbench: Workbench, assessment_id: str) -> Origin | None:
    """Tell where an assessment was imported from; ``None`` where it was made here."""
    try:
        return read_origin(get_document(workbench, ORIGIN, assessment_id))
    except NotFound:
        return None


def find_origin(change: Change, assessment_id: str) -> Origin | None:
    """Tell the same within a change."""
    found = find_document(change, ORIGIN, assessment_id)
    return None if found is None else read_origin(found)


def read_origin(document: Document) -> Origin:
    """Read the record of an import."""
    return Origin.model_validate_json(json.dumps(document.body))
