"""Facet counts against a plain reading of the rules, by numpy and by the compiled pass."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.catalogue import index as index_module
from governance.catalogue.columns import fold
from governance.catalogue.facets import Facet
from governance.catalogue.select import FacetIndex, Order, count, page
from governance.errors import BadInput

USE = Facet("use", "Use", "one", "One value", "Test")
LANGUAGE = Facet("language", "Language", "many", "Many values", "Test")
TASK = Facet("task", "Task", "many", "Many values", "Test")
YEAR = Facet("year", "Year", "range", "A number", "Test", "year")
SIZE = Facet("size", "Size", "range", "A number", "Test", "size")
FACETS = (USE, YEAR, LANGUAGE, SIZE, TASK)
WORDS = ("swa", "ß", "Strasse", "ＡＢ", "İ", "naïve", "q\x00z", "=A1", "\ud800", "unknown", " ", "日本")


@dataclass(frozen=True)
class Case:
    columns: dict
    texts: list[str]
    values: dict
    ranges: dict
    text: str
    rows: np.ndarray | None


@st.composite
def cases(draw) -> Case:
    n = draw(st.integers(0, 12))
    letters = st.sampled_from(["a", "b", "é", "", "unknown"])
    numbers = st.one_of(st.just(math.nan), st.sampled_from([-1.5, 0.0, 3.0, math.inf]))
    one = st.lists(st.none() | letters, min_size=n, max_size=n)
    many = st.lists(st.none() | st.lists(st.none() | letters, max_size=4), min_size=n, max_size=n)
    number = st.lists(numbers, min_size=n, max_size=n)
    text = st.lists(st.sampled_from(WORDS), max_size=4).map("".join)
    chosen = st.lists(letters | st.just("no such value"), max_size=3)
    mask = st.lists(st.booleans(), min_size=n, max_size=n)
    bound = st.none() | st.sampled_from([-math.inf, -1.5, 0.0, 1.0, 3.0])
    return Case(
        columns={
            "use": draw(one), "language": draw(many), "task": draw(many),
            "year": np.array(draw(number), dtype=float), "size": draw(number),
        },
        texts=draw(st.lists(text, min_size=n, max_size=n)),
        values=draw(st.dictionaries(st.sampled_from(["use", "language", "task"]), chosen)),
        ranges=draw(st.dictionaries(st.sampled_from(["year", "size"]), st.tuples(bound, bound))),
        text=draw(st.just("") | st.lists(st.sampled_from([*WORDS, "s", "SW", "ss ab"]), max_size=2).map(" ".join)),
        rows=draw(st.none() | mask.map(lambda flags: np.array(flags, dtype=bool))),
    )  # fmt: skip


def stated(case: Case, field: str, row: int) -> set[str | None]:
    value = case.columns[field][row]
    listed = value if isinstance(value, list) else [value]
    return {one for one in listed if one not in (None, "unknown")} or {None}


def failed(case: Case, row: int) -> list[str]:
    """Name the filters that a row does not pass."""
    names = []
    for field, chosen in case.values.items():
        if chosen and not stated(case, field, row) & {None if value == "unknown" else value for value in chosen}:
            names.append(field)
    for field, (low, high) in case.ranges.items():
        number = case.columns[field][row]
        fits = not math.isnan(number) and (low is None or number >= low) and (high is None or number <= high)
        if (low, high) != (None, None) and not fits:
            names.append(field)
    if any(word not in fold(case.texts[row]) for word in fold(case.text).split()):
        names.append("text")
    return names


def plain_counts(case: Case, field: str) -> dict[str | None, int]:
    found: dict[str | None, int] = {}
    for row in range(len(case.texts)):
        if (case.rows is None or case.rows[row]) and set(failed(case, row)) <= {field}:
            for value in stated(case, field, row):
                found[value] = found.get(value, 0) + 1
    return found


@pytest.mark.parametrize("compiled", [pytest.param(False, id="numpy"), pytest.param(True, id="compiled")])
@given(case=cases())
def test_counts_are_those_of_the_filtered_rows(compiled, case):
    index = FacetIndex.build(FACETS, case.columns, case.texts, compiled=compiled)
    found = count(index, case.values, case.ranges, case.text, case.rows)
    inside = [row for row in range(len(case.texts)) if case.rows is None or case.rows[row]]
    misses = {row: failed(case, row) for row in inside}
    assert found.matches.tolist() == [row for row in inside if not misses[row]]
    assert found.total == len(found.matches)
    assert found.relax == {name: sum(misses[row] == [name] for row in inside) for name in found.relax}
    assert set().union(*misses.values()) <= set(found.relax)
    assert list(found.facets) == ["use", "language", "task"]
    for field, counts in found.facets.items():
        assert {value: number for value, number in counts.items() if number} == plain_counts(case, field)


@pytest.mark.parametrize("compiled", [False, True])
@given(case=cases(), offset=st.integers(0, 15), limit=st.integers(0, 15), seed=st.integers(0, 99))
def test_a_page_is_a_slice_of_the_ordered_rows(compiled, case, offset, limit, seed):
    index = FacetIndex.build(FACETS, case.columns, case.texts, compiled=compiled)
    found = count(index, case.values, case.ranges, case.text, case.rows)
    order = np.random.default_rng(seed).permutation(len(case.texts))
    wanted = [row for row in order.tolist() if found.hits[row]][offset : offset + limit]
    assert page(found, Order.of(order), offset, limit).tolist() == wanted


def large_index(rows: int = 200_000) -> tuple[FacetIndex, pl.DataFrame]:
    rng = np.random.default_rng(7)
    frame = pl.DataFrame(
        {
            "use": rng.choice(["commercial", "noncommercial", "unspecified"], rows),
            "language": [["eng", "swh"][: pick % 3] for pick in rng.integers(0, 3, rows).tolist()],
            "year": rng.integers(2000, 2024, rows).astype(float),
            "text": [f"set {number}" for number in range(rows)],
        }
    )
    columns = {name: frame[name] for name in frame.columns}
    return FacetIndex.build((USE, LANGUAGE, YEAR), columns, frame["text"].to_list()), frame


def test_a_large_index_is_counted_by_all_processors_and_agrees_with_polars():
    index, frame = large_index()
    assert index.compiled
    found = count(index, {"use": ["commercial"], "language": ["swh"]}, {"year": (2010, None)}, "99")
    others = frame.filter(pl.col("year") >= 2010, pl.col("text").str.contains("99", literal=True))
    spoken = others.filter(pl.col("language").list.contains("swh"))
    assert found.total == spoken.filter(use="commercial").height
    assert found.facets["use"] == dict(spoken["use"].value_counts().iter_rows())
    order = Order.of(np.argsort(frame["year"].to_numpy(), kind="stable"))
    ordered = order.rows[found.hits[order.rows]]
    for offset in (0, 40, found.total // 2, found.total - 3, found.total + 5):
        assert page(found, order, offset, 50).tolist() == ordered[offset : offset + 50].tolist()
    everything = count(index, {}, {})
    assert page(everything, order, 1_000, 50).tolist() == order.rows[1_000:1_050].tolist()


def test_a_small_index_does_not_load_the_compiler(monkeypatch):
    monkeypatch.setattr(index_module, "signatures_of", pytest.fail)
    index = FacetIndex.build((USE,), {"use": ["a"]}, ["x"])
    assert count(index, {"use": ["a"]}, {}, "x").total == 1


def test_many_values_need_wider_codes():
    values = [f"value {number}" for number in range(70_000)]
    index = FacetIndex.build((USE,), {"use": values}, values)
    assert index.table.codes.dtype == np.int32
    assert count(index, {"use": ["value 69999"]}, {}).matches.tolist() == [69_999]


@pytest.mark.parametrize("compiled", [False, True])
def test_an_empty_index_counts_nothing(compiled):
    columns = {"use": [], "language": [], "task": [], "year": [], "size": []}
    index = FacetIndex.build(FACETS, columns, [], compiled=compiled)
    found = count(index, {"use": ["a"]}, {"year": (1, 2)}, "word")
    assert (found.total, found.facets["use"], found.relax) == (0, {}, {"use": 0, "year": 0, "text": 0})
    assert page(found, Order.of(np.empty(0, dtype=np.int64))).tolist() == []


@pytest.mark.parametrize("compiled", [False, True])
def test_very_long_strings_are_kept_and_found(compiled):
    long = "Ab" * 5_000
    index = FacetIndex.build(
        (USE, TASK), {"use": [long, None], "task": [[long, long], []]}, [long, "b"], compiled=compiled
    )
    found = count(index, {"use": [long]}, {}, long.upper())
    assert found.matches.tolist() == [0]
    assert found.facets["task"] == {long: 1}
    assert count(index, {}, {}, long + "c").total == 0
    assert count(index, {}, {}, " ".join(["ab"] * 3_333)).total == 1


def test_what_is_chosen_stays_visible_at_zero():
    index = FacetIndex.build((USE, TASK), {"use": ["a", "b"], "task": [["x"], ["y"]]}, ["", ""])
    found = count(index, {"use": ["a"], "task": ["y", "never seen"]}, {})
    assert found.facets == {"use": {"a": 0, "b": 1}, "task": {"x": 1, "y": 0}}
    assert found.relax == {"use": 1, "task": 1}


INDEX = FacetIndex.build((USE, YEAR), {"use": ["a", None], "year": [1.0, math.nan]}, ["x", "y"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(({"colour": ["red"]}, {}), "'colour' has no values to choose", id="unknown-field"),
        pytest.param(({"year": ["2020"]}, {}), "'year' has no values to choose", id="values-for-a-range"),
        pytest.param(({"use": "ab"}, {}), "one string chosen", id="string-for-list"),
        pytest.param(({}, {"use": (1, 2)}), "'use' takes no bounds", id="bounds-for-values"),
        pytest.param(({}, {"year": (math.nan, 2)}), "a bound is not a number", id="nan"),
        pytest.param(({}, {}, "", np.array([True])), "a mask of 1 bool", id="short-mask"),
        pytest.param(({}, {}, "", np.array([0, 1])), "a mask of 2 int64", id="row-numbers-for-mask"),
    ],
)
def test_a_query_that_cannot_be_answered_says_why(arguments, message):
    with pytest.raises(BadInput, match=message):
        count(INDEX, *arguments)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        pytest.param({"use": ["a", "b"]}, "it has no column", id="missing"),
        pytest.param({"use": ["a"], "year": [1, 2]}, "its column has 1 rows, the texts 2", id="short"),
        pytest.param({"use": ["a", 3], "year": [1, 2]}, "does not hold text", id="number-for-text"),
        pytest.param({"use": [["a"], ["b"]], "year": [1, 2]}, "does not hold text", id="lists-for-text"),
        pytest.param({"use": ["a", "b"], "year": ["soon", 2]}, "does not hold numbers", id="text-for-number"),
    ],
)
def test_a_column_that_cannot_be_indexed_says_why(columns, message):
    with pytest.raises(BadInput, match=message):
        FacetIndex.build((USE, YEAR), columns, ["x", "y"])


def test_bounds_are_inclusive_and_leave_unknown_out():
    assert count(INDEX, {}, {"year": (1.0, 1.0)}).matches.tolist() == [0]
    assert count(INDEX, {}, {"year": (None, 0.5)}).total == 0
    assert count(INDEX, {}, {"year": (None, None)}).relax == {}
    assert count(INDEX, {}, {"year": (2.0, 0.0)}).total == 0


@pytest.mark.parametrize(("offset", "limit"), [(-1, 5), (0, -1)])
def test_a_page_before_the_first_row_is_refused(offset, limit):
    with pytest.raises(BadInput):
        page(count(INDEX, {}, {}), Order.of(np.array([0, 1])), offset, limit)
