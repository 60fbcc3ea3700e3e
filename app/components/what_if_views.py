"""The what-ifs: chosen and set in the sidebar, then side by side with what each does to number and ability."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import streamlit as st

from app.components.feedback import show_error
from app.components.frame import plain
from app.components.threshold_words import chance, flop, verdict_words
from app.components.url_state import from_url, to_url
from app.theme import VERDICT_MEANING, tokens
from governance.compute.results import InstrumentResult
from governance.compute.scenario_comparison import ScenarioComparison
from governance.compute.variants import Band
from governance.compute.whatif import WhatIf, check_settings, what_ifs
from governance.errors import BadInput, TouchstoneError

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


def comparison_rows(found: ScenarioComparison, instrument: str) -> list[dict[str, object]]:
    """Give one row a variant under one instrument, for the chart."""
    rows: list[dict[str, object]] = []
    for one in found.variants:
        judged = one.result.of(instrument)
        total = judged.total
        rows.append({
            "variant": one.title,
            "verdict": judged.verdict,
            "median": total.median if total else None,
            "low": total.low if total else None,
            "high": total.high if total else None,
            "probability_low": judged.probability_low,
            "probability_high": judged.probability_high,
            "runs": one.runs,
            "note": one.note or None,
        })  # fmt: skip
    return rows


def comparison_table(found: ScenarioComparison, shown: Mapping[str, str]) -> None:
    """Draw verdict and probability of each variant under each instrument shown.

    Args:
        found: What to draw.
        shown: Instrument id to its short name.
    """
    rows = [{"variant": one.title, **{key: [_cell(one.result.of(key))] for key in shown}} for one in found.variants]
    colours = tokens()
    options = sorted({cell for row in rows for key in shown for cell in row[key]})
    fills = [_fill(option, colours) for option in options]
    st.dataframe(
        pl.DataFrame(rows, infer_schema_length=None),
        hide_index=True, key="what-if-table", height="content" if len(rows) < 14 else 480,
        alt=f"{len(rows)} variants under {len(shown)} texts: verdict and probability of exceeding",
        column_config={
            "variant": st.column_config.TextColumn("Variant", pinned=True, width=260),
            **{
                key: st.column_config.MultiselectColumn(name, options=options, color=fills, width=150)
                for key, name in shown.items()
            },
        },
    )  # fmt: skip


def what_if_cards(found: ScenarioComparison) -> None:
    """Say of each what-if what it does to the number and to ability, with its caveat and the ranges no rule counts."""
    for outcome in found.outcomes:
        one = outcome.what_if
        with st.container(border=True):
            st.markdown(f"**{plain(one.title)}**")
            st.markdown(f"The number: {plain(one.number)}  \nAbility: {plain(one.capability)}")
            notes = [f"- {plain(variant.title)}: {plain(variant.note)}" for variant in outcome.variants if variant.note]
            bands = [f"- {_band(band)}" for band in outcome.bands]
            if notes or bands:
                st.markdown("\n".join([*notes, *bands]))
            st.caption(f"{plain(one.caveat)} Rests on: {plain('; '.join(one.sources))}.")
    for refused in found.refused:
        st.warning(f"{plain(refused.what_if)}: {plain(refused.reason)}")


def _band(band: Band) -> str:
    numbers = " · ".join(
        flop(value) if abs(value) >= 1e6 else f"{value:.3g}" for value in (band.low, band.middle, band.high)
    )
    return f"{plain(band.title)}: {numbers} {plain(band.unit)} :small[low · middle · high; {plain(band.source)}]"


def _cell(one: InstrumentResult) -> str:
    if one.verdict is None:
        return verdict_words(one)
    return f"{verdict_words(one)} · P {chance(one)}"


def _fill(option: str, colours: object) -> str:
    verdict = option.partition(" · ")[0]
    meaning = VERDICT_MEANING.get(verdict)  # type: ignore[call-overload]
    return str(getattr(colours, meaning or "unknown"))


def answer(found: ScenarioComparison, instrument: str, name: str) -> str:
    """Say what the what-ifs change under one instrument."""
    first, *others = [(one, one.result.of(instrument)) for one in found.variants]
    planned = first[1]
    lead = f"Under **{plain(name)}** the run as planned: **{planned.verdict}**, P {chance(planned)}."
    if not others:
        return f"{lead} Choose a what-if at the left."
    moved = [one.title for one, judged in others if judged.verdict != planned.verdict]
    said = f"**{len(moved)} of {len(others)}** variants change the verdict"
    return f"{lead} {said}{': ' + plain(', '.join(moved)) if moved else ''}."
