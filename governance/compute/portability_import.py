"""Import test results of machine-learning functions on other devices, and count what is lost there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from governance.catalogue.facts import ImportReport
from governance.catalogue.normalise import clean_text
from governance.catalogue.published import Cells, Import, Row, read_rows
from governance.errors import BadInput

SOURCE = "grand-illusion"
COUNTS_SOURCE = "portability"
FUNCTIONS, TESTS, LATENCY = "function_status.csv", "test_outcomes.csv", "gpu_vs_tpu_latency_by_function.csv"
FUNCTION_COLUMNS = ("framework", "device", "function", "n_passed", "n_failed", "n_skipped", "status")
TEST_COLUMNS = ("framework", "device", "function", "test_device", "outcome", "error_class")
LATENCY_COLUMNS = ("framework", "gpu_run", "function", "gpu_mean_s", "tpu_mean_s")
RUNS = {"": "report 1", "altrun": "report 2", "soft_placement": "soft placement"}
"""What follows the device in the published name, and how we call the run."""
STATUSES = {name: name for name in ("success", "partial_failure", "complete_failure")} | {
    "no_device_test_ran": "not_tested"
}
GRADIENT = "gradient check"
NOTES = {
    "jax": "the published reports for gpu and tpu are byte-identical, so devices cannot be told apart",
    "tensorflow": "the two published reports for a device differ; why is not recorded",
}

Key = tuple[str, str, str]


def import_portability(path: Path, out: Path) -> ImportReport:
    """Read per-function test results and timings into the user's own catalogue; they are never shipped.

    Args:
        path: Folder with ``function_status.csv``, ``test_outcomes.csv`` and
            ``gpu_vs_tpu_latency_by_function.csv``.
        out: Folder for the facts; the catalogue expects the name ``grand-illusion``.

    Raises:
        BadInput: A file is missing, damaged or lacks a column; ``out`` is then untouched.

    Source: Mince et al. 2023, arXiv 2309.07181.
    """
    work = Import(SOURCE)
    functions = _functions(work, path)
    if not functions:
        raise BadInput("no function could be read", str(path / FUNCTIONS), "check the file")
    timings = [
        found for where, row in read_rows(path / LATENCY, LATENCY_COLUMNS) if (found := _timing(work, where, row))
    ]
    work.note("field_not_kept", "error messages", "texts of the frameworks; not part of the facts")
    tables = {"portability_function": functions, "portability_latency": timings}
    return work.finish(out, tables, kept=len(functions) + len(timings))


def import_portability_counts(path: Path, out: Path) -> ImportReport:
    """Count functions lost by framework, device and run: the only part of the results that is shipped.

    Args:
        path: As for `import_portability`.
        out: Folder for the facts; the catalogue expects the name ``portability``.

    Raises:
        BadInput: A file is missing, damaged or lacks a column; ``out`` is then untouched.
    """
    work = Import(COUNTS_SOURCE)
    rows = count_functions(_functions(work, path))
    if not rows:
        raise BadInput("no function could be read", str(path / FUNCTIONS), "check the file")
    return work.finish(out, {"portability": rows}, kept=work.read - len(work.refused))


def count_functions(functions: Sequence[Row]) -> list[Row]:
    """Count, by framework, device and run, the functions that fail in full and in part.

    Args:
        functions: Rows of ``portability_function``.

    Returns:
        Rows of ``portability``; a failure is gradient only where nothing but gradient checks failed.
    """
    groups: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in functions:
        groups[row["framework"], row["device"], row["run"]].append(row)
    counted: list[Row] = []
    for (framework, device, run), rows in sorted(groups.items(), key=str):
        states = Counter(str(row["status"]) for row in rows)
        gradient = Counter(str(row["status"]) for row in rows if row["failed"] == row["gradient_failed"])
        counted.append(
            {
                "framework": framework,
                "device": device,
                "run": run,
                "functions": len(rows),
                "complete_failure": states["complete_failure"],
                "partial_failure": states["partial_failure"],
                "partial_gradient_only": gradient["partial_failure"],
                "complete_gradient_only": gradient["complete_failure"],
                "not_tested": states["not_tested"],
                "note": NOTES.get(str(framework)),
                "source_id": COUNTS_SOURCE,
            }
        )
    return counted


def _functions(work: Import, path: Path) -> list[Row]:
    gradient: Counter[Key] = Counter()
    for _, row in read_rows(path / TESTS, TEST_COLUMNS):
        if row["test_device"] == "device" and row["outcome"] == "failed" and row["error_class"] == GRADIENT:
            gradient[row["framework"], row["device"], row["function"]] += 1
    found = ((where, row) for where, row in read_rows(path / FUNCTIONS, FUNCTION_COLUMNS))
    return [kept for where, row in found if (kept := _function(work, where, row, gradient))]


def _function(work: Import, where: str, row: Cells, gradient: Counter[Key]) -> Row | None:
    work.read += 1
    device, _, run = row["device"].partition("_")
    counts = {name: row[f"n_{name}"] for name in ("passed", "failed", "skipped")}
    known = device in ("gpu", "tpu") and run in RUNS and row["status"] in STATUSES and clean_text(row["function"])
    if not known or not all(text.isdecimal() for text in counts.values()):
        work.refuse(
            "unknown_function_row", where, f"device '{row['device']:.40}', status '{row['status']:.40}', {counts}"
        )
        return None
    return {
        "framework": row["framework"],
        "device": device,
        "run": RUNS[run],
        "function": clean_text(row["function"]),
        **{name: int(text) for name, text in counts.items()},
        "gradient_failed": gradient[row["framework"], row["device"], row["function"]],
        "status": STATUSES[row["status"]],
        "source_id": SOURCE,
    }


def _timing(work: Import, where: str, row: Cells) -> Row | None:
    work.read += 1
    gpu, tpu = work.number(row, "gpu_mean_s", where), work.number(row, "tpu_mean_s", where)
    if gpu is None or tpu is None or not clean_text(row["function"]):
        work.refuse("no_timing", where, "one of the two times is missing")
        return None
    return {
        "framework": row["framework"],
        "function": clean_text(row["function"]),
        "gpu_run": row["gpu_run"].split("_")[0],
        "gpu_seconds": gpu,
        "tpu_seconds": tpu,
        "source_id": SOURCE,
    }
