"""A bump chart: how models move between two or more rankings, the moved ones named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import altair as alt

from app.components.figure import Chart, Draw
from app.theme import Meaning, Tokens

ROW, ROOM = 15, 60
NAME = 15
"""Characters of a name beside the lines; at 390 px no more fit."""
SIDE = 0.8
HEADS: tuple[tuple[str, Literal["left", "center", "right"], int], ...] = (
    ("left", "right", 16), ("middle", "center", 0), ("right", "left", -16)
)  # fmt: skip
"""Where the heads of the columns stand, and how they are set, so that they do not meet at 390 px."""
MEANINGS: dict[str, Meaning] = {"rises": "good", "falls": "stop", "stays": "unknown"}


@dataclass(frozen=True, slots=True)
class Path:
    """The places of one model in all rankings.

    Args:
        model: Its name.
        places: Ranks, 1 the best.
        named: Whether its name stands beside the lines.
    """

    model: str
    places: tuple[float, ...]
    named: bool = True

    @property
    def way(self) -> str:
        """Say where it ends against where it began."""
        return "rises" if self.places[-1] < self.places[0] else "falls" if self.places[-1] > self.places[0] else "stays"


def bump_chart(paths: Sequence[Path], rankings: Sequence[str]) -> Draw:
    """Give the function that draws the paths.

    Args:
        paths: A model each.
        rankings: What each place is in, left to right.
    """
    last = len(rankings) - 1
    rows = [
        {"model": path.model, "at": at, "rank": place, "way": path.way, "in": rankings[at], "named": path.named}
        for path in paths
        for at, place in enumerate(path.places)
    ]
    labels = [*_labels(paths, 0, 0), *_labels(paths, last, last)]
    most = max((place for path in paths for place in path.places), default=1)
    sides = ["left", *["middle"] * (last - 1), "right"]
    titles = [{"at": at, "rank": 0, "said": name, "side": sides[at]} for at, name in enumerate(rankings)]

    def draw(colours: Tokens) -> Chart:
        scale = alt.Scale(domain=list(MEANINGS), range=[colours.of(one) for one in MEANINGS.values()])
        x = alt.X(
            "at:Q", scale=alt.Scale(domain=[-SIDE * max(last, 1), last + SIDE * max(last, 1)], nice=False), axis=None
        )
        y = alt.Y("rank:Q", axis=None, scale=alt.Scale(domain=[most + 0.6, -0.8], nice=False, zero=False))
        colour = alt.Color("way:N", scale=scale, title=None, legend=alt.Legend(symbolType="stroke"))
        base = alt.Chart(alt.Data(values=rows)).encode(x=x, y=y, color=colour, detail="model:N")
        faint = alt.condition("datum.named", alt.value(1), alt.value(0.35))
        tip = ["model:N", alt.Tooltip("in:N", title="ranking"), "rank:Q"]
        words = alt.Chart(alt.Data(values=labels))
        beside = words.encode(x=x, y=y, text="said:N", color=alt.value(colours.text))
        left = beside.transform_filter("datum.side == 'left'").mark_text(align="right", dx=-9, fontSize=11, limit=240)
        right = beside.transform_filter("datum.side == 'right'").mark_text(align="left", dx=9, fontSize=11, limit=240)
        heads = [
            alt.Chart(alt.Data(values=[row for row in titles if row["side"] == side]))
            .mark_text(fontWeight=600, fontSize=12, limit=150, align=align, dx=dx)
            .encode(x=x, y=y, text="said:N", color=alt.value(colours.text))
            for side, align, dx in HEADS
        ]
        return alt.layer(
            base.mark_line(strokeWidth=2).encode(opacity=faint, tooltip=tip),
            base.mark_point(size=36, filled=True).encode(opacity=faint, tooltip=tip),
            left,
            right,
            *heads,
        ).properties(height=ROW * (most + 2) + ROOM, width="container")

    return draw


def _labels(paths: Sequence[Path], at: int, ranking: int) -> list[dict[str, object]]:
    """Name the models beside one end, those of the same place on one line."""
    left = at == 0
    shown = []
    for place in sorted({path.places[ranking] for path in paths}):
        names = [path.model for path in paths if path.places[ranking] == place and path.named]
        if names:
            more = f" +{len(names) - 1}" if len(names) > 1 else ""
            name = _cut(names[0], NAME - len(more))
            rank = f"{place:g}"
            said = f"{name}{more}  {rank}" if left else f"{rank}  {name}{more}"
            shown.append({"at": at, "rank": place, "said": said, "side": "left" if left else "right"})
    return shown


def _cut(name: str, most: int) -> str:
    tail = most * 2 // 5
    return name if len(name) <= most else f"{name[: most - tail - 1]}…{name[-tail:]}"
