"""Calculators on the command line: settings, a second file, a shipped set, refusals."""

from __future__ import annotations

import json

import numpy as np
import pytest
from safetensors.numpy import save

pytestmark = pytest.mark.usefixtures("own_home")


def test_settings_answer_without_a_file(touchstone):
    found = touchstone("lab", "document-epsilon", "--set", "tokens=1", "--set", "temperature=10", "--json").json
    assert found["numbers"][0] | {"value": None} == {
        "label": "epsilon of the document", "value": None, "unit": "epsilon", "low": None, "high": None, "claim": "",
    }  # fmt: skip
    assert found["numbers"][0]["value"] == 2.0
    assert (found["synthetic"], found["simulated"]) == (False, False)


def test_a_second_file_that_replaces_the_rows(touchstone, tmp_path):
    file = tmp_path / "mine.npz"
    np.savez(file, **{"a/w": np.array([2.0, 0.0]), "b/w": np.array([0.0, 4.0])})
    found = touchstone("lab", "merge-models", "--attach", str(file), "--json").json
    assert [one["value"] for one in found["tables"]["Merged numbers"]] == [1.0, 2.0]
    assert not found["synthetic"]


def test_models_are_merged_from_a_file_each(touchstone, tmp_path):
    words = []
    for name, numbers in (("base", [0.0, 0.0]), ("one", [2.0, 0.0]), ("two", [0.0, 4.0])):
        (tmp_path / f"{name}.safetensors").write_bytes(save({"w": np.array(numbers, dtype=np.float32)}))
        words += ["--attach", str(tmp_path / f"{name}.safetensors")]
    found = touchstone("lab", "merge-models", *words, "--set", "operator=task arithmetic", "--json").json
    assert [one["value"] for one in found["tables"]["Merged numbers"]] == [2.0, 4.0]
    assert found["source"] == "base.safetensors, one.safetensors, two.safetensors"
    assert "two files have one name" in touchstone("lab", "merge-models", *words, *words[:2]).err
    assert "differs in name or shape" in touchstone("lab", "merge-models", *words[:4], *_other(tmp_path)).err


def _other(folder):
    (folder / "other.safetensors").write_bytes(save({"w": np.ones(3)}))
    return ["--attach", str(folder / "other.safetensors")]


def test_texts_with_a_tokenizer(touchstone, tmp_path):
    model = {"type": "WordLevel", "vocab": {"[UNK]": 0}, "unk_token": "[UNK]"}
    whole = {"version": "1.0", "added_tokens": [], "pre_tokenizer": {"type": "Whitespace"}, "model": model}
    (tmp_path / "tokenizer.json").write_text(json.dumps(whole))
    (tmp_path / "texts.csv").write_text("language,item,text\neng,1,a b\nell,1,a b c\n")
    words = (str(tmp_path / "texts.csv"), "--attach", str(tmp_path / "tokenizer.json"))
    found = touchstone("lab", "tokenizer-cost", *words, "--json").json
    assert found["numbers"][0]["value"] == 1.5


def test_a_shipped_set(touchstone):
    found = touchstone("lab", "toxicity-front", "toxicity-rtp", "--json").json
    assert found["answer"].startswith("DExperts (large) is the least toxic at 0.314")
    assert not found["synthetic"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("lab", "sampling", "--example", "--attach", "x.json"), "x.json", id="no second file"),
        pytest.param(("lab", "tokenizer-cost", "--example", "--attach", "no-such.json"), "no-such", id="no file"),
        pytest.param(("lab", "document-epsilon", "--set", "tokens=0"), "out of range", id="setting"),
        pytest.param(("lab", "serving-memory", "--set", "model=Lama 9000"), "no model", id="model"),
    ],
)
def test_refusals(touchstone, words, said):
    answer = touchstone(*words)
    assert answer.code == 2
    assert said in answer.err
