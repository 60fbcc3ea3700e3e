"""Imports into a home of one's own, and the check that nothing is shipped that may not be."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from governance.catalogue import build, sources
from governance.catalogue.connect import FACTS, PROJECT

GRAPHS = PROJECT.parent / "shared" / "data" / "raw" / "ecosystem_graphs"


@pytest.fixture
def small_facts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Ship only one small source, whose card the test writes."""
    shutil.copytree(FACTS / "touchstone", tmp_path / "facts" / "touchstone")
    card = next(card for card in json.loads(sources.CARDS.read_text(encoding="utf-8")) if card["id"] == "touchstone")
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("TOUCHSTONE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(sources, "CARDS", tmp_path / "SOURCES.json")
    for module in (sources, build):
        monkeypatch.setattr(module, "FACTS", tmp_path / "facts")

    def describe(**changes: object) -> None:
        (tmp_path / "SOURCES.json").write_text(json.dumps([{**card, **changes}]), encoding="utf-8")

    return describe


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"redistributable": False}, "not redistributable", id="not-redistributable"),
        pytest.param({"licence": None}, "states no licence", id="no-licence"),
        pytest.param({"licence": "cc-by-maybe"}, "no SPDX expression", id="no-spdx"),
    ],
)
def test_a_source_that_may_not_be_shipped_fails_the_check(touchstone, small_facts, changes, said):
    small_facts()
    assert touchstone("catalogue", "build").code == 0
    assert touchstone("catalogue", "check", "--json").json == {"ok": True, "findings": []}
    small_facts(**changes)
    assert touchstone("catalogue", "build", "--json").json["sources"] == ["touchstone"]
    answer = touchstone("catalogue", "check", "--json")
    assert (answer.code, answer.err, answer.json["ok"]) == (1, "", False)
    assert said in answer.json["findings"][0]["detail"]
    plain = touchstone("catalogue", "check")
    assert plain.code == 1
    assert "ok: no" in plain.text


def test_a_card_that_cannot_be_read_leaves_the_catalogue(touchstone, small_facts, tmp_path):
    small_facts()
    assert touchstone("catalogue", "build").code == 0
    (tmp_path / "SOURCES.json").write_text("[")
    answer = touchstone("catalogue", "build")
    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert touchstone("catalogue", "info", "--json").json["sources"][0]["id"] == "touchstone"


@pytest.mark.outside_data
def test_import_dpi_gives_the_shipped_counts(touchstone, own_home, published, datasets_of):
    answer = touchstone("import", "dpi", str(published), "--json")
    assert (answer.code, answer.err) == (0, "")
    said = answer.json
    assert (said["source"], said["refused"], said["read"], said["kept"]) == ("dpi", [], 4_369, 4_369)
    for snapshot in ("current", "2023-10-25"):
        found = touchstone("datasets", "--snapshot", snapshot, "--licence-use", "commercial", "--json").json
        shipped = datasets_of(snapshot).frame
        mine = shipped.filter(shipped["licence_use"] == "commercial")
        assert [row["id"] for row in found["rows"]] == mine["id"].to_list()
        assert found["catalogue"] == said["catalogue"]
    origins = {one["id"]: one["origin"] for one in touchstone("catalogue", "info", "--json").json["sources"]}
    assert origins == {folder.name: "import" if folder.name == "dpi" else "facts" for folder in FACTS.iterdir()}


@pytest.mark.outside_data
def test_import_ecosystem_graphs_is_no_part_of_what_is_shipped(touchstone, own_home, tmp_path):
    if not GRAPHS.is_dir():
        pytest.skip("the copy of Ecosystem Graphs states no licence and is not shipped")
    aside = touchstone("import", "ecosystem-graphs", str(GRAPHS), "--out", str(tmp_path / "facts"), "--json")
    assert aside.json["catalogue"] is None
    assert not (own_home / "imports").exists()
    answer = touchstone("import", "ecosystem-graphs", str(GRAPHS), "--json")
    assert (answer.code, answer.json["kept"]) == (0, 639)
    checked = touchstone("catalogue", "check", "--json")
    assert (checked.code, checked.json["ok"]) == (0, True), "one's own import is not handed on"
    assert [finding["level"] for finding in checked.json["findings"]] == ["remark"]
    found = touchstone("search", "GPT-4", "--json").json
    assert {hit["kind"] for hit in found} & {"model", "work", "application"}
