"""One robots.txt, pasted: what it says to whom, which rule decides, and what does not agree."""

from __future__ import annotations

import polars as pl
import streamlit as st

from app.components import state
from app.components.consent_words import whom
from app.components.feedback import show_error
from app.components.frame import number, plain
from app.components.url_state import from_url, to_url
from app.theme import BADGE, LEVEL_MEANING
from governance.consent.agents import HOW, agent_set
from governance.consent.checks import MOST_CHARACTERS
from governance.consent.conflicts import CONFLICT_LABELS, by_agents
from governance.consent.levels import level_rows
from governance.consent.robots import Robots, read_robots, verdict
from governance.consent.robots_lines import LIMIT
from governance.consent.site_signals import SiteTexts, site_signals
from governance.consent.vocabulary import LEVEL_WORDS
from governance.errors import TouchstoneError

EXAMPLE = """\
User-agent: *
Disallow: /private/
Content-Signal: search=yes, ai-train=no

User-agent: GPTBot
User-agent: CCBot
Disallow: /
Allow: /ads.txt
"""
ADDRESS = "https://example.org/art/1"
SHOWN = 20


def check_inputs() -> tuple[str, str]:
    """Draw whom and what is asked about, and give both."""
    for name, usual in (("agents", "developers"), ("url", ADDRESS)):
        from_url(name, usual)
    st.text_input("Crawlers", key="agents", max_chars=1000, help=f"Separated by commas: {HOW}")
    st.text_input("Address", key="url", max_chars=MOST_CHARACTERS, help="A page of that site, or a path")
    return to_url("agents", "developers"), to_url("url", ADDRESS)


def robots_input() -> str:
    """Draw the field for the file and give its text; it is not kept and not in the address."""
    return st.text_area(
        "robots.txt", value=EXAMPLE, key="robots-text", height=230, max_chars=LIMIT,
        help="Paste the file of a site; it stays in this tab. Nothing is fetched",
    )  # fmt: skip


def check_rows(text: str, agents: tuple[str, ...], url: str) -> pl.DataFrame:
    """Give for each agent its level by both readings, and whether it may fetch the address."""
    robots = read_robots(text)
    said = [verdict(robots, agent, url) for agent in agents]
    return pl.DataFrame(
        [
            {**row, "allowed": one.allowed, "rule": one.rule, "line": one.line, "group": one.group}
            for row, one in zip(level_rows(text, agents), said, strict=True)
        ],
        infer_schema_length=None,
    )


def check_answer(rows: pl.DataFrame, text: str) -> str:
    """Answer for the file: who may fetch the address, who is barred in full."""
    allowed, full = int(rows["allowed"].sum()), int((rows["rfc"] == "full").sum())
    differ = int((rows["rfc"] != rows["paper"]).sum())
    where = "In the example, " if text == EXAMPLE else ""
    more = f"; the published rule reads {number(differ)} otherwise" if differ else ""
    words = f"{where}**{allowed} of {number(rows.height)}** may fetch the address, **{full}** may fetch nothing{more}."
    return words[:1].upper() + words[1:]


def check_view(text: str, words: str, url: str) -> tuple[pl.DataFrame, Robots] | None:
    """Draw the table, what does not agree, and what was passed over; give what was found."""
    try:
        agents = agent_set(words, state.agents())
    except TouchstoneError as error:
        show_error(error)
        return None
    return check_rows(text, agents, url), read_robots(text)


def check_tables(rows: pl.DataFrame, robots: Robots, text: str) -> None:
    """Draw what was found."""
    st.dataframe(
        rows.with_columns(
            pl.col("rfc", "paper").replace_strict(LEVEL_WORDS),
            pl.col("allowed").replace_strict({True: "yes", False: "no"}),
            pl.col("inherited").replace_strict({True: "everyone", False: "it"}),
        ),
        hide_index=True,
        height=min(38 + 35 * rows.height, 480),
        key="check-table",
        placeholder="none",
        alt=f"{rows.height} crawlers with level by both readings, verdict on the address and the rule that decides",
        column_config={
            "agent": st.column_config.TextColumn("Crawler", pinned=True, width=150),
            "rfc": st.column_config.TextColumn("Level", width=100, help="By RFC 9309"),
            "paper": st.column_config.TextColumn("Published rule", width=110, help="Of Longpre et al. 2024"),
            "inherited": st.column_config.TextColumn("Said to", width=90, help="It by name, or everyone"),
            "allowed": st.column_config.TextColumn("May fetch", width=90, help="The address at the left"),
            "rule": st.column_config.TextColumn("Because of", width=200),
            "line": st.column_config.NumberColumn("Line", format="%d", width=60),
            "group": st.column_config.TextColumn("Group", width=110),
        },
    )
    _disagreements(text, tuple(rows["agent"]))
    if robots.notes:
        with st.expander(f"{len(robots.notes)} lines are not used, or not as they seem to be meant"):
            st.markdown("\n".join(f"- line {note.line}: {plain(note.what)}" for note in robots.notes))


def _disagreements(text: str, agents: tuple[str, ...]) -> None:
    found = by_agents(site_signals(SiteTexts(robots=text), agents).conflicts)
    if found:
        st.markdown("**The file does not agree with itself.** Both statements stand; none is resolved.")
        st.markdown(
            "\n".join(
                f"- :{BADGE[LEVEL_MEANING[one.second.restriction or 'full']]}-badge[{CONFLICT_LABELS[one.kind]}] "
                f"{plain(one.words)} ({plain(whom(named))})"
                for one, named in found[:SHOWN]
            )
        )
