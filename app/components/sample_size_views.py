"""Win rates: three counts in, the interval as a picture, the votes needed, and single runs apart."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import altair as alt
import numpy as np
import polars as pl
import streamlit as st

from app.components import state
from app.components.feedback import empty
from app.components.figure import Chart, Draw
from app.components.share_chart import percent
from app.components.url_state import from_url, to_url
from app.navigation import page_link
from app.theme import Tokens
from governance.assessment.cases import cases, run_share
from governance.catalogue.selection import choice
from governance.errors import BadInput
from governance.evaluation.prompt_reports import NEVER_AVERAGED
from governance.evaluation.published import Claim
from governance.evaluation.sample_size import TIE_RULES, TieRule, WinRate, votes_for_power, votes_needed, win_rate

COUNTS = {"wins": (60, "Wins"), "ties": (10, "Ties"), "losses": (45, "Losses")}
"""What stands there at first: an example that looks like a win and is not told from a draw."""
LEVELS = ("0.9", "0.95", "0.99")
RULE_LABELS: dict[TieRule, str] = {"half": "half a win", "drop": "nothing: left out"}
MOST = 1_000_000
LOW, HIGH = 0.505, 0.995
CLOSE = 0.08
"""Rates nearer than this share a label."""
YOURS = "yours"


def counts_form() -> WinRate:
    """Draw the counts and the rules in the sidebar, kept in the URL, and give the win rate."""
    given = []
    for key, (usual, label) in COUNTS.items():
        from_url(key, str(usual), partial(_count, key), read=int)
        st.number_input(label, 0, MOST, key=key, help="Votes, a count")
        given.append(int(to_url(key, str(usual))))
    from_url("rule", "half", lambda text: choice(text, TIE_RULES, "address, rule"))
    st.radio("A tie counts", TIE_RULES, key="rule", format_func=lambda one: RULE_LABELS[one], help="A stated rule")
    from_url("level", "0.95", lambda text: choice(text, LEVELS, "address, level"))
    st.selectbox("Level", LEVELS, key="level", format_func=lambda one: percent(float(one)), help="Of the intervals")
    rule: TieRule = "drop" if to_url("rule", "half") == "drop" else "half"
    return win_rate(*given, rule=rule, level=float(to_url("level", "0.95")))


def interval_table(found: WinRate) -> pl.DataFrame:
    """Give the intervals as rows."""
    exact = "Clopper-Pearson, exact" if found.is_exact else "Clopper-Pearson"
    rows = [
        {"interval": name, "rate": found.rate, "low": one.low, "high": one.high}
        for name, one in (("Wilson", found.wilson), (exact, found.exact))
        if one is not None
    ]
    return pl.DataFrame(rows, schema={"interval": pl.String, "rate": pl.Float64, "low": pl.Float64, "high": pl.Float64})


def interval_chart(table: pl.DataFrame) -> Draw:
    """Draw the rate with its intervals beside one half."""

    def draw(colours: Tokens) -> Chart:
        x = alt.X("rate:Q", title="win rate", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format=".0%", tickCount=5))
        y = alt.Y("interval:N", title=None, sort=None, axis=alt.Axis(labelLimit=150, ticks=False, domain=False))
        tooltip = [
            alt.Tooltip("interval:N"),
            *(alt.Tooltip(f"{one}:Q", format=".1%") for one in ("rate", "low", "high")),
        ]
        base = alt.Chart(table)
        whisker = base.mark_rule(strokeWidth=4, color=colours.primary, opacity=0.6).encode(
            x=alt.X("low:Q", title="win rate", scale=alt.Scale(domain=[0, 1])), x2="high:Q", y=y, tooltip=tooltip
        )
        dot = base.mark_point(filled=True, size=110, color=colours.primary, opacity=1).encode(x=x, y=y, tooltip=tooltip)
        half = alt.Chart(alt.Data(values=[{"rate": 0.5}])).mark_rule(strokeDash=[5, 4], color=colours.stop).encode(x=x)
        return alt.layer(half, whisker, dot).properties(height=230, width="container")

    return draw


def needed_table(found: WinRate, claims: Sequence[Claim]) -> pl.DataFrame:
    """Give the votes that published win rates and the reader's own need."""
    rows: list[tuple[object, ...]] = [
        (one.text, one.value / 100, votes_needed(one.value / 100, found.level),
         votes_for_power(one.value / 100, found.level), None, f"{one.paper} ({one.year}), abstract")
        for one in claims
    ]  # fmt: skip
    if found.rate is not None:
        rows.append((YOURS, found.rate, found.needed, found.needed_power, found.n, "your counts"))
    schema = {
        "win rate of": pl.String, "rate": pl.Float64, "votes needed": pl.Int64, "for 80% power": pl.Int64,
        "votes behind it": pl.Int64, "source": pl.String,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def needed_chart(table: pl.DataFrame, level: float) -> Draw:
    """Draw votes needed by win rate, with the published rates and the reader's own marked."""
    rates = np.concatenate([np.linspace(LOW, 0.6, 40), np.linspace(0.61, HIGH, 40)])
    curve = [{"rate": float(rate), "votes": votes_needed(float(rate), level)} for rate in rates]
    marks = [
        {
            "rate": max(row["rate"], 1 - row["rate"]), "votes": row["votes needed"], "says": percent(row["rate"], 1),
            "of": row["win rate of"], "whose": YOURS if row["win rate of"] == YOURS else "published",
        }
        for row in table.to_dicts()
        if row["votes needed"] and abs(row["rate"] - 0.5) >= LOW - 0.5
    ]  # fmt: skip

    _label(marks)

    def draw(colours: Tokens) -> Chart:
        rate = alt.Scale(domain=[0.5, 1])
        x = alt.X("rate:Q", title="win rate (or loss rate)", scale=rate, axis=alt.Axis(format=".0%", tickCount=5))
        y = alt.Y("votes:Q", title="votes needed", scale=alt.Scale(type="log"), axis=alt.Axis(format="~s", tickCount=5))
        line = alt.Chart(alt.Data(values=curve)).mark_line(strokeWidth=2.5, color=colours.unknown).encode(x=x, y=y)
        legend, kinds = alt.Legend(title=None, orient="top", symbolSize=80), [YOURS, "published"]
        fills = alt.Scale(domain=kinds, range=[colours.primary, colours.caution])
        shapes = alt.Scale(domain=kinds, range=["diamond", "circle"])
        base = alt.Chart(alt.Data(values=marks))
        dots = base.mark_point(filled=True, size=90, opacity=1).encode(
            x=x,
            y=y,
            color=alt.Color("whose:N", scale=fills, legend=legend),
            shape=alt.Shape("whose:N", scale=shapes, legend=legend),
            tooltip=[alt.Tooltip("of:N"), alt.Tooltip("says:N", title="rate"), alt.Tooltip("votes:Q", format=",")],
        )
        label = base.mark_text(align="left", dx=9, dy=-7, fontSize=12, color=colours.text)
        text = label.transform_filter("isValid(datum.label)").encode(x=x, y=y, text="label:N")
        return alt.layer(line, dots, text).properties(height=230, width="container")

    return draw


def _label(marks: list[dict[str, Any]]) -> None:
    """Name the published marks, those that lie close together in one label."""
    first: dict[str, Any] | None = None
    for mark in sorted((one for one in marks if one["whose"] != YOURS), key=lambda one: float(one["rate"])):
        says = f"{mark['says']}: {mark['votes']:,}"
        if first is not None and mark["rate"] - first["rate"] < CLOSE:
            first["label"] += f", {says}"
        else:
            first = mark
            first["label"] = says


def needed_view(table: pl.DataFrame) -> None:
    """List the votes needed."""
    st.dataframe(
        table, hide_index=True, key="needed", height="content", placeholder="not stated",
        alt=f"{table.height} win rates with the votes they need",
        column_config={
            "win rate of": st.column_config.TextColumn("Win rate of", pinned=True, width=230),
            "rate": st.column_config.NumberColumn("Rate", format="percent", width=80),
            "votes needed": st.column_config.NumberColumn(
                "Votes needed", width=110, help="First n at which Wilson's lower end passes 50%, the rate held fixed"
            ),
            "for 80% power": st.column_config.NumberColumn(
                "For 80% power", width=115, help="Votes with which 80% of trials would show it, were it the true rate"
            ),
            "votes behind it": st.column_config.NumberColumn("Votes behind it", width=120),
            "source": st.column_config.TextColumn("Source", width=250),
        },
    )  # fmt: skip


def case_table() -> pl.DataFrame:
    """Give the case sheets kept here, a run or a few each, with the exact interval of their own."""
    rows = []
    for one in cases(state.workbench()):
        case, share = one.case, run_share(one.case)
        told = None
        if share.share is not None:
            told = f"{case.reached} of {case.n}: exact 95% interval {percent(share.low, 1)} to {percent(share.high, 1)}"
        rows.append((case.title, case.task, case.n, told, case.budget or None, case.interventions, case.logs or None,
                     case.outcome or None))  # fmt: skip
    schema = {
        "case": pl.String, "task": pl.String, "runs": pl.Int64, "reached": pl.String, "budget": pl.String,
        "interventions": pl.Int64, "logs": pl.String, "outcome": pl.String,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def case_section(table: pl.DataFrame) -> None:
    """List single runs apart from everything above."""
    st.header("One run", anchor=False)
    st.markdown(
        f"**{NEVER_AVERAGED}** One run that succeeds gives an exact 95% interval of 2.5% to 100%; one that fails, "
        "0% to 97.5%."
    )
    if table.is_empty():
        empty(
            "No case sheet is kept here.",
            "Write one under Evidence review: task, budget, logs, outcome.",
        )
    else:
        columns = {name: st.column_config.Column(name.capitalize()) for name in table.columns}
        columns["case"] = st.column_config.TextColumn("Case", pinned=True, width=200)
        st.dataframe(
            table, hide_index=True, key="cases", height="content", placeholder="not stated", column_config=columns,
            alt=f"{table.height} case sheets, each with the interval of its own runs",
        )  # fmt: skip
    page_link("evidence-review", "Case sheets in Evidence review", icon=":material/biotech:", show="cases")


def _count(key: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:9]) <= MOST):
        raise BadInput(f"'{text:.20}' is no count of votes", f"address, {key}", f"use 0 to {MOST:,}")
    return int(text)
