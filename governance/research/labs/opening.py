"""A lab run on what the command line or the API names: a file, the id of a set, the example, or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from governance.catalogue.connect import catalogue_version
from governance.errors import BadInput
from governance.evaluation.formats.sets import open_set
from governance.records.store import Workbench
from governance.research.labs.lab import Lab, LabResult
from governance.research.labs.reading import attach_all, read_lab_path, read_settings
from governance.research.labs.registry import run_lab

LARGE = 50_000_000
"""Bytes from which a file goes through a lab's own way for large ones, where it has one."""


@dataclass(frozen=True, slots=True, eq=False)
class LabRun:
    """A result with what its data are.

    Args:
        result: What the lab found.
        source: Where the data come from.
        version: Of the data; of a file its SHA-256.
        licence: SPDX expression of the data; empty: not stated.
    """

    result: LabResult
    source: str
    version: str
    licence: str


def run_on(
    lab: Lab,
    file: str | None,
    settings: Mapping[str, object],
    seed: int,
    connection: duckdb.DuckDBPyConnection,
    workbench: Workbench | None = None,
    attached: Sequence[Path] = (),
    mapping: Mapping[str, str] | None = None,
) -> LabRun:
    """Run a lab on what is named.

    Args:
        lab: The lab.
        file: A path, or the id of a set of its format; ``None``: its SYNTHETIC example, or nothing where it reads none.
        settings: What differs from the defaults.
        seed: Of the draws.
        connection: The catalogue.
        workbench: Where the user's own sets are.
        attached: Second files, for a lab that takes them.
        mapping: Our columns to those of the file, where it names them otherwise.

    Raises:
        BadInput: The file or set cannot answer the question, or a setting is not allowed.
        NotFound: There is no such file and no set of that id.
    """
    version = catalogue_version(connection)
    if attached:
        return _with_second(lab, file, attached, settings, seed, connection, mapping)
    if mapping and (file is None or not Path(file).is_file()):
        raise BadInput(
            "there is no file whose columns could be mapped", f"lab {lab.name}", "name a file, or map nothing"
        )
    if file is None:
        found = run_lab(lab.name, None, settings, seed=seed, connection=connection)
        return LabRun(found, "made here" if found.synthetic else "settings", version, "CC0-1.0")
    if lab.source == "settings":
        raise BadInput("it reads no file", f"lab {lab.name}", "leave the file out and use --set")
    path = Path(file)
    if path.is_file():
        if lab.large is not None and path.stat().st_size >= LARGE:
            found = lab.large(path, read_settings(lab, settings), seed, mapping or {})
        else:
            frame = read_lab_path(lab, path, mapping)
            found = run_lab(lab.name, frame, settings, seed=seed, connection=connection, where=path.name)
        return LabRun(found, path.name, _fingerprint(path), "")
    if lab.source == "table":
        raise BadInput(f"there is no file '{file:.80}'", f"lab {lab.name}", "name a file you can read")
    opened = open_set(connection, file, workbench)
    if opened.card.format != lab.source:
        what = f"it holds {opened.card.format}, not {lab.source}"
        raise BadInput(what, f"set {opened.card.id}", "'touchstone sets list' shows all")
    found = run_lab(lab.name, opened.frame, settings, seed=seed, connection=connection, where=opened.card.id)
    return LabRun(found, opened.card.source, opened.card.version, opened.card.licence)


def _with_second(
    lab: Lab,
    file: str | None,
    attached: Sequence[Path],
    settings: Mapping[str, object],
    seed: int,
    connection: duckdb.DuckDBPyConnection,
    mapping: Mapping[str, str] | None,
) -> LabRun:
    files = [(path.name, _content(lab, path)) for path in attached]
    frame = None if file is None else read_lab_path(lab, Path(file), mapping)
    rows, synthetic = attach_all(lab, frame, files, seed)
    names = ", ".join(name for name, _ in files)
    found = run_lab(lab.name, rows, settings, seed=seed, connection=connection, where=names, synthetic=synthetic)
    digest = hashlib.sha256(b"".join(data for _, data in files)).hexdigest()
    return LabRun(found, names if file is None else f"{Path(file).name} with {names}", f"sha256 {digest}", "")


def _content(lab: Lab, path: Path) -> bytes:
    try:
        if lab.attachment is not None and path.stat().st_size > lab.attachment.most:
            fix = f"give at most {lab.attachment.most / 1e6:,.0f} MB"
            raise BadInput(f"the file has {path.stat().st_size / 1e6:,.1f} MB", str(path), fix)
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"it cannot be read: {error.strerror}", str(path), "name a file you can read") from error


def _fingerprint(path: Path) -> str:
    with path.open("rb") as stream:
        return f"sha256 {hashlib.file_digest(stream, 'sha256').hexdigest()}"
