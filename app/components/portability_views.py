"""The view of portability: which share of a framework is lost on which device."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import polars as pl
import streamlit as st

from app.components import state
from app.components.feedback import empty
from app.components.figure import Chart, Draw, figure
from app.components.frame import headings
from app.components.share_chart import Mark, Panel, percent, share_chart, share_table
from app.components.url_state import from_url, to_url
from app.theme import Tokens
from governance.catalogue.selection import choice
from governance.compute.portability import LOST, Lost, Portability, Slowdown, functions_of, portability, slowdowns
from governance.provenance.composition import share_of

LOST_LABELS: dict[Lost, str] = {
    "complete_and_partial": "Any test fails",
    "without_gradient_checks": "Any but gradient checks",
    "complete": "Every test fails",
}
FRAMEWORKS = {"pytorch": "PyTorch", "tensorflow": "TensorFlow", "jax": "JAX"}
USUAL: Lost = "complete_and_partial"


def lost_input() -> Lost:
    """Draw the switch for what counts as lost."""
    from_url("lost", USUAL, lambda text: choice(text, LOST, "address, lost"))
    st.radio(
        "A function is lost when", list(LOST_LABELS), key="lost", format_func=lambda one: LOST_LABELS[one],
        help="The paper does not say which it took; each gives another share",
    )  # fmt: skip
    return choice(to_url("lost", USUAL), LOST, "address, lost")


def portability_rows(lost: Lost) -> tuple[Portability, ...]:
    """Read the shares from the catalogue."""
    return portability(state.cursor(), lost=lost)


def portability_answer(rows: Sequence[Portability]) -> str:
    """Answer with the report that loses most, and the paper's figure where it is known."""
    known = [one for one in rows if one.share is not None]
    if not known:
        return "**Not known** for this meaning of lost."
    most = max(known, key=lambda one: one.share or 0)
    paper = f"; the paper says {percent(most.published)}" if most.published is not None else ""
    return (
        f"{FRAMEWORKS.get(most.framework, most.framework)} loses **{percent(most.share)} of {most.n} functions** on a "
        f"{most.device.upper()} ({percent(most.low)} to {percent(most.high)}){paper}."
    )


def portability_view(rows: Sequence[Portability], lost: Lost) -> None:
    """Draw the shares with intervals, their table, and the functions where they were imported."""
    panels = share_panels(rows)
    figure(
        share_chart(panels, ["functions lost"]),
        title="Functions lost on another device",
        alt="; ".join(f"{one.framework} on {one.device}, {one.run}: {percent(one.share)} of {one.n}" for one in rows),
        caption=f"{LOST_LABELS[lost].lower()} · whiskers: 95% Wilson interval · dashed: the paper",
        table=share_table(panels),
        key="portability",
    )
    table, percents = _table(rows), ("share", "low", "high", "paper")
    st.dataframe(
        table, hide_index=True, height="content", key="portability-rows", placeholder="unknown",
        alt="Shares lost by framework, device and report, the paper's figure and why they differ",
        column_config=headings(table)
        | {name: st.column_config.NumberColumn(name.capitalize(), format="percent", width=80) for name in percents}
        | {"framework": st.column_config.TextColumn("Framework", pinned=True, width=100)},
    )  # fmt: skip
    st.header("Function by function", anchor=False)
    _functions(lost)
    found = slowdowns(state.cursor())
    if found:
        figure(
            slowdown_chart(found),
            title="TPU time over GPU time",
            alt="; ".join(f"{one.framework}, {one.gpu_run}: median {one.quantiles[0.5]:.2f}" for one in found),
            caption="point: median · thick: middle half · thin: 5% to 95% of functions",
            table=slowdown_table(found),
            key="slowdown",
        )


def share_panels(rows: Sequence[Portability]) -> list[Panel]:
    """Put the reports into panels, one a framework and device, with the paper's figure as a line."""
    pairs = dict.fromkeys((one.framework, one.device) for one in rows)
    return [
        Panel(
            f"{FRAMEWORKS.get(framework, framework)} on a {device.upper()}",
            [
                Mark(one.run, "functions lost", share_of(one.run, one.lost, one.n))
                for one in rows
                if (one.framework, one.device) == (framework, device) and one.lost is not None
            ],
            next(
                (
                    (one.published, f"paper: {percent(one.published)}")
                    for one in rows
                    if (one.framework, one.device) == (framework, device) and one.published is not None
                ),
                None,
            ),
        )
        for framework, device in pairs
    ]


def slowdown_table(found: Sequence[Slowdown]) -> pl.DataFrame:
    """Give a row for each framework and GPU report: quantiles of the ratio, and how many are slower."""
    return pl.DataFrame(
        [
            {
                "framework": FRAMEWORKS.get(one.framework, one.framework), "gpu report": one.gpu_run, "n": one.n,
                **{f"p{100 * at:.0f}": ratio for at, ratio in one.quantiles.items()},
                **{f"above {above.factor:g}x": above.share for above in one.above},
            }
            for one in found
        ]
    )  # fmt: skip


def slowdown_chart(found: Sequence[Slowdown]) -> Draw:
    """Give the function that draws the distribution of each ratio on a log axis."""
    rows = [{**row, "label": f"{row['framework']}, {row['gpu report']}"} for row in slowdown_table(found).to_dicts()]

    def draw(colours: Tokens) -> Chart:
        base = alt.Chart(alt.Data(values=rows)).encode(y=alt.Y("label:N", title=None, axis=alt.Axis(ticks=False)))
        x = alt.X("p5:Q", title="TPU time over GPU time", scale=alt.Scale(type="log"), axis=alt.Axis(format="~g"))
        thin = base.mark_rule(color=colours.primary, strokeWidth=1.5).encode(x=x, x2="p95:Q")
        thick = base.mark_rule(color=colours.primary, strokeWidth=6, opacity=0.6).encode(x="p25:Q", x2="p75:Q")
        dot = base.mark_point(size=80, filled=True, opacity=1, color=colours.text).encode(
            x="p50:Q", tooltip=["label:N", "n:Q", alt.Tooltip("p50:Q", title="median", format=".2f")]
        )
        same = alt.Chart(alt.Data(values=[{"at": 1}])).mark_rule(color=colours.stop, strokeDash=[5, 4]).encode(x="at:Q")
        return (thin + thick + dot + same).properties(height=34 * len(rows) + 60)

    return draw


def _functions(lost: Lost) -> None:
    from_url("framework", "pytorch", lambda text: choice(text, tuple(FRAMEWORKS), "address, framework"))
    st.segmented_control(
        "Framework", list(FRAMEWORKS), key="framework", format_func=lambda one: FRAMEWORKS[one], required=True,
        help="Whose functions to list",
    )  # fmt: skip
    rows = functions_of(state.cursor(), to_url("framework", "pytorch"), lost=lost)
    if not rows:
        empty(
            "The results by function are not here: their source states no licence, so they are never shipped.",
            "Import your own copy: `touchstone import portability FOLDER`.",
        )
        return
    st.dataframe(
        pl.DataFrame([one.model_dump() for one in rows]), hide_index=True, height=420, key="functions",
        alt=f"{len(rows)} results by function and device",
        column_config={"function": st.column_config.TextColumn("Function", pinned=True, width=220)},
    )  # fmt: skip


def _table(rows: Sequence[Portability]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "framework": FRAMEWORKS.get(one.framework, one.framework), "device": one.device.upper(),
                "report": one.run, "lost": one.lost, "n": one.n, "share": one.share, "low": one.low,
                "high": one.high, "paper": one.published, "why they differ": one.reason, "note": one.note or "",
            }
            for one in rows
        ],
        infer_schema_length=None,
    )  # fmt: skip
