"""An assessment as one JSON file that holds all of it: header, answers, remarks, events, cited evidence, its system."""

from __future__ import annotations

import base64
import hashlib
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from governance.assessment.headers import cited, find_assessment, reading
from governance.assessment.records import ANSWER, ASSESSMENT, EVIDENCE, REMARK, SYSTEM, TRIGGER, Id
from governance.assessment.state_rules import writers_within
from governance.errors import BadInput
from governance.records.chain import canonical
from governance.records.documents import Document, child_documents, find_document
from governance.records.store import Change, Workbench

FORMAT: Literal["touchstone-assessment"] = "touchstone-assessment"
MOST_FILE_BYTES = 14_000_000
"""Of all files in one package; written as text they take a third more, and uploads end at 20 MB."""

Kind = Literal["system", "assessment", "answer", "evidence", "remark", "trigger"]
ORDER = (SYSTEM, EVIDENCE, ASSESSMENT, ANSWER, REMARK, TRIGGER)
Person = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Closed(BaseModel):
    """A part of a package: frozen, strict, and closed to fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class PackedDocument(Closed):
    """A record as it was where it was written: its revision, times and names stay what they are."""

    kind: Kind
    id: Id
    parent: Id | None
    revision: Annotated[int, Field(ge=1, le=1_000_000)]
    created: Annotated[AwareDatetime, Field(strict=False)]
    updated: Annotated[AwareDatetime, Field(strict=False)]
    author: Person | None
    editor: Person | None
    reason: Annotated[str, StringConstraints(max_length=20_000)] | None
    body: dict[str, Any]

    @property
    def where(self) -> str:
        """Name it in messages."""
        return f"{self.kind} {self.id}"


class PackedFile(Closed):
    """A kept file; ``content`` is base64, ``None`` where it was left out."""

    sha256: Sha256
    media_type: Annotated[str, StringConstraints(max_length=200)]
    size: Annotated[int, Field(ge=0)]
    content: str | None


class Package(Closed):
    """All of one assessment.

    Args:
        format: Always the same word.
        version: Of this layout.
        assessment: Its id.
        authors: Who wrote the header or an answer, at whatever revision; they may not sign.
        documents: The system, the cited evidence, the header, answers, remarks and noted events.
        files: Of the evidence, by hash.
    """

    format: Literal["touchstone-assessment"]
    version: Literal[1]
    assessment: Id
    authors: Annotated[tuple[Person, ...], Field(strict=False, max_length=10_000)]
    documents: Annotated[tuple[PackedDocument, ...], Field(strict=False, max_length=20_000)]
    files: Annotated[tuple[PackedFile, ...], Field(strict=False, max_length=2_000)]

    def of(self, kind: str) -> tuple[PackedDocument, ...]:
        """Give the documents of a kind."""
        return tuple(one for one in self.documents if one.kind == kind)


def export_assessment(workbench: Workbench, assessment_id: str, *, files: bool = False) -> bytes:
    """Write an assessment with its system, answers, remarks and cited evidence as canonical JSON.

    The same records give the same bytes, also after they were imported elsewhere.

    Args:
        workbench: The workbench.
        assessment_id: Which.
        files: Take the uploaded files along; their hashes always are.

    Raises:
        BadInput: The files are more than a package holds.
        NotFound: There is no such assessment.
    """
    with reading(workbench) as change:
        find_assessment(change, assessment_id)
        parts = parts_of(change, assessment_id)
        authors = writers_within(change, assessment_id)
        package = Package(
            format=FORMAT,
            version=1,
            assessment=assessment_id,
            authors=tuple(sorted(authors)),
            documents=tuple(map(_packed, parts)),
            files=tuple(_files(change, parts, files)),
        )
    return (canonical(package.model_dump(mode="json")) + "\n").encode()


def parts_of(change: Change, assessment_id: str) -> tuple[Document, ...]:
    """Give, within a change, all documents of an assessment: its system and the cited evidence with its own."""
    header = find_document(change, ASSESSMENT, assessment_id)
    system = find_document(change, SYSTEM, str(header.body["system"])) if header else None
    if header is None or system is None:
        return ()
    answers = child_documents(change, ANSWER, assessment_id)
    named = {name for one in answers for name in cited(one.body)}
    evidence = (one for one in child_documents(change, EVIDENCE, system.id) if one.id in named)
    said = (one for kind in (REMARK, TRIGGER) for one in child_documents(change, kind, assessment_id))
    return (system, *evidence, header, *answers, *said)


def _packed(document: Document) -> PackedDocument:
    return PackedDocument.model_validate(document.model_dump())


def _files(change: Change, parts: tuple[Document, ...], with_content: bool) -> list[PackedFile]:
    packed: dict[str, PackedFile] = {}
    total = 0
    for one in sorted(parts, key=lambda document: str(document.body.get("sha256", ""))):
        sha256 = str(one.body.get("sha256") or "")
        if not sha256 or sha256 in packed:
            continue
        content = _content(change, sha256) if with_content else None
        total += len(content or b"")
        if total > MOST_FILE_BYTES:
            what = f"the files have more than {MOST_FILE_BYTES:,} bytes"
            raise BadInput(what, f"assessment files, at {one.id}", "export without the files; their hashes stay")
        packed[sha256] = PackedFile(
            sha256=sha256,
            media_type=str(one.body.get("media_type") or ""),
            size=int(one.body.get("size") or 0),
            content=None if content is None else base64.b64encode(content).decode(),
        )
    return list(packed.values())


def _content(change: Change, sha256: str) -> bytes | None:
    rows = change.fetch("SELECT content FROM file WHERE sha256 = ?", [sha256])
    return bytes(rows[0][0]) if rows else None


def sha256_of(content: bytes) -> str:
    """Hash bytes: SHA-256, 64 hex digits."""
    return hashlib.sha256(content).hexdigest()
