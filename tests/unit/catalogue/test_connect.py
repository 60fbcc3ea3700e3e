"""Opening the catalogue: a clear word when it cannot be, and nothing but reading when it can."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb
import pytest

from governance.catalogue import connect
from governance.catalogue.build import build_catalogue
from governance.catalogue.connect import BUILD_HINT, CATALOGUE_NAME, catalogue_version, home, open_catalogue
from governance.catalogue.facts import write_facts
from governance.errors import BadInput, StoreDamaged


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built")
    write_facts(folder / "dpi", {"licence_alias": [{"name": "a", "licence_id": "MIT", "source_id": "dpi"}]})
    build_catalogue(folder, [folder / "dpi"])
    return folder


@pytest.fixture
def copy(built, tmp_path):
    file = tmp_path / CATALOGUE_NAME
    file.write_bytes((built / CATALOGUE_NAME).read_bytes())
    return file


def refused(folder) -> StoreDamaged:
    with pytest.raises(StoreDamaged) as caught:
        open_catalogue(folder)
    assert caught.value.fix == BUILD_HINT
    assert "\n" not in caught.value.what
    return caught.value


def test_a_whole_copy_opens(copy, built):
    with open_catalogue(copy.parent) as one, open_catalogue(built) as other:
        assert catalogue_version(one) == catalogue_version(other)


def test_a_missing_catalogue(tmp_path):
    assert "there is no catalogue" in refused(tmp_path).what
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_points_nowhere(tmp_path):
    (tmp_path / CATALOGUE_NAME).symlink_to("catalogue-gone.duckdb")
    assert "there is no catalogue" in refused(tmp_path).what


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda whole: b"", id="empty"),
        pytest.param(lambda whole: b"junk" * 5_000, id="junk"),
        pytest.param(lambda whole: whole[:100], id="cut-in-the-header"),
        pytest.param(lambda whole: whole[:20_000], id="cut"),
        pytest.param(lambda whole: b"\0" * 4096 + whole[4096:], id="header-overwritten"),
        pytest.param(lambda whole: b"PK\x03\x04" + whole, id="shifted"),
    ],
)
def test_a_damaged_catalogue(copy, damage):
    copy.write_bytes(damage(copy.read_bytes()))
    refused(copy.parent)


def test_a_catalogue_that_is_a_folder(tmp_path):
    (tmp_path / CATALOGUE_NAME).mkdir()
    refused(tmp_path)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("CREATE TABLE other (a INTEGER)", id="no-version-table"),
        pytest.param("CREATE TABLE catalogue_version (version VARCHAR)", id="older-version-table"),
        pytest.param("CREATE TABLE catalogue_version (version VARCHAR, schema_hash VARCHAR)", id="no-version"),
        pytest.param(
            "CREATE TABLE catalogue_version AS SELECT 'abc' AS version, '0123456789ab' AS schema_hash",
            id="other-schema",
        ),
    ],
)
def test_a_catalogue_of_another_schema(tmp_path, script):
    with duckdb.connect(str(tmp_path / CATALOGUE_NAME)) as connection:
        connection.execute(script)
    refused(tmp_path)


def test_a_change_of_the_schema_asks_for_a_rebuild(copy, monkeypatch):
    monkeypatch.setattr(connect, "schema_hash", lambda: "0123456789ab")
    assert "another version of the program" in refused(copy.parent).what


def test_after_a_refusal_the_file_can_be_replaced_and_opened(copy):
    whole = copy.read_bytes()
    copy.write_bytes(b"junk")
    refused(copy.parent)
    copy.unlink()
    copy.write_bytes(whole)
    open_catalogue(copy.parent).close()


OUTSIDE = [
    "SELECT * FROM read_csv('{outside}/secret.csv')",
    "SELECT * FROM read_text('{outside}/secret.csv')",
    "SELECT * FROM read_blob('{outside}/*')",
    "SELECT * FROM '{outside}/secret.csv'",
    "SELECT * FROM glob('{outside}/*')",
    "SELECT * FROM read_text('{home}/../secret.csv')",
    "SELECT * FROM read_csv('http://127.0.0.1:9/x.csv')",
    "COPY (SELECT 1 AS a) TO '{outside}/new.csv'",
    "EXPORT DATABASE '{outside}/new'",
    "ATTACH '{outside}/other.duckdb' AS other",
    "ATTACH '{home}/new.duckdb' AS other",
    "LOAD httpfs",
    "LOAD '{home}/x.duckdb_extension'",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "SET allowed_directories = ['/']",
    "RESET enable_external_access",
    "SET threads = 1",
    "SET autoinstall_known_extensions = true",
    "CREATE TABLE mine (a INTEGER)",
    "CREATE VIEW mine AS SELECT 1 AS a",
    "DROP TABLE dataset",
    "DELETE FROM licence_alias",
    "UPDATE licence_alias SET name = 'b'",
    "INSERT INTO licence_alias VALUES ('a', 'b', 'c')",
    "ALTER TABLE dataset ADD COLUMN mine INTEGER",
    "CREATE SECRET mine (TYPE s3)",
]


@pytest.mark.parametrize("statement", OUTSIDE)
def test_the_open_catalogue_only_reads_itself(tmp_path, built, statement):
    store, outside = tmp_path / "store", tmp_path
    shutil.copytree(built, store, symlinks=True)
    (outside / "secret.csv").write_text("a\n1\n", encoding="utf-8")
    before = sorted(path.name for path in tmp_path.rglob("*"))
    with open_catalogue(store) as connection:
        with pytest.raises(duckdb.Error):
            connection.execute(statement.format(home=store, outside=outside)).fetchall()
        assert connection.execute("SELECT name FROM licence_alias").fetchall() == [("a",)]
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_a_cursor_and_a_second_connection_are_locked_too(built):
    with open_catalogue(built) as first, open_catalogue(built) as second:
        for connection in (first.cursor(), second, second.cursor()):
            with pytest.raises(duckdb.Error):
                connection.execute("SET lock_configuration = false")
            with pytest.raises(duckdb.Error):
                connection.execute("SELECT * FROM read_text('/etc/hostname')").fetchall()


def test_a_home_with_a_quote_in_its_name(tmp_path):
    folder = tmp_path / "it's; a 'home"
    folder.mkdir()
    write_facts(tmp_path / "dpi", {"licence_alias": [{"name": "a", "licence_id": "MIT", "source_id": "dpi"}]})
    build_catalogue(folder, [tmp_path / "dpi"])
    with open_catalogue(folder) as connection:
        assert connection.execute("SELECT current_setting('allowed_directories')").fetchone()[0][0] == f"{folder}/"


def test_home_is_the_folder_named_and_is_made(tmp_path, monkeypatch):
    monkeypatch.setenv("TOUCHSTONE_HOME", str(tmp_path / "a" / "b"))
    assert home() == tmp_path / "a" / "b"
    assert home().is_dir()


def test_home_is_in_the_project_by_default(monkeypatch, tmp_path):
    monkeypatch.setattr(connect, "PROJECT", tmp_path)
    monkeypatch.setenv("TOUCHSTONE_HOME", "")
    assert home() == tmp_path / "var"


def test_a_home_that_cannot_be_made(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    monkeypatch.setenv("TOUCHSTONE_HOME", str(tmp_path / "file" / "below"))
    with pytest.raises(BadInput, match="TOUCHSTONE_HOME"):
        home()


def test_a_catalogue_without_its_version(schema_connection):
    schema_connection.execute("BEGIN")
    try:
        schema_connection.execute("DELETE FROM catalogue_version")
        with pytest.raises(StoreDamaged):
            catalogue_version(schema_connection)
    finally:
        schema_connection.execute("ROLLBACK")


def test_paths_are_those_of_the_project():
    assert (connect.FACTS / "dpi").is_dir()
    assert Path(os.environ["TOUCHSTONE_HOME"]) != connect.PROJECT / "var"
