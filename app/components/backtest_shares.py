"""Recall and precision with the bands that undisclosed compute leaves: by month, and by the threshold's value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import polars as pl

from app.components.figure import Chart, Draw
from app.theme import Tokens

Row = Mapping[str, object]
LOWER = -1.3
"""Where the zero of the second panel lies on the one axis that both share."""
FOOT = LOWER - 0.24
DASH = [5, 4]


def over_time_chart(table: pl.DataFrame) -> Draw:
    """Draw recall and precision by month, each with its band, and n along the bottom.

    Args:
        table: As `sweep` gives it for one threshold.
    """
    shown = _shown(table)
    rows = shown.select("as_of", "n").to_dicts()[::-1]
    counted = [row for place, row in enumerate(rows) if place % max(1, len(rows) // 6) == 0]
    x = alt.X("as_of:T", title=None, axis=alt.Axis(format="%Y-%m", labelOverlap=True, tickCount=6, grid=False))

    def draw(colours: Tokens) -> Chart:
        numbers = alt.Chart(alt.Data(values=counted)).transform_calculate(words="'n ' + datum.n")
        text = numbers.mark_text(color=colours.text, fontSize=11, baseline="bottom", align="right").encode(
            x=x, y=alt.YDatum(FOOT), text="words:N"
        )
        return alt.layer(*_panels(shown, x, colours, 18), text).properties(height=270, width="container")

    return draw


def sweep_chart(table: pl.DataFrame, threshold: float, legal: Sequence[Row]) -> Draw:
    """Draw recall and precision against the value of the threshold, with the law's values and the reader's own.

    Args:
        table: As `sweep` gives it for one date.
        threshold: The reader's own, FLOP.
        legal: As `legal_names` gives them.
    """
    shown = _shown(table)
    x = alt.X(
        "threshold_flop:Q", title="threshold, FLOP", scale=alt.Scale(type="log", nice=False),
        axis=alt.Axis(format=".0e", tickCount=6, labelOverlap=True, grid=False),
    )  # fmt: skip
    lines = [{"threshold_flop": one["value"], **one} for one in legal]

    def draw(colours: Tokens) -> Chart:
        base = alt.Chart(alt.Data(values=lines))
        holds = alt.condition("datum.holds", alt.value(colours.stop), alt.value(colours.unknown))
        rules = base.mark_rule(strokeDash=DASH, strokeWidth=1.5).encode(x=x, color=holds)
        names = base.mark_text(align="left", dx=4, fontSize=11, baseline="bottom").encode(
            x=x, y=alt.YDatum(FOOT), text="names:N", color=alt.value(colours.text)
        )
        own = alt.Chart(alt.Data(values=[{"threshold_flop": threshold}]))
        mine = own.mark_rule(strokeWidth=2, color=colours.primary).encode(x=x)
        return alt.layer(*_panels(shown, x, colours), rules, names, mine).properties(height=270, width="container")

    return draw


def _shown(table: pl.DataFrame) -> pl.DataFrame:
    return table.drop("above", "capable", "both", "undisclosed_capable").with_columns(pl.col("as_of").cast(pl.String))


def _panels(shown: pl.DataFrame, x: alt.X, colours: Tokens, dot: int = 0) -> list[alt.Chart]:
    axis = alt.Axis(
        values=[LOWER, LOWER + 0.5, LOWER + 1, 0, 0.5, 1], title=None, ticks=False, domain=False,
        labelExpr=f"format(datum.value < -0.01 ? datum.value - ({LOWER}) : datum.value, '.0%')",
    )  # fmt: skip
    y = alt.Y("at:Q", axis=axis, scale=alt.Scale(domain=[LOWER - 0.25, 1.16], nice=False, zero=False))
    layers: list[alt.Chart] = []
    for name, base, colour, dash in (
        ("recall", 0.0, colours.primary, [1, 0]), ("precision", LOWER, colours.strict, [6, 2])
    ):  # fmt: skip
        low, high = f"{name}_low", f"{name}_high"
        chart = alt.Chart(shown)
        known = chart.transform_filter(f"isValid(datum.{low})")
        layers.append(
            known.transform_calculate(at=f"datum.{low} + {base}", to=f"datum.{high} + {base}")
            .mark_area(color=colour, opacity=0.2, line=False)
            .encode(x=x, y=y, y2="to:Q")
        )
        told = chart.transform_filter(f"isValid(datum.{name})").transform_calculate(at=f"datum.{name} + {base}")
        layers.append(
            told.mark_line(color=colour, strokeWidth=2.5, strokeDash=dash, point={"color": colour, "size": dot}).encode(
                x=x, y=y,
                tooltip=[
                    alt.Tooltip("as_of:N", title="as of"),
                    alt.Tooltip("threshold_flop:Q", format=".2~e", title="threshold, FLOP"),
                    alt.Tooltip(f"{name}:Q", format=".0%"),
                    alt.Tooltip(f"{low}:Q", format=".0%", title="all undisclosed below" if base == 0 else "lowest"),
                    alt.Tooltip(f"{high}:Q", format=".0%", title="all undisclosed above" if base == 0 else "highest"),
                    alt.Tooltip("n:Q"), alt.Tooltip("undisclosed:Q"),
                ],
            )
        )  # fmt: skip
        title = alt.Chart(alt.Data(values=[{"at": base + 1.03, "text": f"{name}; band: undisclosed compute"}]))
        layers.append(
            title.mark_text(align="left", baseline="bottom", fontSize=12, fontWeight=600, color=colour).encode(
                x=alt.value(4), y=y, text="text:N"
            )
        )
    return layers
