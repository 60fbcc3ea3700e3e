"""Charts of consent: parts of a corpus, a share over time with its forecast, levels by agent, rates of two waves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import altair as alt
import polars as pl

from app.components.figure import Chart, Draw
from app.theme import LEVEL_MEANING, Tokens
from governance.consent.aggregates import AgentLevels, CorpusFacts, PanelRate
from governance.consent.forecast import BackTest, Forecast
from governance.consent.honour import Honoured
from governance.consent.robots_and_terms import Meeting
from governance.consent.trend import Event, Series
from governance.consent.vocabulary import LEVEL_WORDS

PARTS = ("largest 2,000 sites", "all other sites")
BAR, ROOM = 26, 60
LEGEND = 40
"""Pixels: a bar, and what a chart's height holds beside its bars."""
LABELS = 150


def parts_chart(facts: Sequence[CorpusFacts], extent: float) -> Draw:
    """Draw, for each corpus, the share of tokens on closed sites, the head and the rest apart."""
    rows = parts_table(facts, extent).to_dicts()

    def draw(colours: Tokens) -> Chart:
        scale = alt.Scale(domain=list(PARTS), range=[1, 0.5])
        return (
            alt.Chart(alt.Data(values=rows))
            .mark_bar(height={"band": 0.7}, color=colours.stop)
            .encode(
                y=alt.Y("corpus:N", sort=None, title=None, axis=_labels()),
                x=alt.X("lost:Q", title="share of all tokens", axis=alt.Axis(format=".0%", tickCount=6)),
                opacity=alt.Opacity("part:N", scale=scale, title=None, legend=alt.Legend(symbolFillColor=colours.stop)),
                order=alt.Order("order:Q"),
                tooltip=["corpus:N", "part:N", alt.Tooltip("lost:Q", format=".2%"), "rule:N"],
            )
            .properties(height=BAR * len(facts) + ROOM + LEGEND, width="container")
        )

    return draw


def parts_table(facts: Sequence[CorpusFacts], extent: float) -> pl.DataFrame:
    """Give the rows behind `parts_chart`."""
    return pl.DataFrame(
        [
            {
                "corpus": one.name,
                "part": part,
                "lost": extent * share,
                "order": at,
                "month": one.month.isoformat(),
                "rule": one.rule,
            }
            for one in facts
            for at, (part, share) in enumerate(zip(PARTS, (one.head, one.rest), strict=True))
        ]
    )


def lost_chart(found: Honoured) -> Draw:
    """Draw what each group of sites would lose of its own tokens, with whiskers, n beside the name."""
    rows = [{**row.model_dump(), "name": f"{row.group} ({row.n})"} for row in found.rows if row.lost is not None]

    def draw(colours: Tokens) -> Chart:
        x = alt.X("lost:Q", title="share of the group's own tokens", axis=alt.Axis(format=".0%", tickCount=5))
        base = alt.Chart(alt.Data(values=rows)).encode(
            y=alt.Y("name:N", sort=None, title=None, axis=_labels()),
            tooltip=["group:N", "n:Q", *(alt.Tooltip(f"{one}:Q", format=".1%") for one in ("lost", "low", "high"))],
        )
        whisker = base.transform_filter("isValid(datum.low)").mark_rule(strokeWidth=2, color=colours.primary)
        dot = base.mark_point(size=80, filled=True, opacity=1, color=colours.primary)
        return (whisker.encode(x=alt.X("low:Q"), x2="high:Q") + dot.encode(x=x)).properties(
            height=BAR * max(len(rows), 1) + ROOM, width="container"
        )

    return draw


def over_time_chart(series: Series, ahead: Forecast, events: Sequence[Event]) -> Draw:
    """Draw the observed share, what is calculated ahead with its band, and the months of events."""
    seen = [{"month": point.month.isoformat(), "share": point.share} for point in series.points]
    calculated = [{**seen[-1], "low": None, "high": None}] + [
        {**point.model_dump(), "month": point.month.isoformat()} for point in ahead.points
    ]
    marks = [
        {"month": month.isoformat(), "said": "; ".join(event.title for event in events if event.month == month)}
        for month in sorted({event.month for event in events})
        if series.points[0].month <= month <= ahead.points[-1].month
    ]

    def draw(colours: Tokens) -> Chart:
        x = alt.X("month:T", title=None, axis=alt.Axis(format="%Y", tickCount="year", labelOverlap=True))
        y = alt.Y("share:Q", title="share of tokens fully restricted", axis=alt.Axis(format=".0%", tickCount=5))
        tip = [alt.Tooltip("month:T", format="%Y-%m"), alt.Tooltip("share:Q", format=".2%")]
        rules = alt.Chart(alt.Data(values=marks)).mark_rule(color=colours.unknown, strokeDash=[3, 3])
        later = alt.Chart(alt.Data(values=calculated))
        band = later.transform_filter("isValid(datum.low)").mark_area(color=colours.primary, opacity=0.18)
        return alt.layer(
            rules.encode(x=x, tooltip=[alt.Tooltip("month:T", format="%Y-%m"), "said:N"]),
            band.encode(x=x, y=alt.Y("low:Q"), y2="high:Q"),
            alt.Chart(alt.Data(values=seen))
            .mark_line(color=colours.primary, strokeWidth=2.5)
            .encode(x=x, y=y, tooltip=tip),
            later.mark_line(color=colours.primary, strokeWidth=2, strokeDash=[5, 4]).encode(x=x, y=y, tooltip=tip),
        ).properties(height=300, width="container")

    return draw


def back_test_chart(found: BackTest) -> Draw:
    """Draw, for each earlier forecast, its interval, what it said and what came."""
    rows = [
        {**trial.model_dump(), "month": trial.month.isoformat()[:7], "origin": trial.origin.isoformat()[:7]}
        for trial in found.trials
    ]
    said = ("said", "came")

    def draw(colours: Tokens) -> Chart:
        x = alt.X("month:O", title="month that was forecast", axis=alt.Axis(labelAngle=-40))
        scale = alt.Scale(domain=list(said), range=[colours.primary, colours.stop])
        shape = alt.Scale(domain=list(said), range=["circle", "diamond"])
        base = alt.Chart(alt.Data(values=rows)).encode(x=x)
        dots = base.transform_fold(["forecast", "came"], as_=["which", "share"]).transform_calculate(
            kind="datum.which == 'forecast' ? 'said' : 'came'"
        )
        return alt.layer(
            base.mark_rule(color=colours.primary, strokeWidth=2, opacity=0.6).encode(y=alt.Y("low:Q"), y2="high:Q"),
            dots.mark_point(filled=True, size=80, opacity=1).encode(
                y=alt.Y("share:Q", title="share of tokens", axis=alt.Axis(format=".0%", tickCount=5)),
                color=alt.Color("kind:N", scale=scale, title=None),
                shape=alt.Shape("kind:N", scale=shape, title=None),
                tooltip=["origin:N", "month:N", "kind:N", alt.Tooltip("share:Q", format=".2%")],
            ),
        ).properties(height=240, width="container")

    return draw


def agents_chart(agents: Sequence[AgentLevels]) -> Draw:
    """Draw, for each agent, the share of the snapshots that name it by what they leave open."""
    rows = [
        {"agent": one.agent, "level": level, "share": share, "order": at, "n": one.observed}
        for one in agents
        for at, (level, share) in enumerate(zip(LEVEL_WORDS.values(), (one.full, one.partial, one.none), strict=True))
    ]

    def draw(colours: Tokens) -> Chart:
        scale = level_scale(colours)
        return (
            alt.Chart(alt.Data(values=rows))
            .mark_bar(height={"band": 0.75})
            .encode(
                y=alt.Y("agent:N", sort=None, title=None, axis=_labels()),
                x=alt.X(
                    "share:Q", title="share of the snapshots that name it", scale=alt.Scale(domain=[0, 1]),
                    axis=alt.Axis(format=".0%", tickCount=5),
                ),
                color=alt.Color("level:N", scale=scale, title=None),
                order=alt.Order("order:Q"),
                tooltip=["agent:N", "level:N", alt.Tooltip("share:Q", format=".1%"), alt.Tooltip("n:Q", format=",")],
            )
            .properties(height=22 * max(len(agents), 1) + ROOM + LEGEND, width="container")
        )  # fmt: skip

    return draw


def waves_chart(rates: Sequence[PanelRate], names: dict[str, str]) -> Draw:
    """Draw each rate in both waves, joined by a line."""
    waves: list[date] = sorted({rate.observed for rate in rates})
    rows = [
        {"measure": names[rate.measure], "wave": rate.observed.isoformat(), "share": rate.value, "n": rate.n}
        for rate in rates
        if rate.measure in names
    ]
    order = [name for name in names.values() if name in {row["measure"] for row in rows}]

    def draw(colours: Tokens) -> Chart:
        known = [wave.isoformat() for wave in waves]
        y = alt.Y("measure:N", sort=order, title=None, axis=_labels(190))
        base = alt.Chart(alt.Data(values=rows)).encode(y=y)
        return alt.layer(
            base.mark_line(color=colours.unknown, strokeWidth=2).encode(x=alt.X("share:Q"), detail="measure:N"),
            base.mark_point(filled=True, size=80, opacity=1).encode(
                x=alt.X("share:Q", title="share of the domains", axis=alt.Axis(format=".0%", tickCount=5)),
                color=alt.Color("wave:N", title=None, scale=alt.Scale(domain=known, range=_two(colours))),
                shape=alt.Shape("wave:N", title=None, scale=alt.Scale(domain=known, range=["circle", "diamond"])),
                tooltip=["measure:N", "wave:N", alt.Tooltip("share:Q", format=".1%")],
            ),
        ).properties(height=BAR * max(len(order), 1) + ROOM + LEGEND, width="container")

    return draw


def level_scale(colours: Tokens) -> alt.Scale:
    """Give each level its colour, the strictest first."""
    return alt.Scale(domain=list(LEVEL_WORDS.values()), range=[colours.of(LEVEL_MEANING[one]) for one in LEVEL_WORDS])


def _two(colours: Tokens) -> list[str]:
    return [colours.caution, colours.primary]


def _labels(width: int = LABELS) -> alt.Axis:
    return alt.Axis(ticks=False, domain=False, labelPadding=8, labelLimit=width - 4, minExtent=0, maxExtent=width)


def meeting_chart(cells: Sequence[Meeting]) -> Draw:
    """Draw sites by what their terms say and what their robots.txt leaves open, the count in every cell."""
    rows = [{"terms": cell.verdict, "robots": LEVEL_WORDS[cell.restriction], "sites": cell.n} for cell in cells]
    top = max((cell.n for cell in cells), default=0)

    def draw(colours: Tokens) -> Chart:
        base = alt.Chart(alt.Data(values=rows)).encode(
            x=alt.X("robots:N", sort=list(LEVEL_WORDS.values()), title="robots.txt", axis=alt.Axis(labelAngle=0)),
            y=alt.Y("terms:N", sort=None, title=None, axis=_labels()),
            tooltip=["terms:N", "robots:N", "sites:Q"],
        )
        shades = alt.Scale(domain=[0, top or 1], range=[colours.panel, colours.primary])
        cell = base.mark_rect(stroke=colours.background).encode(color=alt.Color("sites:Q", legend=None, scale=shades))
        words = base.mark_text(fontSize=13).encode(
            text=alt.Text("sites:Q", format=","),
            color=alt.condition(f"datum.sites > {0.5 * top}", alt.value(colours.background), alt.value(colours.text)),
        )
        return (cell + words).properties(height=BAR * len({cell.verdict for cell in cells}) + ROOM, width="container")

    return draw
