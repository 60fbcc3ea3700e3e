"""One catalogue, one server and no touch of the user's own stores for the whole test run."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
import httpx
import pytest
from hypothesis import HealthCheck, settings

from governance.catalogue.build import build_catalogue
from governance.catalogue.connect import CATALOGUE_NAME, catalogue_path, open_catalogue
from governance.research.replications.run import CACHE

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 90
PROGRAM = sys.modules["__main__"]

# A property is tried with few examples in every run and with as many as are asked for, e.g. TOUCHSTONE_EXAMPLES=500.
# None is timed: a busy machine is no failure.
settings.register_profile(
    "touchstone",
    max_examples=int(os.environ.get("TOUCHSTONE_EXAMPLES", "30")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("touchstone")


@pytest.fixture(scope="session", autouse=True)
def touchstone_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep every test away from the user's own stores."""
    folder = tmp_path_factory.mktemp("home")
    before = os.environ.get("TOUCHSTONE_HOME")
    os.environ["TOUCHSTONE_HOME"] = str(folder)
    yield folder
    if before is None:
        del os.environ["TOUCHSTONE_HOME"]
    else:
        os.environ["TOUCHSTONE_HOME"] = before


@pytest.fixture(autouse=True)
def program() -> None:
    """Be the program again: a page that ran in this process stands as its script, which new processes would run."""
    sys.modules["__main__"] = PROGRAM


@pytest.fixture(scope="session")
def catalogue_home(touchstone_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a home with the catalogue of the shipped facts, open: opening it again then takes no time.

    It is built once, by the first of the processes that run the tests; the others wait for it.
    """
    common = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        common = common.parent
    built = common / "catalogue"
    with (common / "catalogue.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        built.mkdir(exist_ok=True)
        if not (built / CATALOGUE_NAME).exists():
            build_catalogue(built)
    (touchstone_home / CATALOGUE_NAME).symlink_to(catalogue_path(built))
    with open_catalogue(touchstone_home):
        yield touchstone_home


@pytest.fixture
def connection(catalogue_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the catalogue of the shipped facts."""
    with open_catalogue(catalogue_home) as opened:
        yield opened


@pytest.fixture(scope="session")
def server(catalogue_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run the real server on a free port, with a home of its own, and give its address."""
    folder = linked_home(catalogue_home, tmp_path_factory.mktemp("server") / "home")
    port = free_port()
    with serving(folder, port, f"http://127.0.0.1:{port}") as address:
        yield address


def linked_home(catalogue_home: Path, folder: Path) -> Path:
    """Make a home without a workbench that reads the same catalogue and keeps what was computed from it so far."""
    folder.mkdir()
    (folder / CATALOGUE_NAME).symlink_to(catalogue_path(catalogue_home))
    with suppress(FileNotFoundError):
        shutil.copy(catalogue_home / CACHE, folder / CACHE)
    return folder


@contextmanager
def serving(folder: Path, port: int, address: str, *options: str) -> Iterator[str]:
    """Run the real server with a home and options, and print what it said at the end."""
    output = folder.parent / "output.txt"
    with output.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app/server.py", "--server.port", str(port), *options],
            cwd=ROOT,
            env={**os.environ, "TOUCHSTONE_HOME": str(folder)},
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for(address, process, output)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=20)
    sys.stdout.write(output.read_text(encoding="utf-8")[-4000:])


def free_port() -> int:
    """Find a port nobody uses."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def wait_for(address: str, process: subprocess.Popen[bytes], output: Path) -> None:
    """Wait until the server answers; show what it printed if it dies."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            pytest.fail(f"the server ended with {process.returncode}:\n{output.read_text(encoding='utf-8')}")
        try:
            if httpx.get(f"{address}/_stcore/health", timeout=2).text == "ok":
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    pytest.fail(f"no answer in {START_SECONDS} s:\n{output.read_text(encoding='utf-8')}")
