"""Compute scenarios: drawing the compute of 50 runs and judging it by ten counting rules."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Callable
from datetime import date

import numpy as np
from row import Row, row, timed

from governance.compute.counting import CountedRun
from governance.compute.draws import log_sd
from governance.compute.history import Edge, History, Run
from governance.compute.legal_vocabulary import INPUTS, PARTS
from governance.compute.quantities import read_quantity
from governance.compute.rules import CountingRule, RulePart
from governance.compute.scenario import assess_scenario
from governance.compute.terms import TRAINING
from governance.compute.thresholds import Instrument, Test
from governance.compute.totals import Book, prepare

TITLE = "Compute scenario: 50 runs, ten counting rules"
ABOUT = (
    "100,000 draws of a history of 50 runs, each a product of four uncertain factors, summed by ten rules that count "
    "different runs; each way gives the median and the probability of passing 1e26 by every rule. The loop is run for "
    "2,000 draws and scaled up. Memory is the peak that tracemalloc sees in a run of its own. The last two rows do "
    "more: verdicts of ten instruments with missing facts, and what each turns on. Ratios are beside the tensor; all "
    "ways agree within their own error."
)
DRAWS = 100_000
LOOP_DRAWS = 2_000
RUNS = 50
RULES = 10
REPEATS = 7
LINE = 1e26
FACTORS = ("parameters", "tokens", "epochs", "attention")

Answer = tuple[np.ndarray, np.ndarray]
"""Median and probability of passing the line, one a rule."""


def make_history(seed: int = 3) -> History:
    """Make a tree of runs of several kinds, all numbers log-normal."""
    rng = random.Random(seed)
    runs, edges = [], []
    for number in range(RUNS):
        size, tokens = rng.uniform(2e10, 3e11), rng.uniform(1e12, 1e13)
        ends = {
            "parameters": (size, size * 3),
            "tokens": (tokens, tokens * 2),
            "epochs": (1.0, 1.6),
            "attention": (1.02, 1.15),
        }
        inputs = {
            name: read_quantity({"low": low, "high": high, "distribution": "lognormal"}, INPUTS[name])
            for name, (low, high) in ends.items()
        }
        kind = rng.choice(("pretraining", "finetuning", "reinforcement", "exploratory", "reward_model"))
        runs.append(Run(id=f"r{number}", kind="pretraining" if number == 0 else kind, inputs=inputs))
        if number:
            edge = rng.choice(("initialised_from", "merged_from", "taught_by", "data_from"))
            edges.append(Edge(child=f"r{rng.randrange(number)}", parent=f"r{number}", kind=edge))
    return History(runs=tuple(runs), edges=tuple(edges), final="r0")


def masks(seed: int = 5) -> np.ndarray:
    """Say which runs each rule counts."""
    return np.random.default_rng(seed).random((RULES, RUNS)) < np.linspace(0.3, 1.0, RULES)[:, None]


def ours(history: History, mask: np.ndarray, draws: int = DRAWS) -> Callable[[], Answer]:
    """One number a run, one product of matrices a chunk."""

    def work() -> Answer:
        book = Book.of(history)
        for counts in mask:
            said = [
                CountedRun(run=run.id, part=None, counts="yes" if yes else "no", paragraph="", reason="")
                for run, yes in zip(history.runs, counts, strict=True)
            ]
            book.sum_of(said, "cumulative")
        totals = np.empty((len(book.rows), draws))
        hits = np.zeros(len(book.rows))
        for chunk in prepare(book).chunks(draws, 1, totals):
            hits += (chunk.totals > LINE).sum(axis=1)
        return np.median(totals, axis=1), hits / draws

    return work


def tensor(history: History, mask: np.ndarray) -> Callable[[], Answer]:
    """All draws of all factors of all runs at once."""
    means, sds, constants = _numbers(history)

    def work() -> Answer:
        drawn = np.random.default_rng(1).normal(means, sds, (DRAWS, *means.shape))
        totals = (constants * np.exp(drawn).prod(axis=2)) @ mask.T.astype(float)
        return np.median(totals, axis=0), (totals > LINE).mean(axis=0)

    return work


def loop(history: History, mask: np.ndarray) -> Callable[[], Answer]:
    """Draw after draw, run after run, in plain Python."""
    means, sds, constants = (part.tolist() for part in _numbers(history))
    counted = [np.flatnonzero(counts).tolist() for counts in mask]

    def work() -> Answer:
        rng = random.Random(1)
        totals: list[list[float]] = [[] for _ in counted]
        for _ in range(LOOP_DRAWS):
            flop = []
            for constant, mean, sd in zip(constants, means, sds, strict=True):
                value = constant
                for one, spread in zip(mean, sd, strict=True):
                    value *= rng.lognormvariate(one, spread)
                flop.append(value)
            for place, runs in enumerate(counted):
                totals[place].append(sum(flop[run] for run in runs))
        found = np.array(totals)
        return np.median(found, axis=1), (found > LINE).mean(axis=1)

    return work


def judged(history: History, draws: int = DRAWS) -> Callable[[], object]:
    """The whole answer: ten instruments, each with a missing fact, and their tornadoes."""
    rng = random.Random(7)
    rules, instruments = [], []
    for number in range(RULES):
        parts = tuple(
            RulePart(part=part, counts=rng.random() < 0.7, paragraph="1", reason="", evidence="recalled")
            for part in PARTS
        )
        rules.append(CountingRule(id=f"rule-{number}", title="", basis="cumulative", parts=parts))
        instruments.append(_instrument(number))
    return lambda: assess_scenario(history, instruments, rules, date(2026, 1, 1), draws, 1)


def run() -> list[Row]:
    """Time all ways, check that they agree, and measure memory apart."""
    history, mask = make_history(), masks()
    slow, wide, mine = loop(history, mask), tensor(history, mask), ours(history, mask)
    _check_same(wide(), mine(), 0.005)
    _check_same(slow(), mine(), 0.05)
    wide_times = [timed(wide) for _ in range(REPEATS)]
    loop_times = [timed(slow) * DRAWS / LOOP_DRAWS for _ in range(2)]
    my_times = [timed(mine) for _ in range(REPEATS)]
    whole = judged(history)
    whole()
    whole_times = [timed(whole) for _ in range(REPEATS)]
    million = ours(history, mask, 1_000_000)
    million_times = [timed(million) for _ in range(2)]
    return [
        row("numpy tensor: draws × runs × factors", wide_times, None, _peak(wide)),
        row("Python loop, scaled up", loop_times, wide_times, ""),
        row("Touchstone, draws and sums", my_times, wide_times, _peak(mine)),
        row("Touchstone, 1,000,000 draws", million_times, wide_times, _peak(million)),
        row("Touchstone, whole answer", whole_times, wide_times, _peak(whole)),
    ]


def _numbers(history: History) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    means = np.array([[np.log(run.inputs[name].mid) for name in FACTORS] for run in history.runs])
    sds = np.array([[log_sd(run.inputs[name]) for name in FACTORS] for run in history.runs])
    constants = np.array([8.0 if run.kind == "reinforcement" else TRAINING for run in history.runs])
    return means, sds, constants


def _instrument(number: int) -> Instrument:
    tests = (
        Test(id="compute", metric="training_compute", op=">", value=LINE, words=(), unit="FLOP", evidence="recalled"),
        Test(id="revenue", metric="revenue", op=">", value=5e8, words=(), unit="USD", evidence="recalled"),
    )
    words = dict.fromkeys(("jurisdiction", "instrument", "citation", "scope", "who", "duty", "due"), "")
    dates = dict.fromkeys(("issued", "applies_from", "applies_until", "fines_from", "status_note", "notes"))
    return Instrument(
        id=f"law-{number}", subject="model", status="in_force", binding=True, logic="compute AND revenue", tiers={},
        counting_rule=f"rule-{number}", evidence={}, urls=(), tests=tests, **words, **dates,
    )  # fmt: skip


def _peak(work: Callable[[], object]) -> str:
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return f"peak {peak / 1e6:.0f} MB"


def _check_same(first: Answer, other: Answer, error: float) -> None:
    medians = np.abs(first[0] / other[0] - 1).max()
    chances = np.abs(first[1] - other[1]).max()
    if medians > error * 4 or chances > error * 2:
        raise SystemExit(f"two ways do not agree: medians {medians:.4f}, probabilities {chances:.4f}")
