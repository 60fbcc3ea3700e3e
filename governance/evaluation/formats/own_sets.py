"""The user's own sets of battles, scores and predictions, kept in the workbench with source, licence and consent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import polars as pl
from pydantic import BaseModel, ValidationError

from governance.catalogue.normalise import spdx
from governance.errors import BadInput, NotFound
from governance.evaluation.formats.schemas import CONTRIBUTOR
from governance.evaluation.formats.tables import TABLES, EvaluationSet, SetCard
from governance.evaluation.vocabulary import FORMATS, Better, Format
from governance.records.contributions import LEAVES, Holding, Leave, fetch_frame, still_here
from governance.records.documents import (
    Document,
    documents,
    find_document,
    free_id,
    get_document,
    insert_document,
    remove_document,
    update_document,
)
from governance.records.store import Change, Workbench, write
from governance.records.words import a_note, one_line

KIND = "evaluation_set"
PREFIX = "own-"
"""Begins the id of every own set, so that no shipped one is ever hidden by it."""
MAX_ROWS = 5_000_000
OWN_TABLES: dict[Format, str] = {"battles": "own_battle", "scores": "own_score", "predictions": "own_prediction"}


class OwnSet(BaseModel, frozen=True, extra="forbid"):
    """What must be said of a set before its rows are kept.

    Args:
        title: Its name.
        format: What its rows are.
        source: Who published or collected it, in your words or as an address.
        licence: SPDX expression, or a name where it has none; empty: not stated.
        better: Which way its scores are better; ``None``: not one way for all.
        terms: What the people who judged agreed to; empty where no people did, or it is not known.
        leave: Whether they can have their rows taken out.
        published: The day it was handed on, if it was.
        contact: Where somebody who wants to leave turns to.
        rows: Kept now, a count.
        people_left: Contributors withdrawn, a count.
        rows_left: Rows withdrawn, a count.
    """

    title: str
    format: Format
    source: str
    licence: str = ""
    better: Better | None = None
    terms: str = ""
    leave: Leave = "yes"
    published: date | None = None
    contact: str = ""
    rows: int = 0
    people_left: int = 0
    rows_left: int = 0


class OwnSetState(BaseModel, frozen=True):
    """An own set as it stands."""

    id: str
    revision: int
    updated: datetime
    set: OwnSet

    @property
    def card(self) -> SetCard:
        """Give what a page or a figure says of it."""
        one = self.set
        version = f"revision {self.revision} of {self.updated:%Y-%m-%d %H:%M:%S}"
        return SetCard(
            id=self.id, title=one.title, format=one.format, rows=one.rows, source=one.source, licence=one.licence,
            version=version, people=one.terms or None, better=one.better, origin="user",
        )  # fmt: skip


class RowsAdded(BaseModel, frozen=True):
    """What was put into a set.

    Args:
        set: Its id.
        added: Rows kept, a count.
        withdrawn: Rows of people who had left, which were not taken in again, a count.
    """

    set: str
    added: int
    withdrawn: int


def add_set(workbench: Workbench, fields: Mapping[str, object], frame: pl.DataFrame, now: datetime) -> RowsAdded:
    """Make a set of rows that were checked.

    Args:
        workbench: The workbench.
        fields: Those of `OwnSet`; its counts are ours.
        frame: Good rows, with the columns of the format.
        now: When, UTC.

    Raises:
        BadInput: A field is missing or not allowed, or there are no rows or too many.
        NotAllowed: The role does not allow it.
    """
    stated = _stated(fields)
    taken = {one.id for one in documents(workbench, KIND)}
    set_id = free_id(f"{PREFIX}{stated.title}", taken)

    def make(change: Change) -> RowsAdded:
        added = _put(change, set_id, stated.format, frame)
        kept = stated.model_copy(update={"rows": added.added})
        insert_document(change, KIND, set_id, kept.model_dump(mode="json"))
        return added

    return write(workbench, make, now, where=f"{KIND} {set_id}")


def add_rows(workbench: Workbench, set_id: str, frame: pl.DataFrame, now: datetime) -> RowsAdded:
    """Put more rows into a set; those of people who left stay out.

    Raises:
        BadInput: There are no rows, or too many.
        NotAllowed: The role does not allow it.
        NotFound: There is no such set.
    """

    def more(change: Change) -> RowsAdded:
        present = found_set(change, set_id)
        one = OwnSet.model_validate(present.body)
        added = _put(change, set_id, one.format, frame)
        body = {**present.body, "rows": one.rows + added.added}
        update_document(change, present, body, action="add_rows")
        return added

    return write(workbench, more, now, where=f"{KIND} {set_id:.80}")


def own_sets(workbench: Workbench, format: Format | None = None) -> tuple[OwnSetState, ...]:
    """List the own sets, by id.

    Args:
        workbench: The workbench.
        format: Only those of this format.
    """
    found = map(_state, documents(workbench, KIND))
    return tuple(one for one in found if format in (None, one.set.format))


def own_set(workbench: Workbench, set_id: str) -> OwnSetState:
    """Tell how an own set stands.

    Raises:
        NotFound: There is none of that id.
    """
    return _state(get_document(workbench, KIND, set_id))


def open_own_set(workbench: Workbench, set_id: str) -> EvaluationSet:
    """Give an own set with the rows of those who have not left, in the order they came.

    Raises:
        NotFound: There is none of that id.
    """
    found = own_set(workbench, set_id)
    columns = TABLES[found.set.format]
    names = ", ".join(f'"{name}"' for name in columns)
    query = f"SELECT {names} FROM {OWN_TABLES[found.set.format]} WHERE set_id = ? ORDER BY position"  # noqa: S608 - constants
    frame = fetch_frame(workbench, query, [set_id])
    return EvaluationSet(found.card, frame.cast(dict(columns)))  # type: ignore[arg-type]


def remove_set(workbench: Workbench, set_id: str, now: datetime | None = None) -> None:
    """Forget a set with all its rows; who left it stays known by fingerprint, for a file read again.

    Raises:
        NotFound: There is none of that id.
    """

    def remove(change: Change) -> None:
        present = found_set(change, set_id)
        table = OWN_TABLES[OwnSet.model_validate(present.body).format]
        change.fetch(f"DELETE FROM {table} WHERE set_id = ?", [set_id])  # noqa: S608 - constants
        remove_document(change, present)

    write(workbench, remove, now or datetime.now(UTC), where=f"{KIND} {set_id:.80}")


def holding_of(format: Format) -> Holding:
    """Tell where the rows of a format are, and whose each is.

    Raises:
        BadInput: Rows of that format say nothing of people.
    """
    column = CONTRIBUTOR[format]
    if column is None:
        raise BadInput(f"{format} do not say who gave them", "withdrawal", "delete the set, or its rows at the source")
    return Holding(KIND, OWN_TABLES[format], "set_id", column, "own_set_withdrawal")


def found_set(change: Change, set_id: str) -> Document:
    """Find a set within a change.

    Raises:
        NotFound: There is none of that id.
    """
    present = find_document(change, KIND, set_id)
    if present is None:
        raise NotFound(f"there is no own set '{set_id:.80}'", "evaluation sets", "list them with 'touchstone sets'")
    return present


def _put(change: Change, set_id: str, format: Format, frame: pl.DataFrame) -> RowsAdded:
    columns = list(TABLES[format])
    if list(frame.columns) != columns:
        raise BadInput("the rows have other columns", f"{KIND} {set_id}", f"give {', '.join(columns)}")
    if not frame.height:
        raise BadInput(f"there is no row of {format}", f"{KIND} {set_id}", "give rows that are good")
    kept, named = frame, CONTRIBUTOR[format]
    if named is not None:
        known = {str(one) for one in frame[named].drop_nulls().unique()}
        here = still_here(change, holding_of(format), set_id, known)
        if len(here) < len(known):
            kept = frame.filter(pl.col(named).is_null() | pl.col(named).is_in(list(here)))
    table = OWN_TABLES[format]
    last = f"SELECT count(*), coalesce(max(position), 0) FROM {table} WHERE set_id = ?"  # noqa: S608 - constants
    count, position = change.fetch(last, [set_id])[0]
    if count + kept.height > MAX_ROWS:
        what = f"the set would have {count + kept.height:,} rows"
        raise BadInput(what, f"{KIND} {set_id}", f"keep at most {MAX_ROWS:,} in one set")
    arriving = kept.with_columns(
        pl.lit(set_id).alias("set_id"), pl.int_range(position + 1, position + 1 + kept.height).alias("position")
    ).select("set_id", "position", *columns)
    names = ", ".join(f'"{name}"' for name in arriving.columns)
    change.cursor.register("arriving_rows", arriving.to_arrow())
    change.fetch(f"INSERT INTO {table} ({names}) SELECT {names} FROM arriving_rows")  # noqa: S608 - constants
    change.cursor.unregister("arriving_rows")
    return RowsAdded(set=set_id, added=kept.height, withdrawn=frame.height - kept.height)


def _stated(fields: Mapping[str, object]) -> OwnSet:
    known = {name: value for name, value in fields.items() if value not in (None, "")}
    try:
        stated = OwnSet.model_validate(known)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = f"set, field {'.'.join(map(str, first['loc'])) or 'none'}"
        fix = f"give title, format ({', '.join(FORMATS)}), source; perhaps licence, terms, leave ({', '.join(LEAVES)})"
        raise BadInput(str(first["msg"]), where, fix) from error
    kept: dict[str, Any] = {
        "title": one_line(stated.title, "set, field title", "title"),
        "source": one_line(stated.source, "set, field source", "source"),
        "licence": licence_of(stated.licence),
        "terms": a_note(stated.terms.strip(), "set, field terms", "terms"),
        "contact": one_line(stated.contact, "set, field contact") if stated.contact.strip() else "",
        "rows": 0, "people_left": 0, "rows_left": 0,
    }  # fmt: skip
    return stated.model_copy(update=kept)


def licence_of(stated: str) -> str:
    """Give a licence's SPDX expression, or its name as stated where it has none; empty: not stated.

    >>> licence_of("cc by 4.0"), licence_of("House rules"), licence_of(" ")
    ('CC-BY-4.0', 'House rules', '')
    """
    if not stated.strip():
        return ""
    return spdx(stated) or one_line(stated, "set, field licence", "licence")


def is_spdx(licence: str) -> bool:
    """Tell whether a kept licence is an SPDX expression."""
    return bool(licence) and _known(licence)


@cache
def _known(licence: str) -> bool:
    return spdx(licence) == licence


def _state(document: Document) -> OwnSetState:
    return OwnSetState(
        id=document.id, revision=document.revision, updated=document.updated, set=OwnSet.model_validate(document.body)
    )
