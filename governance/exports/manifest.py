"""Write an export and the manifest that repeats it byte for byte."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb
from pydantic import BaseModel, ConfigDict, Field

from governance import __version__
from governance.catalogue.connect import catalogue_version
from governance.catalogue.selection import Selection
from governance.catalogue.vocabulary import Snapshot
from governance.errors import BadInput, Conflict
from governance.exports.bundle import ExportBundle, Selected, make_bundle
from governance.exports.formats import EXPORTERS, Format, read_formats
from governance.exports.manifest_file import (
    MANIFEST_FILE,
    FileSum,
    file_sum,
    manifest_bytes,
    read_as,
    where_and_fix,
    write_files,
    zip_of,
)
from governance.exports.words import CREDITS, NOT_LEGAL_ADVICE
from governance.provenance.datasets import datasets_for
from governance.provenance.policies import Policy

Select = Callable[[duckdb.DuckDBPyConnection, Selection, Policy], Selected]
"""Runs a selection under a policy."""


class ManifestSource(BaseModel):
    """Whom an export credits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str
    version: str
    licence: str | None
    url: str
    citation: str


class Manifest(BaseModel):
    """What an export holds and how to make it again.

    Args:
        kind: Always ``touchstone-export``; ``version`` is that of this layout.
        touchstone: Version of the program that wrote it.
        catalogue_version: 12 hex digits over all facts and the schema.
        snapshot: State of the audit; as in the selection.
        selection: Which datasets, in which order.
        policy: The whole policy, so that a user's own one travels.
        counts: How many of each thing.
        formats: The formats written.
        files: Every file with its size and checksum.
        sources: Where the facts came from.
        credits: Whom to credit for the audit.
        note: That none of it is legal advice.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["touchstone-export"] = "touchstone-export"
    version: Literal[1] = 1
    touchstone: str
    catalogue_version: str = Field(pattern=r"^[0-9a-f]{12}$")
    snapshot: Snapshot
    selection: Selection
    policy: Policy
    counts: dict[str, int]
    formats: tuple[Format, ...]
    files: tuple[FileSum[Format], ...]
    sources: tuple[ManifestSource, ...] = ()
    credits: tuple[str, ...] = CREDITS
    note: str = NOT_LEGAL_ADVICE


@dataclass(frozen=True, slots=True)
class Export:
    """The files of an export, the manifest's own among them, not yet written."""

    manifest: Manifest
    files: Mapping[str, bytes]

    def to_zip(self) -> bytes:
        """Pack the files; the same files give the same bytes."""
        return zip_of(self.files)


def render_export(bundle: ExportBundle, formats: Iterable[str]) -> Export:
    """Make the files of an export and their manifest, without writing them.

    Raises:
        BadInput: A format is unknown, or the selection is too large for it.
    """
    chosen = read_formats(formats)
    files = {EXPORTERS[name].file_name: EXPORTERS[name].bytes_of(bundle) for name in chosen}
    manifest = Manifest(
        touchstone=__version__,
        catalogue_version=bundle.catalogue_version,
        snapshot=bundle.snapshot,
        selection=bundle.selection,
        policy=bundle.policy,
        counts=bundle.counts,
        formats=chosen,
        files=tuple(
            file_sum(name, format_, content) for format_, (name, content) in zip(chosen, files.items(), strict=True)
        ),
        sources=tuple(
            ManifestSource(**{name: getattr(source, name) for name in ManifestSource.model_fields})
            for source in bundle.sources
        ),
    )
    return Export(manifest, {**files, MANIFEST_FILE: manifest_bytes(manifest)})


def export_selection(
    connection: duckdb.DuckDBPyConnection,
    result: Selected,
    formats: Iterable[str],
    folder: Path,
    policy: Policy | None = None,
) -> Manifest:
    """Write a selection in the formats asked for, and its manifest.

    Args:
        connection: An open catalogue.
        result: What `select_datasets` returned.
        formats: Names of `governance.exports.formats.EXPORTERS`.
        folder: Where to write; made if missing, files of the same names are replaced.
        policy: The policy of the result; needed when it is one of the user's own.

    Raises:
        BadInput: A format is unknown or the folder cannot be written.
    """
    export = render_export(make_bundle(connection, result, policy), formats)
    write_files(export.files, folder)
    return export.manifest


def export_from_manifest(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    folder: Path,
    *,
    allow_other_version: bool = False,
    select: Select | None = None,
) -> Manifest:
    """Make an export again from its manifest; every file comes out byte for byte as it was.

    Args:
        connection: An open catalogue.
        path: The manifest.
        folder: Where to write.
        allow_other_version: Export anew where the catalogue or a file is not as it was.
        select: Runs the selection; by default `datasets_for`.

    Raises:
        Conflict: The catalogue or a file would not be as it was.
        BadInput: The manifest cannot be read or the folder cannot be written.
    """
    manifest = read_manifest(path)
    present = catalogue_version(connection)
    if present != manifest.catalogue_version and not allow_other_version:
        raise Conflict(
            f"the export was made from catalogue {manifest.catalogue_version}, this one is {present}",
            str(path),
            "use the catalogue it was made from, or allow another version to export anew",
        )
    result = (select or datasets_for)(connection, manifest.selection, manifest.policy)
    export = render_export(make_bundle(connection, result, manifest.policy), manifest.formats)
    differing = sorted(set(manifest.files) ^ set(export.manifest.files), key=lambda file: file.name)
    if differing and not allow_other_version:
        names = ", ".join(dict.fromkeys(file.name for file in differing))
        raise Conflict(
            f"{names} would not come out as it was: made with Touchstone {manifest.touchstone}, this is {__version__}",
            str(path),
            "use that version with its pinned packages, or allow another version to export anew",
        )
    write_files(export.files, folder)
    return export.manifest


class ManifestCheck(BaseModel, frozen=True):
    """Whether an export would come out again as it was.

    Args:
        same: Every file would, byte for byte.
        catalogue_then: Catalogue it was made from.
        catalogue_now: The present one.
        touchstone_then: Version of the program that made it.
        touchstone_now: The present one.
        datasets_then: Datasets in it, a count.
        datasets_now: Datasets its selection gives now.
        differing: Names of the files that would not come out as they were.
        missing_ids: Datasets that it names and the catalogue no longer has.
    """

    same: bool
    catalogue_then: str
    catalogue_now: str
    touchstone_then: str
    touchstone_now: str
    datasets_then: int
    datasets_now: int
    differing: tuple[str, ...]
    missing_ids: tuple[str, ...]


def check_manifest(connection: duckdb.DuckDBPyConnection, manifest: Manifest) -> ManifestCheck:
    """Make the files of an export again without writing them, and compare them with what the manifest says.

    Args:
        connection: An open catalogue.
        manifest: What `read_manifest` read.

    Raises:
        BadInput: What it selects now is too large for one of its formats.
    """
    result = datasets_for(connection, manifest.selection, manifest.policy)
    export = render_export(make_bundle(connection, result, manifest.policy), manifest.formats)
    differing = dict.fromkeys(file.name for file in manifest.files if file not in export.manifest.files)
    return ManifestCheck(
        same=not differing,
        catalogue_then=manifest.catalogue_version,
        catalogue_now=export.manifest.catalogue_version,
        touchstone_then=manifest.touchstone,
        touchstone_now=__version__,
        datasets_then=manifest.counts.get("datasets", 0),
        datasets_now=result.total,
        differing=tuple(differing),
        missing_ids=result.missing_ids,
    )


def read_manifest(source: Path | bytes) -> Manifest:
    """Read a manifest from a file or from an upload.

    Raises:
        NotFound: There is no such file.
        BadInput: It is not a manifest, or its parts contradict each other.
    """
    manifest = read_as(Manifest, source, "an export")
    selection = manifest.selection
    for name, stated, used in (
        ("snapshot", manifest.snapshot, selection.snapshot),
        ("policy", manifest.policy.id, selection.policy),
    ):
        if stated != used:
            what = f"the manifest says {name} {stated}, its selection says {used}"
            raise BadInput(what, *where_and_fix(source, "an export"))
    return manifest
