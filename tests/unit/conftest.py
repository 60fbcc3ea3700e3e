"""What the tests of the catalogue and of provenance share: loaded datasets, the published files, small catalogues."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from governance.catalogue.connect import PROJECT, open_catalogue
from governance.catalogue.facts import ImportReport
from governance.provenance.datasets import Datasets, load_datasets
from governance.provenance.dpi import import_dpi
from governance.provenance.policies import POLICIES
from tests.unit.small import SmallCatalogue

PUBLISHED = PROJECT.parent / "shared" / "data" / "raw" / "dpi"


@pytest.fixture(scope="session")
def catalogue(catalogue_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the catalogue of the shipped facts once for all tests that only read."""
    with open_catalogue(catalogue_home) as opened:
        yield opened


@pytest.fixture(scope="session")
def datasets_of(catalogue: duckdb.DuckDBPyConnection) -> Callable[..., Datasets]:
    """Give the datasets of a snapshot under a policy, loaded once."""
    loaded: dict[tuple[str, str], Datasets] = {}

    def load(snapshot: str = "current", policy: str = "audit") -> Datasets:
        if (snapshot, policy) not in loaded:
            loaded[snapshot, policy] = load_datasets(catalogue, snapshot, POLICIES[policy])
        return loaded[snapshot, policy]

    return load


@pytest.fixture(scope="session")
def published() -> Path:
    """Give the folder of the published files, which are not shipped."""
    if not (PUBLISHED / "text.jsonl.gz").is_file():
        pytest.skip("the published files are not here")
    return PUBLISHED


@pytest.fixture(scope="session")
def imported(published: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[ImportReport, Path]:
    """Import the published files once; give the report and the folder of facts."""
    out = tmp_path_factory.mktemp("imported") / "dpi"
    return import_dpi(published, out), out


@pytest.fixture(scope="session")
def schema_connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """Make an empty catalogue in memory, once."""
    with SmallCatalogue.connect() as opened:
        yield opened


@pytest.fixture
def small(schema_connection: duckdb.DuckDBPyConnection) -> Iterator[SmallCatalogue]:
    """Give an empty catalogue in memory to fill; what is put in is gone after the test."""
    yield SmallCatalogue(schema_connection)
    SmallCatalogue(schema_connection).clear()
