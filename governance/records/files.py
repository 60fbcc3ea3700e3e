"""Uploaded files: kept by their hash beside the records, so that backup and restore take them along."""

from __future__ import annotations

import hashlib
from datetime import datetime

from pydantic import BaseModel

from governance.errors import NotFound
from governance.records.store import Change, Workbench, write


class StoredFile(BaseModel, frozen=True):
    """A kept file.

    Args:
        sha256: Hash of its bytes, and its name here; the name it came with is dropped.
        media_type: As its bytes say.
        size: Bytes.
    """

    sha256: str
    media_type: str
    size: int


def keep_file(workbench: Workbench, content: bytes, media_type: str, now: datetime) -> StoredFile:
    """Keep a file that was checked; the same bytes are kept once.

    Raises:
        NotAllowed: The role does not allow it.
    """
    stored = StoredFile(sha256=hashlib.sha256(content).hexdigest(), media_type=media_type, size=len(content))

    def keep(change: Change) -> StoredFile:
        if not keep_within(change, content, media_type):
            change.note("unchanged", "file", stored.sha256, None, None)
        return stored

    return write(workbench, keep, now, where="files")


def keep_within(change: Change, content: bytes, media_type: str) -> bool:
    """Keep a checked file within a change; tell whether it is new here."""
    sha256 = hashlib.sha256(content).hexdigest()
    if change.fetch("SELECT 1 FROM file WHERE sha256 = ?", [sha256]):
        return False
    change.fetch("INSERT INTO file VALUES (?, ?, ?, ?)", [sha256, media_type, len(content), content])
    change.note("create", "file", sha256, None, {"media_type": media_type, "size": len(content)})
    return True


def file_content(workbench: Workbench, sha256: str) -> tuple[StoredFile, bytes]:
    """Give a kept file.

    Raises:
        NotFound: None has that hash.
    """
    rows = workbench.read("SELECT sha256, media_type, size, content FROM file WHERE sha256 = ?", [sha256])
    if not rows:
        raise NotFound(f"no file has the hash '{sha256:.80}'", "files", "list the evidence to see the hashes")
    *fields, content = rows[0]
    return StoredFile.model_validate(dict(zip(StoredFile.model_fields, fields, strict=True))), bytes(content)
