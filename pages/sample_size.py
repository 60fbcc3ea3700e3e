"""Is this win rate a win?"""

from __future__ import annotations

from functools import partial

import streamlit as st

from app.components import state
from app.components.evaluation_report import report_button
from app.components.feedback import empty
from app.components.figure import figure
from app.components.frame import number, page_header, source_line
from app.components.sample_size_views import (
    case_section,
    case_table,
    counts_form,
    interval_chart,
    interval_table,
    needed_chart,
    needed_table,
    needed_view,
)
from app.components.share_chart import percent
from governance.evaluation.prompt_reports import WIN_QUESTION, win_rate_report, win_words
from governance.evaluation.published import WIN_RATES, published
from governance.evaluation.sample_size import RULES

with st.sidebar:
    found = counts_form()
needed = needed_table(found, published(state.cursor(), WIN_RATES))
kept = case_table()
asked = "" if found.needed is None else f" · told from 50% with **{number(found.needed)} votes** or more"
actions = page_header(
    WIN_QUESTION,
    f"**{win_words(found)}**{asked}",
    help="A win: the lower end of Wilson's interval is above 50%. The votes needed hold the rate fixed and do not "
    "round wins to whole votes: the first n above z² / 4(rate − ½)².",
)
told = "; ".join(f"{percent(rate, 1)} needs {number(n)}" for rate, n in needed.select("rate", "votes needed").rows())
with actions:
    report_button(partial(win_rate_report, found, needed, kept), key="win-rate")
rule = f"{percent(found.level)} · ties: {RULES[found.rule]}"
left, right = st.columns(2)
with left:
    if found.rate is None:
        empty("No vote counts.", "Set wins, ties and losses in the sidebar; dropped ties do not count.")
    else:
        table = interval_table(found)
        figure(
            interval_chart(table),
            title="Win rate with its intervals",
            alt=f"{win_words(found)}; dashed: 50%",
            caption=f"n = {found.n:,} · {rule}",
            table=table,
            key="interval",
        )
with right:
    figure(
        needed_chart(needed, found.level),
        title="Votes needed until a win rate is a win",
        alt=f"Falling curve of votes needed by win rate: {told}",
        caption="Wilson's lower end above 50%, the rate held fixed · published rates come without their votes",
        table=needed,
        key="needed-votes",
    )
needed_view(needed)
case_section(kept)
source_line("Source: your counts; published rates from the abstracts named", rule, n=found.n)
