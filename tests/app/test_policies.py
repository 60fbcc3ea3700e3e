"""The Policies page: every rule as data, a copy changed and seen before it is kept, the table and its oddities."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from app.components.policy_views import KINDS, ODDITIES, policy_words, unique_titles
from governance.catalogue.selection import Selection
from governance.provenance.licence_table import class_oddities, licence_table
from governance.provenance.own_policies import own_policies, save_policy
from governance.provenance.policies import POLICIES, Policy
from governance.records.lists import save_list

NOW = datetime(2026, 1, 2, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script> *b* [x](javascript:alert(1)) :red[y]"


def said(app):
    return " ".join(item.value for item in [*app.markdown, *app.caption, *app.info, *app.warning]).replace("\\", "")


def fine(app):
    assert not app.exception
    assert not app.error
    return app


def test_every_setting_of_a_policy_is_said():
    base = policy_words(POLICIES["audit"])
    changed = {
        "ignored_licences": ("OpenAI",), "unspecified_as": "academic_only", "unknown_as": "commercial",
        "missing_parent_as": "academic_only", "model_terms": True, "hosts": ("audit", "github"),
        "overrides": {"No License": "noncommercial"}, "id": "other",
    }  # fmt: skip
    for field in set(Policy.model_fields) - {"title", "help", "combine"}:
        other = POLICIES["audit"].model_copy(update={field: changed[field]})
        assert policy_words(other) != base, field
    assert (
        policy_words(POLICIES["any-host"])["Where they differ"]
        != policy_words(POLICIES["all-hosts"])["Where they differ"]
    )


def test_repeated_titles_are_told_apart():
    one = POLICIES["audit"]
    assert unique_titles([one, one, one]) == ["Audit rule", "Audit rule (2)", "Audit rule (3)"]


def test_all_shipped_rules_stand_side_by_side(open_at):
    app = fine(open_at("policies"))
    assert "datasets allow commercial use**" in said(app)
    table = app.dataframe[0].value
    assert set(table.columns) == {"Setting", *(policy.title for policy in POLICIES.values())}
    for policy in POLICIES.values():
        assert policy.help in said(app)


@pytest.mark.parametrize("snapshot", ["current", "2023-10-25"])
def test_table_of_classes_and_oddities(open_at, connection, snapshot):
    rows = licence_table(connection, snapshot)
    app = fine(open_at("policies", show="classes", snapshot=snapshot))
    assert len(app.dataframe[0].value) == len(rows)
    assert {row.kind for row in rows} <= set(KINDS)
    app = fine(open_at("policies", show="oddities", snapshot=snapshot))
    found = class_oddities(rows)
    assert len(app.dataframe[0].value) == len(found)
    assert {odd.kind for odd in found} <= set(ODDITIES)


def test_licences_are_searched(open_at):
    app = fine(open_at("policies", show="classes", licence="cc-by-nc-sa-4.0"))
    assert app.dataframe[0].value["name"].to_list() == ["CC BY-NC-SA 4.0"]
    fine(app.text_input(key="licence").set_value("zzqq <b>").run())
    assert "No licence matches" in said(app)


def test_a_copy_is_previewed_saved_and_selectable(open_at, bench):
    app = open_at("policies")
    fine(app.button(key="edit-start").click().run())
    assert app.query_params["edit"] == "audit"
    assert "**0 of" in said(app)
    assert "Nothing changes class" in said(app)
    fine(app.selectbox(key="p-unspecified_as").set_value("academic_only").run())
    assert "**0 of" not in said(app)
    assert "datasets change class**" in said(app)
    app.text_input(key="p-title").set_value("Our reading")
    fine(app.multiselect(key="p-as-noncommercial").set_value(["No License"]).run())
    draft = json.loads(app.query_params["draft"])
    assert draft["overrides"] == {"No License": "noncommercial"}
    assert own_policies(bench) == {}
    fine(app.button(key="policy-save").click().run())
    kept = own_policies(bench)["our-reading"]
    assert (kept.title, kept.unspecified_as, kept.overrides) == (
        "Our reading", "academic_only", {"No License": "noncommercial"},
    )  # fmt: skip
    assert "edit" not in app.query_params
    assert "1 yours" in said(app)
    datasets = open_at("datasets")
    assert "Our reading" in datasets.selectbox(key="f-policy").options


def test_draft_in_the_address_is_shown(open_at):
    draft = {
        "title": "Sent to me",
        "hosts": ["audit", "github"],
        "combine": "loosest",
        "missing_parent_as": "academic_only",
    }
    app = fine(open_at("policies", edit="cautious", draft=json.dumps(draft)))
    assert app.text_input(key="p-title").value == "Sent to me"
    assert app.pills(key="p-hosts").value == ["audit", "github"]
    assert app.radio(key="p-combine").value == "loosest"
    assert json.loads(app.query_params["draft"]) == {
        name: value for name, value in draft.items() if name != "missing_parent_as"
    }


@pytest.mark.parametrize(
    "draft", ["{", "[]", '{"hosts": []}', '{"unspecified_as": "free"}', '{"x": 1}', "[" * 9_000, '{"title": 3}']
)
def test_draft_that_cannot_be_read_is_told(open_at, draft):
    app = open_at("policies", edit="audit", draft=draft)
    assert not app.exception
    assert app.text_input(key="p-title").value == "Audit rule, my copy"


def test_rule_that_is_not_whole_is_told(open_at):
    app = open_at("policies", edit="audit")
    app.pills(key="p-hosts").set_value([]).run()
    assert not app.exception
    assert "hosts" in app.error[0].value
    app.pills(key="p-hosts").set_value(["github"]).run()
    fine(app)


def test_own_rule_is_changed_and_deleted(open_at, bench):
    save_policy(bench, POLICIES["cautious"].model_copy(update={"id": "mine", "title": HOSTILE}), NOW)
    save_list(bench, "read by it", Selection(policy="mine"), [], "0" * 12, NOW)
    app = fine(open_at("policies"))
    fine(app.selectbox(key="start").set_value("mine").run())
    fine(app.button(key="edit-start").click().run())
    assert "1 of your lists" in said(app)
    fine(app.toggle(key="p-model_terms").set_value(False).run())
    fine(app.button(key="policy-save").click().run())
    assert own_policies(bench)["mine"].model_terms is False
    app = fine(open_at("policies", edit="mine"))
    for item in [*app.markdown, *app.caption]:
        assert "](javascript" not in item.value
        assert "<script>" not in item.value
    fine(app.button(key="policy-delete").click().run())
    assert own_policies(bench) == {}


@pytest.mark.parametrize("asked", ["nope", "audti", HOSTILE])
def test_unknown_policy_is_a_message(open_at, asked):
    app = fine(open_at("policies", edit=asked))
    assert "There is no policy" in said(app)


@pytest.mark.parametrize("query", [{"show": "x"}, {"count": "x"}, {"snapshot": "x"}])
def test_unknown_settings_are_a_message(open_at, query):
    app = open_at("policies", **query)
    assert not app.exception
    assert len(app.error) == 1
    assert app.title
