"""A footprint in words: what the catalogue fills in, what is written over it, and what is refused."""

from __future__ import annotations

import pytest

from governance.compute.footprint import UNITS
from governance.compute.footprint_report import footprint_report, footprint_rows
from governance.compute.footprint_start import footprint_choices, start_of
from governance.compute.footprint_words import FIELDS, FIELDS_BY_NAME, USES, WORKS, FootprintWords, read_footprint
from governance.errors import BadInput, NotFound


def test_a_model_fills_in_what_is_known_of_it(catalogue):
    asked = read_footprint(catalogue, FootprintWords(model="llama-3-1-405b", use="tokens"))
    assert (asked.work, asked.given.chip, asked.given.number_format) == ("flop", "nvidia-h100-sxm5-80gb", "bf16")
    assert (asked.given.grid, asked.grid_from) == ("country:US:undated:lifecycle", "maker's country")
    assert asked.given.training.training_flop.mid == 3.8e25
    origins = {one.name: one.origin for one in asked.amounts}
    assert origins == {"flop": "catalogue", "parameters": "catalogue", "tokens": "example", "days": "example"}


def test_what_is_written_goes_before_the_catalogue(catalogue):
    words = FootprintWords(model="llama-3-1-405b", amounts={"flop": "1e25 to 2e25"}, chip="a100 sxm4 80", grid="none")
    asked = read_footprint(catalogue, words)
    assert [(one.text, one.origin) for one in asked.amounts] == [("1e25 to 2e25", "given")]
    assert asked.amounts[0].echo == "1e25 to 2e25 FLOP (90% interval, log-normal)"
    assert (asked.given.chip, asked.given.grid) == ("nvidia-a100-sxm4-80-gb", None)


@pytest.mark.parametrize(
    ("work", "hours"),
    [pytest.param("chips", 16_384 * 2_142, id="chips"), pytest.param("chip_hours", 35_094_528, id="chip-hours")],
)
def test_both_ways_of_hours_agree(catalogue, work, hours):
    result = footprint_report(catalogue, FootprintWords(model="llama-3-1-405b", work=work), 200).result
    assert result.total.chip_hours.median == pytest.approx(hours)


def test_without_a_model_the_chip_and_the_world_are_assumed(catalogue):
    asked = read_footprint(catalogue, FootprintWords(work="flop", amounts={"flop": "1e24"}))
    assert (asked.start, asked.chip_known, asked.grid_from) == (None, False, "world")


def test_use_alone_is_enough(catalogue):
    words = FootprintWords(work="none", use="requests", amounts={"parameters": "8B", "requests": "1M"})
    report = footprint_report(catalogue, words, 200)
    assert list(report.parts) == ["use"]
    assert report.result.training is None
    assert report.beside == ()


def test_the_rows_are_the_amounts(catalogue):
    report = footprint_report(catalogue, FootprintWords(model="bloom-176b", use="tokens"), 200)
    rows = footprint_rows(report)
    assert rows.height == 3 * len(UNITS)
    one = rows.filter((rows["part"] == "total") & (rows["measure"] == "energy_kwh")).row(0, named=True)
    assert one["median"] == report.result.total.energy_kwh.median
    assert rows.filter(rows["measure"] == "cost_usd")["median"].null_count() == 3  # no price of this chip is known


def test_published_figures_stand_beside(catalogue):
    (record,) = footprint_report(catalogue, FootprintWords(model="llama-3-1-405b"), 2_000).beside
    found = {one.name: one for one in record.comparisons}
    assert set(found) == {"chip_hours", "energy_kwh", "cost_usd"}
    # 22.623 MW for 2,142 hours
    assert found["energy_kwh"].published == pytest.approx(48.46e6, rel=1e-3)


def test_every_choice_can_be_worked_out(catalogue):
    choices = footprint_choices(catalogue)
    assert len(choices.models) > 1_000
    assert len(choices.grids) == 550
    for model in list(choices.models)[::150]:
        assert start_of(catalogue, model).work in WORKS
        assert footprint_report(
            catalogue, FootprintWords(model=model, work="chip_hours", amounts={"chip_hours": "1"}), 100
        )


def test_fields_have_a_way_and_help():
    assert len(FIELDS_BY_NAME) == len(FIELDS)
    for field in FIELDS:
        assert set(field.ways) <= {*WORKS, *USES}
        assert field.help


@pytest.mark.parametrize(
    ("words", "error", "what"),
    [
        pytest.param(FootprintWords(), BadInput, "there is no work", id="nothing"),
        pytest.param(FootprintWords(work="flop"), BadInput, "training compute: nothing is stated", id="no-amount"),
        pytest.param(FootprintWords(model="hal-9000"), NotFound, "no model 'hal-9000'", id="model"),
        pytest.param(FootprintWords(model="llama-3-1-405b", amounts={"flop": "much"}), BadInput, "much", id="amount"),
        pytest.param(FootprintWords(amounts={"tea": "1"}), BadInput, "'tea' is not known", id="name"),
        pytest.param(FootprintWords(model="llama-3-1-405b", grid="moon"), NotFound, "no grid 'moon'", id="grid"),
        pytest.param(
            FootprintWords(model="llama-3-1-405b", assumptions={"pue": "low"}), BadInput, "low", id="assumption"
        ),
        pytest.param(
            FootprintWords(model="llama-3-1-405b", assumptions={"hope": "1"}), BadInput, "'hope' is no assu", id="hope"
        ),
    ],
)
def test_refused(catalogue, words, error, what):
    with pytest.raises(error, match=what):
        footprint_report(catalogue, words, 100)
