"""The verbs of groups and scorings: the same figures as the functions, JSON, CSV, and what they refuse."""

from __future__ import annotations

import csv
import io

import pytest

MASSIVE = ("languages", "mteb-results", "--task", "MassiveIntentClassification")
RESCORED = ("rescoring", "toxicity-helm", "--from", "as published", "--to", "generations rescored")


def test_languages(touchstone):
    said = touchstone(*MASSIVE, "--json").json
    assert list(said) == ["settings", "counts", "models", "languages", "rows", "tau"]
    assert (said["settings"]["split"], said["settings"]["by"], said["settings"]["reference"]) == (
        "test",
        "subset",
        "en",
    )
    assert round(said["counts"]["tau_reference_mean"], 3) == 0.527
    assert said["models"][-1]["mean"] is None  # too few languages: unknown, not 0
    assert len(said["tau"]) == 51 * 50 // 2
    rows = list(csv.DictReader(io.StringIO(touchstone(*MASSIVE, "--csv").text)))
    assert len(rows) == len(said["rows"])
    assert rows[0]["low"] == ""


def test_rescoring(touchstone):
    said = touchstone(*RESCORED, "--ties", "first", "--json").json
    (board,) = [one for one in said["boards"] if (one["task"], one["metric"]) == ("toxic prompts", "toxic_frac")]
    assert (board["moved"], board["max_from"], board["max_to"]) == (21, 35, 23)
    assert (said["to"], said["better"]) == ("generations rescored, 2023-04-01", "lower")
    shown = touchstone(*RESCORED, "--metric", "toxic_frac", "--task", "toxic prompts", "--threshold", "0.1").text
    assert "text-curie-001" in shown
    assert len(touchstone(*RESCORED, "--csv").text.splitlines()) == 6 * 37 + 1


def test_a_file_of_ones_own(touchstone, tmp_path):
    file = tmp_path / "own.csv"
    file.write_text("model,task,language,metric,score,n\n" + "".join(
        f"{model},t,{language},accuracy,{score},100\n"
        for model, language, score in (("a", "en", 0.9), ("a", "sw", 0.5), ("b", "en", 0.8), ("b", "sw", 0.7))
    ))  # fmt: skip
    said = touchstone("languages", str(file), "--json").json
    assert said["settings"]["better_assumed"] is True
    assert [one["worst_language"] for one in said["models"]] == ["swa", "swa"]
    assert said["counts"]["interval"] == "Wilson, 95%, where n is stated"


def test_culture_coverage_and_rater_gap(touchstone, tmp_path):
    said = touchstone("culture", "synthetic-culture", "--resamples", "50", "--json").json
    assert said["parts"][0]["p"] < 0.05
    assert touchstone("culture", "synthetic-culture", "--resamples", "5", "--csv").text.startswith("model,full")
    tiers = tmp_path / "tiers.csv"
    tiers.write_text("language,tier\neng,5\namh,2\n")
    words = ("language-coverage", *MASSIVE[1:], "--group", "tier", "--tiers", str(tiers), "--json")
    assert [one["group"] for one in touchstone(*words).json["groups"]] == ["2", "5", "not known"]
    assert "Kartvelian" in touchstone("language-coverage", *MASSIVE[1:], "--csv").text
    gaps = touchstone("rater-gap", "synthetic-raters", "--base", "model FP16", "--new", "model W4", "--json").json
    assert {one["name"] for one in gaps["rows"]} == {"all languages", "French", "Japanese"}
    assert "Japanese" in touchstone("rater-gap", "synthetic-raters", "--base", "model FP16", "--new", "model W4").text


def test_reach(touchstone, tmp_path):
    said = touchstone("reach", "eng", "fr", "Swahili", "--json").json
    assert [one["language"] for one in said["languages"]] == ["eng", "fra", "swh"]
    assert said["low"] < said["high"] < said["simple_sum"]
    assert said["low_share"] == said["low"] / said["population"]
    assert sum(one["population"] for one in said["places"]) == said["population"]
    shown = touchstone("reach", "eng", "fr", "Swahili").text
    assert "1728001044" in shown.replace(",", "")
    assert "Southern Asia" in shown
    file = tmp_path / "supplementalData.xml"
    file.write_text("<supplementalData><territoryInfo/></supplementalData>")
    answer = touchstone("import", "cldr", str(file), "--out", str(tmp_path / "facts"))
    assert (answer.code, "no country could be read" in answer.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("rescoring", "toxicity-helm"), "say which two: from and to", id="mixed scorings"),
        pytest.param(("rescoring", "toxicity-helm", "--ties", "random"), "option ties", id="tie rule"),
        pytest.param(("languages", "llmfao"), "it holds battles, not scores", id="battles"),
        pytest.param(("languages", "toxicity-helm"), "choose one metric", id="metrics"),
        pytest.param((*MASSIVE, "--reference", "tlh"), "no language of these scores", id="reference"),
        pytest.param((*MASSIVE, "--by", "dialect"), "option by", id="by"),
        pytest.param(("language-coverage", *MASSIVE[1:], "--group", "tier"), "none is shipped", id="tiers"),
        pytest.param(("reach", "eng", "klingonese"), "'klingonese' is no language", id="no language"),
        pytest.param(("culture", *MASSIVE[1:]), "no subset is chosen as sensitive", id="culture"),
    ],
)
def test_what_is_refused(touchstone, words, said):
    answer = touchstone(*words)
    assert answer.code == 2
    assert said in answer.err


def test_an_unknown_set_is_said(touchstone, own_home):
    answer = touchstone("languages", "no-such-set")
    assert answer.code == 2
    assert "no-such-set" in answer.err
