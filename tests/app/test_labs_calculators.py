"""Calculators as pages: each is drawn, a second file is read, and the real toxicity set is one choice away."""

from __future__ import annotations

import json

import pytest

from governance.research.labs.calculator_labs import CALCULATOR_LABS


def words(app):
    return " ".join(str(one.value) for kind in ("markdown", "caption", "info", "error") for one in app.get(kind))


@pytest.mark.parametrize("name", [one.name for one in CALCULATOR_LABS])
def test_every_calculator_is_drawn(open_at, name):
    app = open_at("labs", lab=name)
    assert not app.exception
    assert not app.error
    assert app.title[0].value.endswith("?")


def test_a_setting_of_the_address_changes_the_answer(open_at):
    app = open_at("labs", lab="document-epsilon", **{"set-tokens": "1", "set-temperature": "10"})
    assert not app.exception
    assert "has an epsilon of 2," in words(app)
    assert "at or under your limit" in words(app)


def test_a_tokenizer_of_ones_own_counts_the_example_which_stays_synthetic(open_at):
    app = open_at("labs", lab="tokenizer-cost")
    model = {"type": "WordLevel", "vocab": {"[UNK]": 0}, "unk_token": "[UNK]"}
    whole = {"version": "1.0", "added_tokens": [], "pre_tokenizer": {"type": "Whitespace"}, "model": model}
    upload = app.sidebar.get("file_uploader")[0]
    upload.set_value(("tokenizer.json", json.dumps(whole).encode(), "application/json")).run()
    assert not app.exception
    assert "costs 1 times as many tokens" in words(app), "whole words cost every language alike"
    assert "SYNTHETIC" in words(app)
    app.sidebar.get("file_uploader")[0].set_value(("tokenizer.json", b"[]", "application/json")).run()
    assert not app.exception
    assert "no part 'model'" in words(app).replace("\\", "")


def test_a_shipped_set_of_toxicity(open_at):
    app = open_at("labs", lab="toxicity-front", data="toxicity-rtp", **{"set-base": "GPT2 (large)"})
    assert not app.exception
    assert "DExperts" in words(app)
    assert "SYNTHETIC" not in words(app)
