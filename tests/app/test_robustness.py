"""The page Robustness: every view answers, and says so where it cannot."""

from __future__ import annotations

import polars as pl
import pytest

from app.components.robustness_words import order_answer
from governance.evaluation.robustness.elo import elo_orders


def said(app):
    """Give the answer line of a page without an error."""
    assert not app.exception
    return app.markdown[0].value


@pytest.mark.parametrize(
    ("query", "words"),
    [
        pytest.param({"orders": "20"}, "At K = 16", id="order"),
        pytest.param({"orders": "20", "k": "1"}, "At K = 1, one model comes first", id="order, low K"),
        pytest.param({"show": "cycles"}, "510 of 5\u202f249 decided triads", id="cycles"),
        pytest.param({"show": "left-out"}, "Without k8s, Falcon Instruct", id="prompts"),
        pytest.param({"show": "left-out", "by": "judge"}, "Without worker 15", id="judges"),
        pytest.param({"show": "judges"}, "say the same in 41% of votes", id="people beside GPT-4"),
        pytest.param({"show": "left-out", "by": "judge", "set": "llmfao-gpt4"}, "Not testable", id="one judge"),
    ],
)
def test_view_answers(open_at, query, words):
    app = open_at("robustness", **query)
    assert words in said(app)
    assert app.title[0].value == "Would the ranking survive another order, judge or prompt?"


def test_unknown_words_in_the_address_are_told(open_at):
    app = open_at("robustness", show="nonsense", orders="20")
    assert app.error[0].value
    assert "At K = 16" in app.markdown[0].value


def test_a_setting_stands_in_the_address(open_at):
    app = open_at("robustness", orders="20")
    app.selectbox(key="k").set_value("4").run()
    assert "At K = 4" in said(app)
    assert app.query_params["k"] in ("4", ["4"])


SMALL = {
    "apart": ([("x", "y", "a"), ("y", "x", "a"), ("u", "v", "a"), ("u", "v", "b")], "different models come first"),
    "tied": ([("x", "y", "tie"), ("y", "z", "tie")] * 3, "no model comes first"),
}


@pytest.mark.parametrize(("rows", "answer"), SMALL.values(), ids=SMALL)
def test_small_sets_are_told_what_they_are(rows, answer):
    found = elo_orders(pl.DataFrame(rows, ["model_a", "model_b", "outcome"], orient="row"), [16], permutations=20)
    assert answer in order_answer(found, found.spreads[0])
    assert found.parts == (2 if len(rows) == 4 else 1)
