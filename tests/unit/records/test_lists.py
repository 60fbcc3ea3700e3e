"""Saved lists: what was saved comes back, nobody's change is lost, names stay what people typed."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.catalogue.selection import Selection
from governance.errors import BadInput, Conflict, NotFound
from governance.records.lists import (
    MAX_NAME,
    compare_lists,
    delete_list,
    get_list,
    lists,
    save_list,
    tidy_name,
    update_list,
)
from governance.records.store import open_workbench

NOW = datetime(2026, 1, 2, 3, 4, 5, 678_901, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
SWAHILI = Selection.from_query("language=swh&effective_use=commercial&policy=cautious&snapshot=2023-10-25")


@pytest.fixture
def workbench(tmp_path):
    with open_workbench(tmp_path, NOW) as connection:
        yield connection


def save(connection, name, ids=("a", "b"), now=NOW, selection=SWAHILI, note=""):
    return save_list(connection, name, selection, ids, "0123456789ab", now, note)


def test_round_trip(workbench):
    saved = save(workbench, "Swahili, commercial", ["b", "a", "b"], note="first look\nsecond line")
    assert get_list(workbench, saved.id) == get_list(workbench, "swahili, COMMERCIAL") == saved
    assert saved.selection == SWAHILI
    assert saved.dataset_ids == ("b", "a")
    assert (saved.snapshot, saved.policy_id, saved.catalogue_version) == ("2023-10-25", "cautious", "0123456789ab")
    assert (saved.revision, saved.size, saved.created, saved.updated, saved.filters_kept) == (1, 2, NOW, NOW, True)
    assert len(saved.id) == 12
    assert saved.id.isalnum()


def test_lists_put_the_last_changed_first(workbench):
    first, second = save(workbench, "first"), save(workbench, "second", now=LATER)
    assert [one.name for one in lists(workbench)] == ["second", "first"]
    update_list(workbench, first.id, 1, LATER + timedelta(minutes=1), note="seen")
    assert [one.id for one in lists(workbench)] == [first.id, second.id]


def test_update_keeps_the_datasets_and_counts_up(workbench):
    saved = save(workbench, "one")
    renamed = update_list(workbench, saved.id, 1, LATER, name="ONE")
    assert (renamed.name, renamed.note, renamed.revision, renamed.updated) == ("ONE", "", 2, LATER)
    assert renamed.dataset_ids == saved.dataset_ids
    noted = update_list(workbench, saved.id, 2, LATER, note="n")
    assert (noted.name, noted.note, noted.revision, noted.created) == ("ONE", "n", 3, NOW)


def test_stale_revision_is_refused(workbench):
    saved = save(workbench, "one")
    update_list(workbench, saved.id, 1, LATER, note="theirs")
    for change in (
        lambda: update_list(workbench, saved.id, 1, LATER, note="mine"),
        lambda: delete_list(workbench, saved.id, 1),
    ):
        with pytest.raises(Conflict, match="at revision 2"):
            change()
    assert get_list(workbench, saved.id).note == "theirs"


def test_taken_name_is_refused(workbench):
    save(workbench, "Straße")
    other = save(workbench, "other")
    with pytest.raises(Conflict, match="is named 'Straße'"):
        save(workbench, " STRASSE ")
    with pytest.raises(Conflict, match="is named"):
        update_list(workbench, other.id, 1, LATER, name="strasse")
    assert len(lists(workbench)) == 2


def test_deleted_name_is_free_again(workbench):
    saved = save(workbench, "one")
    delete_list(workbench, saved.id, 1)
    assert lists(workbench) == ()
    for use in (lambda: get_list(workbench, saved.id), lambda: delete_list(workbench, saved.id, 1)):
        with pytest.raises(NotFound):
            use()
    assert save(workbench, "one").dataset_ids == ("a", "b")


def test_empty_and_large_lists(workbench):
    assert save(workbench, "empty", []).dataset_ids == ()
    many = [f"dataset-{number}" for number in range(50_000)]
    assert save(workbench, "many", many).dataset_ids == tuple(many)


def test_compare(workbench):
    a, b = save(workbench, "a", ["x", "y", "z"]), save(workbench, "b", ["z", "w", "x"])
    both = compare_lists(a, b)
    assert (both.only_a, both.only_b, both.both) == (("y",), ("w",), ("x", "z"))
    assert compare_lists(a, a).both == a.dataset_ids


def test_id_goes_before_a_name(workbench):
    first = save(workbench, "first")
    impostor = save(workbench, first.id)
    assert get_list(workbench, first.id).name == "first"
    assert get_list(workbench, impostor.id).name == first.id


def test_times_are_kept_in_utc(workbench):
    saved = save(workbench, "one", now=NOW.astimezone(timezone(timedelta(hours=5))))
    assert saved.created == NOW
    assert saved.created.tzinfo is UTC
    with pytest.raises(BadInput, match="no zone"):
        save(workbench, "two", now=datetime(2026, 1, 2))  # noqa: DTZ001 - the case under test


def test_filters_no_longer_known_leave_the_datasets(workbench):
    saved = save(workbench, "old")
    old = json.dumps({"values": {"colour": ["red"]}})
    workbench.connection.execute("UPDATE saved_list SET selection = ?", [old])
    found = get_list(workbench, saved.id)
    assert (found.filters_kept, found.selection.ids, found.dataset_ids) == (False, ("a", "b"), ("a", "b"))


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("<script>alert(1)</script>", id="script"),
        pytest.param('=HYPERLINK("http://x","y")', id="formula"),
        pytest.param("قائمة עברית", id="right-to-left"),
        pytest.param("'); DROP TABLE saved_list; --", id="quotes"),
        pytest.param("a\"b`c'd\\e%_$1?", id="signs"),
        pytest.param("👩‍👩‍👧 می‌خواهم", id="joiners"),
        pytest.param("x" * MAX_NAME, id="longest"),
    ],
)
def test_hostile_names_are_only_text(workbench, name):
    saved = save(workbench, name, [name], note=name)
    assert (saved.name, saved.note, saved.dataset_ids) == (name, name, (name,))
    assert get_list(workbench, name) == saved
    assert len(lists(workbench)) == 1


@pytest.mark.parametrize(
    ("name", "what"),
    [
        pytest.param("", "0 characters", id="empty"),
        pytest.param("   ", "0 characters", id="spaces"),
        pytest.param("x" * (MAX_NAME + 1), "121 characters", id="too-long"),
        pytest.param("x" * 10_000, "10,000 characters", id="far-too-long"),
        pytest.param("a\x00b", r"U\+0000", id="nul"),
        pytest.param("a\nb", r"U\+000A", id="newline"),
        pytest.param("a\u202eb", r"U\+202E", id="override"),
        pytest.param("a\ud800b", r"U\+D800", id="surrogate"),
    ],
)
def test_names_that_are_refused(workbench, name, what):
    saved = save(workbench, "kept")
    with pytest.raises(BadInput, match=what):
        save(workbench, name)
    with pytest.raises(BadInput, match=what):
        update_list(workbench, saved.id, 1, LATER, name=name)
    with pytest.raises(NotFound):
        get_list(workbench, name)
    assert [one.name for one in lists(workbench)] == ["kept"]


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"note": "x" * 4_001}, id="long-note"),
        pytest.param({"note": "a\x00"}, id="nul-note"),
        pytest.param({"ids": ["a", ""]}, id="empty-id"),
        pytest.param({"ids": ["a\x00"]}, id="nul-id"),
    ],
)
def test_other_fields_that_are_refused(workbench, fields):
    with pytest.raises(BadInput):
        save(workbench, "one", **fields)
    assert lists(workbench) == ()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200))
def test_any_name_is_kept_as_typed_or_refused(workbench, name):
    try:
        saved = save(workbench, name)
    except BadInput:
        return
    assert get_list(workbench, name) == saved
    assert saved.name == tidy_name(name) == tidy_name(saved.name)
    delete_list(workbench, saved.id, 1)


def in_threads(work, count=8):
    failures = []

    def guarded(number):
        try:
            work(number)
        except Exception as error:  # noqa: BLE001 - shown by the assertion
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_threads_lose_no_save(workbench):
    in_threads(lambda thread: [save(workbench, f"{thread}-{number}") for number in range(25)])
    found = lists(workbench)
    assert {one.name for one in found} == {f"{thread}-{number}" for thread in range(8) for number in range(25)}
    assert {one.size for one in found} == {2}


def test_threads_lose_no_update(workbench):
    saved = save(workbench, "shared")

    kept = []

    def change(thread):
        for _ in range(25):
            present = get_list(workbench, saved.id)
            try:
                update_list(workbench, saved.id, present.revision, NOW, note=f"{present.note}{thread}")
                kept.append(str(thread))
            except Conflict:
                pass

    in_threads(change)
    final = get_list(workbench, saved.id)
    assert len(kept) >= 25
    assert final.revision == 1 + len(kept)
    assert sorted(final.note) == sorted(kept)


def test_threads_cannot_share_a_name(workbench):
    outcomes = []

    def claim(thread):
        try:
            outcomes.append(save(workbench, "mine").name)
        except Conflict:
            outcomes.append(None)

    in_threads(claim)
    assert sorted(map(str, outcomes)) == ["None"] * 7 + ["mine"]


@pytest.mark.parametrize("list_id", ["", "no-such", "a\x00", "\ud800", "x" * 10_000])
def test_unknown_ids(workbench, list_id):
    for use in (
        lambda: get_list(workbench, list_id),
        lambda: delete_list(workbench, list_id, 1),
        lambda: update_list(workbench, list_id, 1, LATER, note="n"),
    ):
        with pytest.raises(NotFound):
            use()


def test_classes_at_the_time_of_saving_come_back(workbench):
    uses = {"a": ("commercial", "noncommercial"), "b": ("unspecified", "unspecified")}
    saved = save_list(workbench, "with classes", SWAHILI, ["b", "a", "b"], "0123456789ab", NOW, uses=uses)
    assert saved.uses == (uses["b"], uses["a"])
    assert save(workbench, "without").uses == ()
    assert save_list(workbench, "nothing", SWAHILI, [], "0123456789ab", NOW, uses={}).uses == ()
