"""A kept risk assessment as one thing: its sections, the verdict of its rule, the events noted at it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

from governance.assessment.answers import risk_answers, save_risk_answer
from governance.assessment.assessments import get_assessment
from governance.assessment.framework import Framework
from governance.assessment.own_risk_rules import find_risk_rule
from governance.assessment.records import Assessment, Held, RiskAnswer
from governance.assessment.reopening import Reopening, TriggerNote, reopening, trigger_notes
from governance.assessment.risk import Case, Verdict, judge
from governance.assessment.risk_form import check_section, find_field
from governance.assessment.risk_rule import DEFAULT_RULE, RiskRule
from governance.assessment.states import authors_of
from governance.errors import BadInput
from governance.records.store import Workbench

RULE = "rule"
"""Field of section R4: the rule that was applied, with its revision."""


class RiskRecord(BaseModel, frozen=True):
    """A risk assessment and what follows from it.

    Args:
        header: The assessment.
        answers: Its sections that were written, by id.
        case: What is judged: values, authors and signers.
        rule: By which rule.
        verdict: What that rule says.
        notes: Events noted at it.
        reopening: Whether something since calls for a new one.
    """

    header: Held[Assessment]
    answers: dict[str, Held[RiskAnswer]]
    case: Case
    rule: RiskRule
    verdict: Verdict
    notes: tuple[Held[TriggerNote], ...]
    reopening: Reopening

    def values(self, section: str) -> dict[str, Any]:
        """Give the values of a section."""
        return dict(self.case.values.get(section, {}))


def read_risk(
    workbench: Workbench, assessment_id: str, framework: Framework, today: date, rule: RiskRule | None = None
) -> RiskRecord:
    """Read a risk assessment and judge it.

    Args:
        workbench: The workbench.
        assessment_id: Which.
        framework: The forms.
        today: The day, for what is overdue.
        rule: By which to judge; ``None``: the one section R4 names, else the shipped one.

    Raises:
        BadInput: It is no risk assessment.
        NotFound: There is none of that id, or no such rule.
    """
    header = get_assessment(workbench, assessment_id)
    if header.record.form != "risk":
        raise BadInput("it is no risk assessment", f"assessment {assessment_id}", "name one of the risk form")
    answers = risk_answers(workbench, assessment_id)
    values = {section: one.record.values for section, one in answers.items()}
    case = Case(
        values=values,
        authors=authors_of(workbench, assessment_id),
        signers=tuple(one.by for one in header.record.signatures),
    )
    by = rule or find_risk_rule(workbench, str(case.value("R4", RULE) or DEFAULT_RULE.id))
    notes = trigger_notes(workbench, assessment_id)
    return RiskRecord(
        header=header,
        answers=answers,
        case=case,
        rule=by,
        verdict=judge(case, by, framework.sections),
        notes=notes,
        reopening=reopening(header.record, values.get("R5", {}), notes, today),
    )


def write_section(
    workbench: Workbench,
    assessment_id: str,
    section: str,
    values: Mapping[str, object],
    framework: Framework,
    now: datetime,
) -> Held[RiskAnswer]:
    """Change some fields of a section of a draft, and leave the others as they are.

    Args:
        workbench: The workbench.
        assessment_id: Which.
        section: ``R1`` to ``R6``.
        values: Field to value; ``None`` or nothing empties it.
        framework: The forms.
        now: When, UTC.

    Raises:
        BadInput: A value does not fit its field; it is named, with how to mend it.
        Conflict: It is no draft, or somebody changed the same fields at the same moment.
        NotFound: There is no such assessment or section.
    """
    asked = framework.section(section)
    for name in values:
        find_field(asked, name)
    present = risk_answers(workbench, assessment_id).get(section)
    kept = present.record if present else RiskAnswer(item=section)
    answer = kept.model_copy(update={"values": check_section(asked, {**kept.values, **values})})
    return save_risk_answer(workbench, assessment_id, answer, framework, now, present.revision if present else None)
