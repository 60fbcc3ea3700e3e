"""Does this training run cross a compute threshold?"""

from __future__ import annotations

from functools import partial

import streamlit as st

from app.components import state
from app.components.feedback import empty
from app.components.figure import figure
from app.components.frame import page_header, source_line
from app.components.headlines import threshold_figure
from app.components.history_editor import history_editor
from app.components.history_graph import history_graph
from app.components.scenario_form import SEED, as_of_input
from app.components.scenario_menus import memo_menu, save_menu
from app.components.scenario_source import current_history
from app.components.threshold_charts import lines_of, spread_chart
from app.components.threshold_detail import instrument_detail
from app.components.threshold_table import SHOWN, choose_instrument, results_shown, results_view
from app.components.threshold_words import answer, short_name
from app.components.url_state import from_url, to_url
from app.navigation import open_page
from governance.catalogue.selection import choice
from governance.exports.memo_words import total_words

QUESTION = "Does this training run cross a compute threshold?"

with st.sidebar:
    source = current_history()
    as_of = as_of_input()
    from_url("show", "in_force", lambda value: choice(value, tuple(SHOWN), "address, show"))
    st.segmented_control(
        "Texts", list(SHOWN), key="show", format_func=SHOWN.__getitem__, required=True, width="stretch",
        help="Those in force on the day, all on training, or also those on clusters and chips",
    )  # fmt: skip
    show = to_url("show", "in_force")

if source is None:
    page_header(QUESTION, "The numbers at the left cannot be read yet.")
    empty("No run to judge.", "Mend the input that the message names; everything you typed is still there.")
    st.stop()

result = state.assessed(source.history, as_of, SEED)
shown = results_shown(result, show)
actions = page_header(
    QUESTION,
    answer(result, shown),
    help="Each text counts by its own rule and is judged on the day you choose. Ranges are 90% intervals.",
)
with actions:
    save_menu(source, as_of)
    memo_menu(source, result)
    if st.button("What if", icon=":material/call_split:", help="Split it, distil it, make it sparse, and compare"):
        open_page("scenarios", **source.query(as_of))

picture = st.container()
chosen = choose_instrument(result, shown)
total = chosen.total if chosen else None
if chosen and chosen.counting_rule:
    spread = state.spread_under(source.history, chosen.counting_rule, SEED)
    lines = lines_of(shown)
    words = "; ".join(f"{line['names']} at {line['value']:.0e}" for line in lines)
    with picture:
        figure(
            spread_chart(spread, total, lines),
            title=f"Training compute as {short_name(chosen)} counts it: {total_words(total)}",
            alt=f"Density of the counted compute, {total_words(total)}, on a log axis beside the lines {words}",
            caption=f"{result.draws:,} draws, seed {result.seed} · dot and bar: median and 90% interval",
            table=results_view(result, shown),
            key="spread",
            headline=partial(threshold_figure, result, chosen),
        )
if chosen and len(source.history.runs) > 1:
    counts = {run.run: run.counts for run in (*chosen.counted, *chosen.not_counted, *chosen.unclear)}
    history_graph(source.history, counts, key="history")
history_editor(source, as_of)
instrument_detail(source, result, chosen)
source_line(
    "Texts of law as gathered on 2026-11-23, each field with its evidence; counting: EU Guidelines C(2025) 7719, Annex",
    f"as of {as_of}",
    f"{result.draws:,} draws, seed {result.seed}",
    n=len(shown),
    legal=True,
)
