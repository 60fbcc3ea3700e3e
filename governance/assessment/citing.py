"""Cite evidence in an answer, or take it out again, leaving the rest of the answer as it is."""

from __future__ import annotations

from datetime import datetime

from governance.assessment.answers import answers, risk_answers, save_answer, save_risk_answer
from governance.assessment.assessments import get_assessment
from governance.assessment.framework import Framework
from governance.assessment.records import Answer, RiskAnswer
from governance.records.store import Workbench


def cite(
    workbench: Workbench, assessment_id: str, item: str, evidence_id: str, framework: Framework, now: datetime
) -> None:
    """Add evidence to what an answer of a draft rests on; one that does is left as it is.

    Args:
        workbench: The workbench.
        assessment_id: The draft.
        item: Its item or section; an answer is begun where there is none.
        evidence_id: The evidence, of the same system.
        framework: The forms as they are now.
        now: When, UTC.

    Raises:
        BadInput: The evidence is not of this system.
        Conflict: The assessment is no draft.
        NotFound: There is no such assessment or item.
    """
    _change(workbench, assessment_id, item, framework, now, evidence_id, True)


def uncite(
    workbench: Workbench, assessment_id: str, item: str, evidence_id: str, framework: Framework, now: datetime
) -> None:
    """Take evidence out of what an answer of a draft rests on.

    Raises:
        BadInput: The answer does not stand without it.
        Conflict: The assessment is no draft.
        NotFound: There is no such assessment or item.
    """
    _change(workbench, assessment_id, item, framework, now, evidence_id, False)


def _change(
    workbench: Workbench, assessment_id: str, item: str, framework: Framework, now: datetime, one: str, add: bool
) -> None:
    if get_assessment(workbench, assessment_id).record.form == "risk":
        section = risk_answers(workbench, assessment_id).get(item)
        written = section.record if section else RiskAnswer(item=item)
        kept = _with(written.evidence, one, add)
        if kept != written.evidence:
            changed = written.model_copy(update={"evidence": kept})
            save_risk_answer(workbench, assessment_id, changed, framework, now, section.revision if section else None)
        return
    present = answers(workbench, assessment_id).get(item)
    answer = present.record if present else Answer(item=item)
    kept = _with(answer.evidence, one, add)
    if kept != answer.evidence:
        changed_answer = answer.model_copy(update={"evidence": kept})
        save_answer(workbench, assessment_id, changed_answer, framework, now, present.revision if present else None)


def _with(present: tuple[str, ...], one: str, add: bool) -> tuple[str, ...]:
    if add:
        return present if one in present else (*present, one)
    return tuple(other for other in present if other != one)
