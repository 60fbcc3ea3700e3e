"""Every page of the menu draws, alone and after every other, and shows no error."""

from __future__ import annotations

import pytest

from app.navigation import available_pages
from tests.app.conftest import app_at


@pytest.fixture
def app(catalogue_home):
    return app_at()


@pytest.mark.parametrize("entry", available_pages(), ids=lambda entry: entry.url_path)
def test_page_draws(catalogue_home, entry):
    app = app_at(entry.file.stem).run()
    assert not app.exception
    assert not app.error
    assert app.title[0].value.endswith("?")


def test_home_search_finds_and_says_when_it_does_not(app):
    app.run()
    app.text_input(key="q").set_value("swahili").run()
    assert not app.exception
    assert any(said.value.startswith("Language · ") for said in app.caption)
    app.text_input(key="q").set_value("zzqqxxyy").run()
    assert "Nothing is called" in app.info[0].value


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("<script>alert(1)</script>", id="script"),
        pytest.param("'; DROP TABLE dataset; --", id="sql"),
        pytest.param("\u202egnp.exe", id="right-to-left"),
        pytest.param("[a](javascript:alert(1)) ![x](http://example.org/x.png)", id="markdown"),
        pytest.param("=HYPERLINK(1)", id="formula"),
        pytest.param("*", id="wildcard"),
    ],
)
def test_home_search_survives_hostile_words(app, words):
    app.run()
    app.text_input(key="q").set_value(words).run()
    assert not app.exception
    assert not app.error
    assert app.info or any(" · " in said.value for said in app.caption), (
        "something is found, or it says that nothing is"
    )


def test_sources_narrow_their_notes(catalogue_home):
    app = app_at("sources").run()
    every = app.dataframe[1].value
    chosen = sorted(every["source_id"].unique())[0]
    app.selectbox(key="source").set_value(chosen).run()
    assert not app.exception
    narrowed = app.dataframe[1].value
    assert set(narrowed["source_id"]) == {chosen}
    assert len(narrowed) == (every["source_id"] == chosen).sum() < len(every)


def test_missing_catalogue_is_a_message(app, tmp_path, monkeypatch):
    monkeypatch.setenv("TOUCHSTONE_HOME", str(tmp_path))
    app.run()
    assert not app.exception
    assert "There is no catalogue" in app.error[0].value
    assert "touchstone catalogue build" in app.error[0].value.replace("\\", "")


def test_damaged_catalogue_is_a_message(app, tmp_path, monkeypatch):
    (tmp_path / "catalogue.duckdb").write_bytes(b"not a database" * 1000)
    monkeypatch.setenv("TOUCHSTONE_HOME", str(tmp_path))
    app.run()
    assert not app.exception
    assert "cannot be read" in app.error[0].value
