"""Terms of sites: what was read of collections' sources, and the share of a corpus by the user's own reading."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import streamlit as st

from app.components import state
from app.components.feedback import empty, show_error
from app.components.figure import figure
from app.components.frame import counted, number, plain
from app.components.share_chart import Mark, Panel, percent, share_chart, share_table
from app.components.source_views import QUESTION_LABELS, verdict_words
from app.navigation import page_link
from governance.consent.corpus_sources import corpus_weights
from governance.consent.source_terms import TermsCount, source_terms_counts
from governance.consent.terms import AXES, QUOTED, SiteTerms, TermsShare, merge_all, terms_share
from governance.consent.terms_records import COLUMNS, MAX_KEPT, TermsTable, own_terms, read_terms, save_terms
from governance.errors import TouchstoneError
from governance.provenance.composition import Share, share_of

CORPORA = {"c4": "C4", "refinedweb": "RefinedWeb", "dolma": "Dolma"}
SERIES = "collections"
EXAMPLE = """domain,page,ai_scraping,licence,compete,reviewer,observed,evidence
a.example,https://a.example/terms,No Scraping & AI,NC Only,,R. Doe,2026-01-02,section 4
b.example,https://b.example/legal,5,2,4,R. Doe,2026-01-02,first paragraph
c.example,,,,,R. Doe,2026-01-02,no terms page found
"""


@st.cache_data(show_spinner=False)
def counts(catalogue: str) -> tuple[TermsCount, ...]:
    """Count the shipped verdicts; the catalogue's version keeps the answer apart."""
    return source_terms_counts(state.cursor())


def prohibiting(found: tuple[TermsCount, ...]) -> tuple[int, int]:
    """Give collections whose sources prohibit scraping, and those of which it was asked."""
    mine = [one for one in found if one.question == "scraping"]
    return sum(one.count for one in mine if one.verdict == "prohibited"), mine[0].n if mine else 0


def collections_view(found: tuple[TermsCount, ...]) -> None:
    """Draw the verdicts on the sources of collections, by question."""
    panels = [
        Panel(
            label,
            [
                Mark(
                    verdict_words(one.verdict),
                    SERIES,
                    share_of(one.verdict, one.count, one.n),
                )
                for one in found
                if one.question == question
            ],
        )
        for question, label in QUESTION_LABELS.items()
    ]
    asked = prohibiting(found)[1]
    figure(
        share_chart(panels, [SERIES]),
        title="What was read in the terms of collections' sources",
        alt="; ".join(f"{QUESTION_LABELS[one.question]} {one.verdict}: {one.count} of {one.n}" for one in found),
        caption=f"share of collections asked about (n = {asked} for scraping) · whiskers: 95% Wilson interval",
        table=share_table(panels),
        key="source-terms",
    )
    page_link("datasets", "Datasets whose sources prohibit scraping", icon=":material/table_rows:",
              source_terms="scraping:prohibited")  # fmt: skip


def corpus_view() -> None:
    """Measure the share of a corpus under limits by the user's own reading, beside the figure of the paper."""
    corpus = st.segmented_control(
        "Corpus", list(CORPORA), key="corpus", format_func=lambda one: CORPORA[one], required=True,
        help="Sites are weighed by their tokens there",
    )  # fmt: skip
    table = _uploaded()
    sites = table.sites if table else merge_all(own_terms(state.workbench()))
    if not sites:
        empty("Nobody's reading of terms is here.", "Upload a table of the pages you read; the example shows its form.")
        return
    try:
        weights = corpus_weights(state.cursor(), str(corpus))
        found = terms_share(sites, weights.frame, head_share=weights.head_share)
    except TouchstoneError as error:
        show_error(error)
    else:
        _share(found, CORPORA[str(corpus)])
    if table:
        _keep(table)
    _sites(sites)


def _uploaded() -> TermsTable | None:
    file = st.file_uploader(
        "Pages you read (CSV)", ["csv"], key="terms-file",
        help=f"Columns {', '.join(COLUMNS)}; {', '.join(AXES)} by number or word, empty where the page is silent",
    )  # fmt: skip
    st.download_button(
        "Example", EXAMPLE, "terms.csv", "text/csv", key="terms-example", on_click="ignore", type="tertiary",
        icon=":material/download:",
    )  # fmt: skip
    if file is None:
        return None
    try:
        table = read_terms(file.getvalue().decode("utf-8"), "terms.csv")
    except UnicodeDecodeError:
        st.error("**The file is not UTF-8.** Save it as UTF-8 and upload it again.", icon=":material/error:")
        return None
    except TouchstoneError as error:
        show_error(error)
        return None
    for problem in table.refused[:5]:
        st.warning(f"{plain(problem.subject)}: {plain(problem.detail)}", icon=":material/warning:")
    if len(table.refused) > 5:
        st.caption(f"{number(len(table.refused))} rows were refused in all.")
    return table


def _share(found: TermsShare, corpus: str) -> None:
    whole = {"corpus": f"of {corpus}", "head": f"of the head of {corpus}", "random": f"of the rest of {corpus}"}
    of = whole.get(found.speaks_of, "of the sites read")
    st.markdown(f"**{percent(found.share, 1)} {of}** lies on sites whose terms restrict, by this reading.")
    own = Share(value=None, count=0, n=found.n, share=found.share, low=found.low, high=found.high)
    paper = (QUOTED.share, "the paper, quoted") if (corpus, found.speaks_of) == (QUOTED.corpus, "corpus") else None
    panel = Panel(f"Tokens under limits, {of}", [Mark("By this reading", "share", own)], paper)
    figure(
        share_chart([panel], ["share"]),
        title="Tokens on sites whose terms restrict",
        alt=f"{percent(found.share, 1)} {of}, interval {percent(found.low, 1)} to {percent(found.high, 1)}",
        caption=f"n = {found.n:,} sites read, {found.n_head:,} in the head · {percent(found.unread)} of the tokens "
        "looked at are of sites nobody read · whiskers: 95%, sites drawn anew within their stratum",
        table=pl.DataFrame([{**found.model_dump(exclude={"by_verdict"}), **found.by_verdict}]),
        key="terms-share",
    )
    if found.dropped:
        st.markdown(
            f"The published rule loses {counted(found.dropped, 'conditional licence')}; counted as limits, "
            f"the share is **{percent(found.corrected, 1)}**."
        )
    st.caption(found.definition[:1].upper() + found.definition[1:] + ".")


def _keep(table: TermsTable) -> None:
    if st.button("Keep this reading", icon=":material/save:", key="terms-keep", type="primary",
                 help=f"As records, one a site, with reviewer, day and evidence; at most {MAX_KEPT:,}"):  # fmt: skip
        try:
            kept = save_terms(state.workbench(), table.pages, datetime.now(UTC))
        except TouchstoneError as error:
            show_error(error)
        else:
            st.success(f"Kept {counted(len(kept), 'site')}.")


def _sites(sites: tuple[SiteTerms, ...]) -> None:
    rows = [
        {"Site": one.domain, "Verdict": one.verdict, "Restricts": "yes" if one.restricted else "no",
         "Loses a condition": "yes" if one.dropped else "no", "Pages": one.pages}
        for one in sites
    ]  # fmt: skip
    st.dataframe(
        pl.DataFrame(rows), hide_index=True, height="content" if len(rows) <= 8 else 320, key="sites",
        alt=f"{len(rows)} sites with the merged verdict on their terms",
    )  # fmt: skip
