"""The view of chips: filters, the figure with its table, and the card of one."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import streamlit as st

from app.components import state
from app.components.chip_figures import CLASS_MEANING, chip_chart, chip_points, chip_words
from app.components.feedback import empty, show_error
from app.components.figure import figure
from app.components.frame import number, plain
from app.components.url_state import from_url, to_url
from app.theme import BADGE, tokens
from governance.catalogue.selection import choice
from governance.compute.chip_card import (
    CLASS_WORDS,
    SHOWN_CLASSES,
    ChipCard,
    ChipCounts,
    chip_card,
    chip_table,
    count_chips,
    read_cluster,
    read_years,
    select_chips,
)
from governance.compute.chip_measures import BITS, COLUMN, NUMBER_FORMATS, chip_limits
from governance.errors import TouchstoneError

NO_CHIP = "none"
FORMATS = {"bf16": "16-bit", "fp8": "FP8", "int8": "INT8", "fp4": "FP4", "fp32": "FP32", "fp64": "FP64"}
"""Peaks that the table shows; the card has all."""


@st.cache_data(show_spinner=False)
def table_of_chips(version: str) -> pl.DataFrame:
    """Give all chips of a catalogue with class and reason."""
    return chip_table(state.cursor())


def chip_filters(table: pl.DataFrame) -> pl.DataFrame:
    """Draw the filters of the chips and give those that are left."""
    makers = sorted(table["maker"].drop_nulls().unique())
    chosen = _several("maker", "Maker", makers, {one: one for one in makers}, "Who designs it")
    classes = _several("class", "Export class", SHOWN_CLASSES, CLASS_WORDS, "Under ECCN 3A090 of October 2023")
    from_url("years", "", read_years)
    st.text_input("Released", key="years", placeholder="2008..2026", help="Write 2020..2024, 2022.. or 2024")
    years = to_url("years", "")
    try:
        return select_chips(table, chosen, classes, years)
    except TouchstoneError as error:
        show_error(error)
        return select_chips(table, chosen, classes)


def cluster_inputs() -> tuple[int, float]:
    """Draw the size and utilisation of a cluster and give both; what cannot be read is explained."""
    for name, usual in (("cluster", "10k"), ("utilisation", "40%")):
        from_url(name, usual)
    st.text_input("Chips of a cluster", key="cluster", help="Such as 16,384 or 100k; for the days on a card")
    st.text_input("Utilisation", key="utilisation", help="Model FLOP over peak, such as 0.4 or 40%")
    try:
        found = read_cluster(to_url("cluster", "10k"), to_url("utilisation", "40%"))
    except TouchstoneError as error:
        show_error(error)
        return read_cluster("10k", "40%")
    st.caption(f"read as {number(found[0])} chips at {100 * found[1]:.3g}%")
    return found


def chip_answer(counts: ChipCounts) -> str:
    """Answer the question of the chips."""
    of = counts.classes
    return (
        f"**{of['3A090.a']} of {number(counts.total)}** chips reach 3A090.a, **{of['3A090.b']}** 3A090.b; "
        f"for **{of['unknown_density']}** the area of the die decides and is not stated."
    )


def chip_view(table: pl.DataFrame, shown: pl.DataFrame, cluster: tuple[int, float]) -> None:
    """Draw the figure, the card of a chosen chip and the table."""
    if shown.is_empty():
        empty("No chip meets every filter.", "Take one filter away.")
        return
    names = dict(zip(table["id"], table["name"], strict=True))
    chip = from_url(
        "chip", NO_CHIP, lambda text: text in names or text == NO_CHIP or choice(text, [*names][:6], "chip")
    )
    chip = str(st.session_state["chip"] or NO_CHIP)
    points = chip_points(shown)
    counts = count_chips(shown)
    figure(
        chip_chart(points, chip_limits(state.cursor()), chip),
        title="Performance against its density, both on log axes",
        alt=chip_words(counts),
        caption=f"n = {points.height} with a peak · shaded: ECCN 3A090 of October 2023 · limits of .b recalled",
        table=points,
        key="chips",
    )
    st.selectbox(
        "Show one chip", [NO_CHIP, *names], key="chip", help="Type part of its name, or choose a row of the table",
        format_func=lambda one: "None" if one == NO_CHIP else names[one],
    )  # fmt: skip
    if to_url("chip", NO_CHIP) != NO_CHIP:
        _card(chip_card(state.cursor(), chip, *cluster))
    _table(shown)


def _card(card: ChipCard) -> None:
    chip = card.chip
    shown = chip.export_class or "no_peak"
    relief = {True: "below both limits of January 2026", False: "above a limit of January 2026"}
    with st.container(border=True):
        st.subheader(plain(chip.name), anchor=False)
        badge = f":{BADGE[CLASS_MEANING[shown]]}-badge[{CLASS_WORDS[shown]}]"
        case = relief.get(chip.case_by_case, "January 2026: not decided by what is stated")  # type: ignore[arg-type]
        st.markdown(f"{badge} {plain(card.reason[:1].upper() + card.reason[1:])} · case by case: {case}.")
        facts = [
            ("Maker", chip.maker), ("Released", card.released), ("TPP", number(chip.tpp)),
            ("Density, TPP a mm²", _short(chip.density)), ("Die, mm²", _short(card.die_mm2)),
            ("Memory, GB", _short(chip.memory_bytes, 1e9)),
            ("Memory bandwidth, TB/s", _short(chip.memory_bandwidth, 1e12)),
            ("Power, W", number(chip.power_watts)), ("Price at release, USD", number(chip.price_usd)),
        ]  # fmt: skip
        for column, some in zip(st.columns(3), (facts[:3], facts[3:6], facts[6:]), strict=True):
            column.markdown("\n".join(f"- {name}: **{plain(value or 'unknown')}**" for name, value in some))
        rows = [
            {
                "format": one.number_format, "bits": one.bits, "peak, TOP/s": one.peak / 1e12, "TPP": one.tpp,
                "chips for 1e20 OP/s": one.chips_for_rate,
                **{f"days to {line:.0e} FLOP".replace("e+", "e"): days for line, days in one.days.items()},
            }
            for one in card.reach
        ]  # fmt: skip
        if rows:
            plainly = st.column_config.NumberColumn(format="%.4g")
            counted = st.column_config.NumberColumn(format="localized")
            st.dataframe(
                pl.DataFrame(rows), hide_index=True, height="content", key="reach", alt="What each format allows",
                column_config={
                    "peak, TOP/s": plainly, "TPP": plainly, "chips for 1e20 OP/s": counted,
                    "days to 1e25 FLOP": plainly, "days to 1e26 FLOP": plainly,
                },
            )  # fmt: skip
        st.caption(f"Days for {number(card.number)} chips at {100 * card.utilisation:.3g}% of the dense peak.")


def _table(shown: pl.DataFrame) -> None:
    peaks = [(pl.col(COLUMN[one]) / 1e12).alias(one) for one in NUMBER_FORMATS if one in FORMATS]
    rows = shown.select(
        "name", pl.concat_list(pl.col("class").replace_strict(CLASS_WORDS)).alias("class"), "tpp", "density",
        "maker", "year", *peaks, (pl.col("memory_bytes") / 1e9).alias("memory"), "power_watts", "price_usd",
        pl.col("case_by_case").replace_strict({True: "yes", False: "no"}, default="not known").alias("relief"),
        "reason",
    )  # fmt: skip
    colours = tokens()
    fills = [colours.of(CLASS_MEANING[one]) for one in CLASS_WORDS]
    st.dataframe(
        rows,
        hide_index=True,
        height=min(38 + 35 * rows.height, 480),
        key="chip-table",
        placeholder="unknown",
        alt=f"{rows.height} chips: class, performance, density, peaks, memory, power, price and the reason",
        on_select=lambda: _choose(shown["id"].to_list()),
        selection_mode="single-row",
        column_config={
            "name": st.column_config.TextColumn("Chip", pinned=True, width=200),
            "class": st.column_config.MultiselectColumn(
                "Class", options=list(CLASS_WORDS.values()), color=fills, width=120
            ),
            "tpp": st.column_config.NumberColumn("TPP", format="%.0f", width=70),
            "density": st.column_config.NumberColumn("Density", format="%.2f", width=70, help="TPP a mm² of die"),
            "maker": st.column_config.TextColumn("Maker", width=100),
            "year": st.column_config.NumberColumn("Year", format="%d", width=60),
            **{
                one: st.column_config.NumberColumn(label, format="%.0f", width=70, help=f"TOP/s; {BITS[one]} bits")  # type: ignore[index]
                for one, label in FORMATS.items()
            },
            "memory": st.column_config.NumberColumn("GB", format="%.0f", width=60),
            "power_watts": st.column_config.NumberColumn("W", format="%.0f", width=60),
            "price_usd": st.column_config.NumberColumn("USD", format="%.0f", width=80, help="At release"),
            "relief": st.column_config.TextColumn(
                "Jan 2026", width=80, help="Below both limits for case-by-case review"
            ),
            "reason": st.column_config.TextColumn("Why this class", width="large"),
        },
    )


def _choose(ids: Sequence[str]) -> None:
    rows = st.session_state["chip-table"]["selection"]["rows"]
    st.session_state["chip"] = ids[rows[0]] if rows else NO_CHIP


def _several(name: str, label: str, allowed: Sequence[str], words: dict[str, str], help: str) -> list[str]:
    def check(text: str) -> None:
        for one in _split(text):
            choice(one, allowed, f"address, {name}")

    from_url(name, "", check, read=_split)
    st.multiselect(label, allowed, key=name, format_func=lambda one: words[one], help=help, placeholder="any")
    return _split(to_url(name, "", write="~".join))


def _split(text: str) -> list[str]:
    return [one for one in text.split("~") if one]


def _short(value: float | None, scale: float = 1.0) -> str | None:
    return None if value is None else f"{value / scale:.4g}"
