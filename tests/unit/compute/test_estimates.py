import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.compute.estimate_inputs import INPUTS, EstimateInput, read_estimate_input
from governance.compute.estimates import estimate
from governance.compute.quantities import Quantity, read_quantity
from governance.errors import BadInput

DEEPSEEK = {"architecture": "moe", "parameters": "671B", "active_parameters": "37B", "tokens": "14.8T"}
# 2.664 million H800 hours of pre-training, as DeepSeek-V3's report gives them; BF16 peak.
CLUSTER = {"chip_hours": "2.664 million", "peak": "989 TFLOP/s", "utilisation": "35 %"}
UNSURE = {"parameters": "60 to 200 billion", "tokens": "8T to 25T"}
# Inputs, what is wrong, where.
REFUSED = [
    pytest.param({}, "nothing to estimate from", "estimate", id="nothing"),
    pytest.param({"parameters": "7B"}, "tokens missing", "tokens", id="no-tokens"),
    pytest.param({"epochs": 2}, "parameters and tokens missing", "parameters", id="epochs-alone"),
    pytest.param({"chips": 8, "hours": 10}, "peak and utilisation missing", "peak", id="no-peak"),
    pytest.param(
        {"architecture": "moe", "parameters": "7B", "tokens": "1T"},
        "active_parameters missing",
        "active_parameters",
        id="moe-without-active",
    ),
    pytest.param(
        {"architecture": "adapter", "parameters": "7B", "tokens": "1T"},
        "adapter_parameters missing",
        "adapter_parameters",
        id="adapter-without-size",
    ),
    pytest.param(
        {"parameters": "7B", "tokens": "1T", "active_parameters": "1B"},
        "active_parameters with the architecture dense",
        "active_parameters",
        id="active-of-dense",
    ),
    pytest.param(DEEPSEEK | {"active_parameters": "700B"}, "more active", "active_parameters", id="active-above-total"),
    pytest.param(CLUSTER | {"chips": 2}, "chip_hours and chips are both given", "chip_hours", id="chip-hours-twice"),
    pytest.param(
        {"parameters": "7B", "tokens": "1T", "layers": 32},
        "layers without context and attention_width",
        "context",
        id="attention-in-part",
    ),
    pytest.param(
        {"architecture": "encoder_decoder", "parameters": "7B", "tokens": "1T", "layers": 32},
        "layers with the architecture encoder_decoder",
        "layers",
        id="attention-of-encoder-decoder",
    ),
    pytest.param({"architecture": "mamba"}, "'mamba' is not an architecture", "architecture", id="architecture"),
    pytest.param({"weights": "7B"}, "'weights' is not an input", "estimate", id="unknown-input"),
    pytest.param({"parameters": ["7B"]}, "is not a number", "parameters", id="list"),
    pytest.param({"parameters": "lots"}, "'lots' is not a number", "parameters", id="no-number"),
    pytest.param({"causal": "maybe"}, "neither true nor false", "causal", id="causal"),
]


def estimated(values, seed=0, draws=20_000):
    return estimate(read_estimate_input(values), seed=seed, draws=draws)


def test_exact_inputs_give_an_exact_result():
    found = estimated({"parameters": "70e9", "tokens": "15e12"})
    assert (found.flop, found.low, found.high) == (6.3e24, 6.3e24, 6.3e24)
    assert found.method == "architecture"
    assert found.formula == "6 × 7e10 parameters × 1.5e13 tokens"
    assert found.inputs == {"parameters": "70 billion parameters", "tokens": "15 trillion tokens"}
    assert found.cross_check is None
    assert found.by_hardware is None


@pytest.mark.parametrize(
    ("values", "flop"),
    [
        pytest.param({"parameters": 10, "tokens": 3, "epochs": 2}, 360, id="epochs"),
        pytest.param({"architecture": "encoder_decoder", "parameters": "11B", "tokens": "1T"}, 3.3e22, id="t5-11b"),
        pytest.param(
            {"architecture": "adapter", "parameters": 100, "adapter_parameters": 1, "tokens": 10}, 4060, id="adapter"
        ),
        pytest.param(
            {"parameters": 60, "tokens": 1, "layers": 2, "context": 3, "attention_width": 5}, 540, id="attention"
        ),
        pytest.param(
            {"parameters": 60, "tokens": 1, "layers": 2, "context": 3, "attention_width": 5, "causal": False},
            720,
            id="attention-full",
        ),
        pytest.param({"chips": 2, "hours": 3, "peak": 5, "utilisation": 0.5, "uptime": 0.5}, 27_000, id="hardware"),
        pytest.param({"chip_hours": "370,000", "peak": 989e12, "utilisation": "50 %"}, 6.58674e23, id="eu-h"),
    ],
)
def test_value(values, flop):
    assert estimated(values).flop == pytest.approx(flop)


def test_mixture_of_experts_shows_both_sizes():
    found = estimated(DEEPSEEK)
    assert found.flop == pytest.approx(3.2856e24)
    assert found.by_total_parameters.flop / found.flop == pytest.approx(671 / 37)
    assert any("dense models only" in note for note in found.notes)


def test_mixture_of_experts_without_its_total_size():
    assert estimated({name: DEEPSEEK[name] for name in DEEPSEEK if name != "parameters"}).by_total_parameters is None


def test_both_ways_are_compared():
    found = estimated(DEEPSEEK | CLUSTER)
    assert found.method == "architecture"
    assert found.by_hardware.flop == pytest.approx(2.664e6 * 3600 * 989e12 * 0.35)
    assert found.cross_check.agrees
    assert found.cross_check.implied_utilisation == pytest.approx(3.2856e24 / (2.664e6 * 3600 * 989e12))


def test_a_way_given_in_part_is_named():
    found = estimated({"parameters": "7B", "tokens": "1T", "chips": 8})
    assert any("hours and peak and utilisation missing" in note for note in found.notes)
    hardware = estimated(CLUSTER | {"parameters": "7B"})
    assert hardware.method == "hardware"
    assert any("tokens missing" in note for note in hardware.notes)


def test_interval_of_a_product_of_log_normals():
    # Logarithms add, so the sum's variance is known without drawing.
    found = estimated(UNSURE, draws=400_000)
    middle = 6 * np.sqrt(6e10 * 2e11) * np.sqrt(8e12 * 25e12)
    width = np.hypot(np.log(200 / 60), np.log(25 / 8)) / 2
    assert found.flop == pytest.approx(middle, rel=0.01)
    assert (found.low, found.high) == pytest.approx((middle * np.exp(-width), middle * np.exp(width)), rel=0.01)


def test_one_uncertain_input_keeps_its_own_interval():
    found = estimated({"parameters": "60 to 200 billion", "tokens": "1T"}, draws=400_000)
    assert (found.low, found.high) == pytest.approx((3.6e23, 1.2e24), rel=0.01)
    assert found.formula == "6 × [6e10 to 2e11] parameters × 1e12 tokens"


def test_the_same_seed_gives_the_same_numbers_and_another_seed_others():
    assert estimated(UNSURE, seed=7) == estimated(UNSURE, seed=7)
    assert estimated(UNSURE, seed=7).flop != estimated(UNSURE, seed=8).flop


def test_another_input_leaves_the_draws_of_the_first_alone():
    assert estimated(UNSURE | {"epochs": 2}).flop == pytest.approx(2 * estimated(UNSURE).flop, rel=1e-12)


@pytest.mark.parametrize(("values", "what", "where"), REFUSED)
def test_refused(values, what, where):
    with pytest.raises(BadInput) as refusal:
        estimated(values)
    assert what in refusal.value.what
    assert refusal.value.where == where


@pytest.mark.parametrize(
    ("seed", "draws"), [(-1, 10), (0, 0), (0, 10**9)], ids=["negative-seed", "no-draws", "too-many-draws"]
)
def test_seed_and_draws_are_bounded(seed, draws):
    with pytest.raises(BadInput):
        estimated(UNSURE, seed=seed, draws=draws)


def test_a_number_of_another_dimension_is_refused():
    with pytest.raises(BadInput, match="parameters is given in tokens"):
        EstimateInput(parameters=Quantity.of(7e9, "tokens"))


def test_none_is_unknown():
    assert read_estimate_input({"parameters": None, "tokens": "1T"}).given().keys() == {"tokens"}


def test_every_input_is_a_field():
    assert set(INPUTS) | {"architecture", "causal"} == set(EstimateInput.model_fields)


@given(st.sampled_from(["parameters", "tokens", "epochs", "layers", "context", "attention_width"]), st.floats(1.1, 50))
def test_more_of_any_input_never_gives_less(name, more):
    values = {"parameters": 7e9, "tokens": 1e12, "epochs": 1, "layers": 32, "context": 4096, "attention_width": 4096}
    base = estimated(values).flop
    assert estimated(values | {name: values[name] * more}).flop >= base


@given(st.floats(1e6, 1e13), st.floats(1.01, 100), st.integers(0, 2**31))
def test_the_median_lies_in_its_interval(low, spread, seed):
    parameters = read_quantity({"low": low, "high": low * spread}, "parameters")
    found = estimated({"parameters": parameters, "tokens": "1T"}, seed=seed, draws=200)
    assert found.low <= found.flop <= found.high
