"""The views of a reader's own tables: the cheapest devices, and what determinism costs."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import polars as pl
import streamlit as st

from app.components.figure import Chart, Draw, figure
from app.components.frame import number, plain
from app.theme import Tokens
from governance.compute import determinism, device_cover
from governance.compute.determinism import Determinism, Timing, cost_of_determinism, determinism_rows, read_timings
from governance.compute.device_cover import (
    Cover,
    Matrix,
    cheapest_devices,
    cover_rows,
    read_matrix,
    read_prices,
)
from governance.errors import BadInput

DRAWN, DEVICES = 40, 16
"""Rows and columns of a figure; the table has all."""


def cover_inputs() -> tuple[str, str]:
    """Draw the two tables of a cover and give their text."""
    matrix = _own_table(
        "Functions and devices", "matrix", device_cover.EXAMPLE, "Columns function, device, works (yes or no)"
    )
    return matrix, _own_table("Prices", "prices", device_cover.EXAMPLE_PRICES, "Columns device, price; in any one unit")


def timing_input() -> str:
    """Draw the table of timings and give its text."""
    return _own_table(
        "Timings", "timings", determinism.EXAMPLE, "Columns function, default_seconds, deterministic_seconds"
    )


@st.cache_data(show_spinner="Finding the cheapest devices", max_entries=16)
def cover_of(matrix: str, prices: str) -> tuple[Matrix, Cover]:
    """Read both tables and find the cheapest devices."""
    read = read_matrix(matrix)
    return read, cheapest_devices(read, read_prices(prices))


@st.cache_data(show_spinner=False, max_entries=16)
def determinism_of(text: str) -> tuple[tuple[Timing, ...], Determinism]:
    """Read the timings and give the slowdown."""
    times = read_timings(text)
    return times, cost_of_determinism(times)


def cover_answer(cover: Cover, matrix: str) -> str:
    """Answer with the set, its cost and what runs nowhere."""
    runs = cover.functions - len(cover.nowhere)
    whose = "In the example, " if matrix == device_cover.EXAMPLE else ""
    if not cover.devices:
        return f"{whose}**no device** with a price runs any of the {cover.functions} functions."
    alone = (
        f"; {plain(cover.single)} alone costs {cover.single_cost:g}"
        if cover.single and (cover.single,) != cover.devices
        else ""
    )
    named = plain(", ".join(cover.devices))
    return f"{whose}**{named}** at **{cover.cost:g}** run {runs} of {cover.functions} functions{alone}."


def cover_view(matrix: Matrix, cover: Cover) -> None:
    """Draw the matrix with the chosen devices, and say what runs nowhere."""
    rows = cover_rows(matrix, cover)
    shown = rows.filter(
        pl.col("function").is_in(matrix.functions[:DRAWN]) & pl.col("device").is_in(matrix.devices[:DEVICES])
    )
    some = f" · first {DRAWN} functions drawn, the table has all" if len(matrix.functions) > DRAWN else ""
    figure(
        cover_chart(shown),
        title="What runs where",
        alt=f"{len(matrix.functions)} functions on {len(matrix.devices)} devices; chosen: {', '.join(cover.devices)}",
        caption=f"n = {number(rows.height)} pairs, {number(matrix.untested)} untested · outlined: used there{some}",
        table=rows,
        key="cover",
    )
    if cover.nowhere:
        st.warning(f"Run nowhere: {plain(', '.join(cover.nowhere[:20]))}", icon=":material/block:")
    if cover.unpriced:
        st.info(f"Left out, without a price: {plain(', '.join(cover.unpriced))}", icon=":material/info:")
    st.dataframe(
        pl.DataFrame({"function": list(cover.runs_on), "runs on": list(cover.runs_on.values())}),
        hide_index=True, key="runs-on", alt="The cheapest chosen device for each function",
        column_config={"function": "Function", "runs on": "Runs on"},
    )  # fmt: skip


def cover_chart(rows: pl.DataFrame) -> Draw:
    """Give the function that draws the matrix: filled where it runs, outlined where the set uses it."""
    said = {True: "runs", False: "fails or untested"}
    data = [{**row, "words": said[row["works"]], "mark": "✓" if row["works"] else "–"} for row in rows.to_dicts()]

    def draw(colours: Tokens) -> Chart:
        base = alt.Chart(alt.Data(values=data)).encode(
            x=alt.X("device:N", title=None, axis=alt.Axis(orient="top", labelAngle=0, ticks=False, labelLimit=90)),
            y=alt.Y("function:N", title=None, axis=alt.Axis(ticks=False, labelLimit=150)),
            tooltip=["function:N", "device:N", "words:N", "used:N"],
        )
        cell = base.mark_rect(stroke=colours.background, strokeWidth=2).encode(
            color=alt.Color(
                "words:N", scale=alt.Scale(domain=list(said.values()), range=[colours.primary, colours.panel]),
                legend=alt.Legend(title=None, orient="bottom"),
            )
        )  # fmt: skip
        used = base.transform_filter("datum.used").mark_rect(fillOpacity=0, stroke=colours.caution, strokeWidth=3)
        words = base.mark_text(fontSize=13).encode(
            text="mark:N",
            color=alt.condition("datum.works", alt.value(colours.background), alt.value(colours.text)),
        )
        return (cell + used + words).properties(height=26 * max(rows["function"].n_unique(), 1) + 70)

    return draw


def determinism_answer(found: Determinism, timings: str) -> str:
    """Answer with the median ratio, its interval and the total."""
    whose = "In the example, " if timings == determinism.EXAMPLE else ""
    between = f" (95%: {found.low:.2f} to {found.high:.2f})" if found.low is not None else ", too few for an interval"
    return (
        f"{whose}the middle function takes **{found.median:.2f} times** as long{between}; "
        f"all together **{found.total:.2f} times**. {found.slower} of {found.n} are slower."
    )


def determinism_view(times: Sequence[Timing]) -> None:
    """Draw the ratio of each function."""
    rows = determinism_rows(times)
    some = f" · the {DRAWN} largest drawn" if rows.height > DRAWN else ""
    figure(
        determinism_chart(rows.head(DRAWN)),
        title="Deterministic over default time",
        alt=f"The largest: {rows['function'][0]} at {rows['ratio'][0]:.2f}",
        caption=f"n = {number(rows.height)} functions · dashed: no slower{some}",
        table=rows,
        key="determinism",
    )


def determinism_chart(rows: pl.DataFrame) -> Draw:
    """Give the function that draws a dot for each function on a log axis."""
    data, order = rows.to_dicts(), rows["function"].to_list()
    ratios = [*rows["ratio"], 1.0]
    ends = [0.9 * min(ratios), 1.1 * max(ratios)]

    def draw(colours: Tokens) -> Chart:
        dots = (
            alt.Chart(alt.Data(values=data))
            .mark_point(size=80, filled=True, opacity=1, color=colours.primary)
            .encode(
                x=alt.X(
                    "ratio:Q",
                    title="times as long",
                    scale=alt.Scale(type="log", domain=ends, nice=False),
                    axis=alt.Axis(format="~g"),
                ),
                y=alt.Y("function:N", sort=order, title=None, axis=alt.Axis(ticks=False, labelLimit=150)),
                tooltip=["function:N", alt.Tooltip("ratio:Q", format=".2f"), "default_seconds:Q"],
            )
        )
        same = alt.Chart(alt.Data(values=[{"at": 1}])).mark_rule(color=colours.stop, strokeDash=[5, 4]).encode(x="at:Q")
        return (dots + same).properties(height=22 * len(order) + 60)

    return draw


def _own_table(label: str, name: str, example: str, help: str) -> str:
    """Draw a place to paste or upload a table; what stands there outlives a change of view."""
    file = st.file_uploader(f"{label} as CSV", type=["csv", "txt"], key=f"{name}-file", help=help)
    st.session_state.setdefault(f"{name}-text", st.session_state.get(f"{name}-kept", example))
    st.text_area(f"{label}, pasted", key=f"{name}-text", height=170, help=f"{help}; a file goes before it")
    pasted = str(st.session_state[f"{name}-text"])
    st.session_state[f"{name}-kept"] = pasted
    st.download_button(
        "Example", example, f"{name}.csv", "text/csv", key=f"{name}-example", icon=":material/download:",
        on_click="ignore", help="A table to start from", width="stretch",
    )  # fmt: skip
    if file is None:
        return pasted
    try:
        return file.getvalue().decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput("the file is not text in UTF-8", plain(file.name), "save it as CSV in UTF-8") from error
