"""All benchmarks ready to be narrowed, and what is known of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from typing import Literal

import duckdb
import numpy as np
import polars as pl
from pydantic import BaseModel

from governance.catalogue.connect import catalogue_version
from governance.catalogue.facet_counts import FacetCount, labelled_counts
from governance.catalogue.normalise import language_name
from governance.catalogue.select import Counts, FacetIndex, Order, count, page
from governance.catalogue.vocabulary import UseClass
from governance.errors import NotFound
from governance.evaluation.benchmarks.frame import benchmark_frame, benchmark_index
from governance.evaluation.benchmarks.selection import BenchmarkSelection

WORDS = ("annotation", "licence_gap")
"""Facets whose values are words of ours, shown with spaces."""


@dataclass(frozen=True)
class Benchmarks:
    """All benchmarks of a catalogue.

    Args:
        frame: One row a benchmark, ordered by name; see `governance.evaluation.benchmarks.frame`.
        index: Counts facets over the rows of the frame.
        labels: What to show for a facet's value, where that differs.
        version: Of the catalogue.
    """

    frame: pl.DataFrame
    index: FacetIndex
    labels: Mapping[tuple[str, str], str]
    version: str
    _orders: dict[tuple[str, bool], Order] = field(default_factory=dict)

    def order(self, sort: str, descending: bool) -> Order:
        """Give the rows in an order, worked out once; ties go by name, unknown comes last."""
        if (sort, descending) not in self._orders:
            key = pl.col(sort).str.to_lowercase() if self.frame.schema[sort] == pl.String else pl.col(sort)
            by = [key, pl.col("name").str.to_lowercase(), pl.col("id")]
            order = pl.arg_sort_by(by, descending=[descending, False, False], nulls_last=True)
            rows = self.frame.select(order).to_series().to_numpy()
            self._orders[sort, descending] = Order.of(rows.astype(np.int64))
        return self._orders[sort, descending]


@dataclass(frozen=True)
class BenchmarksResult:
    """What a selection of benchmarks gives.

    Args:
        benchmarks: What was narrowed.
        selection: As asked.
        counts: Which rows match.
        facets: By facet, the values and counts when that facet's own choice is left out.
        missing_ids: Ids asked for that are not there.
    """

    benchmarks: Benchmarks
    selection: BenchmarkSelection
    counts: Counts
    facets: dict[str, tuple[FacetCount, ...]]
    missing_ids: tuple[str, ...]

    @property
    def total(self) -> int:
        """Count the benchmarks that match."""
        return self.counts.total

    @property
    def relax(self) -> dict[str, int]:
        """Tell, by filter, how many benchmarks dropping only that filter would add."""
        return self.counts.relax

    @property
    def catalogue(self) -> str:
        """Give the version of the catalogue."""
        return self.benchmarks.version

    @property
    def task_ids(self) -> tuple[str, ...] | None:
        """Give the ids that narrow a set of scores; ``None`` where nothing was asked, so that all its tasks count."""
        asked = self.selection
        if not (asked.text or asked.values or asked.ranges or asked.ids is not None):
            return None
        return tuple(self.frame["id"])

    @cached_property
    def frame(self) -> pl.DataFrame:
        """Gather all matching benchmarks, in the order asked for."""
        return self.page(0, self.total)

    def page(self, offset: int, limit: int) -> pl.DataFrame:
        """Gather some of the matching benchmarks, in the order asked for."""
        order = self.benchmarks.order(self.selection.sort, self.selection.descending)
        return self.benchmarks.frame[page(self.counts, order, offset, limit)]


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
    picked, missing = None, tuple[str, ...]()
    if selection.ids is not None:
        ids = benchmarks.frame["id"]
        picked = ids.is_in(list(selection.ids)).to_numpy()
        known = set(ids)
        missing = tuple(key for key in selection.ids if key not in known)
    counts = count(benchmarks.index, selection.values, selection.ranges, selection.text, picked)
    facets = labelled_counts(counts, selection.values, benchmarks.labels)
    return BenchmarksResult(benchmarks, selection, counts, facets, missing)


def benchmark_card(connection: duckdb.DuckDBPyConnection, benchmark_id: str) -> BenchmarkCard:
    """Tell everything known about one benchmark.

    Args:
        connection: An open catalogue.
        benchmark_id: Its id, the task's name, e.g. ``ToxicChatClassification``.

    Raises:
        NotFound: There is no such benchmark.
    """
    frame = benchmark_frame(connection)
    found = frame.filter(pl.col("id") == benchmark_id)
    if found.is_empty():
        near = get_close_matches(benchmark_id[:200], frame["id"].to_list(), n=3)
        fix = f"did you mean {', '.join(near)}?" if near else "list them with 'touchstone benchmarks'"
        raise NotFound(f"there is no benchmark '{benchmark_id:.80}'", "benchmarks", fix)
    row = found.row(0, named=True)
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
    codes = frame["language"].list.explode(empty_as_null=True).drop_nulls().unique()
    labels = {("language", code): language_name(code) for code in codes}
    for name in WORDS:
        labels |= {(name, word): word.replace("_", " ") for word in frame[name].drop_nulls().unique()}
    return labels
