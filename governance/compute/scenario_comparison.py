"""A history beside its what-ifs: every variant under every instrument, and what could not be worked out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from pydantic import BaseModel

from governance.compute.history import History
from governance.compute.results import ScenarioResult
from governance.compute.rules import CountingRule
from governance.compute.scenario import DRAWS, SEED, assess_scenario
from governance.compute.thresholds import Instrument
from governance.compute.whatif import Outcome, apply_what_if
from governance.errors import TouchstoneError


class VariantResult(BaseModel, frozen=True):
    """One history judged.

    Args:
        title: What was done.
        what_if: Id; ``None`` for the history as it is.
        note: What a reader must know beside the numbers.
        runs: In its history, a count.
        result: Under every instrument.
    """

    title: str
    what_if: str | None
    note: str
    runs: int
    result: ScenarioResult


class Refused(BaseModel, frozen=True):
    """A what-if that this history does not allow, and why."""

    what_if: str
    reason: str


class ScenarioComparison(BaseModel, frozen=True):
    """A history and its variants, the history itself first; outcomes hold the ranges that no rule counts."""

    variants: tuple[VariantResult, ...]
    outcomes: tuple[Outcome, ...]
    refused: tuple[Refused, ...]


def compare_with_what_ifs(
    history: History,
    chosen: Mapping[str, Mapping[str, float]],
    instruments: Sequence[Instrument],
    rules: Sequence[CountingRule],
    as_of: date,
    seed: int = SEED,
    draws: int = DRAWS,
) -> ScenarioComparison:
    """Judge a history and what each what-if makes of it, by the same random numbers.

    Args:
        history: Where to start.
        chosen: What-if id to its settings; an empty mapping takes the defaults.
        instruments: Thresholds to hold them against.
        rules: Counting rules.
        as_of: The day.
        seed: Start of the random numbers.
        draws: Monte Carlo draws.

    >>> from governance.compute.history_files import quick_history
    >>> compare_with_what_ifs(quick_history("70B", "15T"), {"split": {}}, [], [], date(2026, 1, 1)).variants[1].runs
    5
    """
    outcomes: list[Outcome] = []
    refused: list[Refused] = []
    for what_if, settings in chosen.items():
        try:
            outcomes.append(apply_what_if(history, what_if, settings))
        except TouchstoneError as error:
            refused.append(Refused(what_if=what_if, reason=str(error)))
    cases: list[tuple[str, str | None, str, History]] = [("as planned", None, "", history)]
    cases += [
        (one.title, outcome.what_if.id, one.note, one.history) for outcome in outcomes for one in outcome.variants
    ]
    variants = [
        VariantResult(
            title=title, what_if=what_if, note=note, runs=len(changed.runs),
            result=assess_scenario(changed, instruments, rules, as_of, draws, seed),
        )
        for title, what_if, note, changed in cases
    ]  # fmt: skip
    return ScenarioComparison(variants=tuple(variants), outcomes=tuple(outcomes), refused=tuple(refused))
