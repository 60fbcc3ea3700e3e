"""Filled risk forms for tests."""

from __future__ import annotations

from typing import Any

from governance.assessment.framework import Section

VALUE: dict[str, Any] = {
    "ref": "acme-chat 2.1", "text": "words", "number": 1e25, "date": "2027-01-31", "list": ["Audit Ltd, paid by Acme"],
    "evidence[]": ["e-1"], "bool": True,
}  # fmt: skip


def value_of(field) -> Any:
    """Give a value that fits a field: the last of its words, so that access is not ``none``."""
    if field.type == "enum":
        return field.options[-1]
    return list(field.options[:2]) if field.type == "multi" else VALUE[field.type]


def filled(form: tuple[Section, ...], *, optional: bool = False, **changes: Any) -> dict[str, dict[str, Any]]:
    """Fill in all required fields; changes are given as ``R2_likelihood="rare"``."""
    values = {one.id: {field.id: value_of(field) for field in one.fields if field.required or optional} for one in form}
    usual = {
        "R2_severity": "serious", "R2_likelihood": "unlikely", "R4_risk_tier": "controlled_with_mitigation",
        "R4_decision": "deploy_with_guardrails", "R4_release_mode": "api",
    }  # fmt: skip
    for name, value in {**usual, **changes}.items():
        section, _, field = name.partition("_")
        if value is None:
            values[section].pop(field, None)
        else:
            values[section][field] = value
    return values
