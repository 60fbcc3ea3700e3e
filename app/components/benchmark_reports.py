"""What each view of benchmarks hands on as a report."""

from __future__ import annotations

import polars as pl

from governance.evaluation.benchmarks.borda import BordaResult
from governance.evaluation.benchmarks.gaps import LicenceGaps
from governance.evaluation.benchmarks.registry import BenchmarksResult
from governance.evaluation.benchmarks.subset import SubsetResult
from governance.evaluation.formats.tables import SetCard
from governance.evaluation.report import Report

REGISTRY = "Embeddings Benchmark, task metadata of mteb 2.26.24"
COSTS = (
    "Seconds and CO2e are what those who ran a task reported, on different machines; the median of a task's runs is "
    "taken, and runs without a report are not 0 but left out."
)
CENSUS = "95%, Wilson, reading the registry as a sample of the benchmarks people make"


def gaps_report(found: LicenceGaps, result: BenchmarksResult, answer: str) -> Report:
    """Report licence gaps."""
    rows = [found.overall, *found.rows]
    return Report(
        title="Licence gaps among benchmarks", question="How many benchmarks come without a known licence?",
        answer=answer, n=found.overall.n, counted="benchmarks", estimator="share", ties="", interval=CENSUS, seed=None,
        data_version=found.version, source=REGISTRY, licence="Apache-2.0",
        settings={"Split by": found.by, "Selection": result.selection.to_query() or "all"},
        tables={"Share without a known licence": pl.DataFrame([one.model_dump() for one in rows])},
        limits=("A licence as stated has not been checked at its origin.",
                "A benchmark of several kinds counts in each of them."),
    )  # fmt: skip


def borda_report(found: BordaResult, card: SetCard, query: str, answer: str) -> Report:
    """Report a ranking over tasks."""
    return Report(
        title=f"Ranking over tasks of {card.title}", question="Who is ahead over all these tasks?", answer=answer,
        n=found.tasks, counted="tasks", estimator=found.estimator, ties=found.ties,
        interval=f"{found.interval}, {found.resamples} resamples" if found.resamples else "", seed=found.seed,
        data_version=card.version, source=card.source, licence=card.licence,
        settings={"Tasks": query or "all of the set", "Missing scores": found.missing,
                  "A model needs a share of the tasks of": found.least, "Tasks asked for": found.asked,
                  "Models left out": ", ".join(found.left_out) or "none"},
        tables={"Models": pl.DataFrame([one.model_dump() for one in found.rows])},
        limits=(f"Rule: {found.rules}.", "Every task counts the same, however alike some are."),
    )  # fmt: skip


def subset_report(found: SubsetResult, card: SetCard, query: str, answer: str) -> Report:
    """Report the smallest set of tasks."""
    smallest = [
        {"way": one.way, "size": one.size, "seconds": one.seconds and one.seconds.value,
         "co2e_kg": one.co2e_kg and one.co2e_kg.value, "tasks": "; ".join(one.tasks)}
        for one in found.smallest
    ]  # fmt: skip
    return Report(
        title=f"Smallest set of tasks for {card.title}", question="How few tasks keep the ranking?", answer=answer,
        n=found.tasks, counted="tasks", estimator=found.estimator, ties=found.ties, interval=found.interval,
        seed=found.seed, data_version=card.version, source=card.source, licence=card.licence,
        settings={"Tasks": query or "all of the set", "Ranked by": found.by, "Target": found.target,
                  "Models": found.models, "Held out in each split": found.held_out, "Splits": found.splits,
                  "Sets by chance": found.random, "A model needs a share of the tasks of": found.least},
        tables={"Smallest sets": pl.DataFrame(smallest, infer_schema_length=None),
                "Tau by number of tasks": pl.DataFrame([one.model_dump() for one in found.curve],
                                                       infer_schema_length=None)},
        limits=(f"Rule: {found.rules}.",
                "The ranking by all tasks holds the few among them, so tau is a little too high for large sets.",
                COSTS,
                f"CO2e is reported for {found.co2e_kg.runs_reported:,} of {found.co2e_kg.runs:,} runs."),
    )  # fmt: skip
