"""The table of licence classes, and what is odd about it: shown as found, never mended in silence."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from urllib.parse import urlsplit

import duckdb
from license_expression import get_license_index
from pydantic import BaseModel

from governance.catalogue.vocabulary import UseClass

_VERSION = re.compile(r"[ -]v?\d+(\.\d+)*$")
_NO_LICENCE = re.compile(r"no licen[cs]e|unlicen[cs]ed", re.IGNORECASE)
_UNCLEAR = re.compile(r"unclear|unknown|undetermined", re.IGNORECASE)
_NO_DERIVATIVES = re.compile(r"\bND\b|no.?deriv", re.IGNORECASE)
_SHARE_ALIKE = re.compile(r"\bSA\b|share.?alike|sharing", re.IGNORECASE)


class LicenceRow(BaseModel, frozen=True):
    """One licence with the class the audit gives it.

    Args:
        id: The audit's name, or ``custom:`` and the address of the terms.
        name: Name to show.
        spdx: SPDX id, where one exists.
        kind: A licence, custom terms, terms on generated data, none stated, or several mixed.
        use: What it lets one do.
        attribution: Whether credit must be given; ``None``: the audit could not tell.
        share_alike: Whether what is built on it must carry the same terms; ``None`` likewise.
        known: False where no table lists it and the rule's default stands.
        basis: Which table or rule gave the class.
        url: Where the terms are.
        datasets: Datasets for which the audit states it, a count.
        anywhere: Datasets for which the audit or a hosting site states it, a count.
    """

    id: str
    name: str
    spdx: str | None
    kind: str
    use: UseClass
    attribution: bool | None
    share_alike: bool | None
    known: bool
    basis: str
    url: str | None
    datasets: int
    anywhere: int


class Oddity(BaseModel, frozen=True):
    """Something in the table that a careful reader would ask about.

    Args:
        kind: Which check found it.
        licences: Ids of the licences it concerns.
        detail: What is odd, in a sentence.
        datasets: Datasets for which the audit states them, summed over the licences.
    """

    kind: str
    licences: tuple[str, ...]
    detail: str
    datasets: int


def licence_table(connection: duckdb.DuckDBPyConnection, snapshot: str = "current") -> tuple[LicenceRow, ...]:
    """List every licence of a snapshot with its class, the one stated most first."""
    rows = connection.execute(
        """
        SELECT l.id, l.name, l.spdx, l.kind, l.use, l.attribution, l.share_alike, l.known, l.basis, l.url,
               count(DISTINCT d.dataset_id) FILTER (d.host = 'audit') AS datasets,
               count(DISTINCT d.dataset_id) AS anywhere
        FROM licence AS l LEFT JOIN dataset_licence AS d ON d.snapshot = l.snapshot AND d.licence_id = l.id
        WHERE l.snapshot = ? GROUP BY ALL ORDER BY datasets DESC, anywhere DESC, l.id
        """,
        [snapshot],
    ).fetchall()
    return tuple(LicenceRow(**dict(zip(LicenceRow.model_fields, row, strict=True))) for row in rows)


def find_licences(rows: Sequence[LicenceRow], words: str) -> tuple[LicenceRow, ...]:
    """Keep the licences in whose name, SPDX id, class or basis all words occur, ignoring case."""
    wanted = words.casefold().split()
    return tuple(
        row
        for row in rows
        if all(word in f"{row.id} {row.name} {row.spdx or ''} {row.use} {row.basis}".casefold() for word in wanted)
    )


def class_oddities(rows: Sequence[LicenceRow]) -> tuple[Oddity, ...]:
    """Find what contradicts itself or surprises in a table of classes, the most stated first.

    >>> row = dict(spdx=None, kind="licence", share_alike=False, known=True, basis="", url=None, anywhere=3)
    >>> odd = class_oddities(
    ...     [LicenceRow(id="No License", name="No License", use="commercial", attribution=False, datasets=3, **row)]
    ... )
    >>> odd[0].kind
    'no_licence_is_free'
    """
    known = [row for row in rows if row.known]
    named = [row for row in known if row.kind == "licence"]
    found = [*_same_code(named), *_same_page(known), *(odd for row in named for odd in _of_one(row))]
    return tuple(sorted(found, key=lambda odd: (-odd.datasets, odd.kind, odd.licences)))


def _of_one(row: LicenceRow) -> Iterator[Oddity]:
    free, names = row.use == "commercial", f"{row.name} {row.spdx or ''}"
    no_licence = bool(_NO_LICENCE.search(row.name))
    if no_licence and free:
        yield _odd("no_licence_is_free", [row], f"{row.name} counts as free for commercial use, without any duty.")
    if _UNCLEAR.search(row.name) and row.use != "unspecified":
        yield _odd("unclear_has_a_class", [row], f"{row.name} has the class of terms that someone read: {row.use}.")
    if _NO_DERIVATIVES.search(names) and free:
        alike = ", and is marked share-alike although nothing adapted may be shared" if row.share_alike else ""
        yield _odd("no_derivatives_is_free", [row], f"{row.name} forbids adaptations but counts as commercial{alike}.")
    if _SHARE_ALIKE.search(names) and row.share_alike is False:
        yield _odd("share_alike_not_marked", [row], f"{row.name} asks for the same terms but is not marked so.")
    elif row.spdx in _copyleft() and row.share_alike is False:
        detail = f"{row.name} is a copyleft licence, if a limited one, but is not marked share-alike."
        yield _odd("share_alike_not_marked", [row], detail)
    duties = row.attribution is not False or row.share_alike is not False
    if free and not duties and row.spdx is None and not no_licence and "public domain" not in row.name.casefold():
        detail = f"{row.name} is no standard licence, yet counts as commercial and without any duty: read its text."
        yield _odd("free_without_duties", [row], detail)


def _same_code(rows: Iterable[LicenceRow]) -> Iterator[Oddity]:
    """Find names that mean one licence, or one licence in several versions, and are classed apart."""
    by_code, by_base = defaultdict(list), defaultdict(list)
    for row in rows:
        if row.spdx:
            by_code[row.spdx].append(row)
        by_base[_VERSION.sub("", row.name).casefold()].append(row)
    for code, group in sorted(by_code.items()):
        if len({_class(row) for row in group}) > 1:
            yield _odd("same_licence_classed_apart", group, f"{code} stands in different classes: {_said(group)}.")
    for group in by_base.values():
        bare = [row for row in group if not _VERSION.search(row.name)]
        versioned = [row for row in group if _VERSION.search(row.name)]
        if bare and versioned and all(_class(row) != _class(bare[0]) for row in versioned):
            detail = f"Without a version it is classed apart from every version: {_said([*bare, *versioned])}."
            yield _odd("version_classed_apart", [*bare, *versioned], detail)


def _same_page(rows: Iterable[LicenceRow]) -> Iterator[Oddity]:
    """Find custom terms under one path of two addresses that are classed apart."""
    by_path = defaultdict(list)
    for row in rows:
        path = urlsplit(row.url or "").path.rstrip("/") if row.kind == "custom" else ""
        if path.count("/") > 1:
            by_path[path.casefold()].append(row)
    for path, group in sorted(by_path.items()):
        if len({_class(row) for row in group}) > 1:
            detail = f"Two addresses end in the same page, {path}, and are classed apart: {_said(group)}."
            yield _odd("same_page_classed_apart", group, detail)


def _odd(kind: str, rows: Sequence[LicenceRow], detail: str) -> Oddity:
    return Oddity(
        kind=kind, licences=tuple(row.id for row in rows), detail=detail, datasets=sum(row.datasets for row in rows)
    )


def _class(row: LicenceRow) -> tuple[UseClass, bool | None, bool | None]:
    return row.use, row.attribution, row.share_alike


def _said(rows: Iterable[LicenceRow]) -> str:
    words = {True: "yes", False: "no", None: "unclear"}
    return "; ".join(
        f"{row.id.removeprefix('custom:')}: {row.use}, attribution {words[row.attribution]}, "
        f"share-alike {words[row.share_alike]}"
        for row in rows
    )


@cache
def _copyleft() -> frozenset[str]:
    return frozenset(
        str(entry["spdx_license_key"])
        for entry in get_license_index()
        if str(entry.get("category", "")).startswith("Copyleft") and entry.get("spdx_license_key")
    )
