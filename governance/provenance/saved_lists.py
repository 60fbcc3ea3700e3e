"""Lists of datasets against the catalogue of today: what joined, left or changed since they were saved."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from datetime import datetime

from pydantic import BaseModel

from governance.catalogue.selection import Selection
from governance.catalogue.vocabulary import UseClass
from governance.errors import BadInput
from governance.provenance.datasets import Datasets, SelectionResult, select_datasets, why_not
from governance.records.lists import SavedList, save_list
from governance.records.store import Workbench

MAX_PASTED = 1_000_000
MAX_PASTED_IDS = 10_000
EXPLAINED = 100
"""So many unknown ids, and so many datasets that left, are explained; the rest are only named."""


class LeftDataset(BaseModel, frozen=True):
    """A dataset that the list's filters no longer give, and why."""

    id: str
    reasons: tuple[str, ...]


class ClassChange(BaseModel, frozen=True):
    """A dataset of a list whose use class is another than when the list was saved."""

    id: str
    own_then: UseClass
    own_now: UseClass
    effective_then: UseClass
    effective_now: UseClass


class SitesChange(BaseModel, frozen=True):
    """A dataset of a list whose web sites allow something else than when the list was saved.

    Args:
        id: The dataset.
        known_then, known_now: Its sites whose robots.txt had been read, a count.
        share_then, share_now: Share of those fully restricted; ``None`` where none had been read.
    """

    id: str
    known_then: int
    known_now: int
    share_then: float | None
    share_now: float | None


class ListChanges(BaseModel, frozen=True):
    """What became of a list since it was saved; ids in the order of the list.

    Args:
        list_id: The list.
        catalogue_then: Catalogue it was saved from.
        catalogue_now: Catalogue it was held against.
        filters_kept: False where its filters are no longer known, so nothing can be said to join or leave.
        classes_kept: False where the use classes of that time were not saved.
        gone: Datasets of the list that the catalogue no longer has.
        left: Datasets that the catalogue has, but the filters no longer give.
        joined: Datasets that the filters give now and the list does not hold.
        classes: Datasets whose use class changed.
        sites_kept: False where the state of their web sites at that time was not saved.
        sites: Datasets whose web sites allow something else.
        kept: Datasets of the list that the catalogue has, a count.
    """

    list_id: str
    catalogue_then: str
    catalogue_now: str
    filters_kept: bool
    classes_kept: bool
    gone: tuple[str, ...]
    left: tuple[LeftDataset, ...]
    joined: tuple[str, ...]
    classes: tuple[ClassChange, ...]
    kept: int
    sites_kept: bool = False
    sites: tuple[SitesChange, ...] = ()

    @property
    def changed(self) -> bool:
        """Tell whether anything at all is different."""
        return bool(self.gone or self.left or self.joined or self.classes or self.sites)


class UnknownId(BaseModel, frozen=True):
    """Something pasted that is no dataset's id, with ids that it may have meant."""

    asked: str
    close: tuple[str, ...]


class PastedIds(BaseModel, frozen=True):
    """What was read from pasted ids.

    Args:
        known: Ids of datasets, each once, in the order pasted.
        repeated: Ids pasted more than once.
        unknown: What no dataset of the snapshot has as its id.
    """

    known: tuple[str, ...]
    repeated: tuple[str, ...]
    unknown: tuple[UnknownId, ...]


def save_result(workbench: Workbench, name: str, result: SelectionResult, now: datetime, note: str = "") -> SavedList:
    """Save what a selection gives, with the use classes of now, so that a later change can be told.

    Args:
        workbench: The workbench.
        name: 1 to 120 characters; unique ignoring case.
        result: What the selection gives.
        now: Time of saving, UTC.
        note: Up to 4,000 characters.

    Raises:
        BadInput: The name or the note is not allowed.
        Conflict: The name is taken.
    """
    rows = result.frame.select("id", "licence_use", "effective_use", "sites_known", "sources_full").rows()
    uses = {str(key): (own, effective) for key, own, effective, _, _ in rows}
    sites = {str(key): (known, full) for key, _, _, known, full in rows}
    return save_list(workbench, name, result.selection, list(uses), result.catalogue, now, note, uses, sites)


def frozen_selection(saved: SavedList) -> Selection:
    """Give the selection of exactly the datasets a list holds, whatever its filters would give now."""
    return saved.selection.model_copy(update={"ids": saved.dataset_ids, "values": {}, "ranges": {}, "text": ""})


def list_changes(datasets: Datasets, saved: SavedList) -> ListChanges:
    """Hold a list against the present catalogue: its datasets, its filters run again, and the use classes.

    Args:
        datasets: All datasets of the list's snapshot, under the list's policy.
        saved: The list.

    Raises:
        BadInput: The datasets are of another snapshot or policy.
    """
    for what, mine, theirs in (
        ("snapshot", saved.selection.snapshot, datasets.snapshot),
        ("policy", saved.selection.policy, datasets.policy.id),
    ):
        if mine != theirs:
            raise BadInput(f"the list is of {what} {mine}, the datasets of {theirs}", f"list {saved.id}", "load those")
    present = set(datasets.frame["id"].to_list())
    still = [key for key in saved.dataset_ids if key in present]
    now = select_datasets(datasets, saved.selection).frame["id"].to_list() if saved.filters_kept else still
    given, held = set(now), set(saved.dataset_ids)
    left = [key for key in still if key not in given]
    return ListChanges(
        list_id=saved.id,
        catalogue_then=saved.catalogue_version,
        catalogue_now=datasets.version,
        filters_kept=saved.filters_kept,
        classes_kept=len(saved.uses) == len(saved.dataset_ids),
        gone=tuple(key for key in saved.dataset_ids if key not in present),
        left=tuple(
            LeftDataset(id=key, reasons=why_not(datasets, saved.selection, key) if at < EXPLAINED else ())
            for at, key in enumerate(left)
        ),
        joined=tuple(key for key in now if key not in held),
        classes=_class_changes(datasets, saved, present),
        kept=len(still),
        sites_kept=len(saved.sites) == len(saved.dataset_ids),
        sites=_sites_changes(datasets, saved, present),
    )


def read_ids(text: str, datasets: Datasets) -> PastedIds:
    """Read ids as people paste them: separated by lines, commas, semicolons or tabs, perhaps in quotes.

    Args:
        text: What was pasted.
        datasets: The datasets of the snapshot meant.

    Raises:
        BadInput: There is nothing, or too much.
    """
    if len(text) > MAX_PASTED:
        raise BadInput(f"{len(text):,} characters pasted", "pasted ids", f"paste at most {MAX_PASTED:,}")
    asked = [part for part in (piece.strip(" \"'\u00a0\ufeff") for piece in re.split(r"[\n\r,;\t]+", text)) if part]
    if not asked or len(asked) > MAX_PASTED_IDS:
        raise BadInput(f"{len(asked):,} ids pasted", "pasted ids", f"paste 1 to {MAX_PASTED_IDS:,}, one a line")
    ids = datasets.frame["id"].to_list()
    present = set(ids)
    once = list(dict.fromkeys(asked))
    unknown = [key for key in once if key not in present]
    named: dict[str, list[str]] = {}
    for key, name in datasets.frame.select("id", "name").rows():
        named.setdefault(str(name).casefold(), []).append(str(key))
    lower = {key.casefold(): key for key in ids}
    return PastedIds(
        known=tuple(key for key in once if key in present),
        repeated=tuple(key for key, times in Counter(asked).items() if times > 1),
        unknown=tuple(
            UnknownId(asked=key, close=_close(key, lower, named) if at < EXPLAINED else ())
            for at, key in enumerate(unknown)
        ),
    )


def _class_changes(datasets: Datasets, saved: SavedList, present: set[str]) -> tuple[ClassChange, ...]:
    if len(saved.uses) != len(saved.dataset_ids):
        return ()
    rows = datasets.frame.select("id", "licence_use", "effective_use").rows()
    now = {key: uses for key, *uses in rows}
    return tuple(
        ClassChange(id=key, own_then=own, own_now=now[key][0], effective_then=effective, effective_now=now[key][1])
        for key, (own, effective) in zip(saved.dataset_ids, saved.uses, strict=True)
        if key in present and [own, effective] != now[key]
    )


def _sites_changes(datasets: Datasets, saved: SavedList, present: set[str]) -> tuple[SitesChange, ...]:
    if len(saved.sites) != len(saved.dataset_ids):
        return ()
    rows = datasets.frame.select("id", "sites_known", "sources_full").rows()
    now = {key: tuple(state) for key, *state in rows}
    return tuple(
        SitesChange(id=key, known_then=then[0], known_now=now[key][0], share_then=then[1], share_now=now[key][1])
        for key, then in zip(saved.dataset_ids, saved.sites, strict=True)
        if key in present and then != now[key]
    )


def _close(asked: str, lower: dict[str, str], named: dict[str, list[str]]) -> tuple[str, ...]:
    sure = [lower[asked.casefold()]] if asked.casefold() in lower else named.get(asked.casefold(), [])
    near = difflib.get_close_matches(asked[:200].casefold(), list(lower), n=3, cutoff=0.6)
    return tuple(dict.fromkeys([*sure[:3], *(lower[key] for key in near)]))[:3]
