"""The crosswalk: every end exists, edits say who and when, and coverage is honest both ways."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from governance.assessment.crosswalk import (
    coverage,
    edit_mapping,
    find_mapping,
    load_crosswalk,
    mapped_nowhere,
    mapping_id,
    reset_mapping,
    statuses_of,
)
from governance.assessment.crosswalk_records import MappingEdit
from governance.assessment.records import ANSWER, ASSESSMENT
from governance.assessment.vocabulary import RELATIONS
from governance.catalogue.connect import PROJECT
from governance.errors import BadInput, Conflict, NotAllowed, NotFound
from governance.records.audit import audit_rows
from governance.records.documents import save_document
from governance.records.people import Actor
from governance.records.store import open_workbench

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ORIGINAL = PROJECT.parent / "shared" / "data" / "framework"
ENTRIES = {"NIST": 19, "GAI": 12, "CoP": 18, "ISO": 38, "MIT": 24}
NOWHERE: dict[str, str] = {}
"""Items of ours that map to no framework, each with the reason."""


@pytest.fixture(scope="module")
def shipped(catalogue):
    return load_crosswalk(catalogue)


@pytest.fixture
def bench(tmp_path):
    with open_workbench(tmp_path, NOW) as opened:
        yield opened


def edit(**fields):
    return MappingEdit(**{"item": "B1.1", "framework": "ISO", "target": "A.8.3", "basis": "both ask for it", **fields})


def test_every_end_exists(shipped):
    controls = {(one.framework, one.id) for one in shipped.controls}
    ours = {*shipped.categories, *(one.id for one in shipped.items)}
    assert {(one.framework, one.target) for one in shipped.mappings} <= controls
    assert {one.item for one in shipped.mappings} <= ours
    assert {one.relation for one in shipped.mappings} <= set(RELATIONS)
    assert all(one.basis for one in shipped.mappings)
    pairs = [(one.item, one.framework, one.target) for one in shipped.mappings]
    assert len(set(pairs)) == len(pairs) == 137 + 18


def test_every_item_maps_or_says_why_not(shipped):
    assert {one.id for one in mapped_nowhere(shipped)} == set(NOWHERE)


@pytest.mark.parametrize(("framework", "entries"), ENTRIES.items())
def test_every_framework_is_whole_and_says_what_is_recalled(shipped, framework, entries):
    mine = [one for one in shipped.controls if one.framework == framework]
    assert len(mine) == entries
    assert all(one.title and one.state in ("verified", "recalled") for one in mine)
    head = shipped.framework(framework)
    assert head.licence
    assert head.url.startswith("https://")
    assert "paraphrase" in head.licence if framework == "ISO" else True


@pytest.mark.outside_data
@pytest.mark.skipif(not (ORIGINAL / "crosswalk.json").is_file(), reason="the original tables are not here")
def test_what_is_shipped_is_what_was_compiled(shipped):
    told = json.loads((ORIGINAL / "crosswalk.json").read_text())
    risk = json.loads((ORIGINAL / "risk_assessment.json").read_text())["crosswalk"]
    wanted = {(one["item"], one["framework"], one["target"]) for one in told["mappings"]}
    wanted |= {(item, *target.split(":")) for item, targets in risk.items() for target in targets}
    assert {(one.item, one.framework, one.target) for one in shipped.mappings} == wanted
    ids = {(name, one["id"]) for name, table in told["frameworks"].items() for one in table["items"]}
    assert {(one.framework, one.id) for one in shipped.controls} == ids


def test_a_category_hands_down_and_an_item_may_say_otherwise(catalogue, bench, shipped):
    item = next(one for one in shipped.items if one.id == "B1.1")
    assert ("GAI", "GAI-06") in {(one.framework, one.target) for one in shipped.of_item(item)}
    edit_mapping(bench, shipped, edit(framework="GAI", target="GAI-06", relation="none"), NOW)
    changed = load_crosswalk(catalogue, bench)
    assert ("GAI", "GAI-06") not in {(one.framework, one.target) for one in changed.of_item(item)}
    sibling = next(one for one in shipped.items if one.id == "B1.2")
    assert ("GAI", "GAI-06") in {(one.framework, one.target) for one in changed.of_item(sibling)}


def test_an_edit_says_who_and_when_and_can_be_taken_back(catalogue, bench, shipped):
    made = edit_mapping(bench, shipped, edit(), NOW)
    assert (made.origin, made.by, made.at, made.revision) == ("own", bench.actor.id, NOW, 1)
    later = NOW + timedelta(days=1)
    present = load_crosswalk(catalogue, bench)
    assert find_mapping(present, "b1.1", "iso", "a.8.3") == made
    changed = edit_mapping(bench, present, edit(relation="subset"), later, made.revision)
    assert (changed.relation, changed.at, changed.origin) == ("subset", later, "own")
    with pytest.raises(Conflict):
        edit_mapping(bench, present, edit(relation="equal"), later, made.revision)
    with pytest.raises(Conflict):
        edit_mapping(bench, present, edit(relation="equal"), later)
    reset_mapping(bench, "B1.1", "ISO", "A.8.3", later)
    assert load_crosswalk(catalogue, bench) == shipped
    assert [row.action for row in audit_rows(bench, kind="mapping")] == ["delete", "update", "create"]


def test_a_shipped_mapping_is_taken_away_and_stays_in_view(catalogue, bench, shipped):
    before = coverage(shipped, "ISO")
    gone = edit(item="B1", target="A.5.4", removed=True, basis="not about our system")
    assert edit_mapping(bench, shipped, gone, NOW).origin == "edited"
    present = load_crosswalk(catalogue, bench)
    found = find_mapping(present, "B1", "ISO", "A.5.4")
    assert (found.removed, found.by) == (True, bench.actor.id)
    assert len(present.mappings) == len(shipped.mappings)
    after = coverage(present, "ISO")
    items = {one.control.id: one.items for one in after.targets}
    assert not [one for one in items["A.5.4"] if one.startswith("B1.")]
    assert after.reached <= before.reached


@pytest.mark.parametrize("framework", ENTRIES)
def test_coverage_both_ways_adds_up(shipped, framework):
    found = coverage(shipped, framework)
    assert (found.n, found.items) == (ENTRIES[framework], 45)
    assert found.reached + len(found.gaps) == found.n
    reaching = {item for one in found.targets for item in one.items}
    assert reaching | {one.id for one in found.unmapped} == {one.id for one in shipped.items}
    assert not reaching & {one.id for one in found.unmapped}
    assert found.assessed is None


def test_the_published_gaps(shipped):
    assert [one.control.id for one in coverage(shipped, "NIST").gaps] == ["GOVERN-1", "GOVERN-4", "MAP-2", "MANAGE-3"]
    assert coverage(shipped, "GAI").gaps == ()


@pytest.mark.parametrize(
    ("status", "counts"), [("found", True), ("none_found", True), ("not_assessed", False), ("not_applicable", False)]
)
def test_only_what_was_looked_at_supports_a_target(shipped, status, counts):
    found = coverage(shipped, "GAI", {"B5.1": "not_assessed", "B1.1": status})
    bias = next(one for one in found.targets if one.control.id == "GAI-06")
    assert bias.items == ("B1.1",)
    assert bias.assessed == (("B1.1",) if counts else ())
    assert found.assessed == sum(bool(one.assessed) for one in found.targets)
    assert (found.items, bool(found.assessed)) == (2, counts)


@pytest.mark.parametrize(
    ("form", "item", "body", "status"),
    [
        pytest.param("social_impact", "B1.1", {"status": "none_found"}, "none_found", id="social"),
        pytest.param("social_impact", "B1.2", None, "not_assessed", id="unanswered"),
        pytest.param("risk", "R2", {"values": {"severity": "minor"}}, "found", id="risk"),
        pytest.param("risk", "R3", {"values": {}}, "not_assessed", id="empty-section"),
    ],
)
def test_statuses_of_an_assessment(bench, shipped, form, item, body, status):
    save_document(bench, ASSESSMENT, "acme-1", {"form": form}, NOW)
    if body is not None:
        save_document(bench, ANSWER, "acme-1-x", {"item": item, **body}, NOW, parent="acme-1")
    found = statuses_of(bench, shipped, "acme-1")
    assert found[item] == status
    assert len(found) == (39 if form == "social_impact" else 6)
    with pytest.raises(NotFound):
        statuses_of(bench, shipped, "nope")


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        pytest.param({"item": "B9"}, NotFound, "no item 'B9'", id="item"),
        pytest.param({"framework": "SOC2"}, NotFound, "no framework", id="framework"),
        pytest.param({"target": "A.1.1"}, NotFound, "no 'A.1.1' in ISO", id="target"),
        pytest.param({"basis": "  "}, BadInput, "basis is missing", id="basis"),
    ],
)
def test_what_cannot_be_mapped_is_said(bench, shipped, change, error, said):
    with pytest.raises(error, match=said):
        edit_mapping(bench, shipped, edit(**change), NOW)


def test_a_viewer_edits_nothing(catalogue, bench, shipped):
    viewer = bench.acting(Actor(email="vi", name="Vi", role="viewer"))
    with pytest.raises(NotAllowed):
        edit_mapping(viewer, shipped, edit(), NOW)
    assert load_crosswalk(catalogue, bench) == shipped


def test_ids_of_edits_never_meet(shipped):
    ours = [*shipped.categories, *(one.id for one in shipped.items)]
    ids = [mapping_id(item, one.framework, one.id) for item in ours for one in shipped.controls]
    assert len(set(ids)) == len(ids)


def test_no_word_says_that_anything_is_fulfilled(shipped):
    said = shipped.model_dump_json().lower()
    assert "complian" not in said
