"""What changes when the run is split, distilled, made sparse or moved to inference?"""

from __future__ import annotations

import polars as pl
import streamlit as st

from app.components import state
from app.components.feedback import empty
from app.components.figure import figure
from app.components.frame import page_header, source_line
from app.components.scenario_form import SEED, as_of_input
from app.components.scenario_source import current_history
from app.components.threshold_charts import lines_of, variant_chart
from app.components.threshold_table import FIRST
from app.components.threshold_words import short_name
from app.components.url_state import from_url, to_url
from app.components.what_if_views import answer, by_variant, variant_rows, variant_table, what_if_cards, what_if_panel
from app.navigation import open_page
from governance.catalogue.selection import choice

QUESTION = "What changes when the run is split, distilled, sparse or moved to inference?"

texts = {one.id: short_name(one) for one in state.law().instruments if one.subject in ("model", "modification")}
with st.sidebar:
    chosen = what_if_panel()
    from_url("law", FIRST, lambda value: choice(value, tuple(texts), "address, law"))
    st.selectbox(
        "Text in the picture", list(texts), key="law", format_func=texts.__getitem__, help="The table shows all of them"
    )
    law = to_url("law", FIRST)
    as_of = as_of_input()
    source = current_history()

if source is None:
    page_header(QUESTION, "The numbers at the left cannot be read yet.")
    empty("No run to compare.", "Mend the input that the message names; everything you typed is still there.")
    st.stop()

found = state.what_ifs_of(source.history, chosen, as_of, SEED)
answers = by_variant(found)
actions = page_header(
    QUESTION,
    answer(answers, law, texts[law]),
    help="Every variant is judged by the same rules, day and random numbers.",
)
if actions.button("Thresholds", icon=":material/speed:", help="Back to the run as planned, text by text"):
    open_page("thresholds", **source.query(as_of))

planned = state.assessed(source.history, as_of, SEED)
rows = variant_rows(answers, law)
figure(
    variant_chart(rows, lines_of([planned.of(law)])),
    title=f"Training compute as {texts[law]} counts it, by variant",
    alt="; ".join(f"{row['variant']}: {row['median'] or 'unknown'} FLOP, {row['verdict']}" for row in rows),
    caption=f"median and 90% interval · {found.draws:,} draws, seed {found.seed}",
    table=pl.DataFrame(rows, infer_schema_length=None),
    key="variants",
)
holding = {one.id for one in planned.instruments if one.in_force}
variant_table(answers, dict(sorted(texts.items(), key=lambda one: one[0] not in holding)), holding)
st.header("What each does", anchor=False)
what_if_cards(found, chosen)
source_line(
    "Texts of law as gathered on 2026-11-23; what-ifs from the sources named with each",
    f"as of {as_of}",
    f"{found.draws:,} draws, seed {found.seed}",
    n=len(answers),
    legal=True,
)
