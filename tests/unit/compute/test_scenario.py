"""Verdicts, probabilities and what they turn on."""

from __future__ import annotations

import json
import math
import tracemalloc
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.compute.draws import MAX_DRAWS, Drawer, generator, plan_draws
from governance.compute.formulas import adapter_flop, dense_flop, moe_flop, synthetic_flop
from governance.compute.history import Edge, History, Run
from governance.compute.history_files import quick_history, read_history
from governance.compute.legal_vocabulary import INPUTS
from governance.compute.quantities import read_quantity
from governance.compute.results import verdict_of
from governance.compute.scenario import assess_scenario
from governance.compute.terms import Factor, Term, cross_checks, terms_of
from governance.errors import BadInput
from tests.unit.compute.law import TODAY, WORKED, chain, judge, law, rule, run, worked

EU = "eu-aiact-51-2"
THIRD = "eu-gpai-one-third"


@pytest.fixture(scope="module")
def golden():
    return judge(worked(), EU, draws=100_000).of(EU)


def test_worked_scenario(golden):
    assert golden.probability == pytest.approx(0.80, abs=0.01)
    assert golden.verdict == "indeterminate"
    assert golden.total.median == pytest.approx(1.55e25, rel=0.01)
    assert (golden.total.low, golden.total.high) == (pytest.approx(6.5e24, rel=0.02), pytest.approx(3.7e25, rel=0.02))


@pytest.mark.parametrize(
    ("name", "lowest", "highest"),
    [
        ("parameters", 0.31, 1.00),
        ("tokens", 0.35, 0.99),
        ("epochs", 0.71, 0.90),
        ("post_training", 0.74, 0.87),
        ("synthetic", 0.75, 0.86),
        ("attention", 0.78, 0.83),
    ],
)
def test_worked_tornado(golden, name, lowest, highest):
    effect = next(one for one in golden.tornado if one.input == f"run/{name}")
    assert (effect.lowest, effect.highest) == (pytest.approx(lowest, abs=0.0151), pytest.approx(highest, abs=0.0151))
    assert effect.span == pytest.approx(effect.highest - effect.lowest)


def test_tornado_comes_by_span_and_the_widest_input_settles_most(golden):
    spans = [one.span for one in golden.tornado]
    assert spans == sorted(spans, reverse=True)
    assert golden.settling.fact == "run/parameters"
    assert golden.settling.share == 0.4


def test_margin(golden):
    assert golden.margin.factor == pytest.approx(1e25 / golden.total.median)
    assert golden.margin.drift_months == pytest.approx(8 * math.log2(golden.margin.factor))
    assert golden.margin.growth_months < 0


def test_tornado_of_a_collapsed_input_agrees_with_drawing_it_by_itself():
    one, two = (
        read_quantity("1-4", "factor"),
        read_quantity({"low": 1, "high": 4, "distribution": "lognormal"}, "factor"),
    )
    assert one.distribution == "uniform"
    a, b = (read_quantity(text, "parameters") for text in ("1-4B", "2-3B"))
    rng = np.random.default_rng(5)
    drawn = [one.quantile(rng.random(400_000)) for one in (a, b)]
    line = float(np.quantile(drawn[0] * drawn[1], 0.6)) * 6
    history = quick_history(a, read_quantity("2-3B", "tokens"))
    over = drawn[0] * drawn[1] * 6 > line
    cuts = np.quantile(drawn[0], [0.1, 0.9])
    wanted = over[drawn[0] <= cuts[0]].mean(), over[drawn[0] >= cuts[1]].mean()
    act = next(each for each in law()[0] if each.id == EU)
    test = act.tests[0].model_copy(update={"value": line})
    result = assess_scenario(history, [act.model_copy(update={"tests": (test,)})], law()[1], TODAY, 100_000)
    effect = next(one for one in result.instruments[0].tornado if one.input == "run/parameters")
    assert (effect.lowest, effect.highest) == (pytest.approx(wanted[0], abs=0.01), pytest.approx(wanted[1], abs=0.01))
    assert two.distribution == "lognormal"


@pytest.mark.parametrize("seed", range(3))
def test_quantiles_cover_what_they_say(seed):
    total = judge(worked(), EU, draws=20_000, seed=seed).of(EU).total
    rng = np.random.default_rng(1000 + seed)
    inputs = terms_of(worked().runs[0])[0]
    truth = inputs.constant * np.prod([one.quantity.quantile(rng.random(20_000)) for one in inputs.factors], axis=0)
    covered = ((truth >= total.low) & (truth <= total.high)).mean()
    assert covered == pytest.approx(0.90, abs=0.01)


@given(st.sampled_from([*WORKED, "parameters", "tokens"]), st.floats(1.0, 4.0), st.sampled_from([EU, "us-ca-sb53"]))
def test_more_of_an_input_never_lowers_the_probability(name, factor, key):
    history = worked(revenue="600 million")
    one = history.runs[0]
    more = one.model_copy(update={"inputs": {**one.inputs, name: one.inputs[name].scaled(factor)}})
    before, after = (judge(each, key).of(key) for each in (history, history.with_runs(more)))
    assert after.probability >= before.probability


def test_another_run_only_adds_and_leaves_the_other_draws_alone():
    base = chain(run("a", "6e24 to 2e25"))
    longer = chain(run("b", "1e20 to 2e20"), run("a", "6e24 to 2e25"))
    before, after = (judge(each, EU).of(EU) for each in (base, longer))
    assert before.probability <= after.probability <= before.probability + 0.002


@given(st.permutations(range(5)))
@settings(max_examples=15)
def test_the_order_of_runs_does_not_matter(order):
    runs = [run(f"r{n}", "1e24 to 6e24") for n in range(5)]
    edges = [Edge(child="final", parent=one.id, kind="merged_from") for one in runs]
    last = Run(id="final", kind="merge")
    first = History(runs=(*runs, last), edges=tuple(edges), final="final")
    again = History(runs=(last, *(runs[n] for n in order)), edges=tuple(edges[n] for n in order), final="final")
    assert judge(first, EU, draws=500).of(EU).total == judge(again, EU, draws=500).of(EU).total


def test_the_same_seed_gives_the_same_result_and_another_one_does_not():
    first, again, other = (judge(worked(), seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first.of(EU).total != other.of(EU).total


@pytest.mark.parametrize("parts", [2, 5, 50])
def test_a_split_counts_the_same_in_sum_and_drops_a_run(parts):
    pieces = [run(f"p{n}", 2e26 / parts) for n in range(parts)]
    edges = tuple(Edge(child="final", parent=one.id, kind="merged_from") for one in pieces)
    whole = chain(run("final", 2e26), cluster_peak="1e18", network="1e9")
    split = History(
        runs=(*pieces, Run(id="final", kind="merge")), edges=edges, final="final", circumstances=whole.circumstances
    )
    before, after = (judge(each, EU, "us-bis-nprm-2024", draws=100) for each in (whole, split))
    assert after.of(EU).total.median == pytest.approx(before.of(EU).total.median)
    assert (before.of("us-bis-nprm-2024").verdict, after.of("us-bis-nprm-2024").verdict) == ("exceeds", "below")
    assert after.of("us-bis-nprm-2024").total.median == pytest.approx(2e26 / parts)


def test_a_shared_ancestor_counts_once():
    history = History(
        runs=(run("base", 1e24), run("left", 1e23), run("right", 1e23), Run(id="final", kind="merge")),
        edges=tuple(
            Edge(child=child, parent=parent, kind=kind)
            for child, parent, kind in (
                ("left", "base", "initialised_from"),
                ("right", "base", "initialised_from"),
                ("final", "left", "merged_from"),
                ("final", "right", "merged_from"),
            )
        ),
        final="final",
    )
    assert judge(history, EU, draws=10).of(EU).total.median == pytest.approx(1.2e24)


@pytest.mark.parametrize(
    ("circumstances", "verdict", "missing"),
    [
        pytest.param({}, "indeterminate", ("revenue",), id="not-given"),
        pytest.param({"revenue": "400 million"}, "below", (), id="small"),
        pytest.param({"revenue": "600 million"}, "exceeds", (), id="large"),
        pytest.param({"revenue": "300 million to 900 million"}, "indeterminate", (), id="uncertain"),
    ],
)
def test_a_missing_revenue(circumstances, verdict, missing):
    result = judge(chain(run("a", 3e26), **circumstances), "us-il-sb315", "us-ca-sb53")
    illinois, california = result.of("us-il-sb315"), result.of("us-ca-sb53")
    assert (illinois.verdict, illinois.missing) == (verdict, missing)
    assert california.verdict == "exceeds"
    assert california.tiers[0].verdict == verdict
    if missing:
        assert (illinois.settling.fact, illinois.settling.share) == ("revenue", 1.0)
        assert (illinois.probability, illinois.probability_low, illinois.probability_high) == (None, 0.0, 1.0)


def test_a_missing_fact_does_not_matter_below_the_line():
    korea = judge(chain(run("a", 1e24)), "kr-ai-basic-act").of("kr-ai-basic-act")
    assert (korea.verdict, korea.missing, korea.probability) == ("below", (), 0.0)


def test_where_the_text_is_silent_the_verdict_says_so():
    history = chain(run("theirs", 3e26, developer="Other"), run("own", 1e24, kind="finetuning", developer="Own"))
    found = judge(history, "us-ca-sb53").of("us-ca-sb53")
    assert (found.verdict, found.missing, found.settling.kind) == ("indeterminate", ("counting",), "text")
    assert found.total.median == pytest.approx(1e24)
    assert found.total_with_unclear.median == pytest.approx(3.01e26)
    assert [one.run for one in found.unclear] == ["theirs"]


def test_a_run_without_numbers_can_lift_but_not_lower():
    below = judge(chain(Run(id="unknown"), run("a", 1e24)), EU).of(EU)
    above = judge(chain(Run(id="unknown"), run("a", 1e26)), EU).of(EU)
    assert (below.verdict, below.missing) == ("indeterminate", ("compute of unknown",))
    assert above.verdict == "exceeds"


@pytest.mark.parametrize(
    ("share", "facts", "verdict"),
    [
        pytest.param(0.30, {}, "below", id="under"),
        pytest.param(0.35, {}, "exceeds", id="over"),
        pytest.param(0.90, {"original_provider": "yes"}, "below", id="own-model"),
    ],
)
def test_one_third(share, facts, verdict):
    history = chain(
        run("original", 3e24, developer="Other"),
        run("change", 3e24 * share, kind="finetuning", developer="Own"),
        **facts,
    )
    result = judge(history, THIRD)
    assert result.of(THIRD).verdict == verdict
    assert result.modification.to_original.median == pytest.approx(share)


@pytest.mark.parametrize(
    ("flop", "systemic", "verdict"),
    [
        pytest.param("4e24", "yes", "exceeds", id="systemic-over"),
        pytest.param("3e24", "yes", "below", id="systemic-under"),
        pytest.param("4e22", "no", "exceeds", id="other-over"),
        pytest.param("3e22", "no", "below", id="other-under"),
        pytest.param("4e23", "", "indeterminate", id="not-known-which"),
    ],
)
def test_one_third_of_an_unknown_original(flop, systemic, verdict):
    history = chain(
        Run(id="original"), run("change", flop, kind="finetuning"), original_provider="no", original_systemic=systemic
    )
    found = judge(history, THIRD).of(THIRD)
    assert found.verdict == verdict
    assert found.missing == (("original_systemic",) if verdict == "indeterminate" else ())


def test_the_first_original_is_told_from_the_latest():
    history = chain(
        run("base", 1e24, developer="A"),
        run("base tuned", 1e23, kind="reinforcement", developer="A"),
        run("step", 3e23, kind="finetuning", developer="B"),
        run("change", 3e23, kind="finetuning", developer="C"),
    )
    found = judge(history, THIRD).modification
    assert (found.original, found.latest) == ("base tuned", "step")
    assert found.to_original.median == pytest.approx(3e23 / 1.1e24)


@pytest.mark.parametrize("original", ["3e24", "1e25"])
def test_a_given_original_is_used(original):
    history = chain(
        Run(id="base"), run("change", 2e24, kind="finetuning"), original_provider="no", original_compute=original
    )
    assert judge(history, THIRD).of(THIRD).verdict == ("exceeds" if original == "3e24" else "below")


@pytest.mark.parametrize(
    ("day", "in_force", "decides"),
    [
        pytest.param("2024-06-01", {"us-eo14110-model"}, {"us-eo14110-model"}, id="order"),
        pytest.param("2025-02-01", set(), set(), id="between"),
        pytest.param("2025-09-01", {EU, "eu-gpai-1e23", THIRD}, {EU}, id="eu"),
        pytest.param(
            "2027-01-01",
            {EU, "eu-gpai-1e23", THIRD, "us-ca-sb53", "us-ny-raise-2026", "kr-ai-basic-act"},
            {EU, "us-ca-sb53", "us-ny-raise-2026", "kr-ai-basic-act"},
            id="2027",
        ),
    ],
)
def test_what_is_in_force_and_decides(day, in_force, decides):
    result = judge(worked(), as_of=date.fromisoformat(day), draws=10)
    models = [
        one for one in result.instruments if one.subject in ("model", "modification") and one.id != "us-eo14110-bio"
    ]
    assert {one.id for one in models if one.in_force} == in_force
    assert {one.id for one in models if one.decides} == decides


def test_dead_and_unborn_texts_never_decide():
    result = judge(chain(run("a", 1e30), revenue="1e12", training_cost="1e12"), as_of=date(2100, 1, 1), draws=10)
    dead = [one for one in result.instruments if one.status not in ("in_force", "none")]
    assert {one.status for one in dead} == {
        "rescinded",
        "proposed",
        "draft",
        "vetoed",
        "superseded",
        "not_enforced",
        "passed",
    }
    assert not any(one.decides for one in dead)
    assert result.of("us-ca-sb1047").verdict == "exceeds"


def test_before_any_law_all_is_not_yet():
    result = judge(worked(), as_of=date(1990, 1, 1), draws=10)
    assert {one.status for one in result.instruments} == {"not_yet", "none"}
    assert not any(one.in_force or one.decides for one in result.instruments)


def test_where_nothing_is_tested_there_is_no_verdict():
    found = judge(worked(), "uk-none", "cn-none", draws=10)
    assert {one.verdict for one in found.instruments} == {None}
    assert {one.probability for one in found.instruments} == {None}


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.9, 1.0, "exceeds"), (0.0, 0.1, "below"), (0.89, 1.0, "indeterminate"), (0.0, 0.11, "indeterminate")],
)
def test_cut_offs(low, high, verdict):
    assert verdict_of(low, high) == verdict


NUMBERS = {"parameters": "70B", "active_parameters": "7B", "adapter_parameters": "1B", "tokens": "2T", "epochs": "2"}


@pytest.mark.parametrize(
    ("form", "kind", "leave", "flop"),
    [
        pytest.param("dense", "pretraining", ["active_parameters"], dense_flop(7e10, 2e12, 2), id="dense"),
        pytest.param("moe", "pretraining", [], moe_flop(7e9, 2e12, 2), id="moe"),
        pytest.param("adapter", "finetuning", ["active_parameters"], adapter_flop(7e10, 1e9, 2e12, 2), id="adapter"),
        pytest.param("encoder_decoder", "pretraining", ["active_parameters"], 3 * 7e10 * 4e12, id="two-halves"),
        pytest.param("dense", "synthetic_generation", ["active_parameters"], synthetic_flop(7e10, 4e12), id="data"),
    ],
)
def test_formulas(form, kind, leave, flop):
    inputs = {name: read_quantity(text, INPUTS[name]) for name, text in NUMBERS.items() if name not in leave}
    terms = terms_of(Run(id="a", form=form, kind=kind, inputs=inputs))
    assert sum(term.at_middle() for term in terms) == pytest.approx(flop)


def test_a_mixture_needs_its_active_parameters():
    with pytest.raises(BadInput, match="active"):
        judge(read_history('{"runs": [{"id": "a", "form": "moe", "parameters": "70B", "tokens": "1T"}]}'), EU)


@pytest.mark.parametrize(("hours", "agrees"), [(443, True), (200, False), (1000, False)])
def test_cross_check(hours, agrees):
    history = quick_history("70B", "15T", chips=10_000, chip_peak="989 TFLOP/s", hours=hours, utilisation=0.4)
    assert cross_checks(history)[0].agrees is agrees
    assert judge(history, EU, draws=10).of(EU).total.median == pytest.approx(6.3e24)


def test_streams_belong_to_names():
    first, again, other, seeded = (
        generator(*one).random(3).tolist() for one in ((1, "a"), (1, "a"), (1, "b"), (2, "a"))
    )
    assert first == again
    assert first != other != seeded != first


def test_shared_numbers_are_drawn_once():
    def history(word):
        runs = [{"id": one, "parameters": word, "tokens": "1T"} for one in "ab"]
        return read_history(
            json.dumps(
                {
                    "shared": {"size": "10-1000B"},
                    "runs": runs,
                    "final": "b",
                    "edges": [{"child": "b", "parent": "a", "kind": "merged_from"}],
                }
            )
        )

    apart, shared = (judge(history(word), EU).of(EU).total for word in ("10-1000B", "@size"))
    assert shared.high / shared.low > 1.5 * apart.high / apart.low


def test_product_that_cannot_be_held_is_refused():
    factor = Factor("input:a/flop", read_quantity("1e40", "flop"))
    with pytest.raises(BadInput, match="too large"):
        plan_draws([Term("a", 1.0, (factor,) * 4)])


@pytest.mark.parametrize("draws", [0, -1, MAX_DRAWS + 1])
def test_bad_numbers_of_draws_are_refused(draws):
    with pytest.raises(BadInput, match="draws"):
        judge(worked(), EU, draws=draws)


@pytest.mark.parametrize("seed", [-1, 2**70])
def test_bad_seeds_are_refused(seed):
    with pytest.raises(BadInput, match="seed"):
        judge(worked(), EU, seed=seed)


@pytest.mark.parametrize(
    ("key", "flop", "verdict"),
    [
        pytest.param(EU, 1e25, "below", id="more-than-is-not-equal"),
        pytest.param("kr-ai-basic-act", 1e26, "exceeds", id="at-least-is"),
        pytest.param("us-ca-sb53", 1e26, "below", id="california"),
    ],
)
def test_a_figure_on_the_line(key, flop, verdict):
    history = chain(run("a", flop), state_of_the_art="yes", serious_impact="yes")
    assert judge(history, key, draws=10).of(key).verdict == verdict


def test_a_missing_rule_is_named():
    with pytest.raises(BadInput, match="eu_cumulative"):
        assess_scenario(worked(), [one for one in law()[0] if one.id == EU], [rule("sb53")], TODAY, 10)


def test_chunks_do_not_change_the_draws():
    plan = plan_draws(terms_of(worked().runs[0]))
    rows = []
    for draws in (5000, 10_000):
        drawer, made = Drawer(plan, draws, 1), []
        made = [drawer.product(0, np.empty(size)).copy() for size in drawer.chunks()]
        rows.append(np.concatenate(made)[:4096])
    assert (rows[0] == rows[1]).all()


def test_five_thousand_runs():
    runs = tuple(run(f"r{n}", "1e21 to 2e21") for n in range(5000))
    assert judge(chain(*runs), EU, draws=200).of(EU).total.median == pytest.approx(7.2e24, rel=0.02)


def test_memory_of_the_draws_is_bounded():
    runs = tuple(run(f"r{n}", "1e23 to 2e23", kind=("pretraining", "finetuning")[n % 2]) for n in range(50))
    history = chain(*runs)
    tracemalloc.start()
    try:
        judge(history, draws=100_000)
        assert tracemalloc.get_traced_memory()[1] < 20e6
    finally:
        tracemalloc.stop()
