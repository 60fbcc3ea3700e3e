"""What the web sites behind a dataset allow now, and what was read in their terms."""

from __future__ import annotations

import polars as pl
import streamlit as st

from app.components.frame import counted, number, plain
from app.navigation import open_page
from governance.catalogue.site_consent import MEANING, SiteState, SourcesConsent, TermsRead
from governance.consent.vocabulary import LEVEL_WORDS
from governance.provenance.card import DatasetCard

QUESTION_LABELS = {
    "scraping": "Do the sources prohibit scraping?",
    "ai": "Do they restrict use for AI?",
    "use": "For which use are they open?",
    "model_terms": "Do the model's terms restrict its outputs?",
    "model_scraping": "Does the model prohibit scraping?",
}
_VERDICTS = {"no_site": "site not found", "non_compete": "no competing", "unsure": "not sure"}
TALL = 300
NAMED = 3


def verdict_words(verdict: str) -> str:
    """Write a verdict on terms for people.

    >>> verdict_words("likely_prohibited"), verdict_words("no_site")
    ('likely prohibited', 'site not found')
    """
    return _VERDICTS.get(verdict, verdict.replace("_", " "))


def sources_part(card: DatasetCard) -> None:
    """Draw the part of a dataset's card on its sources: its own, and those of all that it derives from."""
    own, behind = card.sources, card.sources_behind
    st.header("What its sources allow now", anchor=False, help=MEANING[:1].upper() + MEANING[1:])
    words = f"**{plain(own.words)}**"
    if len(behind.sites) > len(own.sites):
        words += f" With everything it derives from: {plain(behind.words[:1].lower() + behind.words[1:])}"
    st.markdown(words)
    if behind.sites:
        chosen = sites_table(behind.sites, card.id)
        st.caption("Choose a site to open its card. Without a robots.txt imported here, a level is not known.")
        if chosen:
            open_page("domain", name=chosen)
    if behind.terms:
        terms_table(behind.terms, card.id)


def sources_behind(found: SourcesConsent, dataset_id: str) -> None:
    """Say in a line what the sources of a dataset and of all it derives from allow; its sites and terms fold out."""
    st.markdown(sources_words(found))
    if not found.sites and not found.terms:
        return
    with st.expander("Web sites and terms behind it", icon=":material/public:"):
        if found.sites and (chosen := sites_table(found.sites, dataset_id)):
            open_page("domain", name=chosen)
        if found.terms:
            terms_table(found.terms, dataset_id)


def sources_words(found: SourcesConsent) -> str:
    """Say what sources allow now, the closed ones by name, and how many statements on their terms forbid something.

    >>> sources_words(SourcesConsent())
    '**Sources:** No web site is stated as a source. Their terms were not read here.'
    """
    closed = [plain(one.domain) for one in found.sites if one.restriction == "full"]
    more = f" and {number(len(closed) - NAMED)} more" if len(closed) > NAMED else ""
    named = f" Fully restricted: {', '.join(closed[:NAMED])}{more}." if closed else ""
    forbid = sum(one.verdict in ("prohibited", "likely_prohibited") for one in found.terms)
    terms = (
        f"Terms: {counted(len(found.terms), 'statement')} read, {counted(forbid, 'prohibition')} among them."
        if found.terms
        else "Their terms were not read here."
    )
    return f"**Sources:** {plain(found.words)}{named} {terms}"


def terms_table(terms: tuple[TermsRead, ...], dataset_id: str) -> None:
    """List what somebody read in the terms of sources."""
    st.markdown("**Terms of its sources, as somebody read them**")
    st.dataframe(
        terms_rows(terms, dataset_id),
        hide_index=True,
        height="content" if len(terms) <= 8 else TALL,
        key="source-terms",
        placeholder="not said",
        alt=f"{len(terms)} statements on the terms of sources: collection, question, verdict, about which",
    )
    st.caption("Source: Data Provenance Initiative (Apache-2.0), Longpre et al. 2024 · read by people, by collection")


def sites_table(sites: tuple[SiteState, ...], dataset_id: str) -> str | None:
    """List web sites with their level; give the one that was chosen."""
    rows = [
        {
            "site": one.domain,
            "level": LEVEL_WORDS[one.restriction] if one.restriction else "not read here",
            "read": one.observed,
            "through": "itself" if one.through == dataset_id else one.through,
            "basis": one.basis,
        }
        for one in sites
    ]
    event = st.dataframe(
        pl.DataFrame(rows, schema_overrides={"read": pl.Date}),
        hide_index=True,
        height="content" if len(rows) <= 8 else TALL,
        on_select="rerun",
        selection_mode="single-cell",
        key="sites",
        alt=f"{len(rows)} web sites behind the dataset: level for AI developers, when read, through which dataset",
        column_config={
            "site": st.column_config.TextColumn("Site", pinned=True, width=180),
            "level": st.column_config.TextColumn("For AI developers", width=140),
            "read": st.column_config.DateColumn("Read on", width=100),
            "through": st.column_config.TextColumn("Stated by", width=200, help="The dataset that names the site"),
            "basis": st.column_config.TextColumn("Recognised by", width=190),
        },
    )
    cells = event["selection"]["cells"]
    return sites[cells[0][0]].domain if cells else None


def terms_rows(terms: tuple[TermsRead, ...], dataset_id: str) -> pl.DataFrame:
    """Give one row a statement on terms."""
    return pl.DataFrame(
        {
            "Collection": [one.collection for one in terms],
            "Question": [QUESTION_LABELS.get(one.question, one.question) for one in terms],
            "Verdict": [verdict_words(one.verdict) for one in terms],
            "About": [one.about for one in terms],
            "Through": ["itself" if one.through == dataset_id else one.through for one in terms],
        },
        schema=dict.fromkeys(("Collection", "Question", "Verdict", "About", "Through"), pl.String),
    )
