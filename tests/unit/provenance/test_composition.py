"""Shares, intervals and concentration: against independent implementations, and at the edges."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from governance.errors import BadInput
from governance.provenance.composition import (
    DIMENSIONS,
    compare,
    composition,
    concentration,
    difference_of,
    gini,
    ordered,
    overlap,
    share_of,
    wilson,
)
from governance.provenance.datasets import load_datasets
from governance.provenance.pairs import NAMED, PAIRS, read_side

EMPTY = pl.DataFrame(
    {"id": [], "language": [], "licence_use": [], "year": []},
    schema={"id": pl.String, "language": pl.List(pl.String), "licence_use": pl.String, "year": pl.Int16},
)
SOME = pl.DataFrame(
    {
        "id": ["a", "b", "c", "d"],
        "language": [["swh"], ["swh", "eng"], [], ["eng"]],
        "licence_use": ["commercial", "noncommercial", "commercial", "academic_only"],
        "year": [2021, None, 2019, 2021],
    },
    schema=EMPTY.schema,
)
counts = st.lists(st.integers(0, 1000), min_size=2, max_size=40).filter(any)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_is_scipys(case):
    count, n = case
    expected = binomtest(count, n).proportion_ci(confidence_level=0.95, method="wilson")
    assert wilson(count, n) == pytest.approx((expected.low, expected.high), abs=1e-9)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_stays_a_share(case):
    low, high = wilson(*case)
    assert 0 <= low <= case[0] / case[1] + 1e-12
    assert case[0] / case[1] - 1e-12 <= high <= 1


def test_an_empty_base_has_no_interval():
    assert wilson(0, 0) is None
    assert share_of("x", 0, 0).model_dump() == {
        "value": "x", "count": 0, "n": 0, "share": None, "low": None, "high": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        # Newcombe 1998, table II, method 10
        pytest.param((56, 70), (48, 80), 0.0524, 0.3339, id="a"),
        pytest.param((9, 10), (3, 10), 0.1705, 0.8090, id="b"),
        pytest.param((6, 7), (2, 7), 0.0582, 0.8062, id="c"),
        pytest.param((5, 56), (0, 29), -0.0381, 0.1926, id="d"),
        pytest.param((0, 10), (0, 20), -0.1611, 0.2775, id="e"),
        pytest.param((10, 10), (0, 10), 0.6075, 1.0, id="f"),
    ],
)
def test_the_difference_is_newcombes(first, second, low, high):
    found = difference_of("x", share_of("x", *first), share_of("x", *second))
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)
    assert found.clear is not (low <= 0 <= high)


@given(counts)
def test_gini_is_a_share_below_one(numbers):
    found = gini(numbers)
    assert -1e-12 <= found <= 1 - 1 / len(numbers) + 1e-12


@given(counts, st.integers(1, 50), st.randoms())
def test_gini_knows_neither_scale_nor_order(numbers, factor, random):
    shuffled = [factor * number for number in numbers]
    random.shuffle(shuffled)
    assert gini(shuffled) == pytest.approx(gini(numbers))


@given(counts)
def test_gini_is_half_the_mean_difference(numbers):
    differences = sum(abs(one - other) for one in numbers for other in numbers)
    assert gini(numbers) == pytest.approx(differences / (2 * len(numbers) * sum(numbers)))


@given(counts)
def test_moving_one_from_rich_to_poor_never_concentrates(numbers):
    ordered_numbers = sorted(numbers)
    if ordered_numbers[-1] - ordered_numbers[0] >= 2:
        moved = [ordered_numbers[0] + 1, *ordered_numbers[1:-1], ordered_numbers[-1] - 1]
        assert gini(moved) <= gini(numbers) + 1e-12


@pytest.mark.parametrize("numbers", [[], [3], [0, 0]], ids=["none", "one", "zeros"])
def test_gini_of_too_little_is_unknown(numbers):
    assert gini(numbers) is None


def test_concentration_is_the_same_every_time_and_holds_its_interval():
    many = pl.DataFrame({"language": [["eng"]] * 30 + [["swh"]] * 5 + [["fra", "eng"]] * 5 + [[]]})
    first, second = concentration(many, "language"), concentration(many, "language")
    assert first == second
    assert first.low <= first.gini <= first.high
    assert (first.values, first.n, first.stated) == (3, 40, 45)
    assert concentration(many, "language", seed=1) != first


def test_an_empty_selection_is_empty_not_zero():
    assert composition(EMPTY, "language") == ()
    assert compare(EMPTY, EMPTY, "licence_use") == ()
    assert concentration(EMPTY, "language").model_dump() == {
        "gini": None, "low": None, "high": None, "values": 0, "n": 0, "stated": 0,
    }  # fmt: skip
    for one in compare(EMPTY, SOME, "licence_use"):
        assert (one.first.share, one.difference, one.clear) == (None, None, None)
        assert one.second.share is not None


def test_not_stated_counts_and_is_named_none():
    found = {share.value: (share.count, share.n) for share in composition(SOME, "language")}
    assert found == {"swh": (2, 4), "eng": (2, 4), None: (1, 4)}


def test_a_selection_beside_itself_has_no_clear_difference():
    assert {(one.difference, one.clear) for one in compare(SOME, SOME, "language")} == {(0.0, False)}


@pytest.mark.parametrize(
    ("dimension", "order", "limit", "values"),
    [
        pytest.param("year", "share", None, ["2019", "2021", None], id="years-in-time"),
        pytest.param("licence_use", "share", None, ["commercial", "noncommercial", "academic_only"], id="classes"),
        pytest.param("licence_use", "share", 1, ["commercial"], id="largest-class-first"),
        pytest.param("language", "share", None, ["eng", "swh", None], id="largest"),
        pytest.param("language", "share", 0, [], id="none"),
    ],
)
def test_order_of_values(dimension, order, limit, values):
    assert [one.value for one in ordered(compare(SOME, SOME, dimension), dimension, order, limit)] == values


def test_widest_gap_first():
    other = pl.DataFrame({"language": [["fra"], ["eng"], ["eng"]]})
    found = ordered(compare(SOME, other, "language"), "language", "gap")
    gaps = [abs(one.difference) for one in found if one.value is not None]
    assert gaps == sorted(gaps, reverse=True)
    assert found[-1].value is None


@pytest.mark.parametrize("work", [composition, concentration], ids=["composition", "concentration"])
def test_unknown_dimension_is_refused(work):
    with pytest.raises(BadInput, match="not a dimension"):
        work(SOME, "id")
    with pytest.raises(BadInput):
        compare(SOME, SOME, "'; DROP TABLE")


def test_every_dimension_is_a_column(connection):
    frame = load_datasets(connection).frame
    for dimension in DIMENSIONS:
        assert composition(frame, dimension.field), dimension.field


def test_overlap_counts_ids():
    assert (overlap(SOME, SOME), overlap(SOME, EMPTY)) == (4, 0)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        pytest.param("language=swh", "language=swh", id="query"),
        pytest.param("?language=swh", "language=swh", id="question-mark"),
        pytest.param("https://example.org/datasets?language=swh&year=2019..#x", "language=swh&year=2019..", id="url"),
        pytest.param("http://127.0.0.1:8501/datasets", "", id="url-without-filters"),
        pytest.param("/datasets?licence_use=commercial&page=3", "licence_use=commercial", id="path"),
        pytest.param("  ", "", id="blank"),
        pytest.param("snapshot=current", "", id="everything"),
    ],
)
def test_an_address_is_read(text, query):
    assert read_side(text).to_query() == query


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("swahili", id="word"),
        pytest.param("colour=red", id="filter"),
        pytest.param("snapshot=1999", id="snapshot"),
        pytest.param("year=soon", id="range"),
        pytest.param("http://[bad?x=1", id="address"),
        pytest.param("language=" + "x" * 100_001, id="long"),
    ],
)
def test_what_is_no_selection_is_refused(text):
    with pytest.raises(BadInput):
        read_side(text)


def test_ready_made_pairs_name_known_selections():
    assert {query for pair in PAIRS for query in (pair.first, pair.second)} <= set(NAMED)
    assert len({pair.id for pair in PAIRS}) == len(PAIRS)
    for query in NAMED:
        assert read_side(query).to_query() in (query, "")
