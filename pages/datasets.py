"""Which training datasets may I use, and for what?"""

from __future__ import annotations

import streamlit as st

from app.components.export_menu import export_menu, save_list_menu
from app.components.feedback import empty, show_error
from app.components.frame import number, page_header, plain, source_line
from app.components.record_table import column_chooser, dataset_table
from app.components.selection_panel import filter_label, selection_panel
from app.components.use_bar import use_bar
from app.navigation import open_page
from governance.catalogue.selection import SORTS
from governance.errors import NotFound
from governance.provenance.datasets import summary, why_not

datasets, result = selection_panel()
selection = result.selection
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
    gains = sorted(((gain, name) for name, gain in result.relax.items() if gain), reverse=True)
    step = (
        f"Drop the filter **{plain(filter_label(gains[0][1]))}** to see {number(gains[0][0])}."
        if gains
        else "Clear all filters."
    )
    empty("No dataset meets every filter.", step)
else:
    use_bar({"Own licences": figures.licence_use, "Once lineage counts": figures.effective_use})
    hub = figures.on_sites["huggingface"]
    said, tools = st.columns([6, 1], vertical_alignment="center")
    said.caption(
        f"**{number(hub.not_free)} of {number(hub.n)}** that Hugging Face's tag lets you use commercially are not free "
        f"once audit and lineage count. Lineage alone closes **{number(figures.not_free)}**; for "
        f"**{number(figures.unresolved)}** more a parent has no record, so it cannot tell. "
        "Choose a cell to open the card."
    )
    with tools.popover("Table", icon=":material/tune:", help="Columns and order", width="stretch"):
        columns = column_chooser("columns")
        st.selectbox("Sort by", SORTS, key="f-sort", format_func=lambda name: name.replace("_", " ").capitalize())
        st.toggle("Largest first", key="f-descending")
    dataset_table(result, columns, key="datasets", in_url=True)

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
