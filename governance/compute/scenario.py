"""Does a training history cross a legal compute threshold, how sure is that, and what does it turn on?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from governance.compute.counting import CountedRun, count_runs
from governance.compute.draws import Floats, check_draws
from governance.compute.drift import HALVING_MONTHS
from governance.compute.history import History, parents_of
from governance.compute.judging import COUNTING, RUN, UNSET, Flags, Measures, Question, ask, facts_of
from governance.compute.legal_vocabulary import Counts, Verdict
from governance.compute.results import (
    CUTS,
    GROWTH_A_YEAR,
    InstrumentResult,
    Margin,
    Modification,
    ScenarioResult,
    Settling,
    Tier,
    verdict_of,
)
from governance.compute.rules import CountingRule
from governance.compute.sensitivity import Bins, InputEffect
from governance.compute.terms import cross_checks
from governance.compute.thresholds import Instrument, status_then
from governance.compute.totals import QUANTILES, Book, Chunk, Sum, Total, original_sum, originals_of, prepare, total_of
from governance.errors import BadInput

DRAWS = 100_000
SEED = 1
MODIFICATION_RULE = "eu_modification"
ORIGINAL_RULE = "eu_parameter_updates"
_SAME = (
    "id",
    "jurisdiction",
    "instrument",
    "citation",
    "subject",
    "binding",
    "status_note",
    "counting_rule",
    "duty",
    "due",
    "evidence",
    "urls",
)


@dataclass(slots=True)
class _Case:
    """An instrument while it is being judged: hits count the draws that exceed, surely and possibly."""

    instrument: Instrument
    counted: tuple[CountedRun, ...]
    measures: Measures
    question: Question | None
    tiers: dict[str, Question]
    hits: dict[tuple[str, bool | None], list[int]]

    def chance(self, key: tuple[str, bool | None], draws: int) -> tuple[float, float]:
        low, high = self.hits[key]
        return low / draws, high / draws


def assess_scenario(
    history: History,
    instruments: Sequence[Instrument],
    rules: Sequence[CountingRule],
    as_of: date,
    draws: int = DRAWS,
    seed: int = SEED,
) -> ScenarioResult:
    """Judge a training history under every instrument, each by its own counting rule.

    Args:
        history: The runs, what each took from others, and the circumstances.
        instruments: Thresholds, as `load_instruments` gives them.
        rules: Counting rules; every instrument's must be among them.
        as_of: The day whose law is asked about.
        draws: Monte Carlo draws; at 100,000 two decimals of a probability hold.
        seed: Start of the random numbers.

    Raises:
        BadInput: A rule is missing, or a run's numbers cannot be used.

    >>> from governance.compute.history_files import quick_history
    >>> history = quick_history("60-200B", "8-25T")
    >>> assess_scenario(history, [], [], date(2026, 1, 1)).instruments
    ()
    """
    check_draws(draws, seed)
    named = _name_makers(history)
    book, by_id = Book.of(named), {rule.id: rule for rule in rules}
    ratios = _Ratios.of(book, by_id)
    cases = [_open_case(one, book, by_id, ratios) for one in instruments]
    drawing = prepare(book)
    totals = np.empty((len(book.rows), draws))
    bins = Bins(drawing, len(cases))
    for chunk in drawing.chunks(draws, seed, totals, bins.chosen):
        events = [_count_hits(case, chunk) for case in cases]
        bins.add(chunk, events)
    sums = [total_of(totals, row) for row in range(len(totals))]
    return ScenarioResult(
        as_of=as_of,
        draws=draws,
        seed=seed,
        instruments=tuple(
            _close_case(case, _Answer.of(case, place, draws, bins), as_of, sums, totals)
            for place, case in enumerate(cases)
        ),
        modification=ratios.result(totals),
        cross_checks=cross_checks(history),
    )


@dataclass(frozen=True, slots=True)
class _Ratios:
    """Where the sums of a modification and of the models it changes are found."""

    named: tuple[str | None, str | None]
    own: Sum
    original: Sum | None
    latest: Sum | None

    @classmethod
    def of(cls, book: Book, rules: Mapping[str, CountingRule]) -> _Ratios:
        first, latest = originals_of(book.history)
        rule = rules.get(MODIFICATION_RULE) or CountingRule(id="own", title="", basis="modification", parts=())
        narrow = rules.get(ORIGINAL_RULE)
        own = book.sum_of(count_runs(book.history, rule), "modification")
        return cls((first, latest), own, original_sum(book, first, narrow), original_sum(book, latest, narrow))

    def result(self, totals: Floats) -> Modification:
        """Sum the ratios up."""
        first, latest = (self._ratio(one, totals) for one in (self.original, self.latest))
        return Modification(original=self.named[0], latest=self.named[1], to_original=first, to_latest=latest)

    def _ratio(self, original: Sum | None, totals: Floats) -> Total | None:
        if original is None or original.high is None or self.own.low is None:
            return None
        low, median, high = np.quantile(totals[self.own.low] / totals[original.high], QUANTILES)
        return Total(median=float(median), low=float(low), high=float(high))


def _open_case(instrument: Instrument, book: Book, rules: Mapping[str, CountingRule], ratios: _Ratios) -> _Case:
    counted: tuple[CountedRun, ...] = ()
    training = None
    if instrument.counting_rule is not None:
        rule = rules.get(instrument.counting_rule)
        if rule is None:
            fix = "give every rule that the instruments name"
            raise BadInput(f"no counting rule is called '{instrument.counting_rule}'", instrument.id, fix)
        counted = count_runs(book.history, rule)
        training = book.sum_of(counted, rule.basis)
    measures = Measures(training, ratios.own, ratios.original, facts_of(book.history))
    question = None
    if instrument.subject != "none":
        question = ask(instrument, instrument.logic, measures, book.history)
    tiers = {name: ask(instrument, logic, measures, book.history) for name, logic in instrument.tiers.items()}
    return _Case(instrument, counted, measures, question, tiers, {})


def _count_hits(case: _Case, chunk: Chunk) -> Flags | bool:
    """Count the draws of a chunk that exceed; give those that possibly do."""
    if case.question is None:
        return False
    size = chunk.totals.shape[1]
    answers = case.question.answers(chunk)
    for name, question in case.tiers.items():
        answers[name, None] = question.answer(chunk)
    for key, pair in answers.items():
        hits = case.hits.setdefault(key, [0, 0])
        for place, flags in enumerate(pair):
            hits[place] += int(np.count_nonzero(flags)) if isinstance(flags, np.ndarray) else size * int(flags)
    return answers["", None][1]


def _close_case(case: _Case, answer: _Answer, as_of: date, sums: Sequence[Total], totals: Floats) -> InstrumentResult:
    one = case.instrument
    status = status_then(one, as_of)
    found = case.measures.modification if one.subject == "modification" else case.measures.training
    total = sums[found.low] if found and found.low is not None else None
    more = sums[found.high] if found and found.high not in (None, found.low) else None
    return InstrumentResult(
        **{name: getattr(one, name) for name in _SAME},
        status=status,
        in_force=status == "in_force",
        decides=status == "in_force" and one.binding,
        verdict=answer.verdict,
        probability=answer.low if answer.low == answer.high else None,
        probability_low=answer.low,
        probability_high=answer.high,
        total=total,
        total_with_unclear=more,
        counted=_those(case.counted, "yes"),
        not_counted=_those(case.counted, "no"),
        unclear=_those(case.counted, "unclear"),
        margin=_margin(case, total, totals),
        missing=answer.missing,
        tiers=tuple(_tier(case, name, totals.shape[1]) for name in case.tiers),
        tornado=answer.effects,
        settling=answer.settling,
    )


@dataclass(frozen=True, slots=True)
class _Answer:
    verdict: Verdict | None
    low: float | None
    high: float | None
    missing: tuple[str, ...]
    effects: tuple[InputEffect, ...]
    settling: Settling | None

    @classmethod
    def of(cls, case: _Case, place: int, draws: int, bins: Bins) -> _Answer:
        if case.question is None:
            return cls(None, None, None, (), (), None)
        low, high = case.chance(("", None), draws)
        verdict = verdict_of(low, high)
        missing = () if low == high else tuple(case.question.unknowns)
        effects = bins.effects(place, CUTS, surely=low == high)
        settling = _settle(case, missing, effects, draws) if verdict == "indeterminate" else None
        return cls(verdict, low, high, missing, effects, settling)


def _settle(case: _Case, missing: Sequence[str], effects: Sequence[InputEffect], draws: int) -> Settling | None:
    found = []
    for unknown in missing:
        verdicts = [verdict_of(*case.chance((unknown, outcome), draws)) for outcome in (False, True)]
        kind = "text" if unknown in (COUNTING, UNSET) else "input" if unknown.startswith(RUN) else "fact"
        found.append(Settling(fact=unknown, kind=kind, share=sum(one != "indeterminate" for one in verdicts) / 2))
    found += [Settling(fact=one.input, kind="input", share=one.settles) for one in effects]
    best = max(found, key=lambda one: one.share, default=None)
    return best if best and best.share > 0 else None


def _tier(case: _Case, name: str, draws: int) -> Tier:
    low, high = case.chance((name, None), draws)
    return Tier(name=name, verdict=verdict_of(low, high), probability_low=low, probability_high=high)


def _margin(case: _Case, total: Total | None, totals: Floats) -> Margin | None:
    metric = "modification_ratio" if case.instrument.subject == "modification" else "training_compute"
    line = next((test.value for test in case.instrument.tests if test.metric == metric), None)
    if line is None:
        return None
    if metric == "training_compute":
        return margin(line, total.median) if total else None
    own, original = case.measures.modification, case.measures.original
    if own is None or own.low is None or original is None or original.high is None:
        return None
    ratio = float(np.median(totals[own.low] / totals[original.high]))
    return Margin(line=line, factor=line / ratio, drift_months=None, growth_months=None)


def margin(line: float, median: float) -> Margin:
    """Say how far a median is from a line, as a factor and in months.

    >>> round(margin(1e26, 2.5e25).drift_months)
    16
    """
    factor = line / median
    growth = 12 * math.log(factor) / math.log(GROWTH_A_YEAR)
    return Margin(line=line, factor=factor, drift_months=HALVING_MONTHS * math.log2(factor), growth_months=growth)


def _those(counted: Sequence[CountedRun], counts: Counts) -> tuple[CountedRun, ...]:
    return tuple(one for one in counted if one.counts == counts)


def _name_makers(history: History) -> History:
    """Tell the modifier's runs from the original's where the circumstances say there are two and no run names one."""
    said = history.circumstances.facts.get("original_provider")
    if said != ("no",) or any(run.developer for run in history.runs):
        return history
    parents = parents_of(history.edges)
    behind: set[str] = set()
    stack = [history.final]
    while stack:
        for edge in parents.get(stack.pop(), ()):
            if edge.kind == "initialised_from" and edge.parent not in behind:
                behind.add(edge.parent)
                stack.append(edge.parent)
    return history.with_runs(
        *(run.model_copy(update={"developer": "original" if run.id in behind else "modifier"}) for run in history.runs)
    )
