"""The few kinds of charts that every lab's figure is drawn as, from its table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import altair as alt
import polars as pl

from app.components.figure import Chart, Draw
from app.theme import Tokens
from governance.research.labs.lab import ChartKind, LabFigure

MOST_ROWS = 2000
"""Drawn of a table; the table itself has all."""
MOST_NAMES = 40
DASHES = ([1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [4, 4], [1, 3])
NAME_LIMIT = 150
LETTERS_ACROSS = 36
WIDE, TALL = 230, 190
"""Of the plot on a narrow screen, pixels, where names are fitted in."""
Box = tuple[float, float, float, float]
"""Left, low, right, high."""
CORNERS: dict[str, tuple[str, int, int]] = {
    "above": ("left", 8, -7), "below": ("left", 8, 10),
    "above left": ("right", -8, -7), "below left": ("right", -8, 10),
}  # fmt: skip
"""Where a name stands beside its point: its end at the point, and pixels to the right and down."""
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")


def lab_chart(shown: LabFigure) -> Draw:
    """Draw a lab's figure by its kind."""

    def draw(colours: Tokens) -> Chart:
        return DRAW[shown.chart](shown, rows_drawn(shown), colours)

    return draw


def rows_drawn(shown: LabFigure) -> pl.DataFrame:
    """Give the rows that are drawn: those with a figure, at most `MOST_ROWS`, of bars at most `MOST_NAMES` names."""
    value = {"bars": shown.x, "heat": shown.value}.get(shown.chart, shown.y)
    rows = shown.table.filter(pl.col(value).is_not_null())
    if shown.chart == "bars":
        rows = rows.filter(pl.col(shown.y).is_in(rows[shown.y].unique(maintain_order=True).head(MOST_NAMES).implode()))
    return rows.head(MOST_ROWS)


def _colour(shown: LabFigure, rows: pl.DataFrame, colours: Tokens) -> tuple[Any, list[str]]:
    if not shown.series:
        return alt.value(colours.primary), []
    names = [str(one) for one in rows[shown.series].unique(maintain_order=True)]
    wide = [colours.series[place % len(colours.series)] for place in range(len(names))]
    legend = alt.Legend(title=None, orient="top", symbolOpacity=1, columns=3, labelLimit=220)
    return alt.Color(f"{_field(shown.series)}:N", scale=alt.Scale(domain=names, range=wide), legend=legend), names


def _bars(shown: LabFigure, rows: pl.DataFrame, colours: Tokens) -> Chart:
    colour, names = _colour(shown, rows, colours)
    order = [str(one) for one in rows[shown.y].unique(maintain_order=True)]
    y = alt.Y(f"{_field(shown.y)}:N", sort=order, title=None, axis=alt.Axis(labelLimit=210))
    x = alt.X(f"{_field(shown.x)}:Q", title=shown.x_title or shown.x, axis=_axis(shown))
    base = alt.Chart(rows).encode(y=y)
    if names:
        base = base.encode(yOffset=alt.YOffset(f"{_field(shown.series)}:N", sort=names))
    height = 20 * len(order) * max(1, len(names)) + (105 if names else 65)  # axis and legend are part of it
    layers: list[alt.Chart] = [
        base.mark_bar(height={"band": 0.75}).encode(x=x, color=colour, tooltip=_tips(shown, rows))
    ]
    layers += _whiskers(shown, base, colours, "x")
    layers += _reference(shown, colours, "x")
    return alt.layer(*layers).properties(height=height, width="container")


def _lines(shown: LabFigure, rows: pl.DataFrame, colours: Tokens) -> Chart:
    colour, names = _colour(shown, rows, colours)
    x = alt.X(
        f"{_field(shown.x)}:Q", title=shown.x_title or shown.x,
        scale=alt.Scale(type="log" if shown.log else "linear", zero=False), axis=_across(shown, rows),
    )  # fmt: skip
    tall = alt.Scale(type="log" if shown.log_y else "linear", zero=False)
    y = alt.Y(
        f"{_field(shown.y)}:Q", title=shown.y_title or shown.y, axis=_axis(shown, 4 if shown.log_y else 6), scale=tall
    )
    base = alt.Chart(rows).encode(x=x, color=colour)
    layers: list[alt.Chart] = []
    if shown.low:
        low = alt.Y(f"{_field(shown.low)}:Q", title=shown.y_title or shown.y, scale=tall)
        layers.append(base.mark_area(opacity=0.16, line=False).encode(y=low, y2=_field(shown.high)))
    line = base.mark_line(strokeWidth=2.5, point={"size": 40, "filled": True}).encode(y=y, tooltip=_tips(shown, rows))
    if names:
        dashes = [list(DASHES[place % len(DASHES)]) for place in range(len(names))]
        scale = alt.Scale(domain=names, range=dashes)
        line = line.encode(strokeDash=alt.StrokeDash(f"{_field(shown.series)}:N", scale=scale, legend=None))
    layers += [line, *_reference(shown, colours, "y")]
    return alt.layer(*layers).properties(height=270, width="container")


def _points(shown: LabFigure, rows: pl.DataFrame, colours: Tokens) -> Chart:
    colour, names = _colour(shown, rows, colours)
    across = alt.Scale(type="log" if shown.log else "linear", zero=False, padding=14)
    x = alt.X(f"{_field(shown.x)}:Q", title=shown.x_title or shown.x, scale=across, axis=_across(shown, rows))
    y = alt.Y(
        f"{_field(shown.y)}:Q",
        title=shown.y_title or shown.y,
        axis=_axis(shown),
        scale=alt.Scale(zero=False, padding=14),
    )
    base = alt.Chart(rows).encode(x=x, y=y)
    marks = base.mark_point(size=90, filled=True, opacity=0.9).encode(color=colour, tooltip=_tips(shown, rows))
    if names:
        shapes = [SHAPES[place % len(SHAPES)] for place in range(len(names))]
        marks = marks.encode(
            shape=alt.Shape(f"{_field(shown.series)}:N", scale=alt.Scale(domain=names, range=shapes), legend=None)
        )
    layers: list[alt.Chart] = [marks, *_whiskers(shown, base, colours, "y"), *_reference(shown, colours, "y")]
    if shown.label:
        named = rows.with_columns(pl.Series("place of name", places(shown, rows)))
        for place, (align, right, down) in CORNERS.items():
            part = named.filter(pl.col("place of name") == place)
            if part.height:
                words = alt.Chart(part).mark_text(align=align, dx=right, dy=down, limit=NAME_LIMIT)  # type: ignore[arg-type]
                layers.append(words.encode(x=x, y=y, text=f"{_field(shown.label)}:N"))
    return alt.layer(*layers).properties(height=300, width="container")


def _heat(shown: LabFigure, rows: pl.DataFrame, colours: Tokens) -> Chart:
    across, down = ([str(one) for one in rows[name].unique(maintain_order=True)] for name in (shown.x, shown.y))
    base = alt.Chart(rows).encode(
        x=alt.X(f"{_field(shown.x)}:N", sort=across, title=shown.x_title or shown.x, axis=_names_across(across)),
        y=alt.Y(f"{_field(shown.y)}:N", sort=down, title=shown.y_title or None, axis=alt.Axis(labelLimit=170)),
    )
    values = rows[shown.value].cast(pl.Float64)
    low, high = float(values.min() or 0.0), float(values.max() or 0.0)  # type: ignore[arg-type]
    if low < 0 < high:
        far = max(-low, high)
        scale = alt.Scale(
            domain=[-far, 0, far], range=[colours.stop, colours.panel, colours.primary], interpolate="rgb"
        )
    elif high <= 0:
        scale = alt.Scale(domain=[low, 0], range=[colours.stop, colours.panel], interpolate="rgb")
    else:
        scale = alt.Scale(domain=[min(low, 0.0), high], range=[colours.panel, colours.primary], interpolate="rgb")
    cells = base.mark_rect(stroke=colours.border).encode(
        color=alt.Color(f"{_field(shown.value)}:Q", scale=scale, legend=None), tooltip=_tips(shown, rows)
    )
    layers: list[alt.Chart] = [cells]
    if len(across) <= 12:
        strong = f"abs(datum[{shown.value!r}]) > {0.6 * max(abs(low), abs(high)) or 1}"
        words = base.mark_text(fontSize=11).encode(
            text=alt.Text(f"{_field(shown.value)}:Q", format=shown.form or ".3g"),
            color=alt.condition(strong, alt.value(colours.background), alt.value(colours.text)),
        )
        layers.append(words)
    return alt.layer(*layers).properties(height=26 * len(down) + 75, width="container")


DRAW: dict[ChartKind, Callable[[LabFigure, pl.DataFrame, Tokens], Chart]] = {
    "bars": _bars, "lines": _lines, "points": _points, "heat": _heat,
}  # fmt: skip


def _whiskers(shown: LabFigure, base: alt.Chart, colours: Tokens, axis: str) -> list[alt.Chart]:
    if not shown.low:
        return []
    title = shown.x_title or shown.x if axis == "x" else shown.y_title or shown.y
    start = (alt.X if axis == "x" else alt.Y)(f"{_field(shown.low)}:Q", title=title)
    rule = base.mark_rule(color=colours.text, strokeWidth=1.5)
    return [rule.encode(**{axis: start, f"{axis}2": _field(shown.high)})]


def _reference(shown: LabFigure, colours: Tokens, axis: str) -> list[alt.Chart]:
    if shown.reference is None:
        return []
    where = {axis: (alt.X if axis == "x" else alt.Y)("at:Q")}
    line = alt.Chart(alt.Data(values=[{"at": shown.reference}]))
    return [line.mark_rule(strokeDash=[4, 4], color=colours.text).encode(**where)]


def _axis(shown: LabFigure, ticks: int = 6) -> alt.Axis:
    return alt.Axis(format=shown.form, tickCount=ticks) if shown.form else alt.Axis(tickCount=ticks)


def _across(shown: LabFigure, rows: pl.DataFrame) -> alt.Axis:
    """Give the axis of a figure that runs to the right; whole numbers have no halves between them."""
    if shown.x_form:
        return alt.Axis(format=shown.x_form, tickCount=6, grid=False)
    whole = rows[shown.x].dtype.is_numeric() and bool((rows[shown.x] == rows[shown.x].round()).all())
    return alt.Axis(tickCount=6, grid=False, tickMinStep=1 if whole and not shown.log else alt.Undefined)


def _names_across(names: list[str]) -> alt.Axis:
    """Write names level where there is room for them, on a narrow screen too."""
    level = sum(len(one) for one in names) <= LETTERS_ACROSS
    return alt.Axis(labelAngle=0 if level else -30, labelLimit=120)


def places(shown: LabFigure, rows: pl.DataFrame) -> list[str]:
    """Find where beside its point each name has room; empty where it has none.

    Args:
        shown: Points with names.
        rows: That are drawn.

    Returns:
        A key of `CORNERS` for each row. The room is that of a narrow screen, so on a wide one there is more.
    """
    x, y = (
        _drawn_at(rows[name], size, log) for name, size, log in ((shown.x, WIDE, shown.log), (shown.y, TALL, False))
    )
    points = [(across - 6, down - 6, across + 6, down + 6) for across, down in zip(x, y, strict=True)]
    taken: list[Box] = []
    found = []
    for at, name in enumerate(rows[shown.label]):
        boxes = {place: _box(x[at], y[at], str(name), place) for place in CORNERS}
        others = points[:at] + points[at + 1 :]
        inside = {place: box for place, box in boxes.items() if box[0] >= -20 and box[2] <= WIDE + 40}
        free = [place for place, box in inside.items() if not any(_meet(box, one) for one in taken + others)]
        found.append(free[0] if free else "")
        if free:
            taken.append(boxes[free[0]])
    return found


def _drawn_at(values: pl.Series, size: int, log: bool) -> list[float]:
    numbers = values.cast(pl.Float64)
    numbers = numbers.log() if log else numbers
    low, high = float(numbers.min() or 0.0), float(numbers.max() or 0.0)  # type: ignore[arg-type]
    return [size * (one - low) / (high - low) if high > low else size / 2 for one in numbers]


def _box(x: float, y: float, name: str, place: str) -> Box:
    align, right, down = CORNERS[place]
    wide = min(NAME_LIMIT, 6 * len(name))
    left = x + right - (0 if align == "left" else wide)
    middle = y - down  # of a screen down is more, of the axis less
    return left, middle - 6, left + wide, middle + 6


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _tips(shown: LabFigure, rows: pl.DataFrame) -> list[alt.Tooltip]:
    wanted = (shown.label, shown.y, shown.x, shown.series, shown.value, shown.low, shown.high)
    names = list(dict.fromkeys(name for name in wanted if name))
    return [
        alt.Tooltip(f"{_field(name)}:Q", title=name, format=".4g") if rows[name].dtype.is_numeric()
        else alt.Tooltip(f"{_field(name)}:N", title=name)
        for name in names
    ]  # fmt: skip


def _field(name: str) -> str:
    for mark in "\\.[]:":
        name = name.replace(mark, f"\\{mark}")
    return name
