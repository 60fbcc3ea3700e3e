"""The inputs and views of a reader's own sources."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial

import altair as alt
import polars as pl
import streamlit as st

from app.components import state
from app.components.consent_charts import level_scale
from app.components.feedback import empty, show_error
from app.components.figure import Chart, Draw, figure
from app.components.frame import number, plain
from app.components.own_source_words import change_table, change_words, level_rows, month_rows
from app.components.url_state import from_url, to_url
from app.theme import Tokens
from governance.catalogue.selection import choice
from governance.consent.agents import agent_set, load_agents
from governance.consent.audit_diff import audit_diff
from governance.consent.corpus_audit import By
from governance.consent.observations import observations
from governance.consent.own_agents import own_agents
from governance.consent.own_audit import EQUAL, Observed, OwnAudit, Weighing, observe_bytes, weigh
from governance.consent.own_records import comparable, forget_own_audit, keep_own_audit, own_audits
from governance.consent.own_weights import weights_of
from governance.consent.vocabulary import LEVEL_WORDS, MODES, Mode
from governance.errors import TouchstoneError
from governance.exports.tables import csv_of, jsonl_of, parquet_of

EXAMPLE = """=== news.example 2024-03
User-agent: *
Disallow: /admin/
=== news.example 2024-04
User-agent: GPTBot
User-agent: CCBot
Disallow: /

User-agent: *
Disallow: /admin/
=== forum.example 2024-03
User-agent: *
Disallow:
=== shop.example 2024-04
User-agent: *
Disallow: /
Allow: /robots.txt
"""
FORMATS = {"csv": csv_of, "jsonl": jsonl_of, "parquet": parquet_of}
MOST_AGENTS = 40


def source_input() -> tuple[bytes, str]:
    """Draw the place to upload or paste robots.txt texts; give the bytes and what they are called."""
    with st.popover("Texts from a file", icon=":material/upload_file:", width="stretch", help="Instead of pasting"):
        file = st.file_uploader(
            "Your texts as a file", key="sources-file",
            help="JSON lines, CSV or Parquet with columns domain, robots, date; or WARC. For folders: the command line",
        )  # fmt: skip
    st.session_state.setdefault("sources-text", st.session_state.get("sources-kept", EXAMPLE))
    st.text_area(
        "Texts, pasted", key="sources-text", height=220,
        help="A line === host month above each text, or JSON lines, or CSV; a file goes before it",
    )  # fmt: skip
    pasted = str(st.session_state["sources-text"])
    st.session_state["sources-kept"] = pasted
    return (file.getvalue(), file.name) if file is not None else (pasted.encode("utf-8", "replace"), "pasted")


def reading_inputs() -> tuple[tuple[str, ...], Mode, date]:
    """Draw whom and how to read for."""
    registry = load_agents(state.cursor(), own_agents(state.workbench()))
    from_url("agents", "developers", lambda text: agent_set(text, registry))
    st.text_input(
        "Agents", key="agents", max_chars=2000,
        help="Product tokens with commas between, or developers, a purpose such as training, or operator:OpenAI",
    )  # fmt: skip
    from_url("mode", "rfc", lambda text: choice(text, MODES, "address, mode"))
    st.segmented_control(
        "Read by", MODES, key="mode", required=True, width="stretch",
        format_func={"rfc": "RFC 9309", "paper": "Published rule"}.__getitem__,
        help="The standard, or the rule of Longpre et al. 2024 with the groups that it loses",
    )  # fmt: skip
    day = st.date_input("Day of texts without one", key="sources-day", help="What a text that says no day counts as")
    agents, mode = agent_set(to_url("agents", "developers"), registry), choice(to_url("mode", "rfc"), MODES, "mode")
    return agents, mode, day if isinstance(day, date) else datetime.now(UTC).date()


def weight_input() -> bytes | None:
    """Draw the place for weights; without any, every site counts as one."""
    with st.popover("Weights", icon=":material/scale:", width="stretch", help="How much each site counts"):
        file = st.file_uploader(
            "Weights as CSV or Parquet", type=["csv", "parquet"], key="weights-file",
            help="Columns domain and tokens, maybe type, topic, language, stratum; without it each site counts as one",
        )  # fmt: skip
    return file.getvalue() if file is not None else None


@st.cache_data(show_spinner="Reading the texts", max_entries=8)
def read_sources(
    content: bytes, name: str, agents: tuple[str, ...], day: date
) -> tuple[pl.DataFrame, pl.DataFrame, Observed]:
    """Read what was given, to snapshots and to observations."""
    snapshots, observed = observe_bytes(content, name, agents, day)
    return snapshots, observations(snapshots, agents), observed


@st.cache_data(show_spinner="Measuring", max_entries=16)
def audit_of(
    content: bytes, name: str, agents: tuple[str, ...], day: date, mode: Mode, weights: bytes | None, by: By
) -> OwnAudit:
    """Weigh what was given."""
    _, frame, observed = read_sources(content, name, agents, day)
    table = None if weights is None else weights_of(weights, "weights")
    return weigh(frame, observed, Weighing(table, EQUAL if table is None else "your weights", mode=mode, by=by))


def levels_view(audit: OwnAudit, settings: str) -> None:
    """Draw what each agent is left."""
    rows = level_rows(audit)
    most = rows["agent"].unique(maintain_order=True).head(MOST_AGENTS).to_list()
    some = f" · first {MOST_AGENTS} agents drawn" if rows["agent"].n_unique() > MOST_AGENTS else ""
    closed = rows.filter(pl.col("level") == LEVEL_WORDS["full"]).sort("share", descending=True)
    figure(
        levels_chart(rows.filter(pl.col("agent").is_in(most))),
        title=f"What your sites leave open, by agent, {audit.shares.rows[-1].month:%Y-%m}",
        alt=f"Stacked bars; most shut out: {closed['agent'][0]} at {closed['share'][0]:.0%}",
        caption=f"n = {number(max(rows['n']))} sites · {audit.weighed_by} · {settings}{some}",
        table=rows.drop("order"),
        key="levels",
    )


def levels_chart(rows: pl.DataFrame) -> Draw:
    """Give the function that draws a stacked bar for each agent."""
    data, agents = rows.to_dicts(), rows["agent"].unique(maintain_order=True).to_list()

    def draw(colours: Tokens) -> Chart:
        scale = level_scale(colours)
        return (
            alt.Chart(alt.Data(values=data))
            .mark_bar(height={"band": 0.75})
            .encode(
                y=alt.Y("agent:N", sort=agents, title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=150)),
                x=alt.X(
                    "share:Q", title="share of sites, by weight", scale=alt.Scale(domain=[0, 1]),
                    axis=alt.Axis(format=".0%", tickCount=5),
                ),
                color=alt.Color("level:N", scale=scale, title=None),
                order=alt.Order("order:Q"),
                tooltip=["agent:N", "level:N", alt.Tooltip("share:Q", format=".1%"), "n:Q"],
            )
            .properties(height=24 * len(agents) + 60, width="container")
        )  # fmt: skip

    return draw


def months_view(audit: OwnAudit, settings: str) -> None:
    """Draw the share closed by month."""
    rows = month_rows(audit)
    if rows.height < 2:
        return
    band = " · band: 95% over sites" if rows["full_low"].count() > 1 else ", too few for an interval"
    figure(
        months_chart(rows),
        title="Share closed to any of the agents, by month",
        alt=f"Line from {rows['full'][0]:.0%} to {rows['full'][-1]:.0%}",
        caption=f"n = {number(rows['n'][-1])} sites in the last month{band} · {settings}",
        table=rows,
        key="months",
    )


def months_chart(rows: pl.DataFrame) -> Draw:
    """Give the function that draws the share and its band."""
    data = [{**row, "month": row["month"].isoformat()} for row in rows.to_dicts()]

    def draw(colours: Tokens) -> Chart:
        x = alt.X("month:T", title=None, axis=alt.Axis(format="%Y-%m", labelOverlap=True, tickCount="month"))
        y = alt.Y("full:Q", title="share closed", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format=".0%"))
        tip = [alt.Tooltip("month:T", format="%Y-%m"), alt.Tooltip("full:Q", format=".1%"), "n:Q"]
        base = alt.Chart(alt.Data(values=data))
        band = base.transform_filter("isValid(datum.full_low)").mark_area(color=colours.primary, opacity=0.18)
        line = base.mark_line(color=colours.primary, strokeWidth=2.5, point={"color": colours.primary})
        return (
            band.encode(x=x, y=alt.Y("full_low:Q"), y2="full_high:Q") + line.encode(x=x, y=y, tooltip=tip)
        ).properties(height=240, width="container")

    return draw


def sites_list(sites: pl.DataFrame) -> None:
    """List the sites: strictest level, since which month that is known, and who is shut out."""
    st.dataframe(
        sites, hide_index=True, key="sites", height=min(38 + 35 * sites.height, 480),
        alt="Your sites, with their strictest level and who is shut out",
        column_config={
            "domain": st.column_config.TextColumn("Site", pinned=True, width=160),
            "level": st.column_config.TextColumn("Level", width=100, help="The strictest over the agents"),
            "as of": st.column_config.DateColumn("As of", format="YYYY-MM", width=80, help="Month of the newest text"),
            "texts": st.column_config.NumberColumn("Texts", width=60, help="Different ones read"),
            "closed to": st.column_config.TextColumn("Closed to", width=240),
            "partly closed to": st.column_config.TextColumn("Partly closed to", width=240),
        },
    )  # fmt: skip


def changes_view(frame: pl.DataFrame, mode: Mode) -> None:
    """Set what was given beside an audit that was kept."""
    kept = {one.id: one for one in own_audits(state.workbench())}
    if not kept:
        empty("You have kept no audit yet.", "Keep this one; later texts can then be set beside it.")
        return
    from_url("beside", "")
    st.selectbox(
        "Earlier audit", list(kept), key="beside", index=None, placeholder="choose one",
        format_func=lambda key: f"{kept[key].name}, {kept[key].updated:%Y-%m-%d}",
        help="What you kept, to compare the texts above with",
    )  # fmt: skip
    chosen = to_url("beside", "")
    if chosen not in kept:
        return
    diff = audit_diff(kept[chosen].observations, comparable(frame), mode)
    st.markdown(change_words(diff))
    if diff.changed:
        st.dataframe(change_table(diff), hide_index=True, key="changes", alt="What changed, by site and agent")
    if st.button("Forget this audit", icon=":material/delete:", help="Takes it out of your workbench"):
        forget_own_audit(state.workbench(), chosen)
        st.session_state.pop("beside")
        st.rerun()


def keep_menu(snapshots: pl.DataFrame, observed: Observed) -> None:
    """Offer to keep the audit."""
    with (
        st.popover("Keep", icon=":material/bookmark_add:", help="Keep the levels, not the texts, in your workbench"),
        st.form("keep-audit", border=False),
    ):
        name = st.text_input("Name", key="keep-name", max_chars=80, help="A name that is taken gets a new revision")
        if not st.form_submit_button("Keep it", type="primary", icon=":material/save:"):
            return
        try:
            kept = keep_own_audit(
                state.workbench(), name, snapshots, observed.agents, observed.parser_version, datetime.now(UTC)
            )
        except TouchstoneError as error:
            show_error(error)
        else:
            st.toast(f"Kept as {plain(kept.name)}", icon=":material/bookmark_added:")


def files_menu(frame: pl.DataFrame) -> None:
    """Offer the observations as files."""
    with st.popover("Export", icon=":material/download:", help="A row each site, month and agent, with both readings"):
        for suffix in FORMATS:
            st.download_button(
                suffix.upper(), partial(_file, frame, suffix), f"observations.{suffix}", on_click="ignore",
                key=f"observations-{suffix}", width="stretch", help="Levels and hashes; the texts stay with you",
            )  # fmt: skip


def _file(frame: pl.DataFrame, suffix: str) -> bytes:
    return FORMATS[suffix](frame.with_columns(pl.col("agent", "restriction", "paper_restriction").cast(pl.String)))
