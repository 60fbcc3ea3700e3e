"""Claims computed from models, chips and thresholds."""

from __future__ import annotations

import duckdb

from governance.compute.portability import Lost, portability
from governance.compute.thresholds import load_instruments
from governance.research.claim_types import Computed
from governance.research.replications.registry import replicates
from governance.research.vocabulary import Unit

EPOCH = "epoch"
LAW = "touchstone-thresholds"
PAPERS = "touchstone-papers"
LOST: Lost = "without_gradient_checks"
"""The meaning of lost that comes nearest to the paper's figure for PyTorch on a TPU."""


@replicates("compute-thresholds/policies", unit="count", needs=(LAW, PAPERS), page="thresholds")
def policies(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Count the instruments of law that set a line in training compute before the paper came out."""
    day = connection.execute("SELECT day FROM paper WHERE id = 'compute-thresholds'").fetchone()
    names = {
        one.instrument.partition(",")[0]
        for one in load_instruments(connection)
        if day and one.issued and one.issued < day[0] and one.binding and one.applies_from and one.subject == "model"
        and any(test.metric == "training_compute" and test.value is not None for test in one.tests)
    }  # fmt: skip
    return Computed(
        value=len(names) or None, unit="count", n=len(names), sources=(LAW,),
        method="binding instruments issued before the paper that set a number of operations of training a model; an "
        "order with two lines counts once",
        reason=f"{' and '.join(sorted(names))}. Proposals without a number, and lines for chips and clusters, are "
        "left out.",
    )  # fmt: skip


@replicates(
    "grand-illusion-portability/lost_functions", unit="%", needs=("portability",), page="hardware",
    query={"show": "portability", "lost": LOST},
)  # fmt: skip
def lost_functions(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Give the worst share of a framework's functions that is lost on a device."""
    rows = [one for one in portability(connection, lost=LOST) if one.share is not None]
    worst = max(rows, key=lambda one: one.share or 0)
    shares = sorted(100 * (one.share or 0) for one in rows)
    middle = (shares[(len(shares) - 1) // 2] + shares[len(shares) // 2]) / 2
    return Computed(
        value=shares[-1], unit="%", n=worst.n, median=middle, sources=("portability",),
        low=None if worst.low is None else 100 * worst.low, high=None if worst.high is None else 100 * worst.high,
        method=f"functions of which a test fails other than a check of gradients, of those tested: {worst.framework} "
        f"on {worst.device}, the worst of {len(rows)} published reports; interval by Wilson",
        reason="The claim is about the bad cases. Counting failed checks of gradients too gives more, failure of all "
        "tests alone less: the page has all three.",
    )  # fmt: skip


@replicates(
    "aya-expanse/small_size", unit="parameters", needs=(EPOCH,), basis="stated", page="model",
    query={"id": "aya-expanse-8b"}, rounded_to=1e9,
)  # fmt: skip
def expanse_small(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Read the parameters of the smaller model."""
    return _size(connection, "aya-expanse-8b")


@replicates(
    "aya-expanse/large_size", unit="parameters", needs=(EPOCH,), basis="stated", page="model",
    query={"id": "aya-expanse-32b"}, rounded_to=1e9,
)  # fmt: skip
def expanse_large(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Read the parameters of the larger model."""
    return _size(connection, "aya-expanse-32b")


@replicates(
    "inference-scaling-multilingual/large_size", unit="parameters", needs=(EPOCH,), basis="stated", page="model",
    query={"id": "cohere-command-a"}, rounded_to=1e9,
)  # fmt: skip
def command_a(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Read the parameters of Command A, which the claim's context names."""
    return _size(connection, "cohere-command-a")


@replicates(
    "parameter-efficient-moe/base_size", unit="parameters", needs=(EPOCH,), basis="stated", page="model",
    query={"id": "t0-xxl"}, rounded_to=1e9,
)  # fmt: skip
def moe_base(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Read the parameters of the model of that class."""
    note = "The abstract names no model: this is T0-XXL, of the T5 family, as T5-11B and Flan-T5 11B are."
    return _size(connection, "t0-xxl", note)


@replicates(
    "aya-expanse/rival_ratio", unit="x", needs=(EPOCH,), page="models", query={"q": "Llama 3.1"}, rounded_to=1.0
)
def expanse_rival(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Divide the rival's parameters by the larger model's."""
    return _ratio(connection, ("llama-3-1-70b",), _parameters(connection, "aya-expanse-32b"), (EPOCH,))


@replicates("aya-vision/rival_ratio", unit="x", needs=(EPOCH, PAPERS), page="models", query={"q": "Llama 3.2"})
def vision_rivals(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Divide the rivals' parameters by the size that the paper states for its larger model; the smaller counts."""
    own = connection.execute("SELECT published FROM claim WHERE id = 'aya-vision/large_size'").fetchone()
    return _ratio(connection, ("molmo-72b", "llama-3-2-90b"), own[0] if own else None, (EPOCH, PAPERS))


def _parameters(connection: duckdb.DuckDBPyConnection, model: str) -> float | None:
    row = connection.execute("SELECT parameters FROM model WHERE id = ?", [model]).fetchone()
    return row[0] if row else None


def _size(connection: duckdb.DuckDBPyConnection, model: str, note: str = "") -> Computed:
    unit: Unit = "parameters"
    value = _parameters(connection, model)
    absent = "" if value is not None else f"The table has no size of {model}."
    return Computed(
        value=value, unit=unit, n=1, sources=(EPOCH,), method=f"parameters of {model} as Epoch AI's table states them",
        reason=absent or note,
    )  # fmt: skip


def _ratio(
    connection: duckdb.DuckDBPyConnection, rivals: tuple[str, ...], own: float | None, sources: tuple[str, ...]
) -> Computed:
    sizes = {model: _parameters(connection, model) for model in rivals}
    ratios = {model: size / own for model, size in sizes.items() if size and own}
    whose = "the larger model's, as Epoch AI states them" if PAPERS not in sources else "the size that the paper states"
    complete = len(ratios) == len(rivals)
    return Computed(
        value=min(ratios.values()) if complete else None, unit="x", n=len(rivals), sources=sources,
        method=f"parameters of {' and '.join(rivals)} as Epoch AI states them over {whose}"
        + ("; the smallest ratio counts" if len(rivals) > 1 else ""),
        reason="; ".join(f"{model}: {ratio:.2f} times" for model, ratio in ratios.items()),
    )  # fmt: skip
