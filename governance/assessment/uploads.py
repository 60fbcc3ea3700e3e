"""Uploaded files: what may be kept, told from the bytes alone; names and headers are not asked, nothing is unpacked."""

from __future__ import annotations

import re

import filetype
from pydantic import BaseModel

from governance.assessment.upload_packages import PACKAGES, read_package
from governance.assessment.upload_texts import read_text
from governance.errors import BadInput

MAX_BYTES = 20_000_000
TAKEN = "PDF, PNG, JPEG, WebP, plain text, CSV, Markdown, JSON, XLSX or DOCX"
WHERE = "uploaded file"
SUFFIXES = {
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "text/plain": "txt",
    "text/csv": "csv",
    "application/json": "json",
    **{media_type: suffix for suffix, media_type in PACKAGES.items()},
}
"""Media type to the ending of the name under which a kept file is handed out."""

_HEAD = 1_024
_COMMENT = 65_535
_MARKUP = re.compile(rb"<\s*(?:!doctype\s+html|html|head|body|script|iframe|svg|object|embed)\b", re.IGNORECASE)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENDS = {
    "application/pdf": (b"%%EOF", _HEAD),
    "image/png": (b"IEND\xaeB`\x82", 12),
    "image/jpeg": (b"\xff\xd9", _HEAD),
}
"""How a whole file of the type ends, and within how many last bytes."""


class CheckedUpload(BaseModel, frozen=True):
    """What an uploaded file is.

    Args:
        media_type: As its bytes say.
        size: Bytes.
        rows: Of a table; ``None`` where it is none.
        columns: Of a table: the most in one row.
    """

    media_type: str
    size: int
    rows: int | None = None
    columns: int | None = None


def check_upload(content: bytes) -> CheckedUpload:
    r"""Tell what a file is from its bytes, and refuse what is not kept.

    Args:
        content: The whole file.

    Raises:
        BadInput: It is empty, too large, of a kind that is not taken, or not what it pretends to be.

    >>> check_upload(b"group,n\nwomen,120\n")
    CheckedUpload(media_type='text/csv', size=18, rows=2, columns=2)
    """
    if not content:
        raise BadInput("the file is empty", WHERE, "choose another")
    if len(content) > MAX_BYTES:
        raise BadInput(f"the file has {len(content):,} bytes", WHERE, f"use at most {MAX_BYTES:,}")
    head = content[:_HEAD]
    if head.startswith(b"PK"):
        media_type, rows, columns = read_package(content)
        return CheckedUpload(media_type=media_type, size=len(content), rows=rows, columns=columns)
    if head.startswith(_OLD_OFFICE):
        fix = "save it without a password as XLSX, DOCX or PDF"
        raise BadInput("it is an old or encrypted office document, which may hold macros", WHERE, fix)
    if _MARKUP.search(head):
        raise BadInput("it holds HTML or SVG, which can run scripts", WHERE, f"send it as {TAKEN}")
    kind = filetype.guess(content[:8_192])
    if kind is None:
        media_type, rows, columns = read_text(content)
        return CheckedUpload(media_type=media_type, size=len(content), rows=rows, columns=columns)
    if kind.mime not in SUFFIXES:
        raise BadInput(f"it is a file of kind {kind.extension} ({kind.mime}), which is not kept", WHERE, f"use {TAKEN}")
    _refuse_half_or_double(content, kind.mime)
    return CheckedUpload(media_type=kind.mime, size=len(content))


def _refuse_half_or_double(content: bytes, media_type: str) -> None:
    """Refuse a picture or PDF that is cut off, or that a program for archives would open as well."""
    if media_type in _ENDS:
        mark, within = _ENDS[media_type]
        if mark not in content[-within:]:
            raise BadInput(f"it begins as {media_type} and does not end as one", WHERE, "export it anew")
    if media_type == "image/webp" and int.from_bytes(content[4:8], "little") + 8 != len(content):
        raise BadInput("it begins as image/webp and its length does not fit", WHERE, "export it anew")
    at = content.rfind(b"PK\x05\x06", max(0, len(content) - _COMMENT - 22))
    if at >= 0 and at + 22 + int.from_bytes(content[at + 20 : at + 22], "little") == len(content):
        raise BadInput(f"it is {media_type} and a zip archive at once", WHERE, "export it anew")
