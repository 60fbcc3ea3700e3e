"""Figures of what hosting sites state: rates with intervals, and audit class against site class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import polars as pl
import streamlit as st

from app.components.figure import Chart, Draw
from app.components.share_chart import Mark, Panel
from app.theme import USE_LABELS, Tokens
from governance.catalogue.vocabulary import HOST_LABELS, Host
from governance.provenance.hosts import HostAudit, HostShare, Measure

SNAPSHOT_LABELS = {"current": "now", "2023-10-25": "2023-10-25 release"}
MEASURE_LABELS: dict[Measure, str] = {
    "omission": "No licence stated, of all",
    "error": "Another class, of those stating one",
    "more_permissive": "Looser class, of those stating one",
    "mismatch": "Missing or another class, of all",
}
PAPER: dict[Measure, tuple[float, str]] = {
    "omission": (0.7, "paper: 70%+"),
    "error": (0.5, "paper: 50%+"),
}
"""What the 2023 paper's abstract states."""
DRAWN: tuple[Measure, ...] = ("omission", "error", "more_permissive")
CLASSES = {"none stated": "none stated", **{str(use): label for use, label in USE_LABELS.items()}}


def rate_panels(shares: Sequence[HostShare]) -> list[Panel]:
    """Put the measures into panels: a row a site, a dot a snapshot, the paper's figure as a line."""
    return [
        Panel(
            MEASURE_LABELS[measure],
            [
                Mark(HOST_LABELS[one.host], SNAPSHOT_LABELS.get(one.snapshot, one.snapshot), one.share)
                for one in sorted(shares, key=lambda one: list(HOST_LABELS).index(one.host))
                if one.measure == measure
            ],
            PAPER.get(measure),
        )
        for measure in DRAWN
    ]


def rate_table(shares: Sequence[HostShare]) -> pl.DataFrame:
    """Give one row a site and measure, the newest snapshot first, with counts in words."""
    rows: dict[tuple[Host, Measure], dict[str, object]] = {}
    for one in reversed(shares):
        row = rows.setdefault(
            (one.host, one.measure), {"site": HOST_LABELS[one.host], "measure": MEASURE_LABELS[one.measure]}
        )
        name, share = SNAPSHOT_LABELS.get(one.snapshot, one.snapshot), one.share
        row[name] = None if share.share is None else 100 * share.share
        row[f"{name}: n"] = f"{share.count:,} of {share.n:,}"
    return pl.DataFrame(list(rows.values())[::-1], infer_schema_length=None)


def rate_columns(table: pl.DataFrame) -> dict[str, Any]:
    """Say how the columns of `rate_table` are shown."""
    config: dict[str, Any] = {
        "site": st.column_config.TextColumn("Site", pinned=True, width=130),
        "measure": st.column_config.TextColumn("Measure", width=250),
    }
    for name, kind in table.schema.items():
        if kind == pl.Float64:
            config[name] = st.column_config.NumberColumn(name.capitalize(), format="%.1f%%", width=130)
        elif name not in config:
            config[name] = st.column_config.TextColumn("n", help=name, width=120)
    return config


def confusion_table(audit: HostAudit, host: Host) -> pl.DataFrame:
    """Give the audit's class, the site's class and the number of datasets, one row a pair."""
    return pl.DataFrame(
        [
            {"audit": CLASSES[found], "site": CLASSES[said], "datasets": number}
            for found, row in audit.hosts[host].confusion.items()
            for said, number in row.items()
        ]
    )


def confusion_chart(table: pl.DataFrame, site: str) -> Draw:
    """Give the function that draws the heat map: deeper for more, agreement outlined, the count in every cell."""
    order = list(USE_LABELS.values())
    rows = [{**row, "agrees": row["audit"] == row["site"]} for row in table.to_dicts()]
    top = max((row["datasets"] for row in rows), default=0)

    def draw(colours: Tokens) -> Chart:
        base = alt.Chart(alt.Data(values=rows)).encode(
            x=alt.X(
                "site:N", sort=["none stated", *order], title=f"{site} states",
                axis=alt.Axis(labelAngle=-35, labelAlign="right", labelLimit=110, ticks=False),
            ),
            y=alt.Y("audit:N", sort=order, title="audit found", axis=alt.Axis(ticks=False)),
            tooltip=["audit:N", "site:N", "datasets:Q"],
        )  # fmt: skip
        cell = base.mark_rect(stroke=colours.background, strokeWidth=1).encode(
            color=alt.Color(
                "datasets:Q", legend=None, scale=alt.Scale(domain=[0, top or 1], range=[colours.panel, colours.primary])
            )
        )
        agreeing = base.transform_filter("datum.agrees").mark_rect(fillOpacity=0, stroke=colours.text, strokeWidth=2)
        deep = f"datum.datasets > {0.5 * top}"
        words = base.mark_text(fontSize=13).encode(
            text=alt.Text("datasets:Q", format=","),
            color=alt.condition(deep, alt.value(colours.background), alt.value(colours.text)),
        )
        return (cell + agreeing + words).properties(height=250)

    return draw
