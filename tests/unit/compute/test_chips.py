"""Chips: export-control measures against the published classes, finding one, cluster time."""

from __future__ import annotations

import csv
import math
from collections import Counter

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.catalogue.connect import PROJECT
from governance.compute.chip_card import chip_card, chip_table, count_chips, read_years, select_chips
from governance.compute.chip_measures import (
    BITS,
    COLUMN,
    EXPORT_CLASSES,
    NUMBER_FORMATS,
    chip_limits,
    class_reason,
    export_class,
    with_measures,
)
from governance.compute.chips import chips, chips_for_peak, days_to_reach, find_chip
from governance.errors import BadInput, NotFound

TABLE = PROJECT.parent / "shared" / "data" / "raw" / "compute" / "accelerators.csv"


@pytest.fixture(scope="module")
def limits(catalogue):
    return chip_limits(catalogue)


def test_classes_of_the_shipped_chips(catalogue):
    found = Counter(chips(catalogue)["export_class"])
    assert found == {"3A090.a": 64, "3A090.b": 9, "unknown_density": 19, "below": 79, None: 5}


@pytest.mark.outside_data
def test_as_computed_by_others(catalogue):
    if not TABLE.is_file():
        pytest.skip("the chips as published are not here")
    ours = {row["name"]: row for row in chips(catalogue).iter_rows(named=True)}
    with TABLE.open(encoding="utf-8") as file:
        theirs = list(csv.DictReader(file))
    assert len(theirs) == len(ours) == 176
    for row in theirs:
        mine = ours[row["chip"]]
        assert mine["export_class"] == (row["ear_2023_class_computed"] or None)
        assert mine["tpp"] == (pytest.approx(float(row["tpp_computed"])) if row["tpp_computed"] else None)


def test_h100(catalogue):
    h100 = find_chip(catalogue, "h100 SXM5")
    assert f"{h100.peaks['bf16'] * 16 / 1e12:,.0f}" == "15,830"
    assert (h100.tpp, h100.tpp_format, h100.export_class) == (15_832, "fp8", "3A090.a")
    assert h100.case_by_case is True
    # 1e20 over 989.4e12 is 101,071.4: 101,071 fall a little short of it
    assert chips_for_peak(1e20, h100) == 101_072
    assert chips_for_peak(1e20, h100, "fp8") == 50_531


@pytest.mark.parametrize(
    ("tpp", "density", "expected"),
    [
        pytest.param(4_800, None, "3A090.a", id="enough-alone"),
        pytest.param(4_799, 5.92, "3A090.a", id="dense"),
        pytest.param(1_600, 5.92, "3A090.a", id="dense-and-small"),
        pytest.param(4_799, 5.91, "3A090.b", id="not-so-dense"),
        pytest.param(2_400, 1.6, "3A090.b", id="b-first-arm"),
        pytest.param(2_399, 3.2, "3A090.b", id="b-second-arm"),
        pytest.param(2_399, 3.1, "below", id="between"),
        pytest.param(4_799, 1.5, "below", id="spread-out"),
        pytest.param(1_599, 99, "below", id="small"),
        pytest.param(1_599, None, "below", id="small-density-unknown"),
        pytest.param(1_600, None, "unknown_density", id="density-decides"),
        pytest.param(None, 3, None, id="no-peak"),
    ],
)
def test_export_class(limits, tpp, density, expected):
    assert export_class(tpp, density, limits) == expected


@given(st.floats(0, 1e5), st.floats(0, 50), st.floats(1, 5), st.floats(1, 5))
def test_more_is_never_classed_lower(limits, tpp, density, more, denser):
    order = {"below": 0, "3A090.b": 1, "3A090.a": 2}
    assert order[export_class(tpp * more, density * denser, limits)] >= order[export_class(tpp, density, limits)]


@pytest.mark.parametrize(
    ("tpp_tops", "bandwidth", "expected"),
    [
        pytest.param(1_000, 3e12, True, id="both-below"),
        pytest.param(1_312.5, 3e12, False, id="tpp-at-the-limit"),
        pytest.param(1_000, 6.5e12, False, id="bandwidth-at-the-limit"),
        pytest.param(1_000, None, None, id="bandwidth-unknown"),
        pytest.param(2_000, None, False, id="tpp-decides"),
    ],
)
def test_case_by_case(limits, tpp_tops, bandwidth, expected):
    row = dict.fromkeys((*COLUMN.values(), "die_mm2", "memory_bandwidth"))
    row |= {"bf16_flops": tpp_tops * 1e12, "memory_bandwidth": bandwidth}
    table = pl.DataFrame([row], schema=dict.fromkeys(row, pl.Float64))
    assert with_measures(table, limits)["case_by_case"][0] is expected


def test_words_have_bits_and_columns():
    assert set(NUMBER_FORMATS) == set(BITS) == set(COLUMN)
    assert len(set(EXPORT_CLASSES)) == 4


def test_several_chips_are_named(catalogue):
    with pytest.raises(BadInput, match=r"3 chips are called 'h100'.*NVIDIA H100 PCIe"):
        find_chip(catalogue, "h100")


def test_no_such_chip_names_the_nearest(catalogue):
    with pytest.raises(NotFound, match=r"nearest: .*H100"):
        find_chip(catalogue, "nvidia h1000 sxm")


def test_spelling_does_not_matter(catalogue):
    assert find_chip(catalogue, " tpuv5p ").name == find_chip(catalogue, "TPU v5p").name == "Google TPU v5p"


def test_missing_peak_names_those_there(catalogue):
    with pytest.raises(BadInput, match=r"use one of .*bf16"):
        chips_for_peak(1e20, find_chip(catalogue, "h100 sxm5"), "fp4")


def test_cluster_time():
    # 1e25 FLOP on 10,000 chips of 1e15 at 40% and 90%: 2.78e6 s
    assert days_to_reach(1e25, 10_000, 1e15, 0.4, 0.9) == pytest.approx(1e25 / (1e19 * 0.36) / 86_400)


@pytest.mark.parametrize(
    ("given_", "what"),
    [
        pytest.param((0, 1, 1, 0.5), "0 is out of bounds", id="no-flop"),
        pytest.param((1e25, 1, math.inf, 0.5), "inf is out", id="endless-peak"),
        pytest.param((1e25, 1, 1e15, 1.5), "1.5 is no share", id="utilisation"),
    ],
)
def test_cluster_time_refuses(given_, what):
    with pytest.raises(BadInput, match=what):
        days_to_reach(*given_)


@pytest.mark.parametrize(
    ("tpp", "density", "words"),
    [
        pytest.param(15_832, 19.4, "15,832 is at or above 4,800", id="a-alone"),
        pytest.param(4_000, 6, "at or above 1,600 and density 6.00 at or above 5.92", id="a-dense"),
        pytest.param(4_000, 5, "at or above 2,400 and density 5.00 at or above 1.6", id="b-first-arm"),
        pytest.param(2_000, 4, "at or above 1,600 and density 4.00 at or above 3.2", id="b-second-arm"),
        pytest.param(2_000, 3, "only from density 3.2 up, and it is 3.00", id="below-second-arm"),
        pytest.param(4_000, 1, "only from density 1.6 up, and it is 1.00", id="below-first-arm"),
        pytest.param(100, None, "100 is below 1,600", id="small"),
        pytest.param(2_000, None, "area of the die is not stated", id="unknown"),
        pytest.param(None, None, "no peak is stated", id="no-peak"),
    ],
)
def test_the_reason_names_what_decides(limits, tpp, density, words):
    assert words in class_reason(tpp, density, limits)


def test_a_missing_limit_is_said(small):
    with pytest.raises(NotFound, match="us-ear-3a090a"):
        chip_limits(small.connection)


def test_counts_and_filters(catalogue):
    table = chip_table(catalogue)
    counts = count_chips(table)
    assert (counts.total, sum(counts.classes.values()), counts.classes["no_peak"]) == (176, 176, 5)
    some = select_chips(table, ["NVIDIA"], ["3A090.a"], "2022..")
    assert set(some["maker"]) == {"NVIDIA"}
    assert set(some["class"]) == {"3A090.a"}
    assert some["year"].min() >= 2022
    assert counts.case_by_case == table.filter((pl.col("class") == "3A090.a") & pl.col("case_by_case")).height > 0


@pytest.mark.parametrize(
    ("asked", "what"),
    [
        pytest.param({"makers": ["Acme"]}, "'Acme' is not known", id="maker"),
        pytest.param({"classes": ["3A090.c"]}, "'3A090.c' is not known", id="class"),
        pytest.param({"years": "soon"}, "'soon' is no range of years", id="years"),
        pytest.param({"years": "20202024"}, "no range of years", id="no-dots"),
    ],
)
def test_filters_refuse(catalogue, asked, what):
    with pytest.raises(BadInput, match=what):
        select_chips(chip_table(catalogue), **asked)


def test_one_year_is_a_range():
    assert read_years("2024") == (2024, 2024)
    assert read_years("..2020") == (None, 2020)


def test_card(catalogue):
    card = chip_card(catalogue, "h100 sxm5", 100_000, 0.4)
    by_format = {one.number_format: one for one in card.reach}
    assert by_format["bf16"].chips_for_rate == 101_072
    assert by_format["bf16"].days[1e26] == pytest.approx(29.2, abs=0.1)
    assert max(one.tpp for one in card.reach) == card.chip.tpp
    with pytest.raises(BadInput, match="is no share"):
        chip_card(catalogue, "h100 sxm5", 100, 2)
