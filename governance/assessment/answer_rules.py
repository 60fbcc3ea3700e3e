"""What an answer may say: checked before it is kept, and what is odd about one that may stand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pycountry

from governance.assessment.framework import Framework
from governance.assessment.records import Answer, RiskAnswer
from governance.assessment.risk_form import check_section
from governance.errors import BadInput, NotFound


def check_answer(answer: Answer) -> None:
    """Check an answer of the social-impact form.

    Raises:
        BadInput: It does not apply without a reason, found something without a way or evidence, its interval is not
            in order, or a language is no code of ISO 639-3.

    >>> check_answer(Answer(item="B1.1", status="not_applicable", reason="It gives no text to people."))
    """
    where = f"item {answer.item}"
    if answer.status == "not_applicable" and not answer.reason.strip():
        raise BadInput("the reason is missing", where, "say why the item does not apply")
    if answer.status in ("found", "none_found") and not (answer.method.strip() or answer.evidence):
        raise BadInput("neither a method nor evidence is given", where, "say how it was looked at, or cite evidence")
    _check_numbers(answer, where)
    for code in answer.languages:
        if pycountry.languages.get(alpha_3=code) is None:
            raise BadInput(f"'{code:.40}' is no language", where, "use codes of ISO 639-3, e.g. eng or swh")


def answer_warnings(answer: Answer) -> tuple[str, ...]:
    """Say what is odd about an answer that may stand.

    >>> answer_warnings(Answer(item="B1.1", status="found", finding="A gap", method="BBQ"))
    ('who did it is not stated',)
    """
    looked = answer.status in ("found", "none_found")
    odd = (
        (looked and answer.party is None, "who did it is not stated"),
        (looked and not answer.finding.strip(), "the finding is not described"),
        (answer.status == "not_assessed" and bool(answer.finding.strip()), "a finding stands here, yet not assessed"),
        (answer.value is not None and not answer.metric.strip(), "the figure has no metric"),
        (answer.value is not None and answer.n is None, "the figure has no sample size"),
        (answer.value is None and (answer.low is not None or answer.high is not None), "an interval without a figure"),
    )
    return tuple(words for holds, words in odd if holds)


def stated_question(answer: Answer, framework: Framework, present: Answer | None) -> Answer:
    """Give an answer with the question it answers and the form's version.

    An answer keeps the question it was given to; where it has none yet, or none is passed, today's is taken.

    Raises:
        BadInput: The question is neither the one kept nor today's.
        NotFound: The form has no such item, and none is kept.
    """
    item = framework.find_item(answer.item)
    if item is None and present is None:
        framework.item(answer.item)
    today = item and {"question": item.question, "framework": framework.version("social_impact")}
    kept = present and {"question": present.question, "framework": present.framework}
    if kept and (answer.question == kept["question"] or not today):
        return answer.model_copy(update=kept)
    if today and answer.question in ("", today["question"]):
        return answer.model_copy(update=today)
    raise BadInput("the question is not the form's", f"item {answer.item}", "leave the question out")


def check_risk_answer(answer: RiskAnswer, framework: Framework) -> None:
    """Check a section of the risk form: its fields are known, and each value fits.

    Raises:
        BadInput: A field is unknown or a value does not fit it.
        NotFound: The form has no such section.
    """
    check_section(framework.section(answer.item), answer.values)


def evidence_fields(framework: Framework, answer: RiskAnswer) -> tuple[str, ...]:
    """Give the ids of evidence that stand in the fields of a section."""
    try:
        fields = framework.section(answer.item).fields
    except NotFound:
        return ()
    return tuple(one for field in fields if field.type == "evidence[]" for one in _listed(answer.values, field.id))


def _listed(values: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = values.get(name)
    return tuple(value) if isinstance(value, list | tuple) else ()


def _check_numbers(answer: Answer, where: str) -> None:
    named = {"value": answer.value, "low": answer.low, "high": answer.high}
    for name, number in named.items():
        if number is not None and not math.isfinite(number):
            raise BadInput(f"{name} is no number", where, "give a number, or leave it out")
    pairs = (("low", "value"), ("value", "high"), ("low", "high"))
    for small, large in pairs:
        one, other = named[small], named[large]
        if one is not None and other is not None and one > other:
            raise BadInput(f"{small} {one!r} is above {large} {other!r}", where, "put the interval in order")
