"""The form of a study: metadata only; it says what it refuses, and takes no files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from app.components import state
from app.components.feedback import show_error
from app.components.frame import plain
from app.components.review_charts import step_label
from governance.assessment.studies import get_study, read_study, save_study, shipped_studies
from governance.assessment.study_content import RULE
from governance.assessment.study_records import StudyRecord
from governance.assessment.study_vocabulary import (
    CHAINS,
    COMPARATOR_LABELS,
    COMPARATORS,
    DIRECTION_LABELS,
    DIRECTIONS,
    LIMITATION_LABELS,
    LIMITATIONS,
    METHOD_LABELS,
    METHODS,
    SAFEGUARDS,
    TRANSPARENCIES,
)
from governance.assessment.vocabulary import ThreatModel
from governance.errors import BadInput, NotFound, TouchstoneError

UNSTATED = "not stated"
TRUTHS = (UNSTATED, "yes", "no")
_TRUTH = {UNSTATED: None, "yes": True, "no": False}
_TEXTS = ("title", "authors", "url", "doi", "expertise", "measure", "unit", "finding", "published", "reviewer")
_NUMBERS = ("n", "value", "low", "high")


def study_form(threat_model: ThreatModel) -> None:
    """Draw the form for a new study, or for the one that the address names.

    What was typed stays where it cannot be saved.
    """
    base = _base()
    st.info(f"**{RULE}** Patterns find the plain cases; whoever saves answers for the rest.", icon=":material/shield:")
    if base is not None:
        threat_model = base.study.threat_model
    _load(base)
    with st.form("study-form", enter_to_submit=False):
        fields = _fields(threat_model)
        saved = st.form_submit_button(
            "Save study", type="primary", icon=":material/save:", help="Checks the words, then keeps the study",
            on_click=_clear_id,
        )  # fmt: skip
    if saved and (kept := _save(fields, threat_model, base)) is not None:
        st.toast(f"Saved **{plain(kept.study.title)}**.", icon=":material/check:")
        _forget()
        st.query_params.from_dict({"threat": threat_model, "id": kept.id})
        st.rerun()


def _fields(threat_model: ThreatModel) -> dict[str, Any]:
    text, pick = _text, _pick
    said: dict[str, Any] = {
        "title": text("Title", "title", 200, "As published"),
        "finding": st.text_area(
            "Finding, in one sentence of your own", key="s-finding", max_chars=400, height=80,
            help="What was found, not how it is done",
        ),
    }  # fmt: skip
    left, right = st.columns(2)
    with left:
        said["direction"] = pick("Direction", "direction", DIRECTIONS, DIRECTION_LABELS, "Of the risk at these steps")
        said["steps"] = _steps(threat_model)
        said["comparator"] = pick(
            "Compared with",
            "comparator",
            (UNSTATED, *COMPARATORS),
            COMPARATOR_LABELS,
            "The baseline it was held against",
        )
        said["method"] = pick("Method", "method", METHODS, METHOD_LABELS, "How it went about it")
        said["n"] = text("Participants or items", "n", 12, "A count; leave empty where it is not stated")
        said["expertise"] = text("Who took part", "expertise", 300, "For example novices or experts")
        said["models"] = text("Models and versions", "models", 600, "Separated by semicolons")
        said["safeguards"] = pick(
            "Safeguards", "safeguards", (UNSTATED, *SAFEGUARDS), {}, "Whether the models had them"
        )
        said["limitations"] = st.multiselect(
            "Limits as you see them", LIMITATIONS, key="s-limitations", format_func=lambda key: LIMITATION_LABELS[key],
            help="What it cannot tell",
        )  # fmt: skip
    with right:
        said["authors"] = text("Authors", "authors", 300, "The first of them, as cited")
        said["published"] = text("Published", "published", 10, "A day, month or year: 2026-02-18, 2026-02 or 2026")
        said["url"] = text("Address", "url", 300, "Where it is published, with https://")
        said["doi"] = text("DOI or arXiv id", "doi", 300, "For example arXiv:2412.01946")
        said["measure"] = text("What was measured", "measure", 300, "In a few words")
        said["value"] = text("Effect", "value", 20, "A number; leave empty where none is stated")
        said["low"] = text("Interval from", "low", 20, "Both ends or neither")
        said["high"] = text("Interval to", "high", 20, "Both ends or neither")
        said["unit"] = text("Unit of the effect", "unit", 300, "For example times the controls'")
    left, right = st.columns(2)
    with left:
        said["threat_model_stated"] = pick("Threat model explicit", "threat_model_stated", TRUTHS, {}, "Does it say so")
        said["limits_stated"] = pick("States its limits", "limits_stated", TRUTHS, {}, "Do the authors name them")
    with right:
        said["transparency"] = pick(
            "Can be repeated", "transparency", (UNSTATED, *TRANSPARENCIES), {}, "From what is published"
        )
        said["independent"] = pick("Independent of the maker", "independent", TRUTHS, {}, "Of the models it studied")
    said["reviewer"] = text("Read by", "reviewer", 300, "Who read the study")
    return said


def _steps(threat_model: ThreatModel) -> object:
    if chain := CHAINS[threat_model]:
        return st.multiselect(
            "Steps tested", chain, key="s-steps", format_func=step_label,
            help="None where it speaks of the chain as a whole",
        )  # fmt: skip
    return _text("Steps tested", "steps-own", 400, "In your words, separated by semicolons")


def _text(label: str, field: str, most: int, help: str) -> str:
    return st.text_input(label, key=f"s-{field}", max_chars=most, help=help)


def _pick(label: str, field: str, options: Sequence[str], labels: dict[Any, str], help: str) -> str:
    return st.selectbox(
        label, options, key=f"s-{field}", help=help,
        format_func=lambda key: labels.get(key, key.replace("_", " ")),
    )  # fmt: skip


def _save(fields: dict[str, Any], threat_model: ThreatModel, base: StudyRecord | None) -> StudyRecord | None:
    try:
        study = read_study(_read(fields, threat_model), "study form")
        if base is not None:
            study = study.model_copy(update={"evidence": base.study.evidence})
        taken = [one.id for one in shipped_studies(state.cursor())]
        key, revision = (None, None) if base is None else (base.id, st.session_state.get("s-revision"))
        return save_study(state.workbench(), study, datetime.now(UTC), key, revision, taken)
    except TouchstoneError as error:
        show_error(error)
        return None


def _read(fields: dict[str, Any], threat_model: ThreatModel) -> dict[str, Any]:
    said: dict[str, Any] = {"threat_model": threat_model, "reviewed": datetime.now(UTC).date().isoformat()}
    for name, value in fields.items():
        if name in _NUMBERS:
            said[name] = _number(name, str(value))
        elif name in ("threat_model_stated", "limits_stated", "independent"):
            said[name] = _TRUTH[value]
        elif name in ("models", "steps") and isinstance(value, str):
            said[name] = [part.strip() for part in value.split(";") if part.strip()]
        else:
            said[name] = None if value == UNSTATED else value
    return said


def _number(name: str, text: str) -> float | int | None:
    if not text.strip():
        return None
    try:
        return int(text) if name == "n" else float(text)
    except ValueError as error:
        kind = "whole number" if name == "n" else "number"
        raise BadInput(
            f"'{text[:40]}' is not a {kind}", f"study form, {name}", f"write a {kind}, such as 40"
        ) from error


def _base() -> StudyRecord | None:
    asked = st.query_params.get("edit")
    if asked is None:
        return None
    try:
        return get_study(state.workbench(), asked)
    except NotFound as error:
        show_error(error)
        return None


def _load(base: StudyRecord | None) -> None:
    """Fill the widgets when another study is edited than the run before."""
    asked = base.id if base else ""
    if st.session_state.get("s-editing") == asked and "s-title" in st.session_state:
        return
    st.session_state["s-editing"] = asked
    study = base.study if base else None
    st.session_state["s-revision"] = base.revision if base else None
    for name in _TEXTS:
        st.session_state[f"s-{name}"] = str(getattr(study, name)) if study else ""
    for name in _NUMBERS:
        value = getattr(study, name) if study else None
        st.session_state[f"s-{name}"] = (
            "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
        )
    for name in ("threat_model_stated", "limits_stated", "independent"):
        value = getattr(study, name) if study else None
        st.session_state[f"s-{name}"] = UNSTATED if value is None else ("yes" if value else "no")
    for name, usual in (("comparator", UNSTATED), ("safeguards", UNSTATED), ("transparency", UNSTATED)):
        st.session_state[f"s-{name}"] = (getattr(study, name) if study else None) or usual
    st.session_state["s-direction"] = study.direction if study else DIRECTIONS[-1]
    st.session_state["s-method"] = study.method if study else METHODS[0]
    st.session_state["s-limitations"] = list(study.limitations) if study else []
    st.session_state["s-models"] = "; ".join(study.models) if study else ""
    st.session_state["s-steps"] = list(study.steps) if study and CHAINS[study.threat_model] else []
    st.session_state["s-steps-own"] = "; ".join(study.steps) if study else ""


def _clear_id() -> None:
    st.session_state.pop("id", None)


def _forget() -> None:
    for name in [key for key in st.session_state if str(key).startswith("s-")]:
        del st.session_state[name]
