"""The forms as data: what is asked, in which words, how it may be looked at and what that cannot tell."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any, Literal

import duckdb
from pydantic import BaseModel

from governance.assessment.vocabulary import MODALITIES, Form, Level, Modality
from governance.errors import NotFound

Part = Literal["base", "society"]
Known = Literal["verified", "recalled", "ours"]
FieldType = Literal["text", "number", "date", "bool", "enum", "multi", "list", "ref", "evidence[]"]
ANY = "any"

_ITEMS = """
SELECT id, category, kind, title, text, modalities, methods, limits, mitigations, fields, evidence, position
FROM framework_item WHERE framework = ? ORDER BY position, id
"""
_HEAD = "SELECT title, version, citation, basis, details FROM framework WHERE id = ?"


class Item(BaseModel, frozen=True):
    """One thing the social-impact form asks.

    Args:
        id: E.g. ``B1.1``.
        category: E.g. ``B1``.
        title: In a few words.
        question: What is asked.
        modalities: Of systems it is asked of.
        methods: By modality, or ``any``: suggested ways of looking, its own before those of its category.
        limits: What is known that these ways cannot tell.
        mitigations: What others do about it.
        known: Whether its place and title were read, are recalled or are ours; the question is ours.
    """

    id: str
    category: str
    title: str
    question: str
    modalities: tuple[Modality, ...]
    methods: dict[str, tuple[str, ...]]
    limits: tuple[str, ...]
    mitigations: tuple[str, ...]
    known: Known


class Category(BaseModel, frozen=True):
    """A category of the social-impact form.

    Args:
        id: ``B1`` to ``B7`` of the base system, ``S1`` to ``S5`` of society.
        part: Which of the two.
        title: In a few words.
        dimension: The reporting dimension it belongs to, e.g. ``E1``; ``None`` for society.
        items: In order.
        known: Whether its title was read, is recalled or is ours.
    """

    id: str
    part: Part
    title: str
    dimension: str | None
    items: tuple[Item, ...]
    known: Known


class Field(BaseModel, frozen=True):
    """One typed field of a section or record.

    Args:
        id: Its name.
        label: As people read it.
        type: What may be put in.
        required: Whether the section is incomplete without.
        options: The words to choose from, where there are any.
    """

    id: str
    label: str
    type: FieldType
    required: bool
    options: tuple[str, ...] = ()


class Section(BaseModel, frozen=True):
    """A section of the risk form, ``R1`` to ``R6``."""

    id: str
    title: str
    fields: tuple[Field, ...]
    known: Known


class Premise(BaseModel, frozen=True):
    """What the risk form starts from: a challenge or a building block, with its question where it has one."""

    id: str
    kind: Literal["challenge", "building_block"]
    title: str
    question: str | None


class ThreatModel(BaseModel, frozen=True):
    """A threat model of the evidence review: its claim, the steps of its chain, and what would test it."""

    id: str
    title: str
    claim: str
    chain: tuple[str, ...]
    key_test: str
    methods: tuple[str, ...]


class RubricLevel(BaseModel, frozen=True):
    """One level of reporting; 0 is "searched, and nothing reported", never "not assessed"."""

    score: Level
    label: str
    meaning: str


class DecisionRule(BaseModel, frozen=True):
    """When a system counts as assessed by the risk form; ours, and open to be varied.

    Args:
        text: In words.
        complete: Sections that must be complete.
        scrutiny: The section that needs a record, or a reason why there is none.
        another_signs: The section that somebody other than its author must sign.
    """

    text: str
    complete: tuple[str, ...]
    scrutiny: str
    another_signs: str


class Head(BaseModel, frozen=True):
    """A form's title and version, the work whose structure it follows, and what was read or recalled of that."""

    title: str
    version: str
    citation: str
    basis: str


class Framework(BaseModel, frozen=True):
    """All that the forms ask.

    Args:
        forms: Form to its title, version, credit and basis; ``evidence_review`` beside the two.
        categories: Of the social-impact form, in order.
        levels: The reporting rubric, ours.
        dimensions: Reporting dimension to its title.
        sections: Of the risk form.
        premises: Challenges and building blocks of the risk form.
        rule: When a system counts as assessed.
        threat_models: Of the evidence review.
        study_fields: What is kept of a study.
        case_fields: What is kept of an open-world case.
    """

    forms: dict[str, Head]
    categories: tuple[Category, ...]
    levels: tuple[RubricLevel, ...]
    dimensions: dict[str, str]
    sections: tuple[Section, ...]
    premises: tuple[Premise, ...]
    rule: DecisionRule
    threat_models: tuple[ThreatModel, ...]
    study_fields: tuple[Field, ...]
    case_fields: tuple[Field, ...]

    def version(self, form: Form) -> str:
        """Give the version of a form."""
        return self.forms[form].version

    @property
    def items(self) -> tuple[Item, ...]:
        """Give all items of the social-impact form, in order."""
        return tuple(item for category in self.categories for item in category.items)

    def find_item(self, item_id: str) -> Item | None:
        """Find an item by its id."""
        return next((item for item in self.items if item.id == item_id), None)

    def item(self, item_id: str) -> Item:
        """Give an item by its id.

        Raises:
            NotFound: The form has none of that id.
        """
        found = self.find_item(item_id)
        if found is None:
            fix = f"it has {self.items[0].id} to {self.items[-1].id}; list them with 'touchstone assess items'"
            raise NotFound(f"there is no item '{item_id:.40}'", "social-impact form", fix)
        return found

    def section(self, section_id: str) -> Section:
        """Give a section of the risk form by its id.

        Raises:
            NotFound: The form has none of that id.
        """
        found = next((one for one in self.sections if one.id == section_id), None)
        if found is None:
            fix = f"it has {self.sections[0].id} to {self.sections[-1].id}"
            raise NotFound(f"there is no section '{section_id:.40}'", "risk form", fix)
        return found

    def items_for(self, modalities: Collection[Modality]) -> tuple[Item, ...]:
        """Give the items asked of a system of these modalities; all, where none is named."""
        return tuple(item for item in self.items if not modalities or set(item.modalities) & set(modalities))


def methods_for(item: Item, modalities: Sequence[Modality]) -> dict[str, tuple[str, ...]]:
    """Give the suggested methods for an item by modality, those that hold for any under ``any``."""
    wanted = (ANY, *(modalities or MODALITIES))
    return {name: item.methods[name] for name in wanted if item.methods.get(name)}


def load_framework(connection: duckdb.DuckDBPyConnection) -> Framework:
    """Read the forms of an open catalogue."""
    social, risk, review = (_rows(connection, form) for form in ("social_impact", "risk", "evidence_review"))
    heads = {form: _head(connection, form) for form in ("social_impact", "risk", "evidence_review")}
    details = {form: json.loads(row[4] or "{}") for form, row in heads.items()}
    records = {row["id"]: row["fields"] for row in review if row["kind"] == "record"}
    return Framework(
        forms={
            form: Head(title=row[0], version=row[1], citation=row[2] or "", basis=row[3] or "")
            for form, row in heads.items()
        },
        categories=tuple(_category(row, social) for row in social if row["category"] is None),
        levels=tuple(details["social_impact"]["levels"]),
        dimensions={one["id"]: one["title"] for one in details["social_impact"]["dimensions"]},
        sections=tuple(
            Section(id=row["id"], title=row["title"], fields=row["fields"], known=row["evidence"])
            for row in risk
            if row["kind"] == "section"
        ),
        premises=tuple(
            Premise(id=row["id"], kind=row["kind"], title=row["title"], question=row["text"])
            for row in risk
            if row["kind"] != "section"
        ),
        rule=details["risk"]["rule"],
        threat_models=tuple(
            ThreatModel(
                id=row["id"],
                title=row["title"],
                claim=row["text"],
                methods=row["methods"].get(ANY, ()),
                **row["fields"],
            )
            for row in review
            if row["kind"] == "threat_model"
        ),
        study_fields=records["STUDY"],
        case_fields=records["CASE"],
    )


def _head(connection: duckdb.DuckDBPyConnection, form: str) -> tuple[Any, ...]:
    row = connection.execute(_HEAD, [form]).fetchone()
    if row is None:
        raise NotFound(f"there is no form '{form}'", "catalogue", "run: touchstone catalogue build")
    return row


def _rows(connection: duckdb.DuckDBPyConnection, form: str) -> list[dict[str, Any]]:
    names = ("id", "category", "kind", "title", "text", "modalities", "methods", "limits", "mitigations", "fields")
    found = []
    for row in connection.execute(_ITEMS, [form]).fetchall():
        one = dict(zip((*names, "evidence", "position"), row, strict=True))
        one["methods"] = json.loads(one["methods"] or "{}")
        one["fields"] = json.loads(one["fields"] or "{}")
        found.append(one)
    return found


def _category(row: dict[str, Any], rows: Sequence[dict[str, Any]]) -> Category:
    return Category(
        id=row["id"],
        part=row["kind"],
        title=row["title"],
        dimension=row["fields"].get("dimension"),
        items=tuple(_item(one, row) for one in rows if one["category"] == row["id"]),
        known=row["evidence"],
    )


def _item(row: dict[str, Any], category: dict[str, Any]) -> Item:
    return Item(
        id=row["id"],
        category=category["id"],
        title=row["title"],
        question=row["text"],
        modalities=row["modalities"] or MODALITIES,
        methods=row["methods"] or category["methods"],
        limits=row["limits"] or category["limits"] or (),
        mitigations=row["mitigations"] or category["mitigations"] or (),
        known=row["evidence"],
    )
