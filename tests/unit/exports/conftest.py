"""Golden files, and the bundles that the export tests share."""

import contextlib
from pathlib import Path

import pytest

from governance.catalogue.selection import Selection
from governance.exports.bundle import make_bundle
from tests.unit.exports.samples import GOLDEN, Result, connect, frame_of, golden_rows, hostile_rows


def pytest_addoption(parser):
    with contextlib.suppress(ValueError):  # another folder's tests may offer the same option
        parser.addoption("--regold", action="store_true", help="rewrite the golden files")


class Golden:
    """Compares an output with the file kept of it."""

    def __init__(self, folder: Path, rewrite: bool):
        self.folder, self.rewrite = folder, rewrite

    def check(self, name: str, content: bytes):
        if self.rewrite:
            (self.folder / name).write_bytes(content)
        assert content.decode() == (self.folder / name).read_bytes().decode(), f"{name} changed; --regold rewrites it"


@pytest.fixture
def golden(request):
    return Golden(GOLDEN, bool(request.config.getoption("--regold", default=False)))


@pytest.fixture
def connection():
    with connect() as opened:
        yield opened


@pytest.fixture
def bundle(connection):
    return make_bundle(connection, Result(Selection(text="swahili"), frame_of(golden_rows())))


@pytest.fixture
def hostile(connection):
    return make_bundle(connection, Result(Selection(), frame_of(hostile_rows())))


@pytest.fixture
def empty(connection):
    return make_bundle(connection, Result(Selection(ids=()), frame_of([])))
