"""Sources and the check: our own data passes our own audit, and what does not is named."""

from __future__ import annotations

import hashlib
import json

import pytest

from governance.catalogue import sources as module
from governance.catalogue.build import build_catalogue
from governance.catalogue.connect import FACTS, open_catalogue
from governance.catalogue.facts import write_facts
from governance.catalogue.sources import CARDS, check_catalogue, import_notes, source_cards, sources
from governance.errors import BadInput


@pytest.fixture
def checked(tmp_path, monkeypatch):
    """Build a catalogue from one folder of facts whose card is changed, and check it."""

    def check(rows=None, shipped=True, **changes):
        folder = tmp_path / "dpi"
        write_facts(folder, rows or {"licence_alias": [{"name": "a", "licence_id": "MIT", "source_id": "dpi"}]})
        card = {**json.loads(CARDS.read_text(encoding="utf-8"))[0], **changes}
        (tmp_path / "cards.json").write_text(json.dumps([card]), encoding="utf-8")
        monkeypatch.setattr(module, "CARDS", tmp_path / "cards.json")
        if shipped:
            monkeypatch.setattr(module, "FACTS", tmp_path)
        build_catalogue(tmp_path, [folder])
        with open_catalogue(tmp_path) as connection:
            return check_catalogue(connection)

    return check


def test_the_shipped_catalogue_may_be_handed_on(catalogue):
    found = check_catalogue(catalogue)
    assert (found.ok, found.findings) == (True, ())


def test_every_shipped_folder_has_a_card_that_says_why_it_may_ship(catalogue):
    listed = {source.id: source for source in sources(catalogue)}
    assert set(listed) == {folder.name for folder in FACTS.iterdir()}
    for source in listed.values():
        assert source.redistributable
        assert source.origin == "facts"
        assert source.licence
        assert source.basis
        assert source.citation
        assert len(source.checksum) == 64


def test_sources_whose_licence_nobody_states_are_not_shipped():
    cards = {card["id"]: card for card in json.loads(CARDS.read_text(encoding="utf-8"))}
    for key, card in cards.items():
        if not card["redistributable"]:
            assert not (FACTS / key).exists()


def test_the_checksum_is_that_of_the_files(tmp_path):
    write_facts(tmp_path / "dpi", {"licence_alias": [{"name": "a", "licence_id": "MIT", "source_id": "dpi"}]})
    (card,) = source_cards([tmp_path / "dpi"])
    content = b"licence_alias.csv\0" + (tmp_path / "dpi" / "licence_alias.csv").read_bytes()
    assert card.checksum == hashlib.sha256(content).hexdigest()
    assert card.origin == "import"


def test_clean_facts_pass(checked):
    assert checked().ok


@pytest.mark.parametrize(
    ("changes", "shipped", "level", "words"),
    [
        pytest.param({"redistributable": False}, True, "problem", "not redistributable", id="shipped-not-ours"),
        pytest.param({"redistributable": False}, False, None, "", id="imported-not-ours"),
        pytest.param({"licence": None}, True, "problem", "no licence", id="shipped-without-licence"),
        pytest.param({"licence": None}, False, "remark", "no licence", id="imported-without-licence"),
        pytest.param({"licence": "cc-by-maybe"}, True, "problem", "no SPDX expression", id="no-spdx"),
    ],
)
def test_sources_that_fail(checked, changes, shipped, level, words):
    found = checked(shipped=shipped, **changes)
    assert found.ok is (level != "problem")
    assert [one.level for one in found.findings] == ([level] if level else [])
    assert all(one.subject == "dpi" for one in found.findings)
    assert all(words in one.detail for one in found.findings)


def test_rows_of_an_unknown_source_are_named(checked):
    rows = [
        {"name": name, "licence_id": "MIT", "source_id": source}
        for name, source in (("a", "dpi"), ("b", "nobody"), ("c", "nobody"))
    ]
    found = checked({"licence_alias": rows})
    assert not found.ok
    (finding,) = found.findings
    assert (finding.subject, finding.detail) == ("licence_alias", "2 rows name the unknown source 'nobody'")


def test_notes_of_the_importers_are_listed(catalogue):
    notes = import_notes(catalogue)
    assert {"repeated_id", "unknown_licence", "field_not_kept"} <= {note.kind for note in notes}
    assert import_notes(catalogue, "dpi") == [note for note in notes if note.source_id == "dpi"]
    assert import_notes(catalogue, "nobody") == []


@pytest.mark.parametrize("card", [{"id": "dpi"}, {"id": "dpi", "title": 3}])
def test_a_card_that_does_not_fit_is_named(tmp_path, monkeypatch, card):
    (tmp_path / "dpi").mkdir()
    (tmp_path / "cards.json").write_text(json.dumps([card]), encoding="utf-8")
    monkeypatch.setattr(module, "CARDS", tmp_path / "cards.json")
    with pytest.raises(BadInput, match="dpi"):
        source_cards([tmp_path / "dpi"])
