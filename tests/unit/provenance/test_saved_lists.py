"""What became of a list: who joined, left, is gone or changed class; and ids as people paste them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from governance.catalogue.selection import Selection
from governance.errors import BadInput
from governance.provenance.datasets import load_datasets, select_datasets
from governance.provenance.policies import POLICIES
from governance.provenance.saved_lists import (
    MAX_PASTED,
    MAX_PASTED_IDS,
    frozen_selection,
    list_changes,
    read_ids,
    save_result,
)
from governance.records.lists import get_list, save_list
from governance.records.store import open_workbench

NOW = datetime(2026, 1, 2, tzinfo=UTC)
SWAHILI = Selection.from_query("language=swh&effective_use=commercial")


@pytest.fixture(scope="module")
def datasets(catalogue_home):
    from governance.catalogue.connect import open_catalogue

    with open_catalogue(catalogue_home) as connection:
        yield load_datasets(connection)


@pytest.fixture
def workbench(tmp_path):
    with open_workbench(tmp_path, NOW) as connection:
        yield connection


def test_nothing_changes_while_nothing_does(workbench, datasets):
    result = select_datasets(datasets, SWAHILI)
    saved = save_result(workbench, "Swahili", result, NOW, "why")
    assert saved == get_list(workbench, "swahili")
    assert saved.uses == tuple(result.frame.select("licence_use", "effective_use").rows())
    changes = list_changes(datasets, saved)
    assert not changes.changed
    assert changes.classes_kept
    assert changes.kept == saved.size == result.total > 3


def test_every_change_is_told(workbench, datasets):
    result = select_datasets(datasets, SWAHILI)
    first, *rest, absent = result.frame["id"].to_list()
    other = select_datasets(datasets, Selection.from_query("effective_use=academic_only")).frame["id"][0]
    ids = [first, *rest, other, "withdrawn"]
    uses = dict.fromkeys(ids, ("commercial", "commercial")) | {first: ("unspecified", "noncommercial")}
    saved = save_list(workbench, "then", SWAHILI, ids, "0123456789ab", NOW, uses=uses)
    changes = list_changes(datasets, saved)
    assert changes.gone == ("withdrawn",)
    assert changes.joined == (absent,)
    assert [one.id for one in changes.left] == [other]
    assert any("Effective use" in reason or "academic" in reason for reason in changes.left[0].reasons)
    moved = {one.id: one for one in changes.classes}
    assert set(moved) == {first, other}
    assert (moved[first].own_then, moved[first].effective_then) == ("unspecified", "noncommercial")
    assert (changes.catalogue_then, changes.catalogue_now) == ("0123456789ab", datasets.version)
    assert changes.kept == len(ids) - 1


def test_a_list_without_classes_says_so(workbench, datasets):
    saved = save_list(workbench, "old", SWAHILI, ["withdrawn"], "0123456789ab", NOW)
    changes = list_changes(datasets, saved)
    assert not changes.classes_kept
    assert changes.classes == ()


def test_filters_no_longer_known_tell_nothing_about_joining(workbench, datasets):
    saved = save_result(workbench, "x", select_datasets(datasets, SWAHILI), NOW)
    lost = saved.model_copy(update={"filters_kept": False, "selection": Selection(ids=saved.dataset_ids)})
    changes = list_changes(datasets, lost)
    assert (changes.joined, changes.left, changes.filters_kept) == ((), (), False)


def test_other_policy_is_refused(workbench, datasets):
    saved = save_list(workbench, "x", Selection(policy="cautious"), ["a"], "0", NOW)
    with pytest.raises(BadInput, match="policy cautious"):
        list_changes(datasets, saved)


def test_frozen_is_exactly_what_was_kept(workbench, datasets):
    result = select_datasets(datasets, SWAHILI)
    saved = save_result(workbench, "x", result, NOW)
    again = select_datasets(datasets, frozen_selection(saved))
    assert again.frame["id"].to_list() == list(saved.dataset_ids)
    assert again.selection.values == {}


def test_pasted_ids_are_sorted_out(datasets):
    first, second, third = datasets.frame["id"][:3].to_list()
    found = read_ids(f'\ufeff"{first}", {second};{third}\n{first}\r\nno such <script>\n\n{second.upper()}x', datasets)
    assert found.known == (first, second, third)
    assert found.repeated == (first,)
    assert [one.asked for one in found.unknown] == ["no such <script>", f"{second.upper()}x"]
    assert second in found.unknown[1].close


def test_another_case_or_a_name_suggests_the_id(datasets):
    key = next(key for key in datasets.frame["id"] if key.swapcase() not in set(datasets.frame["id"]))
    assert read_ids(key.swapcase(), datasets).unknown[0].close[0].casefold() == key.casefold()
    rows = datasets.frame.select("id", "name").rows()
    key, name = next((key, name) for key, name in rows if "," not in name and name != key and len(name) > 6)
    unknown = read_ids(name, datasets).unknown
    assert not unknown or len(unknown[0].close) >= 1


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(" \n,;\t ", id="only separators"),
        pytest.param("x\n" * (MAX_PASTED_IDS + 1), id="too many"),
        pytest.param("x" * (MAX_PASTED + 1), id="too long"),
    ],
)
def test_pasting_too_little_or_too_much_is_refused(datasets, text):
    with pytest.raises(BadInput, match="pasted"):
        read_ids(text, datasets)


def test_own_policy_counts_as_the_lists_rule(workbench, catalogue_home, connection):
    strict = POLICIES["cautious"].model_copy(update={"id": "mine"})
    under = load_datasets(connection, policy=strict)
    saved = save_result(workbench, "strict", select_datasets(under, SWAHILI.model_copy(update={"policy": "mine"})), NOW)
    looser = POLICIES["audit"].model_copy(update={"id": "mine"})
    changes = list_changes(load_datasets(connection, policy=looser), saved)
    assert changes.catalogue_then == changes.catalogue_now
    assert changes.joined
    assert not changes.gone
