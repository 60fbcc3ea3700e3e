"""Every calculator in the frame of labs: its planted answer is found, and a file that cannot answer is refused."""

from __future__ import annotations

import io
import json

import numpy as np
import polars as pl
import pytest

from governance.errors import BadInput
from governance.research.labs.calculator_labs import CALCULATOR_LABS
from governance.research.labs.lab import LabResult
from governance.research.labs.reading import attach, attach_all, read_lab_bytes, template
from governance.research.labs.registry import find_lab, run_lab
from governance.research.labs.report import lab_document, lab_report

FILES = [one for one in CALCULATOR_LABS if one.source != "settings"]
SETTINGS = [one for one in CALCULATOR_LABS if one.source == "settings" and one.lookup is None]


def values(found: LabResult) -> dict[str, float | None]:
    return {one.label: one.value for one in found.numbers}


@pytest.mark.parametrize("lab", FILES, ids=lambda lab: lab.name)
def test_a_template_comes_back_through_the_front_door(lab):
    frame = read_lab_bytes(lab, template(lab).encode(), "template.csv")
    assert frame.height
    assert not run_lab(lab.name, frame).synthetic


@pytest.mark.parametrize("lab", FILES, ids=lambda lab: lab.name)
def test_the_example_is_labelled_and_a_missing_column_is_named(lab):
    found = run_lab(lab.name)
    assert found.synthetic
    assert "SYNTHETIC" in lab_report(lab, found, {}, source="", version="").title
    assert json.loads(json.dumps(lab_document(lab, found, {})))["answer"]
    for name in lab.needs:
        rows = pl.read_csv(template(lab).encode(), infer_schema=False).drop(name)
        with pytest.raises(BadInput, match=name):
            read_lab_bytes(lab, rows.write_csv().encode(), "mine.csv")


@pytest.mark.parametrize("lab", SETTINGS, ids=lambda lab: lab.name)
def test_settings_alone_answer_and_are_not_called_synthetic(lab):
    found = run_lab(lab.name)
    assert found.answer
    assert not found.synthetic
    assert found.simulated == (lab.name in ("bpe-coverage", "toy-schedules", "prune-toy"))


@pytest.mark.parametrize("lab", CALCULATOR_LABS, ids=lambda lab: lab.name)
def test_every_claim_is_one_of_its_papers(lab):
    assert all(claim.split("/")[0] in lab.papers for claim in lab.claims)


def test_hand_worked_cases():
    assert values(run_lab("merge-count"))["merges to evaluate"] == 96
    assert values(run_lab("merge-count", settings={"symmetric": "yes"}))["merges to evaluate"] == 48
    epsilon = run_lab("document-epsilon")
    assert values(epsilon)["epsilon of the document"] == 2_000
    assert "vacuous" in epsilon.answer
    assert "not vacuous" not in epsilon.answer
    assert "recalled, not read" in " ".join(epsilon.limits), "the paper's theorem was not read, and the method says so"
    assert values(run_lab("trainable-share"))["weights trained"] == pytest.approx(0.141, abs=5e-4)
    assert values(run_lab("stored-active"))["stored over used"] == 3.5


def test_planted_sampling():
    found = run_lab("sampling", seed=1)
    rows = {row["language"]: row for row in found.tables["By language"].iter_rows(named=True)}
    assert rows["eng"]["captured"] > rows["fra"]["captured"] > 40
    assert rows["eng"]["helps"]
    assert rows["swh"]["low"] < 0 < rows["swh"]["high"]


def test_planted_routing():
    found = run_lab("router-addition")
    moved = dict(found.figures[0].table.select("domain", "moved").iter_rows())
    assert moved["law"] > max(moved["code"], moved["news"])
    assert moved["medicine"] > 90


def test_planted_choice_of_merges():
    found = run_lab("merge-choice")
    assert values(found)["chance of as much by luck"] < 0.02
    assert values(found)["regret of choosing by likeness"] < 0.1


def test_planted_merge_and_an_npz_of_ones_own():
    conflicts = dict(run_lab("merge-models").tables["By array"].select("name", "sign_conflict").iter_rows())
    assert conflicts == {"attention": 0.0, "forward": 100.0}
    held = io.BytesIO()
    np.savez(held, **{"base/w": np.zeros(2), "a/w": np.array([2.0, 0.0]), "b/w": np.array([0.0, 4.0])})
    rows, synthetic = attach(find_lab("merge-models"), None, held.getvalue(), "mine.npz")
    found = run_lab("merge-models", rows, {"operator": "task arithmetic"}, synthetic=synthetic)
    assert not found.synthetic
    assert found.tables["Merged numbers"]["value"].to_list() == [2.0, 4.0]
    np.savez(plain := io.BytesIO(), w=np.zeros(2))
    with pytest.raises(BadInput, match="names no model"):
        attach(find_lab("merge-models"), None, plain.getvalue(), "mine.npz")
    with pytest.raises(BadInput, match="2 second files"):
        attach_all(find_lab("tokenizer-cost"), None, [("a.json", b"{}"), ("b.json", b"{}")])


def test_planted_tokens_and_a_tokenizer_of_ones_own():
    lab = find_lab("tokenizer-cost")
    rows = {row["language"]: row for row in run_lab("tokenizer-cost").tables["By language"].iter_rows(named=True)}
    assert rows["other"]["low"] > 2
    other = rows["other"]
    assert other["tokens"] == other["letters"] - (other["words"] - other["texts"]), "a token a letter, spaces apart"
    model = {"type": "WordLevel", "vocab": {"[UNK]": 0}, "unk_token": "[UNK]"}
    whole = json.dumps({"version": "1.0", "added_tokens": [], "pre_tokenizer": {"type": "Whitespace"}, "model": model})
    frame = read_lab_bytes(lab, b"language,item,text\neng,1,a b\nell,1,a b c\n", "mine.csv")
    with pytest.raises(BadInput, match="column tokens"):
        run_lab("tokenizer-cost", frame)
    counted, synthetic = attach(lab, frame, whole.encode(), "tokenizer.json")
    assert not synthetic
    assert values(run_lab("tokenizer-cost", counted))["cost of ell over eng"] == 1.5
    assert attach(lab, None, whole.encode(), "tokenizer.json")[1], "over the example's texts it stays SYNTHETIC"


def test_planted_fronts():
    found = run_lab("privacy-front")
    assert values(found)["cut for a static attacker, paraphrase T=1.5"] == pytest.approx(50)
    assert values(found)["cut for an adaptive attacker, paraphrase T=1.5"] == pytest.approx(25)
    front = dict(found.figures[0].table.select("name", "on_front").iter_rows())
    assert [name for name, here in front.items() if here] == ["untouched", "paraphrase T=1", "paraphrase T=1.5"]
    toxic = run_lab("toxicity-front", settings={"second": "perplexity", "base": "decoder"}).tables["Methods"]
    rows = {row["method"]: row for row in toxic.iter_rows(named=True)}
    assert rows["retrieval"]["seconds_change"] == pytest.approx(-43)
    assert rows["retrieval"]["worst_language"] == "swh"
    assert not rows["words"]["on_front"]
    against_base = run_lab("toxicity-front").tables["Methods"].filter(pl.col("method") == "retrieval")
    assert against_base["worst_change"][0] == pytest.approx(-5)


def test_planted_product():
    found = values(run_lab("product-of-experts"))
    # 0.15·0.06/0.25 + 0.05·0.04/0.15 over those and 0.6 + 0.45 + 0.2
    toxic = 0.15 * 0.06 / 0.25 + 0.05 * 0.04 / 0.15
    assert found["chance of toxic words after"] == pytest.approx(100 * toxic / (1.25 + toxic))


def test_planted_schedule():
    rows = {row["schedule"]: row for row in run_lab("optimiser-curves").tables["Schedules"].iter_rows(named=True)}
    assert rows["cosine"]["final"] < rows["constant"]["final"] / 3
    assert "told apart" in run_lab("optimiser-curves").answer


def scores(**change: list[object]) -> bytes:
    rows = {"model": ["a", "b"], "task": ["t", "t"], "metric": ["toxicity"] * 2, "score": [0.2, 0.4]}
    return pl.DataFrame(rows | change).write_csv().encode()


def test_scorings_of_two_raters_are_never_mixed():
    lab = find_lab("toxicity-front")
    rows = pl.read_csv(scores(rater=["old", "old"])).vstack(pl.read_csv(scores(rater=["new", "new"], score=[0.9, 0.9])))
    found = run_lab("toxicity-front", read_lab_bytes(lab, rows.write_csv().encode(), "x.csv"))
    assert any("1 other scoring" in one for one in found.limits)
    alone = read_lab_bytes(lab, scores(rater=["old", "new"]), "x.csv")
    with pytest.raises(BadInput, match="1 methods"):
        run_lab("toxicity-front", alone)


@pytest.mark.parametrize(
    ("lab", "file", "match"),
    [
        ("sampling", "item,score\na,x\n", "no number"),
        ("sampling", "item,score,selector\na,1,1\na,2,\n", "not a number"),
        ("optimiser-curves", "schedule,step,value\na,1,1\na,1,2\n", "do not rise"),
        ("product-of-experts", "word,base,expert,anti\na,1,0,1\n", "smooth"),
        ("router-addition", "kind,domain,embedding\nexpert,a,1 x\n", "list of numbers"),
        ("router-addition", "kind,domain,embedding\nexpert,a,1\n", "one row 'new'"),
        ("merge-choice", "model_a,model_b,operator,score,likeness\na,b,x,1,1\na,b,y,1,1\n", "at least 4 models"),
        ("merge-models", "model,array,place,value\na,w,0,1\na,w,2,1\n", "not 0, 1, 2"),
        ("privacy-front", "mechanism,utility,attacker\na,1,1\n", "two or more"),
    ],
)  # fmt: skip
def test_bad_files(lab, file, match):
    with pytest.raises(BadInput, match=match):
        run_lab(lab, read_lab_bytes(find_lab(lab), file.encode(), "mine.csv"))


class TestServing:
    def test_worked_example_and_models_of_the_catalogue(self, catalogue):
        found = run_lab("serving-memory", connection=catalogue)
        assert values(found)["weights"] == pytest.approx(16.06)
        assert values(found)["keys and values a token"] == 131_072
        assert "worked example" in found.answer

    def test_a_named_model_brings_its_size_but_no_shape(self, catalogue):
        name, parameters = catalogue.execute(
            "SELECT name, parameters FROM model WHERE openness = 'open_weights_noncommercial' AND parameters > 1e9 "
            "ORDER BY name LIMIT 1"
        ).fetchone()
        found = run_lab("serving-memory", settings={"model": name}, connection=catalogue)
        assert values(found)["weights"] == pytest.approx(parameters * 2 / 1e9)
        assert values(found)["keys and values"] is None, "unknown, not 0"
        assert "does not fit" in found.answer

    def test_a_licence_of_ones_own_and_a_model_that_is_not_there(self, catalogue):
        found = run_lab("serving-memory", settings={"licence": "Apache-2.0"}, connection=catalogue)
        assert "Licence: fits" in found.answer
        with pytest.raises(BadInput, match="there is no model"):
            run_lab("serving-memory", settings={"model": "Lama 9000"}, connection=catalogue)
