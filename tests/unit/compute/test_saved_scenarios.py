"""Saved scenarios: every version comes back whole and judges as it did."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given

from governance.compute.rules import CountingRule
from governance.compute.saved_scenarios import (
    ScenarioDraft,
    assess_saved,
    delete_scenario,
    get_scenario,
    save_scenario,
    scenario_versions,
    scenarios,
)
from governance.compute.scenario import assess_scenario
from governance.errors import BadInput, Conflict, NotFound
from governance.records.store import open_workbench
from tests.unit.compute.law import HOSTILE, TODAY, chain, histories, law, run, worked

NOW = datetime(2026, 1, 2, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


def draft(title="Ours", **fields):
    return ScenarioDraft(**{"title": title, "history": worked(), "as_of": TODAY, "draws": 2048, "seed": 7, **fields})


@pytest.fixture
def workbench(tmp_path):
    with open_workbench(tmp_path, NOW) as connection:
        yield connection


def test_a_change_is_a_new_version_and_the_old_one_stays(workbench):
    first = save_scenario(workbench, draft(note="first"), NOW)
    rule = CountingRule(id="mine", title="", basis="per_run", parts=())
    changed = draft("Renamed", history=chain(run("a"), run("b")), as_of=date(2025, 8, 2), rule=rule)
    second = save_scenario(workbench, changed, LATER, first.id, first.revision)
    assert (first.id, first.revision, second.revision) == ("ours", 1, 2)
    assert (second.created, second.updated) == (NOW, LATER)
    assert scenario_versions(workbench, "ours") == (first, second)
    assert get_scenario(workbench, "ours") == second
    assert get_scenario(workbench, "ours", 1) == first
    assert ScenarioDraft.model_validate(second.model_dump(include=set(ScenarioDraft.model_fields))) == changed


@given(histories())
def test_any_history_comes_back_the_same(history):
    with TemporaryDirectory() as folder, open_workbench(Path(folder), NOW) as workbench:
        saved = save_scenario(workbench, draft(history=history), NOW)
        assert get_scenario(workbench, saved.id).history == history


def test_a_saved_scenario_judges_as_it_did(workbench):
    saved = save_scenario(workbench, draft(), NOW)
    assert assess_saved(saved, *law()) == assess_scenario(worked(), *law(), TODAY, 2048, 7)
    rule = CountingRule(id="nothing-said", title="", basis="cumulative", parts=())
    by_rule = assess_saved(save_scenario(workbench, draft(rule=rule), NOW), *law()).of("eu-aiact-51-2")
    assert (by_rule.counting_rule, by_rule.missing) == ("nothing-said", ("counting",))


def test_ids_are_free_and_the_last_changed_comes_first(workbench):
    made = [
        save_scenario(workbench, draft(title), NOW + timedelta(hours=place))
        for place, title in enumerate(["A", "A", "é"])
    ]
    assert [one.id for one in made] == ["a", "a-2", "e"]
    assert [one.id for one in scenarios(workbench)] == ["e", "a-2", "a"]
    delete_scenario(workbench, "a-2")
    assert [one.id for one in scenarios(workbench)] == ["e", "a"]
    with pytest.raises(NotFound):
        scenario_versions(workbench, "a-2")


def test_a_change_to_another_revision_is_refused(workbench):
    first = save_scenario(workbench, draft(), NOW)
    save_scenario(workbench, draft(note="theirs"), NOW, first.id, 1)
    with pytest.raises(Conflict, match="revision 2"):
        save_scenario(workbench, draft("Mine"), NOW, first.id, 1)
    with pytest.raises(BadInput, match="revision is missing"):
        save_scenario(workbench, draft("Mine"), NOW, first.id)
    with pytest.raises(NotFound):
        save_scenario(workbench, draft("Mine"), NOW, "no-such", 1)
    assert [one.title for one in scenario_versions(workbench, first.id)] == ["Ours", "Ours"]


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_titles_are_kept_as_typed(workbench, title):
    assert get_scenario(workbench, save_scenario(workbench, draft(title), NOW).id).title == title


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        pytest.param({"title": " "}, "title", id="blank"),
        pytest.param({"title": "a\nb"}, "title", id="two-lines"),
        pytest.param({"title": "x" * 201}, "title", id="long-title"),
        pytest.param({"note": "x" * 4_001}, "note", id="long-note"),
    ],
)
def test_what_cannot_be_kept_is_refused(workbench, fields, where):
    with pytest.raises(BadInput) as refused:
        save_scenario(workbench, draft(**fields), NOW)
    assert refused.value.where == where
    assert scenarios(workbench) == ()
