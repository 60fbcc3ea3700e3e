"""The footprint: identities, published figures, what stays unknown, and what is refused."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.compute.footprint import Footprint, footprint
from governance.compute.footprint_inputs import ASSUMPTIONS, EVIDENCES, FootprintInput, Inference, Training
from governance.compute.footprint_published import compare, published_figures
from governance.compute.quantities import read_quantity
from governance.errors import BadInput, NotFound

A100, H100 = "nvidia-a100-sxm4-80-gb", "nvidia-h100-sxm5-80gb"
BARE = {"power_fraction": 1, "server_overhead": 1, "pue": 1}
DRAWS, SEED = 2_000, 7


@pytest.fixture(scope="module")
def tables(catalogue) -> tuple[pl.DataFrame, ...]:
    return tuple(catalogue.execute(f"SELECT * FROM {name}").pl() for name in ("grid", "facility", "accelerator"))


@pytest.fixture(scope="module")
def work_out(tables):
    def run(given_: FootprintInput, draws: int = DRAWS, seed: int = SEED) -> Footprint:
        return footprint(given_, *tables, draws, seed)

    return run


def hours(amount: str | float = 1_082_990) -> Training:
    return Training(chip_hours=read_quantity(amount, "chip_hours"))


def serving(**load: str) -> Inference:
    kinds = {"active_parameters": "parameters", "days": "count", "tokens_per_day": "tokens"}
    given_ = {"active_parameters": "70B", "days": "30", **load}
    return Inference(**{name: read_quantity(text, kinds.get(name, "count")) for name, text in given_.items()})


def test_bloom(work_out):
    # Luccioni et al. 2022: 1,082,990 A100 hours at 400 W are 433,196 kWh; at 57 g a kWh 24.69 t
    found = work_out(FootprintInput(chip=A100, training=hours(), assumptions={**BARE, "carbon_intensity": 0.057})).total
    assert (found.energy_kwh.low, found.energy_kwh.high) == pytest.approx((433_196, 433_196))
    assert f"{found.co2e_operational_kg.median / 1_000:.2f}" == "24.69"
    # 273 kg spread over 3 years of 8,766 hours
    assert found.co2e_embodied_kg.median == pytest.approx(1_082_990 / (3 * 8_766) * 273)
    assert found.co2e_kg.median == pytest.approx(found.co2e_operational_kg.median + found.co2e_embodied_kg.median)


def test_from_flop(work_out):
    # 6.3e24 / (989.4e12 x 0.4) seconds
    given_ = FootprintInput(
        chip=H100,
        training=Training(training_flop=read_quantity(6.3e24, "flop")),
        assumptions={"utilisation": 0.4, "uptime": 1},
    )
    assert work_out(given_).training.chip_hours.median == pytest.approx(6.3e24 / (989.4e12 * 0.4) / 3_600)


def test_chips_times_hours(work_out):
    work = Training(chips=read_quantity(384, "chips"), hours=read_quantity(2_820, "hours"))
    assert work_out(FootprintInput(chip=A100, training=work)).total.chip_hours.mean == pytest.approx(384 * 2_820)


def test_inference_by_hand(work_out):
    sure = {"inference_utilisation": 0.1, "uptime": 1}
    by_tokens = work_out(FootprintInput(chip=H100, inference=serving(tokens_per_day="1e9"), assumptions=sure))
    load = serving(requests_per_day="1e6", tokens_per_request="1000")
    by_requests = work_out(FootprintInput(chip=H100, inference=load, assumptions=sure))
    expected = 2 * 70e9 * 1e9 * 30 / (989.4e12 * 0.1) / 3_600
    assert by_tokens.inference.chip_hours.median == pytest.approx(expected)
    assert by_requests.inference.chip_hours.median == pytest.approx(expected)
    assert by_tokens.training is None


def test_cost(work_out):
    rented = work_out(
        FootprintInput(chip=H100, training=hours(1_000), assumptions={"chip_hour_price": 2.5}, price_year=2024)
    )
    assert (rented.total.cost_usd.median, rented.price_year) == (2_500, 2024)
    owned = {**BARE, "chip_price": 26_298, "energy_price": 0.1, "other_cost": 0.5}
    # 26,298 USD over 26,298 hours and 0.7 kWh at 0.1 USD an hour, half as much again on top
    found = work_out(FootprintInput(chip=H100, training=hours(1_000), assumptions=owned))
    assert found.total.cost_usd.median == pytest.approx(1_000 * (1 + 0.07) * 1.5)


def test_water_and_place(work_out, tables):
    grid = tables[0].filter(pl.col("id") == "country:FR:undated:lifecycle").to_dicts()[0]
    given_ = FootprintInput(chip=A100, training=hours(), grid=grid["id"], facility="mistralai", assumptions=BARE)
    found = work_out(given_.model_copy(update={"assumptions": {**BARE, "pue": 1.16}}))
    expected = 433_196 * 0.09 + 433_196 * 1.16 * grid["water_l_per_kwh"]
    assert found.total.water_l.median == pytest.approx(expected)
    assert found.unknown == ("cost: set chip_hour_price",)


def test_efficiency_of_tools_is_visible(work_out):
    found = work_out(FootprintInput(chip=A100, training=hours(), assumptions=BARE))
    by_id = {one.facility: one for one in found.pue_choices}
    assert by_id["codecarbon_default"].pue == 1.0
    assert (by_id["google_genai"].pue, by_id["openai"].pue) == (1.09, 1.2)
    assert by_id["openai"].energy_kwh == pytest.approx(1.2 * 433_196)


def test_what_is_unknown_stays_so(work_out):
    found = work_out(FootprintInput(chip=H100, training=hours()))
    assert (found.total.co2e_kg, found.total.co2e_operational_kg, found.total.water_l) == (None, None, None)
    assert found.total.energy_kwh is not None
    assert [line.split(":")[0] for line in found.unknown] == ["CO2e of the energy", "water"]


def test_every_assumption_has_a_source(work_out):
    given_ = FootprintInput(
        chip=H100, training=hours(), inference=serving(tokens_per_day="1e9"), assumptions={"pue": "1.1 to 1.3"}
    )
    found = {one.name: one for one in work_out(given_).assumptions}
    assert set(found) <= set(ASSUMPTIONS)
    assert all(one.source and one.unit and one.evidence in EVIDENCES for one in found.values())
    assert (found["pue"].evidence, found["pue"].quantity.text) == ("given", "1.1 to 1.3")
    assert (found["power_fraction"].evidence, found["embodied_kg_per_chip"].evidence) == ("recalled", "verified")
    assert "utilisation" not in found


def test_swings(work_out):
    given_ = FootprintInput(chip=A100, training=hours(), assumptions={"carbon_intensity": "0.01 to 0.8"})
    found = work_out(given_, draws=20_000)
    assert (found.swings_of, found.swings[0].name) == ("co2e_kg", "carbon_intensity")
    assert {one.name for one in found.swings} == {"carbon_intensity", "power_fraction", "server_overhead", "pue"}
    assert all(one.at_low < one.at_high for one in found.swings)


def test_same_seed_same_result_and_an_added_number_moves_no_other(work_out):
    plain = FootprintInput(chip=A100, training=hours("1e6 to 2e6"))
    with_grid = plain.model_copy(update={"assumptions": {"carbon_intensity": "0.1 to 0.5"}})
    assert work_out(plain) == work_out(plain)
    assert work_out(plain, seed=8).total != work_out(plain).total
    assert work_out(with_grid).total.energy_kwh == work_out(plain).total.energy_kwh


@given(st.floats(1, 1e8), st.floats(1.0, 10.0), st.floats(0.001, 2))
def test_more_hours_or_a_worse_site_never_lower_anything(work_out, amount, factor, intensity):
    def run(chip_hours: float, pue: float) -> Footprint:
        assumptions = {"pue": pue, "carbon_intensity": intensity}
        return work_out(FootprintInput(chip=H100, training=hours(chip_hours), assumptions=assumptions), draws=100)

    base, longer, worse = run(amount, 1.0), run(amount * factor, 1.0), run(amount, factor)
    for more in (longer, worse):
        assert more.total.energy_kwh.median >= base.total.energy_kwh.median
        assert more.total.co2e_kg.median >= base.total.co2e_kg.median
    assert base.total.co2e_kg.low <= base.total.co2e_kg.median <= base.total.co2e_kg.high


def test_total_is_both_parts(work_out):
    given_ = FootprintInput(chip=H100, training=hours(), inference=serving(tokens_per_day="1e9 to 1e10"))
    found = work_out(given_)
    assert found.total.energy_kwh.mean == pytest.approx(
        found.training.energy_kwh.mean + found.inference.energy_kwh.mean
    )


def test_beside_published(work_out, catalogue):
    (record,) = published_figures(catalogue, "bloom-176b")
    assert record.energy_from == "power times hours"
    found = {one.name: one for one in compare(work_out(FootprintInput(chip=A100, training=hours())), record)}
    assert found["chip_hours"].ratio == pytest.approx(1_082_990 / record.chip_hours)
    assert found["chip_hours"].inside is False
    assert set(found) == {"chip_hours", "energy_kwh"}


def test_no_record(catalogue):
    with pytest.raises(NotFound, match="no compute record of 'no-such-model'"):
        published_figures(catalogue, "no-such-model")


@pytest.mark.parametrize(
    ("make", "what"),
    [
        pytest.param(lambda: FootprintInput(chip=H100), "no work", id="nothing-to-do"),
        pytest.param(lambda: Training(), "not given in one way", id="no-amount"),
        pytest.param(lambda: Training(chips=read_quantity(8, "chips")), "hours are missing", id="chips-alone"),
        pytest.param(lambda: serving(), "load is not given", id="no-load"),
        pytest.param(lambda: serving(requests_per_day="9"), "load is not given", id="half-a-load"),
    ],
)
def test_input_refused(make, what):
    with pytest.raises(BadInput, match=what):
        make()


@pytest.mark.parametrize(
    ("change", "draws", "seed", "error", "what"),
    [
        pytest.param({"chip": "abacus"}, DRAWS, 1, NotFound, "no chip 'abacus'", id="chip"),
        pytest.param({"grid": "country:XX"}, DRAWS, 1, NotFound, "no grid 'country:XX'", id="grid"),
        pytest.param({"facility": "moon"}, DRAWS, 1, NotFound, "no facility 'moon'", id="facility"),
        pytest.param({"assumptions": {"poe": 1}}, DRAWS, 1, BadInput, "'poe' is no assumption", id="name"),
        pytest.param({"assumptions": {"pue": "high"}}, DRAWS, 1, BadInput, "assumption pue", id="value"),
        pytest.param({}, 99, 1, BadInput, "99 draws", id="few-draws"),
        pytest.param({}, DRAWS, -1, BadInput, "seed -1", id="seed"),
        pytest.param(
            {"number_format": "fp4", "training": Training(training_flop=read_quantity(1e24, "flop"))},
            DRAWS, 1, BadInput, "no peak in this format", id="format",
        ),
    ],
)  # fmt: skip
def test_run_refused(work_out, change, draws, seed, error, what):
    given_ = FootprintInput(chip=H100, training=hours()).model_copy(update=change)
    with pytest.raises(error, match=what):
        work_out(given_, draws=draws, seed=seed)


def test_energy_is_its_three_parts(work_out):
    found = work_out(FootprintInput(chip=H100, training=hours())).total
    parts = [found.chips_kwh.mean, found.servers_kwh.mean, found.site_kwh.mean]
    assert sum(parts) == pytest.approx(found.energy_kwh.mean)
    bare = work_out(FootprintInput(chip=A100, training=hours(), assumptions={**BARE, "server_overhead": 1.5})).total
    assert (bare.chips_kwh.median, bare.servers_kwh.median) == pytest.approx((433_196, 216_598))
    assert bare.site_kwh.high == pytest.approx(0)


def test_break_even(work_out):
    # 20,000 chip hours of training against 2 x 70e9 x 1e12 FLOP a day at 989.4e12 x 0.1: 393 chip hours a day
    given_ = FootprintInput(
        chip=H100,
        training=hours(20_000),
        inference=serving(tokens_per_day="1e12"),
        assumptions={"inference_utilisation": 0.1, "uptime": 1},
    )
    found = work_out(given_)
    assert found.break_even_days.median == pytest.approx(20_000 / (1.4e23 / 989.4e11 / 3_600))
    assert work_out(FootprintInput(chip=H100, training=hours())).break_even_days is None
