"""A figure: the chart with its alternative text, its source line, the table behind it and its downloads."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import altair as alt
import polars as pl
import streamlit as st
import vl_convert

from app.components.evidence_menu import evidence_button, figure_of
from app.components.quick_charts import build_quickly, unchecked
from app.theme import LIGHT, Tokens, altair_config, tokens
from governance.assessment.records import Figure

Chart = alt.TopLevelMixin
Draw = Callable[[Tokens], Chart]
"""Draws the chart in the colours of a mode: the reader's on the page, the light ones in a download."""

DOWNLOAD_WIDTH = 900

build_quickly()


def figure(
    draw: Draw,
    *,
    title: str,
    alt: str,
    caption: str,
    table: pl.DataFrame,
    key: str,
    headline: Callable[[], Figure] | None = None,
) -> None:
    """Show a chart and everything that belongs to it.

    Args:
        draw: Draws the chart in given colours.
        title: What is shown, with units; also the name of the downloads.
        alt: The same for those who cannot see it: what it is and what it shows.
        caption: Source, data version, n and settings.
        table: The rows behind the chart.
        key: Unique on the page.
        headline: Gives the figure's own number, kept when it is sent to evidence; without it its words are.
    """
    colours = tokens()
    st.markdown(f"**{title}**")
    chart = unchecked(draw(colours).configure(**altair_config(colours)))
    st.altair_chart(chart, theme=None, key=f"{key}-chart", alt=alt)
    row = st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute")
    row.caption(caption, width="stretch")
    with row.popover("Table and files", icon=":material/download:", type="tertiary"):
        _downloads(draw, title, table, key)
    with row:
        evidence_button(lambda: _kept(headline, title, alt, caption, table), key=key, quiet=True)


def chart_spec(draw: Draw) -> dict[str, Any]:
    """Give the Vega-Lite specification of the light version, as wide as a page of print."""
    config = altair_config(LIGHT)
    view = {**config["view"], "continuousWidth": DOWNLOAD_WIDTH, "discreteWidth": DOWNLOAD_WIDTH}
    with alt.data_transformers.enable("default", max_rows=None):
        spec = draw(LIGHT).configure(**{**config, "view": view}).to_dict()
    return {name: value for name, value in spec.items() if (name, value) != ("width", "container")}


def chart_png(draw: Draw) -> bytes:
    """Draw the chart as PNG, two pixels a point."""
    return vl_convert.vegalite_to_png(json.dumps(chart_spec(draw)), scale=2)


def chart_svg(draw: Draw) -> str:
    """Draw the chart as SVG."""
    return vl_convert.vegalite_to_svg(json.dumps(chart_spec(draw)))


def _kept(headline: Callable[[], Figure] | None, title: str, alt: str, caption: str, table: pl.DataFrame) -> Figure:
    drawn = figure_of(title, alt, caption, table)
    if headline is None:
        return drawn
    own = headline()
    return own.model_copy(update={"method": own.method or caption, "rows": own.rows or drawn.rows})


def _downloads(draw: Draw, title: str, table: pl.DataFrame, key: str) -> None:
    name = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60]
    st.dataframe(table, hide_index=True, height=260, key=f"{key}-table", alt=f"Table behind: {title}")
    with st.container(horizontal=True):
        st.download_button("PNG", lambda: chart_png(draw), f"{name}.png", "image/png", f"{key}-png", on_click="ignore")
        st.download_button(
            "SVG", lambda: chart_svg(draw), f"{name}.svg", "image/svg+xml", f"{key}-svg", on_click="ignore"
        )
        st.download_button("CSV", lambda: table.write_csv(), f"{name}.csv", "text/csv", f"{key}-csv", on_click="ignore")
