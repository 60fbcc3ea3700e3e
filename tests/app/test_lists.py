"""The Lists page: empty, open, changed, edited by two at once, compared, pasted, reopened."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.components import state
from governance.catalogue.selection import Selection
from governance.exports.bundle import make_bundle
from governance.exports.manifest import render_export
from governance.provenance.datasets import select_datasets
from governance.provenance.own_policies import own_policies, remove_policy, save_policy
from governance.provenance.policies import POLICIES
from governance.provenance.saved_lists import save_result
from governance.records.lists import get_list, lists, save_list, update_list

NOW = datetime(2026, 1, 2, tzinfo=UTC)
SWAHILI = Selection.from_query("language=swh&effective_use=commercial")
HOSTILE = "<script>alert(1)</script> *b* [x](javascript:alert(1)) =1+1 $x$ :red[y]"


def keep(bench, name, query="language=swh", note=""):
    selection = Selection.from_query(query)
    datasets = state.datasets_for(selection.snapshot, selection.policy)
    return save_result(bench, name, select_datasets(datasets, selection), NOW, note)


def said(app):
    return " ".join(item.value for item in [*app.markdown, *app.caption, *app.info, *app.warning]).replace("\\", "")


def fine(app):
    assert not app.exception
    assert not app.error
    return app


def test_empty_says_what_to_do_first(open_at):
    app = fine(open_at("lists"))
    assert "You have saved no list yet" in said(app)
    assert not app.selectbox


def test_overview_counts_and_tells_what_changed(open_at, bench):
    keep(bench, "steady")
    save_list(bench, "moved", SWAHILI, ["withdrawn"], "0123456789ab", NOW)
    app = fine(open_at("lists"))
    assert "**2 lists**; **1** changed" in said(app)
    shown = dict(zip(app.dataframe[0].value["name"], app.dataframe[0].value["since"], strict=True))
    assert shown["steady"] == "unchanged"
    assert "1 gone" in shown["moved"]


def test_open_list_shows_what_became_of_it(open_at, bench):
    saved = save_list(bench, "moved", SWAHILI, ["withdrawn"], "0123456789ab", NOW, note="why I kept it")
    app = fine(open_at("lists", list=saved.id))
    assert "**moved**: 1 dataset, saved 2026-01-02" in said(app)
    assert "why I kept it" in said(app)
    assert "withdrawn" in app.dataframe[0].value["name"].to_list()
    assert "None of its datasets is in this catalogue" in said(app)


def test_policy_that_is_gone_is_told(open_at, bench):
    save_policy(bench, POLICIES["cautious"].model_copy(update={"id": "mine", "title": "Mine"}), NOW)
    saved = keep(bench, "read by mine", "language=swh&policy=mine")
    assert "**unchanged**" in said(fine(open_at("lists", list=saved.id)))
    remove_policy(bench, "mine")
    app = fine(open_at("lists", list=saved.id))
    assert "The policy mine is gone" in said(app)
    assert fine(open_at("lists")).dataframe[0].value["since"].to_list() == ["its policy is gone"]


def test_rename_is_saved(open_at, bench):
    saved = keep(bench, "before")
    app = open_at("lists", list=saved.id)
    app.text_input(key=f"list-name-{saved.id}-1").set_value("after")
    next(button for button in app.button if button.label == "Save").click()
    fine(app.run())
    assert get_list(bench, saved.id).name == "after"
    assert "**after**" in said(app)


@pytest.mark.parametrize(("choice", "name"), [("keep-mine", "mine"), ("take-stored", "theirs")])
def test_two_people_edit_and_nothing_is_lost(open_at, bench, choice, name):
    saved = keep(bench, "before")
    app = open_at("lists", list=saved.id)
    update_list(bench, saved.id, 1, NOW, name="theirs", note="their note")
    app.text_input(key=f"list-name-{saved.id}-1").set_value("mine")
    next(button for button in app.button if button.label == "Save").click()
    fine(app.run())
    assert "changed elsewhere" in said(app)
    assert "**mine**" in said(app)
    assert "**theirs**" in said(app)
    assert get_list(bench, saved.id).name == "theirs"
    fine(app.button(key=choice).click().run())
    assert get_list(bench, saved.id).name == name
    assert "changed elsewhere" not in said(app)


def test_taken_name_is_an_error(open_at, bench):
    keep(bench, "taken")
    saved = keep(bench, "other")
    app = open_at("lists", list=saved.id)
    app.text_input(key=f"list-name-{saved.id}-1").set_value("TAKEN")
    next(button for button in app.button if button.label == "Save").click()
    app.run()
    assert "A list is named" in app.error[0].value
    assert get_list(bench, saved.id).name == "other"


def test_delete_asks_and_deletes(open_at, bench):
    saved = keep(bench, "to go")
    app = open_at("lists", list=saved.id)
    fine(app.button(key="delete-for-good").click().run())
    assert lists(bench) == ()
    assert "You have saved no list yet" in said(app)


def test_delete_of_a_changed_list_is_refused(open_at, bench):
    saved = keep(bench, "to go")
    app = open_at("lists", list=saved.id)
    update_list(bench, saved.id, 1, NOW, note="someone still needs it")
    app.button(key="delete-for-good").click().run()
    assert "revision 2" in app.error[0].value
    assert len(lists(bench)) == 1


def test_compare_counts_and_lists_each_part(open_at, bench):
    a, b = keep(bench, "all"), keep(bench, "free", "language=swh&effective_use=commercial")
    app = fine(open_at("lists", compare=a.id, **{"with": b.id}))
    assert f"**{b.size} in both**, {a.size - b.size} only in all, 0 only in free." in said(app)
    fine(app.segmented_control(key="part").set_value("only_a").run())
    assert app.query_params["part"] == "only_a"
    assert len(app.dataframe[0].value) == a.size - b.size
    fine(app.segmented_control(key="part").set_value("only_b").run())
    assert "No dataset is in this part" in said(app)


def test_sidebar_opens_and_compares(open_at, bench):
    a, b = keep(bench, "a"), keep(bench, "b", "language=zul")
    app = open_at("lists")
    fine(app.selectbox(key="list-chosen").set_value(a.id).run())
    assert app.query_params["list"] == a.id
    fine(app.selectbox(key="list-beside").set_value(b.id).run())
    assert (app.query_params["compare"], app.query_params["with"]) == (a.id, b.id)
    fine(app.selectbox(key="list-chosen").set_value(None).run())
    assert "**2 lists**" in said(app)


@pytest.mark.parametrize("query", [{"list": "nope"}, {"compare": "nope", "with": "x"}, {"list": HOSTILE}])
def test_unknown_list_is_a_message(open_at, bench, query):
    keep(bench, "nopes")
    app = fine(open_at("lists", **query))
    assert "There is no list" in said(app)


def test_pasted_ids_are_reported_and_can_be_saved(open_at, bench):
    first, second = state.datasets_for().frame["id"][:2].to_list()
    app = open_at("lists", do="ids")
    fine(app.text_area(key="ids-text").set_value(f"{first}, {second}\n{first}\n{HOSTILE}").run())
    assert "**2 known**, 1 unknown, 1 named more than once" in said(app)
    next(one for one in app.text_input if one.label == "Name").set_value("pasted")
    next(one for one in app.button if one.label == "Save").click()
    fine(app.run())
    assert get_list(bench, "pasted").dataset_ids == tuple(sorted((first, second), key=(first, second).index))


def manifest_of(policy="audit"):
    selection = Selection.from_query(f"language=swh&policy={policy}")
    datasets = state.datasets_for("current", policy)
    result = select_datasets(datasets, selection)
    return render_export(make_bundle(state.cursor(), result, datasets.policy), ["csv"]).files["manifest.json"]


def upload(app, data, name="manifest.json"):
    return app.get("file_uploader")[0].set_value((name, data, "application/json")).run()


def test_export_is_reopened_and_checked(open_at, bench):
    app = fine(upload(open_at("lists", do="export"), manifest_of()))
    assert "from this catalogue" in said(app)
    assert "Language: **swh**" in said(app)
    fine(app.button(key="check-export").click().run())
    assert "byte for byte" in app.success[0].value


def test_export_under_an_unknown_policy_offers_to_keep_it(open_at, bench):
    save_policy(bench, POLICIES["cautious"].model_copy(update={"id": "mine", "title": HOSTILE[:80]}), NOW)
    data = manifest_of("mine")
    remove_policy(bench, "mine")
    app = fine(upload(open_at("lists", do="export"), data))
    fine(app.button(key="keep-policy").click().run())
    assert "mine" in own_policies(bench)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{not json", id="not-json"),
        pytest.param(b"[]", id="list"),
        pytest.param(b"\xff\xfe\x00", id="not-utf8"),
        pytest.param(b"PK\x03\x04zip", id="zip"),
        pytest.param(b"[" * 50_000, id="deep"),
        pytest.param(b'{"kind": "touchstone-export", "x": "' + b"x" * 1_100_000 + b'"}', id="too-large"),
    ],
)
def test_what_is_no_manifest_is_refused(open_at, data):
    app = upload(open_at("lists", do="export"), data)
    assert not app.exception
    assert app.error


def test_hostile_names_are_shown_as_they_are(open_at, bench):
    saved = save_list(bench, HOSTILE, SWAHILI, [HOSTILE], "0123456789ab", NOW, note=HOSTILE)
    other = keep(bench, "other")
    for app in (
        open_at("lists"),
        open_at("lists", list=saved.id),
        open_at("lists", compare=saved.id, **{"with": other.id}),
    ):
        fine(app)
        for item in [*app.markdown, *app.caption]:
            assert "](javascript" not in item.value
            assert "<script>" not in item.value
    assert HOSTILE in said(open_at("lists", list=saved.id))
