"""Run benchmarks and write their tables: ``python benchmarks/run.py [name …] [--write]``.

A benchmark is a module beside this one with a ``TITLE``, an ``ABOUT`` (what is measured, beside
what) and ``run() -> list[Row]``; add its name to `BENCHMARKS`.
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from row import Row

BENCHMARKS = (
    "facets",
    "propagation",
    "scenario",
    "backtest",
    "portfolio",
    "trail",
    "build",
    "browser",
    "inputs",
    "editing",
    "consent-audit",
    "robots",
    "ratings",
    "elo",
    "replicate",
    "labs",
    "tracing",
    "leaderboard",
)
README = Path(__file__).with_name("README.md")
PACKAGES = ("duckdb", "networkx", "numba", "numpy", "polars", "streamlit")
HEADER = "| way | n | median | p95 | ratio: median | worst | sum | note |\n|---|---|---|---|---|---|---|---|"


def table(rows: Sequence[Row]) -> str:
    """Write rows as a Markdown table."""
    lines = [HEADER]
    for row in rows:
        ratios = ["1", "1", "1"] if row.ratio is None else [f"{ratio:.3g}" for ratio in row.ratio]
        p95 = "" if row.p95_s is None else _time(row.p95_s)
        lines.append(f"| {' | '.join([row.way, str(row.n), _time(row.median_s), p95, *ratios, row.note])} |")
    return "\n".join(lines)


def section(name: str) -> str:
    """Run one benchmark and write its section."""
    module = importlib.import_module(name.replace("-", "_"))
    rows = module.run()
    packages = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    where = (
        f"{datetime.now(tz=UTC):%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} processors; {packages}"
    )
    return f"## {module.TITLE}\n\n{module.ABOUT}\n\n{table(rows)}\n\n{where}."


def write(name: str, text: str) -> None:
    """Put a section between its markers in the README, at the end if it is new."""
    start, end = f"<!-- {name}: start -->", f"<!-- {name}: end -->"
    page = README.read_text(encoding="utf-8")
    block = f"{start}\n{text}\n{end}"
    marked = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", re.DOTALL)
    page = marked.sub(lambda _: block, page) if marked.search(page) else f"{page.rstrip()}\n\n{block}\n"
    README.write_text(page, encoding="utf-8")


def main() -> None:
    """Run the named benchmarks, or all."""
    parser = argparse.ArgumentParser(description="Run benchmarks; ratios are taken within one run.")
    parser.add_argument("names", nargs="*", help=f"any of {', '.join(BENCHMARKS)}; all when none is named")
    parser.add_argument("--write", action="store_true", help="put the tables into benchmarks/README.md")
    asked = parser.parse_args()
    for name in asked.names:
        if name not in BENCHMARKS:
            parser.error(f"there is no benchmark '{name}'; use {', '.join(BENCHMARKS)}")
    for name in asked.names or BENCHMARKS:
        text = section(name)
        print(text, end="\n\n", flush=True)
        if asked.write:
            write(name, text)


def _time(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 10 else f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1_000:.3g} ms"


if __name__ == "__main__":
    main()
