"""Claims computed from languages and tasks as benchmarks state them, and from shapes of models."""

from __future__ import annotations

import duckdb

from governance.research.claim_types import Computed
from governance.research.replications.registry import replicates

TASKS = "mteb-tasks"
PROGRAMMING = ("code",)
"""What the registry lists among languages and is none that people speak."""
WIDTH, LAYERS_EACH, EXPERTS = 4096, 24, 10
INNER = 10_240
"""An encoder-decoder of the T5-XXL kind, recalled: width, layers of encoder and decoder, width of the inner layer."""
WHOLE = 11.0e9


@replicates("mmteb/tasks", unit="count", needs=(TASKS,), page="benchmarks")
def embedding_tasks(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Count the tasks on text in the registry."""
    row = connection.execute(
        "SELECT count(DISTINCT benchmark_id) FROM benchmark_facet WHERE facet = 'modality' AND value = 'text'"
    ).fetchone()
    value = int(row[0]) if row else 0
    return Computed(
        value=value or None, unit="count", n=value, sources=(TASKS,),
        method="tasks of the registry whose modality is text, counted",
        reason="The registry of a later release, which has grown since the paper.", query={"modality": "text"},
    )  # fmt: skip


@replicates("mmteb/languages", unit="count", needs=(TASKS,), page="benchmarks")
def embedding_languages(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Count the languages of the tasks on text."""
    row = connection.execute(
        """
        SELECT count(DISTINCT language.value), count(DISTINCT language.benchmark_id)
        FROM benchmark_facet AS language JOIN benchmark_facet AS kind
             ON kind.benchmark_id = language.benchmark_id AND kind.facet = 'modality' AND kind.value = 'text'
        WHERE language.facet = 'language' AND NOT list_contains(?, language.value)
        """,
        [list(PROGRAMMING)],
    ).fetchone()
    value, tasks = (int(row[0]), int(row[1])) if row else (0, 0)
    return Computed(
        value=value or None, unit="count", n=tasks, sources=(TASKS,), query={"modality": "text"},
        method="distinct ISO 639-3 codes over the registry's tasks on text, programming languages left out",
        reason="The registry of a later release, which has grown since the paper.",
    )  # fmt: skip


@replicates("parameter-efficient-moe/updated_share", unit="%", needs=(), page="labs", query={"lab": "trainable-share"})
def updated_share(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Work out the trainable share of vector experts with a soft router, for a shape that is recalled."""
    value = 100 * vector_experts(WIDTH, INNER, LAYERS_EACH, EXPERTS) / WHOLE
    return Computed(
        value=value, unit="%", n=None, sources=(), simulated=True,
        method=f"{EXPERTS} vector experts on keys, values and the inner layer of every block, with a router from the "
        "width to the experts in each attention and inner layer, over 11 billion parameters",
        reason="A calculation for a shape of the T5-XXL kind as recalled, not the paper's own run.",
    )  # fmt: skip


def vector_experts(width: int, inner: int, layers_each: int, experts: int) -> float:
    """Count what is trained when every block has vector experts and a router.

    Args:
        width: Of the model.
        inner: Of the feed-forward layer.
        layers_each: Of the encoder, and of the decoder, whose blocks attend twice.
        experts: Vectors of each kind.

    Returns:
        Parameters, a count.

    >>> vector_experts(4, 10, 1, 2)
    128
    """
    attentions, blocks = 3 * layers_each, 2 * layers_each
    vectors = experts * (attentions * 2 * width + blocks * inner)
    routers = (attentions + blocks) * width * experts
    return vectors + routers
