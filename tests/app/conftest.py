"""A home of its own for tests that save."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from app.components import state
from app.navigation import PAGES_FOLDER
from tests.conftest import linked_home

MAIN = str(PAGES_FOLDER.parent / "app" / "main.py")


@pytest.fixture
def own_home(catalogue_home, tmp_path, monkeypatch):
    """Give a home with the catalogue and an empty workbench."""
    folder = linked_home(catalogue_home, tmp_path / "home")
    monkeypatch.setenv("TOUCHSTONE_HOME", str(folder))
    return folder


@pytest.fixture
def bench(own_home):
    """Give the workbench that the app uses, the same connection."""
    return state.workbench()


@pytest.fixture
def open_at(own_home):
    """Give a function that opens a page at a query, as an address does."""

    def open_page(page: str, **query: str | list[str]) -> AppTest:
        app = AppTest.from_file(MAIN, default_timeout=60)
        app.run()
        app.query_params.clear()
        for name, value in query.items():
            app.query_params[name] = value
        return app.switch_page(f"../pages/{page}.py").run()

    return open_page
