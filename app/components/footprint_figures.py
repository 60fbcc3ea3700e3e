"""Figures of a footprint: bars by part, what the result turns on, and the choice of efficiency."""

from __future__ import annotations

from typing import Any

import altair as alt
import polars as pl

from app.components.figure import Chart, Draw
from app.theme import Tokens
from governance.compute.footprint import Footprint
from governance.compute.footprint_report import FootprintReport

PIECES: dict[str, dict[str, str]] = {
    "energy_kwh": {
        "chips_kwh": "chips", "servers_kwh": "rest of the servers", "site_kwh": "cooling and site",
    },
    "co2e_kg": {"co2e_operational_kg": "from the energy", "co2e_embodied_kg": "from making the chips"},
}  # fmt: skip
UNIT = {"energy_kwh": ("kWh", 1.0), "co2e_kg": ("t CO2e", 1_000.0)}
ROW = 58
LABELS = 150


def part_table(report: FootprintReport, measure: str) -> pl.DataFrame:
    """Give a row for each part and piece: its mean, and the 90% interval of the whole part."""
    unit, scale = UNIT[measure]
    rows = []
    for name, part in report.parts.items():
        whole = getattr(part, measure)
        for field, piece in PIECES[measure].items():
            amount = getattr(part, field)
            if whole is not None and amount is not None:
                ends = {end: getattr(whole, end) / scale for end in ("low", "median", "high")}
                rows.append({"part": name, "piece": piece, "mean": amount.mean / scale, "unit": unit, **ends})
    return pl.DataFrame(rows, infer_schema_length=None)


def part_chart(table: pl.DataFrame, measure: str) -> Draw:
    """Give the function that draws stacked bars of the means, with a whisker and a tick for the whole."""
    rows = table.to_dicts()
    order, pieces = list(dict.fromkeys(table["part"])), list(PIECES[measure].values())
    unit = UNIT[measure][0]

    def draw(colours: Tokens) -> Chart:
        y = alt.Y(
            "part:N",
            sort=order,
            title=None,
            axis=alt.Axis(ticks=False, domain=False),
            scale=alt.Scale(paddingOuter=0.25),
        )
        fills = (colours.primary, colours.caution, colours.unknown)[: len(pieces)]
        bars = (
            alt.Chart(alt.Data(values=rows))
            .mark_bar(height=18, stroke=colours.background, strokeWidth=1)
            .encode(
                x=alt.X("mean:Q", stack="zero", title=unit, axis=alt.Axis(format="~s", tickCount=5)),
                y=y,
                color=alt.Color(
                    "piece:N",
                    sort=pieces,
                    scale=alt.Scale(domain=pieces, range=list(fills)),
                    legend=alt.Legend(title=None, orient="top", columns=0, labelLimit=200),
                ),
                order=alt.Order("place:O"),
                tooltip=["part:N", "piece:N", alt.Tooltip("mean:Q", format=",.4~g", title=f"mean, {unit}")],
            )
            .transform_calculate(place=f"indexof({pieces}, datum.piece)")
        )
        whole = alt.Chart(alt.Data(values=[row for row in rows if row["piece"] == pieces[0]])).encode(y=y)
        tips = [alt.Tooltip(f"{one}:Q", format=",.4~g", title=f"{one}, {unit}") for one in ("low", "median", "high")]
        whisker = whole.mark_rule(color=colours.text, strokeWidth=2, yOffset=16).encode(
            x="low:Q", x2="high:Q", tooltip=tips
        )
        dot = whole.mark_point(color=colours.text, size=70, filled=True, opacity=1, yOffset=16).encode(
            x="median:Q", tooltip=tips
        )
        return (bars + whisker + dot).properties(height=ROW * len(order) + 76)

    return draw


def swing_table(result: Footprint) -> pl.DataFrame:
    """Give a row for each uncertain number: the mean result in its lowest and in its highest tenth."""
    scale = UNIT[result.swings_of][1]
    return pl.DataFrame(
        [
            {
                "what": one.name.rpartition(".")[2].replace("_", " "),
                "low": one.at_low / scale,
                "high": one.at_high / scale,
            }
            for one in result.swings
        ],
        schema={"what": pl.String, "low": pl.Float64, "high": pl.Float64},
    )


def swing_chart(table: pl.DataFrame, result: Footprint) -> Draw:
    """Give the function that draws a span for each uncertain number, the widest first."""
    unit, scale = UNIT[result.swings_of]
    ends = {"low": "in its lowest tenth", "high": "in its highest tenth"}
    spans = table.to_dicts()
    dots = [{"what": row["what"], "end": ends[end], "at": row[end]} for row in spans for end in ends]
    order = table["what"].to_list()
    mean = getattr(result.total, result.swings_of).mean / scale

    def draw(colours: Tokens) -> Chart:
        y = alt.Y("what:N", sort=order, title=None, axis=_names())
        axis = alt.X(
            "low:Q", title=f"mean, {unit}", scale=alt.Scale(zero=False), axis=alt.Axis(format="~s", tickCount=5)
        )
        span = alt.Chart(alt.Data(values=spans)).mark_rule(color=colours.unknown, strokeWidth=5, opacity=0.55)
        words = list(ends.values())
        dot = (
            alt.Chart(alt.Data(values=dots))
            .mark_point(size=80, filled=True, opacity=1)
            .encode(
                x="at:Q", y=y,
                color=alt.Color("end:N", scale=_two(words, (colours.primary, colours.caution)), legend=_legend()),
                shape=alt.Shape("end:N", scale=_two(words, ("circle", "diamond")), legend=_legend()),
                tooltip=["what:N", "end:N", alt.Tooltip("at:Q", format=",.4~g", title=unit)],
            )
        )  # fmt: skip
        return (span.encode(x=axis, x2="high:Q", y=y) + dot + _line(mean, "mean", colours)).properties(
            height=26 * len(order) + 76
        )

    return draw


def pue_table(result: Footprint) -> pl.DataFrame:
    """Give the energy under every site's efficiency."""
    rows = [one.model_dump() for one in result.pue_choices]
    return pl.DataFrame(rows, infer_schema_length=None).with_columns(
        pl.concat_str(pl.col("facility").str.replace_all("_", " "), pl.lit(" "), pl.col("pue").round(2)).alias("site")
    )


def pue_chart(table: pl.DataFrame, result: Footprint) -> Draw:
    """Give the function that draws a dot for each site, its shape by evidence, and our median as a line."""
    rows = table.to_dicts()
    order = table["site"].to_list()
    here = result.total.energy_kwh.median if result.total.energy_kwh else 0.0
    kinds = ["verified", "recalled"]

    def draw(colours: Tokens) -> Chart:
        dots = (
            alt.Chart(alt.Data(values=rows))
            .mark_point(size=80, filled=True, opacity=1)
            .encode(
                x=alt.X(
                    "energy_kwh:Q", title="kWh, median", scale=alt.Scale(zero=False),
                    axis=alt.Axis(format="~s", tickCount=5),
                ),
                y=alt.Y("site:N", sort=order, title=None, axis=_names()),
                color=alt.Color("evidence:N", scale=_two(kinds, (colours.primary, colours.unknown)), legend=_legend()),
                shape=alt.Shape("evidence:N", scale=_two(kinds, ("circle", "diamond")), legend=_legend()),
                tooltip=["site:N", alt.Tooltip("energy_kwh:Q", format=",.0f"), "evidence:N", "source:N"],
            )
        )  # fmt: skip
        return (dots + _line(here, "as set", colours)).properties(height=20 * len(order) + 76)

    return draw


def _line(at: float, name: str, colours: Tokens) -> alt.LayerChart:
    base = alt.Chart(alt.Data(values=[{"at": at, "name": name}]))
    rule = base.mark_rule(color=colours.stop, strokeDash=[5, 4], strokeWidth=1.5).encode(x="at:Q")
    words = base.mark_text(color=colours.text, fontSize=11, align="left", dx=4, baseline="top").encode(
        x="at:Q", y=alt.value(0), text="name:N"
    )
    return rule + words


def _names() -> alt.Axis:
    return alt.Axis(ticks=False, domain=False, minExtent=LABELS, maxExtent=LABELS, labelLimit=LABELS - 6)


def _legend() -> alt.Legend:
    return alt.Legend(title=None, orient="top", symbolSize=90, labelLimit=220)


def _two(domain: list[str], values: tuple[Any, Any]) -> alt.Scale:
    return alt.Scale(domain=domain, range=list(values))
