"""Our items beside those of other frameworks: what is mapped, by whom, and what is not, both ways.

A mapping is a judgement that two texts speak of related things. It never says that anything is fulfilled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal, TypeVar

import duckdb
from pydantic import BaseModel

from governance.assessment.framework import load_framework
from governance.assessment.records import ANSWER, ASSESSMENT, MAPPING, Kept, Line
from governance.assessment.study_records import Note
from governance.assessment.vocabulary import RELATIONS, Relation, Status
from governance.errors import BadInput, NotFound
from governance.records.documents import Document, delete_document, documents, get_document, save_document
from governance.records.store import Workbench

Row = TypeVar("Row", bound=BaseModel)

RELATION_LABELS: dict[Relation, str] = {
    "equal": "the same",
    "subset": "ours is part of theirs",
    "superset": "theirs is part of ours",
    "intersects": "overlap",
    "related": "related",
    "none": "not related",
}
LOOKED_AT: tuple[Status, ...] = ("none_found", "found")
"""Statuses of an item that somebody assessed; one that does not apply supports nothing."""


class ControlFramework(BaseModel, frozen=True):
    """A framework of others.

    Args:
        id: Its short name here.
        title: As published.
        version: Which text.
        url: Where it is.
        licence: Of its text, in words.
        note: What was read and what recalled.
    """

    id: str
    title: str
    version: str
    url: str
    licence: str
    note: str


class Control(BaseModel, frozen=True):
    """One item of a framework of others.

    Args:
        framework: Whose.
        id: As numbered there.
        part: The function, chapter or domain it stands in.
        title: In our words where theirs are protected.
        state: Whether it was read, or is recalled.
    """

    framework: str
    id: str
    part: str
    title: str
    state: Literal["verified", "recalled"]


class OurItem(BaseModel, frozen=True):
    """One item of ours.

    Args:
        id: E.g. ``B1.1`` or ``R3``.
        parent: The category it inherits mappings from; empty for none.
        form: Social impact or risk.
        title: In a few words.
    """

    id: str
    parent: str
    form: Literal["social_impact", "risk"]
    title: str


class MappingEdit(Kept, frozen=True):
    """What a user says of one pair; the document tells who said it and when.

    Args:
        item: An item or category of ours.
        framework: Of others.
        target: Its item.
        relation: How the two stand.
        basis: Why, in the user's words.
        removed: Whether a shipped mapping is taken away.
    """

    item: Line
    framework: Line
    target: Line
    relation: Relation = "related"
    basis: Note = ""
    removed: bool = False


class Mapped(BaseModel, frozen=True):
    """One mapping as it stands.

    Args:
        item: An item or category of ours.
        framework: Of others.
        target: Its item.
        relation: How the two stand.
        basis: Why.
        origin: Shipped, edited over a shipped one, or the user's own.
        removed: Whether a user took it away; it stays in view, and counts nowhere.
        by: Who edited it; empty for a shipped one.
        at: When, UTC.
        revision: Of the edit; 0 where there is none.
    """

    item: str
    framework: str
    target: str
    relation: Relation
    basis: str
    origin: Literal["shipped", "edited", "own"] = "shipped"
    removed: bool = False
    by: str = ""
    at: datetime | None = None
    revision: int = 0

    @property
    def counts(self) -> bool:
        """Tell whether it joins the two."""
        return not self.removed and self.relation != "none"


class Crosswalk(BaseModel, frozen=True):
    """Everything that is mapped.

    Args:
        frameworks: Of others.
        controls: Their items, in their order.
        items: Ours, in order.
        categories: Ours, id to title; what is mapped to one holds for its items.
        mappings: Shipped and edited, removed ones included.
    """

    frameworks: tuple[ControlFramework, ...]
    controls: tuple[Control, ...]
    items: tuple[OurItem, ...]
    categories: dict[str, str]
    mappings: tuple[Mapped, ...]

    def framework(self, framework_id: str) -> ControlFramework:
        """Give a framework by its id.

        Raises:
            NotFound: There is none of that id.
        """
        found = next((one for one in self.frameworks if one.id.lower() == framework_id.lower()), None)
        if found is None:
            known = ", ".join(one.id for one in self.frameworks)
            raise NotFound(f"there is no framework '{framework_id:.40}'", "crosswalk", f"use one of {known}")
        return found

    def control(self, framework_id: str, target: str) -> Control:
        """Give an item of a framework.

        Raises:
            NotFound: There is none of that id.
        """
        framework = self.framework(framework_id).id
        mine = [one for one in self.controls if one.framework == framework]
        found = next((one for one in mine if one.id.lower() == target.lower()), None)
        if found is None:
            fix = f"it has {mine[0].id} to {mine[-1].id}" if mine else "it has none"
            raise NotFound(f"there is no '{target:.40}' in {framework}", "crosswalk", fix)
        return found

    def title(self, item_id: str) -> str:
        """Give the title of an item or category of ours; empty where there is none."""
        return self.categories.get(item_id) or next((one.title for one in self.items if one.id == item_id), "")

    def of_item(self, item: OurItem) -> tuple[Mapped, ...]:
        """Give what counts for an item: its own mappings, and its category's where it says nothing else itself."""
        own = [one for one in self.mappings if one.item == item.id]
        said = {(one.framework, one.target) for one in own}
        above = [one for one in self.mappings if one.item == item.parent and (one.framework, one.target) not in said]
        return tuple(one for one in (*own, *above) if one.counts)


class Target(BaseModel, frozen=True):
    """One item of a framework, and what of ours reaches it.

    Args:
        control: The item.
        items: Ours that are mapped to it.
        assessed: Those of them that an assessment looked at; ``None``: no assessment was asked about.
    """

    control: Control
    items: tuple[str, ...]
    assessed: tuple[str, ...] | None


class Coverage(BaseModel, frozen=True):
    """One framework both ways.

    Args:
        framework: Of others.
        targets: Each of its items.
        reached: How many are mapped to an item of ours, a count.
        assessed: How many rest on an item that the assessment looked at; ``None``: none was asked about.
        n: Its items, a count.
        unmapped: Ours that map nowhere in it.
        items: Ours that were asked about, a count.
    """

    framework: ControlFramework
    targets: tuple[Target, ...]
    reached: int
    assessed: int | None
    n: int
    unmapped: tuple[OurItem, ...]
    items: int

    @property
    def gaps(self) -> tuple[Target, ...]:
        """Give what nothing of ours reaches."""
        return tuple(one for one in self.targets if not one.items)


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
