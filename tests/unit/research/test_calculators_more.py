"""Toxicity, schedules, serving memory and pruning against values worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.errors import BadInput
from governance.research.labs.optimiser_curves import Curve, area, compare_schedules, rate, steps_to, toy_quadratic
from governance.research.labs.pruning import prune, prune_curve, toy_matrix
from governance.research.labs.serving import Attention, licence_fit, serving_memory
from governance.research.labs.toxicity import Mitigated, product_of_experts, shift, toxicity_front

chances = st.lists(st.floats(0.01, 1), min_size=2, max_size=2)


class TestToxicity:
    def test_front_and_changes(self):
        rows = [
            Mitigated(method="base", language="eng", toxicity=0.5, second=20, seconds=1.0),
            Mitigated(method="slow", language="eng", toxicity=0.2, second=25, seconds=4.0),
            Mitigated(method="quick", language="eng", toxicity=0.25, second=25, seconds=2.28),
            Mitigated(method="poor", language="eng", toxicity=0.5, second=30, seconds=5.0),
            Mitigated(method="base", language="fra", toxicity=0.4, second=20, seconds=1.0),
            Mitigated(method="slow", language="fra", toxicity=0.4, second=25, seconds=4.0),
            Mitigated(method="quick", language="fra", toxicity=0.3, second=25, seconds=2.28),
            Mitigated(method="poor", language="fra", toxicity=0.4, second=30, seconds=5.0),
            Mitigated(method="base", language="deu", toxicity=0.4),
        ]
        found = toxicity_front(rows, "slow")
        assert found.left_out == ("deu",)
        by = {row.method: row for row in found.methods}
        assert {name for name, row in by.items() if row.on_front} == {"base", "quick"}, "quick beats slow by the mean"
        assert by["quick"].seconds_change == pytest.approx(-43), "the claim's kind of figure: relative latency"
        assert (toxicity_front(rows, "base").methods[1].worst_language) == "fra"

    def test_only_what_all_have_counts(self):
        rows = [Mitigated(method="a", toxicity=1, seconds=9), Mitigated(method="b", toxicity=2)]
        assert toxicity_front(rows).counts == ("toxicity",)

    def test_product_by_hand(self):
        # 0.5·4 : 0.5·¼ = 16 : 1
        assert product_of_experts([0.5, 0.5], [0.8, 0.2], [0.2, 0.8], 1).tolist() == pytest.approx([16 / 17, 1 / 17])

    @given(chances, chances, chances, st.floats(-3, 3))
    def test_product_is_the_sum_of_logits(self, base, expert, anti, alpha):
        found = product_of_experts(base, expert, anti, alpha)
        logits = np.log(base) + alpha * (np.log(expert) - np.log(anti))
        weights = np.exp(logits - logits.max())
        assert found == pytest.approx(weights / weights.sum())
        assert product_of_experts(base, expert, anti, 0) == pytest.approx(np.array(base) / sum(base))

    def test_shift(self):
        found = shift([0.5, 0.5], [0.8, 0.2], [0.2, 0.8], 1, [False, True])
        assert (found.toxic_before, found.toxic_after) == (0.5, pytest.approx(1 / 17))
        assert found.moved == pytest.approx(0.5 - 1 / 17)
        assert shift([0.5, 0.5], [0.8, 0.2], [0.2, 0.8], 0).divergence == 0

    def test_a_zero_of_an_expert_is_refused(self):
        with pytest.raises(BadInput, match="smooth"):
            product_of_experts([1, 0], [1, 0], [1, 1], 1)


def curve(values, schedule="a", seed="0", steps=(0, 10, 20)):
    return Curve(schedule=schedule, seed=seed, steps=steps, values=values)


class TestSchedules:
    def test_steps_and_area_by_hand(self):
        one = curve((1.0, 0.5, 0.0))
        assert steps_to(one, 0.25) == 15
        assert steps_to(one, 1.0) == 0
        assert steps_to(one, -1) is None
        assert steps_to(curve((0.0, 0.5, 1.0)), 0.75, "higher") == 15
        assert area(one, 0, 20) == 0.5
        assert area(one, 5, 15) == 0.5

    def test_a_seed_that_never_arrives_counts_as_late(self):
        rows = [curve((1, 0.5, 0), seed="0"), curve((1, 0.9, 0.8), seed="1"), curve((1, 0.2, 0), seed="2")]
        found = compare_schedules(rows, target=0.5).schedules[0]
        assert (found.reached, found.steps_to_target) == (2, 10)
        assert compare_schedules(rows[:2], target=0.5).schedules[0].steps_to_target is None

    def test_told_apart_by_seeds(self):
        quick = [curve((1, 0.1, 0.1 + s / 1000), "quick", str(s)) for s in range(4)]
        slow = [curve((1, 0.8, 0.7 + s / 1000), "slow", str(s)) for s in range(4)]
        found = compare_schedules(quick + slow)
        assert found.schedules[0].schedule == "quick"
        assert found.difference < 0
        assert found.told_apart
        assert compare_schedules(quick[:1] + slow).told_apart is None, "one seed has no spread"

    def test_false_alarms_are_near_one_in_twenty(self):
        alarms = 0
        for seed in range(200):
            noise = np.random.default_rng(seed).standard_normal((2, 6))
            rows = [curve((1, 1, float(noise[k, s])), "ab"[k], str(s)) for k in range(2) for s in range(6)]
            alarms += bool(compare_schedules(rows).told_apart)
        assert 2 <= alarms <= 20

    def test_the_toy_rewards_a_decay(self):
        runs = toy_quadratic({"constant": "constant", "cosine": "cosine"}, start=0.15, noise=1.0, seeds=10)
        found = {row.schedule: row for row in compare_schedules(runs).schedules}
        assert found["cosine"].final < found["constant"].final / 5
        assert toy_quadratic({"c": "constant"}, noise=0, steps=2)[0].values[1] == pytest.approx(0.9**2 / 2)

    def test_rates(self):
        assert [rate(one, 100, 100, 1.0) for one in ("constant", "step", "cosine")] == [1.0, 0.1, 0.0]
        assert rate("inverse", 100, 100, 1.1) == pytest.approx(0.1)

    def test_refuses(self):
        with pytest.raises(BadInput, match="in common"):
            compare_schedules([curve((1, 1, 1)), curve((1, 1, 1), seed="1", steps=(30, 40, 50))])
        with pytest.raises(BadInput, match="do not rise"):
            compare_schedules([curve((1, 1, 1), steps=(0, 0, 1))])


class TestServing:
    def test_a_published_cache(self):
        eight = Attention(layers=32, key_heads=8, head_width=128)
        found = serving_memory(8.03e9, attention=eight, context=8_192, device=80e9)
        assert found.cache_per_token == 131_072, "32 layers, 8 key heads of 128: 128 KiB a token at 16 bits"
        assert found.cache == 2**30
        assert found.devices == 1
        assert found.most_tokens == (80e9 - 16.06e9) // 131_072

    def test_precision_and_groups(self):
        assert serving_memory(1e9, "int4").weights == 0.5e9
        assert serving_memory(1e9, "int4", group=32).weights == 0.5625e9
        assert serving_memory(1e9).total is None, "without a shape the cache is unknown, not 0"

    @pytest.mark.parametrize(
        ("use", "purpose", "fit"),
        [
            ("commercial", "commercial", "fits"),
            ("noncommercial", "commercial", "does not fit"),
            ("noncommercial", "academic", "fits"),
            ("academic_only", "noncommercial", "does not fit"),
            ("unspecified", "academic", "unknown"),
            (None, "commercial", "unknown"),
        ],
    )
    def test_licence(self, use, purpose, fit):
        assert licence_fit(use, purpose).fit == fit


class TestPruning:
    def test_by_hand(self):
        matrix = np.array([[3.0, -1.0], [2.0, 4.0]])
        first = next(row for row in prune_curve(matrix, [0.5]) if row.method == "magnitude")
        assert first.kept == 2
        assert first.error == pytest.approx((5 / 30) ** 0.5)

    @given(st.lists(st.floats(-5, 5), min_size=4, max_size=30), st.floats(0, 1), st.integers(0, 20))
    def test_no_other_choice_of_as_many_loses_less(self, numbers, sparsity, seed):
        matrix = np.array(numbers)
        least = np.linalg.norm(matrix - prune(matrix, sparsity))
        assert least <= np.linalg.norm(matrix - prune(matrix, sparsity, "random", seed=seed)) + 1e-9

    def test_heavy_numbers_are_what_magnitude_exploits(self):
        plain = {row.asked: row.error for row in prune_curve(toy_matrix(), methods=["magnitude"])}
        heavy = {row.asked: row.error for row in prune_curve(toy_matrix(heavy=0.1), methods=["magnitude"])}
        assert heavy[0.9] < plain[0.9]

    def test_refuses(self):
        with pytest.raises(BadInput):
            prune_curve(np.zeros((2, 2)))
