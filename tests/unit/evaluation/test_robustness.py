"""Order, cycles, judges: what `evaluation.md` and published examples say the figures are, then laws."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.catalogue.connect import open_catalogue
from governance.errors import BadInput
from governance.evaluation.formats.sets import open_set
from governance.evaluation.orders import ranks, tau, taus
from governance.evaluation.ratings.bradley_terry import fit
from governance.evaluation.ratings.cells import Cells
from governance.evaluation.robustness.agreement import Share, cohen_kappa, krippendorff_alpha
from governance.evaluation.robustness.bias import biases
from governance.evaluation.robustness.cycles import cycles
from governance.evaluation.robustness.elo import elo_orders, jackknife_of_mean_sd
from governance.evaluation.robustness.elo_kernel import elo_in_order, elo_over_orders, pack
from governance.evaluation.robustness.judges import compare_judges
from governance.evaluation.robustness.leave_out import leave_one_out
from governance.evaluation.robustness.robust import robustness
from governance.evaluation.robustness.transitivity import order_of

# evaluation.md, section 2: K, mean SD in points, different winners, over 100 orders of the votes of people
ORDERS = ((1, 0.7, 1), (4, 4.9, 3), (16, 21.4, 7), (32, 35.8, 12))
# llmfao-golden.csv of evalica: Elo with K = 4 in the order of the file, the first three and the last
GOLDEN = {"GPT 4": 1095.5935481722963, "command": 1094.5450516632357, "GPT 3.5 Turbo": 1079.2555221191303}
RUNS = 20
STAR = pl.DataFrame({"model_a": ["x"] * 3, "model_b": ["y", "z", "w"], "outcome": ["a", "b", "tie"]})
RING = pl.DataFrame({"model_a": ["x", "y", "z"], "model_b": ["y", "z", "x"], "outcome": ["a", "a", "a"]})


@pytest.fixture(scope="module")
def people(catalogue_home):
    return frame_of(catalogue_home, "llmfao")


def frame_of(home, name):
    with open_catalogue(home) as connection:
        return open_set(connection, name).frame


battle = st.tuples(
    st.sampled_from("uvwxyz"), st.sampled_from("uvwxyz"), st.sampled_from(["a", "b", "tie", "both_bad"])
).filter(lambda one: one[0] != one[1])
battles = st.lists(battle, min_size=1, max_size=60).map(
    lambda rows: pl.DataFrame(rows, schema=["model_a", "model_b", "outcome"], orient="row")
)


def test_the_order_of_the_votes_moves_elo_as_far_as_recorded(people):
    """Twenty runs of 100 orders say how far one such run may lie from another; the recorded run must be among them."""
    cells = Cells.of(people)
    packed = pack(people, cells.models)
    points = elo_over_orders(packed, len(cells.models), [one[0] for one in ORDERS], 1000, 100 * RUNS, 7)
    for at, (k, spread, winners) in enumerate(ORDERS):
        runs = points[:, at].reshape(RUNS, 100, -1)
        spreads = runs.std(axis=1, ddof=1).mean(axis=1)
        counts = np.array([len(set(one.argmax(axis=1))) for one in runs])
        assert abs(spreads.mean() - spread) <= 3 * spreads.std(ddof=1) + 0.05, k  # 0.05: the record is rounded
        assert abs(counts.mean() - winners) <= 3 * max(counts.std(ddof=1), 0.5), k
        assert jackknife_of_mean_sd(runs[0]) == pytest.approx(spreads.std(ddof=1), rel=0.6)


def test_elo_in_the_given_order_is_evalicas(people):
    models = Cells.of(people).models
    rated = dict(zip(models, elo_in_order(pack(people, models), len(models), 4, 1000), strict=True))
    assert {name: rated[name] for name in GOLDEN} == pytest.approx(GOLDEN, abs=1e-4)


def test_single_orders_agree_less_at_a_larger_step(people):
    found = elo_orders(people, (1, 16), permutations=40, seed=1)
    calm, rough = found.spreads
    assert calm.tau_single == pytest.approx(0.978, abs=0.01)
    assert rough.tau_single == pytest.approx(0.771, abs=0.02)
    assert rough.tau_bradley_terry > calm.tau_bradley_terry  # low K is steady, and far from converged
    assert calm.settles == 1
    assert rough.settles is None
    assert found.rows.filter(pl.col("k") == 16)["first"].sum() == pytest.approx(1)


@given(battles, st.integers(0, 3))
def test_elo_keeps_the_sum_and_does_not_depend_on_names(votes, seed):
    models = Cells.of(votes).models
    turned = {name: f"{9 - place}" for place, name in enumerate(models)}
    renamed = votes.with_columns(pl.col("model_a", "model_b").replace_strict(turned))
    again = Cells.of(renamed).models
    rated = elo_over_orders(pack(votes, models), len(models), [8.0, 32.0], 1000, 3, seed)
    other = elo_over_orders(pack(renamed, again), len(models), [8.0, 32.0], 1000, 3, seed)
    assert rated.sum(axis=2) == pytest.approx(1000.0 * len(models))
    assert rated[:, :, [models.index(name) for name in models]] == pytest.approx(
        other[:, :, [again.index(turned[name]) for name in models]]
    )


def test_orders_are_orders():
    """With one draw a battle and no learning, every order gives each model the same sum."""
    votes = pl.DataFrame({"model_a": ["x", "y", "z"] * 5, "model_b": ["y", "z", "x"] * 5, "outcome": ["a"] * 15})
    points = elo_over_orders(pack(votes, ("x", "y", "z")), 3, [1e-6], 0, 50, 3)
    assert points == pytest.approx(np.zeros((50, 1, 3)), abs=1e-9)
    found = elo_over_orders(pack(votes, ("x", "y", "z")), 3, [32.0], 1000, 3000, 3)[:, 0]
    assert found.mean(axis=0) == pytest.approx([1000] * 3, abs=1.5)  # all orders alike, none preferred


@pytest.mark.parametrize(
    ("name", "cyclic", "decided"),
    [
        pytest.param("llmfao", 510, 5249, id="people"),
        pytest.param("llmfao-gpt4", 270, 8023, id="gpt-4"),
        pytest.param("llmfao-gpt3", 797, 5957, id="gpt-3"),
    ],
)
def test_cyclic_triads_of_the_59_models(people, catalogue_home, name, cyclic, decided):
    """The recorded counts are over the models that people judged; the model judges saw eleven more."""
    kept = {*people["model_a"], *people["model_b"]}
    votes = frame_of(catalogue_home, name).filter(pl.col("model_a").is_in(kept) & pl.col("model_b").is_in(kept))
    found = order_of(Cells.of(votes))
    assert (found.cyclic, found.triads) == (cyclic, decided)
    assert found.weak + found.cyclic == found.triads
    assert found.weak >= found.moderate >= found.strong


def test_cycles_beside_chance(people):
    found = cycles(people, simulations=100, seed=1)
    assert found.order.cyclic > found.by_chance.high  # more cycles than Bradley-Terry gives for these votes
    assert found.random.cyclic == 5249 / 4
    assert found.fit.freedom == found.residuals.height - (59 - 1)
    assert found.strongest["z"].is_sorted(descending=True)
    best = found.strongest.row(0, named=True)
    assert min(best["first_second"], best["second_third"], best["third_first"]) > 0.5


def test_votes_from_bradley_terry_show_no_excess():
    rng = np.random.default_rng(4)
    skill = np.linspace(-1, 1, 12)
    rows = [
        (f"m{i}", f"m{j}", "a" if rng.random() < 1 / (1 + np.exp(skill[j] - skill[i])) else "b")
        for i in range(12) for j in range(i) for _ in range(9)
    ]  # fmt: skip
    found = cycles(pl.DataFrame(rows, schema=["model_a", "model_b", "outcome"], orient="row"), simulations=200)
    assert found.by_chance.low <= found.order.cyclic <= found.by_chance.high
    assert 0.01 < found.fit.p_simulated < 0.99


@pytest.mark.parametrize(
    ("votes", "reason"),
    [
        pytest.param(STAR, "no three models all met each other", id="star"),
        pytest.param(RING.with_columns(outcome=pl.lit("tie")), "no triad has all its three pairs decided", id="ties"),
    ],
)
def test_what_has_no_triads_is_not_testable(votes, reason):
    found = cycles(votes)
    assert (found.testable, found.reason, found.order, found.p_cycles) == (False, reason, None, None)


@given(battles)
def test_triads_are_counted_as_by_hand(votes):
    cells = Cells.of(votes)
    lead = np.zeros((len(cells.models),) * 2)
    lead[cells.first, cells.second] = cells.wins - cells.losses
    lead = lead - lead.T
    decided = cyclic = 0
    for i in range(len(lead)):
        for j in range(i):
            for k in range(j):
                three = lead[i, j], lead[j, k], lead[k, i]
                decided += all(three)
                cyclic += all(one > 0 for one in three) or all(one < 0 for one in three)
    found = order_of(cells)
    assert (found.triads, found.cyclic) == (decided, cyclic)


def test_leaving_one_out_matters_only_where_votes_go(people):
    by_prompt = leave_one_out(people, "prompt")
    assert (by_prompt.groups, by_prompt.tried, by_prompt.rows["votes"].sum()) == (13, 13, 8931)
    assert by_prompt.rows.row(0, named=True)["group"] == "k8s"
    again = leave_one_out(people.filter(pl.col("prompt") != "k8s"), "judge", most=3)
    assert (again.tried, again.rows.height) == (3, 3)
    assert by_prompt.models_table.filter(pl.col("rank_best") > pl.col("rank")).is_empty()


def test_leaving_one_out_equals_a_fit_without_it():
    rng = np.random.default_rng(0)
    votes = pl.DataFrame({
        "model_a": rng.choice(["u", "v", "w"], 300), "model_b": rng.choice(["x", "y", "z"], 300),
        "outcome": rng.choice(["a", "b", "tie"], 300), "judge": rng.choice(["p", "q", "r"], 300),
        "weight": rng.uniform(0.5, 2, 300),
    })  # fmt: skip
    found = leave_one_out(votes, "judge").rows.filter(pl.col("group") == "q").row(0, named=True)
    whole, left = (fit(Cells.of(one).matrix()).skill for one in (votes, votes.filter(pl.col("judge") != "q")))
    assert found["largest_move"] == np.abs(ranks(whole) - ranks(left)).max()
    assert found["tau"] == pytest.approx(tau(whole, left))
    assert found["mean_shift"] == pytest.approx(400 / np.log(10) * np.abs(whole - left).mean(), abs=1e-6)


def test_one_judge_cannot_be_left_out():
    with pytest.raises(BadInput, match="one judge"):
        leave_one_out(RING.with_columns(judge=pl.lit("p")), "judge")
    with pytest.raises(BadInput, match="no prompt"):
        leave_one_out(RING.with_columns(prompt=pl.lit(None, pl.String)), "prompt")


def test_people_beside_gpt_4_on_the_same_prompts(people, catalogue_home):
    found = compare_judges(people, frame_of(catalogue_home, "llmfao-gpt4"), resamples=50)
    assert found.tau == pytest.approx(0.537, abs=5e-4)
    assert (found.largest_move, found.largest_move_model) == (45, "Airoboros L2 70B")
    assert found.raw.value == pytest.approx(0.415, abs=5e-4)
    assert found.ties == pytest.approx(0.389, abs=5e-4)
    assert found.kappa.low < found.kappa.value < found.kappa.high
    assert (found.prompts, found.models, found.pairs) == (13, 59, 8931)
    assert found.confusion["pairs"].sum() == found.pairs


def test_judges_are_compared_on_what_they_share():
    with pytest.raises(BadInput, match="no prompt with the same two models"):
        compare_judges(RING.with_columns(prompt=pl.lit("p")), RING.with_columns(prompt=pl.lit("q")))
    with pytest.raises(BadInput, match="no column 'prompt'"):
        compare_judges(RING, RING)
    same = compare_judges(RING.with_columns(prompt=pl.lit("p")), RING.with_columns(prompt=pl.lit("p")), resamples=0)
    assert (same.raw.value, same.moved, same.largest_move_model) == (1.0, 0, None)


N = None
FOUR = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N], [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N], [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
]  # fmt: skip


@pytest.mark.parametrize(
    ("ratings", "alpha"),
    [
        pytest.param(FOUR, 0.743, id="four judges, holes: Krippendorff 2011, section D"),
        pytest.param(["aabbdccceDda".lower(), "babbbccceddd"], 0.692, id="two judges: section B"),
    ],
)
def test_alpha_is_the_published_one(ratings, alpha):
    assert krippendorff_alpha(ratings) == pytest.approx(alpha, abs=5e-4)


def test_agreement_without_variety_is_undefined():
    assert cohen_kappa("aaa", "aaa") is None
    assert krippendorff_alpha(["aaa", "aaa"]) is None
    assert krippendorff_alpha([["a", None], [None, "b"]]) is None
    assert Share.of(0, 0).value is None
    # the worked example of Cohen's kappa in two words: 20, 5, 10, 15 of 50
    assert cohen_kappa("y" * 25 + "n" * 25, "y" * 20 + "n" * 5 + "y" * 10 + "n" * 15) == pytest.approx(0.4)


def test_bias_of_place_and_length():
    votes = pl.DataFrame({
        "model_a": ["x"] * 5, "model_b": ["y"] * 5, "outcome": ["a", "a", "b", "tie", "a"],
        "length_a": [9, 9, 9, 9, 5], "length_b": [5, 5, 5, 5, 5],
    })  # fmt: skip
    found = biases(votes)
    assert (found.first_wins.count, found.first_wins.n) == (3, 4)
    assert (found.longer_wins.count, found.longer_wins.n) == (2, 3)
    assert biases(votes.drop("length_a")).longer_wins is None


@given(st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), min_size=2, max_size=4))
def test_taus_are_scipys(rows):
    from scipy.stats import kendalltau

    values = np.array(rows, dtype=float)
    found = taus(values)
    for i in range(len(values)):
        for j in range(len(values)):
            assert found[i, j] == pytest.approx(kendalltau(values[i], values[j]).statistic, nan_ok=True)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        pytest.param({"ks": ()}, "K must be", id="no K"),
        pytest.param({"ks": (-1,)}, "K must be", id="negative K"),
        pytest.param({"ks": (float("nan"),)}, "K must be", id="NaN"),
        pytest.param({"permutations": 1}, "cannot be tried", id="one order"),
    ],
)
def test_bad_settings_are_refused(settings, said):
    with pytest.raises(BadInput, match=said):
        elo_orders(RING, **{"ks": (4,), **settings})


def test_one_model_alone_is_refused():
    with pytest.raises(BadInput, match="no battles between two models"):
        robustness(RING.with_columns(model_b=pl.col("model_a")))
    with pytest.raises(BadInput, match="no battles between two models"):
        robustness(RING.head(0))


def test_weights_are_said_to_be_left_aside():
    assert elo_orders(RING.with_columns(weight=pl.lit(2.0)), (4,), permutations=3).weights_ignored
    assert not elo_orders(RING.with_columns(day=pl.lit(date(2026, 1, 1))), (4,), permutations=3).weights_ignored
