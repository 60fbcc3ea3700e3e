"""The view on people reached: a list of languages, bounds by region, who is left out and what to add."""

from __future__ import annotations

import altair as alt
import polars as pl
import streamlit as st

from app.components import state
from app.components.feedback import empty
from app.components.figure import Chart, Draw, figure
from app.components.frame import headings, source_line
from app.components.language_views import Head
from app.components.reach_words import (
    HELP,
    LIMITS,
    MISSED,
    QUESTION,
    gain_table,
    language_table,
    missed_table,
    people_span,
    reach_answer,
    reach_report,
    region_table,
)
from app.components.url_state import from_url, hold, to_url
from app.theme import Tokens
from governance.catalogue.sources import Source, sources
from governance.evaluation.groups.reach import Reach, language_codes, language_label, people_reached, spoken_languages

UNITED_NATIONS = ("ara", "zho", "eng", "fra", "rus", "spa")
ROW, ROOM, LABELS = 19, 80, 175
SURE, PERHAPS = "surely", "perhaps"


def reach_view() -> None:
    """Draw whom a list of languages reaches."""
    version = state.version()
    codes = _languages(_known(version))
    found = _reach(tuple(codes), version)
    source = _source(found.sources[0], version)
    if not codes:
        Head(reach_answer(found), question=QUESTION, help=HELP).draw()
        empty("Nothing to count.", "Choose languages at the left.")
        return
    Head(reach_answer(found), lambda: reach_report(found, source, version), QUESTION, HELP).draw()
    figure(
        reach_chart(found), title="Share of each region's people who use at least one of the languages", key="reach",
        alt=f"Bars of the lowest and highest possible share by region. {reach_answer(found).replace('**', '')}",
        caption=f"{people_span(found)} · surely: the largest share of one language in each country · perhaps: up to "
        f"the sum, where few speak two of them · n = {found.countries} countries",
        table=region_table(found),
    )  # fmt: skip
    left, right = st.columns(2, gap="large")
    with left:
        _table("The languages, and who uses each", language_table(found), "reach-languages")
        if found.gains:
            _table("What would raise the lower bound most", gain_table(found), "reach-gains")
    with right:
        _table("Where most people are left out", missed_table(found, MISSED), "reach-missed", MISSED)
    with st.expander("What this does and does not say", icon=":material/help:"):
        for said in LIMITS:
            st.markdown(f"- {said}")
    source_line(f"Source: {source.title} ({source.licence}), {source.version}", n=found.countries)


def reach_chart(reach: Reach) -> Draw:
    """Draw a bar a region: solid to the low bound, pale on to the high one."""
    shown = region_table(reach).filter(pl.col("stated"))
    names = {row["region"]: f"{row['region']} ({_short(row['population'])})" for row in shown.iter_rows(named=True)}
    order = list(names.values())
    rows = [
        {"region": names[row["region"]], "start": start, "end": end, "part": part, "at least": row["at least"],
         "at most": row["at most"]}
        for row in shown.iter_rows(named=True)
        for part, start, end in ((SURE, 0.0, row["at least"]), (PERHAPS, row["at least"], row["at most"]))
    ]  # fmt: skip

    def draw(colours: Tokens) -> Chart:
        parts = alt.Scale(domain=[SURE, PERHAPS], range=[colours.primary, colours.unknown])
        y = alt.Y("region:N", sort=order, title=None, axis=alt.Axis(labelLimit=LABELS, ticks=False, domain=False))
        x = alt.X("start:Q", title="% of its people", scale=alt.Scale(domain=[0, 100]), axis=alt.Axis(tickCount=5))
        tip = ["region:N", *(alt.Tooltip(f"{name}:Q", format=".1f") for name in ("at least", "at most"))]
        return (
            alt.Chart(alt.Data(values=rows))
            .mark_bar(height=11)
            .encode(x=x, x2="end:Q", y=y, color=alt.Color("part:N", scale=parts, title=None, sort=None), tooltip=tip)
            .properties(height=ROW * len(order) + ROOM, width="container")
        )

    return draw


def _table(title: str, table: pl.DataFrame, key: str, rows: int | None = None) -> None:
    if table.columns[-1] == "note" and not table["note"].count():
        table = table.drop("note")
    st.markdown(f"**{title}**")
    whole, share = st.column_config.NumberColumn(format="localized"), st.column_config.NumberColumn(format="%.1f%%")
    shares, counts = ("Share", "At least", "At most"), ("People", "Rises by", "Left out")
    columns = {**dict.fromkeys(shares, share), **dict.fromkeys(counts, whole)}
    shown = table.rename(headings(table))
    st.dataframe(
        shown, hide_index=True, key=key, alt=title,
        column_config={name: columns[name] for name in shown.columns if name in columns},
        height="content" if rows else "auto",
    )  # fmt: skip


def _languages(known: dict[str, str]) -> list[str]:
    usual = ",".join(UNITED_NATIONS)
    from_url("languages", usual, lambda text: _split(text, known), read=lambda text: _split(text, known))
    chosen = list(st.session_state["languages"])
    options = [*known, *(code for code in chosen if code not in known)]
    hold("languages")
    with st.sidebar:
        st.multiselect(
            "Languages", options, key="languages", format_func=lambda one: known.get(one) or language_label(one),
            placeholder="None", help="Those a model or dataset is made for; the list starts with the six official "
            "languages of the United Nations",
        )  # fmt: skip
    to_url("languages", usual, write=lambda kept: ",".join(kept) or " ")
    return list(st.session_state["languages"])


def _split(text: str, known: dict[str, str]) -> list[str]:
    return language_codes([one for one in text.split(",") if one.strip()], known)


def _short(people: int) -> str:
    return f"{people / 1e9:.1f} bn" if people >= 1e9 else f"{people / 1e6:.{0 if people >= 1e7 else 1}f} m"


@st.cache_resource(show_spinner=False, max_entries=2)
def _known(version: str) -> dict[str, str]:
    return spoken_languages(state.cursor())


@st.cache_resource(show_spinner=False, max_entries=2)
def _source(source_id: str, version: str) -> Source:
    return next(one for one in sources(state.cursor()) if one.id == source_id)


@st.cache_data(show_spinner=False, max_entries=32)
def _reach(codes: tuple[str, ...], version: str) -> Reach:
    return people_reached(state.cursor(), codes)
