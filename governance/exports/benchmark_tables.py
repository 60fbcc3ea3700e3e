"""Benchmarks as files: the formats as data, and the manifest that repeats an export."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import duckdb
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from governance import __version__
from governance.catalogue.connect import catalogue_version
from governance.errors import BadInput, Conflict, NotFound
from governance.evaluation.benchmarks.registry import BenchmarksResult, load_benchmarks, select_benchmarks
from governance.evaluation.benchmarks.selection import BenchmarkSelection
from governance.exports.benchmark_credits import attribution, benchmark_bibtex, benchmark_credits
from governance.exports.manifest import MANIFEST_FILE, MAX_MANIFEST, write_files
from governance.exports.tables import csv_of, jsonl_of, parquet_of, xlsx_of
from governance.exports.words import NOT_LEGAL_ADVICE

BenchmarkFormat = Literal["csv", "parquet", "jsonl", "xlsx", "bibtex", "attribution"]
BENCHMARK_FORMATS: tuple[BenchmarkFormat, ...] = get_args(BenchmarkFormat)


@dataclass(frozen=True, slots=True)
class BenchmarkExport:
    """One format.

    Args:
        label: Its name on the page.
        file_name: The file it makes.
        media_type: Its media type.
        bytes_of: Writes the benchmarks, given the lines that credit their sources.
    """

    label: str
    file_name: str
    media_type: str
    bytes_of: Callable[[BenchmarksResult, tuple[str, ...]], bytes]


BENCHMARK_EXPORTS: dict[BenchmarkFormat, BenchmarkExport] = {
    "csv": BenchmarkExport("CSV", "benchmarks.csv", "text/csv; charset=utf-8", lambda one, _: csv_of(one.frame)),
    "parquet": BenchmarkExport(
        "Parquet", "benchmarks.parquet", "application/vnd.apache.parquet", lambda one, _: parquet_of(one.frame)
    ),
    "jsonl": BenchmarkExport(
        "JSON lines", "benchmarks.jsonl", "application/jsonl; charset=utf-8", lambda one, _: jsonl_of(one.frame)
    ),
    "xlsx": BenchmarkExport(
        "Excel",
        "benchmarks.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        lambda one, credits: xlsx_of(one.frame, about_benchmarks(one, credits), "Benchmarks"),
    ),
    "bibtex": BenchmarkExport(
        "BibTeX", "benchmarks.bib", "application/x-bibtex; charset=utf-8", lambda one, _: benchmark_bibtex(one)
    ),
    "attribution": BenchmarkExport("Attribution", "ATTRIBUTION.md", "text/markdown; charset=utf-8", attribution),
}


class BenchmarkFile(BaseModel):
    """One file of an export: its size in bytes and its sha256."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    format: BenchmarkFormat
    bytes: int
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class BenchmarkManifest(BaseModel):
    """What an export of benchmarks holds and how to make it again.

    Args:
        kind: Always ``touchstone-benchmarks``; ``version`` is that of this layout.
        touchstone: Version of the program that wrote it.
        catalogue_version: 12 hex digits over all facts and the schema.
        selection: Which benchmarks, in which order.
        benchmarks: How many they are.
        files: Every file with its size and checksum.
        credits: Whom to credit for the facts.
        note: That none of it is legal advice.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["touchstone-benchmarks"] = "touchstone-benchmarks"
    version: Literal[1] = 1
    touchstone: str
    catalogue_version: str = Field(pattern=r"^[0-9a-f]{12}$")
    selection: BenchmarkSelection
    benchmarks: int
    files: tuple[BenchmarkFile, ...]
    credits: tuple[str, ...]
    note: str = NOT_LEGAL_ADVICE


def about_benchmarks(result: BenchmarksResult, credits: tuple[str, ...]) -> list[tuple[str, str]]:
    """Say what an export of benchmarks holds and whom to credit."""
    return [
        ("Catalogue version", result.catalogue),
        ("Selection, as a query", result.selection.to_query() or "(none)"),
        ("Number of benchmarks", f"{result.total:,}"),
        *(("Credit", line) for line in credits),
        ("Licence", "As the registry states it; licence_use is the audit's class of that licence; empty is unknown"),
        ("Note", NOT_LEGAL_ADVICE),
    ]


def render_benchmarks(
    connection: duckdb.DuckDBPyConnection, result: BenchmarksResult, formats: Iterable[str]
) -> tuple[BenchmarkManifest, dict[str, bytes]]:
    """Make the files of an export and their manifest, without writing them.

    Raises:
        BadInput: A format is unknown, or none is asked for.
    """
    asked = tuple(formats)
    chosen = tuple(name for name in BENCHMARK_FORMATS if name in asked)
    unknown = [name for name in asked if name not in BENCHMARK_FORMATS]
    if unknown or not chosen:
        what = f"'{unknown[0]:.40}' is not an export format" if unknown else "no export format is chosen"
        raise BadInput(what, "option format", f"use {', '.join(BENCHMARK_FORMATS)}")
    credits = benchmark_credits(connection, result)
    made = {name: BENCHMARK_EXPORTS[name].bytes_of(result, credits) for name in chosen}
    files = {BENCHMARK_EXPORTS[name].file_name: content for name, content in made.items()}
    manifest = BenchmarkManifest(
        touchstone=__version__,
        catalogue_version=result.catalogue,
        selection=result.selection,
        benchmarks=result.total,
        files=tuple(
            BenchmarkFile(
                name=BENCHMARK_EXPORTS[name].file_name, format=name, bytes=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
            )
            for name, content in made.items()
        ),
        credits=credits,
    )  # fmt: skip
    text = json.dumps(manifest.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n"
    return manifest, {**files, MANIFEST_FILE: text.encode()}


def export_benchmarks(
    connection: duckdb.DuckDBPyConnection, result: BenchmarksResult, formats: Iterable[str], folder: Path
) -> BenchmarkManifest:
    """Write a selection of benchmarks in the formats asked for, and its manifest.

    Raises:
        BadInput: A format is unknown or the folder cannot be written.
    """
    manifest, files = render_benchmarks(connection, result, formats)
    write_files(files, folder)
    return manifest


def export_benchmarks_again(
    connection: duckdb.DuckDBPyConnection, path: Path, folder: Path, *, allow_other_version: bool = False
) -> BenchmarkManifest:
    """Make an export of benchmarks again from its manifest; every file comes out byte for byte as it was.

    Raises:
        NotFound: There is no such manifest.
        Conflict: The catalogue or a file would not be as it was.
        BadInput: The manifest cannot be read or the folder cannot be written.
    """
    manifest = _read(path)
    present = catalogue_version(connection)
    result = select_benchmarks(load_benchmarks(connection), manifest.selection)
    made, files = render_benchmarks(connection, result, [file.format for file in manifest.files])
    if made.files != manifest.files and not allow_other_version:
        then = f"catalogue {manifest.catalogue_version} and Touchstone {manifest.touchstone}"
        what = f"the files would not come out as they were: made from {then}, these are {present} and {__version__}"
        raise Conflict(what, str(path), "use those, or allow another version to export anew")
    write_files(files, folder)
    return made


def _read(path: Path) -> BenchmarkManifest:
    fix = f"give a {MANIFEST_FILE} that an export of benchmarks wrote"
    try:
        with path.open("rb") as file:
            data = file.read(MAX_MANIFEST + 1)
        if len(data) > MAX_MANIFEST:
            raise BadInput("the manifest is too big", str(path), f"use one below {MAX_MANIFEST:,} bytes")
        return BenchmarkManifest.model_validate_json(data)
    except FileNotFoundError as error:
        raise NotFound("there is no such manifest", str(path), fix) from error
    except OSError as error:
        raise BadInput(f"the manifest cannot be read: {error.strerror}", str(path), fix) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(map(str, first["loc"])) or "the whole file"
        raise BadInput(f"{field}: {first['msg']}", str(path), fix) from error
