"""Bring an exported assessment in: checked as a whole before anything is written, and then all of it or nothing."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from governance.assessment.answer_rules import check_answer, check_risk_answer
from governance.assessment.framework import Framework
from governance.assessment.headers import OPEN_STATES, answer_id, cited
from governance.assessment.links import check_link, check_page
from governance.assessment.records import (
    ANSWER,
    ASSESSMENT,
    EVIDENCE,
    REMARK,
    SYSTEM,
    TRIGGER,
    Answer,
    Assessment,
    Evidence,
    Kept,
    Remark,
    RiskAnswer,
    System,
    body_of,
)
from governance.assessment.reopening import TriggerNote
from governance.assessment.state_rules import content_digest
from governance.assessment.uploads import check_upload
from governance.errors import BadInput, NotFound
from governance.exports.assessment_package import FORMAT, MOST_FILE_BYTES, Package, PackedDocument, sha256_of
from governance.exports.assessment_put import Put, put_package
from governance.records.people import Actor, Operation
from governance.records.store import Change, Workbench, write

MOST_BYTES = 30_000_000
_MODELS: dict[str, type[Kept]] = {
    SYSTEM: System,
    ASSESSMENT: Assessment,
    EVIDENCE: Evidence,
    REMARK: Remark,
    TRIGGER: TriggerNote,
}


class ImportOutcome(BaseModel, frozen=True):
    """What an import did.

    Args:
        assessment: Its id.
        outcome: Whether the assessment is new here, changed, or was here just so.
        created: Records that are new.
        updated: Records that took a later revision.
        unchanged: Records that were here just so.
        kept: Records left as they are, because what is here is newer.
        files: Uploaded files that are new.
        signed: Whether it came with signatures; their digest fits what was imported.
        file: SHA-256 of the imported file.
    """

    assessment: str
    outcome: Literal["created", "updated", "unchanged"]
    created: int
    updated: int
    unchanged: int
    kept: tuple[str, ...]
    files: int
    signed: bool
    file: str


def import_assessment(workbench: Workbench, data: bytes, framework: Framework, now: datetime) -> ImportOutcome:
    """Bring in an assessment that `export_assessment` wrote.

    Records keep the revisions, times and names they had; the trail says who imported them and when. What was
    signed stays signed where its digest fits, and is marked as imported.

    Args:
        workbench: The workbench.
        data: The file.
        framework: The forms as they are here; what a risk form holds must fit them.
        now: When, UTC.

    Raises:
        BadInput: It is no such file, a value does not fit its field, or a part contradicts another or what was signed.
        Conflict: A record here is newer or was signed, or another assessment by that form stands.
        NotAllowed: The role does not allow it; signatures and words of others need an admin.
    """
    package, contents = read_package(data, framework)
    file = sha256_of(data)

    def put(change: Change) -> ImportOutcome:
        done: Put = put_package(change, package, contents, file)
        return ImportOutcome(
            assessment=package.assessment,
            outcome=done.outcome,
            created=done.created,
            updated=done.updated,
            unchanged=done.unchanged,
            kept=tuple(done.kept),
            files=done.files,
            signed=bool(_header(package).signatures),
            file=file,
        )

    return write(workbench, put, now, _needed(package, workbench.actor), f"{ASSESSMENT} {package.assessment}")


def read_package(data: bytes, framework: Framework) -> tuple[Package, dict[str, bytes]]:
    """Read and check an exported assessment, apart from any workbench.

    Args:
        data: The file.
        framework: The forms as they are here.

    Returns:
        The package, and the contents of the files that came along, by hash.

    Raises:
        BadInput: It is no such file, a value does not fit its field, or it contradicts itself or what was signed.
    """
    where = "imported file"
    if len(data) > MOST_BYTES:
        raise BadInput(f"it has {len(data):,} bytes", where, f"use at most {MOST_BYTES:,}")
    try:
        plain = json.loads(data.decode("utf-8"), parse_constant=_no_constant, object_pairs_hook=_once)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise BadInput(f"it is no JSON: {str(error)[:120]}", where, "export the assessment as JSON again") from error
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        fix = "export one with 'touchstone assess export --format json'"
        raise BadInput("it is no exported assessment", where, fix)
    try:
        package = Package.model_validate(plain)
    except ValidationError as error:
        raise _refused(error, where) from error
    _check(package, framework)
    return package, _contents(package)


def _needed(package: Package, actor: Actor) -> Operation:
    """Ask for an admin where the file speaks for others, which nobody can prove."""
    others = any(one.author != actor.id for one in (*package.of(REMARK), *package.of(TRIGGER)))
    return "administer" if others or _header(package).signatures else "write"


def _check(package: Package, framework: Framework) -> None:
    systems, headers = package.of(SYSTEM), package.of(ASSESSMENT)
    if len(systems) != 1 or [one.id for one in headers] != [package.assessment]:
        raise BadInput("it does not hold one system and one assessment", "imported file", "export it again")
    names = [(one.kind, one.id) for one in package.documents]
    twice = next((name for name in names if names.count(name) > 1), None) if len(set(names)) < len(names) else None
    if twice:
        raise BadInput(f"{twice[0]} {twice[1]} is there twice", "imported file", "export it again")
    header = _read(headers[0], Assessment)
    if header.form != "risk" and package.of(TRIGGER):
        raise BadInput("events belong to a risk assessment", headers[0].where, "export it again")
    parents = {SYSTEM: None, ASSESSMENT: systems[0].id, EVIDENCE: systems[0].id}
    for one in package.documents:
        if one.parent != parents.get(one.kind, package.assessment):
            raise BadInput(f"it belongs to '{one.parent}'", one.where, "export it again")
        if one.created > one.updated:
            raise BadInput("it was changed before it was made", one.where, "export it again")
        model = _MODELS.get(one.kind) or (Answer if header.form == "social_impact" else RiskAnswer)
        _check_record(one, _read(one, model), framework)
    if header.system != systems[0].id or headers[0].body["id"] != package.assessment:
        raise BadInput("its header names another", headers[0].where, "export it again")
    _check_signatures(package, header)


def _check_record(document: PackedDocument, record: Kept, framework: Framework) -> None:
    if isinstance(record, System | Evidence) and record.id != document.id:
        raise BadInput(f"it calls itself '{record.id}'", document.where, "export it again")
    if isinstance(record, Answer | RiskAnswer) and document.id != answer_id(str(document.parent), record.item):
        raise BadInput(f"it answers '{record.item:.40}'", document.where, "export it again")
    if isinstance(record, Answer):
        check_answer(record)
    if isinstance(record, RiskAnswer):
        _check_values(document, record, framework)
    if isinstance(record, Evidence):
        if record.kind == "link":
            check_link(record.url)
        if record.figure:
            check_page(record.figure.address)


def _check_values(document: PackedDocument, answer: RiskAnswer, framework: Framework) -> None:
    try:
        check_risk_answer(answer, framework)
    except (BadInput, NotFound) as error:
        here, there = framework.version("risk"), answer.framework
        fix = error.fix if there == here else f"{error.fix}; it was written by version {there}, here is {here}"
        raise BadInput(error.what, f"{document.where}: {error.where}", fix) from error


def _check_signatures(package: Package, header: Assessment) -> None:
    where = f"{ASSESSMENT} {package.assessment}"
    if not header.signatures:
        if header.state in ("signed", "superseded"):
            raise BadInput(f"it is {header.state} and names nobody", where, "export it again")
        return
    if header.state in OPEN_STATES:
        raise BadInput(f"it is {header.state.replace('_', ' ')} and has signatures", where, "export it again")
    own = [one.name for one in header.signatures if one.by in package.authors]
    if own:
        raise BadInput(f"{own[0]:.80} signed what they wrote", where, "have somebody else sign it where it was made")
    answers = {one.id: one.body for one in package.of(ANSWER)}
    named = {name for body in answers.values() for name in cited(body)}
    evidence = [(one.id, one.revision, one.body) for one in package.of(EVIDENCE) if one.id in named]
    if content_digest(header, answers, sorted(evidence)) != header.signatures[-1].digest:
        fix = "do not rely on it; get the file anew from where it was signed"
        raise BadInput("what it says is not what was signed", where, fix)


def _contents(package: Package) -> dict[str, bytes]:
    stated = {str(one.body.get("sha256") or ""): one for one in package.of(EVIDENCE)} | {}
    found: dict[str, bytes] = {}
    for file in package.files:
        where = f"file {file.sha256[:12]}"
        owner = stated.get(file.sha256)
        if owner is None or (owner.body["media_type"], owner.body["size"]) != (file.media_type, file.size):
            raise BadInput("no evidence is this file", where, "export it again")
        if file.content is None:
            continue
        try:
            content = base64.b64decode(file.content, validate=True)
        except (binascii.Error, ValueError) as error:
            raise BadInput("its content is not base64", where, "export it again") from error
        if sha256_of(content) != file.sha256 or len(content) != file.size:
            raise BadInput("its content is not what its hash says", where, "get the file anew")
        if check_upload(content).media_type != file.media_type:
            raise BadInput(f"its content is no {file.media_type:.40}", where, "get the file anew")
        found[file.sha256] = content
    if sum(map(len, found.values())) > MOST_FILE_BYTES:
        raise BadInput(f"the files have more than {MOST_FILE_BYTES:,} bytes", "files", "export it without the files")
    return found


def _read(document: PackedDocument, model: type[Kept]) -> Any:  # noqa: ANN401 - of the model given
    try:
        record = model.model_validate_json(json.dumps(document.body))
    except ValidationError as error:
        raise _refused(error, document.where) from error
    kept = body_of(record)
    odd = next((name for name, value in document.body.items() if kept.get(name) != value), None)
    if odd is not None:
        raise BadInput(f"{odd} is not written as it is kept", document.where, "export it again")
    return record


def _header(package: Package) -> Assessment:
    return Assessment.model_validate_json(json.dumps(package.of(ASSESSMENT)[0].body))


def _refused(error: ValidationError, where: str) -> BadInput:
    first = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(map(str, first["loc"]))
    return BadInput(f"{field}: {str(first['msg'])[:160]}", where, "export it again")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a field stands there twice")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")
