"""Chips as a figure: performance against its density, with the regions of the export rule."""

from __future__ import annotations

import altair as alt
import polars as pl

from app.components.figure import Chart, Draw
from app.theme import Meaning, Tokens
from governance.compute.chip_card import CLASS_WORDS, ChipCounts
from governance.compute.chip_measures import ChipLimits

CLASS_MEANING: dict[str, Meaning] = {
    "3A090.a": "stop", "3A090.b": "caution", "unknown_density": "unknown", "below": "good", "no_peak": "strict",
}  # fmt: skip
SHAPES = {"3A090.a": "square", "3A090.b": "diamond", "unknown_density": "triangle-up", "below": "circle"}
X, Y = (15.0, 150_000.0), (0.012, 40.0)
STRIP, STRIP_TOP = 0.017, 0.024
"""Where chips without a density stand: under the axis of the others."""


def chip_points(table: pl.DataFrame) -> pl.DataFrame:
    """Give what the figure draws: name, maker, year, performance, density and class; chips without a peak have none."""
    columns = ("id", "name", "maker", "year", "tpp", "density", "class", "case_by_case", "reason")
    return table.filter(pl.col("tpp").is_not_null()).select(columns)


def chip_chart(points: pl.DataFrame, limits: ChipLimits, chosen: str | None = None) -> Draw:
    """Give the function that draws the chips on two log axes, with both regions and a strip for no density."""
    words = {one: CLASS_WORDS[one] for one in SHAPES}
    rows = [
        {**row, "class": words[row["class"]], "at": row["density"] or STRIP, "year": row["year"] or "unknown"}
        for row in points.to_dicts()
    ]

    def draw(colours: Tokens) -> Chart:
        x = alt.X(
            "tpp:Q", title="total processing performance (TPP)",
            scale=alt.Scale(type="log", domain=list(X), nice=False),
            axis=alt.Axis(format="~s", values=[100, 1e3, 1e4, 1e5]),
        )  # fmt: skip
        y = alt.Y(
            "at:Q", title="performance density, TPP a mm²",
            scale=alt.Scale(type="log", domain=list(Y), nice=False),
            axis=alt.Axis(format="~g", values=[0.1, 1, 10]),
        )  # fmt: skip
        legend = alt.Legend(title=None, orient="top", symbolSize=80, columns=4)
        domain = list(words.values())
        fills = [colours.of(CLASS_MEANING[one]) for one in words]
        base = alt.Chart(alt.Data(values=rows))
        dots = base.mark_point(size=60, filled=True, opacity=0.85).encode(
            x=x, y=y,
            color=alt.Color("class:N", scale=alt.Scale(domain=domain, range=fills), legend=legend),
            shape=alt.Shape("class:N", scale=alt.Scale(domain=domain, range=list(SHAPES.values())), legend=legend),
            tooltip=["name:N", "maker:N", "year:N", alt.Tooltip("tpp:Q", format=",.0f"), "density:Q", "reason:N"],
        )  # fmt: skip
        layers = [*_regions(limits, colours), *_strip(colours), dots]
        ringed = [row for row in rows if row["id"] == chosen]
        if ringed:
            ring = alt.Chart(alt.Data(values=ringed)).mark_point(
                size=260, filled=False, color=colours.text, strokeWidth=2
            )
            layers.append(ring.encode(x=x, y=y))
        return alt.layer(*layers).properties(height=330)

    return draw


def chip_words(counts: ChipCounts) -> str:
    """Say what the figure shows, for those who cannot see it."""
    said = [f"{CLASS_WORDS[one]}: {count}" for one, count in counts.classes.items()]
    return f"{counts.total} chips by performance and density; {', '.join(said)}"


def _regions(limits: ChipLimits, colours: Tokens) -> list[alt.Chart]:
    areas = [
        ("3A090.a", limits.a_tpp, X[1], Y[0], Y[1]),
        ("3A090.a", limits.a_tpp_dense, limits.a_tpp, limits.a_density, Y[1]),
        ("3A090.b", limits.b_tpp, limits.a_tpp, limits.b_density, limits.a_density),
        ("3A090.b", limits.b_tpp_dense, limits.b_tpp, limits.b_density_dense, limits.a_density),
    ]
    layers = []
    for name, left, right, low, high in areas:
        corner = {"left": left, "right": right, "low": low, "high": high}
        layers.append(
            alt.Chart(alt.Data(values=[corner]))
            .mark_rect(color=colours.of(CLASS_MEANING[name]), opacity=0.13)
            .encode(x="left:Q", x2="right:Q", y="low:Q", y2="high:Q")
        )
    edges = [
        (limits.a_tpp_dense, limits.a_density, limits.a_tpp, limits.a_density),
        (limits.a_tpp, limits.a_density, limits.a_tpp, Y[0]),
        (limits.a_tpp_dense, Y[1], limits.a_tpp_dense, limits.b_density_dense),
        (limits.b_tpp_dense, limits.b_density_dense, limits.b_tpp, limits.b_density_dense),
        (limits.b_tpp, limits.b_density_dense, limits.b_tpp, limits.b_density),
        (limits.b_tpp, limits.b_density, limits.a_tpp, limits.b_density),
    ]
    lines = alt.Chart(alt.Data(values=[dict(zip("abcd", edge, strict=True)) for edge in edges]))
    rule = lines.mark_rule(color=colours.stop, strokeDash=[5, 4], strokeWidth=1.2)
    names = [
        {"x": limits.a_tpp * 1.12, "y": 0.06, "text": f"3A090.a: from {limits.a_tpp:,.0f}"},
        {"x": limits.a_tpp_dense * 1.05, "y": 27, "text": f"3A090.a: density from {limits.a_density:g}"},
        {"x": limits.b_tpp * 1.05, "y": limits.b_density * 1.35, "text": "3A090.b"},
    ]
    words = alt.Chart(alt.Data(values=names)).mark_text(color=colours.text, align="left", fontSize=11)
    return [
        *layers,
        rule.encode(x="a:Q", y="b:Q", x2="c:Q", y2="d:Q"),
        words.encode(x="x:Q", y="y:Q", text="text:N"),
    ]


def _strip(colours: Tokens) -> list[alt.Chart]:
    base = alt.Chart(alt.Data(values=[{"top": STRIP_TOP, "x": X[0] * 1.1, "text": "die not stated"}]))
    rule = base.mark_rule(color=colours.unknown, strokeDash=[2, 3]).encode(y="top:Q")
    words = base.mark_text(color=colours.text, align="left", baseline="top", dy=6, fontSize=11)
    return [rule, words.encode(x="x:Q", y="top:Q", text="text:N")]
