"""The parts of a web site's card: its weight in corpora, what its signals say, its terms, who draws on it."""

from __future__ import annotations

import altair as alt
import polars as pl
import streamlit as st

from app.components.consent_words import whom
from app.components.figure import Chart, Draw, figure
from app.components.frame import counted, number, plain
from app.components.share_chart import percent
from app.navigation import open_page
from app.theme import Tokens
from governance.consent.conflicts import CONFLICT_LABELS, by_agents
from governance.consent.domain_card import SHOWN_DATASETS, DomainCard
from governance.consent.terms import CODES, Axis
from governance.consent.vocabulary import KIND_LABELS, LEVEL_WORDS, USE_LABELS


def answer(card: DomainCard) -> str:
    """Say in one line what the site allows, and how that is known."""
    used = f"{counted(card.datasets_total, 'dataset draws', 'datasets draw')} on it"
    name = plain(card.name)
    if card.level is None:
        told = f"**What {name} allows was not read here**"
    else:
        whom = f"the strictest of {card.developers} AI developers' agents" if card.developers else "what all are told"
        told = f"**{name}: {LEVEL_WORDS[card.level]}** for crawling ({whom}, read {card.observed})"
    return f"{told}; {used}."


def about(card: DomainCard) -> str:
    """Say what kind of site it is, as far as anybody noted it."""
    parts = [
        ("Registered as", card.registrable),
        ("kind", card.type),
        ("about", ", ".join(card.topics) or None),
        ("paywall", card.paywall),
        ("advertisements", None if card.advertisements is None else "yes" if card.advertisements else "no"),
        ("what users write", card.user_content and card.user_content.replace("_", " ")),
    ]
    return " · ".join(f"{label}: **{plain(value)}**" for label, value in parts if value)


def weight_part(card: DomainCard) -> None:
    """Draw the share of each corpus's tokens that the site holds."""
    if not card.corpora:
        st.markdown("It is in none of the corpora whose domains are known here.")
        return
    rows = pl.DataFrame([one.model_dump() for one in card.corpora])
    most = card.corpora[0]
    figure(
        _weights(rows),
        title="Share of a corpus's tokens from this site",
        alt=f"Bars: {', '.join(f'{one.name} {percent(one.share, 4)}' for one in card.corpora)}",
        caption=f"most in {most.name}: {number(most.tokens)} tokens · Longpre et al. 2024 · n = {len(card.corpora)}",
        table=rows,
        key="weights",
    )


def readings_part(card: DomainCard) -> None:
    """List the newest readings of its signals, and where they do not agree."""
    st.header("What its signals say", anchor=False)
    if not card.readings:
        st.markdown(
            "No signal of this site is here. Nobody's robots.txt is shipped: read your own under My sources, "
            "or import it with `touchstone import robots`."
        )
    else:
        rows = [
            {
                "kind": KIND_LABELS[one.kind],
                "agent": "everyone" if one.agent == "*" else one.agent,
                "use": USE_LABELS[one.use],
                "level": "says nothing" if one.restriction is None else LEVEL_WORDS[one.restriction],
                "paper": LEVEL_WORDS[one.paper_restriction] if one.paper_restriction else "not read so",
                "since": one.first,
                "read": one.observed,
                "readings": one.readings,
                "certainty": one.certainty,
                "source": one.source,
            }
            for one in card.readings
        ]
        st.dataframe(
            pl.DataFrame(rows, schema_overrides={"paper": pl.String}), hide_index=True, key="readings",
            height="content" if len(rows) <= 10 else 380,
            alt=f"{len(rows)} newest readings: kind of signal, agent, use, level, since when, when read",
            column_config={
                "kind": st.column_config.TextColumn("Signal", pinned=True, width=110),
                "agent": st.column_config.TextColumn("Agent", width=150),
                "use": st.column_config.TextColumn("Use", width=80),
                "level": st.column_config.TextColumn("Level", width=120, help="By RFC 9309 where it is robots.txt"),
                "paper": st.column_config.TextColumn("By the paper's rule", width=130),
                "since": st.column_config.DateColumn("Same since", width=100),
                "read": st.column_config.DateColumn("Read on", width=100),
                "readings": st.column_config.NumberColumn("Readings", width=80),
                "certainty": st.column_config.TextColumn("Certainty", width=90),
                "source": st.column_config.TextColumn("Source", width=130),
            },
        )  # fmt: skip
    for one, agents in by_agents(card.conflicts):
        said = f"{plain(one.words)} ({plain(whom(agents))})"
        st.markdown(f":orange-badge[:material/flag: {CONFLICT_LABELS[one.kind]}] {said}.")


def terms_part(card: DomainCard) -> None:
    """Show what the user read in its terms."""
    if card.terms is None:
        return
    st.header("What you read in its terms", anchor=False)
    lost = " A conditional licence is lost by the published rule." if card.terms.dropped else ""
    st.markdown(f"**{card.terms.verdict}** over {counted(card.terms.pages, 'page')}.{lost}")
    columns = ("page", "ai_scraping", "licence", "compete", "reviewer", "observed", "evidence")
    st.dataframe(
        pl.DataFrame([one.model_dump(include=set(columns)) for one in card.pages]).select(columns),
        hide_index=True, height="content", key="pages", placeholder="not said",
        alt=f"{len(card.pages)} pages of terms with codes and reviewer",
        column_config={
            "page": st.column_config.LinkColumn("Page", width=220),
            "ai_scraping": st.column_config.NumberColumn("AI and scraping", width=110, help=_codes("ai_scraping")),
            "licence": st.column_config.NumberColumn("Licence", width=80, help=_codes("licence")),
            "compete": st.column_config.NumberColumn("Competing", width=90, help=_codes("compete")),
            "reviewer": st.column_config.TextColumn("Read by", width=120),
            "observed": st.column_config.DateColumn("On", width=100),
            "evidence": st.column_config.TextColumn("Evidence", width=200),
        },
    )  # fmt: skip


def datasets_part(card: DomainCard) -> None:
    """List the datasets that draw on the site; a click opens one."""
    st.header("Datasets that draw on it", anchor=False)
    if not card.datasets:
        st.markdown("No dataset of the current snapshot states it as a source.")
        return
    event = st.dataframe(
        pl.DataFrame([one.model_dump() for one in card.datasets]).select("name", "basis", "id"), hide_index=True,
        on_select="rerun", selection_mode="single-cell", key="datasets",
        height="content" if len(card.datasets) <= 8 else 320,
        alt=f"{len(card.datasets)} datasets that state the site as a source",
        column_config={
            "name": st.column_config.TextColumn("Dataset", pinned=True, width=280),
            "basis": st.column_config.TextColumn("Recognised by", width=200),
            "id": st.column_config.TextColumn("Id", width=220),
        },
    )  # fmt: skip
    if card.datasets_total > SHOWN_DATASETS:
        st.caption(f"The first {SHOWN_DATASETS} of {number(card.datasets_total)}, by name.")
    if cells := event["selection"]["cells"]:
        open_page("dataset", id=card.datasets[cells[0][0]].id)


def _codes(axis: Axis) -> str:
    return "; ".join(f"{code} {word}" for code, word in CODES[axis].items())


def _weights(rows: pl.DataFrame) -> Draw:
    def draw(colours: Tokens) -> Chart:
        base = alt.Chart(alt.Data(values=rows.to_dicts())).encode(
            x=alt.X("share:Q", title=None, axis=alt.Axis(format=".3%", tickCount=4)),
            y=alt.Y("name:N", title=None, sort="-x", axis=alt.Axis(ticks=False, domain=False)),
            tooltip=[
                "name:N",
                alt.Tooltip("share:Q", format=".4%"),
                alt.Tooltip("tokens:Q", format=",.0f"),
                "stratum:N",
            ],
        )
        return base.mark_bar(color=colours.primary, height=14).properties(height=28 * rows.height + 20)

    return draw
