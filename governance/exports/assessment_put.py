"""Write the records of an imported assessment within one change, or refuse all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC
from typing import Literal

from governance.assessment.headers import OPEN_STATES, change_header, find_assessment, state_words
from governance.assessment.origin import ORIGIN, Origin, read_origin
from governance.assessment.records import ANSWER, ASSESSMENT, EVIDENCE, SYSTEM, Assessment, body_of, held
from governance.assessment.state_rules import digest_within
from governance.assessment.states import refuse_if_signed
from governance.errors import Conflict
from governance.exports.assessment_package import Package, PackedDocument
from governance.records.documents import (
    Document,
    child_documents,
    find_document,
    insert_document,
    put_document,
    update_document,
)
from governance.records.files import keep_within
from governance.records.store import Change


@dataclass(slots=True)
class Put:
    """What was written.

    Args:
        outcome: Of the assessment.
        created: Records that are new here.
        updated: Records that took a later revision.
        unchanged: Records that were here just so.
        kept: Records left as they are, because what is here is newer.
        files: Files that are new here.
        records: Records that were written, to the revision they took.
    """

    outcome: Literal["created", "updated", "unchanged"] = "unchanged"
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: list[str] = field(default_factory=list)
    files: int = 0
    records: dict[str, int] = field(default_factory=dict)


def put_package(change: Change, package: Package, contents: dict[str, bytes], file: str) -> Put:
    """Write a checked package.

    Args:
        change: The open change.
        package: The package.
        contents: Files that came along, by hash.
        file: SHA-256 of the imported file.

    Raises:
        Conflict: A record here is newer or was signed, or another assessment by that form stands.
    """
    done = Put()
    before = find_document(change, ASSESSMENT, package.assessment)
    _refuse_second(change, package)
    _refuse_change_of_signed(before, package)
    types = {one.sha256: one.media_type for one in package.files}
    for sha256, content in contents.items():
        done.files += keep_within(change, content, types[sha256])
    for one in package.documents:
        _put_one(change, one, done, file, closed=_closed(before))
    _check_whole(change, package.assessment)
    if done.created or done.updated or done.files:
        done.outcome = "updated" if before else "created"
        _note_origin(change, package, file, done.records)
        _supersede(change, package)
    else:
        change.note("unchanged", ASSESSMENT, package.assessment, None, {"file": file})
    return done


def _put_one(change: Change, packed: PackedDocument, done: Put, file: str, *, closed: bool) -> None:
    present = find_document(change, packed.kind, packed.id)
    document = Document.model_validate(packed.model_dump())
    if present is None:
        if closed and packed.kind == ANSWER:
            raise _signed_here(packed)
        put_document(change, document, file=file)
        done.created += 1
        done.records[packed.where] = packed.revision
        return
    if present.parent != packed.parent:
        fix = "rename the system where it was exported"
        raise Conflict(f"'{packed.id}' belongs to '{present.parent}' here", packed.where, fix)
    if packed.kind == SYSTEM and present.body["example"] != packed.body["example"]:
        raise Conflict("what is an example cannot change", packed.where, "rename the system where it was exported")
    if present.body == packed.body and present.revision >= packed.revision:
        done.unchanged += 1
        return
    if present.revision >= packed.revision:
        if packed.kind == SYSTEM and present.revision > packed.revision:
            done.kept.append(packed.where)
            return
        what = f"it is at revision {present.revision} here, the file has another revision {packed.revision}"
        raise Conflict(what, packed.where, "export what is here, compare both, and change the older one")
    if packed.kind == EVIDENCE:
        refuse_if_signed(change, packed.id)
    if closed and packed.kind == ANSWER:
        raise _signed_here(packed)
    put_document(change, document, present, file=file)
    done.updated += 1
    done.records[packed.where] = packed.revision


def _closed(before: Document | None) -> bool:
    return before is not None and before.body["state"] not in OPEN_STATES


def _signed_here(packed: PackedDocument) -> Conflict:
    return Conflict("the assessment takes no edits here", packed.where, "import it as a new version, or leave it")


def _refuse_change_of_signed(before: Document | None, package: Package) -> None:
    """Let the header of a signed assessment move on to superseded or withdrawn, and nothing else of it change."""
    if before is None or not _closed(before):
        return
    after = next(one for one in package.documents if one.kind == ASSESSMENT)
    moves = ("state", "withdrawn")
    same = {name: value for name, value in before.body.items() if name not in moves} == {
        name: value for name, value in after.body.items() if name not in moves
    }
    if not same:
        what = f"it is {state_words(before.body['state'])} here and says something else"
        raise Conflict(what, f"{ASSESSMENT} {package.assessment}", "what was signed stays; import under another system")


def _refuse_second(change: Change, package: Package) -> None:
    header = _header(package)
    for one in child_documents(change, ASSESSMENT, header.system):
        if one.id == header.id or one.body["form"] != header.form:
            continue
        state = one.body["state"]
        both_open = state in OPEN_STATES and header.state in OPEN_STATES
        both_signed = state == "signed" and header.state == "signed" and header.previous != one.id
        if both_open or both_signed:
            what = f"'{one.id}' is {state_words(state)} here, and the file's is {state_words(header.state)}"
            raise Conflict(what, f"{ASSESSMENT} {header.id}", "finish or withdraw one of them first")


def _check_whole(change: Change, assessment_id: str) -> None:
    header = find_assessment(change, assessment_id)
    if header.signatures and digest_within(change, header) != header.signatures[-1].digest:
        fix = "what is here differs from the file; export what is here and compare both"
        raise Conflict("together they are not what was signed", f"{ASSESSMENT} {assessment_id}", fix)


def _note_origin(change: Change, package: Package, file: str, records: dict[str, int]) -> None:
    present = find_document(change, ORIGIN, package.assessment)
    before = read_origin(present) if present else None
    earlier = before.records if before else {}
    origin = Origin(
        file=file,
        by=change.actor.id,
        at=change.at.replace(tzinfo=UTC),
        signed=bool(_header(package).signatures),
        authors=tuple(sorted({*package.authors, *(before.authors if before else ())})),
        records=earlier | {name: (*earlier.get(name, ()), revision) for name, revision in records.items()},
    )
    if present is None:
        insert_document(change, ORIGIN, package.assessment, body_of(origin), package.assessment)
    else:
        update_document(change, present, body_of(origin))


def _supersede(change: Change, package: Package) -> None:
    header = _header(package)
    if header.state != "signed" or header.previous is None:
        return
    before = find_document(change, ASSESSMENT, header.previous)
    if before is not None and before.body["state"] == "signed":
        change_header(change, header.previous, "supersede", state="superseded")


def _header(package: Package) -> Assessment:
    found = next(one for one in package.documents if one.kind == ASSESSMENT)
    return held(Document.model_validate(found.model_dump()), Assessment).record
