"""What do the terms of sites say of training?"""

from __future__ import annotations

import streamlit as st

from app.components import state
from app.components.frame import number, page_header, plain, source_line
from app.components.share_chart import percent
from app.components.terms_views import CORPORA, collections_view, corpus_view, counts, prohibiting
from app.components.url_state import from_url, to_url
from governance.catalogue.selection import choice
from governance.consent.terms import QUOTED

VIEWS = {"collections": "Sources of collections", "corpus": "Share of a corpus"}

found = counts(state.version())
barred, asked = prohibiting(found)
page_header(
    "What do the terms of sites say of training?",
    f"**{number(barred)} of {number(asked)} collections** take from sources whose terms prohibit scraping; "
    f"the paper's {percent(QUOTED.share)} of C4 under limits is quoted, not reproducible.",
    help=f"{QUOTED.source}: {QUOTED.reason}. Bring your own reading to make the same computation.",
)
from_url("view", "collections", lambda value: choice(value, list(VIEWS), "option view"))
st.segmented_control(
    "View", list(VIEWS), key="view", format_func=lambda one: VIEWS[one], required=True, label_visibility="collapsed",
    help="What was read of the sources of collections, or the share of a corpus by your own reading",
)  # fmt: skip
if to_url("view", "collections") == "collections":
    collections_view(found)
    source_line("Source: Longpre et al. 2024, arXiv 2412.17847 (Apache-2.0); verdicts of people", n=asked, legal=True)
else:
    from_url("corpus", "c4", lambda value: choice(value, list(CORPORA), "option corpus"))
    corpus_view()
    to_url("corpus", "c4")
    st.markdown(
        f"**Quoted: {percent(QUOTED.share)} of {QUOTED.corpus}** ({plain(QUOTED.source)}). "
        f"It is not reproducible: {plain(QUOTED.reason)}."
    )
    source_line("Your own reading", "tokens: Longpre et al. 2024, arXiv 2407.14933 (Apache-2.0)", legal=True)
