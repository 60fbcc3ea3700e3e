"""The manifest of an export of any kind as a file: read with care, written whole, and the sums of what it lists."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from governance.errors import BadInput, NotFound

MANIFEST_FILE = "manifest.json"
MAX_MANIFEST = 20_000_000
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)

Name = TypeVar("Name", bound=str)
Read = TypeVar("Read", bound=BaseModel)


class FileSum(BaseModel, Generic[Name]):
    """One file of an export: its size in bytes and its sha256."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    format: Name
    bytes: int
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


def file_sum(name: str, format: Name, content: bytes) -> FileSum[Name]:
    """Measure one file."""
    return FileSum(name=name, format=format, bytes=len(content), sha256=hashlib.sha256(content).hexdigest())


def zip_of(files: Mapping[str, bytes]) -> bytes:
    """Pack files; the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _ZIP_EPOCH), content, zipfile.ZIP_DEFLATED, 6)
    return buffer.getvalue()


def read_as(kind: type[Read], source: Path | bytes, writer: str) -> Read:
    """Read a manifest of one kind from a file or from an upload.

    Args:
        kind: What it must be.
        source: The file, or what is in it.
        writer: What writes such manifests, e.g. ``an export of papers``.

    Raises:
        NotFound: There is no such file.
        BadInput: It is no manifest of that kind.
    """
    where, fix = where_and_fix(source, writer)
    try:
        data = source if isinstance(source, bytes) else _read(source)
        if len(data) > MAX_MANIFEST:
            raise BadInput(f"the manifest has {len(data):,} bytes", where, f"use one below {MAX_MANIFEST:,} bytes")
        return kind.model_validate_json(data)
    except FileNotFoundError as error:
        raise NotFound("there is no such manifest", where, fix) from error
    except OSError as error:
        raise BadInput(f"the manifest cannot be read: {error.strerror}", where, fix) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(map(str, first["loc"])) or "the whole file"
        raise BadInput(f"{field}: {first['msg']}", where, fix) from error


def manifest_bytes(manifest: BaseModel) -> bytes:
    """Write a manifest of any kind as it stands in `MANIFEST_FILE`."""
    return (json.dumps(manifest.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n").encode()


def write_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files whole or not at all, one by one.

    Raises:
        BadInput: The folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            draft = folder / f".{name}.{os.getpid()}.tmp"
            try:
                draft.write_bytes(content)
                draft.replace(folder / name)
            finally:
                draft.unlink(missing_ok=True)
    except OSError as error:
        raise BadInput(f"the export cannot be written: {error.strerror}", str(folder), "name another folder") from error


def where_and_fix(source: Path | bytes, writer: str) -> tuple[str, str]:
    """Say where a manifest is wrong, and what to give instead."""
    where = str(source) if isinstance(source, Path) else "the manifest"
    return where, f"give a {MANIFEST_FILE} that {writer} wrote"


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_MANIFEST + 1)
