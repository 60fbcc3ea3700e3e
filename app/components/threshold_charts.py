"""Charts of a scenario: where its compute lies beside the lines of the law, and what a verdict turns on."""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import polars as pl

from app.components.figure import Chart, Draw
from app.components.threshold_words import place_name, short_name
from app.theme import Tokens
from governance.compute.results import InstrumentResult, Spread
from governance.compute.totals import Total

HEIGHT = 190
ROW = 26
TWO_LINES = 28
_LEFT: dict[str, Any] = {"type": "text", "align": "left", "dx": 5, "fontSize": 11, "baseline": "top"}
_RIGHT: dict[str, Any] = {**_LEFT, "align": "right", "dx": -5}
TOP = 1.7
"""The density's peak is 1; above it stand the names of the lines."""
LEAST, MOST = 1e22, 1e27
NEAR_RIGHT = 1e26
"""Lines from here on carry their name at the left, so that a phone shows it whole."""
"""The range always shown, wider where the numbers ask for it."""


def lines_of(results: Sequence[InstrumentResult]) -> list[dict[str, object]]:
    """Gather the figures of the texts shown: one line a value, named by the places that use it."""
    found: dict[float, list[InstrumentResult]] = {}
    for one in results:
        if one.margin and one.margin.line > 1:
            found.setdefault(one.margin.line, []).append(one)
    rows: list[dict[str, object]] = []
    for value, mine in sorted(found.items()):
        holding = [one for one in mine if one.in_force]
        named = holding or mine
        names = [short_name(one) if len(named) == 1 else place_name(one.jurisdiction) for one in named]
        said = ", ".join(dict.fromkeys(names))
        rows.append({"value": value, "names": said if holding else f"{said} (not in force)", "holds": bool(holding)})
    return rows


def spread_chart(spread: Spread | None, total: Total | None, lines: Sequence[Mapping[str, object]]) -> Draw:
    """Draw how the total spreads on a log axis, with the dashed lines of the law."""
    values = [float(str(line["value"])) for line in lines]
    edges = list(spread.edges) if spread else []
    low, high = min([LEAST, *values, *edges]), max([MOST, *values, *edges])

    def draw(colours: Tokens) -> Chart:
        x = alt.X(
            "flop:Q", title="training compute, FLOP, as each text counts it",
            scale=alt.Scale(type="log", domain=[low * 0.8, high * 1.25], nice=False),
            axis=_decades(low, high),
        )  # fmt: skip
        layers: list[alt.Chart] = []
        if spread and len(set(spread.edges)) > 1:
            peak = max(spread.shares)
            shape = [
                {"flop": (left * right) ** 0.5, "density": share / peak}
                for left, right, share in zip(spread.edges, spread.edges[1:], spread.shares, strict=False)
            ]
            layers.append(
                alt.Chart(alt.Data(values=shape))
                .mark_area(color=colours.primary, opacity=0.35, line={"color": colours.primary, "strokeWidth": 2})
                .encode(x=x, y=alt.Y("density:Q", axis=None, scale=alt.Scale(domain=[0, TOP])))
            )
        if total:
            mark = [{"flop": total.median, "low": total.low, "high": total.high, "at": 0}]
            base = alt.Chart(alt.Data(values=mark))
            y = alt.Y("at:Q", axis=None, scale=alt.Scale(domain=[0, TOP]))
            layers.append(
                base.mark_rule(color=colours.primary, strokeWidth=4).encode(x=alt.X("low:Q"), x2="high:Q", y=y)
            )
            layers.append(
                base.mark_point(color=colours.primary, filled=True, size=90).encode(
                    x=x, y=y, tooltip=[alt.Tooltip("flop:Q", format=".3e", title="median, FLOP")]
                )
            )
        layers += _law(lines, x, colours)
        return alt.layer(*layers).properties(height=HEIGHT, width="container")

    return draw


def _law(lines: Sequence[Mapping[str, object]], x: alt.X, colours: Tokens) -> list[alt.Chart]:
    rows = [
        {"flop": line["value"], "names": line["names"], "holds": line["holds"], "row": 4 + 15 * (place % 4)}
        for place, line in enumerate(lines)
    ]
    colour = alt.condition("datum.holds", alt.value(colours.stop), alt.value(colours.unknown))
    rules = alt.Chart(alt.Data(values=rows)).mark_rule(strokeDash=[5, 4], strokeWidth=1.5).encode(x=x, color=colour)
    left = [one for one in rows if float(str(one["flop"])) < NEAR_RIGHT]
    right = [one for one in rows if one not in left]
    y = alt.Y("row:Q", axis=None, scale=None)
    words: list[alt.Chart] = []
    for mine, side in ((left, _LEFT), (right, _RIGHT)):
        base = alt.Chart(alt.Data(values=mine)).encode(x=x, y=y, text="names:N", color=colour)
        halo = alt.MarkDef(**side, stroke=colours.background, strokeWidth=4, aria=False)  # lines pass behind a name
        words += [base.properties(mark=halo), base.properties(mark=alt.MarkDef(**side))] if mine else []
    return [rules, *words]


def _decades(low: float, high: float) -> alt.Axis:
    values = [10.0**power for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)]
    return alt.Axis(format=".0e", values=values, labelOverlap=True, labelExpr="replace(datum.label, '+', '')")


def tornado_chart(table: pl.DataFrame) -> Draw:
    """Draw, for each input, the probability in its lowest and highest tenth."""
    rows = table.to_dicts()
    order = [row["input"] for row in rows]

    def draw(colours: Tokens) -> Chart:
        y = alt.Y("input:N", sort=order, title=None, axis=alt.Axis(labelLimit=170, ticks=False, domain=False))
        base = alt.Chart(alt.Data(values=rows))
        scale, fifths = alt.Scale(domain=[0, 1]), alt.Axis(format=".1f", values=[0, 0.2, 0.4, 0.6, 0.8, 1])
        bars = base.mark_bar(color=colours.primary, opacity=0.45, height=12).encode(
            x=alt.X("lowest:Q", title="probability of exceeding", scale=scale, axis=fifths),
            x2="highest:Q", y=y,
        )  # fmt: skip
        ends = [
            base.mark_point(filled=True, size=70, shape=shape, color=colours.primary).encode(
                x=alt.X(f"{end}:Q", scale=scale),
                y=y,
                tooltip=[alt.Tooltip("input:N"), alt.Tooltip(f"{end}:Q", format=".2f", title=f"{end} tenth")],
            )
            for end, shape in (("lowest", "circle"), ("highest", "diamond"))
        ]
        return alt.layer(bars, *ends).properties(height=ROW * len(rows) + 40, width="container")

    return draw


def variant_chart(rows: Sequence[Mapping[str, object]], lines: Sequence[Mapping[str, object]]) -> Draw:
    """Draw the counted total of each variant with its interval, beside the dashed lines of the law.

    Args:
        rows: With variant, median, low, high in FLOP and the verdict in words.
        lines: As `lines_of` gives them.
    """
    order = [str(row["variant"]) for row in rows]
    known = [row for row in rows if row["median"] is not None]
    values = [float(str(line["value"])) for line in lines]
    values += [float(str(row[end])) for row in known for end in ("low", "high")]
    low, high = min(values, default=LEAST), max(values, default=MOST)

    low, high = low * 0.5, high * 3

    def draw(colours: Tokens) -> Chart:
        x = alt.X(
            "flop:Q", title="counted training compute, FLOP",
            scale=alt.Scale(type="log", domain=[low, high], nice=False),
            axis=_decades(low, high),
        )  # fmt: skip
        wrapped = json.dumps({name: textwrap.wrap(name, 26) or [name] for name in order})
        y = alt.Y(
            "variant:N", sort=order, title=None,
            axis=alt.Axis(labelExpr=f"{wrapped}[datum.value]", labelLimit=160, ticks=False, domain=False),
        )  # fmt: skip
        base = alt.Chart(alt.Data(values=[{**row, "flop": row["median"]} for row in known]))
        colour = alt.Color(
            "verdict:N", title=None,
            scale=alt.Scale(
                domain=["exceeds", "indeterminate", "below"], range=[colours.stop, colours.caution, colours.good]
            ),
        )  # fmt: skip
        shape = alt.Shape(
            "verdict:N", title=None,
            scale=alt.Scale(domain=["exceeds", "indeterminate", "below"], range=["triangle-up", "square", "circle"]),
        )  # fmt: skip
        layers: list[alt.Chart] = [
            base.mark_rule(strokeWidth=3).encode(x=alt.X("low:Q"), x2="high:Q", y=y, color=colour),
            base.mark_point(filled=True, size=90).encode(
                x=x, y=y, color=colour, shape=shape,
                tooltip=[alt.Tooltip("variant:N"), alt.Tooltip("flop:Q", format=".3e"), alt.Tooltip("verdict:N")],
            ),
        ]  # fmt: skip
        named = [{"flop": float(str(line["value"])), "names": line["names"]} for line in lines]
        marks = alt.Chart(alt.Data(values=named))
        layers.append(marks.mark_rule(strokeDash=[5, 4], color=colours.stop).encode(x=x))
        middle = math.sqrt(low * high)
        for test, side in ((f"datum.flop < {middle}", _LEFT), (f"datum.flop >= {middle}", _RIGHT)):
            mark = alt.MarkDef(**{**side, "baseline": "bottom", "dy": -4, "color": colours.stop})
            text = marks.transform_filter(test).properties(mark=mark)
            layers.append(text.encode(x=x, y=alt.value(0), text="names:N"))
        return alt.layer(*layers).properties(height=TWO_LINES * max(len(order), 1) + 85, width="container")

    return draw
