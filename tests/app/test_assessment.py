"""Social impact: saved as it is changed, what waits is said, clashes are chosen by field, steps follow the rules."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from app.components import assessment_pick, state
from app.components.answer_clash import Clash, chosen, clash_of
from app.components.assessment_strip import strip_chart, strip_rows, strip_words
from app.components.figure import chart_svg
from governance.assessment.assessments import answers, get_assessment, save_answer, start_assessment
from governance.assessment.framework import load_framework
from governance.assessment.records import EVIDENCE, Answer, System, SystemVersion, body_of
from governance.assessment.remarks import give_opinion, remarks
from governance.assessment.states import digest_of, sign, submit
from governance.assessment.systems import get_system, save_system
from governance.records.documents import Document, EditClash, documents
from governance.records.people import Actor

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
BO = Actor(email="bo", name="Bo", role="reviewer")
DI = Actor(email="di", name="Di", role="reviewer")
SI = "acme-chat-si-1"
XSS = (
    "<script>document.title='x'</script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))",
    "</textarea><svg onload=alert(1)>", "**bold** $x$ :red[y]",
)  # fmt: skip


@pytest.fixture
def draft(bench, connection):
    """Give a draft by this machine's person in the workbench of the app, and the forms."""
    framework = load_framework(connection)
    record = System(
        id="acme-chat", name="Acme Chat", versions=(SystemVersion(version="1.0"),), datasets=("dolly-closedqa",)
    )
    save_system(bench, record, NOW)
    start_assessment(bench, "acme-chat", "social_impact", framework, NOW)
    return framework


@pytest.fixture
def form(open_at, draft):
    """Give a function that opens the page at an item."""

    def run(item="B1.1", **query):
        app = open_at("assessment", **{"assessment": SI, "item": item, **query})
        assert not app.exception
        return app

    return run


def field(app, name, item="B1.1"):
    """Find a widget of the form by its field."""
    key = f"answer-{SI}-{item}-{name}"
    kind = {"status": "button_group", "party": "button_group", "value": "number_input", "low": "number_input",
            "high": "number_input", "n": "number_input", "groups": "text_input", "languages": "text_input",
            "evidence": "multiselect"}.get(name, "text_area")  # fmt: skip
    return next(one for one in app.get(kind) if one.key == key)


def put(app, name, value, item="B1.1"):
    """Change one field, as a reader does."""
    return field(app, name, item).set_value(value).run()


def kept(bench, item="B1.1"):
    return answers(bench, SI)[item]


def asked(app, name):
    """Give the address's value of a parameter."""
    value = app.query_params[name]
    return value if isinstance(value, str) else value[0]


def said(app):
    return " ".join(one.value for one in (*app.markdown, *app.caption, *app.warning, *app.info))


def test_without_a_system_the_form_is_offered(open_at):
    app = open_at("assessment")
    assert "No system yet" in app.markdown[0].value
    assert not app.exception
    app.text_input(key="system-name").set_value("Acme Chat").run()
    app.button(key="system-save").click().run()
    assert "39 items are asked" in said(app)
    app.button(key="start").click().run()
    assert not app.exception
    assert "0 of 39 items assessed" in said(app)
    assert asked(app, "assessment") == SI


def test_an_answer_is_saved_as_it_is_changed(form, bench):
    app = form()
    assert "0 of 39 items assessed" in said(app)
    put(app, "finding", "A gap")
    assert (kept(bench).record.finding, kept(bench).record.status) == ("A gap", "not_assessed")
    put(app, "method", "BBQ")
    put(app, "status", "found")
    put(app, "groups", "women, men;  ")
    put(app, "value", 4.0)
    put(app, "n", 1200)
    answer = kept(bench).record
    assert (answer.status, answer.groups, answer.value, answer.n) == ("found", ("women", "men"), 4.0, 1200)
    assert answer.question.startswith("At which stages")
    assert "1 of 39 items assessed" in said(app)
    assert f"revision {kept(bench).revision}" in said(app)
    again = form()
    assert field(again, "finding").value == "A gap", "a new session finds the draft"


def test_a_status_that_cannot_stand_waits_and_the_rest_is_saved(form, bench):
    app = form()
    put(app, "status", "not_applicable")
    assert "The status waits: the reason is missing" in said(app)
    assert "0 of 39" in said(app)
    put(app, "finding", "Words")
    assert (kept(bench).record.status, kept(bench).record.finding) == ("not_assessed", "Words")
    put(app, "reason", "It has no users")
    assert (kept(bench).record.status, kept(bench).record.reason) == ("not_applicable", "It has no users")
    assert not app.warning
    assert "0 of 38 items assessed" in said(app)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        pytest.param("languages", "english", "'english' is no language", id="language"),
        pytest.param("low", 9.0, "low 9.0 is above value 4.0", id="interval"),
    ],
)
def test_what_cannot_be_saved_stays_typed(form, bench, draft, name, value, message):
    save_answer(bench, SI, Answer(item="B1.1", value=4.0), draft, NOW)
    app = form()
    put(app, name, value)
    assert "Not saved yet" in said(app)
    assert message[1:] in app.error[0].value.replace("\\", "")
    assert field(app, name).value == value
    assert kept(bench).revision == 1


def test_a_clash_is_chosen_field_by_field(form, bench, draft):
    save_answer(bench, SI, Answer(item="B1.1", finding="First", limits="Few"), draft, NOW)
    app = form()
    theirs = Answer(item="B1.1", finding="Theirs", limits="Theirs", owner="Bo")
    save_answer(bench.acting(BO), SI, theirs, draft, NOW, 1)
    put(app, "finding", "Mine")
    assert "bo changed the same meanwhile" in said(app)
    choice = app.radio(key=f"answer-{SI}-B1.1-clash-finding")
    assert choice.options == ["Mine: Mine", "Theirs: Theirs"]
    assert kept(bench).record.finding == "Theirs"
    app.button(key=f"answer-{SI}-B1.1-clash-save").click().run()
    record = kept(bench).record
    assert (record.finding, record.limits, record.owner) == ("Mine", "Theirs", "Bo")
    assert "meanwhile" not in said(app)
    assert field(app, "limits").value == "Theirs"


def test_the_other_side_of_a_clash_can_be_taken(form, bench, draft):
    save_answer(bench, SI, Answer(item="B1.1", finding="First"), draft, NOW)
    app = form()
    save_answer(bench.acting(BO), SI, Answer(item="B1.1", finding="Theirs"), draft, NOW, 1)
    put(app, "finding", "Mine")
    app.radio(key=f"answer-{SI}-B1.1-clash-finding").set_value("theirs").run()
    app.button(key=f"answer-{SI}-B1.1-clash-save").click().run()
    assert kept(bench).record.finding == "Theirs"
    assert field(app, "finding").value == "Theirs"


def test_both_sides_of_a_clash_keep_what_only_one_changed():
    base = {"a": 1, "b": 1, "c": 1}
    theirs = Document(kind="answer", id="x", body={"a": 2, "b": 2, "c": 1}, revision=2, created=NOW, updated=NOW)
    clash = clash_of(EditClash(theirs, {"a": 3, "b": 1, "c": 3}, ("a",)), base)
    assert clash == Clash({"a": 3, "b": 2, "c": 3}, theirs.body, ("a",), 2, None)
    assert chosen(clash, "nowhere") == {"a": 3, "b": 2, "c": 3}


def test_steps_follow_the_rules(form, bench, draft):
    app = form()
    submit_button = app.button(key=f"step-submit-{SI}")
    assert submit_button.disabled
    assert "nothing is answered yet" in said(app)
    put(app, "method", "Read")
    app.button(key=f"step-submit-{SI}").click().run()
    assert get_assessment(bench, SI).record.state == "in_review"
    assert "Method: Read" in said(app)
    assert not any(one.key == f"answer-{SI}-B1.1-method" for one in app.text_area)
    assert app.button(key=f"step-sign-{SI}").disabled
    assert "wrote a part of it" in said(app).replace("\\", "")
    app.button(key=f"step-return-{SI}").click().run()
    assert get_assessment(bench, SI).record.state == "draft"
    submit(bench, SI, NOW)
    sign(bench.acting(BO), SI, digest_of(bench, SI), NOW)
    app = form()
    assert "Signed by Bo" in said(app)
    app.button(key=f"step-new_version-{SI}").click().run()
    assert "the reason is missing" in app.error[0].value
    app.text_area(key=f"step-new_version-{SI}-reason").set_value("More came out").run()
    app.button(key=f"step-new_version-{SI}").click().run()
    assert asked(app, "assessment") == "acme-chat-si-2"
    assert "Why this version was made: More came out" in said(app)


def test_another_person_signs_what_they_saw(form, bench, draft, monkeypatch):
    save_answer(bench, SI, Answer(item="B1.1", method="Read"), draft, NOW)
    submit(bench, SI, NOW)
    monkeypatch.setattr(state, "workbench", lambda: bench.acting(BO))
    app = form()
    assert digest_of(bench, SI)[:12] in said(app)
    app.button(key=f"step-sign-{SI}").click().run()
    assert get_assessment(bench, SI).record.signatures[0].by == BO.id
    assert not app.exception


def test_the_item_stays_while_others_change_the_marks_in_the_list(form, bench, draft):
    app = form("B1.2")
    for status in ("found", "none_found", "found"):
        for item in ("B1.1", "B1.2"):
            present = answers(bench, SI).get(item)
            changed = Answer(item=item, status=status, method="Read")
            save_answer(bench, SI, changed, draft, NOW, present.revision if present else None)
        put(app, "limits", f"After {status}", "B1.2")
        assert asked(app, "item") == "B1.2"
        assert any("B1.2" in one.value for one in app.header)
        assert app.radio(key="pick-list").value == "B1.2"
    app.radio(key="pick-list").set_value("B1.1").run()
    assert asked(app, "item") == "B1.1"


@pytest.mark.parametrize(
    ("value", "item"),
    [("B1.3", "B1.3"), ("● B1.3 Bias", "B1.3"), ("b", "b"), ("nowhere", "nowhere")],
    ids=["as it is", "by an old label", "the label of another", "unknown"],
)
def test_a_label_that_has_changed_still_means_its_item(monkeypatch, value, item):
    labels = {"● B1.3 Bias": "B1.3", "b": "a", "○ b": "b"}
    monkeypatch.setattr(assessment_pick.st, "session_state", {"list": value, "list-labels": labels})
    assert assessment_pick._chosen("list") == item


def test_remarks_and_opinions_of_two_reviewers(form, bench, draft):
    save_answer(bench, SI, Answer(item="B1.1", method="Read"), draft, NOW)
    give_opinion(bench.acting(BO), SI, "agree", "", NOW, "B1.1")
    give_opinion(bench.acting(DI), SI, "disagree", "Too small", NOW, "B1.1")
    app = form()
    assert "The reviewers differ; both opinions stay" in said(app)
    assert "Too small" in said(app)
    app.text_area(key=f"remark-{SI}-B1.1").set_value("Seen").run()
    app.button(key=f"remark-{SI}-B1.1-comment").click().run()
    assert [one.record.text for one in remarks(bench, SI)][-1] == "Seen"
    app.button(key=f"remark-{SI}-B1.1-agree").click().run()
    assert "wrote a part of it" in said(app)


def test_what_the_parts_bring_along_is_cited_with_one_click(form, bench, draft):
    app = form()
    key = f"answer-{SI}-B1.1-evidence"
    app.button(key=f"{key}-ready-0").click().run()
    found = documents(bench, EVIDENCE, "acme-chat")
    assert [one.body["record_id"] for one in found] == ["dolly-closedqa"]
    assert kept(bench).record.evidence == (found[0].id,)
    app.button(key=f"{key}-ready-0").click().run()
    assert len(documents(bench, EVIDENCE, "acme-chat")) == 1


def test_of_much_that_is_brought_along_a_little_is_shown_and_the_rest_found(form, bench, draft, connection):
    rows = connection.execute("SELECT id FROM dataset WHERE snapshot = 'current' ORDER BY id LIMIT 60").fetchall()
    present = get_system(bench, "acme-chat")
    named = present.record.model_copy(update={"datasets": tuple(name for (name,) in rows)})
    save_system(bench, named, NOW, present.revision)
    app, key = form(item="S4.1"), f"answer-{SI}-S4.1-evidence-ready"
    titles = [one.value for one in app.markdown if re.search(r": (licence|lineage)\*\*", one.value)]
    assert len(titles) == len([one for one in app.button if one.key.startswith(key)]) == 8
    assert "more; search to see them" in said(app)
    app.text_input(key=f"{key}-words").set_value("no such words").run()
    assert "None of them holds all these words" in said(app)
    assert not [one for one in app.button if one.key.startswith(key)]


def test_an_old_question_stays_beside_the_new_one(form, bench, draft):
    old = body_of(Answer(item="B1.1", question="When was bias measured?", framework="0.9", finding="x"))
    from governance.records.documents import save_document

    save_document(bench, "answer", f"{SI}-b1-1", old, NOW, parent=SI)
    app = form()
    assert "When was bias measured?" in said(app)
    assert "Answered under version 0.9" in said(app).replace("\\", "")
    put(app, "limits", "Few")
    assert kept(bench).record.question == "When was bias measured?"


def test_texts_are_shown_as_they_are(form, bench):
    app = form()
    for number, text in enumerate(XSS, 1):
        put(app, "finding", text)
        app.text_area(key=f"remark-{SI}-B1.1").set_value(text).run()
        app.button(key=f"remark-{SI}-B1.1-comment").click().run()
        assert kept(bench).record.finding == field(app, "finding").value == text
        shown = " ".join(one.value for one in app.markdown)
        assert f"Remarks ({number})" in [one.value for one in app.subheader]
        assert text not in shown, "Markdown is escaped"
        assert not any(one.proto.allow_html for one in app.markdown)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        pytest.param({"assessment": "nothing"}, "There is no assessment", id="assessment"),
        pytest.param({"item": "B9.9"}, "is not known", id="item"),
        pytest.param({"item": "<script>"}, "is not known", id="script"),
    ],
)
def test_an_odd_address_is_explained(open_at, draft, query, message):
    app = open_at("assessment", **{"assessment": SI, **query})
    assert message in app.error[0].value
    assert not app.exception
    assert "0 of 39" in said(app)


def test_the_address_follows_the_widgets(form, bench, draft):
    app = form("B1.2")
    app.button(key="item-after").click().run()
    assert asked(app, "item") == "B1.3"
    app.selectbox(key="pick-item").set_value("S1.1").run()
    assert asked(app, "item") == "S1.1"
    app.radio(key="pick-list").set_value("B1.1").run()
    assert asked(app, "item") == "B1.1"
    assert app.header[0].value == "B1.1 Lifecycle coverage"


def test_the_strip_draws_and_never_counts_what_nobody_saw(connection):
    framework = load_framework(connection)
    rows = strip_rows(framework.categories, framework.items_for(("image",)), {})
    assert rows.height == 38
    assert set(rows["status"]) == {"Not assessed"}
    assert set(rows["assessed"]) == {0}
    assert "B4 Privacy and data protection 0 of 4" in strip_words(rows)
    assert chart_svg(strip_chart(rows, "B1.1")).startswith("<svg")
