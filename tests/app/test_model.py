"""The card of one model: its verdicts, facts and relatives are the library's, and an unknown id is a message."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.components import state
from app.components.frame import flop
from app.components.model_card_views import class_line, six_nd_line, verdict_line
from governance.compute.history_files import from_query
from governance.compute.model_checks import line_verdicts
from governance.compute.model_scenario import scenario_query
from governance.compute.models import model_card
from governance.compute.own_models import model_in_words, own_models, save_model
from governance.exports.words import flop_words

NOW = datetime(2026, 1, 2, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script> [x](javascript:alert(1)) :red[y] $z$"


def said(app):
    return " ".join(one.value for one in [*app.markdown, *app.info, *app.caption]).replace("\\", "")


@pytest.mark.parametrize("model_id", ["llama-2-70b", "code-llama-70b", "gpt-5", "t5-11b", "0-6-pi-0-6-6d1b3dfe"])
def test_the_card_is_the_librarys(open_at, model_id):
    app = open_at("model", id=model_id)
    assert not app.exception
    assert not app.error
    card = model_card(state.cursor(), model_id)
    assert app.markdown[0].value == verdict_line(card)
    assert class_line(card) in [one.value for one in app.markdown]
    assert six_nd_line(card) in [one.value for one in app.markdown]
    for verdict in line_verdicts(card.model):
        assert verdict.verdict is None or f"{verdict.verdict} {flop_words(verdict.line)}" in app.markdown[0].value
    assert (len(app.dataframe) == 1) == bool(card.fine_tunes)
    if card.fine_tunes:
        assert set(app.dataframe[0].value["name"]) == {one.name for one in card.fine_tunes}
    assert "not legal advice" in said(app)


def test_words_of_three_cards(catalogue_home):
    llama, t5 = model_card(state.cursor(), "llama-2-70b"), model_card(state.cursor(), "t5-11b")
    assert verdict_line(llama).startswith("**8.1e23 FLOP** by best estimate · :red-badge[exceeds 1e23 · >99%]")
    assert ":orange-badge[indeterminate 1e24 · 38%]" in verdict_line(llama)
    assert "they agree within 5%" in six_nd_line(llama)
    assert "about 3ND" in six_nd_line(t5)
    assert "within 3x at 90%: 90% between 2.7e23 and 2.4e24 FLOP" in class_line(llama)


@pytest.mark.parametrize("model_id", ["no-such-model", HOSTILE, "own:none", "'; DROP TABLE model; --"])
def test_an_unknown_id_is_a_message(open_at, model_id):
    app = open_at("model", id=model_id)
    assert not app.exception
    assert "There is no model" in app.error[0].value.replace("\\", "")
    assert "<script>" not in app.error[0].value


def test_nothing_chosen_offers_starts_and_a_search(open_at):
    app = open_at("model")
    assert not app.exception
    app.text_input(key="find").set_value("llama").run()
    found = next(button for button in app.button if str(button.key).startswith("found-"))
    found.click().run()
    assert not app.exception
    assert not app.error
    assert app.query_params["id"] in (found.key.removeprefix("found-"), [found.key.removeprefix("found-")])


def test_an_own_model_has_a_card_and_can_be_forgotten(open_at, bench):
    model = model_in_words("Ours 7B", {"training_flop": "5e24 to 2e25", "organisation": "A, B"})
    save_model(bench, model, NOW)
    app = open_at("model", id="own:ours-7b")
    assert not app.error
    assert flop(model.training_flop) in app.markdown[0].value
    assert "Your own estimate: 90% between 5e24 and 2e25 FLOP" in said(app)
    app.button(key="forget").click().run()
    assert not app.exception
    assert not own_models(bench)


@pytest.mark.parametrize("model_id", ["llama-2-70b", "gpt-5", "t5-11b"])
def test_a_model_goes_to_the_thresholds_as_it_is_known(catalogue_home, model_id):
    row = model_card(state.cursor(), model_id).model
    (run,) = from_query(scenario_query(row)).runs
    assert run.inputs["flop"].low == pytest.approx(row["flop_low"], rel=1e-4)
    assert run.inputs["flop"].high == pytest.approx(row["flop_high"], rel=1e-4)
