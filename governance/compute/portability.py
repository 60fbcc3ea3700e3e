"""What is lost when code moves to another accelerator: functions that fail, and how much slower the rest runs."""

from __future__ import annotations

from typing import Literal, get_args

import duckdb
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from governance.compute.intervals import wilson
from governance.errors import BadInput

Lost = Literal["complete", "complete_and_partial", "without_gradient_checks"]
"""Which functions count as lost: all tests fail; any fails; any fails other than a check of gradients."""
LOST: tuple[Lost, ...] = get_args(Lost)

SOFT_PLACEMENT = "soft placement"
SLOWER_AT = (1.0, 10.0)
DISTRIBUTION_AT = (0.05, 0.25, 0.5, 0.75, 0.95)


class Portability(BaseModel, frozen=True):
    """The functions that one framework loses on one device.

    Args:
        framework, device, run: Which published report; ``run`` tells two reports on the same device apart.
        lost_means: Which functions count as lost.
        n: Functions tested.
        lost: Of these, those lost; ``None`` where the report does not allow this meaning.
        share: ``lost / n``.
        low, high: Its 95% interval by Wilson's score.
        published: The share in the paper; ``None`` where it is not known to us.
        reason: Why the two differ, or that they do not.
        note: What else to know about the report.
    """

    framework: str
    device: str
    run: str
    lost_means: Lost
    n: int
    lost: int | None
    share: float | None
    low: float | None
    high: float | None
    published: float | None
    reason: str
    note: str | None


class FunctionResult(BaseModel, frozen=True):
    """How the tests of one function went on one device; counts of tests."""

    function: str
    device: str
    run: str
    passed: int
    failed: int
    skipped: int
    gradient_failed: int
    status: str
    lost: bool


class Above(BaseModel, frozen=True):
    """Functions slower by more than a factor, with the 95% Wilson interval of the share."""

    factor: float
    count: int
    share: float | None
    low: float | None
    high: float | None


class Slowdown(BaseModel, frozen=True):
    """How much longer functions take on a TPU than on a GPU, both timed.

    Args:
        framework, gpu_run: Which GPU the TPU is beside.
        n: Functions timed on both.
        quantiles: Share of the functions to the ratio TPU over GPU below which they lie.
        above: More than 1 and more than 10 times as long.
    """

    framework: str
    gpu_run: str
    n: int
    quantiles: dict[float, float]
    above: tuple[Above, ...]


_PUBLISHED: dict[tuple[str, str], tuple[float, dict[Lost, str]]] = {
    ("pytorch", "tpu"): (
        0.44,
        {
            "without_gradient_checks": "the same after rounding: leaving out gradient checks is our guess at the rule",
            "complete_and_partial": "counts functions where only a check of gradients failed; the paper seems not to",
            "complete": "leaves out functions of which some tests pass",
        },
    ),
    ("tensorflow", "gpu"): (
        0.22,
        {
            "complete_and_partial": "two published reports differ, cause not stated; the second gives the paper's 22%",
            "without_gradient_checks": "two published reports differ without a stated cause",
            "complete": "leaves out functions of which some tests pass",
        },
    ),
}


def portability(
    connection: duckdb.DuckDBPyConnection, *, lost: Lost = "complete_and_partial"
) -> tuple[Portability, ...]:
    """Give for every framework, device and report the share of functions that are lost.

    Args:
        connection: An open catalogue.
        lost: Which functions count as lost.

    Raises:
        BadInput: ``lost`` is none of the three words.

    Source: Mince et al. 2023, arXiv 2309.07181; recounted from the published test reports.
    """
    _check_word(lost)
    rows = connection.execute(
        """
        SELECT framework, device, run, functions, complete_failure, partial_failure,
               partial_gradient_only + complete_gradient_only AS gradient_only, note
        FROM portability ORDER BY framework, device, run
        """
    ).fetchall()
    found = []
    for framework, device, run, functions, complete, partial, gradient, note in rows:
        count = _count_lost(lost, complete, partial, gradient)
        low, high = wilson(count, functions) if count is not None else (None, None)
        published, reasons = _PUBLISHED.get((framework, device), (None, {}))
        if run == SOFT_PLACEMENT:
            published, reasons = (
                None,
                dict.fromkeys(LOST, "operations may fall back to the CPU here, unlike in the paper"),
            )
        found.append(
            Portability(
                framework=framework,
                device=device,
                run=run,
                lost_means=lost,
                n=functions,
                lost=count,
                share=count / functions if count is not None and functions else None,
                low=low,
                high=high,
                published=published,
                reason=reasons.get(lost, "the paper's figure for this device is not known to us"),
                note=note,
            )
        )
    return tuple(found)


def functions_of(
    connection: duckdb.DuckDBPyConnection, framework: str, *, lost: Lost = "complete_and_partial"
) -> tuple[FunctionResult, ...]:
    """Give every function of a framework on every device, where the rows were imported; else nothing.

    Raises:
        BadInput: ``lost`` is none of the three words.
    """
    _check_word(lost)
    rows = connection.execute(
        """
        SELECT function, device, run, passed, failed, skipped, gradient_failed, status
        FROM portability_function WHERE lower(framework) = lower(?) ORDER BY function, device, run
        """,
        [framework],
    ).fetchall()
    names = [name for name in FunctionResult.model_fields if name != "lost"]
    found = []
    for row in rows:
        one = dict(zip(names, row, strict=True))
        found.append(FunctionResult(**one, lost=_is_lost(lost, one["failed"], one["gradient_failed"], one["status"])))
    return tuple(found)


def slowdowns(connection: duckdb.DuckDBPyConnection) -> tuple[Slowdown, ...]:
    """Give the distribution of TPU over GPU time for each framework and GPU, where timings were imported.

    Source: Mince et al. 2023, arXiv 2309.07181; recounted from the published timings.
    """
    rows = connection.execute(
        """
        SELECT framework, gpu_run, list(tpu_seconds / gpu_seconds ORDER BY function) AS ratios
        FROM portability_latency WHERE gpu_seconds > 0 GROUP BY framework, gpu_run ORDER BY framework, gpu_run
        """
    ).fetchall()
    found = []
    for framework, gpu_run, ratios in rows:
        values = np.asarray(ratios, dtype=np.float64)
        found.append(
            Slowdown(
                framework=framework,
                gpu_run=gpu_run,
                n=len(values),
                quantiles={one: float(np.quantile(values, one)) for one in DISTRIBUTION_AT},
                above=tuple(_above(values, factor) for factor in SLOWER_AT),
            )
        )
    return tuple(found)


def _count_lost(lost: Lost, complete: int, partial: int, gradient: int | None) -> int | None:
    if lost == "complete":
        return complete
    if lost == "complete_and_partial":
        return complete + partial
    return None if gradient is None else complete + partial - gradient


def _is_lost(lost: Lost, failed: int, gradient_failed: int, status: str) -> bool:
    if lost == "complete":
        return status == "complete_failure"
    return failed > (gradient_failed if lost == "without_gradient_checks" else 0)


def _above(ratios: NDArray[np.float64], factor: float) -> Above:
    count = int((ratios > factor).sum())
    low, high = wilson(count, len(ratios))
    return Above(factor=factor, count=count, share=count / len(ratios) if len(ratios) else None, low=low, high=high)


def _check_word(lost: str) -> None:
    if lost not in LOST:
        raise BadInput(f"'{lost}' is no meaning of lost", "option lost", f"use one of {', '.join(LOST)}")
