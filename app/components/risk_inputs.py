"""What the reader sets on the Risk page: the section, what is shown beside it, and how the rule is varied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app.components.risk_words import CANNOT_WORDS, SCRUTINY_WORDS
from app.components.url_state import from_url, to_url
from governance.assessment.framework import Section
from governance.assessment.risk_form import Completeness
from governance.assessment.risk_record import RiskRecord
from governance.assessment.risk_rule import words
from governance.assessment.vocabulary import LIKELIHOODS, SEVERITIES
from governance.catalogue.selection import choice

VIEWS = {"form": "Form", "flips": "What would flip it", "compute": "Compute", "events": "Events"}
AS_RECORDED = "as recorded"


def pick_section(form: Sequence[Section], filled: Sequence[Completeness]) -> Section:
    """Let a section be chosen, each with how far it is filled in."""
    ids, marks = [one.id for one in form], {one.section: mark(one) for one in filled}
    from_url("section", ids[0], lambda value: choice(value, ids, "address, section"))
    st.segmented_control(
        "Section", ids, key="section", required=True, format_func=lambda one: f"{marks[one]} {one}",
        help="; ".join(f"{one.id} {one.title}" for one in form) + ". ● complete, ◐ begun, ○ empty",
    )  # fmt: skip
    asked = to_url("section", ids[0])
    return next(one for one in form if one.id == asked)


def mark(one: Completeness) -> str:
    """Draw how far a section is: complete, begun or empty."""
    return "●" if one.complete else "◐" if one.filled or one.more else "○"


def pick_view() -> str:
    """Let the reader choose what stands under the picture."""
    from_url("show", "form", lambda value: choice(value, list(VIEWS), "address, show"))
    st.segmented_control(
        "Show", list(VIEWS), key="show", format_func=VIEWS.__getitem__, required=True, label_visibility="collapsed",
        help="The form, what would flip the decision, compute as context, and events since",
    )  # fmt: skip
    return to_url("show", "form")


def variation(record: RiskRecord) -> dict[str, Any]:
    """Draw how the rule and the uncertain fields are varied, and give what differs as settings of `varied`."""
    st.markdown("**Vary**")
    rule = record.rule
    severity = _menu("as_severity", "Severity", SEVERITIES, "As if it were this")
    likelihood = _menu("as_likelihood", "Likelihood", LIKELIHOODS, "As if it were this")
    margin = _slider("margin", "Margin for better elicitation", 4, rule.margin, "Steps the likelihood is read higher")
    credit = _slider(
        "credit", "Credit for guardrails", 3, rule.credit, "Steps the tier may lie below the suggested one"
    )
    scrutiny = _rule_menu("scrutiny", "Outside scrutiny", SCRUTINY_WORDS, rule.scrutiny, "What the rule asks of R3")
    unknown = _rule_menu(
        "unknown",
        "Cannot estimate suggests",
        CANNOT_WORDS,
        rule.cannot_estimate,
        "For a likelihood nobody can estimate",
    )
    second = _rule_menu(
        "second", "A second person signs", {"yes": "Yes", "no": "No"}, "yes" if rule.second_person else "no",
        "Somebody who wrote none of it",
    )  # fmt: skip
    said = {
        "R2.severity": severity, "R2.likelihood": likelihood, "rule.margin": margin, "rule.credit": credit,
        "rule.scrutiny": scrutiny, "rule.cannot_estimate": unknown, "rule.second_person": second == "yes",
    }  # fmt: skip
    present = {
        "R2.severity": None, "R2.likelihood": None, "rule.margin": rule.margin, "rule.credit": rule.credit,
        "rule.scrutiny": rule.scrutiny, "rule.cannot_estimate": rule.cannot_estimate,
        "rule.second_person": rule.second_person,
    }  # fmt: skip
    return {name: value for name, value in said.items() if value != present[name]}


def _menu(name: str, label: str, options: Sequence[str], help: str) -> str | None:
    known = [AS_RECORDED, *options]
    from_url(name, AS_RECORDED, lambda value: choice(value, known, f"address, {name}"))
    st.selectbox(label, known, key=name, format_func=words, help=help)
    value = to_url(name, AS_RECORDED)
    return None if value == AS_RECORDED else value


def _rule_menu(name: str, label: str, options: Mapping[str, str], default: str, help: str) -> str:
    from_url(name, default, lambda value: choice(value, list(options), f"address, {name}"))
    st.selectbox(label, list(options), key=name, format_func=lambda one: options[one], help=help)
    return to_url(name, default)


def _slider(name: str, label: str, top: int, default: int, help: str) -> int:
    steps = [str(one) for one in range(top + 1)]
    from_url(name, str(default), lambda value: choice(value, steps, f"address, {name}"), read=int)
    st.slider(label, 0, top, key=name, help=help)
    return int(to_url(name, str(default)))
