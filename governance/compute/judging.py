"""Tests in three values, draw by draw: surely met, possibly met, and what would have to be known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from governance.compute.history import History
from governance.compute.legal_vocabulary import AMOUNTS, FACTS
from governance.compute.thresholds import Instrument, Test, evaluate
from governance.compute.totals import Chunk, Sum

Flags = NDArray[np.bool_]
Pair = tuple[Flags | bool, Flags | bool]
"""Met whatever the unknown turns out to be; met for some outcome of it."""

Logic = Callable[[Mapping[str, Pair]], Pair]

COUNTING = "counting"
"""The unknown of a text that does not say whether some run counts."""
RUN = "compute of "
UNSET = "number not set"
UNKNOWN: Pair = (False, True)


@dataclass(frozen=True, slots=True)
class Measures:
    """What the tests of one instrument are held against.

    Args:
        training: Compute summed by the instrument's rule.
        modification: The modifier's own work.
        original: Compute of the model that was modified; ``None`` where it is not known.
        facts: Facts that are known.
    """

    training: Sum | None
    modification: Sum | None
    original: Sum | None
    facts: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Question:
    """One logic of an instrument, ready to be asked of every chunk of draws."""

    tests: tuple[Test, ...]
    logic: Logic
    measures: Measures
    unknowns: Mapping[str, tuple[Test, ...]]

    def answer(self, chunk: Chunk) -> Pair:
        """Answer it for some draws."""
        return self.logic({test.id: _truth(test, self.measures, chunk, {}) for test in self.tests})

    def answers(self, chunk: Chunk) -> dict[tuple[str, bool | None], Pair]:
        """Answer it as things are, under ``("", None)``, and with each unknown taken as met or not met."""
        values = {test.id: _truth(test, self.measures, chunk, {}) for test in self.tests}
        found: dict[tuple[str, bool | None], Pair] = {("", None): self.logic(values)}
        for unknown, tests in self.unknowns.items():
            for met in (False, True):
                changed = {test.id: _truth(test, self.measures, chunk, {unknown: met}) for test in tests}
                found[unknown, met] = self.logic(values | changed)
        return found


def ask(instrument: Instrument, logic: str, measures: Measures, history: History) -> Question:
    """Make a question and find what it would have to know."""
    used = tuple(test for test in instrument.tests if test.id in _words(logic))
    unknowns: dict[str, tuple[Test, ...]] = {}
    for test in used:
        for unknown in _unknowns(test, measures, history):
            unknowns[unknown] = (*unknowns.get(unknown, ()), test)
    return Question(used, _compile(logic, instrument), measures, unknowns)


def _compile(logic: str, instrument: Instrument) -> Logic:
    """Read a logic once, into functions of the tests' values."""

    def value_of(key: str) -> Logic:
        return lambda values: values[key]

    def join(how: Callable[[Pair, Pair], Pair]) -> Callable[[Logic, Logic], Logic]:
        return lambda left, right: lambda values: how(left(values), right(values))

    parts = {test.id: value_of(test.id) for test in instrument.tests}
    return evaluate(logic, parts, join(_both), join(_either), instrument.id)


def facts_of(history: History) -> dict[str, tuple[str, ...]]:
    """Give the facts stated, and those that follow from the history."""
    final = history.run(history.final)
    facts: dict[str, tuple[str, ...]] = {}
    if final.modality:
        facts["modality"] = (final.modality,)
    if final.data_domain:
        facts["data_domain"] = (final.data_domain,)
    if not any(edge.kind == "taught_by" for edge in history.edges):
        facts["distilled_from_frontier"] = ("no",)
    facts["original_provider"] = _provider(history)
    facts.update({str(name): words for name, words in history.circumstances.facts.items()})
    return {name: words for name, words in facts.items() if words}


def _provider(history: History) -> tuple[str, ...]:
    """Tell whether the judged model's developer made all of its line of weights; nothing where only some are named."""
    parents: dict[str, list[str]] = {}
    for edge in history.edges:
        if edge.kind == "initialised_from":
            parents.setdefault(edge.child, []).append(edge.parent)
    line, stack = set(), [history.final]
    while stack:
        here = stack.pop()
        if here not in line:
            line.add(here)
            stack += parents.get(here, [])
    if len(line) == 1:
        return ("yes",)
    makers = {run.developer for run in history.runs if run.id in line}
    if len(makers - {None}) > 1:
        return ("no",)
    return ("yes",) if len(makers) == 1 else ()


def _truth(test: Test, measures: Measures, chunk: Chunk, known: Mapping[str, bool]) -> Pair:
    if test.metric in FACTS:
        return _fact(test, measures, known)
    if test.value is None:
        return _resolved(UNSET, known)
    if test.metric == "training_compute":
        return _summed(test, measures.training, chunk, known)
    if test.metric == "modification_compute":
        return _summed(test, measures.modification, chunk, known)
    given = chunk.amounts.get(test.metric)
    if test.metric == "original_compute" and given is None:
        return _original(test, measures, chunk, known)
    if test.metric in ("modification_ratio", "modification_unknown_original"):
        return _modified(test, measures, chunk, known)
    if given is None:
        return _resolved(test.metric, known)
    met = _compare(given, test)
    return met, met


def _fact(test: Test, measures: Measures, known: Mapping[str, bool]) -> Pair:
    words = measures.facts.get(test.metric)
    if words is not None:
        met = any(word in test.words for word in words)
        return met, met
    if test.metric in known:
        met = (
            ("yes" if known[test.metric] else "no") in test.words
            if set(test.words) <= {"yes", "no"}
            else known[test.metric]
        )
        return met, met
    return UNKNOWN


def _summed(test: Test, found: Sum | None, chunk: Chunk, known: Mapping[str, bool]) -> Pair:
    if found is None:
        return False, False
    size = chunk.totals.shape[1]
    zero = np.zeros(size)
    without = _compare(zero if found.low is None else chunk.totals[found.low], test)
    with_ = _compare(zero if found.high is None else chunk.totals[found.high], test)
    choice = known.get(COUNTING)
    taken = [without] if choice is False else [with_] if choice else [without, with_]
    low, high = taken[0] & taken[-1], taken[0] | taken[-1]
    absent = [*found.unknown, *(found.unknown_unclear if choice is not False else ())]
    # A run without numbers may be of any size: it can lift a sum over the line but not bring it under. Known as
    # true it is small, known as false it is large.
    if any(not known.get(RUN + run, False) for run in absent):
        high = np.ones(size, dtype=np.bool_)
    if any(known.get(RUN + run) is False for run in absent):
        low = high
    return low, high


def _original(test: Test, measures: Measures, chunk: Chunk, known: Mapping[str, bool]) -> Pair:
    if measures.original is not None:
        return _summed(test, measures.original, chunk, known)
    if measures.facts.get("original_provider") == ("yes",):
        return False, False
    return _resolved("original_compute", known)


def _modified(test: Test, measures: Measures, chunk: Chunk, known: Mapping[str, bool]) -> Pair:
    """Hold the modification against the original, or against the fallback where the original is unknown."""
    own, given = measures.modification, chunk.amounts.get("original_compute")
    has_original = given is not None or measures.original is not None
    if has_original == (test.metric == "modification_unknown_original") or own is None:
        return False, False
    if not has_original:
        return _summed(test, own, chunk, known)
    zero = np.zeros(chunk.totals.shape[1])
    least = zero if own.low is None else chunk.totals[own.low]
    most = zero if own.high is None else chunk.totals[own.high]
    original = measures.original
    small = large = given
    if given is None and original is not None and original.high is not None:
        large = chunk.totals[original.high]
        small = large if original.low is None else chunk.totals[original.low]
    if small is None or large is None:
        return UNKNOWN
    return _compare(least / large, test), _compare(most / small, test)


def _unknowns(test: Test, measures: Measures, history: History) -> list[str]:
    if test.metric in FACTS:
        return [] if test.metric in measures.facts else [test.metric]
    if test.value is None:
        return [UNSET]
    given = history.circumstances.amounts
    sums = {"training_compute": measures.training, "modification_compute": measures.modification}
    found = sums.get(test.metric)
    if test.metric in ("modification_ratio", "modification_unknown_original"):
        found = measures.modification
    if found is not None:
        runs = [RUN + run for run in (*found.unknown, *found.unknown_unclear)]
        return [*runs, *([] if found.is_clear else [COUNTING])]
    if test.metric == "original_compute":
        known = measures.original is not None or measures.facts.get("original_provider") == ("yes",)
        return [] if known or test.metric in given else [test.metric]
    return [test.metric] if test.metric in AMOUNTS and test.metric not in given else []


def _resolved(name: str, known: Mapping[str, bool]) -> Pair:
    return (known[name], known[name]) if name in known else UNKNOWN


def _compare(numbers: NDArray[np.float64], test: Test) -> Flags:
    line = test.value if test.value is not None else np.nan
    compare = {">": np.greater, ">=": np.greater_equal, "<": np.less, "<=": np.less_equal}[test.op]
    return np.asarray(compare(numbers, line))


def _both(left: Pair, right: Pair) -> Pair:
    return left[0] & right[0], left[1] & right[1]


def _either(left: Pair, right: Pair) -> Pair:
    return left[0] | right[0], left[1] | right[1]


def _words(logic: str) -> Sequence[str]:
    return logic.replace("(", " ").replace(")", " ").split()
