"""One million synthetic datasets: five facet counts, the total and a page of 50, for 30 random queries."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, reduce
from operator import or_

import duckdb
import numpy as np
import polars as pl
from row import Row, row, timed

from governance.catalogue.facets import Facet
from governance.catalogue.select import FacetIndex, Order, count, page

TITLE = "Facets: 1,000,000 synthetic datasets"
ABOUT = (
    "30 random queries, each with one to three facets (one to three values each), half with a range of years, half "
    "with a range of sizes, 40% with a word to search; each gives five disjunctive facet counts, the total and the "
    "first 50 rows by size. Ratios are per query, beside Polars lazy. All ways agree on every query. "
    "Polars gets coded columns, masks shared by all counts, and like DuckDB a table already in page order; Touchstone "
    "gets rows in random order."
)
ROWS = 1_000_000
QUERIES = 30
REPEATS = 3
ONE = ("licence_use", "modality", "creator_kind")
MANY = ("language", "task")
FIELDS = (*ONE, *MANY)
FACETS = (
    *(Facet(field, field, "one", "", "") for field in ONE),
    *(Facet(field, field, "many", "", "") for field in MANY),
    Facet("year", "year", "range", "", "", "year"),
    Facet("examples", "examples", "range", "", "", "examples"),
)
SYLLABLES = ("ka", "lo", "mi", "ra", "tu", "sen", "vo", "wi", "ne", "pa", "dor", "gi", "hu", "zel", "ba", "fro")


@dataclass(frozen=True)
class Query:
    """Values by facet, bounds by range, and a word."""

    values: dict[str, list[str]]
    ranges: dict[str, tuple[float, float]]
    text: str


@dataclass(frozen=True)
class Answer:
    """What every way must agree on."""

    total: int
    facets: dict[str, dict[str | None, int]]
    page: list[int]


def make_frame(rows: int, seed: int = 3) -> pl.DataFrame:
    """Make datasets with skewed values, some of them unknown, in random order."""
    rng = np.random.default_rng(seed)
    words = np.array(["".join(rng.choice(SYLLABLES, rng.integers(2, 5))) for _ in range(4_000)])
    frame = {"row": np.arange(rows)}
    for field, values in (("licence_use", 4), ("modality", 3), ("creator_kind", 9)):
        frame[field] = pl.Series([f"{field} {number}" for number in range(values)]).gather(_skewed(rng, values, rows))
    for field, values, most in (("language", 400, 6), ("task", 120, 4)):
        sizes = rng.integers(0, most, rows) + (rng.random(rows) < 0.6)
        picked = pl.Series([f"{field} {number}" for number in range(values)]).gather(
            _skewed(rng, values, int(sizes.sum()))
        )
        lists = pl.DataFrame({"row": np.repeat(np.arange(rows), sizes), field: picked}).unique()
        grouped = lists.group_by("row").agg(pl.col(field))
        frame[field] = pl.DataFrame({"row": np.arange(rows)}).join(
            grouped, on="row", how="left", maintain_order="left"
        )[field]
    frame["year"] = np.where(rng.random(rows) < 0.1, np.nan, rng.integers(2010, 2026, rows))
    frame["examples"] = np.where(rng.random(rows) < 0.1, np.nan, np.exp(rng.normal(10, 3, rows)).round())
    parts = [words[rng.integers(0, words.size, rows)] for _ in range(5)]
    numbers = np.arange(rows).astype(str)
    frame["text"] = [
        f"{a} {b} {n} {c} {d} {e}" for a, b, n, c, d, e in zip(parts[0], parts[1], numbers, *parts[2:], strict=True)
    ]
    return pl.DataFrame(frame).with_columns(
        pl.when(pl.col("row") % 13 == 0).then(None).otherwise(pl.col(field)).alias(field) for field in ONE[1:]
    )


def make_queries(frame: pl.DataFrame, number: int, seed: int = 5) -> list[Query]:
    """Draw queries; values come in proportion to how common they are, so few queries are empty."""
    rng = np.random.default_rng(seed)
    queries = []
    for _ in range(number):
        values = {}
        for field in rng.choice(FIELDS, rng.integers(1, 4), replace=False).tolist():
            pool = frame[field].explode() if field in MANY else frame[field]
            drawn = [pool[int(place)] for place in rng.integers(0, len(pool), rng.integers(1, 4))]
            values[field] = sorted({"unknown" if value is None else value for value in drawn})
        ranges = {}
        if rng.random() < 0.5:
            low = int(rng.integers(2010, 2024))
            ranges["year"] = (float(low), float(low + rng.integers(0, 6)))
        if rng.random() < 0.5:
            low = float(np.exp(rng.normal(9, 2)).round())
            ranges["examples"] = (low, low * float(rng.integers(5, 500)))
        word = str(frame["text"][int(rng.integers(0, frame.height))]).split()[0] if rng.random() < 0.4 else ""
        queries.append(Query(values, ranges, word[: int(rng.integers(3, 7))]))
    return queries


def ours(frame: pl.DataFrame) -> tuple[Callable[[Query], Answer], str]:
    """Answer from a facet index; the second result says what it holds."""
    order = Order.of(frame["place"].arg_sort().to_numpy())
    built: list[FacetIndex] = []
    columns = {facet.field: frame[facet.field] for facet in FACETS}
    seconds = timed(lambda: built.append(FacetIndex.build(FACETS, columns, frame["text"].to_list())))
    index = built[0]

    def answer(query: Query) -> Answer:
        found = count(index, query.values, query.ranges, query.text)
        return Answer(found.total, found.facets, page(found, order).tolist())

    return answer, f"index {index.nbytes / 1e6:.0f} MB, built in {seconds:.1f} s"


def polars_lazy(frame: pl.DataFrame) -> tuple[Callable[[Query], Answer], str]:
    """Answer with one `collect_all` of seven lazy frames over masks that are worked out once and cached.

    Of the ways tried this took the least in sum: lists of enums, or tests repeated in each frame
    instead of cached, take several times as long.
    """
    enums = {field: pl.Enum(frame[field].drop_nulls().unique().sort()) for field in ONE}
    values = {field: frame[field].explode().drop_nulls().unique().sort().to_list() for field in MANY}
    lists = {field: pl.List(pl.Enum(values[field])) for field in MANY}
    table = frame.sort("place").cast({**enums, **lists})
    table = table.with_columns(pl.col(field).list.eval(pl.element().to_physical()) for field in MANY)
    code_of = {field: {value: code for code, value in enumerate(values[field])} for field in MANY}

    def answer(query: Query) -> Answer:
        base = table.lazy()
        for field, bounds in query.ranges.items():
            base = base.filter(pl.col(field).is_between(*bounds))
        if query.text:
            base = base.filter(pl.col("text").str.contains(query.text, literal=True))
        tests = [_polars_test(field, chosen, code_of).alias(f"has {field}") for field, chosen in query.values.items()]
        base = base.with_columns(tests).cache()
        masks = {field: pl.col(f"has {field}") for field in query.values}
        plans = [base.filter(*masks.values()).select(pl.len()), base.filter(*masks.values()).select("row").head(50)]
        for field in FIELDS:
            others = [mask for name, mask in masks.items() if name != field]
            narrowed = (base.filter(*others) if others else base).select(field)
            plans.append((narrowed.explode(field) if field in MANY else narrowed).group_by(field).len())
        total, rows, *counts = pl.collect_all(plans)
        facets = {field: dict(one.iter_rows()) for field, one in zip(FIELDS, counts, strict=True)}
        for field in MANY:
            named = {None: None, **dict(enumerate(values[field]))}
            facets[field] = {named[code]: number for code, number in facets[field].items()}
        return Answer(total.item(), facets, rows["row"].to_list())

    return answer, f"frame {table.estimated_size() / 1e6:.0f} MB"


def duckdb_naive(frame: pl.DataFrame) -> tuple[Callable[[Query], Answer], str]:
    """Answer with one query a facet over a table of text and lists, as one would first write it."""
    connection = duckdb.connect()
    connection.register(
        "incoming", frame.sort("place").with_columns(pl.col("year", "examples").fill_nan(None)).to_arrow()
    )
    connection.execute("CREATE TABLE dataset AS SELECT * FROM incoming")
    connection.unregister("incoming")

    def answer(query: Query) -> Answer:
        where, bound = _sql_where(query)
        total = connection.execute(f"SELECT count(*) FROM dataset WHERE {where}", bound).fetchone()[0]
        rows = connection.execute(f'SELECT "row" FROM dataset WHERE {where} ORDER BY place LIMIT 50', bound).fetchall()
        facets = {}
        for field in FIELDS:
            where, bound = _sql_where(query, field)
            value = f"unnest(CASE WHEN len({field}) > 0 THEN {field} ELSE [NULL] END)" if field in MANY else field
            facets[field] = dict(
                connection.execute(
                    f"SELECT value, count(*) FROM (SELECT {value} AS value FROM dataset WHERE {where}) GROUP BY value",
                    bound,
                ).fetchall()
            )
        return Answer(total, facets, [one for (one,) in rows])

    return answer, "in memory"


def run() -> list[Row]:
    """Time all ways on the same queries; each query's time is the middle of its repeats."""
    frame = make_frame(ROWS)
    placed = frame.sort([pl.col("examples").fill_nan(None), pl.col("row")], descending=[True, False], nulls_last=True)
    places = placed.select("row").with_row_index("place")
    frame = frame.join(places, on="row", how="left", maintain_order="left")
    queries = make_queries(frame, QUERIES)
    names = ("Polars lazy, one collect_all", "DuckDB, one query a facet", "Touchstone")
    ways = [make(frame) for make in (polars_lazy, duckdb_naive, ours)]
    times: list[list[float]] = [[] for _ in ways]
    for query in queries:
        answers = [answer(query) for answer, _ in ways]
        for name, other in zip(names, answers, strict=True):
            _check_same(query, name, answers[0], other)
        for place, (answer, _) in enumerate(ways):
            times[place].append(statistics.median(timed(partial(answer, query)) for _ in range(REPEATS)))
    return [
        row(name, mine, None if mine is times[0] else times[0], note)
        for name, mine, (_, note) in zip(names, times, ways, strict=True)
    ]


def _skewed(rng: np.random.Generator, values: int, rows: int) -> np.ndarray:
    weights = 1 / np.arange(1, values + 1)
    return rng.choice(values, rows, p=weights / weights.sum())


def _polars_test(field: str, chosen: list[str], code_of: dict[str, dict[str, int]]) -> pl.Expr:
    known, column = [value for value in chosen if value != "unknown"], pl.col(field)
    if field in MANY:
        tests = [column.list.contains(code_of[field][value]) for value in known]
    else:
        tests = [column.is_in(known)] if known else []
    if "unknown" in chosen:
        tests.append(column.is_null())
    return reduce(or_, tests).fill_null(False)


def _sql_where(query: Query, without: str = "") -> tuple[str, list[object]]:
    tests, bound = ["TRUE"], []
    for field, chosen in query.values.items():
        if field == without:
            continue
        known = [value for value in chosen if value != "unknown"]
        test = f"list_has_any({field}, ?::VARCHAR[])" if field in MANY else f"list_contains(?::VARCHAR[], {field})"
        tests.append(f"({test} OR {field} IS NULL)" if "unknown" in chosen else test)
        bound.append(known)
    for field, bounds in query.ranges.items():
        tests.append(f"{field} BETWEEN ? AND ?")
        bound += bounds
    if query.text:
        tests.append("contains(text, ?)")
        bound.append(query.text)
    return " AND ".join(tests), bound


def _check_same(query: Query, name: str, first: Answer, other: Answer) -> None:
    counted = [{field: {v: n for v, n in one.items() if n} for field, one in a.facets.items()} for a in (first, other)]
    if (first.total, first.page, counted[0]) != (other.total, other.page, counted[1]):
        raise SystemExit(f"{name} does not agree on {query}")
