"""The form of one item: saved as it is changed; what cannot be kept yet is said beside it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import streamlit as st

from app.components import state
from app.components.answer_clash import Clash, clash_of, clash_view
from app.components.assessment_words import CONFIDENCE_WORDS, PARTY_WORDS, STATUS_HELP, STATUS_WORDS, when, who
from app.components.evidence_picker import evidence_options
from app.components.feedback import show_error
from app.components.frame import plain
from governance.assessment.answer_rules import answer_warnings
from governance.assessment.answers import save_answer
from governance.assessment.framework import Framework, Item
from governance.assessment.records import Answer, Assessment, Held, body_of, read_record
from governance.assessment.vocabulary import CONFIDENCES, PARTIES, STATUSES
from governance.errors import BadInput, TouchstoneError
from governance.records.documents import EditClash

WIDGETS = (
    "status", "finding", "reason", "method", "groups", "languages", "metric", "value", "low", "high", "n", "party",
    "level", "evidence", "confidence", "limits", "mitigation", "owner", "review_by",
)  # fmt: skip
LISTS = ("groups", "languages")
LONGEST = 20_000


def answer_form(header: Assessment, item: Item, present: Held[Answer] | None) -> None:
    """Draw the form of one item of a draft.

    Args:
        header: The assessment.
        item: What is asked.
        present: What is saved; ``None``: nothing yet.
    """
    key = f"answer-{header.id}-{item.id}"
    _fill(key, item, present)
    with st.container():  # what comes and goes stands in places that stay, or the fields below would be drawn anew
        _saved_line(key)
        clash: Clash | None = st.session_state.get(f"{key}-clash")
        if clash is not None:
            clash_view(clash, key, lambda body, revision: _keep(header, item, key, body, revision))
    field = _Fields(header, item, key)
    status = field.one("Status", "status", list(STATUSES), STATUS_WORDS, STATUS_HELP)
    with st.container():
        if status == "not_applicable":
            field.text("Why it does not apply", "reason", "Needed: an item that does not apply says why")
    field.text("Finding", "finding", "What was found, in your words; a number goes under Figure")
    field.text("Method", "method", "How it was looked at; needed where something was found or looked for, or evidence")
    left, right = st.columns(2)
    with left:
        field.one("Who looked", "party", list(PARTIES), PARTY_WORDS, "Whose work the finding is")
    with right:
        field.one("Confidence", "confidence", list(CONFIDENCES), CONFIDENCE_WORDS, "In the finding")
    evidence_options(
        header.system, f"{key}-evidence", field.change, field.arguments, version=header.system_version, item=item.id
    )
    _more(field)


class _Fields:
    """The widgets of one item: each saves the whole answer when it changes."""

    def __init__(self, header: Assessment, item: Item, key: str) -> None:
        self.key = key
        self.change: Callable[..., None] = _changed
        self.arguments = (header, item, key)

    def one(self, label: str, name: str, options: list[Any], words: dict[Any, str], help: str) -> Any:  # noqa: ANN401
        return st.segmented_control(
            label, options, key=f"{self.key}-{name}", format_func=lambda one: words.get(one, str(one)), help=help,
            on_change=self.change, args=self.arguments, required=name == "status", wrap=True,
        )  # fmt: skip

    def text(self, label: str, name: str, help: str, height: int = 84) -> None:
        st.text_area(
            label, key=f"{self.key}-{name}", help=help, height=height, max_chars=LONGEST,
            on_change=self.change, args=self.arguments,
        )  # fmt: skip

    def line(self, label: str, name: str, help: str, placeholder: str = "") -> None:
        st.text_input(
            label, key=f"{self.key}-{name}", help=help, placeholder=placeholder,
            on_change=self.change, args=self.arguments, max_chars=300 if name not in LISTS else LONGEST,
        )  # fmt: skip

    def number(self, label: str, name: str, help: str) -> None:
        whole: dict[str, Any] = {"step": 1, "min_value": 0} if name == "n" else {"format": "%g", "step": None}
        st.number_input(
            label, key=f"{self.key}-{name}", help=help, value=None, placeholder="none",
            on_change=self.change, args=self.arguments, **whole,
        )  # fmt: skip

    def day(self, label: str, name: str, help: str) -> None:
        st.date_input(
            label, key=f"{self.key}-{name}", help=help, value=None, format="YYYY-MM-DD",
            min_value=date(2000, 1, 1), max_value=date(2100, 1, 1), on_change=self.change, args=self.arguments,
        )  # fmt: skip


def _more(field: _Fields) -> None:
    with st.expander("Figure, groups and languages", icon=":material/straighten:"):
        field.line("Metric", "metric", "What was measured", "e.g. word error rate")
        columns = st.columns(4)
        for place, (label, name, help) in zip(
            columns,
            (
                ("Figure", "value", "In the metric's own unit"),
                ("Low end", "low", "Of its interval"),
                ("High end", "high", "Of its interval"),
                ("Sample size", "n", "How many cases"),
            ),
            strict=True,
        ):
            with place:
                field.number(label, name, help)
        field.line("Groups", "groups", "Groups covered, parted by commas", "e.g. women, men, Tamil speakers")
        field.line("Languages", "languages", "Codes of ISO 639-3, parted by commas", "e.g. eng, swh")
    with st.expander("Limits, mitigation, owner and reporting", icon=":material/more_horiz:"):
        field.text("Limits", "limits", "What the finding cannot tell")
        field.text("Mitigation", "mitigation", "What is done about it")
        left, right = st.columns(2)
        with left:
            field.line("Owner", "owner", "Who answers for this item")
        with right:
            field.day("Look again by", "review_by", "It is listed as due from then on")
        levels = {one.score: f"{one.score} {one.label}" for one in state.framework().levels}
        field.one(
            "Reporting level", "level", list(levels), levels,
            "How far it is reported, where the reporting was searched; 0: searched and nothing there. Our own rubric.",
        )  # fmt: skip


def _fill(key: str, item: Item, present: Held[Answer] | None) -> None:
    """Give the widgets what is saved: on arrival, and again when it changed elsewhere and nothing waits here.

    A widget whose value fits is left alone: what is being typed there may not have arrived yet.
    """
    kept, revision = st.session_state, 0 if present is None else present.revision
    waiting = f"{key}-clash" in kept or f"{key}-unsaved" in kept
    if kept.get(f"{key}-filled") != revision and (f"{key}-filled" not in kept or not waiting):
        kept[f"{key}-filled"], kept[f"{key}-seen"] = revision, present
        kept[f"{key}-typed"] = _as_typed(Answer(item=item.id) if present is None else present.record)
        for name, value in kept[f"{key}-typed"].items():
            if kept.get(f"{key}-{name}") != value:
                kept[f"{key}-{name}"] = value
    for name in WIDGETS:  # a widget that was not drawn for a run has lost its value
        if f"{key}-{name}" not in kept:
            kept[f"{key}-{name}"] = kept[f"{key}-typed"][name]


def _as_typed(record: Answer) -> dict[str, Any]:
    """Give an answer as the widgets hold it."""
    typed = {name: getattr(record, name) for name in WIDGETS}
    return {
        name: ", ".join(value) if name in LISTS else list(value) if isinstance(value, tuple) else value
        for name, value in typed.items()
    }


def _read(item: Item, key: str) -> Answer:
    kept = st.session_state
    seen: Held[Answer] | None = kept.get(f"{key}-seen")
    base = Answer(item=item.id) if seen is None else seen.record
    typed: dict[str, Any] = kept[f"{key}-typed"]
    typed.update({name: kept[f"{key}-{name}"] for name in WIDGETS if f"{key}-{name}" in kept})
    blank = {name: getattr(Answer(item=item.id), name) for name, value in typed.items() if value is None}
    lists = {name: [part.strip() for part in re.split(r"[,;\n]", typed[name] or "") if part.strip()] for name in LISTS}
    return read_record(Answer, {**base.model_dump(), **typed, **blank, **lists}, f"item {item.id}")


def _changed(header: Assessment, item: Item, key: str) -> None:
    """Keep what was typed; where the status cannot stand yet, keep the rest under the status it had."""
    kept = st.session_state
    kept.pop(f"{key}-unsaved", None)
    seen: Held[Answer] | None = kept.get(f"{key}-seen")
    revision = None if seen is None else seen.revision
    try:
        answer = _read(item, key)
        try:
            _save(header, answer, key, revision)
        except BadInput as error:
            before = "not_assessed" if seen is None else seen.record.status
            if answer.status == before:
                raise
            kept[f"{key}-unsaved"] = error
            _save(header, answer.model_copy(update={"status": before}), key, revision)
    except EditClash as clash:
        base = Answer(item=item.id, question=clash.mine["question"]) if seen is None else seen.record
        kept[f"{key}-clash"] = clash_of(clash, body_of(base))
    except TouchstoneError as error:
        kept[f"{key}-unsaved"] = error


def _save(header: Assessment, answer: Answer, key: str, revision: int | None) -> None:
    framework: Framework = state.framework()
    saved = save_answer(state.workbench(), header.id, answer, framework, datetime.now(UTC), revision)
    st.session_state[f"{key}-seen"] = saved
    if f"{key}-unsaved" in st.session_state or saved.record == answer:
        st.session_state[f"{key}-filled"] = saved.revision


def _keep(header: Assessment, item: Item, key: str, body: dict[str, Any], revision: int) -> None:
    """Save what was chosen of both sides of a clash."""
    kept = st.session_state
    try:
        answer = read_record(Answer, body, f"item {item.id}")
        saved = save_answer(state.workbench(), header.id, answer, state.framework(), datetime.now(UTC), revision)
    except EditClash as clash:
        kept[f"{key}-clash"] = clash_of(clash, clash.theirs.body)
        return
    except TouchstoneError as error:
        kept[f"{key}-unsaved"] = error
        return
    for name in (f"{key}-clash", f"{key}-unsaved", f"{key}-filled"):
        kept.pop(name, None)
    kept[f"{key}-seen"] = saved


def _saved_line(key: str) -> None:
    seen: Held[Answer] | None = st.session_state.get(f"{key}-seen")
    error: TouchstoneError | None = st.session_state.get(f"{key}-unsaved")
    if error is not None:
        partly = seen is not None and st.session_state.get(f"{key}-status") != seen.record.status
        if isinstance(error, BadInput) and partly:
            was = STATUS_WORDS[seen.record.status].lower() if seen else "not assessed"
            words = f"The status waits: {error.what}. Until then it stays **{was}**; the rest is saved."
            st.warning(words + f"  \n{error.fix[:1].upper()}{error.fix[1:]}.", icon=":material/pending:")
        else:
            st.warning("**Not saved yet.** What you typed stays here.", icon=":material/pending:")
            show_error(error)
    elif seen is None:
        st.caption("Saved as you go.")
    else:
        odd = answer_warnings(seen.record)
        said = f" · {'; '.join(odd)}" if odd else ""
        st.caption(f"Saved {when(seen.updated)} by {who(seen.editor)}, revision {seen.revision}{plain(said)}")
