"""Records of a kind as files: the formats as data, whom to credit, and the manifest that repeats an export."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

import duckdb
from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

from governance import __version__
from governance.catalogue.connect import catalogue_version
from governance.catalogue.narrowed import Narrowed
from governance.catalogue.selection import FacetSelection
from governance.catalogue.sources import sources
from governance.errors import BadInput, Conflict
from governance.exports.manifest_file import MANIFEST_FILE, FileSum, file_sum, manifest_bytes, read_as, write_files
from governance.exports.tables import csv_of, jsonl_of, parquet_of, xlsx_of

LAST = ("files", "credits", "note")
"""Fields of a manifest that stand behind those that a kind adds."""

Asked = TypeVar("Asked", bound=FacetSelection)
Name = TypeVar("Name", bound=str)
Result = TypeVar("Result", bound=Narrowed[Any, Any])
Notes = tuple[tuple[str, str], ...]
"""(label, value) rows that a spreadsheet's sheet About ends with."""


@dataclass(frozen=True, slots=True)
class TableExport(Generic[Result]):
    """One format.

    Args:
        label: Its name on the page.
        file_name: The file it makes.
        media_type: Its media type.
        bytes_of: Writes the records, given the lines that credit their sources.
    """

    label: str
    file_name: str
    media_type: str
    bytes_of: Callable[[Result, tuple[str, ...]], bytes]


def table_exports(plural: str, notes: Notes) -> dict[str, TableExport[Any]]:
    """Give the formats that every kind has.

    Args:
        plural: What the records are called; it names the files and the sheet.
        notes: What must be said of the columns.
    """

    def sheet(result: Narrowed[Any, Any], credits: tuple[str, ...]) -> bytes:
        about = [
            ("Catalogue version", result.catalogue),
            ("Selection, as a query", result.selection.to_query() or "(none)"),
            (f"Number of {plural}", f"{result.total:,}"),
            *(("Credit", line) for line in credits),
            *notes,
        ]
        return xlsx_of(result.frame, about, plural.capitalize())

    formats = (
        ("csv", "CSV", "text/csv; charset=utf-8", lambda one, _: csv_of(one.frame)),
        ("parquet", "Parquet", "application/vnd.apache.parquet", lambda one, _: parquet_of(one.frame)),
        ("jsonl", "JSON lines", "application/jsonl; charset=utf-8", lambda one, _: jsonl_of(one.frame)),
        ("xlsx", "Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", sheet),
    )
    return {name: TableExport(label, f"{plural}.{name}", media, write) for name, label, media, write in formats}


def credits_of(connection: duckdb.DuckDBPyConnection, result: Narrowed[Any, Any]) -> tuple[str, ...]:
    """Give one line of credit for each source of the records: citation, licence, version."""
    used = set(result.frame["source_id"])
    return tuple(
        f"{one.citation or one.title}. Licence: {one.licence or 'not stated'}. Version: {one.version}"
        for one in sources(connection)
        if one.id in used
    )


class TableManifest(BaseModel, Generic[Asked, Name]):
    """What an export of one kind holds and how to make it again; a kind adds how many records they are.

    Args:
        kind: Says of which kind; ``version`` is that of this layout.
        touchstone: Version of the program that wrote it.
        catalogue_version: 12 hex digits over all facts and the schema.
        selection: Which records, in which order.
        files: Every file with its size and checksum.
        credits: Whom to credit for the facts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    version: Literal[1] = 1
    touchstone: str
    catalogue_version: str = Field(pattern=r"^[0-9a-f]{12}$")
    selection: Asked
    files: tuple[FileSum[Name], ...]
    credits: tuple[str, ...]

    @model_serializer(mode="wrap")
    def _ordered(self, write: SerializerFunctionWrapHandler) -> dict[str, object]:
        """Write the fields in the order they have always had."""
        fields = write(self)
        last = {name: fields.pop(name) for name in LAST if name in fields}
        return {**fields, **last}


Made = TypeVar("Made", bound=TableManifest[Any, Any])


@dataclass(frozen=True)
class TableFiles(Generic[Result, Made]):
    """How records of one kind become files.

    Args:
        plural: What the records are called; also the manifest's field for how many they are.
        exports: The formats by name, in the order of the files.
        manifest: What repeats an export.
        select: Runs a selection.
    """

    plural: str
    exports: Mapping[str, TableExport[Result]]
    manifest: type[Made]
    select: Callable[[duckdb.DuckDBPyConnection, Any], Result]

    def render(
        self, connection: duckdb.DuckDBPyConnection, result: Result, formats: Iterable[str]
    ) -> tuple[Made, dict[str, bytes]]:
        """Make the files of an export and their manifest, without writing them.

        Raises:
            BadInput: A format is unknown, or none is asked for.
        """
        asked = tuple(formats)
        unknown = [name for name in asked if name not in self.exports]
        if unknown or not asked:
            what = f"'{unknown[0]:.40}' is not an export format" if unknown else "no export format is chosen"
            raise BadInput(what, "option format", f"use {', '.join(self.exports)}")
        credits = credits_of(connection, result)
        made = {name: one.bytes_of(result, credits) for name, one in self.exports.items() if name in asked}
        names = {name: self.exports[name].file_name for name in made}
        manifest = self.manifest.model_validate(
            {
                "touchstone": __version__,
                "catalogue_version": result.catalogue,
                "selection": result.selection,
                self.plural: result.total,
                "files": [file_sum(names[name], name, content) for name, content in made.items()],
                "credits": credits,
            }
        )
        files = {names[name]: content for name, content in made.items()}
        return manifest, {**files, MANIFEST_FILE: manifest_bytes(manifest)}

    def export(
        self, connection: duckdb.DuckDBPyConnection, result: Result, formats: Iterable[str], folder: Path
    ) -> Made:
        """Write a selection in the formats asked for, and its manifest.

        Raises:
            BadInput: A format is unknown or the folder cannot be written.
        """
        manifest, files = self.render(connection, result, formats)
        write_files(files, folder)
        return manifest

    def export_again(
        self, connection: duckdb.DuckDBPyConnection, path: Path, folder: Path, *, allow_other_version: bool = False
    ) -> Made:
        """Make an export again from its manifest; every file comes out byte for byte as it was.

        Raises:
            NotFound: There is no such manifest.
            Conflict: The catalogue or a file would not be as it was.
            BadInput: The manifest cannot be read or the folder cannot be written.
        """
        manifest = read_as(self.manifest, path, f"an export of {self.plural}")
        result = self.select(connection, manifest.selection)
        made, files = self.render(connection, result, [file.format for file in manifest.files])
        if made.files != manifest.files and not allow_other_version:
            then = f"catalogue {manifest.catalogue_version} and Touchstone {manifest.touchstone}"
            present = f"{catalogue_version(connection)} and {__version__}"
            what = f"the files would not come out as they were: made from {then}, these are {present}"
            raise Conflict(what, str(path), "use those, or allow another version to export anew")
        write_files(files, folder)
        return made
