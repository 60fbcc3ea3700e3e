"""The verbs of consent over corpora: what they answer from the shipped aggregates, and with imported levels."""

from __future__ import annotations

import pytest

from tests.unit.consent.stored import expected, stored


def test_corpora(touchstone):
    found = {row["corpus"]: row for row in touchstone("consent", "corpora", "--json").json}
    assert found["c4"]["share"] == expected()["c4_fully_restricted_2024_04"]["all_tokens"]
    assert found["refinedweb"]["rule"] == "older_wider"


def test_series(touchstone):
    found = touchstone("consent", "series", "--stratum", "head", "--of-stratum", "--json").json
    assert round(found["series"]["points"][-1]["share"], 3) == 0.326
    steps = touchstone("consent", "series", "--json").json["steps"]
    assert [step["month"] for step in steps][:1] == ["2023-09-01"]
    refused = touchstone("consent", "series", "--corpus", "pile")
    assert (refused.code, refused.err.count("\n")) == (2, 1)


def test_forecast(touchstone):
    found = touchstone("consent", "forecast", "--scenario", "stops", "--months", "2", "--json").json
    assert [point["share"] for point in found["forecast"]["points"]] == [found["forecast"]["last_share"]] * 2
    assert found["back_test"] is None
    assert touchstone("consent", "forecast", "--scenario", "ends").code == 2


def test_named_and_panel(touchstone):
    (found,) = touchstone("consent", "named", "--agents", "gptbot", "--json").json
    assert (found["observed"], round(found["full"], 2)) == (4353, 0.84)
    assert "GPTBot" in touchstone("consent", "named").text
    assert len(touchstone("consent", "panel", "--json").json) == 54


@pytest.mark.parametrize("verb", ["corpus", "honour"])
def test_without_levels_of_sites_there_is_one_line_of_help(touchstone, verb):
    answer = touchstone("consent", verb)
    assert answer.code == 2
    assert "none is shipped" in answer.err


def test_imported_levels_are_audited(touchstone, own_home):
    folder = str(stored("publisher_robots_status_2023-2025.csv"))
    assert touchstone("import", "publishers", folder, "--json").json["rows"]["consent_signal"] == 3038
    asked = ("--agents", "GPTBot", "--draws", "50", "--json")
    found = touchstone("consent", "corpus", *asked).json
    assert found["observed_domains"] == 16, "17 are in the table, 16 with tokens of C4"
    first, last = found["audit"]["rows"][0], found["audit"]["rows"][-1]
    assert first["full"] < last["full"]
    assert touchstone("consent", "corpus", "--agents", "GPTBot", "--mode", "paper").code == 2
    named = ("--by", "operator", "--agents", "gptbot,ChatGPT-User", "--draws", "0", "--json")
    assert {row["group"] for row in touchstone("consent", "corpus", *named).json["audit"]["rows"]} == {"OpenAI"}
    lost = touchstone("consent", "honour", *asked).json
    assert lost["lost"] == pytest.approx(last["full"])
    assert {row["group"] for row in lost["rows"]} >= {"news", "unknown"}
    assert "news" in touchstone("consent", "honour", "--agents", "GPTBot", "--extent", "0.5").text


@pytest.mark.parametrize("source", ["consent", "hasdata", "publishers"])
def test_an_import_elsewhere_leaves_the_catalogue(touchstone, tmp_path, source):
    answer = touchstone("import", source, str(stored()), "--out", str(tmp_path / "out"), "--json").json
    assert answer["catalogue"] is None
    assert answer["kept"] > 0
    assert touchstone("import", source, str(tmp_path), "--out", str(tmp_path / "out")).code == 2
