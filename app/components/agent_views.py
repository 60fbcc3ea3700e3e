"""The registry of crawlers as a view: filters, the figure, the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

import altair as alt
import polars as pl
import streamlit as st

from app.components import state
from app.components.feedback import empty
from app.components.figure import Chart, Draw, figure
from app.components.frame import number
from app.components.share_chart import percent
from app.components.url_state import from_url, to_url
from app.theme import Meaning, Tokens
from governance.catalogue.selection import choice
from governance.consent.agents import Agent, agents_seen, count_agents, select_agents
from governance.consent.vocabulary import PURPOSES, RESPECTS, Respect

PURPOSE_LABELS = {
    "training": "Training", "search": "Search", "assistant": "Assistant", "archive": "Archive", "agent": "Acting agent",
    "data": "Data provider", "other": "Other", "unknown": "Unknown",
}  # fmt: skip
RESPECT_LABELS: dict[Respect, str] = {"yes": "Says yes", "unclear": "Says nothing clear", "no": "Says no"}
RESPECT_MEANING: dict[Respect, Meaning] = {"yes": "good", "unclear": "unknown", "no": "stop"}
ORDER: tuple[Respect, ...] = get_args(Respect)
ANY = "any"
ROW, AXIS = 26, 60


def agent_filters(agents: Sequence[Agent]) -> list[Agent]:
    """Draw the filters and give the agents that are left."""
    operators = sorted({agent.operator for agent in agents if agent.operator}, key=str.lower)
    purpose = _one("purpose", "Purpose", PURPOSE_LABELS, "What its operator says it is for")
    respects = _one("respects", "Follows robots.txt", RESPECT_LABELS, "Whether its operator says so")
    operator = _one("operator", "Operator", {one: one for one in operators}, "Who runs it")
    return select_agents(agents, purpose=purpose, respects=respects, operator=operator)


def _one(name: str, label: str, labels: Mapping[Any, str], help: str) -> str | None:
    options = [ANY, *labels]
    from_url(name, ANY, lambda text: choice(text, options, f"address, {name}"))
    st.selectbox(label, options, key=name, format_func=lambda one: labels.get(one, "Any"), help=help)
    found = to_url(name, ANY)
    return None if found == ANY else found


def agents_answer(agents: Sequence[Agent]) -> str:
    """Answer the question of the registry."""
    counts = count_agents(agents)["respects"]
    yes, no = counts.get("yes", 0), counts.get("no", 0)
    return (
        f"**{number(yes)} of {number(len(agents))}** are said by their operators to follow robots.txt, "
        f"**{number(no)}** not to; of {number(len(agents) - yes - no)} nothing clear is known."
    )


def registry_view(every: Sequence[Agent], shown: Sequence[Agent]) -> None:
    """Draw the figure and the table."""
    if not shown:
        empty("No crawler meets every filter.", "Take one filter away.")
        return
    counts = counted(shown)
    figure(
        agents_chart(counts),
        title="Crawlers by purpose and by what is said of robots.txt",
        alt=f"Stacked bars. {agents_answer(shown).replace('*', '')} By purpose: see the table.",
        caption=f"n = {len(shown)} of {len(every)} · what operators say, not what they were seen to do",
        table=counts,
        key="agents",
    )
    _table(shown)


def counted(agents: Sequence[Agent]) -> pl.DataFrame:
    """Count agents by purpose and what is said."""
    rows = [
        {"purpose": PURPOSE_LABELS[purpose], "follows robots.txt": RESPECT_LABELS[respect], "agents": n}
        for purpose in PURPOSES
        for respect in ORDER
        if (n := sum((agent.purpose, agent.respects) == (purpose, respect) for agent in agents))
    ]
    return pl.DataFrame(rows)


def agents_chart(counts: pl.DataFrame) -> Draw:
    """Give the function that draws the counts as stacked bars."""
    purposes = [label for label in PURPOSE_LABELS.values() if label in set(counts["purpose"])]
    rank = {label: index for index, label in enumerate(RESPECT_LABELS[one] for one in ORDER)}
    rows = [{**row, "rank": rank[row["follows robots.txt"]]} for row in counts.to_dicts()]

    def draw(colours: Tokens) -> Chart:
        scale = alt.Scale(
            domain=[RESPECT_LABELS[one] for one in RESPECTS],
            range=[colours.of(RESPECT_MEANING[one]) for one in RESPECTS],
        )
        bars = alt.Chart(alt.Data(values=rows)).mark_bar(stroke=colours.background)
        return bars.encode(
            y=alt.Y("purpose:N", sort=purposes, title=None, axis=alt.Axis(ticks=False, domain=False)),
            x=alt.X("agents:Q", stack="zero", title="crawlers", axis=alt.Axis(tickMinStep=1, tickCount=6)),
            color=alt.Color("follows robots\\.txt:N", scale=scale, title=None),
            order=alt.Order("rank:Q"),
            tooltip=["purpose:N", "follows robots\\.txt:N", "agents:Q"],
        ).properties(height=ROW * len(purposes) + AXIS)

    return draw


def _table(agents: Sequence[Agent]) -> None:
    seen = agents_seen(state.cursor())
    rows = [
        {
            "agent": agent.id,
            "operator": agent.operator,
            "purpose": PURPOSE_LABELS[agent.purpose],
            "follows": RESPECT_LABELS[agent.respects],
            "named": named,
            "barred": barred / named if named else None,
            "url": agent.url,
            "from": "yours" if agent.origin == "user" else agent.source_id,
        }
        for agent in agents
        for named, barred in (seen.get(agent.id.lower(), (None, 0)),)
    ]
    st.dataframe(
        pl.DataFrame(rows, infer_schema_length=None),
        hide_index=True,
        height=min(38 + 35 * len(rows), 480),
        key="agent-table",
        placeholder="unknown",
        alt=f"{len(rows)} crawlers with operator, purpose, what is said of robots.txt, and how often it was barred",
        column_config={
            "agent": st.column_config.TextColumn(
                "Crawler", pinned=True, width=170, help="The token it is addressed by"
            ),
            "operator": st.column_config.TextColumn("Operator", width=140),
            "purpose": st.column_config.TextColumn("Purpose", width=110),
            "follows": st.column_config.TextColumn("Follows robots.txt", width=130, help="As its operator says"),
            "named": st.column_config.NumberColumn(
                "Named", format="localized", width=80, help="Domain-months of 2016 to 2024 whose robots.txt names it"
            ),
            "barred": st.column_config.NumberColumn(
                "Closed to it", format="percent", width=100, help="Share of those, by the published rule"
            ),
            "url": st.column_config.LinkColumn("Link", width=160),
            "from": st.column_config.TextColumn("From", width=130),
        },
    )
    known = [(named, agent.id, barred) for agent in agents for named, barred in (seen.get(agent.id.lower(), (0, 0)),)]
    named, name, barred = max(known, default=(0, "", 0))
    if named:
        st.caption(
            f"{sum(one > 0 for one, _, _ in known)} of {len(rows)} were named in the files of Longpre et al.; "
            f"most often {name}: {number(named)} domain-months, {percent(barred / named)} of them closed to it."
        )
