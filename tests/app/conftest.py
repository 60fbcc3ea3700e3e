"""A home of its own for tests that save."""

from __future__ import annotations

import shutil
from functools import cache

import altair as alt
import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from app.components import figure, state
from app.components.quick_charts import unchecked
from app.navigation import PAGES, PAGES_FOLDER, available_pages
from governance.records.store import open_workbench
from tests.conftest import linked_home

MAIN = str(PAGES_FOLDER.parent / "app" / "main.py")


@pytest.fixture(scope="session", autouse=True)
def components_looked_for_once():
    """Let Streamlit look through the installed packages for components once, not once a test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(scope="session", autouse=True)
def charts_checked_once():
    """Let Altair check the charts that the app draws against the schema of Vega-Lite, one of each shape."""
    seen = set()

    def check(chart):
        if (looks := shape(chart)) in seen:
            return unchecked(chart)
        seen.add(looks)
        return chart

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figure, "unchecked", check)
        yield


def shape(chart):
    """Give the marks and channels of a chart and of its parts."""
    parts = chart._kwds
    inner = [one for name in ("layer", "hconcat", "vconcat", "concat", "spec") for one in listed(parts.get(name))]
    channels = getattr(parts.get("encoding"), "_kwds", {})
    return (
        str(parts.get("mark")),
        tuple((name, type(value).__name__) for name, value in channels.items() if value is not alt.Undefined),
        tuple(shape(one) for one in inner),
    )


def listed(value):
    return value if isinstance(value, list) else [value] if isinstance(value, alt.SchemaBase) else []


@pytest.fixture(scope="session")
def empty_workbench(tmp_path_factory):
    """Make a workbench nobody has used, once: the steps of its schema take longer than a copy."""
    with open_workbench(tmp_path_factory.mktemp("empty")) as opened:
        return opened.file


@pytest.fixture
def own_home(catalogue_home, empty_workbench, tmp_path, monkeypatch):
    """Give a home with the catalogue and an empty workbench."""
    folder = linked_home(catalogue_home, tmp_path / "home")
    shutil.copy(empty_workbench, folder)
    monkeypatch.setenv("TOUCHSTONE_HOME", str(folder))
    return folder


@pytest.fixture
def bench(own_home):
    """Give the workbench that the app uses, the same connection."""
    return state.workbench()


@pytest.fixture
def open_at(own_home):
    """Give a function that opens a page at a query, as an address does."""
    return lambda page, /, **query: app_at(page, **query).run()


def app_at(page: str = "home", /, **query: str | list[str]) -> AppTest:
    """Give the app at the address of a page, by the name of its script, before it has run."""
    app = AppTest.from_file(MAIN, default_timeout=60)
    entry = next(one for one in available_pages() if one.file.stem == page)
    if entry is not PAGES[0]:  # not `switch_page`, which asks for a run of the first page before
        app._page_hash = calc_hash(entry.url_path)
    app.query_params.update(query)
    return app
