"""Which answers rest on a piece of evidence."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel

from governance.assessment.records import ANSWER, ASSESSMENT
from governance.errors import Conflict
from governance.records.store import Change, Workbench

# An id stands in an answer as a JSON text of its own, whichever field it is in.
_CITING = """
SELECT a.body AS answer, d.id AS assessment, d.body AS header
FROM document AS a JOIN document AS d ON d.kind = ? AND d.id = a.parent
WHERE a.kind = ? AND contains(a.body, ?) ORDER BY d.id, a.id
"""


class Citation(BaseModel, frozen=True):
    """An answer that rests on evidence.

    Args:
        assessment: The assessment it is part of.
        item: Which item it answers.
        state: Where the assessment stands.
        signed: Whether somebody's name is under it.
    """

    assessment: str
    item: str
    state: str
    signed: bool


def cited_by(workbench: Workbench, evidence_id: str) -> tuple[Citation, ...]:
    """List the answers that rest on evidence.

    Raises:
        NotAllowed: The role does not allow it.
    """
    return _read(workbench.read(_CITING, _values(evidence_id)))


def refuse_cited(change: Change, evidence_id: str) -> None:
    """Refuse a change while any answer rests on the evidence.

    Raises:
        Conflict: One does.
    """
    for one in _read(change.fetch(_CITING, _values(evidence_id))):
        what = f"item {one.item} of {one.assessment} cites it"
        raise Conflict(what, f"evidence {evidence_id}", "take it out of the answer first")


def _values(evidence_id: str) -> list[object]:
    return [ASSESSMENT, ANSWER, json.dumps(evidence_id)]


def _read(rows: list[tuple[Any, ...]]) -> tuple[Citation, ...]:
    found = []
    for answer, assessment, header in rows:
        about = json.loads(header)
        item, signed = json.loads(answer).get("item", ""), bool(about.get("signatures"))
        found.append(Citation(assessment=assessment, item=item, state=about.get("state", ""), signed=signed))
    return tuple(found)
