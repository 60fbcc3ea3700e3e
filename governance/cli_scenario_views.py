"""How the verbs of compute thresholds show their results to people: few columns, few words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import typer

from governance.cli_output import emit, emit_rows
from governance.compute.estimates import Estimate
from governance.compute.results import InstrumentResult, ScenarioResult
from governance.compute.saved_scenarios import Scenario
from governance.compute.threshold_list import ThresholdThen
from governance.compute.what_if_table import WhatIfTable
from governance.compute.whatif import Comparison
from governance.exports.memo_words import STATUS_WORDS, line_words, probability_words, total_words
from governance.exports.words import flop_words


def show_thresholds(found: Sequence[ThresholdThen], day: date) -> None:
    """Show instruments with their status on a day."""
    emit_rows(
        [
            {
                "id": one.id,
                "instrument": one.instrument,
                "status": STATUS_WORDS[one.status_then] + ("" if one.binding else ", not binding"),
                "from": one.applies_from,
                "line": line_words(one),
                "evidence": one.evidence.get("value"),
            }
            for one in found
        ],
        title=f"as of {day}",
    )


def show_estimate(found: Estimate) -> None:
    """Show an estimate, a row a way of counting."""
    ways = {"model and tokens": found.by_architecture, "chips and time": found.by_hardware}
    emit_rows(
        [
            {"way": way, "FLOP": flop_words(one.flop, 3), "5%": flop_words(one.low, 3), "95%": flop_words(one.high, 3),
             "formula": one.formula}
            for way, one in ways.items()
            if one
        ]
    )  # fmt: skip
    emit({"cross_check": found.cross_check, "notes": found.notes}, False)


def show_scenario(result: ScenarioResult, version: str, table: WhatIfTable | None) -> None:
    """Show the verdicts, those in force first, and what changes them."""
    asked = [one for one in result.instruments if one.verdict is not None and not one.is_unasked]
    asked.sort(key=lambda one: (not one.in_force, not one.binding))
    emit_rows(
        [_instrument_row(one) for one in asked],
        title=f"as of {result.as_of}; {result.draws:,} draws, seed {result.seed}; catalogue {version}",
    )
    if table is not None:
        show_what_ifs(table)


def _instrument_row(one: InstrumentResult) -> dict[str, object]:
    return {
        "instrument": one.id,
        "status": STATUS_WORDS[one.status] + ("" if one.binding else ", not binding"),
        "verdict": one.verdict,
        "P": probability_words(one.probability_low, one.probability_high),
        "total": total_words(one.total) if one.counting_rule else "",
        "not known": ", ".join(one.missing),
        "would settle it": one.settling.fact if one.settling else "",
    }


def show_what_ifs(table: WhatIfTable) -> None:
    """Show the verdicts that change."""
    moved = [row for row in table.rows if row.moves]
    emit_rows(
        [
            {
                "what if": row.what_if,
                "changed history": row.variant,
                "instrument": row.instrument,
                "before": _compared(row.before),
                "after": _compared(row.after),
                "total": total_words(row.after.total),
            }
            for row in moved
        ],
        title="verdicts that change",
    )
    for one in table.not_applied:
        typer.echo(f"not judged: {one.what_if} ({one.what}; {one.fix})")


def scenario_row(one: Scenario) -> dict[str, object]:
    """Give a saved scenario as a row."""
    return {
        "id": one.id,
        "revision": one.revision,
        "title": one.title,
        "as_of": one.as_of,
        "runs": len(one.history.runs),
        "rule": one.rule.id if one.rule else "each text's own",
        "updated": one.updated,
    }


def _compared(one: Comparison) -> str:
    return f"{one.verdict} {probability_words(one.probability_low, one.probability_high)}"
