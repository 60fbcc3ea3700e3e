"""Run the command line in this process: the same `main`, with streams that keep every byte."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from governance import cli
from governance.catalogue.selection import Selection
from governance.provenance.datasets import Datasets, SelectionResult, select_datasets
from governance.provenance.policies import Policy
from tests.conftest import linked_home


@dataclass(frozen=True)
class Answer:
    """What a call of the command line gave."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        """Standard output as text."""
        return self.out.decode()

    @property
    def json(self) -> Any:
        """Standard output as the one JSON document that it must be."""
        return json.loads(self.text, parse_constant=_no_constant)


Touchstone = Callable[..., Answer]


@pytest.fixture
def touchstone(catalogue_home: Path) -> Touchstone:
    """Give a function that runs the command line with these words, over the catalogue of the shipped facts."""

    def run(*words: str) -> Answer:
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "argv", ["touchstone", *words])
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            with pytest.raises(SystemExit) as ended:
                cli.main()
        for stream in (out, err):
            stream.flush()
        written = [stream.buffer.getvalue() for stream in (out, err)]  # type: ignore[attr-defined]
        return Answer(int(ended.value.code or 0), written[0], written[1].decode())

    return run


@pytest.fixture
def quick(datasets_of: Callable[..., Datasets], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the verbs use datasets loaded once, for tests that run many."""

    def select(connection: duckdb.DuckDBPyConnection, selection: Selection, policy: Policy) -> SelectionResult:
        return select_datasets(datasets_of(selection.snapshot, policy.id), selection)

    monkeypatch.setattr(cli, "datasets_for", select)


@pytest.fixture
def own_home(catalogue_home: Path, tmp_path: Path) -> Iterator[Path]:
    """Give a home with that catalogue and an empty workbench."""
    folder = linked_home(catalogue_home, tmp_path / "home")
    before = os.environ["TOUCHSTONE_HOME"]
    os.environ["TOUCHSTONE_HOME"] = str(folder)
    yield folder
    os.environ["TOUCHSTONE_HOME"] = before


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")
