"""Which models are above a compute line, and how well is that known?"""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from app.components import state
from app.components.feedback import show_error
from app.components.figure import figure
from app.components.frame import number, page_header, source_line
from app.components.model_chart import FLOOR, below_floor, chart_table, model_chart
from app.components.model_export import model_export
from app.components.model_kind import MODEL_PANEL, MODEL_TABLE
from app.components.own_model_form import own_model_form
from app.components.record_table import column_chooser, record_table
from app.components.selection_panel import nothing_found, selection_panel, sort_chooser
from app.components.url_state import from_url, to_url
from governance.compute.model_checks import above
from governance.compute.quantities import read_quantity
from governance.compute.thresholds import compute_lines
from governance.errors import TouchstoneError
from governance.exports.words import flop_words

LINE = "1e25"

with st.sidebar:
    from_url("line", LINE, lambda text: read_quantity(text, "flop", "address, line"))
    typed = st.text_input(
        "Line, FLOP", key="line", placeholder=LINE, max_chars=80,
        help="Operations in training, e.g. 1e25 as in the EU or 1e26 as in California",
    )  # fmt: skip
    try:
        line = read_quantity(typed or LINE, "flop", "line").mid
        to_url("line", LINE)
    except TouchstoneError as error:
        show_error(error)
        line = float(LINE)
result = selection_panel(MODEL_PANEL)
found = above(result, line)

expected = "" if found.expected is None else f" · **{found.expected:.0f}** expected"
actions = page_header(
    "Which models are above a compute line, and how well is that known?",
    f"**{number(found.above)} above {flop_words(line)} FLOP** by best estimate{expected} · "
    f"**{number(found.indeterminate)}** indeterminate · {number(found.known)} of {number(result.total)} have an "
    "estimate",
    help=f"Expected: the chances to be above, added up, of the {number(found.classed)} models whose source says how "
    "sure it is. Indeterminate: a chance between 10% and 90%. Of models without an estimate nothing is known.",
)
with actions:
    model_export(result)
if result.missing_ids:
    st.warning(f"{len(result.missing_ids):,} of the ids are not here.")

if not result.total:
    nothing_found(result, "model")
else:
    legal = compute_lines(state.law().instruments, datetime.now(UTC).date())
    low = below_floor(result.frame)
    figure(
        model_chart(result.frame, line, legal),
        title="Training compute by release, FLOP",
        alt=f"Scatter of {found.known} models by release and training compute; {found.above} lie above "
        f"{flop_words(line)} FLOP, {found.indeterminate} are indeterminate, {found.unknown} have no estimate",
        caption=f"Dashed: legal lines in force today · whiskers: 90% intervals that cross {flop_words(line)}"
        + (f" · {number(low)} below {flop_words(FLOOR)} only in the table" if low else ""),
        table=chart_table(result.frame),
        key="compute",
    )
    said, tools = st.columns([6, 1], vertical_alignment="center")
    said.caption("Choose a cell to open the model's card.")
    with tools.popover("Table", icon=":material/tune:", help="Columns and order", width="stretch"):
        columns = column_chooser(MODEL_TABLE, "columns")
        sort_chooser(MODEL_PANEL)
    record_table(MODEL_TABLE, result, columns, key="models", in_url=True)

with st.expander("Add a model of your own", icon=":material/add:", key="own", on_change="rerun"):
    own_model_form()

source_line(
    "Source: Epoch AI, Data on AI Models (CC BY 4.0)",
    "confidence read as 3x, 10x and 30x at 90%",
    n=result.total,
    legal=True,
)
