"""What findings rest on: links, records of the catalogue, kept files and frozen figures, each part of one system.

What evidence points to never changes; what is said about it can be edited until a signed assessment cites it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime

import duckdb
from pydantic import BaseModel, ConfigDict, ValidationError

from governance.assessment.citations import refuse_cited
from governance.assessment.evidence_records import find_record
from governance.assessment.links import check_link, check_page
from governance.assessment.records import (
    EVIDENCE,
    SYSTEM,
    Evidence,
    Figure,
    Line,
    Name,
    Text,
)
from governance.assessment.states import refuse_if_signed
from governance.assessment.systems import find_system
from governance.assessment.uploads import SUFFIXES, check_upload
from governance.assessment.vocabulary import Party
from governance.errors import BadInput, Conflict
from governance.records.documents import (
    Document,
    delete_document,
    documents,
    get_document,
    save_document,
)
from governance.records.files import StoredFile, file_content, keep_file
from governance.records.store import Change, Workbench

ATTEMPTS = 20
MAX_FIGURE = 200_000
"""Characters of a frozen figure as JSON."""
_NUMBER = re.compile(r"-e(\d{1,9})$")


class About(BaseModel):
    """What is said about evidence, whatever its kind; this part can be edited.

    Args:
        title: What it is.
        summary: What it says, in one's own words or as a short quotation.
        party: Who made it; ``None``: not stated.
        effective: The day from which it holds; ``None``: not stated.
        system_version: The version of the system it is about; empty: not stated.
        scorer: Scorer and its version, where one gave the numbers.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Name
    summary: Text = ""
    party: Party | None = None
    effective: date | None = None
    system_version: Line = ""
    scorer: Line = ""


class KeptEvidence(Evidence, frozen=True):
    """Evidence with where and when it was kept.

    Args:
        system: The system it belongs to.
        revision: 1, and 1 more with every edit.
        added: When it was uploaded or sent, UTC.
        updated: When it was last edited, UTC.
        author: Who added it.
        editor: Who last edited it.
    """

    system: str
    revision: int
    added: datetime
    updated: datetime
    author: str | None = None
    editor: str | None = None

    @property
    def about(self) -> About:
        """Give the part that can be edited."""
        return About(**{name: getattr(self, name) for name in About.model_fields})


def read_about(**fields: object) -> About:
    """Check what is said about evidence.

    Raises:
        BadInput: A field is too long or not of its kind.
    """
    try:
        return About.model_validate(fields)
    except ValidationError as error:
        raise _refused(error) from error


def add_link(workbench: Workbench, system_id: str, url: str, about: About, now: datetime) -> KeptEvidence:
    """Keep an address of the web as evidence; nothing is fetched.

    Raises:
        BadInput: It is not http or https, or a field cannot be used.
        NotAllowed: The role does not allow it.
        NotFound: There is no such system.
    """
    return _add(workbench, system_id, {"kind": "link", "url": check_link(url)}, about, now)


def add_record(
    workbench: Workbench,
    connection: duckdb.DuckDBPyConnection,
    system_id: str,
    record: tuple[str, str],
    about: About | None,
    now: datetime,
) -> KeptEvidence:
    """Keep a record of the catalogue as evidence, with its version and what it says now.

    Args:
        workbench: The workbench.
        connection: An open catalogue.
        system_id: The system it belongs to.
        record: Kind and id, e.g. ``("dataset", "alpaca")``.
        about: What is said about it; ``None``: its name is the title.
        now: When, UTC.

    Raises:
        BadInput: Records of that kind are not taken, or a field cannot be used.
        NotAllowed: The role does not allow it.
        NotFound: There is no such record or system.
    """
    found = find_record(connection, *record)
    fields = {
        "kind": "record",
        "record_kind": found.kind,
        "record_id": found.id,
        "catalogue": found.catalogue,
        "facts": found.facts,
    }
    return _add(workbench, system_id, fields, about or About(title=found.name[:200]), now)


def add_file(workbench: Workbench, system_id: str, content: bytes, about: About, now: datetime) -> KeptEvidence:
    """Keep an uploaded file as evidence, under the hash of its bytes.

    Args:
        workbench: The workbench.
        system_id: The system it belongs to.
        content: The whole file; the name it came with is not asked.
        about: What is said about it.
        now: When, UTC.

    Raises:
        BadInput: The file is too large, of a kind that is not kept, or a field cannot be used.
        NotAllowed: The role does not allow it.
        NotFound: There is no such system.
    """
    checked = check_upload(content)
    get_document(workbench, SYSTEM, system_id)
    stored = keep_file(workbench, content, checked.media_type, now)
    fields = {"kind": "file", "sha256": stored.sha256, "media_type": stored.media_type, "size": stored.size}
    return _add(workbench, system_id, fields, about, now)


def add_figure(workbench: Workbench, system_id: str, figure: Figure, about: About, now: datetime) -> KeptEvidence:
    """Freeze a figure of another page as evidence.

    Raises:
        BadInput: It is too large, not finite, or its address is no page of this app.
        NotAllowed: The role does not allow it.
        NotFound: There is no such system.
    """
    check_page(figure.address)
    try:
        size = len(json.dumps(figure.model_dump(), allow_nan=False, default=str))
    except ValueError as error:
        fix = "leave out what is unknown"
        raise BadInput("the figure holds a number that is not finite", "figure", fix) from error
    if size > MAX_FIGURE:
        raise BadInput(f"the figure has {size:,} characters", "figure", f"use at most {MAX_FIGURE:,}")
    return _add(workbench, system_id, {"kind": "figure", "figure": figure, "catalogue": figure.catalogue}, about, now)


def edit_evidence(
    workbench: Workbench,
    evidence_id: str,
    revision: int,
    about: About,
    now: datetime,
    reason: str | None = None,
) -> KeptEvidence:
    """Change what is said about evidence; edits of different fields are put together.

    Args:
        workbench: The workbench.
        evidence_id: Which.
        revision: The one the change was made to.
        about: What shall be said.
        now: When, UTC.
        reason: Why, in the user's words.

    Raises:
        Conflict: A signed assessment cites it, or the same field was changed meanwhile.
        NotAllowed: The role does not allow it.
        NotFound: There is no such evidence.
    """
    present = get_document(workbench, EVIDENCE, evidence_id)
    body = {**present.body, **about.model_dump(mode="json")}

    def check(change: Change, found: Document | None) -> None:
        refuse_if_signed(change, evidence_id)
        if found and found.parent:
            _check_version(change, found.parent, about.system_version)

    saved = save_document(
        workbench, EVIDENCE, evidence_id, body, now, revision, reason=reason, check=check, merging=True
    )
    return _kept(saved)


def remove_evidence(workbench: Workbench, evidence_id: str, now: datetime) -> None:
    """Take away evidence that no answer cites; the trail keeps what it was, and a file's bytes stay.

    Raises:
        Conflict: An answer cites it.
        NotAllowed: The role does not allow it.
        NotFound: There is no such evidence.
    """

    def check(change: Change, _: Document | None) -> None:
        refuse_cited(change, evidence_id)

    delete_document(workbench, EVIDENCE, evidence_id, now, check)


def get_evidence(workbench: Workbench, evidence_id: str) -> KeptEvidence:
    """Give one piece of evidence.

    Raises:
        NotFound: There is none of that id.
    """
    return _kept(get_document(workbench, EVIDENCE, evidence_id))


def evidence_of(workbench: Workbench, system_id: str | None = None) -> tuple[KeptEvidence, ...]:
    """List the evidence of a system, or of all of them, the newest first."""
    found = map(_kept, documents(workbench, EVIDENCE, system_id))
    return tuple(sorted(found, key=lambda one: (one.added, one.id), reverse=True))


def evidence_file(workbench: Workbench, evidence_id: str) -> tuple[StoredFile, bytes, str]:
    """Give the kept file of evidence and the name to hand it out under, made from its hash.

    Raises:
        BadInput: It is no file.
        NotFound: There is no such evidence.
    """
    found = get_evidence(workbench, evidence_id)
    if found.kind != "file":
        raise BadInput(f"it is a {found.kind}, not a file", f"evidence {evidence_id}", "show it instead")
    stored, content = file_content(workbench, found.sha256)
    return stored, content, f"{evidence_id}.{SUFFIXES.get(stored.media_type, 'bin')}"


def scorers_in_use(workbench: Workbench, connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """List the scorers that evidence and the results of the catalogue name, with their versions."""
    named = {str(one.body.get("scorer") or "") for one in documents(workbench, EVIDENCE)}
    published = connection.cursor().execute("SELECT DISTINCT rater FROM result WHERE rater IS NOT NULL").fetchall()
    return tuple(sorted({*named, *(str(rater) for (rater,) in published)} - {""}))


def _add(
    workbench: Workbench, system_id: str, fields: Mapping[str, object], about: About, now: datetime
) -> KeptEvidence:
    def check(change: Change, _: Document | None) -> None:
        _check_version(change, system_id, about.system_version)

    for _ in range(ATTEMPTS):
        evidence_id = _free(workbench, system_id)
        try:
            evidence = Evidence.model_validate({**about.model_dump(), **fields, "id": evidence_id})
        except ValidationError as error:
            raise _refused(error) from error
        body = evidence.model_dump(mode="json")
        try:
            return _kept(save_document(workbench, EVIDENCE, evidence_id, body, now, parent=system_id, check=check))
        except Conflict:
            continue  # somebody took the id meanwhile
    raise Conflict("others keep adding evidence", f"system {system_id:.80}", "try again")


def _free(workbench: Workbench, system_id: str) -> str:
    start = f"{system_id[:100]}-e"
    rows = workbench.read("SELECT id FROM document WHERE kind = ? AND starts_with(id, ?)", [EVIDENCE, start])
    taken = [int(number[1]) for (one,) in rows if (number := _NUMBER.search(one))]
    return f"{start}{max(taken, default=0) + 1}"


def _check_version(change: Change, system_id: str, version: str) -> None:
    known = [one.version for one in find_system(change, system_id).versions]
    if version and version not in known:
        fix = f"use one of {', '.join(known[-5:])}" if known else "add the version to the system first"
        raise BadInput(f"'{version:.60}' is no version of {system_id}", "system version", fix)


def _kept(document: Document) -> KeptEvidence:
    about = {"system": document.parent, "revision": document.revision, "added": document.created}
    who = {"updated": document.updated, "author": document.author, "editor": document.editor}
    return KeptEvidence.model_validate({**document.body, **about, **who})


def _refused(error: ValidationError) -> BadInput:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "evidence"
    return BadInput(str(first["msg"]).lower(), where, "mend that field")
