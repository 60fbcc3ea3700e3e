"""An answer to be read: what takes no edits is text, not a row of greyed fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.components import state
from app.components.assessment_words import CONFIDENCE_WORDS, FIELD_WORDS, PARTY_WORDS, STATUS_WORDS, when, who
from app.components.evidence_chips import evidence_chips
from app.components.frame import plain
from governance.assessment.evidence_age import aged_evidence
from governance.assessment.records import Answer, Assessment, Held

TEXTS = ("finding", "reason", "method", "limits", "mitigation")
WORDS: Mapping[str, Mapping[Any, str]] = {"party": PARTY_WORDS, "confidence": CONFIDENCE_WORDS}


def answer_view(header: Assessment, present: Held[Answer] | None) -> None:
    """Show an answer as it is kept.

    Args:
        header: The assessment.
        present: The answer; ``None``: nobody looked.
    """
    if present is None:
        st.markdown("**Not assessed.** Nobody looked at this item.")
        return
    answer = present.record
    st.markdown(f"**{STATUS_WORDS[answer.status]}**")
    for name in TEXTS:
        if value := getattr(answer, name):
            st.markdown(f"{FIELD_WORDS[name]}: {plain(value)}")
    if answer.value is not None:
        st.markdown(f"{plain(answer.metric or 'Figure')}: **{answer.value:g}**{_interval(answer)}")
    facts = [
        f"{FIELD_WORDS[name]}: {words[value]}" for name, words in WORDS.items() if (value := getattr(answer, name))
    ]
    facts += [
        f"{FIELD_WORDS[name]}: {plain(', '.join(value))}"
        for name in ("groups", "languages")
        if (value := getattr(answer, name))
    ]
    facts += [f"{FIELD_WORDS['owner']}: {plain(answer.owner)}"] if answer.owner else []
    facts += [f"{FIELD_WORDS['review_by']}: {answer.review_by}"] if answer.review_by else []
    facts += [f"{FIELD_WORDS['level']}: {answer.level} of 3"] if answer.level is not None else []
    if facts:
        st.markdown("\n".join(f"- {fact}" for fact in facts))
    if answer.evidence:
        found = aged_evidence(state.workbench(), state.cursor(), header.system, header.system_version)
        st.markdown("**Evidence**")
        evidence_chips([one for one in found if one.id in answer.evidence])
    st.caption(f"Saved {when(present.updated)} by {who(present.editor)}, revision {present.revision}")


def _interval(answer: Answer) -> str:
    ends = "" if answer.low is None and answer.high is None else f", from {_end(answer.low)} to {_end(answer.high)}"
    return ends + (f", n = {answer.n:,}" if answer.n is not None else ", n not stated")


def _end(value: float | None) -> str:
    return "an unknown end" if value is None else f"{value:g}"
