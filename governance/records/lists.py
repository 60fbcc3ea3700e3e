"""Saved lists: a selection with the datasets it gave when saved, so that it can be reopened and compared."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from pydantic import BaseModel

from governance.catalogue.selection import Selection, selection_from_mapping
from governance.catalogue.vocabulary import UseClass
from governance.errors import BadInput, Conflict, NotFound
from governance.records.chain import digest
from governance.records.store import Change, Workbench, as_utc, write
from governance.records.words import LONGEST_LINE, a_note, one_line, refuse_control

MAX_NAME = LONGEST_LINE
MAX_MEMBERS = 1_000_000

_SUMMARY = "id, name, note, snapshot, policy_id, catalogue_version, revision, created, updated"
_COUNT = "(SELECT count(*) FROM saved_list_member AS m WHERE m.list_id = saved_list.id) AS size"

Uses = tuple[UseClass, UseClass]
"""What a dataset allows by its own licences, and once lineage counts."""

SiteShare = tuple[int, float | None]
"""Web sites of a dataset whose robots.txt was read, and the share of those that are fully restricted."""


class ListSummary(BaseModel, frozen=True):
    """A saved list without its datasets.

    Args:
        id: 12 hex digits.
        name: Its name, unique ignoring case.
        note: The user's words on it.
        snapshot: State of the audit it was taken from.
        policy_id: Licence policy it was read under.
        catalogue_version: Catalogue it was taken from.
        revision: 1, and 1 more with every change.
        created: When it was saved, UTC.
        updated: When it was last changed, UTC.
        size: Datasets in it, a count.
    """

    id: str
    name: str
    note: str
    snapshot: str
    policy_id: str
    catalogue_version: str
    revision: int
    created: datetime
    updated: datetime
    size: int


class SavedList(ListSummary, frozen=True):
    """A saved list with its datasets.

    Args:
        selection: The filters it came from.
        filters_kept: False where this version no longer knows those filters, and the selection
            names the datasets instead.
        dataset_ids: The datasets as they were when it was saved, in the order of the selection.
        uses: Own and effective use class of each of them at that time; empty where it was not kept.
        sites: What the web sites of each allowed at that time; empty where it was not kept.
    """

    selection: Selection
    filters_kept: bool
    dataset_ids: tuple[str, ...]
    uses: tuple[Uses, ...] = ()
    sites: tuple[SiteShare, ...] = ()


class ListComparison(BaseModel, frozen=True):
    """What two lists share and what only one of them holds, in their own order."""

    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    both: tuple[str, ...]


def save_list(  # noqa: D417 - the workbench needs no words
    workbench: Workbench,
    name: str,
    selection: Selection,
    dataset_ids: Sequence[str],
    catalogue_version: str,
    now: datetime,
    note: str = "",
    uses: Mapping[str, Uses] | None = None,
    sites: Mapping[str, SiteShare] | None = None,
) -> SavedList:
    """Save a selection and the datasets it gives now; once this returns, it is on the disk.

    Args:
        name: 1 to 120 characters on one line; unique ignoring case.
        selection: The filters; its snapshot and policy are kept with the list.
        dataset_ids: What the filters give now; a repeated id counts once.
        catalogue_version: The catalogue they were read from.
        now: Time of saving, UTC.
        note: Up to 4,000 characters.
        uses: What each of them allows now, so that a later change can be told; for all of them or none.
        sites: What the web sites of each allow now, likewise.

    Raises:
        BadInput: The name, the note or an id is not allowed.
        Conflict: The name is taken.
    """
    tidy, words, members, at = tidy_name(name), a_note(note, "list note"), _tidy_ids(dataset_ids), as_utc(now)
    own, effective = zip(*(uses[member] for member in members), strict=True) if uses and members else ((), ())
    known, full = zip(*(sites[member] for member in members), strict=True) if sites and members else ((), ())
    list_id = uuid4().hex[:12]
    stated = selection.model_dump_json()

    def insert(change: Change) -> None:
        _refuse_taken(change, tidy, list_id)
        change.fetch(
            "INSERT INTO saved_list VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)",
            [list_id, tidy, _key(tidy), words, stated, selection.snapshot, selection.policy, catalogue_version, at, at],
        )
        change.fetch(
            """
            INSERT INTO saved_list_member
                (list_id, position, dataset_id, licence_use, effective_use, sites_known, sources_full)
            SELECT $1, unnest(range(1, len($2) + 1)), unnest($2::VARCHAR[]),
                   unnest(list_resize($3::VARCHAR[], len($2))), unnest(list_resize($4::VARCHAR[], len($2))),
                   unnest(list_resize($5::INTEGER[], len($2))), unnest(list_resize($6::DOUBLE[], len($2)))
            """,
            [list_id, members, list(own), list(effective), list(known), list(full)],
        )
        kept = {"name": tidy, "note": words, "selection": json.loads(stated), "datasets": len(members)}
        change.note("create", "list", list_id, None, {"fields": {**kept, "members": digest(members)}, "revision": 1})

    write(workbench, insert, now, where="lists")
    return get_list(workbench, list_id)


def update_list(
    workbench: Workbench,
    list_id: str,
    revision: int,
    now: datetime,
    *,
    name: str | None = None,
    note: str | None = None,
) -> SavedList:
    """Rename a list or change its note; its datasets stay as saved.

    Args:
        workbench: The workbench.
        list_id: Its id.
        revision: The revision the change was made to.
        now: Time of the change, UTC.
        name: The new name; ``None`` leaves it.
        note: The new note; ``None`` leaves it.

    Raises:
        BadInput: The name or note is not allowed.
        Conflict: The name is taken, or the list changed since it was read.
        NotFound: There is none of that id.
    """
    tidy = None if name is None else tidy_name(name)
    words = None if note is None else a_note(note, "list note")
    at = as_utc(now)

    def edit(change: Change) -> None:
        present = _check_revision(change, list_id, revision)
        if tidy is not None:
            _refuse_taken(change, tidy, list_id)
        change.fetch(
            """
            UPDATE saved_list SET name = coalesce(?, name), name_key = coalesce(?, name_key), note = coalesce(?, note),
                   revision = revision + 1, updated = ?
            WHERE id = ?
            """,
            [tidy, None if tidy is None else _key(tidy), words, at, list_id],
        )
        asked = {"name": (present[0], tidy), "note": (present[1], words)}
        changed = {key: pair for key, pair in asked.items() if pair[1] is not None and pair[0] != pair[1]}
        before, after = ({key: pair[part] for key, pair in changed.items()} for part in (0, 1))
        change.note("update", "list", list_id, before, {"fields": after, "revision": revision + 1})

    write(workbench, edit, now, where=f"list {list_id}")
    return get_list(workbench, list_id)


def get_list(workbench: Workbench, id_or_name: str) -> SavedList:
    """Read one list by id or by name, ignoring case; an id goes before a name.

    Raises:
        NotFound: There is none of that id or name.
    """
    if any(unicodedata.category(sign) == "Cs" for sign in id_or_name):
        raise _no_list(id_or_name)
    workbench.require("read", "saved lists")
    with workbench.looking() as cursor:
        cursor.execute("BEGIN")  # the list and its members of one moment
        rows = cursor.execute(
            f"SELECT {_SUMMARY}, {_COUNT}, selection FROM saved_list "  # noqa: S608 - constants
            "WHERE id = $1 OR name_key = $2 ORDER BY id = $1 DESC LIMIT 1",
            [id_or_name, _key(id_or_name)],
        ).fetchall()
        if not rows:
            raise _no_list(id_or_name)
        members = cursor.execute(
            "SELECT dataset_id, licence_use, effective_use, sites_known, sources_full "
            "FROM saved_list_member WHERE list_id = ? ORDER BY position",
            [rows[0][0]],
        ).fetchall()
    summary, dataset_ids = _summary(rows[0][:-1]), tuple(str(row[0]) for row in members)
    selection, kept = _selection(str(rows[0][-1]), dataset_ids)
    return SavedList(
        **summary.model_dump(),
        selection=selection,
        filters_kept=kept,
        dataset_ids=dataset_ids,
        uses=tuple(row[1:3] for row in members if row[1] is not None),
        sites=tuple(row[3:] for row in members if row[3] is not None),
    )


def lists(workbench: Workbench) -> tuple[ListSummary, ...]:
    """List what was saved, the last changed first."""
    query = f"SELECT {_SUMMARY}, {_COUNT} FROM saved_list ORDER BY updated DESC, name_key"  # noqa: S608 - constants
    return tuple(_summary(row) for row in workbench.read(query))


def delete_list(workbench: Workbench, list_id: str, revision: int, now: datetime | None = None) -> None:
    """Delete a list, if it is still at the revision that was read.

    Args:
        workbench: The workbench.
        list_id: Its id.
        revision: The revision that was read.
        now: When, UTC; by default the clock.

    Raises:
        Conflict: It changed since it was read.
        NotFound: There is none of that id.
    """

    def remove(change: Change) -> None:
        name, note, datasets = _check_revision(change, list_id, revision)
        change.note("delete", "list", list_id, {"name": name, "note": note, "datasets": datasets}, None)
        change.fetch("DELETE FROM saved_list_member WHERE list_id = ?", [list_id])
        change.fetch("DELETE FROM saved_list WHERE id = ?", [list_id])

    write(workbench, remove, now or datetime.now(UTC), where=f"list {list_id}")


def compare_lists(a: SavedList, b: SavedList) -> ListComparison:
    """Tell what two lists share; datasets are matched by id."""
    in_a, in_b = set(a.dataset_ids), set(b.dataset_ids)
    return ListComparison(
        only_a=tuple(one for one in a.dataset_ids if one not in in_b),
        only_b=tuple(one for one in b.dataset_ids if one not in in_a),
        both=tuple(one for one in a.dataset_ids if one in in_b),
    )


def tidy_name(name: str) -> str:
    """Give a name as it is kept: composed, without outer spaces.

    Raises:
        BadInput: It is empty, too long, or holds control characters.

    >>> tidy_name("  Swahili, commercial ")
    'Swahili, commercial'
    """
    return one_line(name, "list name")


def _tidy_ids(dataset_ids: Sequence[str]) -> list[str]:
    members = list(dict.fromkeys(dataset_ids))
    if len(members) > MAX_MEMBERS:
        raise BadInput(f"{len(members):,} datasets", "list", f"save at most {MAX_MEMBERS:,}")
    for member in members:
        if not member:
            raise BadInput("a dataset id is empty", "list", "name datasets by their id")
        refuse_control(member, "dataset id")
    return members


def _key(name: str) -> str:
    return unicodedata.normalize("NFKC", name.strip()).casefold()


def _refuse_taken(change: Change, name: str, list_id: str) -> None:
    taken = change.fetch("SELECT name FROM saved_list WHERE name_key = ? AND id <> ?", [_key(name), list_id])
    if taken:
        raise Conflict(f"a list is named '{taken[0][0]}'", "list name", "choose another name")


def _check_revision(change: Change, list_id: str, revision: int) -> tuple[str, str, int]:
    """Give the name, note and size of a list at the revision that was read."""
    query = f"SELECT revision, name, note, {_COUNT} FROM saved_list WHERE id = ?"  # noqa: S608 - a constant
    rows = change.fetch(query, [list_id]) if list_id.isascii() else []
    if not rows:
        raise _no_list(list_id)
    if rows[0][0] != revision:
        what = f"it is at revision {rows[0][0]}, the change was made to {revision}"
        raise Conflict(what, f"list {list_id}", "reload it and make the change again")
    return str(rows[0][1]), str(rows[0][2]), int(rows[0][3])


def _no_list(wanted: str) -> NotFound:
    return NotFound(f"there is no list '{wanted:.80}'", "saved lists", "list them to see ids and names")


def _summary(row: tuple[Any, ...]) -> ListSummary:
    fields = dict(zip(ListSummary.model_fields, row, strict=True))
    for time in ("created", "updated"):
        fields[time] = fields[time].replace(tzinfo=UTC)
    return ListSummary(**fields)


def _selection(stated: str, dataset_ids: tuple[str, ...]) -> tuple[Selection, bool]:
    try:
        return selection_from_mapping(json.loads(stated)), True
    except BadInput:
        return Selection(ids=dataset_ids), False
