"""What two selections are made of, and the divide between open and closed: figures, tables and sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from app.components.dataset_kind import WORDS
from app.components.figure import figure
from app.components.frame import number, plain
from app.components.pair_panel import Side
from app.components.share_chart import Mark, Panel, percent, share_chart, share_table
from governance.catalogue.selection import Selection
from governance.provenance.composition import Concentration, Difference, Dimension
from governance.provenance.divide import Divide, faded

ROWS = 12
NOT_STATED = "not stated"
EARLIER, NOW = "2023-10-25 release", "now"
CLASS_GROUPS = {
    "restricted": "restricted",
    "unspecified": "unspecified",
    "commercial": "commercial",
}
Labels = Mapping[tuple[str, str], str]


def label_of(dimension: str, value: str | None, labels: Labels) -> str:
    """Name a value as the reader knows it."""
    if value is None:
        return NOT_STATED
    return WORDS.get(value, labels.get((dimension, value), value))


def pair_settings(sides: tuple[Side, Side], shared: int) -> str:
    """Say what both selections are: size, snapshot, policy, and how many datasets they share."""
    said = []
    for side in sides:
        datasets = side.result.datasets
        said.append(
            f"{side.letter} n = {number(side.result.total)}, {datasets.snapshot}, {plain(datasets.policy.title)}"
        )
    both = [f"{number(shared)} datasets in both, taken as independent"] if shared else []
    return " · ".join([*said, *both, "95% intervals"])


def grouped(selection: Selection) -> dict[str, list[str]]:
    """Give the query parameters that open a selection on the Datasets page."""
    found: dict[str, list[str]] = {}
    for name, value in selection.to_pairs():
        found.setdefault(name, []).append(value)
    return found or {"snapshot": ["current"]}


def compare_answer(sides: tuple[Side, Side], differences: Sequence[Difference], dimension: Dimension) -> str:
    """Say where two selections differ most, or that they do not clearly."""
    first, second = sides
    clear = [one for one in differences if one.clear and one.value is not None]
    size = f"**A** {number(first.result.total)} datasets, **B** {number(second.result.total)}"
    if not first.result.total or not second.result.total:
        return f"{size}: **nothing to compare**."
    if not clear:
        return f"{size}: **no clear difference** in {dimension.label.lower()}."
    widest = clear[0]
    name = plain(label_of(dimension.field, widest.value, first.result.datasets.labels))
    return (
        f"{size}; they part most on **{name}**: {percent(widest.first.share)} against {percent(widest.second.share)}."
    )


def compare_figure(
    sides: tuple[Side, Side], shown: Sequence[Difference], dimension: Dimension, settings: str, left_out: int
) -> None:
    """Draw the shares of both selections, a row a value; ``left_out`` values stand in the table only."""
    first, second = sides
    labels = first.result.datasets.labels
    marks = [
        Mark(label_of(dimension.field, one.value, labels), side.legend, share)
        for one in shown
        for side, share in ((first, one.first), (second, one.second))
    ]
    panels = [Panel("", marks)]
    more = f" · {left_out:,} more values in the table below" if left_out else ""
    figure(
        share_chart(panels, [first.legend, second.legend]),
        title=f"{dimension.label}: {dimension.help[:1].lower()}{dimension.help[1:]}",
        alt=f"{dimension.label} in two selections. " + "; ".join(_said(one, dimension, labels) for one in shown[:4]),
        caption=f"{settings}{more}",
        table=share_table(panels),
        key="shares",
    )


def difference_table(differences: Sequence[Difference], dimension: Dimension, labels: Labels) -> None:
    """Show every value with both shares, their difference and whether it is clear."""
    rows = [
        {
            "value": label_of(dimension.field, one.value, labels),
            "a": _points(one.first.share), "a_n": one.first.count,
            "b": _points(one.second.share), "b_n": one.second.count,
            "gap": _points(one.difference), "low": _points(one.low), "high": _points(one.high),
            "clear": {None: "cannot be told", True: "clear", False: "not clear"}[one.clear],
        }
        for one in differences
    ]  # fmt: skip
    points = "%.1f%%"
    st.dataframe(
        pl.DataFrame(rows, infer_schema_length=None), hide_index=True, key="differences",
        alt=f"Difference of the shares by {dimension.label.lower()}",
        column_config={
            "value": st.column_config.TextColumn(dimension.label, pinned=True, width=190),
            "a": st.column_config.NumberColumn("A", format=points, width=70),
            "a_n": st.column_config.NumberColumn("A datasets", format="localized", width=90),
            "b": st.column_config.NumberColumn("B", format=points, width=70),
            "b_n": st.column_config.NumberColumn("B datasets", format="localized", width=90),
            "gap": st.column_config.NumberColumn("A − B, points", format="%+.1f", width=105),
            "low": st.column_config.NumberColumn("low", format="%+.1f", width=70, help="95% interval, Newcombe"),
            "high": st.column_config.NumberColumn("high", format="%+.1f", width=70, help="95% interval, Newcombe"),
            "clear": st.column_config.TextColumn("Difference", width=110, help="Clear: the interval leaves out zero"),
        },
    )  # fmt: skip


def concentration_line(sides: tuple[Side, Side], found: tuple[Concentration, Concentration], label: str) -> None:
    """Say how concentrated both selections are."""
    said = []
    for side, one in zip(sides, found, strict=True):
        if one.gini is None:
            said.append(f"**{side.letter}** unknown ({number(one.values)} values)")
        else:
            bounds = f", {one.low:.2f} to {one.high:.2f}" if one.low is not None and one.high is not None else ""
            said.append(
                f"**{side.letter} {one.gini:.2f}**{bounds} ({number(one.values)} values, "
                f"{number(one.n)} datasets that state one)"
            )
    st.markdown(
        f"**Concentration over {label.lower()}:** {' · '.join(said)}",
        help="Gini coefficient: 0 when every value has as many datasets, towards 1 when few values hold nearly all; "
        "95% interval from drawing the datasets again 1 000 times with a fixed seed",
    )


def divide_answer(first: Divide, then: Divide) -> str:
    """Say whether low-resource languages are more often restricted, then and now."""
    gap, now = first.low_resource, then.low_resource
    return (
        f"In 2023 datasets in low-resource languages were restricted {_how_often(gap)}, "
        f"**{percent(gap.first.share, 1)} against {percent(gap.second.share, 1)}**; now "
        f"{percent(now.first.share, 1)} against {percent(now.second.share, 1)}: **{_verdict(gap, now)}**."
    )


def divide_panels(first: Divide, then: Divide) -> list[Panel]:
    """Put the divide into panels: synthetic share by class, restricted share by language."""
    pairs = ((NOW, then), (EARLIER, first))
    return [
        Panel(
            "Written by models, by licence class",
            [Mark(label, name, one.synthetic[key]) for key, label in CLASS_GROUPS.items() for name, one in pairs],
        ),
        Panel(
            "Restricted licences, by language",
            [
                *(Mark("low-resource", name, one.low_resource.first) for name, one in pairs),
                *(Mark("all others", name, one.low_resource.second) for name, one in pairs),
            ],
        ),
    ]


def family_panels(first: Divide, then: Divide) -> list[Panel]:
    """Put the restricted share of every language family into one panel."""
    pairs = ((NOW, then), (EARLIER, first))
    families = [share.value for share in then.families]
    return [
        Panel(
            "",
            [
                Mark(str(family), name, share)
                for family in families
                for name, one in pairs
                for share in one.families
                if share.value == family
            ],
        ),
    ]


def divide_words(first: Divide, then: Divide) -> str:
    """Say what the divide's figures show, gap by gap."""
    low, wide = (first.low_resource, then.low_resource), (first.synthetic_gap, then.synthetic_gap)
    apart = [_family_gaps(one) for one in (first, then)]
    made = [(percent(gap.first.share, 1), percent(gap.second.share, 1)) for gap in wide]
    languages = (
        f"- **Low-resource languages.** 2023: {_counts(low[0])}, a gap of {_gap(low[0])}; "
        f"now: {_counts(low[1])}, a gap of {_gap(low[1])}."
    )
    synthetic = (
        f"- **Synthetic text.** Models wrote {made[0][0]} of the restricted datasets in 2023 and {made[1][0]} now, "
        f"of the commercial ones {made[0][1]} and {made[1][1]}. The gap is {_gap(wide[1])} now: {_verdict(*wide)}. "
        "Part of it is the rule that text by OpenAI's models is non-commercial; read the licences without "
        "generated-data terms to leave that out."
    )
    families = f"- **Not one story.** Clearly above the overall share: in 2023 {apart[0]}; now {apart[1]}."
    return "\n".join((languages, synthetic, families))


def _how_often(gap: Difference) -> str:
    if not gap.clear or gap.difference is None:
        return "about as often"
    return "more often" if gap.difference > 0 else "less often"


def _verdict(first: Difference, then: Difference) -> str:
    if first.clear is None or then.clear is None:
        return "whether a gap faded cannot be told"
    if not first.clear:
        return "a gap has opened" if then.clear else "no clear gap, then or now"
    return "it has faded since" if faded(first, then) else "it has not faded"


def _family_gaps(found: Divide) -> str:
    overall = found.restricted.share
    if overall is None:
        return "none"
    above = [str(share.value) for share in found.families if share.low is not None and share.low > overall]
    return ", ".join(above) or "none"


def _counts(gap: Difference) -> str:
    one, other = gap.first, gap.second
    return f"{number(one.count)} of {number(one.n)} against {number(other.count)} of {number(other.n)} others"


def _gap(gap: Difference) -> str:
    if gap.difference is None or gap.low is None or gap.high is None:
        return "unknown size"
    return f"{100 * gap.difference:+.1f} points ({100 * gap.low:+.1f} to {100 * gap.high:+.1f})"


def _said(one: Difference, dimension: Dimension, labels: Labels) -> str:
    return f"{label_of(dimension.field, one.value, labels)}: {percent(one.first.share)} and {percent(one.second.share)}"


def _points(share: float | None) -> Any:  # noqa: ANN401 - a cell
    return None if share is None else 100 * share
