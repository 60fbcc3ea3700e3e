"""The page Selection effects: every view answers, and follows its settings."""

from __future__ import annotations

import pytest

from tests.app.test_robustness import said


@pytest.mark.parametrize(
    ("query", "words"),
    [
        pytest.param({"error": "10"}, "The best of 27 variants shows 20.0 points of chance", id="best of 27"),
        pytest.param({"error": "10", "spread": "10"}, "points of chance**; 14.1 more", id="spread"),
        pytest.param({"variants": "1"}, "nothing to be chosen from", id="one"),
        pytest.param({"show": "shares"}, "Weaver 12k takes 15.5%", id="models"),
        pytest.param({"show": "shares", "by": "openness"}, "Models whose weights are open take 51.3%", id="openness"),
        pytest.param({"show": "retire", "removals": "50"}, "Removing 1 model moves the ranking", id="retire"),
        pytest.param({"show": "retire", "retired": "~"}, "Nothing is retired yet", id="none chosen"),
        pytest.param({"show": "access", "old": "23.5", "new": "49.9"}, "is +112% relative", id="gain"),
    ],
)
def test_view_answers(open_at, query, words):
    app = open_at("selection_effects", **query)
    assert words in said(app)
    assert app.title[0].value == "How much of a high place is selection?"


def test_quoted_figures_are_said_to_be_quoted(open_at):
    app = open_at("selection_effects", show="shares", by="provider")
    assert any("19.2%" in one.value and "quoted from the abstract" in one.value for one in app.markdown)


def test_a_number_out_of_reach_is_told(open_at):
    app = open_at("selection_effects", variants="many")
    assert "is no number from 1 to 500" in app.error[0].value
    app.number_input(key="variants").set_value(10.0).run()
    assert "The best of 10 variants" in app.markdown[0].value
