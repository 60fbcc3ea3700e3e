"""The what-ifs: chosen and set in the sidebar, then side by side with what each does to number and ability."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import streamlit as st

from app.components.feedback import show_error
from app.components.frame import plain
from app.components.threshold_words import NO_TEST, WOULD, chance
from app.components.url_state import from_url, to_url
from app.theme import VERDICT_MEANING, Tokens, tokens
from governance.compute.legal_vocabulary import VERDICTS
from governance.compute.totals import Total
from governance.compute.variants import Band
from governance.compute.what_if_table import WhatIfTable
from governance.compute.whatif import Comparison, WhatIf, check_settings, what_ifs
from governance.errors import BadInput, TouchstoneError
from governance.exports.words import flop_words

PLANNED = "as planned"
NAMED = 4
"""Variants that the answer names."""
USUAL = "split,experts,distillation,inference"
Chosen = dict[str, dict[str, float]]


def what_if_panel() -> Chosen:
    """Draw the choice of what-ifs and their settings, all in the URL, and give them."""
    known = {one.id: one for one in what_ifs()}
    from_url("what", USUAL, read_what, read=lambda text: list(read_what(text)))
    st.multiselect(
        "What if", list(known), key="what", format_func=lambda key: known[key].title,
        help="Each changes the run in one way and judges it again", placeholder="choose one or more",
    )  # fmt: skip
    to_url("what", USUAL, write=lambda chosen: ",".join(chosen) or "none")
    chosen: Chosen = {}
    for key in st.session_state["what"]:
        one = known[key]
        if one.settings:
            with st.expander(one.title, icon=":material/tune:"):
                chosen[key] = _settings(one)
        else:
            chosen[key] = {}
    return chosen


def read_what(text: str) -> tuple[str, ...]:
    """Read ids joined by commas.

    Raises:
        BadInput: One is not known.
    """
    ids = tuple(one for one in text.split(",") if one and one != "none")
    known = {one.id for one in what_ifs()}
    for one in ids:
        if one not in known:
            raise BadInput(f"'{one[:40]}' is not a what-if", "address, what", f"use {', '.join(sorted(known))}")
    return ids


def _settings(one: WhatIf) -> dict[str, float]:
    given: dict[str, float] = {}
    for setting in one.settings:
        name, default = f"{one.id}.{setting.name}", f"{setting.default:.6g}"
        from_url(name, default)
        st.text_input(setting.label, key=name, help=f"From {setting.least:g} to {setting.most:g}", max_chars=40)
        text = to_url(name, default)
        try:
            given[setting.name] = check_settings(one.id, {setting.name: _number(text, setting.label)})[setting.name]
        except TouchstoneError as error:
            show_error(error)
    return given


def _number(text: str, label: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise BadInput(f"'{text[:40]}' is not a number", label, "write e.g. 4 or 0.1") from None


def by_variant(found: WhatIfTable) -> dict[str, dict[str, Comparison]]:
    """Give each variant's answers by instrument, the run as planned first; equal titles get their what-if's id."""
    planned = {row.instrument: row.before for row in found.rows}
    answers: dict[str, dict[str, Comparison]] = {PLANNED: planned}
    kinds: dict[str, set[str]] = {}
    for row in found.rows:
        kinds.setdefault(row.variant, set()).add(row.what_if)
    for row in found.rows:
        title = row.variant if len(kinds[row.variant]) == 1 else f"{row.variant} ({row.what_if})"
        answers.setdefault(title, {})[row.instrument] = row.after
    return answers


def variant_rows(answers: Mapping[str, Mapping[str, Comparison]], instrument: str) -> list[dict[str, object]]:
    """Give one row a variant under one instrument, for the chart and its table."""
    return [
        {
            "variant": title,
            "verdict": mine[instrument].verdict,
            **{end: _of(mine[instrument].total, end) for end in ("median", "low", "high")},
            "probability_low": mine[instrument].probability_low,
            "probability_high": mine[instrument].probability_high,
        }
        for title, mine in answers.items()
    ]


def variant_table(answers: Mapping[str, Mapping[str, Comparison]], shown: Mapping[str, str], holding: set[str]) -> None:
    """Draw verdict and probability of each variant under each instrument shown.

    Args:
        answers: As `by_variant` gives them.
        shown: Instrument id to its short name.
        holding: Ids of those in force on the day; the others are worded as what would be.
    """
    rows = [
        {"variant": title, **{key: [_cell(mine[key], key in holding)] for key in shown}}
        for title, mine in answers.items()
    ]
    colours = tokens()
    options = sorted({row[key][0] for row in rows for key in shown})
    fills = [_fill(option, colours) for option in options]
    st.dataframe(
        pl.DataFrame(rows, infer_schema_length=None),
        hide_index=True, key="what-if-table", height="content" if len(rows) < 14 else 480,
        alt=f"{len(rows)} variants under {len(shown)} texts: verdict and probability of exceeding",
        column_config={
            "variant": st.column_config.TextColumn("Variant", pinned=True, width=260),
            **{
                key: st.column_config.MultiselectColumn(name, options=options, color=fills, width=210)
                for key, name in shown.items()
            },
        },
    )  # fmt: skip


def what_if_cards(found: WhatIfTable, chosen: Chosen) -> None:
    """Say of each what-if what it does to the number and to ability, with its caveat and the ranges no rule counts."""
    lacking = {one.what_if: one for one in found.not_applied}
    for one in (known for known in what_ifs() if known.id in chosen):
        notes = {row.variant: row.note for row in found.rows if row.what_if == one.id and row.note}
        lines = [f"- {plain(title)}: {plain(note)}" for title, note in notes.items()]
        lines += [f"- {_band(band.band)}" for band in found.bands if band.what_if == one.id]
        with st.container(border=True):
            st.markdown(f"**{plain(one.title)}**")
            if one.id in lacking:
                st.markdown(f"Does not fit this run: {plain(lacking[one.id].what)}; {plain(lacking[one.id].fix)}.")
            st.markdown(f"The number: {plain(one.number)}  \nAbility: {plain(one.capability)}")
            if lines:
                st.markdown("\n".join(lines))
            st.caption(f"{plain(one.caveat)} Rests on: {plain('; '.join(one.sources))}.")


def answer(answers: Mapping[str, Mapping[str, Comparison]], instrument: str, name: str) -> str:
    """Say what the what-ifs change under one instrument."""
    planned = answers[PLANNED][instrument]
    lead = f"Under **{plain(name)}** the run as planned: **{planned.verdict}**, P {chance(planned)}."
    others = {title: mine[instrument] for title, mine in answers.items() if title != PLANNED}
    if not others:
        return f"{lead} Choose a what-if at the left."
    moved = [title for title, one in others.items() if one.verdict != planned.verdict]
    names = ", ".join(moved[:NAMED]) + (f" and {len(moved) - NAMED} more" if len(moved) > NAMED else "")
    said = f"**{len(moved)} of {len(others)}** variants change the verdict"
    return f"{lead} {said}{': ' + plain(names) if moved else ''}."


def _band(band: Band) -> str:
    ends = dict.fromkeys((band.low, band.middle, band.high))
    numbers = " · ".join(flop_words(value) if abs(value) >= 1e6 else f"{value:.3g}" for value in ends)
    which = "low · middle · high; " if len(ends) == 3 else ""
    return f"{plain(band.title)}: {numbers} {plain(band.unit)} :small[{which}{plain(band.source)}]"


def _cell(one: Comparison, holds: bool) -> str:
    if one.verdict is None:
        return NO_TEST
    return f"{one.verdict if holds else WOULD[one.verdict]} · P {chance(one)}"


def _fill(option: str, colours: Tokens) -> str:
    verdict = next((one for one in VERDICTS if option.startswith(f"{one} ")), None)
    return colours.of(VERDICT_MEANING[verdict] if verdict else "unknown")


def _of(total: Total | None, end: str) -> float | None:
    return None if total is None else float(getattr(total, end))
