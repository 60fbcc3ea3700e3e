"""Experts, routing, merges, sampling and privacy against values worked by hand."""

from __future__ import annotations

import io
import itertools
import pickle
from math import exp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save

from governance.errors import BadInput
from governance.research.labs.experts import T5_XXL, Shape, stored_active, trainable_share
from governance.research.labs.fronts import front
from governance.research.labs.merge_choice import Tried, choose_merges
from governance.research.labs.merges import merge, search_space
from governance.research.labs.privacy import Mechanism, document_epsilon, privacy_front
from governance.research.labs.router_addition import add_expert, entropy_bits
from governance.research.labs.sampling import Sampled, expected_selected, sampling
from governance.research.labs.states import read_state


class TestExperts:
    def test_the_shape_has_the_models_size(self):
        assert T5_XXL.parameters == 24 * 192_937_984 + 24 * 260_046_848 + 2 * 32_128 * 4096 == 11_134_828_544

    @pytest.mark.parametrize(
        ("router", "routers", "share"),
        [
            pytest.param("block", 48 * 4096 * 10, 0.115, id="block"),
            pytest.param("sublayer", 120 * 4096 * 10, 0.141, id="sublayer"),
            pytest.param("site", 192 * 4096 * 10, 0.168, id="site"),
        ],
    )
    def test_ten_vector_experts(self, router, routers, share):
        found = trainable_share(T5_XXL, 10, router=router)
        assert found.per_expert == 24 * (2 * 4096 + 10_240) + 24 * (4 * 4096 + 10_240)
        assert found.routers == routers
        assert found.share == pytest.approx(share, abs=5e-4)
        assert found.share < 1, "the claim: under 1% of 11B"

    def test_lora_and_what_a_token_uses(self):
        small = Shape(encoder_layers=0, decoder_layers=2, width=8, attention_width=8, key_width=4, inner_width=16)
        found = trainable_share(small, 3, "lora", rank=2, router="block", top=1)
        one = 2 * (2 * 2 * (8 + 4) + 2 * (8 + 16))
        assert found.per_expert == one
        assert found.routers == 2 * 8 * 3
        assert found.stored - found.active == 2 * one
        assert not found.every_expert

    def test_stored_against_active(self):
        found = stored_active(2e9, 5e9, 8, 2)
        assert (found.stored, found.active, found.ratio) == (42e9, 12e9, 3.5)

    @pytest.mark.parametrize("many", [0, -1, 10**6])
    def test_refuses(self, many):
        with pytest.raises(BadInput):
            trainable_share(T5_XXL, many)


class TestRouting:
    def test_two_experts_and_a_newcomer_by_hand(self):
        found = add_expert(
            {"a": [1, 0], "b": [0, 1]}, "new", [0, 1], [[1, 0], [0, 1]], ["a", "b"], temperature=1.0
        )  # fmt: skip
        of_a, of_b = found.domains
        assert of_a.moved == pytest.approx(100 / (exp(1) + 2))
        assert of_b.moved == pytest.approx(100 * exp(1) / (2 * exp(1) + 1))
        assert found.old_moved == pytest.approx((of_a.moved + of_b.moved) / 2)
        assert found.new_kept is None
        assert (of_b.switched, of_b.top_after) == (0.0, "b"), "of equals the one that was there first stays"

    def test_entropy(self):
        assert entropy_bits(np.array([[0.5, 0.5], [1.0, 0.0]])).tolist() == [1.0, 0.0]

    @pytest.mark.parametrize(
        ("texts", "domains"),
        [([[1.0]], ["a"]), ([[0.0, 0.0]], ["a"]), ([[float("nan"), 1.0]], ["a"]), ([[1.0, 0.0]], [])],
    )
    def test_refuses(self, texts, domains):
        with pytest.raises(BadInput):
            add_expert({"a": [1, 0]}, "new", [0, 1], texts, domains)


class TestMerges:
    @pytest.mark.parametrize(
        ("asked", "count"),
        [
            pytest.param({"models": 3, "operators": 4}, 96, id="3!·4²"),
            pytest.param({"models": 3, "operators": 4, "symmetric": True}, 48, id="halved"),
            pytest.param({"models": 5, "operators": 4, "size": 2}, 10 * 2 * 4, id="pairs of five"),
            pytest.param({"models": 3, "operators": 4, "ordered": False}, 16, id="order fixed"),
        ],
    )
    def test_search_space(self, asked, count):
        assert search_space(**asked).evaluations == count

    def test_search_space_by_listing(self):
        listed = {
            (order, steps) for order in itertools.permutations("abc") for steps in itertools.product("1234", repeat=2)
        }
        assert search_space(3, 4).evaluations == len(listed)

    def test_each_operator_by_hand(self):
        base = {"w": np.array([0.0, 0.0, 0.0])}
        one, two = {"w": np.array([4.0, 1.0, -1.0])}, {"w": np.array([2.0, -3.0, 0.5])}
        assert merge([one, two]).state["w"].tolist() == [3.0, -1.0, -0.25]
        assert merge([one, two], "task arithmetic", base=base, weights=[1, 0.5]).state["w"].tolist() == [5, -0.5, -0.75]
        kept = merge([one, two], "ties", base=base, keep=2 / 3)
        # Kept of the first: 4 and 1 (the first of equals); of the second: 2 and −3. Signs: +, − (1 − 3), none.
        assert kept.state["w"].tolist() == [3.0, -3.0, 0.0]
        assert kept.tensors[0].sign_conflict == pytest.approx(200 / 3)

    def test_slerp_keeps_the_length_and_falls_back_to_a_line(self):
        one, two = {"w": np.array([1.0, 0.0])}, {"w": np.array([0.0, 1.0])}
        assert np.linalg.norm(merge([one, two], "slerp", weights=[0.3, 0.7]).state["w"]) == pytest.approx(1)
        assert merge([one, one], "slerp").state["w"].tolist() == [1.0, 0.0]

    @given(st.lists(st.floats(-10, 10), min_size=1, max_size=20))
    def test_merging_a_model_with_itself_gives_it_back(self, numbers):
        state = {"w": np.array(numbers)}
        zero = {"w": np.zeros(len(numbers))}
        for operator in ("average", "slerp"):
            assert np.allclose(merge([state, state], operator).state["w"], state["w"])
        assert np.allclose(merge([state, state], "ties", base=zero, keep=1).state["w"], state["w"])

    def test_shapes_and_bases_are_checked(self):
        one, two = {"w": np.ones(2)}, {"w": np.ones(3)}
        with pytest.raises(BadInput, match="differs in name or shape"):
            merge([one, two])
        with pytest.raises(BadInput, match="base"):
            merge([one, one], "ties")

    def test_no_pickle_is_ever_read(self):
        held = io.BytesIO()
        np.savez(held, w=np.array([{"a": 1}], dtype=object))
        for data in (held.getvalue(), pickle.dumps({"w": 1}), b"", b"PK\x03\x04nonsense"):
            with pytest.raises(BadInput):
                read_state(data, "x.npz")

    def test_a_bomb_is_refused_before_it_is_unpacked(self):
        held = io.BytesIO()
        np.savez_compressed(held, w=np.zeros(10_000_000))
        assert len(held.getvalue()) < 200_000
        with pytest.raises(BadInput, match="unpacks to"):
            read_state(held.getvalue(), "x.npz")

    def test_safetensors_come_back_with_every_kind_of_number(self):
        state = {"w": np.array([[1.5, -2.0]], dtype=np.float32), "h": np.array([0.5], dtype=np.float16),
                 "i": np.array([3, -4], dtype=np.int32)}  # fmt: skip
        found = read_state(save(state), "x.safetensors")
        assert {name: array.tolist() for name, array in found.items()} == {
            "w": [[1.5, -2.0]], "h": [0.5], "i": [3.0, -4.0]
        }  # fmt: skip
        # BF16 is the upper half of a float: 1.0 is 3f80, -2.5 is c020.
        header = b'{"b":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}'
        half = len(header).to_bytes(8, "little") + header + bytes.fromhex("803f20c0")
        assert read_state(half, "x.safetensors")["b"].tolist() == [1.0, -2.5]

    @pytest.mark.parametrize(
        ("data", "word"),
        [
            pytest.param(b"\xff" * 100, "no .safetensors", id="noise"),
            pytest.param(save({"w": np.ones(9)})[:-4], "no .safetensors", id="cut"),
            pytest.param(save({}), "0 arrays", id="empty"),
            pytest.param(save({"w": np.array([True])}), "of BOOL", id="truth"),
            pytest.param(save({"w": np.array([np.inf])}), "not finite", id="infinite"),
        ],
    )
    def test_bad_safetensors_are_refused(self, data, word):
        with pytest.raises(BadInput, match=word):
            read_state(data, "x.safetensors")

    def test_plain_arrays_come_back(self):
        held = io.BytesIO()
        np.savez(held, w=np.array([1, 2], dtype=np.int32), v=np.array([[0.5]]))
        found = read_state(held.getvalue(), "x.npz")
        assert found["w"].tolist() == [1.0, 2.0]
        assert found["v"].shape == (1, 1)


def tried(planted: bool, seed: int) -> list[Tried]:
    rng = np.random.default_rng(seed)
    rows = []
    for a, b in itertools.combinations("abcdefgh", 2):
        likeness = float(rng.random())
        for operator, slope in (("average", 1.0), ("slerp", 0.0), ("ties", -1.0)):
            score = 0.5 + (0.2 * slope * (likeness - 0.5) if planted else 0.0) + 0.01 * float(rng.standard_normal())
            rows.append(Tried(model_a=a, model_b=b, operator=operator, score=score, likeness=(likeness,)))
    return rows


class TestMergeChoice:
    def test_finds_what_was_planted(self):
        found = choose_merges(tried(True, 1), fixed="slerp")
        assert found.gain > 0.03
        assert found.chance <= 0.02
        assert found.right > 70
        assert found.pairs == 2 * 28, "each pair once for each of its models"

    def test_finds_nothing_where_nothing_was(self):
        found = [choose_merges(tried(False, seed), fixed="slerp", shuffles=39) for seed in range(30)]
        assert sum(one.chance <= 0.05 for one in found) <= 4, "about one in twenty"

    def test_the_pair_left_out_never_teaches(self):
        rows = tried(True, 2)
        spoilt = [
            row.model_copy(update={"score": 99.0})
            if "a" in (row.model_a, row.model_b) and row.operator == "ties"
            else row
            for row in rows
        ]
        before = [row.chosen for row in choose_merges(rows).rows if row.left_out == "a"]
        assert [row.chosen for row in choose_merges(spoilt).rows if row.left_out == "a"] == before

    def test_refuses_too_few(self):
        rows = [Tried(model_a="a", model_b="b", operator=o, score=1, likeness=(0.5,)) for o in ("x", "y")]
        with pytest.raises(BadInput, match="at least 4 models"):
            choose_merges(rows)


class TestSampling:
    def test_best_of_two_of_five_is_four(self):
        found = sampling([Sampled(item="p", scores=(1, 2, 3, 4, 5))])
        assert found.steps[1].oracle == 4.0
        assert found.steps[0].oracle == 3.0
        assert found.languages[0].oracle_gain == 2.0

    @given(st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), min_size=1, max_size=7), st.integers(1, 7))
    def test_a_selector_by_listing_every_draw(self, pairs, n):
        n = min(n, len(pairs))
        drawn = [
            max(draw, key=lambda place: (pairs[place][1], -place))
            for draw in itertools.combinations(range(len(pairs)), n)
        ]
        listed = np.mean([pairs[place][0] for place in drawn])
        scores, selector = [p[0] for p in pairs], [p[1] for p in pairs]
        assert expected_selected(scores, selector, n) == pytest.approx(listed)

    def test_a_perfect_selector_is_the_oracle_and_a_blind_one_gains_nothing(self):
        rng = np.random.default_rng(0)
        scores = [tuple(rng.random(6)) for _ in range(400)]
        perfect = sampling([Sampled(item=str(i), scores=s, selector=s) for i, s in enumerate(scores)], cost=2.0)
        assert perfect.languages[0].captured == pytest.approx(100)
        assert perfect.steps[-1].cost == 12.0
        blind = [Sampled(item=str(i), scores=s, selector=tuple(rng.random(6))) for i, s in enumerate(scores)]
        gained = sampling(blind).languages[0]
        assert abs(gained.gain) < 0.03
        assert not gained.helps

    def test_a_blind_selector_is_not_said_to_help(self):
        told = 0
        for seed in range(60):
            drawn = np.random.default_rng(seed).normal(size=(2, 40, 4))
            rows = [
                Sampled(item=str(at), scores=tuple(one), selector=tuple(two))
                for at, (one, two) in enumerate(zip(*drawn, strict=True))
            ]
            told += sampling(rows, draws=500, seed=seed).languages[0].helps is True
        assert told <= 5, "2.5% of 60 is 1.5"

    def test_refuses_half_a_selector(self):
        rows = [Sampled(item="a", scores=(1, 2), selector=(1, 2)), Sampled(item="b", scores=(1, 2))]
        with pytest.raises(BadInput, match="fill all or none"):
            sampling(rows)


class TestPrivacy:
    def test_a_hundred_tokens_over_a_range_of_ten(self):
        found = document_epsilon(0, 10, 1.0, 100)
        assert found.epsilon == 2_000
        assert found.vacuous
        assert found.certainty == 1.0
        assert document_epsilon(0, 10, found.temperature_needed, 100).epsilon == pytest.approx(found.limit)

    @given(st.floats(0.1, 10), st.integers(1, 500))
    def test_more_heat_hides_more_and_more_tokens_less(self, temperature, tokens):
        here = document_epsilon(-3, 4, temperature, tokens).epsilon
        assert document_epsilon(-3, 4, temperature * 2, tokens).epsilon < here
        assert document_epsilon(-3, 4, temperature, tokens + 1).epsilon > here

    def test_no_two_inputs_differ_by_more_than_the_formula_says(self):
        rng = np.random.default_rng(0)
        per_token = document_epsilon(-1, 2, 0.7, 1).per_token
        most = 0.0
        for _ in range(300):
            logits = rng.choice([-1.0, 2.0, 0.3], size=(2, 20))
            logits[0, 0], logits[1, 0] = 2.0, -1.0
            logits[0, 1:] = -1.0
            logits[1, 1:] = 2.0
            weights = np.exp(logits / 0.7)
            chance = weights / weights.sum(axis=1, keepdims=True)
            most = max(most, float(np.abs(np.log(chance[0] / chance[1])).max()))
        assert most <= per_token
        assert most > 0.7 * per_token, "the bound is near to what can happen"

    def test_front(self):
        rows = [
            Mechanism(name="clean", utility=0.9, attacker=0.9),
            Mechanism(name="cold", utility=0.85, attacker=0.6, adaptive=0.7, epsilon=2_000),
            Mechanism(name="hot", utility=0.8, attacker=0.75, epsilon=5),
        ]
        found = privacy_front(rows, "clean")
        assert [row.on_front for row in found] == [True, True, False]
        assert found[1].attacker_change == pytest.approx(-100 / 3)
        assert (found[1].vacuous, found[2].vacuous, found[0].vacuous) == (True, False, None)

    @pytest.mark.parametrize(("low", "high", "temperature", "tokens"), [(1, 1, 1, 1), (0, 1, 0, 1), (0, 1, 1, 0)])
    def test_refuses(self, low, high, temperature, tokens):
        with pytest.raises(BadInput):
            document_epsilon(low, high, temperature, tokens)


class TestFront:
    @given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12))
    def test_by_comparing_every_two(self, points):
        expected = [not any(p[0] >= q[0] and p[1] <= q[1] and p != q for p in points) for q in points]
        assert front(points, ("higher", "lower")) == expected
