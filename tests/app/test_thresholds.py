"""The Thresholds and Compare scenarios pages: answers are the library's, widgets are the URL, bad input is told."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app.components.threshold_words import chance, place_name, results_table
from governance.catalogue.connect import open_catalogue
from governance.compute.history_files import from_pairs, quick_history, read_history
from governance.compute.rules import load_rules
from governance.compute.saved_scenarios import ScenarioDraft, get_scenario, save_scenario, scenarios
from governance.compute.scenario import assess_scenario
from governance.compute.thresholds import load_instruments
from governance.exports.words import flop_words

DAY = date(2026, 6, 1)
DEFAULT = {
    "form": "dense",
    "parameters": "60 to 200 billion",
    "tokens": "8 to 25 trillion",
    "epochs": "triangular(1, 1.05, 1.6)",
    "attention": "uniform(1.02, 1.15)",
    "post_training": "triangular(1, 1.05, 1.4)",
    "synthetic": "triangular(1, 1.03, 1.3)",
    "modality": "text",
}
MERGED = """
runs:
  - {id: teacher, parameters: 400B, tokens: 15T, developer: us}
  - {id: base, parameters: 70B, tokens: 15T, developer: us}
  - {id: tuned, kind: finetuning, parameters: 70B, tokens: 300B, developer: us}
edges:
  - {child: base, parent: teacher, kind: taught_by}
  - {child: tuned, parent: base}
final: tuned
"""


@pytest.fixture(scope="module")
def judge(catalogue_home):
    with open_catalogue(catalogue_home) as connection:
        instruments, rules = load_instruments(connection), load_rules(connection)
    return lambda history, day=DAY: assess_scenario(history, instruments, rules, day)


def fine(app):
    assert not app.exception
    assert not app.error, [one.value for one in app.error]
    return app


def table(app):
    return app.dataframe[0].value.set_index("instrument")


def test_the_worked_scenario_is_what_one_meets_first(open_at, judge):
    app = fine(open_at("thresholds", as_of=str(DAY)))
    wanted = judge(from_pairs(DEFAULT))
    assert wanted.of("eu-aiact-51-2").probability == pytest.approx(0.80, abs=0.01)
    assert table(app).loc["EU AI Act 51(2)", "probability"] == wanted.of("eu-aiact-51-2").probability
    assert "EU AI Act 51(2) (P 0.80)" in app.markdown[0].value.replace("\\", "")
    shown = set(table(app).index)
    assert {"California SB 53", "EU AI Act 51(2)"} <= shown
    assert not any("RAISE" in name or "EO 14110" in name for name in shown)


@pytest.mark.parametrize(
    ("day", "present", "absent"),
    [
        ("2024-06-01", "US federal EO 14110", "EU AI Act 51(2)"),
        ("2025-02-01", None, "US federal EO 14110"),
        ("2025-08-02", "EU AI Act 51(2)", "California SB 53"),
        ("2026-01-22", "Korea AI Basic Act", "New York RAISE"),
        ("2027-01-01", "New York RAISE", "US federal EO 14110"),
    ],
)
def test_only_texts_in_force_on_the_day_are_shown(open_at, day, present, absent):
    app = fine(open_at("thresholds", as_of=day))
    names = set(table(app).index) if app.dataframe and "instrument" in app.dataframe[0].value else set()
    assert present is None or present in names
    assert absent not in names


def test_texts_not_in_force_say_what_would_be(open_at):
    rows = table(fine(open_at("thresholds", as_of=str(DAY), show="training")))
    assert rows.loc["California SB 1047", "verdict"] == "would be below"
    assert rows.loc["California SB 1047", "status"] == "vetoed"


def test_the_widgets_are_the_url(open_at, judge):
    query = {"by": "model", "form": "moe", "parameters": "671B", "active_parameters": "37B", "tokens": "14.8T",
             "epochs": "1", "attention": "1", "post_training": "1", "synthetic": "1", "as_of": str(DAY)}  # fmt: skip
    app = fine(open_at("thresholds", **query))
    assert app.text_input(key="active_parameters").value == "37B"
    total = judge(from_pairs({name: value for name, value in query.items() if name not in ("by", "as_of")}))
    assert table(app).loc["EU AI Act 51(2)", "total"] == total.of("eu-aiact-51-2").total.median
    assert flop_words(total.of("eu-aiact-51-2").total.median) == "3.3e24"
    fine(app.text_input(key="tokens").set_value("200T").run())
    assert app.query_params["tokens"] in ("200T", ["200T"])
    assert table(app).loc["EU AI Act 51(2)", "verdict"] == "exceeds"


@pytest.mark.parametrize(
    ("field", "text", "word"),
    [
        ("parameters", "0", "is zero"),
        ("parameters", "-7B", "below zero"),
        ("parameters", "NaN", "not a number"),
        ("parameters", "200 to 60 billion", "above"),
        ("tokens", "1e400", "too large"),
        ("tokens", "5 trillion words", "words"),
        ("tokens", "15 PFLOP/s", "flop per second"),
        ("tokens", "<script>alert(1)</script>", "number alone"),
    ],
)
def test_a_number_that_cannot_be_read_is_a_message_and_stays(open_at, field, text, word):
    app = open_at("thresholds", **{field: text})
    assert not app.exception
    assert word in app.error[0].value
    assert app.text_input(key=field).value == text
    fine(app.text_input(key=field).set_value("70B" if field == "parameters" else "15T").run())


@pytest.mark.parametrize(
    "query",
    [{"as_of": "yesterday"}, {"as_of": "1990-01-01"}, {"show": "none"}, {"law": "us-moon"}, {"by": "luck"},
     {"scenario": "not-there"}, {"scenario": "../../etc"}],
    ids=str,
)  # fmt: skip
def test_a_bad_address_is_a_message_and_the_page_works(open_at, query):
    app = open_at("thresholds", **query)
    assert not app.exception
    assert app.error


def test_both_ways_of_estimating_are_compared(open_at):
    query = {"parameters": "70B", "tokens": "15T", "chips": "16000", "chip_peak": "989 TFLOP/s", "hours": "1000",
             "utilisation": "40%"}  # fmt: skip
    app = fine(open_at("thresholds", **query))
    assert any("differ by more than 2" in one.value for one in app.markdown)


@pytest.fixture
def kept(bench):
    draft = ScenarioDraft(title="Taught and tuned", history=read_history(MERGED), as_of=DAY)
    return save_scenario(bench, draft, datetime(2026, 6, 1, tzinfo=UTC))


def test_a_saved_history_says_which_runs_count(open_at, kept, judge):
    app = fine(open_at("thresholds", scenario=kept.id, as_of=str(DAY)))
    runs = next(one.value for one in app.dataframe if "counts" in one.value).set_index("run")
    assert runs.loc["base", "counts"] == "counts"
    assert runs.loc["teacher", "counts"] == "does not count"
    assert "122" in runs.loc["teacher", "paragraph"]
    total = judge(kept.history).of("eu-aiact-51-2").total.median
    assert table(app).loc["EU AI Act 51(2)", "total"] == total


def test_saving_makes_a_scenario_and_deleting_removes_it(open_at, bench):
    app = fine(open_at("thresholds"))
    app.text_input(key="parameters").set_value("70B").run()
    fine(app.button(key="open-history").click().run())
    (saved,) = scenarios(bench)
    assert saved.history.runs[0].inputs["parameters"].text == "70B"
    app = fine(open_at("thresholds", scenario=saved.id))
    fine(app.button(key="delete-scenario").click().run())
    assert scenarios(bench) == ()


def test_applying_an_edit_keeps_the_revision_before(open_at, bench, kept):
    app = open_at("thresholds", scenario=kept.id)
    app.text_input(key=f"final-{kept.id}-1").set_value("base").run()
    fine(app.button(key="apply-history").click().run())
    assert get_scenario(bench, kept.id).history.final == "base"
    assert get_scenario(bench, kept.id, 1).history.final == "tuned"


def test_an_edit_that_makes_no_history_is_a_message(open_at, bench, kept):
    app = open_at("thresholds", scenario=kept.id)
    app.text_input(key=f"final-{kept.id}-1").set_value("nobody").run()
    app.button(key="apply-history").click().run()
    assert not app.exception
    assert "nobody" in app.error[0].value
    assert get_scenario(bench, kept.id).revision == 1


def test_what_ifs_are_judged_beside_the_run(open_at):
    app = fine(open_at("scenarios", what="experts,inference", as_of=str(DAY)))
    rows = app.dataframe[-1].value.set_index("variant")
    assert list(rows.loc["as planned", "eu-aiact-51-2"]) == ["indeterminate · P 0.80"]
    assert list(rows.loc["active parameters counted", "eu-aiact-51-2"]) == ["below · P below 0.01"]
    assert any("No statute" in one.value for one in app.markdown)


def test_a_setting_out_of_range_is_a_message(open_at):
    app = open_at("scenarios", what="split", **{"split.entities": "1"})
    assert not app.exception
    assert "out of range" in app.error[0].value


def test_an_unknown_what_if_is_a_message(open_at):
    app = open_at("scenarios", what="magic")
    assert not app.exception
    assert "magic" in app.error[0].value


def test_words_for_people():
    assert place_name("US-NY") == "New York"
    assert place_name("KR") == "Korea"
    result = assess_scenario(quick_history("70B", "15T"), [], [], DAY)
    assert results_table(result, []).is_empty()
    assert chance.__doc__
