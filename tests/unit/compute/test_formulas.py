"""Each formula against published figures, hand counts, and the laws it must keep."""

import inspect
import json
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.catalogue.connect import PROJECT
from governance.compute import formulas
from governance.compute.formulas import (
    PpoModels,
    active_parameters,
    adapter_flop,
    attention_factor,
    best_of_n_flop,
    dense_flop,
    distil_logits_flop,
    distil_sequences_flop,
    dpo_flop,
    encoder_decoder_flop,
    grpo_flop,
    inference_flop_per_token,
    merged_flop,
    moe_flop,
    parameters_until,
    pass_at_k,
    ppo_flop,
    recomputed_flop,
    synthetic_flop,
    tokens_until,
    upcycled_flop,
)
from governance.compute.hardware import bf16_equivalent, chips_until, cluster_time, cross_check, hardware_flop

FRAMEWORK = PROJECT.parent / "shared" / "data" / "framework" / "compute_formulas.json"
EU_TOLERANCE = 0.08  # the official examples are printed rounded

# Commission Guidelines C(2025) 7719, annex A: parameters, tokens, FLOP as printed, tolerance.
EU_ARCHITECTURE = [
    ("A", 3.8e9, 3.3e12, 7.5e22, EU_TOLERANCE),
    ("C", 0.6e9, 36e12, 1.3e23, EU_TOLERANCE),
    ("D", 1.54e9, 18e12, 1.663e23, EU_TOLERANCE),
    ("E", 1.7e9, 36e12, 3.7e23, EU_TOLERANCE),
    ("F", 2.5e9, 12e12, 1.8e23, EU_TOLERANCE),
    ("G", 2.6e9, 10e12, 1.5e23, 0.05),
]
# The same annex: chip-hours, peak, utilisation, FLOP as printed, tolerance.
EU_HARDWARE = [("B", 2e5, 3e14, 0.5, 1e23, 0.10), ("H", 3.7e5, 9.89e14, 0.5, 6.5e23, 0.02)]
# What the makers or Epoch AI print.
PUBLISHED = [
    ("llama-3.1-405b", dense_flop(405e9, 15.6e12), 3.8e25, 0.01),
    ("deepseek-v3", moe_flop(37e9, 14.8e12), 3.3e24, 0.01),
    ("t5-11b", encoder_decoder_flop(5.5e9, 5.5e9, 5e11, 5e11), 3.3e22, 0.001),
    ("chinchilla", dense_flop(70e9, 1.4e12), 5.76e23, 0.03),
    ("gpt-3", dense_flop(175e9, 300e9), 3.14e23, 0.01),
]
# Counted by hand from two operations a weight forward and four backward.
BY_HAND = [
    ("dense-two-epochs", dense_flop(10, 3, 2), 360),
    ("active-parameters", active_parameters(5, 2, 8, 1), 22),
    ("lora", adapter_flop(100, 1, 10), 4 * 100 * 10 + 6 * 10),
    ("lora-two-epochs", adapter_flop(100, 1, 10, 2), 2 * (4 * 100 * 10 + 6 * 10)),
    ("dpo-same-size", dpo_flop(10, 10, 5), 8 * 10 * 5),
    ("dpo-cached", dpo_flop(10, 0, 5), 6 * 10 * 5),
    ("ppo-four-equal", ppo_flop(PpoModels(1, 1, 1, 1), 1).total, 2 + 2 + 2 + 6 + 6),
    ("ppo-two-updates-and-prompts", ppo_flop(PpoModels(1, 0, 0, 0), 1, 3, 2).total, 2 + 2 * 3 + 6 * 2),
    ("grpo", grpo_flop(2, 3, 4, 5), 3 * 4 * 5 * 8 * 2),
    ("grpo-reference-two-updates", grpo_flop(2, 3, 4, 5, 2, 2), 3 * 4 * 5 * (2 + 2 + 12) * 2),
    ("distil-logits", distil_logits_flop(1, 10, 7), (6 + 20) * 7),
    ("distil-sequences", distil_sequences_flop(1, 10, 7, 0.25), 6 * 7 + 20 * 7 * 4),
    ("synthetic", synthetic_flop(10, 7, 3, 0.5), 2 * 10 * 10 * 2),
    ("inference", inference_flop_per_token(100, 2, 4, 8), 200 + 4 * 2 * 4 * 8),
    ("best-of-n", best_of_n_flop(5, 10, 3, 7), 5 * (60 + 7)),
    ("pass-at-two", pass_at_k(0.5, 2), 0.75),
    ("recomputed", recomputed_flop(3), 4),
    ("recomputed-half", recomputed_flop(6, 0.5), 7),
    ("merged", merged_flop([1, 2, 3], 4), 10),
    ("upcycled", upcycled_flop(5, 2, 3), 5 + 36),
    ("attention-causal", attention_factor(2, 3, 5, 60), 1.5),
    ("attention-full", attention_factor(2, 3, 5, 60, causal=False), 2.0),
    ("hardware", hardware_flop(2, 3, 5, 0.5, 0.5), 2 * 3 * 3600 * 5 / 4),
    ("cluster-hours", cluster_time(3600 * 10, 2, 5, 0.5), 2),
    ("chips", chips_until(3600 * 10, 2, 5, 0.5), 2),
    ("bf16", bf16_equivalent(10, 8), 5),
    ("tokens-left", tokens_until(100, 5, 40), 2),
    ("tokens-none-left", tokens_until(100, 5, 400), 0),
    ("parameters-left", parameters_until(60, 5), 2),
]
positive = st.floats(1e-3, 1e12)
shares = st.floats(0.01, 1)


@pytest.mark.parametrize(("example", "parameters", "tokens", "printed", "tolerance"), EU_ARCHITECTURE)
def test_eu_examples_by_architecture(example, parameters, tokens, printed, tolerance):
    assert dense_flop(parameters, tokens) == pytest.approx(printed, rel=tolerance)


@pytest.mark.parametrize(("example", "chip_hours", "peak", "utilisation", "printed", "tolerance"), EU_HARDWARE)
def test_eu_examples_by_hardware(example, chip_hours, peak, utilisation, printed, tolerance):
    assert hardware_flop(1, chip_hours, peak, utilisation) == pytest.approx(printed, rel=tolerance)


@pytest.mark.parametrize(("model", "flop", "printed", "tolerance"), PUBLISHED, ids=[one[0] for one in PUBLISHED])
def test_published_models(model, flop, printed, tolerance):
    assert flop == pytest.approx(printed, rel=tolerance)


@pytest.mark.parametrize(("case", "counted", "by_hand"), BY_HAND, ids=[one[0] for one in BY_HAND])
def test_by_hand(case, counted, by_hand):
    assert counted == pytest.approx(by_hand, rel=1e-12)


@pytest.mark.outside_data
def test_every_self_test_of_the_framework():
    if not FRAMEWORK.is_file():
        pytest.skip("the framework file is not here")
    tests = json.loads(FRAMEWORK.read_text(encoding="utf-8"))["self_tests"]
    ways = {
        "dense_6nd": lambda one: dense_flop(one["N"], one["D"]),
        "moe_active": lambda one: moe_flop(one["N"], one["D"]),
        "encdec": lambda one: encoder_decoder_flop(one["N"] / 2, one["N"] / 2, one["D"] / 2, one["D"] / 2),
        "hardware_time": lambda one: hardware_flop(1, one["gpu_hours"], one["peak"], one["MFU"]),
    }
    off = {one["name"]: abs(ways[one["formula"]](one) / one["expect"] - 1) for one in tests}
    too_far = {one["name"] for one in tests if off[one["name"]] > one.get("tolerance", EU_TOLERANCE)}
    assert len(tests) == 11
    assert too_far == set()


# A formula and its numbers in order, all of which raise it.
RISING = [
    (dense_flop, 3),
    (moe_flop, 3),
    (encoder_decoder_flop, 5),
    (adapter_flop, 4),
    (dpo_flop, 4),
    (grpo_flop, 6),
    (distil_logits_flop, 3),
    (distil_sequences_flop, 3),
    (synthetic_flop, 3),
    (inference_flop_per_token, 4),
    (best_of_n_flop, 4),
    (hardware_flop, 3),
    (recomputed_flop, 2),
    (upcycled_flop, 3),
    (attention_factor, 3),
]
RISING_FILL = {"parameters": 7.0, "peak": 3.0, "utilisation": 0.4, "acceptance": 0.5}


@pytest.mark.parametrize(("formula", "count"), RISING, ids=[one[0].__name__ for one in RISING])
@given(data=st.data())
def test_more_of_anything_never_costs_less(formula, count, data):
    names = list(inspect.signature(formula).parameters)
    rest = {
        name: RISING_FILL[name]
        for name in names[count:]
        if inspect.signature(formula).parameters[name].default is inspect.Parameter.empty
    }
    numbers = [data.draw(positive, label=name) for name in names[:count]]
    place = data.draw(st.integers(0, count - 1))
    more = list(numbers)
    more[place] *= data.draw(st.floats(1.1, 100))
    fixed = partial(formula, **rest)
    assert fixed(*more) >= fixed(*numbers)


@given(positive, positive, st.floats(1, 10))
def test_encoder_decoder_halves_the_dense_count(parameters, tokens, epochs):
    halves = encoder_decoder_flop(parameters / 2, parameters / 2, tokens / 2, tokens / 2, epochs)
    assert halves == pytest.approx(dense_flop(parameters, tokens, epochs) / 2)


@given(positive, positive, shares)
def test_adapters_save_a_third_less_their_own_share(parameters, tokens, share):
    saved = adapter_flop(parameters, parameters * share, tokens) / dense_flop(parameters, tokens)
    assert saved == pytest.approx(2 / 3 + share)


@given(positive, positive, shares)
def test_less_accepted_costs_more(generator, tokens, acceptance):
    assert synthetic_flop(generator, tokens, acceptance=acceptance) >= synthetic_flop(generator, tokens)
    assert distil_sequences_flop(1, generator, tokens, acceptance) >= distil_sequences_flop(1, generator, tokens)


@given(positive, positive, positive, shares, shares)
def test_hardware_and_time_to_a_threshold_are_inverse(chips, peak, threshold, utilisation, uptime):
    hours = cluster_time(threshold, chips, peak, utilisation, uptime)
    assert hardware_flop(chips, hours, peak, utilisation, uptime) == pytest.approx(threshold)
    assert chips_until(threshold, hours, peak, utilisation, uptime) == pytest.approx(chips)


@given(positive, positive)
def test_tokens_and_parameters_to_a_threshold_are_inverse(threshold, parameters):
    tokens = float(tokens_until(threshold, parameters))
    assert dense_flop(parameters, tokens) == pytest.approx(threshold)
    assert parameters_until(threshold, tokens) == pytest.approx(parameters)


def test_every_formula_takes_arrays():
    array = np.array([2.0, 3.0])
    public = [
        one
        for name, one in vars(formulas).items()
        if inspect.isfunction(one) and one.__module__ == formulas.__name__ and name not in ("merged_flop", "ppo_flop")
    ]
    assert {dense_flop, grpo_flop, tokens_until} <= set(public)
    for formula in public:
        signature = inspect.signature(formula)
        places = [one for one in signature.parameters.values() if one.kind is not one.KEYWORD_ONLY]
        together = formula(*[array for _ in places])
        alone = [formula(*[value for _ in places]) for value in array]
        np.testing.assert_allclose(together, alone, err_msg=formula.__name__)


def test_the_parts_of_ppo_are_apart():
    parts = ppo_flop(PpoModels(policy=1, reference=10, reward=100, value=1000), 1, 1, 1)
    assert parts == (2, 2, 20, 200, 6, 6000)


@pytest.mark.parametrize(
    ("architecture", "hardware", "agrees"),
    [
        pytest.param(1e24, 1e24, True, id="same"),
        pytest.param(2e24, 1e24, True, id="at-two"),
        pytest.param(1e24, 2e24, True, id="at-half"),
        pytest.param(2.01e24, 1e24, False, id="above-two"),
        pytest.param(1e24, 2.01e24, False, id="below-half"),
    ],
)
def test_agreement(architecture, hardware, agrees):
    assert cross_check(architecture, hardware).agrees is agrees


def test_cross_check_without_spread_pools_alike_and_without_utilisation_implies_none():
    checked = cross_check(1e24, 1e26)
    assert checked.pooled_flop == pytest.approx(1e25)
    assert checked.implied_utilisation is None


def test_the_surer_method_weighs_more():
    # Weights 1/0.1² and 1/0.3²: nine to one.
    pooled = cross_check(1e24, 1e25, architecture_sd=0.1, hardware_sd=0.3).pooled_flop
    assert pooled == pytest.approx(10**24.1)


def test_implied_utilisation_makes_the_two_equal():
    checked = cross_check(3e24, hardware_flop(1000, 1000, 1e15, 0.4), utilisation=0.4)
    assert hardware_flop(1000, 1000, 1e15, checked.implied_utilisation) == pytest.approx(3e24)
