"""What stands beside the form of a risk assessment: conditions, what would flip the decision, compute, events."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import streamlit as st

from app.components import state
from app.components.assessment_words import when, who
from app.components.feedback import empty, show_error
from app.components.frame import flop, headings, plain
from app.components.risk_words import CANNOT_WORDS, SCRUTINY_WORDS, assessed_flip_words, flip_words
from app.components.scenario_form import form_query
from app.navigation import page_link
from governance.assessment.compute_context import ComputeContext, ModelCompute
from governance.assessment.own_risk_rules import save_risk_rule
from governance.assessment.records import Assessment
from governance.assessment.reopening import TriggerNote, note_trigger
from governance.assessment.risk import Verdict
from governance.assessment.risk_record import RiskRecord
from governance.assessment.risk_rule import RiskRule, words
from governance.assessment.risk_vary import Variations
from governance.assessment.vocabulary import DECISIONS, TIERS, TRIGGERS
from governance.compute.model_scenario import scenario_query
from governance.errors import TouchstoneError
from governance.records.documents import free_id

_FAILED = "trigger-failed"


def conditions(verdict: Verdict) -> None:
    """List what the rule asks, each with a mark and why it is met or open."""
    said = [(one.met, plain(one.why[:1].upper() + one.why[1:])) for one in verdict.conditions]
    rows = [f":small[{'✓' if met else '○'} {why}]" for met, why in said]
    st.markdown("**What the rule asks**")
    st.markdown("  \n".join(rows))
    tier = words(verdict.suggested) if verdict.suggested else "nothing yet"
    recorded = words(verdict.recorded) if verdict.recorded else "not recorded"
    counts = words(verdict.tier) if verdict.tier else "none yet"
    st.markdown(
        f":small[Suggested before mitigation: **{tier}**. Recorded after it: **{recorded}**. Counts: **{counts}**.]"
    )


def flips(found: Variations, rule: RiskRule, changed: RiskRule, as_if: Verdict | None) -> None:
    """Show what would flip the decision, the table behind it, and the rule as data.

    Args:
        found: Each change by itself.
        rule: The rule that is applied.
        changed: The rule as set at the left.
        as_if: What it would say; ``None``: nothing is set.
    """
    if as_if is not None:
        say = st.warning if as_if.outcome != found.present.outcome else st.info
        flip = "The decision flips" if as_if.stand != found.present.stand else "The decision does not flip"
        counted = "assessed" if as_if.assessed else "not assessed"
        say(f"**As set at the left: {flip.lower()}.** {plain(as_if.why[:1].upper() + as_if.why[1:])}; {counted}.")
    st.markdown(f"**{flip_words(found.tipping)}** {assessed_flip_words(found.tipping)}")
    table = pl.DataFrame(
        [
            {
                "what is changed": row.label, "now": row.now, "changed to": row.then,
                "decision": words(row.stand), "flips": "flips" if row.flips else "stays",
                "counts as": "assessed" if row.assessed else "not assessed", "tier": words(row.tier or "none"),
            }
            for row in sorted(found.rows, key=lambda row: not (row.flips or row.flips_assessed))
        ],
        infer_schema_length=None,
    )  # fmt: skip
    st.dataframe(
        table, hide_index=True, height=320, key="flips", alt="Each change by itself and what it does",
        column_config=headings(table),
    )  # fmt: skip
    with st.expander("The rule as data", icon=":material/gavel:"):
        _rule_tables(changed)
    if changed != rule:
        _save_rule(changed)


def _rule_tables(rule: RiskRule) -> None:
    st.markdown(plain(rule.note))
    matrix = [
        {"decision": words(one), **{words(tier): "✓" if one in rule.admitted[tier] else "–" for tier in TIERS}}
        for one in DECISIONS
    ]
    st.dataframe(pl.DataFrame(matrix), hide_index=True, height="content", key="admitted", alt="Decisions by tier")
    yes = "yes" if rule.second_person else "no"
    st.markdown(
        f"Must be complete: **{', '.join(rule.complete) or 'none'}** · outside scrutiny: "
        f"**{SCRUTINY_WORDS[rule.scrutiny].lower()}** · a second person signs: **{yes}** · margin: **{rule.margin}** · "
        f"credit for guardrails: **{rule.credit}** · cannot estimate suggests: "
        f"**{CANNOT_WORDS[rule.cannot_estimate].lower()}**"
    )


def _save_rule(rule: RiskRule) -> None:
    with st.popover("Keep as a rule of your own", icon=":material/save:", help="It can then be applied and recorded"):
        title = st.text_input("Name", key="own-rule-title", max_chars=80, help="How it is called in lists")
        if st.button("Save", key="own-rule-save", icon=":material/save:", help="Keeps the rule as set at the left"):
            if not title.strip():
                st.warning("Give it a name.")
                return
            own = free_id(title, ["default"])
            try:
                save_risk_rule(
                    state.workbench(), rule.model_copy(update={"id": own, "title": title.strip()}), datetime.now(UTC)
                )
            except TouchstoneError as error:
                show_error(error)
                return
            st.toast(f"Kept as **{plain(own)}**; choose it in section R4.", icon=":material/check:")


def compute_panel(found: ComputeContext) -> None:
    """Show recorded compute beside the thresholds, with the ways to the pages that count it properly."""
    st.markdown(f"**{plain(found.note)}** Whether a text applies is for the Thresholds page.")
    if not found.models:
        empty("This system names no models.", "Add the models it is made of on the Systems page.")
        return
    table = pl.DataFrame([
        {"model": model.name, "compute": flop(model.flop), "compute lies": words(model.place(one.flop)),
         "at": flop(one.flop), "threshold": one.instrument, "jurisdiction": one.jurisdiction,
         "tests": "compute alone" if one.alone else "more than compute", "source is": model.confidence or "not stated"}
        for model in found.models for one in found.thresholds
    ])  # fmt: skip
    st.dataframe(
        table, hide_index=True, height="content", key="compute", alt="Compute by threshold",
        column_config=headings(table),
    )  # fmt: skip
    for model in found.models:
        _model_links(model)


def _model_links(model: ModelCompute) -> None:
    row = st.container(horizontal=True, vertical_alignment="center")
    with row:
        if not model.known:
            st.markdown(f"{plain(model.name)} is not in the catalogue.")
            return
        st.markdown(f"**{plain(model.name)}**")
        query = scenario_query({"training_flop": model.flop, "flop_low": model.low, "flop_high": model.high})
        if query:
            page_link("thresholds", "What the thresholds say", icon=":material/speed:", **form_query(query))
        page_link("footprint", "Footprint", icon=":material/eco:", model=model.id)


def events_panel(record: RiskRecord) -> None:
    """List the events noted at an assessment, and offer to note another."""
    header, again = record.header.record, record.reopening
    chosen = record.values("R5").get("triggers") or []
    due = f"Reassess by **{again.due}**, in {again.days:,} days." if again.due else "No day to reassess by is set."
    if again.days is not None and again.days < 0:
        due = f"It was to be reassessed by **{again.due}**, {-again.days:,} days ago."
    st.markdown(f"{due} Events that force it: {plain(', '.join(map(words, chosen)) or 'none chosen in R5')}.")
    for reason in again.reasons:
        st.markdown(f"- :orange-badge[Stale] {plain(reason)}")
    for one in record.notes:
        said = one.record
        day = f", happened {said.happened}" if said.happened else ""
        text = f": {plain(said.note)}" if said.note else ""
        st.markdown(f"- **{plain(words(said.trigger))}**{day}{text}  \n:small[{who(one.author)}, {when(one.created)}]")
    if (failed := st.session_state.pop(_FAILED, None)) is not None:
        show_error(failed)
    if header.state in ("superseded", "withdrawn") or not state.workbench().actor.may("write"):
        return
    with st.form("note-event", border=True):
        kind = st.selectbox(
            "What happened", TRIGGERS, key="event-kind", format_func=words, help="The kinds of section R5"
        )
        happened = st.date_input(
            "When", key="event-day", value=None, format="YYYY-MM-DD", help="The day it happened, where it is known"
        )
        note = st.text_area(
            "In your words", key="event-note", height=68, max_chars=20_000, help="What happened, and where it is told"
        )
        known = happened if isinstance(happened, date) else None
        if st.form_submit_button(
            "Note the event", key="event-save", icon=":material/add_alert:", help="A signed assessment turns stale"
        ):
            _note(header, TriggerNote(trigger=kind, happened=known, note=note))


def _note(header: Assessment, note: TriggerNote) -> None:
    try:
        note_trigger(state.workbench(), header.id, note, datetime.now(UTC))
    except TouchstoneError as error:
        st.session_state[_FAILED] = error
    st.rerun()
