"""docs/ledger.md: its commands and example run, and it names every word of the vocabularies."""

from __future__ import annotations

import re

import pytest

from governance.catalogue.connect import PROJECT
from governance.research.vocabulary import COMPARATORS, GROUNDS, STATUSES
from tests.unit.cli.conftest import touchstone  # noqa: F401 - a fixture

TEXT = (PROJECT / "docs" / "ledger.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^touchstone (.+)$", re.findall(r"```\n(.*?)```", TEXT, re.DOTALL)[0], re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_its_commands_run(touchstone, command):  # noqa: F811
    answer = touchstone(*command.split())
    assert (answer.code, bool(answer.out)) == (0, True)


def test_its_example_runs():
    [example] = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert example.count("assert ") == 4
    exec(compile(example, "docs/ledger.md", "exec"), {})


@pytest.mark.parametrize("word", [*STATUSES, *GROUNDS, *COMPARATORS])
def test_every_word_is_explained(word):
    rows = [line for line in TEXT.splitlines() if line.startswith("|")]
    assert any(f"`{word}`" in row.split("|")[1] for row in rows)


def test_its_files_are_there():
    named = set(re.findall(r"`((?:governance|data)/[\w./-]+)`", TEXT))
    assert len(named) >= 4
    assert all((PROJECT / name).exists() for name in named)
