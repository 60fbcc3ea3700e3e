"""What the crosswalk is made of: frameworks of others, our items, mappings, and coverage."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from governance.assessment.records import Kept, Line
from governance.assessment.study_records import Note
from governance.assessment.vocabulary import Relation
from governance.errors import NotFound

RELATION_LABELS: dict[Relation, str] = {
    "equal": "the same",
    "subset": "ours is part of theirs",
    "superset": "theirs is part of ours",
    "intersects": "overlap",
    "related": "related",
    "none": "not related",
}


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
