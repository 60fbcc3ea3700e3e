"""The views of consent: a corpus, its share over time, the agents, and what is said against what is done."""

from __future__ import annotations

from functools import partial

import polars as pl
import streamlit as st

from app.components import state
from app.components.conflict_views import conflicts_part
from app.components.consent_charts import (
    agents_chart,
    back_test_chart,
    lost_chart,
    over_time_chart,
    parts_chart,
    parts_table,
    waves_chart,
)
from app.components.consent_words import (
    MEASURE_LABELS,
    NO_SITES,
    PANEL_SOURCE,
    PART_LABELS,
    PRACTICE,
    SCENARIO_LABELS,
    SEGMENT_LABELS,
    SOURCE,
    agents_answer,
    agents_caption,
    back_test_words,
    corpus_figure,
    corpus_table,
    forecast_figure,
    forecast_words,
    head_words,
    honour_words,
    month,
    practice_answer,
    step_words,
    time_answer,
)
from app.components.feedback import empty
from app.components.figure import figure
from app.components.frame import source_line
from app.components.share_chart import percent
from app.components.url_state import from_url, to_url
from governance.catalogue.selection import choice
from governance.consent.agents import AI_DEVELOPERS
from governance.consent.aggregates import AgentLevels, CorpusFacts, PanelRate, agent_levels, corpus_facts, panel_rates
from governance.consent.conflicts import CONFLICT_KINDS, CONFLICT_LABELS, ConflictKind
from governance.consent.corpus_sources import honour_imported, observation_sources
from governance.consent.forecast import MAX_MONTHS, SCENARIOS, BackTest, Forecast, Scenario, back_test, forecast
from governance.consent.honour import Honoured
from governance.consent.trend import Event, Series, consent_events, consent_series, steps
from governance.consent.vocabulary import SERIES_STRATA, SeriesRule, SeriesStratum
from governance.errors import BadInput

GROUPS = {"type": "Type", "topic": "Topic", "language": "Language"}
WHICH = {
    "developers": "Those the shares count",
    "known": "Crawlers of AI in the registry",
    "all": "The most named",
}
MOST = 25
COLUMN_HELP = {
    "closed": "Share of all its tokens on closed sites",
    "a year earlier": "The same share twelve months before",
    "of the largest": "Of the tokens of its 2,000 largest sites",
    "of the others": "Of the tokens of all other sites",
    "on the largest": "Share of all its tokens on its 2,000 largest sites",
}


@st.cache_data(show_spinner=False)
def _facts(version: str) -> tuple[CorpusFacts, ...]:
    return corpus_facts(state.cursor())


@st.cache_data(show_spinner="Reading the imported levels")
def _honoured(version: str, corpus: str, source: str, by: str, extent: float) -> Honoured:
    return honour_imported(
        state.cursor(), corpus, agents=AI_DEVELOPERS, by=choice(by, tuple(GROUPS), "address, by"),  # type: ignore[arg-type]
        extent=extent, source=source or None,
    )  # fmt: skip


@st.cache_data(show_spinner="Fitting the model")
def _forecast(version: str, series: Series, months: int, scenario: Scenario) -> Forecast:
    return forecast(series, months=months, scenario=scenario)


@st.cache_data(show_spinner="Forecasting from eight earlier months")
def _back_test(version: str, series: Series) -> BackTest:
    return back_test(series)


def corpus_inputs() -> tuple[CorpusFacts, float]:
    """Draw the choice of corpus and how far the signal is honoured; give both."""
    facts = {one.corpus: one for one in _facts(state.version())}
    name = _radio("corpus", "Corpus", {key: one.name for key, one in facts.items()}, "c4", "Whose tokens are counted")
    from_url("honoured", "100", _whole_percent, read=int)
    st.slider(
        "Honoured by", 0, 100, key="honoured", step=5, format="%d%%",
        help="What would go if so many of the developers' crawls, by tokens, kept out of the sites that are closed",
    )  # fmt: skip
    return facts[name], int(to_url("honoured", "100")) / 100


def corpus_view(one: CorpusFacts, extent: float) -> None:
    """Draw what of a corpus is closed, and what of it would go."""
    others = [other for other in _facts(state.version()) if other.corpus != one.corpus]
    facts = [one, *(other for other in others if other.rule == one.rule)]
    figure(
        parts_chart(facts, extent),
        title=f"Tokens on closed sites that would go, honoured by {percent(extent)}, {month(one.month)}",
        alt="; ".join(f"{each.name}: {percent(extent * each.share, 1)}" for each in facts),
        caption=f"{agents_caption()} · head: {one.head_domains:,} sites looked at, rest: {one.random_domains:,} drawn",
        table=parts_table(facts, extent),
        key="parts",
        headline=partial(corpus_figure, one),
    )
    st.markdown(head_words(one))
    rows = corpus_table(_facts(state.version()))
    shares = ("closed", "a year earlier", "of the largest", "of the others", "on the largest")
    config = {name: st.column_config.NumberColumn(format="%.1f%%", help=COLUMN_HELP[name]) for name in shares}
    config["tokens, billions"] = st.column_config.NumberColumn(format="localized")
    st.dataframe(rows, hide_index=True, column_config=config, key="corpora", alt="Corpora and what of them is closed")
    sources = observation_sources(state.cursor())
    if sources:
        imported_view(one, extent, {name: title for name, (title, _, _) in sources.items()})
    else:
        st.markdown(NO_SITES)
        empty(
            "No level of a single site is here.",
            "Audit your own robots.txt files under My sources, or read a set with `touchstone import robots PATH`.",
        )
    source_line(SOURCE, f"{one.rule} rule", n=one.head_domains + one.random_domains, legal=True)


def imported_view(one: CorpusFacts, extent: float, sources: dict[str, str]) -> None:
    """Draw what would go by type, topic or language, by the levels that were imported."""
    st.header("Of what it would go", anchor=False)
    row = st.container(horizontal=True)
    with row:
        by = _radio("by", "By", GROUPS, "type", "Of the sites; language only where the weights state it")
        source = _radio("source", "Levels", {"": "All imports", **sources}, "", "Which import the levels come from")
    found = _honoured(state.version(), one.corpus, source, by, extent)
    st.markdown(honour_words(found))
    figure(
        lost_chart(found),
        title=f"Share of its own tokens that each {by} would lose",
        alt="; ".join(f"{each.group}: {percent(each.lost)}, n {each.n}" for each in found.rows),
        caption=f"levels: {sources.get(source, ', '.join(sources.values()))} · {agents_caption()} · RFC 9309 · "
        "in brackets: sites observed · whiskers: 95% over domains drawn anew, none where all agree",
        table=pl.DataFrame([each.model_dump() for each in found.rows]),
        key="lost",
    )


def time_inputs() -> tuple[Series, Forecast]:
    """Draw the choices of a series and its forecast; give both."""
    facts = {one.corpus: one for one in _facts(state.version())}
    corpus = _radio("corpus", "Corpus", {key: one.name for key, one in facts.items()}, "c4", "Whose tokens are counted")
    part: SeriesStratum = choice(
        _radio("part", "Part", PART_LABELS, "all", "A share of the whole corpus's tokens in each case"),
        SERIES_STRATA, "address, part",
    )  # fmt: skip
    scenario: Scenario = choice(
        _radio("scenario", "Blocking", SCENARIO_LABELS, "goes_on", "The model's own forecast, or an assumption"),
        SCENARIOS, "address, scenario",
    )  # fmt: skip
    from_url("months", "12", _months, read=int)
    st.slider("Months ahead", 1, MAX_MONTHS, key="months", help="The published forecasts look 12 months ahead")
    rule: SeriesRule = facts[corpus].rule
    series = consent_series(state.cursor(), corpus, stratum=part, rule=rule)
    return series, _forecast(state.version(), series, int(to_url("months", "12")), scenario)


def time_view(series: Series, ahead: Forecast) -> None:
    """Draw the share over time, its steps with what came before, and what earlier forecasts were worth."""
    events: tuple[Event, ...] = consent_events(state.cursor())
    figure(
        over_time_chart(series, ahead, events),
        title=f"Tokens of {series.name} on closed sites by month: {PART_LABELS[series.stratum].lower()}",
        alt=f"Line from {month(series.points[0].month)} to {month(series.points[-1].month)}, dashed after it. "
        + time_answer(series, ahead).replace("*", ""),
        caption=f"{forecast_words(ahead)} · grey: events below · {series.agents}",
        table=pl.DataFrame(
            [{"month": point.month, "share": point.share, "low": None, "high": None} for point in series.points]
            + [point.model_dump() for point in ahead.points],
            schema={"month": pl.Date, "share": pl.Float64, "low": pl.Float64, "high": pl.Float64},
        ),
        key="over-time",
        headline=partial(forecast_figure, series, ahead),
    )
    st.header("Steps, and what came just before", anchor=False, help="That they come together is all this says")
    st.markdown(step_words(steps(series, events)))
    from_url("check", "no", lambda text: choice(text, ("no", "yes"), "address, check"), read=lambda text: text == "yes")
    st.toggle("Check earlier forecasts", key="check", help="Fits the model at eight earlier months; takes some seconds")
    if to_url("check", "no", write=lambda on: "yes" if on else "no") == "yes":
        found = _back_test(state.version(), series)
        st.markdown(back_test_words(found))
        figure(
            back_test_chart(found),
            title=f"What was said {found.months_ahead} months ahead, and what came",
            alt=back_test_words(found).replace("*", ""),
            caption="each by the months known then alone; bars: 95% interval",
            table=pl.DataFrame([trial.model_dump() for trial in found.trials]),
            key="back-test",
        )
    source_line(SOURCE, f"{series.rule} rule", series.definition, n=len(series.points))


def agents_inputs() -> tuple[AgentLevels, ...]:
    """Draw which agents are shown, and give them."""
    which = _radio("which", "Agents", WHICH, "developers", "The registry of agents is a page of its own")
    wanted = AI_DEVELOPERS if which == "developers" else ()
    return agent_levels(state.cursor(), wanted, known=which == "known", most=MOST)


def agents_view(agents: tuple[AgentLevels, ...]) -> None:
    """Draw how often agents are named and what is left open to them."""
    if agents:
        figure(
            agents_chart(agents),
            title="What robots.txt leaves open to the agents it names",
            alt=agents_answer(agents).replace("*", ""),
            caption="a snapshot is one domain in one month, 2016-01 to 2024-04, so a site counts in every month; no "
            "interval is possible · levels by the published rule, which loses grouped agents",
            table=pl.DataFrame([one.model_dump() for one in agents]),
            key="agents",
        )
    source_line(SOURCE, "published rule", n=sum(one.observed for one in agents))


def practice_inputs() -> tuple[str, str, ConflictKind | None]:
    """Draw the choices of a segment, of a corpus and of a kind of conflict; give them."""
    segment = _radio("segment", "Domains", SEGMENT_LABELS, "all", "The panel of 2026: which of its domains")
    ways = {"": "All"} | {str(one): label for one, label in CONFLICT_LABELS.items()}
    way = _radio("way", "Statements that part", ways, "", "Which sites are listed: in which way two statements part")
    names = {one.corpus: one.name for one in _facts(state.version())}
    corpus = _radio("corpus", "Corpus", names, "c4", "Whose tokens weigh the sites that are listed")
    return segment, corpus, choice(way, CONFLICT_KINDS, "address, way") if way else None


def practice_view(segment: str, corpus: str, kind: ConflictKind | None) -> None:
    """Draw what sites say in robots.txt beside what a crawler met there, and which sites contradict themselves."""
    rates: list[PanelRate] = [one for one in panel_rates(state.cursor()) if one.segment == segment]
    n = max((one.n or 0 for one in rates), default=0) or None
    figure(
        waves_chart([one for one in rates if one.unit == "share"], MEASURE_LABELS),
        title=f"What sites say and do, July and September 2026: {SEGMENT_LABELS[segment].lower()}",
        alt=practice_answer(rates, segment).replace("*", ""),
        caption=f"n = {n:,} domains" if n else "the number of domains is not stated, so no interval is possible",
        table=pl.DataFrame([one.model_dump() for one in rates], infer_schema_length=None),
        key="waves",
    )
    st.markdown(PRACTICE)
    source_line(PANEL_SOURCE, "waves of 2026-07-10 and 2026-09-16", n=n)
    conflicts_part(corpus, next(one.name for one in _facts(state.version()) if one.corpus == corpus), kind)


def _radio(key: str, label: str, options: dict[str, str], usual: str, help: str) -> str:
    from_url(key, usual, lambda text: choice(text, tuple(options), f"address, {key}"))
    st.radio(label, list(options), key=key, format_func=lambda name: options[name], help=help)
    return to_url(key, usual)


def _whole_percent(text: str) -> None:
    if not (text.isascii() and text.isdigit() and int(text[:4]) <= 100):
        raise BadInput(f"'{text:.20}' is no share in per cent", "address, honoured", "use 0 to 100")


def _months(text: str) -> None:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= MAX_MONTHS):
        raise BadInput(f"'{text:.20}' is no number of months", "address, months", f"use 1 to {MAX_MONTHS}")
