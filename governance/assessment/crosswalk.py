"""Our items beside those of other frameworks: what is mapped, by whom, and what is not, both ways.

A mapping is a judgement that two texts speak of related things. It never says that anything is fulfilled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import duckdb
from pydantic import BaseModel

from governance.assessment.crosswalk_records import (
    Control,
    ControlFramework,
    Coverage,
    Crosswalk,
    Mapped,
    MappingEdit,
    OurItem,
    Target,
)
from governance.assessment.framework import load_framework
from governance.assessment.records import ANSWER, ASSESSMENT, MAPPING
from governance.assessment.vocabulary import RELATIONS, Status
from governance.errors import BadInput, NotFound
from governance.records.documents import Document, delete_document, documents, get_document, save_document
from governance.records.store import Workbench

Row = TypeVar("Row", bound=BaseModel)

LOOKED_AT: tuple[Status, ...] = ("none_found", "found")
"""Statuses of an item that somebody assessed; one that does not apply supports nothing."""


def load_crosswalk(connection: duckdb.DuckDBPyConnection, workbench: Workbench | None = None) -> Crosswalk:
    """Put together the shipped mappings and the user's edits.

    Args:
        connection: An open catalogue.
        workbench: With the edits; ``None``: the shipped mappings alone.
    """
    cursor, framework = connection.cursor(), load_framework(connection)
    heads = cursor.execute(
        "SELECT id, title, version, url, licence, coalesce(note, '') FROM control_framework "
        "ORDER BY list_position(['NIST', 'GAI', 'CoP', 'ISO', 'MIT'], id), id"
    ).fetchall()
    controls = cursor.execute(
        "SELECT framework, id, coalesce(part, ''), title, state FROM framework_control ORDER BY framework, position"
    ).fetchall()
    shipped = cursor.execute(
        "SELECT item_id, framework, target, relation, coalesce(basis, '') FROM crosswalk ORDER BY 1, 2, 3"
    ).fetchall()
    items = [
        OurItem(id=item.id, parent=category.id, form="social_impact", title=item.title)
        for category in framework.categories
        for item in category.items
    ]
    items += [OurItem(id=one.id, parent="", form="risk", title=one.title) for one in framework.sections]
    edits = documents(workbench, MAPPING) if workbench is not None else ()
    return Crosswalk(
        frameworks=tuple(_filled(ControlFramework, row) for row in heads),
        controls=tuple(_filled(Control, row) for row in controls),
        items=tuple(items),
        categories={one.id: one.title for one in framework.categories},
        mappings=_union([_filled(Mapped, row) for row in shipped], edits),
    )


def edit_mapping(
    workbench: Workbench, crosswalk: Crosswalk, edit: MappingEdit, now: datetime, revision: int | None = None
) -> Mapped:
    """Add a mapping, change one, or take a shipped one away; who and when are kept with it.

    Args:
        workbench: The workbench.
        crosswalk: To check that both ends exist.
        edit: What to say of the pair.
        now: When, UTC.
        revision: Of the edit that this one changes; ``None``: there was none.

    Raises:
        BadInput: A word does not fit, or no basis is given.
        Conflict: Somebody edited it meanwhile.
        NotAllowed: The role does not allow it.
        NotFound: One of the ends does not exist.
    """
    control = crosswalk.control(edit.framework, edit.target)
    item = _our_id(crosswalk, edit.item)
    if not edit.basis.strip():
        raise BadInput("the basis is missing", f"mapping {item} to {control.id}", "say in a few words why")
    if edit.relation not in RELATIONS:
        raise BadInput(f"'{edit.relation:.40}' is not known", "relation", f"use one of {', '.join(RELATIONS)}")
    edit = edit.model_copy(update={"item": item, "framework": control.framework, "target": control.id})
    body = edit.model_dump(mode="json")
    kept = save_document(workbench, MAPPING, mapping_id(item, control.framework, control.id), body, now, revision)
    known = [one for one in crosswalk.mappings if one.origin != "own"]
    return _edited(kept, any(_pair(one) == (item, control.framework, control.id) for one in known))


def find_mapping(crosswalk: Crosswalk, item: str, framework: str, target: str) -> Mapped | None:
    """Give what is said of a pair, removed or not; ``None`` where nothing is.

    Raises:
        NotFound: One of the ends does not exist.
    """
    control = crosswalk.control(framework, target)
    pair = (_our_id(crosswalk, item), control.framework, control.id)
    return next((one for one in crosswalk.mappings if _pair(one) == pair), None)


def reset_mapping(workbench: Workbench, item: str, framework: str, target: str, now: datetime) -> None:
    """Forget the edit of a pair, so that what was shipped holds again; the trail keeps that there was one.

    Raises:
        NotAllowed: The role does not allow it.
        NotFound: The pair was not edited.
    """
    delete_document(workbench, MAPPING, mapping_id(item, framework, target), now)


def coverage(crosswalk: Crosswalk, framework_id: str, statuses: Mapping[str, Status] | None = None) -> Coverage:
    """Tell what of a framework is reached by our items, and which of ours reach nothing in it.

    Args:
        crosswalk: Everything mapped.
        framework_id: Of others.
        statuses: Of an assessment, item to status; only the items it asks count then. An item that is not
            assessed, or does not apply, supports nothing.

    Raises:
        NotFound: There is no such framework.
    """
    framework = crosswalk.framework(framework_id)
    asked = [one for one in crosswalk.items if statuses is None or one.id in statuses]
    reaches: dict[str, list[str]] = {}
    unmapped = []
    for item in asked:
        here = [one.target for one in crosswalk.of_item(item) if one.framework == framework.id]
        for target in dict.fromkeys(here):
            reaches.setdefault(target, []).append(item.id)
        if not here:
            unmapped.append(item)
    targets = tuple(
        _target(one, reaches.get(one.id, ()), statuses) for one in crosswalk.controls if one.framework == framework.id
    )
    return Coverage(
        framework=framework,
        targets=targets,
        reached=sum(bool(one.items) for one in targets),
        assessed=None if statuses is None else sum(bool(one.assessed) for one in targets),
        n=len(targets),
        unmapped=tuple(unmapped),
        items=len(asked),
    )


def mapped_nowhere(crosswalk: Crosswalk) -> tuple[OurItem, ...]:
    """List our items that map to no framework at all."""
    return tuple(item for item in crosswalk.items if not crosswalk.of_item(item))


def statuses_of(workbench: Workbench, crosswalk: Crosswalk, assessment_id: str) -> dict[str, Status]:
    """Give each item that an assessment asks with its status; a risk section counts as found once it says something.

    Raises:
        NotFound: There is no such assessment.
    """
    form = get_document(workbench, ASSESSMENT, assessment_id).body["form"]
    answers = {str(one.body["item"]): one.body for one in documents(workbench, ANSWER, assessment_id)}
    found: dict[str, Status] = {}
    for item in crosswalk.items:
        if item.form == form:
            body = answers.get(item.id, {})
            risk: Status = "found" if body.get("values") else "not_assessed"
            found[item.id] = risk if form == "risk" else body.get("status", "not_assessed")
    return found


def mapping_id(item: str, framework: str, target: str) -> str:
    """Give the id of the document that holds an edit.

    >>> mapping_id("B1.1", "ISO", "A.5.4")
    'b1_1-iso-a_5_4'
    """
    return "-".join(part.lower().replace(".", "_") for part in (item, framework, target))


def _target(control: Control, items: Sequence[str], statuses: Mapping[str, Status] | None) -> Target:
    looked = None if statuses is None else tuple(one for one in items if statuses.get(one) in LOOKED_AT)
    return Target(control=control, items=tuple(items), assessed=looked)


def _union(shipped: Iterable[Mapped], edits: Iterable[Document]) -> tuple[Mapped, ...]:
    found = {_pair(one): one for one in shipped}
    for edit in edits:
        pair = (str(edit.body["item"]), str(edit.body["framework"]), str(edit.body["target"]))
        found[pair] = _edited(edit, pair in found)
    return tuple(found[pair] for pair in sorted(found))


def _edited(document: Document, over_shipped: bool) -> Mapped:
    edit = MappingEdit.model_validate(document.body)
    about = {"by": document.editor or "", "at": document.updated, "revision": document.revision}
    return Mapped(**edit.model_dump(), origin="edited" if over_shipped else "own", **about)


def _pair(mapped: Mapped) -> tuple[str, str, str]:
    return mapped.item, mapped.framework, mapped.target


def _our_id(crosswalk: Crosswalk, item: str) -> str:
    known = [*crosswalk.categories, *(one.id for one in crosswalk.items)]
    found = next((one for one in known if one.lower() == item.strip().lower()), None)
    if found is None:
        raise NotFound(f"there is no item '{item:.40}'", "crosswalk", f"use one of {known[0]} to {known[-1]}")
    return found


def _filled(kind: type[Row], row: Sequence[object]) -> Row:
    return kind.model_validate(dict(zip(kind.model_fields, row, strict=False)))
