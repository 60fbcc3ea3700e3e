"""Did a compute threshold catch the models it was meant to catch?"""

from __future__ import annotations

import numpy as np
import streamlit as st

from app.components import state
from app.components.backtest_charts import correlation_chart, least_chart, quadrant_chart
from app.components.backtest_form import backtest_form
from app.components.backtest_shares import over_time_chart, sweep_chart
from app.components.backtest_views import outcome_table, table_of, trigger_section
from app.components.backtest_words import (
    DIFFERS,
    answer,
    correlation_words,
    least_words,
    legal_names,
    over_time_words,
    quadrant_caption,
    settings,
    sources_of,
)
from app.components.feedback import empty, show_error
from app.components.figure import figure
from app.components.frame import page_header, source_line
from governance.compute.backtest_report import backtest_report
from governance.compute.capability_marks import month_ends
from governance.compute.legal_values import legal_values
from governance.compute.outcomes import outcomes
from governance.compute.sweep import sweep
from governance.exports.words import flop_words

QUESTION = "Did a compute threshold catch the models it was meant to catch?"
SWEPT = np.geomspace(1e22, 1e27, 101)

with st.sidebar:
    asked = backtest_form()
if asked.threshold is None:
    page_header(QUESTION, "**The threshold cannot be read yet.**")
    if asked.problem is not None:
        show_error(asked.problem)
    st.stop()

threshold, line, day = asked.threshold, asked.line, asked.as_of
report = backtest_report(asked.frame, threshold, line, [day], index_id=asked.index_id)
row = report.dates[0]
actions = page_header(
    QUESTION,
    answer(row),
    help="Recall: of the capable models, the share above the threshold. Precision: of those above, the share capable.",
)
actions.download_button(
    "Download", report.model_dump_json, f"backtest-{day}.json", "application/json", key="report", on_click="ignore",
    icon=":material/download:", help="All figures of this page as JSON, as `touchstone compute backtest` gives them",
)  # fmt: skip
said = settings(asked)
if not row.n:
    empty("No model has both figures.", "Choose a later day or another source of training compute at the left.")

monthly = sweep(asked.frame, [threshold], line, month_ends(asked.first, day))
figure(
    over_time_chart(monthly),
    title="Recall and precision of the threshold by month",
    alt=over_time_words(monthly.to_dicts()),
    caption=f"{said} · n: models with index and FLOP · band: undisclosed compute all below to all above",
    table=monthly,
    key="over-time",
)

models = outcomes(asked.frame, threshold, line, day)
figure(
    quadrant_chart(models, threshold, line, asked.line_name),
    title=f"Models by index and training compute, {day}",
    alt=f"Scatter of index against FLOP in four quadrants: {row.both} caught, {len(row.missed)} missed, "
    f"{len(row.false_alarms)} false alarms; {row.undisclosed} without FLOP at the left edge; see the tables",
    caption=quadrant_caption(row, report.undated),
    table=models,
    key="quadrants",
)
left, right = st.columns(2)
with left:
    st.header("Missed: capable, not above", anchor=False)
    outcome_table(models, "missed", key="missed", none="None on this day.")
with right:
    st.header("False alarms: above, not capable", anchor=False)
    outcome_table(models, "false_alarm", key="false-alarms", none="None on this day.")

swept = sweep(asked.frame, [*SWEPT, threshold], line, [day])
legal = legal_names(legal_values(state.law().instruments, day))
figure(
    sweep_chart(swept, threshold, legal),
    title=f"Recall and precision by the threshold's value, {day}",
    alt=f"Recall and precision against the threshold from 1e22 to 1e27 FLOP; dashed: the values that laws name, "
    f"{', '.join(flop_words(float(str(one['value']))) for one in legal)}; solid: {flop_words(threshold)}",
    caption=f"n = {row.n:,} · dashed: values that laws name, in force on {day} or not · solid: yours",
    table=swept,
    key="sweep",
)
left, right = st.columns(2)
with left:
    figure(
        least_chart(report.least_compute, threshold, day),
        title="Least disclosed compute that reached the line",
        alt=f"Step line of the least FLOP at the line. {least_words(report.least_compute)}",
        caption=least_words(report.least_compute),
        table=table_of(report.least_compute.steps),
        key="least",
    )
with right:
    figure(
        correlation_chart(report.correlations),
        title="Rank correlation of index and compute, by year",
        alt=correlation_words(report.correlations),
        caption="Spearman's rho among each year's releases with both figures · whiskers: 95% interval (Fisher's z)",
        table=table_of(report.correlations),
        key="correlation",
    )

st.header("Other triggers", anchor=False)
trigger_section(asked, threshold)
st.header("Why other figures differ", anchor=False)
st.markdown(DIFFERS)
source_line(
    sources_of(asked),
    said,
    f"as of {day}",
    n=row.n,
    legal=True,
)
