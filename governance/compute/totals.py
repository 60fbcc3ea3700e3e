"""The sums that the rules ask for, over one set of draws: each distinct sum is worked out once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

import numpy as np
from pydantic import BaseModel

from governance.compute.counting import CountedRun, count_runs
from governance.compute.draws import Drawer, Floats, Plan, amount_term, plan_draws
from governance.compute.history import Edge, History, parents_of
from governance.compute.legal_vocabulary import Basis
from governance.compute.rules import CountingRule
from governance.compute.terms import Term, terms_of

QUANTILES = (0.05, 0.5, 0.95)
BLOCK = 64
"""Runs whose draws are held at the same time."""
STRIP = 256
"""Draws multiplied at a time: few enough that BLAS stays in one thread, which is faster on a busy machine."""


class Total(BaseModel, frozen=True):
    """A drawn number: its median and the 5% and 95% quantiles."""

    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Sum:
    """Where to find a sum without the runs on which a text is silent, and with them.

    Args:
        low, high: Rows of the totals; ``None`` where nothing at all is in the sum.
        unknown: Runs in the sum that give no numbers.
        unknown_unclear: Runs on which the text is silent that give no numbers.
    """

    low: int | None
    high: int | None
    unknown: tuple[str, ...]
    unknown_unclear: tuple[str, ...]

    @property
    def is_clear(self) -> bool:
        """Tell whether the text settles every run."""
        return self.low == self.high and not self.unknown_unclear


@dataclass(slots=True)
class Book:
    """The runs with numbers, and the sums asked for so far."""

    history: History
    terms: dict[str, tuple[Term, ...]]
    rows: dict[tuple[tuple[str, ...], bool], int] = field(default_factory=dict)

    @classmethod
    def of(cls, history: History) -> Book:
        """Find the products of every run."""
        return cls(history, {run.id: terms_of(run) for run in history.runs})

    def sum_of(self, counted: Sequence[CountedRun], basis: Basis) -> Sum:
        """Ask for the sum of what a rule counts."""
        sure = [one.run for one in counted if one.counts == "yes"]
        open_ = [one.run for one in counted if one.counts == "unclear"]
        largest = basis == "per_run"
        return Sum(
            self._row(sure, largest), self._row([*sure, *open_], largest), self._unknown(sure), self._unknown(open_)
        )

    def _row(self, runs: Sequence[str], largest: bool) -> int | None:
        key = tuple(sorted(run for run in runs if self.terms[run]))
        return self.rows.setdefault((key, largest and len(key) > 1), len(self.rows)) if key else None

    def _unknown(self, runs: Sequence[str]) -> tuple[str, ...]:
        # A merge without numbers is plain averaging and trains nothing.
        kinds = {run.id: run.kind for run in self.history.runs}
        return tuple(run for run in runs if not self.terms[run] and kinds[run] != "merge")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some of the draws.

    Args:
        totals: Sums by draws.
        amounts: Amount to its draws.
        shares: Kept stream to its draws as shares of probability, worked out when asked.
    """

    totals: Floats
    amounts: Mapping[str, Floats]
    shares: Callable[[int], Floats]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything needed to draw the sums of a book.

    Args:
        plan: Its streams.
        runs: The runs that some sum needs, each with its products.
        amounts: Amount to its product.
        telling: Stream to the share of the runs' compute that rides on it, a first guess.
    """

    book: Book
    plan: Plan
    runs: Mapping[str, tuple[int, ...]]
    amounts: Mapping[str, int]
    telling: tuple[float, ...]

    def chunks(self, draws: int, seed: int, totals: Floats, keep: Sequence[int] = ()) -> Iterator[Chunk]:
        """Draw; fill the totals (sums by draws) and give each part of them as it is done."""
        drawer = Drawer(self.plan, draws, seed, keep)
        blocks = [_Block.of(self, part) for part in batched(self.runs, BLOCK)]
        products, further = np.empty((min(BLOCK, len(self.runs)), drawer.size)), np.empty(drawer.size)
        amounts = {name: np.empty(drawer.size) for name in self.amounts}
        start = 0
        for now in drawer.chunks():
            part = totals[:, start : start + now]
            for number, block in enumerate(blocks):
                made = products[: len(block.products), :now]
                for row, places in zip(made, block.products, strict=True):
                    drawer.product(places[0], row)
                    for place in places[1:]:
                        row += drawer.product(place, further[:now])
                block.add_to(part, made, first=number == 0)
            for name, place in self.amounts.items():
                drawer.product(place, amounts[name][:now])
            ready = {name: row[:now] for name, row in amounts.items()}
            yield Chunk(part, ready, partial(drawer.shares, size=now))
            start += now


@dataclass(frozen=True, slots=True)
class _Block:
    """Some runs whose products are held at the same time, and the sums they belong to."""

    products: tuple[tuple[int, ...], ...]
    mask: Floats
    largest: tuple[tuple[int, list[int]], ...]

    @classmethod
    def of(cls, drawing: Drawing, runs: Sequence[str]) -> _Block:
        at = {run: place for place, run in enumerate(runs)}
        mask = np.zeros((len(drawing.book.rows), len(runs)))
        largest = []
        for (needed, is_largest), row in drawing.book.rows.items():
            here = [at[run] for run in needed if run in at]
            if is_largest:
                largest.append((row, here))
            else:
                mask[row, here] = 1.0
        return cls(tuple(drawing.runs[run] for run in runs), mask, tuple(largest))

    def add_to(self, part: Floats, made: Floats, *, first: bool) -> None:
        """Add the block's products to the sums; the first block starts them."""
        kept = {} if first else {row: part[row].copy() for row, _ in self.largest}
        for start in range(0, made.shape[1], STRIP):
            strip = slice(start, start + STRIP)
            if first:
                np.matmul(self.mask, made[:, strip], out=part[:, strip])
            else:
                part[:, strip] += self.mask @ made[:, strip]
        for row, places in self.largest:
            most = np.max(made[places], axis=0, initial=0.0)
            part[row] = np.maximum(most, kept[row]) if row in kept else most


def prepare(book: Book) -> Drawing:
    """Plan the draws of a book: only runs that some sum needs, in an order that does not depend on the file's."""
    names = sorted({run for key, _ in book.rows for run in key})
    terms = [term for run in names for term in book.terms[run]]
    given = book.history.circumstances.amounts
    plan = plan_draws([*terms, *(amount_term(name, given[name]) for name in sorted(given))])
    counter = iter(range(len(terms)))
    runs = {run: tuple(next(counter) for _ in book.terms[run]) for run in names}
    amounts = {name: len(terms) + number for number, name in enumerate(sorted(given))}
    return Drawing(book, plan, runs, {str(name): place for name, place in amounts.items()}, _telling(plan, terms))


def batched(items: Iterable[str], size: int) -> Iterator[list[str]]:
    """Give a sequence in parts of a size."""
    left = iter(items)
    while part := list(islice(left, size)):
        yield part


def total_of(totals: Floats, row: int) -> Total:
    """Sum a row of the totals up."""
    low, median, high = np.quantile(totals[row], QUANTILES)
    return Total(median=float(median), low=float(low), high=float(high))


def originals_of(history: History) -> tuple[str | None, str | None]:
    """Find the models by others that the judged model is a modification of: the first one, and the latest.

    Both are the last run of another developer, walking back along the weights; the first is the last run of the
    developer who began the line.
    """
    owner = history.run(history.final).developer
    parents = parents_of(history.edges)
    line: list[str] = []
    here: str | None = history.final
    while here is not None:
        line.append(here)
        here = next((edge.parent for edge in parents.get(here, []) if edge.kind == "initialised_from"), None)
    makers = {run.id: run.developer for run in history.runs}
    others = [run for run in line if owner is not None and makers[run] not in (None, owner)]
    if not others:
        return None, None
    beginner = makers[others[-1]]
    return next(run for run in others if makers[run] == beginner), others[0]


def history_up_to(history: History, final: str) -> History:
    """Give what went into one of a history's runs, as a history of its own."""
    parents = parents_of(history.edges)
    kept, stack = {final}, [final]
    while stack:
        for edge in parents.get(stack.pop(), ()):
            if edge.parent not in kept:
                kept.add(edge.parent)
                stack.append(edge.parent)
    edges: tuple[Edge, ...] = tuple(edge for edge in history.edges if edge.child in kept)
    return History(runs=tuple(run for run in history.runs if run.id in kept), edges=edges, final=final)


def original_sum(book: Book, original: str | None, rule: CountingRule | None) -> Sum | None:
    """Ask for the compute of an original model; ``None`` where it is not in the history."""
    if original is None:
        return None
    part = history_up_to(book.history, original)
    everything = CountingRule(id="all", title="", basis="cumulative", parts=())
    found = book.sum_of(count_runs(part, rule or everything), "cumulative")
    return None if found.high is None or found.unknown else found


def _telling(plan: Plan, terms: Sequence[Term]) -> tuple[float, ...]:
    whole = sum(term.at_middle() for term in terms) or 1.0
    riding: dict[str, float] = {}
    for term in terms:
        for one in term.factors:
            riding[one.key] = riding.get(one.key, 0.0) + term.at_middle() / whole
    return tuple(max((riding.get(key, 0.0) for key, _ in spread.inputs), default=0.0) for spread in plan.spreads)
