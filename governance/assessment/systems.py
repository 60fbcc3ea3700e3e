"""Systems: what is assessed, its versions, and the models and datasets it is made of."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from governance.assessment.origin import ORIGIN
from governance.assessment.records import (
    ANSWER,
    ASSESSMENT,
    EVIDENCE,
    REMARK,
    SYSTEM,
    TRIGGER,
    Held,
    System,
    SystemVersion,
    body_of,
    held,
)
from governance.errors import BadInput, Conflict, NotFound
from governance.records.documents import (
    Document,
    child_documents,
    delete_document,
    document_versions,
    documents,
    find_document,
    free_id,
    get_document,
    remove_document,
    save_document,
)
from governance.records.store import Change, Workbench

LONGEST_ID = 80
"""Characters, so that the ids made from it stay within 120."""
KEPT_STATES = ("signed", "superseded")
"""Of assessments that were signed: what they rest on may not go away."""


def free_system_id(workbench: Workbench, name: str) -> str:
    """Make an id for a new system from its name, one that is not taken."""
    return free_id(name, [one.id for one in documents(workbench, SYSTEM)])


def save_system(
    workbench: Workbench, system: System, now: datetime, revision: int | None = None, reason: str | None = None
) -> Held[System]:
    """Save a new system, or a change of the revision that was read; changes of different fields are put together.

    Args:
        workbench: The workbench.
        system: What to save.
        now: Time of the change, UTC.
        revision: The revision it was changed from; ``None``: it is new.
        reason: Why, in the user's words.

    Raises:
        BadInput: The id is too long, or a version or part is named twice.
        Conflict: The id is taken; `EditClash` where somebody else changed the same fields.
        NotFound: There is none of that id.

    >>> import tempfile
    >>> from datetime import UTC
    >>> from pathlib import Path
    >>> from governance.records.store import open_workbench
    >>> now = datetime(2026, 1, 2, tzinfo=UTC)
    >>> with tempfile.TemporaryDirectory() as folder, open_workbench(Path(folder), now) as workbench:
    ...     save_system(workbench, System(id="acme-chat", name="Acme Chat"), now).revision
    1
    """
    _check(system)

    def keep_kind(_: Change, present: Document | None) -> None:
        if present is not None and present.body["example"] != system.example:
            fix = "make a new system; only the worked example is one"
            raise BadInput("what is an example cannot change", f"system {system.id}", fix)

    body = body_of(system)
    saved = save_document(
        workbench, SYSTEM, system.id, body, now, revision, reason=reason, check=keep_kind, merging=True
    )
    return held(saved, System)


def get_system(workbench: Workbench, system_id: str, revision: int | None = None) -> Held[System]:
    """Give a system, as it is or as it was.

    Raises:
        NotFound: There is none of that id, or it has no such revision.
    """
    return held(get_document(workbench, SYSTEM, system_id, revision), System)


def systems(workbench: Workbench) -> tuple[Held[System], ...]:
    """List the systems by name."""
    found = [held(one, System) for one in documents(workbench, SYSTEM)]
    return tuple(sorted(found, key=lambda one: (one.record.name.casefold(), one.record.id)))


def system_versions(workbench: Workbench, system_id: str) -> tuple[Held[System], ...]:
    """List the revisions of a system's record, the oldest first.

    Raises:
        NotFound: There is none of that id.
    """
    return tuple(held(one, System) for one in document_versions(workbench, SYSTEM, system_id))


def add_version(workbench: Workbench, system_id: str, version: SystemVersion, now: datetime) -> Held[System]:
    """Add a version of a system, after those it has.

    Raises:
        BadInput: It has a version of that name.
        NotFound: There is no such system.
    """
    present = get_system(workbench, system_id)
    changed = present.record.model_copy(update={"versions": (*present.record.versions, version)})
    return save_system(workbench, changed, now, present.revision)


def delete_system(workbench: Workbench, system_id: str, now: datetime) -> None:
    """Delete a system with its assessments, answers, remarks and evidence; the trail keeps that they were there.

    Raises:
        Conflict: An assessment of it was signed, and it is not the worked example.
        NotFound: There is none of that id.
    """

    def remove_parts(change: Change, present: Document | None) -> None:
        found = child_documents(change, ASSESSMENT, system_id)
        if present is not None and not present.body["example"]:
            _refuse_signed(found)
        for assessment in found:
            for kind in (ANSWER, REMARK, ORIGIN, TRIGGER):
                for part in child_documents(change, kind, assessment.id):
                    remove_document(change, part)
            remove_document(change, assessment)
        for part in child_documents(change, EVIDENCE, system_id):
            remove_document(change, part)

    delete_document(workbench, SYSTEM, system_id, now, remove_parts)


def find_system(change: Change, system_id: str) -> System:
    """Give a system within a change.

    Raises:
        NotFound: There is none of that id.
    """
    found = find_document(change, SYSTEM, system_id)
    if found is None:
        raise NotFound(f"there is no system '{system_id:.80}'", SYSTEM, "list them with 'touchstone system list'")
    return held(found, System).record


def _refuse_signed(found: tuple[Document, ...]) -> None:
    for one in found:
        if one.body["state"] in KEPT_STATES or one.body["signatures"]:
            fix = "what was signed stays; withdraw the assessment instead, with a reason"
            raise Conflict(f"'{one.id}' was signed", f"{ASSESSMENT} {one.id}", fix)


def _check(system: System) -> None:
    where = f"system {system.id:.80}"
    if len(system.id) > LONGEST_ID:
        raise BadInput(f"the id has {len(system.id)} characters", where, f"use at most {LONGEST_ID}")
    named = {
        "version": [one.version for one in system.versions],
        "model": system.models,
        "dataset": system.datasets,
        "modality": system.modalities,
    }
    for kind, names in named.items():
        twice = next((name for name, times in Counter(names).items() if times > 1), None)
        if twice is not None:
            raise BadInput(f"{kind} '{twice:.80}' is named twice", where, "name it once")
