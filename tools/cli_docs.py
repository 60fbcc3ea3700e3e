"""Write docs/cli.md from what each verb of the command line says of itself."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import typer
from typer.core import TyperCommand, TyperGroup

from governance.cli import app

FILE = Path(__file__).resolve().parents[1] / "docs" / "cli.md"
WIDTH = 100
HEAD = """# Command line

`make` puts `touchstone` into `.venv/bin`. `TOUCHSTONE_HOME` names the folder of the stores; by default `var/` in the
project.

- `--json` prints one JSON document on standard output and nothing else: nothing is rounded, unknown is `null`.
- Exit codes: 0 fine, 1 a check found a problem, 2 bad input or not available. An error is one line on standard error.
- The filters of `datasets`, `lists save` and `export` are those of the Datasets page, its URL and the API.
- The filters of `models` are those of a query such as `country=CN&training_flop=1e24..1e26`.

Written from each verb's own `--help` by `.venv/bin/python tools/cli_docs.py`.
"""


def verbs() -> Iterator[tuple[str, str]]:
    """Give every verb and group with its help, as plain text of one width, in the order of the help."""
    yield from _walk(typer.main.get_command(app), "touchstone", None)


def render() -> str:
    """Write the whole document."""
    return HEAD + "".join(f"\n## {name}\n\n```text\n{text}\n```\n" for name, text in verbs())


def _walk(command: object, name: str, parent: typer.Context | None) -> Iterator[tuple[str, str]]:
    if not isinstance(command, TyperCommand | TyperGroup):
        raise TypeError(name)
    command.rich_markup_mode = None
    context = typer.Context(command, info_name=name, parent=parent, terminal_width=WIDTH, max_content_width=WIDTH)
    yield context.command_path, context.get_help()
    if isinstance(command, TyperGroup):
        for inner in command.commands:
            yield from _walk(command.commands[inner], inner, context)


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(render(), encoding="utf-8")
    sys.stdout.write(f"{FILE.name}: {sum(1 for _ in verbs())} verbs\n")
