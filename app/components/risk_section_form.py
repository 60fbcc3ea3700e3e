"""The form of one section of a risk assessment: each field as its kind asks, saved as it is changed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import streamlit as st

from app.components import state
from app.components.answer_clash import Clash, clash_view
from app.components.assessment_words import when, who
from app.components.evidence_picker import evidence_options
from app.components.feedback import show_error
from governance.assessment.answers import save_risk_answer
from governance.assessment.framework import Field, Section
from governance.assessment.own_risk_rules import own_risk_rules, rule_name
from governance.assessment.records import Assessment, Held, RiskAnswer
from governance.assessment.risk_form import LONGEST_TEXT, check_section
from governance.assessment.risk_record import RULE
from governance.assessment.risk_rule import DEFAULT_RULE, words
from governance.errors import TouchstoneError
from governance.records.documents import EditClash
from governance.records.merging import merge

HELP: dict[str, str] = {
    "text": "In your words",
    "ref": "One line",
    "number": "A number from 0 up, e.g. 1e25",
    "date": "A day",
    "enum": "One of these",
    "multi": "As many as hold",
    "list": "One a line",
    "bool": "Yes or no",
}
FIELD_HELP = {
    ("R2", "likelihood"): "Cannot estimate is an answer too; the rule says what it suggests",
    ("R3", "absence"): "Where nobody from outside looked, the rule may accept a reason",
    ("R4", "risk_tier"): "After mitigation; more than one step below what the grid suggests counts only that one step",
}


def section_form(header: Assessment, section: Section, present: Held[RiskAnswer] | None, *, frozen: bool) -> None:
    """Draw the form of one section.

    Args:
        header: The assessment.
        section: What is asked.
        present: What is saved; ``None``: nothing yet.
        frozen: Whether it takes no edits.
    """
    key = f"risk-{header.id}-{section.id}"
    _fill(key, section, present, frozen)
    _saved_line(key, frozen)
    clash: Clash | None = st.session_state.get(f"{key}-clash")
    if clash is not None:
        clash_view(clash, key, lambda values, revision: _keep(header, section, key, values, revision))
    for field in section.fields:
        _widget(header, section, field, key, frozen)


def _widget(header: Assessment, section: Section, field: Field, key: str, frozen: bool) -> None:
    label = field.label if field.required else f"{field.label} (optional)"
    arguments = (header, section, key)
    usual: dict[str, Any] = {
        "key": f"{key}-{field.id}", "disabled": frozen, "on_change": _changed, "args": arguments,
        "help": FIELD_HELP.get((section.id, field.id), HELP.get(field.type)),
    }  # fmt: skip
    if field.type == "evidence[]":
        evidence_options(
            header.system, usual["key"], _changed, arguments,
            disabled=frozen, version=header.system_version, label=label, item=section.id,
        )  # fmt: skip
    elif (section.id, field.id) == ("R4", RULE):
        names = _rule_names(st.session_state.get(usual["key"]))
        st.selectbox(label, names, index=None, placeholder="not recorded: the shipped rule", **usual)
    elif field.type == "enum":
        st.segmented_control(label, field.options, format_func=words, wrap=True, **usual)
    elif field.type == "multi":
        st.pills(label, field.options, selection_mode="multi", format_func=words, wrap=True, **usual)
    elif field.type == "number":
        st.number_input(label, value=None, min_value=0.0, step=None, format="%g", placeholder="unknown", **usual)
    elif field.type == "date":
        low, high = date(2000, 1, 1), date(2100, 1, 1)
        st.date_input(label, value=None, format="YYYY-MM-DD", min_value=low, max_value=high, **usual)
    elif field.type == "ref":
        st.text_input(label, max_chars=300, **usual)
    else:
        st.text_area(label, height=84, max_chars=LONGEST_TEXT, **usual)


def _rule_names(present: str | None) -> list[str]:
    bench = state.workbench()
    names = [DEFAULT_RULE.id, *(rule_name(bench, one) for one in own_risk_rules(bench))]
    return names if present in (None, *names) else [*names, str(present)]


def _fill(key: str, section: Section, present: Held[RiskAnswer] | None, frozen: bool) -> None:
    """Give the widgets what is saved: on arrival, and again when it changed elsewhere and nothing waits here.

    A widget whose value fits is left alone: what is being typed there may not have arrived yet.
    """
    kept, revision = st.session_state, 0 if present is None else present.revision
    waiting = f"{key}-clash" in kept or f"{key}-unsaved" in kept
    if kept.get(f"{key}-filled") != revision and (f"{key}-filled" not in kept or not waiting or frozen):
        values = {} if present is None else present.record.values
        kept[f"{key}-filled"], kept[f"{key}-seen"] = revision, present
        kept[f"{key}-typed"] = {field.id: _shown(field, values.get(field.id)) for field in section.fields}
        for name, value in kept[f"{key}-typed"].items():
            if kept.get(f"{key}-{name}") != value:
                kept[f"{key}-{name}"] = value
    for field in section.fields:  # a widget that was not drawn for a run has lost its value
        if f"{key}-{field.id}" not in kept:
            kept[f"{key}-{field.id}"] = kept[f"{key}-typed"][field.id]


def _shown(field: Field, value: Any) -> Any:  # noqa: ANN401 - as the widget of the kind takes it
    if field.type == "date":
        return None if value is None else date.fromisoformat(value)
    if field.type == "list":
        return "\n".join(value or [])
    if field.type in ("multi", "evidence[]"):
        return list(value or [])
    return (value or "") if field.type in ("text", "ref") and (field.id != RULE) else value


def _read(section: Section, key: str) -> dict[str, Any]:
    kept = st.session_state
    typed: dict[str, Any] = kept[f"{key}-typed"]
    names = {field.id: field.type for field in section.fields}
    typed.update({name: kept[f"{key}-{name}"] for name in names if f"{key}-{name}" in kept})
    lines = {name: (typed[name] or "").splitlines() for name, kind in names.items() if kind == "list"}
    return check_section(section, {**typed, **lines})


def _changed(header: Assessment, section: Section, key: str) -> None:
    kept = st.session_state
    kept.pop(f"{key}-unsaved", None)
    seen: Held[RiskAnswer] | None = kept.get(f"{key}-seen")
    try:
        _save(header, section, key, _read(section, key), None if seen is None else seen.revision)
    except EditClash as clash:
        kept[f"{key}-clash"] = _clash(clash, {} if seen is None else seen.record.values)
    except TouchstoneError as error:
        kept[f"{key}-unsaved"] = error


def _save(header: Assessment, section: Section, key: str, values: dict[str, Any], revision: int | None) -> None:
    seen: Held[RiskAnswer] | None = st.session_state.get(f"{key}-seen")
    answer = (RiskAnswer(item=section.id) if seen is None else seen.record).model_copy(update={"values": values})
    saved = save_risk_answer(state.workbench(), header.id, answer, state.framework(), datetime.now(UTC), revision)
    st.session_state[f"{key}-seen"] = saved
    if saved.record.values == values:
        st.session_state[f"{key}-filled"] = saved.revision


def _clash(error: EditClash, base: dict[str, Any]) -> Clash:
    """Take the fields of both sides, each by itself."""
    mine: dict[str, Any] = error.mine["values"]  # type: ignore[assignment]
    theirs: dict[str, Any] = error.theirs.body["values"]
    both = merge(base, mine, theirs)
    return Clash(both.body, theirs, both.clashes, error.theirs.revision, error.theirs.editor)


def _keep(header: Assessment, section: Section, key: str, values: dict[str, Any], revision: int) -> None:
    """Save what was chosen of both sides of a clash."""
    kept = st.session_state
    try:
        _save(header, section, key, check_section(section, values), revision)
    except EditClash as clash:
        kept[f"{key}-clash"] = _clash(clash, clash.theirs.body["values"])
        return
    except TouchstoneError as error:
        kept[f"{key}-unsaved"] = error
        return
    for name in (f"{key}-clash", f"{key}-unsaved", f"{key}-filled"):
        kept.pop(name, None)


def _saved_line(key: str, frozen: bool) -> None:
    seen: Held[RiskAnswer] | None = st.session_state.get(f"{key}-seen")
    error: TouchstoneError | None = st.session_state.get(f"{key}-unsaved")
    if error is not None:
        st.warning("**Not saved yet.** What you typed stays here.", icon=":material/pending:")
        show_error(error)
    elif seen is None:
        st.caption("Nothing saved yet." if frozen else "Saved as you go.")
    else:
        st.caption(f"Saved {when(seen.updated)} by {who(seen.editor)}, revision {seen.revision}")
