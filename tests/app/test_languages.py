"""Languages and Rescoring: answers, states, charts in both modes, and the report."""

from __future__ import annotations

import pytest

from app.components.bump_chart import Path, bump_chart
from app.components.figure import chart_spec, chart_svg
from app.components.language_charts import group_chart, heat_chart, null_chart, rater_chart, short_names, strip_chart
from app.components.language_words import culture_report, languages_report, rater_report
from app.components.reach_views import reach_chart
from app.components.reach_words import reach_report
from app.components.rescoring_views import rescoring_report, slope_chart
from app.theme import DARK
from governance.catalogue.connect import open_catalogue
from governance.catalogue.sources import sources
from governance.evaluation.formats.sets import open_set
from governance.evaluation.groups.chosen import choose
from governance.evaluation.groups.coverage import coverage, scripts
from governance.evaluation.groups.culture import culture
from governance.evaluation.groups.examples import culture_example, raters_example
from governance.evaluation.groups.languages import language_report
from governance.evaluation.groups.raters import rater_gaps
from governance.evaluation.groups.reach import people_reached
from governance.evaluation.rescoring import rescoring
from governance.exports.evaluation_report import report_html, report_markdown


@pytest.fixture(scope="module")
def massive(catalogue_home):
    with open_catalogue(catalogue_home) as connection:
        opened = open_set(connection, "mteb-results")
    return opened, language_report(choose(opened.frame, tasks=["MassiveIntentClassification"], better="higher"))


def words(app):
    return " ".join(one.value for one in (*app.title, *app.markdown, *app.error, *app.info, *app.warning, *app.caption))


@pytest.mark.parametrize(
    ("page", "query", "said"),
    [
        pytest.param("languages", {}, "gives 0.618 in Amharic**, against 0.859 in English", id="languages"),
        pytest.param("languages", {"task": "XNLI", "ref": "fr"}, "against 0.", id="task and reference"),
        pytest.param("languages", {"task": "nope"}, "address, task", id="unknown task"),
        pytest.param("languages", {"set": "toxicity-helm"}, "Too few models or languages", id="one language"),
        pytest.param("languages", {"show": "culture"}, "more than random parts as large do", id="culture"),
        pytest.param("languages", {"show": "culture", "example": "0"}, "No subset is chosen", id="no culture here"),
        pytest.param("languages", {"show": "culture", "lang": "kor", "seed": "x"}, "address, seed", id="bad seed"),
        pytest.param("languages", {"show": "coverage"}, "24 of 51 languages are Indo\\-European", id="family"),
        pytest.param("languages", {"show": "coverage", "group": "script"}, "28 of 51 languages are Latn", id="script"),
        pytest.param("languages", {"show": "coverage", "group": "tier"}, "bring your own table", id="no tiers"),
        pytest.param("languages", {"show": "people"}, "In Japanese people see **-15.0%**", id="people"),
        pytest.param("languages", {"show": "people", "example": "0"}, "Two models and two raters", id="no raters"),
        pytest.param("languages", {"show": "reach"}, "These 6 languages reach **between", id="reach"),
        pytest.param(
            "languages", {"show": "reach", "languages": "Swahili"}, "Swahili reaches **2.4%", id="reach by one"
        ),
        pytest.param(
            "languages", {"show": "reach", "languages": "eng,klingonese"}, "is no language", id="bad language"
        ),
        pytest.param("languages", {"show": "reach", "languages": " "}, "No language is chosen", id="reach by none"),
        pytest.param("rescoring", {}, "19 of 37 models moved, text\\-curie\\-001 goes from 35 to 23", id="rescoring"),
        pytest.param("rescoring", {}, "The paper's notebook says 24 moved; from its stored tables it is 21", id="why"),
        pytest.param("rescoring", {"ties": "first"}, "21 of 37 models moved", id="ties"),
        pytest.param("rescoring", {"threshold": "0.1"}, "2 fell below 0.1, 0 rose above it", id="threshold"),
        pytest.param("rescoring", {"threshold": "x"}, "is no number", id="bad threshold"),
        pytest.param("rescoring", {"set": "mteb-results"}, "This set was scored once", id="one scoring"),
        pytest.param("rescoring", {"set": "toxicity-rtp"}, "models moved", id="other set"),
    ],
)
def test_page_says(open_at, page, query, said):
    app = open_at(page, **query)
    assert not app.exception
    assert said in words(app)


def test_a_choice_stands_in_the_address(open_at):
    app = open_at("rescoring")
    app.selectbox(key="ties").set_value("average").run()
    assert app.query_params["ties"] == "average"
    assert "22 of 37 models moved" in words(app)


def test_a_list_of_languages_stands_in_the_address(open_at):
    app = open_at("languages", show="reach", languages="eng,cmn")
    assert app.multiselect(key="languages").value == ["eng", "cmn"]
    before = words(app)
    app.multiselect(key="languages").set_value(["eng", "cmn", "hin"]).run()
    assert app.query_params["languages"] == "eng,cmn,hin"
    assert "These 3 languages reach" in words(app)
    again = open_at("languages", show="reach", languages="eng,cmn")
    assert words(again) == before


def test_reach_is_drawn_and_reported_with_its_bounds(catalogue_home):
    with open_catalogue(catalogue_home) as connection:
        reach = people_reached(connection, ["eng", "fra", "tlh"])
        source = next(one for one in sources(connection) if one.id == "cldr")
    reach_chart(reach)(DARK)
    bars = chart_spec(reach_chart(reach))["data"]["values"]
    assert {row["part"] for row in bars} == {"surely", "perhaps"}
    assert all(0 <= row["start"] <= row["end"] <= 100 for row in bars)
    assert len(bars) == 2 * (len(reach.regions) - 1)  # nobody is known to speak anything in Outlying Oceania
    text = report_markdown(reach_report(reach, source, "v"))
    for part in ("Unicode-3.0", "Unicode, Inc.", "no row in CLDR", "bounds for certain", "eng, fra, tlh"):
        assert part in text


def test_charts_are_drawn_in_both_modes(massive):
    _, report = massive
    groups = coverage(report, scripts(report.grid.units))
    own = scripts(report.grid.units)
    found = culture(culture_example().frame, ["sensitive"], ["agnostic"], resamples=20)
    gaps = rater_gaps(raters_example().frame, "model FP16", "model W4", ["human annotators"], resamples=20)
    bump = bump_chart([Path("a", (1, 2, 1)), Path("b" * 40, (2, 1, 2))], ["x", "y", "z"])
    heat = heat_chart(report)
    draws = [strip_chart(report), heat, group_chart(report, groups, own), null_chart(found), rater_chart(gaps), bump]
    for draw in draws:
        draw(DARK)
    assert len(max(chart_spec(heat)["datasets"].values(), key=len)) == 27 * 51
    assert "bbbbbbbb…bbbbbb" in chart_svg(bump)


def test_short_names_stay_apart():
    names = short_names(["a/x", "b/x", "c/y"])
    assert names == {"a/x": "a/x", "b/x": "b/x", "c/y": "y"}


def test_reports_state_what_they_rest_on(massive, catalogue_home):
    opened, report = massive
    text = report_markdown(languages_report(opened.card, report))
    for part in ("tau b", "CC0-1.0", opened.card.version, "none: n is not stated", "Amharic", "1,377 scores compared"):
        assert part in text
    example = culture_example()
    found = culture(example.frame, ["sensitive"], ["agnostic"], resamples=20)
    assert "SYNTHETIC" in report_html(culture_report(example.card, choose(example.frame), found, True))
    raters = raters_example()
    gaps = rater_gaps(raters.frame, "model FP16", "model W4", ["human annotators"], resamples=20)
    assert "Japanese" in report_markdown(rater_report(raters.card, gaps, True, 0, 20))
    with open_catalogue(catalogue_home) as connection:
        helm = open_set(connection, "toxicity-helm")
    twice = rescoring(helm.frame, source="as published", target="generations rescored", better="lower", threshold=0.1)
    text = report_markdown(rescoring_report(helm.card, twice, twice.boards[-1]))
    assert "as published" in text
    assert "ranks: min" in text
    slope_chart(twice.of(twice.boards[0]), twice, "toxic_frac")(DARK)
