"""The Evidence review page: figures equal the library's, the address gives the view, and the form refuses content."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.components.figure import chart_spec, chart_svg
from app.components.review_charts import map_chart, map_table, timeline_chart, timeline_table
from app.components.review_views import answer, origin
from governance.assessment.cases import cases, read_case, save_case
from governance.assessment.studies import own_studies, read_study, save_study, shipped_studies, study_versions
from governance.assessment.study_content import RULE
from governance.assessment.study_records import StudyRecord
from governance.assessment.study_review import RULES, contradictions, quality, study_map

NOW = datetime(2026, 1, 2, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script> *b* [x](javascript:alert(1)) :red[y]"
PLAIN = {
    "title": "Ours", "threat_model": "TM1", "method": "red_team", "finding": "Nothing was found.",
    "direction": "no_detectable_increase", "steps": ["release"], "comparator": "expert", "published": "2026-10",
}  # fmt: skip


def said(app):
    return " ".join(one.value for one in [*app.markdown, *app.caption, *app.info]).replace("\\", "")


def fine(app):
    assert not app.exception
    assert not app.error
    return app


def test_the_page_says_what_the_library_says(open_at, connection):
    app = fine(open_at("review"))
    laid = study_map(shipped_studies(connection), "TM1")
    assert answer(laid) in app.markdown[0].value
    assert f"**{laid.n} studies: 2 found an increase" in app.markdown[0].value
    table = app.dataframe[1].value
    assert len(table) == laid.n
    assert table["criteria"].to_list()[0] == "2 of 2"


@pytest.mark.parametrize(
    ("query", "key", "value"),
    [
        pytest.param({"threat": "TM2"}, "threat", "TM2", id="threat"),
        pytest.param({"show": "timeline"}, "show", "timeline", id="show"),
        pytest.param({"step": "plan"}, "step", "plan", id="step"),
        pytest.param({"with": "internet_only"}, "with", "internet_only", id="with"),
        pytest.param({"least": "10", "show": "criteria"}, "least", 10, id="least"),
        pytest.param({"id": "mouton-2024"}, "id", "mouton-2024", id="study"),
    ],
)
def test_the_address_sets_the_view_and_keeps_it(open_at, query, key, value):
    app = fine(open_at("review", **query))
    assert app.session_state[key] == value
    assert [app.query_params[key]] in ([str(value)], [[str(value)]])


@pytest.mark.parametrize(
    "query",
    [{"threat": "TM9"}, {"show": "x"}, {"step": "x"}, {"with": HOSTILE}, {"least": "-1"}, {"id": "nope"},
     {"show": "add", "edit": "nope"}],
    ids=lambda query: "-".join(query),
)  # fmt: skip
def test_an_odd_address_is_a_message(open_at, query):
    app = open_at("review", **query)
    assert not app.exception
    assert len(app.error) == 1
    assert app.title


def test_a_cell_shows_its_studies_and_an_empty_one_says_so(open_at):
    app = open_at("review")
    fine(app.selectbox(key="step").set_value("plan").run())
    assert len(app.dataframe[1].value) == 1
    assert "not measurably more viable" in said(app)
    fine(app.selectbox(key="with").set_value("expert").run())
    assert "Nobody studied this." in said(app)


def test_newer_findings_stand_beside_the_older_they_contradict(open_at, connection):
    app = fine(open_at("review", show="timeline"))
    pairs = contradictions([one for one in shipped_studies(connection) if one.study.threat_model == "TM1"])
    assert f"**{len(pairs)} pairs contradict each other.**" in said(app)
    assert len(app.dataframe[1].value) == len(pairs)


def test_criteria_are_said_and_the_least_number_varies(open_at):
    app = fine(open_at("review", show="criteria", least="101"))
    assert all(rule.label in said(app) for rule in RULES)
    column = app.dataframe[0].value["Enough participants or items"].to_list()
    assert sorted(set(column)) == ["no", "not stated", "yes"]
    app = fine(app.number_input(key="least").set_value(100).run())
    assert "no" not in app.dataframe[0].value["Enough participants or items"].to_list()


def test_a_study_is_written_read_changed_and_deleted(open_at, bench):
    app = fine(open_at("review", show="add"))
    assert RULE in said(app)
    assert not app.get("file_uploader"), "no attachment on this form"
    app.text_input(key="s-title").set_value("Ours")
    app.text_area(key="s-finding").set_value("It made no difference.")
    app.selectbox(key="s-direction").set_value("no_detectable_increase")
    app.multiselect(key="s-steps").set_value(["release"])
    app.selectbox(key="s-comparator").set_value("expert")
    app.text_input(key="s-n").set_value("40")
    fine(app.button[-1].click().run())
    (kept,) = own_studies(bench)
    assert (kept.study.steps, kept.study.n, kept.study.independent) == (("release",), 40, None)
    assert "It made no difference." in said(app)
    app = fine(open_at("review", id=kept.id))
    fine(app.button(key="study-edit").click().run())
    assert app.text_input(key="s-n").value == "40"
    app.text_input(key="s-n").set_value("41")
    fine(app.button[-1].click().run())
    assert [one.study.n for one in study_versions(bench, kept.id)] == [40, 41]
    app = fine(open_at("review", id=kept.id))
    fine(app.button(key="study-delete").click().run())
    assert own_studies(bench) == ()


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        pytest.param("s-finding", "It is ATGGCTAGCTAGGATCCATTGACC", "a nucleotide sequence", id="sequence"),
        pytest.param("s-finding", "Incubate at 37 °C, then centrifuge it", "laboratory procedure", id="procedure"),
        pytest.param("s-finding", "", "finding is missing", id="nothing"),
        pytest.param("s-url", "javascript:alert(1)", "cannot be used", id="address"),
        pytest.param("s-n", "many", "is not a whole number", id="n"),
        pytest.param("s-low", "1", "both ends", id="interval"),
        pytest.param("s-published", "last year", "Published", id="date"),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_typed_is_lost(open_at, bench, field, text, told):
    app = open_at("review", show="add")
    app.text_input(key="s-title").set_value("Ours")
    app.text_area(key="s-finding").set_value("It made no difference.")
    box = app.text_area if field == "s-finding" else app.text_input
    box(key=field).set_value(text)
    app.button[-1].click().run()
    assert not app.exception
    assert told in app.error[0].value.replace("\\", "")
    assert app.text_input(key="s-title").value == "Ours"
    assert box(key=field).value == text
    assert own_studies(bench) == ()


def test_case_sheets_are_written_and_their_interval_shown(open_at, bench):
    app = fine(open_at("review", show="cases"))
    assert "never averaged" in said(app)
    app.text_input(key="c-new-title").set_value("App")
    app.text_area(key="c-new-task").set_value("Publish an app")
    app.text_input(key="c-new-n").set_value("1")
    app.text_input(key="c-new-reached").set_value("1")
    fine(app.button[-1].click().run())
    (kept,) = cases(bench)
    assert (kept.case.n, kept.case.interventions) == (1, None)
    app = fine(open_at("review", show="cases"))
    fine(app.selectbox(key="case").set_value(kept.id).run())
    assert "1 of 1, exact 95% interval 3% to 100%" in said(app) or "2% to 100%" in said(app)
    fine(app.button(key="case-delete").click().run())
    assert cases(bench) == ()


@pytest.mark.parametrize("show", ["map", "timeline", "criteria", "cases", "add"])
def test_any_words_are_shown_as_text(open_at, bench, show):
    made = save_study(bench, read_study({**PLAIN, "title": HOSTILE, "finding": HOSTILE, "authors": HOSTILE}), NOW)
    save_case(bench, read_case({"title": HOSTILE, "task": HOSTILE}), NOW)
    query = {"edit": made.id} if show == "add" else {"id": made.id} if show == "map" else {}
    app = fine(open_at("review", show=show, **query))
    for item in [*app.markdown, *app.caption]:
        assert "](javascript" not in item.value
        assert "<script>" not in item.value


@pytest.mark.parametrize("threat", ["TM1", "TM2", "other"])
@pytest.mark.parametrize("show", ["map", "timeline", "criteria"])
def test_every_threat_model_has_every_view(open_at, connection, threat, show):
    app = fine(open_at("review", threat=threat, show=show))
    found = [one for one in shipped_studies(connection) if one.study.threat_model == threat]
    assert answer(study_map(found, threat)) in app.markdown[0].value
    assert (app.session_state["threat"], app.session_state["show"]) == (threat, show)


def test_figures_draw_and_hold_the_empty_cells(connection):
    found = [one for one in shipped_studies(connection) if one.study.threat_model == "TM1"]
    found.append(StudyRecord(id="x", study=read_study({**PLAIN, "title": HOSTILE, "authors": HOSTILE})))
    laid = study_map(found, "TM1")
    table = map_table(laid)
    assert table.height == len(laid.cells)
    assert (table["studies"] == 0).sum() == laid.empty
    drawn = chart_svg(map_chart(laid))
    assert drawn.count(">none<") == laid.empty
    assert timeline_table(found).height == len(found)
    over_time = chart_svg(timeline_chart(found, contradictions(found)))
    assert "<script>" not in over_time
    assert "Zhang" in over_time
    assert chart_spec(timeline_chart([], []))["layer"]


def test_where_a_record_comes_from(connection):
    shipped = shipped_studies(connection)[0]
    assert origin(shipped).endswith(", read")
    assert quality(shipped).judged <= len(RULES)
