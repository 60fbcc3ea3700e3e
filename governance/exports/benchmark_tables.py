"""Benchmarks as files: the formats as data, and the manifest that repeats an export."""

from __future__ import annotations

from typing import Literal, get_args

from governance.evaluation.benchmarks.registry import BenchmarksResult, load_benchmarks, select_benchmarks
from governance.evaluation.benchmarks.selection import BenchmarkSelection
from governance.exports.benchmark_credits import attribution, benchmark_bibtex
from governance.exports.table_files import TableExport, TableFiles, TableManifest, table_exports
from governance.exports.words import NOT_LEGAL_ADVICE

BenchmarkFormat = Literal["csv", "parquet", "jsonl", "xlsx", "bibtex", "attribution"]
BENCHMARK_FORMATS: tuple[BenchmarkFormat, ...] = get_args(BenchmarkFormat)
NOTES = (
    ("Licence", "As the registry states it; licence_use is the audit's class of that licence; empty is unknown"),
    ("Note", NOT_LEGAL_ADVICE),
)
_ALL: dict[str, TableExport[BenchmarksResult]] = {
    **table_exports("benchmarks", NOTES),
    "bibtex": TableExport(
        "BibTeX", "benchmarks.bib", "application/x-bibtex; charset=utf-8", lambda one, _: benchmark_bibtex(one)
    ),
    "attribution": TableExport("Attribution", "ATTRIBUTION.md", "text/markdown; charset=utf-8", attribution),
}


class BenchmarkManifest(TableManifest[BenchmarkSelection, BenchmarkFormat]):
    """What an export of benchmarks holds and how to make it again.

    Args:
        benchmarks: How many they are.
        note: That none of it is legal advice.
    """

    kind: Literal["touchstone-benchmarks"] = "touchstone-benchmarks"
    benchmarks: int
    note: str = NOT_LEGAL_ADVICE


BENCHMARK_FILES: TableFiles[BenchmarksResult, BenchmarkManifest] = TableFiles(
    plural="benchmarks",
    exports={name: _ALL[name] for name in BENCHMARK_FORMATS},
    manifest=BenchmarkManifest,
    select=lambda connection, asked: select_benchmarks(load_benchmarks(connection), asked),
)
export_benchmarks = BENCHMARK_FILES.export
export_benchmarks_again = BENCHMARK_FILES.export_again
