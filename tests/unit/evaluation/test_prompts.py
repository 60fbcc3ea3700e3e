"""Planted priorities are found, nothing is found where nothing is planted, and no vote both ranks and judges."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau

from governance.errors import BadInput
from governance.evaluation.formats.sets import open_set
from governance.evaluation.prompt_reports import study_words
from governance.evaluation.prompt_study import _ranking_votes, agreement, prompt_study
from governance.evaluation.prompts import PROXIES, Votes, item_priorities, ranked_items, read_priorities
from governance.evaluation.ratings.bradley_terry import Fit

QUICK = {"repeats": 4, "resamples": 100, "seed": 3}
MODELS = ("m0", "m1", "m2", "m3")


def battles(tie_chance, *, prompts=60, votes=6, seed=1, judges=10):
    """Give votes on every pair under every prompt; a tie comes with the prompt's chance, better models win more."""
    draw, rows = np.random.default_rng(seed), []
    for prompt in range(prompts):
        for a, first in enumerate(MODELS):
            for b, second in enumerate(MODELS[a + 1 :], a + 1):
                clear = draw.random() < 0.5  # which of an item's answers is better does not depend on the vote
                for judge in draw.permutation(judges)[:votes]:
                    tie = draw.random() < tie_chance(prompt, clear)
                    won = draw.random() < 0.5 + 0.15 * (b - a)
                    outcome = "tie" if tie else "b" if won else "a"
                    if draw.random() < 0.5:
                        rows.append((f"p{prompt}", first, second, outcome, f"j{judge}", str(float(clear))))
                    else:
                        outcome = {"a": "b", "b": "a"}.get(outcome, outcome)
                        rows.append((f"p{prompt}", second, first, outcome, f"j{judge}", str(float(clear))))
    names = ("prompt", "model_a", "model_b", "outcome", "judge", "category")
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(length_a=pl.lit(5), length_b=pl.lit(9))


@pytest.fixture(scope="module")
def planted():
    return battles(lambda prompt, clear: 0.1 if clear else 0.7)


@pytest.fixture(scope="module")
def flat():
    return battles(lambda prompt, clear: 0.4)


def test_a_planted_priority_is_recovered(planted):
    study = prompt_study(planted, "category", top=0.4, **QUICK)
    point = study.headline
    assert point.tie_top == pytest.approx(0.1, abs=0.03)
    assert point.tie_random == pytest.approx(0.4, abs=0.06)
    assert point.cut == pytest.approx(1 - 0.1 / point.tie_random, abs=0.08)
    assert 0.6 < point.cut_low < point.cut_high < 0.9
    assert (study.split, study.proxy, study.judging) == ("none", False, planted.height)


@pytest.mark.parametrize("split", ["judges", "votes"])
def test_the_margin_of_other_votes_finds_part_of_it(planted, split):
    study = prompt_study(planted, split=split, **QUICK)
    assert study.proxy
    assert study.split == split
    assert 0.2 < study.headline.cut_low < study.headline.cut < 0.75


@pytest.mark.parametrize("split", ["judges", "votes"])
def test_nothing_is_found_where_nothing_is_planted(flat, split):
    point = prompt_study(flat, split=split, **{**QUICK, "repeats": 12}).headline
    assert point.cut == pytest.approx(0, abs=0.06)
    assert point.cut_low < 0 < point.cut_high


def test_votes_that_judged_themselves_would_find_what_is_not_there(flat):
    votes = Votes.of(flat)
    margins = votes.margins(np.ones(votes.item.size, bool))
    top = margins[votes.item] >= np.quantile(margins, 0.8)
    assert 1 - votes.tied[top].mean() / votes.tied.mean() > 0.15, "which is why they never do"
    for name in ("preference", "outcome", "weight"):
        with pytest.raises(BadInput, match="never rank and judge"):
            prompt_study(flat, name, **QUICK)


def test_a_column_of_chance_finds_nothing(planted):
    items = planted.select("prompt").unique(maintain_order=True)
    noise = np.random.default_rng(8).random(items.height)
    point = prompt_study(planted.join(items.with_columns(luck=noise), on="prompt"), "luck", **QUICK).headline
    assert point.cut_low < 0 < point.cut_high


@pytest.mark.parametrize("how", ["judges", "votes"])
def test_ranking_and_judging_votes_are_apart(planted, how):
    votes = Votes.of(planted)
    ranking = _ranking_votes(votes, how, np.random.default_rng(0))
    assert 0.4 < ranking.mean() < 0.6
    if how == "judges":
        assert not set(votes.judge[ranking]) & set(votes.judge[~ranking])
    else:
        assert set(np.bincount(votes.item, ranking)) == {3.0}


def test_one_vote_an_item_cannot_rank_and_judge():
    single = battles(lambda prompt, clear: 0.4, prompts=5, votes=1)
    with pytest.raises(BadInput, match="a vote to rank it and another to judge it"):
        prompt_study(single, **QUICK)
    assert prompt_study(single, "category", **QUICK).split == "none"


def test_agreement_is_tau_and_grows_with_the_budget(planted):
    draw = np.random.default_rng(2)
    part, full = (Fit(draw.normal(size=9), np.zeros(9, np.int64), False) for _ in range(2))
    assert agreement(part, full) == pytest.approx(kendalltau(part.skill, full.skill).statistic)
    apart = Fit(part.skill, np.array([0] * 8 + [1]), False)
    assert abs(agreement(apart, full)) <= 28 / 36, "a model that no vote connects counts as ordered by chance"
    points = prompt_study(planted, **QUICK).points
    assert points[-1].agreement_top == points[-1].agreement_random == 1.0
    assert points[-1].cut == 0.0
    assert points[0].agreement_random < 1


def test_the_same_seed_gives_the_same_and_the_side_a_model_stands_on_changes_nothing(planted):
    mirrored = planted.with_columns(
        model_a="model_b",
        model_b="model_a",
        outcome=pl.col("outcome").replace({"a": "b", "b": "a"}),
    )
    assert prompt_study(planted, **QUICK) == prompt_study(planted, **QUICK)
    one, other = (prompt_study(frame, "category", **QUICK) for frame in (planted, mirrored))
    for ours, theirs in zip(one.points, other.points, strict=True):
        assert ours.model_dump() == pytest.approx(theirs.model_dump())


def test_llmfao_has_fewer_ties_on_top_but_less_than_published(catalogue):
    """Measured: 20 repeats give 41.4% by judges, 44.1% by votes; the abstract says up to 54%."""
    people = open_set(catalogue, "llmfao").frame
    study = prompt_study(people, repeats=3, resamples=60, seed=0)
    assert (study.split, study.votes, study.all_items, study.prompts, study.models) == ("judges", 8931, 2139, 13, 59)
    assert study.headline.cut == pytest.approx(0.414, abs=0.05)
    assert study.headline.cut_low < study.headline.cut < 0.54
    assert study.headline.agreement_top == pytest.approx(study.headline.agreement_random, abs=0.1)
    with pytest.raises(BadInput, match="another to judge"):
        prompt_study(open_set(catalogue, "llmfao-gpt4").frame, **QUICK)


def test_no_ties_and_one_prompt_give_no_cut_and_no_interval():
    study = prompt_study(battles(lambda prompt, clear: 0.0, prompts=1), **QUICK)
    assert (study.headline.cut, study.headline.cut_low, study.prompts) == (None, None, 1)
    assert study.headline.tie_random == 0.0


def test_a_vote_an_item_is_too_few():
    rows = [("x", "y", "tie" if one % 3 else "a", f"q{one}", f"p{one % 2}") for one in range(30)] + [
        ("x", "y", "a", "q0", "p1")
    ]
    names = ["model_a", "model_b", "outcome", "prompt", "judge"]
    study = prompt_study(pl.DataFrame(rows, names, orient="row"), repeats=2, resamples=20)
    assert study_words(study).startswith("Too few votes to say: on average 1 of 30 items")


@given(st.integers(0, 2**32))
def test_margins_are_between_nought_and_one_half(seed):
    draw = np.random.default_rng(seed)
    votes = Votes.of(battles(lambda prompt, clear: 0.3, prompts=2, votes=3, seed=seed))
    found = votes.margins(draw.random(votes.item.size) < 0.5)
    known = found[np.isfinite(found)]
    assert ((known >= 0) & (known <= 0.5)).all()


def test_items_in_order_and_those_without_a_score_last(planted):
    scores = pl.DataFrame({"prompt": ["p3", "p1"], "priority": [1.0, 2.0]})
    found = ranked_items(planted, "kl", scores)
    assert found["prompt"].head(12).unique(maintain_order=True).to_list() == ["p1", "p3"]
    assert found["priority"].null_count() == found.height - 12
    assert found["votes"].sum() == planted.height
    assert ranked_items(planted, "length")["priority"].unique().to_list() == [4.0]


def test_scores_of_items_are_read_whichever_way_the_pair_stands():
    text = b"prompt,model_a,model_b,kl\np1,y,x,1\np1,x,y,3\np2,x,y,\n"
    assert read_priorities(text, "kl").rows() == [("p1", "x", "y", 2.0)]
    assert read_priorities(b"prompt,kl\np1, 2.5\n", "kl").rows() == [("p1", 2.5)]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        pytest.param(b"", "cannot be read", id="empty"),
        pytest.param(b"\xff\xfe\x00", "column|cannot be read", id="bytes"),
        pytest.param(b"prompt;kl\np;1\n", "no column 'prompt'", id="semicolon"),
        pytest.param(b"prompt,x\np,1\n", "no column 'kl'", id="column"),
        pytest.param(b"prompt,model_a,kl\np,x,1\n", "no column 'model_b'", id="half-a-pair"),
        pytest.param(b"prompt,kl\np,1\nq,high\n", "'high' is not a number", id="word"),
        pytest.param(b"prompt,kl\np,NaN\n", "'NaN' is not a number", id="nan"),
        pytest.param(b"prompt,kl\np,inf\n", "'inf' is not a number", id="infinite"),
    ],
)
def test_bad_scores(content, word):
    with pytest.raises(BadInput, match=word):
        read_priorities(content, "kl")


@pytest.mark.parametrize(
    ("priority", "options", "word"),
    [
        pytest.param("nothing", {}, "no priority 'nothing'", id="column"),
        pytest.param("judge", {}, "holds no numbers", id="words"),
        pytest.param("margin", {"top": 0}, "no share", id="none"),
        pytest.param("margin", {"top": float("nan")}, "no share", id="nan"),
        pytest.param("margin", {"repeats": 0}, "repeats cannot", id="repeats"),
        pytest.param("margin", {"resamples": 10**9}, "resamples cannot", id="resamples"),
        pytest.param("margin", {"split": "halves"}, "no way to split", id="split"),
    ],
)
def test_bad_input(planted, priority, options, word):
    with pytest.raises(BadInput, match=word):
        prompt_study(planted, priority, **options)


def test_battles_that_say_too_little(planted):
    nameless = planted.with_columns(prompt=pl.lit(None, pl.String))
    for call in (prompt_study, ranked_items):
        with pytest.raises(BadInput, match="names its prompt"):
            call(nameless)
    lengths = planted.with_columns(length_a=pl.lit(None, pl.Int64))
    with pytest.raises(BadInput, match="how long"):
        prompt_study(lengths, "length")
    with pytest.raises(BadInput, match="fewer than two judges"):
        prompt_study(planted.with_columns(judge=pl.lit("one")), split="judges")
    strange = pl.DataFrame({"prompt": ["other"], "priority": [1.0]})
    with pytest.raises(BadInput, match="no item of the battles"):
        prompt_study(planted, "kl", scores=strange)


def test_proxies_say_so():
    assert all(words.startswith("PROXY") for words in PROXIES.values())


def test_a_file_may_say_the_same_as_a_column(planted):
    votes = Votes.of(planted)
    by_column = item_priorities(votes, planted, "category")
    scores = planted.select("prompt", "model_a", "model_b", kl="category").unique().write_csv().encode()
    by_file = item_priorities(votes, planted, "kl", read_priorities(scores, "kl"))
    assert np.array_equal(by_column, by_file)
