"""One instrument explained: what it asks, by when, how it counts, and what its verdict turns on."""

from __future__ import annotations

import streamlit as st

from app.components import state
from app.components.figure import figure
from app.components.frame import plain
from app.components.scenario_source import Source
from app.components.threshold_charts import tornado_chart
from app.components.threshold_words import (
    chance,
    evidence_badge,
    input_words,
    runs_table,
    short_name,
    tornado_table,
    verdict_words,
)
from governance.compute.results import InstrumentResult, ScenarioResult
from governance.compute.thresholds import Instrument
from governance.exports.memo_words import STATUS_WORDS, margin_words, progress_words, total_words
from governance.exports.words import flop_words

OPS = {">": "above", ">=": "at or above", "<": "below", "<=": "at or below", "is": "is", "in": "is one of"}


def instrument_detail(source: Source, result: ScenarioResult, one: InstrumentResult | None) -> None:
    """Explain one instrument's answer."""
    if one is None:
        return
    text = next(text for text in state.law().instruments if text.id == one.id)
    st.header(f"{short_name(one)}: {verdict_words(one)}", anchor=False, help=one.citation)
    left, right = st.columns(2)
    with left:
        _duties(one, text)
    with right:
        _numbers(one, result)
    runs = runs_table(one, {run.id: run.title for run in source.history.runs})
    if one.counting_rule and runs.height:
        st.subheader("What counts", anchor=False)
        st.dataframe(
            runs, hide_index=True, key="runs", placeholder="none",
            height="content" if runs.height < 12 else 420,
            alt=f"{runs.height} runs: whether each counts under this text, and the paragraph that says so",
            column_config={
                "run": st.column_config.TextColumn("Run", pinned=True, width=150),
                "counts": st.column_config.TextColumn("Counts", width=140),
                "as": st.column_config.TextColumn("As", width=200),
                "paragraph": st.column_config.TextColumn("Where it says so", width=200),
                "reason": st.column_config.TextColumn("Why", width=420),
            },
        )  # fmt: skip
    table = tornado_table(one)
    if table.height:
        figure(
            tornado_chart(table),
            title="What the probability turns on",
            alt="; ".join(
                f"{row['input']}: {row['lowest']:.2f} in its lowest tenth, {row['highest']:.2f} in its highest"
                for row in table.to_dicts()
            ),
            caption="circle: the input in its lowest tenth · diamond: in its highest tenth",
            table=table,
            key="tornado",
        )


def _duties(one: InstrumentResult, text: Instrument) -> None:
    holds = "It is in force" if one.in_force else "It is not in force"
    kind = "" if one.binding else ", and it is guidance that binds nobody"
    status = STATUS_WORDS[one.status]
    st.markdown(f"**{plain(text.instrument)}** · {status} {evidence_badge(text.evidence.get('status', 'recalled'))}")
    st.markdown(f"{holds} on {state_day(text)}{kind}. Who: {plain(text.who)}. Applies to: {plain(text.scope)}.")
    lead = "What is owed when it applies" if one.in_force else "What it would ask"
    st.markdown(f"**{lead}:** {plain(one.duty)}. **By when:** {plain(one.due)}.")
    if text.notes or one.status_note:
        st.caption(" ".join(plain(note) for note in (one.status_note, text.notes) if note))
    tests = [
        f"- {plain(test.metric.replace('_', ' '))} {OPS[test.op]} "
        f"{flop_words(test.value) if test.value is not None else plain(', '.join(test.words) or 'a figure not set')} "
        f":small[{plain(test.unit)}] {evidence_badge(test.evidence)}"
        for test in text.tests
    ]
    with st.expander(f"Tests: {plain(text.logic)}", icon=":material/rule:"):
        st.markdown("\n".join(tests) or "It tests nothing.")
        dates = (("issued", text.issued), ("applies from", text.applies_from), ("until", text.applies_until))
        st.caption(" · ".join([f"{name} {day}" for name, day in dates if day] or ["no dates"]))
        st.markdown("\n".join(f"- <{url}>" for url in text.urls if url.startswith(("https://", "http://"))))


def state_day(text: Instrument) -> str:
    """Name the day that the page asks about."""
    return str(st.session_state.get("as_of") or text.issued)


def _numbers(one: InstrumentResult, result: ScenarioResult) -> None:
    st.markdown(f"**P(exceeds)** {chance(one)} · counted {total_words(one.total)}")
    if one.total_with_unclear:
        st.markdown(f"With the runs on which the text is silent: {total_words(one.total_with_unclear)}")
    if one.margin:
        st.markdown(f"Margin: {margin_words(one.margin)}.", help=progress_words())
    if one.settling:
        fact = f"**{input_words(one.settling.fact)}**"
        st.markdown(
            f"The one fact that would settle it most often: {fact} (in {one.settling.share:.0%} of its outcomes)."
        )
    elif one.missing:
        st.markdown(f"Not stated: {plain(', '.join(input_words(name) for name in one.missing))}.")
    for tier in one.tiers:
        st.markdown(
            f"As a {plain(tier.name)}: **{tier.verdict}**, P {tier.probability_low:.2f} to {tier.probability_high:.2f}"
        )
    ratio = result.modification.to_original
    if one.subject == "modification" and ratio:
        st.markdown(f"Share of the original model's compute: {ratio.median:.2g} ({ratio.low:.2g} to {ratio.high:.2g}).")
    for check in result.cross_checks:
        word = "agree" if check.agrees else ":orange-badge[differ by more than 2 ×] look at the inputs again"
        st.markdown(
            f"Architecture {flop_words(check.architecture)} and hardware {flop_words(check.hardware)} FLOP "
            f"({check.ratio:.2g} ×): {word}"
        )
