"""Which training datasets may I use, and for what?"""

from __future__ import annotations

from functools import partial

import streamlit as st

from app.components.dataset_kind import DATASET_PANEL, DATASET_TABLE
from app.components.evidence_menu import evidence_button
from app.components.export_menu import export_menu, save_list_menu
from app.components.feedback import show_error
from app.components.frame import number, page_header, plain, source_line
from app.components.headlines import selection_figure
from app.components.record_table import column_chooser, record_table
from app.components.selection_panel import nothing_found, selection_panel, sort_chooser
from app.components.use_bar import use_bar
from app.navigation import open_page
from governance.errors import NotFound
from governance.provenance.datasets import summary, why_not

result = selection_panel(DATASET_PANEL)
datasets, selection = result.datasets, result.selection
figures = summary(result)
of_all = f"of {number(datasets.frame.height)} datasets"
counted = [f"{number(figures.examples)} examples"] if figures.examples else []
counted += [f"{number(figures.hours)} hours"] if figures.hours else []
answer = " · ".join([f"**{number(result.total)}** {of_all}", *counted, f"{number(figures.languages)} languages"])
actions = page_header(
    "Which training datasets may I use, and for what?",
    answer,
    help="Filters stand at the left; the address in your browser always says what you see, so it can be shared.",
)
with actions:
    save_list_menu(result)
    export_menu(result, datasets.policy, key="datasets")
    if st.button("Compare", icon=":material/compare_arrows:", help="Set this selection beside another", key="compare"):
        open_page("composition", a=selection.to_query())
if result.missing_ids:
    st.warning(f"{len(result.missing_ids):,} ids are not in this snapshot: {plain(', '.join(result.missing_ids[:5]))}")

if not result.total:
    nothing_found(result, "dataset")
else:
    use_bar({"Own licences": figures.licence_use, "Once lineage counts": figures.effective_use})
    hub = figures.on_sites["huggingface"]
    said, kept, tools = st.columns([5, 1.5, 1], vertical_alignment="center")
    said.caption(
        f"**{number(hub.not_free)} of {number(hub.n)}** that Hugging Face's tag lets you use commercially are not free "
        f"once audit and lineage count. Lineage alone closes **{number(figures.not_free)}**; for "
        f"**{number(figures.unresolved)}** more a parent has no record, so it cannot tell. "
        "Choose a cell to open the card."
    )
    with kept:
        evidence_button(partial(selection_figure, result, figures), key="datasets", quiet=True)
    with tools.popover("Table", icon=":material/tune:", help="Columns and order", width="stretch"):
        columns = column_chooser(DATASET_TABLE, "columns")
        sort_chooser(DATASET_PANEL)
    record_table(DATASET_TABLE, result, columns, key="datasets", in_url=True)

with st.expander("Why is a dataset not here?", icon=":material/help:"):
    wanted = st.text_input("Dataset id", key="why-not", help="The id as on its card", placeholder="e.g. alpaca")
    if wanted.strip():
        try:
            reasons = why_not(datasets, selection, wanted.strip())
        except NotFound as error:
            show_error(error)
        else:
            st.markdown("\n".join(f"- {plain(reason)}" for reason in reasons))

source_line(
    "Source: Data Provenance Collection (Apache-2.0), Longpre et al. 2023, 2024",
    f"snapshot {selection.snapshot}",
    f"policy: {datasets.policy.title}",
    n=result.total,
    legal=True,
)
