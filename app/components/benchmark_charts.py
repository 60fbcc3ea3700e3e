"""The pictures of benchmarks: uses by kind, two rankings side by side, and how few tasks keep one."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import polars as pl

from app.components.figure import Chart, Draw
from app.theme import USE_LABELS, Tokens, use_colours
from governance.catalogue.vocabulary import USE_CLASSES
from governance.evaluation.benchmarks.borda import BordaResult
from governance.evaluation.benchmarks.registry import BenchmarksResult
from governance.evaluation.benchmarks.subset import SubsetResult

MOST = 10
ROW, AXIS = 20, 46
"""Pixels a row, and what the axis and the legend take."""
LABELS = 160
NOT_CLASSED = "not classed"
ORDER = [*(USE_LABELS[use] for use in USE_CLASSES), NOT_CLASSED]
WAYS = {"forward": "Added by tau", "random": "By chance", "drop": "Best predicted dropped"}
"""Ways of choosing tasks, the one that keeps most first."""


def use_table(result: BenchmarksResult, split: str) -> pl.DataFrame:
    """Count benchmarks by kind and use class, the kinds with most first; one of several kinds counts in each."""
    frame = result.frame.select(pl.col(split).alias("value"), "licence_use")
    if isinstance(frame.schema["value"], pl.List):
        frame = frame.explode("value", empty_as_null=True)
    labels = result.records.labels_of(split)
    return (
        frame.with_columns(
            pl.col("value").replace(labels).fill_null("not stated"),
            pl.col("licence_use").replace_strict(USE_LABELS, default=None).fill_null(NOT_CLASSED).alias("use"),
        )
        .group_by("value", "use")
        .agg(pl.len().cast(pl.Int64).alias("benchmarks"))
        .with_columns(pl.col("benchmarks").sum().over("value").alias("of"))
        .sort("of", "value", "benchmarks", descending=[True, False, True])
    )


def use_chart(table: pl.DataFrame) -> Draw:
    """Give the function that draws the largest kinds as bars, cut by use class."""
    kinds = table["value"].unique(maintain_order=True).to_list()[:MOST]
    rows = table.filter(pl.col("value").is_in(kinds)).with_columns(
        pl.col("use").replace_strict({name: place for place, name in enumerate(ORDER)}).alias("place")
    )

    def draw(colours: Tokens) -> Chart:
        fills = [*use_colours(colours).values(), colours.border]
        shown = [name for name in ORDER if name in set(rows["use"])]
        bars = alt.Chart(rows).mark_bar(stroke=colours.background, strokeWidth=0.5)
        return bars.encode(
            x=alt.X("benchmarks:Q", title="Benchmarks", axis=alt.Axis(tickMinStep=1, tickCount=8)),
            y=_names("value", kinds),
            color=alt.Color(
                "use:N", title=None, scale=alt.Scale(domain=shown, range=[fills[ORDER.index(name)] for name in shown]),
                legend=alt.Legend(orient="top", columns=0 if len(shown) < 4 else 2, title=None),
            ),
            order="place:Q",
            tooltip=["value:N", "use:N", "benchmarks:Q", alt.Tooltip("of:Q", title="of")],
        ).properties(height=ROW * len(kinds) + AXIS)  # fmt: skip

    return draw


def rank_chart(found: BordaResult) -> Draw:
    """Give the function that draws each model's rank by Borda with its interval, and by the mean score beside it."""
    rows = rank_rows(found)
    models = [_short(one.model) for one in found.rows]

    def draw(colours: Tokens) -> Chart:
        y = _names("name", models)
        top = len(models)
        x = alt.X("rank:Q", title="Rank, 1 is best", scale=alt.Scale(domain=[0, top + 1], nice=False),
                  axis=alt.Axis(tickMinStep=1, values=[1, *range(5, top + 1, 5)]))  # fmt: skip
        names = [name for name in ("Borda", "Mean score") if name in set(rows["by"])]
        fill = {"Borda": colours.primary, "Mean score": colours.caution}
        legend = alt.Legend(orient="top", title=None, symbolSize=70)
        tips = [
            alt.Tooltip("model:N"),
            alt.Tooltip("by:N"),
            alt.Tooltip("rank:Q"),
            alt.Tooltip("says:N", title="figure"),
        ]
        whisker = alt.Chart(rows.drop_nulls("low")).mark_rule(strokeWidth=2, opacity=0.4, color=colours.primary)
        point = alt.Chart(rows).mark_point(filled=True, size=60, opacity=0.95)
        return alt.layer(
            whisker.encode(x=alt.X("low:Q", title="Rank, 1 is best"), x2="high:Q", y=y),
            point.encode(
                x=x, y=y, tooltip=tips,
                color=alt.Color("by:N", scale=_scale(names, [fill[one] for one in names]), legend=legend),
                shape=alt.Shape("by:N", scale=_scale(names, ["circle", "diamond"]), legend=legend),
            ),
        ).properties(height=18 * top + AXIS)  # fmt: skip

    return draw


def rank_rows(found: BordaResult) -> pl.DataFrame:
    """Give the dots of the picture, one a model and ranking."""
    rows = []
    for one in found.rows:
        about = {"model": one.model, "name": _short(one.model)}
        rows.append({**about, "by": "Borda", "rank": one.rank, "low": one.rank_low, "high": one.rank_high,
                     "says": f"beats {one.beaten:.1%} of the others"})  # fmt: skip
        if one.mean_score_rank is not None:
            rows.append({**about, "by": "Mean score", "rank": one.mean_score_rank, "low": None, "high": None,
                         "says": f"{one.mean_score:.4f}"})  # fmt: skip
    schema = {"model": pl.String, "name": pl.String, "by": pl.String, "rank": pl.Int64, "low": pl.Float64,
              "high": pl.Float64, "says": pl.String}  # fmt: skip
    return pl.DataFrame(rows, schema=schema)


def curve_rows(found: SubsetResult) -> pl.DataFrame:
    """Give the lines of the picture, one row a size and way."""
    rows = [
        {"tasks": point.tasks, "way": WAYS[way], "tau": getattr(point, way), "low": getattr(point, f"{way}_low"),
         "high": getattr(point, f"{way}_high")}
        for point in found.curve for way in WAYS
    ]  # fmt: skip
    schema = {"tasks": pl.Int64, "way": pl.String, "tau": pl.Float64, "low": pl.Float64, "high": pl.Float64}
    return pl.DataFrame(rows, schema=schema).drop_nulls("tau")


def curve_chart(found: SubsetResult) -> Draw:
    """Give the function that draws tau on held-out models by number of tasks, chance as a band, the target dashed."""
    rows = curve_rows(found)

    def draw(colours: Tokens) -> Chart:
        names = list(WAYS.values())
        fills, dashes = [colours.primary, colours.unknown, colours.strict], [[1, 0], [2, 2], [6, 3]]
        x = alt.X(
            "tasks:Q", title="Number of tasks (log)", scale=alt.Scale(type="log", domain=[1, found.tasks], nice=False)
        )
        y = alt.Y("tau:Q", title="Kendall's tau, held-out models",
                  scale=alt.Scale(domain=[min(0.0, *rows["low"].drop_nulls()), 1]))  # fmt: skip
        legend = alt.Legend(orient="top", title=None, symbolType="stroke", columns=1 if len(names) > 2 else 0)
        band = alt.Chart(rows.filter(pl.col("way") == WAYS["random"])).mark_area(color=colours.unknown, opacity=0.22)
        line = alt.Chart(rows).mark_line(strokeWidth=2)
        aim = alt.Chart(pl.DataFrame({"tau": [found.target], "says": [f"target {found.target:g}"]}))
        return alt.layer(
            band.encode(x=x, y=alt.Y("low:Q", title="Kendall's tau, held-out models"), y2="high:Q"),
            line.encode(
                x=x, y=y,
                color=alt.Color("way:N", scale=alt.Scale(domain=names, range=fills), legend=legend),
                strokeDash=alt.StrokeDash("way:N", scale=alt.Scale(domain=names, range=dashes), legend=legend),
                tooltip=["way:N", "tasks:Q", alt.Tooltip("tau:Q", format=".3f"), alt.Tooltip("low:Q", format=".3f"),
                         alt.Tooltip("high:Q", format=".3f")],
            ),
            aim.mark_rule(color=colours.stop, strokeDash=[5, 4]).encode(y="tau:Q"),
            aim.mark_text(align="left", baseline="bottom", dy=-2, color=colours.text, fontSize=11).encode(
                x=alt.value(4), y="tau:Q", text="says:N"
            ),
        ).properties(height=320)  # fmt: skip

    return draw


def _names(field: str, order: Sequence[str]) -> alt.Y:
    return alt.Y(
        f"{field}:N", title=None, sort=list(order),
        axis=alt.Axis(labelLimit=LABELS, minExtent=LABELS, maxExtent=LABELS, ticks=False, domain=False),
    )  # fmt: skip


def _scale(names: Sequence[str], values: Sequence[str]) -> alt.Scale:
    return alt.Scale(domain=list(names), range=list(values[: len(names)]))


def _short(model: str) -> str:
    """Name a model without its maker, as the axis has room for."""
    return model.rpartition("/")[2]
