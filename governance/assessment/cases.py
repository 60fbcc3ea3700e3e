"""Case sheets of open-world evaluations: few runs of a long real task; never averaged with benchmark scores."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from governance.assessment.records import CASE
from governance.assessment.studies import no_files, read_form
from governance.assessment.study_content import refuse_content
from governance.assessment.study_records import Case, CaseRecord
from governance.errors import BadInput
from governance.records.documents import Document, delete_document, documents, free_id, get_document, save_document
from governance.records.store import Workbench

READ_BY_PEOPLE = ("title", "system", "task", "budget", "interventions_note", "outcome", "notes", "reviewer")
ASKED = {
    "task": "task", "budget": "budget", "interventions": "interventions", "avoidable": "which were avoidable",
    "logs": "logs", "n": "number of runs", "outcome": "outcome",
}  # fmt: skip
"""What a whole case sheet states."""


class RunShare(BaseModel, frozen=True):
    """How often the end state was reached.

    Args:
        share: Of the runs; ``None``: not stated.
        low: Lower end of the exact 95% interval.
        high: Upper end.
        n: Runs, a count.
        missing: What the sheet does not state.
    """

    share: float | None
    low: float | None
    high: float | None
    n: int | None
    missing: tuple[str, ...]


def read_case(data: Mapping[str, Any], where: str = "case") -> Case:
    """Read a case sheet from what a form or a file says, and check its words.

    Raises:
        BadInput: A field does not fit, or the sheet holds more than metadata.
    """
    case = read_form(Case, data, where)
    check_case(case, where)
    return case


def check_case(case: Case, where: str = "case") -> None:
    """Check that a case sheet holds nothing to act on.

    Raises:
        BadInput: It does, or an address cannot be used.
    """
    texts = {name: str(getattr(case, name)) for name in READ_BY_PEOPLE}
    logs = {"logs": case.logs} if "/" in case.logs else {}
    refuse_content(texts, {"url": case.url, **logs}, where)


def save_case(
    workbench: Workbench, case: Case, now: datetime, case_id: str | None = None, revision: int | None = None
) -> CaseRecord:
    """Save a case sheet, or a change of the revision that was read; earlier revisions stay.

    Args:
        workbench: The workbench.
        case: The sheet.
        now: When, UTC.
        case_id: The one to change; ``None``: a new one, named after its title.
        revision: The revision the change was made to.

    Raises:
        BadInput: It holds more than metadata, or its logs are a kept file.
        Conflict: It changed since it was read.
        NotAllowed: The role does not allow it.
        NotFound: There is none of that id, or no such evidence.
    """
    check_case(case, f"case {case_id or case.title:.80}")
    if case_id is None:
        case_id, revision = free_id(case.title, [one.id for one in documents(workbench, CASE)]), None
    elif revision is None:
        raise BadInput("the revision is missing", f"case {case_id:.80}", "say which one was changed")
    evidence = (case.logs,) if case.logs and "/" not in case.logs else ()
    check = no_files(evidence, f"case {case_id}")
    return _record(save_document(workbench, CASE, case_id, case.model_dump(mode="json"), now, revision, check=check))


def cases(workbench: Workbench) -> tuple[CaseRecord, ...]:
    """List the case sheets, the newest publication first."""
    found = [_record(one) for one in documents(workbench, CASE)]
    return tuple(sorted(found, key=lambda one: one.case.published, reverse=True))


def get_case(workbench: Workbench, case_id: str, revision: int | None = None) -> CaseRecord:
    """Give a case sheet, as it is or as it was.

    Raises:
        NotFound: There is none of that id, or it has no such revision.
    """
    return _record(get_document(workbench, CASE, case_id, revision))


def delete_case(workbench: Workbench, case_id: str, now: datetime) -> None:
    """Delete a case sheet; the trail keeps that it was there.

    Raises:
        NotAllowed: The role does not allow it.
        NotFound: There is none of that id.
    """
    delete_document(workbench, CASE, case_id, now)


def run_share(case: Case) -> RunShare:
    """Give how often the end state was reached, with the exact interval that so few runs leave.

    Args:
        case: The sheet.

    Source: Clopper and Pearson 1934.

    >>> found = run_share(Case(title="App", task="Publish an app", n=1, reached=1))
    >>> round(found.low, 3), found.high
    (0.025, 1.0)
    """
    missing = tuple(label for name, label in ASKED.items() if getattr(case, name) in (None, ""))
    if case.reached is None or case.n is None:
        return RunShare(share=None, low=None, high=None, n=case.n, missing=missing)
    reached, n = case.reached, case.n
    from scipy.stats import beta  # here, since loading it takes half a second that most commands never need

    low = 0.0 if reached == 0 else float(beta.ppf(0.025, reached, n - reached + 1))
    high = 1.0 if reached == n else float(beta.ppf(0.975, reached + 1, n - reached))
    return RunShare(share=reached / n, low=low, high=high, n=n, missing=missing)


def _record(document: Document) -> CaseRecord:
    return CaseRecord(
        id=document.id,
        revision=document.revision,
        author=document.author or "",
        updated=document.updated,
        case=Case.model_validate(document.body),
    )
