"""All benchmarks ready to be narrowed, and what is known of one."""

from __future__ import annotations

from typing import Literal

import duckdb
import polars as pl
from pydantic import BaseModel

from governance.catalogue.connect import catalogue_version
from governance.catalogue.narrowed import Narrowed, Records, row_of, spaced, value_labels
from governance.catalogue.normalise import language_name
from governance.catalogue.vocabulary import UseClass
from governance.evaluation.benchmarks.frame import benchmark_frame, benchmark_index
from governance.evaluation.benchmarks.selection import BenchmarkSelection

WORDS = ("annotation", "licence_gap")
"""Facets whose values are words of ours, shown with spaces."""


class Benchmarks(Records):
    """All benchmarks of a catalogue, ordered by name; see `governance.evaluation.benchmarks.frame`."""

    ties = (pl.col("name").str.to_lowercase(), pl.col("id"))


class BenchmarksResult(Narrowed[Benchmarks, BenchmarkSelection]):
    """What a selection of benchmarks gives."""

    @property
    def task_ids(self) -> tuple[str, ...] | None:
        """Give the ids that narrow a set of scores; ``None`` where nothing was asked, so that all its tasks count."""
        asked = self.selection
        if not (asked.text or asked.values or asked.ranges or asked.ids is not None):
            return None
        return tuple(self.frame["id"])


class MeasuredOn(BaseModel, frozen=True):
    """A dataset of the audit on which a benchmark measures.

    Args:
        id: Of the dataset.
        name: Its name.
        collection: The release it was audited in.
        basis: hub_id: the benchmark loads that very dataset of the hub; reference: it names its page as its origin.
        licences: What the audit found, by name.
        uses: Their classes, in the same order.
    """

    id: str
    name: str
    collection: str
    basis: Literal["hub_id", "reference"]
    licences: tuple[str, ...]
    uses: tuple[UseClass, ...]


class Scored(BaseModel, frozen=True):
    """What one model scored on a benchmark: the mean over all its rows here; n counts them."""

    set_id: str
    model: str
    score: float | None
    n: int


class BenchmarkCard(BaseModel, frozen=True):
    """Everything known about one benchmark.

    Args:
        benchmark: Its row in the frame; unknown is ``None``.
        datasets: Datasets of the audit that it measures on, each with how that is known.
        results: Models with scores on it, the best first where one knows which way is better.
        source: Whom to credit for the facts.
        licence: Of the facts, not of the benchmark.
    """

    benchmark: dict[str, object]
    datasets: tuple[MeasuredOn, ...]
    results: tuple[Scored, ...]
    source: str
    licence: str


def load_benchmarks(connection: duckdb.DuckDBPyConnection) -> Benchmarks:
    """Load all benchmarks, ready for counting."""
    frame = benchmark_frame(connection)
    return Benchmarks(frame, benchmark_index(frame), _labels(frame), catalogue_version(connection))


def select_benchmarks(benchmarks: Benchmarks, selection: BenchmarkSelection) -> BenchmarksResult:
    """Narrow the benchmarks and count every facet as if its own choice were open."""
    return BenchmarksResult.of(benchmarks, selection)


def benchmark_card(connection: duckdb.DuckDBPyConnection, benchmark_id: str) -> BenchmarkCard:
    """Tell everything known about one benchmark.

    Args:
        connection: An open catalogue.
        benchmark_id: Its id, the task's name, e.g. ``ToxicChatClassification``.

    Raises:
        NotFound: There is no such benchmark.
    """
    row = row_of(benchmark_frame(connection), benchmark_id, "benchmark", "benchmarks")
    results = connection.execute(
        """
        SELECT r.set_id, r.model, avg(r.score), count(*) FROM result AS r
        JOIN evaluation_set AS s ON s.id = r.set_id
        WHERE r.task = ? GROUP BY r.set_id, r.model, s.better
        ORDER BY r.set_id, CASE WHEN s.better = 'lower' THEN avg(r.score) ELSE -avg(r.score) END NULLS LAST, r.model
        """,
        [benchmark_id],
    ).fetchall()
    credit = connection.execute("SELECT citation, licence FROM source WHERE id = ?", [row["source_id"]]).fetchall()
    return BenchmarkCard(
        benchmark=row,
        datasets=measured_on(connection, row["dataset"], row["reference"]),
        results=tuple(Scored(set_id=key, model=model, score=score, n=n) for key, model, score, n in results),
        source=str(credit[0][0]),
        licence=str(credit[0][1] or "not stated"),
    )


def measured_on(
    connection: duckdb.DuckDBPyConnection, hub_id: str | None, reference: str | None
) -> tuple[MeasuredOn, ...]:
    """Find the audited datasets that a benchmark surely measures on, with the licences that the audit found.

    Args:
        connection: An open catalogue.
        hub_id: Where the benchmark's data are loaded from; a copy under another name is not matched.
        reference: The page that the benchmark names as its origin.
    """
    rows = connection.execute(
        """
        WITH asked AS (
            SELECT lower(?) AS hub,
                   lower(regexp_extract(?, '://huggingface\\.co/datasets/([^?#]+?)/?([?#]|$)', 1)) AS page
        ), found AS (
            SELECT d.id, d.name, d.collection_id,
                   CASE WHEN lower(d.huggingface_id) = hub THEN 'hub_id' ELSE 'reference' END AS basis
            FROM dataset AS d, asked
            WHERE d.snapshot = 'current' AND (lower(d.huggingface_id) = hub OR lower(d.huggingface_id) = page)
        )
        SELECT f.id, f.name, coalesce(c.name, f.collection_id), f.basis,
               list(coalesce(l.name, s.licence_id) ORDER BY s.position) FILTER (s.licence_id IS NOT NULL),
               list(coalesce(l.use, 'unspecified') ORDER BY s.position) FILTER (s.licence_id IS NOT NULL)
        FROM found AS f
        LEFT JOIN collection AS c ON c.snapshot = 'current' AND c.id = f.collection_id
        LEFT JOIN dataset_licence AS s ON s.snapshot = 'current' AND s.dataset_id = f.id AND s.host = 'audit'
        LEFT JOIN licence AS l ON l.snapshot = 'current' AND l.id = s.licence_id
        GROUP BY ALL ORDER BY f.id
        """,
        [hub_id, reference],
    ).fetchall()
    return tuple(
        MeasuredOn(
            id=key, name=name, collection=release, basis=basis, licences=tuple(names or ()), uses=tuple(uses or ())
        )
        for key, name, release, basis, names, uses in rows
    )


def _labels(frame: pl.DataFrame) -> dict[tuple[str, str], str]:
    return value_labels(frame, {"language": language_name, **dict.fromkeys(WORDS, spaced)})
