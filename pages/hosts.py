"""Can I trust the licence on a hosting site?"""

from __future__ import annotations

from functools import partial

import streamlit as st

from app.components import state
from app.components.figure import figure
from app.components.frame import page_header, source_line
from app.components.headlines import host_figure
from app.components.host_figures import (
    SNAPSHOT_LABELS,
    confusion_chart,
    confusion_table,
    rate_columns,
    rate_panels,
    rate_table,
)
from app.components.host_words import answer, change_table, chart_words, why_it_changed
from app.components.share_chart import share_chart, share_table
from app.components.url_state import from_url, to_url
from app.navigation import open_page
from governance.catalogue.selection import choice
from governance.catalogue.vocabulary import HOST_LABELS, MODALITIES, SITES, Host
from governance.provenance.hosts import BASES, host_audits, host_changes, host_shares

BASE_LABELS = {"all": "All records", "with_page": "Records with a page there"}

with st.sidebar:
    from_url("modality", "text", lambda value: choice(value, MODALITIES, "option modality"))
    st.segmented_control(
        "Modality", MODALITIES, key="modality", format_func=str.capitalize, required=True, width="stretch",
        help="What the datasets hold; the 2023 release had text only",
    )  # fmt: skip
    from_url("base", "all", lambda value: choice(value, BASES, "option base"))
    st.radio(
        "Out of", BASES, key="base", format_func=lambda value: BASE_LABELS[value],
        help="All records, as the paper counted, or only those with an address on the site",
    )  # fmt: skip
    from_url("site", "huggingface", lambda value: choice(value, SITES, "option site"))
    st.radio(
        "Site in detail", SITES, key="site", format_func=lambda value: HOST_LABELS[value],
        help="Whose classes are set against the audit's further down",
    )  # fmt: skip
    modality, base = to_url("modality", "text"), choice(to_url("base", "all"), BASES, "option base")
    host: Host = choice(to_url("site", "huggingface"), SITES, "option site")

connection = state.cursor()
audits = host_audits(connection, modality=modality, base=base)
shares = host_shares(audits)
actions = page_header(
    "Can I trust the licence on a hosting site?",
    answer(shares, host),
    help="Each site's stated licences are read by the audit's own rule and set against what the audit found.",
)
if actions.button("See them", icon=":material/table_rows:", help="Datasets for which this site states a looser class"):
    open_page("datasets", host_agreement=f"{host}:more_permissive", modality=modality)

panels = rate_panels(shares)
series = [SNAPSHOT_LABELS[audit.snapshot] for audit in reversed(audits)]
settings = f"{modality} datasets · {BASE_LABELS[base].lower()} · whiskers: 95% Wilson interval"
figure(
    share_chart(panels, series),
    title="Licences missing or wrong, by site",
    alt=chart_words(shares, modality),
    caption=f"{settings} · n beside every rate in the table",
    table=share_table(panels),
    key="rates",
    headline=partial(host_figure, shares, host, modality),
)
table = rate_table(shares)
st.dataframe(
    table,
    hide_index=True,
    height="content",
    key="rate-table",
    alt="Rates by site and snapshot",
    column_config=rate_columns(table),
)

if len(audits) > 1:
    changes = host_changes(connection, modality=modality)
    st.header("Why today's figures are not the paper's", anchor=False)
    st.markdown(why_it_changed(changes, shares))
    st.dataframe(change_table(changes), hide_index=True, key="changes", alt="What changed between the two, by site")

st.header(f"Where {HOST_LABELS[host]} and the audit part", anchor=False)
for column, audit in zip(st.columns(len(audits)), audits, strict=True):
    cells = confusion_table(audit, host)
    label = SNAPSHOT_LABELS[audit.snapshot]
    with column:
        figure(
            confusion_chart(cells, HOST_LABELS[host]),
            title=f"Datasets by both classes, {label}",
            alt=f"Heat map: the audit's class against what {HOST_LABELS[host]} states, {label}; counts in the table",
            caption=f"n = {audit.hosts[host].records:,} · outlined: both agree",
            table=cells,
            key=f"confusion-{audit.snapshot}",
        )

source_line(
    "Source: Data Provenance Collection (Apache-2.0); rates as in Longpre et al. 2023, arXiv 2310.16787",
    settings,
    n=max(audit.hosts["audit"].records for audit in audits),
    legal=True,
)
