"""A file of millions of predictions through the compression audit, and how much memory that takes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
from row import Row, row, timed

from governance.research.labs.arms import MEMORY
from governance.research.labs.registry import find_lab

ROWS = int(os.environ.get("BENCH_PREDICTIONS", "10000000"))
RUNS = 10
CLASSES = 20
LABS = ("compression-change", "compression-flips")
TITLE = f"Labs: {ROWS:,} predictions through the compression audit"
ABOUT = (
    f"{ROWS // RUNS:,} items of {CLASSES} classes in 8 languages, five dense runs and five at 90% sparsity, three "
    "classes hurt. 'Change' gives the relative change of every class with intervals clustered by item and run; 'flips' "
    "the items whose modal answer differs, with a permutation test. DuckDB reads the file as a stream, may hold "
    f"{MEMORY} and puts the rest into a temporary folder; memory is the most that the whole process, a fresh one each, "
    "held. Beside: the same query over rows that polars holds, in one thread."
)
MAKE = """
COPY (
    SELECT 'i' || item AS item, CAST(NULL AS VARCHAR) AS "group", ['eng', 'fra', 'deu', 'swh', 'hin', 'rus', 'jpn',
           'ara'][1 + item % 8] AS language, 'seed-' || run AS run, CAST(NULL AS VARCHAR) AS device,
           CASE WHEN run < $half THEN 'none' ELSE 'magnitude' END AS method,
           CASE WHEN run < $half THEN 0.0 ELSE 0.9 END AS sparsity, 'c' || item % $classes AS label,
           CASE WHEN hash(item, run) % 1000 < CASE WHEN run >= $half AND item % $classes < 3 THEN 600 ELSE 850 END
                THEN 'c' || item % $classes ELSE 'c' || (item + 1) % $classes END AS prediction,
           CAST(NULL AS DOUBLE) AS score
    FROM range($items) AS a(item), range($runs) AS b(run)
) TO '{file}' (FORMAT {kind})
"""


def make(folder: Path, kind: str, rows: int = ROWS) -> Path:
    """Write the predictions, never holding them."""
    file = folder / f"predictions.{kind}"
    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = false")
        given = {"items": rows // RUNS, "runs": RUNS, "half": RUNS // 2, "classes": CLASSES}
        connection.execute(MAKE.format(file=file, kind=kind), given)
    return file


def audit(lab: str, file: str) -> None:
    """Run one lab on a file and say seconds and the most memory, MB; for a process of its own."""
    from governance.research.labs.reading import read_settings

    one = find_lab(lab)
    assert one.large is not None
    answers = []
    seconds = timed(lambda: answers.append(one.large(Path(file), read_settings(one, {}), 0, {})))  # type: ignore[misc]
    print(f"{seconds} {most_held()} {answers[0].n}")


def most_held() -> float:
    """Give the most memory this process held since it began, MB; `getrusage` would also count its parent's."""
    told = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in told.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def apart(lab: str, file: Path) -> tuple[float, float, int]:
    """Do the same in a fresh process."""
    ran = subprocess.run(
        [sys.executable, __file__, lab, str(file)], check=True, capture_output=True, text=True, env={**os.environ}
    )  # fmt: skip
    seconds, peak, items = ran.stdout.split()
    return float(seconds), float(peak), int(items)


def run() -> list[Row]:
    """Time both labs over Parquet and CSV."""
    import polars as pl

    from governance.research.labs.reading import of_format, read_settings

    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("parquet", "csv"):
            file = make(Path(folder), kind)
            size = file.stat().st_size / 1e6
            for lab in LABS:
                seconds, peak, items = apart(lab, file)
                note = f"{size:,.0f} MB file, {items:,} items; the process held {peak:,.0f} MB at most"
                rows.append(row(f"{lab}, {kind}", [seconds], note=note))
            if kind == "parquet":
                lab = find_lab(LABS[0])
                held = of_format(lab, pl.read_parquet(file).head(min(ROWS, 1_000_000)))
                taken = timed(lambda lab=lab, held=held: lab.run(held, read_settings(lab, {}), 0))
                rows.append(row(f"{LABS[0]}, {held.height:,} rows held", [taken]))
    return rows


if __name__ == "__main__":
    audit(sys.argv[1], sys.argv[2])
