"""Shares with their intervals: a dot and a whisker each, two series told apart by shape and colour."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import polars as pl

from app.components.figure import Chart, Draw
from app.theme import Tokens
from governance.provenance.composition import Share

STEP = 10
MIN_ROW = 18
AXIS, LEGEND_LINE = 30, 22
"""Pixels: a dot of one series, a line at least, and what the chart's height holds beside its lines."""
LABELS = 150
LONG_LEGEND = 34
"""Characters of both names beyond which the legend is stacked, so that a phone shows it whole."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One dot: where it stands, to which series it belongs, and its share."""

    label: str
    series: str
    share: Share


@dataclass(frozen=True, slots=True)
class Panel:
    """One block of rows under a heading.

    Args:
        title: What the shares are shares of; empty for no heading.
        marks: The dots; their labels are the rows, in order of first appearance.
        reference: A share to compare with, drawn as a dashed line, and its name.
    """

    title: str
    marks: Sequence[Mark]
    reference: tuple[float, str] | None = None


def share_chart(panels: Sequence[Panel], series: Sequence[str]) -> Draw:
    """Give the function that draws panels under each other on one axis that starts at 0%.

    Args:
        panels: Blocks of rows; one without a known share is left out.
        series: One or two names, the first in the reader's own colour.
    """
    shown = [panel for panel in panels if any(mark.share.share is not None for mark in panel.marks)]
    lines, order = _lines(shown)
    labels = {line: text for line, text, _ in order}
    keys = [line for line, _, _ in order]
    reach = max((panel.reference[0] for panel in shown if panel.reference), default=0.1)

    def draw(colours: Tokens) -> Chart:
        y = alt.Y(
            "line:N", title=None, scale=alt.Scale(domain=keys, paddingInner=0.1, paddingOuter=0.1),
            axis=alt.Axis(
                labelExpr=f"{json.dumps(labels)}[datum.value]", minExtent=LABELS, maxExtent=LABELS,
                labelLimit=LABELS - 4, ticks=False, domain=False,
            ),
        )  # fmt: skip
        layers = [*_references(shown, keys, y, colours), *_dots(lines, series, reach, y, colours)]
        headings = [{"line": line, "text": text} for line, _, text in order if text]
        layers.append(
            alt.Chart(alt.Data(values=headings))
            .mark_text(align="left", baseline="middle", fontSize=12, fontWeight=600, color=colours.text)
            .encode(x=alt.value(6 - LABELS), y=y, text="text:N")
        )
        rows = max(STEP * len(series), MIN_ROW) * len(keys)
        return alt.layer(*layers).properties(height=rows + AXIS + LEGEND_LINE * _legend_lines(series))

    return draw


def share_table(panels: Sequence[Panel]) -> pl.DataFrame:
    """Give the rows behind the chart, not rounded."""
    rows = [
        {
            "measure": panel.title,
            "value": mark.label,
            "series": mark.series,
            "share": mark.share.share,
            "low": mark.share.low,
            "high": mark.share.high,
            "count": mark.share.count,
            "n": mark.share.n,
        }
        for panel in panels
        for mark in panel.marks
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def percent(share: float | None, digits: int = 0) -> str:
    """Write a share for people.

    >>> percent(0.694), percent(None)
    ('69%', 'unknown')
    """
    return "unknown" if share is None else f"{100 * share:.{digits}f}%"


def _lines(panels: Sequence[Panel]) -> tuple[list[dict[str, Any]], list[tuple[str, str, str]]]:
    """Give the dots, and the lines of the chart as (key, label of the axis, heading)."""
    rows: list[dict[str, Any]] = []
    order: list[tuple[str, str, str]] = []
    for number, panel in enumerate(panels):
        if panel.title:
            order.append((f"{number}", "", panel.title))
        known = [mark for mark in panel.marks if mark.share.share is not None]
        keys = {label: f"{number}.{at}" for at, label in enumerate(dict.fromkeys(mark.label for mark in known))}
        order += [(key, label, "") for label, key in keys.items()]
        rows += [{"line": keys[mark.label], **_row(mark)} for mark in known]
    return rows, order


def _dots(
    rows: list[dict[str, Any]], series: Sequence[str], reach: float, y: alt.Y, colours: Tokens
) -> list[alt.Chart]:
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=y,
        yOffset=alt.YOffset("series:N", scale=alt.Scale(domain=list(series), paddingOuter=0.4)),
        tooltip=[
            alt.Tooltip("label:N", title="value"), alt.Tooltip("series:N", title="in"),
            alt.Tooltip("share:Q", format=".1%"), alt.Tooltip("low:Q", format=".1%"),
            alt.Tooltip("high:Q", format=".1%"), alt.Tooltip("of:N", title="count"),
        ],
    )  # fmt: skip
    axis = alt.Axis(format=".0%", tickCount=5, title=None)
    several = len(series) > 1
    columns = 1 if _legend_lines(series) > 1 else 0
    legend = alt.Legend(orient="top", title=None, symbolSize=90, columns=columns, labelLimit=300) if several else None
    top = max((min(1.0, math.ceil(10 * row["high"]) / 10) for row in rows), default=1.0)
    colour = alt.Color("series:N", scale=_scale(series, (colours.primary, colours.caution)), legend=legend)
    shape = alt.Shape("series:N", scale=_scale(series, ("circle", "diamond")), legend=legend)
    whisker = base.mark_rule(strokeWidth=2, opacity=0.75).encode(
        x=alt.X("low:Q", scale=alt.Scale(domain=[0, max(top, reach)]), axis=axis), x2="high:Q", color=colour
    )
    dot = base.mark_point(size=70, filled=True, opacity=1).encode(x=alt.X("share:Q"), color=colour, shape=shape)
    return [whisker, dot]


def _references(panels: Sequence[Panel], keys: Sequence[str], y: alt.Y, colours: Tokens) -> list[alt.Chart]:
    charts = []
    for number, panel in enumerate(panels):
        if panel.reference is None:
            continue
        at, name = panel.reference
        mine = [key for key in keys if key.startswith(f"{number}.")]
        line = alt.Chart(alt.Data(values=[{"at": at, "name": name, "line": mine[0], "to": mine[-1]}]))
        charts.append(
            line.mark_rule(color=colours.stop, strokeDash=[5, 4], strokeWidth=1.5).encode(
                x="at:Q", y=alt.Y("line:N", bandPosition=0), y2=alt.Y2("to:N", bandPosition=1)
            )
        )
        heading = alt.Chart(alt.Data(values=[{"at": at, "name": name, "line": f"{number}"}]))
        charts.append(
            heading.mark_text(color=colours.text, baseline="middle", fontSize=11).encode(x="at:Q", y=y, text="name:N")
        )
    return charts


def _legend_lines(series: Sequence[str]) -> int:
    if len(series) < 2:
        return 0
    return len(series) if sum(map(len, series)) > LONG_LEGEND else 1


def _row(mark: Mark) -> dict[str, Any]:
    share = mark.share
    return {
        "label": mark.label, "series": mark.series, "share": share.share, "low": share.low, "high": share.high,
        "of": f"{share.count:,} of {share.n:,}",
    }  # fmt: skip


def _scale(series: Sequence[str], values: Sequence[str]) -> alt.Scale:
    return alt.Scale(domain=list(series), range=list(values[: len(series)]))
