"""Two assessments side by side, item by item; two states of one record, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel

from governance.assessment.records import Answer, Evidence, RiskAnswer

Side = Literal["same", "differs", "only_first", "only_second"]
_TEXT_OF_FORM = ("item", "question", "framework")
Said = Answer | RiskAnswer


class FieldChange(BaseModel, frozen=True):
    """One field that is not the same in both.

    Args:
        field: Its name; a field of a risk section by that name alone.
        before: In the first; ``None`` where it is not filled in.
        after: In the second.
    """

    field: str
    before: Any
    after: Any


class ItemComparison(BaseModel, frozen=True):
    """One item in two assessments.

    Args:
        item: E.g. ``B1.1``, or ``R2``.
        side: Whether both say the same, or only one says anything.
        first: What the first says; ``None`` where it has no answer.
        second: What the second says.
        changes: The fields that differ, evidence apart.
        first_only: Ids of evidence that only the first rests on.
        second_only: Ids of evidence that only the second rests on.
        reworded: The item was answered under different texts.
    """

    item: str
    side: Side
    first: Answer | RiskAnswer | None
    second: Answer | RiskAnswer | None
    changes: tuple[FieldChange, ...]
    first_only: tuple[str, ...]
    second_only: tuple[str, ...]
    reworded: bool

    @property
    def fields(self) -> tuple[str, ...]:
        """Name the fields that differ."""
        return tuple(change.field for change in self.changes)


class Comparison(BaseModel, frozen=True):
    """Two assessments of the same form.

    Args:
        items: Every item that either answers, in the form's order where that was given.
        counts: Items by side.
    """

    items: tuple[ItemComparison, ...]
    counts: dict[Side, int]


def compare_answers(
    first: Iterable[Said],
    second: Iterable[Said],
    order: Sequence[str] = (),
    evidence: Mapping[str, Evidence] | None = None,
) -> Comparison:
    """Set the answers of two assessments side by side.

    Evidence is the same where it points at the same thing: two systems that rest on one dataset share that evidence
    though each has a record of its own.

    Args:
        first: Of one assessment, at most one answer an item.
        second: Of the other.
        order: Ids of the form's items; those of neither assessment are shown as well.
        evidence: The records by id, to tell what each points at; without it the ids are compared.

    >>> found = compare_answers([Answer(item="B1.1", status="found")], [Answer(item="B1.1", status="none_found")])
    >>> found.items[0].side, found.items[0].fields
    ('differs', ('status',))
    """
    ones, others = ({answer.item: answer for answer in part} for part in (first, second))
    items = dict.fromkeys((*order, *sorted({*ones, *others})))
    rows = tuple(_item(item, ones.get(item), others.get(item), evidence or {}) for item in items)
    sides: tuple[Side, ...] = ("same", "differs", "only_first", "only_second")
    return Comparison(items=rows, counts={side: sum(row.side == side for row in rows) for side in sides})


def field_changes(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> tuple[FieldChange, ...]:
    """Say what differs between two bodies of a record, field by field.

    Args:
        before: The body as it was; ``None``: there was none.
        after: The body as it is.

    >>> [change.field for change in field_changes({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4})]
    ['b', 'c']
    """
    one, other = _flat(before or {}), _flat(after or {})
    return tuple(
        FieldChange(field=field, before=one.get(field), after=other.get(field))
        for field in dict.fromkeys((*one, *other))
        if one.get(field) != other.get(field)
    )


def points_at(evidence: Evidence) -> tuple[str, str]:
    """Say what evidence points at, the same for two records of the same thing.

    >>> points_at(Evidence(id="e", title="Card", kind="record", record_kind="dataset", record_id="oig"))
    ('record', 'dataset/oig')
    """
    if evidence.kind == "record" and evidence.record_id:
        return "record", f"{evidence.record_kind}/{evidence.record_id}"
    place = {"link": evidence.url, "file": evidence.sha256}.get(evidence.kind, "")
    return (evidence.kind, place) if place else ("id", evidence.id)


def _item(item: str, first: Said | None, second: Said | None, evidence: Mapping[str, Evidence]) -> ItemComparison:
    one, other = (_body(part) for part in (first, second))
    rests = [_pointed(part, evidence) for part in (first, second)]
    first_only = tuple(key for key, place in rests[0].items() if place not in rests[1].values())
    second_only = tuple(key for key, place in rests[1].items() if place not in rests[0].values())
    changes = field_changes(one, other)
    said = [
        bool(rest) or any(_says(value) for value in _flat(body).values())
        for body, rest in zip((one, other), rests, strict=True)
    ]
    side: Side = "same"
    if changes or first_only or second_only:
        side = "differs" if said[0] == said[1] else "only_first" if said[0] else "only_second"
    return ItemComparison(
        item=item,
        side=side,
        first=first,
        second=second,
        changes=changes,
        first_only=first_only,
        second_only=second_only,
        reworded=isinstance(first, Answer) and isinstance(second, Answer) and first.question != second.question,
    )


def _body(answer: Said | None) -> dict[str, Any]:
    """Give what somebody filled in: no texts of the form, no evidence, and nothing that says nothing."""
    if answer is None:
        return {}
    body = answer.model_dump(mode="json", exclude={*_TEXT_OF_FORM, "evidence"})
    blank = {"status": "not_assessed"}
    return {field: value for field, value in body.items() if _says(value) and value != blank.get(field)}


def _says(value: object) -> bool:
    return value not in ("", None, [], {})  # 0 says something


def _pointed(answer: Said | None, evidence: Mapping[str, Evidence]) -> dict[str, tuple[str, str]]:
    ids = () if answer is None else answer.evidence
    return {key: points_at(evidence[key]) if key in evidence else ("id", key) for key in ids}


def _flat(body: Mapping[str, Any]) -> dict[str, Any]:
    """Put the fields of a risk section beside the others."""
    values = body.get("values")
    return (
        {**{key: one for key, one in body.items() if key != "values"}, **values}
        if isinstance(values, dict)
        else dict(body)
    )
