"""Which answers should people judge first?"""

from __future__ import annotations

from functools import partial

import streamlit as st

from app.components import state
from app.components.evaluation_report import report_button
from app.components.feedback import show_error
from app.components.frame import page_header, plain, source_line
from app.components.prompt_views import (
    beside_published,
    is_proxy,
    items_of,
    items_table,
    prompt_answer,
    prompt_figures,
    prompt_settings,
    study_of,
)
from app.components.set_chooser import choose_set
from governance.errors import TouchstoneError
from governance.evaluation.prompt_reports import PROMPTS_QUESTION, study_report
from governance.evaluation.published import TIE_CUT, published

opened = choose_set("battles", default="llmfao")
card = opened.card
with st.sidebar:
    asked = prompt_settings(opened)
claims = published(state.cursor(), TIE_CUT)
source = f"Source: {plain(card.source)} ({plain(card.licence or 'licence not stated')})"
try:
    study = study_of(
        card.id, card.version, asked.priority, asked.scores, asked.top, asked.split, asked.repeats, asked.resamples,
        asked.seed, opened.frame,
    )  # fmt: skip
    ranked = items_of(card.id, card.version, asked.priority, asked.scores, opened.frame)
except TouchstoneError as error:
    page_header(PROMPTS_QUESTION, "**Not testable** with these votes and settings.")
    show_error(error)
    source_line(source, f"data version {card.version}", n=card.rows)
    st.stop()

actions = page_header(
    PROMPTS_QUESTION,
    prompt_answer(study),
    help="An item is a prompt with a pair of models. A tie costs a judgement and separates nobody, so items on which "
    "the models differ clearly come first. Votes that rank an item never judge it.",
)
with actions:
    report_button(partial(study_report, study, card, ranked, claims), key="prompts")
prompt_figures(study, card.title)
items_table(ranked, is_proxy(asked))
beside_published(study, claims)
source_line(
    source,
    f"data version {card.version}",
    f"{study.repeats} splits, {study.resamples} resamples, seed {study.seed}",
    n=study.votes,
)
