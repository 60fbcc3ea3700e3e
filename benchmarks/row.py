"""One line of a benchmark's table, and how its times are taken."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """What one way of doing the job took.

    Args:
        way: What was run.
        n: Timed runs (different queries, or repeats).
        median_s: Seconds, the middle one.
        p95_s: Seconds, 95th percentile; ``None`` below 20 runs.
        ratio: Median, worst and sum of the times over those of the way beside it; ``None`` for that way.
        note: Anything a reader needs beside the times, such as memory.
    """

    way: str
    n: int
    median_s: float
    p95_s: float | None
    ratio: tuple[float, float, float] | None
    note: str = ""


def row(way: str, times: Sequence[float], beside: Sequence[float] | None = None, note: str = "") -> Row:
    """Sum up times; the two sequences hold the same queries in the same order, or one number beside all."""
    p95 = statistics.quantiles(times, n=20, method="inclusive")[-1] if len(times) >= 20 else None
    ratio = None
    if beside is not None:
        others = list(beside) if len(beside) == len(times) else [statistics.median(beside)] * len(times)
        single = [mine / other for mine, other in zip(times, others, strict=True)]
        ratio = (statistics.median(single), max(single), sum(times) / sum(others))
    return Row(way, len(times), statistics.median(times), p95, ratio, note)


def timed(work: Callable[[], object]) -> float:
    """Run once and give the seconds it took."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
