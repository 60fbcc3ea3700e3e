"""The verbs of chips and footprints: the library's figures, formats, and errors on one line."""

from __future__ import annotations

import csv
import io

import pytest

from governance.compute.device_cover import EXAMPLE, EXAMPLE_PRICES


def test_chips_are_counted_and_narrowed(touchstone):
    answer = touchstone("chips", "--maker", "NVIDIA", "--class", "3A090.b", "--json").json
    assert answer["counts"]["total"] == len(answer["rows"]) == answer["counts"]["classes"]["3A090.b"] > 0
    assert len(list(csv.DictReader(io.StringIO(touchstone("chips", "--format", "csv").text)))) == 176


def test_one_chip(touchstone):
    card = touchstone("chips", "show", "h100", "sxm5", "--number", "100000", "--json").json
    assert card["chip"]["export_class"] == "3A090.a"
    assert card["reach"][0]["chips_for_rate"] == 101_072


def test_portability(touchstone):
    answer = touchstone("chips", "portability", "--lost", "without_gradient_checks", "--json").json
    shares = {(one["framework"], one["device"]): one for one in answer["shares"]}
    assert (shares["pytorch", "tpu"]["lost"], shares["pytorch", "tpu"]["published"]) == (28, 0.44)
    assert touchstone("chips", "portability", "--framework", "pytorch", "--json").json == []


def test_own_tables(touchstone, tmp_path):
    matrix, prices, timings = (tmp_path / name for name in ("matrix.csv", "prices.csv", "timings.csv"))
    matrix.write_text(EXAMPLE)
    prices.write_text(EXAMPLE_PRICES)
    timings.write_text("function,default_seconds,deterministic_seconds\nfft,1,3\n")
    assert touchstone("chips", "cover", str(matrix), "--prices", str(prices), "--json").json["devices"] == [
        "cpu",
        "tpu",
    ]
    assert touchstone("chips", "determinism", str(timings), "--json").json["median"] == 3


def test_footprint(touchstone):
    asked = (
        "--model",
        "bloom-176b",
        "--work",
        "chip_hours",
        "--set",
        "pue=1.2",
        "--grid",
        "country:FR:2023:annual_mean",
    )
    answer = touchstone("compute", "footprint", *asked, "--json").json
    assert answer["result"]["training"]["chip_hours"]["median"] == pytest.approx(1_078_272)
    pue = next(one for one in answer["result"]["assumptions"] if one["name"] == "pue")
    assert (pue["quantity"]["text"], pue["evidence"]) == ("1.2", "given")
    assert "not known" in touchstone("compute", "footprint", *asked).text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("chips", "--years", "soon"), "no range of years", id="years"),
        pytest.param(("chips", "--format", "docx"), "'docx' is not known", id="format"),
        pytest.param(("chips", "show", "h100"), "3 chips are called", id="several"),
        pytest.param(("chips", "portability", "--lost", "some"), "'some' is not known", id="lost"),
        pytest.param(("compute", "footprint"), "there is no work", id="no-work"),
        pytest.param(("compute", "footprint", "--set", "pue"), "'pue' sets nothing", id="set"),
        pytest.param(("compute", "footprint", "--work", "magic"), "'magic' is not known", id="work"),
        pytest.param(("compute", "footprint", "--model", "hal"), "no model 'hal'", id="model"),
        pytest.param(("compute", "footprint", "--work", "flop", "--flop", "much"), "much", id="amount"),
    ],
)
def test_errors_on_one_line(touchstone, words, said):
    answer = touchstone(*words)
    assert answer.code == 2
    assert said in answer.err
    assert answer.err.count("\n") == 1
