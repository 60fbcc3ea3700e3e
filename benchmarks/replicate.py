"""What it takes to compute every claim again in a new process, from nothing kept and with all kept."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from row import Row, row, timed

from governance.catalogue.build import build_catalogue
from governance.research.replications.registry import registered
from governance.research.replications.run import CACHE

REPEATS = 3
TITLE = "Claims computed again"
ABOUT = (
    f"`touchstone replicate --all` in a new process with nothing kept ({len(registered())} claims), beside "
    "`touchstone claims` with all kept under the same data version. Kernels were compiled before, by a first run."
)
CALL = "import sys; from governance.cli import main; sys.argv[:1] = ['touchstone']; main()"


def run() -> list[Row]:
    """Measure both in turn, in a home of their own."""
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        build_catalogue(home)
        _call(home, "replicate", "--all")
        cold, kept = [], []
        for _ in range(REPEATS):
            (home / CACHE).unlink()
            cold.append(timed(lambda: _call(home, "replicate", "--all")))
            kept.append(timed(lambda: _call(home, "claims")))
    return [row("replicate --all, nothing kept", cold), row("claims, all kept", kept, cold)]


def _call(home: Path, *words: str) -> None:
    environment = {**os.environ, "TOUCHSTONE_HOME": str(home)}
    subprocess.run([sys.executable, "-c", CALL, *words, "--json"], env=environment, check=True, capture_output=True)
