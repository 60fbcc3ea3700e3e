"""Prompts and win rates on the command line."""

from __future__ import annotations

import csv
import io

import pytest

pytestmark = pytest.mark.usefixtures("own_home")
QUICK = ("--repeats", "2", "--resamples", "20")


def test_prompts_gives_the_study_with_set_answer_and_published_figure(touchstone):
    found = touchstone("prompts", "llmfao", *QUICK, "--json").json
    assert (found["set"]["licence"], found["proxy"], found["split"]) == ("CC-BY-4.0", True, "judges")
    assert [one["value"] for one in found["published"]] == [54.0]
    assert "fewer ties" in found["answer"]
    rows = list(csv.DictReader(io.StringIO(touchstone("prompts", "llmfao", *QUICK, "--csv").text)))
    assert [row["budget"] for row in rows] == [str(one["budget"]) for one in found["points"]]
    assert "PROXY" in touchstone("prompts", "llmfao", *QUICK).text


def test_prompts_ranks_by_a_column_of_the_file_itself_or_of_another(touchstone, tmp_path):
    votes = [f"p{number},x,y,{'tie' if number % 2 else 'a'},{number % 2}" for number in range(20)]
    file = tmp_path / "own.csv"
    file.write_text("\n".join(["prompt,model_a,model_b,outcome,kl", *votes]))
    found = touchstone("prompts", str(file), "--priority", "kl", "--budget", "0.5", *QUICK, "--json").json
    assert (found["proxy"], found["split"], found["set"]["licence"]) == (False, "none", "")
    assert next(one for one in found["points"] if one["budget"] == 0.5)["cut"] == -1.0, "the tied ones are on top"
    other = tmp_path / "scores.csv"
    other.write_text("\n".join(["prompt,entropy", *(f"p{number},{-(number % 2)}" for number in range(20))]))
    words = ("--priority", "entropy", "--scores", str(other))
    items = touchstone("prompts", str(file), *words, "--items", "--json").json
    assert [one["ties"] for one in items] == [0] * 10 + [1] * 10


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("prompts", "llmfao-gpt4"), "never rank and judge", id="circular"),
        pytest.param(("prompts", "llmfao", "--priority", "preference"), "never rank and judge", id="column"),
        pytest.param(("prompts", "mteb-results"), "not battles", id="format"),
        pytest.param(("prompts", "no-such"), "no-such", id="set"),
        pytest.param(("prompts", "llmfao", "--budget", "2"), "no share", id="budget"),
        pytest.param(("winrate", "1", "2", "x"), "losses", id="word"),
        pytest.param(("winrate", "--ties", "davidson", "1", "0", "0"), "no rule", id="rule"),
    ],
)
def test_bad_input_is_one_line(touchstone, words, said):
    answer = touchstone(*words)
    assert (answer.code, answer.out) == (2, b"")
    assert said in answer.err
    assert answer.err.count("\n") == 1


def test_winrate(touchstone):
    one = touchstone("winrate", "1", "0", "0", "--json").json
    assert (round(one["exact"]["low"], 3), one["exact"]["high"], one["verdict"]) == (0.025, 1.0, "open")
    half, drop = (touchstone("winrate", "60", "10", "45", "--ties", rule, "--json").json for rule in ("half", "drop"))
    assert (half["n"], drop["n"], half["is_exact"], drop["is_exact"]) == (115, 105, False, True)
    both = touchstone("winrate", "56", "0", "14", "--against", "48", "0", "32", "--json").json
    assert both["less_the_other"]["differ"] is True
    assert "601" in touchstone("winrate", "54", "0", "46").text
