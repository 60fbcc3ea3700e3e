"""Building the catalogue: the same every time, all or nothing, and never under a reader."""

from __future__ import annotations

import os
import shutil

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from governance.catalogue import build, sources
from governance.catalogue.build import build_catalogue, catalogue_info, default_fact_folders, facts_version, is_current
from governance.catalogue.connect import CATALOGUE_NAME, FACTS, catalogue_version, open_catalogue
from governance.catalogue.facts import write_facts
from governance.errors import BadInput, StoreDamaged

ALIAS = {"licence_id": "MIT", "source_id": "dpi"}


def facts(folder, *names, table="licence_alias"):
    write_facts(folder, {table: [{"name": name, **ALIAS} for name in names or ("MIT License",)]})
    return folder


def names_in(home) -> list[str]:
    with open_catalogue(home) as connection:
        return sorted(row[0] for row in connection.execute("SELECT name FROM licence_alias").fetchall())


def left_behind(home) -> list[str]:
    return [file.name for file in home.iterdir() if ".tmp" in file.name or ".link" in file.name or ".wal" in file.name]


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def dpi(tmp_path):
    return facts(tmp_path / "dpi")


@pytest.fixture(scope="module")
def built_once(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built")
    build_catalogue(folder, [facts(folder / "dpi")])
    return folder


@pytest.fixture
def present(home, built_once):
    """Give a home with a catalogue in place."""
    shutil.copytree(built_once, home, symlinks=True, dirs_exist_ok=True)
    return home


def test_the_shipped_facts_are_all_in(catalogue):
    info = catalogue_info(catalogue)
    assert info.sources == tuple(sorted(folder.name for folder in FACTS.iterdir()))
    assert info.rows["dataset"] == 2311 + 1858 + 95 + 105
    assert info.rows["catalogue_version"] == 1
    assert info.version == catalogue_version(catalogue) == facts_version(sorted(FACTS.iterdir()))
    for folder in FACTS.iterdir():
        for file in folder.iterdir():
            assert info.rows[file.stem] > 0, file


def test_building_twice_gives_the_same_version(home, dpi):
    first, second = build_catalogue(home, [dpi]), build_catalogue(home, [dpi])
    assert first == second
    assert len(first.version) == 12
    assert (home / CATALOGUE_NAME).resolve().name == f"catalogue-{first.version}.duckdb"
    assert left_behind(home) == []


def test_the_version_follows_facts_cards_and_schema(tmp_path, dpi, monkeypatch):
    versions = [facts_version([dpi]), facts_version([facts(dpi, "Expat")])]
    cards = tmp_path / "SOURCES.json"
    cards.write_text(sources.CARDS.read_text(encoding="utf-8").replace('"Apache-2.0"', '"MIT"'), encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(sources, "CARDS", cards)
        versions.append(facts_version([dpi]))
    with monkeypatch.context() as patch:
        patch.setattr(build, "schema_hash", lambda: "another")
        versions.append(facts_version([dpi]))
    assert len(set(versions)) == 4
    (dpi / "notes.txt").write_text("no fact", encoding="utf-8")
    assert facts_version([dpi]) == versions[1]


def test_progress_goes_from_start_to_end(home, dpi):
    steps = []
    build_catalogue(home, [dpi], lambda step, share: steps.append((step, share)))
    shares = [share for _, share in steps]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


def test_a_reader_keeps_its_catalogue_while_another_is_put_in_place(home, dpi):
    build_catalogue(home, [dpi])
    with open_catalogue(home) as reader:
        old = catalogue_version(reader)
        new = build_catalogue(home, [facts(dpi, "Expat")]).version
        assert new != old
        assert catalogue_version(reader) == old
        assert reader.execute("SELECT name FROM licence_alias").fetchall() == [("MIT License",)]
        with open_catalogue(home) as after:
            assert catalogue_version(after) == new
    assert names_in(home) == ["Expat"]
    assert len(list(home.glob("catalogue-*.duckdb"))) == 1


def test_the_same_version_can_be_built_under_a_reader(home, dpi):
    build_catalogue(home, [dpi])
    with open_catalogue(home) as reader:
        build_catalogue(home, [dpi])
        assert reader.execute("SELECT count(*) FROM licence_alias").fetchone() == (1,)
    assert names_in(home) == ["MIT License"]


def refuse(home, folder, **expected):
    """Check that facts are refused and that the catalogue in place stays."""
    before = (home / CATALOGUE_NAME).readlink()
    with pytest.raises(BadInput) as caught:
        build_catalogue(home, [folder])
    assert (home / CATALOGUE_NAME).readlink() == before
    assert names_in(home) == ["MIT License"]
    assert left_behind(home) == []
    for part, words in expected.items():
        assert words in getattr(caught.value, part)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        pytest.param(
            "licence_alias.csv", b"name,licence_id,source_id,colour\na,MIT,dpi,red\n", id="csv-unknown-column"
        ),
        pytest.param("licence_alias.csv", b"name,licence_id\na,MIT\n", id="csv-missing-column"),
        pytest.param("licence_alias.csv", b"name,licence_id,source_id\na,MIT\n", id="csv-short-row"),
        pytest.param("licence_alias.csv", b"name,licence_id,source_id\na,MIT,dpi,more\n", id="csv-long-row"),
        pytest.param("licence_alias.csv", b"name,licence_id,source_id\n\xff\xfe,MIT,dpi\n", id="csv-not-utf-8"),
        pytest.param("licence_alias.csv", b'name,licence_id,source_id\n"a,MIT,dpi\n', id="csv-open-quote"),
        pytest.param("licence_alias.csv", b"", id="csv-empty"),
        pytest.param(
            "licence_alias.jsonl",
            b'{"name": "a", "licence_id": "MIT", "source_id": "dpi", "colour": 1}\n',
            id="json-unknown-key",
        ),
        pytest.param("licence_alias.jsonl", b'{"name": "a"}\n', id="json-missing-key"),
        pytest.param("licence_alias.jsonl", b'{"name": \n', id="json-half"),
        pytest.param("licence_alias.jsonl", b"[1, 2]\n", id="json-list"),
        pytest.param("licence_alias.parquet", b"PAR1 junk PAR1", id="parquet-junk"),
        pytest.param("licence_alias.parquet", b"", id="parquet-empty"),
        pytest.param("domain.csv", b"id,name,source_id\na,a,dpi\na,b,dpi\n", id="repeated-key"),
        pytest.param(
            "consent_signal.csv",
            b"domain_id,observed,kind,agent,use,certainty,source_id\na,2024-01-01,rumour,*,crawl,stated,dpi\n",
            id="outside-vocabulary",
        ),
        pytest.param(
            "consent_signal.csv",
            b"domain_id,observed,kind,agent,use,certainty,source_id\na,yesterday,robots,*,crawl,stated,dpi\n",
            id="no-date",
        ),
        pytest.param("import_note.csv", b"source_id,kind,subject,detail\ndpi,,a,b\n", id="null-where-needed"),
    ],
)
def test_facts_that_do_not_fit(present, dpi, tmp_path, file, content):
    bad = tmp_path / "bad" / "dpi"
    bad.mkdir(parents=True)
    (bad / file).write_bytes(content)
    refuse(present, bad, where=file)


def test_an_unknown_table(present, dpi, tmp_path):
    bad = tmp_path / "bad" / "dpi"
    shutil.copytree(dpi, bad)
    (bad / "licence_aliases; DROP TABLE source.csv").write_text("a\n1\n", encoding="utf-8")
    refuse(present, bad, what="is no table", fix="licence_alias")


def test_a_folder_without_a_card(present, dpi, tmp_path):
    refuse(present, facts(tmp_path / "nobody"), what="'nobody' has no source card")


def test_no_facts_at_all(home):
    with pytest.raises(BadInput, match="no facts"):
        build_catalogue(home, [])


@pytest.mark.parametrize(
    "cards", [None, b"", b"{", b"[1]", b'[{"title": "x"}]', b'[{"id": "dpi"}]', b"\xff"], ids=range(7)
)
def test_damaged_cards(present, dpi, tmp_path, monkeypatch, cards):
    file = tmp_path / "cards.json"
    if cards is not None:
        file.write_bytes(cards)
    monkeypatch.setattr(sources, "CARDS", file)
    refuse(present, dpi)


def test_a_store_that_cannot_be_written(present, dpi, monkeypatch):

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(build.os, "replace", full)
        with pytest.raises(StoreDamaged, match="No space left"):
            build_catalogue(present, [facts(dpi, "Expat")])
    assert names_in(present) == ["MIT License"]


def test_a_store_that_is_no_folder(tmp_path, dpi):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(StoreDamaged):
        build_catalogue(tmp_path / "file", [dpi])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_store(home, dpi):
    home.chmod(0o500)
    with pytest.raises(StoreDamaged):
        build_catalogue(home, [dpi])


def test_a_damaged_catalogue_is_replaced(present, dpi):
    (present / CATALOGUE_NAME).resolve().write_bytes(b"junk")
    build_catalogue(present, [dpi])
    assert names_in(present) == ["MIT License"]


def test_an_import_replaces_the_shipped_facts_of_its_name(home, monkeypatch):
    imports = facts(home / "imports" / "dpi")
    folders = default_fact_folders(home)
    assert imports in folders
    assert FACTS / "dpi" not in folders
    assert FACTS / "touchstone" in folders
    assert is_current(home) is False
    folders = [imports, FACTS / "touchstone"]
    monkeypatch.setattr(build, "default_fact_folders", lambda _: folders)
    build_catalogue(home)
    assert is_current(home) is True
    with open_catalogue(home) as connection:
        assert {one.id: one.origin for one in sources.sources(connection)} == {"dpi": "import", "touchstone": "facts"}
    facts(imports, "Expat")
    assert is_current(home) is False


def test_nodes_of_several_sources_meet(home, tmp_path):
    node = {"snapshot": "current", "id": "work:a", "kind": "work"}
    write_facts(tmp_path / "dpi", {"node": [{**node, "label": "A", "recorded": False, "url": "https://example.org"}]})
    write_facts(tmp_path / "touchstone", {"node": [{**node, "label": "The A", "recorded": True}]})
    build_catalogue(home, [tmp_path / "dpi", tmp_path / "touchstone"])
    with open_catalogue(home) as connection:
        rows = connection.execute("SELECT label, recorded, url FROM node").fetchall()
        assert rows == [("The A", True, "https://example.org")]
        assert catalogue_info(connection).rows["node"] == 1


ODD = [
    "#x",
    "a;b;c",
    "a|b",
    "2020-01-01T00:00:00",
    "12:30",
    "123E4567-E89B-12D3-A456-426614174000",
    "null",
    "NaN",
    "\\N",
    '""',
    "'",
    "\ufeff",
    "x" * 10_000,
]
texts = st.one_of(st.text(min_size=1, max_size=30), st.sampled_from(ODD))


@example(ODD, ODD[:3])
@given(st.lists(texts, min_size=1, max_size=15, unique=True), st.lists(texts, max_size=3))
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_comes_through_unchanged(tmp_path_factory, names, authors):
    folder = tmp_path_factory.mktemp("texts")
    reference = {"snapshot": "current", "dataset_id": "a", "entry_type": "misc", "authors": authors}
    aliases = [{"name": name, **ALIAS} for name in names]
    write_facts(
        folder / "dpi", {"licence_alias": aliases, "bibliography": [{**reference, "title": name} for name in names]}
    )
    build_catalogue(folder, [folder / "dpi"])
    assert names_in(folder) == sorted(names)
    with open_catalogue(folder) as connection:
        rows = connection.execute("SELECT title, authors FROM bibliography").fetchall()
    assert sorted(title for title, _ in rows) == sorted(names)
    assert all(found == authors for _, found in rows)


@pytest.mark.parametrize("text", ["2020-01-01T00:00:00", "12:30", "123E4567-E89B-12D3-A456-426614174000", "01"])
def test_a_text_that_looks_like_something_else_stays_a_text(home, tmp_path, text):
    row = {"snapshot": "current", "dataset_id": "a", "entry_type": "misc", "title": text, "authors": [text]}
    write_facts(tmp_path / "dpi", {"bibliography": [row]})
    build_catalogue(home, [tmp_path / "dpi"])
    with open_catalogue(home) as connection:
        assert connection.execute("SELECT title, authors FROM bibliography").fetchall() == [(text, [text])]


def test_search_and_version_are_read_only_parts_of_the_file(home, dpi):
    build_catalogue(home, [dpi])
    with open_catalogue(home) as connection, pytest.raises(duckdb.Error):
        connection.execute("UPDATE catalogue_version SET version = 'mine'")


def test_a_large_table_keeps_every_row(tmp_path):
    folder = tmp_path / "dpi"
    folder.mkdir()
    rows = 130_000
    ids = pl.Series("id", [f"set-{number}" for number in range(rows)])
    nodes = pl.DataFrame([ids]).with_columns(
        snapshot=pl.lit("current"), kind=pl.lit("dataset"), label=pl.col("id"), recorded=pl.lit(True)
    )
    nodes.write_parquet(folder / "node.parquet")
    store = tmp_path / "store"
    store.mkdir()
    assert build_catalogue(store, [folder]).rows["node"] == rows
