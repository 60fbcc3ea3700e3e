"""What does training and using this model cost in energy, emissions, water and money?"""

from __future__ import annotations

from functools import partial

import streamlit as st

from app.components import state
from app.components.feedback import show_error
from app.components.figure import figure
from app.components.footprint_figures import (
    part_chart,
    part_table,
    pue_chart,
    pue_table,
    swing_chart,
    swing_table,
)
from app.components.footprint_panel import asked_words, choices, footprint_panel, report
from app.components.footprint_tables import assumption_table, beside_table, files_menu
from app.components.footprint_words import answer, beside_words, beyond, figure_words
from app.components.frame import number, page_header, plain, source_line
from app.components.headlines import footprint_figure
from app.navigation import page_link
from governance.errors import TouchstoneError

QUESTION = "What does training and using this model cost in energy, emissions, water and money?"

offered = choices(state.version())
words = asked_words(offered)
found = refused = None
try:
    found = report(words.model_dump_json(), state.version())
except TouchstoneError as error:
    refused = error
with st.sidebar:
    footprint_panel(offered, words, found)

if found is None:
    page_header(QUESTION, "**No answer yet**: one of the inputs cannot be read.")
    if refused:
        show_error(refused)
    st.stop()

result = found.result
actions = page_header(
    QUESTION,
    answer(found),
    help="Chip hours times power, servers and site, then the grid's CO2e and water; 90% of the draws lie in brackets.",
)
with actions:
    files_menu(found)
for missing in result.unknown:
    st.info(f"Not known: {plain(missing.replace('_', ' '))}", icon=":material/info:")

settings = f"bars: means · point and whisker: median and 90% of {number(result.draws)} draws"
for column, measure, title in zip(
    st.columns(2), ("energy_kwh", "co2e_kg"), ("Energy by part, kWh", "CO2e by part, tonnes"), strict=True
):
    table = part_table(found, measure)
    if not table.is_empty():
        with column:
            figure(
                part_chart(table, measure), title=title, alt=figure_words(found, measure), caption=settings,
                table=table, key=measure, headline=partial(footprint_figure, found, measure),
            )  # fmt: skip
st.markdown(beyond(found))

st.header("What it turns on", anchor=False)
left, right = st.columns(2)
with left:
    swings = swing_table(result)
    if swings.is_empty():
        st.caption("Every number is exact, so nothing moves the result.")
    else:
        figure(
            swing_chart(swings, result),
            title="Each uncertain number at its ends",
            alt=f"The widest first: {', '.join(swings['what'])}",
            caption="mean result in the lowest and highest tenth of each number",
            table=swings,
            key="swings",
        )
with right:
    if result.pue_choices:
        efficiency = pue_table(result)
        figure(
            pue_chart(efficiency, result),
            title="Energy under each site's efficiency (PUE)",
            alt=f"From {efficiency['site'][0]} to {efficiency['site'][-1]}",
            caption="codecarbon takes 1.0 where nothing is set, ecologits 1.09 to 1.20 by provider",
            table=efficiency,
            key="pue",
        )

st.header("Beside what is published", anchor=False)
st.markdown(beside_words(found))
beside_table(found)

st.header("Assumptions", anchor=False)
st.caption("Change any of them at the left; a range is drawn from, a single number is taken as it is.")
assumption_table(result)
if found.asked.start:
    page_link("model", f"All that is known of {plain(found.asked.start.name)}", id=found.asked.start.model_id)

source_line(
    "Sources: Epoch AI (CC BY 4.0), codecarbon 3.3.2, ecologits 0.11.3; as in Lacoste et al. 2019, arXiv 1910.09700",
    f"{number(result.draws)} draws, seed {result.seed}",
    "embodied: chips alone",
    n=len(result.assumptions),
)
