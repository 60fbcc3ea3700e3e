"""What the tests of compute share: the raw tables where they are, and the shipped models loaded once."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from governance.catalogue.connect import PROJECT
from governance.compute.models import Models, load_models

RAW = PROJECT.parent / "shared" / "data" / "raw"


def _raw(name: str) -> Path:
    if (RAW / name).is_dir():
        return RAW / name
    pytest.skip(f"the published tables of {name} are not shipped")


@pytest.fixture(scope="session")
def raw_compute() -> Path:
    """Give the folder of the published tables of models, grids and chips."""
    return _raw("compute")


@pytest.fixture(scope="session")
def raw_portability() -> Path:
    """Give the folder of the published test results, which state no licence."""
    return _raw("portability")


@pytest.fixture(scope="session")
def models(catalogue: duckdb.DuckDBPyConnection) -> Models:
    """Give the shipped models, loaded once."""
    return load_models(catalogue)
